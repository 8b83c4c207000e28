import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { describe, expect, it, vi } from "vitest";
import { fits } from "../../src/main/box/commands";
import { dialling } from "../../src/main/frame/dialling.svelte";
import { box, faults, key, lines, press, showMain, typeAndSettle } from "./show";

async function open(): Promise<void> {
  await key("k", { ctrlKey: true });
  expect(document.activeElement).toBe(box());
}

describe("dialling", () => {
  it("shows how a number is read while it is typed, and dials it on Enter", async () => {
    const { fake } = await showMain();
    await open();
    await typeAndSettle(fake, "+34 911 234 567");
    expect(lines()[0]?.textContent).toContain("+34 911 234 567");
    expect(within(lines()[0] as HTMLElement).getByText(/Spain/)).toBeTruthy();
    await key("Enter");
    await waitFor(() => expect(fake.argsOf("dial")).toEqual([{ text: "+34 911 234 567", confirmed: false, told: false }]));
    await waitFor(() => expect(box().value).toBe(""));
    expect(await screen.findByText("Calling +34 911 234 567")).toBeTruthy();
  });

  it("makes one call of a double Enter", async () => {
    const { fake } = await showMain();
    await open();
    await typeAndSettle(fake, "+34911234567");
    await Promise.all([key("Enter"), key("Enter")]);
    await waitFor(() => expect(box().value).toBe(""));
    await key("Enter");
    await typeAndSettle(fake, "+34911234567");
    await key("Enter");
    expect(fake.argsOf("dial")).toHaveLength(1);
  });

  it("dials what is typed without waiting for how it is read", async () => {
    const { fake } = await showMain();
    await open();
    await fireEvent.input(box(), { target: { value: "+34911234567" } });
    await key("Enter");
    await waitFor(() => expect(fake.argsOf("dial")).toEqual([{ text: "+34911234567", confirmed: false, told: false }]));
  });

  it("asks about a number it is unsure of, with the reason, and dials it only when told so", async () => {
    const { fake } = await showMain();
    await open();
    await typeAndSettle(fake, "34911234567");
    expect(lines()[0]?.textContent).toContain("You will be asked");
    await key("Enter");
    const dialog = await screen.findByRole("dialog", { name: "Call this number?" });
    expect(dialog.textContent).toContain("only if a + is put in front");
    expect(dialog.textContent).toContain("34911234567");
    expect(fake.argsOf("dial")).toHaveLength(1);
    await fireEvent.click(within(dialog).getByRole("button", { name: "Call" }), { detail: 1 });
    await waitFor(() => expect(fake.argsOf("dial").at(-1)).toEqual({ text: "34911234567", confirmed: true, told: false }));
    expect(screen.queryByRole("dialog")).toBeNull();
    expect(fake.argsOf("dial")).toHaveLength(2);
  });

  it("does not let the second half of a double Enter answer the question", async () => {
    const { fake } = await showMain();
    await open();
    await typeAndSettle(fake, "34911234567");
    const now = vi.spyOn(performance, "now").mockReturnValue(1_000_000);
    await key("Enter");
    const yes = within(await screen.findByRole("dialog")).getByRole("button", { name: "Call" });
    expect(document.activeElement).toBe(yes);
    await fireEvent.click(yes, { detail: 0 });
    expect(screen.getByRole("dialog")).toBeTruthy();
    expect(fake.argsOf("dial")).toHaveLength(1);
    now.mockReturnValue(1_000_401);
    await fireEvent.click(yes, { detail: 0 });
    await waitFor(() => expect(fake.argsOf("dial")).toHaveLength(2));
    now.mockRestore();
  });

  it("dials nothing after Cancel or Escape", async () => {
    const { fake } = await showMain();
    const number = { kind: "outside" as const, display: "+36 1 234 567", country: "HU", e164: "+361234567", extension: null };
    const ask = () => dialling.ask({ text: "1234567", number, name: null, reason: "may_be_order_number", cautions: [] });
    ask();
    expect((await screen.findByRole("dialog")).textContent).toContain("It may be an order number.");
    await press("Cancel");
    expect(screen.queryByRole("dialog")).toBeNull();
    ask();
    await fireEvent(await screen.findByRole("dialog"), new Event("cancel", { cancelable: true }));
    await waitFor(() => expect(screen.queryByRole("dialog")).toBeNull());
    expect(fake.argsOf("dial")).toEqual([]);
  });

  it("says what is good to know of a number, with Cancel first where it may cost a lot, and dials it as told", async () => {
    const { fake } = await showMain();
    await open();
    await typeAndSettle(fake, "+3690123456");
    await key("Enter");
    const dialog = await screen.findByRole("dialog", { name: "Call this number?" });
    expect(dialog.textContent).toContain("Premium number");
    expect(dialog.textContent).toContain("Each minute may cost a lot.");
    expect(document.activeElement?.textContent?.trim()).toBe("Cancel");
    expect(fake.argsOf("dial").at(-1)).toEqual({ text: "+3690123456", confirmed: false, told: false });
    await fireEvent.click(within(dialog).getByRole("button", { name: "Call all the same" }), { detail: 1 });
    await waitFor(() => expect(fake.argsOf("dial").at(-1)).toEqual({ text: "+3690123456", confirmed: true, told: true }));
  });

  it("says why something is no number, and does not dial it", async () => {
    const { fake } = await showMain();
    await open();
    await typeAndSettle(fake, "1234567890123456789");
    expect(await screen.findByText(/looks like an order, invoice or tax number/)).toBeTruthy();
    await key("Enter");
    expect(fake.argsOf("dial")).toEqual([]);
  });

  it("says why the desk refuses, and leads to where it can be changed", async () => {
    const { fake } = await showMain("none", { prepare: (one) => Object.assign(one, { call: refusing(one) }) });
    await open();
    await typeAndSettle(fake, "+34911234567");
    await key("Enter");
    const alert = await screen.findByRole("alert");
    expect(alert.textContent).toContain("Not dialled: No PBX is connected.");
    expect(box().value).toBe("+34911234567");
    await fireEvent.click(within(alert).getByRole("button", { name: "Open Settings" }));
    await waitFor(() => expect(screen.getByRole("button", { name: "Settings" }).getAttribute("aria-current")).toBe("page"));
  });
});

it.each([
  ["en", "It looks like an order, invoice or tax number."],
  ["es", "Parece un número de pedido"],
  ["hu", "Rendelés-, számla- vagy adószámnak látszik."],
] as const)("says in %s why a number is none, before and after Enter", async (language, why) => {
  const { fake } = await showMain("none", { language });
  await fireEvent.input(box(), { target: { value: "1234567890123456" } });
  await waitFor(() => expect(document.querySelector(".say")?.textContent).toContain(why));
  // Faster than the reader: the desk says it.
  const read = fake.hold("read_number");
  await fireEvent.input(box(), { target: { value: "12345678901234567" } });
  box().focus();
  await key("Enter");
  await waitFor(() => expect(screen.getByRole("alert").textContent).toContain(why));
  read();
});

it("does not say that nothing was dialled where nobody knows", async () => {
  await showMain("none", { prepare: (one) => Object.assign(one, { call: refusing(one, "dial_unknown") }) });
  await open();
  await fireEvent.input(box(), { target: { value: "+34911234567" } });
  await key("Enter");
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("look at your phone before you dial again");
  expect(alert.textContent).not.toContain("Not dialled");
});

function refusing(fake: import("../../src/ipc/fake").Fake, code = "no_account"): typeof fake.call {
  const call = fake.call.bind(fake);
  return (async (name: "dial", args: never) => (name === "dial" ? { kind: "refused", code, message: "", reason: null } : call(name, args))) as typeof fake.call;
}

describe("finding", () => {
  it("goes to the customer the arrows chose", async () => {
    const { fake } = await showMain();
    await open();
    await typeAndSettle(fake, "kovacs");
    const found = await fake.call("search_customers", { query: "kovacs", limit: 6 });
    await waitFor(() => expect(lines()).toHaveLength(found.length));
    expect(lines()[0]?.getAttribute("aria-selected")).toBe("true");
    await key("ArrowDown");
    expect(box().getAttribute("aria-activedescendant")).toBe(lines()[1]?.id);
    await key("Enter");
    await waitFor(() => expect(fake.argsOf("customer")).toContainEqual({ id: found[1]?.customer.id }));
    expect(screen.getByRole("button", { name: "Customers" }).getAttribute("aria-current")).toBe("page");
  });

  it("asks once for a name that is typed quickly", async () => {
    const { fake } = await showMain();
    await open();
    for (const text of ["ko", "kov", "ková", "kovác"]) await fireEvent.input(box(), { target: { value: text } });
    await typeAndSettle(fake, "kovács");
    expect(fake.argsOf("search_customers")).toEqual([{ query: "kovács", limit: 6 }]);
  });

  it("drops an answer to a text that is no longer there", async () => {
    const { fake } = await showMain();
    await open();
    await typeAndSettle(fake, "kovacs");
    await fireEvent.input(box(), { target: { value: "settings" } });
    await waitFor(() => expect(lines().some((line) => line.textContent?.includes("Open settings"))).toBe(true));
    await waitFor(() => expect(lines().some((line) => line.textContent?.includes("Kovács"))).toBe(false));
  });

  it("offers a new customer for a number nobody has", async () => {
    const { fake } = await showMain();
    await open();
    await typeAndSettle(fake, "+34 600 111 222");
    await fireEvent.click(await screen.findByRole("option", { name: /New customer with/ }));
    await waitFor(() => expect(screen.getByRole("button", { name: "Customers" }).getAttribute("aria-current")).toBe("page"));
  });
});

describe.each([
  ["en", "There may be more in erp: search in Customers."],
  ["es", "Puede haber más en erp: busque en Clientes."],
  ["hu", "Itt lehet több is: erp. Keressen az Ügyfelek között."],
] as const)("finding in other systems, in %s", (language, more) => {
  it("says which of them may know more than are shown", async () => {
    const { fake, text } = await showMain("none", { language, prepare: (fake) => fake.elsewhere.withSeveral() });
    await open();
    await typeAndSettle(fake, "maria");
    await waitFor(() => expect(text()).toContain(more));
    expect(lines().filter((line) => line.textContent?.includes("Maria Szabó"))).toHaveLength(6);
    // Of those who said all they know, nothing.
    expect(text().split(more.slice(0, 14))).toHaveLength(2);
  });
});

describe("commands", () => {
  it.each([
    ["do not", "set_do_not_disturb", { on: true }],
    ["card and notif", "set_quiet", { mode: "both" }],
    ["dark", "save_settings", { patch: { appearance: "dark" } }],
    ["simul", "start_demo", {}],
    ["quit", "quit", { sure: false }],
  ] as const)("“%s” and Enter does it", async (typed, name, args) => {
    const { fake } = await showMain();
    await open();
    await typeAndSettle(fake, typed);
    await key("Enter");
    await waitFor(() => expect(fake.asked).toContainEqual({ name, args }));
  });

  it("rings a simulated call only while calls are simulated", async () => {
    const { fake } = await showMain();
    await open();
    await typeAndSettle(fake, "VIP");
    expect(lines().some((line) => line.textContent?.includes("Ring a simulated call"))).toBe(false);
    fake.showDesk({ demo: true });
    await waitFor(() => expect(lines()[0]?.textContent).toContain("Ring a simulated call: VIP"));
    await key("Enter");
    await waitFor(() => expect(fake.argsOf("demo_ring")).toEqual([{ kind: "vip" }]));
  });

  it("finds a command without accents, by any of its words", () => {
    const one = { id: "x", name: "Abrir configuración", also: "ajustes", icon: "gear" as const, run: () => undefined };
    expect(fits(one, "CONFIGURACION abr")).toBe(2);
    expect(fits(one, "ajus")).toBe(1);
    expect(fits(one, "brir")).toBe(0);
    expect(fits(one, "  ")).toBe(0);
  });
});

describe("by keyboard", () => {
  it("runs nothing on Enter in an empty box", async () => {
    const { fake } = await showMain();
    const before = fake.asked.length;
    await open();
    expect(lines().length).toBeGreaterThan(5);
    await key("Enter");
    expect(fake.asked.length).toBe(before);
  });

  it("goes back by Escape: first the list, then the text, then where one came from", async () => {
    const { fake } = await showMain();
    const from = screen.getByRole("button", { name: "Mine" });
    from.focus();
    await open();
    await typeAndSettle(fake, "kov");
    expect(box().getAttribute("aria-expanded")).toBe("true");
    await key("Escape");
    expect(box().getAttribute("aria-expanded")).toBe("false");
    expect(box().value).toBe("kov");
    await key("Escape");
    expect(box().value).toBe("");
    await key("Escape");
    expect(document.activeElement).toBe(from);
  });

  it("has no fault for axe while it is open", async () => {
    const { fake } = await showMain();
    await open();
    expect(await faults()).toEqual([]);
    await typeAndSettle(fake, "34911234567");
    expect(await faults()).toEqual([]);
  });
});
