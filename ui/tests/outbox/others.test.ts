import { fireEvent, screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { OutboxRow, SubmissionState } from "../../src/ipc";
import type { FakeOutbox } from "../../src/ipc/fake/outbox";
import Outbox from "../../src/main/outbox/Outbox.svelte";
import { faults, press, settled, showSection } from "./show";

const KEY = "01a224d700327405a65a09ed9784f55c";

/** One more row, like one that is there. */
function add(outbox: FakeOutbox, like: string, state: SubmissionState, needs?: string): void {
  const row = structuredClone(outbox.rows.find(({ submission }) => submission.key === like)) as OutboxRow;
  Object.assign(row.submission, { key: KEY, about: "Nagy Éva", needs });
  outbox.rows = [{ ...row, state }, ...outbox.rows];
}

async function open(state: SubmissionState, needs?: string) {
  const shown = await showSection(Outbox, { prepare: (_, outbox) => add(outbox, "k7", state, needs) });
  if (state.kind === "replaced") await press("Sent or discarded");
  await fireEvent.click(await waitFor(() => document.querySelector(`[data-row="${KEY}"]`) as HTMLElement));
  await settled();
  return shown;
}

describe("an entry that has to do with another one", () => {
  it("names the one it follows, and leads to it", async () => {
    const { page, text } = await open({ kind: "waiting", why: "needs", until: null }, "k6");
    const other = await screen.findByRole("button", { name: "Javier Morales · Add to campaign" });
    expect(text()).not.toContain("k6");
    expect(await faults(page)).toEqual([]);
    await fireEvent.click(other);
    await waitFor(() => expect(screen.getByRole("heading", { level: 3, name: "Javier Morales" })).toBeTruthy());
    expect(document.activeElement?.textContent).toBe("Entry");
  });

  it("names the newer one that took its place", async () => {
    await open({ kind: "replaced", at: Date.now(), by: "k9" });
    expect(await screen.findByRole("button", { name: "Tóth Eszter · Close campaign record: do not call again" })).toBeTruthy();
  });

  it("says so where the other one is there no longer", async () => {
    const { text } = await open({ kind: "parked", why: "needs_gone", detail: "", since: Date.now() }, "long-gone");
    await waitFor(() => expect(text()).toContain("This entry is no longer there"));
  });
});

it("counts nobody behind a closed account where nothing waits", async () => {
  const { text } = await showSection(Outbox, { prepare: (_, outbox) => (outbox.rows = []) });
  await waitFor(() => expect(text()).toContain("wolkvox takes nothing more until 00:00."));
  expect(text()).not.toContain("0 are waiting");
});
