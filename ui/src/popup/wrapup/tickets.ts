import type { FieldValue, TicketDraft } from "../../ipc";

/** What is typed of one account's ticket; nothing yet: an empty one. */
export function ticketDraft(drafts: readonly TicketDraft[], account: string): TicketDraft {
  return drafts.find((one) => one.account === account) ?? { account, choice: null, subject: "", form: null, fields: [], ticket: "" };
}

/** With this change of one account's; the others stay. */
export function withTicket(drafts: readonly TicketDraft[], account: string, change: Partial<TicketDraft>): TicketDraft[] {
  const changed = { ...ticketDraft(drafts, account), ...change };
  return drafts.some((one) => one.account === account) ? drafts.map((one) => (one.account === account ? changed : one)) : [...drafts, changed];
}

export const valuesOf = (fields: readonly FieldValue[], field: string): string[] => fields.filter((one) => one.field === field).map(({ value }) => value);

/** With these values of one field, and no others of it. */
export function withValues(fields: readonly FieldValue[], field: string, values: readonly string[]): FieldValue[] {
  return [...fields.filter((one) => one.field !== field), ...values.map((value) => ({ field, value }))];
}
