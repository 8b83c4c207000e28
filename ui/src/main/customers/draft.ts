import type { Customer, CustomerDetails, Party } from "../../ipc";

/** A customer while somebody types: everything is text, and rows have keys of their own so that they may be equal. */
export type Draft = {
  name: string;
  company: string;
  role: string;
  email: string;
  vip: boolean;
  tags: string[];
  notes: string;
  link: string;
  numbers: DraftNumber[];
  fields: DraftField[];
};
export type DraftNumber = { key: number; label: string; written: string; party: Party | null };
export type DraftField = { key: number; name: string; value: string };

let nextKey = 1;

export function newNumber(written = ""): DraftNumber {
  return { key: nextKey++, label: "", written, party: null };
}

export function newField(): DraftField {
  return { key: nextKey++, name: "", value: "" };
}

export function emptyDraft(): Draft {
  return { name: "", company: "", role: "", email: "", vip: false, tags: [], notes: "", link: "", numbers: [newNumber()], fields: [] };
}

export function draftOf(customer: Customer): Draft {
  const { name, company, role, email, vip, tags, notes, link, numbers, fields } = customer;
  return {
    name,
    company,
    role,
    email,
    vip,
    tags: [...tags],
    notes,
    link: link ?? "",
    numbers: numbers.map((number) => ({ key: nextKey++, ...number })),
    fields: Object.entries(fields).map(([field, value]) => ({ key: nextKey++, name: field, value: value ?? "" })),
  };
}

/** What is sent: rows that were left empty are not part of it. */
export function detailsOf(draft: Draft): CustomerDetails {
  const numbers = draft.numbers.filter(({ written }) => written.trim() !== "");
  const fields = draft.fields.filter(({ name, value }) => name.trim() !== "" && value.trim() !== "");
  return {
    name: draft.name.trim(),
    company: draft.company.trim(),
    role: draft.role.trim(),
    email: draft.email.trim(),
    vip: draft.vip,
    tags: draft.tags,
    notes: draft.notes.trim(),
    link: draft.link.trim() || null,
    numbers: numbers.map(({ label, written, party }) => ({ label: label.trim(), written: written.trim(), party })),
    fields: Object.fromEntries(fields.map(({ name, value }) => [name.trim(), value.trim()])),
  };
}

/** Whether anything would be kept differently. Parties follow from what is written. */
export function differs(one: Draft, other: Draft): boolean {
  const plain = (draft: Draft) => {
    const details = detailsOf(draft);
    return JSON.stringify({
      ...details,
      numbers: details.numbers.map(({ label, written }) => [label, written]),
      fields: Object.entries(details.fields).sort(),
    });
  };
  return plain(one) !== plain(other);
}

export type Wrong = { link: boolean; nobody: boolean; twice: Set<number> };

/** What would be refused, found before it is sent. */
export function wrongIn(draft: Draft): Wrong {
  const { name, company, email, numbers, link } = detailsOf(draft);
  const names = draft.fields.map((field) => field.name.trim());
  const twice = draft.fields.filter((field, at) => field.name.trim() !== "" && names.indexOf(field.name.trim()) < at);
  return {
    link: link !== null && !isWeb(link),
    nobody: name === "" && company === "" && email === "" && numbers.length === 0,
    twice: new Set(twice.map(({ key }) => key)),
  };
}

export const isWrong = ({ link, nobody, twice }: Wrong): boolean => link || nobody || twice.size > 0;

/** Only addresses of the web are opened, never a program: the shell checks the same. */
export function isWeb(link: string): boolean {
  return /^https?:\/\/[^\s]+$/i.test(link);
}
