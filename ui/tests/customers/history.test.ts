import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { ListedCall } from "../../src/ipc";
import { manyDays } from "../../src/ipc/fake/history";
import { faults, open, showCustomers } from "./show";

beforeEach(() => {
  const node = { connect: () => undefined };
  class Speaker {
    currentTime = 0;
    destination = {};
    createGain = () => ({ ...node, gain: { value: 1 } });
    createBuffer = () => ({ copyToChannel: () => undefined });
    createBufferSource = () => ({ ...node, start: () => undefined, stop: () => undefined });
    resume = () => Promise.resolve();
    close = () => Promise.resolve();
  }
  vi.stubGlobal("AudioContext", Speaker);
  return () => void vi.unstubAllGlobals();
});

const part = async () => within(await screen.findByRole("region", { name: "Calls with this customer" }));
const rows = () => [...document.querySelectorAll<HTMLElement>("li .open[data-call]")];

describe("the calls with a customer", () => {
  it("are there with who spoke, how it was coded and the first line that was noted", async () => {
    const { fake } = await showCustomers();
    await open(fake, "Kovács István");
    const calls = await part();
    await waitFor(() => expect(rows()).toHaveLength(1));
    expect(rows()[0]?.textContent).toContain("Promise of payment › This week");
    expect(calls.getByText("Pays on Friday.")).toBeTruthy();
    expect(calls.queryByText(/Ask for the transfer slip/)).toBeNull();
    expect(await faults(document.body)).toEqual([]);
  });

  it("lead to the call, and its recording is played beside it", async () => {
    const { fake } = await showCustomers();
    await open(fake, "María López");
    const calls = await part();
    await fireEvent.click(await calls.findByRole("button", { name: /^Play the recording/ }));
    await waitFor(() => expect(fake.argsOf("listen")).toEqual([{ recording: "r1" }]));
    expect(await screen.findByRole("slider", { name: "Position" })).toBeTruthy();
  });

  it("come page by page", async () => {
    const theirs = (row: ListedCall): ListedCall => ({ ...row, customer_id: "c1" });
    const { fake } = await showCustomers({ prepare: (fake) => (fake.rows = manyDays(fake.now).map(theirs).slice(0, 50)) });
    await open(fake, "María López");
    const calls = await part();
    await waitFor(() => expect(rows()).toHaveLength(20));
    await fireEvent.click(calls.getByRole("button", { name: "Show earlier calls" }));
    await waitFor(() => expect(rows()).toHaveLength(40));
    await fireEvent.click(calls.getByRole("button", { name: "Show earlier calls" }));
    await waitFor(() => expect(rows()).toHaveLength(50));
    expect(calls.queryByRole("button", { name: "Show earlier calls" })).toBeNull();
    expect(new Set(rows().map(({ dataset }) => dataset.call)).size).toBe(50);
  });

  it("are said to be none, or somebody else's to read", async () => {
    const { fake } = await showCustomers({ prepare: (fake) => (fake.rows = []) });
    await open(fake, "María López");
    expect(await (await part()).findByText("No calls yet")).toBeTruthy();
    fake.failing.set("customer_calls", { code: "not_allowed", message: "Ana had no call with this customer" });
    await open(fake, "Kovács István");
    expect(await (await part()).findByText(/You see a customer's calls once you had one with them/)).toBeTruthy();
  });
});
