import type { CallNote } from "../../../ipc";
import { notesWords } from "../../../i18n/notes";
import { speech } from "../../../i18n/speech.svelte";
import { beside } from "../../../lib/contained";
import { when } from "../../../lib/format";

/** What a note is shown with where it is folded. */
const FOLDED = 600;
const LINES = 8;

/** The name of a language in ours; its tag where nobody knows one. */
function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames(speech.locale, { type: "language" }).of(tag) ?? tag;
  } catch {
    return tag;
  }
}

const whoOf = (by: string | null | undefined) => by ?? notesWords().program;

/** Who changed it last, or wrote it. */
export const lastBy = ({ by, source, edited }: CallNote): string => (edited ? whoOf(edited.by) : (by ?? source ?? notesWords().program));

/** Whose it is, in which language, when, and what people did with it. */
export function about(note: CallNote): string {
  const words = notesWords();
  return beside([
    note.source ?? note.by ?? words.program,
    note.source && note.by,
    note.language && languageName(note.language),
    when(note.at, Date.now(), speech.locale),
    note.while_talking && words.whileTalking,
    note.edited && words.edited(whoOf(note.edited.by)),
    note.approval.kind === "given" && words.approved(whoOf(note.approval.by)),
  ]);
}

/** The beginning of a long text, by whole words; `null`: it is shown whole. */
export function folded(text: string): string | null {
  const lines = text.split("\n");
  const few = lines.slice(0, LINES).join("\n");
  if (lines.length <= LINES + 2 && text.length <= FOLDED * 1.25) return null;
  if (few.length <= FOLDED) return few;
  const cut = [...few.slice(0, FOLDED)].slice(0, -1).join("");
  const end = cut.search(/\s\S*$/);
  return end > FOLDED / 2 ? cut.slice(0, end) : cut;
}
