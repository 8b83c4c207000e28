import type { Appearance } from "../ipc";

const systemDark = () => window.matchMedia?.("(prefers-color-scheme: dark)");
let chosen: Appearance = "system";

function show(): void {
  const dark = chosen === "dark" || (chosen === "system" && systemDark()?.matches === true);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

/** Light or dark, or whatever the system has now and later. */
export function useAppearance(appearance: Appearance): void {
  chosen = appearance;
  show();
}

/** Follows the system from here on; call once per window, before anything is shown. */
export function followSystem(): void {
  systemDark()?.addEventListener?.("change", show);
  show();
}
