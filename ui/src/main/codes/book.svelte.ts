import {
  type AccountLimits,
  type Campaign,
  type CodeList,
  type CommandError,
  type DispositionCode,
  type Unasked,
  type WriteLimits,
  asCommandError,
  call as command,
} from "../../ipc";
import { plain } from "../../lib/fold";

/** What the other systems call things: their codes, and their campaigns' names. One for the window. */
class Book {
  lists = $state.raw<CodeList[]>([]);
  codesUnasked = $state.raw<Unasked[]>([]);
  codesProblem = $state.raw<CommandError | null>(null);
  askingCodes = $state(false);

  /** What the accounts take of what is typed, as the hub said last. */
  limits = $state.raw<AccountLimits[]>([]);

  campaigns = $state.raw<Campaign[]>([]);
  campaignsUnasked = $state.raw<Unasked[]>([]);
  campaignsProblem = $state.raw<CommandError | null>(null);
  askingCampaigns = $state(false);
  private campaignsAsked = false;

  /** The codes; the hub keeps them, so that asking costs nothing. `refresh` asks the other systems. */
  async askCodes(refresh = false): Promise<void> {
    if (this.askingCodes) return;
    this.askingCodes = true;
    try {
      const { lists, unasked } = await command("codes", { refresh });
      this.lists = lists;
      this.codesUnasked = unasked;
      this.codesProblem = null;
    } catch (thrown) {
      this.codesProblem = asCommandError(thrown);
    } finally {
      this.askingCodes = false;
    }
  }

  /** The campaigns, once: each question is one less of the day's allowance. */
  async askCampaigns(again = false): Promise<void> {
    if (this.askingCampaigns || (this.campaignsAsked && !again)) return;
    this.askingCampaigns = true;
    try {
      const { campaigns, unasked } = await command("campaigns");
      this.campaigns = campaigns;
      this.campaignsUnasked = unasked;
      this.campaignsProblem = null;
      this.campaignsAsked = true;
    } catch (thrown) {
      this.campaignsProblem = asCommandError(thrown);
    } finally {
      this.askingCampaigns = false;
    }
  }

  limitsOf(account: string): WriteLimits | null {
    return this.limits.find((known) => known.account === account)?.limits ?? null;
  }

  listOf(account: string): CodeList | null {
    return this.lists.find((list) => list.account === account) ?? null;
  }

  /** What people call a code; the code itself where nobody knows. */
  labelOf(account: string, code: string, level: "first" | "second" = "first"): string {
    return this.listOf(account)?.[level].find((known) => known.code === code)?.label || code;
  }

  /** A campaign's name; its id where nobody knows. */
  campaignName(account: string, id: string): string {
    return this.campaigns.find((known) => known.account === account && known.id === id)?.name || id;
  }

  forget(): void {
    this.lists = [];
    this.campaigns = [];
    this.codesUnasked = this.campaignsUnasked = [];
    this.codesProblem = this.campaignsProblem = null;
    this.askingCodes = this.askingCampaigns = this.campaignsAsked = false;
  }
}

export const book = new Book();

/** The codes that have every typed word in their label or code, whatever its accents and case. */
export function matchingCodes(codes: DispositionCode[], query: string): DispositionCode[] {
  const wanted = plain(query)
    .split(/\s+/)
    .filter((word) => word !== "");
  return codes.filter(({ code, label }) => wanted.every((word) => plain(`${code} ${label}`).includes(word)));
}
