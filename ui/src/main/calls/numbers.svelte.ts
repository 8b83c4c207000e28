import { SvelteMap } from "svelte/reactivity";
import { type Call, type CallRow, type NumberView, type Party, call as command } from "../../ipc";

/** The customer's end of a call. */
export const customersEnd = (call: Call): Party => (call.direction === "inbound" ? call.ani : call.dnis);

/** What is dialled to reach it; `null` where nobody can. */
export function dialledFor(party: Party): string | null {
  switch (party.kind) {
    case "outside":
      return party.e164;
    case "internal":
      return party.digits;
    case "hidden":
    case "unreadable":
      return null;
  }
}

/** How a party is shown before, or without, the number reader. */
function plainView(party: Party): NumberView {
  switch (party.kind) {
    case "outside":
      return { kind: "outside", display: party.e164, country: null, e164: party.e164, extension: party.extension };
    case "internal":
      return { kind: "internal", display: party.digits, country: null, e164: null, extension: null };
    case "hidden":
      return { kind: "hidden", display: "", country: null, e164: null, extension: null };
    case "unreadable":
      return { kind: "unreadable", display: party.text, country: null, e164: null, extension: null };
  }
}

/** Old rows carry the bare number: the number reader, which lives in the shell, says once how each is written. */
class ShownNumbers {
  private readonly known = new SvelteMap<string, NumberView>();

  of(party: Party): NumberView {
    const plain = plainView(party);
    const shown = party.kind === "outside" ? this.known.get(party.e164) : undefined;
    return shown ? { ...shown, extension: plain.extension } : plain;
  }

  /** Before a page of rows is shown, so that no number changes its look under the eye. */
  async learn(rows: CallRow[]): Promise<void> {
    const wanted = new Set<string>();
    for (const { call } of rows) {
      for (const party of [call.ani, call.dnis]) if (party.kind === "outside" && !this.known.has(party.e164)) wanted.add(party.e164);
    }
    await Promise.all([...wanted].map((e164) => this.ask(e164)));
  }

  private async ask(e164: string): Promise<void> {
    try {
      const { reading } = await command("read_number", { text: e164 });
      if (reading.kind === "number") this.known.set(e164, reading.number);
    } catch {
      // The bare number is right too, only less legible.
    }
  }
}

export const shownNumbers = new ShownNumbers();
