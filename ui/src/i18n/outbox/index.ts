import type { Language } from "../../ipc";
import { containing } from "../../lib/contained";
import { speech } from "../speech.svelte";
import { type OutboxWords, en } from "./en";
import { es } from "./es";
import { hu } from "./hu";

const words: Record<Language, OutboxWords> = containing({ en, es, hu });

/** The words of the section in the language of the moment. */
export const outboxWords = (): OutboxWords => words[speech.language];
