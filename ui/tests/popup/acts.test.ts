import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { expect, it } from "vitest";
import type { Asked } from "../../src/ipc/fake";
import { showPopup } from "./show";

const press = (name: string) => fireEvent.click(screen.getByRole("button", { name }));

const buttons: [scenario: string, button: string, asked: Asked][] = [
  ["ringing", "Open in CRM", { name: "open_link", args: { customerId: "c1" } }],
  ["ringing", "Open card", { name: "show_main", args: { section: "customers", customerId: "c1", callId: "call-1" } }],
  ["ringing", "Not this customer", { name: "set_aside", args: { callId: "call-1", customer: "c1" } }],
  ["ringing", "Hide", { name: "popup_action", args: { action: "hide" } }],
  ["likely", "Yes, this customer", { name: "choose", args: { callId: "call-1", customer: "c5" } }],
  ["several", "None of these", { name: "choose", args: { callId: "call-1", customer: null } }],
  ["unknown_caller", "Create customer", { name: "show_main", args: { section: "customers", prefillNumber: "+34911234567", callId: "call-1" } }],
  ["unknown_caller", "Search by name", { name: "show_main", args: { section: "customers", callId: "call-1" } }],
  ["missed", "Call back", { name: "dial_from_card", args: { text: "+36301234567" } }],
  ["fail_busy", "Call again", { name: "dial_from_card", args: { text: "+36301234567" } }],
  ["fail_authentication", "Open Settings", { name: "show_main", args: { section: "settings" } }],
  ["may_be_over", "Remove from screen", { name: "end_here", args: { callId: "call-1" } }],
  ["ended", "Dismiss", { name: "dismiss_call", args: { callId: "call-1" } }],
];

it.each(buttons)("on %s, “%s” does what it says", async (scenario, button, asked) => {
  const { fake } = await showPopup(scenario);
  await press(button);
  await waitFor(() => expect(fake.asked).toContainEqual(asked));
});

it("offers the CRM only where there is a link", async () => {
  await showPopup("maybe");
  expect(screen.queryByRole("button", { name: "Open in CRM" })).toBeNull();
  expect(screen.getByRole("button", { name: "Open card" })).toBeTruthy();
});

it.each(["hidden", "unreadable"])("offers neither creating nor calling back for a caller who is %s", async (scenario) => {
  await showPopup(scenario);
  expect(screen.queryByRole("button", { name: /create|call/i })).toBeNull();
  expect(screen.getByRole("button", { name: "Search by name" })).toBeTruthy();
});

it("does not offer to dial again before the account was looked at", async () => {
  await showPopup("fail_not_configured");
  expect(screen.queryByRole("button", { name: "Call again" })).toBeNull();
});

it("asks once for a double click", async () => {
  const { fake } = await showPopup("missed");
  const button = screen.getByRole("button", { name: "Call back" });
  await Promise.all([fireEvent.click(button), fireEvent.click(button)]);
  await waitFor(() => expect(button).toHaveProperty("disabled", false));
  expect(fake.argsOf("dial_from_card")).toHaveLength(1);
});

it("says on the card what failed and what to do", async () => {
  const { fake } = await showPopup("ringing");
  fake.failing.set("set_aside", { code: "not_saved", message: "disk full at /var/x" });
  await press("Not this customer");
  const alert = await screen.findByRole("alert");
  expect(alert.textContent).toContain("Not saved");
  expect(alert.textContent).toContain("check the disk");
  expect(alert.textContent).not.toContain("/var/x");
});

it("says a code it does not know as an internal error", async () => {
  const { fake } = await showPopup("ringing");
  fake.failing.set("open_link", { code: "quite_new", message: "" });
  await press("Open in CRM");
  expect((await screen.findByRole("alert")).textContent).toContain("Something went wrong in Ringcard");
});

it("shows the customer once one of several was chosen, and the others are still said", async () => {
  const { text } = await showPopup("several");
  await fireEvent.click(screen.getByRole("button", { name: /Kovácsné Nagy Ágnes/ }));
  await waitFor(() => expect(text()).toContain("2 other customers with this number"));
  expect(screen.queryByText("3 possible customers")).toBeNull();
});

it("offers no new customer for a colleague's call", async () => {
  await showPopup("colleague");
  expect(screen.queryByRole("button", { name: "Create customer" })).toBeNull();
  expect(screen.queryByRole("button", { name: "Search by name" })).toBeNull();
});

it("does not offer to call a number again that nobody has", async () => {
  await showPopup("fail_no_such_number");
  expect(screen.queryByRole("button", { name: "Call again" })).toBeNull();
});

it("says the queue once, also where the telephone system sends it under its own name", async () => {
  const { text } = await showPopup("queue");
  expect(text().split("Ügyfélszolgálat")).toHaveLength(2);
});

it("offers to end a call here only where the desk says so", async () => {
  await showPopup("connected");
  expect(screen.queryByRole("button", { name: "Remove from screen" })).toBeNull();
});

it("says that taking a call off the screen does not touch the call", async () => {
  await showPopup("may_be_over");
  const described = screen.getByRole("button", { name: "Remove from screen" }).getAttribute("aria-describedby");
  expect(document.getElementById(described ?? "")?.textContent).toBe("The telephone call is not touched");
});

it("says beside a button that calls what is wrong with the agent's own phone", async () => {
  const { fake, text } = await showPopup("missed");
  expect(text()).not.toContain("Your phone");
  fake.showPop({ phone: "phone_away" });
  await waitFor(() => expect(text()).toContain("Your phone is not connected: start it first"));
  fake.showPop({ phone: "phone_not_reached" });
  await waitFor(() => expect(text()).toContain("the telephone system is not reached"));
  fake.showPop({ phone: null });
  await waitFor(() => expect(text()).not.toContain("Your phone"));
});

it("shows a receiver who passed the call on and what was noted of it, as text", async () => {
  const { text } = await showPopup("received_with_note");
  expect(text()).toContain("Passed on by Béla Kovács");
  expect(screen.getByRole("list", { name: "Noted so far" }).textContent).toContain("Wants the March invoice again.");
});
