/** What a key means on the card. */
export type Key =
  | { key: "give_back" }
  | { key: "next" }
  | { key: "previous" }
  | { key: "choose"; index: number }
  | { key: "move"; by: 1 | -1 }
  /** One key for each row of the stack, also while something is typed. */
  | { key: "row"; index: number };

/** Fields that keys are typed into, or that have a use of their own for digits and arrows. */
const TYPED_INTO = 'textarea, select, input:not([type="checkbox"], [type="radio"])';

/** Whether keys at this place are somebody's text. */
export function isTyping(target: EventTarget | null): target is HTMLElement {
  return target instanceof HTMLElement && target.matches(TYPED_INTO);
}

/** How the key of a row is written. */
export const rowKey = (index: number): string | null => (index < 9 ? `Ctrl+${index + 1}` : null);

/** *Undo*, as everywhere; in a text it belongs to the text. */
export function isUndo(event: KeyboardEvent): boolean {
  const { key, ctrlKey, metaKey, shiftKey, altKey, repeat } = event;
  return (ctrlKey || metaKey) && !shiftKey && !altKey && !repeat && !event.isComposing && key.toLowerCase() === "z" && !isTyping(event.target);
}

/** Only bare keys: with Alt or Meta they belong to the system, and in a text to the text. With Ctrl there are the rows. */
export function readKey(event: KeyboardEvent): Key | null {
  const digit = /^[1-9]$/.test(event.key) ? event.key : /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
  if (digit !== undefined && event.ctrlKey && !event.altKey && !event.metaKey && !event.shiftKey) return { key: "row", index: Number(digit) - 1 };
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) return null;
  if (event.key === "Escape") return { key: "give_back" };
  if (isTyping(event.target) || (event.key.startsWith("Arrow") && isRadio(event.target))) return null;
  switch (event.key) {
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

/** Arrows go from one to the next by themselves. */
function isRadio(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input[type="radio"]');
}

/** Nothing on the card holds the keyboard any more: a stray Enter must not press anything. */
export function letGo(root: HTMLElement): void {
  if (document.activeElement instanceof HTMLElement && root.contains(document.activeElement)) document.activeElement.blur();
}

/** The keyboard is on the card and on nothing that a key would press. */
export function park(root: HTMLElement): void {
  const card = root.querySelector<HTMLElement>("[data-card]");
  if (card) card.focus();
  else letGo(root);
}

/** Moves the keyboard to the next or previous button or field, round the corner at both ends. */
export function moveFocus(root: HTMLElement, by: 1 | -1): void {
  const stops = [...root.querySelectorAll<HTMLElement>(":is(button, input, textarea, select):not(:disabled)")];
  const at = stops.indexOf(document.activeElement as HTMLElement);
  const next = at === -1 ? (by === 1 ? 0 : stops.length - 1) : (at + by + stops.length) % stops.length;
  stops[next]?.focus();
}

/** Where the keyboard arrives: the field that was clicked for it, the first choice, or the button an agent most likely wants. */
export function focusFirst(root: HTMLElement, clicked: HTMLElement | null = null): void {
  if (clicked && root.contains(clicked)) return clicked.focus();
  const wanted =
    root.querySelector<HTMLElement>("[data-card] [data-first]") ??
    root.querySelector<HTMLElement>("[data-card] ol button, [data-card] button.primary, [data-card] .acts button");
  (wanted ?? root.querySelector<HTMLElement>("button"))?.focus();
}
