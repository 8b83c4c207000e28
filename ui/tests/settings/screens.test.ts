import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { Language } from "../../src/ipc";
import type { Fake } from "../../src/ipc/fake";
import { acme } from "../../src/ipc/fake/settings";
import type { Part } from "../../src/main/settings/session.svelte";
import { type Shown, faults, settled, showSettings } from "./show";

type Screen = {
  part: Part;
  prepare?: (fake: Fake) => void;
  act?: (shown: Shown) => Promise<unknown>;
  // Written out once more by hand: read from the dictionaries, these tests could not fail.
  says: Record<Language, string[]>;
};

const click = (selector: string, at = 0) => fireEvent.click(document.querySelectorAll(selector)[at] ?? expect.fail(`no ${selector}`));
const noAccounts = (fake: Fake) => (fake.settings.accounts = []);

const screens: Record<string, Screen> = {
  you: {
    part: "agent",
    says: {
      en: ["Your name", "Your extension", "Lines you answer", "All of this is kept in /home/ana"],
      es: ["Su nombre", "Su extensión", "Líneas que usted atiende", "Todo esto se guarda en /home/ana"],
      hu: ["Az Ön neve", "Az Ön melléke", "Az Ön által kezelt vonalak", "Mindez itt van tárolva: /home/ana"],
    },
  },
  accounts: {
    part: "accounts",
    says: {
      en: ["pbx", "VIPeX", "https://pbx.example.com/api", "Password", "Set", "Test", "Remove"],
      es: ["Establecida", "Probar", "Quitar", "Añadir una cuenta"],
      hu: ["Beállítva", "Próba", "Eltávolítás", "Fiók hozzáadása"],
    },
  },
  "no account": {
    part: "accounts",
    prepare: noAccounts,
    says: { en: ["Nothing connected yet", "Add an account"], es: ["Todavía no hay nada conectado"], hu: ["Még nincs semmi csatlakoztatva"] },
  },
  "a test that fails": {
    part: "accounts",
    prepare: (fake) => {
      const call = fake.call.bind(fake);
      const report = {
        state: "fails",
        steps: [
          { state: "works", what: "connect", detail: "pbx.example.com answers" },
          { state: "fails", what: "sign_in", detail: "wrong password" },
        ],
      };
      fake.call = async (name, args) => (name === "test_account" ? (report as never) : call(name, args));
    },
    act: async () => {
      await click("article .acts button");
      await screen.findByRole("alert");
    },
    says: {
      en: ["This does not work: Sign-in", "Connection", "wrong password"],
      es: ["Esto no funciona: Inicio de sesión", "Conexión"],
      hu: ["Ez nem működik: Bejelentkezés", "Kapcsolat"],
    },
  },
  "an account of a profile that is gone": {
    part: "accounts",
    prepare: (fake) => (fake.settings.profiles = []),
    says: { en: ["There is no profile “vipex” here any more"], es: ["El perfil «vipex» ya no está aquí"], hu: ["A(z) „vipex” profil már nincs itt"] },
  },
  "a description to look at": {
    part: "accounts",
    prepare: (fake) => (fake.settings.descriptions = [{ ...acme, id: "vipex", replaces: true, standing: "changed", push_unproved: true }]),
    says: {
      en: [
        "This description must be looked at first: Acme Cloud PBX",
        "Starts calls",
        "https://api.acme.example",
        "takes the place of the built-in description",
        "Use it",
        "Not now",
      ],
      es: [
        "Primero hay que revisar esta descripción: Acme Cloud PBX",
        "Inicia llamadas",
        "https://api.acme.example",
        "Sustituye a la descripción incorporada «vipex»",
        "Usarla",
        "Ahora no",
      ],
      hu: [
        "Ezt a leírást előbb át kell nézni: Acme Cloud PBX",
        "Hívást indít",
        "https://api.acme.example",
        "A beépített „vipex” leírás helyébe lép",
        "Használatba veszem",
        "Most nem",
      ],
    },
  },
  "a new account": {
    part: "accounts",
    prepare: noAccounts,
    act: async () => {
      await click(".empty button");
      await click("form button[type=submit]");
    },
    says: {
      en: ["Add an account", "Kind of system", "API address", "This is needed.", "Save and test", "password store and is never shown again"],
      es: ["Tipo de sistema", "Este dato es necesario.", "Guardar y probar"],
      hu: ["A rendszer fajtája", "Ezt meg kell adni.", "Mentés és próba"],
    },
  },
  "removing asks": {
    part: "accounts",
    act: async () => {
      await click("article .danger");
      await screen.findByRole("dialog");
    },
    says: { en: ["Remove pbx?", "its secrets on this computer are deleted"], es: ["¿Quitar pbx?"], hu: ["Eltávolítja? pbx"] },
  },
  incoming: {
    part: "incoming",
    says: {
      en: [
        "Listening at 127.0.0.1:8480",
        "A call comes in",
        "POST",
        "http://127.0.0.1:8480/in/pbx/incoming?key=•••",
        "as the parameter key",
        "Last pushes",
        "A new call",
        "…f3a9",
        "Copy the token",
      ],
      es: ["Escuchando en 127.0.0.1:8480", "Entra una llamada", "Últimos avisos", "Una llamada nueva", "Copiar la clave"],
      hu: ["Figyelés itt: 127.0.0.1:8480", "Hívás érkezik", "Utolsó értesítések", "Új hívás", "Kulcs másolása"],
    },
  },
  "incoming: address in use": {
    part: "incoming",
    prepare: (fake) => {
      Object.assign(fake.settings.listen, { running: false, problem: "127.0.0.1:8480 is already in use" });
      noAccounts(fake);
    },
    says: {
      en: ["Not listening: no calls come in", "is already in use", "choose another one below (for example 8481)", "Connect a PBX first"],
      es: ["No se escucha: no entran llamadas", "elija otro más abajo (por ejemplo 8481)"],
      hu: ["Nincs figyelés: nem érkeznek hívások", "válasszon lent másikat (például 8481)"],
    },
  },
  numbers: {
    part: "numbers",
    says: {
      en: ["Country", "Shortest internal number", "Own numbers", "Names of lines", "Try a number"],
      es: ["País", "Número interno más corto", "Probar un número"],
      hu: ["Ország", "Legrövidebb belső szám", "Egy szám kipróbálása"],
    },
  },
  "a tried number": {
    part: "numbers",
    act: async () => {
      await fireEvent.input([...document.querySelectorAll("section input")].at(-1) ?? expect.fail("no field"), { target: { value: "36301234567" } });
      await waitFor(() => expect(document.querySelector(".result dl")).not.toBeNull());
    },
    says: {
      en: ["Read as", "Asked before it is dialled", "Hungary", "Dialled", "Looked up as"],
      es: ["Se lee como", "Se pregunta antes de marcarlo", "Hungría", "Se busca como"],
      hu: ["Így olvassuk", "Tárcsázás előtt rákérdezünk", "Magyarország", "Így keressük"],
    },
  },
  look: {
    part: "look",
    says: {
      en: ["Language", "As the system", "Magyar", "Dark", "kept at once"],
      es: ["Idioma", "Como el sistema", "Oscura", "se guardan al momento"],
      hu: ["Nyelv", "Mint a rendszer", "Sötét", "azonnal érvényesek"],
    },
  },
  card: {
    part: "popup",
    prepare: (fake) => (fake.settings.desk.monitor = "VGA-9"),
    says: {
      en: [
        "Do not disturb",
        "DP-1 (2560 × 1440)",
        "VGA-9 (not connected now)",
        "Top right",
        "Start Ringcard when I sign in",
        "tel:, callto: or sip:",
        "Hotkey",
      ],
      es: ["No molestar", "VGA-9 (ahora no está conectada)", "Arriba a la derecha", "Iniciar Ringcard al iniciar sesión"],
      hu: ["Ne zavarjanak", "VGA-9 (most nincs csatlakoztatva)", "Jobb felső", "A Ringcard indítása bejelentkezéskor"],
    },
  },
  "no password store": {
    part: "secrets",
    prepare: (fake) => (fake.settings.secrets = { available: false, message: "no Secret Service on the session bus" }),
    act: async () => {
      await click("section > div button");
      await settled();
    },
    says: {
      en: [
        "There is no password store that can be used",
        "no Secret Service",
        'password = { file = "pbx" }',
        "install -m 600 /dev/null /home/ana/.config/ringcard/pbx",
        "Everything works",
      ],
      es: ["No hay ningún almacén de contraseñas", "Sin almacén de contraseñas", "Todo funciona"],
      hu: ["Nincs használható jelszótár", "Jelszótár nélkül", "Minden működik"],
    },
  },
};

const languages: Language[] = ["en", "es", "hu"];

describe.each(languages)("in %s", (language) => {
  it.each(Object.entries(screens))("%s is said in words", async (_, { part, prepare, act, says }) => {
    const shown = await showSettings(part, { language, ...(prepare && { prepare }) });
    await act?.(shown);
    for (const word of says[language]) expect(shown.text()).toContain(word);
    // The file that a secret's place is made of is called so.
    expect(shown.text().replaceAll("/dev/null", "")).not.toMatch(/undefined|null|NaN|\[object/);
  });
});

describe("for everybody", () => {
  it.each(Object.entries(screens))("axe finds nothing wrong with %s", async (_, { part, prepare, act }) => {
    const shown = await showSettings(part, prepare && { prepare });
    await act?.(shown);
    expect(await faults(shown.page)).toEqual([]);
  });
});

it("says why the settings cannot be shown, and tries again", async () => {
  const prepare = (fake: Fake) => void fake.failing.set("settings", { code: "internal", message: "no such thing" });
  const { text, fake } = await showSettings("agent", { prepare });
  expect(text()).toContain("The settings cannot be shown");
  expect(text()).toContain("no such thing");
  fake.failing.clear();
  await fireEvent.click(screen.getByRole("button", { name: "Try again" }));
  await waitFor(() => expect(text()).toContain("Your name"));
});
