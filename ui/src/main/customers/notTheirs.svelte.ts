import { type CommandError, type CustomerId, type CustomerNumber, type NotTheirs, asCommandError, call as command } from "../../ipc";

/** The numbers that are not a customer's, as agents said: said, shown and taken back on the customer's page. */
export class NotTheirsList {
  said = $state.raw<NotTheirs[]>([]);
  problem = $state.raw<CommandError | null>(null);
  busy = $state(false);

  constructor(private readonly customer: CustomerId) {}

  load(): Promise<void> {
    return this.act(() => Promise.resolve());
  }

  /** What was said of a number that is written down with the customer. */
  of(number: CustomerNumber): NotTheirs | null {
    return this.said.find((one) => isSame(one, number)) ?? null;
  }

  /** What was said of numbers that are not. */
  besides(numbers: CustomerNumber[]): NotTheirs[] {
    return this.said.filter((one) => !numbers.some((number) => isSame(one, number)));
  }

  say(number: string): Promise<void> {
    return this.act(() => command("number_not_theirs", { customer: this.customer, number }));
  }

  takeBack({ number }: NotTheirs): Promise<void> {
    return this.act(() => command("number_theirs", { customer: this.customer, number: number.display }));
  }

  private async act(does: () => Promise<unknown>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.problem = null;
    try {
      await does();
      this.said = await command("not_theirs", { customer: this.customer });
    } catch (thrown) {
      this.problem = asCommandError(thrown);
    } finally {
      this.busy = false;
    }
  }
}

function isSame({ number }: NotTheirs, { party }: CustomerNumber): boolean {
  if (party?.kind === "outside") return number.e164 === party.e164 && number.extension === party.extension;
  return party?.kind === "internal" && number.kind === "internal" && number.display === party.digits;
}
