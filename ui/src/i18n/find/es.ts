import { plural } from "../plural";
import type { FindWords } from "./en";

export const es: FindWords = {
  label: "Buscar llamadas",
  placeholder: "Nombre, nota, comentario o número",
  filters: "Filtros",
  set: (n) => plural("es", n, { one: "# filtro", other: "# filtros" }),
  clear: "Mostrar todas de nuevo",
  from: "Desde",
  to: "Hasta",
  any: "Todas",
  direction: "Sentido",
  ended: "Cómo terminó",
  endedAs: { spoken: "Hablada", missed: "Perdida", failed: "Sin contacto" },
  coded: "Código",
  codedAs: { yes: "Codificada", no: "Sin codificar" },
  recorded: "Grabación",
  recordedAs: { yes: "Con grabación", no: "Sin grabación" },
  line: "Línea",
  queue: "Cola",
  save: "Guardar como CSV",
  saved: "Las llamadas están guardadas",
  saving: "Guardando…",
  nothing: "Ninguna llamada es así",
  nothingText: "Quite un filtro o escriba menos.",
  further: "Buscar más atrás",
};
