import type { NumberView } from "../../ipc";

/** What is dialled to reach it; `null` where nobody can. */
export function dialledFor({ kind, display, e164 }: NumberView): string | null {
  return e164 ?? (kind === "internal" ? display : null);
}
