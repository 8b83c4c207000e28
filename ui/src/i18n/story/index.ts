import type { Language } from "../../ipc";
import { containing } from "../../lib/contained";
import { speech } from "../speech.svelte";
import { type StoryWords, en } from "./en";
import { es } from "./es";
import { hu } from "./hu";

const words: Record<Language, StoryWords> = containing({ en, es, hu });

/** The words of a call's story in the language of the moment. */
export const storyWords = (): StoryWords => words[speech.language];
