import type { CardPart, Customer, CustomerAbout, CustomerDetails, CustomerLink, CustomerSource, CustomerTicket, Match, PopCall } from "../generated";
import { days, minutes } from "./build";
import { people } from "./people";

/** Customers of another system in memory, and who is the same person in both. */
export class FakeElsewhere {
  sources: CustomerSource[] = [{ name: "directory", creates: true }];
  customers: Customer[] = [];
  links: CustomerLink[] = [];
  /** Systems that do not answer. */
  readonly down = new Set<string>();

  constructor(private readonly now: number) {}

  /** Another system keeps customers, too. */
  connect(name: string, customers: Customer[]): void {
    this.sources = [...this.sources, { name, creates: true }];
    this.customers = [...this.customers, ...customers];
  }

  /** Three of them: one with long and hostile names, one with more than anybody reads, one that does not answer. */
  withSeveral(): void {
    const [maria] = people(this.now);
    if (!maria) return;
    const of = (source: string, id: number, name: string, more: Partial<Customer> = {}): Customer => ({
      ...maria,
      id: `${source}/${id}`,
      source,
      name,
      vip: false,
      ...more,
    });
    this.connect("helpdesk", [
      of("helpdesk", 7, "Maria Lopez"),
      of("helpdesk", 8, "Maria Lopez-Wolfeschlegelsteinhausenbergerdorff ".repeat(6), { company: "Unzustellbarkeitsbenachrichtigung ".repeat(9) }),
      of("helpdesk", 9, "מריה לופז maria", { company: "חברת שילוח בינלאומית" }),
    ]);
    this.connect(
      "erp",
      Array.from({ length: 60 }, (_, n) => of("erp", n, `Maria Szabó ${n + 1}`, { company: "" })),
    );
    this.connect("billing", []);
    this.down.add("billing");
    this.link("c1", "helpdesk/7");
  }

  search(source: string, query: string, limit: number): Match[] {
    if (this.down.has(source)) throw { code: "busy", message: "The system does not answer: no answer in time" };
    const words = query.toLowerCase();
    return this.customers
      .filter((customer) => customer.source === source && customer.name.toLowerCase().includes(words))
      .slice(0, limit)
      .map((customer) => ({ customer, strength: "exact", reason: { kind: "text" } }));
  }

  create(source: string, details: CustomerDetails): Customer {
    if (this.down.has(source)) throw { code: "busy", message: "The system does not answer: no answer in time" };
    const made: Customer = { ...details, id: `${source}/${this.customers.length + 1}`, source, updated_at: this.now };
    this.customers = [...this.customers, made];
    return made;
  }

  about(id: string): CustomerAbout {
    const links = this.links.filter(({ one, other }) => one === id || other === id);
    const ids = [id, ...links.flatMap(({ one, other }) => [one, other])].filter((one, at, all) => all.indexOf(one) === at);
    const linked = this.customers.filter((customer) => customer.id !== id && ids.includes(customer.id));
    const parts = ids.filter((one) => one.includes("/")).map((one) => partHere(this.now, one.split("/", 1)[0] ?? one, one));
    return { parts, links, linked };
  }

  link(one: string, other: string): null {
    this.links = [...this.links, { one, other, by: "Ana Kiss", at: this.now }];
    return null;
  }

  unlink(one: string, other: string): null {
    this.links = this.links.filter((link) => !(link.one === one && link.other === other));
    return null;
  }
}

export function ticket(now: number, id: string, subject: string, more: Partial<CustomerTicket> = {}): CustomerTicket {
  return {
    id,
    subject,
    status: "open",
    created_at: now - days(3),
    updated_at: now - minutes(50),
    assignee: "Kovács Éva",
    link: `https://crm.example.com/tickets/${id}`,
    ...more,
  };
}

export function partHere(now: number, source: string, customer: string, more: Partial<CardPart> = {}): CardPart {
  return {
    source,
    state: { kind: "here", as_of: now - minutes(3), kept: "fresh" },
    customer,
    facts: [
      { label: { kind: "organization" }, text: "Acme Logistics" },
      { label: { kind: "field", name: "Contract" }, text: "Gold, until 2027" },
    ],
    tickets: [
      ticket(now, "4711", "The invoice of March lists the freight twice"),
      ticket(now, "4699", "Address of the warehouse", { status: "pending", assignee: "Béla" }),
    ],
    ...more,
  };
}

/** A call of whom two systems know something, one is slow and one does not answer. */
export function withParts(call: PopCall, parts: CardPart[]): PopCall {
  return { ...call, card: { ...call.card, parts } };
}
