import type { PushBecame } from "../../ipc";
import type { SettingsWords } from "../../i18n/settings/en";
import { never } from "../frame/route";
import { contained } from "../../lib/contained";

/** Whether the PBX was told that its push was taken. */
export function isTaken(became: PushBecame): boolean {
  switch (became.kind) {
    case "new_call":
    case "known_call":
    case "repeated":
    case "nothing":
    case "too_old":
      return true;
    case "key_missing":
    case "key_wrong":
    case "unreadable":
    case "too_large":
    case "cut":
    case "throttled":
    case "address_not_allowed":
    case "foreign_name":
    case "not_taken":
    case "not_set_up":
    case "not_kept":
      return false;
    default:
      return never(became);
  }
}

/** What became of a push, in words. */
export function saidOf(became: PushBecame, words: SettingsWords["pushes"]): string {
  const said = words.became[became.kind];
  return became.kind === "unreadable" || became.kind === "not_set_up" ? `${said}: ${contained(became.detail)}` : said;
}
