import type { Match, NumberReport, NumberView, UnsureReason } from "../../ipc";
import { type BoxCommand, fits } from "./commands";
import { looksLikeNumber } from "./typed.svelte";

/** A line that can be chosen. `key` stays the same while the list around it changes. */
export type Option =
  | { kind: "dial"; key: string; text: string; number: NumberView | null; unsure: UnsureReason | null }
  /** `earlier`: whom a text found that does not stand there any more. */
  | { kind: "customer"; key: string; match: Match; earlier: boolean }
  | { kind: "command"; key: string; command: BoxCommand }
  | { kind: "create"; key: string; number: NumberView };

/** `sure`: no answer that is still to come puts anything in front of it. */
export type Group = { name: "numbers" | "commands" | "customers" | "elsewhere"; options: Option[]; sure: boolean };

/** What is known about a text by now. */
export type Known = {
  text: string;
  report: NumberReport | null;
  isRead: boolean;
  matches: Match[];
  isEarlier: boolean;
  /** Whom other systems find, as far as they answered: below everybody else, so that they move nobody. */
  matchesElsewhere?: Match[];
  isAskingElsewhere?: boolean;
};

/**
 * What is offered for a text: what can be had at once stands above what is still being looked for, so that the line
 * under the keyboard does not change just before Enter.
 */
export function offer({ text, report, isRead, matches, isEarlier, matchesElsewhere = [], isAskingElsewhere = false }: Known, commands: BoxCommand[]): Group[] {
  const asked = text.trim();
  const command = (one: BoxCommand): Option => ({ kind: "command", key: `do-${one.id}`, command: one });
  if (asked === "") return [{ name: "commands", options: commands.map(command), sure: true }];

  const strong = commands.filter((one) => fits(one, asked) === 2).map(command);
  const weak = commands.filter((one) => fits(one, asked) === 1).map(command);
  const customers = matches.map((match): Option => ({ kind: "customer", key: `who-${match.customer.id}`, match, earlier: isEarlier }));
  const ours = new Set(matches.map(({ customer }) => customer.id));
  const others = matchesElsewhere
    .filter(({ customer }) => !ours.has(customer.id))
    .map((match): Option => ({ kind: "customer", key: `who-${match.customer.id}`, match, earlier: false }));
  const dial = dialOption(asked, report);
  const numbers: Option[] = dial ? [dial] : [];
  const create: Option[] = dial?.kind === "dial" && dial.number?.kind === "outside" ? [{ kind: "create", key: "create", number: dial.number }] : [];
  const groups: Group[] = [
    { name: "numbers", options: numbers, sure: true },
    { name: "commands", options: strong, sure: isRead },
    { name: "customers", options: [...customers, ...(customers.length === 0 ? create : [])], sure: isRead && !isEarlier },
    { name: "commands", options: weak, sure: isRead && !isEarlier },
    { name: "elsewhere", options: others, sure: isRead && !isEarlier && !isAskingElsewhere },
  ];
  return groups.filter(({ options }) => options.length > 0);
}

function dialOption(text: string, report: NumberReport | null): Option | null {
  if (report === null) return looksLikeNumber(text) ? { kind: "dial", key: "dial", text, number: null, unsure: null } : null;
  const { reading } = report;
  if (reading.kind === "refused") return null;
  return { kind: "dial", key: "dial", text, number: reading.number, unsure: reading.certainty === "sure" ? null : reading.certainty };
}
