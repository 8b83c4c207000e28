import { type CommandError, type NotCoded, type SmartWait, type Usage, type UsageRange, asCommandError, call as command } from "../../ipc";
import { type Days, type Range, daysOf } from "./range";

export type Tab = "smart_wait" | "not_coded" | "usage";
export const tabs: Tab[] = ["smart_wait", "not_coded", "usage"];

/** One report: what was asked last, and what came. */
class Report<T> {
  answer = $state.raw<T | null>(null);
  /** What `answer` is of: account and days. */
  of = $state("");
  problem = $state.raw<CommandError | null>(null);
  asking = $state(false);
  private turn = 0;

  async ask(of: string, question: () => Promise<T>): Promise<void> {
    const turn = ++this.turn;
    this.asking = true;
    this.problem = null;
    try {
      const answer = await question();
      if (turn !== this.turn) return;
      this.answer = answer;
      this.of = of;
    } catch (thrown) {
      // What was there before stays: it says of which days it is.
      if (turn === this.turn) this.problem = asCommandError(thrown);
    } finally {
      if (turn === this.turn) this.asking = false;
    }
  }
}

/** Where somebody is in the section. A report costs a question: it is still there after a look elsewhere. */
export class ReportsSession {
  tab = $state<Tab>("smart_wait");
  account = $state("");
  days = $state<Days>(daysOf("today", Date.now()));
  smart = new Report<SmartWait>();
  coded = new Report<NotCoded[]>();
  usage = new Report<Usage>();
  range = $state<UsageRange>("day");
  /** Empty: the first one. */
  usageAccount = $state("");

  /** What a report asked for now would be of. */
  get wish(): string {
    return `${this.account}/${this.days.from}/${this.days.to}`;
  }

  askUsage(): Promise<void> {
    const { range, usageAccount } = this;
    return this.usage.ask(`${usageAccount}/${range}`, () => command("usage", { account: usageAccount || null, range }));
  }

  ask({ from, to }: Range): Promise<void> {
    const { wish } = this;
    const account = this.account || null;
    if (this.tab === "smart_wait") return this.smart.ask(wish, () => command("smart_wait", { account, from, to }));
    return this.coded.ask(wish, () => command("not_coded", { account, from, to }));
  }
}

let session: ReportsSession | null = null;

export const reportsSession = (): ReportsSession => (session ??= new ReportsSession());

export function forgetReports(): void {
  session = null;
}
