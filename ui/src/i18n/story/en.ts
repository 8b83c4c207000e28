import { plural } from "../plural";

/** What is said of a call's story beside its course, and of the calls with a customer. */
export const en = {
  noted: (by: string) => `${by} noted`,
  coded: (by: string, code: string) => `${by} coded: ${code}`,
  codedAnew: (by: string, code: string) => `${by} changed the code: ${code}`,
  noCode: "without a code",
  byItself: "Saved by itself when the time was over.",
  callBack: (when: string) => `Call-back promised for ${when}.`,
  doNotCall: "Do not call again.",
  arrived: "It has arrived.",
  arrivedAs: (reference: string) => `It has arrived, as ${reference}.`,
  savedAt: (time: string) => `Saved at ${time}.`,
  tries: (n: number) => plural("en", n, { one: "# attempt.", other: "# attempts." }),
  recorded: "A recording came",
  toldOf: "A recording was told of",
  notKept: "A recording was not kept",
  fetched: "The recording was fetched",
  deleted: "The recording was deleted",
  missing: {
    outbox: "What was written to other systems cannot be read now. The rest is complete.",
    recordings: "What there is of recordings cannot be read now. The rest is complete.",
    other: "A part of it cannot be read now. The rest is complete.",
  },
  play: (who: string) => `Play the recording: ${who}`,
  hasRecording: "There is a recording",
  recordingGone: "The recording was deleted, or cannot be heard any more",
  withThem: {
    title: "Calls with this customer",
    none: "No calls yet",
    loading: "Looking for their calls…",
    earlier: "Show earlier calls",
    notTheirs: "You see a customer's calls once you had one with them. A team lead sees them all.",
    open: (when: string) => `Open the call: ${when}`,
    byNumber: "by the number",
  },
  recordingOf: (when: string) => `Recording, ${when}`,
};

export type StoryWords = typeof en;
