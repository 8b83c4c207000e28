/** What a key means where a number is asked about. */
export type Meaning = "no" | "press" | "next" | "previous" | "text" | null;

/**
 * Everything that writes or deletes is somebody's text and was meant for another window: a space too, though it would press
 * a button elsewhere. Keys with Ctrl, Alt or Meta belong to the system, or to the rows of calls.
 */
export function meaningOf(event: KeyboardEvent): Meaning {
  const { key, ctrlKey, altKey, metaKey } = event;
  if (event.isComposing || key === "Dead" || key === "Process" || key === "Unidentified") return "text";
  // AltGr writes characters.
  const writes = key.length === 1 && (event.getModifierState?.("AltGraph") || !(ctrlKey || altKey || metaKey));
  if (writes) return "text";
  if (ctrlKey || altKey || metaKey) return key === "Enter" ? "text" : null;
  switch (key) {
    case "Escape":
      return "no";
    case "Enter":
      return "press";
    case "Backspace":
    case "Delete":
      return "text";
    case "ArrowRight":
    case "ArrowDown":
      return "next";
    case "ArrowLeft":
    case "ArrowUp":
      return "previous";
    default:
      return null;
  }
}
