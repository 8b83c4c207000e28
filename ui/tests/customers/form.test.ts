import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import { notices } from "../../src/main/frame/notices.svelte";
import { field, hold, mountAgain, open, options, press, settled, showCustomers, stored, type } from "./show";

async function editMaria() {
  const shown = await showCustomers();
  await open(shown.fake, "María López");
  await press("Edit");
  return shown;
}

describe("saving", () => {
  it("sends what was typed with the version that was edited, and shows the card", async () => {
    const { fake } = await editMaria();
    const seen = stored(fake, "c1").updated_at;
    await type(field("Name"), "María López Díaz");
    await press("Save");
    await screen.findByRole("article", { name: "María López Díaz" });
    const [args] = fake.argsOf("save_customer");
    expect(args).toMatchObject({ id: "c1", seen, details: { name: "María López Díaz", company: "Acme Hungary Kft.", vip: true } });
    expect(notices.list.map(({ said }) => said.what)).toEqual(["María López Díaz was saved."]);
  });

  it("keeps everything that was typed when it fails, says why, and saves the next time", async () => {
    const { fake, text } = await editMaria();
    await type(field("Name"), "María L.");
    await type(field("Notes"), "Call after ten");
    fake.failing.set("save_customer", { code: "not_saved", message: "database is locked" });
    await press("Save");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("What you typed is still here");
    expect(alert.textContent).toContain("database is locked");
    expect([field("Name").value, field("Notes").value]).toEqual(["María L.", "Call after ten"]);
    expect(text()).toContain("Not saved yet");
    fake.failing.clear();
    await press("Save");
    await screen.findByRole("article", { name: "María L." });
    expect(stored(fake, "c1").notes).toBe("Call after ten");
  });

  it("goes on with the keyboard at the card, and at the list where there is none", async () => {
    const { fake } = await editMaria();
    await press("Save");
    const article = await screen.findByRole("article", { name: "María López" });
    await waitFor(() => expect(document.activeElement?.contains(article)).toBe(true));
    expect(document.activeElement).not.toBe(document.body);
    await press("New customer");
    await press("Cancel");
    await waitFor(() => expect(document.activeElement).toBe(screen.getByRole("combobox", { name: "Search customers" })));
    expect(fake.argsOf("save_customer")).toHaveLength(1);
  });

  it("saves once for two presses", async () => {
    const { fake } = await editMaria();
    const held = hold(fake, "save_customer");
    await type(field("Name"), "M");
    await press("Save");
    await fireEvent.submit(document.querySelector("form") ?? expect.fail("no form"));
    held[0]?.answer();
    await screen.findByRole("article", { name: "M" });
    expect(held).toHaveLength(1);
  });

  it("takes Ctrl+S", async () => {
    const { fake } = await editMaria();
    await type(field("Role"), "Buyer");
    await fireEvent.keyDown(field("Role"), { key: "s", ctrlKey: true });
    await waitFor(() => expect(stored(fake, "c1").role).toBe("Buyer"));
  });

  it("refuses a link that is no web address before it is sent", async () => {
    const { fake } = await editMaria();
    await type(field("Link to the CRM"), "javascript:alert(1)");
    await press("Save");
    await settled();
    expect(field("Link to the CRM").getAttribute("aria-invalid")).toBe("true");
    expect(fake.argsOf("save_customer")).toEqual([]);
  });
});

describe("numbers", () => {
  it("says how each is read while it is typed, and why one is none", async () => {
    await editMaria();
    await press("Add a number");
    const second = field("Number 2");
    expect(document.activeElement).toBe(second);
    await type(second, "+34 911 234 567");
    await waitFor(() => expect(second.closest(".field")?.textContent).toContain("Read as +34 911 234 567"));
    await type(second, "ask reception");
    await waitFor(() => expect(second.closest(".field")?.textContent).toContain("no digits in it. It is kept as written"));
    expect(second.getAttribute("aria-invalid")).toBe("true");
  });

  it("keeps labels, words of one's own and the order; empty rows are not sent", async () => {
    const { fake } = await editMaria();
    await press("Add a number");
    await type(field("Number 2"), "101");
    await fireEvent.change(screen.getByRole("combobox", { name: "Label of number 2" }), { target: { value: "own" } });
    await type(field("Own word for number 2"), "Night desk");
    await press("Add a number");
    await press("Save");
    await waitFor(() => expect(fake.argsOf("save_customer")).toHaveLength(1));
    expect(fake.argsOf("save_customer")[0]?.details.numbers.map(({ label, written }) => [label, written])).toEqual([
      ["mobile", "+36 30 123 4567"],
      ["Night desk", "101"],
    ]);
  });

  it("creates a customer with the number of a call", async () => {
    const { fake } = await showCustomers({ target: { customerId: null, prefillNumber: "+34911234567", callId: null } });
    expect((await screen.findByRole<HTMLInputElement>("textbox", { name: "Number 1" })).value).toBe("+34911234567");
    await type(field("Name"), "Nuria Gil");
    await press("Save");
    await screen.findByRole("article", { name: "Nuria Gil" });
    expect(fake.argsOf("save_customer")[0]).toMatchObject({ id: null, seen: null });
    await waitFor(() => expect(options()[0]?.textContent).toContain("Nuria Gil"));
  });
});

it("makes tags with Enter and comma and takes them away again", async () => {
  const { fake } = await editMaria();
  const tags = field("Tags");
  await type(tags, "Lead");
  await fireEvent.keyDown(tags, { key: "Enter" });
  await type(tags, "2026");
  await fireEvent.keyDown(tags, { key: "," });
  await press("Remove the tag English");
  await press("Save");
  await waitFor(() => expect(stored(fake, "c1").tags).toEqual(["Key account", "Lead", "2026"]));
});

it("keeps free fields by their names, and not two of one name", async () => {
  const { fake, text } = await editMaria();
  await press("Add a field");
  await type(field("Name of field 1"), "Region");
  await type(field("Value of field 1"), "North");
  await press("Add a field");
  await type(field("Name of field 2"), "Region");
  await type(field("Value of field 2"), "South");
  expect(text()).toContain("Two fields have this name.");
  await press("Save");
  expect(fake.argsOf("save_customer")).toEqual([]);
  await type(field("Name of field 2"), "Branch");
  await press("Save");
  await waitFor(() => expect(stored(fake, "c1").fields).toEqual({ Region: "North", Branch: "South" }));
});

describe("leaving what is not saved", () => {
  it("asks; staying keeps the text, giving it up goes on", async () => {
    const { fake } = await editMaria();
    await type(field("Name"), "Half typed");
    await fireEvent.click(options()[0] ?? expect.fail("nobody"));
    let dialog = await screen.findByRole("dialog", { name: "Save your changes?" });
    expect(dialog.textContent).toContain("María López");
    await fireEvent.click(within(dialog).getByRole("button", { name: "Keep editing" }));
    expect(field("Name").value).toBe("Half typed");
    await press("Cancel");
    dialog = await screen.findByRole("dialog", { name: "Save your changes?" });
    await fireEvent.click(within(dialog).getByRole("button", { name: "Discard changes" }));
    await screen.findByRole("article", { name: "María López" });
    expect(fake.argsOf("save_customer")).toEqual([]);
  });

  it("saves and goes on when told so, and stays when that fails", async () => {
    const { fake, goTo } = await editMaria();
    await type(field("Name"), "María");
    fake.failing.set("save_customer", { code: "not_saved", message: "" });
    await goTo({ customerId: "c7", prefillNumber: null, callId: null });
    await fireEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Save" }));
    await screen.findByRole("alert");
    expect(field("Name").value).toBe("María");
    fake.failing.clear();
    await goTo({ customerId: "c7", prefillNumber: null, callId: null });
    await fireEvent.click(within(await screen.findByRole("dialog")).getByRole("button", { name: "Save" }));
    await screen.findByRole("article", { name: "Emma Clarke" });
    expect(stored(fake, "c1").name).toBe("María");
  });

  it("asks nothing where nothing was typed", async () => {
    await editMaria();
    await press("Cancel");
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(await screen.findByRole("article", { name: "María López" })).toBeTruthy();
  });

  it("is still there after another section was looked at", async () => {
    const { fake, leave } = await editMaria();
    await type(field("Name"), "Half typed");
    leave();
    await mountAgain(fake);
    expect(field("Name").value).toBe("Half typed");
  });
});

describe("a conflict", () => {
  async function conflict() {
    const shown = await editMaria();
    Object.assign(stored(shown.fake, "c1"), { updated_at: 42, company: "Acme Europe", vip: false });
    await type(field("Name"), "María L.");
    await press("Save");
    const alert = await screen.findByRole("alert");
    return { ...shown, alert };
  }

  it("shows what differs and keeps what was typed", async () => {
    const { fake, alert } = await conflict();
    const rows = within(alert)
      .getAllByRole("row")
      .slice(1)
      .map((row) => [...row.children].map((cell) => cell.textContent));
    expect(rows).toEqual([
      ["Name", "María L.", "María López"],
      ["Company", "Acme Hungary Kft.", "Acme Europe"],
      ["VIP", "yes", "no"],
    ]);
    expect(field("Name").value).toBe("María L.");
    expect(stored(fake, "c1").company).toBe("Acme Europe");
  });

  it("overwrites only what was shown: a third version asks again", async () => {
    const { fake } = await conflict();
    Object.assign(stored(fake, "c1"), { updated_at: 43, role: "CEO" });
    await press("Save mine over it");
    await waitFor(() => expect(screen.getByRole("alert").textContent).toContain("CEO"));
    expect(stored(fake, "c1").role).toBe("CEO");
    await press("Save mine over it");
    await screen.findByRole("article", { name: "María L." });
    expect(stored(fake, "c1").company).toBe("Acme Hungary Kft.");
  });

  it("goes on from the other version when told so", async () => {
    const { fake } = await conflict();
    await press("Take theirs, drop mine");
    expect(field("Company").value).toBe("Acme Europe");
    expect(field("Name").value).toBe("María López");
    await type(field("Role"), "Buyer");
    await press("Save");
    await waitFor(() => expect(stored(fake, "c1")).toMatchObject({ company: "Acme Europe", role: "Buyer" }));
  });

  it("creates a customer again whom somebody deleted meanwhile", async () => {
    const { fake } = await editMaria();
    fake.customers = fake.customers.filter(({ id }) => id !== "c1");
    fake.failing.set("save_customer", { code: "not_found", message: "" });
    await type(field("Name"), "María again");
    await press("Save");
    await screen.findByRole("alert");
    fake.failing.clear();
    await press("Create it again");
    await screen.findByRole("article", { name: "María again" });
    expect(fake.argsOf("save_customer").at(-1)).toMatchObject({ id: null, seen: null });
  });
});

it("deletes only after asking", async () => {
  const { fake } = await showCustomers();
  await open(fake, "Emma Clarke");
  await press("Delete");
  const dialog = await screen.findByRole("dialog", { name: "Delete Emma Clarke?" });
  expect(document.activeElement?.textContent).toContain("Keep");
  expect(fake.argsOf("delete_customer")).toEqual([]);
  await fireEvent.click(within(dialog).getByRole("button", { name: "Delete" }));
  await waitFor(() => expect(fake.customers.some(({ id }) => id === "c7")).toBe(false));
  await waitFor(() => expect(screen.queryByRole("article")).toBeNull());
});

it("shows HTML in a customer as the text it is", async () => {
  const html = '<img src=x onerror="window.hurt = true"><b>bold</b>';
  const { fake, page, text } = await showCustomers({
    prepare: (one) => void Object.assign(stored(one, "c1"), { company: html, notes: html, tags: [html], fields: { [html]: html } }),
  });
  await open(fake, "María López");
  expect(page.querySelectorAll("img, b")).toHaveLength(0);
  expect(text()).toContain("<b>bold</b>");
});
