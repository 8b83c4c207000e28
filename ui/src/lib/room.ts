import type { Misfit, WriteField } from "../ipc";
import { speech } from "../i18n/speech.svelte";

/** From here on it is shown how much room is left. */
export const NEAR = 200;

/** The characters of a text as other systems get it: one line, without what cannot be seen. Counted as the connectors do. */
export function oneLineLength(text: string): number {
  return [...text.split(/[\p{Cc}\p{White_Space}]+/u).filter((word) => word !== "").join(" ")].length;
}

function sayField(field: WriteField): string {
  const words = speech.words.room.field;
  return field.kind === "field" ? words.named(field.name) : words[field.kind];
}

/** Why another system cannot take it: part of a sentence. */
export function sayMisfit(misfit: Misfit): string {
  const words = speech.words.room.misfit;
  switch (misfit.kind) {
    case "too_long":
      return words.too_long(sayField(misfit.field), misfit.length, misfit.most);
    case "missing":
    case "unreadable":
      return words[misfit.kind](sayField(misfit.field));
    case "too_many_numbers":
      return words.too_many_numbers(misfit.count, misfit.most);
    case "no_such_field":
      return words.no_such_field(misfit.name);
  }
}
