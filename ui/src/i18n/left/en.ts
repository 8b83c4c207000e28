import { plural } from "../plural";

/** What the list of missed calls says that a team works off together. */
export const en = {
  part: "Left to do",
  title: "Missed callers to call back",
  about: "The whole team sees this list. A conversation with the customer takes them off it.",
  mark: (n: number) => plural("en", n, { one: "# missed caller left to call back", other: "# missed callers left to call back" }),
  calls: (n: number) => plural("en", n, { one: "called once", other: "called # times" }),
  first: (at: string) => `first ${at}`,
  last: (at: string) => `last ${at}`,
  due: (at: string) => `due ${at}`,
  overdue: (at: string) => `overdue since ${at}`,
  youHave: "You have it",
  has: (who: string) => `${who} has it`,
  take: "I take it",
  takeOf: (who: string) => `I take it: ${who}`,
  release: "Release",
  releaseOf: (who: string) => `Release: ${who}`,
  done: "Done",
  doneOf: (who: string) => `Done: ${who}`,
  call: "Call back",
  callOf: (who: string) => `Call back: ${who}`,
  lastCall: "Show the last call",
  noNumber: "Nobody can be called back here: the number was not told.",
  empty: "Nobody is waiting to be called back",
  emptyText: "Whoever calls in vain stands here until somebody has spoken with them.",
  more: "There are more: the most urgent stand here.",
  failed: "The list did not come",
  again: "Try again",
  faster: { what: "It is another by now", advice: "A colleague was faster, or they called again: the list shows how it stands." },
};

export type LeftWords = typeof en;
