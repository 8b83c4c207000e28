import { convertFileSrc, invoke, transformCallback } from "@tauri-apps/api/core";
import type { Backend, Events } from "./index";

type Told = { [E in keyof Events]: { event: E; payload: Events[E] } }[keyof Events];
/** Without a message: the shell's end of the channel is gone. */
type Sent = { index: number; message?: Told };
type Heard = (payload: never) => void;

const listeners = new Map<keyof Events, Set<Heard>>();
let hearing: Promise<void> | null = null;

/**
 * One channel for this page: the shell tells each window its own events and no other's.
 *
 * As the library's `Channel`, in the little of it that is needed: the popup's page has to be small. What is long comes
 * later than what is short, so each message waits for those before it.
 */
function hear(): Promise<void> {
  const early = new Map<number, Told>();
  let next = 0;
  const id = transformCallback<Sent>(({ index, message }) => {
    if (message) early.set(index, message);
    for (let told = early.get(next); told; told = early.get(next)) {
      early.delete(next++);
      const { event, payload } = told;
      listeners.get(event)?.forEach((heard) => heard(payload as never));
    }
  });
  return invoke("hear", { to: `__CHANNEL__:${id}` });
}

/** The real shell. */
export const tauri: Backend = {
  call: (name, args) => invoke(name, args as Record<string, unknown>),
  audio: async (name, from, to) => {
    const answer = await fetch(convertFileSrc(name, "ringcard-audio"), { headers: { Range: `bytes=${from}-${to - 1}` } });
    if (!answer.ok) throw new Error(`the recording is not given any more (${answer.status})`);
    return answer.arrayBuffer();
  },
  listen: async (event, heard) => {
    const those = listeners.get(event) ?? new Set<Heard>();
    listeners.set(event, those.add(heard as Heard));
    await (hearing ??= hear());
    return () => void those.delete(heard as Heard);
  },
};
