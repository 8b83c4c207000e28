import type { CodeTree, DispositionCode, TreeCode } from "../../ipc";
import { foldedWords } from "../../lib/fold";

/** Reading a code tree, as `ringcard-core::codes` does. */

/** More than fit on the card. */
const MOST_HITS = 50;

export function findCode(tree: CodeTree, code: string | null): TreeCode | null {
  return tree.first.find((known) => known.code === code) ?? null;
}

/** What is offered behind a first code. */
export function secondOf(tree: CodeTree, code: TreeCode): DispositionCode[] {
  return code.second.length > 0 ? code.second : tree.second;
}

export function needsSecond(tree: CodeTree, code: TreeCode): boolean {
  const required = code.second.length > 0 ? code.second_required : tree.second_required;
  return required && secondOf(tree, code).length > 0;
}

/** A code to choose, or one of the second level with its first. */
export type Hit = { first: TreeCode; second: DispositionCode | null };

/**
 * The codes in which every typed word begins a word, whatever its accents and case. First codes come first. A second
 * level that all codes share is not looked through: each of its codes would be found once for every first code.
 */
export function searchTree(tree: CodeTree, typed: string): Hit[] {
  const words = foldedWords(typed);
  if (words.length === 0) return [];
  const first = tree.first.filter((code) => says(code, words)).map((code): Hit => ({ first: code, second: null }));
  const second = tree.first.flatMap((code) => code.second.filter((one) => says(one, words)).map((one): Hit => ({ first: code, second: one })));
  return [...first, ...second].slice(0, MOST_HITS);
}

/** The same in the second level of one code. */
export function searchSecond(tree: CodeTree, first: TreeCode, typed: string): Hit[] {
  const words = foldedWords(typed);
  const found = words.length === 0 ? [] : secondOf(tree, first).filter((one) => says(one, words));
  return found.slice(0, MOST_HITS).map((second) => ({ first, second }));
}

function says({ code, label }: DispositionCode, typed: string[]): boolean {
  const words = [...foldedWords(code), ...foldedWords(label)];
  return typed.every((one) => words.some((word) => word.startsWith(one)));
}
