import type {
  CampaignRecord,
  CardPart,
  CodeTree,
  CommandError,
  CustomerTicket,
  DispositionCode,
  PopView,
  TicketDraft,
  TreeCode,
  WrapUpDraft,
  WrapUpProblem,
  WrapUpView,
} from "../generated";
import { maria, popCall, stranger } from "./build";
import { oneLineLength } from "../../lib/room";
import { campaignSystem } from "./kinds";
import { readNumber } from "./numbers";
import { accountLimits } from "./outbox";
import { crmTickets, ticketProblems, ticketView } from "./tickets";

/** Calls in wrap-up, as the desk's core treats them. */

type Shown = Pick<PopView, "calls" | "wrap_ups">;

const LONGEST_COMMENT = 4_000;
const LARGEST_COMMENT = 1 << 20;
const TWO_YEARS = 2 * 366 * 24 * 3_600_000;

/** What can be in wrap-up, by name; `null`: nothing is, in this scenario. */
export function wrapUpScenario(name: string, now: number): Shown | null {
  switch (name) {
    case "wrap_up":
    case "wrap_up_callback":
      return shown(wrapUp(now, {}));
    case "wrap_up_campaign":
      return shown(wrapUp(now, { records: records(now), codes_call: true, deadline: now + 45_000 }));
    case "wrap_up_unknown":
      return shown(wrapUp(now, { records_unknown: true }));
    case "wrap_up_not_saved": {
      const one = wrapUp(now, { draft: { ...empty, revision: 3, code: "10", comment: "Wants the offer as PDF by Friday." } });
      return shown({ ...one, not_saved: { code: "disk_full", message: "the disk is full: make room and save again" } });
    }
    case "wrap_up_tickets":
      return shown(withTickets(wrapUp(now, {}), now, ["crm"]));
    // Wrapped up for its ticket alone.
    case "wrap_up_tickets_only":
      return shown(withTickets(wrapUp(now, { codes: { first: [], second: [], second_required: false } }), now, ["crm"]));
    // As many as a card brings, with long names and one that was merged.
    case "wrap_up_tickets_many": {
      const one = withTickets(wrapUp(now, {}), now, ["crm"]);
      const [first] = crmTickets(now);
      const long = ["Retraso en la entrega", "Unzustellbarkeitsbenachrichtigung ".repeat(9), "לא קיבלתי את החשבונית ".repeat(14)];
      const tickets = Array.from(
        { length: 20 },
        (_, n) => ({ ...first, id: `${4_800 - n}`, subject: long[n % 3] ?? "", merged: n === 4, assignee: "Maximiliana ".repeat(n % 4) }) as CustomerTicket,
      );
      const [part] = one.card.parts ?? [];
      if (part) part.tickets = tickets;
      return shown(judged({ ...one, draft: { ...empty, revision: 1, tickets: [{ ...noTicket, choice: "add_to", ticket: "4797" }] } }));
    }
    case "wrap_up_tickets_form":
      return shown(
        judged({
          ...withTickets(wrapUp(now, {}), now, ["crm"]),
          draft: { ...empty, revision: 1, tickets: [{ ...noTicket, choice: "new", form: "9", subject: "Unzustellbarkeitsbenachrichtigung ".repeat(7) }] },
        }),
      );
    case "wrap_up_private":
      return shown({ ...wrapUp(now, {}), call: { ...wrapUp(now, {}).call, privacy: { private: true, by: "Ana Kiss", at: now } } });
    case "wrap_up_tickets_two":
      return shown(withTickets(wrapUp(now, {}), now, ["crm", "ügyfélszolgálat"]));
    case "wrap_up_over":
      return shown(wrapUp(now, { started: now - 150_000, deadline: now - 30_000, over: true }));
    case "wrap_up_two": {
      const ended = wrapUp(now, {});
      const ringing = popCall(now, { id: "call-2", number: stranger, line: "Soporte", rang: 3, lookup: { kind: "no_match" } });
      return { calls: [...shown(ended).calls, ringing], wrap_ups: [ended] };
    }
    default:
      return null;
  }
}

const empty: WrapUpDraft = {
  revision: 0,
  code: null,
  second_code: null,
  comment: "",
  record: null,
  close_record: false,
  do_not_call: false,
  call_back: null,
  tickets: [],
};

const noTicket: TicketDraft = { account: "crm", choice: null, subject: "", form: null, fields: [], ticket: "" };

/** Asked where it is filed in these accounts; the customer has tickets in the first. */
function withTickets(one: WrapUpView, now: number, accounts: string[]): WrapUpView {
  const tickets = accounts.map((account) => ({ account, forms: [], form: null, fields: [], subject_left: 0 }));
  const parts: CardPart[] = [
    { source: "crm", state: { kind: "here", as_of: now - 180_000, kept: null }, customer: "crm/77", facts: [], tickets: crmTickets(now) },
  ];
  return judged({ ...one, tickets, card: { ...one.card, parts } });
}

function shown(one: WrapUpView): Shown {
  const { call, card, number, line_number } = one;
  return { calls: [{ call, card, number, line_number, quiet: false, may_end_here: false }], wrap_ups: [one] };
}

function wrapUp(now: number, change: Partial<WrapUpView>): WrapUpView {
  const { call, card, number, line_number } = popCall(now, { number: maria, state: { kind: "ended" }, rang: 320, spoke: 312, over: 14 });
  const one: WrapUpView = {
    call,
    card,
    number,
    line_number,
    records: [],
    records_unknown: false,
    codes_call: false,
    codes,
    tickets: [],
    draft: empty,
    comment_left: LONGEST_COMMENT,
    started: now - 14_000,
    deadline: null,
    over: false,
    saving: false,
    problems: [],
    not_saved: null,
    not_kept: null,
    ...change,
  };
  return judged(one);
}

function code(key: number | null, code: string, label: string, more: Partial<TreeCode> = {}): TreeCode {
  return { code, label, key, second: [], second_required: false, comment_required: false, do_not_call: false, call_back: false, ...more };
}

const why: DispositionCode[] = [
  { code: "31", label: "Túl drága" },
  { code: "32", label: "Ya tiene proveedor" },
  { code: "33", label: "Not now" },
];

const codes: CodeTree = {
  first: [
    code(1, "10", "Érdeklődik"),
    code(2, "20", "Ajánlatot kér", { comment_required: true }),
    code(3, "30", "Nem érdekli", { second: why, second_required: true }),
    code(4, "40", "Call back", { call_back: true }),
    code(5, "50", "Wrong number"),
    code(6, "60", "No llamar más", { do_not_call: true }),
  ],
  second: [],
  second_required: false,
};

function records(now: number): CampaignRecord[] {
  const of = (campaign: string, name: string, last: string | null, attempts: number): CampaignRecord => ({
    record: { account: campaignSystem.id, campaign, kind: "predictive", customer_id: `c-${campaign}` },
    campaign_name: name,
    customer_name: "Maria Lopez",
    numbers: ["+36301234567"],
    last_result: last,
    last_attempt: last === null ? null : now - 86_400_000,
    attempts,
    fields: [],
  });
  return [of("12", "Renovaciones 2026", "ANSWER-MACHINE", 3), of("17", "Téli akció", null, 0)];
}

/** With what is wrong or missing in it, in the order of the form. */
function judged(view: WrapUpView): WrapUpView {
  const tickets = view.tickets.map(({ account }) => ticketView(account, view.draft));
  return { ...view, tickets, comment_left: LONGEST_COMMENT - [...view.draft.comment.trim()].length, ...leftOf(view), problems: problemsOf(view, Date.now()) };
}

/** What the shortest of those who are told takes of the comment, and how much of that is left. */
function limitOf({ draft, codes: tree, codes_call }: WrapUpView): number | null {
  const forbids = draft.do_not_call || (tree.first.find((one) => one.code === draft.code)?.do_not_call ?? false);
  const closes = draft.record !== null && (draft.close_record || forbids);
  const limits = [...(codes_call ? [accountLimits.call_comment] : []), ...(closes ? [accountLimits.record_comment] : [])];
  return limits.length > 0 ? Math.min(...limits) : null;
}

function leftOf(view: WrapUpView): { comment_left?: number } {
  const most = limitOf(view);
  return most === null ? {} : { comment_left: most - oneLineLength(view.draft.comment) };
}

function problemsOf(view: WrapUpView, now: number): WrapUpProblem[] {
  const most = limitOf(view);
  const { draft, codes: tree, records: known, records_unknown } = view;
  const problems: WrapUpProblem[] = [];
  const found = tree.first.find((one) => one.code === draft.code);
  const forbids = draft.do_not_call || (found?.do_not_call ?? false);

  if (draft.code === null) {
    if (tree.first.length > 0 || draft.close_record || forbids) problems.push({ kind: "code_missing" });
  } else if (!found) problems.push({ kind: "code_unknown", code: draft.code });
  else {
    const second = found.second.length > 0 ? found.second : tree.second;
    const required = (found.second.length > 0 ? found.second_required : tree.second_required) && second.length > 0;
    if (draft.second_code === null) {
      if (required) problems.push({ kind: "second_code_missing" });
    } else if (!second.some((one) => one.code === draft.second_code)) problems.push({ kind: "second_code_unknown", code: draft.second_code });
  }

  const comment = draft.comment.trim();
  if (comment === "" && found?.comment_required) problems.push({ kind: "comment_missing" });
  const length = [...comment].length;
  const sent = oneLineLength(comment);
  if (most !== null && sent > most) problems.push({ kind: "comment_too_long", length: sent, most });
  else if (length > LONGEST_COMMENT) problems.push({ kind: "comment_too_long", length, most: LONGEST_COMMENT });
  const unseen = [...comment].filter((letter) => /\p{Cc}/u.test(letter) && !"\n\r\t".includes(letter)).length;
  if (unseen > 0) problems.push({ kind: "control_characters", count: unseen });

  for (const { account } of view.tickets) problems.push(...ticketProblems(account, draft));

  if (draft.record !== null) {
    if (!known.some(({ record }) => JSON.stringify(record) === JSON.stringify(draft.record))) problems.push({ kind: "record_unknown" });
  } else if (draft.close_record || draft.call_back?.style === "dialler" || (forbids && known.length > 0)) problems.push({ kind: "record_missing" });
  else if (forbids && records_unknown) problems.push({ kind: "records_unknown" });

  const { call_back } = draft;
  if (call_back === null) {
    if (found?.call_back && !forbids) problems.push({ kind: "call_back_missing" });
  } else if (forbids) problems.push({ kind: "call_back_forbidden" });
  else {
    if (call_back.at === null) problems.push({ kind: "call_back_time_missing" });
    else if (call_back.at <= now) problems.push({ kind: "call_back_in_past" });
    else if (call_back.at > now + TWO_YEARS) problems.push({ kind: "call_back_too_far" });
    if (call_back.number.trim() === "") problems.push({ kind: "call_back_number_missing" });
    else if (readNumber(call_back.number).reading.kind === "refused") problems.push({ kind: "call_back_number_unreadable" });
  }
  return problems;
}

/** The agent typed. */
export function takeDraft(view: WrapUpView, draft: WrapUpDraft): WrapUpView {
  if (draft.comment.length > LARGEST_COMMENT) throw refusal("invalid", "this is larger than can be kept: shorten it");
  if (JSON.stringify(draft) === JSON.stringify(view.draft)) return view;
  if (draft.revision <= view.draft.revision) throw refusal("conflict", "somebody typed here in another window meanwhile");
  return judged({ ...view, draft, not_saved: null });
}

/** The agent saves; throws where something is missing. */
export function mayFinish(view: WrapUpView): void {
  if (judged(view).problems.length > 0) throw refusal("invalid", "Something is missing or wrong: the form says what.");
}

const refusal = (code: CommandError["code"], message: string): CommandError => ({ code, message });
