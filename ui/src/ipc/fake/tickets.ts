import type {
  CustomerTicket,
  FieldKind,
  FieldOption,
  FieldValue,
  FieldView,
  TicketDraft,
  TicketView,
  ValueProblem,
  WrapUpDraft,
  WrapUpProblem,
} from "../generated";

/** Tickets of CRMs, as the desk's core treats them. */

type Condition = { field: string; value: string; required: boolean };
type FormField = { id: string; title: string; kind: FieldKind; required: boolean; shown_when: Condition[] };
type Form = { id: string; name: string; fields: FormField[] };

const LONGEST_SUBJECT = 250;

const options = (...labels: string[]): FieldOption[] => labels.map((label) => ({ value: label.toLowerCase(), label }));
const field = (id: string, title: string, kind: FieldKind, more: Partial<FormField> = {}): FormField => ({
  id,
  title,
  kind,
  required: false,
  shown_when: [],
  ...more,
});

/** A form with a field of each kind, one that waits for another, and a large one. */
const crmForms: Form[] = [
  {
    id: "8",
    name: "Hívás / Llamada",
    fields: [
      field("topic", "Topic", { kind: "choice", options: options("Bill", "Delivery", "Something else") }, { required: true }),
      field("invoice", "Invoice number", { kind: "number" }, { shown_when: [{ field: "topic", value: "bill", required: true }] }),
      field("due", "Due on", { kind: "date" }, { shown_when: [{ field: "topic", value: "bill", required: false }] }),
      field("urgent", "Urgent", { kind: "flag" }),
      field("products", "Products", { kind: "choices", options: options("Phone", "Internet", "Televisión") }),
      field("order", "Order", { kind: "pattern", pattern: "\\A[A-Z]{2}\\d{6}\\z" }),
      field("story", "What happened", { kind: "long_text" }),
    ],
  },
  {
    id: "9",
    name: "Everything we ever asked",
    fields: Array.from({ length: 200 }, (_, n) => field(`f${n}`, `Field ${n + 1}`, { kind: "text" })),
  },
];

/** The forms of an account, the default first. */
const formsOf = (account: string): Form[] => (account === "crm" ? crmForms : []);

export function crmTickets(now: number): CustomerTicket[] {
  const of = (id: string, subject: string, status: CustomerTicket["status"], days: number, assignee?: string): CustomerTicket => ({
    id,
    subject,
    status,
    created_at: now - (days + 3) * 86_400_000,
    updated_at: now - days * 86_400_000,
    ...(assignee !== undefined && { assignee }),
  });
  return [
    of("4711", "La factura de octubre no llegó", "open", 1, "Béla Nagy"),
    of("4688", "Nem működik az internet a budapesti irodában, és a hibabejelentésre egy hete senki sem válaszolt, pedig háromszor telefonáltunk", "pending", 6),
    of("4102", "Router cserélve", "closed", 90),
  ];
}

/** The ticket with this number, whoever's it is. */
export const ticketBy = (now: number, id: string): CustomerTicket | null =>
  [...crmTickets(now), { id: "5000", subject: "Somebody else's", status: "new", created_at: now, updated_at: now } as const].find(
    (one) => one.id === id.replace(/^#/, ""),
  ) ?? null;

const filled = (values: FieldValue[], id: string) => values.filter((one) => one.field === id && one.value.trim() !== "").map(({ value }) => value.trim());

function shown(form: Form, values: FieldValue[]): FieldView[] {
  const there = new Set(form.fields.filter(({ shown_when }) => shown_when.length === 0).map(({ id }) => id));
  const has = (of: FormField | undefined, wanted: string) => {
    const given = of ? filled(values, of.id) : [];
    return given.length === 0 && of?.kind.kind === "flag" ? wanted === "false" : given.includes(wanted);
  };
  const holding = (one: FormField) =>
    one.shown_when.filter(
      (when) =>
        there.has(when.field) &&
        has(
          form.fields.find(({ id }) => id === when.field),
          when.value,
        ),
    );
  for (let before = -1; before !== there.size;) {
    before = there.size;
    for (const one of form.fields) if (holding(one).length > 0) there.add(one.id);
  }
  return form.fields
    .filter(({ id }) => there.has(id))
    .map((one) => ({ id: one.id, title: one.title, kind: one.kind, required: one.required || holding(one).some(({ required }) => required) }));
}

function problemOf(kind: FieldKind, value: string): ValueProblem | null {
  switch (kind.kind) {
    case "number":
      return /^[-+]?\d+([.,]\d+)?$/.test(value) ? null : { kind: "not_a_number" };
    case "date":
      return /^\d{4}-\d{2}-\d{2}$/.test(value) ? null : { kind: "not_a_date" };
    case "choice":
    case "choices":
      return kind.options.some((option) => option.value === value) ? null : { kind: "not_offered" };
    default:
      return null;
  }
}

const draftOf = (draft: WrapUpDraft, account: string): TicketDraft | undefined => draft.tickets.find((one) => one.account === account);
const formOf = (account: string, draft: TicketDraft | undefined) => {
  const chosen = draft?.form ?? null;
  return chosen === null ? formsOf(account)[0] : formsOf(account).find(({ id }) => id === chosen);
};
const lengthOf = (draft: TicketDraft | undefined) => [...(draft?.subject.trim() ?? "")].length;

export function ticketView(account: string, draft: WrapUpDraft): TicketView {
  const mine = draftOf(draft, account);
  const form = formOf(account, mine);
  return {
    account,
    forms: formsOf(account).map(({ id, name }) => ({ id, name })),
    form: form?.id ?? null,
    fields: form && mine?.choice === "new" ? shown(form, mine.fields) : [],
    subject_left: LONGEST_SUBJECT - lengthOf(mine),
  };
}

export function ticketProblems(account: string, draft: WrapUpDraft): WrapUpProblem[] {
  const mine = draftOf(draft, account);
  if (mine?.choice === "add_to") return mine.ticket.trim() === "" ? [{ kind: "ticket_missing", account }] : [];
  if (mine?.choice !== "new") return [];
  const problems: WrapUpProblem[] = [];
  if (lengthOf(mine) > LONGEST_SUBJECT) problems.push({ kind: "ticket_subject_too_long", account, length: lengthOf(mine), most: LONGEST_SUBJECT });
  const form = formOf(account, mine);
  if (!form) return mine.form === null ? problems : [...problems, { kind: "ticket_form_unknown", account }];
  for (const { id, title, kind, required } of shown(form, mine.fields)) {
    const given = filled(mine.fields, id);
    const why = given.map((value) => problemOf(kind, value)).find((one) => one !== null);
    if (why) problems.push({ kind: "ticket_field_invalid", account, field: id, title, why });
    else if (required && (kind.kind === "flag" ? !given.includes("true") : given.length === 0))
      problems.push({ kind: "ticket_field_missing", account, field: id, title });
  }
  return problems;
}
