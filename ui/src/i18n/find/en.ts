import { plural } from "../plural";

/** What is said where calls are looked for. */
export const en = {
  label: "Find calls",
  placeholder: "Name, note, comment or number",
  filters: "Filters",
  set: (n: number) => plural("en", n, { one: "# filter", other: "# filters" }),
  clear: "Show all again",
  from: "From",
  to: "To",
  any: "All",
  direction: "Direction",
  ended: "How it ended",
  endedAs: { spoken: "Spoken", missed: "Missed", failed: "Not reached" },
  coded: "Code",
  codedAs: { yes: "Coded", no: "Not coded yet" },
  recorded: "Recording",
  recordedAs: { yes: "With a recording", no: "Without" },
  line: "Line",
  queue: "Queue",
  agent: "Agent",
  mine: "Mine",
  everybody: "Everybody",
  customer: "Customer",
  customers: "Customers found",
  anybody: "Anybody",
  byCode: "Coded as",
  save: "Save as CSV",
  saved: "The calls are saved",
  saving: "Saving…",
  nothing: "No call is like that",
  nothingText: "Take a filter away, or type less.",
  further: "Look further back",
};

export type FindWords = typeof en;
