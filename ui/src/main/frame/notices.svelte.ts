import type { CommandError, ErrorCode, Notice } from "../../ipc";
import type { Said } from "../../i18n/en";
import { mainWords } from "../../i18n/main";
import { speech } from "../../i18n/speech.svelte";
import { sayError, sayRefusal } from "../../lib/said";

export type Message = { id: number; kind: "info" | "problem" | "done"; said: Said; detail: string };

const MOST = 4;
const FADES_AFTER = 8000;

/** What the window has to say outside any section. Problems stay until they are closed, the rest goes by itself. */
class Notices {
  list = $state.raw<Message[]>([]);
  private next = 1;

  say(kind: Message["kind"], said: Said, detail = ""): void {
    // The same thing said twice is one message, however often it happens.
    const others = this.list.filter((one) => one.said.what !== said.what || one.said.advice !== said.advice);
    const message = { id: this.next++, kind, said, detail };
    this.list = [...others, message].slice(-MOST);
    if (kind !== "problem") setTimeout(() => this.close(message.id), FADES_AFTER);
  }

  problem(error: CommandError): void {
    this.say("problem", sayError(error), error.message);
  }

  /** What the shell sends: a code we have words for, or its own sentence. */
  hear({ kind, code, detail, reason }: Notice): void {
    if (code === "settings_kept") this.say(kind, { what: mainWords().notice.settingsKept, advice: detail });
    else if (code === "links_off") this.say(kind, mainWords().notice.linksOff);
    else if (code in speech.words.error || kind === "problem") {
      // Where there are words for the reason, the shell's own sentence says nothing more.
      this.say(kind, sayRefusal({ code: code as ErrorCode, reason }), reason ? "" : detail);
    } else this.say(kind, { what: detail, advice: "" });
  }

  close(id: number): void {
    this.list = this.list.filter((one) => one.id !== id);
  }

  clear(): void {
    this.list = [];
  }
}

export const notices = new Notices();
