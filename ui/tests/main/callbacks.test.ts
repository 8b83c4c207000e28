import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { Language } from "../../src/ipc";
import { ownCallback } from "../../src/ipc/fake/ownCallbacks";
import { faults, press, showMain } from "./show";

const rows = () => [...document.querySelectorAll<HTMLElement>("[data-callback]")];
const names = () => rows().map(({ dataset }) => dataset.callback);

/** The list, for an agent without any account that has campaigns. */
async function open(language: Language = "en") {
  const shown = await showMain("callbacks", { language });
  await press(/My call-backs|Mis rellamadas|Saját visszahívások/);
  await waitFor(() => expect(rows()).toHaveLength(4));
  return shown;
}

describe.each(["en", "es", "hu"] as Language[])("in %s", (language) => {
  it("lists with whom, when, why and from which call, and has no fault for axe", async () => {
    const { text } = await open(language);
    for (const word of [
      "María López",
      "+36 30 123 4567",
      "Wants a quote for 40 seats",
      { en: "Promised on their call", es: "Prometida en la llamada del cliente", hu: "Az ügyfél hívásakor ígérte" }[language],
    ]) {
      expect(text()).toContain(word);
    }
    expect(text()).not.toMatch(/undefined|\bnull\b|NaN|Invalid Date/);
    if (language === "en") expect(await faults()).toEqual([]);
  });
});

it("an agent without campaigns finds them in the section of calls, and sees how many are due before that", async () => {
  const { fake, text } = await showMain("callbacks");
  expect(screen.queryByRole("button", { name: "Campaigns" })).toBeNull();
  expect(within(screen.getByRole("navigation")).getByText("2 missed calls not seen yet, 3 call-backs are due")).toBeTruthy();
  expect(text()).toContain("My call-backs (3)");
  await press("My call-backs (3)");
  await waitFor(() => expect(names()).toEqual(["promised-1", "promised-2", "promised-3", "promised-4"]));
  expect(fake.argsOf("callbacks")).toEqual([]);
});

it("what is promised meanwhile is listed at once, and one that is done goes", async () => {
  const { fake } = await open();
  fake.showOwn([...fake.own, ownCallback(fake.now, { call_id: "new", at: fake.now + 60_000 })]);
  await waitFor(() => expect(names()).toEqual(["promised-1", "promised-2", "promised-3", "new", "promised-4"]));
  await press("Done: Tóth Eszter");
  await waitFor(() => expect(names()).not.toContain("promised-3"));
  expect(fake.argsOf("callback_done")).toEqual([{ callId: "promised-3" }]);
});

it("one that is due is put off by ten minutes with one key, and one that is not stays", async () => {
  const { fake } = await open();
  const button = (name: string) => screen.getByRole("button", { name });
  await fireEvent.keyDown(button("Done: Nagy Gábor"), { key: "p" });
  await fireEvent.keyDown(button("Done: María López"), { key: "p", ctrlKey: true });
  expect(fake.argsOf("callback_move")).toEqual([]);
  await fireEvent.keyDown(button("Done: María López"), { key: "p" });
  await waitFor(() => expect(fake.argsOf("callback_move")).toHaveLength(1));
  expect(fake.argsOf("callback_move")[0]?.callId).toBe("promised-1");
});

it("another moment is chosen, and one that has passed is not taken", async () => {
  const { fake } = await open();
  await press("Change the call-back to Nagy Gábor");
  const dialog = await screen.findByRole("dialog");
  const at = within(dialog).getByLabelText<HTMLInputElement>(/When/);
  await fireEvent.input(at, { target: { value: "2020-01-02T10:00" } });
  await fireEvent.click(within(dialog).getByRole("button", { name: "Save" }));
  expect(fake.argsOf("callback_move")).toEqual([]);
  await fireEvent.input(at, { target: { value: "2099-01-02T10:00" } });
  await fireEvent.click(within(dialog).getByRole("button", { name: "Save" }));
  await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
  expect(fake.argsOf("callback_move")).toEqual([{ callId: "promised-4", at: new Date("2099-01-02T10:00").getTime() }]);
});

it("goes to the call it was promised on", async () => {
  const { fake } = await open();
  const [first] = screen.getAllByRole("button", { name: /Promised on their call/ });
  await fireEvent.click(first as HTMLElement);
  await waitFor(() => expect(fake.argsOf("call")).toEqual([{ id: "promised-1" }]));
});

it("is reached from the tray and by the box", async () => {
  const { fake } = await showMain("callbacks");
  fake.emit("navigate", { section: "calls", customer_id: null, prefill_number: null, call_id: null, callbacks: true });
  await waitFor(() => expect(rows()).toHaveLength(4));
});

it("says what to do where there are none", async () => {
  const { text } = await showMain("none");
  await press("My call-backs");
  await waitFor(() => expect(text()).toContain("You have promised no call-backs"));
});

it("stands in one list with those that a campaign system has", async () => {
  const { fake } = await showMain("callbacks", { prepare: (one) => void one.withCampaigns() });
  await press("Campaigns");
  await press("My call-backs");
  await waitFor(() => expect(rows()).toHaveLength(4));
  const { callbacks } = await fake.call("callbacks", {});
  const list = rows()[0]?.closest("ul");
  expect(list?.querySelectorAll("li")).toHaveLength(4 + callbacks.length);
  const times = [...(list?.querySelectorAll<HTMLTimeElement>(".at time") ?? [])].map(({ dateTime }) => dateTime);
  expect(times).toEqual([...times].sort());
});
