/** From here on it is shown how much room is left. */
export const NEAR = 200;

/** The characters of a text as other systems get it: one line, without what cannot be seen. Counted as the connectors do. */
export function oneLineLength(text: string): number {
  return [
    ...text
      .split(/[\p{Cc}\p{White_Space}]+/u)
      .filter((word) => word !== "")
      .join(" "),
  ].length;
}
