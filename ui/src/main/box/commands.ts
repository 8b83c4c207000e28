import { type DeskView, type QuietMode, type Section, call as command } from "../../ipc";
import { mainWords } from "../../i18n/main";
import { plainWords } from "../../lib/fold";
import type { IconName } from "../../lib/icons";
import { type Navigate, sectionsOf } from "../frame/route";

/** Something the box can do. */
export type BoxCommand = { id: string; name: string; also: string; icon: IconName; run: () => Promise<unknown> | void };

/** Ways that are more than a section. */
export type Doors = { desk: DeskView; navigate: Navigate; showMissed: () => void; showCallbacks: () => void; importCustomers: () => void };

const quietModes: QuietMode[] = ["card", "notification", "both", "neither"];
const ringKinds = ["known", "several", "unknown", "hidden", "vip"] as const;
const appearances = ["light", "dark", "system"] as const;

/** What can be done at the moment, the most wanted first: nothing that would change nothing. */
export function commandsFor({ desk, navigate, showMissed, showCallbacks, importCustomers }: Doors): BoxCommand[] {
  const { commands: names, also, demo } = mainWords();
  const go = (id: Section, icon: IconName): BoxCommand => ({ id, name: names[id], also: also[id], icon, run: () => navigate({ section: id }) });
  const rings = ringKinds.map((kind): BoxCommand => ({
    id: `ring-${kind}`,
    name: demo.ringNow(demo[kind]),
    also: also.demo,
    icon: "ringing",
    run: () => command("demo_ring", { kind }),
  }));
  const quiet = quietModes
    .filter((mode) => mode !== desk.quiet)
    .map((mode): BoxCommand => ({ id: `quiet-${mode}`, name: names.quiet[mode], also: also.quiet, icon: "bell", run: () => command("set_quiet", { mode }) }));
  const looks = appearances
    .filter((appearance) => appearance !== desk.appearance)
    .map((appearance): BoxCommand => ({
      id: `look-${appearance}`,
      name: names[appearance],
      also: also.appearance,
      icon: "moon",
      run: () => command("save_settings", { patch: { appearance } }),
    }));
  const others = (["campaigns", "outbox", "reports"] as const).filter((section) => sectionsOf(desk).includes(section));
  const icons = { campaigns: "tag", outbox: "clock", reports: "chart" } as const;
  const disturb = !desk.do_not_disturb;
  return [
    { id: "new-customer", name: names.newCustomer, also: also.newCustomer, icon: "plus", run: () => navigate({ section: "customers", prefillNumber: "" }) },
    { id: "missed", name: names.missed, also: also.missed, icon: "missed", run: showMissed },
    { id: "callbacks", name: names.callbacks, also: also.callbacks, icon: "clock", run: showCallbacks },
    { id: "dnd", name: disturb ? names.dndOn : names.dndOff, also: also.dnd, icon: "moon", run: () => command("set_do_not_disturb", { on: disturb }) },
    go("calls", "phone"),
    go("customers", "people"),
    ...others.map((section) => go(section, icons[section])),
    go("settings", "gear"),
    { id: "import", name: names.importCustomers, also: also.importCustomers, icon: "upload", run: importCustomers },
    ...(desk.demo ? rings : []),
    ...quiet,
    ...looks,
    desk.demo
      ? { id: "demo", name: names.stopDemo, also: also.demo, icon: "play", run: () => command("stop_demo") }
      : { id: "demo", name: names.startDemo, also: also.demo, icon: "play", run: () => command("start_demo") },
    { id: "quit", name: names.quit, also: also.quit, icon: "cross", run: () => command("quit", { sure: false }) },
  ];
}

/** How well a command fits what was typed: 2 where its name begins so, 1 where every word begins one of its words, 0 not. */
export function fits(one: BoxCommand, typed: string): 0 | 1 | 2 {
  const wanted = plainWords(typed);
  if (wanted.length === 0) return 0;
  const has = (text: string) => {
    const words = plainWords(text);
    return wanted.every((want) => words.some((word) => word.startsWith(want)));
  };
  if (has(one.name)) return 2;
  return has(`${one.name} ${one.also}`) ? 1 : 0;
}
