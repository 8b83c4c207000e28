import type { Language } from "../../ipc";
import { containing } from "../../lib/contained";
import { speech } from "../speech.svelte";
import { type PrivateWords, en } from "./en";
import { es } from "./es";
import { hu } from "./hu";

const words: Record<Language, PrivateWords> = containing({ en, es, hu });

/** The words of private calls in the language of the moment. */
export const privateWords = (): PrivateWords => words[speech.language];
