import { Pieces, type ReadRange } from "./pieces";
import { stretch } from "./stretch";
import type { Sound } from "./wav";

/** What of Web Audio is used: tests give one of their own. */
export type Speaker = Pick<AudioContext, "currentTime" | "destination" | "createBuffer" | "createBufferSource" | "createGain" | "resume" | "close">;

/** Both voices in both ears, or one of them alone. */
export type Voices = "both" | "first" | "second";
export const speeds = [0.75, 1, 1.25, 1.5, 2] as const;
export type Speed = (typeof speeds)[number];

/** Seconds of the recording that are given to the speaker at once. */
const BLOCK = 1;
/** Seconds that are laid out ahead of what is heard: a hub that answers late is not heard. */
const AHEAD = 3;
/** Milliseconds between two looks at what is laid out. */
const LOOK = 100;
/** The speaker is told this long before a block begins. */
const LEAD = 0.05;
/** Louder than it is by no more. */
export const LOUDEST = 3;

/** Two recordings at once are heard by nobody: whichever begins stills the one before it. */
let still: { of: object; act: () => void } | null = null;

/** The same across windows: whichever begins says so to the others. */
let windows: BroadcastChannel | null = null;
function stillOthers(): void {
  if (!windows) {
    windows = new BroadcastChannel("ringcard-player");
    windows.onmessage = () => still?.act();
  }
  windows.postMessage("plays");
}

type Laid = { source: AudioBufferSourceNode; begins: number; ends: number; from: number; to: number };

/**
 * Plays one recording: from where, how fast, how loud and whose voice.
 *
 * It is laid out block by block on the speaker's own clock, so that nothing is heard of where a block ends. Whatever is
 * changed while it plays takes what is laid out away, and goes on from what was heard last.
 */
export class Player {
  state = $state<"still" | "fetching" | "plays">("still");
  /** Seconds from its beginning. */
  position = $state(0);
  /** Seconds in all, once the first of it was read. */
  seconds = $state(0);
  channels = $state(1);
  speed = $state<Speed>(1);
  loudness = $state(1);
  voices = $state<Voices>("both");

  private readonly pieces: Pieces;
  private sound: Sound | null = null;
  private speaker: Speaker | null = null;
  private gain: GainNode | null = null;
  private laid: Laid[] = [];
  /** Frame that is laid out next, and when it begins on the speaker's clock. */
  private next = 0;
  private free = 0;
  /** Whatever was begun for an earlier turn is not laid out any more. */
  private turn = 0;
  private looking: ReturnType<typeof setInterval> | undefined;
  private filling = false;

  constructor(
    file: { bytes: number; read: ReadRange },
    private readonly speakerOf: (rate: number) => Speaker,
    private readonly failed: (error: unknown) => void,
  ) {
    this.pieces = new Pieces(file.bytes, file.read);
  }

  /** Plays on from where it stands; from the beginning where it was heard to its end. */
  async play(): Promise<void> {
    if (this.state !== "still") return;
    if (still?.of !== this) still?.act();
    still = { of: this, act: () => this.pause() };
    stillOthers();
    const turn = ++this.turn;
    this.state = "fetching";
    try {
      this.sound ??= await this.pieces.sound();
      if (!this.sound) throw new Error("what the hub gave is nothing that can be played");
      this.seconds = this.sound.frames / this.sound.rate;
      this.channels = this.sound.channels;
      await this.hasSpeaker(this.sound).resume();
      if (turn !== this.turn) return;
      if (this.position >= this.seconds) this.position = 0;
      this.begin();
      await this.fill();
      this.looking ??= setInterval(() => void this.look(), LOOK);
    } catch (error) {
      this.fails(turn, error);
    }
  }

  pause(): void {
    this.position = this.heard();
    this.silence();
    this.state = "still";
  }

  /** Goes to a second of it, and plays on there if it played. */
  seek(to: number): void {
    this.position = Math.max(0, Math.min(to, this.seconds || to));
    this.again();
  }

  setSpeed(speed: Speed): void {
    if (this.state === "plays") this.position = this.heard();
    this.speed = speed;
    this.again();
  }

  setVoices(voices: Voices): void {
    if (this.state === "plays") this.position = this.heard();
    this.voices = voices;
    this.again();
  }

  setLoudness(loudness: number): void {
    this.loudness = Math.max(0, Math.min(loudness, LOUDEST));
    if (this.gain) this.gain.gain.value = this.loudness;
  }

  /** Nobody wants to hear it any more. */
  close(): void {
    if (still?.of === this) still = null;
    this.silence();
    this.state = "still";
    const { speaker } = this;
    this.speaker = null;
    this.gain = null;
    void speaker?.close();
  }

  private hasSpeaker(sound: Sound): Speaker {
    if (!this.speaker) {
      this.speaker = this.speakerOf(sound.rate);
      this.gain = this.speaker.createGain();
      this.gain.gain.value = this.loudness;
      this.gain.connect(this.speaker.destination);
    }
    return this.speaker;
  }

  private begin(): void {
    if (!this.sound || !this.speaker) return;
    this.next = Math.round(this.position * this.sound.rate);
    this.free = this.speaker.currentTime + LEAD;
    this.state = "plays";
  }

  private again(): void {
    if (this.state !== "plays") return;
    this.drop();
    this.begin();
    void this.fill();
  }

  private silence(): void {
    clearInterval(this.looking);
    this.looking = undefined;
    this.drop();
  }

  private drop(): void {
    this.turn++;
    for (const { source } of this.laid) source.stop();
    this.laid = [];
  }

  private heard(): number {
    const now = this.speaker?.currentTime ?? 0;
    const block = this.laid.find(({ ends }) => now < ends);
    if (!block) return this.position;
    const done = Math.max(0, (now - block.begins) / (block.ends - block.begins));
    return block.from + done * (block.to - block.from);
  }

  private async look(): Promise<void> {
    if (this.state !== "plays" || !this.sound || !this.speaker) return;
    this.position = this.heard();
    const now = this.speaker.currentTime;
    this.laid = this.laid.filter(({ ends }) => now < ends);
    if (this.next >= this.sound.frames && this.laid.length === 0) {
      this.position = this.seconds;
      this.silence();
      this.state = "still";
      return;
    }
    await this.fill();
  }

  private async fill(): Promise<void> {
    const { sound, speaker, turn } = this;
    if (!sound || !speaker || this.filling) return;
    this.filling = true;
    try {
      while (turn === this.turn && this.next < sound.frames && this.free < speaker.currentTime + AHEAD) {
        const samples = await this.pieces.samples(sound, this.next, Math.round(BLOCK * sound.rate));
        if (turn === this.turn) this.lay(speaker, sound, samples);
      }
    } catch (error) {
      this.fails(turn, error);
    } finally {
      this.filling = false;
    }
    // Somebody went elsewhere while this was waited for.
    if (turn !== this.turn && this.state === "plays") await this.fill();
  }

  private lay(speaker: Speaker, sound: Sound, samples: Float32Array<ArrayBuffer>[]): void {
    const frames = samples[0]?.length ?? 0;
    const voices = stretch(wanted(samples, this.voices), this.speed, sound.rate);
    const [first = new Float32Array(1)] = voices;
    const buffer = speaker.createBuffer(1, first.length, sound.rate);
    buffer.copyToChannel(first, 0);
    const source = speaker.createBufferSource();
    source.buffer = buffer;
    if (this.gain) source.connect(this.gain);
    const begins = Math.max(this.free, speaker.currentTime);
    source.start(begins);
    const [from, to] = [this.next / sound.rate, (this.next + frames) / sound.rate];
    this.free = begins + first.length / sound.rate;
    this.laid.push({ source, begins, ends: this.free, from, to });
    this.next += frames;
  }

  private fails(turn: number, error: unknown): void {
    if (turn !== this.turn) return;
    this.silence();
    this.state = "still";
    this.failed(error);
  }
}

/** One list of samples: the voice that is wanted, or both together. */
function wanted(samples: Float32Array<ArrayBuffer>[], voices: Voices): Float32Array<ArrayBuffer>[] {
  const [first, second] = samples;
  if (!first || !second) return samples;
  if (voices === "first") return [first];
  if (voices === "second") return [second];
  return [first.map((sample, n) => (sample + (second[n] ?? 0)) / 2)];
}
