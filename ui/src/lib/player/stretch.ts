/** Seconds of one window: some periods of a voice. */
const WINDOW = 0.03;
/** Seconds a window may be moved by to where it fits what is before it. */
const TOLERANCE = 0.01;

/**
 * Speech faster or slower, at the pitch it has: windows are laid over each other where they fit best (WSOLA).
 *
 * The first and the last window stay where they are: one stretch follows the other without a gap.
 */
export function stretch(channels: Float32Array<ArrayBuffer>[], speed: number, rate: number): Float32Array<ArrayBuffer>[] {
  const length = channels[0]?.length ?? 0;
  const hop = Math.max(8, Math.round((WINDOW * rate) / 2));
  const window = 2 * hop;
  const windows = Math.round((length / speed - window) / hop) + 1;
  if (speed === 1 || length < 2 * window || windows < 2) return channels;

  const together = mixed(channels);
  const starts = [0];
  for (let n = 1; n < windows; n++) {
    const ideal = Math.round((n * (length - window)) / (windows - 1));
    const goesOn = (starts[n - 1] ?? 0) + hop;
    starts.push(n === windows - 1 ? ideal : bestFit(together, goesOn, ideal, { hop, reach: Math.round(TOLERANCE * rate), window }));
  }
  return channels.map((channel) => laid(channel, starts, hop));
}

function mixed(channels: Float32Array<ArrayBuffer>[]): Float32Array<ArrayBuffer> {
  const [first = new Float32Array(), second] = channels;
  return second ? first.map((sample, n) => sample + (second[n] ?? 0)) : first;
}

/** Where a window near `ideal` goes on most like what stands at `goesOn`. */
function bestFit(samples: Float32Array, goesOn: number, ideal: number, within: { hop: number; reach: number; window: number }): number {
  const last = samples.length - within.window;
  // At the rates of music every third sample says as much.
  const step = Math.max(1, Math.floor(within.hop / 240));
  let best = Math.min(ideal, last);
  let most = -Infinity;
  for (let at = Math.max(0, ideal - within.reach); at <= Math.min(last, ideal + within.reach); at += step) {
    let alike = 0;
    for (let n = 0; n < within.hop; n += step) alike += (samples[goesOn + n] ?? 0) * (samples[at + n] ?? 0);
    if (alike > most) [best, most] = [at, alike];
  }
  return best;
}

/** The windows, each faded over into the next. */
function laid(samples: Float32Array, starts: number[], hop: number): Float32Array<ArrayBuffer> {
  const out = new Float32Array((starts.length + 1) * hop);
  const rising = Float32Array.from({ length: hop }, (_, n) => 0.5 - 0.5 * Math.cos((Math.PI * (n + 0.5)) / hop));
  starts.forEach((start, which) => {
    for (let n = 0; n < 2 * hop; n++) {
      const fadesIn = n < hop && which > 0 ? (rising[n] ?? 0) : 1;
      const fadesOut = n >= hop && which < starts.length - 1 ? 1 - (rising[n - hop] ?? 0) : 1;
      const at = which * hop + n;
      out[at] = (out[at] ?? 0) + fadesIn * fadesOut * (samples[start + n] ?? 0);
    }
  });
  return out;
}
