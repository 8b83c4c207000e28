import { type CommandError, type LeftList, type ListedCall, asCommandError, call as command } from "../../ipc";
import { notices } from "../frame/notices.svelte";

/** My calls without a code, and what did not get through, as this window shows them. */
export class LeftRest {
  list = $state.raw<LeftList | null>(null);
  problem = $state.raw<CommandError | null>(null);
  /** Colleagues' calls without a code, the newest first: there for those who may see them. */
  team = $state.raw<ListedCall[]>([]);
  /** The call that something is being done with. */
  busy = $state<string | null>(null);
  private turn = 0;

  /** An answer that was overtaken by another question is dropped. */
  async ask(): Promise<void> {
    const mine = ++this.turn;
    try {
      const heard = await command("left");
      if (mine !== this.turn) return;
      this.list = heard;
      this.problem = null;
    } catch (thrown) {
      if (mine === this.turn) this.problem = asCommandError(thrown);
    }
  }

  async askTeam(): Promise<void> {
    // Who may not see them is shown none.
    this.team = await command("left_of_team").catch(() => []);
  }

  codeNow(callId: string): Promise<void> {
    return this.act(callId, () => command("code_now", { callId }));
  }

  noCode(callId: string): Promise<void> {
    return this.act(callId, () => command("no_code_needed", { callId }));
  }

  private async act(callId: string, what: () => Promise<unknown>): Promise<void> {
    if (this.busy !== null) return;
    this.busy = callId;
    try {
      await what();
    } catch (thrown) {
      notices.problem(asCommandError(thrown));
      void this.ask();
    } finally {
      this.busy = null;
    }
  }
}
