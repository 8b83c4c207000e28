import { type DialAnswer, asCommandError, call as command } from "../../ipc";
import type { Said } from "../../i18n/en";
import { mainWords } from "../../i18n/main";
import { sayError, sayRefusal } from "../../lib/said";
import { never } from "./route";
import { notices } from "./notices.svelte";

export type Question = Omit<Extract<DialAnswer, { kind: "confirm" }>, "kind">;
export type Outcome = { kind: "dialling" } | { kind: "asked" } | Refused | { kind: "repeated" };

/** `dialled`: whether a phone may ring all the same, which nobody can say when no answer came. */
export type Refused = { kind: "refused"; said: Said; needsSettings: boolean; dialled: "no" | "unknown" };

/** The desk takes repeats within this time for the same call; so do we, and spare it the question. */
const SAME_CALL = 2000;

/** Every dialling in this window: one at a time, one call per double click, and asked about where the number is unsure or there is something to know of it. */
class Dialling {
  /** What is asked at the moment; the frame shows it. */
  question = $state.raw<Question | null>(null);
  /** The ticket that the number asked about is called about. */
  private asksAbout: string | null = null;
  busy = $state(false);
  private last = { text: "", at: 0 };

  /** `confirmed`: it is the number that is meant. `told`: the agent was told what is good to know of it. `ticket`: what the call is about, *account/id*. */
  async dial(text: string, confirmed = false, told = false, ticket: string | null = null): Promise<Outcome> {
    if (this.busy || (text === this.last.text && Date.now() - this.last.at < SAME_CALL)) return { kind: "repeated" };
    this.busy = true;
    try {
      const asked = { text, confirmed, told };
      const answer = ticket === null ? await command("dial", asked) : await command("dial_about", { ...asked, ticket });
      this.asksAbout = ticket;
      return this.hear(text, answer);
    } catch (thrown) {
      return { kind: "refused", said: sayError(asCommandError(thrown)), needsSettings: false, dialled: "unknown" };
    } finally {
      this.busy = false;
    }
  }

  /** The same from a button that has no place of its own for the answer. */
  async dialAndTell(text: string, shown: string, confirmed = false, told = false, ticket: string | null = null): Promise<void> {
    const outcome = await this.dial(text, confirmed, told, ticket);
    switch (outcome.kind) {
      case "dialling":
        this.tellStarted(shown);
        break;
      case "refused":
        notices.say("problem", outcome.said);
        break;
      case "asked":
      case "repeated":
        break;
      default:
        never(outcome);
    }
  }

  tellStarted(shown: string): void {
    const words = mainWords().dial;
    notices.say("info", { what: words.started(shown), advice: words.startedText });
  }

  ask(question: Question, ticket: string | null = null): void {
    this.asksAbout = ticket;
    this.question = question;
  }

  /** Yes or no; the question is gone before anything else happens, so it cannot be answered twice. */
  answer(yes: boolean): void {
    const question = this.question;
    this.question = null;
    if (yes && question) void this.dialAndTell(question.text, question.number.display, true, question.cautions.length > 0, this.asksAbout);
  }

  forget(): void {
    this.question = null;
    this.busy = false;
    this.last = { text: "", at: 0 };
  }

  private hear(text: string, answer: DialAnswer): Outcome {
    switch (answer.kind) {
      case "dialling":
        this.last = { text, at: Date.now() };
        return { kind: "dialling" };
      case "confirm":
        this.ask(answer, this.asksAbout);
        return { kind: "asked" };
      case "refused":
        return {
          kind: "refused",
          said: sayRefusal(answer),
          needsSettings: ["no_account", "accounts_not_ready", "no_extension"].includes(answer.code),
          dialled: answer.code === "dial_unknown" ? "unknown" : "no",
        };
      default:
        return never(answer);
    }
  }
}

export const dialling = new Dialling();
