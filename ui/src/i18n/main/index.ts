import type { Language } from "../../ipc";
import { containing } from "../../lib/contained";
import { speech } from "../speech.svelte";
import { type MainWords, en } from "./en";
import { es } from "./es";
import { hu } from "./hu";

const words: Record<Language, MainWords> = containing({ en, es, hu });

/** The main window's words in the language of the moment. */
export const mainWords = (): MainWords => words[speech.language];
