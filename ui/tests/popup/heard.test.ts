import { screen, waitFor } from "@testing-library/svelte";
import { describe, expect, it } from "vitest";
import type { Recording } from "../../src/ipc";
import { showPopup } from "./show";

const one = (id: string, call_id: string): Recording => ({
  id,
  call_id,
  account: "pbx",
  at: 0,
  state: { kind: "here", audio: "wav_pcm", bytes: 1000 },
});

describe("the recordings on a card", () => {
  it("are there once the call is over, and those of the last calls with the number", async () => {
    const { fake } = await showPopup("wrap_up", {
      prepare: (fake) => {
        const call = fake.pop.calls[0] ?? expect.fail("a call");
        fake.recordings.of[call.call.id] = [one("now", call.call.id)];
        call.card.recorded = true;
        fake.recordings.of["before"] = [one("then", "before")];
        call.card.earlier = [{ at: fake.now - 86_400_000, agent: "Ana Kiss", state: { kind: "ended" }, direction: "inbound", recorded: "before" }];
      },
    });
    await waitFor(() => expect(screen.getAllByRole("button", { name: "Play" })).toHaveLength(2));
    expect(screen.getByText(/^Recording, /)).toBeTruthy();
    expect(fake.argsOf("listen")).toEqual([]);
  });

  it("are not there while it rings, nor where the agent may not hear them", async () => {
    const { fake } = await showPopup("ringing", {
      prepare: (fake) => {
        const call = fake.pop.calls[0] ?? expect.fail("a call");
        fake.recordings.of[call.call.id] = [one("now", call.call.id)];
        call.card.recorded = true;
      },
    });
    await new Promise((done) => setTimeout(done));
    expect(fake.argsOf("recordings")).toEqual([]);
    fake.failing.set("recordings", { code: "not_allowed", message: "This is a colleague's call" });
    fake.showPop({ calls: fake.pop.calls.map((one) => ({ ...one, call: { ...one.call, state: { kind: "ended" } } })) });
    await waitFor(() => expect(fake.argsOf("recordings").length).toBeGreaterThan(0));
    expect(screen.queryByRole("button", { name: "Play" })).toBeNull();
  });
});
