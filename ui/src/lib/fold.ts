/** Text as it is compared: accents and case do not matter, `configuracion` finds *Configuración*. */
export const plain = (text: string) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

/** The words of a text, without what stands between them. */
const wordsIn = (text: string) => text.split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");

export const plainWords = (text: string) => wordsIn(plain(text));

/** Letters that Unicode does not take apart, and that are typed without their stroke. */
const strokes: Record<string, string> = { ß: "ss", æ: "ae", œ: "oe", ø: "o", ł: "l", đ: "d", ı: "i" };

/** Small letters without accents and strokes, word by word, as `ringcard-core::codes` folds them. */
export function foldedWords(text: string): string[] {
  return wordsIn(
    text
      .normalize("NFKD")
      .toLowerCase()
      .replace(/\p{M}/gu, "")
      .replace(/[ßæœøłđı]/g, (letter) => strokes[letter] ?? letter),
  );
}
