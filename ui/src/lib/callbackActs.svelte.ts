import { type DialAnswer, asCommandError, call as command } from "../ipc";
import { askingWords } from "../i18n/asking";
import type { Said } from "../i18n/en";
import { speech } from "../i18n/speech.svelte";
import { sayInOne } from "./asking/cautions";
import { sayError, sayRefusal } from "./said";

const TEN_MINUTES = 10 * 60_000;

/** What an agent does about promised call-backs, in whichever window: one act at a time, and what came of it. */
export class CallbackActs {
  /** The call-back that something is being done about, named by its call. */
  busy = $state<string | null>(null);
  /** The one whose number was asked about: called the next time it is wished. */
  asked = $state<string | null>(null);
  /** What is good to know of it was said. */
  private told = false;
  said = $state.raw<{ id: string; said: Said } | null>(null);

  /** Never by itself: only because somebody pressed the button. */
  callNow(id: string): Promise<void> {
    return this.act(id, async () =>
      this.hear(id, await command("callback_call", { callId: id, confirmed: this.asked === id, told: this.asked === id && this.told })),
    );
  }

  inTenMinutes(id: string): Promise<void> {
    return this.move(id, Date.now() + TEN_MINUTES);
  }

  move(id: string, at: number): Promise<void> {
    return this.act(id, async () => {
      await command("callback_move", { callId: id, at });
      return null;
    });
  }

  done(id: string): Promise<void> {
    return this.act(id, async () => {
      await command("callback_done", { callId: id });
      return null;
    });
  }

  private hear(id: string, answer: DialAnswer): Said | null {
    this.asked = answer.kind === "confirm" ? id : null;
    switch (answer.kind) {
      case "dialling":
        return null;
      case "confirm":
        this.told = answer.cautions.length > 0;
        return {
          what: answer.reason === null ? askingWords().title.own : speech.words.error.unsure_number.what,
          advice: sayInOne(answer.reason, answer.cautions),
        };
      case "refused":
        return sayRefusal(answer);
    }
  }

  private async act(id: string, run: () => Promise<Said | null>): Promise<void> {
    if (this.busy !== null) return;
    this.busy = id;
    this.said = null;
    try {
      const said = await run();
      this.said = said && { id, said };
    } catch (thrown) {
      this.said = { id, said: sayError(asCommandError(thrown)) };
    } finally {
      this.busy = null;
    }
  }
}
