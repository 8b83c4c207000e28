/**
 * The only way to the shell: everything else gets data and callbacks.
 *
 * In the app it is Tauri. In a browser and in tests it is a fake with believable data (`?fake=<scenario>`).
 */
import type { CommandError, Commands, ErrorCode, Events } from "./generated";
import { tauri } from "./tauri";

export type * from "./generated";

export type Args<K extends keyof Commands> = keyof Commands[K]["args"] extends never ? [] : [args: Commands[K]["args"]];

/** Whoever carries out commands and sends events. */
export interface Backend {
  call<K extends keyof Commands>(name: K, args: Commands[K]["args"]): Promise<Commands[K]["reply"]>;
  /** Bytes of a recording by a ticket's name, `to` not included. */
  audio(name: string, from: number, to: number): Promise<ArrayBuffer>;
  /** Resolves once listening; call the reply to stop. */
  listen<E extends keyof Events>(event: E, heard: (payload: Events[E]) => void): Promise<() => void>;
}

let backend: Promise<Backend> | null = null;

function connect(): Promise<Backend> {
  if (__FAKE__ && !("__TAURI_INTERNALS__" in window)) {
    return import("./fake").then((fake) => fake.fakeFromAddress(window.location.search));
  }
  return Promise.resolve(tauri);
}

/** Puts another back end in place; for tests. */
export function useBackend(other: Backend): void {
  backend = Promise.resolve(other);
}

/** Has the shell do something. Rejects with a {@link CommandError}, always. */
export async function call<K extends keyof Commands>(name: K, ...args: Args<K>): Promise<Commands[K]["reply"]> {
  backend ??= connect();
  try {
    return await (await backend).call(name, (args[0] ?? {}) as Commands[K]["args"]);
  } catch (error) {
    throw asCommandError(error);
  }
}

/** Hears of something; resolves once listening. */
export async function listen<E extends keyof Events>(event: E, heard: (payload: Events[E]) => void): Promise<() => void> {
  backend ??= connect();
  return (await backend).listen(event, heard);
}

/** A part of what is played of a recording, by a ticket's name. */
export async function audio(name: string, from: number, to: number): Promise<ArrayBuffer> {
  backend ??= connect();
  return (await backend).audio(name, from, to);
}

/** Whatever was thrown, as `{code, message}`: an unknown thing is `internal`. */
export function asCommandError(error: unknown): CommandError {
  if (typeof error === "object" && error !== null && "code" in error && "message" in error) {
    return { code: error.code as ErrorCode, message: String(error.message) };
  }
  return { code: "internal", message: error instanceof Error ? error.message : String(error) };
}
