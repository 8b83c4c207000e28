import { mainWords } from "../../i18n/main";

export type Agent = { name: string; extension: string; country: string };

/** What is wrong with what was typed about the agent. */
export function agentFaults({ name, extension }: Agent): Partial<Agent> {
  const words = mainWords().start;
  const found: Partial<Agent> = {};
  if (name.trim() === "") found.name = words.needed;
  if (extension.trim() === "") found.extension = words.needed;
  else if (!/^\d{1,12}$/.test(extension.trim())) found.extension = words.digitsOnly;
  return found;
}
