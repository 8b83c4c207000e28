import { SvelteMap } from "svelte/reactivity";
import { type CustomerNumber, call as command } from "../ipc";
import { speech } from "../i18n/speech.svelte";

/** More numbers than any list has on the screen; then it is begun anew. */
const MOST = 2000;

/** How numbers are written, as the reader said. */
const said = new SvelteMap<string, string>();
const asked = new Set<string>();

/**
 * A customer's number as it is shown everywhere: the reader's way of writing it. Until it answers, and where there is no
 * number in it, as it was written.
 */
export function shownNumber({ party, written }: CustomerNumber): string {
  if (party?.kind === "internal") return speech.words.common.extension(party.digits);
  if (party?.kind !== "outside") return written;
  const shown = said.get(party.e164);
  if (shown === undefined) ask(party.e164);
  const extension = party.extension ? ` · ${speech.words.common.extension(party.extension)}` : "";
  return (shown ?? written) + (shown === undefined ? "" : extension);
}

function ask(e164: string): void {
  if (asked.has(e164)) return;
  if (asked.size >= MOST) asked.clear();
  asked.add(e164);
  command("read_number", { text: e164 }).then(
    ({ reading }) => {
      if (reading.kind !== "number") return;
      // What is forgotten can be asked again.
      if (said.size >= MOST) forgetShownNumbers();
      said.set(e164, reading.number.display);
    },
    () => asked.delete(e164),
  );
}

/** Begins anew; for tests, and where numbers are written otherwise from now on. */
export function forgetShownNumbers(): void {
  said.clear();
  asked.clear();
}
