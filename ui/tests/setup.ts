import { afterEach, beforeAll } from "vitest";
import { forgetForms } from "../src/main/drafts/forms.svelte";
import { learnReasons } from "../src/i18n/reasons/index.svelte";
import { speech } from "../src/i18n/speech.svelte";

// A page learns them when it begins.
beforeAll(learnReasons);

// One window, one language: a test must not hear the language of the test before it.
afterEach(() => {
  forgetForms();
  if (typeof document !== "undefined") speech.use("en", "HU");
});
