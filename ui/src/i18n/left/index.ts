import type { Language } from "../../ipc";
import { containing } from "../../lib/contained";
import { speech } from "../speech.svelte";
import { type LeftWords, en } from "./en";
import { es } from "./es";
import { hu } from "./hu";

const words: Record<Language, LeftWords> = containing({ en, es, hu });

/** The words of the list in the language of the moment. */
export const leftWords = (): LeftWords => words[speech.language];
