import type { CallQuestion, Caution, NumberView } from "../generated";
import { maria, outside } from "./build";

const caution = (kind: Caution["kind"], country: string | null, asks = true): Caution => ({ kind, country, name: null, asks });
const premium = outside("+3690123456", "+36 90 123 456", "HU");
const somalia = outside("+252612345678", "+252 61 2345678", "SO");
const satellite: NumberView = { kind: "outside", display: "+881 6 1234 5678", country: null, e164: "+881612345678", extension: null };
const emergency: NumberView = { kind: "internal", display: "112", country: null, e164: null, extension: null };

/** What is asked before a number is dialled. */
export function question(change: Partial<CallQuestion> = {}): CallQuestion {
  return {
    id: 1,
    from_link: true,
    text: "tel:+36-30-123-4567",
    number: { ...maria },
    name: "María López",
    reason: null,
    cautions: [],
    checked: true,
    calling: false,
    refused: null,
    more: 0,
    takes_keyboard: true,
    ...change,
  };
}

const questions: Record<string, () => CallQuestion> = {
  link: () => question(),
  link_call: () =>
    question({
      number: outside("+34911234567", "+34 911 23 45 67", "ES"),
      name: null,
      text: "tel:+34911234567",
      cautions: [caution("international", "ES", false)],
    }),
  link_premium: () => question({ number: premium, name: null, text: "tel:+3690123456", cautions: [caution("premium", "HU")], more: 2 }),
  link_emergency: () => question({ number: emergency, name: null, text: "tel:112", cautions: [caution("emergency", null)] }),
  link_satellite: () => question({ number: satellite, name: null, text: "tel:+881612345678", cautions: [caution("satellite", null)] }),
  link_unusual: () =>
    question({
      number: somalia,
      name: "Abdirahman Cabdullaahi Maxamed-Szentgyörgyváry, Nemzetközi Élelmiszer-kereskedelmi és Logisztikai Zrt.",
      text: "tel:+252612345678;ext=12",
      cautions: [caution("unusual_country", "SO")],
    }),
  link_unsure: () =>
    question({ number: outside("+363012345", "+36 30 12345", "HU"), name: null, text: "tel:+363012345", reason: "looks_too_short", checked: false }),
  link_refused: () =>
    question({
      number: null,
      name: null,
      text: "tel:ORD-2024-00123",
      refused: { code: "not_a_number", reason: { code: "order_number" } },
      takes_keyboard: false,
    }),
};

/** `link…`: a link came; `link_call`: while a call rings. */
export const questionScenario = (scenario: string): CallQuestion | null => questions[scenario]?.() ?? null;
