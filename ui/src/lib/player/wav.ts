/** What the hub gives to be played: 16-bit PCM in a WAV file. */
export type Sound = {
  /** Frames in a second. */
  rate: number;
  channels: number;
  /** Where the first frame begins in the file. */
  begins: number;
  /** In all; each has one sample for each channel. */
  frames: number;
};

const PCM = 1;
const EXTENSIBLE = 0xfffe;
/** A sample has two bytes. */
const SAMPLE = 2;

/**
 * Reads a file's beginning; `null` where it is nothing that is played here.
 *
 * `bytes` is how long the whole file is: a length in the file itself may be wrong or unknown.
 */
export function readSound(beginning: DataView, bytes: number): Sound | null {
  const name = (at: number) => String.fromCharCode(...[0, 1, 2, 3].map((n) => beginning.getUint8(at + n)));
  if (beginning.byteLength < 12 || name(0) !== "RIFF" || name(8) !== "WAVE") return null;
  let format: { rate: number; channels: number } | null = null;
  for (let at = 12; at + 8 <= beginning.byteLength;) {
    const length = beginning.getUint32(at + 4, true);
    const inside = at + 8;
    if (name(at) === "fmt ") {
      if (inside + 16 > beginning.byteLength) return null;
      const kind = beginning.getUint16(inside, true);
      const channels = beginning.getUint16(inside + 2, true);
      const rate = beginning.getUint32(inside + 4, true);
      const isOurs = (kind === PCM || kind === EXTENSIBLE) && beginning.getUint16(inside + 14, true) === 8 * SAMPLE;
      if (!isOurs || (channels !== 1 && channels !== 2) || rate < 3000 || rate > 192_000) return null;
      format = { rate, channels };
    } else if (name(at) === "data") {
      if (!format) return null;
      const there = Math.max(0, Math.min(length, bytes - inside));
      return { ...format, begins: inside, frames: Math.floor(there / (SAMPLE * format.channels)) };
    }
    at = inside + length + (length % 2);
  }
  return null;
}

/** Samples as they are played, a list for each channel. `piece` begins with a whole frame. */
export function samplesOf(piece: ArrayBuffer, channels: number): Float32Array<ArrayBuffer>[] {
  const view = new DataView(piece);
  const frames = Math.floor(piece.byteLength / (SAMPLE * channels));
  return Array.from({ length: channels }, (_, channel) =>
    Float32Array.from({ length: frames }, (_, frame) => view.getInt16((frame * channels + channel) * SAMPLE, true) / 32_768),
  );
}

/** Where frames stand in the file. */
export const bytesOf = (sound: Sound, from: number, count: number): { from: number; to: number } => {
  const frame = SAMPLE * sound.channels;
  return { from: sound.begins + from * frame, to: sound.begins + Math.min(sound.frames, from + count) * frame };
};
