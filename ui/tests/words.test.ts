import { expect, it } from "vitest";
import { en } from "../src/i18n/en";
import { es } from "../src/i18n/es";
import { hu } from "../src/i18n/hu";
import { en as mainEn } from "../src/i18n/main/en";
import { es as mainEs } from "../src/i18n/main/es";
import { hu as mainHu } from "../src/i18n/main/hu";
import { plural } from "../src/i18n/plural";
import { en as customersEn } from "../src/i18n/customers/en";
import { es as customersEs } from "../src/i18n/customers/es";
import { hu as customersHu } from "../src/i18n/customers/hu";
import { en as settingsEn } from "../src/i18n/settings/en";
import { es as settingsEs } from "../src/i18n/settings/es";
import { hu as settingsHu } from "../src/i18n/settings/hu";
import { en as campaignsEn } from "../src/i18n/campaigns/en";
import { es as campaignsEs } from "../src/i18n/campaigns/es";
import { hu as campaignsHu } from "../src/i18n/campaigns/hu";
import { en as outboxEn } from "../src/i18n/outbox/en";
import { es as outboxEs } from "../src/i18n/outbox/es";
import { hu as outboxHu } from "../src/i18n/outbox/hu";
import { en as reportsEn } from "../src/i18n/reports/en";
import { es as reportsEs } from "../src/i18n/reports/es";
import { hu as reportsHu } from "../src/i18n/reports/hu";
import { en as roomEn } from "../src/i18n/room/en";
import { es as roomEs } from "../src/i18n/room/es";
import { hu as roomHu } from "../src/i18n/room/hu";
import { en as askingEn } from "../src/i18n/asking/en";
import { es as askingEs } from "../src/i18n/asking/es";
import { hu as askingHu } from "../src/i18n/asking/hu";
import { en as findEn } from "../src/i18n/find/en";
import { es as findEs } from "../src/i18n/find/es";
import { hu as findHu } from "../src/i18n/find/hu";
import { en as storyEn } from "../src/i18n/story/en";
import { es as storyEs } from "../src/i18n/story/es";
import { hu as storyHu } from "../src/i18n/story/hu";
import { en as leftEn } from "../src/i18n/left/en";
import { es as leftEs } from "../src/i18n/left/es";
import { hu as leftHu } from "../src/i18n/left/hu";
import { en as notesEn } from "../src/i18n/notes/en";
import { es as notesEs } from "../src/i18n/notes/es";
import { hu as notesHu } from "../src/i18n/notes/hu";
import { en as partsEn } from "../src/i18n/parts/en";
import { es as partsEs } from "../src/i18n/parts/es";
import { hu as partsHu } from "../src/i18n/parts/hu";
import { en as popupEn } from "../src/i18n/popup/en";
import { es as popupEs } from "../src/i18n/popup/es";
import { hu as popupHu } from "../src/i18n/popup/hu";
import { en as reasonsEn } from "../src/i18n/reasons/en";
import { es as reasonsEs } from "../src/i18n/reasons/es";
import { hu as reasonsHu } from "../src/i18n/reasons/hu";

/** Every word with its path; functions are called with telling arguments. */
function sayings(of: object, path = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(of) as [string, unknown][]) {
    const here = path ? `${path}.${key}` : key;
    if (typeof value === "string") found.set(here, value);
    else if (typeof value === "function") found.set(here, String((value as (...args: unknown[]) => unknown)(4711, 4711, 4711, 4711)));
    else for (const [inner, said] of sayings(value as object, here)) found.set(inner, said);
  }
  return found;
}

// Words that really are the same, or that have no letters.
const same = new Set(["VIP", "CSV", "vCard", "4711", "+4711", "no", "English", "Español", "Magyar", "4711 (4711)"]);
const bare = (text: string) => text.replace(/[\d.,\s+\u00a0\u202f]/g, "");

it.each([
  ["es", en, es],
  ["hu", en, hu],
  ["es, parts", partsEn, partsEs],
  ["hu, parts", partsEn, partsHu],
  ["es, card", popupEn, popupEs],
  ["hu, card", popupEn, popupHu],
  ["es, find calls", findEn, findEs],
  ["hu, find calls", findEn, findHu],
  ["es, a call's story", storyEn, storyEs],
  ["hu, a call's story", storyEn, storyHu],
  ["es, left to do", leftEn, leftEs],
  ["hu, left to do", leftEn, leftHu],
  ["es, notes", notesEn, notesEs],
  ["hu, notes", notesEn, notesHu],
  ["es, customers", customersEn, customersEs],
  ["hu, customers", customersEn, customersHu],
  ["es, settings", settingsEn, settingsEs],
  ["hu, settings", settingsEn, settingsHu],
  ["es, main window", mainEn, mainEs],
  ["hu, main window", mainEn, mainHu],
  ["es, campaigns", campaignsEn, campaignsEs],
  ["hu, campaigns", campaignsEn, campaignsHu],
  ["es, outbox", outboxEn, outboxEs],
  ["hu, outbox", outboxEn, outboxHu],
  ["es, reports", reportsEn, reportsEs],
  ["hu, reports", reportsEn, reportsHu],
  ["es, room", roomEn, roomEs],
  ["hu, room", roomEn, roomHu],
  ["es, asking", askingEn, askingEs],
  ["hu, asking", askingEn, askingHu],
  ["es, reasons", reasonsEn, reasonsEs],
  ["hu, reasons", reasonsEn, reasonsHu],
] as [string, object, object][])("%s has every word, and none of them in English", (_, english, other) => {
  const there = sayings(other);
  for (const [path, text] of sayings(english)) {
    const said = there.get(path);
    expect(said, path).toBeTruthy();
    expect(said, path).not.toMatch(/undefined|\[object/);
    if (!same.has(text) && bare(text) !== "") expect(said, path).not.toBe(text);
  }
  expect(there.size).toBe(sayings(english).size);
});

it.each([en, es, hu, ...[mainEn, mainEs, mainHu].flatMap((words) => Object.values(words)), popupEn, popupEs, popupHu, roomEn, roomEs, roomHu] as object[])(
  "what is put into a sentence is in it",
  (words) => {
    for (const [path, value] of Object.entries(words) as [string, unknown][]) {
      if (typeof value === "function") {
        expect(String((value as (n: number) => unknown)(47)).replace(/\D/g, ""), path).toContain("47");
      }
    }
  },
);

/** The sources of all words, as they are written. */
const sources = import.meta.glob<string>("../src/i18n/**/*.ts", { query: "?raw", import: "default", eager: true });

it("counts in words of ours only: a # in a text of others stays", () => {
  const spoken = [
    [customersEn, popupEn],
    [customersEs, popupEs],
    [customersHu, popupHu],
  ] as const;
  for (const [customers, popup] of spoken) {
    expect(customers.imports.remark.titles(2, "List #7")).toContain("List #7");
    expect(popup.setAside.forCall("Shop #7", 1)).toContain("Shop #7");
    expect(popup.setAside.forCall("Shop #7", 3)).toContain("Shop #7");
  }
  expect(Object.keys(sources).length).toBeGreaterThan(30);
  for (const [file, source] of Object.entries(sources)) expect(source, file).not.toMatch(/\b(?:one|other): `[^`]*\$\{/);
});

it("uses a language's own plural forms and figures", () => {
  expect(plural("en", 1, { one: "# call", other: "# calls" })).toBe("1 call");
  expect(plural("en", 12000, { one: "# call", other: "# calls" })).toBe("12,000 calls");
  expect(plural("hu", 3, { other: "# hívás" })).toBe("3 hívás");
  expect(plural("es", 1, { one: "# llamada", other: "# llamadas" })).toBe("1 llamada");
});
