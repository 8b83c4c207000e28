import type { OwnCallbackView, OwnCallbacksView } from "../generated";
import { maria, minutes, outside, stranger } from "./build";

/** One that was promised to María, ten minutes overdue. */
export function ownCallback(now: number, change: Partial<OwnCallbackView> = {}): OwnCallbackView {
  return {
    call_id: "promised-1",
    at: now - minutes(10),
    number: { ...maria },
    name: "María López",
    company: "Acme Hungary Kft.",
    comment: "Wants a quote for 40 seats; asks for Kovács",
    direction: "inbound",
    call_at: now - minutes(190),
    promised_at: now - minutes(185),
    ...change,
  };
}

const others = (now: number): OwnCallbackView[] => [
  ownCallback(now, { call_id: "promised-2", at: now - minutes(2), number: { ...stranger }, name: null, company: null, comment: "", direction: "outbound" }),
  ownCallback(now, {
    call_id: "promised-3",
    at: now - minutes(1),
    number: outside("+36205550134", "+36 20 555 0134", "HU"),
    name: "Tóth Eszter",
    company: null,
    comment: "After the meeting",
  }),
];

/** `callback`: one is due; `callbacks`: three are, and more wait; `callback_premium`: its number is asked about. */
export function callbackScenario(scenario: string, now: number): OwnCallbackView[] {
  switch (scenario) {
    case "callback":
    case "wrap_up_callback":
      return [ownCallback(now)];
    case "callbacks":
      return [ownCallback(now), ...others(now), ownCallback(now, { call_id: "promised-4", at: now + minutes(180), name: "Nagy Gábor" })];
    case "callback_premium":
      return [ownCallback(now, { number: outside("+449001234567", "+44 900 123 4567", "GB") })];
    default:
      return [];
  }
}

export function callbacksView(own: OwnCallbackView[], now: number, version: number): OwnCallbacksView {
  return { open: own.length, due: own.filter(({ at }) => at <= now).length, version };
}
