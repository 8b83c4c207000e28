import type { PausingWords } from "./en";

export const es: PausingWords = {
  title: "Grabación de esta llamada",
  pause: "Pausar la grabación",
  resume: "Reanudar la grabación",
  paused: "Grabación en pausa",
  perhapsPaused: "Grabación probablemente en pausa",
  perhapsRecording: "Probablemente se está grabando",
};
