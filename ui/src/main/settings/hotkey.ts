/** Keys with a modifier, as the settings file has them: `Ctrl+Alt+Space`. `null` while only modifiers are down. */
export function hotkeyOf(event: Pick<KeyboardEvent, "key" | "code" | "ctrlKey" | "altKey" | "shiftKey" | "metaKey">): string | null {
  const modifiers = [event.ctrlKey && "Ctrl", event.altKey && "Alt", event.shiftKey && "Shift", event.metaKey && "Super"].filter((one) => one !== false);
  const key = keyName(event.code);
  // A bare letter would be taken from every other program; function keys are nobody's.
  if (key === null || (modifiers.length === 0 && !/^F\d+$/.test(key))) return null;
  return [...modifiers, key].join("+");
}

/** By the place on the keyboard: what Alt or Shift makes of a letter is not part of it. */
function keyName(code: string): string | null {
  const named = /^(?:Key([A-Z])|Digit(\d)|(F\d{1,2}|Space|Home|End|PageUp|PageDown|Insert|Delete|Pause|Arrow(?:Up|Down|Left|Right)))$/.exec(code);
  return named ? (named[1] ?? named[2] ?? named[3] ?? null) : null;
}
