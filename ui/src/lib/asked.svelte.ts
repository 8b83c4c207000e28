import { type CommandError, asCommandError } from "../ipc";

type Question<T> = {
  ask: (text: string) => Promise<T>;
  /** For how long nothing is typed before it is asked. */
  pause: number;
  /** What needs no question; `undefined` where it has to be asked. */
  atOnce?: (text: string) => T | undefined;
};

/**
 * A text that is typed, and the answer to it, which comes later.
 *
 * An answer that was overtaken is dropped. The last one stays until the next is there, and says which text it answers, so
 * that nothing acts on the answer to an earlier text: Enter ({@link enter}) waits for the answer to what stands in the
 * field. Typing on, Escape and a failure end the wait.
 */
export class Asked<T> {
  text = $state("");
  /** The last answer, and what it answers. */
  answer = $state.raw<{ text: string; found: T } | null>(null);
  /** Why there is no answer to what stands there. */
  problem = $state.raw<CommandError | null>(null);
  private wish = $state.raw<(() => void) | null>(null);
  private turn = 0;
  /** What is being asked at the moment. */
  private underWay: string | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly question: Question<T>) {}

  /** The answer there is is that to what stands in the field. */
  get isAnswered(): boolean {
    return this.answer !== null && this.answer.text === this.text.trim();
  }

  /** It is on its way. */
  get isAsking(): boolean {
    return !this.isAnswered && this.problem === null;
  }

  /** Enter was pressed and waits for the answer. */
  get isAwaited(): boolean {
    return this.wish !== null;
  }

  set(text: string): void {
    this.cancel();
    clearTimeout(this.timer);
    // Whatever is under way answers an earlier text.
    this.turn += 1;
    this.underWay = null;
    this.text = text;
    this.problem = null;
    const found = this.question.atOnce?.(text.trim());
    if (found !== undefined) this.answer = { text: text.trim(), found };
    else if (this.question.pause === 0) void this.ask();
    else this.timer = setTimeout(() => void this.ask(), this.question.pause);
  }

  /** Asks now, for what stands there: at the beginning, after a failure, and where the answer may be another one by now. */
  async ask(): Promise<void> {
    clearTimeout(this.timer);
    const turn = ++this.turn;
    const text = this.text.trim();
    this.problem = null;
    this.underWay = text;
    try {
      const found = await this.question.ask(text);
      if (turn !== this.turn) return;
      this.underWay = null;
      this.answer = { text, found };
    } catch (thrown) {
      if (turn !== this.turn) return;
      this.underWay = null;
      // What was found before stays: it is of more use than nothing.
      this.problem = asCommandError(thrown);
      this.cancel();
      return;
    }
    const wish = this.wish;
    this.cancel();
    wish?.();
  }

  /** Acts on the answer to what stands there, as soon as it is there; where there will be none, not at all. */
  enter(act: () => void): void {
    if (this.isAnswered) return act();
    if (this.problem !== null) return;
    this.wish = act;
    // It need not wait for more to be typed.
    if (this.underWay === null) void this.ask();
  }

  /** Enter is not meant any more. */
  cancel(): void {
    this.wish = null;
  }
}
