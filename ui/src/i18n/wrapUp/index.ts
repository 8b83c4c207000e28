import type { Language } from "../../ipc";
import { containing } from "../../lib/contained";
import { speech } from "../speech.svelte";
import { type WrapUpWords, en } from "./en";
import { es } from "./es";
import { hu } from "./hu";

const words: Record<Language, WrapUpWords> = containing({ en, es, hu });

/** The words of a wrap-up in the language of the moment. */
export const wrapUpWords = (): WrapUpWords => words[speech.language];
