import type { Language } from "../../ipc";
import { containing } from "../../lib/contained";
import { speech } from "../speech.svelte";
import { type NotesWords, en } from "./en";
import { es } from "./es";
import { hu } from "./hu";

const words: Record<Language, NotesWords> = containing({ en, es, hu });

/** The words of notes in the language of the moment. */
export const notesWords = (): NotesWords => words[speech.language];
