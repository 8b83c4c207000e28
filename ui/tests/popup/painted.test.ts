import { waitFor } from "@testing-library/svelte";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { Fake } from "../../src/ipc/fake";
import { showPopup } from "./show";

// Frames come when the test says so: a hidden window has none.
let frames: FrameRequestCallback[] = [];
const frame = () => {
  const due = frames;
  frames = [];
  for (const run of due) run(performance.now());
};

beforeEach(() => {
  frames = [];
  vi.stubGlobal("requestAnimationFrame", (run: FrameRequestCallback) => frames.push(run));
});
afterEach(() => vi.unstubAllGlobals());

const painted = (fake: Fake) => fake.argsOf("popup_painted").map(({ callId, cardVersion }) => `${callId} v${cardVersion}`);
/** Whatever was on its way has arrived. */
const settled = () => new Promise((done) => setTimeout(done));

function renew(fake: Fake, version: number): void {
  const calls = structuredClone(fake.pop.calls);
  for (const { card } of calls) card.version = version;
  fake.showPop({ calls });
}

it("reports a card in the second frame after it was shown, not before", async () => {
  const { fake } = await showPopup("ringing");
  await settled();
  expect(painted(fake)).toEqual([]);
  frame();
  await settled();
  expect(painted(fake)).toEqual([]);
  frame();
  await settled();
  expect(painted(fake)).toEqual(["call-1 v2"]);
});

it("reports a version once, and the next version again", async () => {
  const { fake } = await showPopup("ringing");
  await settled();
  frame();
  frame();
  fake.showPop({ has_keyboard: true });
  renew(fake, 3);
  await settled();
  frame();
  frame();
  await settled();
  expect(painted(fake)).toEqual(["call-1 v2", "call-1 v3"]);
});

it("does not report a version that was replaced before it was painted", async () => {
  const { fake } = await showPopup("ringing");
  renew(fake, 3);
  await settled();
  frame();
  frame();
  await settled();
  expect(painted(fake)).toEqual(["call-1 v3"]);
});

it("reports nothing of a call that left before it was painted", async () => {
  const { fake } = await showPopup("ringing");
  await settled();
  expect(frames.length).toBeGreaterThan(0);
  fake.showPop({ calls: [], selected: null });
  await waitFor(() => expect(document.querySelector("main")).toBeNull());
  frame();
  frame();
  await settled();
  expect(painted(fake)).toEqual([]);
});

it("asks for the height of the card, and only when it changed", async () => {
  const measured = vi.spyOn(Element.prototype, "getBoundingClientRect").mockReturnValue({ height: 312.4 } as DOMRect);
  const { fake } = await showPopup("ringing");
  await waitFor(() => expect(fake.argsOf("popup_resize")).toEqual([{ height: 313 }]));
  renew(fake, 3);
  await settled();
  expect(fake.argsOf("popup_resize")).toHaveLength(1);
  measured.mockReturnValue({ height: 440 } as DOMRect);
  renew(fake, 4);
  await waitFor(() => expect(fake.argsOf("popup_resize")).toEqual([{ height: 313 }, { height: 440 }]));
  measured.mockRestore();
});

it("tells one height after the other, so that the last one wins", async () => {
  const measured = vi.spyOn(Element.prototype, "getBoundingClientRect").mockReturnValue({ height: 300 } as DOMRect);
  const { fake } = await showPopup("ringing");
  await waitFor(() => expect(fake.argsOf("popup_resize")).toEqual([{ height: 300 }]));
  const answer = fake.hold("popup_resize");
  for (const [version, height] of [
    [3, 310],
    [4, 320],
    [5, 330],
  ] as const) {
    measured.mockReturnValue({ height } as DOMRect);
    renew(fake, version);
    await settled();
  }
  expect(fake.argsOf("popup_resize")).toEqual([{ height: 300 }, { height: 310 }]);
  answer();
  await waitFor(() => expect(fake.argsOf("popup_resize")).toEqual([{ height: 300 }, { height: 310 }, { height: 330 }]));
  measured.mockRestore();
});
