import { type CommandError, type MissedAct, type MissedRow, asCommandError, call as command } from "../../ipc";
import { leftWords } from "../../i18n/left";
import { notices } from "../frame/notices.svelte";

/** The team's missed calls as this window shows them, and what is done with them: one act at a time. */
export class LeftList {
  rows = $state.raw<MissedRow[] | null>(null);
  more = $state(false);
  problem = $state.raw<CommandError | null>(null);
  /** The row that something is being done with. */
  busy = $state<string | null>(null);
  private turn = 0;

  /** An answer that was overtaken by another question is dropped. */
  async ask(): Promise<void> {
    const mine = ++this.turn;
    try {
      const heard = await command("missed_list");
      if (mine !== this.turn) return;
      this.rows = heard.rows;
      this.more = heard.more;
      this.problem = null;
    } catch (thrown) {
      if (mine === this.turn) this.problem = asCommandError(thrown);
    }
  }

  /** Whether it was done; where somebody was faster, that is said. */
  async act(row: MissedRow, act: MissedAct): Promise<boolean> {
    if (this.busy !== null) return false;
    this.busy = row.id;
    try {
      await command("missed_act", { id: row.id, act });
      return true;
    } catch (thrown) {
      const error = asCommandError(thrown);
      if (error.code === "conflict") notices.say("problem", leftWords().faster, error.message);
      else notices.problem(error);
      return false;
    } finally {
      this.busy = null;
    }
  }
}
