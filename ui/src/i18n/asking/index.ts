import type { Language } from "../../ipc";
import { speech } from "../speech.svelte";
import { type AskingWords, en } from "./en";
import { es } from "./es";
import { hu } from "./hu";

const words: Record<Language, AskingWords> = { en, es, hu };

/** What is asked before a number is dialled, in the language of the moment. */
export const askingWords = (): AskingWords => words[speech.language];
