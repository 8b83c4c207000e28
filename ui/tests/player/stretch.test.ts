import { describe, expect, it } from "vitest";
import { stretch } from "../../src/lib/player/stretch";
import { tone } from "./sounds";

const rate = 8000;
const one = (samples: Float32Array<ArrayBuffer>, speed: number) => stretch([samples], speed, rate)[0] ?? new Float32Array();
const rms = (samples: Float32Array) => Math.sqrt(samples.reduce((sum, one) => sum + one * one, 0) / samples.length);
/** How often it crosses zero upwards in a second: the pitch of a tone. */
function pitch(samples: Float32Array): number {
  let crossings = 0;
  for (let n = 1; n < samples.length; n++) if ((samples[n - 1] ?? 0) < 0 && (samples[n] ?? 0) >= 0) crossings++;
  return (crossings * rate) / samples.length;
}

describe("a voice at another speed", () => {
  it.each([0.75, 1.25, 1.5, 2])("takes its time at %f, with the pitch and the loudness it has", (speed) => {
    const heard = one(tone(220, rate, rate), speed);
    expect(heard.length / (rate / speed)).toBeCloseTo(1, 1);
    expect(pitch(heard) / 220).toBeCloseTo(1, 1);
    expect(rms(heard) / rms(tone(220, rate, rate))).toBeCloseTo(1, 1);
  });

  it("joins with what comes after it", () => {
    const whole = tone(220, rate, 2 * rate);
    const [first, second] = [one(whole.slice(0, rate), 1.5), one(whole.slice(rate), 1.5)];
    const jump = Math.abs((first.at(-1) ?? 0) - (second[0] ?? 0));
    const widest = 0.5 * 2 * Math.PI * (220 / rate);
    expect(jump).toBeLessThanOrEqual(widest * 1.01);
  });

  it("is itself at its own speed, and where it is too short to be moved", () => {
    const samples = tone(220, rate, rate);
    expect(one(samples, 1)).toBe(samples);
    const short = tone(220, rate, 50);
    expect(one(short, 2)).toBe(short);
    expect(one(new Float32Array(), 2)).toHaveLength(0);
  });

  it("moves both voices alike", () => {
    const [first, second] = stretch([tone(220, rate, rate), tone(220, rate, rate).map((n) => -n)], 1.5, rate);
    expect(second).toEqual(first?.map((n) => 0 - n));
  });
});
