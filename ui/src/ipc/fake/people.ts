import type { Customer, CustomerDetails } from "../generated";

/** Believable customers in three countries; nobody real: names, companies and numbers are made up. */
type Sketch = [id: string, name: string, company: string, role: string, label: string, e164: string, shown: string, more?: Partial<CustomerDetails>];

const sketches: Sketch[] = [
  [
    "c1",
    "María López",
    "Acme Hungary Kft.",
    "Purchasing",
    "mobile",
    "+36301234567",
    "+36 30 123 4567",
    {
      vip: true,
      tags: ["Key account", "English"],
      notes: "Prefers English. Send offers as PDF.",
      link: "https://crm.example.com/contacts/4411",
      email: "maria.lopez@acme.example",
    },
  ],
  [
    "c2",
    "Kovács István",
    "Duna Logisztika Zrt.",
    "Raktárvezető",
    "work",
    "+3612345678",
    "+36 1 234 5678",
    { tags: ["Szerződés lejár"], notes: "Reggel 9 előtt ne hívjuk.", email: "kovacs.istvan@dunalog.example" },
  ],
  ["c3", "Kovácsné Nagy Ágnes", "Duna Logisztika Zrt.", "Pénzügy", "work", "+3612345678", "+36 1 234 5678", {}],
  ["c4", "Szabó Péter", "Duna Logisztika Zrt.", "Recepció", "work", "+3612345678", "+36 1 234 5678", {}],
  [
    "c5",
    "Lucía Fernández Ortega",
    "Clínica Sierra Norte",
    "Administración",
    "work",
    "+34915550142",
    "+34 915 55 01 42",
    { tags: ["Facturación"], link: "https://crm.example.com/contacts/87", email: "lfernandez@sierranorte.example" },
  ],
  [
    "c6",
    "Andrés Restrepo",
    "Café del Valle S.A.S.",
    "Gerente",
    "mobile",
    "+573105550187",
    "+57 310 555 0187",
    { vip: true, notes: "Llamar después de las 10 (hora de Bogotá)." },
  ],
  [
    "c7",
    "Emma Clarke",
    "Northwind Trading Ltd",
    "Office manager",
    "mobile",
    "+447700900123",
    "+44 7700 900123",
    { link: "https://crm.example.com/contacts/902" },
  ],
  ["c8", "Tóth Eszter", "", "", "mobile", "+36205550134", "+36 20 555 0134", { notes: "Visszatérő vásárló." }],
  ["c9", "Javier Morales", "Transportes Morales", "", "mobile", "+34655501987", "+34 655 50 19 87", {}],
  ["c10", "Horváth Gábor", "Horváth és Társa Bt.", "Ügyvezető", "mobile", "+36705550111", "+36 70 555 0111", { tags: ["Új"] }],
];

export function people(now: number): Customer[] {
  return sketches.map(([id, name, company, role, label, e164, written, more], i) => ({
    id,
    source: "directory",
    updated_at: now - (i + 1) * 86_400_000,
    name,
    company,
    role,
    email: "",
    tags: [],
    vip: false,
    notes: "",
    link: null,
    numbers: [{ label, written, party: { kind: "outside", e164, extension: null } }],
    fields: {},
    ...more,
  }));
}
