import { describe, expect, it } from "vitest";
import type { Language } from "../../src/ipc";
import { scenarios } from "../../src/ipc/fake/scenarios";
import { faultsOfNothing, faultsOfWindow } from "../axe";
import { showPopup } from "./show";

// Written out once more by hand: read from the dictionaries, these tests could not fail.
const said: [scenario: string, ...words: Record<Language, string>[]][] = [
  [
    "ringing",
    { en: "Ringing", es: "Sonando", hu: "Csörög" },
    { en: "matched by mobile number", es: "coincide el móvil", hu: "egyezik: mobilszám" },
    { en: "Not this customer", es: "No es este cliente", hu: "Nem ez az ügyfél" },
  ],
  ["looking", { en: "Looking for the customer…", es: "Buscando al cliente…", hu: "Ügyfél keresése…" }],
  [
    "likely",
    {
      en: "Likely · work number, written in another form",
      es: "Probable · teléfono del trabajo escrito de otra forma",
      hu: "Valószínű · munkahelyi szám, más alakban írva",
    },
    { en: "Yes, this customer", es: "Sí, es este cliente", hu: "Igen, ő az" },
  ],
  [
    "maybe",
    {
      en: "Maybe · only the last 7 digits of the mobile number are the same",
      es: "Quizá · solo coinciden los últimos 7 dígitos del móvil",
      hu: "Talán · csak az utolsó 7 számjegy egyezik (mobilszám)",
    },
  ],
  [
    "several",
    { en: "3 possible customers", es: "3 clientes posibles", hu: "3 lehetséges ügyfél" },
    { en: "None of these", es: "Ninguno de estos", hu: "Egyik sem" },
  ],
  [
    "remembered",
    { en: "chosen for this number before", es: "elegido antes para este número", hu: "ehhez a számhoz korábban kiválasztva" },
    { en: "1 other customer with this number", es: "1 cliente más con este número", hu: "Még 1 ügyfél ezzel a számmal" },
  ],
  [
    "unknown_caller",
    { en: "No customer has this number", es: "Ningún cliente tiene este número", hu: "Ehhez a számhoz nincs ügyfél" },
    { en: "Spain", es: "España", hu: "Spanyolország" },
    { en: "Create customer", es: "Crear cliente", hu: "Új ügyfél" },
    { en: "Search by name", es: "Buscar por nombre", hu: "Keresés név szerint" },
  ],
  [
    "fail_no_such_number",
    { en: "The number does not exist", es: "El número no existe", hu: "Nincs ilyen szám" },
    { en: "Q.850 1", es: "Q.850 1", hu: "Q.850 1" },
  ],
  [
    "fail_provider_refuses",
    { en: "The provider refuses such calls", es: "El operador rechaza estas llamadas", hu: "A szolgáltató nem engedi az ilyen hívást" },
  ],
  ["fail_congested", { en: "All lines are taken", es: "Todas las líneas están ocupadas", hu: "Minden vonal foglalt" }],
  ["fail_phone_away", { en: "Your phone is not connected", es: "Su teléfono no está conectado", hu: "Az Ön telefonja nincs csatlakoztatva" }],
  [
    "queue",
    { en: "Queue: Ügyfélszolgálat", es: "Cola: Ügyfélszolgálat", hu: "Várólista: Ügyfélszolgálat" },
    { en: "Molnár Ágnes", es: "Molnár Ágnes", hu: "Molnár Ágnes" },
  ],
  ["colleague", { en: "Internal call", es: "Llamada interna", hu: "Belső hívás" }, { en: "Béla Kovács", es: "Béla Kovács", hu: "Béla Kovács" }],
  ["hidden", { en: "The caller withholds the number", es: "Quien llama oculta su número", hu: "A hívó elrejti a számát" }],
  ["internal", { en: "Extension 104", es: "Extensión 104", hu: "Mellék: 104" }, { en: "Internal call", es: "Llamada interna", hu: "Belső hívás" }],
  ["own", { en: "One of our own numbers", es: "Es uno de nuestros números", hu: "Saját számunk" }],
  ["unreadable", { en: "Not a phone number", es: "No es un número de teléfono", hu: "Nem telefonszám" }],
  ["crm_down", { en: "Acme CRM does not answer", es: "Acme CRM no responde", hu: "Nem válaszol: Acme CRM" }],
  [
    "crm_down_known",
    { en: "What is known here is shown", es: "Se muestra lo que se sabe aquí", hu: "Az látható, ami itt ismert" },
    { en: "María López", es: "María López", hu: "María López" },
  ],
  ["connected", { en: "Connected", es: "En llamada", hu: "Vonalban" }],
  ["ended", { en: "Ended", es: "Finalizada", hu: "Befejezve" }, { en: "Dismiss", es: "Descartar", hu: "Elvetés" }],
  ["missed", { en: "Missed", es: "Perdida", hu: "Nem fogadott" }, { en: "Call back", es: "Devolver la llamada", hu: "Visszahívás" }],
  ["answered_elsewhere", { en: "Answered elsewhere", es: "Atendida en otro puesto", hu: "Más vette fel" }],
  ["not_reported", { en: "Outcome not reported", es: "Resultado no informado", hu: "A kimenetelről nincs jelzés" }],
  ["not_answered", { en: "Not answered", es: "No contestada", hu: "Nem vették fel" }],
  ["went_to_service", { en: "Went to voicemail or a menu", es: "Pasó al buzón de voz o a un menú", hu: "Hangpostára vagy menübe került" }],
  ["phone_was_busy", { en: "Busy", es: "Ocupado", hu: "Foglalt" }],
  ["phone_not_reached", { en: "Phone not reached", es: "Teléfono no disponible", hu: "A telefon nem érhető el" }],
  [
    "hidden_in_queue",
    { en: "Hidden number", es: "Número oculto", hu: "Rejtett szám" },
    { en: "Queue: Ügyfélszolgálat", es: "Cola: Ügyfélszolgálat", hu: "Várólista: Ügyfélszolgálat" },
  ],
  ["colleague_called", { en: "Outgoing · Internal call", es: "Saliente · Llamada interna", hu: "Kimenő · Belső hívás" }],
  ["declined", { en: "Declined", es: "Rechazada", hu: "Elutasítva" }],
  ["passed_on", { en: "Passed to Béla Kovács", es: "Pasada a Béla Kovács", hu: "Átadva: Béla Kovács" }],
  ["received", { en: "Passed on by Béla Kovács", es: "Pasada por Béla Kovács", hu: "Átadta: Béla Kovács" }, { en: "Ringing", es: "Sonando", hu: "Csörög" }],
  ["given_up", { en: "Not reached: you hung up", es: "Sin contacto: usted colgó", hu: "Nem jött létre: Ön tette le" }],
  ["lost_end", { en: "End not reported", es: "Final no informado", hu: "A végéről nincs jelzés" }],
  ["starting", { en: "Starting…", es: "Iniciando…", hu: "Indítás…" }, { en: "Outgoing", es: "Saliente", hu: "Kimenő" }],
  ["agent_ringing", { en: "Your phone is ringing: pick up", es: "Su teléfono está sonando: conteste", hu: "Csörög az Ön telefonja: vegye fel" }],
  ["calling", { en: "Calling the customer", es: "Llamando al cliente", hu: "Az ügyfél hívása" }],
  ["out_connected", { en: "Connected", es: "En llamada", hu: "Vonalban" }],
  ["out_unknown", { en: "Unknown: look at your phone", es: "Estado desconocido: mire su teléfono", hu: "Bizonytalan: nézze meg a telefonját" }],
  [
    "fail_authentication",
    { en: "did not accept the sign-in", es: "no aceptó las credenciales", hu: "nem fogadta el a bejelentkezést" },
    { en: "The PBX says: Invalid API key", es: "La centralita dice: Invalid API key", hu: "Az alközpont üzenete: Invalid API key" },
    { en: "Open Settings", es: "Abrir Configuración", hu: "Beállítások" },
  ],
  [
    "fail_refused",
    { en: "The PBX refused the call", es: "La centralita rechazó la llamada", hu: "Az alközpont elutasította a hívást" },
    { en: "Destination <not> allowed", es: "Destination <not> allowed", hu: "Destination <not> allowed" },
  ],
  [
    "fail_unreachable",
    { en: "The PBX cannot be reached", es: "No se puede contactar con la centralita", hu: "Az alközpont nem érhető el" },
    { en: "Nothing was dialled", es: "No se marcó nada", hu: "Nem történt tárcsázás" },
  ],
  ["fail_not_configured", { en: "not set up for dialling", es: "no está configurada para marcar", hu: "nincs beállítva tárcsázásra" }],
  ["fail_agent_busy", { en: "Your phone is busy", es: "Su teléfono está ocupado", hu: "Az Ön telefonja foglalt" }],
  [
    "fail_busy",
    { en: "The customer's line is busy", es: "El cliente comunica", hu: "Az ügyfél vonala foglalt" },
    { en: "Call again", es: "Llamar de nuevo", hu: "Hívás újra" },
  ],
  ["fail_agent_no_answer", { en: "You did not pick up", es: "Usted no contestó", hu: "Ön nem vette fel" }],
  ["fail_no_answer", { en: "The customer does not answer", es: "El cliente no contesta", hu: "Az ügyfél nem veszi fel" }],
  ["fail_declined", { en: "The customer declined the call", es: "El cliente rechazó la llamada", hu: "Az ügyfél elutasította a hívást" }],
  ["fail_other", { en: "The customer could not be reached", es: "No se pudo contactar con el cliente", hu: "Az ügyfél nem érhető el" }],
];

const languages: Language[] = ["en", "es", "hu"];

describe.each(languages)("in %s", (language) => {
  it.each(said)("%s is said in words", async (scenario, ...words) => {
    const { text } = await showPopup(scenario, { language });
    for (const word of words) expect(text()).toContain(word[language]);
    expect(text()).not.toMatch(/undefined|null|NaN|\[object|Invalid Date/);
    expect(document.documentElement.lang).toBe(language);
  });
});

describe("for everybody", () => {
  it.each(Object.keys(scenarios))("axe finds nothing wrong with %s", async (scenario) => {
    await showPopup(scenario, { keyboard: true });
    const found = scenario === "none" ? faultsOfNothing() : faultsOfWindow();
    expect(await found).toEqual([]);
  });
});

it("never shows our own extension or line as the party of an outgoing call", async () => {
  const { text } = await showPopup("agent_ringing");
  expect(text()).toContain("+36 30 123 4567");
  expect(text()).not.toContain("+36 1 200 1000");
  expect(text()).not.toContain("101");
});

it("offers no dialling where it is not known whether a call was started", async () => {
  const { text } = await showPopup("out_unknown");
  expect(text()).not.toMatch(/call again|call back/i);
});

it("says of a time for which nobody spoke that it rang, and shows none where nobody knows it", async () => {
  const clock = (page: HTMLElement) => (page.querySelector("header .clock")?.textContent ?? "").replace(/\s+/g, " ").trim();
  expect(clock((await showPopup("given_up")).page)).toBe("0:13 rang");
  document.body.innerHTML = "";
  expect(clock((await showPopup("ended")).page)).toBe("5:08");
  document.body.innerHTML = "";
  expect(clock((await showPopup("lost_end")).page)).toBe("");
});
