import type { Language } from "../../ipc";
import { containing } from "../../lib/contained";
import { speech } from "../speech.svelte";
import { type SettingsWords, en } from "./en";
import { es } from "./es";
import { hu } from "./hu";

const words: Record<Language, SettingsWords> = containing({ en, es, hu });

/** The words of Settings in the language of the moment. */
export const settingsWords = (): SettingsWords => words[speech.language];
