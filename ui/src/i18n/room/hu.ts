import { plural } from "../plural";
import type { RoomWords } from "./en";

export const hu: RoomWords = {
  shorten: (n) => `Így nem menthető: ${plural("hu", n, { other: "# karakterrel" })} hosszabb, mint amennyit a fogadó rendszer elfogad. Rövidítse le.`,
  field: {
    comment: "a megjegyzés",
    code: "a kód",
    second_code: "a második kód",
    agent: "az ügyintéző száma",
    campaign: "a kampány",
    customer_id: "az ügyfél azonosítója",
    customer_name: "az ügyfél neve",
    number: "a telefonszám",
    named: (name) => `a(z) „${name}” mező`,
  },
  misfit: {
    too_long: (field, length, most) => `${field} ${length} karakter, de legfeljebb ${most} fogadható el`,
    missing: (field) => `hiányzik ${field}`,
    unreadable: (field) => `${field} olyan karaktert tartalmaz, amelyet ott nem fogadnak el`,
    too_many_numbers: (count, most) => `${count} telefonszám van megadva, de legfeljebb ${most} fogadható el`,
    no_such_field: (name) => `nincs „${name}” nevű mező`,
    not_taken: () => "a fiók nem fogad ilyen bejegyzést",
  },
};
