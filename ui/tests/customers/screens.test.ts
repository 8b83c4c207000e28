import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { Language } from "../../src/ipc";
import type { Fake } from "../../src/ipc/fake";
import { type Shown, faults, find, options, search, settled, showCustomers, stored } from "./show";

type Screen = {
  prepare?: (fake: Fake) => void;
  act?: (shown: Shown) => Promise<unknown>;
  // Written out once more by hand: read from the dictionaries, these tests could not fail.
  says: Record<Language, string[]>;
};

const button = (icon: number) => document.querySelectorAll<HTMLElement>(".customers > header button")[icon] ?? expect.fail("no button");
const submit = () => fireEvent.click(document.querySelector("button[type=submit]") ?? expect.fail("no button"));

async function card(): Promise<void> {
  await fireEvent.click(options()[0] ?? expect.fail("nobody"));
  await waitFor(() => expect(document.querySelector("article")?.textContent).toContain("HU"));
}

async function edit(): Promise<void> {
  await card();
  await fireEvent.click(document.querySelectorAll<HTMLElement>("article .acts button")[1] ?? expect.fail("no button"));
  await waitFor(() => expect(document.querySelector("form")).not.toBeNull());
}

async function mapping(): Promise<void> {
  await fireEvent.click(button(0));
  await waitFor(() => expect(document.querySelector("table")).not.toBeNull());
}

const screens: Record<string, Screen> = {
  list: {
    says: {
      en: ["Customers", "The newest customers", "María López", "Acme Hungary Kft.", "+36 30 123 4567", "Choose a customer"],
      es: ["Clientes", "Los clientes más recientes", "Elija un cliente"],
      hu: ["Ügyfelek", "A legújabb ügyfelek", "Válasszon ügyfelet"],
    },
  },
  "nobody at all": {
    prepare: (fake) => (fake.customers = []),
    says: {
      en: ["No customers yet", "Import…", "New customer"],
      es: ["Aún no hay clientes", "Importar…", "Nuevo cliente"],
      hu: ["Még nincsenek ügyfelek", "Importálás…", "Új ügyfél"],
    },
  },
  "nobody found": {
    act: ({ fake }) => find(fake, "zzz"),
    says: {
      en: ["No customer matches “zzz”", "Create “zzz”"],
      es: ["Ningún cliente coincide con «zzz»", "Crear «zzz»"],
      hu: ["Nincs találat erre: „zzz”", "„zzz” felvétele"],
    },
  },
  "search that fails": {
    act: async ({ fake }) => {
      fake.failing.set("search_customers", { code: "offline", message: "hub gone" });
      await fireEvent.input(search(), { target: { value: "ana" } });
      await screen.findByRole("alert");
    },
    says: {
      en: ["The search did not work", "hub is not there", "hub gone", "Try again"],
      es: ["La búsqueda no funcionó", "no está disponible", "Reintentar"],
      hu: ["A keresés nem sikerült", "nem elérhető", "Újra"],
    },
  },
  card: {
    act: card,
    says: {
      en: ["Open in CRM", "Edit", "Delete", "Mobile", "Call", "Key account", "Prefers English", "Changed yesterday", "kept in this directory"],
      es: ["Abrir en el CRM", "Editar", "Eliminar", "Móvil", "Llamar", "Modificado: ayer", "guardado en este directorio"],
      hu: ["Megnyitás a CRM-ben", "Szerkesztés", "Törlés", "Mobil", "Hívás", "Módosítva: tegnap", "ez az ügyféllista"],
    },
  },
  "a customer who is gone": {
    act: async ({ fake }) => {
      fake.failing.set("customer", { code: "not_found", message: "" });
      await fireEvent.click(options()[0] ?? expect.fail("nobody"));
      await waitFor(() => expect(document.querySelector("article")).toBeNull());
      await settled();
    },
    says: { en: ["This customer is no longer there"], es: ["Este cliente ya no existe"], hu: ["Ez az ügyfél már nincs meg"] },
  },
  form: {
    act: async () => {
      await edit();
      await waitFor(() => expect(document.querySelector("form .number")?.textContent).toContain("+36 30 123 4567"));
    },
    says: {
      en: ["Edit María López", "Name", "Company", "Free fields", "Add a number", "Read as +36 30 123 4567"],
      es: ["Editar María López", "Nombre", "Empresa", "Campos libres", "Añadir un número", "Se lee como +36 30 123 4567"],
      hu: ["Szerkesztés: María López", "Név", "Cég", "Szabad mezők", "Szám hozzáadása", "Így olvassuk: +36 30 123 4567"],
    },
  },
  "a form with nothing in it": {
    act: async () => {
      await fireEvent.click(button(2));
      await waitFor(() => expect(document.querySelector("form")).not.toBeNull());
      await submit();
    },
    says: {
      en: ["New customer", "Give a name, a company, an e-mail address or a number.", "has to be corrected"],
      es: ["Nuevo cliente", "Indique un nombre, una empresa", "corregir"],
      hu: ["Új ügyfél", "Adjon meg nevet, céget", "javítani kell"],
    },
  },
  conflict: {
    act: async ({ fake }) => {
      await edit();
      Object.assign(stored(fake, "c1"), { updated_at: 1, company: "Other Ltd" });
      await submit();
      await screen.findByRole("alert");
    },
    says: {
      en: ["Somebody else changed this customer", "What you typed is still here", "Yours", "Theirs", "Other Ltd", "Save mine over it"],
      es: ["Otra persona modificó este cliente", "Lo que escribió sigue aquí", "Other Ltd", "Guardar lo mío encima"],
      hu: ["Közben más módosította ezt az ügyfelet", "Amit beírt, megmaradt", "Other Ltd", "Az enyém mentése fölé"],
    },
  },
  "deleting asks": {
    act: async () => {
      await card();
      await fireEvent.click(document.querySelector("article .danger") ?? expect.fail("no button"));
      await screen.findByRole("dialog");
    },
    says: {
      en: ["Delete María López?", "cannot be undone"],
      es: ["¿Eliminar a María López?", "No se puede deshacer"],
      hu: ["Törli? María López", "nem vonható vissza"],
    },
  },
  export: {
    act: async () => {
      await fireEvent.click(button(1));
      await screen.findByRole("dialog");
    },
    says: { en: ["Export customers", "CSV file", "vCard file"], es: ["Exportar clientes", "Archivo CSV"], hu: ["Ügyfelek exportálása", "CSV-fájl"] },
  },
  "import: mapping": {
    act: mapping,
    says: {
      en: [
        "customers.csv",
        "about 12,480 rows",
        "Encoding windows-1250",
        "Columns separated by semicolons",
        "Törzsszám",
        "0620/555-0134",
        "Import about 12,480 rows",
      ],
      es: ["unas 12.480 filas", "Codificación windows-1250", "Columnas separadas por punto y coma", "Importar unas 12.480 filas"],
      hu: ["kb. 12\u00a0480 sor", "Kódolás: windows-1250", "Oszlopelválasztó: pontosvessző"],
    },
  },
  "import: report": {
    act: async () => {
      await mapping();
      await fireEvent.click(document.querySelector(".import footer .primary") ?? expect.fail("no button"));
      await waitFor(() => expect(document.querySelector("tbody")?.textContent).toContain("17"));
    },
    says: {
      en: ["The import is done", "Refused rows", "8 rows were not taken", "There is no name, company, e-mail address or number in it.", "customers-report.csv"],
      es: ["La importación ha terminado", "Filas rechazadas", "8 filas no se aceptaron", "No contiene nombre, empresa, correo", "customers-report.csv"],
      hu: ["Az importálás kész", "Elutasított sorok", "8 sor nem került be", "Nincs benne név, cég, e-mail-cím vagy szám.", "customers-report.csv"],
    },
  },
};

const languages: Language[] = ["en", "es", "hu"];

describe.each(languages)("in %s", (language) => {
  it.each(Object.entries(screens))("%s is said in words", async (_, { prepare, act, says }) => {
    const shown = await showCustomers({ language, ...(prepare && { prepare }) });
    await act?.(shown);
    for (const word of says[language]) expect(shown.text().replaceAll("\u00a0", " ")).toContain(word.replaceAll("\u00a0", " "));
    expect(shown.text()).not.toMatch(/undefined|null|NaN|\[object|Invalid Date/);
  });
});

describe("for everybody", () => {
  it.each(Object.entries(screens))("axe finds nothing wrong with %s", async (_, { prepare, act }) => {
    const shown = await showCustomers(prepare && { prepare });
    await act?.(shown);
    expect(await faults(shown.page)).toEqual([]);
  });
});
