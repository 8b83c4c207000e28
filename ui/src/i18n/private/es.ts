import { plural } from "../plural";
import type { PrivateWords } from "./en";

export const es: PrivateWords = {
  make: "Hacer privada",
  takeBack: "No es privada",
  is: "Privada: solo usted ve con quién fue. No está en ningún registro de llamadas y no se guarda ninguna grabación.",
  byNumber: "Privada por su número: solo usted ve con quién fue. No está en ningún registro de llamadas y no se guarda ninguna grabación.",
  withheld: "Solo quien habló ve con quién fue.",
  sure: "Nadie más verá con quién fue y sus grabaciones se borran para siempre.",
  cancel: "Cancelar",
  deleted: (n) => plural("es", n, { one: "Se borró # grabación para siempre.", other: "Se borraron # grabaciones para siempre." }),
  held: (n) =>
    plural("es", n, {
      one: "# grabación está retenida: se queda y nadie puede escucharla.",
      other: "# grabaciones están retenidas: se quedan y nadie puede escucharlas.",
    }),
  told: (accounts) => `${accounts} ya sabía de la llamada: lo que consta allí se queda.`,
};
