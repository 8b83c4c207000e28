import type { MadePrivate, Recording, Ticket } from "../generated";

const RATE = 8000;
const HEAD = 44;
/** Seconds of each fake recording. */
const SECONDS = 20;

/** A conversation: two voices by turns, each on its own side. */
function sample(frame: number, side: number): number {
  const turn = Math.floor(frame / RATE / 2.5) % 2;
  const syllable = Math.max(0, Math.sin((frame / RATE) * 2 * Math.PI * 1.7));
  return turn === side ? Math.sin((frame / RATE) * 2 * Math.PI * (side ? 220 : 150)) * syllable * 0.4 : 0;
}

const bytes = HEAD + SECONDS * RATE * 4;

function file(): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(bytes));
  const words: [number, string][] = [
    [0, "RIFF"],
    [8, "WAVEfmt "],
    [36, "data"],
  ];
  for (const [at, word] of words) [...word].forEach((letter, n) => view.setUint8(at + n, letter.charCodeAt(0)));
  const numbers: [number, number, "setUint32" | "setUint16"][] = [
    [4, bytes - 8, "setUint32"],
    [16, 16, "setUint32"],
    [20, 1, "setUint16"],
    [22, 2, "setUint16"],
    [24, RATE, "setUint32"],
    [28, RATE * 4, "setUint32"],
    [32, 4, "setUint16"],
    [34, 16, "setUint16"],
    [40, bytes - HEAD, "setUint32"],
  ];
  for (const [at, number, how] of numbers) view[how](at, number, true);
  for (let n = 0; n < SECONDS * RATE * 2; n++) view.setInt16(HEAD + n * 2, sample(n >> 1, n & 1) * 32_767, true);
  return view.buffer;
}

/** Recordings of calls, by the call's id. */
export class FakeRecordings {
  private made: ArrayBuffer | null = null;
  readonly of: Record<string, Recording[]> = {};

  constructor(now: number) {
    const at = now - 3_600_000;
    const one = (id: string, call_id: string, state: Recording["state"]): Recording => ({ id, call_id, account: "pbx", at, state });
    this.of["h1"] = [one("r1", "h1", { kind: "here", audio: "wav_pcm", bytes })];
    this.of["h3"] = [one("r2", "h3", { kind: "at_system" }), one("r3", "h3", { kind: "gone" })];
    this.of["h5"] = [one("r4", "h5", { kind: "deleted" }), one("r5", "h5", { kind: "refused", why: "too_long" })];
  }

  ticket(recording: string): Ticket {
    const peaks = (side: number) =>
      Array.from({ length: 400 }, (_, n) => Math.round(255 * Math.max(...[0, 25, 50, 75].map((more) => Math.abs(sample(n * 400 + more, side)))) * 2));
    const waveform = [peaks(0), peaks(1)];
    return { name: `fake-${recording}`, playable: { recording, bytes, seconds: SECONDS, channels: 2, sample_rate: RATE, waveform } };
  }

  /** What is here is deleted; the CRM knew of the call. */
  makePrivate(callId: string): MadePrivate {
    const all = this.of[callId] ?? [];
    this.of[callId] = all.map((one) => (one.state.kind === "here" ? { ...one, state: { kind: "deleted" } } : one));
    const deleted = all.filter(({ state }) => state.kind === "here").length;
    return { deleted, held: 0, told: deleted > 0 ? ["crm"] : [] };
  }

  audio(from: number, to: number): ArrayBuffer {
    return (this.made ??= file()).slice(from, to);
  }
}
