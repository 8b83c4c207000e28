import type { CallState, EndReason, FailReason, Leg, NumberView, PopCall } from "../generated";
import { days, earlier, found, maria, mariaFound, match, outside, popCall, shared, stranger } from "./build";
import { partHere, ticket, withParts } from "./elsewhere";
import { inside } from "./legs";

const hidden: NumberView = { kind: "hidden", display: "", country: null, e164: null, extension: null };

/** Why a call or a phone was not reached, as the network tells it. */
export const reasons = [
  "busy",
  "no_answer",
  "declined",
  "no_such_number",
  "number_changed",
  "number_incomplete",
  "no_route",
  "not_reachable",
  "out_of_service",
  "provider_refuses",
  "congested",
  "network_failure",
  "incompatible",
  "other",
] as const satisfies EndReason[];

const longCourse = {
  queue: "Kiemelt ügyfelek nemzetközi értékesítési várólistája – Budapest, Debrecen, Szeged és Pécs",
  passed_by: "Maximiliana Bartholomea Oyinkansola Featherstonehaugh-Wolfeschlegelsteinhausen",
};

/** What can be on the card, by name: for `popup.html?fake=<name>`, tests and screenshots. */
export const scenarios: Record<string, (now: number) => PopCall[]> = {
  none: () => [],
  ...Object.fromEntries(
    ["link", "link_premium", "link_emergency", "link_satellite", "link_unusual", "link_unsure", "link_refused"].map((name) => [name, () => []]),
  ),
  link_call: (now) => [popCall(now, { earlier: earlier(now) })],
  ringing: (now) => [popCall(now, { earlier: earlier(now) })],
  looking: (now) => [popCall(now, { version: 1, rang: 1, lookup: { kind: "looking" } })],
  likely: (now) => [
    popCall(now, {
      number: outside("+34915550142", "+34 915 55 01 42", "ES"),
      line: "Atención al cliente",
      lookup: found([match(now, "c5", "likely", { kind: "other_form", label: "work" })]),
    }),
  ],
  maybe: (now) => [
    popCall(now, {
      number: outside("+36205550134", "+36 20 555 0134", "HU"),
      lookup: found([match(now, "c8", "maybe", { kind: "last_digits", digits: 7, label: "mobile" })]),
    }),
  ],
  several: (now) => [popCall(now, { number: shared, lookup: several(now) })],
  sources: (now) => [
    withParts(popCall(now, { earlier: earlier(now) }), [
      partHere(now, "helpdesk", "helpdesk/7"),
      { source: "erp", state: { kind: "asking" }, facts: [], tickets: [] },
      { source: "billing", state: { kind: "no_answer", detail: "no answer in time" }, facts: [], tickets: [] },
    ]),
  ],
  sources_limit: (now) => [
    withParts(popCall(now, {}), [partHere(now, "helpdesk", "helpdesk/7", { state: { kind: "here", as_of: now - days(2), kept: "limit" } })]),
  ],
  sources_many: (now) => [
    withParts(
      popCall(now, {
        number: shared,
        lookup: found(
          Array.from({ length: 20 }, (_, n) => {
            const one = match(now, "c2", "exact", { kind: "same_number", label: "work" });
            return { ...one, customer: { ...one.customer, id: `helpdesk/${n}`, source: "helpdesk", name: `Kovács ${n + 1}` } };
          }),
        ),
      }),
      [{ source: "helpdesk", state: { kind: "here", as_of: now - 180_000, kept: "fresh" }, facts: [], tickets: [], may_be_more: true }],
    ),
  ],
  sources_suspended: (now) => [
    withParts(popCall(now, {}), [
      partHere(now, "helpdesk", "helpdesk/7", {
        facts: [
          { label: { kind: "suspended" }, text: "true" },
          { label: { kind: "organization" }, text: "Acme Logistics" },
        ],
        tickets: [ticket(now, "4102", "Router", { status: "closed", merged: true, created_at: now - days(400) })],
      }),
    ]),
  ],
  sources_long: (now) => [
    withParts(popCall(now, {}), [
      partHere(now, "helpdesk-of-the-whole-company", "helpdesk-of-the-whole-company/7", {
        facts: [{ label: { kind: "field", name: "שם החברה ".repeat(9) }, text: "חברת שילוח בינלאומית ".repeat(20) }],
        tickets: [1, 2, 3, 4, 5].map((n) => ticket(now, String(n), "Unzustellbarkeitsbenachrichtigung ".repeat(12), { assignee: "Maximiliana ".repeat(9) })),
      }),
    ]),
  ],
  remembered: (now) => [
    popCall(now, {
      number: shared,
      lookup: found([match(now, "c2", "exact", { kind: "remembered" }), match(now, "c3", "exact", { kind: "same_number", label: "work" })], "c2"),
    }),
  ],
  set_aside: (now) => [
    popCall(now, {
      lookup: { kind: "no_match" },
      setAside: [{ customer: "c1", name: "María López", of: "call", by: "Ana Kiss", at: now }],
      earlier: earlier(now),
    }),
  ],
  not_theirs: (now) => [
    popCall(now, {
      lookup: { kind: "no_match" },
      setAside: [
        { customer: "c1", name: "María López", of: "number", by: "Ana Kiss", at: now - days(3) },
        { customer: "c2", name: "Kovács István", of: "number", by: null, at: now - days(40) },
      ],
    }),
  ],
  unknown_caller: (now) => [popCall(now, { number: stranger, line: "Soporte", lookup: { kind: "no_match" } })],
  hidden: (now) => [
    popCall(now, {
      number: { kind: "hidden", display: "", country: null, e164: null, extension: null },
      lookup: { kind: "not_asked" },
    }),
  ],
  internal: (now) => [
    popCall(now, {
      number: { kind: "internal", display: "104", country: null, e164: null, extension: null },
      line: null,
      lookup: { kind: "not_asked" },
    }),
  ],
  own: (now) => [popCall(now, { number: outside("+3612001001", "+36 1 200 1001", "HU"), lookup: { kind: "not_asked" } })],
  unreadable: (now) => [
    popCall(now, {
      number: { kind: "unreadable", display: "anonymous@☎ <b>bold</b>", country: null, e164: null, extension: null },
      lookup: { kind: "not_asked" },
    }),
  ],
  crm_down: (now) => [popCall(now, { lookup: { kind: "unavailable", system: "Acme CRM", matches: [] } })],
  crm_down_known: (now) => [
    popCall(now, {
      lookup: {
        kind: "unavailable",
        system: "Acme CRM",
        matches: [match(now, "c1", "exact", { kind: "same_number", label: "mobile" })],
      },
      earlier: earlier(now),
    }),
  ],
  connected: (now) => [popCall(now, { state: { kind: "connected" }, rang: 99, spoke: 84, earlier: earlier(now) })],
  ended: (now) => [popCall(now, { state: { kind: "ended" }, rang: 320, spoke: 312, over: 4 })],
  missed: (now) => [popCall(now, { state: { kind: "missed" }, rang: 31, over: 3, earlier: earlier(now) })],
  missed_unknown: (now) => [popCall(now, { number: stranger, state: { kind: "missed" }, rang: 31, over: 3, lookup: { kind: "no_match" } })],
  answered_elsewhere: (now) => [popCall(now, { state: { kind: "answered_elsewhere" }, rang: 12, over: 2 })],
  not_answered: (now) => [popCall(now, { state: { kind: "answered_elsewhere" }, rang: 22, over: 2, course: { part: { kind: "not_answered" } } })],
  declined: (now) => [popCall(now, { state: { kind: "answered_elsewhere" }, rang: 5, over: 2, course: { part: { kind: "declined" } } })],
  passed_on: (now) => [popCall(now, { state: { kind: "ended" }, rang: 60, spoke: 50, over: 2, course: { part: { kind: "passed_to", to: "Béla Kovács" } } })],
  received_with_note: (now) => [
    popCall(now, {
      rang: 3,
      course: { passed_by: "Béla Kovács" },
      notes: [{ by: "Béla Kovács", note: "Wants the March invoice again.\nSpeaks English.", at: now - 9_000 }],
    }),
  ],
  may_be_over: (now) => [popCall(now, { state: { kind: "connected" }, rang: 700, spoke: 690, mayEndHere: true })],
  received: (now) => [popCall(now, { rang: 3, course: { passed_by: "Béla Kovács" } })],
  given_up: (now) => [
    popCall(now, { outbound: true, state: { kind: "ended" }, rang: 15, over: 2, course: { not_reached: true, part: { kind: "not_reached" } } }),
  ],
  lost_end: (now) => [
    popCall(now, { state: { kind: "outcome_not_reported" }, rang: 900, spoke: 890, over: 2, course: { part: { kind: "end_not_reported" } } }),
  ],
  not_reported: (now) => [popCall(now, { state: { kind: "outcome_not_reported" }, rang: 190, over: 2 })],
  starting: (now) => [outgoing(now, { kind: "starting" }, 0)],
  choose_number: (now) => [popCall(now, { outbound: true, state: { kind: "unknown" }, rang: 3, course: { advice: "choose_number" } })],
  calls_another: (now) => [popCall(now, { outbound: true, state: { kind: "starting" }, rang: 1, course: { advice: "calls_another" } })],
  agent_ringing: (now) => [outgoing(now, { kind: "agent_ringing" }, 3)],
  calling: (now) => [outgoing(now, { kind: "ringing" }, 9)],
  controlled: (now) => [
    popCall(now, {
      outbound: true,
      state: { kind: "agent_ringing" },
      rang: 12,
      controls: { hold: { on: false, known: true }, mute: { on: false, known: false } },
    }),
  ],
  out_connected: (now) => [popCall(now, { outbound: true, state: { kind: "connected" }, rang: 60, spoke: 42 })],
  out_ended: (now) => [popCall(now, { outbound: true, state: { kind: "ended" }, rang: 130, spoke: 121, over: 2 })],
  out_unknown: (now) => [outgoing(now, { kind: "unknown" }, 12)],
  fail_authentication: (now) => [failed(now, "agent", { code: "authentication", detail: "Invalid API key" })],
  fail_refused: (now) => [failed(now, "agent", { code: "refused", detail: "Destination <not> allowed for this user & class" })],
  fail_unreachable: (now) => [failed(now, "agent", { code: "unreachable", detail: "" })],
  fail_not_configured: (now) => [failed(now, "agent", { code: "not_configured", detail: "api_url is missing" })],
  fail_agent_busy: (now) => [failed(now, "agent", { code: "busy" })],
  fail_busy: (now) => [failed(now, "customer", { code: "busy" })],
  fail_agent_no_answer: (now) => [failed(now, "agent", { code: "no_answer" })],
  fail_no_answer: (now) => [failed(now, "customer", { code: "no_answer" })],
  fail_declined: (now) => [failed(now, "customer", { code: "declined" })],
  fail_other: (now) => [failed(now, "customer", { code: "other", detail: "cause 38: network out of order" })],
  ...Object.fromEntries(
    (["no_such_number", "provider_refuses", "congested"] as const).map((reason) => [
      `fail_${reason}`,
      (now: number) => [failed(now, "customer", { code: "other", reason, detail: "Q.850 1" })],
    ]),
  ),
  ...Object.fromEntries(
    reasons.flatMap((reason) => [
      [`fail_agent_${reason}`, (now: number) => [failed(now, "agent", { code: "other", reason, detail: "" })]],
      [`fail_customer_${reason}`, (now: number) => [failed(now, "customer", { code: "other", reason, detail: "" })]],
    ]),
  ),
  went_to_service: (now) => [popCall(now, { state: { kind: "answered_elsewhere" }, rang: 22, over: 2, course: { part: { kind: "went_to_service" } } })],
  phone_was_busy: (now) => [popCall(now, { state: { kind: "answered_elsewhere" }, rang: 3, over: 2, course: { part: { kind: "busy" } } })],
  phone_not_reached: (now) => [popCall(now, { state: { kind: "answered_elsewhere" }, rang: 3, over: 2, course: { part: { kind: "failed" } } })],
  hidden_in_queue: (now) => [popCall(now, { number: hidden, lookup: { kind: "not_asked" }, course: { queue: "Ügyfélszolgálat" } })],
  colleague_called: (now) => [
    popCall(now, {
      outbound: true,
      number: inside("102"),
      called: inside("101"),
      state: { kind: "connected" },
      rang: 30,
      spoke: 21,
      lookup: { kind: "not_asked" },
      course: { party_name: "Béla Kovács" },
    }),
  ],
  received_long: (now) => [
    popCall(now, { ...long(now), course: longCourse, notes: [{ by: longCourse.passed_by, note: "Wants it all again. ".repeat(40), at: now }] }),
  ],
  stack_of_legs: (now) => [
    popCall(now, { id: "call-1", state: { kind: "connected" }, rang: 99, spoke: 84, course: { queue: "Ügyfélszolgálat" } }),
    popCall(now, { id: "call-2", state: { kind: "answered_elsewhere" }, rang: 24, over: 3, number: shared, course: { part: { kind: "not_answered" } } }),
    popCall(now, {
      id: "call-3",
      number: inside("102"),
      called: inside("101"),
      line: null,
      rang: 4,
      lookup: { kind: "not_asked" },
      course: { party_name: "Béla Kovács" },
    }),
    popCall(now, { id: "call-4", number: hidden, rang: 3, lookup: { kind: "not_asked" }, course: { queue: "Ügyfélszolgálat" } }),
    popCall(now, { ...long(now), id: "call-5", rang: 2, course: longCourse }),
  ],
  fail_phone_away: (now) => [failed(now, "agent", { code: "other", reason: "not_reachable", detail: "Q.850 20" })],
  queue: (now) => [
    popCall(now, {
      number: stranger,
      lookup: { kind: "no_match" },
      course: { queue: "Ügyfélszolgálat", party_name: "Molnár Ágnes" },
      extra: { queue: "Ügyfélszolgálat" },
    }),
  ],
  colleague: (now) => [
    popCall(now, {
      number: { kind: "internal", display: "102", country: null, e164: null, extension: null },
      called: { kind: "internal", display: "101", country: null, e164: null, extension: null },
      line: null,
      lookup: { kind: "not_asked" },
      course: { party_name: "Béla Kovács" },
    }),
  ],
  only_hang_up: (now) => [
    popCall(now, {
      outbound: true,
      state: { kind: "connected" },
      rang: 12,
      spoke: 8,
      controls: {
        hold: { on: false, known: false },
        mute: { on: false, known: false },
        can: { hang_up: true, hold: false, mute: false, tones: false, transfer: false },
      },
    }),
  ],
  recorded: (now) => [
    popCall(now, {
      state: { kind: "connected" },
      rang: 12,
      spoke: 8,
      earlier: earlier(now),
      controls: {
        hold: { on: false, known: false },
        mute: { on: false, known: false },
        recording_paused: { on: false, known: true },
        can: { hang_up: true, hold: false, mute: false, tones: false, transfer: false },
      },
    }),
  ],
  two_calls: (now) => [
    popCall(now, { id: "call-1", state: { kind: "connected" }, rang: 99, spoke: 84, earlier: earlier(now) }),
    popCall(now, { id: "call-2", number: stranger, line: "Soporte", rang: 3, lookup: { kind: "no_match" } }),
  ],
  three_calls: (now) => [
    ...(scenarios["two_calls"]?.(now) ?? []),
    popCall(now, { ...long(now), id: "call-3", number: outside("+5215512345678", "+52 1 55 1234 5678", "MX"), rang: 2 }),
  ],
  five_calls: (now) => [
    ...(scenarios["two_calls"]?.(now) ?? []),
    popCall(now, { id: "call-3", number: shared, rang: 2, lookup: several(now) }),
    popCall(now, { id: "call-4", number: { kind: "hidden", display: "", country: null, e164: null, extension: null }, rang: 1, lookup: { kind: "not_asked" } }),
    popCall(now, { id: "call-5", number: outside("+447700900123", "+44 7700 900123", "GB"), rang: 0, lookup: { kind: "looking" } }),
  ],
  long: (now) => [popCall(now, long(now))],
};

function several(now: number) {
  return found([
    match(now, "c2", "exact", { kind: "same_number", label: "work" }),
    match(now, "c3", "exact", { kind: "same_number", label: "work" }),
    match(now, "c4", "maybe", { kind: "last_digits", digits: 7, label: "work" }),
  ]);
}

function outgoing(now: number, state: CallState, rang: number): PopCall {
  return popCall(now, { outbound: true, state, rang, number: maria, lookup: mariaFound(now), earlier: earlier(now) });
}

function failed(now: number, leg: Leg, why: FailReason): PopCall {
  return popCall(now, { outbound: true, state: { kind: "failed", leg, why }, rang: 14, over: 1 });
}

/** Everything as long as it gets, and words without a place to break them. */
function long(now: number): Parameters<typeof popCall>[1] {
  const one = match(now, "c1", "exact", { kind: "same_number", label: "Központi titkárság, második emelet, hétköznap 8 és 16 óra között" });
  one.customer = {
    ...one.customer,
    name: "Maximiliana Bartholomea Oyinkansola Featherstonehaugh-Wolfeschlegelsteinhausen de la Vega y Montenegro",
    company: "Elektrizitätswirtschaftsorganisationsgesellschaft mit beschränkter Haftung & Co. Kommanditgesellschaft auf Aktien",
    role: "Stellvertretende Leiterin der Abteilung für internationale Beschaffung und Lieferantenbeziehungen",
    tags: [
      "Schlüsselkunde",
      "Donaudampfschifffahrtselektrizitätenhauptbetriebswerk",
      "VIP",
      "Contract 2026",
      "Needs invoice copy",
      "No marketing",
      "Late payer",
    ],
    notes: `<img src=x onerror="alert(1)"> ${"Needs every offer in three languages and two copies. ".repeat(8)}${"x".repeat(200)}`,
  };
  return {
    number: { kind: "unreadable", display: "9".repeat(200), country: null, e164: null, extension: null },
    line: "Kiemelt ügyfelek nemzetközi értékesítési vonala – Budapest, Debrecen, Szeged és Pécs",
    lookup: found([one], "c1"),
    earlier: [
      { at: now - 864e5 * 500, agent: "Featherstonehaugh-Wolfeschlegelsteinhausen de la Vega", state: { kind: "answered_elsewhere" }, direction: "inbound" },
      ...earlier(now),
    ],
    extra: { queue: "Priority-Enterprise-International-Escalations-Level-3", ivr_choice: "2 → 4 → 1" },
  };
}
