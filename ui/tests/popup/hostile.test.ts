import { waitFor } from "@testing-library/svelte";
import { expect, it, vi } from "vitest";
import type { Lookup } from "../../src/ipc";
import { popCall } from "../../src/ipc/fake/build";
import { showPopup } from "./show";

it("shows HTML in names, notes and numbers as the text it is", async () => {
  const { fake, page, text } = await showPopup("ringing");
  const calls = [popCall(Date.now(), { id: "evil" })];
  const lookup = calls[0]?.card.lookup;
  if (lookup?.kind !== "found") throw new Error("BUG: the scenario has a customer");
  const html = '<img src=x onerror="window.hurt = true"><script>window.hurt = true</script><b>bold</b>';
  for (const { customer } of lookup.matches) {
    Object.assign(customer, { name: html, company: html, role: html, notes: html, tags: [html] });
  }
  for (const one of calls) {
    one.call.line = html;
    one.number.display = html;
    one.call.extra = { [html]: html };
  }
  fake.showPop({ calls, selected: "evil" });
  await waitFor(() => expect(text()).toContain("<b>bold</b>"));
  expect(page.querySelectorAll("img, script, b")).toHaveLength(0);
  expect("hurt" in window).toBe(false);
});

it("keeps what turns text around inside its field", async () => {
  const { fake, page, text } = await showPopup("ringing");
  const calls = [popCall(Date.now(), { id: "evil" })];
  const lookup = calls[0]?.card.lookup;
  if (lookup?.kind !== "found") throw new Error("BUG: the scenario has a customer");
  for (const { customer } of lookup.matches) Object.assign(customer, { name: "\u202eaíraM", company: "שרה\u2067", role: "Buyer 12" });
  fake.showPop({ calls, selected: "evil" });
  await waitFor(() => expect(text()).toContain("\u2068שרה\u2069 · Buyer 12"));
  const texts = document.createTreeWalker(page, NodeFilter.SHOW_TEXT);
  for (let node = texts.nextNode(); node; node = texts.nextNode()) {
    const { data } = node as Text;
    if (!/[\u202a-\u202e\u2066\u2067]/.test(data)) continue;
    // Whole elements are read by themselves (theme.css).
    expect(node.parentElement?.textContent?.trim()).toBe(data.trim());
  }
});

it("keeps the whole of a long name and of 200 digits in the page and says where it is cut", async () => {
  const { page, text } = await showPopup("long");
  expect(text()).toContain("Featherstonehaugh-Wolfeschlegelsteinhausen de la Vega y Montenegro");
  const digits = page.querySelector(".digits");
  expect(digits?.getAttribute("title")).toBe("9".repeat(200));
});

it("shows at most five tags and three fields of the PBX", async () => {
  const { fake, page, text } = await showPopup("long");
  expect(page.querySelectorAll(".tags .badge")).toHaveLength(6);
  expect(text()).toContain("+2");
  const calls = structuredClone(fake.pop.calls);
  for (const { call, card } of calls) {
    call.extra = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`field_${i}`, "x".repeat(500)]));
    card.version += 1;
  }
  fake.showPop({ calls });
  await waitFor(() => expect(text()).toContain("field 2"));
  expect(text()).not.toContain("field 3");
});

it("names what the PBX sent as the PBX does, and shows no field that has words of its own", async () => {
  const { fake, text } = await showPopup("missed", { language: "hu" });
  const calls = structuredClone(fake.pop.calls);
  for (const { call, card } of calls) {
    call.extra = { ended: "2026-11-29T22:00:06Z", started: "2026-11-29T22:00:00Z", talk_seconds: "0", ugyfel_kod: "A-17" };
    card.version += 1;
  }
  fake.showPop({ calls });
  await waitFor(() => expect(text()).toContain("ugyfel kod"));
  expect(text()).toContain("started");
  expect(text()).not.toContain("talk seconds");
});

it("lives with a customer who has nothing but an id, and with a code of no country", async () => {
  const { fake, text } = await showPopup("ringing");
  const calls = structuredClone(fake.pop.calls);
  const lookup = calls[0]?.card.lookup;
  if (lookup?.kind !== "found") throw new Error("BUG: the scenario has a customer");
  for (const { customer } of lookup.matches) Object.assign(customer, { name: "", company: "", role: "", notes: "", tags: [] });
  for (const one of calls) one.number.country = "001";
  fake.showPop({ calls });
  await waitFor(() => expect(text()).toContain("Unknown caller"));
});

it("shows the same customer twice, and earlier calls of the same moment, without falling over", async () => {
  const { fake, text } = await showPopup("several");
  const calls = structuredClone(fake.pop.calls);
  for (const { card } of calls) {
    if (card.lookup.kind !== "found") throw new Error("BUG: the scenario has customers");
    const twin = card.lookup.matches.slice(0, 1);
    card.lookup.matches = [...twin, ...twin, ...twin];
    const one = { at: Date.now(), agent: "Kovács", state: { kind: "missed" as const }, direction: "inbound" as const };
    card.earlier = [one, one, one];
    card.version += 1;
  }
  fake.showPop({ calls });
  await waitFor(() => expect(text().match(/Kovács — missed/g)).toHaveLength(3));
  expect(text().match(/Raktárvezető/g)).toHaveLength(3);
});

it("shows at least the number when the card has something nobody knows", async () => {
  const logged = vi.spyOn(console, "error").mockImplementation(() => undefined);
  const { fake, text } = await showPopup("none");
  const calls = [popCall(Date.now(), { lookup: { kind: "quite new" } as unknown as Lookup })];
  fake.showPop({ calls });
  await waitFor(() => expect(text()).toContain("+36 30 123 4567"));
  expect(logged).toHaveBeenCalled();
  logged.mockRestore();
});
