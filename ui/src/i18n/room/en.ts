import type { WriteField } from "../../ipc";
import { plural } from "../plural";

/** Why another system takes not what was typed. */
export interface RoomWords {
  /** The error under the field. */
  shorten: (n: number) => string;
  field: Record<Exclude<WriteField["kind"], "field">, string> & { named: (name: string) => string };
  misfit: {
    too_long: (field: string, length: number, most: number) => string;
    missing: (field: string) => string;
    unreadable: (field: string) => string;
    too_many_numbers: (count: number, most: number) => string;
    no_such_field: (name: string) => string;
    not_taken: () => string;
  };
}

export const en: RoomWords = {
  shorten: (n) =>
    `It cannot be saved: ${plural("en", n, { one: "# character is", other: "# characters are" })} too many for the system that gets it. Shorten it.`,
  field: {
    comment: "the comment",
    code: "the code",
    second_code: "the second code",
    agent: "the agent's number",
    campaign: "the campaign",
    customer_id: "the customer's id",
    customer_name: "the customer's name",
    number: "the phone number",
    named: (name) => `the field “${name}”`,
  },
  misfit: {
    too_long: (field, length, most) => `${field} has ${length} characters, and at most ${most} are taken`,
    missing: (field) => `${field} is missing`,
    unreadable: (field) => `${field} has characters that are not taken there`,
    too_many_numbers: (count, most) => `there are ${count} phone numbers, and at most ${most} are taken`,
    no_such_field: (name) => `there is no field “${name}”`,
    not_taken: () => "the account takes no such entries",
  },
};
