import type { CallLeg, CallState, Course, FailReason, Leg, ListedCall, NumberView, Step } from "../generated";
import { maria, minutes, popCall, shared, stranger } from "./build";

/** Calls with several phones in them, and every way in which they end, for the list: `index.html?fake=none&rows=legs`. */

const hidden: NumberView = { kind: "hidden", display: "", country: null, e164: null, extension: null };
export const inside = (display: string): NumberView => ({ kind: "internal", display, country: null, e164: null, extension: null });

const LONG_NAME = "Featherstonehaugh-Wolfeschlegelsteinhausen Maximiliana Bartholomea";
const LONG_QUEUE = "Kiemelt ügyfelek nemzetközi értékesítési várólistája – Budapest, Debrecen, Szeged és Pécs";

type Sketch = {
  number?: NumberView;
  called?: NumberView;
  name?: string;
  state: CallState;
  outbound?: boolean;
  agents?: string[];
  extension?: string;
  course?: Partial<Course>;
  /** Seconds from the ring to the talk, and to the end. */
  answered?: number;
  over: number;
};

/** A leg by the seconds since the call began. */
function leg(
  at: number,
  extension: string,
  agent: string | null,
  end: CallLeg["end"],
  times: [rang: number, answered: number | null, ended: number | null],
): CallLeg {
  const [rang, answered, ended] = times.map((seconds) => (seconds === null ? null : at + seconds * 1000));
  return {
    extension,
    ...(agent && { agent }),
    rang_at: rang ?? null,
    answered_at: answered ?? null,
    held: false,
    ended_at: ended ?? null,
    end,
    passed_by: null,
  };
}

/** A queue rang Ana, who did not pick up; Béla took the call and gave it to Csilla. */
export function threeLegs(at: number, names = ["Ana Kiss", "Béla Kovács", "Csilla Nagy"]): CallLeg[] {
  const [ana, bela, csilla] = names;
  return [
    leg(at, "101", ana ?? null, "not_answered", [0, null, 20]),
    { ...leg(at, "102", bela ?? null, "over", [21, 25, 89]), talk_seconds: 64 },
    { ...leg(at, "103", csilla ?? null, "over", [90, 94, 136]), talk_seconds: 42, passed_by: "102" },
  ];
}

export function legRows(now: number): ListedCall[] {
  const three = (at: number, names?: string[]): Partial<Course> => ({ legs: threeLegs(at, names), talk_seconds: 106, queue: "Ügyfélszolgálat" });
  const failed = (on: Leg, why: FailReason): Sketch => ({ state: { kind: "failed", leg: on, why }, outbound: true, over: 14 });
  const part = (kind: "declined" | "busy" | "failed" | "went_to_service"): Sketch => ({
    state: { kind: "answered_elsewhere" },
    course: { part: { kind } },
    over: 9,
  });
  const sketches: ((at: number) => Sketch)[] = [
    (at) => ({ state: { kind: "ended" }, name: "María López", agents: ["Ana Kiss", "Béla Kovács", "Csilla Nagy"], answered: 25, over: 136, course: three(at) }),
    (at) => ({
      state: { kind: "answered_elsewhere" },
      name: "Kovács István",
      number: shared,
      over: 20,
      course: { ...three(at), part: { kind: "not_answered" } },
    }),
    (at) => ({
      state: { kind: "ended" },
      name: "María López",
      answered: 25,
      over: 89,
      course: { ...three(at), talk_seconds: 64, part: { kind: "passed_to", to: "Csilla Nagy" } },
    }),
    () => ({ state: { kind: "ended" }, answered: 4, over: 46, name: "María López", course: { talk_seconds: 42, passed_by: "Béla Kovács" } }),
    () => ({
      state: { kind: "ended" },
      number: inside("102"),
      called: inside("101"),
      answered: 5,
      over: 65,
      course: { party_name: "Béla Kovács", talk_seconds: 60 },
    }),
    () => ({ state: { kind: "missed" }, number: hidden, over: 31, course: { queue: "Ügyfélszolgálat" } }),
    () => ({ state: { kind: "missed" }, number: stranger, over: 31, agents: [], extension: "205" }),
    () => ({ state: { kind: "ended" }, outbound: true, over: 13, course: { not_reached: true, part: { kind: "not_reached" } } }),
    () => ({ state: { kind: "outcome_not_reported" }, answered: 10, over: 14_400, course: { part: { kind: "end_not_reported" } } }),
    () => ({ state: { kind: "outcome_not_reported" }, over: 180 }),
    () => part("declined"),
    () => part("busy"),
    () => part("failed"),
    () => part("went_to_service"),
    () => failed("customer", { code: "other", reason: "no_such_number", detail: "Q.850 1" }),
    () => failed("customer", { code: "other", reason: "provider_refuses", detail: "Q.850 21" }),
    () => failed("agent", { code: "other", reason: "not_reachable", detail: "Q.850 20" }),
    (at) => ({
      state: { kind: "ended" },
      name: LONG_NAME,
      agents: [LONG_NAME, "Béla Kovács", "Csilla Nagy"],
      answered: 25,
      over: 136,
      course: { ...three(at, [LONG_NAME, "Béla Kovács", "Csilla Nagy"]), queue: LONG_QUEUE, passed_by: LONG_NAME },
    }),
  ];
  return sketches.map((sketch, i) => {
    const at = now - minutes(7 * (i + 1));
    const one = sketch(at);
    const { call, number, line_number } = popCall(now, {
      id: `l${i + 1}`,
      number: one.number ?? maria,
      outbound: one.outbound ?? false,
      state: one.state,
      course: one.course ?? {},
      ...(one.called && { called: one.called, line: null }),
    });
    const connected_at = one.answered === undefined ? null : at + one.answered * 1000;
    return {
      number,
      line_number,
      call: {
        ...call,
        agents: one.agents ?? call.agents,
        extension: one.extension ?? call.extension,
        started_at: at,
        connected_at,
        ended_at: at + one.over * 1000,
      },
      customer_name: one.name ?? null,
      customer_id: one.name ? "c1" : null,
      outcome: null,
    };
  });
}

/** What the call with three phones tells of itself, step by step. */
export function stepsOfLegs(legs: CallLeg[]): Step[] {
  return legs.flatMap((one) => {
    const of = { extension: one.extension ?? "", record: false, presumed: false };
    const steps: Step[] = [];
    if (one.rang_at !== null) steps.push({ at: one.rang_at, event: { kind: "customer_ringing" }, of });
    if (one.answered_at !== null) steps.push({ at: one.answered_at, event: { kind: "connected" }, of });
    if (one.ended_at !== null && one.end === "over") steps.push({ at: one.ended_at, event: { kind: "ended" }, of });
    if (one.ended_at !== null && one.end === "not_answered")
      steps.push({ at: one.ended_at, event: { kind: "failed", leg: "agent", why: { code: "no_answer" } }, of });
    return steps;
  });
}
