import type { Card, Customer, Lookup, Match, NotTheirs, NumberView, SetAside } from "../generated";
import { matchesOf } from "../../lib/customer";

/** A card and its number, as a call and a wrap-up have them. */
export type WithCard = { card: Card; number: NumberView };

/** Whom agents set aside, for a call or for a number, and what is found without them: as the hub has it. */
export class FakeSetAside {
  /** What was found for each call, whoever was set aside. */
  private readonly found = new Map<string, Lookup>();
  /** Who was set aside for each call, the newest word first; for a number, by customer. */
  private readonly ofCall = new Map<string, SetAside[]>();
  private readonly notTheirs = new Map<string, NotTheirs[]>();
  private acts = 0;

  constructor(private readonly agent: string) {}

  /** What a scenario says was said before. */
  begin(callId: string, { card, number }: WithCard, customers: Customer[]): void {
    const before = card.set_aside;
    if (before.length === 0) return;
    for (const { customer, of, by, at } of before) if (of === "number") this.notTheirs.set(customer, [{ number, by, at }]);
    const covered = customers.filter(({ id }) => before.some(({ customer }) => customer === id));
    const matches = covered.map((customer): Match => ({ customer, strength: "exact", reason: { kind: "same_number", label: "mobile" } }));
    this.found.set(callId, { kind: "found", matches: [...matchesOf(card.lookup), ...matches], chosen: null });
  }

  /** Somebody else is found, or chosen: whoever was set aside and is chosen after all is no longer set aside. */
  find(callId: string, one: WithCard, lookup: Lookup, chosen: string): void {
    this.found.set(callId, lookup);
    this.takeBack(callId, one, [chosen]);
  }

  /** `null`: all who are offered. */
  setAside(callId: string, one: WithCard, only: string | null, at: number): void {
    if (!this.found.has(callId)) this.found.set(callId, one.card.lookup);
    const added = matchesOf(one.card.lookup)
      .filter(({ customer }) => only === null || customer.id === only)
      .map(({ customer }): SetAside => ({ customer: customer.id, name: customer.name || customer.company, of: "call", by: this.agent, at }));
    this.ofCall.set(callId, [...added, ...this.said(callId, one).filter(({ customer }) => !added.some((other) => other.customer === customer))]);
    this.deal(callId, one);
  }

  takeBack(callId: string, one: WithCard, customers: string[]): void {
    this.ofCall.set(
      callId,
      this.said(callId, one).filter(({ customer }) => !customers.includes(customer)),
    );
    this.deal(callId, one);
  }

  /** Every act has a moment of its own. */
  moment(): number {
    return Date.now() + this.acts++;
  }

  of(customer: string): NotTheirs[] {
    return this.notTheirs.get(customer) ?? [];
  }

  say(customer: string, number: NumberView, at: number): void {
    this.takeBackNumber(customer, number.display);
    this.notTheirs.set(customer, [{ number, by: this.agent, at }, ...this.of(customer)]);
  }

  takeBackNumber(customer: string, number: string): void {
    this.notTheirs.set(
      customer,
      this.of(customer).filter((one) => one.number.display !== number),
    );
  }

  /** Looks again, after something was said of a number. */
  look(callId: string, one: WithCard): void {
    if (!this.found.has(callId)) this.found.set(callId, one.card.lookup);
    this.deal(callId, one);
  }

  private said(callId: string, { card }: WithCard): SetAside[] {
    return this.ofCall.get(callId) ?? card.set_aside.filter(({ of }) => of === "call");
  }

  private ofNumber({ card, number }: WithCard): SetAside[] {
    const named = new Map([
      ...matchesOf(card.lookup).map(({ customer }) => [customer.id, customer.name || customer.company] as const),
      ...card.set_aside.map(({ customer, name }) => [customer, name] as const),
    ]);
    return [...named].flatMap(([customer, name]) =>
      this.of(customer)
        .filter((one) => one.number.display === number.display)
        .map(({ by, at }): SetAside => ({ customer, name, of: "number", by, at })),
    );
  }

  private deal(callId: string, one: WithCard): void {
    const { card, number } = one;
    const raw = this.found.get(callId) ?? card.lookup;
    const ofNumber = this.ofNumber(one);
    card.set_aside = [...this.said(callId, one).filter(({ customer }) => !ofNumber.some((other) => other.customer === customer)), ...ofNumber];
    const gone = card.set_aside.map(({ customer }) => customer);
    const matches = matchesOf(raw).filter(({ customer }) => !gone.includes(customer.id));
    if (raw.kind === "unavailable") card.lookup = { ...raw, matches };
    else if (raw.kind !== "found") card.lookup = raw;
    else if (matches.length === 0) card.lookup = { kind: number.kind === "hidden" || number.kind === "unreadable" ? "not_asked" : "no_match" };
    else {
      const exact = matches.filter(({ strength }) => strength === "exact");
      const obvious = matches.find(({ reason }) => reason.kind === "remembered") ?? (exact.length === 1 ? exact[0] : undefined);
      const chosen = raw.chosen !== null && matches.some(({ customer }) => customer.id === raw.chosen) ? raw.chosen : (obvious?.customer.id ?? null);
      card.lookup = { kind: "found", matches, chosen };
    }
    card.version += 1;
  }
}
