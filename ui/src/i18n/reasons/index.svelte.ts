import type { Language } from "../../ipc";
import { speech } from "../speech.svelte";
import type { ReasonWords } from "./en";

let words = $state.raw<Record<Language, ReasonWords> | null>(null);

/** Why a leg failed, in the language of the moment, once that was learned: seldom needed, so no card waits for it. */
export const reasonWords = (): ReasonWords | null => words?.[speech.language] ?? null;

export async function learnReasons(): Promise<void> {
  words ??= (await import("./words")).words;
}
