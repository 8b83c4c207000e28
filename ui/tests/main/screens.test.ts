import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { Language } from "../../src/ipc";
import type { Fake } from "../../src/ipc/fake";
import { dialling } from "../../src/main/frame/dialling.svelte";
import { type Shown, faults, key, showMain } from "./show";

type Screen = {
  scenario?: string;
  prepare?: (fake: Fake) => void;
  act?: (shown: Shown) => Promise<unknown>;
  // Written out once more by hand: read from the dictionaries, these tests could not fail.
  says: Record<Language, string[]>;
};

const click = (selector: string) => fireEvent.click(document.querySelector(selector) ?? expect.fail(`no ${selector}`));
const submit = () => click("button[type=submit]");
const connect = () => click(".ways button:last-child");

async function fillIn(): Promise<void> {
  for (const input of document.querySelectorAll<HTMLInputElement>("form input:not([type=radio], [type=checkbox])")) {
    await fireEvent.input(input, { target: { value: input.inputMode === "numeric" ? "10" : "https://pbx.example.com/api" } });
  }
}

async function toSettings(): Promise<void> {
  await connect();
  await waitFor(() => expect(document.querySelectorAll("form input").length).toBeGreaterThan(0));
  await submit();
  await waitFor(() => expect(document.querySelector("fieldset")).not.toBeNull());
  await submit();
  await waitFor(() => expect(document.querySelector("form input[type=password]")).not.toBeNull());
}

const screens: Record<string, Screen> = {
  calls: {
    says: {
      en: ["Calls", "Today", "Missed", "Incoming", "rang 0:06", "Ready"],
      es: ["Llamadas", "Hoy", "Perdidas", "Entrante", "sonó 0:06", "En marcha"],
      hu: ["Hívások", "Ma", "Nem fogadott", "Bejövő", "csörgött: 0:06", "Rendben"],
    },
  },
  "calls going on": {
    scenario: "five_calls",
    says: { en: ["Now", "Ringing", "Connected"], es: ["Ahora", "Sonando", "En llamada"], hu: ["Most", "Csörög", "Vonalban"] },
  },
  "no calls": {
    prepare: (fake) => (fake.rows = []),
    says: { en: ["No calls yet", "Dial a number"], es: ["Aún no hay llamadas", "Marcar un número"], hu: ["Még nincs hívás", "Szám tárcsázása"] },
  },
  "a call that failed": {
    act: async ({ text }) => {
      await click("[data-call=h4]");
      await waitFor(() => expect(text()).toMatch(/What happened|Qué ocurrió|Mi történt/));
    },
    says: {
      en: ["Open customer", "the PBX was asked", "The agent picked up", "Try again in a few minutes"],
      es: ["Abrir cliente", "se pidió la llamada a la centralita", "El agente contestó", "Vuelva a intentarlo en unos minutos"],
      hu: ["Ügyfél megnyitása", "az alközpont megkapta a kérést", "Az ügyintéző felvette", "Próbálja újra néhány perc múlva"],
    },
  },
  "simulated calls": {
    prepare: (fake) => (fake.desk.demo = true),
    says: {
      en: ["Simulated calls", "Several customers", "Hidden number"],
      es: ["Llamadas simuladas", "Varios clientes", "Número oculto"],
      hu: ["Szimulált hívások", "Több ügyfél", "Rejtett szám"],
    },
  },
  trouble: {
    prepare: (fake) =>
      Object.assign(fake.desk, {
        do_not_disturb: true,
        connections: [{ name: "incoming", state: { kind: "trouble", code: "not_listening", detail: "127.0.0.1:8480 is in use" } }],
      }),
    says: {
      en: ["No PBX connected", "Incoming calls:", "Not listening: no calls come in", "Do not disturb: on"],
      es: ["Ninguna centralita conectada", "No escucha: no entran llamadas", "No molestar: activado"],
      hu: ["Nincs csatlakoztatott alközpont", "Nem figyel: nem jön be hívás", "Ne zavarjanak: be"],
    },
  },
  "a question before dialling": {
    act: async () => {
      const number = { kind: "internal" as const, display: "1234", country: null, e164: null, extension: null };
      dialling.ask({ text: "12-34", number, name: null, reason: "internal_or_outside", cautions: [] });
      await screen.findByRole("dialog");
    },
    says: {
      en: ["Call this number?", "Extension 1234", "It may be an internal number"],
      es: ["¿Llamar a este número?", "Extensión 1234", "Puede ser un número interno"],
      hu: ["Felhívja ezt a számot?", "Mellék: 1234", "Lehet belső mellék"],
    },
  },
  messages: {
    act: async ({ fake }) => {
      fake.emit("notice", { kind: "problem", code: "offline", detail: "connection refused", reason: null });
      await screen.findByRole("alert");
    },
    says: { en: ["hub is not there", "Details"], es: ["no está disponible", "Detalles"], hu: ["Részletek"] },
  },
  "first start": {
    scenario: "first_start",
    says: {
      en: ["Try with simulated calls", "Connect your PBX"],
      es: ["Probar con llamadas simuladas", "Conectar su centralita"],
      hu: ["Kipróbálás szimulált hívásokkal", "Alközpont csatlakoztatása"],
    },
  },
  "connecting: you": {
    scenario: "first_start",
    act: async () => {
      await connect();
      await waitFor(() => expect(document.querySelectorAll("form input")).toHaveLength(2));
    },
    says: {
      en: ["Step 1 of 4", "Your extension", "Hungary"],
      es: ["Paso 1 de 4", "Su extensión", "Hungría"],
      hu: ["1/4. lépés", "Az Ön melléke", "Magyarország"],
    },
  },
  "connecting: its settings, left empty": {
    scenario: "first_start",
    act: async () => {
      await toSettings();
      await submit();
      await waitFor(() => expect(document.querySelector("[aria-invalid]")).not.toBeNull());
    },
    says: {
      en: ["Step 3 of 4", "This is needed.", "password store"],
      es: ["Paso 3 de 4", "Este dato es necesario.", "almacén de contraseñas"],
      hu: ["3/4. lépés", "Ezt meg kell adni.", "jelszótárolójába"],
    },
  },
  "connecting: the test": {
    scenario: "first_start",
    act: async ({ text }) => {
      await toSettings();
      await fillIn();
      await submit();
      await waitFor(() => expect(text()).toContain("/in/vipex/incoming"));
      await waitFor(() => expect(text()).toContain("pbx.example.com answers"));
    },
    says: {
      en: ["What could be checked works. Not checked: Sign-in", "Give this address to your PBX provider", "Only this computer reaches"],
      es: ["Lo que se pudo comprobar funciona", "Dé esta dirección al proveedor"],
      hu: ["Amit ellenőrizni lehetett, működik", "Adja meg ezt a címet"],
    },
  },
  "a broken settings file": {
    scenario: "broken_settings",
    says: {
      en: ["cannot be read", "ringcard.toml", "line 4", "Keep it aside and start with defaults"],
      es: ["No se puede leer", "ringcard.toml", "Apartarlo y empezar"],
      hu: ["nem olvasható", "ringcard.toml", "Félretétel és kezdés"],
    },
  },
};

const languages: Language[] = ["en", "es", "hu"];

describe.each(Object.entries(screens))("%s", (_, { scenario, prepare, act, says }) => {
  it.each(languages)("is said in words, in %s", async (language) => {
    const shown = await showMain(scenario, { language, ...(prepare && { prepare }) });
    await act?.(shown);
    for (const words of says[language]) expect(shown.text()).toContain(words);
    expect(shown.text()).not.toMatch(/undefined|\bnull\b|NaN|\[object|Invalid Date/);
    expect(document.documentElement.lang).toBe(language);
  });

  it("has no fault for axe", async () => {
    const shown = await showMain(scenario, prepare && { prepare });
    await act?.(shown);
    expect(await faults()).toEqual([]);
  });
});

it("goes through the sections by keyboard, and never by a bare key", async () => {
  await showMain();
  const current = () => document.querySelector("[aria-current]")?.textContent?.trim();
  await key("3", { ctrlKey: true });
  await waitFor(() => expect(current()).toBe("Settings"));
  await key("1");
  expect(current()).toBe("Settings");
  await key("1", { ctrlKey: true });
  await waitFor(() => expect(current()).toMatch(/^Calls/));
});
