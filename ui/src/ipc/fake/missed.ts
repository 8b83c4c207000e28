import type { MissedAct, MissedRow, MissedRows, MissedView } from "../generated";
import { maria, minutes, outside, sales, stranger } from "./build";

const hidden: MissedRow["number"] = { kind: "hidden", display: "", country: null, e164: null, extension: null };

function row(now: number, id: string, change: Partial<MissedRow>): MissedRow {
  return {
    id,
    account: "pbx",
    caller: { kind: "hidden" },
    number: { ...stranger },
    name: null,
    customer_id: null,
    called: { kind: "outside", e164: "+3612001000", extension: null },
    line_number: sales,
    line: "Sales (HU)",
    queue: null,
    agents: ["Ana Kiss", "Béla Nagy"],
    count: 1,
    first_at: now - minutes(25),
    last_at: now - minutes(25),
    last_call: "h2",
    due_at: now + minutes(35),
    taken: null,
    done: null,
    version: 1,
    ...change,
  };
}

/** One overdue who called three times, one a colleague has, one without a number, one of yesterday. */
export function missedRows(now: number): MissedRow[] {
  const third = { first_at: now - minutes(95), last_at: now - minutes(4), due_at: now - minutes(35), count: 3, queue: "vip" };
  return [
    row(now, "m1", { number: { ...maria }, name: "María López", customer_id: "c1", ...third }),
    row(now, "m2", { taken: { by: "Béla Nagy", at: now - minutes(2) }, version: 2 }),
    row(now, "m3", { number: { ...hidden }, first_at: now - minutes(12), last_at: now - minutes(12), due_at: now + minutes(48) }),
    row(now, "m4", {
      number: outside("+36205550134", "+36 20 555 0134", "HU"),
      name: "Tóth Eszter",
      line: "Support (HU)",
      due_at: null,
      taken: { by: "Ana Kiss", at: now - minutes(1) },
      version: 2,
    }),
  ];
}

/** The team's list in memory. */
export class FakeMissed {
  rows: MissedRow[] = [];
  private version = 0;

  constructor(private readonly now: number) {}

  list(): MissedRows {
    return { rows: this.rows, more: false };
  }

  view(me: string): MissedView {
    return { is_shared: true, for_me: this.rows.filter(({ taken }) => taken === null || taken.by === me).length, version: ++this.version };
  }

  act(id: string, act: MissedAct, me: string): void {
    const before = this.rows.find((one) => one.id === id);
    if (!before) throw { code: "not_found", message: "There is no such row in the list of missed calls" };
    if (before.taken && before.taken.by !== me) throw { code: "conflict", message: `${before.taken.by} has it` };
    if (act.kind === "done") {
      if (act.seen !== before.version) throw { code: "conflict", message: "It is another by now" };
      this.rows = this.rows.filter((one) => one.id !== id);
      return;
    }
    const taken = act.kind === "take" ? { by: me, at: this.now } : null;
    this.rows = this.rows.map((one) => (one.id === id ? { ...one, taken, version: one.version + 1 } : one));
  }
}
