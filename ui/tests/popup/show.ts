import { render, waitFor } from "@testing-library/svelte";
import { expect } from "vitest";
import { type Language, useBackend } from "../../src/ipc";
import { Fake } from "../../src/ipc/fake";
import Popup from "../../src/popup/Popup.svelte";
// What the page loads later is read here: how long a test runner takes to read a file for the first time says nothing of the page.
import "../../src/lib/parts/Parts.svelte";
import "../../src/lib/private/PrivateCall.svelte";
import "../../src/popup/Heard.svelte";
import "../../src/popup/NoteField.svelte";
import "../../src/popup/PhoneTrouble.svelte";
import "../../src/popup/RecordingPause.svelte";
import "../../src/popup/SetAside.svelte";
import "../../src/popup/asked/Asked.svelte";
import "../../src/popup/due/Due.svelte";
import "../../src/popup/wrapup/WrapUp.svelte";

/** Monday, 3 November 2025, 14:05 in Budapest. */
export const NOW = Date.UTC(2025, 10, 3, 13, 5);

export type Shown = { fake: Fake; page: HTMLElement; text: () => string };

/** The popup's page as it is once its code listens. */
export async function showPopup(scenario: string, wish: { language?: Language; keyboard?: boolean; prepare?: (fake: Fake) => void } = {}): Promise<Shown> {
  const fake = new Fake(scenario, Date.now());
  wish.prepare?.(fake);
  fake.pop.language = wish.language ?? "en";
  fake.pop.has_keyboard = wish.keyboard ?? false;
  useBackend(fake);
  document.title = "Ringcard call";
  const { container } = render(Popup);
  await waitFor(() => expect(fake.argsOf("popup_ready")).toHaveLength(1));
  return { fake, page: container, text: () => (container.textContent ?? "").replace(/\s+/g, " ").trim() };
}
