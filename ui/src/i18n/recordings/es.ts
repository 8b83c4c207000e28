import type { RecordingsWords } from "./en";

export const es: RecordingsWords = {
  title: "Grabación",
  several: "Grabaciones",
  play: "Reproducir",
  pause: "Pausar",
  fetching: "Buscando la grabación…",
  position: "Posición",
  speed: "Velocidad",
  times: (speed) => `${speed}×`,
  loudness: "Volumen",
  voices: { label: "Voces", both: "Ambas", first: "Izquierda", second: "Derecha" },
  atSystem: "Sigue en la central telefónica; se pide al reproducirla.",
  gone: "La central telefónica ya no la tiene.",
  unknown: "Esta versión de Ringcard no puede reproducirla.",
  failed: "No se puede reproducir la grabación",
  keys: "La barra espaciadora reproduce y pausa; las flechas avanzan y retroceden 5 segundos.",
};
