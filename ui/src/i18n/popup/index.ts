import type { Language } from "../../ipc";
import { speech } from "../speech.svelte";
import { type PopupWords, en } from "./en";
import { es } from "./es";
import { hu } from "./hu";

const words: Record<Language, PopupWords> = { en, es, hu };

/** The card's words in the language of the moment. */
export const popupWords = (): PopupWords => words[speech.language];
