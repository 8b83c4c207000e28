import {
  type Callback,
  type CampaignRecord,
  type CommandError,
  type Customer,
  type Match,
  type Unasked,
  type Write,
  asCommandError,
  call as command,
} from "../../ipc";
import { shownNumber } from "../../lib/shownNumber.svelte";
import { type Kept, isObject, read } from "../drafts/forms.svelte";
import { type Draft, empty } from "../outbox/draft";

export type Tab = "records" | "callbacks" | "add";
export type Style = "dialler" | "agent";
/** What is being typed about one record. */
export type RecordDraft = Draft & { style: Style };

const MOST_PEOPLE = 20;

/** Where the form that adds somebody keeps what is typed. */
export const ADD = "campaign/add";

/** Names a record among those found. */
export const idOf = ({ record }: CampaignRecord) => `${record.account}/${record.campaign}/${record.customer_id}`;

/** Where what is typed about a record is kept. */
export const placeOf = (record: CampaignRecord) => `campaign/record/${idOf(record)}`;
export const placeOfCallback = ({ account, number, at }: Callback) => `campaign/callback/${account}/${number}/${at}`;

/** Where somebody is in the section. It outlives the section: what was typed is still there after a look elsewhere. */
export class CampaignsSession {
  tab = $state<Tab>("records");
  query = $state("");
  stage = $state<"start" | "people" | "records">("start");
  searching = $state(false);
  /** The number `records` are of. */
  number = $state("");
  records = $state.raw<CampaignRecord[]>([]);
  unasked = $state.raw<Unasked[]>([]);
  people = $state.raw<Match[]>([]);
  /** The name `people` are found by. */
  name = $state("");
  problem = $state.raw<CommandError | null>(null);
  chosen = $state<string | null>(null);
  /** The last thing saved. */
  saved = $state.raw<{ write: Write; about: string } | null>(null);
  add = $state<Draft & { campaign: string }>({ ...empty(), campaign: "" });
  /** A call-back that was being moved, to be opened again. */
  moving = $state.raw<Callback | null>(null);
  private turn = 0;
  /** What is looked for, or was last. */
  asked = $state("");

  /** A number is asked for its records; anything with a word in it is looked for among the customers first. */
  async search(query: string): Promise<void> {
    this.query = query;
    const wanted = query.trim();
    // A second Enter is no second question to a system that counts them.
    if (wanted === "" || (this.searching && wanted === this.asked)) return;
    this.asked = wanted;
    this.saved = null;
    if (/\p{L}{2}/u.test(wanted)) await this.askPeople(wanted);
    else await this.askRecords(wanted);
  }

  askPeople(name: string): Promise<void> {
    return this.ask(async () => {
      const people = await command("search_customers", { query: name, limit: MOST_PEOPLE });
      return () => {
        this.people = people;
        this.name = name;
        this.stage = "people";
      };
    });
  }

  askRecords(number: string): Promise<void> {
    return this.ask(async () => {
      const { records, unasked } = await command("campaign_records", { number });
      return () => {
        this.number = number;
        this.records = records;
        this.unasked = unasked;
        this.stage = "records";
        const [only, ...more] = records;
        this.chosen = only && more.length === 0 ? idOf(only) : null;
      };
    });
  }

  /** What a record's forms begin with: the number it was found by. */
  blankOf(record: CampaignRecord, style: Style): RecordDraft {
    return { ...empty(), number: record.numbers[0] ?? this.number, style };
  }

  /** Goes on with what was typed before: asks for what it is about, and opens its form. */
  async resume(kept: Kept): Promise<void> {
    const typed = read(kept) ?? {};
    this.saved = null;
    if (kept.place === ADD) {
      this.tab = "add";
    } else if (isObject(typed.callback)) {
      this.tab = "callbacks";
      this.moving = typed.callback as Callback;
    } else {
      this.tab = "records";
      this.query = String(typed.asked ?? "");
      await this.askRecords(this.query);
      const record = this.records.find((one) => placeOf(one) === kept.place);
      if (record) this.chosen = idOf(record);
    }
  }

  /** Hands a write over; what is wrong, where it was not saved. */
  async send(write: Write, about: string): Promise<CommandError | null> {
    try {
      await command("submit", { write, about });
      this.saved = { write, about };
      return null;
    } catch (thrown) {
      return asCommandError(thrown);
    }
  }

  // An answer that was overtaken by another question is dropped.
  private async ask(question: () => Promise<() => void>): Promise<void> {
    const turn = ++this.turn;
    this.searching = true;
    this.problem = null;
    try {
      const take = await question();
      if (turn === this.turn) take();
    } catch (thrown) {
      if (turn === this.turn) this.problem = asCommandError(thrown);
    } finally {
      if (turn === this.turn) this.searching = false;
    }
  }
}

let session: CampaignsSession | null = null;

export const campaignsSession = (): CampaignsSession => (session ??= new CampaignsSession());

export function forgetCampaigns(): void {
  session = null;
}

/** Every number of a customer that can be asked for, as it is shown. */
export function numbersOf({ numbers }: Customer): { asked: string; shown: string }[] {
  return numbers.flatMap((number) => {
    const { party } = number;
    if (party?.kind === "outside") return [{ asked: party.e164, shown: shownNumber(number) }];
    return party?.kind === "internal" ? [{ asked: party.digits, shown: shownNumber(number) }] : [];
  });
}
