import type {
  AttemptNote,
  Budget,
  Callback,
  Callbacks,
  Campaign,
  CampaignList,
  CampaignRecord,
  CodeList,
  Codes,
  NotCoded,
  OutboxAct,
  OutboxFilter,
  OutboxPage,
  OutboxRow,
  OutboxSummary,
  PendingListed,
  PendingView,
  Records,
  RecordRef,
  SmartWait,
  Submission,
  SubmissionState,
  SubmissionStory,
  Usage,
  UsageRange,
  Write,
  WriteLimits,
} from "../generated";
import { campaignSystem } from "./kinds";
import { minutes } from "./build";

/** Campaigns, codes, reports and a queue of writes to them, in memory: believable, nobody real. */

const account = campaignSystem.id;
const other = `${account}-soporte`;

const campaigns: Campaign[] = [
  { account, id: "7224", name: "Tavaszi megújítás 2026", kind: "predictive", running: true },
  { account, id: "7310", name: "Cobros tempranos Bogotá", kind: "preview", running: true },
  { account, id: "7355", name: "Elégedettségmérés – nemzetközi kiemelt ügyfelek, Budapest, Debrecen, Szeged és Pécs", kind: "predictive", running: false },
  { account: other, id: "118", name: "Postventa", kind: "preview", running: null },
];

const labels: [code: string, label: string][] = [
  ["101", "Interested, send offer"],
  ["102", "Agreed: renewed"],
  ["103", "Needs time to think"],
  ["104", "Call back later"],
  ["110", "No interest"],
  ["111", "Too expensive"],
  ["120", "Wrong number"],
  ["121", "Nobody there"],
  ["130", "Already customer"],
  ["140", "Complaint, passed on to the department for contracts and continuing obligations"],
  ["199", "Do not call again"],
];

function listsAt(now: number): CodeList[] {
  const first = labels.map(([code, label]) => ({ code, label }));
  const second = [
    { code: "A", label: "By phone" },
    { code: "B", label: "By e-mail" },
    { code: "C", label: "In person" },
  ];
  return [
    { account, first, second: [], fetched_at: now - minutes(95) },
    { account: other, first: first.slice(0, 4), second, fetched_at: now - minutes(95) },
  ];
}

const refOf = (campaign: string, customer_id: string): RecordRef => {
  const one = campaigns.find(({ id }) => id === campaign) ?? campaigns[0];
  if (!one) throw new Error("BUG: there are campaigns");
  return { account: one.account, campaign: one.id, kind: one.kind, customer_id };
};

function recordsAt(now: number): CampaignRecord[] {
  const maria = { customer_name: "María López", numbers: ["+36301234567", "+3612345678"] };
  return [
    {
      ...maria,
      record: refOf("7224", "HU-4411"),
      campaign_name: campaigns[0]?.name ?? "",
      last_result: "NO_ANSWER",
      last_attempt: now - minutes(1500),
      attempts: 2,
      fields: [
        ["opt1", "Premium"],
        ["city", "Budapest"],
      ],
    },
    { ...maria, record: refOf("118", "4411"), campaign_name: "Postventa", last_result: null, last_attempt: null, attempts: null, fields: [] },
    {
      customer_name: "Andrés Restrepo",
      numbers: ["+573105550187"],
      record: refOf("7310", "CO-87"),
      campaign_name: "Cobros tempranos Bogotá",
      last_result: "BUSY",
      last_attempt: now - minutes(40),
      attempts: 1,
      fields: [],
    },
  ];
}

const codify = (campaign: string, customer: string, code: string, comment = "", do_not_call = false): Write => ({
  kind: "codify",
  record: refOf(campaign, customer),
  code,
  second_code: null,
  comment,
  do_not_call,
});

type Sketch = { key: string; about: string; write: Write; ago: number; state: SubmissionState; attempts?: number; said?: string; call?: string };

function row(now: number, { key, about, write, ago, state, attempts = 0, said, call }: Sketch): OutboxRow {
  const submission: Submission = { key, write, about, call_id: call ?? null, agent: "Ana Kiss", made_at: now - minutes(ago), expires_at: null };
  return { submission, state, attempts, last_answer: said ?? null };
}

function rowsAt(now: number): OutboxRow[] {
  const midnight = new Date(now).setHours(24, 0, 0, 0);
  const long = "Maximiliana Bartholomea Oyinkansola Featherstonehaugh-Wolfeschlegelsteinhausen de la Vega y Montenegro";
  const sketches: Sketch[] = [
    {
      key: "k9",
      about: "Tóth Eszter",
      write: codify("7224", "HU-4520", "199", "Asked twice not to be called.", true),
      ago: 1,
      state: { kind: "waiting", why: "gate", until: midnight },
    },
    {
      key: "k8",
      about: long,
      write: codify("7355", "HU-90", "140", "Wants the contract in three languages and two copies before Friday."),
      ago: 4,
      state: { kind: "waiting", why: "gate", until: midnight },
    },
    {
      key: "k7",
      about: "Emma Clarke",
      write: { kind: "schedule_callback", record: refOf("118", "902"), at: now + minutes(1500), number: "+447700900123", style: "agent", agent_id: "101" },
      ago: 9,
      state: { kind: "parked", why: "refused", detail: "The recall date is outside the campaign's schedule", since: now - minutes(8) },
      attempts: 1,
      said: "The recall date is outside the campaign's schedule",
    },
    {
      key: "k6",
      about: "Javier Morales",
      write: {
        kind: "add_record",
        account,
        campaign: "7310",
        campaign_kind: "preview",
        customer_id: "ES-77",
        customer_name: "Javier Morales",
        numbers: ["+34655501987"],
        fields: [],
      },
      ago: 15,
      state: { kind: "may_be_written", since: now - minutes(14) },
      attempts: 1,
      said: "no answer within 15 s",
    },
    {
      key: "k5",
      about: "Horváth Gábor",
      write: { kind: "code_call", account: other, agent_id: "101", code: "102", second_code: "B", comment: "" },
      ago: 16,
      state: { kind: "waiting", why: "retry", until: now + minutes(2) },
      attempts: 3,
      said: "connection refused",
      call: "h1",
    },
    {
      key: "k4",
      about: "Kovács István",
      write: codify("7224", "HU-17", "777", "Code of last year."),
      ago: 31,
      state: { kind: "parked", why: "invalid", detail: "cod_act 777 does not exist", since: now - minutes(30) },
      attempts: 1,
      said: "cod_act 777 does not exist",
    },
    {
      key: "k3",
      about: "Lucía Fernández Ortega",
      write: { kind: "change_callback", record: refOf("118", "87"), at: now + minutes(3000), number: "+34915550142", style: "dialler", agent_id: null },
      ago: 33,
      state: { kind: "checking", until: now + minutes(1) },
      attempts: 1,
      said: "no answer within 15 s",
    },
    {
      key: "k2",
      about: "Andrés Restrepo",
      write: codify("7310", "CO-86", "101"),
      ago: 190,
      state: { kind: "done", at: now - minutes(189) },
      attempts: 2,
      said: "1 record codified",
    },
    {
      key: "k1",
      about: "Szabó Péter",
      write: codify("7224", "HU-3", "110"),
      ago: 260,
      state: { kind: "discarded", at: now - minutes(250) },
      attempts: 1,
      said: "the record is closed",
    },
  ];
  return sketches.map((sketch) => row(now, sketch));
}

const isOver = ({ state }: OutboxRow) => ["done", "discarded", "replaced"].includes(state.kind);
const needs = ({ state }: OutboxRow) => state.kind === "parked" || state.kind === "may_be_written";

/** What an account takes. */
export const accountLimits: WriteLimits = {
  record_comment: 2000,
  call_comment: 1000,
  code: 40,
  second_codes: true,
  id: 40,
  customer_id: 100,
  customer_name: 100,
  numbers: 10,
  number: 24,
  fields: [],
};

export class FakeOutbox {
  rows: OutboxRow[];
  pending: PendingListed[] = [];
  callbackList: Callback[];
  records: CampaignRecord[];
  readonly campaigns = campaigns;
  private readonly notes = new Map<string, AttemptNote[]>();
  private version = 1;
  private made = 0;

  constructor(private readonly now: number) {
    this.rows = rowsAt(now);
    this.records = recordsAt(now);
    this.callbackList = [
      { account, campaign: "7224", number: "+36301234567", at: now + minutes(45), style: "agent", agent: "101" },
      { account, campaign: "7310", number: "+573105550187", at: now - minutes(20), style: "dialler", agent: "101" },
    ];
  }

  /** What the desk says of it. */
  summary(): OutboxSummary {
    const waiting = this.rows.filter((one) => !isOver(one));
    const midnight = new Date(this.now).setHours(24, 0, 0, 0);
    const gate = { why: "day_quota" as const, until: midnight, detail: "Daily limit of API requests reached", since: this.now - minutes(12), said: true };
    return {
      waiting: waiting.length,
      needs_a_person: waiting.filter(needs).length,
      gates: [{ account, gate }],
      version: this.version,
      accounts: [account, other],
      limits: [account, other].map((account) => ({ account, limits: accountLimits })),
    };
  }

  pendingView(): PendingView {
    return {
      waiting: this.pending.length,
      needs_a_person: this.pending.filter(({ state }) => state === "refused").length,
      oldest: this.pending[0]?.since ?? null,
    };
  }

  page(filter: OutboxFilter, before: string | null, limit: number): OutboxPage {
    const wanted = { waiting: (one: OutboxRow) => !isOver(one), needs_a_person: needs, over: isOver }[filter];
    const rows = this.rows.filter(wanted);
    const start = before === null ? 0 : rows.findIndex(({ submission }) => submission.key === before) + 1;
    return { rows: rows.slice(start, start + limit), more: start + limit < rows.length };
  }

  story(key: string): SubmissionStory {
    const row = this.one(key);
    const tries: AttemptNote[] = Array.from({ length: row.attempts }, (_, i) => ({
      at: row.submission.made_at + minutes(i),
      outcome:
        row.state.kind === "done" && i === row.attempts - 1
          ? "done"
          : row.state.kind === "parked"
            ? "refused"
            : row.state.kind === "waiting"
              ? "not_sent"
              : "unknown",
      answer: row.last_answer ?? "",
    }));
    return { row, attempts: [...tries, ...(this.notes.get(key) ?? [])] };
  }

  act(key: string, act: OutboxAct): void {
    const row = this.one(key);
    const note = (outcome: string) => this.notes.set(key, [...(this.notes.get(key) ?? []), { at: this.now, outcome, answer: "Ana Kiss" }]);
    this.version += 1;
    switch (act.kind) {
      case "retry":
        note("retried");
        row.state = { kind: "waiting", why: "turn", until: null };
        return;
      case "edit":
        note("edited");
        row.submission.write = act.write;
        row.state = { kind: "waiting", why: "turn", until: null };
        return;
      case "mark_done":
        note("marked_done");
        row.state = { kind: "done", at: this.now };
        return;
      case "discard":
        note("discarded");
        row.state = { kind: "discarded", at: this.now };
    }
  }

  submit(write: Write, about: string | null): string {
    this.made += 1;
    this.version += 1;
    const key = `new-${this.made}`;
    this.rows = [row(this.now, { key, about: about ?? "", write, ago: 0, state: { kind: "waiting", why: "turn", until: null } }), ...this.rows];
    return key;
  }

  /** Something saved here that the hub has not accepted. */
  keepHere(key: string, about: string, state: PendingListed["state"], message = ""): void {
    const { submission } = row(this.now, { key, about, write: codify("7224", "HU-88", "101"), ago: 3, state: { kind: "waiting", why: "no_hub", until: null } });
    const error = message ? { code: "invalid" as const, message } : null;
    this.pending = [...this.pending, { handover: { kind: "write", submission }, since: submission.made_at, tries: error ? 1 : 0, error, state }];
  }

  dropPending(key: string): void {
    this.pending = this.pending.filter(({ handover }) => (handover.kind === "write" ? handover.submission.key : handover.outcome.key) !== key);
  }

  /** A busy day of an account, or a month of them; the same at every look. */
  usage(of: string | null, range: UsageRange): Usage {
    const name = of ?? account;
    const parts = range === "day" ? 96 : 30;
    const length = range === "day" ? 900_000 : 86_400_000;
    const to = (Math.floor(this.now / length) + 1) * length;
    const slots = Array.from({ length: parts }, (_, i) => {
      const at = to - (parts - i) * length;
      const hour = range === "day" ? new Date(at).getHours() : 12;
      const busy = hour >= 8 && hour < 19 ? 1 : 0;
      const wave = (k: number) => Math.round(busy * (range === "day" ? 1 : 60) * (6 + 5 * Math.sin(i / k)));
      const requests = { look_up: wave(5), agent_act: wave(9), write: 2 * wave(7), report: i % 12 === 0 ? busy : 0, test: 0 };
      return { at, until: at + length, requests, limited: i === parts - 20 ? 3 : 0, failed: i % 17 === 0 ? 1 : 0, waiting: Math.round(wave(7) / 2) };
    });
    const sum = (pick: (slot: (typeof slots)[number]) => number) => slots.reduce((all, slot) => all + pick(slot), 0);
    const total = {
      look_up: sum(({ requests }) => requests.look_up),
      agent_act: sum(({ requests }) => requests.agent_act),
      write: sum(({ requests }) => requests.write),
      report: sum(({ requests }) => requests.report),
      test: 0,
    };
    const part = (share: number) => ({
      look_up: 0,
      agent_act: Math.round(total.agent_act * share),
      write: Math.round(total.write * share),
      report: 0,
      test: 0,
    });
    const budget = this.budgets().find((one) => one.account === name);
    return {
      account: name,
      accounts: [account, other],
      range,
      from: slots[0]?.at ?? to,
      to,
      slots,
      total,
      limited: sum(({ limited }) => limited),
      failed: sum(({ failed }) => failed),
      by: [
        { agent: "ana", requests: part(0.5), limited: 2 },
        { agent: "Wolfeschlegelsteinhausenbergerdorff-Kovácsné Béláné", requests: part(0.3), limited: 1 },
        { agent: null, requests: { ...part(0.2), look_up: total.look_up, report: total.report }, limited: 0 },
      ],
      saved_by_batching: 412,
      cache_hits: 1_204,
      windows: (budget?.windows ?? []).map((one) => (one.window === "minute" ? { ...one, others: 23 } : one)),
      waiting: budget?.waiting ?? 0,
      not_kept: 0,
    };
  }

  budgets(): Budget[] {
    const midnight = new Date(this.now).setHours(24, 0, 0, 0);
    const waits = (of: string) => this.rows.filter((one) => !isOver(one) && accountOf(one.submission.write) === of);
    const budget = (of: string, used: number, gate: Budget["gate"]): Budget => ({
      account: of,
      gate,
      waiting: waits(of).length,
      needs_a_person: waits(of).filter(needs).length,
      windows: [
        { window: "minute", limit: 60, used: gate ? 0 : 12, left: gate ? 60 : 48, reserved: 6, resets_at: this.now + 41_000 },
        { window: "day", limit: 5000, used, left: 5000 - used, reserved: used === 5000 ? 0 : 500, resets_at: midnight },
      ],
    });
    return [budget(account, 5000, this.summary().gates[0]?.gate ?? null), budget(other, 1840, null)];
  }

  recordsOf(number: string): Records {
    const digits = number.replace(/\D/g, "");
    if (digits === "") throw { code: "not_a_number", message: "there are no digits in it" };
    return { records: this.records.filter(({ numbers }) => numbers.some((one) => one.replace(/\D/g, "").endsWith(digits.slice(-9)))), unasked: [] };
  }

  codes(): Codes {
    return { lists: listsAt(this.now), unasked: [] };
  }

  campaignList(): CampaignList {
    return { campaigns, unasked: [] };
  }

  callbacks(): Callbacks {
    return { callbacks: this.callbackList, unasked: [] };
  }

  smartWait(of: string | null, from: number, to: number): SmartWait {
    const skill = (name: string, entered: number, accepted: number, declined: number, reached: number, failed: number, level: number | null, raw: string) => ({
      skill: name,
      entered,
      accepted,
      declined,
      callback_reached: reached,
      callback_failed: failed,
      service_level_up: level,
      service_level_raw: raw,
    });
    const rows = [
      skill("Ventas Hungría", 1284, 902, 211, 744, 158, 6.4, "6,4%"),
      skill("Soporte técnico", 640, 233, 380, 170, 63, 2.1, "2.1"),
      skill("Kiemelt ügyfelek nemzetközi értékesítési vonala", 58, 51, 4, 50, 1, null, "n/a"),
      skill("Cobros", 0, 0, 0, 0, 0, 0, "0"),
    ];
    return { account: of ?? account, from, to, rows, fetched_at: this.now, not_before: this.now + minutes(5), may_be_cut: false };
  }

  notCoded(of: string | null): NotCoded[] {
    const call = (ago: number, number: string, campaign_id: string | null, customer_id: string | null): NotCoded => ({
      account: of ?? account,
      at: this.now - minutes(ago),
      number,
      campaign_id,
      customer_id,
      external_id: `w-${ago}`,
    });
    return [call(12, "+36301234567", "7224", "HU-4411"), call(95, "+573105550187", "7310", null), call(260, "+34911234567", null, null)];
  }

  private one(key: string): OutboxRow {
    const row = this.rows.find(({ submission }) => submission.key === key);
    if (!row) throw { code: "not_found", message: "It is no longer there." };
    return row;
  }
}

function accountOf(write: Write): string {
  if (write.kind === "other") return "";
  return "record" in write ? write.record.account : write.account;
}
