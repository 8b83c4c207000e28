import type { Write, WriteLimits } from "../../ipc";
import { momentText, readMoment } from "../../lib/moments";
import { oneLineLength } from "../../lib/room";

/** What the hub takes of a comment; an account may take less, and says so in its limits. */
const MOST_COMMENT = 4000;
const MOST_NAME = 200;

/** How much of each text a write may have: what its account takes, or the hub where nobody has said. */
export function mostOf(write: Write["kind"], limits: WriteLimits | null): { comment: number; name: number; customerId: number; numbers: number } {
  const comment = write === "code_call" ? limits?.call_comment : limits?.record_comment;
  return {
    comment: comment ?? MOST_COMMENT,
    name: limits?.customer_name ?? MOST_NAME,
    customerId: limits?.customer_id ?? MOST_NAME,
    numbers: limits?.numbers ?? MOST_NUMBERS,
  };
}

/** A write while it is being changed: everything as text, so that nothing typed is lost. */
export type Draft = {
  code: string | null;
  second: string | null;
  comment: string;
  doNotCall: boolean;
  at: string;
  number: string;
  numbers: string;
  name: string;
  customerId: string;
};

export const empty = (): Draft => ({ code: null, second: null, comment: "", doNotCall: false, at: "", number: "", numbers: "", name: "", customerId: "" });

/** Where a row's other words are kept until they are accepted. */
export const placeOfRow = (key: string): string => `outbox/${key}`;

export function isEditable({ kind }: Write): boolean {
  // What is told of a call follows from the call: its code and note are changed there.
  return kind !== "cancel_callback" && kind !== "log_call" && kind !== "tell_team" && kind !== "add_number" && kind !== "other";
}

export function draftOf(write: Write): Draft {
  switch (write.kind) {
    case "codify":
      return { ...empty(), code: write.code, second: write.second_code, comment: write.comment, doNotCall: write.do_not_call };
    case "code_call":
      return { ...empty(), code: write.code, second: write.second_code, comment: write.comment };
    case "add_record":
      return { ...empty(), numbers: write.numbers.join("\n"), name: write.customer_name, customerId: write.customer_id };
    case "schedule_callback":
    case "change_callback":
      return { ...empty(), at: momentText(write.at), number: write.number };
    case "cancel_callback":
      return { ...empty(), number: write.number };
    case "log_call":
    case "tell_team":
    case "add_number":
    case "other":
      return empty();
  }
}

export const linesOf = (text: string) =>
  text
    .split(/[\n,;]+/)
    .map((line) => line.trim())
    .filter((line) => line !== "");

/** Digits, perhaps with a plus, as a campaign keeps a number. */
function isNumber(text: string): boolean {
  return /^\+?[\d*#]{2,24}$/.test(text.replace(/[\s\-()./\u00a0]/g, ""));
}

/** `comment`, `name`, `customerId`: so many characters are too many. */
export type Wrong = {
  comment?: number;
  name?: number;
  customerId?: number;
  code?: "missing";
  second?: "missing";
  at?: "missing" | "past";
  number?: "missing" | "bad";
  numbers?: "missing" | "bad" | "many";
};

/** The hub takes no more. */
const MOST_NUMBERS = 20;

/** What is wrong with a draft before anybody is asked; nothing: it may be saved. */
export function wrongIn(write: Write["kind"], draft: Draft, secondNeeded: boolean, now: number, limits: WriteLimits | null = null): Wrong {
  const wrong: Wrong = {};
  const most = mostOf(write, limits);
  if (write === "codify" || write === "code_call") {
    if (!draft.code) wrong.code = "missing";
    if (secondNeeded && !draft.second) wrong.second = "missing";
    const over = oneLineLength(draft.comment) - most.comment;
    if (over > 0) wrong.comment = over;
  }
  if (write === "schedule_callback" || write === "change_callback") {
    const at = readMoment(draft.at);
    if (at === null) wrong.at = "missing";
    else if (at <= now) wrong.at = "past";
    if (draft.number.trim() === "") wrong.number = "missing";
    else if (!isNumber(draft.number)) wrong.number = "bad";
  }
  if (write === "add_record") {
    const numbers = linesOf(draft.numbers);
    if (numbers.length === 0) wrong.numbers = "missing";
    else if (numbers.length > most.numbers) wrong.numbers = "many";
    else if (!numbers.every(isNumber)) wrong.numbers = "bad";
    const name = oneLineLength(draft.name) - most.name;
    if (name > 0) wrong.name = name;
    const id = [...draft.customerId.trim()].length - most.customerId;
    if (id > 0) wrong.customerId = id;
  }
  return wrong;
}

/** The write with what was changed; what cannot be changed stays. */
export function applied(write: Write, draft: Draft): Write {
  const second_code = draft.second || null;
  switch (write.kind) {
    case "codify":
      return { ...write, code: draft.code ?? "", second_code, comment: draft.comment, do_not_call: draft.doNotCall };
    case "code_call":
      return { ...write, code: draft.code ?? "", second_code, comment: draft.comment };
    case "add_record":
      return { ...write, numbers: linesOf(draft.numbers), customer_name: draft.name.trim(), customer_id: draft.customerId.trim() || write.customer_id };
    case "schedule_callback":
    case "change_callback":
      return { ...write, at: readMoment(draft.at) ?? write.at, number: draft.number.trim() };
    case "cancel_callback":
    case "log_call":
    case "tell_team":
    case "add_number":
    case "other":
      return write;
  }
}
