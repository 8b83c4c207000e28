import type { RecordingsWords } from "./en";

export const hu: RecordingsWords = {
  title: "Hangfelvétel",
  several: "Hangfelvételek",
  play: "Lejátszás",
  pause: "Szünet",
  fetching: "A felvétel lekérése…",
  position: "Hely a felvételben",
  speed: "Sebesség",
  times: (speed) => `${speed}×`,
  loudness: "Hangerő",
  voices: { label: "Hangok", both: "Mindkettő", first: "Bal", second: "Jobb" },
  atSystem: "Még a telefonközpontban van; lejátszáskor kérjük le.",
  gone: "A telefonközpontban már nincs meg.",
  unknown: "A Ringcard e változata nem tudja lejátszani.",
  failed: "A felvétel nem játszható le",
  keys: "A szóköz indít és megállít, a nyilak 5 másodpercet ugranak előre vagy vissza.",
};
