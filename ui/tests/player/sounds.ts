type Made = { rate: number; channels: number; frames: number; kind?: number; said?: number; before?: { name: string; bytes: number }[] };

/** A WAV file of a tone of 200 Hz, the second voice an octave higher. */
export function wav({ rate, channels, frames, kind = 1, said, before = [] }: Made): ArrayBuffer {
  const parts = before.reduce((sum, { bytes }) => sum + 8 + bytes + (bytes % 2), 0);
  const view = new DataView(new ArrayBuffer(44 + parts + frames * channels * 2));
  const name = (at: number, text: string) => [...text].forEach((letter, n) => view.setUint8(at + n, letter.charCodeAt(0)));
  name(0, "RIFF");
  view.setUint32(4, view.byteLength - 8, true);
  name(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, kind, true);
  view.setUint16(22, channels, true);
  view.setUint32(24, rate, true);
  view.setUint32(28, rate * channels * 2, true);
  view.setUint16(32, channels * 2, true);
  view.setUint16(34, 16, true);
  let at = 36;
  for (const part of before) {
    name(at, part.name);
    view.setUint32(at + 4, part.bytes, true);
    at += 8 + part.bytes + (part.bytes % 2);
  }
  name(at, "data");
  view.setUint32(at + 4, said ?? frames * channels * 2, true);
  at += 8;
  for (let n = 0; n < frames * channels; n++) {
    const [frame, channel] = [Math.floor(n / channels), n % channels];
    view.setInt16(at + n * 2, Math.round(16_000 * Math.sin((2 * Math.PI * 200 * (channel + 1) * frame) / (rate || 1))), true);
  }
  return view.buffer;
}

/** A tone, as it is played. */
export const tone = (hertz: number, rate: number, frames: number): Float32Array<ArrayBuffer> =>
  Float32Array.from({ length: frames }, (_, n) => 0.5 * Math.sin((2 * Math.PI * hertz * n) / rate));
