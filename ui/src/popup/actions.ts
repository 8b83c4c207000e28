import type { ControlAct, FailReason, Leg, PopCall } from "../ipc";
import { failWord, isOver } from "../lib/callState";
import { whoIs } from "./who";

/** What can be done on a card; `Popup` carries it out. */
export type Act =
  | { do: "open_link"; customer: string }
  | { do: "open_card"; customer: string }
  | { do: "confirm"; customer: string }
  | { do: "not_this"; customer: string }
  | { do: "none_of_these" }
  | { do: "take_back"; customers: string[] }
  | { do: "not_theirs"; customers: string[]; number: string }
  | { do: "theirs"; customer: string; number: string }
  | { do: "create"; number: string }
  | { do: "search" }
  | { do: "call_back"; number: string }
  | { do: "again"; number: string }
  | { do: "control"; act: ControlAct }
  | { do: "end_here" }
  | { do: "settings" }
  | { do: "dismiss" };

/** The buttons of a card, the most wanted one first. */
export function actsFor(call: PopCall): Act[] {
  const acts = [...aboutTheCall(call), ...aboutTheCustomer(call)];
  if (call.may_end_here) acts.push({ do: "end_here" });
  if (isOver(call.call.state)) acts.push({ do: "dismiss" });
  return acts;
}

function aboutTheCall({ call, number }: PopCall): Act[] {
  const dialled = number.e164 ?? (number.kind === "internal" ? number.display : null);
  const { state } = call;
  if (state.kind === "missed") return dialled === null ? [] : [{ do: "call_back", number: dialled }];
  if (state.kind !== "failed") return [];
  if (needsSettings(state.why)) return [{ do: "settings" }];
  if (isWrongNumber(state.why, state.leg)) return [];
  return dialled === null ? [] : [{ do: "again", number: dialled }];
}

/** Dialling again cannot help before somebody has looked at the account. */
function needsSettings(why: FailReason): boolean {
  return why.code === "authentication" || why.code === "not_configured";
}

/** The same number leads nowhere once more. */
function isWrongNumber(why: FailReason, leg: Leg): boolean {
  return leg === "customer" && ["no_such_number", "number_changed", "number_incomplete"].includes(failWord(why));
}

function aboutTheCustomer(call: PopCall): Act[] {
  const who = whoIs(call);
  switch (who.kind) {
    case "customer": {
      const { id, link } = who.match.customer;
      // Where we are sure, the way out stands next to the reason (`CustomerHead`).
      const acts: Act[] = who.sure
        ? []
        : [
            { do: "confirm", customer: id },
            { do: "not_this", customer: id },
          ];
      if (link !== null) acts.push({ do: "open_link", customer: id });
      return [...acts, { do: "open_card", customer: id }];
    }
    case "several":
      return [{ do: "none_of_these" }, { do: "search" }];
    case "nobody":
    case "nobody_else":
    case "no_answer": {
      const { e164 } = call.number;
      return e164 === null ? [{ do: "search" }] : [{ do: "create", number: e164 }, { do: "search" }];
    }
    case "hidden":
    case "unreadable":
      return [{ do: "search" }];
    // Nothing yet: a button that is gone a moment later would be clicked by mistake.
    case "looking":
    case "internal":
    case "own":
      return [];
  }
}
