import type { Language } from "../../ipc";
import { containing } from "../../lib/contained";
import { speech } from "../speech.svelte";
import { type RecordingsWords, en } from "./en";
import { es } from "./es";
import { hu } from "./hu";

const words: Record<Language, RecordingsWords> = containing({ en, es, hu });

/** The words of recordings in the language of the moment. */
export const recordingsWords = (): RecordingsWords => words[speech.language];
