import type { Connection } from "../ipc";
import { ownPhoneWords } from "../i18n/ownPhone";
import { speech } from "../i18n/speech.svelte";
import type { IconName } from "./icons";
import { ownPhone } from "./ownPhone.svelte";

/** What is wrong with the agent's own phone, said where a number is called; empty where there is nothing to say. */
export const sayOwnPhone = (): string => (ownPhone.trouble === null ? "" : (ownPhoneWords[speech.language][ownPhone.trouble] ?? ""));

/** On buttons that call: seen before they are pressed. */
export const callIcon = (): IconName => (sayOwnPhone() === "" ? "phone" : "warning");

/** A button's name, and what is wrong. */
export const besideOwnPhone = (name: string): string => [name, sayOwnPhone()].filter(Boolean).join(". ");

export function hearOfOwnPhone(connections: readonly Connection[]): void {
  const state = connections.find(({ name }) => name === "phone")?.state;
  ownPhone.trouble = state?.kind === "trouble" ? state.code : null;
}
