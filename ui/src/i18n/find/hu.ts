import { plural } from "../plural";
import type { FindWords } from "./en";

export const hu: FindWords = {
  label: "Hívások keresése",
  placeholder: "Név, jegyzet, megjegyzés vagy szám",
  filters: "Szűrők",
  set: (n) => plural("hu", n, { other: "# szűrő" }),
  clear: "Újra mindet",
  from: "Ettől",
  to: "Eddig",
  any: "Mind",
  direction: "Irány",
  ended: "Hogyan végződött",
  endedAs: { spoken: "Beszéltek", missed: "Nem fogadott", failed: "Nem érték el" },
  coded: "Kód",
  codedAs: { yes: "Kódolva", no: "Még nincs kódolva" },
  recorded: "Felvétel",
  recordedAs: { yes: "Van felvétel", no: "Nincs" },
  line: "Vonal",
  queue: "Várósor",
  save: "Mentés CSV-ként",
  saved: "A hívások elmentve",
  saving: "Mentés…",
  nothing: "Nincs ilyen hívás",
  nothingText: "Vegyen el egy szűrőt, vagy írjon kevesebbet.",
  further: "Keresés régebbiek közt",
};
