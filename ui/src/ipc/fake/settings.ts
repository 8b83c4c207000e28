import type { ProfileReview, PushNote, SettingsView } from "../generated";
import { kinds, telephony } from "./kinds";

export const settings: SettingsView = {
  path: "/home/ana/.config/ringcard/ringcard.toml",
  broken: null,
  agent: { name: "Ana Kiss", extension: "101", lines: ["+3612001000"] },
  locale: { country: "HU", language: null },
  appearance: "system",
  numbers: { internal_min: 2, internal_max: 6, outside_prefix: null, own: ["+3612001000", "+3612001001"], private: [] },
  line_names: [
    { number: "+3612001000", name: "Sales (HU)" },
    { number: "+34911230000", name: "Soporte" },
  ],
  hub: { url: "", token: "not_set" },
  listen: { address: "127.0.0.1:8480", running: true, problem: null, public_url: null, reach: "this_computer" },
  api_token_hint: "rc_…f3a9",
  accounts: [
    {
      name: "pbx",
      connector: telephony.id,
      values: { api_url: "https://pbx.example.com/api", user: "crm" },
      secrets: { password: "set", incoming_key: "set" },
      webhooks: [
        {
          kind: "incoming",
          method: "POST",
          url: "http://127.0.0.1:8480/in/pbx/incoming?key=•••",
          proof: "The push key must come with every push, as the parameter key.",
        },
      ],
      signs_in: false,
      problem: null,
    },
  ],
  profiles: kinds,
  descriptions: [],
  desk: {
    start_at_login: true,
    links: true,
    link_dials: "ask",
    monitor: null,
    corner: "top_right",
    quiet: "card",
    hotkey: "Ctrl+Alt+Space",
    hide_after_seconds: 10,
  },
  monitors: [
    { name: "DP-1", width: 2560, height: 1440 },
    { name: "HDMI-1", width: 1920, height: 1080 },
  ],
  secrets: { available: true, message: null },
  demo: false,
};

/** A PBX whose key was wrong at first. */
export function lastPushes(now: number): PushNote[] {
  const push = (ago: number, kind: string, became: PushNote["became"], times = 1): PushNote => ({
    at: now - ago,
    account: "pbx",
    kind,
    from: "192.0.2.20",
    became,
    times,
  });
  return [
    push(60_000, "event", { kind: "known_call", call_id: "call-1" }),
    push(70_000, "incoming", { kind: "new_call", call_id: "call-1" }),
    push(600_000, "incoming", { kind: "unreadable", detail: "There is neither a caller nor a called number in it (looked for `caller`)" }),
    push(900_000, "incoming", { kind: "key_wrong" }, 3),
  ];
}

/** A description somebody put into the folder: everything it could do that a person would want to know. */
export const acme: ProfileReview = {
  id: "acme",
  title: "Acme Cloud PBX",
  file: "/home/ana/.config/ringcard/profiles/acme.toml",
  sha256: "5f16f4c7f149ac4f9510d9cf8cf384038ad348b3bcdc01915f95de12df9d1b02",
  standing: "new",
  replaces: false,
  accounts: [],
  requests: [
    {
      purpose: "start_call",
      methods: ["POST"],
      reaches: [{ kind: "setting", label: "Address of the API" }],
      secrets: [{ label: "API token", parts: ["sign_in"] }],
    },
    {
      purpose: "test",
      methods: ["GET"],
      reaches: [{ kind: "fixed", server: "https://api.acme.example" }],
      secrets: [{ label: "API token", parts: ["parameters", "sign_in"] }],
    },
  ],
  pushes: ["incoming", "event"],
  push_secrets: ["Push key"],
  push_unproved: false,
};
