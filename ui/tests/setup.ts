import { afterEach } from "vitest";
import { forgetForms } from "../src/main/drafts/forms.svelte";
import { speech } from "../src/i18n/speech.svelte";

// One window, one language: a test must not hear the language of the test before it.
afterEach(() => {
  forgetForms();
  if (typeof document !== "undefined") speech.use("en", "HU");
});
