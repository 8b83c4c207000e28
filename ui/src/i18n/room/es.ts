import { plural } from "../plural";
import type { RoomWords } from "./en";

export const es: RoomWords = {
  shorten: (n) => `No se puede guardar: ${plural("es", n, { one: "sobra # carácter", other: "sobran # caracteres" })} para el sistema que lo recibe. Acórtelo.`,
  field: {
    comment: "el comentario",
    code: "el código",
    second_code: "el segundo código",
    agent: "el número del agente",
    campaign: "la campaña",
    customer_id: "el identificador del cliente",
    customer_name: "el nombre del cliente",
    number: "el número de teléfono",
    named: (name) => `el campo «${name}»`,
  },
  misfit: {
    too_long: (field, length, most) => `${field} tiene ${length} caracteres y se aceptan como máximo ${most}`,
    missing: (field) => `falta ${field}`,
    unreadable: (field) => `${field} tiene caracteres que allí no se aceptan`,
    too_many_numbers: (count, most) => `hay ${count} números de teléfono y se aceptan como máximo ${most}`,
    no_such_field: (name) => `no existe el campo «${name}»`,
    not_taken: () => "la cuenta no acepta estas entradas",
  },
};
