import type { Adjustment, Became, Part, RefusedRow, Refusal } from "../../../ipc";
import { customersWords } from "../../../i18n/customers";
import { speech } from "../../../i18n/speech.svelte";

type Table = { [Code in Refusal["code"]]: (why: Extract<Refusal, { code: Code }>) => string };

/** Every code has its words: a new one does not compile without. */
const sayings: Table = {
  columns: ({ found, columns }) => words().refusal.columns(found, columns),
  encoding: () => words().refusal.encoding,
  long_row: () => words().refusal.long_row,
  many_columns: () => words().refusal.many_columns,
  open_quote: () => words().refusal.open_quote,
  many_lines: () => words().refusal.many_lines,
  no_end: () => words().refusal.no_end,
  long_key: () => words().refusal.long_key,
  vip: () => words().refusal.vip,
  nobody: () => words().refusal.nobody,
  too_long: ({ part, found, most }) => words().refusal.too_long(sayPart(part), found, most),
  too_many: ({ part, found, most }) => words().refusal.too_many(sayPart(part), found, most),
  link: () => words().refusal.link,
  number: ({ place, why }) => words().refusal.number(place, speech.words.notANumber[why.code]),
};

const words = () => customersWords().imports;

/** Why a row was not taken; a code without words (of a newer hub) is said in the hub's own sentence. */
export const sayRefused = ({ why, reason }: RefusedRow): string => sayWhy(why) ?? reason;

/** What of a row was changed and what became of it; the hub's own sentence where there are no words. */
export function sayAdjusted({ why, became }: Adjustment, reason: string): { why: string; became: string } {
  const [said, end] = [sayWhy(why), sayBecame(became)];
  return said === null || end === null ? { why: reason, became: "" } : { why: said, became: end };
}

function sayWhy(why: Refusal): string | null {
  const say = (sayings as Partial<Record<string, (why: Refusal) => string>>)[why.code];
  return say ? say(why) : null;
}

function sayBecame(became: Became): string | null {
  const { cut, cutField, field, leftOut, asWritten } = words().became;
  switch (became.code) {
    case "cut":
      return became.field === null ? cut : cutField(became.field);
    case "field":
      return field(became.name);
    case "as_written":
      return asWritten(became.written);
    case "left_out":
      return leftOut;
    default:
      became satisfies never;
      return null;
  }
}

function sayPart(part: Part): string {
  const { parts } = words();
  switch (part.kind) {
    case "field":
      return parts.field(part.name);
    case "label":
      return parts.label(part.place);
    case "number":
      return parts.number(part.place);
    default:
      return parts[part.kind];
  }
}
