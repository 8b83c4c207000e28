import type { Language } from "../../ipc";
import { containing } from "../../lib/contained";
import { speech } from "../speech.svelte";
import { type PartsWords, en } from "./en";
import { es } from "./es";
import { hu } from "./hu";

const words: Record<Language, PartsWords> = containing({ en, es, hu });

/** The words of what other systems say in the language of the moment. */
export const partsWords = (): PartsWords => words[speech.language];
