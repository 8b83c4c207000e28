//! What goes over to the windows besides the core's and the desk's own words.

use super::reviews::ProfileReview;
use ringcard_connect::settings::SettingKind as ProfileSettingKind;
use ringcard_core::{
    call::CallId,
    customer::CustomerId,
    frame::{MissingPart, Moment, Step, Timeline},
    number::{NotANumber, NumberView, UnsureReason},
};
use ringcard_desk::{AgentView, ListedCall};
use ringcard_hub::config::{Appearance, Corner, Language, LineName, LinkDials, QuietMode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use ts_rs::TS;

pub use super::tested::{TestReport, TestState, TestStep, Tested};

#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct CallsPage {
    pub calls: Vec<ListedCall>,
    pub more: bool,
}

/// Calls that were found; `next`: from where to look further.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct FoundPage {
    pub calls: Vec<ListedCall>,
    pub next: Option<CallId>,
}

/// One call and all that happened to it, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct CallStory {
    pub row: ListedCall,
    pub steps: Vec<Step>,
    /// What was noted, coded, written and recorded of it, oldest first.
    pub moments: Vec<Moment>,
    /// What of it cannot be read now.
    pub missing: Vec<MissingPart>,
}

impl From<Timeline> for CallStory {
    fn from(timeline: Timeline) -> Self {
        let Timeline { row, steps, moments, missing } = timeline;
        Self { row: row.into(), steps, moments, missing }
    }
}

/// *Try a number*: how it is read, shown, dialled and searched.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct NumberReport {
    pub reading: NumberReading,
    pub display: Option<String>,
    pub dialled: Vec<DialledAs>,
    pub searched: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum NumberReading {
    Number { number: NumberView, certainty: Sureness },
    Refused { reason: NotANumber, message: String },
}

/// `sure`, or why not.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(untagged)]
pub enum Sureness {
    Sure(SureWord),
    Unsure(UnsureReason),
}

#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SureWord {
    Sure,
}

#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct DialledAs {
    pub account: String,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Section {
    Calls,
    Customers,
    Campaigns,
    Outbox,
    Reports,
    Settings,
}

/// Where the main window should go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Navigate {
    pub section: Section,
    pub customer_id: Option<CustomerId>,
    pub prefill_number: Option<String>,
    pub call_id: Option<CallId>,
    /// The keyboard goes to the box for numbers, names and commands.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub focus_box: Option<bool>,
    /// In the section of calls: the promised call-backs.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub callbacks: Option<bool>,
}

impl Navigate {
    pub fn to(section: Section) -> Self {
        Self { section, customer_id: None, prefill_number: None, call_id: None, focus_box: None, callbacks: None }
    }
}

/// Something the agent should know that no window asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct Notice {
    pub kind: NoticeKind,
    /// An `ErrorCode`, or a word of its own the user interface knows.
    pub code: String,
    pub detail: String,
    /// Why it is no number, where that is what is wrong.
    pub reason: Option<NotANumber>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NoticeKind {
    Info,
    Problem,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PopupAction {
    Hide,
    GiveBackKeyboard,
    Next,
    Previous,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DemoRing {
    Known,
    Several,
    Unknown,
    Hidden,
    Vip,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, TS)]
#[serde(rename_all = "lowercase")]
pub enum ExportAs {
    Csv,
    VCard,
}

/// All of the Settings page.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct SettingsView {
    pub path: String,
    pub broken: Option<BrokenSettings>,
    pub agent: AgentView,
    pub locale: LocaleSettings,
    pub appearance: Appearance,
    pub numbers: NumberSettings,
    pub line_names: Vec<LineName>,
    pub hub: SharedHubView,
    pub listen: ListenSettings,
    /// Which token it is, without telling it: where it is kept, and its last four characters.
    pub api_token_hint: String,
    pub accounts: Vec<AccountView>,
    pub profiles: Vec<ProfileView>,
    /// Profiles out of files that somebody has to look at.
    pub descriptions: Vec<ProfileReview>,
    pub desk: DeskSettings,
    pub monitors: Vec<MonitorView>,
    pub secrets: SecretsView,
    pub demo: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct BrokenSettings {
    pub message: String,
    pub line: Option<u32>,
}

#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct LocaleSettings {
    pub country: String,
    pub language: Option<Language>,
}

#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct NumberSettings {
    pub internal_min: u8,
    pub internal_max: u8,
    pub outside_prefix: Option<String>,
    pub own: Vec<String>,
    /// Whose calls are private: numbers, and how numbers begin.
    pub private: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ListenSettings {
    /// Where it listens, or as set while it does not.
    pub address: String,
    pub running: bool,
    pub problem: Option<String>,
    pub public_url: Option<String>,
    /// Who can reach the addresses that are given to providers.
    pub reach: Reach,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Reach {
    /// Only programs on this computer.
    ThisComputer,
    /// Others too, as far as networks and firewalls let them.
    Others,
    /// They arrive at a hub elsewhere, whose addresses are its own.
    Elsewhere,
}

#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct DeskSettings {
    pub start_at_login: bool,
    pub links: bool,
    pub link_dials: LinkDials,
    pub monitor: Option<String>,
    pub corner: Corner,
    pub quiet: QuietMode,
    pub hotkey: Option<String>,
    pub hide_after_seconds: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct MonitorView {
    pub name: String,
    pub width: u32,
    pub height: u32,
}

#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct SecretsView {
    pub available: bool,
    pub message: Option<String>,
}

/// A value that is no secret.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
#[serde(untagged)]
pub enum PlainValue {
    Flag(bool),
    Number(#[ts(type = "number")] i64),
    Text(String),
}

#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct AccountView {
    pub name: String,
    pub connector: String,
    pub values: BTreeMap<String, PlainValue>,
    pub secrets: BTreeMap<String, SecretState>,
    /// What to give to the provider.
    pub webhooks: Vec<WebhookView>,
    /// Whether people sign in to it in their browser.
    pub signs_in: bool,
    /// Why it cannot work, where it cannot.
    pub problem: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SecretState {
    Set,
    /// In a file or an environment variable, which the administrator fills.
    SetElsewhere,
    NotSet,
    /// It was typed in for another address: it is used for this one when it is typed in again.
    OtherHost,
    /// The place it is kept in does not answer.
    Unknown,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct WebhookView {
    pub kind: String,
    pub method: String,
    /// With dots where key or password stand; the whole of it is only ever copied.
    pub url: String,
    /// How the push proves where it comes from: a sentence for administrators.
    pub proof: String,
}

/// The team's hub on a server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct SharedHubView {
    /// Empty: the hub runs inside the app.
    pub url: String,
    pub token: SecretState,
}

/// Where the team's hub is, as the Settings page gives it.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct SharedHubInput {
    /// Empty: the hub runs inside the app.
    pub url: String,
    /// Absent: it stays as it is.
    pub token: Option<SecretText>,
}

/// An account as the Settings page gives it; secrets that are left out stay as they are.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(deny_unknown_fields)]
pub struct AccountInput {
    pub name: String,
    pub connector: String,
    pub values: BTreeMap<String, PlainValue>,
    pub secrets: BTreeMap<String, SecretText>,
}

/// A secret on its way to the keyring; never comes back.
#[derive(Clone, Deserialize, TS)]
#[serde(from = "String")]
#[ts(as = "String")]
pub struct SecretText(pub secrecy::SecretString);

impl From<String> for SecretText {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl std::fmt::Debug for SecretText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretText")
    }
}

/// A kind of account that can be connected.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ProfileView {
    pub id: String,
    pub title: String,
    pub description: String,
    pub settings: Vec<ProfileSetting>,
    /// Which webhooks it reads; a kind without any is no PBX that announces calls.
    pub pushes: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ProfileSetting {
    pub key: String,
    pub label: String,
    pub kind: SettingKind,
    pub required: bool,
    pub default: Option<String>,
    pub choices: Vec<String>,
    /// The choices' names for people, in the same order.
    pub choice_labels: Vec<String>,
    pub help: Option<String>,
    /// Only asked for where another setting has one of these values.
    pub when: Option<SettingWhen>,
    /// Whether requests may carry its value: such a secret is asked for again when the account's address is another.
    pub sent: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct SettingWhen {
    pub setting: String,
    pub is: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum SettingKind {
    Text,
    Secret,
    Number,
    Flag,
    Url,
    Choice,
}

impl From<ProfileSettingKind> for SettingKind {
    fn from(kind: ProfileSettingKind) -> Self {
        match kind {
            ProfileSettingKind::Text => Self::Text,
            ProfileSettingKind::Secret => Self::Secret,
            ProfileSettingKind::Number => Self::Number,
            ProfileSettingKind::Flag => Self::Flag,
            ProfileSettingKind::Url => Self::Url,
            ProfileSettingKind::Choice => Self::Choice,
        }
    }
}
