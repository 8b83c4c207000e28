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
  unsure: {
    internal_or_outside: "Lehet belső mellék vagy külső szám is.",
    may_be_order_number: "Lehet, hogy rendelésszám.",
    may_be_date: "Lehet, hogy dátum.",
    may_be_card_number: "Lehet, hogy bankkártyaszám.",
    may_be_address: "Lehet, hogy egy cím része.",
    plus_missing: "Csak akkor külföldi szám, ha + kerül elé.",
    zero_missing: "Csak akkor belföldi szám, ha 0 kerül elé.",
    not_in_use: "Tudomásunk szerint senkinek nincs ilyen száma.",
    looks_too_short: "Ahhoz az országhoz túl rövidnek látszik.",
    looks_too_long: "Ahhoz az országhoz túl hosszúnak látszik.",
    several_numbers: "Több szám van; ez az első.",
    extension_guessed: "Az utolsó számjegyek mellék is lehetnek.",
    words_around: "Más szavak között áll.",
    old_form: "Az országa által már nem használt alakban van; úgy értelmeztük, ahogy ma hívják.",
  },
};
