import type { Misfit, ValueProblem, WrapUpProblem } from "../../ipc";
import { wrapUpWords } from "../../i18n/wrapUp";
import { sayMisfit } from "../../lib/misfit";

/** The part of the form a problem is said at. */
export type Place = "code" | "comment" | "record" | "do_not_call" | "call_back" | "call_back_at" | "call_back_number" | "ticket";

export function placeOf(problem: WrapUpProblem): Place {
  switch (problem.kind) {
    case "not_taken":
      return placeOfMisfit(problem.misfit);
    case "code_missing":
    case "code_unknown":
    case "second_code_missing":
    case "second_code_unknown":
      return "code";
    case "comment_missing":
    case "comment_too_long":
    case "control_characters":
      return "comment";
    case "record_missing":
    case "record_unknown":
      return "record";
    case "records_unknown":
      return "do_not_call";
    case "call_back_missing":
    case "call_back_forbidden":
      return "call_back";
    case "call_back_time_missing":
    case "call_back_in_past":
    case "call_back_too_far":
      return "call_back_at";
    case "call_back_number_missing":
    case "call_back_number_unreadable":
      return "call_back_number";
    case "ticket_missing":
    case "ticket_form_unknown":
    case "ticket_subject_too_long":
    case "ticket_field_missing":
    case "ticket_field_invalid":
      return "ticket";
  }
}

/** Beside what the agent can change about it; what only an administrator can, beside the code. */
function placeOfMisfit(misfit: Misfit): Place {
  if (!("field" in misfit)) return "code";
  switch (misfit.field.kind) {
    case "comment":
      return "comment";
    case "number":
      return "call_back_number";
    case "campaign":
    case "customer_id":
      return "record";
    default:
      return "code";
  }
}

/** What is wrong, in words. */
function sayProblem(problem: WrapUpProblem): string {
  const words = wrapUpWords().problem;
  switch (problem.kind) {
    case "code_unknown":
    case "second_code_unknown":
      return words[problem.kind](problem.code);
    case "comment_too_long":
      return words.comment_too_long(problem.length, problem.most);
    case "not_taken":
      return words.not_taken(problem.account, sayMisfit(problem.misfit));
    case "control_characters":
      return words.control_characters(problem.count);
    case "ticket_subject_too_long":
      return words.ticket_subject_too_long(problem.length, problem.most);
    case "ticket_field_invalid":
      return sayValue(problem.why);
    default:
      return words[problem.kind];
  }
}

function sayValue(why: ValueProblem): string {
  const words = wrapUpWords().value;
  return why.kind === "too_long" ? words.too_long(why.length, why.most) : words[why.kind];
}

/** What is wrong with one account's ticket: with its choice, its form, its subject, or one of its fields. */
export function sayOfTicket(problems: readonly WrapUpProblem[], account: string, at: "ticket" | "form" | "subject" | { field: string }): string | undefined {
  const said = problems.filter((problem) => {
    if (!("account" in problem) || problem.account !== account) return false;
    if ("field" in problem) return typeof at === "object" && problem.field === at.field;
    const kinds = { ticket: "ticket_missing", form: "ticket_form_unknown", subject: "ticket_subject_too_long" } as const;
    return typeof at === "string" && problem.kind === kinds[at];
  });
  return said.length > 0 ? said.map(sayProblem).join(" ") : undefined;
}

/** Everything that is wrong at one place, as one text. */
export function sayAt(problems: readonly WrapUpProblem[], place: Place): string | undefined {
  const said = problems.filter((problem) => placeOf(problem) === place).map(sayProblem);
  return said.length > 0 ? said.join(" ") : undefined;
}
