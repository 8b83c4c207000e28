/** What a key means on the card. */
export type Key =
  | { key: "give_back" }
  | { key: "next" }
  | { key: "previous" }
  | { key: "choose"; index: number }
  | { key: "move"; by: 1 | -1 };

/** Only bare keys: with Ctrl, Alt or Meta they belong to the system. */
export function readKey(event: KeyboardEvent): Key | null {
  if (event.ctrlKey || event.altKey || event.metaKey) return null;
  switch (event.key) {
    case "Escape":
      return { key: "give_back" };
    case "ArrowRight":
      return { key: "next" };
    case "ArrowLeft":
      return { key: "previous" };
    case "ArrowDown":
      return { key: "move", by: 1 };
    case "ArrowUp":
      return { key: "move", by: -1 };
  }
  return /^[1-9]$/.test(event.key) ? { key: "choose", index: Number(event.key) - 1 } : null;
}

/** Nothing on the card holds the keyboard any more: a stray Enter must not press anything. */
export function letGo(root: HTMLElement): void {
  if (document.activeElement instanceof HTMLElement && root.contains(document.activeElement)) document.activeElement.blur();
}

/** Moves the keyboard to the next or previous button, round the corner at both ends. */
export function moveFocus(root: HTMLElement, by: 1 | -1): void {
  const buttons = [...root.querySelectorAll<HTMLElement>("button:not(:disabled)")];
  const at = buttons.indexOf(document.activeElement as HTMLElement);
  const next = at === -1 ? (by === 1 ? 0 : buttons.length - 1) : (at + by + buttons.length) % buttons.length;
  buttons[next]?.focus();
}

/** Where the keyboard arrives: the first choice, or the button an agent most likely wants. */
export function focusFirst(root: HTMLElement): void {
  const wanted = root.querySelector<HTMLElement>("[data-card] ol button, [data-card] button.primary, [data-card] .acts button");
  (wanted ?? root.querySelector<HTMLElement>("button"))?.focus();
}
