import type { PausingWords } from "./en";

export const hu: PausingWords = {
  title: "A hívás felvétele",
  pause: "Felvétel szüneteltetése",
  resume: "Felvétel folytatása",
  paused: "A felvétel szünetel",
  perhapsPaused: "A felvétel valószínűleg szünetel",
  perhapsRecording: "A hívást valószínűleg rögzítik",
};
