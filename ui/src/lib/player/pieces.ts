import { type Sound, bytesOf, readSound, samplesOf } from "./wav";

/** Gives a range of a file, `to` not included; shorter only at its end. */
export type ReadRange = (from: number, to: number) => Promise<ArrayBuffer>;

/** So much is asked for at once: four seconds of a telephone's voice. */
const PIECE = 64 * 1024;
/** So many are kept: a few minutes, to go back without asking anew. */
const KEPT = 48;

/** A file of which only what is played is fetched, and that once. */
export class Pieces {
  private readonly pieces = new Map<number, Promise<ArrayBuffer>>();
  private known: Sound | null = null;

  constructor(
    private readonly bytes: number,
    private readonly read: ReadRange,
  ) {}

  /** What the file says it is; `null`: nothing that is played here. */
  async sound(): Promise<Sound | null> {
    return (this.known ??= readSound(new DataView(await this.piece(0)), this.bytes));
  }

  /** Samples of each channel from a frame on; fewer only at the end. */
  async samples(sound: Sound, from: number, count: number): Promise<Float32Array<ArrayBuffer>[]> {
    const range = bytesOf(sound, from, count);
    const joined = new Uint8Array(Math.max(0, range.to - range.from));
    for (let at = range.from; at < range.to;) {
      const which = Math.floor(at / PIECE);
      const inside = new Uint8Array(await this.piece(which), at - which * PIECE).subarray(0, range.to - at);
      if (inside.length === 0) throw new Error(`the recording ends at ${at} and not at ${this.bytes}`);
      joined.set(inside, at - range.from);
      at += inside.length;
    }
    return samplesOf(joined.buffer, sound.channels);
  }

  private piece(which: number): Promise<ArrayBuffer> {
    const known = this.pieces.get(which);
    if (known) {
      // The one that was wanted last goes last.
      this.pieces.delete(which);
      this.pieces.set(which, known);
      return known;
    }
    const asked = this.read(which * PIECE, Math.min(this.bytes, (which + 1) * PIECE));
    this.pieces.set(which, asked);
    asked.catch(() => this.pieces.delete(which));
    const [oldest] = this.pieces.keys();
    if (this.pieces.size > KEPT && oldest !== undefined) this.pieces.delete(oldest);
    return asked;
  }
}
