import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { Language } from "../../../src/ipc";
import { faultsOfWindow } from "../../axe";
import { comment, settled, showWrapUp, wrapUpOf } from "./show";

const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));
const tick = (name: string) => fireEvent.click(screen.getByRole("checkbox", { name }));
const choose = (name: string) => fireEvent.click(screen.getByRole("radio", { name }));

afterEach(() => void vi.useRealTimers());

// Written out once more by hand: read from the dictionaries, these tests could not fail.
const said: [scenario: string, ...words: Record<Language, string>[]][] = [
  [
    "wrap_up",
    { en: "Wrap-up", es: "Tipificación", hu: "Utómunka" },
    { en: "How did the call end?", es: "¿Cómo terminó la llamada?", hu: "Mi lett a hívás vége?" },
    { en: "required", es: "obligatorio", hu: "kötelező" },
    { en: "Line: Sales (HU)", es: "Línea: Sales (HU)", hu: "Vonal: Sales (HU)" },
    { en: "María López", es: "María López", hu: "María López" },
  ],
  [
    "wrap_up_campaign",
    { en: "Code this call", es: "Tipificar esta llamada", hu: "A hívás kódolása" },
    { en: "Do not let the dialler call again", es: "Que el marcador no vuelva a llamar", hu: "A tárcsázó ne hívja többet" },
    { en: "Which campaign record?", es: "¿Qué registro de campaña?", hu: "Melyik kampányrekord?" },
    { en: "3 attempts", es: "3 intentos", hu: "3 próbálkozás" },
  ],
  [
    "wrap_up_not_saved",
    { en: "It was NOT saved", es: "NO se guardó", hu: "NINCS elmentve" },
    {
      en: "The disk is full. Make room. Your text is still here.",
      es: "El disco está lleno. Libere espacio. Su texto sigue aquí.",
      hu: "A lemez megtelt. Szabadítson fel helyet. A szövege itt megvan.",
    },
  ],
  [
    "wrap_up_over",
    { en: "Wrap-up: time is over", es: "Tipificación: tiempo agotado", hu: "Utómunka: lejárt az idő" },
    { en: "Nothing is lost", es: "No se pierde nada", hu: "Semmi sem vész el" },
  ],
  ["wrap_up_unknown", { en: "It is asked again by itself.", es: "Se vuelve a preguntar automáticamente.", hu: "A Ringcard magától újra megkérdezi." }],
  ["wrap_up_two", { en: "Ringing", es: "Sonando", hu: "Csörög" }],
];

describe.each(["en", "es", "hu"] as Language[])("in %s", (language) => {
  it.each(said)("%s is said in words", async (scenario, ...words) => {
    const { text } = await showWrapUp(scenario, { language });
    for (const word of words) expect(text()).toContain(word[language]);
    expect(text()).not.toMatch(/undefined|null|NaN|\[object|Invalid Date/);
  });
});

it.each(said.map(([scenario]) => scenario))("axe finds nothing wrong with %s, nor with what is missing in it", async (scenario) => {
  await showWrapUp(scenario, { keyboard: true });
  expect(await faultsOfWindow()).toEqual([]);
  await tick("Call back at…");
  await choose("Nem érdekli");
  await press("Save");
  await screen.findByText("Say when.");
  expect(await faultsOfWindow()).toEqual([]);
});

it("says what is missing only after the wish to save, next to its field", async () => {
  const { text } = await showWrapUp("wrap_up");
  expect(text()).not.toContain("Choose a code.");
  await press("Save");
  await screen.findByText("Choose a code.");
  expect(screen.getByRole("radiogroup").getAttribute("aria-invalid")).toBe("true");
  await choose("Ajánlatot kér");
  await screen.findByText("This code needs a comment.");
  expect(comment().getAttribute("aria-invalid")).toBe("true");
  await fireEvent.input(comment(), { target: { value: "by Friday" } });
  await waitFor(() => expect(text()).not.toContain("This code needs a comment."));
});

it.each([
  ["en", "120 characters left", "35 characters too many", "at most 1,000 can be saved"],
  ["es", "quedan 120 caracteres", "sobran 35 caracteres", "como máximo 1000"],
  ["hu", "még 120 karakter", "35 karakterrel több a kelleténél", "legfeljebb 1000 menthető"],
] as const)("in %s counts down to what is taken where the call's code is told, and keeps what is too much", async (language, left, over, most) => {
  const shown = await showWrapUp("wrap_up_campaign", { language });
  await choose("Érdeklődik");
  await fireEvent.input(comment(), { target: { value: "é".repeat(880) } });
  await waitFor(() => expect(shown.text()).toContain(left));
  await fireEvent.input(comment(), { target: { value: "é".repeat(1035) } });
  await waitFor(() => expect(shown.text()).toContain(over));
  await press({ en: "Save", es: "Guardar", hu: "Mentés" }[language]);
  await waitFor(() => expect(shown.text().replaceAll("\u00a0", " ")).toContain(most));
  expect(comment().value).toHaveLength(1035);
  expect(wrapUpOf(shown).draft.comment).toHaveLength(1035);
});

it("says that the campaigns are not known yet, and holds only a save that a dialler would have to be told of", async () => {
  const { fake, text } = await showWrapUp("wrap_up_unknown");
  expect(text()).toContain("Not known yet whether this customer is in a campaign.");
  await choose("Wrong number");
  await tick("Never call this customer again");
  await press("Save");
  expect((await screen.findByRole("alert")).textContent).toContain("save without “never call again”");
  expect(fake.pop.wrap_ups).toHaveLength(1);
  await tick("Never call this customer again");
  await press("Save");
  await waitFor(() => expect(fake.pop.wrap_ups).toEqual([]));
});

it("counts back to its end, says when that comes, and then counts on", async () => {
  vi.useFakeTimers({ toFake: ["Date", "setTimeout", "clearTimeout"], shouldAdvanceTime: true });
  const { text } = await showWrapUp("wrap_up_campaign");
  expect(text()).toMatch(/0:4[45]/);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(text()).toMatch(/0:3[345]/);
  await vi.advanceTimersByTimeAsync(40_000);
  await waitFor(() => expect(text()).toContain("Wrap-up: time is over"));
  expect(text()).toMatch(/\+0:0[4-9]/);
});

it("keeps the words of a save that did not work, and tries again", async () => {
  const shown = await showWrapUp("wrap_up_not_saved");
  await press("Try again");
  await waitFor(() => expect(shown.fake.argsOf("wrap_up_finish")).toHaveLength(1));
  expect((await screen.findByRole("alert")).textContent).toContain("It was NOT saved");
  expect(comment().value).toBe("Wants the offer as PDF by Friday.");
  shown.fake.diskFull = false;
  await press("Try again");
  await waitFor(() => expect(shown.fake.pop.wrap_ups).toEqual([]));
});

it("says when what is typed is on the screen only", async () => {
  const shown = await showWrapUp("wrap_up");
  const not_kept = { code: "read_only" as const, message: "/home/ana/desk.db may not be written" };
  shown.fake.showPop({ wrap_ups: [{ ...wrapUpOf(shown), not_kept }] });
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("What you type is on the screen only");
  expect(alert.textContent).toContain("Mend its permissions.");
});

it("says why it could be neither saved nor skipped", async () => {
  const { fake } = await showWrapUp("wrap_up");
  await choose("Wrong number");
  fake.failing.set("wrap_up_finish", { code: "offline", message: "" });
  await press("Save");
  expect((await screen.findByRole("alert")).textContent).toContain("Ringcard's hub is not there");
});

it("asks before words are thrown away, and not where there are none", async () => {
  const first = await showWrapUp("wrap_up_not_saved");
  await press("Skip");
  expect(first.fake.argsOf("wrap_up_skip")).toEqual([]);
  await press("Go on");
  await press("Skip");
  await press("Throw away");
  await waitFor(() => expect(first.fake.pop.wrap_ups).toEqual([]));
});

it("skips an empty one at once, and puts one out of sight without ending it", async () => {
  const { fake } = await showWrapUp("wrap_up");
  await press("Later");
  expect(fake.argsOf("dismiss_call")).toEqual([{ callId: "call-1" }]);
  expect(fake.argsOf("wrap_up_skip")).toEqual([]);
  fake.showPop({ calls: fake.desk.calls, selected: "call-1" });
  await screen.findByRole("radiogroup");
  await press("Skip");
  await waitFor(() => expect(fake.argsOf("wrap_up_skip")).toEqual([{ callId: "call-1" }]));
});

it("leads to what is known of the customer, and says where that does not work", async () => {
  const { fake } = await showWrapUp("wrap_up");
  fake.failing.set("open_link", { code: "internal", message: "" });
  await press("Open in CRM");
  expect(fake.argsOf("open_link")).toEqual([{ customerId: "c1" }]);
  expect((await screen.findByRole("alert")).textContent).toContain("Something went wrong in Ringcard");
});

it("puts only the wrap-up out of sight while another call rings", async () => {
  const { fake, text } = await showWrapUp("wrap_up_two");
  await press("Later");
  await waitFor(() => expect(text()).toContain("No customer has this number"));
  expect(fake.pop.wrap_ups).toHaveLength(1);
});

it("closing the campaign record and coding the call are two acts", async () => {
  const shown = await showWrapUp("wrap_up_campaign");
  const draft = () => shown.fake.argsOf("wrap_up_draft").at(-1)?.draft;
  await choose("Érdeklődik");
  await waitFor(() => expect(draft()).toMatchObject({ code: "10", close_record: false, record: null }));
  await fireEvent.click(screen.getByRole("radio", { name: /^Renovaciones 2026/ }));
  await tick("Do not let the dialler call again");
  await waitFor(() => expect(draft()).toMatchObject({ close_record: true, record: { campaign: "12" } }));
  expect(shown.text()).toContain("Closes the record in “Renovaciones 2026” with the code above. Coding this call alone does not close it.");
});

it("asks which record is meant before one is closed", async () => {
  await showWrapUp("wrap_up_campaign");
  await choose("Wrong number");
  await tick("Do not let the dialler call again");
  await press("Save");
  await screen.findByText("Choose the campaign record that is meant.");
});

it("shows what the code says about calling again, and does not let it be unticked", async () => {
  await showWrapUp("wrap_up");
  await choose("No llamar más");
  const box = screen.getByRole<HTMLInputElement>("checkbox", { name: "Never call this customer again" });
  await waitFor(() => expect([box.checked, box.disabled]).toEqual([true, true]));
});

it("a code that wants a call-back opens it with the caller's number, and takes it along when another is chosen", async () => {
  const shown = await showWrapUp("wrap_up");
  const draft = () => shown.fake.argsOf("wrap_up_draft").at(-1)?.draft;
  await choose("Call back");
  await waitFor(() => expect(draft()?.call_back).toEqual({ at: null, number: "+36301234567", style: "agent" }));
  await choose("Wrong number");
  await waitFor(() => expect(draft()?.call_back).toBeNull());
});

it("a call-back is promised by a button or to the minute", async () => {
  const shown = await showWrapUp("wrap_up");
  const at = () => shown.fake.argsOf("wrap_up_draft").at(-1)?.draft.call_back?.at;
  await tick("Call back at…");
  await press("In an hour");
  await waitFor(() => expect((at() ?? 0) - Date.now()).toBeGreaterThan(3_500_000));
  await fireEvent.input(screen.getByLabelText("When"), { target: { value: "2051-03-04T16:30" } });
  await waitFor(() => expect(at()).toBe(new Date(2051, 2, 4, 16, 30).getTime()));
  await choose("Call back");
  await press("Save");
  await screen.findByText("That is too far away.");
});

it("nothing can be changed while it is being saved", async () => {
  const { fake } = await showWrapUp("wrap_up");
  await choose("Wrong number");
  await settled();
  const answer = fake.hold("wrap_up_finish");
  await press("Save");
  const button = await screen.findByRole<HTMLButtonElement>("button", { name: "Saving…" });
  expect(button.disabled).toBe(true);
  expect(comment().disabled).toBe(true);
  await fireEvent.click(button);
  answer();
  await waitFor(() => expect(fake.pop.wrap_ups).toEqual([]));
  expect(fake.argsOf("wrap_up_finish")).toHaveLength(1);
});

it("shows HTML in codes, records and names as the text it is", async () => {
  const shown = await showWrapUp("wrap_up_campaign");
  const html = '<img src=x onerror="window.hurt = true"><b>bold</b>';
  const one = structuredClone(wrapUpOf(shown));
  for (const code of one.codes.first) code.label = html;
  for (const record of one.records) Object.assign(record, { campaign_name: html, last_result: html });
  shown.fake.showPop({ wrap_ups: [one] });
  await waitFor(() => expect(shown.text()).toContain("<b>bold</b>"));
  expect(shown.page.querySelectorAll("img, b")).toHaveLength(0);
});

it("lives with five hundred codes: they are searched", async () => {
  const shown = await showWrapUp("wrap_up");
  const one = structuredClone(wrapUpOf(shown));
  const [like] = one.codes.first;
  if (!like) throw new Error("BUG: the scenario has codes");
  one.codes.first = Array.from({ length: 500 }, (_, i) => ({ ...like, code: String(i), label: `Outcome ${i}`, key: i < 9 ? i + 1 : null }));
  shown.fake.showPop({ wrap_ups: [one] });
  const field = await screen.findByRole("searchbox");
  await fireEvent.input(field, { target: { value: "outcome 417" } });
  await waitFor(() => expect(screen.getAllByRole("radio")).toHaveLength(1));
  await choose("Outcome 417");
  await waitFor(() => expect(shown.fake.argsOf("wrap_up_draft").at(-1)?.draft.code).toBe("417"));
});
