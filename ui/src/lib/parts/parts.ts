import type { CardPart, CommandError, CustomerTicket, Fact, Match } from "../../ipc";
import { partsWords } from "../../i18n/parts";
import { contained } from "../contained";
import { daysAgo, relative } from "../format";
import { sayError } from "../said";

/** Read at a glance while a phone rings; the rest is in the system itself. */
export const MOST_TICKETS = 3;

export const isOpen = ({ status }: CustomerTicket): boolean => status !== "solved" && status !== "closed";

export const isSuspended = ({ label }: Fact): boolean => label.kind === "suspended";

/** Open ones, as their system sorts them; where there is none, the newest one of the others. */
export function shownTickets(tickets: CustomerTicket[]): CustomerTicket[] {
  const open = tickets.filter(isOpen);
  return open.length > 0 ? open.slice(0, MOST_TICKETS) : tickets.slice(0, 1);
}

/** What there is to read first: what a system says, before what none says. */
export function inOrder(parts: CardPart[]): CardPart[] {
  const rank = ({ state, customer, tickets }: CardPart) => {
    if (state.kind === "here" && customer) return tickets.some(isOpen) ? 0 : 1;
    return state.kind === "nobody" ? 3 : 2;
  };
  return parts
    .map((part, at) => ({ part, at }))
    .sort((one, other) => rank(one.part) - rank(other.part) || one.at - other.at)
    .map(({ part }) => part);
}

/** As whom a system knows the caller, where that is not who the card names. */
export type NameThere = { kind: "same" } | { kind: "other"; name: string } | { kind: "several"; count: number };

export function nameThere({ source, customer, state }: CardPart, matches: Match[], shown: string | null): NameThere {
  if (customer && customer !== shown) {
    // Who is linked with the one on the card is not offered beside them.
    const other = matches.find((match) => match.customer.id === customer)?.customer;
    return other ? { kind: "other", name: other.name || other.company } : { kind: "same" };
  }
  const there = matches.filter((match) => match.customer.source === source);
  return !customer && state.kind === "here" && there.length > 1 ? { kind: "several", count: there.length } : { kind: "same" };
}

/** Why a system was not searched, in one sentence. */
export function sayWhyNot(error: CommandError): string {
  // What these two say elsewhere is about acts of ours.
  if (error.code === "busy") return partsWords().noAnswer;
  if (error.code === "not_now") return partsWords().limit;
  return `${contained(sayError(error).what)}.`;
}

/** How old something is: `today`, `yesterday`, `12 days ago`, `5 months ago`. */
export function age(at: number, now: number, locale: string): string {
  const days = daysAgo(at, now);
  if (days < 60) return relative(locale).format(-Math.max(0, days), "day");
  const months = Math.round(days / 30.44);
  return months < 24 ? relative(locale).format(-months, "month") : relative(locale).format(-Math.round(days / 365.25), "year");
}
