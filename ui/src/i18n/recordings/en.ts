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
  unknown: "This version of Ringcard cannot play it.",
  failed: "The recording cannot be played",
  keys: "Space plays and pauses, the arrow keys go 5 seconds back and forth.",
};

export type RecordingsWords = typeof en;
