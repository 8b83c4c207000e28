import type { Language } from "../../ipc";
import { type ReasonWords, en } from "./en";
import { es } from "./es";
import { hu } from "./hu";

export const words: Record<Language, ReasonWords> = { en, es, hu };
