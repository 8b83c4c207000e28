import type { Call, CallState, Card, Course, EarlierCall, Lookup, Match, NumberView, Party, PopCall, SetAside } from "../generated";
import { people } from "./people";

/** Small pieces scenarios are put together from. */

export const minutes = (n: number) => n * 60_000;
export const days = (n: number) => n * 86_400_000;

export function outside(e164: string, display: string, country: string | null): NumberView {
  return { kind: "outside", display, country, e164, extension: null };
}

export const sales = outside("+3612001000", "+36 1 200 1000", "HU");
export const maria = outside("+36301234567", "+36 30 123 4567", "HU");
export const shared = outside("+3612345678", "+36 1 234 5678", "HU");
export const stranger = outside("+34911234567", "+34 911 23 45 67", "ES");

export function partyOf(view: NumberView): Party {
  switch (view.kind) {
    case "outside":
      return { kind: "outside", e164: view.e164 ?? "", extension: view.extension };
    case "internal":
      return { kind: "internal", digits: view.display };
    case "hidden":
      return { kind: "hidden" };
    case "unreadable":
      return { kind: "unreadable", text: view.display };
  }
}

/** A match of the customer with this id. */
export function match(now: number, id: string, strength: Match["strength"], reason: Match["reason"]): Match {
  const customer = people(now).find((one) => one.id === id);
  if (!customer) throw new Error(`BUG: there is no ${id}`);
  return { customer, strength, reason };
}

export function found(matches: Match[], chosen: string | null = null): Lookup {
  return { kind: "found", matches, chosen };
}

export function mariaFound(now: number): Lookup {
  return found([match(now, "c1", "exact", { kind: "same_number", label: "mobile" })], "c1");
}

export function earlier(now: number): EarlierCall[] {
  return [
    { at: now - days(16) - minutes(90), agent: "Kovács", state: { kind: "ended" }, direction: "inbound" },
    { at: now - days(18), agent: null, state: { kind: "missed" }, direction: "inbound" },
  ];
}

type Sketch = {
  id?: string;
  number?: NumberView;
  /** Ours; without it the sales line. */
  called?: NumberView;
  line?: string | null;
  state?: CallState;
  lookup?: Lookup;
  earlier?: EarlierCall[];
  setAside?: SetAside[];
  notes?: Card["notes"];
  mayEndHere?: boolean;
  outbound?: boolean;
  controls?: Call["controls"];
  /** Seconds since the ring began; since both spoke; since it was over. */
  rang?: number;
  spoke?: number;
  over?: number;
  extra?: Call["extra"];
  course?: Partial<Course>;
  version?: number;
};

/** A call on a card: what is not said is an incoming ring of 7 seconds on the sales line. */
export function popCall(now: number, sketch: Sketch): PopCall {
  const number = sketch.number ?? maria;
  const ours = sketch.called ?? sales;
  const outbound = sketch.outbound ?? false;
  const ago = (seconds: number | undefined) => (seconds === undefined ? null : now - seconds * 1000 - 200);
  const card: Card = {
    version: sketch.version ?? 2,
    lookup: sketch.lookup ?? mariaFound(now),
    earlier: sketch.earlier ?? [],
    set_aside: sketch.setAside ?? [],
    ...(sketch.notes && { notes: sketch.notes }),
  };
  return {
    call: {
      id: sketch.id ?? "call-1",
      direction: outbound ? "outbound" : "inbound",
      account: "pbx",
      external_id: null,
      ani: outbound ? partyOf(ours) : partyOf(number),
      dnis: outbound ? partyOf(number) : partyOf(ours),
      line: outbound ? null : sketch.line === undefined ? "Sales (HU)" : sketch.line,
      agents: ["Ana Kiss"],
      extension: "101",
      state: sketch.state ?? { kind: "ringing" },
      started_at: ago(sketch.rang ?? 7) ?? now,
      connected_at: ago(sketch.spoke),
      ended_at: ago(sketch.over),
      controls: sketch.controls ?? null,
      ...(sketch.course && { course: { legs: [], not_reached: false, ...sketch.course } }),
      extra: sketch.extra ?? {},
    },
    card,
    number: { ...number },
    line_number: outbound ? null : ours,
    quiet: false,
    may_end_here: sketch.mayEndHere ?? false,
  };
}
