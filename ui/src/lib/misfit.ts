import type { Misfit, WriteField } from "../ipc";
import { roomWords } from "../i18n/room";

function sayField(field: WriteField): string {
  const words = roomWords().field;
  return field.kind === "field" ? words.named(field.name) : words[field.kind];
}

/** Why another system cannot take it: part of a sentence. */
export function sayMisfit(misfit: Misfit): string {
  const words = roomWords().misfit;
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
    case "not_taken":
      return words.not_taken();
  }
}
