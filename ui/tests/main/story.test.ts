import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, it } from "vitest";
import type { CallStory, Moment } from "../../src/ipc";
import { speech } from "../../src/i18n/speech.svelte";
import { timeline } from "../../src/ipc/fake/history";
import { Fake } from "../../src/ipc/fake";
import { entriesOf } from "../../src/main/calls/timeline";
import { press, showMain } from "./show";

const NOW = Date.UTC(2026, 10, 20, 12);

beforeEach(() => speech.use("en", "HU"));

function storyOf(id: string): CallStory {
  const fake = new Fake("none", NOW);
  const row = fake.rows.find(({ call }) => call.id === id) ?? expect.fail(`no row ${id}`);
  return timeline(row, fake.recordings.of[id] ?? []);
}

const said = (story: CallStory) => entriesOf(story, NOW).map(({ what }) => what);

describe("a call's story", () => {
  it("goes from the ring to what came of it, in the order of time", () => {
    const story = storyOf("h3");
    const entries = entriesOf(story, NOW);
    const times = entries.map(({ at }) => at);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    const what = said(story);
    expect(what[0]).toBe("Dialled: the PBX was asked to start the call");
    const after = what.slice(what.findIndex((one) => one.startsWith("Ana Kiss coded")));
    expect(after).toEqual([
      "Ana Kiss coded: Not interested",
      "Ana Kiss changed the code: Promise of payment › This week",
      "crm · Write into the call log",
      "webhook · Tell a program of the team · call.coded",
    ]);
    const entry = (begins: string) => entries.find(({ what }) => what.startsWith(begins)) ?? expect.fail(begins);
    expect(entry("Ana Kiss noted").advice).toBe("Asks for more time.\nHas lost the last letter.");
    expect(entry("crm").advice).toMatch(/^It has arrived, as e-4711\. Saved at .* 2 attempts\.$/);
    expect(entry("webhook").tone).toBe("missed");
    expect(entry("webhook").advice).toContain("“unknown event”");
    expect(entry("A recording was told of").advice).toContain("it is fetched when you play it");
  });

  it("begins with the call even where a moment is said to be earlier, and leaves out what it has no word for", () => {
    const story = storyOf("h1");
    const early: Moment = { at: story.row.call.started_at - 5000, what: { kind: "noted", by: "Ana", note: "x" } };
    const newer = { at: NOW, what: { kind: "other" } } as Moment;
    const what = said({ ...story, moments: [early, newer] });
    expect(what[0]).toMatch(/^Call came in/);
    expect(what[1]).toBe("Ana noted");
    expect(said({ ...story, moments: [] })).toEqual(said({ ...story, moments: [newer] }));
  });

  it("keeps a stranger's text within its place", () => {
    const story = storyOf("h1");
    const by = `${"Very long name ".repeat(20)}\u202e`;
    const what = said({ ...story, moments: [{ at: NOW, what: { kind: "noted", by, note: "n" } }] }).at(-1) ?? "";
    expect(what).not.toContain("\u202e");
    expect(what.endsWith(" noted")).toBe(true);
  });

  it("says what cannot be read now", async () => {
    const { fake } = await showMain();
    const whole = fake.call.bind(fake);
    fake.call = async (name, args) => {
      const reply = await whole(name, args);
      if (name === "call") Object.assign(reply as CallStory, { missing: [{ part: "outbox", why: "The disk is full." }] });
      return reply;
    };
    await fireEvent.click(document.querySelector('[data-call="h3"]') ?? expect.fail("no row"));
    await screen.findByText(/What was written to other systems cannot be read now/);
    expect(screen.getByText("Ana Kiss coded: Not interested")).toBeTruthy();
  });
});

describe("the recording in a row", () => {
  it("is played from the row, once the call is open", async () => {
    const { fake } = await showMain();
    await press("Play the recording: María López");
    await waitFor(() => expect(fake.argsOf("listen")).toEqual([{ recording: "r1" }]));
  });

  it("is not played when the call alone is opened", async () => {
    const { fake } = await showMain();
    await fireEvent.click(document.querySelector('[data-call="h1"]') ?? expect.fail("no row"));
    await screen.findByRole("button", { name: "Play" });
    expect(fake.argsOf("listen")).toEqual([]);
  });

  it("is said to be gone, and not offered, where nothing of it can be heard any more", async () => {
    await showMain("none", {
      prepare: (fake) => (fake.rows = fake.rows.map((row) => (row.call.id === "h1" ? { ...row, may_listen: false, recording_gone: true } : row))),
    });
    const row = document.querySelector('[data-call="h1"]')?.closest("li") ?? expect.fail("no row");
    expect(within(row).queryByRole("button", { name: /Play/ })).toBeNull();
    expect(within(row).getByText("The recording was deleted, or cannot be heard any more")).toBeTruthy();
  });

  it("is not offered again once the hub says that it was deleted", async () => {
    const { fake } = await showMain();
    fake.failing.set("listen", { code: "recording_deleted", message: "" });
    await press("Play the recording: María López");
    expect(await screen.findByText("Deleted: somebody took it away, or it was too old.")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Play" })).toBeNull();
  });

  it("is only said to be there to who may not listen", async () => {
    await showMain();
    const row = document.querySelector('[data-call="h5"]')?.closest("li") ?? expect.fail("no row");
    expect(within(row).queryByRole("button", { name: /Play/ })).toBeNull();
    expect(within(row).getByText("There is a recording")).toBeTruthy();
    const none = document.querySelector('[data-call="h2"]')?.closest("li") ?? expect.fail("no row");
    expect(within(none).queryByText("There is a recording")).toBeNull();
  });
});
