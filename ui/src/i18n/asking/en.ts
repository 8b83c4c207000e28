import type { CautionKind } from "../../ipc";
import { plural } from "../plural";

/** What is asked before a number is dialled, and what is good to know of it. */
export interface AskingWords {
  title: { link: string; own: string; refused: string };
  call: string;
  callAnyway: string;
  calling: string;
  typed: string;
  /** What a number is, and what that means for whoever calls it. */
  caution: Record<CautionKind, { what: string; advice: string }>;
  unchecked: string;
  more: (n: number) => string;
  keys: { call: string; cancel: string; close: string; move: string };
}

export const en: AskingWords = {
  title: { link: "A link wants this number called", own: "Call this number?", refused: "Not called" },
  call: "Call",
  callAnyway: "Call all the same",
  calling: "Calling…",
  typed: "As written",
  caution: {
    emergency: { what: "Emergency number", advice: "It reaches the police, the ambulance or the fire brigade. Call it only in an emergency." },
    premium: { what: "Premium number", advice: "Each minute may cost a lot." },
    shared_cost: { what: "Shared-cost number", advice: "You pay a part of the call." },
    satellite: { what: "Satellite telephone", advice: "Among the most expensive calls there are." },
    international: { what: "Another country", advice: "A call abroad may cost more." },
    unusual_country: { what: "An unusual country", advice: "It is not called from here as a rule, and may cost a lot." },
    rule: { what: "Asked about by a rule", advice: "The settings say so." },
  },
  unchecked: "What this call costs could not be checked.",
  more: (n) => plural("en", n, { one: "# more link came meanwhile and was not taken.", other: "# more links came meanwhile and were not taken." }),
  keys: { call: "call", cancel: "do not call", close: "close", move: "choose" },
};
