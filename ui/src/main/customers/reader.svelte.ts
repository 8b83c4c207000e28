import { type NumberReport, call as command } from "../../ipc";

const PAUSE = 150;

/** How the typed text is read as a number, a moment after the last key. An answer to older text is dropped. */
export class NumberReader {
  private answer = $state.raw<{ text: string; report: NumberReport } | null>(null);
  private wanted = $state("");
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** The report on the last text; `null` while it is asked for, and where nothing is typed. */
  get report(): NumberReport | null {
    return this.answer !== null && this.answer.text === this.wanted ? this.answer.report : null;
  }

  read(text: string): void {
    clearTimeout(this.timer);
    this.wanted = text.trim();
    if (this.wanted === "" || this.wanted === this.answer?.text) return;
    this.timer = setTimeout(() => void this.ask(this.wanted), PAUSE);
  }

  /** Settings changed: what was read before may be read otherwise now. */
  again(): void {
    this.answer = null;
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  private async ask(text: string): Promise<void> {
    try {
      const report = await command("read_number", { text });
      if (text === this.wanted) this.answer = { text, report };
    } catch {
      // Saving reads it again and says what is wrong.
    }
  }
}
