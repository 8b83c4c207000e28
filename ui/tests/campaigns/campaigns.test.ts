import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { Language } from "../../src/ipc";
import Campaigns from "../../src/main/campaigns/Campaigns.svelte";
import { matchingCodes } from "../../src/main/codes/book.svelte";
import { type Shown, type Wish, button, faults, hold, key, press, settled, showSection, type } from "../outbox/show";

const show = (wish: Wish = {}) => showSection(Campaigns, { props: { target: null }, ...wish });
const query = () => screen.getByRole<HTMLInputElement>("textbox", { name: /Number or customer|Número o cliente|Szám vagy ügyfél/ });
const recordsShown = () => [...document.querySelectorAll<HTMLElement>("[data-record]")];

async function find(text: string): Promise<void> {
  await type(query(), text);
  await fireEvent.submit(query().form as HTMLFormElement);
  await settled();
}

/** María's record in the campaign with one code. */
async function openRecord(wish: Wish = {}): Promise<Shown> {
  const shown = await show(wish);
  await find("+36 30 123 4567");
  await waitFor(() => expect(recordsShown()).toHaveLength(2));
  await fireEvent.click(recordsShown()[0] as HTMLElement);
  await settled();
  return shown;
}

const languages: Language[] = ["en", "es", "hu"];

describe.each(languages)("in %s", (language) => {
  it("every part is said in words, and has no fault for axe", async () => {
    const { page, text } = await openRecord({ language });
    const clean = async () => {
      expect(text()).not.toMatch(/undefined|\bnull\b|NaN|\[object|Invalid Date/);
      if (language === "en") expect(await faults(page)).toEqual([]);
    };
    expect(text()).toContain({ en: "Close this record", es: "Cerrar este registro", hu: "A rekord lezárása" }[language]);
    await clean();
    await press({ en: "My call-backs", es: "Mis rellamadas", hu: "Saját visszahívások" }[language]);
    await settled();
    expect(text()).toContain({ en: "overdue", es: "atrasada", hu: "lejárt" }[language]);
    await clean();
    await press({ en: "Add to a campaign", es: "Añadir a una campaña", hu: "Felvétel kampányba" }[language]);
    await clean();
  });
});

describe("finding a record", () => {
  it("by number, and says when there is none", async () => {
    const { fake, text } = await show();
    await find("+36 70 999 0000");
    expect(text()).toContain("No campaign has a record of +36 70 999 0000");
    await find("+573105550187");
    expect(fake.argsOf("campaign_records").map(({ number }) => number)).toEqual(["+36 70 999 0000", "+573105550187"]);
    // The only one is opened at once.
    expect(screen.getByRole("article", { name: "Andrés Restrepo" })).toBeTruthy();
  });

  it("asks on Enter for the text that stands there while an earlier one is looked for, and once", async () => {
    const { fake } = await show();
    const held = hold(fake, "campaign_records");
    const submit = async (text: string) => {
      await type(query(), text);
      // Enter submits nothing while the button cannot be pressed.
      expect(button("Find records").disabled).toBe(false);
      await fireEvent.submit(query().form as HTMLFormElement);
    };
    await submit("+36 70 999 0000");
    await submit("+573105550187");
    await submit("+573105550187");
    expect(held.map(({ args }) => args.number)).toEqual(["+36 70 999 0000", "+573105550187"]);
    for (const one of held) one.answer();
    expect(await screen.findByRole("article", { name: "Andrés Restrepo" })).toBeTruthy();
  });

  it("by a customer's name, with one of their numbers", async () => {
    const { fake } = await show();
    await find("maría");
    await press("Find records: María López, +36 30 123 4567");
    await waitFor(() => expect(recordsShown()).toHaveLength(2));
    expect(fake.argsOf("campaign_records")).toEqual([{ number: "+36301234567" }]);
  });

  it("begins with the number it was opened for", async () => {
    await show({ props: { target: "+36301234567" } });
    await waitFor(() => expect(recordsShown()).toHaveLength(2));
  });

  it("names the accounts that could not be asked", async () => {
    const { text } = await show({
      prepare: (_, outbox) => (outbox.recordsOf = () => ({ records: [], unasked: [{ account: "wolkvox", why: "the day's allowance is used up" }] })),
    });
    await find("+36301234567");
    expect(text()).toContain("wolkvox could not be asked: the day's allowance is used up");
    expect(text()).toContain("Those that answered have none");
  });

  it("says what is wrong, and asks again", async () => {
    const { fake } = await show();
    fake.failing.set("campaign_records", { code: "offline", message: "no line" });
    await find("+36301234567");
    expect((await screen.findByRole("alert")).textContent).toContain("The records could not be asked for");
    fake.failing.clear();
    await press("Try again");
    await waitFor(() => expect(recordsShown()).toHaveLength(2));
  });

  it("drops an answer that was overtaken", async () => {
    const { fake, text } = await show();
    const held = hold(fake, "campaign_records");
    await find("+36301234567");
    // The button waits for the answer, Enter does not.
    await find("+573105550187");
    held[1]?.answer();
    await settled();
    held[0]?.answer();
    await settled();
    expect(text()).toContain("1 record of +573105550187");
  });
});

describe("closing a record", () => {
  it("hands over code, comment and do not call, says that it is saved, and leads to what waits", async () => {
    const { fake, text, went } = await openRecord();
    await fireEvent.click(screen.getByRole("radio", { name: /Agreed: renewed/ }));
    await type(screen.getByLabelText("Comment"), "Renews in May");
    await fireEvent.click(screen.getByLabelText("Do not call again"));
    await press("Close record");
    await waitFor(() => expect(text()).toContain("Saved; it will be sent"));
    const write = {
      kind: "codify",
      record: { account: "wolkvox", campaign: "7224", kind: "predictive", customer_id: "HU-4411" },
      code: "102",
      second_code: null,
      comment: "Renews in May",
      do_not_call: true,
    };
    expect(fake.argsOf("submit")).toEqual([{ write, about: "María López" }]);
    expect(screen.getByLabelText<HTMLTextAreaElement>("Comment").value).toBe("");
    await press("Show what waits");
    expect(went).toEqual([{ section: "outbox" }]);
  });

  it("needs a code, and a second one only where the operation uses two", async () => {
    const { fake, text } = await openRecord();
    expect(screen.queryByRole("group", { name: "Second code" })).toBeNull();
    await press("Close record");
    expect(text()).toContain("Choose a code.");
    await fireEvent.click(recordsShown()[1] as HTMLElement);
    await settled();
    await fireEvent.click(screen.getByRole("radio", { name: /Needs time/ }));
    await press("Close record");
    expect(text()).toContain("Choose a second code");
    expect(fake.argsOf("submit")).toEqual([]);
    await fireEvent.click(screen.getByRole("radio", { name: /By e-mail/ }));
    await press("Close record");
    await waitFor(() => expect(fake.argsOf("submit")[0]?.write).toMatchObject({ code: "103", second_code: "B" }));
  });

  it("takes number keys, and digits as text where codes are searched", async () => {
    await openRecord();
    const first = screen.getByRole<HTMLInputElement>("radio", { name: /Interested/ });
    first.focus();
    await key("3");
    expect(screen.getByRole<HTMLInputElement>("radio", { name: /Needs time/ }).checked).toBe(true);
    const search = screen.getByRole<HTMLInputElement>("searchbox");
    search.focus();
    await key("1");
    expect(screen.getByRole<HTMLInputElement>("radio", { name: /Needs time/ }).checked).toBe(true);
    await type(search, "complaint");
    await key("Enter");
    expect(screen.getByRole<HTMLInputElement>("radio", { name: /Complaint/ }).checked).toBe(true);
  });

  it("keeps what was typed where it was not saved, and after a look elsewhere", async () => {
    const { fake } = await openRecord();
    fake.failing.set("submit", { code: "not_saved", message: "The disk is full" });
    await fireEvent.click(screen.getByRole("radio", { name: /No interest/ }));
    await type(screen.getByLabelText("Comment"), "Too far away");
    await press("Close record");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("Not saved. What you typed is still here.");
    expect(alert.textContent).toContain("The disk is full");
    await press("My call-backs");
    await press("Records");
    await settled();
    expect(screen.getByLabelText<HTMLTextAreaElement>("Comment").value).toBe("Too far away");
    expect(screen.getByRole<HTMLInputElement>("radio", { name: /No interest/ }).checked).toBe(true);
  });

  it("counts down to what the account takes, saves nothing beyond it, and cuts nothing off", async () => {
    const { fake, text } = await openRecord();
    const comment = () => screen.getByLabelText<HTMLTextAreaElement>("Comment");
    await fireEvent.click(screen.getByRole("radio", { name: /No interest/ }));
    await type(comment(), "é".repeat(1799));
    expect(text()).not.toContain("characters left");
    await type(comment(), "é".repeat(1880));
    expect(text()).toContain("120 characters left");
    await type(comment(), "é".repeat(2035));
    expect(text()).toContain("35 characters too many");
    await press("Close record");
    expect(text()).toContain("It cannot be saved: 35 characters are too many for the system that gets it.");
    expect(comment().value).toHaveLength(2035);
    expect(fake.argsOf("submit")).toEqual([]);
    // Line ends and blanks in a row are one character where it goes.
    await type(comment(), "é\n \n".repeat(1000));
    expect(text()).toContain("1 character left");
    await press("Close record");
    await waitFor(() => expect(fake.argsOf("submit")).toHaveLength(1));
  });

  it("goes back to the list on Escape", async () => {
    await openRecord();
    expect(document.activeElement?.textContent).toBe("María López");
    await key("Escape");
    expect(screen.queryByRole("article")).toBeNull();
    expect(document.activeElement).toBe(recordsShown()[0]);
  });

  it("finds codes by words without accents", () => {
    const codes = [
      { code: "1", label: "Acuerdo de págo" },
      { code: "2", label: "Sin acuerdo" },
    ];
    expect(matchingCodes(codes, "ACUERDO pago").map(({ code }) => code)).toEqual(["1"]);
    expect(matchingCodes(codes, "").length).toBe(2);
  });
});

describe("call-backs", () => {
  it("are scheduled in the agent's own time, by the agent", async () => {
    const { fake, text } = await openRecord();
    await press("Schedule call-back");
    expect(text()).toContain("Give a day and a time.");
    await type(screen.getByLabelText("When"), "2099-05-04T09:30");
    await press("Schedule call-back");
    await waitFor(() => expect(fake.argsOf("submit")).toHaveLength(1));
    expect(fake.argsOf("submit")[0]?.write).toMatchObject({
      kind: "schedule_callback",
      at: new Date(2099, 4, 4, 9, 30).getTime(),
      number: "+36301234567",
      style: "agent",
      agent_id: "101",
    });
  });

  it("are the dialler's where the agent has no extension", async () => {
    const { fake } = await openRecord({ prepare: (one) => (one.desk.agent = null) });
    await type(screen.getByLabelText("When"), "2099-05-04T09:30");
    await press("Schedule call-back");
    await waitFor(() => expect(fake.argsOf("submit")[0]?.write).toMatchObject({ style: "dialler", agent_id: null }));
  });

  it("of mine are changed and cancelled by their record", async () => {
    const { fake, page } = await show();
    await press("My call-backs");
    await press("Change the call-back to +36301234567");
    const change = await screen.findByRole("dialog");
    await waitFor(() => expect(within(change).getByRole<HTMLButtonElement>("button", { name: "Save" }).disabled).toBe(false));
    expect(await faults(page)).toEqual([]);
    await type(within(change).getByLabelText("When"), "2099-05-04T09:30");
    await fireEvent.click(within(change).getByRole("button", { name: "Save" }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(fake.argsOf("submit")[0]?.write).toMatchObject({
      kind: "change_callback",
      record: { campaign: "7224", customer_id: "HU-4411" },
      number: "+36301234567",
      agent_id: "101",
    });
    await press("Cancel the call-back to +573105550187");
    const cancel = await screen.findByRole("dialog");
    const sure = within(cancel).getByRole<HTMLButtonElement>("button", { name: "Cancel call-back" });
    await waitFor(() => expect(sure.disabled).toBe(false));
    await fireEvent.click(sure);
    await waitFor(() =>
      expect(fake.argsOf("submit")[1]?.write).toMatchObject({ kind: "cancel_callback", record: { customer_id: "CO-87" }, style: "dialler", agent_id: "101" }),
    );
  });

  it("whose record cannot be found say so", async () => {
    await show({ prepare: (_, outbox) => (outbox.records = []) });
    await press("My call-backs");
    await press("Change the call-back to +36301234567");
    expect((await screen.findByRole("alert")).textContent).toContain("Its campaign record cannot be found");
    expect(button("Save").disabled).toBe(true);
  });

  it("say that there are none", async () => {
    const { text } = await show({ prepare: (_, outbox) => (outbox.callbackList = []) });
    await press("My call-backs");
    await waitFor(() => expect(text()).toContain("You have promised no call-backs"));
  });
});

describe("adding to a campaign", () => {
  it("takes a name and several numbers", async () => {
    const { fake, text } = await show();
    await press("Add to a campaign");
    await press("Add");
    expect(text()).toContain("Choose a campaign.");
    expect(text()).toContain("At least one number is needed.");
    await fireEvent.change(screen.getByLabelText("Campaign"), { target: { value: "wolkvox/7310" } });
    await type(screen.getByLabelText("Customer's name"), "Nagy Ágnes");
    await type(screen.getByLabelText(/^Numbers/), "+36 20 555 0134\nabc");
    await press("Add");
    expect(text()).toContain("no number that could be called");
    await type(screen.getByLabelText(/^Numbers/), "+36 20 555 0134\n+36 1 234 5678");
    await press("Add");
    await waitFor(() => expect(fake.argsOf("submit")).toHaveLength(1));
    expect(text()).toContain("Saved; it will be sent");
    await type(screen.getByLabelText("Customer's name"), "Á".repeat(101));
    await type(screen.getByLabelText(/^Numbers/), Array.from({ length: 11 }, (_, n) => `+3620555013${n}`).join("\n"));
    await press("Add");
    expect(text()).toContain("1 character too many");
    expect(screen.getByLabelText<HTMLTextAreaElement>(/^Numbers/).getAttribute("aria-invalid")).toBe("true");
    expect(fake.argsOf("submit")).toHaveLength(1);
    expect(fake.argsOf("submit")[0]).toMatchObject({
      about: "Nagy Ágnes",
      write: {
        kind: "add_record",
        account: "wolkvox",
        campaign: "7310",
        campaign_kind: "preview",
        customer_id: "+36 20 555 0134",
        numbers: ["+36 20 555 0134", "+36 1 234 5678"],
      },
    });
  });
});
