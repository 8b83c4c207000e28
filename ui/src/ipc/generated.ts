// The words of the contract between the shell and the user interface.
// Generated from Rust (src-tauri/src/contract) by `cargo xtask bindings`: do not edit.

/**
 * An account as the Settings page gives it; secrets that are left out stay as they are.
 */
export type AccountInput = { name: string, connector: string, values: { [key in string]: PlainValue }, secrets: { [key in string]: SecretText }, };

export type AccountView = { name: string, connector: string, values: { [key in string]: PlainValue }, secrets: { [key in string]: SecretState }, 
/**
 * What to give to the provider.
 */
webhooks: Array<WebhookView>, 
/**
 * Why it cannot work, where it cannot.
 */
problem: string | null, };

/**
 * An agent, by the name in the settings.
 */
export type AgentId = string;

export type AgentPatch = { name?: string, extension?: string | null, lines?: Array<string>, };

export type AgentSettings = { name: string, extension: string | null, lines: Array<string>, };

/**
 * The number that calls (ANI).
 */
export type Ani = Party;

export type Appearance = "system" | "light" | "dark";

export type BrokenSettings = { message: string, line: number | null, };

/**
 * A call, from ring to end.
 */
export type Call = { id: CallId, direction: Direction, 
/**
 * The PBX account it came by.
 */
account: string, 
/**
 * The PBX's own call id, where it has one.
 */
external_id: string | null, ani: Ani, dnis: Dnis, 
/**
 * The called line's name for people: *Sales (HU)*; absent where none was given.
 */
line: string | null, 
/**
 * Inbound: whom it rings for. Outbound: who dialled.
 */
agents: Array<AgentId>, 
/**
 * The extension that rings.
 */
extension: string | null, state: CallState, started_at: Timestamp, connected_at: Timestamp | null, ended_at: Timestamp | null, 
/**
 * Further fields the PBX offered (queue, IVR choice ...), bounded by the profile.
 */
extra: { [key in string]: string }, };

/**
 * What may happen to a call.
 */
export type CallEvent = { "kind": "agent_ringing" } | { "kind": "agent_answered" } | { "kind": "customer_ringing" } | { "kind": "connected" } | { "kind": "answered_elsewhere" } | { "kind": "ended" } | { "kind": "missed" } | { "kind": "failed", leg: Leg, why: FailReason, } | { "kind": "timed_out" } | { "kind": "expired" };

export type CallFilter = { missed: boolean, 
/**
 * Only this agent's own (answered or dialled) calls.
 */
mine: boolean, live: boolean, };

/**
 * Our own name of a call; sorts by time.
 */
export type CallId = string;

/**
 * A row of the call list.
 */
export type CallRow = { call: Call, 
/**
 * Who it was, where an agent or an exact match said so.
 */
customer_name: string | null, customer_id: CustomerId | null, };

/**
 * Where a call stands.
 */
export type CallState = { "kind": "starting" } | { "kind": "agent_ringing" } | { "kind": "ringing" } | { "kind": "connected" } | { "kind": "ended" } | { "kind": "missed" } | { "kind": "answered_elsewhere" } | { "kind": "failed", leg: Leg, why: FailReason, } | { "kind": "unknown" } | { "kind": "outcome_not_reported" };

export type CallsPage = { calls: Array<CallRow>, more: boolean, };

/**
 * One version of a call's card. A desk drops versions older than the one it shows.
 */
export type Card = { version: number, lookup: Lookup, 
/**
 * Earlier calls with the same number, newest first, at most three.
 */
earlier: Array<EarlierCall>, };

export type CommandError = { code: ErrorCode, message: string, };

/**
 * A link or the command line named something that may be a number: ask, then dial the same text as confirmed.
 */
export type ConfirmDial = { text: string, number: NumberView, reason: UnsureReason, };

/**
 * The state of one connection, in words the user interface knows.
 */
export type Connection = { 
/**
 * The account's name; `incoming` for the webhook listener, `directory` for the customer list, `hub` for a remote hub.
 */
name: string, state: ConnectionState, };

export type ConnectionState = { "kind": "ready", detail: string, } | { "kind": "untried" } | { "kind": "connecting" } | { "kind": "trouble", detail: string, };

/**
 * Where on the monitor the popup comes up.
 */
export type Corner = "top_right" | "top_left" | "bottom_right" | "bottom_left";

/**
 * What is known of a customer.
 */
export type Customer = { id: CustomerId, 
/**
 * Which system keeps it: an account's name, or `directory`.
 */
source: string, updated_at: Timestamp, name: string, company: string, role: string, email: string, tags: Array<string>, vip: boolean, notes: string, 
/**
 * Where *Open in CRM* leads; absent: nowhere.
 */
link: string | null, numbers: Array<CustomerNumber>, 
/**
 * Free fields, by the administrator's names.
 */
fields: { [key in string]: string }, };

/**
 * The part of a customer a person edits.
 */
export type CustomerDetails = { name: string, company: string, role: string, email: string, tags: Array<string>, vip: boolean, notes: string, 
/**
 * Where *Open in CRM* leads; absent: nowhere.
 */
link: string | null, numbers: Array<CustomerNumber>, 
/**
 * Free fields, by the administrator's names.
 */
fields: { [key in string]: string }, };

/**
 * A customer's identity in the system that keeps it (the built-in directory, or a CRM).
 */
export type CustomerId = string;

/**
 * One number of a customer: as it was written, and what we read in it.
 */
export type CustomerNumber = { 
/**
 * `mobile`, `work`, `home`, `fax` or the customer's own word; may be empty.
 */
label: string, 
/**
 * As typed or imported: never lost, even if it cannot be read.
 */
written: string, 
/**
 * What the number reader made of it; absent when it is no number.
 */
party: Party | null, };

export type DemoRing = "known" | "several" | "unknown" | "hidden" | "vip";

export type DeskPatch = { start_at_login?: boolean, links?: boolean, monitor?: string | null, corner?: Corner, quiet?: QuietMode, do_not_disturb?: boolean, 
/**
 * `null`: no hotkey at all.
 */
hotkey?: string | null, hide_after_seconds?: number, };

export type DeskSettings = { start_at_login: boolean, links: boolean, monitor: string | null, corner: Corner, quiet: QuietMode, hotkey: string | null, hide_after_seconds: number, };

/**
 * What the main window shows around its sections.
 */
export type DeskView = { agent: AgentSettings | null, calls: Array<PopCall>, 
/**
 * Missed calls nobody has looked at yet.
 */
missed: number, connections: Array<Connection>, quiet: QuietMode, do_not_disturb: boolean, demo: boolean, first_start: boolean, settings_problem: SettingsProblem | null, language: Language, country: string, appearance: Appearance, 
/**
 * The app's.
 */
version: string, };

/**
 * What became of a wish to dial.
 */
export type DialAnswer = { "kind": "dialling", call_id: CallId, } | { "kind": "confirm", text: string, number: NumberView, reason: UnsureReason, } | { "kind": "refused", code: RequestErrorCode, message: string, 
/**
 * Why it is no number, where that is why.
 */
reason: NotANumber | null, };

export type DialledAs = { account: string, text: string, };

export type Direction = "inbound" | "outbound";

/**
 * The number that is called (DNIS).
 */
export type Dnis = Party;

/**
 * A line of a card: when we last spoke.
 */
export type EarlierCall = { at: Timestamp, agent: string | null, state: CallState, direction: Direction, };

/**
 * The hub's codes and the shell's own.
 */
export type ErrorCode = RequestErrorCode | ShellErrorCode;

export type ExportAs = "csv" | "vcard";

/**
 * Why a leg failed; the user interface has words and advice for each. `detail` is the PBX's own message, if it sent one.
 */
export type FailReason = { "code": "authentication", detail: string, } | { "code": "refused", detail: string, } | { "code": "unreachable", detail: string, } | { "code": "not_configured", detail: string, } | { "code": "busy" } | { "code": "no_answer" } | { "code": "declined" } | { "code": "other", detail: string, };

export type ImportColumn = { name: string, 
/**
 * The column's values in the first rows.
 */
sample: Array<string>, 
/**
 * What we think it is.
 */
target: ImportTarget, };

export type ImportFormat = "csv" | "vcard";

/**
 * What a file holds, before anything is imported.
 */
export type ImportPreview = { path: string, file_name: string, format: ImportFormat, 
/**
 * `UTF-8`, `UTF-16LE`, `windows-1250` …
 */
encoding: string, delimiter: string | null, columns: Array<ImportColumn>, rows_estimated: number, 
/**
 * What a person should know before starting, as sentences.
 */
problems: Array<string>, };

/**
 * How far an import is.
 */
export type ImportProgress = { state: ImportState, read: number, created: number, updated: number, unchanged: number, refused: number, total_bytes: number, done_bytes: number, 
/**
 * The first 200; all are in the report.
 */
refused_rows: Array<RefusedRow>, report_path: string | null, 
/**
 * Why it failed, or what else a person should know.
 */
message: string | null, };

export type ImportState = "running" | "done" | "cancelled" | "failed";

/**
 * What a column becomes.
 */
export type ImportTarget = "ignore" | "name" | "first_name" | "last_name" | "company" | "role" | "email" | "number" | "mobile" | "work" | "home" | "tags" | "vip" | "notes" | "link" | "external_id" | { "field": string };

/**
 * The languages Ringcard speaks.
 */
export type Language = "en" | "es" | "hu";

/**
 * One of the two halves of a call.
 */
export type Leg = "agent" | "customer";

/**
 * A called line and its name for people.
 */
export type LineName = { number: string, name: string, };

export type ListenPatch = { address?: string, public_url?: string | null, };

export type ListenSettings = { 
/**
 * Where it listens, or as set while it does not.
 */
address: string, running: boolean, problem: string | null, public_url: string | null, };

export type LocalePatch = { country?: string | null, language?: Language | null, };

export type LocaleSettings = { country: string, language: Language | null, };

/**
 * Where the look-up of a call's customer stands.
 */
export type Lookup = { "kind": "not_asked" } | { "kind": "looking" } | { "kind": "found", matches: Array<Match>, chosen: CustomerId | null, } | { "kind": "no_match" } | { "kind": "unavailable", system: string, matches: Array<Match>, };

/**
 * A customer who may be the caller, and why.
 */
export type Match = { customer: Customer, strength: MatchStrength, reason: MatchReason, };

/**
 * Why a customer was matched; the user interface has words for each.
 */
export type MatchReason = { "kind": "remembered" } | { "kind": "same_number", label: string, } | { "kind": "other_form", label: string, } | { "kind": "last_digits", digits: number, label: string, } | { "kind": "text" };

/**
 * How sure a match is; strongest first.
 */
export type MatchStrength = "exact" | "likely" | "maybe";

export type MonitorView = { name: string, width: number, height: number, };

/**
 * Where the main window should go.
 */
export type Navigate = { section: Section, customer_id: CustomerId | null, prefill_number: string | null, call_id: CallId | null, 
/**
 * The keyboard goes to the box for numbers, names and commands.
 */
focus_box?: boolean, };

/**
 * Why something is no phone number. `code` is stable; the user interface has words for every one.
 */
export type NotANumber = { "code": "empty" } | { "code": "no_digits" } | { "code": "too_short" } | { "code": "too_long" } | { "code": "not_from_here" } | { "code": "unknown_country_code" } | { "code": "order_number" } | { "code": "date" } | { "code": "card_number" } | { "code": "address" } | { "code": "letters" } | { "code": "symbols" } | { "code": "withheld" };

/**
 * Something the agent should know that no window asked for.
 */
export type Notice = { kind: NoticeKind, 
/**
 * An `ErrorCode`, or a word of its own the user interface knows.
 */
code: string, detail: string, };

export type NoticeKind = "info" | "problem";

/**
 * A number of the public network, always in E.164, with an extension behind it where one was given.
 */
export type Number = { 
/**
 * `+36301234567`
 */
e164: string, extension: string | null, };

export type NumberReading = { "kind": "number", number: NumberView, certainty: Sureness, } | { "kind": "refused", reason: NotANumber, message: string, };

/**
 * *Try a number*: how it is read, shown, dialled and searched.
 */
export type NumberReport = { reading: NumberReading, display: string | null, dialled: Array<DialledAs>, searched: Array<string>, };

export type NumberSettings = { internal_min: number, internal_max: number, outside_prefix: string | null, own: Array<string>, };

/**
 * A party as the user interface shows it.
 */
export type NumberView = { kind: PartyKind, 
/**
 * `+36 30 123 4567`, `101`, `+36 1 234 5678 ext. 12`.
 */
display: string, 
/**
 * ISO 3166, for a flag; absent for internal and worldwide numbers.
 */
country: string | null, e164: string | null, extension: string | null, };

export type NumbersPatch = { internal_min?: number, internal_max?: number, outside_prefix?: string | null, own?: Array<string>, };

/**
 * Whoever is at an end of a call, as far as a number tells.
 */
export type Party = { "kind": "outside" } & Number | { "kind": "internal", digits: string, } | { "kind": "hidden" } | { "kind": "unreadable", text: string, };

/**
 * What kind of party it is.
 */
export type PartyKind = "outside" | "internal" | "hidden" | "unreadable";

/**
 * A value that is no secret.
 */
export type PlainValue = boolean | number | string;

/**
 * A call with its card, as both windows show it.
 */
export type PopCall = { call: Call, card: Card, 
/**
 * The customer's end.
 */
number: NumberView, 
/**
 * Inbound: the number that was called.
 */
line_number: NumberView | null, 
/**
 * It rings without a card, since the agent asked for quiet.
 */
quiet: boolean, };

/**
 * All the popup needs to draw itself.
 */
export type PopView = { 
/**
 * Grows with every change; a view older than the one shown is dropped.
 */
version: number, 
/**
 * The newest ring last; at most [`PopView::MOST_CALLS`].
 */
calls: Array<PopCall>, selected: CallId | null, 
/**
 * The agent brought the keyboard here.
 */
has_keyboard: boolean, language: Language, country: string, appearance: Appearance, hotkey: string | null, };

export type PopupAction = "hide" | "give_back_keyboard" | "next" | "previous";

export type ProfileSetting = { key: string, label: string, kind: SettingKind, required: boolean, default: string | null, choices: Array<string>, 
/**
 * The choices' names for people, in the same order.
 */
choice_labels: Array<string>, help: string | null, 
/**
 * Only asked for where another setting has one of these values.
 */
when: SettingWhen | null, };

/**
 * A kind of PBX that can be connected.
 */
export type ProfileView = { id: string, title: string, description: string, settings: Array<ProfileSetting>, 
/**
 * Which webhooks it reads.
 */
pushes: Array<string>, };

/**
 * How a call announces itself.
 */
export type QuietMode = "card" | "notification" | "both" | "neither";

export type RefusedRow = { 
/**
 * As a spreadsheet counts: the header is row 1.
 */
row: number, reason: string, };

/**
 * The user interface has words for every code.
 */
export type RequestErrorCode = "not_a_number" | "unsure_number" | "not_found" | "invalid" | "no_account" | "no_extension" | "not_saved" | "offline" | "dial_unknown" | "conflict" | "busy";

export type SecretState = "set" | "not_set" | "unknown";

/**
 * A secret on its way to the keyring; never comes back.
 */
export type SecretText = string;

export type SecretsView = { available: boolean, message: string | null, };

export type Section = "calls" | "customers" | "settings";

export type SettingKind = "text" | "secret" | "number" | "flag" | "url" | "choice";

export type SettingWhen = { setting: string, is: Array<string>, };

/**
 * A change of settings: only what is given is changed.
 */
export type SettingsPatch = { agent?: AgentPatch, locale?: LocalePatch, appearance?: Appearance, numbers?: NumbersPatch, 
/**
 * All names of lines: those left out lose theirs.
 */
line_names?: Array<LineName>, listen?: ListenPatch, desk?: DeskPatch, };

export type SettingsProblem = { message: string, path: string, };

/**
 * All of the Settings page.
 */
export type SettingsView = { path: string, broken: BrokenSettings | null, agent: AgentSettings, locale: LocaleSettings, appearance: Appearance, numbers: NumberSettings, line_names: Array<LineName>, listen: ListenSettings, 
/**
 * Which token it is, without telling it: where it is kept, and its last four characters.
 */
api_token_hint: string, accounts: Array<AccountView>, profiles: Array<ProfileView>, desk: DeskSettings, monitors: Array<MonitorView>, secrets: SecretsView, demo: boolean, };

export type ShellErrorCode = "settings_broken" | "settings_not_saved" | "keyring_missing" | "keyring_locked" | "invalid_setting" | "file" | "cancelled" | "internal";

export type Step = { at: Timestamp, event: CallEvent, };

export type SureWord = "sure";

/**
 * `sure`, or why not.
 */
export type Sureness = SureWord | UnsureReason;

/**
 * What a *Test* button found.
 */
export type TestReport = { ok: boolean, steps: Array<TestStep>, };

export type TestStep = { ok: boolean, what: string, detail: string, };

/**
 * One call and all that happened to it, oldest first.
 */
export type Timeline = { row: CallRow, steps: Array<Step>, };

/**
 * A moment, in milliseconds since the Unix epoch (UTC).
 *
 * Displayed in the agent's own zone by the user interface only.
 */
export type Timestamp = number;

/**
 * Why we would ask before dialling. The user interface has words for every one.
 */
export type UnsureReason = "internal_or_outside" | "may_be_order_number" | "may_be_date" | "may_be_card_number" | "may_be_address" | "plus_missing" | "zero_missing" | "not_in_use" | "looks_too_short" | "looks_too_long" | "several_numbers" | "extension_guessed" | "words_around";

export type WebhookView = { kind: string, method: string, url: string, 
/**
 * How the push proves where it comes from: a sentence for administrators.
 */
proof: string, };

/** What the shell can be asked. Every command rejects with a `CommandError`. */
export type Commands = {
  view: { args: Record<never, never>; reply: DeskView };
  pop_view: { args: Record<never, never>; reply: PopView };
  popup_ready: { args: Record<never, never>; reply: null };
  popup_painted: { args: { callId: CallId; cardVersion: number }; reply: null };
  popup_action: { args: { action: PopupAction }; reply: null };
  popup_select: { args: { callId: CallId }; reply: null };
  popup_resize: { args: { height: number }; reply: null };
  dismiss_call: { args: { callId: CallId }; reply: null };
  dial: { args: { text: string; confirmed: boolean }; reply: DialAnswer };
  read_number: { args: { text: string }; reply: NumberReport };
  calls: { args: { filter: CallFilter; before?: CallId | null; limit: number }; reply: CallsPage };
  call: { args: { id: CallId }; reply: Timeline };
  missed_seen: { args: Record<never, never>; reply: null };
  set_quiet: { args: { mode: QuietMode }; reply: null };
  set_do_not_disturb: { args: { on: boolean }; reply: null };
  find_by_number: { args: { number: string }; reply: Array<Match> };
  search_customers: { args: { query: string; limit: number }; reply: Array<Match> };
  customer: { args: { id: CustomerId }; reply: Customer };
  save_customer: { args: { id?: CustomerId | null; details: CustomerDetails; seen?: Timestamp | null }; reply: Customer };
  delete_customer: { args: { id: CustomerId }; reply: null };
  choose: { args: { callId: CallId; customer?: CustomerId | null }; reply: null };
  open_link: { args: { customerId: CustomerId }; reply: null };
  pick_import_file: { args: Record<never, never>; reply: string | null };
  import_preview: { args: { path: string }; reply: ImportPreview };
  import_start: { args: { path: string; columns: Array<ImportTarget> }; reply: null };
  import_cancel: { args: Record<never, never>; reply: null };
  export_customers: { args: { format: ExportAs }; reply: string | null };
  show_main: { args: { section: Section; customerId?: CustomerId | null; prefillNumber?: string | null; callId?: CallId | null }; reply: null };
  quit: { args: Record<never, never>; reply: null };
  settings: { args: Record<never, never>; reply: SettingsView };
  save_settings: { args: { patch: SettingsPatch }; reply: SettingsView };
  save_account: { args: { account: AccountInput }; reply: SettingsView };
  remove_account: { args: { name: string }; reply: SettingsView };
  test_account: { args: { name: string }; reply: TestReport };
  test_incoming: { args: { name: string }; reply: TestReport };
  test_secrets: { args: Record<never, never>; reply: TestReport };
  copy_api_token: { args: Record<never, never>; reply: null };
  choose_settings_file_defaults: { args: Record<never, never>; reply: null };
  start_demo: { args: Record<never, never>; reply: null };
  stop_demo: { args: Record<never, never>; reply: null };
  demo_ring: { args: { kind: DemoRing }; reply: null };
};

/** What the shell tells by itself. */
export type Events = {
  pop: PopView;
  desk: DeskView;
  import_progress: ImportProgress;
  navigate: Navigate;
  confirm_dial: ConfirmDial;
  notice: Notice;
};
