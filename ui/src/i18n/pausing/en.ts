/** What is said of the recording of a call that goes on. */
export const en = {
  title: "Recording of this call",
  pause: "Pause recording",
  resume: "Resume recording",
  paused: "Recording paused",
  perhapsPaused: "Recording probably paused",
  perhapsRecording: "Probably being recorded",
};

export type PausingWords = typeof en;
