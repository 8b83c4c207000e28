import type { Language } from "../../ipc";
import { containing } from "../../lib/contained";
import { speech } from "../speech.svelte";
import { type CustomersWords, en } from "./en";
import { es } from "./es";
import { hu } from "./hu";

const words: Record<Language, CustomersWords> = containing({ en, es, hu });

/** The words of the Customers section in the language of the moment. */
export const customersWords = (): CustomersWords => words[speech.language];
