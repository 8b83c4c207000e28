import { untrack } from "svelte";
import { forms } from "./forms.svelte";

/**
 * Keeps what is typed in a form as long as it is on the screen. `typed` is `null` where nothing is to be kept; what was
 * kept before goes only once the form has had something, so that one which is not filled yet takes nothing away.
 */
export function keepTyped(form: () => { place: string; typed: unknown }): void {
  let had: string | null = null;
  $effect(() => {
    const { place, typed } = form();
    if (typed === null && had !== place) return;
    had = typed === null ? null : place;
    untrack(() => forms().type(place, typed));
  });
}
