/**
 * Text that strangers wrote, in a sentence of ours: as `crates/core/src/text.rs` does it for what the pages do not draw.
 *
 * On a page every element stands by itself (`theme.css`), so a text with an element of its own needs nothing. One that
 * shares an element with other text goes through here; what is handed to a sentence of `i18n` does so by {@link containing}.
 */

/** Shows nothing, or steers the direction of what stands beside it. */
// eslint-disable-next-line no-misleading-character-class -- each is meant by itself
const UNSEEN = /(?![\u200c\u200d])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u3164\uffa0]/gu;
/** Hebrew, Arabic and their relatives. */
const TURNS = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
/** More marks on a letter than any script has. */
const HEAP = /(\p{M}{6})\p{M}+/gu;

/** One line, nothing unseen, no heap of marks, and by itself where it is written from right to left. */
export function contained(text: string): string {
  const line = text
    .replace(/[\t\n\v\f\r\u0085\u2028\u2029]/g, " ")
    .replace(UNSEEN, "")
    .replace(HEAP, "$1");
  return TURNS.test(line) ? `\u2068${line}\u2069` : line;
}

/** Several texts beside each other; what is missing is left out. */
export function beside(texts: readonly (string | null | undefined | false)[], mark = " · "): string {
  return texts.flatMap((text) => (text ? [contained(text)] : [])).join(mark);
}

type Say = (...heard: unknown[]) => unknown;

/** Words in whose sentences every text that is handed to them is contained. */
export function containing<T extends object>(words: T): T {
  const entries = Object.entries(words) as [string, unknown][];
  return Object.fromEntries(entries.map(([key, word]) => [key, containingWord(word)])) as T;
}

function containingWord(word: unknown): unknown {
  if (typeof word === "function") return (...heard: unknown[]) => (word as Say)(...heard.map(containedWhereText));
  return typeof word === "object" && word !== null && !Array.isArray(word) ? containing(word) : word;
}

function containedWhereText(heard: unknown): unknown {
  if (typeof heard === "string") return contained(heard);
  return Array.isArray(heard) ? heard.map(containedWhereText) : heard;
}
