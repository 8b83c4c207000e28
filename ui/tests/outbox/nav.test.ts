import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { expect, it } from "vitest";
import type { Fake } from "../../src/ipc/fake";
import { box, key, lines, showMain, typeAndSettle } from "../main/show";

const nav = () => [...document.querySelectorAll("nav button .word")].map(({ textContent }) => textContent);
const current = () => document.querySelector("nav [aria-current] .word")?.textContent;
const withCampaigns = (fake: Fake) => void fake.withCampaigns();

it("has no section about other systems where none can be written to", async () => {
  await showMain();
  expect(nav()).toEqual(["Calls", "Customers", "Settings"]);
});

it("numbers the keys by what is shown, and says how many wait", async () => {
  await showMain("none", { prepare: withCampaigns });
  expect(nav()).toEqual(["Calls", "Customers", "Campaigns", "Waiting to be sent", "Reports", "Settings"]);
  const outbox = screen.getByRole("button", { name: "Waiting to be sent 7 waiting, 3 need a person" });
  expect(outbox.getAttribute("aria-keyshortcuts")).toBe("Control+4");
  expect(outbox.querySelector(".alarm")).not.toBeNull();
  for (const [digit, section] of [
    ["4", "Waiting to be sent"],
    ["3", "Campaigns"],
    ["5", "Reports"],
    ["6", "Settings"],
  ] as const) {
    await key(digit, { ctrlKey: true });
    await waitFor(() => expect(current()).toBe(section));
  }
});

it("is calm where nothing needs a person", async () => {
  await showMain("none", {
    prepare: (fake) => {
      const outbox = fake.withCampaigns();
      outbox.rows = outbox.rows.filter(({ state }) => state.kind === "waiting");
      fake.withCampaigns();
    },
  });
  expect(screen.getByRole("button", { name: "Waiting to be sent 3 waiting" }).querySelector(".alarm")).toBeNull();
});

it("goes to the calls when the section shown is there no more", async () => {
  const { fake } = await showMain("none", { prepare: withCampaigns });
  await key("5", { ctrlKey: true });
  await waitFor(() => expect(current()).toBe("Reports"));
  fake.showDesk({ outbox: { waiting: 0, needs_a_person: 0, gates: [], version: 9, accounts: [], limits: [] } });
  await waitFor(() => expect(current()).toBe("Calls"));
  expect(nav()).toEqual(["Calls", "Customers", "Settings"]);
});

it("shows what waits on this computer although no account is left", async () => {
  const { fake } = await showMain();
  fake.showDesk({ pending: { waiting: 1, needs_a_person: 1, oldest: fake.now } });
  await waitFor(() => expect(nav()).toEqual(["Calls", "Customers", "Waiting to be sent", "Settings"]));
  expect(screen.getByRole("button", { name: "Waiting to be sent 1 waiting, 1 needs a person" })).toBeTruthy();
});

it("is found by the box", async () => {
  const { fake } = await showMain("none", { prepare: withCampaigns });
  await key("k", { ctrlKey: true });
  expect(document.activeElement).toBe(box());
  await typeAndSettle(fake, "queue");
  expect(lines().some((line) => line.textContent?.includes("Show what waits to be sent"))).toBe(true);
});

it("is reached from a call, with its number", async () => {
  const { fake } = await showMain("none", { prepare: withCampaigns });
  const call = fake.rows.find(({ number }) => number.e164 === "+36301234567") ?? expect.fail("no call of María");
  await fireEvent.click(document.querySelector(`[data-call="${call.call.id}"]`) ?? expect.fail("no row"));
  await fireEvent.click(await screen.findByRole("button", { name: "Campaign records" }));
  await waitFor(() => expect(document.querySelectorAll("[data-record]")).toHaveLength(2));
  expect(current()).toBe("Campaigns");
});
