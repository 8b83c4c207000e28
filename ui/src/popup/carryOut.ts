import { type PopCall, asCommandError, call as command } from "../ipc";
import type { Said } from "../i18n/en";
import { sayError, sayRefusal } from "../lib/said";
import type { Act } from "./actions";

/** Does what a button says. `null` when it was done, else what to tell the agent. */
export async function carryOut(act: Act, { call }: PopCall): Promise<Said | null> {
  try {
    return await run(act, call.id);
  } catch (error) {
    return sayError(asCommandError(error));
  }
}

async function run(act: Act, callId: string): Promise<Said | null> {
  switch (act.do) {
    case "open_link":
      await command("open_link", { customerId: act.customer });
      return null;
    case "open_card":
      await command("show_main", { section: "customers", customerId: act.customer, callId });
      return null;
    case "confirm":
      await command("choose", { callId, customer: act.customer });
      return null;
    case "not_this":
      await command("set_aside", { callId, customer: act.customer });
      return null;
    case "take_back":
      await command("take_back", { callId, customers: act.customers });
      return null;
    case "not_theirs":
      for (const customer of act.customers) await command("number_not_theirs", { customer, number: act.number });
      return null;
    case "theirs":
      await command("number_theirs", { customer: act.customer, number: act.number });
      return null;
    case "none_of_these":
      await command("choose", { callId, customer: null });
      return null;
    case "create":
      await command("show_main", { section: "customers", prefillNumber: act.number, callId });
      return null;
    case "search":
      await command("show_main", { section: "customers", callId });
      return null;
    case "control":
      await command("control", { callId, act: act.act });
      return null;
    case "end_here":
      await command("end_here", { callId });
      return null;
    case "settings":
      await command("show_main", { section: "settings" });
      return null;
    case "dismiss":
      await command("dismiss_call", { callId });
      return null;
    case "call_back":
    case "again":
      return dial(act.number);
  }
}

/** The number is on the card and was read before: only what is good to know of it is asked, above the card. */
async function dial(text: string): Promise<Said | null> {
  const answer = await command("dial_from_card", { text });
  return answer.kind === "refused" ? sayRefusal(answer) : null;
}
