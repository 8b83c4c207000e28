import { describe, expect, it } from "vitest";
import css from "../src/lib/theme.css?raw";

/** The tokens of one theme, as they are in the style sheet. */
function tokens(selector: string): Map<string, string> {
  const block = css.split(`${selector} {`)[1]?.split("}")[0] ?? "";
  return new Map([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6});/g)].map(([, name, value]) => [name as string, value as string]));
}

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5]
    .map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light = 0, dark = 0] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (light + 0.05) / (dark + 0.05);
}

const states = ["ringing", "connected", "wrapup", "missed", "still"];
const texts: [text: string, ground: string][] = [
  ...["bg", "surface", "surface-2", "surface-hover"].flatMap((ground): [string, string][] => [
    ["text", ground],
    ["text-2", ground],
    ["accent-text", ground],
    ["danger-text", ground],
  ]),
  ["on-accent", "accent"],
  ["on-accent", "accent-hover"],
  ["accent-text", "accent-soft"],
  ["text", "accent-soft"],
  ["text-2", "accent-soft"],
  ...states.map((state): [string, string] => [`${state}-text`, `${state}-soft`]),
  ...states.map((state): [string, string] => [`on-${state}`, state]),
];
// What a control is recognised by, and the ring of the keyboard: 3:1 is asked for.
const shapes: [shape: string, ground: string][] = [
  ...["bg", "surface", "surface-2"].flatMap((ground): [string, string][] => [
    ["line-strong", ground],
    ["accent-text", ground],
  ]),
];

describe.each([
  ["light", ":root"],
  ["dark", ':root[data-theme="dark"]'],
])("%s", (_, selector) => {
  const theme = tokens(selector);
  const of = (name: string) => theme.get(name) ?? expect.fail(`no token --${name} in ${selector}`);

  it.each(texts)("%s on %s is at least 4.5:1", (text, ground) => {
    expect(contrast(of(text), of(ground))).toBeGreaterThanOrEqual(4.5);
  });
  it.each(shapes)("%s on %s is at least 3:1", (shape, ground) => {
    expect(contrast(of(shape), of(ground))).toBeGreaterThanOrEqual(3);
  });
});

it("both themes have the same tokens", () => {
  expect([...tokens(":root").keys()].sort()).toEqual([...tokens(':root[data-theme="dark"]').keys()].sort());
});
