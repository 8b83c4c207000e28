import type { ImportTarget } from "../../../ipc";
import type { CustomersWords } from "../../../i18n/customers/en";

/** What a select can say; a free field has its name beside it, a number its label. */
export type TargetKind = Extract<ImportTarget, string> | "field" | "labelled";

export const kindOf = (target: ImportTarget): TargetKind => (typeof target === "string" ? target : "labelled" in target ? "labelled" : "field");

/** Every choice, in the order of the words. */
export function choices(words: CustomersWords): { value: TargetKind; text: string }[] {
  return (Object.entries(words.imports.targets) as [TargetKind, string][]).map(([value, text]) => ({ value, text }));
}

const identifying: TargetKind[] = ["name", "first_name", "middle_name", "last_name", "company", "email", "number", "mobile", "work", "home", "labelled"];
const single: TargetKind[] = ["name", "first_name", "last_name", "company", "role", "email", "vip", "notes", "link", "external_id"];

/** Whether anybody could be found again by what is mapped. */
export const identifies = (targets: ImportTarget[]): boolean => targets.some((target) => identifying.includes(kindOf(target)));

const naming: TargetKind[] = ["name", "first_name", "middle_name", "last_name", "company"];

/** Whether customers come in with names. */
export const names = (targets: ImportTarget[]): boolean => targets.some((target) => naming.includes(kindOf(target)));

/** Targets that hold one value and that two columns have. */
export function twice(targets: ImportTarget[]): TargetKind[] {
  return single.filter((kind) => targets.filter((target) => kindOf(target) === kind).length > 1);
}

export function percent(share: number, locale: string): string {
  return new Intl.NumberFormat(locale, { style: "percent" }).format(share);
}
