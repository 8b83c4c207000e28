import { plain } from "../../lib/fold";
import type { Customer, Match, NumberReport, NumberView } from "../generated";
import { people } from "./people";

const countries: [prefix: string, country: string][] = [
  ["36", "HU"],
  ["34", "ES"],
  ["57", "CO"],
  ["44", "GB"],
];

/** The way a known number is written, or in groups of three. */
function written(digits: string): string {
  const known = people(0)
    .flatMap(({ numbers }) => numbers)
    .find((number) => number.written.replace(/\D/g, "") === digits);
  return known?.written ?? `+${digits.slice(0, 2)} ${(digits.slice(2).match(/\d{1,3}/g) ?? []).join(" ")}`;
}

/** Nothing like the real reader, which lives in Rust: enough to look at every answer. */
export function readNumber(text: string): NumberReport {
  const digits = text.replace(/\D/g, "");
  const refused = (code: "empty" | "no_digits" | "letters" | "order_number", message: string): NumberReport => ({
    reading: { kind: "refused", reason: { code }, message },
    display: null,
    dialled: [],
    searched: [],
  });
  if (text.trim() === "") return refused("empty", "there is nothing to read: give a phone number");
  if (digits === "") return refused("no_digits", "there are no digits in it: give a phone number");
  if (/\p{L}{3}/u.test(text)) return refused("letters", "there are letters in it: give the number in digits");
  if (digits.length > 15) return refused("order_number", "it looks like an order, invoice or tax number");
  const number: NumberView =
    digits.length <= 6
      ? { kind: "internal", display: digits, country: null, e164: null, extension: null }
      : {
          kind: "outside",
          display: written(digits),
          country: countries.find(([prefix]) => digits.startsWith(prefix))?.[1] ?? null,
          e164: `+${digits}`,
          extension: null,
        };
  return {
    reading: { kind: "number", number, certainty: text.trim().startsWith("+") || digits.length <= 6 ? "sure" : "plus_missing" },
    display: number.display,
    dialled: [{ account: "pbx", text: `00${digits}` }],
    searched: [`+${digits}`, digits],
  };
}

/** Customers whose name, company or number has the query in it. */
export function matching(customers: Customer[], query: string): Match[] {
  const words = plain(query).trim();
  const digits = query.replace(/\D/g, "");
  return customers
    .filter(({ name, company, numbers }) => {
      const byNumber = digits.length >= 3 && numbers.some(({ written }) => written.replace(/\D/g, "").includes(digits));
      return query.trim() === "" || byNumber || (words !== "" && plain(`${name} ${company}`).includes(words));
    })
    .map((customer) => ({ customer, strength: "exact", reason: { kind: "same_number", label: customer.numbers[0]?.label ?? "" } }));
}
