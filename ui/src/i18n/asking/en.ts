import type { CautionKind, UnsureReason } from "../../ipc";
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
  /** Why it may not be the number that is meant. */
  unsure: Record<UnsureReason, string>;
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
  unsure: {
    internal_or_outside: "It may be an internal number or an outside number.",
    may_be_order_number: "It may be an order number.",
    may_be_date: "It may be a date.",
    may_be_card_number: "It may be a payment card number.",
    may_be_address: "It may be part of an address.",
    plus_missing: "It is a foreign number only if a + is put in front.",
    zero_missing: "It is a number of this country only if a 0 is put in front.",
    not_in_use: "As far as we know, nobody has a number like this.",
    looks_too_short: "It looks too short for that country.",
    looks_too_long: "It looks too long for that country.",
    several_numbers: "There are several numbers; this is the first.",
    extension_guessed: "The last digits may be an extension.",
    words_around: "It stands in the middle of other words.",
    old_form: "It is in a form that its country has given up; it was read as it is dialled today.",
  },
};
