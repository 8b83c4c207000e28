import { Channel, invoke } from "@tauri-apps/api/core";
import type { Backend, Events } from "./index";

type Told = { [E in keyof Events]: { event: E; payload: Events[E] } }[keyof Events];
type Heard = (payload: never) => void;

const listeners = new Map<keyof Events, Set<Heard>>();
let hearing: Promise<void> | null = null;

/** One channel for this page: the shell tells each window its own events and no other's. */
function hear(): Promise<void> {
  const to = new Channel<Told>(({ event, payload }) => listeners.get(event)?.forEach((heard) => heard(payload as never)));
  return invoke("hear", { to });
}

/** The real shell. */
export const tauri: Backend = {
  call: (name, args) => invoke(name, args as Record<string, unknown>),
  listen: async (event, heard) => {
    const those = listeners.get(event) ?? new Set<Heard>();
    listeners.set(event, those.add(heard as Heard));
    await (hearing ??= hear());
    return () => void those.delete(heard as Heard);
  },
};
