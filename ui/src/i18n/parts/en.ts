import { plural } from "../plural";

/** What other systems say of a customer. */
export const en = {
  directory: "Customer list",
  asking: "Asking…",
  nobody: "Knows nobody with this number.",
  noAnswer: "Does not answer.",
  several: (n: number) => plural("en", n, { one: "# customer has this number there.", other: "# customers have this number there." }),
  knownAs: (name: string) => `There: ${name}`,
  asOf: (ago: string) => `as of ${ago}`,
  limit: "Not asked now: the account's limit is reached.",
  kept: "Does not answer now; this is what it said before.",
  tickets: "Tickets",
  moreTickets: (n: number) => plural("en", n, { one: "and # more", other: "and # more" }),
  assignee: (name: string) => `for ${name}`,
  open: (subject: string) => `Open “${subject}” in the browser`,
  noSubject: "(no subject)",
  status: { new: "New", open: "Open", pending: "Waits for the customer", on_hold: "On hold", solved: "Solved", closed: "Closed" },
  fact: {
    organization: "Company",
    tags: "Tags",
    notes: "Notes",
    details: "Details",
    owner: "Looked after by",
    last_contact: "Last contact",
    suspended: "Suspended",
  },
  also: "In other systems",
  linked: (source: string, name: string) => `${source}: ${name}`,
  undo: "Not the same person",
  samePerson: "The same person",
  searching: (source: string) => `Searching ${source}…`,
  nothing: (source: string) => `${source}: nobody found`,
  failed: (source: string) => `${source} was not searched`,
  found: (source: string) => `Found in ${source}`,
  where: "Where to",
};

export type PartsWords = typeof en;
