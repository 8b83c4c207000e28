/** What is said of recordings and where they are played. */
export const en = {
  title: "Recording",
  several: "Recordings",
  play: "Play",
  pause: "Pause",
  fetching: "Fetching the recording…",
  position: "Position",
  speed: "Speed",
  times: (speed: string) => `${speed}×`,
  loudness: "Loudness",
  voices: { label: "Voices", both: "Both", first: "Left", second: "Right" },
  atSystem: "Still with the telephone system; it is fetched when you play it.",
  gone: "The telephone system has it no longer.",
  deleted: "Deleted: somebody took it away, or it was too old.",
  held: "Held: it is not deleted.",
  refused: {
    empty: "It came empty, and was not kept.",
    not_audio: "What came was no audio, and was not kept.",
    broken: "It did not come whole, and was not kept.",
    too_long: "It was too long, and was not kept.",
    too_many: "There were more recordings than are kept.",
    disk_full: "The disk was full: it was not kept.",
    not_written: "It could not be written, and was not kept.",
    private: "The call is private: it was not kept.",
  },
  unknown: "This version of Ringcard cannot play it.",
  failed: "The recording cannot be played",
  keys: "Space plays and pauses, the arrow keys go 5 seconds back and forth.",
};

export type RecordingsWords = typeof en;
