import type { CallEntry, CallOutcome, CallState, CallStory, ListedCall, Moment, OutboxRow, PopCall, Recording, SubmissionState, Write } from "../generated";
import { stepsOfLegs } from "./legs";
import { days, maria, minutes, outside, popCall, shared, stranger } from "./build";

function coded(at: number): CallOutcome {
  return {
    key: "outcome-h3",
    call_id: "h3",
    agent: "Ana Kiss",
    code: "002",
    label: "Promise of payment",
    second_code: "A01",
    second_label: "This week",
    comment: "Pays on Friday.\nAsk for the transfer slip.",
    do_not_call: false,
    call_back: { at: at + days(6), number: "+3612345678", style: "agent" },
    by_default: false,
    at,
  };
}

/** A few days of calls, newest first. */
export function history(now: number): ListedCall[] {
  const row = (
    id: string,
    at: number,
    name: string | null,
    customer: string | null,
    state: CallState,
    number = maria,
    outbound = false,
    spoken = 0,
  ): ListedCall => {
    const { call, line_number } = popCall(now, { id, number, outbound, state });
    const connected = spoken > 0 ? at + 6000 : null;
    return {
      number,
      line_number,
      call: { ...call, started_at: at, connected_at: connected, ended_at: at + 6000 + spoken },
      customer_name: name,
      customer_id: customer,
      outcome: null,
    };
  };
  return [
    {
      ...row("h1", now - minutes(12), "María López", "c1", { kind: "ended" }, maria, false, 312_000),
      note: "Wants the invoice again",
      recorded: true,
      may_listen: true,
    },
    row("h2", now - minutes(47), null, null, { kind: "missed" }, stranger),
    {
      ...row("h3", now - minutes(95), "Kovács István", "c2", { kind: "ended" }, shared, true, 64_000),
      outcome: coded(now - minutes(92)),
      recorded: true,
      may_listen: true,
    },
    row(
      "h4",
      now - minutes(140),
      "Emma Clarke",
      "c7",
      { kind: "failed", leg: "customer", why: { code: "busy" } },
      outside("+447700900123", "+44 7700 900123", "GB"),
      true,
    ),
    {
      ...row("h5", now - days(1), "Lucía Fernández Ortega", "c5", { kind: "answered_elsewhere" }, outside("+34915550142", "+34 915 55 01 42", "ES")),
      recorded: true,
    },
    row(
      "h6",
      now - days(1) - minutes(200),
      null,
      null,
      { kind: "ended" },
      { kind: "hidden", display: "", country: null, e164: null, extension: null },
      false,
      45_000,
    ),
    row("h7", now - days(2), "Andrés Restrepo", "c6", { kind: "missed" }, outside("+573105550187", "+57 310 555 0187", "CO")),
    row("h8", now - days(5), "Tóth Eszter", "c8", { kind: "outcome_not_reported" }, outside("+36205550134", "+36 20 555 0134", "HU")),
  ];
}

/** Enough calls for several pages. */
export function manyDays(now: number): ListedCall[] {
  return Array.from({ length: 20 }, (_, round) =>
    history(now - days(round * 6)).map((row) => ({ ...row, call: { ...row.call, id: `${row.call.id}-${round}` } })),
  ).flat();
}

/** A call that is going on, as the list has it. */
export function liveRow(calls: PopCall[], id: string): ListedCall | undefined {
  const live = calls.find((one) => one.call.id === id);
  return live && { call: live.call, number: live.number, line_number: live.line_number, customer_name: null, customer_id: null, outcome: null };
}

export function timeline(row: ListedCall, recordings: Recording[]): CallStory {
  return { row, steps: stepsOf(row), moments: momentsOf(row, recordings), missing: [] };
}

/** A call that was coded has a whole story: noted, coded twice, written, and what there is of recordings. */
function momentsOf({ call, outcome }: ListedCall, recordings: Recording[]): Moment[] {
  const end = call.ended_at ?? call.started_at;
  const recorded: Moment[] = recordings.map((recording) => ({ at: end + 4000, what: { kind: "recorded", recording } }));
  if (!outcome) return recorded;
  const first: CallOutcome = {
    ...outcome,
    key: "first",
    code: "001",
    label: "Not interested",
    second_code: null,
    second_label: null,
    comment: "",
    call_back: null,
    at: end + 20_000,
  };
  const entry: CallEntry = {
    call_id: call.id,
    account: "pbx",
    direction: call.direction,
    outcome: "answered",
    number: "+36301234567",
    line: "",
    started_at: call.started_at,
    ended_at: end,
    seconds: 70,
    talk_seconds: 64,
  };
  const wrote = (key: string, at: number, write: Write, state: SubmissionState, row: Partial<OutboxRow> = {}): Moment => ({
    at,
    what: {
      kind: "written",
      submission: {
        row: {
          submission: { key, write, about: "Kovács István", call_id: call.id, agent: "Ana Kiss", made_at: outcome.at, expires_at: null },
          state,
          attempts: 1,
          last_answer: null,
          ...row,
        },
        attempts: [],
      },
    },
  });
  const written = outcome.at + 3000;
  return [
    { at: call.started_at + 20_000, what: { kind: "noted", by: "Ana Kiss", note: "Asks for more time.\nHas lost the last letter." } },
    ...recorded,
    { at: first.at, what: { kind: "coded", outcome: first } },
    { at: outcome.at, what: { kind: "coded", outcome } },
    wrote("w1", written, { kind: "log_call", account: "crm", entry }, { kind: "done", at: written }, { reference: "e-4711", attempts: 2 }),
    wrote(
      "w2",
      written + 1000,
      { kind: "tell_team", account: "webhook", event: "call.coded", entry },
      { kind: "parked", why: "refused", detail: "unknown event", since: written + 1000 },
      { last_answer: "unknown event" },
    ),
  ];
}

function stepsOf(row: ListedCall): CallStory["steps"] {
  const { call } = row;
  const legs = call.course?.legs ?? [];
  if (legs.length > 1) return stepsOfLegs(legs);
  const steps: CallStory["steps"] = [];
  if (call.direction === "outbound") {
    steps.push({ at: call.started_at + 400, event: { kind: "agent_ringing" } });
    steps.push({ at: call.started_at + 2900, event: { kind: "agent_answered" } });
    steps.push({ at: call.started_at + 3300, event: { kind: "customer_ringing" } });
  }
  if (call.connected_at !== null) steps.push({ at: call.connected_at, event: { kind: "connected" } });
  const { state } = call;
  const end = call.ended_at ?? call.started_at;
  if (state.kind === "ended" || state.kind === "missed" || state.kind === "answered_elsewhere") steps.push({ at: end, event: { kind: state.kind } });
  if (state.kind === "failed") steps.push({ at: end, event: state });
  if (state.kind === "outcome_not_reported") steps.push({ at: end, event: { kind: "expired" } });
  return steps;
}
