import { type Match, type NumberReport, asCommandError, call as command } from "../../ipc";
import { notices } from "../frame/notices.svelte";

/** Long enough that typing a name asks once or twice, short enough not to be felt. */
const PAUSE = 120;
const MOST_CUSTOMERS = 6;
export const LONGEST = 500;

const digitsIn = (text: string) => text.replace(/\D/g, "").length;

/** Might be meant as a number: three digits at least and no words. */
export const looksLikeNumber = (text: string) => digitsIn(text) >= 3 && !/\p{L}{3}/u.test(text);

/** What is typed in the box, how it is read as a number and whom it finds. Answers to older text are dropped. */
export class Typed {
  text = $state("");
  searching = $state(false);
  /** Whom the text finds, for the text that was asked. */
  matches = $state.raw<Match[]>([]);
  private heard = $state.raw<{ text: string; report: NumberReport } | null>(null);
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** How the text of this moment is read; `null` until it was. */
  get report(): NumberReport | null {
    return this.heard?.text === this.text ? this.heard.report : null;
  }

  set(text: string): void {
    this.text = text;
    clearTimeout(this.timer);
    this.searching = false;
    const asked = text.trim();
    if (asked.length < 2) {
      this.matches = [];
      return;
    }
    if (digitsIn(asked) >= 2) void this.read(text);
    this.searching = true;
    this.timer = setTimeout(() => void this.search(text), PAUSE);
  }

  forget(): void {
    clearTimeout(this.timer);
    this.set("");
    this.heard = null;
  }

  private async read(text: string): Promise<void> {
    try {
      const report = await command("read_number", { text });
      if (text === this.text) this.heard = { text, report };
    } catch {
      // Dialling reads it again and says what is wrong.
    }
  }

  private async search(text: string): Promise<void> {
    try {
      const matches = await command("search_customers", { query: text.trim(), limit: MOST_CUSTOMERS });
      if (text === this.text) this.matches = matches;
    } catch (thrown) {
      if (text === this.text) this.matches = [];
      notices.problem(asCommandError(thrown));
    } finally {
      if (text === this.text) this.searching = false;
    }
  }
}
