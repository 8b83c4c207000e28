import { type AST, parse } from "svelte/compiler";
import { describe, expect, it } from "vitest";
import { customersWords } from "../src/i18n/customers";
import { popupWords } from "../src/i18n/popup";
import { speech } from "../src/i18n/speech.svelte";
import { beside, contained } from "../src/lib/contained";
import theme from "../src/lib/theme.css?raw";

const SARAH = "שרה כהן";
const MUHAMMAD = "محمد بن سلمان";

describe("a text in a sentence", () => {
  it.each(["María López", "Kovács Ágnes", "Мария", "李小龙", "O’Neill & Sons (VIP)", "+36 30 555 0102", "👩‍💻", "1\u202f234"])("leaves %s as it is", (name) => {
    expect(contained(name)).toBe(name);
  });

  it.each([SARAH, MUHAMMAD, "علی\u200cرضا"])("has %s stand by itself, and whole", (name) => {
    expect(contained(name)).toBe(`\u2068${name}\u2069`);
    expect(contained(contained(name))).toBe(contained(name));
  });

  it.each([..."\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200b\ufeff\u2060"])("loses what steers or hides (%j)", (hidden) => {
    expect(contained(`Ma${hidden}ría`)).toBe("María");
    expect(contained(`${hidden}${SARAH}${hidden}`)).toBe(`\u2068${SARAH}\u2069`);
  });

  it("is one line, and no heap of marks", () => {
    expect(contained("a\nb\u2029c\u0007d")).toBe("a b cd");
    expect(contained(`Z${"\u0301\u0323".repeat(40)}algo`)).toBe(`Z${"\u0301\u0323".repeat(3)}algo`);
  });

  it("is contained by every sentence of every language", () => {
    expect(customersWords().card.created(SARAH)).toBe(`\u2068${SARAH}\u2069 was created.`);
    for (const language of ["en", "es", "hu"] as const) {
      speech.use(language, "HU");
      const said = popupWords().setAside.forNumberBy("\u202eaíraM", MUHAMMAD, "14:05");
      expect(said).not.toContain("\u202e");
      expect(said).toContain("aíraM");
      expect(said).toContain(`\u2068${MUHAMMAD}\u2069`);
    }
  });

  it("stands beside others without turning them", () => {
    expect(beside([SARAH, null, "", "\u202eAcme", "+36 30 555 0102"])).toBe(`\u2068${SARAH}\u2069 · Acme · +36 30 555 0102`);
  });
});

it("reads every element of a page by itself", () => {
  expect(theme).toMatch(/\n\* \{\n {2}unicode-bidi: plaintext;\n\}/);
  expect(theme).toMatch(/text-align: left;/);
});

/** Words of ours, numbers and times: they turn nothing. What they are given is contained on the way in. */
const OURS =
  /^(?:\w*[wW]ords\b|said\b|form\b|cols\b|known\b|say[A-Z]\w*\(|(?:n|count|when|time|until|plural)\(|"[^"]*"$|.*\b(?:contained|beside)\(|problem\.\w+|name$|folder$|speech\.words\b|job\.stopping \?|one\.state\b|desk\.do_not_disturb \?)/;

type Node = AST.Fragment["nodes"][number];

/** What stands beside each other in one element, whatever blocks are around it. */
const inLine = (nodes: Node[]): Node[] =>
  nodes.flatMap((node) => {
    switch (node.type) {
      case "IfBlock":
        return [...inLine(node.consequent.nodes), ...inLine(node.alternate?.nodes ?? [])];
      case "EachBlock":
        return [...inLine(node.body.nodes), ...inLine(node.body.nodes)];
      case "KeyBlock":
        return inLine(node.fragment.nodes);
      case "SnippetBlock":
        return [];
      default:
        return [node];
    }
  });

function* fragments(node: unknown): Generator<AST.Fragment> {
  if (typeof node !== "object" || node === null) return;
  if ("type" in node && node.type === "Fragment") yield node as AST.Fragment;
  for (const [key, inner] of Object.entries(node)) if (key !== "expression" && key !== "metadata") yield* fragments(inner);
}

const components = import.meta.glob<string>("../src/**/*.svelte", { query: "?raw", import: "default", eager: true });

it.each(Object.entries(components))("no text of others shares its element with other text: %s", (_, source) => {
  const loose = [...fragments(parse(source, { modern: true }).fragment)].flatMap(({ nodes }) => {
    const texts = inLine(nodes).filter((node) => node.type === "ExpressionTag" || (node.type === "Text" && node.data.trim() !== ""));
    if (texts.length < 2) return [];
    return texts.flatMap((node) => (node.type === "ExpressionTag" ? [source.slice(node.start + 1, node.end - 1).trim()] : []));
  });
  expect(loose.filter((said) => !OURS.test(said))).toEqual([]);
});
