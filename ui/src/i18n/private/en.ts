import { plural } from "../plural";

/** What is said where a call is made private, and of one that is. */
export const en = {
  make: "Make private",
  takeBack: "Not private after all",
  is: "Private: only you see whom it was with. It is in no call log, and no recording of it is kept.",
  byNumber: "Private because of its number: only you see whom it was with. It is in no call log, and no recording of it is kept.",
  withheld: "Only whoever spoke sees whom it was with.",
  sure: "Nobody else will see whom it was with, and its recordings are deleted for good.",
  cancel: "Cancel",
  deleted: (n: number) => plural("en", n, { one: "# recording was deleted for good.", other: "# recordings were deleted for good." }),
  held: (n: number) =>
    plural("en", n, { one: "# recording is held: it stays, and nobody can hear it.", other: "# recordings are held: they stay, and nobody can hear them." }),
  told: (accounts: string) => `${accounts} was told of the call before: what stands there stays.`,
};

export type PrivateWords = typeof en;
