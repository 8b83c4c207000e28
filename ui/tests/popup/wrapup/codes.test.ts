import { expect, it } from "vitest";
import type { CodeTree, TreeCode } from "../../../src/ipc";
import { findCode, needsSecond, searchSecond, searchTree, secondOf } from "../../../src/popup/wrapup/codes";
import { foldedWords } from "../../../src/lib/fold";

const code = (code: string, label: string, more: Partial<TreeCode> = {}): TreeCode => ({
  code,
  label,
  key: null,
  second: [],
  second_required: false,
  comment_required: false,
  do_not_call: false,
  call_back: false,
  ...more,
});
const refused = code("3", "Elutasította", { second: [{ code: "31", label: "Túl drága" }] });
const tree: CodeTree = { first: [code("1", "Érdeklődik"), code("2", "No llamar más"), refused], second: [], second_required: false };

// The same table as in `ringcard-core`: both find the same.
it.each([
  ["erdek", "1"],
  ["ÉRDEKLŐDIK", "1"],
  ["mas llamar", "2"],
  ["2", "2"],
  ["elut", "3"],
  ["lamar", undefined],
  ["llamar nunca", undefined],
  ["", undefined],
  [" -.! ", undefined],
])("“%s” finds %s", (typed, expected) => expect(searchTree(tree, typed)[0]?.first.code).toBe(expected));

it("finds a second code with its first, and only there", () => {
  expect(searchTree(tree, "draga")).toEqual([{ first: refused, second: refused.second[0] }]);
  expect(searchSecond(tree, refused, "tul")).toHaveLength(1);
});

it("reads letters with a stroke as they are typed", () => {
  expect(foldedWords("Straße ŁÓDŹ Øre İzmir")).toEqual(["strasse", "lodz", "ore", "izmir"]);
});

it("offers a code's own second level before the one that all share", () => {
  const shared: CodeTree = { ...tree, second: [{ code: "x", label: "All" }], second_required: true };
  const [first] = shared.first;
  if (!first) throw new Error("BUG: the tree has codes");
  expect(secondOf(shared, first).map(({ code }) => code)).toEqual(["x"]);
  expect(needsSecond(shared, first)).toBe(true);
  expect(secondOf(shared, refused).map(({ code }) => code)).toEqual(["31"]);
  expect(needsSecond(shared, refused)).toBe(false);
  expect(needsSecond({ ...tree, second_required: true }, first)).toBe(false);
  expect(findCode(tree, "9")).toBeNull();
});
