import { describe, expect, it, onTestFinished, vi } from "vitest";
import { Player, type Speaker } from "../../src/lib/player/player.svelte";
import { wav } from "./sounds";

type Started = { at: number; samples: Float32Array; stopped: boolean };

/** A speaker whose clock is moved by hand, and what was laid out on it. */
function speaker() {
  const started: Started[] = [];
  const gain = { gain: { value: 1 }, connect: () => undefined };
  const state = { currentTime: 0, closed: false };
  const made = {
    get currentTime() {
      return state.currentTime;
    },
    destination: {},
    createGain: () => gain,
    createBuffer: (_channels: number, length: number) => {
      const samples = new Float32Array(length);
      return { samples, copyToChannel: (from: Float32Array) => samples.set(from) };
    },
    createBufferSource: () => {
      const one: Started = { at: 0, samples: new Float32Array(), stopped: false };
      return {
        set buffer(buffer: { samples: Float32Array }) {
          one.samples = buffer.samples;
        },
        connect: () => undefined,
        start: (at: number) => started.push(Object.assign(one, { at })),
        stop: () => (one.stopped = true),
      };
    },
    resume: () => Promise.resolve(),
    close: () => Promise.resolve((state.closed = true)),
  };
  return { as: made as unknown as Speaker, started, gain, state, playing: () => started.filter(({ stopped }) => !stopped) };
}

function playing(options: { seconds?: number; channels?: number; read?: (from: number, to: number) => Promise<ArrayBuffer> } = {}) {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const file = wav({ rate: 8000, channels: options.channels ?? 1, frames: 8000 * (options.seconds ?? 10) });
  const asked: [number, number][] = [];
  const read = async (from: number, to: number) => {
    asked.push([from, to]);
    return (await options.read?.(from, to)) ?? file.slice(from, to);
  };
  const heard = speaker();
  const failures: unknown[] = [];
  const player = new Player(
    { bytes: file.byteLength, read },
    () => heard.as,
    (error) => failures.push(error),
  );
  const pass = async (seconds: number) => {
    for (let n = 0; n < seconds * 10; n++) {
      heard.state.currentTime += 0.1;
      await vi.advanceTimersByTimeAsync(100);
    }
  };
  return { player, heard, asked, failures, pass };
}

const seconds = (blocks: Started[]) => blocks.reduce((sum, { samples }) => sum + samples.length, 0) / 8000;

describe("a recording that is played", () => {
  it("is heard whole, once, without a gap, and ends", async () => {
    const { player, heard, pass } = playing();
    await player.play();
    expect(player.seconds).toBe(10);
    await pass(11);
    expect(player.state).toBe("still");
    expect(player.position).toBe(10);
    expect(seconds(heard.started)).toBe(10);
    heard.started.slice(1).forEach(({ at }, n) => {
      const before = heard.started[n];
      expect(at).toBeCloseTo((before?.at ?? 0) + (before?.samples.length ?? 0) / 8000, 6);
    });
  });

  it("is fetched as far as it is heard, and no piece twice", async () => {
    const { player, asked, pass } = playing({ seconds: 60 });
    await player.play();
    await pass(2);
    expect(asked).toHaveLength(2);
    player.seek(0);
    await pass(1);
    expect(asked).toHaveLength(2);
  });

  it("stops where it is paused, and goes on there", async () => {
    const { player, heard, pass } = playing();
    await player.play();
    await pass(2);
    player.pause();
    expect(heard.playing().every(({ at, samples }) => at + samples.length / 8000 <= heard.state.currentTime)).toBe(true);
    const stood = player.position;
    expect(stood).toBeCloseTo(1.95, 2);
    await pass(5);
    expect(player.position).toBe(stood);
    await player.play();
    await pass(1);
    expect(player.position).toBeCloseTo(stood + 0.95, 2);
  });

  it("goes where the agent wants it, also while it stands", async () => {
    const { player, pass } = playing();
    player.seek(4);
    await player.play();
    await pass(1);
    expect(player.position).toBeCloseTo(4.95, 2);
    player.seek(100);
    await pass(1);
    expect(player.state).toBe("still");
    await player.play();
    await pass(1);
    expect(player.position).toBeCloseTo(0.95, 2);
  });

  it("is over sooner at twice the speed", async () => {
    const { player, heard, pass } = playing();
    player.setSpeed(2);
    await player.play();
    await pass(5.5);
    expect(player.state).toBe("still");
    expect(seconds(heard.started)).toBeCloseTo(5, 0);
  });

  it("has one voice alone, or both", async () => {
    const { player, heard, pass } = playing({ channels: 2 });
    const crossings = () => {
      const samples = heard.started.at(-1)?.samples ?? new Float32Array();
      return samples.filter((one, n) => n > 0 && one > 0 && (samples[n - 1] ?? 0) <= 0).length;
    };
    player.setVoices("first");
    await player.play();
    expect(player.channels).toBe(2);
    expect(crossings()).toBeCloseTo(200, -1);
    player.setVoices("second");
    await pass(0.2);
    expect(crossings()).toBeCloseTo(400, -1);
  });

  it("is as loud as the agent wants it, within reason", async () => {
    const { player, heard } = playing();
    player.setLoudness(2);
    await player.play();
    expect(heard.gain.gain.value).toBe(2);
    player.setLoudness(100);
    expect(heard.gain.gain.value).toBe(3);
  });

  it("gives the speaker back", async () => {
    const { player, heard } = playing();
    await player.play();
    player.close();
    expect(heard.playing()).toEqual([]);
    expect(heard.state.closed).toBe(true);
  });
});

describe("two recordings", () => {
  it("are never heard at once, and the first goes on where it was stilled", async () => {
    const [first, second] = [playing(), playing()];
    await first.player.play();
    await first.pass(2);
    await second.player.play();
    expect([first.player.state, second.player.state]).toEqual(["still", "plays"]);
    const { currentTime } = first.heard.state;
    expect(first.heard.playing().filter(({ at, samples }) => at + samples.length / 8000 > currentTime)).toEqual([]);
    expect(first.player.position).toBeGreaterThan(1.5);
    await first.player.play();
    expect([first.player.state, second.player.state]).toEqual(["plays", "still"]);
    second.player.close();
    expect(first.player.state).toBe("plays");
  });
});

describe("two windows", () => {
  it("never play at once: whichever begins stills the other", async () => {
    const sent: unknown[] = [];
    const other = new BroadcastChannel("ringcard-player");
    onTestFinished(() => other.close());
    const heard = new Promise<void>((resolve) => (other.onmessage = (message) => resolve(void sent.push(message.data))));
    const { player } = playing();
    await player.play();
    vi.useRealTimers();
    await heard;
    expect([sent, player.state]).toEqual([["plays"], "plays"]);
    other.postMessage("plays");
    await vi.waitFor(() => expect(player.state).toBe("still"));
    player.close();
  });
});

describe("a recording that cannot be played", () => {
  it("says so once, and may be tried again", async () => {
    let isDown = true;
    const { player, failures, heard, pass } = playing({ read: () => (isDown ? Promise.reject(new Error("away")) : Promise.resolve(undefined as never)) });
    await player.play();
    expect(failures).toHaveLength(1);
    expect(player.state).toBe("still");
    isDown = false;
    await player.play();
    await pass(1);
    expect(heard.started.length).toBeGreaterThan(0);
  });

  it("is nothing that plays by itself", async () => {
    const page = new TextEncoder().encode("<html>".padEnd(2000)).buffer;
    const { player, failures } = playing({ read: () => Promise.resolve(page) });
    await player.play();
    expect(failures).toHaveLength(1);
  });

  it("says so in the middle, and keeps its place", async () => {
    const file = wav({ rate: 8000, channels: 1, frames: 8000 * 60 });
    const { player, failures, pass } = playing({
      seconds: 60,
      read: (from, to) => (from < 70_000 ? Promise.resolve(file.slice(from, to)) : Promise.reject(new Error("away"))),
    });
    await player.play();
    await pass(8);
    expect(failures).toHaveLength(1);
    expect(player.state).toBe("still");
    expect(player.position).toBeGreaterThan(4);
  });
});
