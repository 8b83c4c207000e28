import type { CustomersWords } from "../../../i18n/customers/en";

type Group = keyof CustomersWords["imports"]["letters"]["of"];

/** The letters that files of the last thirty years come in, as the web names them. */
export const encodings: readonly (readonly [name: string, of: Group])[] = [
  ["UTF-8", "all"],
  ["UTF-16LE", "all"],
  ["UTF-16BE", "all"],
  ["windows-1252", "western"],
  ["ISO-8859-15", "western"],
  ["macintosh", "western"],
  ["windows-1250", "central"],
  ["ISO-8859-2", "central"],
  ["windows-1251", "cyrillic"],
  ["KOI8-R", "cyrillic"],
  ["KOI8-U", "cyrillic"],
  ["IBM866", "cyrillic"],
  ["windows-1253", "greek"],
  ["windows-1254", "turkish"],
  ["windows-1255", "hebrew"],
  ["windows-1256", "arabic"],
  ["windows-1257", "baltic"],
  ["windows-1258", "vietnamese"],
  ["windows-874", "thai"],
  ["GB18030", "chinese"],
  ["Big5", "chinese"],
  ["Shift_JIS", "japanese"],
  ["EUC-JP", "japanese"],
  ["EUC-KR", "korean"],
];

/** Whether two names mean the same letters. */
export const isSame = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();
