import type { CallEvent, ErrorCode, MatchStrength, NotANumber, OwnPart, QuietMode } from "../ipc";
import { plural } from "./plural";

/** What happened, and what to do about it. */
export type Said = { what: string; advice: string };
/** Where a call stands, as an agent sees it: the same state is said otherwise when it was we who called. */
export type CallWord =
  | "ringing"
  | "connected"
  | "ended"
  | "missed"
  | "answered_elsewhere"
  | "outcome_not_reported"
  | "starting"
  | "agent_ringing"
  | "calling_customer"
  | "failed"
  | "unknown";

type Table<K extends string, V = string> = Record<K, V>;
type Labelled = (label: string) => string;

/** Words both windows need. `es` and `hu` have the same shape: a word that is missing there does not compile. */
export interface Words {
  state: Table<CallWord>;
  /** What became of the agent's own part in a call, where the call itself went another way. */
  part: Table<Exclude<OwnPart["kind"], "passed_to">> & { passed_to: Labelled };
  /** Who gave the call to this agent. */
  passedBy: Labelled;
  /** Through which queue, hunt group or campaign it came. */
  queue: Labelled;
  endedHereBy: Labelled;
  /** Longer, for the card: what is going on and what the agent should do. */
  stateAdvice: { unknown: string; outcome_not_reported: string; agent_ringing: string };
  /** Before the other system's own words, which follow in quotes. */
  theirWords: string;
  error: Table<Exclude<ErrorCode, "secret_again">, Said>;
  notANumber: Table<NotANumber["code"]>;
  strength: Table<MatchStrength>;
  match: {
    remembered: string;
    same_number: Labelled;
    other_form: Labelled;
    last_digits: (digits: number, label: string) => string;
    text: string;
    chosen: string;
  };
  /** How a number's label is said inside a sentence; a label that is not here is quoted as it is. */
  numberLabel: { mobile: string; work: string; home: string; fax: string; other: Labelled; none: string };
  step: Table<CallEvent["kind"]>;
  quiet: Table<QuietMode>;
  /** The call-backs an agent promised. */
  callback: {
    due: (n: number) => string;
    callNow: string;
    callAnyway: string;
    inTenMinutes: string;
    done: string;
    more: (n: number) => string;
    putAway: string;
  };
  direction: { inbound: string; outbound: string };
  party: { hidden: string; unreadable: string; internal: string; private: string };
  /** How much more of a text another system takes. */
  room: { left: (n: number) => string; over: (n: number) => string };
  common: {
    vip: string;
    close: string;
    cancel: string;
    save: string;
    ok: string;
    openInCrm: string;
    callBack: string;
    call: string;
    copied: string;
    loading: string;
    nothingHere: string;
    extension: Labelled;
  };
}

export const en: Words = {
  part: {
    not_answered: "Not answered",
    declined: "Declined",
    busy: "Busy",
    failed: "Phone not reached",
    went_to_service: "Went to voicemail or a menu",
    passed_to: (name) => `Passed to ${name}`,
    not_reached: "Not reached: you hung up",
    end_not_reported: "End not reported",
  },
  endedHereBy: (name) => `${name} ended it here: its end was not reported`,
  passedBy: (name) => `Passed on by ${name}`,
  queue: (name) => `Queue: ${name}`,
  state: {
    ringing: "Ringing",
    connected: "Connected",
    ended: "Ended",
    missed: "Missed",
    answered_elsewhere: "Answered elsewhere",
    outcome_not_reported: "Outcome not reported",
    starting: "Starting…",
    agent_ringing: "Your phone is ringing: pick up",
    calling_customer: "Calling the customer",
    failed: "Not connected",
    unknown: "Unknown: look at your phone",
  },
  stateAdvice: {
    agent_ringing: "The customer is called as soon as you pick up.",
    unknown: "The PBX did not answer in time. The call may have been started: look at your phone before you dial again.",
    outcome_not_reported: "The PBX never said how this call ended.",
  },
  theirWords: "The PBX says:",
  error: {
    not_a_number: { what: "This is not a phone number", advice: "Check what was typed." },
    unsure_number: { what: "This may not be a phone number", advice: "Confirm it before dialling." },
    asks_first: { what: "Ask first", advice: "Agree to it first." },
    number_not_allowed: { what: "Not allowed", advice: "A rule refuses it." },
    not_allowed: { what: "This is not yours to do", advice: "It is a colleague's, or takes a team lead: ask them." },
    not_found: { what: "It is no longer there", advice: "Somebody may have deleted it. Reload the list." },
    invalid: { what: "A field has a value that cannot be kept", advice: "Correct it, then save again." },
    no_account: { what: "No PBX is connected", advice: "Connect one in Settings." },
    accounts_not_ready: { what: "No account can dial", advice: "Each lacks something: Settings, Accounts says what." },
    no_extension: { what: "You have no extension", advice: "Enter your extension in Settings: your phone rings first." },
    not_saved: { what: "Not saved", advice: "The database did not take it. Try again; if it stays, check the disk." },
    offline: { what: "Ringcard's hub is not there", advice: "It is being tried again. Wait a moment." },
    dial_unknown: {
      what: "Unknown: look at your phone",
      advice: "The hub did not answer. The call may have been started: look at your phone before you dial again.",
    },
    phone_refused: { what: "The telephone system would not do it", advice: "Look at your phone or your agent program, and do it there." },
    phone_away: { what: "The telephone system cannot be reached", advice: "Nothing was done. Do it on your phone, or try again in a moment." },
    phone_unknown: { what: "Unknown: look at your phone", advice: "The telephone system did not answer. It may have been done: look before you try again." },
    conflict: { what: "Somebody else changed this customer", advice: "Reload, then make your change again." },
    busy: { what: "Something else is still running", advice: "Wait until it is done." },
    not_now: { what: "Not tried now", advice: "The account takes nothing until a time that is not ours to choose. It waits, and goes by itself then." },
    recording_gone: { what: "The recording is gone", advice: "The telephone system had it, and has it no longer." },
    recording_sign_in: {
      what: "The telephone system did not let us in",
      advice: "The account's user, password or key is not accepted: an administrator checks it in Settings, Accounts.",
    },
    recording_not_known: { what: "The telephone system does not know this recording", advice: "It may not be ready yet: try again in some minutes." },
    recording_not_audio: {
      what: "What came is no audio",
      advice: "The telephone system sent something else. An administrator looks at the account's recording address.",
    },
    recording_refused: { what: "The telephone system would not give the recording", advice: "Ask your administrator whether its user may hear recordings." },
    recording_not_configured: { what: "Recordings are not set up", advice: "An administrator completes the account in Settings, Accounts." },
    recording_unreachable: { what: "The telephone system cannot be reached", advice: "Try again in a moment." },
    recording_cut: { what: "The recording did not come whole", advice: "The line broke. Try again." },
    recording_too_long: { what: "The recording is too long", advice: "It is larger than is kept here. Hear it in the telephone system." },
    recording_not_playable: {
      what: "The recording cannot be played",
      advice: "Its coding is not known here, or it is damaged. An administrator can export it as it is.",
    },
    recording_deleted: { what: "The recording was deleted", advice: "Somebody deleted it, or it was older than recordings are kept." },
    recording_held: { what: "The recording is held", advice: "It may not be deleted. Let it go first, if its reason is over." },
    recording_private: { what: "The call is private", advice: "Its recordings are neither fetched nor heard." },
    recording_sealed: { what: "The recording is sealed", advice: "The hub has no key that opens it: an administrator looks at [recordings] key." },
    settings_broken: { what: "The settings file cannot be read", advice: "Correct the file, or start with defaults." },
    settings_not_saved: { what: "The settings were not saved", advice: "Check that the file may be written." },
    keyring_missing: { what: "This computer has no password store", advice: "Install one, or give secrets by file or environment." },
    keyring_locked: { what: "The password store is locked", advice: "Unlock it, then try again." },
    invalid_setting: { what: "A setting has a value that cannot be used", advice: "Correct it, then save again." },
    file: { what: "The file could not be read or written", advice: "Check that it exists and may be opened." },
    cancelled: { what: "Cancelled", advice: "Nothing was changed." },
    internal: { what: "Something went wrong in Ringcard", advice: "Try again. The log has the details." },
  },
  notANumber: {
    empty: "There is nothing to read.",
    no_digits: "There are no digits in it.",
    too_short: "It is too short. Give it with its area code, or with + and the country code.",
    too_long: "It is too long: a phone number has at most 15 digits.",
    not_from_here: "It is no number of this country. If it is a foreign one, give it with + and the country code.",
    unknown_country_code: "No country has this code after the +.",
    order_number: "It looks like an order, invoice or tax number. If it is a phone number, give it with + and the country code.",
    date: "It looks like a date or a time. If it is a phone number, give it with + and the country code.",
    card_number: "It looks like a payment card number. Never dial or store one.",
    address: "It is an e-mail or network address.",
    letters: "There are letters in it. Give the number in digits.",
    symbols: "There are characters in it that no phone number has.",
    service_code: "It begins with a code of the telephone network. Give the number without it.",
    lost_digits: "A spreadsheet has rounded it: its last digits are lost. Give the whole number.",
    withheld: "The caller withheld the number: it cannot be called back.",
  },
  strength: { exact: "Exact match", likely: "Likely", maybe: "Maybe" },
  match: {
    remembered: "chosen for this number before",
    same_number: (label) => `matched by ${label}`,
    other_form: (label) => `${label}, written in another form`,
    last_digits: (digits, label) => `only the last ${digits} digits of the ${label} are the same`,
    text: "matches what you typed",
    chosen: "chosen by hand",
  },
  numberLabel: {
    mobile: "mobile number",
    work: "work number",
    home: "home number",
    fax: "fax number",
    other: (label) => `number “${label}”`,
    none: "phone number",
  },
  step: {
    agent_ringing: "The agent's phone rings",
    agent_answered: "The agent picked up",
    customer_ringing: "The customer's phone rings",
    connected: "Connected",
    answered_elsewhere: "Answered elsewhere",
    ended: "Ended",
    missed: "Missed",
    failed: "Not connected",
    timed_out: "The PBX did not answer in time",
    expired: "Nothing more was heard",
  },
  quiet: {
    card: "Card",
    notification: "System notification",
    both: "Card and notification",
    neither: "Neither",
  },
  callback: {
    due: (n) => plural("en", n, { one: "# call-back is due", other: "# call-backs are due" }),
    callNow: "Call now",
    callAnyway: "Call all the same",
    inTenMinutes: "In 10 minutes",
    done: "Done",
    more: (n) => plural("en", n, { one: "Show # more", other: "Show # more" }),
    putAway: "Put the call-backs away",
  },
  direction: { inbound: "Incoming", outbound: "Outgoing" },
  party: { hidden: "Hidden number", unreadable: "Unreadable number", internal: "Internal call", private: "Private call" },
  room: {
    left: (n) => plural("en", n, { one: "# character left", other: "# characters left" }),
    over: (n) => plural("en", n, { one: "# character too many", other: "# characters too many" }),
  },
  common: {
    vip: "VIP",
    close: "Close",
    cancel: "Cancel",
    save: "Save",
    ok: "OK",
    openInCrm: "Open in CRM",
    callBack: "Call back",
    call: "Call",
    copied: "Copied",
    loading: "Loading…",
    nothingHere: "Nothing here yet",
    extension: (digits) => `Extension ${digits}`,
  },
};
