// The words of the contract between the shell and the user interface.
// Generated from Rust (src-tauri/src/contract) by `cargo xtask bindings`: do not edit.

/**
 * An account as the Settings page gives it; secrets that are left out stay as they are.
 */
export type AccountInput = { name: string, connector: string, values: { [key in string]: PlainValue }, secrets: { [key in string]: SecretText }, };

/**
 * The limits of a named account.
 */
export type AccountLimits = { account: string, limits: WriteLimits, };

export type AccountView = { name: string, connector: string, values: { [key in string]: PlainValue }, secrets: { [key in string]: SecretState }, 
/**
 * What to give to the provider.
 */
webhooks: Array<WebhookView>, 
/**
 * Whether people sign in to it in their browser.
 */
signs_in: boolean, 
/**
 * Why it cannot work, where it cannot.
 */
problem: string | null, };

/**
 * Which acts a telephone system takes from others.
 */
export type Acts = { hang_up: boolean, 
/**
 * To hold a call, and to take it off hold.
 */
hold: boolean, mute: boolean, tones: boolean, transfer: boolean, };

/**
 * A row that was taken with something changed.
 */
export type AdjustedRow = { 
/**
 * As a spreadsheet counts: the header is row 1.
 */
row: number, 
/**
 * What was changed and why, as a sentence.
 */
reason: string, 
/**
 * The same for the user interface, which has words for each.
 */
adjustments: Array<Adjustment>, };

/**
 * What of a row was not taken as it stood there.
 */
export type Adjustment = { 
/**
 * Why it does not fit.
 */
why: Refusal, became: Became, };

/**
 * What a telephone system said beside taking our request to start a call; the user interface has words for each.
 */
export type Advice = "choose_number" | "calls_another";

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

/**
 * Whether somebody has to read a note before other systems are told of it.
 */
export type Approval = { "kind": "not_needed" } | { "kind": "waits" } | { "kind": "given", by: AgentId | null, at: Timestamp, };

/**
 * One attempt, as the history keeps it.
 */
export type AttemptNote = { at: Timestamp, 
/**
 * `done`, `not_sent`, `unknown`, `refused`, `closed`; `checked` for a question instead of a write.
 */
outcome: string, 
/**
 * The other system's answer, shortened; never a secret.
 */
answer: string, };

/**
 * How a recording is written.
 */
export type AudioKind = "wav_pcm" | "wav_a_law" | "wav_mu_law" | "wav_gsm" | "wav_other" | "mp3" | "ogg" | "m4a";

/**
 * What became of a value that does not fit.
 */
export type Became = { "code": "cut", field: string | null, } | { "code": "field", name: string, } | { "code": "as_written", written: string, } | { "code": "left_out" };

export type BrokenSettings = { message: string, line: number | null, };

/**
 * What an account is allowed, has used and has left.
 */
export type Budget = { account: string, windows: Array<BudgetWindow>, 
/**
 * Present while the account takes nothing.
 */
gate: Gate | null, 
/**
 * Rows not yet sent, those that wait for a person included.
 */
waiting: number, needs_a_person: number, };

export type BudgetWindow = { window: Window, limit: number, used: number, left: number, 
/**
 * Kept for look-ups while a phone rings.
 */
reserved: number, resets_at: Timestamp, 
/**
 * What other programs use of the account in such a window, about, where the other system's answers tell.
 */
others?: number, };

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
 * Where its telephone system takes hold, mute and hanging up from us: how it stands. Absent: it does not.
 */
controls: Toggles | null, 
/**
 * How its legs went; nothing of what an older version wrote.
 */
course?: Course, 
/**
 * Whether it is private; absent: nobody said anything of that.
 */
privacy?: Privacy, 
/**
 * Further fields the PBX offered (queue, IVR choice ...), bounded by the profile.
 */
extra: { [key in string]: string }, };

/**
 * A call-back that is being typed.
 */
export type CallBackDraft = { at: Timestamp | null, 
/**
 * As written.
 */
number: string, style: CallbackStyle, };

/**
 * How a call ended, as people ask for it.
 */
export type CallEnd = "spoken" | "missed" | "failed";

/**
 * A call as it is told: numbers in E.164, moments in UTC, times in seconds.
 */
export type CallEntry = { call_id: CallId, 
/**
 * The account the call came by.
 */
account: string, 
/**
 * The telephone system's own id of it.
 */
external_id?: string, direction: Direction, outcome: CallResult, 
/**
 * The customer's number; empty where it is hidden.
 */
number: string, 
/**
 * Our number or extension that was called, or called from.
 */
line: string, line_name?: string, queue?: string, 
/**
 * Who spoke last, or for whom it rang.
 */
agent?: AgentId, extension?: string, customer_id?: CustomerId, customer_name?: string, started_at: Timestamp, connected_at?: Timestamp, ended_at: Timestamp, 
/**
 * From the first ring to the end.
 */
seconds: number, 
/**
 * For how long both sides spoke.
 */
talk_seconds: number, coded?: CodedAs, 
/**
 * What agents noted, a line each; absent where the code's comment says it.
 */
notes?: string, 
/**
 * What was said, in short; absent where nobody approved it and the settings ask for that.
 */
summary?: string, 
/**
 * The same word by word; the beginning of a long one.
 */
transcript?: string, legs?: Array<EntryLeg>, recordings?: Array<EntryRecording>, 
/**
 * Where the account that is sent this puts it; never part of what programs are told.
 */
filing?: Filing, };

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
 * One agent's leg of a call.
 */
export type CallLeg = { 
/**
 * Its phone; absent: nobody told which.
 */
extension: string | null, 
/**
 * Whose phone it is, where they were in the call: said of a call that is shown, never kept.
 */
agent?: string, rang_at: Timestamp | null, answered_at: Timestamp | null, held: boolean, ended_at: Timestamp | null, end: LegEnd | null, 
/**
 * For how long it spoke with the customer, from our own clock; absent while it may speak, and where it did not.
 */
talk_seconds?: number, 
/**
 * The extension that passed the call on to it.
 */
passed_by: string | null, };

/**
 * A note as it stands.
 */
export type CallNote = { key: NoteKey, kind: NoteKind, 
/**
 * The agent who wrote it, or whose program did; absent: another program.
 */
by?: AgentId, 
/**
 * The program that made it, as it calls itself.
 */
source?: string, 
/**
 * The text's language, as in `es-CO`.
 */
language?: string, text: string, 
/**
 * When whoever wrote it handed it over last.
 */
at: Timestamp, 
/**
 * Who changed it since.
 */
edited?: NoteMark, approval: Approval, 
/**
 * Typed while the call went on, at its agent's desk, which may still change it: it is not edited here.
 */
while_talking?: boolean, 
/**
 * Another one with every change.
 */
version: number, };

/**
 * What was noted of a call that goes on.
 */
export type CallNoted = { call_id: CallId, draft: WrapUpDraft, 
/**
 * What is typed is on the screen only, and why.
 */
not_kept: NotKept | null, };

/**
 * How an agent coded a call. The hub keeps it with the call; the same key twice is one outcome, and a newer one takes
 * an older one's place.
 */
export type CallOutcome = { key: SubmissionKey, call_id: CallId, agent: AgentId, 
/**
 * Absent where the operation has no codes.
 */
code: string | null, 
/**
 * What the code said to the agent, so that it can still be read when the code is gone.
 */
label: string | null, second_code: string | null, second_label: string | null, comment: string, do_not_call: boolean, call_back: PromisedCallback | null, 
/**
 * It was saved by itself when the wrap-up's time ended.
 */
by_default: boolean, at: Timestamp, 
/**
 * Where the call is to be filed, for each account whose agent chose; of the others their settings decide.
 */
tickets?: Array<TicketChosen>, };

/**
 * Asked before a number is dialled, above whatever the popup shows.
 */
export type CallQuestion = { 
/**
 * Each question has its own: an answer is to what was on the screen.
 */
id: number, 
/**
 * A page or another program asked for it, and not the agent.
 */
from_link: boolean, 
/**
 * As it was written.
 */
text: string, 
/**
 * As it was read; absent where it is none.
 */
number: NumberView | null, 
/**
 * Of the customer who has this number.
 */
name: string | null, 
/**
 * Why it may not be the number that is meant.
 */
reason: UnsureReason | null, 
/**
 * What is good to know before it is called.
 */
cautions: Array<Caution>, 
/**
 * The hub could say what is good to know.
 */
checked: boolean, 
/**
 * It is being dialled.
 */
calling: boolean, 
/**
 * It was not dialled, or cannot be.
 */
refused: NotDialled | null, 
/**
 * How many further links came meanwhile, and were not taken.
 */
more: number, 
/**
 * It comes with the keyboard.
 */
takes_keyboard: boolean, };

/**
 * What became of a call, in the words that other systems hear.
 */
export type CallResult = "answered" | "missed" | "answered_elsewhere" | "not_reached" | "failed" | "not_reported";

/**
 * What a call must be to be found; what is not said may be anything.
 */
export type CallSearch = { 
/**
 * Words of names, notes, comments and codes, or a telephone number.
 */
text: string, 
/**
 * It began at this moment or later.
 */
from: Timestamp | null, 
/**
 * It began before this moment.
 */
to: Timestamp | null, 
/**
 * It rang for this agent, or they dialled it; absent: for who asks.
 */
agent: AgentId | null, 
/**
 * Everybody's, for those who may see them.
 */
everybody: boolean, customer: CustomerId | null, 
/**
 * The called line's name.
 */
line: string | null, queue: string | null, direction: Direction | null, ended: CallEnd | null, 
/**
 * How it was coded, by the code.
 */
code: string | null, 
/**
 * Spoken, and coded; or not, and nobody said that it needs no code.
 */
coded: boolean | null, 
/**
 * A recording of it was told of, or none.
 */
recorded: boolean | null, };

/**
 * Where a call stands.
 */
export type CallState = { "kind": "starting" } | { "kind": "agent_ringing" } | { "kind": "ringing" } | { "kind": "connected" } | { "kind": "ended" } | { "kind": "missed" } | { "kind": "answered_elsewhere" } | { "kind": "failed", leg: Leg, why: FailReason, } | { "kind": "unknown" } | { "kind": "outcome_not_reported" };

/**
 * One call and all that happened to it, oldest first.
 */
export type CallStory = { row: ListedCall, steps: Array<Step>, 
/**
 * What was noted, coded, written and recorded of it, oldest first.
 */
moments: Array<Moment>, 
/**
 * What of it cannot be read now.
 */
missing: Array<MissingPart>, };

/**
 * A promise to call again.
 */
export type Callback = { account: string, campaign: CampaignId | null, number: string, at: Timestamp, style: CallbackStyle, 
/**
 * Whose it is, where the system says so.
 */
agent: string | null, };

/**
 * Who calls back.
 */
export type CallbackStyle = "dialler" | "agent";

/**
 * Promised call-backs, and who could not be asked for theirs.
 */
export type Callbacks = { callbacks: Array<Callback>, unasked: Array<Unasked>, };

export type CallsPage = { calls: Array<ListedCall>, more: boolean, };

/**
 * A list a dialler works through.
 */
export type Campaign = { 
/**
 * The account that keeps it.
 */
account: string, id: CampaignId, name: string, kind: CampaignKind, 
/**
 * Whether the dialler works on it now; absent where the system does not say.
 */
running: boolean | null, };

/**
 * A campaign's identity in the system that dials it.
 */
export type CampaignId = string;

/**
 * How a campaign's records are dialled.
 */
export type CampaignKind = "predictive" | "preview";

/**
 * Every account's campaigns, and who could not be asked for theirs.
 */
export type CampaignList = { campaigns: Array<Campaign>, unasked: Array<Unasked>, };

/**
 * One customer in one campaign.
 */
export type CampaignRecord = { record: RecordRef, campaign_name: string, customer_name: string, 
/**
 * As the campaign has them.
 */
numbers: Array<string>, 
/**
 * What the dialler says came of the last attempt, in its own word; absent: not dialled yet.
 */
last_result: string | null, last_attempt: Timestamp | null, attempts: number | null, 
/**
 * Free fields that have a value, by the system's names.
 */
fields: Array<[string, string]>, };

/**
 * One version of a call's card. A desk drops versions older than the one it shows.
 */
export type Card = { version: number, lookup: Lookup, 
/**
 * Earlier calls with the same number, newest first, at most three.
 */
earlier: Array<EarlierCall>, 
/**
 * Who would be offered here, had an agent not said that it is somebody else; the newest word first.
 */
set_aside: Array<SetAside>, 
/**
 * What agents noted of this call so far, in the order in which they began to.
 */
notes?: Array<NoteSoFar>, 
/**
 * A recording of this call was told of.
 */
recorded?: boolean, 
/**
 * What each system adds, in the order of the settings; empty where there is the customer list alone.
 */
parts?: Array<CardPart>, };

/**
 * What one system adds to a card: whom it knows under the number, and what it says of them.
 */
export type CardPart = { 
/**
 * The account, or `directory`.
 */
source: string, state: PartState, 
/**
 * Whom it is about, as that system calls them.
 */
customer?: CustomerId, facts: Array<Fact>, tickets: Array<CustomerTicket>, 
/**
 * It knows as many under the number as are told of at most: there may be more.
 */
may_be_more?: boolean, };

/**
 * Why a leg ended, in the telephone network's own numbers; either may be absent.
 */
export type Cause = { 
/**
 * ITU-T Q.850: 16 *normal clearing*, 17 *user busy*, 19 *no answer*, 21 *rejected*, 26 *answered elsewhere* ...
 */
q850: number | null, 
/**
 * SIP's status: 486, 603 ...
 */
sip: number | null, };

/**
 * Something to know of a number before it is dialled.
 */
export type Caution = { kind: CautionKind, 
/**
 * Which country it is about (ISO 3166); absent: none, or all of them.
 */
country: string | null, 
/**
 * A rule's own words for it, where a rule has some.
 */
name: string | null, 
/**
 * Whether somebody has to say yes before it is dialled; otherwise it is only said.
 */
asks: boolean, };

/**
 * What there is to know of a number. The user interface has words for every one.
 */
export type CautionKind = "emergency" | "premium" | "shared_cost" | "satellite" | "international" | "unusual_country" | "rule";

/**
 * A file somebody chose, for the page that asked.
 */
export type ChosenFile = { handle: FileHandle, 
/**
 * To be shown.
 */
name: string, };

/**
 * An account whose gate is closed.
 */
export type ClosedAccount = { account: string, gate: Gate, };

/**
 * The codes of one account, as last fetched: usable while the account cannot be reached.
 */
export type CodeList = { account: string, first: Array<DispositionCode>, 
/**
 * Empty where the operation uses one code only.
 */
second: Array<DispositionCode>, fetched_at: Timestamp, };

/**
 * The codes a wrap-up offers.
 */
export type CodeTree = { first: Array<TreeCode>, 
/**
 * Offered behind every first code that has none of its own, as where an account keeps one list for all.
 */
second: Array<DispositionCode>, 
/**
 * Whether one of `second` must be chosen.
 */
second_required: boolean, };

/**
 * How an agent coded it.
 */
export type CodedAs = { code: string, label: string, second_code?: string, second_label?: string, comment: string, agent: AgentId, at: Timestamp, };

/**
 * Every account's codes, and who could not be asked for theirs.
 */
export type Codes = { lists: Array<CodeList>, unasked: Array<Unasked>, };

export type CommandError = { code: ErrorCode, message: string, };

/**
 * The state of one connection, in words the user interface knows.
 */
export type Connection = { 
/**
 * The account's name; `incoming` for the webhook listener, `directory` for the customer list, `outbox` for
 * what is written to other systems, `hub` for a remote hub.
 */
name: string, state: ConnectionState, };

export type ConnectionState = { "kind": "ready", detail: string, } | { "kind": "untried" } | { "kind": "connecting" } | { "kind": "trouble", code: TroubleCode, detail: string, };

/**
 * One act on a call.
 */
export type ControlAct = { "kind": "hang_up" } | { "kind": "hold" } | { "kind": "resume" } | { "kind": "mute" } | { "kind": "unmute" } | { "kind": "tones", tones: string, } | { "kind": "transfer", to: string, } | { "kind": "pause_recording" } | { "kind": "resume_recording" };

/**
 * Where on the monitor the popup comes up.
 */
export type Corner = "top_right" | "top_left" | "bottom_right" | "bottom_left";

/**
 * How a call's legs went, and what follows from them beside the call's state.
 */
export type Course = { 
/**
 * The agents' legs, in the order in which they were first heard of.
 */
legs: Array<CallLeg>, 
/**
 * For how long both sides spoke, from our own clock; absent while they may speak, where nobody did, and where nobody
 * told when they stopped.
 */
talk_seconds?: number, 
/**
 * A call of ours that ended before the customer answered, though nothing failed.
 */
not_reached: boolean, 
/**
 * The customer's name, as the network or the telephone system shows it.
 */
party_name?: string, 
/**
 * The queue, hunt group or campaign it came through.
 */
queue?: string, 
/**
 * As one agent sees it: what became of their own part.
 */
part?: OwnPart, 
/**
 * As one agent sees it: who passed it to them, by name where it is an agent.
 */
passed_by?: string, 
/**
 * What whoever dialled has to know or to do at their telephone system, for as long as that is worth saying.
 */
advice?: Advice, };

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
 * What is known of a customer in every system that knows them.
 */
export type CustomerAbout = { 
/**
 * In the order of the settings; none of the built-in directory.
 */
parts: Array<CardPart>, links: Array<CustomerLink>, 
/**
 * Those they are linked with, as far as their systems answered.
 */
linked: Array<Customer>, };

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
 * One person in two systems.
 */
export type CustomerLink = { one: CustomerId, other: CustomerId, 
/**
 * Who said so; absent: both are the only ones with the same number and are called the same, or a program said so.
 */
by?: AgentId, at: Timestamp, };

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

/**
 * Where customers are kept.
 */
export type CustomerSource = { 
/**
 * An account's name, or `directory`.
 */
name: string, 
/**
 * New ones can be made there.
 */
creates: boolean, };

/**
 * A ticket (case) of a customer, as a card shows it.
 */
export type CustomerTicket = { 
/**
 * As the CRM calls it.
 */
id: string, subject: string, status: TicketStatus, 
/**
 * The CRM's own word for the status, where an administrator made one.
 */
status_label?: string, 
/**
 * It was merged into another one: what is added to it goes there.
 */
merged?: boolean, created_at: Timestamp, updated_at: Timestamp, 
/**
 * Who works on it, by name.
 */
assignee?: string, 
/**
 * Its page in the CRM.
 */
link?: string, };

export type DemoRing = "known" | "several" | "unknown" | "hidden" | "vip";

export type DeskPatch = { start_at_login?: boolean, links?: boolean, link_dials?: LinkDials, monitor?: string | null, corner?: Corner, quiet?: QuietMode, do_not_disturb?: boolean, 
/**
 * `null`: no hotkey at all.
 */
hotkey?: string | null, hide_after_seconds?: number, };

export type DeskSettings = { start_at_login: boolean, links: boolean, link_dials: LinkDials, monitor: string | null, corner: Corner, quiet: QuietMode, hotkey: string | null, hide_after_seconds: number, };

/**
 * What the main window shows around its sections.
 */
export type DeskView = { agent: AgentSettings | null, calls: Array<PopCall>, 
/**
 * Everybody of the team, where this agent may see everybody's calls.
 */
team: Array<AgentId>, 
/**
 * Missed calls nobody has looked at yet.
 */
missed: number, 
/**
 * The team's missed calls that are left to do.
 */
missed_list: MissedView, 
/**
 * How much is left for this agent to do.
 */
left: LeftView, 
/**
 * How many milliseconds the hub's clock, by which calls are timed, is ahead of this machine's.
 */
hub_ahead: number, connections: Array<Connection>, 
/**
 * What waits to be written to other systems.
 */
outbox: OutboxSummary, 
/**
 * What was saved here and the hub has not accepted yet.
 */
pending: PendingView, 
/**
 * Another one whenever a note of a call changed: who shows some asks again. Absent: the hub keeps none.
 */
call_notes: number | null, 
/**
 * How many calls are in wrap-up.
 */
wrap_ups: number, 
/**
 * The promised call-backs this desk reminds of.
 */
own_callbacks: OwnCallbacksView, 
/**
 * Another one whenever what is kept of the forms is not what the page typed itself: it asks anew.
 */
forms: number, quiet: QuietMode, do_not_disturb: boolean, demo: boolean, first_start: boolean, settings_problem: SettingsProblem | null, language: Language, country: string, appearance: Appearance, 
/**
 * The app's.
 */
version: string, };

/**
 * What became of a wish to dial.
 */
export type DialAnswer = { "kind": "dialling", call_id: CallId, } | { "kind": "confirm", text: string, number: NumberView, 
/**
 * Of the customer who has this number, where that is known.
 */
name: string | null, 
/**
 * Why it may not be the number that is meant.
 */
reason: UnsureReason | null, 
/**
 * What is good to know before it is called.
 */
cautions: Array<Caution>, } | { "kind": "refused", code: RequestErrorCode, message: string, 
/**
 * Why it is no number, where that is why.
 */
reason: NotANumber | null, };

export type DialledAs = { account: string, text: string, };

/**
 * A change of `[dialling]`: only what is given is changed.
 */
export type DiallingPatch = { also_ask?: Array<CautionKind>, 
/**
 * `null`: those of the home country's part of the world.
 */
usual_countries?: Array<string> | null, 
/**
 * All rules: those left out are gone.
 */
rules?: Array<DiallingRule>, };

/**
 * `[[dialling.rule]]`: what is done with numbers that begin like this.
 */
export type DiallingRule = { 
/**
 * `+3690`, or the first digits of internal numbers.
 */
prefix: string, do: RuleAct, 
/**
 * What people read of it.
 */
name: string | null, };

export type Direction = "inbound" | "outbound";

/**
 * An outcome an agent can choose (in Spanish *código de tipificación*).
 */
export type DispositionCode = { code: string, 
/**
 * For people, in the operation's own language.
 */
label: string, };

/**
 * The number that is called (DNIS).
 */
export type Dnis = Party;

/**
 * An import that is over.
 */
export type DoneImport = { id: number, 
/**
 * The name of its file.
 */
file: string, at: Timestamp, created: number, updated: number, undoable: Undoable, };

/**
 * Why nobody can tell whether a row is about a customer we have.
 */
export type Doubt = "same_name" | "same_number";

/**
 * A line of a card: when we last spoke.
 */
export type EarlierCall = { at: Timestamp, 
/**
 * Who spoke, by name; where nobody did, for whom it rang or who dialled.
 */
agent: string | null, state: CallState, direction: Direction, 
/**
 * A call of ours that ended before the customer answered.
 */
not_reached?: boolean, 
/**
 * The call, where a recording of it was told of.
 */
recorded?: CallId, };

/**
 * The letters of a file may be others than were taken.
 */
export type EncodingDoubt = { 
/**
 * The same words as each encoding reads them; first the one that was taken.
 */
readings: Array<EncodingReading>, };

/**
 * Words as one encoding reads them.
 */
export type EncodingReading = { 
/**
 * As it is said in [`ImportChoices::encoding`].
 */
encoding: string, words: Array<string>, };

/**
 * Why a leg ended, as people would say it.
 */
export type EndReason = "hung_up" | "busy" | "no_answer" | "declined" | "answered_elsewhere" | "no_such_number" | "number_changed" | "number_incomplete" | "no_route" | "not_reachable" | "out_of_service" | "provider_refuses" | "congested" | "network_failure" | "incompatible" | "other";

/**
 * One agent's part of it.
 */
export type EntryLeg = { agent?: AgentId, extension?: string, answered: boolean, talk_seconds: number, };

/**
 * A recording that is kept at the hub.
 */
export type EntryRecording = { id: RecordingId, 
/**
 * Where it is fetched with a token; absent where nothing can reach the hub.
 */
url?: string, };

/**
 * The hub's codes and the shell's own.
 */
export type ErrorCode = RequestErrorCode | ShellErrorCode;

export type ExportAs = "csv" | "vcard";

/**
 * Something a system says of a customer; the label is the system's own word, or one of ours that pages translate.
 */
export type Fact = { label: FactLabel, text: string, };

/**
 * What a fact is.
 */
export type FactLabel = { "kind": "organization" } | { "kind": "tags" } | { "kind": "notes" } | { "kind": "details" } | { "kind": "owner" } | { "kind": "last_contact" } | { "kind": "suspended" } | { "kind": "field", name: string, };

/**
 * Why a leg failed; the user interface has words and advice for each. `detail` is the PBX's own message, if it sent one.
 */
export type FailReason = { "code": "authentication", detail: string, } | { "code": "refused", detail: string, } | { "code": "unreachable", detail: string, } | { "code": "not_configured", detail: string, } | { "code": "busy" } | { "code": "no_answer" } | { "code": "declined" } | { "code": "other", reason?: EndReason, detail: string, };

/**
 * What may be filled in.
 */
export type FieldKind = { "kind": "text" } | { "kind": "long_text" } | { "kind": "number" } | { "kind": "date" } | { "kind": "flag" } | { "kind": "choice", options: Array<FieldOption>, } | { "kind": "choices", options: Array<FieldOption>, } | { "kind": "pattern", pattern: string, };

/**
 * A free field of a new record.
 */
export type FieldLimit = { name: string, most: number, 
/**
 * Only records of this kind of campaign have it; absent: all have.
 */
only: CampaignKind | null, };

/**
 * One of the values there are.
 */
export type FieldOption = { value: string, label: string, };

/**
 * What was filled in.
 */
export type FieldValue = { field: string, 
/**
 * A flag is `true` or `false`; a choice its value and not its label; several of them are several entries.
 */
value: string, };

/**
 * A field that is shown.
 */
export type FieldView = { id: string, title: string, kind: FieldKind, required: boolean, };

/**
 * Names a chosen file, and nothing else.
 */
export type FileHandle = string;

/**
 * Where in one account's CRM a call belongs; part of the entry that the account is sent.
 */
export type Filing = { 
/**
 * Whom it was with, as that CRM calls them.
 */
customer?: CustomerId, 
/**
 * What the agent chose; absent where nobody did: then the account's settings decide.
 */
ticket?: TicketChoice, };

/**
 * A form as it was typed.
 */
export type FormDraft = { place: string, 
/**
 * When it was typed last.
 */
at: Timestamp, 
/**
 * The form's own JSON.
 */
typed: string, 
/**
 * Why it is not on the disk; then it is lost with the end of the program.
 */
not_kept: NotKept | null, };

/**
 * Every form with something in it that is not saved.
 */
export type FormDrafts = { 
/**
 * By place.
 */
drafts: Array<FormDraft>, 
/**
 * What the page says next has a higher one: it is told in any order.
 */
revision: number, };

/**
 * A form to choose.
 */
export type FormName = { id: string, name: string, };

/**
 * Calls that were found; `next`: from where to look further.
 */
export type FoundPage = { calls: Array<ListedCall>, next: CallId | null, };

/**
 * A closed gate: one fact for everything that waits behind it.
 */
export type Gate = { why: GateReason, 
/**
 * When it is tried again.
 */
until: Timestamp, 
/**
 * The other system's words.
 */
detail: string, since: Timestamp, 
/**
 * The other system said until when: nobody tries before. Otherwise it is our guess, and a person may try.
 */
said: boolean, };

/**
 * Why an account takes nothing; the user interface has words for each.
 */
export type GateReason = "day_quota" | "pace" | "maintenance" | "sign_in" | "offline" | "disabled";

/**
 * What a desk hands over to its hub, which accepts it once it is durable there: a write for another system, or an
 * outcome for the hub's own history.
 */
export type Handover = { "kind": "write", submission: Submission, } | { "kind": "outcome", outcome: CallOutcome, };

/**
 * What came of a call at a moment.
 */
export type Happened = { "kind": "noted", by: AgentId, note: string, } | { "kind": "coded", outcome: CallOutcome, } | { "kind": "written", submission: SubmissionStory, } | { "kind": "recorded", recording: Recording, } | { "kind": "recording_fetched", recording: RecordingId, } | { "kind": "recording_deleted", recording: RecordingId, } | { "kind": "other" };

/**
 * How a person wants a file to be taken. What is not said is as the file suggests.
 */
export type ImportChoices = { 
/**
 * What the columns become, in the order of the preview's columns; empty: as guessed.
 */
columns: Array<ImportTarget>, 
/**
 * The letters of a text file: `windows-1252`, `utf-8`, as the web names them.
 */
encoding: string | null, 
/**
 * The sheet of a spreadsheet, by its name.
 */
sheet: string | null, 
/**
 * A row with nothing but numbers belongs to the customer above it.
 */
numbers_below: boolean, 
/**
 * What becomes of a row that may be a customer we have, or another one.
 */
unclear: Unclear, };

export type ImportColumn = { name: string, 
/**
 * The column's values in the first rows.
 */
sample: Array<string>, 
/**
 * What we think it is.
 */
target: ImportTarget, 
/**
 * By what is in it, not by its name: somebody should look.
 */
guessed: boolean, };

export type ImportFormat = "csv" | "vcard" | "spreadsheet";

/**
 * What a file holds, before anything is imported.
 */
export type ImportPreview = { file_name: string, format: ImportFormat, 
/**
 * `UTF-8`, `UTF-16LE`, `windows-1250` …
 */
encoding: string, delimiter: string | null, columns: Array<ImportColumn>, rows_estimated: number, 
/**
 * Where the letters may be others than `encoding`.
 */
doubt: EncodingDoubt | null, 
/**
 * The row with the names of the columns, as a spreadsheet counts; nothing where there is none.
 */
header_row: number | null, 
/**
 * Of the rows that were looked at, those that are no customers: titles, the names of the columns once more, totals.
 */
rows_left_out: number, 
/**
 * Of the rows that were looked at, those with nothing but a number: see [`ImportChoices::numbers_below`].
 */
numbers_below: number, 
/**
 * Of a spreadsheet: its sheets, and the one that is read.
 */
sheets: Array<string>, sheet: string | null, 
/**
 * What a person should know before starting.
 */
remarks: Array<Remark>, };

/**
 * How far an import is.
 */
export type ImportProgress = { state: ImportState, read: number, created: number, updated: number, unchanged: number, refused: number, total_bytes: number, done_bytes: number, 
/**
 * Rows that were taken, but not as they stood there: something was cut, moved or left out.
 */
adjusted: number, 
/**
 * The first 200; all are in the report.
 */
refused_rows: Array<RefusedRow>, 
/**
 * The first 200; all are in the report.
 */
adjusted_rows: Array<AdjustedRow>, 
/**
 * Rows that may be customers we have, and were left out until somebody says ([`Unclear`]).
 */
unclear: number, 
/**
 * The first 200; all are in the report.
 */
unclear_rows: Array<UnclearRow>, 
/**
 * Numbers that are kept as they stood there and cannot be read; their rows are among the adjusted ones.
 */
unread: number, 
/**
 * Rows that are no customers: the names of the columns once more, totals.
 */
left_out: number, 
/**
 * Rows with nothing but a number, which went to the customer above.
 */
joined: number, report_path: string | null, 
/**
 * Why it failed.
 */
message: string | null, };

export type ImportState = "running" | "done" | "cancelled" | "failed" | "interrupted";

/**
 * What a column becomes.
 */
export type ImportTarget = "ignore" | "name" | "first_name" | "middle_name" | "last_name" | "company" | "role" | "email" | "number" | "mobile" | "work" | "home" | { "labelled": string } | "label" | "tags" | "vip" | "notes" | "link" | "external_id" | { "field": string };

/**
 * The same for the user interface, which has words for each.
 */
export type KeepFailureCode = "locked" | "damaged" | "newer" | "read_only" | "disk_full" | "disk" | "too_many" | "too_large" | "not_begun" | "busy" | "closed";

export type KeptCustomer = { id: CustomerId, name: string, why: WhyItStays, };

/**
 * The languages Ringcard speaks.
 */
export type Language = "en" | "es" | "hu";

/**
 * An import, under way or over.
 */
export type LastImport = { 
/**
 * The file that is imported.
 */
file: string, began: Timestamp, 
/**
 * Absent: it goes on, or nobody knows when it was cut off.
 */
ended: Timestamp | null, progress: ImportProgress, };

/**
 * What is shown beside missed callers and call-backs.
 */
export type LeftList = { 
/**
 * My calls without a code, the newest first.
 */
without_code: Array<ListedCall>, 
/**
 * There are more than are counted.
 */
more: boolean, 
/**
 * Rows of the outbox that need me.
 */
stuck: Array<OutboxRow>, 
/**
 * What I saved and the hub will not have.
 */
refused: Array<PendingListed>, };

/**
 * How much there is of each kind.
 */
export type LeftView = { 
/**
 * Missed callers that nobody else took on; where the hub shares no list, missed calls that nobody looked at.
 */
missed: number, 
/**
 * Promised call-backs whose time has come.
 */
callbacks_due: number, 
/**
 * My calls that should have been coded and were not.
 */
without_code: number, 
/**
 * What I saved for other systems and a person has to decide about.
 */
stuck: number, 
/**
 * All of it.
 */
total: number, 
/**
 * Another one whenever calls or rows changed: who shows them asks again.
 */
version: number, };

/**
 * One of the two halves of a call.
 */
export type Leg = "agent" | "customer";

/**
 * Why an agent's leg ended.
 */
export type LegEnd = "over" | "not_answered" | "declined" | "busy" | "failed" | "answered_elsewhere" | "caller_gone" | "went_to_service" | "not_reported";

/**
 * What happened to a leg.
 */
export type LegEvent = "rings" | "answered" | "held" | "resumed" | "ended";

/**
 * Something that happened to one leg.
 */
export type LegNews = { side: LegSide, event: LegEvent, 
/**
 * The telephone system's own id of the leg: two devices of one extension are two legs. Absent: it has none, and one leg
 * is meant for each extension.
 */
leg_id: string | null, 
/**
 * Of an agent's leg: its phone's number, digits.
 */
extension: string | null, cause: Cause, 
/**
 * By the telephone system's clock.
 */
at: Timestamp | null, };

/**
 * Who stands at a leg's end.
 */
export type LegSide = "customer" | "agent" | "service";

/**
 * A called line and its name for people.
 */
export type LineName = { number: string, name: string, };

/**
 * What a link does whose number is a plain one. Every other is asked about.
 */
export type LinkDials = "ask" | "at_once";

/**
 * A row of the call list, with its numbers as they are shown: a page of calls needs no further question.
 */
export type ListedCall = { 
/**
 * The customer's end.
 */
number: NumberView, 
/**
 * Inbound: the number that was called.
 */
line_number: NumberView | null, call: Call, 
/**
 * Who it was, where an agent or an exact match said so.
 */
customer_name: string | null, customer_id: CustomerId | null, 
/**
 * How an agent coded it; absent: not coded.
 */
outcome: CallOutcome | null, 
/**
 * Somebody said that it needs no code.
 */
no_code?: NoCodeNeeded, 
/**
 * The beginning of what an agent noted of it while it went on.
 */
note?: string, 
/**
 * A recording of it was told of.
 */
recorded?: boolean, 
/**
 * Who asked may listen to its recordings.
 */
may_listen?: boolean, 
/**
 * None of its recordings can be heard any more: they were deleted, refused, or are gone.
 */
recording_gone?: boolean, };

export type ListenPatch = { address?: string, public_url?: string | null, };

export type ListenSettings = { 
/**
 * Where it listens, or as set while it does not.
 */
address: string, running: boolean, problem: string | null, public_url: string | null, 
/**
 * Who can reach the addresses that are given to providers.
 */
reach: Reach, };

export type LocalePatch = { country?: string | null, language?: Language | null, };

export type LocaleSettings = { country: string, language: Language | null, };

/**
 * Where the look-up of a call's customer stands.
 */
export type Lookup = { "kind": "not_asked" } | { "kind": "looking" } | { "kind": "found", matches: Array<Match>, chosen: CustomerId | null, } | { "kind": "no_match" } | { "kind": "unavailable", system: string, matches: Array<Match>, };

/**
 * What became of a call's traces when it was made private.
 */
export type MadePrivate = { 
/**
 * Recordings that were deleted for good.
 */
deleted: number, 
/**
 * Recordings that stay, because they are held.
 */
held: number, 
/**
 * The accounts that were told of the call before, or may have been: what they know of it stays there.
 */
told: Array<string>, };

/**
 * A customer who may be the caller, and why.
 */
export type Match = { customer: Customer, strength: MatchStrength, reason: MatchReason, };

/**
 * Why a customer was matched; the user interface has words for each.
 */
export type MatchReason = { "kind": "remembered" } | { "kind": "same_number", label: string, } | { "kind": "other_form", label: string, } | { "kind": "last_digits", digits: number, label: string, } | { "kind": "text" } | { "kind": "chosen" };

/**
 * How sure a match is; strongest first.
 */
export type MatchStrength = "exact" | "likely" | "maybe";

/**
 * Why an account can never take a write; the user interface has words for each.
 */
export type Misfit = { "kind": "too_long", field: WriteField, length: number, most: number, } | { "kind": "missing", field: WriteField, } | { "kind": "unreadable", field: WriteField, } | { "kind": "too_many_numbers", count: number, most: number, } | { "kind": "no_such_field", name: string, } | { "kind": "not_taken" };

/**
 * What somebody does with a row.
 */
export type MissedAct = { "kind": "take" } | { "kind": "release" } | { "kind": "done", seen: number, };

/**
 * Why nothing is left to do.
 */
export type MissedDone = { how: MissedEnd, 
/**
 * Absent: nobody of whom it is known.
 */
by: AgentId | null, at: Timestamp, 
/**
 * The conversation that settled it.
 */
call_id: CallId | null, };

/**
 * What settled a row.
 */
export type MissedEnd = "called_back" | "called_again" | "said_done";

/**
 * The name of a row of the list.
 */
export type MissedId = string;

/**
 * A row with its numbers as they are shown.
 */
export type MissedRow = { 
/**
 * The caller.
 */
number: NumberView, 
/**
 * The number that was called; absent where nobody told.
 */
line_number: NumberView | null, id: MissedId, 
/**
 * Whose telephone system told of the calls.
 */
account: string, caller: Ani, 
/**
 * Who it is, where the call list names them; else as the network or the telephone system shows them.
 */
name: string | null, customer_id: CustomerId | null, 
/**
 * The number that was called.
 */
called: Dnis, 
/**
 * Its name for people: *Sales (HU)*; absent where none was given.
 */
line: string | null, 
/**
 * The queue they waited in.
 */
queue: string | null, 
/**
 * For whom it rang.
 */
agents: Array<AgentId>, 
/**
 * How often they called in vain.
 */
count: number, first_at: Timestamp, last_at: Timestamp, 
/**
 * The last of these calls.
 */
last_call: CallId, 
/**
 * By when they should be called back; absent where the line's settings say nothing.
 */
due_at: Timestamp | null, 
/**
 * Who takes it on.
 */
taken: MissedTaken | null, 
/**
 * Nothing is left to do, and why.
 */
done: MissedDone | null, 
/**
 * Another one with every change of the row.
 */
version: number, };

/**
 * The list as it is looked at, the most urgent first.
 */
export type MissedRows = { rows: Array<MissedRow>, 
/**
 * The hub has further ones.
 */
more: boolean, };

/**
 * Who takes a row on, since when.
 */
export type MissedTaken = { by: AgentId, at: Timestamp, };

/**
 * What the frame says of the list.
 */
export type MissedView = { 
/**
 * A hub that shares no list: what each missed is all there is.
 */
is_shared: boolean, 
/**
 * Rows that nobody else has taken on.
 */
for_me: number, 
/**
 * Another one whenever a row changed: who shows rows asks again.
 */
version: number, };

/**
 * A part of a call's story that cannot be read now; everything else of it is there.
 */
export type MissingPart = { part: StoryPart, 
/**
 * A sentence.
 */
why: string, };

/**
 * One thing that came of a call.
 */
export type Moment = { at: Timestamp, what: Happened, };

export type MonitorView = { name: string, width: number, height: number, };

/**
 * Where the main window should go.
 */
export type Navigate = { section: Section, customer_id: CustomerId | null, prefill_number: string | null, call_id: CallId | null, 
/**
 * The keyboard goes to the box for numbers, names and commands.
 */
focus_box?: boolean, 
/**
 * In the section of calls: the promised call-backs.
 */
callbacks?: boolean, };

/**
 * That a call needs no code: who said so, and when.
 */
export type NoCodeNeeded = { 
/**
 * Absent: nobody of whom it is known.
 */
by: AgentId | null, at: Timestamp, };

/**
 * Why something is no phone number. `code` is stable; the user interface has words for every one.
 */
export type NotANumber = { "code": "empty" } | { "code": "no_digits" } | { "code": "too_short" } | { "code": "too_long" } | { "code": "not_from_here" } | { "code": "unknown_country_code" } | { "code": "order_number" } | { "code": "date" } | { "code": "card_number" } | { "code": "address" } | { "code": "letters" } | { "code": "symbols" } | { "code": "service_code" } | { "code": "lost_digits" } | { "code": "withheld" };

/**
 * A call of the agent that has no code yet.
 */
export type NotCoded = { account: string, at: Timestamp, number: string, customer_id: string | null, campaign_id: string | null, 
/**
 * The other system's name of the call.
 */
external_id: string | null, };

/**
 * Why nothing was dialled.
 */
export type NotDialled = { code: RequestErrorCode, 
/**
 * Why it is no number, where that is why.
 */
reason: NotANumber | null, };

/**
 * Why something was not kept, as it is shown.
 */
export type NotKept = { code: KeepFailureCode, 
/**
 * For people, with the file and the detail.
 */
message: string, };

/**
 * A number that is not a customer's, as an agent said; whether it is written down with the customer or not.
 */
export type NotTheirs = { number: NumberView, 
/**
 * Who said it; absent where that was not written down.
 */
by: AgentId | null, at: Timestamp, };

/**
 * The name of a note among those of its call, given by whoever wrote it: the same one twice is one note.
 */
export type NoteKey = string;

/**
 * What a note is.
 */
export type NoteKind = "note" | "transcript" | "summary";

/**
 * Who did something with a note, and when; without a name: a program.
 */
export type NoteMark = { by: AgentId | null, at: Timestamp, };

/**
 * What an agent noted of a call that goes on, before it was passed on or after.
 */
export type NoteSoFar = { by: AgentId, note: string, 
/**
 * When it was written last.
 */
at: Timestamp, };

/**
 * Something the agent should know that no window asked for.
 */
export type Notice = { kind: NoticeKind, 
/**
 * An `ErrorCode`, or a word of its own the user interface knows.
 */
code: string, detail: string, 
/**
 * Why it is no number, where that is what is wrong.
 */
reason: NotANumber | null, };

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

export type NumberSettings = { internal_min: number, internal_max: number, outside_prefix: string | null, own: Array<string>, 
/**
 * Whose calls are private: numbers, and how numbers begin.
 */
private: Array<string>, };

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

export type NumbersPatch = { internal_min?: number, internal_max?: number, outside_prefix?: string | null, own?: Array<string>, private?: Array<string>, };

/**
 * What a person decides about a row.
 */
export type OutboxAct = { "kind": "retry" } | { "kind": "edit", write: Write, } | { "kind": "mark_done" } | { "kind": "discard" };

/**
 * Which submissions are wanted.
 */
export type OutboxFilter = "waiting" | "needs_a_person" | "over";

/**
 * A page of what waits to be sent, or was.
 */
export type OutboxPage = { rows: Array<OutboxRow>, more: boolean, };

/**
 * A row of *Waiting to be sent*.
 */
export type OutboxRow = { submission: Submission, state: SubmissionState, attempts: number, 
/**
 * While it waits: how many of its account leave before it, about. Where nobody counted, absent.
 */
ahead?: number, 
/**
 * The other system took it as a job, works on it and says later what became of it: it is asked about that, and not
 * looked for.
 */
is_job?: boolean, 
/**
 * What the other system answered last; a sentence.
 */
last_answer: string | null, 
/**
 * What the other system calls it, where it was done and the answer said so: the id of what was made.
 */
reference?: string, };

/**
 * What waits to be written to other systems, in short.
 */
export type OutboxSummary = { 
/**
 * Not yet there, those that wait for a person included.
 */
waiting: number, needs_a_person: number, 
/**
 * The accounts that take nothing now.
 */
gates: Array<ClosedAccount>, 
/**
 * Another one whenever a row changed: who shows rows asks again.
 */
version: number, 
/**
 * The accounts that can be written to; none: there is nothing to show.
 */
accounts: Array<string>, 
/**
 * What they take of what people type, as far as each says.
 */
limits: Array<AccountLimits>, 
/**
 * Those whose agents choose a ticket when a call is over. A desk asks a hub that names some for their forms, and no
 * older one.
 */
tickets?: Array<string>, };

export type OwnCallbackView = { 
/**
 * The call it was promised on, which names it.
 */
call_id: CallId, at: Timestamp, number: NumberView, name: string | null, company: string | null, comment: string, direction: Direction, 
/**
 * When that call began.
 */
call_at: Timestamp, promised_at: Timestamp, };

/**
 * How many there are.
 */
export type OwnCallbacksView = { open: number, due: number, 
/**
 * Grows with every change: time to ask for the list again.
 */
version: number, };

/**
 * What became of one agent's part in a call, where the call's state does not say it all.
 */
export type OwnPart = { "kind": "not_answered" } | { "kind": "declined" } | { "kind": "busy" } | { "kind": "failed" } | { "kind": "went_to_service" } | { "kind": "passed_to", to: string, } | { "kind": "not_reached" } | { "kind": "end_not_reported" };

/**
 * Why a person must look; the user interface has words for each.
 */
export type ParkReason = "refused" | "gone" | "invalid" | "expired" | "no_account" | "needs_gone";

/**
 * A part of a customer, where something about it cannot be kept.
 */
export type Part = { "kind": "name" } | { "kind": "company" } | { "kind": "role" } | { "kind": "email" } | { "kind": "note" } | { "kind": "link" } | { "kind": "tag" } | { "kind": "tags" } | { "kind": "field_name" } | { "kind": "field", name: string, } | { "kind": "fields" } | { "kind": "label", place: number, } | { "kind": "number", place: number, } | { "kind": "numbers" };

/**
 * Where the question to a system stands.
 */
export type PartState = { "kind": "asking" } | { "kind": "here", as_of: Timestamp, kept: WhyKept | null, } | { "kind": "nobody" } | { "kind": "no_answer", detail: string, };

/**
 * Whoever is at an end of a call, as far as a number tells.
 */
export type Party = { "kind": "outside" } & Number | { "kind": "internal", digits: string, } | { "kind": "hidden" } | { "kind": "unreadable", text: string, };

/**
 * What kind of party it is.
 */
export type PartyKind = "outside" | "internal" | "hidden" | "unreadable";

/**
 * One of them.
 */
export type PendingListed = { handover: Handover, since: Timestamp, tries: number, error: RequestError | null, state: PendingState, };

export type PendingState = "waiting" | "sent" | "refused";

/**
 * How much waits for the hub.
 */
export type PendingView = { 
/**
 * All that the hub has not accepted, what waits for a person included.
 */
waiting: number, needs_a_person: number, 
/**
 * Since when the oldest waits.
 */
oldest: Timestamp | null, };

/**
 * A value that is no secret.
 */
export type PlainValue = boolean | number | string;

/**
 * What there is to be played of a recording: a WAV of 16-bit PCM, whose samples begin behind [`Playable::HEAD`] bytes.
 */
export type Playable = { recording: RecordingId, 
/**
 * Of the whole WAV.
 */
bytes: number, seconds: number, 
/**
 * One or two; of two, each is a side of the call where the telephone system keeps them apart.
 */
channels: number, sample_rate: number, 
/**
 * Of each channel how loud it is from the beginning to the end, 0 to 255: at most [`Playable::PEAKS`] of them.
 */
waveform: Array<Array<number>>, };

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
quiet: boolean, 
/**
 * The agent may say that it is over for them, though nobody told.
 */
may_end_here: boolean, };

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
calls: Array<PopCall>, 
/**
 * The calls in wrap-up, the oldest first. The popup stays while there are any.
 */
wrap_ups: Array<WrapUpView>, 
/**
 * What the agent noted of calls that go on.
 */
noted: Array<CallNoted>, 
/**
 * Promised call-backs whose time has come, the oldest first; at most [`PopView::MOST_CALLBACKS`]. None while a call goes on.
 */
due: Array<OwnCallbackView>, 
/**
 * How many are due.
 */
due_count: number, 
/**
 * Asked before a number is dialled, above all the rest.
 */
question: CallQuestion | null, 
/**
 * What is wrong with the agent's own phone, which rings first: said before anybody dials.
 */
phone: TroubleCode | null, selected: CallId | null, 
/**
 * The agent brought the keyboard here.
 */
has_keyboard: boolean, 
/**
 * The keyboard came to the question, and not to a card.
 */
on_question: boolean, language: Language, country: string, appearance: Appearance, hotkey: string | null, 
/**
 * How many milliseconds the hub's clock, by which calls are timed, is ahead of this machine's.
 */
hub_ahead: number, };

export type PopupAction = "hide" | "give_back_keyboard" | "next" | "previous";

/**
 * Whether a call is private, and who says so.
 */
export type Privacy = { private: boolean, 
/**
 * Absent: its number is on the list, or a script with the administrator's token said so.
 */
by?: AgentId, at: Timestamp, 
/**
 * Whoever reads this is not told whom it was with; said of a call that is shown, never kept.
 */
withheld?: boolean, };

/**
 * A profile of somebody's own that nobody has looked at as it is now.
 */
export type ProfileReview = { id: string, title: string, file: string, 
/**
 * Of its content: what was looked at is what is confirmed.
 */
sha256: string, standing: ReviewStanding, 
/**
 * It takes the place of the built-in profile of its id.
 */
replaces: boolean, 
/**
 * The accounts that name it.
 */
accounts: Array<string>, requests: Array<RequestReview>, 
/**
 * What it reads: `incoming`, `event`, `call-data`.
 */
pushes: Array<string>, 
/**
 * The labels of the secrets that prove a push.
 */
push_secrets: Array<string>, 
/**
 * Settings may say that no proof is needed.
 */
push_unproved: boolean, };

export type ProfileSetting = { key: string, label: string, kind: SettingKind, required: boolean, default: string | null, choices: Array<string>, 
/**
 * The choices' names for people, in the same order.
 */
choice_labels: Array<string>, help: string | null, 
/**
 * Only asked for where another setting has one of these values.
 */
when: SettingWhen | null, 
/**
 * Whether requests may carry its value: such a secret is asked for again when the account's address is another.
 */
sent: boolean, };

/**
 * A kind of account that can be connected.
 */
export type ProfileView = { id: string, title: string, description: string, settings: Array<ProfileSetting>, 
/**
 * Which webhooks it reads; a kind without any is no PBX that announces calls.
 */
pushes: Array<string>, };

/**
 * When and where the customer wants to be called again.
 */
export type PromisedCallback = { at: Timestamp, 
/**
 * In E.164, or an extension.
 */
number: string, style: CallbackStyle, };

export type PushBecame = { "kind": "new_call", call_id: CallId, } | { "kind": "known_call", call_id: CallId, } | { "kind": "repeated", call_id: CallId, } | { "kind": "nothing" } | { "kind": "too_old" } | { "kind": "key_missing" } | { "kind": "key_wrong" } | { "kind": "unreadable", detail: string, } | { "kind": "too_large" } | { "kind": "cut" } | { "kind": "throttled" } | { "kind": "address_not_allowed" } | { "kind": "foreign_name" } | { "kind": "not_taken" } | { "kind": "not_set_up", detail: string, } | { "kind": "not_kept" };

/**
 * A push that came, and what became of it.
 */
export type PushNote = { at: Timestamp, 
/**
 * As it stood in the address: perhaps of no account.
 */
account: string, 
/**
 * `incoming`, `event` or `call-data`; something else where the address was wrong.
 */
kind: string, 
/**
 * The address it came from: behind a proxy that is not trusted, the proxy's.
 */
from: string, became: PushBecame, 
/**
 * How often, where the same was refused again and again; the last one at [`PushNote::at`].
 */
times: number, };

/**
 * How a call announces itself.
 */
export type QuietMode = "card" | "notification" | "both" | "neither";

/**
 * What quitting now would stop or lose.
 */
export type QuitQuestion = { 
/**
 * It would be stopped; what was imported stays.
 */
import: LastImport | null, 
/**
 * Forms whose words could not be put on the disk: they would be lost.
 */
not_kept: number, };

export type Reach = "this_computer" | "others" | "elsewhere";

/**
 * Which record: what a write to it needs to name it.
 */
export type RecordRef = { account: string, campaign: CampaignId, kind: CampaignKind, 
/**
 * The customer's id in the campaign: no id of a directory or CRM.
 */
customer_id: string, };

/**
 * A recording of a call.
 */
export type Recording = { id: RecordingId, call_id: CallId, 
/**
 * The account it came by.
 */
account: string, 
/**
 * When we heard of it.
 */
at: Timestamp, state: RecordingState, 
/**
 * It may not be deleted.
 */
hold?: RecordingHold, };

/**
 * That a recording may not be deleted, by anybody, nor by its age.
 */
export type RecordingHold = { at: Timestamp, 
/**
 * By the name in the settings; absent: a script with the administrator's token.
 */
by: AgentId | null, why: string, };

/**
 * Our own name of a recording; nobody guesses it, and it says nothing of the call.
 */
export type RecordingId = string;

/**
 * Why a recording that came was not kept.
 */
export type RecordingRefused = "empty" | "not_audio" | "broken" | "too_long" | "too_many" | "disk_full" | "not_written" | "private";

/**
 * Where a recording is.
 */
export type RecordingState = { "kind": "at_system" } | { "kind": "here", audio: AudioKind, bytes: number, } | { "kind": "gone" } | { "kind": "deleted" } | { "kind": "refused", why: RecordingRefused, };

/**
 * A number's campaign records, and who could not be asked for theirs.
 */
export type Records = { records: Array<CampaignRecord>, unasked: Array<Unasked>, };

/**
 * Why a row of a file was not taken, or not as it stood there; a sentence for the report. `code` is stable: the user interface has words for every
 * one, in its own languages.
 */
export type Refusal = { "code": "columns", found: number, columns: number, } | { "code": "encoding" } | { "code": "long_row" } | { "code": "many_columns" } | { "code": "open_quote" } | { "code": "many_lines" } | { "code": "no_end" } | { "code": "long_key" } | { "code": "vip" } | { "code": "nobody" } | { "code": "too_long", part: Part, found: number, most: number, } | { "code": "too_many", part: Part, found: number, most: number, } | { "code": "link" } | { "code": "number", place: number, why: NotANumber, };

export type RefusedRow = { 
/**
 * As a spreadsheet counts: the header is row 1.
 */
row: number, 
/**
 * Why, as a sentence.
 */
reason: string, 
/**
 * The same for the user interface, which has words for it.
 */
why: Refusal, };

/**
 * Something about a list that may not be as it was meant; a sentence for the command line. `code` is stable: the user
 * interface has words for every one, in its own languages.
 */
export type Remark = { "code": "no_header" } | { "code": "same_name", column: string, } | { "code": "titles", rows: number, first: string, } | { "code": "left_out", headers: number, totals: number, } | { "code": "mixed", main: string, other: string, } | { "code": "broken" } | { "code": "numbers_below", rows: number, kept: boolean, } | { "code": "no_columns" } | { "code": "nameless" };

/**
 * Why a request was not done. `code` is stable, `message` is for people.
 */
export type RequestError = { code: RequestErrorCode, message: string, 
/**
 * What there is to know of the number, where that is why.
 */
cautions?: Array<Caution>, };

/**
 * The user interface has words for every code.
 */
export type RequestErrorCode = "not_a_number" | "unsure_number" | "asks_first" | "number_not_allowed" | "not_allowed" | "not_found" | "invalid" | "no_account" | "accounts_not_ready" | "no_extension" | "not_saved" | "offline" | "dial_unknown" | "phone_refused" | "phone_away" | "phone_unknown" | "conflict" | "busy" | "not_now" | "recording_gone" | "recording_sign_in" | "recording_not_known" | "recording_not_audio" | "recording_refused" | "recording_not_configured" | "recording_unreachable" | "recording_cut" | "recording_too_long" | "recording_not_playable" | "recording_deleted" | "recording_held" | "recording_sealed" | "recording_private";

export type RequestReview = { purpose: ReviewPurpose, methods: Array<string>, reaches: Array<ReviewReach>, secrets: Array<ReviewSecret>, };

export type ReviewPart = "address" | "parameters" | "headers" | "body" | "sign_in";

export type ReviewPurpose = "start_call" | "status" | "recording" | "call_log" | "test";

export type ReviewReach = { "kind": "fixed", server: string, } | { "kind": "setting", label: string, } | { "kind": "computed", written: string, };

export type ReviewSecret = { label: string, parts: Array<ReviewPart>, };

export type ReviewStanding = "new" | "changed" | "taken_over";

/**
 * What a rule does.
 */
export type RuleAct = "ask" | "refuse" | "call";

/**
 * What it was said of.
 */
export type SaidOf = "call" | "number";

export type SecretState = "set" | "set_elsewhere" | "not_set" | "other_host" | "unknown";

/**
 * A secret on its way to the keyring; never comes back.
 */
export type SecretText = string;

export type SecretsView = { available: boolean, message: string | null, };

export type Section = "calls" | "customers" | "campaigns" | "outbox" | "reports" | "settings";

/**
 * A customer of whom an agent said *it is not this one*. It can be taken back.
 */
export type SetAside = { customer: CustomerId, 
/**
 * As the customer was called when it was said or, for a number, is called now.
 */
name: string, of: SaidOf, 
/**
 * Who said it; absent where that was not written down.
 */
by: AgentId | null, at: Timestamp, };

export type SettingKind = "text" | "secret" | "number" | "flag" | "url" | "choice";

export type SettingWhen = { setting: string, is: Array<string>, };

/**
 * A change of settings: only what is given is changed.
 */
export type SettingsPatch = { agent?: AgentPatch, locale?: LocalePatch, appearance?: Appearance, numbers?: NumbersPatch, dialling?: DiallingPatch, 
/**
 * All names of lines: those left out lose theirs.
 */
line_names?: Array<LineName>, listen?: ListenPatch, desk?: DeskPatch, };

export type SettingsProblem = { message: string, path: string, };

/**
 * All of the Settings page.
 */
export type SettingsView = { path: string, broken: BrokenSettings | null, agent: AgentSettings, locale: LocaleSettings, appearance: Appearance, numbers: NumberSettings, line_names: Array<LineName>, hub: SharedHubView, listen: ListenSettings, 
/**
 * Which token it is, without telling it: where it is kept, and its last four characters.
 */
api_token_hint: string, accounts: Array<AccountView>, profiles: Array<ProfileView>, 
/**
 * Profiles out of files that somebody has to look at.
 */
descriptions: Array<ProfileReview>, desk: DeskSettings, monitors: Array<MonitorView>, secrets: SecretsView, demo: boolean, };

/**
 * Where the team's hub is, as the Settings page gives it.
 */
export type SharedHubInput = { 
/**
 * Empty: the hub runs inside the app.
 */
url: string, 
/**
 * Absent: it stays as it is.
 */
token: SecretText | null, };

/**
 * The team's hub on a server.
 */
export type SharedHubView = { 
/**
 * Empty: the hub runs inside the app.
 */
url: string, token: SecretState, };

export type ShellErrorCode = "settings_broken" | "settings_not_saved" | "keyring_missing" | "keyring_locked" | "invalid_setting" | "secret_again" | "file" | "cancelled" | "internal";

/**
 * A report as fetched.
 */
export type SmartWait = { account: string, 
/**
 * Inclusive.
 */
from: Timestamp, to: Timestamp, rows: Array<SmartWaitRow>, fetched_at: Timestamp, 
/**
 * The other system may ask not to be asked again before.
 */
not_before: Timestamp, 
/**
 * A part came with as many rows as the system gives at most: something may be missing.
 */
may_be_cut: boolean, };

/**
 * How smart-wait did in one skill over a range.
 */
export type SmartWaitRow = { skill: string, 
/**
 * Callers who came into smart-wait.
 */
entered: number, declined: number, accepted: number, 
/**
 * Called back without reaching them.
 */
callback_failed: number, callback_reached: number, 
/**
 * Effect on the service level, in per cent; absent where what came could not be read.
 */
service_level_up: number | null, 
/**
 * The same as it came.
 */
service_level_raw: string, };

/**
 * Something that was said of a call: kept as it came.
 */
export type Step = { 
/**
 * By the telephone system's clock where it tells, else when it came.
 */
at: Timestamp, 
/**
 * Of news of one leg, what comes nearest.
 */
event: CallEvent, of?: StepOf, };

/**
 * What a step is about, where that is not the whole call.
 */
export type StepOf = { 
/**
 * The phone it was said of.
 */
extension?: string, 
/**
 * The leg it was said of, and what: then it counts, and `event` is for people.
 */
leg?: LegNews, 
/**
 * Of a ring: the extension that passed the call on.
 */
passed_by?: string, 
/**
 * It came with the data of the call's end.
 */
record: boolean, 
/**
 * By these data both sides spoke, for so many seconds as the telephone system counts.
 */
talked?: number, 
/**
 * Nobody told us: it is what we suppose until something is heard.
 */
presumed: boolean, 
/**
 * The agent who said so, where it was one: that the call is over for them.
 */
by?: AgentId, 
/**
 * Of our request that was taken: what was said beside.
 */
advice?: Advice, };

/**
 * What is kept apart from the calls.
 */
export type StoryPart = "outbox" | "recordings" | "other";

/**
 * A write with its key, and what people need to recognise it.
 */
export type Submission = { key: SubmissionKey, write: Write, 
/**
 * For whom, in words a person knows: the customer's name or number.
 */
about: string, 
/**
 * The call it came of.
 */
call_id: CallId | null, agent: AgentId | null, made_at: Timestamp, 
/**
 * Not sent after this moment: what it is about is over then (a call in wrap-up). A person decides.
 */
expires_at: Timestamp | null, 
/**
 * The submission that must be done first, and whose reference (the id the other system gave it) this one is sent with.
 */
needs?: SubmissionKey, };

/**
 * Names one intent, for ever; sorts by time.
 */
export type SubmissionKey = string;

/**
 * Where a submission stands.
 */
export type SubmissionState = { "kind": "waiting", why: WaitReason, until: Timestamp | null, } | { "kind": "sending", since: Timestamp, } | { "kind": "checking", until: Timestamp | null, } | { "kind": "may_be_written", since: Timestamp, } | { "kind": "parked", why: ParkReason, detail: string, since: Timestamp, } | { "kind": "done", at: Timestamp, } | { "kind": "discarded", at: Timestamp, 
/**
 * Nobody decided so: the call it tells of is private.
 */
private?: boolean, } | { "kind": "replaced", at: Timestamp, by: SubmissionKey, };

/**
 * One submission and all its attempts, oldest first.
 */
export type SubmissionStory = { row: OutboxRow, attempts: Array<AttemptNote>, };

export type SureWord = "sure";

/**
 * `sure`, or why not.
 */
export type Sureness = SureWord | UnsureReason;

/**
 * What a team's own programs can be told of.
 */
export type TeamEvent = "call.ended" | "call.coded" | "call.missed" | "recording.ready";

/**
 * What a *Test* button found.
 */
export type TestReport = { 
/**
 * The worst of its steps.
 */
state: TestState, steps: Array<TestStep>, };

/**
 * From good to bad.
 */
export type TestState = "works" | "not_checked" | "fails";

export type TestStep = { state: TestState, what: Tested, detail: string, };

/**
 * What a test's step tried. The user interface has words for every one.
 */
export type Tested = "settings" | "address" | "connect" | "secure_connection" | "sign_in" | "listen" | "account" | "this_computer" | "public_address" | "last_push" | "keyring" | "hub";

/**
 * A recording that may be played now.
 */
export type Ticket = { 
/**
 * By which its audio is asked for. It is good until nobody asked by it for ten minutes.
 */
name: string, playable: Playable, };

/**
 * Where an agent wants a call filed.
 */
export type TicketChoice = { "kind": "new", 
/**
 * Empty: the layout's.
 */
subject: string, 
/**
 * The form's id; absent: the CRM's default.
 */
form?: string, fields: Array<FieldValue>, } | { "kind": "add_to", ticket: string, fields: Array<FieldValue>, } | { "kind": "none" };

/**
 * What an agent chose for one account's CRM.
 */
export type TicketChosen = { account: string, choice: TicketChoice, };

/**
 * What is chosen and typed for one account's CRM.
 */
export type TicketDraft = { account: string, 
/**
 * Absent: the account's settings decide.
 */
choice: TicketKind | null, 
/**
 * Of a new ticket; empty: as the account writes it.
 */
subject: string, 
/**
 * The form's id; absent: the default.
 */
form: string | null, fields: Array<FieldValue>, 
/**
 * The number of the one that is added to.
 */
ticket: string, };

/**
 * What is done with a call.
 */
export type TicketKind = "new" | "add_to" | "none";

/**
 * How far a ticket is.
 */
export type TicketStatus = "new" | "open" | "pending" | "on_hold" | "solved" | "closed";

/**
 * What is asked about one account's CRM, as it stands.
 */
export type TicketView = { account: string, 
/**
 * The default first; with fewer than two there is nothing to choose.
 */
forms: Array<FormName>, 
/**
 * The one a new ticket is made with.
 */
form: string | null, 
/**
 * What is asked for a new ticket now, in order; nothing while none is chosen.
 */
fields: Array<FieldView>, 
/**
 * How many more characters the subject may have; fewer than none: so many are too many.
 */
subject_left: number, };

/**
 * A moment, in milliseconds since the Unix epoch (UTC).
 *
 * Displayed in the agent's own zone by the user interface only.
 */
export type Timestamp = number;

/**
 * Something that is on or off. Where a system only offers *the other way round*, we count along.
 */
export type Toggle = { on: boolean, 
/**
 * `false`: it is a guess (we were just started, an answer was lost, the agent may have pressed a button there).
 */
known: boolean, };

/**
 * How an agent's call stands, as far as we know.
 */
export type Toggles = { hold: Toggle, mute: Toggle, 
/**
 * Whether the call's recording is paused; absent where it is not recorded, or nobody can pause it from here.
 */
recording_paused?: Toggle, 
/**
 * What the telephone system takes from others; where an older version wrote it, everything.
 */
can?: Acts, };

/**
 * A code of the first level.
 */
export type TreeCode = { code: string, 
/**
 * For people; empty in settings: the code itself.
 */
label: string, 
/**
 * The number key that chooses it, 1 to 9. Absent in settings: the next free one, for the first nine.
 */
key: number | null, 
/**
 * Its own second level; empty: the tree's.
 */
second: Array<DispositionCode>, 
/**
 * Whether one of its own second codes must be chosen.
 */
second_required: boolean, 
/**
 * Without a comment it cannot be saved.
 */
comment_required: boolean, 
/**
 * It says that the customer must not be called again.
 */
do_not_call: boolean, 
/**
 * It needs a moment and a number to call back.
 */
call_back: boolean, };

/**
 * What is wrong with a connection. The user interface has words for every one.
 */
export type TroubleCode = "not_set_up" | "sign_in" | "unreachable" | "no_answer" | "not_listening" | "directory" | "history" | "outbox" | "calls" | "no_hub" | "not_let_in" | "phone_away" | "phone_not_reached";

/**
 * An account whose part of an answer is missing, and why.
 */
export type Unasked = { account: string, 
/**
 * A sentence.
 */
why: string, };

/**
 * What becomes of a row that may be a customer we have, or another one of that name.
 */
export type Unclear = "ask" | "same" | "another";

/**
 * A row that may be a customer we have, or another one.
 */
export type UnclearRow = { 
/**
 * As a spreadsheet counts: the header is row 1.
 */
row: number, 
/**
 * Whom the row names.
 */
name: string, 
/**
 * Whom it may be.
 */
customer: string, why: Doubt, 
/**
 * All of it as a sentence.
 */
reason: string, };

/**
 * Whether an import can be undone.
 */
export type Undoable = "yes" | "later_first" | "too_much";

/**
 * What became of an import that was undone.
 */
export type Undone = { 
/**
 * Customers it had made.
 */
removed: number, 
/**
 * Customers who are as before.
 */
restored: number, 
/**
 * Customers who stay as they are now.
 */
kept: number, 
/**
 * The first 200 of them.
 */
kept_customers: Array<KeptCustomer>, };

/**
 * Why we would ask before dialling. The user interface has words for every one.
 */
export type UnsureReason = "internal_or_outside" | "may_be_order_number" | "may_be_date" | "may_be_card_number" | "may_be_address" | "plus_missing" | "zero_missing" | "not_in_use" | "looks_too_short" | "looks_too_long" | "several_numbers" | "extension_guessed" | "words_around" | "old_form";

/**
 * What was used of one account.
 */
export type Usage = { account: string, 
/**
 * Every account that has something to show, this one included.
 */
accounts: Array<string>, range: UsageRange, from: Timestamp, to: Timestamp, 
/**
 * Oldest first, without gaps.
 */
slots: Array<UsageSlot>, 
/**
 * All of the time together.
 */
total: UsageCounts, limited: number, failed: number, 
/**
 * Who used most first, at most 200; on the 30 days' range by days of UTC.
 */
by: Array<UsageBy>, 
/**
 * Requests that were not needed because several writes shared one.
 */
saved_by_batching: number, 
/**
 * Look-ups that were answered without a request.
 */
cache_hits: number, 
/**
 * What is allowed and used now; empty where the account has no limits.
 */
windows: Array<BudgetWindow>, 
/**
 * Writes that wait now.
 */
waiting: number, 
/**
 * Requests of this run that are in no count: there was no place for their lines.
 */
not_kept: number, };

/**
 * What one agent used.
 */
export type UsageBy = { 
/**
 * Absent: the hub by itself.
 */
agent: AgentId | null, requests: UsageCounts, limited: number, };

/**
 * Requests by what they were for.
 */
export type UsageCounts = { 
/**
 * Who calls?
 */
look_up: number, 
/**
 * An agent's own act or question.
 */
agent_act: number, 
/**
 * What was written.
 */
write: number, 
/**
 * Reports, lists.
 */
report: number, 
/**
 * *Test* buttons.
 */
test: number, };

/**
 * Over which time.
 */
export type UsageRange = "day" | "month";

/**
 * What was used in one part of the time.
 */
export type UsageSlot = { 
/**
 * When it began.
 */
at: Timestamp, 
/**
 * When the next one begins.
 */
until: Timestamp, requests: UsageCounts, 
/**
 * Of these, turned away for a limit.
 */
limited: number, 
/**
 * Of these, without the answer that was asked for.
 */
failed: number, 
/**
 * How many writes waited at most.
 */
waiting: number, };

/**
 * What is wrong with what is filled in, of one field.
 */
export type ValueProblem = { "kind": "not_a_number" } | { "kind": "not_a_date" } | { "kind": "not_offered" } | { "kind": "several" } | { "kind": "too_long", length: number, most: number, };

/**
 * Why a submission is not being sent right now.
 */
export type WaitReason = "turn" | "lane" | "needs" | "pace" | "day_budget" | "day_pace" | "gate" | "retry" | "no_hub";

export type WebhookView = { kind: string, method: string, 
/**
 * With dots where key or password stand; the whole of it is only ever copied.
 */
url: string, 
/**
 * How the push proves where it comes from: a sentence for administrators.
 */
proof: string, };

/**
 * Why a customer stays.
 */
export type WhyItStays = "changed" | "in_use";

/**
 * Why an answer of earlier is shown.
 */
export type WhyKept = "fresh" | "limit" | "no_answer";

export type Window = "second" | "minute" | "day";

/**
 * The form as it stands; sent whole at every keystroke.
 */
export type WrapUpDraft = { 
/**
 * One more than that of the view it was typed on; one that is not newer than what is known is refused.
 */
revision: number, code: string | null, second_code: string | null, comment: string, 
/**
 * The campaign record that `close_record`, `do_not_call` and the call-back are about.
 */
record: RecordRef | null, 
/**
 * *Do not let the dialler call again*: closes the record with this code. Coding the call is another act.
 */
close_record: boolean, 
/**
 * The customer never wants to be called again: closes the record, before everything else.
 */
do_not_call: boolean, call_back: CallBackDraft | null, 
/**
 * Where it is filed, for each account that is asked about; an account that is not here is left to its settings.
 */
tickets: Array<TicketDraft>, };

/**
 * Why a draft cannot be saved as it is; the user interface has words for each.
 */
export type WrapUpProblem = { "kind": "code_missing" } | { "kind": "code_unknown", code: string, } | { "kind": "second_code_missing" } | { "kind": "second_code_unknown", code: string, } | { "kind": "comment_missing" } | { "kind": "comment_too_long", length: number, most: number, } | { "kind": "not_taken", account: string, misfit: Misfit, } | { "kind": "control_characters", count: number, } | { "kind": "record_missing" } | { "kind": "record_unknown" } | { "kind": "records_unknown" } | { "kind": "call_back_missing" } | { "kind": "call_back_time_missing" } | { "kind": "call_back_in_past" } | { "kind": "call_back_too_far" } | { "kind": "call_back_number_missing" } | { "kind": "call_back_number_unreadable" } | { "kind": "call_back_forbidden" } | { "kind": "ticket_missing", account: string, } | { "kind": "ticket_form_unknown", account: string, } | { "kind": "ticket_subject_too_long", account: string, length: number, most: number, } | { "kind": "ticket_field_missing", account: string, field: string, title: string, } | { "kind": "ticket_field_invalid", account: string, field: string, title: string, why: ValueProblem, };

/**
 * All a window needs to draw a wrap-up.
 */
export type WrapUpView = { call: Call, card: Card, 
/**
 * The customer's end.
 */
number: NumberView, line_number: NumberView | null, 
/**
 * The customer's records in campaigns: *do not let the dialler call again* is offered where there are any.
 */
records: Array<CampaignRecord>, 
/**
 * Not every account has said yet in which campaigns the customer is; it is asked for.
 */
records_unknown: boolean, 
/**
 * Whether the telephone system is told the code of the call itself.
 */
codes_call: boolean, codes: CodeTree, 
/**
 * The accounts that are asked where the call is filed, with what is asked now.
 */
tickets: Array<TicketView>, draft: WrapUpDraft, 
/**
 * How many more characters of the comment can be saved; fewer than none: so many are too many.
 */
comment_left: number, started: Timestamp, deadline: Timestamp | null, 
/**
 * *Time is over*; nothing is lost.
 */
over: boolean, 
/**
 * It is being saved just now.
 */
saving: boolean, 
/**
 * What is wrong or missing before it can be saved.
 */
problems: Array<WrapUpProblem>, 
/**
 * It was not saved. What was typed is still here.
 */
not_saved: NotKept | null, 
/**
 * What is typed is on the screen only, and why.
 */
not_kept: NotKept | null, };

/**
 * One thing to be written.
 */
export type Write = { "kind": "codify", record: RecordRef, code: string, 
/**
 * Only where the operation uses a second code.
 */
second_code: string | null, comment: string, 
/**
 * The agent said: do not let the dialler call again. It goes before everything else.
 */
do_not_call: boolean, } | { "kind": "code_call", account: string, agent_id: string, code: string, second_code: string | null, comment: string, } | { "kind": "add_record", account: string, campaign: CampaignId, campaign_kind: CampaignKind, customer_id: string, customer_name: string, numbers: Array<string>, 
/**
 * Free fields by the system's names.
 */
fields: Array<[string, string]>, } | { "kind": "schedule_callback", record: RecordRef, at: Timestamp, number: string, style: CallbackStyle, agent_id: string | null, } | { "kind": "change_callback", record: RecordRef, at: Timestamp, number: string, style: CallbackStyle, agent_id: string | null, } | { "kind": "cancel_callback", record: RecordRef, number: string, style: CallbackStyle, agent_id: string | null, } | { "kind": "log_call", account: string, entry: CallEntry, } | { "kind": "tell_team", account: string, event: TeamEvent, entry: CallEntry, } | { "kind": "add_number", account: string, customer: CustomerId, 
/**
 * In E.164.
 */
number: string, } | { "kind": "other" };

/**
 * A part of a write.
 */
export type WriteField = { "kind": "comment" } | { "kind": "code" } | { "kind": "second_code" } | { "kind": "agent" } | { "kind": "campaign" } | { "kind": "customer_id" } | { "kind": "customer_name" } | { "kind": "number" } | { "kind": "field", name: string, };

/**
 * The limits of one account, in characters.
 */
export type WriteLimits = { 
/**
 * A comment on a campaign record.
 */
record_comment: number, 
/**
 * A comment on the agent's own call.
 */
call_comment: number, code: number, 
/**
 * Whether it takes second codes; where not, they are left out and may be anything.
 */
second_codes: boolean, 
/**
 * Its own names of campaigns and agents.
 */
id: number, customer_id: number, customer_name: number, 
/**
 * Telephone numbers of a new record; it has at least one.
 */
numbers: number, 
/**
 * Digits of a telephone number; it has at least two.
 */
number: number, 
/**
 * The free fields of a new record; there are no others.
 */
fields: Array<FieldLimit>, };

/** What the shell can be asked. Every command rejects with a `CommandError`. */
export type Commands = {
  view: { args: Record<never, never>; reply: DeskView };
  pop_view: { args: Record<never, never>; reply: PopView };
  popup_ready: { args: Record<never, never>; reply: null };
  popup_painted: { args: { callId: CallId; cardVersion: number }; reply: null };
  popup_action: { args: { action: PopupAction }; reply: null };
  popup_select: { args: { callId: CallId }; reply: null };
  popup_resize: { args: { height: number }; reply: null };
  popup_keyboard: { args: Record<never, never>; reply: null };
  question_painted: { args: { id: number }; reply: null };
  question_answer: { args: { id: number; yes: boolean }; reply: null };
  dial_from_card: { args: { text: string }; reply: DialAnswer };
  dismiss_call: { args: { callId: CallId }; reply: null };
  wrap_up_draft: { args: { callId: CallId; draft: WrapUpDraft }; reply: null };
  wrap_up_finish: { args: { callId: CallId }; reply: null };
  wrap_up_skip: { args: { callId: CallId }; reply: null };
  show_wrap_ups: { args: Record<never, never>; reply: null };
  own_callbacks: { args: Record<never, never>; reply: Array<OwnCallbackView> };
  callback_call: { args: { callId: CallId; confirmed: boolean; told: boolean }; reply: DialAnswer };
  callback_move: { args: { callId: CallId; at: Timestamp }; reply: null };
  callback_done: { args: { callId: CallId }; reply: null };
  callbacks_put_away: { args: Record<never, never>; reply: null };
  dial: { args: { text: string; confirmed: boolean; told: boolean }; reply: DialAnswer };
  dial_about: { args: { text: string; ticket: string; confirmed: boolean; told: boolean }; reply: DialAnswer };
  control: { args: { callId: CallId; act: ControlAct }; reply: null };
  end_here: { args: { callId: CallId }; reply: null };
  read_number: { args: { text: string }; reply: NumberReport };
  calls: { args: { filter: CallFilter; before?: CallId | null; limit: number }; reply: CallsPage };
  find_calls: { args: { search: CallSearch; before?: CallId | null; limit: number }; reply: FoundPage };
  customer_calls: { args: { customer: CustomerId; before?: CallId | null; limit: number }; reply: FoundPage };
  export_calls: { args: { search: CallSearch }; reply: string | null };
  call: { args: { id: CallId }; reply: CallStory };
  set_private: { args: { callId: CallId; private: boolean }; reply: MadePrivate };
  recordings: { args: { callId: CallId }; reply: Array<Recording> };
  listen: { args: { recording: RecordingId }; reply: Ticket };
  notes: { args: { callId: CallId }; reply: Array<CallNote> };
  add_note: { args: { callId: CallId; key: NoteKey; text: string }; reply: CallNote };
  edit_note: { args: { callId: CallId; key: NoteKey; text: string; version: number }; reply: CallNote };
  approve_note: { args: { callId: CallId; key: NoteKey; version: number }; reply: CallNote };
  delete_note: { args: { callId: CallId; key: NoteKey; version: number }; reply: null };
  missed_seen: { args: Record<never, never>; reply: null };
  missed_list: { args: Record<never, never>; reply: MissedRows };
  missed_act: { args: { id: MissedId; act: MissedAct }; reply: null };
  left: { args: Record<never, never>; reply: LeftList };
  left_of_team: { args: Record<never, never>; reply: Array<ListedCall> };
  code_now: { args: { callId: CallId }; reply: null };
  no_code_needed: { args: { callId: CallId }; reply: null };
  set_quiet: { args: { mode: QuietMode }; reply: null };
  set_do_not_disturb: { args: { on: boolean }; reply: null };
  search_customers: { args: { query: string; limit: number }; reply: Array<Match> };
  customer: { args: { id: CustomerId }; reply: Customer };
  save_customer: { args: { id?: CustomerId | null; details: CustomerDetails; seen?: Timestamp | null }; reply: Customer };
  delete_customer: { args: { id: CustomerId }; reply: null };
  choose: { args: { callId: CallId; customer?: CustomerId | null }; reply: null };
  set_aside: { args: { callId: CallId; customer: CustomerId }; reply: null };
  take_back: { args: { callId: CallId; customers: Array<CustomerId> }; reply: null };
  number_not_theirs: { args: { customer: CustomerId; number: string }; reply: null };
  number_theirs: { args: { customer: CustomerId; number: string }; reply: null };
  not_theirs: { args: { customer: CustomerId }; reply: Array<NotTheirs> };
  open_link: { args: { customerId: CustomerId }; reply: null };
  customer_sources: { args: Record<never, never>; reply: Array<CustomerSource> };
  search_source: { args: { source: string; query: string; limit: number }; reply: Array<Match> };
  create_customer_in: { args: { source: string; details: CustomerDetails }; reply: Customer };
  about_customer: { args: { id: CustomerId }; reply: CustomerAbout };
  link_customers: { args: { one: CustomerId; other: CustomerId }; reply: null };
  unlink_customers: { args: { one: CustomerId; other: CustomerId }; reply: null };
  open_ticket: { args: { customerId: CustomerId; ticket: string }; reply: null };
  pick_import_file: { args: Record<never, never>; reply: ChosenFile | null };
  import_preview: { args: { file: FileHandle; choices: ImportChoices }; reply: ImportPreview };
  import_start: { args: { file: FileHandle; choices: ImportChoices }; reply: null };
  import_settle: { args: { unclear: Unclear }; reply: null };
  import_cancel: { args: Record<never, never>; reply: null };
  import_last: { args: Record<never, never>; reply: LastImport | null };
  save_import_report: { args: Record<never, never>; reply: string | null };
  imports_done: { args: Record<never, never>; reply: Array<DoneImport> };
  import_undo: { args: { id: number }; reply: Undone };
  export_customers: { args: { format: ExportAs }; reply: string | null };
  submit: { args: { write: Write; about?: string | null }; reply: SubmissionKey };
  pending: { args: { limit: number }; reply: Array<PendingListed> };
  pending_retry: { args: { key: SubmissionKey }; reply: null };
  pending_discard: { args: { key: SubmissionKey }; reply: null };
  outbox: { args: { filter: OutboxFilter; before?: SubmissionKey | null; limit: number }; reply: OutboxPage };
  submission: { args: { key: SubmissionKey }; reply: SubmissionStory };
  outbox_act: { args: { key: SubmissionKey; act: OutboxAct }; reply: null };
  budgets: { args: Record<never, never>; reply: Array<Budget> };
  usage: { args: { account?: string | null; range: UsageRange }; reply: Usage };
  campaign_records: { args: { number: string }; reply: Records };
  codes: { args: { refresh: boolean }; reply: Codes };
  ticket: { args: { account: string; id: string }; reply: CustomerTicket | null };
  campaigns: { args: Record<never, never>; reply: CampaignList };
  callbacks: { args: Record<never, never>; reply: Callbacks };
  smart_wait: { args: { account?: string | null; from: Timestamp; to: Timestamp }; reply: SmartWait };
  not_coded: { args: { account?: string | null; from: Timestamp; to: Timestamp }; reply: Array<NotCoded> };
  form_typed: { args: { place: string; typed: string; revision: number }; reply: null };
  form_gone: { args: { place: string; revision: number }; reply: null };
  form_drafts: { args: Record<never, never>; reply: FormDrafts };
  show_main: { args: { section: Section; customerId?: CustomerId | null; prefillNumber?: string | null; callId?: CallId | null; callbacks?: boolean | null }; reply: null };
  quit: { args: { sure: boolean }; reply: null };
  settings: { args: Record<never, never>; reply: SettingsView };
  save_settings: { args: { patch: SettingsPatch }; reply: SettingsView };
  save_account: { args: { account: AccountInput }; reply: SettingsView };
  remove_account: { args: { name: string }; reply: SettingsView };
  save_shared_hub: { args: { hub: SharedHubInput }; reply: SettingsView };
  test_shared_hub: { args: Record<never, never>; reply: TestReport };
  use_description: { args: { id: string; sha256: string }; reply: SettingsView };
  test_account: { args: { name: string }; reply: TestReport };
  sign_in: { args: { name: string }; reply: TestReport };
  test_incoming: { args: { name: string }; reply: TestReport };
  test_secrets: { args: Record<never, never>; reply: TestReport };
  copy_api_token: { args: Record<never, never>; reply: null };
  copy_incoming_address: { args: { account: string; kind: string }; reply: null };
  pushes: { args: { account?: string | null }; reply: Array<PushNote> };
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
  confirm_quit: QuitQuestion;
  notice: Notice;
};
