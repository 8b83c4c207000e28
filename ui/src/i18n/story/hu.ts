import { plural } from "../plural";
import type { StoryWords } from "./en";

export const hu: StoryWords = {
  noted: (by) => `${by} feljegyezte`,
  coded: (by, code) => `${by} kódolta: ${code}`,
  codedAnew: (by, code) => `${by} módosította a kódot: ${code}`,
  noCode: "kód nélkül",
  byItself: "Az idő lejártakor magától mentve.",
  callBack: (when) => `Ígért visszahívás: ${when}.`,
  doNotCall: "Többé ne hívjuk.",
  arrived: "Megérkezett.",
  arrivedAs: (reference) => `Megérkezett, azonosítója: ${reference}.`,
  savedAt: (time) => `Mentve: ${time}.`,
  tries: (n) => plural("hu", n, { other: "# próbálkozás." }),
  recorded: "Felvétel érkezett",
  toldOf: "Felvétel készült",
  notKept: "Egy felvétel nem lett megőrizve",
  fetched: "A felvétel letöltve",
  deleted: "A felvétel törölve",
  missing: {
    outbox: "Most nem olvasható, mit írtunk más rendszerekbe. A többi teljes.",
    recordings: "Most nem olvasható, milyen felvételek vannak. A többi teljes.",
    other: "Egy része most nem olvasható. A többi teljes.",
  },
  play: (who) => `A felvétel lejátszása: ${who}`,
  hasRecording: "Van felvétel",
  recordingGone: "A felvételt törölték, vagy már nem hallgatható meg",
  withThem: {
    title: "Hívások ezzel az ügyféllel",
    none: "Még nincs hívás",
    loading: "A hívások keresése…",
    earlier: "Korábbi hívások",
    notTheirs: "Egy ügyfél hívásait az látja, aki már beszélt vele. A csoportvezető mindet látja.",
    open: (when) => `A hívás megnyitása: ${when}`,
    byNumber: "a szám alapján",
  },
  recordingOf: (when) => `Felvétel, ${when}`,
};
