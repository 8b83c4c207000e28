import type { Language } from "../../ipc";
import { containing } from "../../lib/contained";
import { speech } from "../speech.svelte";
import { type FindWords, en } from "./en";
import { es } from "./es";
import { hu } from "./hu";

const words: Record<Language, FindWords> = containing({ en, es, hu });

/** The words of the search in the language of the moment. */
export const findWords = (): FindWords => words[speech.language];
