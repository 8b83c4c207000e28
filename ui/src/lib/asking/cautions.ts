import type { Caution, UnsureReason } from "../../ipc";
import { askingWords } from "../../i18n/asking";
import { speech } from "../../i18n/speech.svelte";
import { countryName } from "../format";

/** What is said of a number, the heading first; `asks`: it has to be agreed to. */
export type Saying = { what: string; advice: string; asks: boolean };

/** The weightiest first, as the hub says it. */
export function sayCautions(cautions: readonly Caution[]): Saying[] {
  return cautions.map(sayCaution);
}

function sayCaution({ kind, country, name, asks }: Caution): Saying {
  const words = askingWords();
  // A caution this version does not know is said all the same.
  const said = words.caution[kind] ?? words.caution.rule;
  // That a number of one's own country is one of it says nothing.
  const which = name ?? (country !== null && country !== speech.country ? countryName(country, speech.locale) : null);
  return { what: which === null ? said.what : `${said.what}: ${which}`, advice: said.advice, asks };
}

/** All of it in one sentence after the other, for a place that has no list. */
export function sayInOne(reason: UnsureReason | null, cautions: readonly Caution[]): string {
  const said = sayCautions(cautions).map(({ what, advice }) => [what, advice].filter(Boolean).join(". "));
  return [reason === null ? "" : askingWords().unsure[reason], ...said]
    .filter(Boolean)
    .map((one) => (one.endsWith(".") ? one : `${one}.`))
    .join(" ");
}

/**
 * Whether *no* is where the keyboard arrives: what the call costs nobody gives back, and a page may profit by it. Not so an
 * emergency number, which must be called without a detour by whoever needs it; and what only may not be meant is read anyway.
 */
export function isSaferNot(cautions: readonly Caution[]): boolean {
  return cautions.some(({ asks, kind }) => asks && kind !== "emergency");
}
