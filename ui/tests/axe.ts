import axe from "axe-core";

// Once per screen, in English: it looks at what elements are and whether they have a name, not at which words these are.

// Colour contrast needs a painted page: contrast.test.ts computes it from the tokens.
const WINDOW = { "color-contrast": { enabled: false } };
// A part shown alone has no landmarks around it: the window's own tests look for those.
const PART = { ...WINDOW, region: { enabled: false } };

/** What axe finds in the whole page. */
export const faultsOfWindow = () => faultsIn(document, WINDOW);

/** The same of a window without anything in it: it may lack what a page is advised to have. */
export const faultsOfNothing = () => faultsIn(document, WINDOW, ({ tags }) => !tags.includes("best-practice"));

/** What axe finds in a part of the window. */
export const faultsOfPart = (page: HTMLElement) => faultsIn(page.ownerDocument.body, PART);

/** Only what is wrong, and nothing fetched: it reads every element's computed style, which costs seconds as it is. */
async function faultsIn(what: Document | HTMLElement, rules: axe.RuleObject, counts: (fault: axe.Result) => boolean = () => true): Promise<string[]> {
  const { violations } = await axe.run(what, { rules, resultTypes: ["violations"], preload: false, iframes: false });
  return violations.filter(counts).map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
}
