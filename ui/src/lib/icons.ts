/** Drawn on a 20 × 20 grid with a 1.75 stroke; `fill` parts are solid. */
type Drawing = { stroke?: string; fill?: string };

const handset =
  "M4.9 3h2.4c.4 0 .7.2.8.6l.8 2.8c.1.3 0 .6-.3.8L7.1 8.6a9.6 9.6 0 0 0 4.3 4.3l1.4-1.5c.2-.3.5-.4.8-.3l2.8.8c.4.1.6.4.6.8v2.4c0 1-.8 1.9-1.9 1.9C8.7 17 3 11.3 3 4.9 3 3.8 3.9 3 4.9 3z";

export const icons = {
  phone: { stroke: handset },
  ringing: { fill: handset, stroke: "M11.5 6.2a3.4 3.4 0 0 1 2.3 2.3M12 2.8A7 7 0 0 1 17.2 8" },
  talking: { stroke: "M3 4.5h9v6.5H7L4.5 13.2V11H3zM14.5 8H17v6.5h-1.5v2.2L13 14.5H9" },
  outgoing: { fill: handset, stroke: "M12 8l5-5M13 3h4v4" },
  incoming: { fill: handset, stroke: "M17 3l-5 5M12 4v4h4" },
  hungup: {
    fill: "M2.5 11.8c-.8-.8-.9-2 0-2.8 4.3-3.8 10.7-3.8 15 0 .9.8.8 2 0 2.8l-1.3 1.3c-.3.3-.7.3-1 .1l-2.2-1.5c-.3-.2-.4-.5-.3-.8l.3-2a9.5 9.5 0 0 0-6 0l.3 2c.1.3 0 .6-.3.8l-2.2 1.5c-.3.2-.7.2-1-.1z",
  },
  missed: { fill: handset, stroke: "M12 3.5l4.5 4.5M16.5 3.5L12 8" },
  cross: { stroke: "M5 5l10 10M15 5L5 15" },
  question: { stroke: "M7 7.2a3 3 0 1 1 4.3 2.7c-.8.4-1.3 1-1.3 2v.4", fill: "M10 16.4a1.1 1.1 0 1 0 0-2.2 1.1 1.1 0 0 0 0 2.2z" },
  dots: { fill: "M4.5 11.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM10 11.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3zM15.5 11.5a1.5 1.5 0 1 0 0-3 1.5 1.5 0 0 0 0 3z" },
  people: {
    stroke:
      "M8 9.5a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6zM2.5 16.5c0-2.8 2.5-4.5 5.5-4.5s5.5 1.7 5.5 4.5M13 4.3a2.7 2.7 0 0 1 0 5M14.8 12.3c1.7.6 2.7 2 2.7 4.2",
  },
  person: { stroke: "M10 9.5A3 3 0 1 0 10 3.5a3 3 0 0 0 0 6zM4 16.8c0-3 2.7-4.8 6-4.8s6 1.8 6 4.8" },
  star: { fill: "M10 2.2l2.4 4.9 5.4.8-3.9 3.8.9 5.4-4.8-2.6-4.8 2.6.9-5.4L2.2 7.9l5.4-.8z" },
  check: { stroke: "M4.5 10.5l3.5 3.5 7.5-8" },
  approx: { stroke: "M3.5 8c2-2.2 4.2-2.2 6.5-.8s4.5 1.4 6.5-.8M3.5 13.5c2-2.2 4.2-2.2 6.5-.8s4.5 1.4 6.5-.8" },
  warning: { stroke: "M10 3.2L17.5 16.5h-15zM10 8v4", fill: "M10 15.1a.9.9 0 1 0 0-1.8.9.9 0 0 0 0 1.8z" },
  info: { stroke: "M10 17.2a7.2 7.2 0 1 0 0-14.4 7.2 7.2 0 0 0 0 14.4zM10 9.3v4.4", fill: "M10 7.5a1 1 0 1 0 0-2 1 1 0 0 0 0 2z" },
  search: { stroke: "M8.8 14.2a5.4 5.4 0 1 0 0-10.8 5.4 5.4 0 0 0 0 10.8zM12.8 12.8L17 17" },
  plus: { stroke: "M10 4v12M4 10h12" },
  external: { stroke: "M11.5 3.5h5v5M16.5 3.5L9.5 10.5M14 11.5v4.8H3.7V6H8.5" },
  note: { stroke: "M4 3.5h12v9.2L12.2 16.5H4zM12 16.5v-4h4M7 7.5h6M7 10.5h3" },
  clock: { stroke: "M10 17.2a7.2 7.2 0 1 0 0-14.4 7.2 7.2 0 0 0 0 14.4zM10 6v4.2l2.8 1.8" },
  tag: { stroke: "M3.5 3.5h6l7 7-6 6-7-7z", fill: "M6.9 8a1.1 1.1 0 1 0 0-2.2 1.1 1.1 0 0 0 0 2.2z" },
  mask: { stroke: "M3 3l14 14M8 4.3A8.5 8.5 0 0 1 18 10a11 11 0 0 1-2.3 2.9M12.5 15.2A8.3 8.3 0 0 1 2 10a11 11 0 0 1 2.8-3.3M8.3 8.4a2.3 2.3 0 0 0 3.2 3.2" },
  gear: {
    stroke:
      "M10 12.6a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2zM10 2.5v2.2M10 15.3v2.2M2.5 10h2.2M15.3 10h2.2M4.7 4.7l1.6 1.6M13.7 13.7l1.6 1.6M15.3 4.7l-1.6 1.6M6.3 13.7l-1.6 1.6",
  },
  down: { stroke: "M5 7.5l5 5 5-5" },
  left: { stroke: "M12.5 5l-5 5 5 5" },
  right: { stroke: "M7.5 5l5 5-5 5" },
  edit: { stroke: "M12.8 4.2l3 3L7 16H4v-3z" },
  trash: { stroke: "M4 6h12M8 6V3.8h4V6M5.5 6l.8 10.5h7.4L14.5 6M8.5 9v4.5M11.5 9v4.5" },
  upload: { stroke: "M10 13V3.5M6 7l4-3.8L14 7M3.5 13v3.5h13V13" },
  download: { stroke: "M10 3.5V13M6 9.3l4 3.8 4-3.8M3.5 13v3.5h13V13" },
  play: { fill: "M6 3.8v12.4L16.2 10z" },
  pause: { fill: "M5.5 4h3v12h-3zM11.5 4h3v12h-3z" },
  sound: { stroke: "M13 7a4 4 0 0 1 0 6M15.3 4.7a7.5 7.5 0 0 1 0 10.6", fill: "M3 7.5h3L10 4v12l-4-3.5H3z" },
  building: { stroke: "M4 17V3.5h8V17M12 8h4v9M2.5 17h15M7 7h2M7 10h2M7 13h2" },
  mail: { stroke: "M2.8 4.8h14.4v10.4H2.8zM3 5.2l7 5.6 7-5.6" },
  bell: { stroke: "M10 3a4.5 4.5 0 0 0-4.5 4.5c0 4-1.7 5.3-1.7 6h12.4c0-.7-1.7-2-1.7-6A4.5 4.5 0 0 0 10 3zM8.5 16.5h3" },
  moon: { stroke: "M16.5 11.8A7 7 0 0 1 8.2 3.5a6.8 6.8 0 1 0 8.3 8.3z" },
  copy: { stroke: "M7 7h9.5v9.5H7zM13 4V3.5H3.5V13H4" },
  chart: { stroke: "M3.5 3.5v13h13M7 13.5V10M10.5 13.5V6.5M14 13.5V8.5" },
  reload: { stroke: "M16.5 10a6.5 6.5 0 1 1-2-4.7M16.5 2.8v3.7h-3.7" },
} as const satisfies Record<string, Drawing>;

export type IconName = keyof typeof icons;
