import type { Language } from "../ipc";
import { type Words, en } from "./en";
import { es } from "./es";
import { hu } from "./hu";
import { containing } from "../lib/contained";

const words: Record<Language, Words> = containing({ en, es, hu });

/** The language everything is said in. One for a window; setting it changes every word at once. */
class Speech {
  language = $state<Language>("en");
  country = $state("HU");

  get words(): Words {
    return words[this.language];
  }

  /** For dates and numbers. English without a country of its own reads days before months, as most of the world does. */
  get locale(): string {
    const { language, country } = this;
    switch (language) {
      case "en":
        return country === "US" ? "en-US" : "en-GB";
      case "es":
        return /^[A-Z]{2}$/.test(country) ? `es-${country}` : "es";
      case "hu":
        return "hu-HU";
    }
  }

  use(language: Language, country: string): void {
    this.language = language;
    this.country = country;
    document.documentElement.lang = language;
  }
}

export const speech = new Speech();
