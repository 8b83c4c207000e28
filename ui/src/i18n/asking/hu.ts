import { plural } from "../plural";
import type { AskingWords } from "./en";

export const hu: AskingWords = {
  title: { link: "Egy hivatkozás ezt a számot hívná fel", own: "Felhívja ezt a számot?", refused: "Nem történt hívás" },
  call: "Hívás",
  callAnyway: "Hívás mindenképp",
  calling: "Hívás folyamatban…",
  typed: "Eredeti alakban",
  caution: {
    emergency: { what: "Segélyhívó szám", advice: "A rendőrség, a mentők vagy a tűzoltóság veszi fel. Csak vészhelyzetben hívja." },
    premium: { what: "Emelt díjas szám", advice: "Minden perc sokba kerülhet." },
    shared_cost: { what: "Megosztott költségű szám", advice: "A hívás egy részét Ön fizeti." },
    satellite: { what: "Műholdas telefon", advice: "A legdrágább hívások közé tartozik." },
    international: { what: "Másik ország", advice: "A külföldi hívás többe kerülhet." },
    unusual_country: { what: "Szokatlan ország", advice: "Innen ritkán hívják, és sokba kerülhet." },
    rule: { what: "Egy szabály szerint rá kell kérdezni", advice: "A beállítások szerint." },
  },
  unchecked: "Nem sikerült ellenőrizni, mibe kerül ez a hívás.",
  more: (n) => plural("hu", n, { other: "Közben még # hivatkozás érkezett, ezekkel nem történt semmi." }),
  keys: { call: "hívás", cancel: "ne hívja", close: "bezárás", move: "választás" },
};
