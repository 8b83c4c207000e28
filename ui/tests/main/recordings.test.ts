import { fireEvent, screen, waitFor, within } from "@testing-library/svelte";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { press, showMain } from "./show";

const laid: { stopped: boolean }[] = [];

beforeEach(() => {
  laid.length = 0;
  const node = { connect: () => undefined };
  class Speaker {
    currentTime = 0;
    destination = {};
    createGain = () => ({ ...node, gain: { value: 1 } });
    createBuffer = () => ({ copyToChannel: () => undefined });
    createBufferSource = () => {
      const one = { stopped: false };
      laid.push(one);
      return { ...node, start: () => undefined, stop: () => (one.stopped = true) };
    };
    resume = () => Promise.resolve();
    close = () => Promise.resolve();
  }
  vi.stubGlobal("AudioContext", Speaker);
  return () => void vi.unstubAllGlobals();
});

const open = (id: string) => fireEvent.click(document.querySelector(`[data-call="${id}"]`) ?? expect.fail(`no row ${id}`));

/** Where several are played; the call's story tells of them besides. */
const theirs = async () => within(await screen.findByRole("region", { name: "Recordings" }));

/** When it is known that there is one. */
const play = async () => fireEvent.click(await screen.findByRole("button", { name: "Play" }));

describe("a call's recording", () => {
  it("is played where the call is looked at, and stops when it is left", async () => {
    const { fake } = await showMain();
    await open("h1");
    await play();
    const player = within(await screen.findByRole("group", { name: "Recording" }));
    await waitFor(() => expect(laid.length).toBeGreaterThan(0));
    expect(player.getByText("0:20")).toBeTruthy();
    expect(fake.asked.filter(({ name }) => name === "listen")).toHaveLength(1);
    await press("Pause");
    expect(laid.every(({ stopped }) => stopped)).toBe(true);
    await play();
    await press("Back to the list");
    await waitFor(() => expect(laid.every(({ stopped }) => stopped)).toBe(true));
  });

  it("is gone through with the keyboard", async () => {
    await showMain();
    await open("h1");
    await play();
    const position = await screen.findByRole<HTMLInputElement>("slider", { name: "Position" });
    await waitFor(() => expect(laid.length).toBeGreaterThan(0));
    const at = () => Number(position.value);
    await fireEvent.keyDown(position, { key: "ArrowRight" });
    await fireEvent.keyDown(position, { key: "ArrowRight" });
    await waitFor(() => expect(at()).toBe(10));
    await fireEvent.keyDown(position, { key: "ArrowLeft" });
    await waitFor(() => expect(at()).toBe(5));
    await fireEvent.keyDown(position, { key: " " });
    expect(await screen.findByRole("button", { name: "Play" })).toBeTruthy();
    expect(position.getAttribute("aria-valuetext")).toContain("5 sec");
  });

  it("has speed, loudness, and each voice alone", async () => {
    await showMain();
    await open("h1");
    await play();
    await waitFor(() => expect(laid.length).toBeGreaterThan(0));
    const before = laid.length;
    await fireEvent.change(screen.getByRole("combobox", { name: "Speed" }), { target: { value: "1.5" } });
    await waitFor(() => expect(laid.length).toBeGreaterThan(before));
    await press("Left");
    expect(screen.getByRole("button", { name: "Left" }).getAttribute("aria-pressed")).toBe("true");
    expect(screen.getByRole("slider", { name: "Loudness" })).toBeTruthy();
  });

  it("says where it is, and that it is gone", async () => {
    await showMain();
    await open("h3");
    const recordings = await theirs();
    expect(recordings.getByText(/it is fetched when you play it/)).toBeTruthy();
    expect(recordings.getByText("The telephone system has it no longer.")).toBeTruthy();
    expect(screen.getAllByRole("button", { name: "Play" })).toHaveLength(1);
  });

  it("says that it was deleted, and why one that came was not kept", async () => {
    await showMain();
    await open("h5");
    const recordings = await theirs();
    expect(recordings.getByText(/Deleted: somebody took it away/)).toBeTruthy();
    expect(recordings.getByText("It was too long, and was not kept.")).toBeTruthy();
    expect(screen.queryByRole("button", { name: "Play" })).toBeNull();
  });

  it("is not there for a call that has none", async () => {
    const { fake } = await showMain();
    await open("h2");
    await waitFor(() => expect(fake.asked.some(({ name }) => name === "recordings")).toBe(true));
    expect(screen.queryByRole("button", { name: "Play" })).toBeNull();
  });

  it("says why it is not heard, and is tried again", async () => {
    const { fake } = await showMain();
    fake.failing.set("listen", { code: "recording_sign_in", message: "The PBX did not accept user and password" });
    await open("h1");
    await play();
    await screen.findByText("The recording cannot be played");
    fake.failing.clear();
    await play();
    await screen.findByRole("slider", { name: "Position" });
    expect(screen.queryByText("The recording cannot be played")).toBeNull();
  });
});
