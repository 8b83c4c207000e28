import type { DeskView, LeftList, LeftView, ListedCall, OutboxRow, PendingListed } from "../generated";
import { minutes } from "./build";

/** Calls without a code and rows that did not get through, in memory; none until a test or the gallery puts some in. */
export class FakeLeft {
  withoutCode: ListedCall[] = [];
  stuck: OutboxRow[] = [];
  refused: PendingListed[] = [];
  /** Colleagues' calls without a code; null: whoever asks may not see them. */
  team: ListedCall[] | null = null;
  private version = 0;

  list(): LeftList {
    return { without_code: this.withoutCode, more: false, stuck: this.stuck, refused: this.refused };
  }

  /** As the desk counts it. */
  view({ missed, missed_list, own_callbacks }: Pick<DeskView, "missed" | "missed_list" | "own_callbacks">): LeftView {
    const left = {
      missed: missed_list.is_shared ? missed_list.for_me : missed,
      callbacks_due: own_callbacks.due,
      without_code: this.withoutCode.length,
      stuck: this.stuck.length + this.refused.length,
    };
    return { ...left, total: left.missed + left.callbacks_due + left.without_code + left.stuck, version: ++this.version };
  }

  ofTeam(): ListedCall[] {
    if (this.team === null) throw { code: "not_allowed", message: "An agent's token asks for their own calls" };
    return this.team;
  }

  /** Coded, or said to need no code. */
  settle(callId: string): void {
    this.withoutCode = this.withoutCode.filter(({ call }) => call.id !== callId);
  }
}

/** Two conversations that nobody coded, one with a name as long as a card takes it. */
export function uncoded(
  rows: ListedCall[],
  now: number,
  names: (string | null)[] = ["Dr. Papadimitriou-Szentgyörgyi Anasztázia Konstantina, kereskedelmi igazgató", null],
): ListedCall[] {
  const spoken = rows.find(({ call }) => call.state.kind === "ended" && call.connected_at !== null) ?? rows[0];
  if (!spoken) return [];
  return names.map((customer_name, n) => {
    const from = now - minutes(90 * (n + 1));
    const call = { ...structuredClone(spoken.call), id: `uncoded-${n}`, started_at: from, connected_at: from + 5_000, ended_at: from + minutes(3) };
    return { ...structuredClone(spoken), call, customer_name, outcome: null };
  });
}
