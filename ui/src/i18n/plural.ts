/** The forms a language needs; `other` always. */
export type Forms = { other: string; one?: string };

/**
 * The right form for `n`, with `#` replaced by it: `plural("es", 3, {one: "# llamada", other: "# llamadas"})`. A text that others
 * wrote stays outside of the forms: it may have a `#` of its own.
 */
export function plural(locale: string, n: number, forms: Forms): string {
  const form = new Intl.PluralRules(locale).select(n) === "one" ? (forms.one ?? forms.other) : forms.other;
  return form.replaceAll("#", new Intl.NumberFormat(locale).format(n));
}
