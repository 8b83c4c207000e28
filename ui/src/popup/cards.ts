import type { PopCall, PopView, WrapUpView } from "../ipc";

/** What is on one card: a call, and its wrap-up once it is in one. */
export type OnCard = { call: PopCall; wrapUp: WrapUpView | null };

export function cardsOf({ calls, wrap_ups }: PopView): OnCard[] {
  return calls.map((call) => ({ call, wrapUp: wrap_ups.find((one) => one.call.id === call.call.id) ?? null }));
}
