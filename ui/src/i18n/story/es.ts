import { plural } from "../plural";
import type { StoryWords } from "./en";

export const es: StoryWords = {
  noted: (by) => `${by} anotó`,
  coded: (by, code) => `${by} codificó: ${code}`,
  codedAnew: (by, code) => `${by} cambió el código: ${code}`,
  noCode: "sin código",
  byItself: "Se guardó solo al terminar el tiempo.",
  callBack: (when) => `Devolución de llamada prometida: ${when}.`,
  doNotCall: "No volver a llamar.",
  arrived: "Ya llegó.",
  arrivedAs: (reference) => `Ya llegó, como ${reference}.`,
  savedAt: (time) => `Guardado a las ${time}.`,
  tries: (n) => plural("es", n, { one: "# intento.", other: "# intentos." }),
  recorded: "Llegó una grabación",
  toldOf: "Se anunció una grabación",
  notKept: "No se guardó una grabación",
  fetched: "Se trajo la grabación",
  deleted: "Se eliminó la grabación",
  missing: {
    outbox: "Ahora no se puede leer lo que se escribió en otros sistemas. Lo demás está completo.",
    recordings: "Ahora no se puede leer qué grabaciones hay. Lo demás está completo.",
    other: "Ahora no se puede leer una parte. Lo demás está completo.",
  },
  play: (who) => `Reproducir la grabación: ${who}`,
  hasRecording: "Hay una grabación",
  recordingGone: "La grabación se eliminó o ya no se puede escuchar",
  withThem: {
    title: "Llamadas con este cliente",
    none: "Aún no hay llamadas",
    loading: "Buscando sus llamadas…",
    earlier: "Mostrar llamadas anteriores",
    notTheirs: "Verá las llamadas de un cliente cuando haya tenido una con él. Un jefe de equipo las ve todas.",
    open: (when) => `Abrir la llamada: ${when}`,
    byNumber: "por el número",
  },
  recordingOf: (when) => `Grabación, ${when}`,
};
