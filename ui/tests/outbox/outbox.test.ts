import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { Language } from "../../src/ipc";
import Outbox from "../../src/main/outbox/Outbox.svelte";
import { type Wish, button, faults, hold, key, press, settled, showSection, type } from "./show";

const show = (wish: Wish = {}) => showSection(Outbox, wish);
const rows = () => [...document.querySelectorAll<HTMLElement>("[data-row]")];
const rowOf = (name: string) => rows().find((row) => row.textContent?.includes(name)) ?? expect.fail(`no row of ${name}`);
const itemOf = (name: string) => within(rowOf(name).closest("li") as HTMLElement);

const said: Record<Language, string[]> = {
  en: [
    "Waiting to be sent",
    "takes nothing more until",
    "5,000 of 5,000 used, 0 left",
    "Close campaign record: do not call again",
    "Call again",
    "May have been written",
    "Last answer: cod_act 777 does not exist",
    "Agreed: renewed › By e-mail",
  ],
  es: ["Por enviar", "no acepta nada más hasta", "quedan 0", "no volver a llamar", "Puede estar escrito", "Última respuesta: cod_act 777 does not exist"],
  hu: ["Küldésre vár", "semmit sem fogad", "0 maradt", "ne hívjuk többet", "Lehet, hogy odaért", "Utolsó válasz: cod_act 777 does not exist"],
};

describe("the list", () => {
  it.each([
    ["en", "Taken by the other system"],
    ["es", "Aceptado por el otro sistema"],
    ["hu", "A másik rendszer átvette"],
  ] as [Language, string][])("says of what was taken as a job that the other system works on it, in %s", async (language, words) => {
    await show({
      language,
      prepare: (fake) => {
        const row = fake.withCampaigns().rows.find(({ state }) => state.kind === "checking") ?? expect.fail("no such row");
        row.is_job = true;
      },
    });
    await waitFor(() => expect(rowOf("Lucía Fernández Ortega").textContent).toContain(words));
    expect(rowOf("Lucía Fernández Ortega").textContent).not.toMatch(/Being checked|Comprobando|Ellenőrzés/);
  });

  it.each(["en", "es", "hu"] as Language[])("is said in words, and has no fault for axe, in %s", async (language) => {
    const { page, text } = await show({
      language,
      prepare: (_, outbox) => outbox.keepHere("here", "Kovácsné Nagy Ágnes", "refused", "the comment is too long"),
    });
    for (const words of said[language]) expect(text()).toContain(words);
    expect(text()).toContain("the comment is too long");
    expect(text()).not.toMatch(/undefined|\bnull\b|NaN|\[object|Invalid Date/);
    if (language !== "en") return;
    expect(await faults(page)).toEqual([]);
    await fireEvent.click(rowOf("Kovács István"));
    await settled();
    expect(await faults(page)).toEqual([]);
  });

  it("shows what needs a person, and what is over", async () => {
    const { fake, text } = await show();
    await press("Needs a person");
    await waitFor(() => expect(rows()).toHaveLength(3));
    await press("Sent or discarded");
    await waitFor(() => expect(text()).toContain("Taken away by a person"));
    expect(fake.argsOf("outbox").map(({ filter }) => filter)).toEqual(["waiting", "needs_a_person", "over"]);
  });

  it("asks again whenever something changed, one question at a time", async () => {
    const { fake, outbox } = await show();
    const asked = hold(fake, "outbox");
    outbox.act("k9", { kind: "retry" });
    fake.tellOutbox();
    await waitFor(() => expect(asked).toHaveLength(1));
    for (let i = 0; i < 20; i++) {
      outbox.act("k9", { kind: "retry" });
      fake.tellOutbox();
      await settled();
    }
    expect(asked).toHaveLength(1);
    asked[0]?.answer();
    // All the news that came meanwhile is one more question.
    await waitFor(() => expect(asked).toHaveLength(2));
    asked[1]?.answer();
    await settled();
    expect(asked).toHaveLength(2);
    expect(rowOf("Tóth Eszter").textContent).toContain("Its turn comes.");
  });

  it("says what to do where nothing waits, and where it cannot be asked", async () => {
    const { fake, outbox, text, went } = await show({ prepare: (_, one) => (one.rows = []) });
    expect(text()).toContain("Nothing waits");
    await press("Close a campaign record");
    expect(went).toEqual([{ section: "campaigns" }]);
    fake.failing.set("outbox", { code: "offline", message: "no line" });
    outbox.submit({ kind: "code_call", account: "wolkvox", agent_id: "101", code: "101", second_code: null, comment: "" }, "Ana");
    fake.tellOutbox();
    expect((await screen.findByRole("alert")).textContent).toContain("What waits cannot be shown");
    fake.failing.clear();
    await press("Try again");
    await waitFor(() => expect(rowOf("Ana")).toBeTruthy());
  });

  it("tells what each system still takes by a gauge and in words", async () => {
    await show();
    const day = screen.getByRole("meter", { name: "wolkvox-soporte, Today" });
    expect(day.getAttribute("aria-valuenow")).toBe("1840");
    expect(day.getAttribute("aria-valuemax")).toBe("5000");
    expect(day.getAttribute("aria-valuetext")).toBe("1,840 of 5,000 used, 3,160 left");
    expect(screen.queryByRole("alert")).toBeNull();
    expect(screen.getByText(/^wolkvox takes nothing more until 00:00; 4 are waiting\./)).toBeTruthy();
  });
});

describe("a closed account", () => {
  it("is said even where its budget cannot be asked for", async () => {
    const { text } = await show({ prepare: (fake) => void fake.failing.set("budgets", { code: "busy", message: "" }) });
    expect(text()).toContain("The budgets could not be asked for.");
    expect(text()).toContain("wolkvox takes nothing more until 00:00");
  });

  it.each([1, 4711])("says how many wait behind it, if it is %i", async (n) => {
    const { text } = await show({
      prepare: (_, outbox) => {
        const budgets = outbox.budgets.bind(outbox);
        outbox.budgets = () => budgets().map((one) => ({ ...one, waiting: n }));
      },
    });
    expect(text()).toContain(n === 1 ? "; 1 is waiting." : "; 4,711 are waiting.");
  });
});

describe("one entry", () => {
  it("opens to its story by keyboard, and gives the keyboard back", async () => {
    const { text } = await show();
    rows()[0]?.focus();
    await key("ArrowDown");
    expect(document.activeElement).toBe(rows()[1]);
    await key("End");
    expect(document.activeElement?.textContent).toContain("Lucía Fernández");
    await key("Home");
    await key("ArrowDown");
    await fireEvent.click(document.activeElement as HTMLElement);
    await waitFor(() => expect(text()).toContain("Wants the contract in three languages"));
    expect(document.activeElement?.textContent).toBe("Entry");
    await key("Escape");
    await waitFor(() => expect(document.activeElement).toBe(rows()[1]));
  });

  it("lists every attempt with the other system's answer", async () => {
    const { text } = await show();
    await fireEvent.click(rowOf("Horváth Gábor"));
    await waitFor(() => expect(screen.getByRole("list", { name: "Attempts" }).querySelectorAll("li")).toHaveLength(3));
    expect(text()).toContain("Did not get there");
    expect(text()).toContain("connection refused");
  });

  it("is tried again, and says so", async () => {
    const { fake, text } = await show();
    await fireEvent.click(itemOf("Kovács István").getByRole("button", { name: "Try again: Kovács István" }));
    await waitFor(() => expect(text()).toContain("It is tried again."));
    expect(fake.argsOf("outbox_act")).toEqual([{ key: "k4", act: { kind: "retry" } }]);
  });

  it("that may be written is marked as done by whoever found it there", async () => {
    const { fake, text } = await show();
    expect(itemOf("Javier Morales").queryByRole("button", { name: /^Edit/ })).toBeNull();
    await fireEvent.click(itemOf("Javier Morales").getByRole("button", { name: /^Mark as done/ }));
    await waitFor(() => expect(text()).toContain("Marked as done."));
    expect(fake.argsOf("outbox_act")).toEqual([{ key: "k6", act: { kind: "mark_done" } }]);
  });

  it("is discarded only after a question", async () => {
    const { fake } = await show();
    await fireEvent.click(itemOf("Emma Clarke").getByRole("button", { name: "Discard: Emma Clarke" }));
    const question = await screen.findByRole("dialog");
    expect(question.textContent).toContain("Schedule call-back");
    expect(document.activeElement).toBe(button("Keep it"));
    await press("Keep it");
    expect(fake.argsOf("outbox_act")).toEqual([]);
    await fireEvent.click(itemOf("Emma Clarke").getByRole("button", { name: "Discard: Emma Clarke" }));
    await fireEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Discard" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(fake.argsOf("outbox_act")).toEqual([{ key: "k7", act: { kind: "discard" } }]);
    expect(rows().some((row) => row.textContent?.includes("Emma Clarke"))).toBe(false);
  });

  it("is edited; what was typed is kept where it was not accepted", async () => {
    const { fake, page, text } = await show();
    await fireEvent.click(itemOf("Kovács István").getByRole("button", { name: /^Edit/ }));
    const form = await screen.findByRole("form", { name: "Edit" });
    expect(form.textContent).toContain("The code “777” is no longer in the list");
    expect(await faults(page)).toEqual([]);
    await fireEvent.click(within(form).getByRole("radio", { name: /Agreed: renewed/ }));
    await type(within(form).getByLabelText("Comment"), "Ő kérte, árvíztűrő");
    fake.failing.set("outbox_act", { code: "not_saved", message: "disk full" });
    await press("Save and send");
    expect((await within(form).findByRole("alert")).textContent).toContain("What you typed is still here");
    expect(within(form).getByLabelText<HTMLTextAreaElement>("Comment").value).toBe("Ő kérte, árvíztűrő");
    fake.failing.clear();
    await press("Save and send");
    await waitFor(() => expect(text()).toContain("sent with the new content"));
    expect(fake.argsOf("outbox_act").at(-1)).toMatchObject({
      key: "k4",
      act: { kind: "edit", write: { kind: "codify", code: "102", comment: "Ő kérte, árvíztűrő", record: { customer_id: "HU-17" } } },
    });
  });

  it("that is a call-back cannot be moved into the past", async () => {
    const { fake } = await show();
    await fireEvent.click(itemOf("Emma Clarke").getByRole("button", { name: /^Edit/ }));
    const form = await screen.findByRole("form", { name: "Edit" });
    await type(within(form).getByLabelText("When to call"), "2020-02-03T10:00");
    await press("Save and send");
    expect(form.textContent).toContain("This moment is over");
    expect(fake.argsOf("outbox_act")).toEqual([]);
    await type(within(form).getByLabelText("When to call"), "2099-02-03T10:00");
    await press("Save and send");
    await waitFor(() => expect(fake.argsOf("outbox_act")).toHaveLength(1));
    expect(fake.argsOf("outbox_act")[0]?.act).toMatchObject({ kind: "edit", write: { at: new Date(2099, 1, 3, 10).getTime(), number: "+447700900123" } });
  });
});

describe("what has not reached the hub", () => {
  it("comes first, is tried again, and is discarded after a question", async () => {
    const { fake, page } = await show({ prepare: (_, outbox) => outbox.keepHere("here", "Nagy Ágnes", "refused", "the code is missing") });
    const here = within(screen.getByRole("region", { name: /On this computer/ }));
    expect(here.getByText("the code is missing")).toBeTruthy();
    expect(page.querySelector("section[aria-labelledby=outbox-desk]")?.compareDocumentPosition(rows()[0] as HTMLElement)).toBe(
      Node.DOCUMENT_POSITION_FOLLOWING,
    );
    await fireEvent.click(here.getByRole("button", { name: "Try again: Nagy Ágnes" }));
    await waitFor(() => expect(fake.argsOf("pending_retry")).toEqual([{ key: "here" }]));
    await settled();
    await fireEvent.click(here.getByRole("button", { name: "Discard: Nagy Ágnes" }));
    await fireEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Discard" }));
    await waitFor(() => expect(screen.queryByRole("region", { name: /On this computer/ })).toBeNull());
    expect(fake.argsOf("pending_discard")).toEqual([{ key: "here" }]);
  });

  it("is shown even while the hub cannot be asked", async () => {
    const { text } = await show({
      prepare: (fake, outbox) => {
        outbox.keepHere("here", "Nagy Ágnes", "waiting");
        fake.failing.set("outbox", { code: "offline", message: "" });
      },
    });
    await waitFor(() => expect(text()).toContain("Nagy Ágnes"));
    expect(button("Try again")).toBeTruthy();
  });
});
