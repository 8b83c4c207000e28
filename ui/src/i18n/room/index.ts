import type { Language } from "../../ipc";
import { containing } from "../../lib/contained";
import { speech } from "../speech.svelte";
import { type RoomWords, en } from "./en";
import { es } from "./es";
import { hu } from "./hu";

const words: Record<Language, RoomWords> = containing({ en, es, hu });

/** Why another system takes not what was typed, in the language of the moment. */
export const roomWords = (): RoomWords => words[speech.language];
