import { screen } from "@testing-library/svelte";
import type { Language, WrapUpDraft, WrapUpView } from "../../../src/ipc";
// The page loads it after the cards; loaded here already, no test waits for a busy machine to read it.
import "../../../src/popup/wrapup/WrapUp.svelte";
import { type Shown, showPopup } from "../show";

/** The popup with a wrap-up in front. */
export async function showWrapUp(scenario: string, wish: { language?: Language; keyboard?: boolean } = {}): Promise<Shown> {
  const shown = await showPopup(scenario, wish);
  await screen.findByRole("radiogroup");
  return shown;
}

/** The only one, as the back end has it. */
export function wrapUpOf({ fake }: Shown): WrapUpView {
  const [only] = fake.pop.wrap_ups;
  if (!only) throw new Error("nothing is in wrap-up");
  return only;
}

export function showDraft(shown: Shown, change: Partial<WrapUpDraft>): void {
  const one = wrapUpOf(shown);
  shown.fake.showPop({ wrap_ups: [{ ...one, draft: { ...one.draft, ...change } }] });
}

export const comment = () => screen.getByRole<HTMLTextAreaElement>("textbox", { name: /^(Comment|Comentario|Megjegyzés)/ });
/** Whatever was on its way has arrived. */
export const settled = () => new Promise((done) => setTimeout(done));
