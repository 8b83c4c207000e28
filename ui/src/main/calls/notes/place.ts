import { type Kept, read } from "../../drafts/forms.svelte";

/** Where what is typed of a note is kept; without a key of a new one. */
export const placeOf = (callId: string, key: string): string => (key === "" ? `calls/${callId}` : `calls/${callId}/${key}`);

/** The key of the note whose draft it is; without one of a new note. */
export const keyOf = ({ place }: Kept): string => place.split("/").slice(2).join("/");

/** A name for a new note that nobody else gives. */
export const newKey = (): string => [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");

/** Of which call a draft is. */
export const callOf = ({ place }: Kept): string => place.split("/")[1] ?? "";

/** Whose call it is, as it was called when it was typed. */
export function nameOf(kept: Kept): string {
  const name = read(kept)?.call;
  return typeof name === "string" ? name : "";
}
