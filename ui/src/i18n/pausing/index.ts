import type { Language } from "../../ipc";
import { containing } from "../../lib/contained";
import { speech } from "../speech.svelte";
import { type PausingWords, en } from "./en";
import { es } from "./es";
import { hu } from "./hu";

const words: Record<Language, PausingWords> = containing({ en, es, hu });

/** The words of a recording that can be paused, in the language of the moment. */
export const pausingWords = (): PausingWords => words[speech.language];
