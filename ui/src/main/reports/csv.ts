import type { NotCoded, SmartWait, SmartWaitRow } from "../../ipc";
import { reportsWords } from "../../i18n/reports";

/** A share in per cent; absent where nobody was there to have one. */
export function share(part: number, whole: number): number | null {
  return whole > 0 ? (100 * part) / whole : null;
}

export type Totals = Pick<SmartWaitRow, "entered" | "accepted" | "declined" | "callback_reached" | "callback_failed">;

/** The sums of what can be added up: the effect on the service level cannot. */
export function totalsOf(rows: SmartWaitRow[]): Totals {
  const sum = (of: (row: SmartWaitRow) => number) => rows.reduce((all, row) => all + of(row), 0);
  return {
    entered: sum((row) => row.entered),
    accepted: sum((row) => row.accepted),
    declined: sum((row) => row.declined),
    callback_reached: sum((row) => row.callback_reached),
    callback_failed: sum((row) => row.callback_failed),
  };
}

/** What changes the direction of the text around it. */
const STEERING = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A cell: quoted where it must be, never a formula to a spreadsheet, and without what would turn the cells beside it. */
function cell(value: string | number): string {
  if (typeof value === "number") return String(value);
  const seen = value.replace(STEERING, "");
  const text = /^[=+\-@\t\r]/.test(seen) ? `'${seen}` : seen;
  return /[",;\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const lines = (rows: (string | number)[][]) => rows.map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";
const percent = (value: number | null) => (value === null ? "" : Number(value.toFixed(1)));

export function smartWaitCsv({ rows }: SmartWait): string {
  const { cols, totals: all } = reportsWords();
  const counts = (row: Totals) => [row.entered, row.accepted, row.declined, row.callback_reached, row.callback_failed];
  const rates = (row: Totals) => [percent(share(row.accepted, row.entered)), percent(share(row.callback_reached, row.callback_reached + row.callback_failed))];
  const totals = totalsOf(rows);
  return lines([
    [cols.skill, cols.entered, cols.accepted, cols.declined, cols.reached, cols.failed, `${cols.acceptedRate} %`, `${cols.reachedRate} %`, `${cols.level} %`],
    ...rows.map((row) => [row.skill, ...counts(row), ...rates(row), row.service_level_up ?? row.service_level_raw]),
    [all, ...counts(totals), ...rates(totals), ""],
  ]);
}

export function notCodedCsv(calls: NotCoded[]): string {
  const { coded } = reportsWords();
  return lines([
    [coded.at, coded.number, coded.customer, coded.campaign],
    ...calls.map(({ at, number, customer_id, campaign_id }) => [new Date(at).toISOString(), number, customer_id ?? "", campaign_id ?? ""]),
  ]);
}
