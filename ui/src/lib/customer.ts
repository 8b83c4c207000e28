import type { Lookup, Match, MatchReason } from "../ipc";
import { speech } from "../i18n/speech.svelte";

/** The known labels in words, an administrator's own label in quotes. */
export function sayLabel(label: string): string {
  const words = speech.words.numberLabel;
  switch (label.trim().toLowerCase()) {
    case "":
      return words.none;
    case "mobile":
      return words.mobile;
    case "work":
      return words.work;
    case "home":
      return words.home;
    case "fax":
      return words.fax;
    default:
      return words.other(label.trim());
  }
}

/** Why we think so. */
export function sayReason(reason: MatchReason): string {
  const words = speech.words.match;
  switch (reason.kind) {
    case "remembered":
      return words.remembered;
    case "same_number":
      return words.same_number(sayLabel(reason.label));
    case "other_form":
      return words.other_form(sayLabel(reason.label));
    case "last_digits":
      return words.last_digits(reason.digits, sayLabel(reason.label));
    case "text":
      return words.text;
    case "chosen":
      return words.chosen;
  }
}

export function matchesOf(lookup: Lookup): Match[] {
  return lookup.kind === "found" || lookup.kind === "unavailable" ? lookup.matches : [];
}

/** The one customer to show: whom an agent picked, or the only one there is. */
export function shownMatch(lookup: Lookup): Match | null {
  const matches = matchesOf(lookup);
  if (lookup.kind === "found" && lookup.chosen !== null) {
    return matches.find(({ customer }) => customer.id === lookup.chosen) ?? null;
  }
  return matches.length === 1 ? (matches[0] ?? null) : null;
}
