import type { CommandError, DialAnswer, ErrorCode } from "../ipc";
import type { Said } from "../i18n/en";
import { speech } from "../i18n/speech.svelte";

/** A code the table does not know (a newer shell) is said as an internal error rather than not at all. */
export function sayError({ code }: Pick<CommandError, "code">): Said {
  const table: Partial<Record<string, Said>> = speech.words.error;
  return table[code] ?? speech.words.error.internal;
}

type Refusal = { code: ErrorCode } & Pick<Extract<DialAnswer, { kind: "refused" }>, "reason">;

/** Why nothing was dialled: where it is no number, what it is instead. */
export function sayRefusal({ code, reason }: Refusal): Said {
  const said = sayError({ code });
  return reason ? { what: said.what, advice: speech.words.notANumber[reason.code] } : said;
}
