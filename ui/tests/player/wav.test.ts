import { describe, expect, it } from "vitest";
import { bytesOf, readSound, samplesOf } from "../../src/lib/player/wav";
import { wav } from "./sounds";

const read = (file: ArrayBuffer) => readSound(new DataView(file), file.byteLength);

describe("the beginning of a file", () => {
  it("says how fast, how many voices and how long", () => {
    const file = wav({ rate: 8000, channels: 2, frames: 100 });
    expect(read(file)).toEqual({ rate: 8000, channels: 2, begins: 44, frames: 100 });
  });

  it("may have other parts before its sound", () => {
    const file = wav({ rate: 16_000, channels: 1, frames: 10, before: [{ name: "LIST", bytes: 7 }] });
    expect(read(file)).toEqual({ rate: 16_000, channels: 1, begins: 44 + 16, frames: 10 });
  });

  it("may say a length that is not there", () => {
    const file = wav({ rate: 8000, channels: 1, frames: 10, said: 0xffffffff });
    expect(read(file)?.frames).toBe(10);
  });

  it.each([
    ["nothing", new ArrayBuffer(0)],
    ["a page", new TextEncoder().encode("<html>  <body> sign in </body></html>").buffer],
    ["another coding", wav({ rate: 8000, channels: 1, frames: 10, kind: 6 })],
    ["nine voices", wav({ rate: 8000, channels: 9, frames: 10 })],
    ["no speed", wav({ rate: 0, channels: 1, frames: 10 })],
    ["half of it", wav({ rate: 8000, channels: 1, frames: 10 }).slice(0, 30)],
  ])("that is %s is nothing to play", (_, file) => expect(read(file)).toBeNull());
});

it("gives each voice its own samples", () => {
  const piece = Int16Array.of(0, 16_384, -32_768, 0).buffer;
  expect(samplesOf(piece, 2)).toEqual([Float32Array.of(0, -1), Float32Array.of(0.5, 0)]);
  expect(bytesOf({ rate: 8000, channels: 2, begins: 44, frames: 100 }, 90, 50)).toEqual({ from: 44 + 360, to: 44 + 400 });
});
