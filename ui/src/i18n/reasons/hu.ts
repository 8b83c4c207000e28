import type { Leg } from "../../ipc";
import type { Said } from "../en";
import type { ReasonWords } from "./en";

const asks = "Ellenőrizze az alközponti fiókot a Beállításokban.";
const both = (said: Said): Record<Leg, Said> => ({ agent: said, customer: said });

export const hu: ReasonWords = {
  authentication: both({
    what: "Az alközpont nem fogadta el a bejelentkezést",
    advice: `Hibás a felhasználónév, a jelszó vagy a kulcs. ${asks}`,
  }),
  refused: both({
    what: "Az alközpont elutasította a hívást",
    advice: "Nem történt tárcsázás. Ellenőrizze a számot, majd próbálja újra.",
  }),
  unreachable: both({
    what: "Az alközpont nem érhető el",
    advice: "Nem történt tárcsázás. Ellenőrizze a hálózatot, majd próbálja újra.",
  }),
  not_configured: both({ what: "Ez a fiók nincs beállítva tárcsázásra", advice: asks }),
  busy: {
    agent: { what: "Az Ön telefonja foglalt", advice: "Tegye le a másik hívást, majd próbálja újra." },
    customer: { what: "Az ügyfél vonala foglalt", advice: "Próbálja újra néhány perc múlva." },
  },
  no_answer: {
    agent: { what: "Ön nem vette fel", advice: "Az ügyfelet nem hívtuk. Tárcsázzon újra, ha készen áll." },
    customer: { what: "Az ügyfél nem veszi fel", advice: "Próbálja újra később." },
  },
  declined: {
    agent: {
      what: "Az Ön telefonja elutasította a hívást",
      advice: "Az ügyfelet nem hívtuk. Nézze meg, nincs-e „ne zavarjanak” módban a telefonja.",
    },
    customer: { what: "Az ügyfél elutasította a hívást", advice: "Próbálja újra később." },
  },
  other: {
    agent: {
      what: "Az Ön telefonja nem érhető el",
      advice: "Az ügyfelet nem hívtuk. Ellenőrizze, hogy a telefonja be van-e jelentkezve.",
    },
    customer: { what: "Az ügyfél nem érhető el", advice: "Ellenőrizze a számot, majd próbálja újra." },
  },
  no_such_number: {
    agent: { what: "Az Ön melléke nem létezik", advice: "Az ügyfelet nem hívtuk. Ellenőrizze a mellékét a Beállításokban." },
    customer: { what: "Nincs ilyen szám", advice: "Senkinek sincs ilyen száma. Vesse össze az ügyfél adataival." },
  },
  number_changed: {
    agent: { what: "Az Ön melléke megváltozott", advice: "Az ügyfelet nem hívtuk. Ellenőrizze a mellékét a Beállításokban." },
    customer: { what: "A szám megváltozott", advice: "Keresse meg az ügyfél új számát." },
  },
  number_incomplete: {
    agent: { what: "Az Ön melléke nem teljes", advice: "Az ügyfelet nem hívtuk. Ellenőrizze a mellékét a Beállításokban." },
    customer: { what: "A szám nem teljes", advice: "Ellenőrizze a számjegyeket és a körzetszámot, majd próbálja újra." },
  },
  no_route: {
    agent: { what: "Nem vezet vonal az Ön telefonjához", advice: "Az ügyfelet nem hívtuk. Szóljon a rendszergazdának." },
    customer: { what: "Nem vezet vonal ehhez a számhoz", advice: "Ellenőrizze az ország- és a körzetszámot. Ha helyesek, szóljon a rendszergazdának." },
  },
  not_reachable: {
    agent: {
      what: "Az Ön telefonja nincs csatlakoztatva",
      advice: "Az ügyfelet nem hívtuk. Kapcsolja be a telefont, vagy jelentkezzen be rajta, majd próbálja újra.",
    },
    customer: { what: "Az ügyfél telefonja ki van kapcsolva vagy nem elérhető", advice: "Próbálja újra később, vagy egy másik számon." },
  },
  out_of_service: {
    agent: { what: "Az Ön telefonja nem üzemel", advice: "Az ügyfelet nem hívtuk. Szóljon a rendszergazdának." },
    customer: { what: "A szám nem üzemel", advice: "Próbálja az ügyfél egy másik számát." },
  },
  provider_refuses: {
    agent: { what: "Az alközpont nem engedi hívni az Ön telefonját", advice: "Az ügyfelet nem hívtuk. Szóljon a rendszergazdának." },
    customer: { what: "A szolgáltató nem engedi az ilyen hívást", advice: "Szóljon a rendszergazdának: az újratárcsázás nem segít." },
  },
  congested: {
    agent: { what: "Minden vonal foglalt", advice: "Az ügyfelet nem hívtuk. Próbálja újra egy pillanat múlva." },
    customer: { what: "Minden vonal foglalt", advice: "Próbálja újra egy pillanat múlva." },
  },
  network_failure: {
    agent: { what: "Hiba a telefonhálózatban", advice: "Az ügyfelet nem hívtuk. Próbálja újra; ha nem múlik el, szóljon a rendszergazdának." },
    customer: { what: "Hiba a telefonhálózatban", advice: "Próbálja újra; ha nem múlik el, szóljon a rendszergazdának." },
  },
  incompatible: {
    agent: { what: "Az Ön telefonja nem tud ilyen hívást fogadni", advice: "Az ügyfelet nem hívtuk. Szóljon a rendszergazdának." },
    customer: { what: "Az ügyfél telefonja nem tud ilyen hívást fogadni", advice: "Próbálja az ügyfél egy másik számát." },
  },
  advice: {
    choose_number: "Válassza ki a telefonprogramban, melyik számról hívjon, és hagyja jóvá: akkor indul a hívás.",
    calls_another: "A telefonrendszer nem a kattintott számot hívja, hanem azt, amelyet a jegyhez ismer.",
  },
};
