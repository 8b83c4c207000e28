/**
 * A back end for the browser and for tests: believable data, and every command does what it says in memory.
 *
 * `popup.html?fake=several&lang=hu&theme=dark&keyboard=1` shows one scenario, `index.html?fake=none&campaigns` accounts with campaigns. Never part of the app's own build.
 */
import type { Backend } from "../index";
import type {
  Appearance,
  Call,
  CallFilter,
  CallSearch,
  Caution,
  Commands,
  ControlAct,
  Customer,
  DeskView,
  DoneImport,
  Events,
  FormDraft,
  ImportPreview,
  Language,
  LastImport,
  ListedCall,
  MadePrivate,
  Match,
  OwnCallbackView,
  PopView,
  PushNote,
  SettingsView,
  Tested,
  TestReport,
  WrapUpView,
} from "../generated";
import { matchesOf } from "../../lib/customer";
import { questionScenario } from "./asking";
import { FakeElsewhere } from "./elsewhere";
import { history, liveRow, manyDays, timeline } from "./history";
import { legRows } from "./legs";
import { telephony } from "./kinds";
import { FakeLeft, uncoded } from "./left";
import { FakeMissed, missedRows } from "./missed";
import { FakeNotes } from "./notes";
import { matching, readNumber } from "./numbers";
import { callbackScenario, callbacksView } from "./ownCallbacks";
import { FakeOutbox } from "./outbox";
import { people } from "./people";
import { FakeRecordings } from "./recordings";
import { scenarios } from "./scenarios";
import { FakeSetAside, type WithCard } from "./setAside";
import { lastPushes, settings } from "./settings";
import { ticketBy } from "./tickets";
import { mayFinish, takeDraft, wrapUpScenario } from "./wrapUps";

type Done = { [K in keyof Commands]: (args: Commands[K]["args"]) => Commands[K]["reply"] };
export type Asked = { [K in keyof Commands]: { name: K; args: Commands[K]["args"] } }[keyof Commands];

export class Fake implements Backend {
  readonly now: number;
  pop: PopView;
  desk: DeskView;
  settings: SettingsView = structuredClone(settings);
  /** What PBXs sent last, newest first. */
  pushes: PushNote[];
  customers: Customer[];
  rows: ListedCall[];
  /** The call-backs that were promised, the soonest first. */
  own: OwnCallbackView[];
  readonly aside = new FakeSetAside("Ana Kiss");
  readonly recordings: FakeRecordings;
  readonly notes: FakeNotes;
  /** What other systems keep; nothing until one is connected. */
  readonly elsewhere: FakeElsewhere;
  /** The team's missed calls; empty until {@link withMissed}. */
  readonly missed: FakeMissed;
  /** What is left beside missed callers and call-backs; nothing until {@link withLeft}. */
  readonly left = new FakeLeft();
  /** Campaigns and what waits for them; empty until {@link withCampaigns}. */
  outbox: FakeOutbox | null = null;
  /** Every command that was given, in order. */
  readonly asked: Asked[] = [];
  /** What is typed in forms, by place; it outlives a window, and this fake a restart. */
  readonly forms = new Map<string, FormDraft>();
  lastImport: LastImport | null = null;
  doneImports: DoneImport[] = [];
  /** What is told of a chosen file beside what is in it. */
  previewed: Pick<ImportPreview, "doubt" | "header_row" | "rows_left_out" | "numbers_below" | "sheets" | "sheet"> & Partial<ImportPreview> = {
    doubt: null,
    header_row: 1,
    rows_left_out: 0,
    numbers_below: 0,
    sheets: [],
    sheet: null,
  };
  /** Nothing can be saved. */
  diskFull: boolean;
  /** Commands that shall fail, with what. */
  readonly failing = new Map<keyof Commands, { code: string; message: string }>();
  private readonly held = new Map<keyof Commands, Promise<void>>();
  private readonly ears: { event: keyof Events; heard: (payload: never) => void }[] = [];

  constructor(scenario = "ringing", now = Date.now()) {
    this.now = now;
    this.missed = new FakeMissed(now);
    const { calls, wrap_ups } = wrapUpScenario(scenario, now) ?? { calls: scenarios[scenario]?.(now) ?? [], wrap_ups: [] };
    this.diskFull = scenario === "wrap_up_not_saved";
    const speech = { language: "en" as Language, country: "HU", appearance: "system" as Appearance };
    this.customers = people(now);
    for (const one of calls) this.aside.begin(one.call.id, one, this.customers);
    this.rows = history(now);
    this.recordings = new FakeRecordings(now);
    this.notes = new FakeNotes(now);
    this.elsewhere = new FakeElsewhere(now);
    this.pushes = lastPushes(now);
    this.own = callbackScenario(scenario, now);
    const due = this.own.filter(({ at }) => at <= now);
    this.pop = {
      version: 1,
      calls,
      wrap_ups,
      noted: [],
      due: due.slice(0, 4),
      due_count: due.length,
      question: questionScenario(scenario),
      phone: null,
      on_question: false,
      selected: calls[0]?.call.id ?? null,
      has_keyboard: false,
      hub_ahead: 0,
      hotkey: "Ctrl+Alt+Space",
      ...speech,
    };
    this.desk = {
      agent: { name: "Ana Kiss", extension: "101", lines: ["+3612001000"] },
      calls,
      team: ["Ana Kiss", "Nagy Béla", "Marta Ruiz"],
      missed: 2,
      missed_list: { is_shared: false, for_me: 0, version: 0 },
      left: { missed: 0, callbacks_due: 0, without_code: 0, stuck: 0, total: 0, version: 0 },
      connections: [
        { name: "pbx", state: { kind: "ready", detail: "pbx.example.com" } },
        { name: "incoming", state: { kind: "ready", detail: "127.0.0.1:8480" } },
        { name: "directory", state: { kind: "ready", detail: "" } },
      ],
      outbox: { waiting: 0, needs_a_person: 0, gates: [], version: 0, accounts: [], limits: [] },
      hub_ahead: 0,
      pending: { waiting: 0, needs_a_person: 0, oldest: null },
      call_notes: 0,
      wrap_ups: wrap_ups.length,
      own_callbacks: callbacksView(this.own, now, 0),
      forms: 0,
      quiet: "card",
      do_not_disturb: false,
      demo: false,
      first_start: scenario === "first_start",
      settings_problem: scenario === "broken_settings" ? { message: "line 4: unknown key “extention”", path: this.settings.path } : null,
      version: "0.1.0",
      ...speech,
    };
    this.desk.left = this.left.view(this.desk);
  }

  async call<K extends keyof Commands>(name: K, args: Commands[K]["args"]): Promise<Commands[K]["reply"]> {
    this.asked.push({ name, args } as Asked);
    await this.held.get(name);
    const failure = this.failing.get(name);
    if (failure) throw failure;
    return structuredClone(this.done[name](args));
  }

  /** Leaves this command without an answer until what is returned is called. */
  hold(name: keyof Commands): () => void {
    let answer = (): void => undefined;
    this.held.set(name, new Promise<void>((resolve) => (answer = resolve)));
    return () => {
      this.held.delete(name);
      answer();
    };
  }

  audio(_name: string, from: number, to: number): Promise<ArrayBuffer> {
    return Promise.resolve(this.recordings.audio(from, to));
  }

  async listen<E extends keyof Events>(event: E, heard: (payload: Events[E]) => void): Promise<() => void> {
    const ear = { event, heard: heard as (payload: never) => void };
    this.ears.push(ear);
    return () => void this.ears.splice(this.ears.indexOf(ear), 1);
  }

  /** Sends an event to whoever listens. */
  emit<E extends keyof Events>(event: E, payload: Events[E]): void {
    for (const ear of [...this.ears]) if (ear.event === event) ear.heard(structuredClone(payload) as never);
  }

  /** Changes what the popup shows, and says so. */
  showPop(change: Partial<PopView>): null {
    this.pop = { ...this.pop, ...change, version: this.pop.version + 1 };
    this.emit("pop", this.pop);
    return null;
  }

  showDesk(change: Partial<DeskView>): null {
    const desk = { ...this.desk, ...change };
    this.desk = { ...desk, left: this.left.view(desk) };
    this.emit("desk", this.desk);
    return null;
  }

  /** Accounts with campaigns are connected, and several writes wait for them. */
  withCampaigns(): FakeOutbox {
    this.outbox ??= new FakeOutbox(this.now);
    Object.assign(this.desk, { outbox: this.outbox.summary(), pending: this.outbox.pendingView() });
    return this.outbox;
  }

  /** The hub shares its list of missed calls, with several on it. */
  withMissed(): FakeMissed {
    this.missed.rows = missedRows(this.now);
    this.tellMissed();
    return this.missed;
  }

  /** Two of my calls have no code, and what needs a person of what waits is mine to decide about. */
  withLeft(): FakeLeft {
    this.left.withoutCode = uncoded(this.rows, this.now);
    this.left.stuck = this.withCampaigns().rows.filter(({ state }) => ["parked", "may_be_written"].includes(state.kind));
    this.tellMissed();
    return this.left;
  }

  /** Says what changed in it. */
  tellMissed(): null {
    return this.showDesk({ missed_list: this.missed.view(this.desk.agent?.name ?? "") });
  }

  /** Says what changed in what waits. */
  tellOutbox(): null {
    return this.outbox ? this.showDesk({ outbox: this.outbox.summary(), pending: this.outbox.pendingView() }) : null;
  }

  /** Changes what was promised, and says so in both windows. */
  showOwn(own: OwnCallbackView[]): null {
    this.own = [...own].sort((a, b) => a.at - b.at);
    const due = this.own.filter(({ at }) => at <= this.now);
    this.showDesk({ own_callbacks: callbacksView(this.own, this.now, this.desk.own_callbacks.version + 1) });
    return this.showPop({ due: due.slice(0, 4), due_count: due.length });
  }

  /** The arguments of every time `name` was asked. */
  argsOf<K extends keyof Commands>(name: K): Commands[K]["args"][] {
    return this.asked.filter((one) => one.name === name).map((one) => one.args as Commands[K]["args"]);
  }

  private settleLeft(callId: string): null {
    this.left.settle(callId);
    return this.showDesk({});
  }

  private step(by: number): null {
    const { calls, selected } = this.pop;
    const at = calls.findIndex(({ call }) => call.id === selected);
    const next = calls[(at + by + calls.length) % Math.max(1, calls.length)];
    return this.showPop({ selected: next?.call.id ?? null });
  }

  /** The telephone system does it at once. */
  private control(callId: string, act: ControlAct): null {
    const calls = structuredClone(this.pop.calls);
    const { call } = this.one(calls.find((one) => one.call.id === callId));
    if (!call.controls) throw { code: "invalid", message: "It takes no acts." };
    if (act.kind === "hold" || act.kind === "resume") call.controls.hold = { on: act.kind === "hold", known: true };
    if (act.kind === "pause_recording" || act.kind === "resume_recording") {
      call.controls.recording_paused = { on: act.kind === "pause_recording", known: true };
    }
    if (act.kind === "mute" || act.kind === "unmute") call.controls.mute = { on: act.kind === "mute", known: true };
    if (act.kind === "hang_up" || act.kind === "transfer") Object.assign(call, { state: { kind: "ended" }, ended_at: Date.now() });
    return this.showPop({ calls });
  }

  private choose(callId: string, customer: string | null): null {
    if (customer === null) return this.setAsideFor(callId, null);
    const who = this.one(this.customers.find(({ id }) => id === customer));
    this.known(callId);
    const row = this.rows.find(({ call }) => call.id === callId);
    if (row) Object.assign(row, { customer_id: who.id, customer_name: who.name });
    return this.changeCards(callId, (one) => {
      const others = matchesOf(one.card.lookup);
      const known = others.some((match) => match.customer.id === customer);
      const reason = { kind: one.number.e164 === null ? ("chosen" as const) : ("remembered" as const) };
      const matches: Match[] = known ? others : [{ customer: who, strength: "exact", reason }, ...others];
      this.aside.find(callId, one, { kind: "found", matches, chosen: customer }, customer);
    });
  }

  private setAsideFor(callId: string, only: string | null): null {
    this.known(callId);
    const row = this.rows.find(({ call }) => call.id === callId);
    if (row && (only === null || row.customer_id === only)) Object.assign(row, { customer_id: null, customer_name: null });
    const at = this.aside.moment();
    return this.changeCards(callId, (one) => this.aside.setAside(callId, one, only, at));
  }

  /** It is private, or not after all: on the card, and in the list with what became of its recordings. */
  private setPrivate(callId: string, on: boolean): MadePrivate {
    const privacy = { private: on, by: this.desk.agent?.name ?? "", at: Date.now() };
    this.rows = this.rows.map((row) => (row.call.id === callId ? { ...row, call: { ...row.call, privacy } } : row));
    const changed = <T extends { call: Call }>(all: T[]) => all.map((one) => (one.call.id === callId ? { ...one, call: { ...one.call, privacy } } : one));
    this.showDesk({ calls: changed(this.desk.calls) });
    this.showPop({ calls: changed(this.pop.calls) });
    return on ? this.recordings.makePrivate(callId) : { deleted: 0, held: 0, told: [] };
  }

  /** Somebody said something of a number, or took it back. */
  private numberSaid(customer: string, text: string, theirs: boolean): null {
    this.one(this.customers.find(({ id }) => id === customer));
    const { reading } = readNumber(text);
    const number = this.pop.calls.find((one) => one.number.display === text)?.number ?? (reading.kind === "number" ? reading.number : null);
    if (number === null) throw { code: "not_a_number", message: "It is no number." };
    if (theirs) this.aside.takeBackNumber(customer, number.display);
    else this.aside.say(customer, number, this.aside.moment());
    return this.changeCards(null, (one, id) => this.aside.look(id, one));
  }

  private known(callId: string): void {
    const somewhere = [...this.rows, ...this.pop.calls, ...this.desk.calls].some(({ call }) => call.id === callId);
    this.one(somewhere ? callId : undefined);
  }

  /** Changes the card of one call, or of every one, wherever it is shown. */
  private changeCards(callId: string | null, change: (one: WithCard, id: string) => void): null {
    const changed = <T extends WithCard & { call: { id: string } }>(all: T[]): T[] =>
      structuredClone(all).map((one) => {
        if (callId === null || one.call.id === callId) change(one, one.call.id);
        return one;
      });
    this.showDesk({ calls: changed(this.desk.calls) });
    return this.showPop({ calls: changed(this.pop.calls), wrap_ups: changed(this.pop.wrap_ups) });
  }

  private showWrapUp(callId: string, change: (one: WrapUpView) => WrapUpView): null {
    this.one(this.pop.wrap_ups.find(({ call }) => call.id === callId));
    return this.showPop({ wrap_ups: this.pop.wrap_ups.map((one) => (one.call.id === callId ? change(one) : one)) });
  }

  private finishWrapUp(callId: string): null {
    mayFinish(this.one(this.pop.wrap_ups.find(({ call }) => call.id === callId)));
    if (!this.diskFull) return this.endWrapUp(callId);
    const not_saved = { code: "disk_full" as const, message: "the disk is full: make room and save again" };
    this.showWrapUp(callId, (one) => ({ ...one, not_saved }));
    throw { code: "not_saved", message: not_saved.message };
  }

  private endWrapUp(callId: string): null {
    const wrap_ups = this.pop.wrap_ups.filter(({ call }) => call.id !== callId);
    const calls = this.pop.calls.filter(({ call }) => call.id !== callId || call.ended_at === null);
    this.showDesk({ wrap_ups: wrap_ups.length });
    return this.showPop({ wrap_ups, calls, ...this.without(callId, calls) });
  }

  /** The keyboard goes back with the card it was on. */
  private without(callId: string, calls: PopView["calls"]): Partial<PopView> {
    const { selected, has_keyboard } = this.pop;
    return selected === callId ? { selected: calls.at(-1)?.call.id ?? null, has_keyboard: false } : { has_keyboard };
  }

  private list({ missed, live }: CallFilter, before: string | null, limit: number): { calls: ListedCall[]; more: boolean } {
    const rows = this.rows.filter(({ call }) => (!missed || call.state.kind === "missed") && (!live || call.ended_at === null));
    const start = before === null ? 0 : rows.findIndex(({ call }) => call.id === before) + 1;
    return { calls: rows.slice(start, start + limit), more: start + limit < rows.length };
  }

  private find({ text, direction, ended }: CallSearch, before: string | null, limit: number): { calls: ListedCall[]; next: string | null } {
    const said = (row: ListedCall) => [row.customer_name, row.number.display, row.outcome?.label, row.outcome?.comment].join(" ").toLowerCase();
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    const as = { spoken: "ended", missed: "missed", failed: "failed" } as const;
    const rows = this.rows.filter(
      (row) =>
        words.every((word) => said(row).includes(word)) &&
        (direction === null || row.call.direction === direction) &&
        (ended === null || row.call.state.kind === as[ended]),
    );
    const start = before === null ? 0 : rows.findIndex(({ call }) => call.id === before) + 1;
    const calls = rows.slice(start, start + limit);
    return { calls, next: start + limit < rows.length ? (calls.at(-1)?.call.id ?? null) : null };
  }

  private one<T>(thing: T | undefined): T {
    if (thing === undefined) throw { code: "not_found", message: "It is no longer there." };
    return thing;
  }

  private search(query: string, limit: number): Match[] {
    return matching(this.customers, query).slice(0, limit);
  }

  private readonly done: Done = {
    view: () => this.desk,
    pop_view: () => this.pop,
    popup_ready: () => null,
    popup_painted: () => null,
    popup_action: ({ action }) => {
      switch (action) {
        case "hide":
          return this.showPop({ calls: [], due: [], due_count: 0, selected: null, has_keyboard: false });
        case "give_back_keyboard":
          return this.showPop({ has_keyboard: false, on_question: false });
        case "next":
          return this.step(1);
        case "previous":
          return this.step(-1);
      }
    },
    popup_select: ({ callId }) => this.showPop({ selected: callId }),
    popup_resize: () => null,
    control: ({ callId, act }) => this.control(callId, act),
    show_wrap_ups: () => null,
    own_callbacks: () => this.own,
    question_painted: ({ id }) =>
      this.pop.question?.id === id && this.pop.question.takes_keyboard && !this.pop.has_keyboard
        ? this.showPop({ has_keyboard: true, on_question: true })
        : null,
    question_answer: ({ id }) => {
      if (this.pop.question?.id !== id) return null;
      return this.showPop({ question: null, on_question: false, has_keyboard: this.pop.has_keyboard && !this.pop.on_question });
    },
    callback_call: ({ callId, confirmed }) => {
      const { number } = this.one(this.own.find(({ call_id }) => call_id === callId));
      if (number.country === "GB" && !confirmed) return { kind: "confirm", text: number.display, number, name: null, reason: "looks_too_long", cautions: [] };
      return { kind: "dialling", call_id: "call-back-1" };
    },
    callback_move: ({ callId, at }) => {
      this.one(this.own.find(({ call_id }) => call_id === callId));
      return this.showOwn(this.own.map((one) => (one.call_id === callId ? { ...one, at } : one)));
    },
    callback_done: ({ callId }) => this.showOwn(this.own.filter(({ call_id }) => call_id !== callId)),
    callbacks_put_away: () => this.showPop({ due: [], due_count: 0 }),
    popup_keyboard: () => this.showPop({ has_keyboard: true, on_question: false }),
    wrap_up_draft: ({ callId, draft }) =>
      this.pop.wrap_ups.some(({ call }) => call.id === callId)
        ? this.showWrapUp(callId, (one) => takeDraft(one, draft))
        : this.showPop({ noted: [...this.pop.noted.filter(({ call_id }) => call_id !== callId), { call_id: callId, draft, not_kept: null }] }),
    wrap_up_finish: ({ callId }) => this.finishWrapUp(callId),
    wrap_up_skip: ({ callId }) => this.endWrapUp(callId),
    end_here: ({ callId }) => {
      const calls = this.pop.calls.filter(({ call }) => call.id !== callId);
      return this.showPop({ calls, ...this.without(callId, calls) });
    },
    dismiss_call: ({ callId }) => {
      const calls = this.pop.calls.filter(({ call }) => call.id !== callId);
      return this.showPop({ calls, ...this.without(callId, calls) });
    },
    dial: ({ text, confirmed, told }) => {
      const { reading } = readNumber(text);
      if (reading.kind === "refused") return { kind: "refused", code: "not_a_number", message: reading.message, reason: reading.reason };
      if (reading.certainty !== "sure" && !confirmed)
        return { kind: "confirm", text, number: reading.number, name: null, reason: reading.certainty, cautions: [] };
      const cautions: Caution[] = reading.number.e164?.startsWith("+3690") && !told ? [{ kind: "premium", country: "HU", name: null, asks: true }] : [];
      if (cautions.length > 0) return { kind: "confirm", text, number: reading.number, name: null, reason: null, cautions };
      return { kind: "dialling", call_id: "call-new" };
    },
    dial_about: () => ({ kind: "dialling", call_id: "call-new" }),
    dial_from_card: () => ({ kind: "dialling", call_id: "call-new" }),
    read_number: ({ text }) => readNumber(text),
    calls: ({ filter, before, limit }) => this.list(filter, before ?? null, limit),
    set_private: ({ callId, private: on }) => this.setPrivate(callId, on),
    recordings: ({ callId }) => this.recordings.of[callId] ?? [],
    listen: ({ recording }) => this.recordings.ticket(recording),
    find_calls: ({ search, before, limit }) => this.find(search, before ?? null, limit),
    customer_calls: ({ customer, before, limit }) => {
      const rows = this.rows.filter(({ customer_id }) => customer_id === customer);
      const start = before ? rows.findIndex(({ call }) => call.id === before) + 1 : 0;
      const calls = rows.slice(start, start + limit);
      return { calls, next: start + limit < rows.length ? (calls.at(-1)?.call.id ?? null) : null };
    },
    export_calls: () => "/home/ana/calls.csv",
    call: ({ id }) => timeline(this.one(this.rows.find(({ call }) => call.id === id) ?? liveRow(this.desk.calls, id)), this.recordings.of[id] ?? []),
    notes: ({ callId }) => this.notes.list(callId),
    add_note: ({ callId, key, text }) => this.notes.add(callId, key, text, this.desk.agent?.name ?? ""),
    edit_note: ({ callId, key, text, version }) =>
      this.notes.change(callId, key, version, () => ({ text, edited: { by: this.desk.agent?.name ?? null, at: Date.now() } })),
    approve_note: ({ callId, key, version }) =>
      this.notes.change(callId, key, version, () => ({ approval: { kind: "given", by: this.desk.agent?.name ?? null, at: Date.now() } })),
    delete_note: ({ callId, key }) => {
      this.notes.remove(callId, key);
      return null;
    },
    missed_seen: () => this.showDesk({ missed: 0 }),
    missed_list: () => this.missed.list(),
    missed_act: ({ id, act }) => {
      this.missed.act(id, act, this.desk.agent?.name ?? "");
      return this.tellMissed();
    },
    left: () => this.left.list(),
    left_of_team: () => this.left.ofTeam(),
    code_now: ({ callId }) => this.settleLeft(callId),
    no_code_needed: ({ callId }) => this.settleLeft(callId),
    search_customers: ({ query, limit }) => this.search(query, limit),
    customer: ({ id }) => this.one([...this.customers, ...this.elsewhere.customers].find((customer) => customer.id === id)),
    save_customer: ({ id, details, seen }) => {
      const before = this.customers.find((customer) => customer.id === id);
      if (before && before.updated_at !== seen) throw { code: "conflict", message: "It was changed meanwhile." };
      const saved: Customer = { ...details, id: id ?? `c${this.customers.length + 1}`, source: "directory", updated_at: Date.now() };
      this.customers = [saved, ...this.customers.filter((customer) => customer.id !== id)];
      return saved;
    },
    delete_customer: ({ id }) => {
      this.customers = this.customers.filter((customer) => customer.id !== id);
      return null;
    },
    choose: ({ callId, customer }) => this.choose(callId, customer ?? null),
    set_aside: ({ callId, customer }) => this.setAsideFor(callId, customer),
    take_back: ({ callId, customers }) => this.changeCards(callId, (one) => this.aside.takeBack(callId, one, customers)),
    number_not_theirs: ({ customer, number }) => this.numberSaid(customer, number, false),
    number_theirs: ({ customer, number }) => this.numberSaid(customer, number, true),
    not_theirs: ({ customer }) => this.aside.of(customer),
    submit: ({ write, about }) => {
      const key = this.outbox?.submit(write, about ?? null) ?? `key-${this.asked.length}`;
      this.tellOutbox();
      return key;
    },
    pending: () => this.outbox?.pending ?? [],
    pending_retry: () => null,
    pending_discard: ({ key }) => {
      this.outbox?.dropPending(key);
      return this.tellOutbox();
    },
    outbox: ({ filter, before, limit }) => this.outbox?.page(filter, before ?? null, limit) ?? { rows: [], more: false },
    submission: ({ key }) => this.one(this.outbox ?? undefined).story(key),
    outbox_act: ({ key, act }) => {
      this.outbox?.act(key, act);
      return this.tellOutbox();
    },
    budgets: () => this.outbox?.budgets() ?? [],
    usage: ({ account, range }) => this.one(this.outbox ?? undefined).usage(account ?? null, range),
    campaign_records: ({ number }) => this.outbox?.recordsOf(number) ?? { records: [], unasked: [] },
    codes: () => this.outbox?.codes() ?? { lists: [], unasked: [] },
    ticket: ({ id }) => ticketBy(this.now, id),
    campaigns: () => this.outbox?.campaignList() ?? { campaigns: [], unasked: [] },
    callbacks: () => this.outbox?.callbacks() ?? { callbacks: [], unasked: [] },
    smart_wait: ({ account, from, to }) => this.one(this.outbox ?? undefined).smartWait(account ?? null, from, to),
    not_coded: ({ account }) => this.outbox?.notCoded(account ?? null) ?? [],
    customer_sources: () => this.elsewhere.sources,
    search_source: ({ source, query, limit }) => this.elsewhere.search(source, query, limit),
    create_customer_in: ({ source, details }) => this.elsewhere.create(source, details),
    about_customer: ({ id }) => this.elsewhere.about(id),
    link_customers: ({ one, other }) => this.elsewhere.link(one, other),
    unlink_customers: ({ one, other }) => this.elsewhere.unlink(one, other),
    open_ticket: () => null,
    open_link: () => null,
    show_main: () => null,
    set_quiet: ({ mode }) => this.showDesk({ quiet: mode }),
    set_do_not_disturb: ({ on }) => this.showDesk({ do_not_disturb: on }),
    settings: () => this.settings,
    save_settings: ({ patch }) => {
      // A part that is given changes what it names, as in the shell.
      const parts = ["agent", "locale", "numbers", "listen", "desk"] as const;
      const merged = Object.fromEntries(parts.map((part) => [part, { ...this.settings[part], ...patch[part] }]));
      this.settings = { ...this.settings, ...patch, ...merged } as SettingsView;
      const { locale, appearance, desk } = this.settings;
      this.showDesk({ language: locale.language ?? this.desk.language, country: locale.country, appearance, quiet: desk.quiet });
      return this.settings;
    },
    save_account: ({ account }) => {
      const others = this.settings.accounts.filter(({ name }) => name !== account.name);
      const before = this.settings.accounts.find(({ name }) => name === account.name);
      const secrets = Object.fromEntries(Object.keys(account.secrets).map((key) => [key, "set" as const]));
      const webhooks = [
        {
          kind: "incoming",
          method: "POST",
          url: `http://${this.settings.listen.address}/in/${account.name}/incoming?key=•••`,
          proof: "The push key must come with every push, as the parameter key.",
        },
      ];
      this.settings.accounts = [
        ...others,
        { ...account, secrets: { ...before?.secrets, ...secrets }, webhooks, signs_in: account.values.sign_in === "oauth", problem: null },
      ];
      return this.settings;
    },
    remove_account: ({ name }) => {
      this.settings.accounts = this.settings.accounts.filter((account) => account.name !== name);
      return this.settings;
    },
    save_shared_hub: ({ hub: { url, token } }) => {
      const { hub } = this.settings;
      this.settings.hub = { url, token: url === "" ? "not_set" : token ? "set" : hub.token };
      return this.settings;
    },
    test_shared_hub: () => passed(["hub", `A hub answers at ${this.settings.hub.url}.`], ["sign_in", "It lets Ana Kiss in."]),
    use_description: ({ id, sha256 }) => {
      const shown = this.settings.descriptions.find((one) => one.id === id && one.sha256 === sha256);
      if (!shown) throw { code: "invalid_setting", message: "The file was changed meanwhile: look at it again." };
      const { title } = shown;
      const profiles = [...this.settings.profiles, { id, title, description: "", settings: [], pushes: shown.pushes }];
      this.settings = { ...this.settings, profiles, descriptions: this.settings.descriptions.filter((one) => one !== shown) };
      return this.settings;
    },
    sign_in: () => passed(["sign_in", "signed in as Anna Agent (admin)"]),
    test_account: ({ name }) => {
      const report = passed(
        ["address", "https://pbx.example.com"],
        ["connect", "pbx.example.com answers"],
        ["sign_in", "The PBX accepted user and password or key"],
      );
      const [, , signIn] = report.steps;
      // Its vendor has nothing to ask that rings nobody.
      if (signIn && this.settings.accounts.find((one) => one.name === name)?.connector === telephony.id) {
        Object.assign(signIn, {
          state: "not_checked",
          detail: "User and password or key were not tried: this PBX has nothing to ask that rings nobody. Dial a number to try them",
        });
        report.state = "not_checked";
      }
      return report;
    },
    test_incoming: () => passed(["listen", `Webhooks arrive at ${this.settings.listen.address}.`], ["account", "The account reads pushes."]),
    test_secrets: () => passed(["keyring", "A secret was written, read and deleted again."]),
    copy_api_token: () => null,
    copy_incoming_address: () => null,
    pushes: ({ account }) => this.pushes.filter((note) => account === undefined || account === null || note.account === account),
    pick_import_file: () => ({ handle: "8d1f3c1e-0b52-4b39-a3a4-5a5a2e1d7c10", name: "customers.csv" }),
    import_preview: ({ choices }) => ({
      file_name: "customers.csv",
      format: "csv",
      encoding: "windows-1250",
      delimiter: ";",
      columns: [
        { name: "Név", sample: ["Kovács István", "Tóth Eszter"], target: "name", guessed: false },
        { name: "Cég", sample: ["Duna Logisztika Zrt.", ""], target: "company", guessed: false },
        { name: "Telefon", sample: ["06 1 234 5678", "0620/555-0134"], target: "number", guessed: false },
        { name: "Törzsszám", sample: ["A-1001", "A-1002"], target: "external_id", guessed: false },
      ],
      rows_estimated: 12_480,
      remarks: [],
      ...this.previewed,
      ...(choices.encoding === null ? {} : { encoding: choices.encoding }),
      ...(choices.sheet === null ? {} : { sheet: choices.sheet }),
    }),
    import_start: () => {
      const bytes = 1_240_000;
      const rows = { read: 12_480, created: 12_301, updated: 120, unchanged: 51, refused: 8 };
      const refused_rows = [{ row: 17, reason: "give a name, a company, an e-mail address or a number", why: { code: "nobody" as const } }];
      const adjusted_rows = [
        {
          row: 23,
          reason: "the VIP column has a value that is neither yes nor no: it is kept as the free field “VIP”",
          adjustments: [{ why: { code: "vip" as const }, became: { code: "field" as const, name: "VIP" } }],
        },
      ];
      const unclear_rows = [{ row: 31, name: "Kovács István", customer: "Kovács István, Duna Logisztika Zrt.", why: "same_name" as const, reason: "…" }];
      const left_open = { unclear: 1, unclear_rows, unread: 0, left_out: 0, joined: 0 };
      const shown = { refused_rows, adjusted: 1, adjusted_rows, ...left_open, report_path: "/home/ana/customers-report.csv" };
      this.emit("import_progress", { state: "done", ...rows, total_bytes: bytes, done_bytes: bytes, ...shown, message: null });
      return null;
    },
    import_settle: () => null,
    import_cancel: () => null,
    import_last: () => this.lastImport,
    save_import_report: () => "/home/ana/Documents/import-report.csv",
    imports_done: () => this.doneImports,
    import_undo: ({ id }) => {
      const undone = this.doneImports.find((one) => one.id === id);
      this.doneImports = [];
      return { removed: undone?.created ?? 0, restored: undone?.updated ?? 0, kept: 0, kept_customers: [] };
    },
    form_typed: ({ place, typed }) => {
      this.forms.set(place, { place, at: Date.now(), typed, not_kept: null });
      return null;
    },
    form_gone: ({ place }) => {
      this.forms.delete(place);
      return null;
    },
    form_drafts: () => ({ drafts: [...this.forms.values()], revision: this.asked.length }),
    export_customers: ({ format }) => `/home/ana/customers.${format === "csv" ? "csv" : "vcf"}`,
    start_demo: () => this.showDesk({ demo: true, first_start: false }),
    stop_demo: () => this.showDesk({ demo: false }),
    demo_ring: ({ kind }) => {
      const scenario = { known: "ringing", several: "several", unknown: "unknown_caller", hidden: "hidden", vip: "ringing" }[kind];
      const calls = scenarios[scenario]?.(Date.now()) ?? [];
      this.showDesk({ calls });
      return this.showPop({ calls, selected: calls[0]?.call.id ?? null });
    },
    choose_settings_file_defaults: () => this.showDesk({ settings_problem: null }),
    quit: () => null,
  };
}

function passed(...steps: [what: Tested, detail: string][]): TestReport {
  return { state: "works", steps: steps.map(([what, detail]) => ({ state: "works", what, detail })) };
}

/** What is wrong with a connection, by name: `&trouble=phone`. */
const troubles: Record<string, DeskView["connections"][number]> = {
  phone: { name: "phone", state: { kind: "trouble", code: "phone_away", detail: "" } },
  token: { name: "hub", state: { kind: "trouble", code: "not_let_in", detail: "hub.example.com" } },
};

/** The fake a page's address asks for. */
export function fakeFromAddress(search: string): Fake {
  const wish = new URLSearchParams(search);
  const fake = new Fake(wish.get("fake") ?? "ringing");
  const language = (wish.get("lang") ?? "en") as Language;
  const appearance = (wish.get("theme") ?? "system") as Appearance;
  Object.assign(fake.pop, { language, appearance, has_keyboard: wish.has("keyboard") });
  Object.assign(fake.desk, { language, appearance, demo: wish.has("demo") });
  if (wish.get("rows") === "none") fake.rows = [];
  if (wish.has("sources")) fake.elsewhere.withSeveral();
  if (wish.has("campaigns")) {
    fake.withCampaigns().keepHere("here-1", "Kovácsné Nagy Ágnes", "waiting");
    fake.withCampaigns();
  }
  if (wish.has("missed")) fake.withMissed();
  if (wish.has("left")) fake.withLeft().team = uncoded(fake.rows, fake.now, ["Kiss Pál", "Horváth Éva", null]);
  if (wish.get("rows") === "many") fake.rows = manyDays(fake.now);
  if (wish.get("rows") === "legs") fake.rows = legRows(fake.now);
  const trouble = troubles[wish.get("trouble") ?? ""];
  if (trouble) fake.desk.connections = [...fake.desk.connections, trouble];
  // For the browser's console: `fake.showPop({ calls: [] })`.
  Object.assign(window, { fake });
  return fake;
}
