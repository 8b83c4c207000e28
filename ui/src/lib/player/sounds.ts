import { type Ticket, audio } from "../../ipc";
import type { ReadRange } from "./pieces";
import type { Speaker } from "./player.svelte";

/** The shell has its bytes under a name that is good for some minutes. */
export const fileOf = ({ name, playable }: Ticket): { bytes: number; read: ReadRange } => ({
  bytes: playable.bytes,
  read: (from, to) => audio(name, from, to),
});

/** At the recording's own rate: the platform takes it to the loudspeaker's. */
export const speakerAt = (rate: number): Speaker => new AudioContext({ sampleRate: rate });

/** A drawing of how loud it is: mirrored around the middle, `0 0 peaks 2`. */
export function drawn(peaks: number[]): string {
  const tall = (peak: number) => Math.max(0.03, peak / 255).toFixed(3);
  const above = peaks.map((peak, n) => `${n} ${1 - Number(tall(peak))}`);
  const below = peaks.map((peak, n) => `${n} ${1 + Number(tall(peak))}`).reverse();
  return peaks.length < 2 ? "" : `M${[...above, ...below].join("L")}z`;
}

/** The louder side at each moment. */
export const together = (waveform: number[][]): number[] => {
  const [first = [], second = []] = waveform;
  return first.map((peak, n) => Math.max(peak, second[n] ?? 0));
};
