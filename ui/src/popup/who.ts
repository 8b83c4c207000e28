import type { Lookup, Match, PopCall } from "../ipc";
import { shownName } from "../lib/callState";
import { shownMatch } from "../lib/customer";

/** Who is at the other end, as far as the card can say. */
export type Who =
  | { kind: "customer"; match: Match; sure: boolean; others: Match[] }
  | { kind: "several"; matches: Match[] }
  | { kind: "looking" }
  | { kind: "nobody" }
  /** Nobody but those who were set aside. */
  | { kind: "nobody_else" }
  | { kind: "no_answer" }
  | { kind: "hidden" }
  | { kind: "internal" }
  | { kind: "own" }
  | { kind: "unreadable" };

export function whoIs({ card: { lookup, set_aside }, number }: Pick<PopCall, "card" | "number">): Who {
  // A colleague who is nobody's customer is a colleague, not a stranger.
  const nobody: Who = { kind: number.kind === "internal" ? "internal" : set_aside.length > 0 ? "nobody_else" : "nobody" };
  switch (lookup.kind) {
    case "looking":
      return { kind: "looking" };
    case "no_match":
      return nobody;
    case "found":
      return among(lookup, lookup.matches) ?? nobody;
    case "unavailable":
      return among(lookup, lookup.matches) ?? { kind: "no_answer" };
    case "not_asked":
      // A public number nobody is asked about is one of our own.
      return { kind: number.kind === "outside" ? "own" : number.kind };
  }
}

function among(lookup: Lookup, matches: Match[]): Who | null {
  if (matches.length === 0) return null;
  const match = shownMatch(lookup);
  if (!match) return { kind: "several", matches };
  const chosen = lookup.kind === "found" && lookup.chosen === match.customer.id;
  return {
    kind: "customer",
    match,
    sure: chosen || match.strength === "exact",
    others: matches.filter((other) => other !== match),
  };
}

/** One line for a row: a name where there is one, else the number. */
export function nameOf(call: Pick<PopCall, "call" | "card" | "number">): string | null {
  const who = whoIs(call);
  const customer = who.kind === "customer" ? who.match.customer.name || who.match.customer.company : "";
  return customer || shownName(call.call) || null;
}
