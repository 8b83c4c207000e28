import { tick } from "svelte";
import { type PopCall, call as command } from "../ipc";

/**
 * Tells the shell once a card version is on the screen: after the page changed, in the second animation frame.
 *
 * A hidden window has no animation frames, so nothing is reported before the card can really be seen. A version that was
 * replaced before it was painted is never reported.
 */
export class Painted {
  private readonly reported = new Map<string, number>();
  private shown: readonly PopCall[] = [];

  async show(calls: readonly PopCall[]): Promise<void> {
    this.shown = calls;
    for (const id of [...this.reported.keys()]) if (!calls.some(({ call }) => call.id === id)) this.reported.delete(id);
    const fresh = calls.filter(({ call, card }) => this.reported.get(call.id) !== card.version);
    if (fresh.length === 0) return;
    await tick();
    requestAnimationFrame(() => requestAnimationFrame(() => this.report(fresh)));
  }

  private report(fresh: readonly PopCall[]): void {
    for (const { call, card } of fresh) {
      const still = this.shown.some((now) => now.call.id === call.id && now.card.version === card.version);
      if (!still || this.reported.get(call.id) === card.version) continue;
      this.reported.set(call.id, card.version);
      // Nobody waits for the answer, and there is nobody to tell if it fails.
      command("popup_painted", { callId: call.id, cardVersion: card.version }).catch(() => undefined);
    }
  }
}
