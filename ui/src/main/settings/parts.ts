import { settingsWords } from "../../i18n/settings";
import { Draft, type Faults } from "./draft.svelte";

/** The parts of the settings that have a Save button: how each is typed, checked and sent. */

const digits = (text: string) => /^\d*$/.test(text.trim());
const whole = (text: string, from: number, to: number) => /^\d{1,4}$/.test(text.trim()) && Number(text) >= from && Number(text) <= to;
const orNull = (text: string) => text.trim() || null;
const filled = (rows: string[]) => rows.map((row) => row.trim()).filter((row) => row !== "");

export const agentDraft = () =>
  new Draft({
    place: "settings/agent",
    of: ({ agent }) => ({ name: agent.name, extension: agent.extension ?? "", lines: agent.lines }),
    patch: ({ name, extension, lines }) => ({ agent: { name: name.trim(), extension: orNull(extension), lines: filled(lines) } }),
    faults: ({ extension }): Faults => (digits(extension) ? {} : { extension: settingsWords().fault.digits }),
  });

export const numbersDraft = () =>
  new Draft({
    place: "settings/numbers",
    of: ({ locale, numbers, line_names }) => ({
      country: locale.country,
      min: String(numbers.internal_min),
      max: String(numbers.internal_max),
      prefix: numbers.outside_prefix ?? "",
      own: numbers.own,
      private: numbers.private,
      lines: line_names.map(({ number, name }) => ({ number, name })),
    }),
    patch: ({ country, min, max, prefix, own, private: kept, lines }) => ({
      locale: { country },
      numbers: { internal_min: Number(min), internal_max: Number(max), outside_prefix: orNull(prefix), own: filled(own), private: filled(kept) },
      line_names: lines
        .filter(({ number, name }) => number.trim() !== "" || name.trim() !== "")
        .map(({ number, name }) => ({ number: number.trim(), name: name.trim() })),
    }),
    faults: ({ min, max, prefix, lines }): Faults => {
      const words = settingsWords().fault;
      const found: Faults = {};
      if (!whole(min, 1, 10)) found.min = words.fromTo(1, 10);
      if (!whole(max, 1, 10)) found.max = words.fromTo(1, 10);
      else if (Number(max) < Number(min)) found.max = words.order;
      if (!digits(prefix) || prefix.trim().length > 4) found.prefix = words.prefix;
      lines.forEach(({ number, name }, at) => {
        if ((number.trim() === "") !== (name.trim() === "")) found[`line${at}`] = words.both;
      });
      return found;
    },
  });

/** An IPv4 address, or an IPv6 address in brackets, and a port. */
const address = /^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:.]+\]):\d{1,5}$/i;

export const listenDraft = () =>
  new Draft({
    place: "settings/listen",
    of: ({ listen }) => ({ address: listen.address, publicUrl: listen.public_url ?? "" }),
    patch: ({ address: at, publicUrl }) => ({ listen: { address: at.trim(), public_url: orNull(publicUrl) } }),
    faults: ({ address: at, publicUrl }): Faults => {
      const words = settingsWords().fault;
      const found: Faults = {};
      if (!address.test(at.trim())) found.address = words.address;
      if (publicUrl.trim() !== "" && !/^https?:\/\/[^\s/]/i.test(publicUrl.trim())) found.publicUrl = words.url;
      return found;
    },
  });

export const cardDraft = () =>
  new Draft({
    place: "settings/card",
    of: ({ desk }) => ({ hotkey: desk.hotkey ?? "", hide: String(desk.hide_after_seconds) }),
    patch: ({ hotkey, hide }) => ({ desk: { hotkey: orNull(hotkey), hide_after_seconds: Number(hide) } }),
    faults: ({ hide }): Faults => (whole(hide, 0, 600) ? {} : { hide: settingsWords().fault.fromTo(0, 600) }),
  });
