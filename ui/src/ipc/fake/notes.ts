import type { CallNote } from "../generated";
import { minutes } from "./build";

const spoken = [
  "A: Buenos días, habla Ana de Acme.",
  "B: Buenos días, llamo por la factura de marzo: el total no coincide con el pedido.",
  "A: Con gusto la reviso. ¿Me da el número de la factura?",
  "B: Sí, es la 2026-0317.",
  "A: Gracias. Veo dos líneas repetidas del mismo transporte.",
  "B: Exacto, eso nos pareció también.",
  "A: Le envío hoy mismo una nota de crédito y la factura corregida.",
  "B: Perfecto. ¿A este mismo correo?",
  "A: Sí, al que tenemos registrado. ¿Algo más en lo que pueda ayudarle?",
  "B: No, muchas gracias.",
  "A: A usted, que tenga buen día.",
].join("\n");

/** Notes of calls in memory, as the hub keeps them. */
export class FakeNotes {
  readonly of: Record<string, CallNote[]> = {};

  constructor(private readonly now: number) {
    const at = now - minutes(8);
    this.of["h1"] = [
      {
        key: "Ana Kiss",
        kind: "note",
        by: "Ana Kiss",
        text: "Invoice 2026-0317: freight twice.",
        at: at - minutes(3),
        approval: { kind: "not_needed" },
        while_talking: true,
        version: 1,
      },
      {
        key: "sum-1",
        kind: "summary",
        source: "whisper",
        language: "en",
        text: "The March invoice lists the freight twice. A credit note and a corrected invoice go out today.",
        at,
        edited: { by: "Béla Nagy", at: at + minutes(1) },
        approval: { kind: "waits" },
        version: 2,
      },
      {
        key: "asr-1",
        kind: "transcript",
        source: "whisper",
        language: "es-CO",
        text: spoken,
        at,
        approval: { kind: "given", by: "Ana Kiss", at: at + minutes(2) },
        version: 2,
      },
    ];
    this.of["h3"] = [
      {
        key: "n-1",
        kind: "note",
        by: "Ana Kiss",
        text: "Sent the slip.\n<b>Not</b> signed yet.\nשלום, התקבל",
        at,
        approval: { kind: "not_needed" },
        version: 1,
      },
    ];
  }

  list(callId: string): CallNote[] {
    return this.of[callId] ?? [];
  }

  add(callId: string, key: string, text: string, by: string): CallNote {
    const before = this.list(callId).find((one) => one.key === key);
    if (before) return before;
    const note: CallNote = { key, kind: "note", by, text, at: this.now, approval: { kind: "not_needed" }, version: 1 };
    this.of[callId] = [...this.list(callId), note];
    return note;
  }

  change(callId: string, key: string, version: number, how: (note: CallNote) => Partial<CallNote>): CallNote {
    const before = this.list(callId).find((one) => one.key === key);
    if (!before) throw { code: "not_found", message: "There is no such note of this call" };
    if (before.version !== version)
      throw { code: "conflict", message: `${before.edited?.by ?? before.by ?? "Another program"} changed it meanwhile: look at it once more` };
    const note = { ...before, ...how(before), version: version + 1 };
    this.of[callId] = this.list(callId).map((one) => (one === before ? note : one));
    return note;
  }

  remove(callId: string, key: string): void {
    this.of[callId] = this.list(callId).filter((one) => one.key !== key);
  }
}
