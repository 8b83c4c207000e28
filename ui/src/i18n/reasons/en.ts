import type { Advice, EndReason, FailReason, Leg } from "../../ipc";
import type { Said } from "../en";

/** Why a leg failed: what the network says goes before that it says something else. */
export type FailWord = FailReason["code"] | Exclude<EndReason, "hung_up" | "answered_elsewhere">;

export type ReasonWords = Record<FailWord, Record<Leg, Said>> & {
  /** What a telephone system says beside taking a call. */
  advice: Record<Advice, string>;
};

const asks = "Check the PBX account in Settings.";
const both = (said: Said): Record<Leg, Said> => ({ agent: said, customer: said });

export const en: ReasonWords = {
  authentication: both({ what: "The PBX did not accept the sign-in", advice: `The user, password or key is wrong. ${asks}` }),
  refused: both({ what: "The PBX refused the call", advice: "Nothing was dialled. Check the number, then try again." }),
  unreachable: both({ what: "The PBX cannot be reached", advice: "Nothing was dialled. Check the network, then try again." }),
  not_configured: both({ what: "This account is not set up for dialling", advice: asks }),
  busy: {
    agent: { what: "Your phone is busy", advice: "Hang up the other call, then try again." },
    customer: { what: "The customer's line is busy", advice: "Try again in a few minutes." },
  },
  no_answer: {
    agent: { what: "You did not pick up", advice: "The customer was not called. Dial again when you are ready." },
    customer: { what: "The customer does not answer", advice: "Try again later." },
  },
  declined: {
    agent: { what: "Your phone declined the call", advice: "The customer was not called. Check do not disturb on your phone." },
    customer: { what: "The customer declined the call", advice: "Try again later." },
  },
  other: {
    agent: { what: "Your phone could not be reached", advice: "The customer was not called. Check that your phone is registered." },
    customer: { what: "The customer could not be reached", advice: "Check the number, then try again." },
  },
  no_such_number: {
    agent: { what: "Your extension does not exist", advice: "The customer was not called. Check your extension in Settings." },
    customer: { what: "The number does not exist", advice: "Nobody has this number. Check it with the customer's record." },
  },
  number_changed: {
    agent: { what: "Your extension has changed", advice: "The customer was not called. Check your extension in Settings." },
    customer: { what: "The number has changed", advice: "Look for the customer's new number." },
  },
  number_incomplete: {
    agent: { what: "Your extension is not complete", advice: "The customer was not called. Check your extension in Settings." },
    customer: { what: "The number is not complete", advice: "Check its digits and the area code, then try again." },
  },
  no_route: {
    agent: { what: "No line leads to your phone", advice: "The customer was not called. Tell your administrator." },
    customer: { what: "No line leads to this number", advice: "Check the country and area code. If they are right, tell your administrator." },
  },
  not_reachable: {
    agent: { what: "Your phone is not connected", advice: "The customer was not called. Switch the phone on, or sign in to it, then try again." },
    customer: { what: "The customer's phone is switched off or out of reach", advice: "Try again later, or another number." },
  },
  out_of_service: {
    agent: { what: "Your phone is out of service", advice: "The customer was not called. Tell your administrator." },
    customer: { what: "The number is out of service", advice: "Try another number of the customer." },
  },
  provider_refuses: {
    agent: { what: "The telephone system does not let your phone be called", advice: "The customer was not called. Tell your administrator." },
    customer: { what: "The provider refuses such calls", advice: "Tell your administrator: dialling again does not help." },
  },
  congested: {
    agent: { what: "All lines are taken", advice: "The customer was not called. Try again in a moment." },
    customer: { what: "All lines are taken", advice: "Try again in a moment." },
  },
  network_failure: {
    agent: { what: "The telephone network failed", advice: "The customer was not called. Try again; if it stays, tell your administrator." },
    customer: { what: "The telephone network failed", advice: "Try again; if it stays, tell your administrator." },
  },
  incompatible: {
    agent: { what: "Your phone does not take this kind of call", advice: "The customer was not called. Tell your administrator." },
    customer: { what: "The customer's phone does not take this kind of call", advice: "Try another number of the customer." },
  },
  advice: {
    choose_number: "Choose the number to call from in the telephone program and confirm: then it calls.",
    calls_another: "The telephone system calls another number than the one you clicked: the one it knows for the ticket.",
  },
};
