import type { Language, TroubleCode } from "../ipc";

/** What is wrong with the phone that rings first, where a number is called. Of its own, so that cards load without it. */
export const ownPhoneWords: Record<Language, Partial<Record<TroubleCode, string>>> = {
  en: { phone_away: "Your phone is not connected: start it first", phone_not_reached: "Your phone may not ring: the telephone system is not reached" },
  es: { phone_away: "Su teléfono no está conectado: enciéndalo antes", phone_not_reached: "Puede que su teléfono no suene: no se llega al sistema telefónico" },
  hu: {
    phone_away: "A telefonja nincs csatlakoztatva: előbb indítsa el",
    phone_not_reached: "Lehet, hogy a telefonja nem csörög: a telefonrendszer nem érhető el",
  },
};
