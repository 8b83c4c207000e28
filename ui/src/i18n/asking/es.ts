import { plural } from "../plural";
import type { AskingWords } from "./en";

export const es: AskingWords = {
  title: { link: "Un enlace pide llamar a este número", own: "¿Llamar a este número?", refused: "No se ha llamado" },
  call: "Llamar",
  callAnyway: "Llamar de todos modos",
  calling: "Llamando…",
  typed: "Tal como está escrito",
  caution: {
    emergency: { what: "Número de emergencias", advice: "Contestan la policía, las ambulancias o los bomberos. Llame solo en caso de emergencia." },
    premium: { what: "Número de tarificación especial", advice: "Cada minuto puede costar mucho." },
    shared_cost: { what: "Número de coste compartido", advice: "Usted paga una parte de la llamada." },
    satellite: { what: "Teléfono por satélite", advice: "Es de las llamadas más caras que existen." },
    international: { what: "Otro país", advice: "Una llamada al extranjero puede costar más." },
    unusual_country: { what: "Un país poco habitual", advice: "Desde aquí no se suele llamar a ese país, y puede costar mucho." },
    rule: { what: "Una regla pide confirmarlo", advice: "Así lo dice la configuración." },
  },
  unchecked: "No se ha podido comprobar cuánto cuesta esta llamada.",
  more: (n) =>
    plural("es", n, { one: "Mientras tanto llegó # enlace más y no se atendió.", other: "Mientras tanto llegaron # enlaces más y no se atendieron." }),
  keys: { call: "llamar", cancel: "no llamar", close: "cerrar", move: "elegir" },
  unsure: {
    internal_or_outside: "Puede ser un número interno o uno externo.",
    may_be_order_number: "Puede ser un número de pedido.",
    may_be_date: "Puede ser una fecha.",
    may_be_card_number: "Puede ser el número de una tarjeta de pago.",
    may_be_address: "Puede ser parte de una dirección.",
    plus_missing: "Solo es un número extranjero si se le antepone un +.",
    zero_missing: "Solo es un número de este país si se le antepone un 0.",
    not_in_use: "Que sepamos, nadie tiene un número así.",
    looks_too_short: "Parece demasiado corto para ese país.",
    looks_too_long: "Parece demasiado largo para ese país.",
    several_numbers: "Hay varios números; este es el primero.",
    extension_guessed: "Los últimos dígitos pueden ser una extensión.",
    words_around: "Está en medio de otras palabras.",
    old_form: "Tiene una forma que su país abandonó; se leyó como se marca hoy.",
  },
};
