//! What an agent wants written to another system, and how far that has come.
//!
//! A submission is made once, with its key; the key is the same in every attempt, on every machine it passes, so that
//! the same submission twice is one write. Its course: *waiting* → *sending* → *done*; or *unknown*, which is looked
//! into before anything is sent again; or *parked*, until a person looks. It leaves as done, or by a person's discard.

use crate::{
    Timestamp,
    call::{AgentId, CallId},
    call_log::{CallEntry, TeamEvent},
    campaign::{CallbackStyle, CampaignId, CampaignKind, RecordRef},
    customer::CustomerId,
};
use serde::{Deserialize, Serialize};
use std::fmt;
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

/// Names one intent, for ever; sorts by time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS, ToSchema)]
#[serde(transparent)]
pub struct SubmissionKey(pub String);

impl SubmissionKey {
    pub fn new() -> Self {
        Self(Uuid::now_v7().simple().to_string())
    }
}

impl Default for SubmissionKey {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for SubmissionKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// One thing to be written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Write {
    /// Closes a campaign record, so that the dialler does not call this customer again.
    Codify {
        record: RecordRef,
        code: String,
        /// Only where the operation uses a second code.
        second_code: Option<String>,
        comment: String,
        /// The agent said: do not let the dialler call again. It goes before everything else.
        do_not_call: bool,
    },
    /// Codes the agent's own call in the telephone system, while it is in wrap-up there.
    CodeCall { account: String, agent_id: String, code: String, second_code: Option<String>, comment: String },
    /// Adds a customer to a campaign. Sent twice, it is there twice.
    AddRecord {
        account: String,
        campaign: CampaignId,
        campaign_kind: CampaignKind,
        customer_id: String,
        customer_name: String,
        numbers: Vec<String>,
        /// Free fields by the system's names.
        fields: Vec<(String, String)>,
    },
    /// Calls this customer again at a moment.
    ScheduleCallback {
        record: RecordRef,
        at: Timestamp,
        number: String,
        style: CallbackStyle,
        agent_id: Option<String>,
    },
    /// Moves a call-back that is there.
    ChangeCallback { record: RecordRef, at: Timestamp, number: String, style: CallbackStyle, agent_id: Option<String> },
    /// Takes a call-back away.
    CancelCallback { record: RecordRef, number: String, style: CallbackStyle, agent_id: Option<String> },
    /// An entry in a CRM's call log. One that needs another ([`Submission::needs`]) changes what that one wrote.
    LogCall { account: String, entry: Box<CallEntry> },
    /// Tells a team's own programs.
    TellTeam { account: String, event: TeamEvent, entry: Box<CallEntry> },
    /// One more number of a customer whom the account's system keeps: an agent said that it is theirs.
    AddNumber {
        account: String,
        customer: CustomerId,
        /// In E.164.
        number: String,
    },
    /// What only another version of this program knows: it is shown as such, and what else stands in its list with it.
    #[serde(other)]
    Other,
}

/// What goes first when the account takes only so much; the smallest is first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    DoNotCall,
    Code,
    /// Call-backs, new records: soon, and after every code.
    Note,
}

impl Priority {
    /// The first goes first.
    pub const ALL: [Self; 3] = [Self::DoNotCall, Self::Code, Self::Note];
}

impl Write {
    /// The account that is to take it.
    pub fn account(&self) -> &str {
        match self {
            Self::Codify { record, .. }
            | Self::ScheduleCallback { record, .. }
            | Self::ChangeCallback { record, .. }
            | Self::CancelCallback { record, .. } => &record.account,
            Self::CodeCall { account, .. }
            | Self::AddRecord { account, .. }
            | Self::LogCall { account, .. }
            | Self::TellTeam { account, .. }
            | Self::AddNumber { account, .. } => account,
            Self::Other => "",
        }
    }

    /// Whether the hub makes it itself, of what it knows of a call: nobody else saves or edits one.
    pub fn is_the_hubs_own(&self) -> bool {
        matches!(self, Self::LogCall { .. } | Self::TellTeam { .. } | Self::AddNumber { .. } | Self::Other)
    }

    /// What it is about: one record of the other system, one agent's call, or a call that is told of. Desks hand over what is about
    /// the same in the order it was made; in which order a system must hear it is its connector's to say.
    pub fn subject(&self) -> String {
        let of_record = |campaign: &CampaignId, customer: &str| format!("record/{}/{customer}", campaign.0);
        match self {
            Self::Codify { record, .. }
            | Self::ScheduleCallback { record, .. }
            | Self::ChangeCallback { record, .. }
            | Self::CancelCallback { record, .. } => of_record(&record.campaign, &record.customer_id),
            Self::AddRecord { campaign, customer_id, .. } => of_record(campaign, customer_id),
            Self::CodeCall { agent_id, .. } => format!("agent/{agent_id}"),
            Self::LogCall { entry, .. } | Self::TellTeam { entry, .. } => format!("call/{}", entry.call_id),
            Self::AddNumber { customer, .. } => format!("customer/{}", customer.0),
            Self::Other => String::new(),
        }
    }

    /// Whether a newer one of these takes the place of an older one that was not sent yet: the same record coded
    /// again, the same call-back moved again.
    pub fn replaces(&self, older: &Self) -> bool {
        let same_act = std::mem::discriminant(self) == std::mem::discriminant(older);
        // A record added twice is two wishes, and what was to be told stays to be told.
        same_act
            && !matches!(self, Self::AddRecord { .. } | Self::TellTeam { .. } | Self::AddNumber { .. } | Self::Other)
            && self.account() == older.account()
            && self.subject() == older.subject()
    }
}

/// A write with its key, and what people need to recognise it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Submission {
    pub key: SubmissionKey,
    pub write: Write,
    /// For whom, in words a person knows: the customer's name or number.
    pub about: String,
    /// The call it came of.
    pub call_id: Option<CallId>,
    pub agent: Option<AgentId>,
    pub made_at: Timestamp,
    /// Not sent after this moment: what it is about is over then (a call in wrap-up). A person decides.
    pub expires_at: Option<Timestamp>,
    /// The submission that must be done first, and whose reference (the id the other system gave it) this one is sent with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub needs: Option<SubmissionKey>,
}

impl Submission {
    /// For whom it is and what was typed, for nobody to read: its call is private.
    pub fn withhold(&mut self) {
        self.about.clear();
        match &mut self.write {
            Write::Codify { comment, .. } | Write::CodeCall { comment, .. } => comment.clear(),
            Write::LogCall { entry, .. } | Write::TellTeam { entry, .. } => entry.withhold(),
            Write::ScheduleCallback { number, .. }
            | Write::ChangeCallback { number, .. }
            | Write::CancelCallback { number, .. }
            | Write::AddNumber { number, .. } => number.clear(),
            Write::AddRecord { customer_name, numbers, fields, .. } => {
                customer_name.clear();
                numbers.clear();
                fields.clear();
            }
            Write::Other => {}
        }
    }

    /// Whether this one takes the place of an older one that was not sent yet. A call's code is only replaced by
    /// another code for the same call: the agent's next call is another wish. And both wait for the same: otherwise the
    /// newer one could be sent earlier than the older one might have been.
    pub fn replaces(&self, older: &Self) -> bool {
        let same_call = self.call_id.is_some() && self.call_id == older.call_id;
        self.write.replaces(&older.write)
            && (same_call || !matches!(self.write, Write::CodeCall { .. }))
            && self.needs == older.needs
    }
}

/// Where a submission stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum SubmissionState {
    Waiting {
        why: WaitReason,
        until: Option<Timestamp>,
    },
    Sending {
        since: Timestamp,
    },
    /// It left and no answer came: the other system is asked whether it has it, before it is sent again.
    Checking {
        until: Option<Timestamp>,
    },
    /// It left, no answer came, and the other system cannot be asked: a person says *resend* or *it is there*.
    MayBeWritten {
        since: Timestamp,
    },
    /// A person must look; only its own lane waits for it.
    Parked {
        why: ParkReason,
        detail: String,
        since: Timestamp,
    },
    Done {
        at: Timestamp,
    },
    Discarded {
        at: Timestamp,
        /// Nobody decided so: the call it tells of is private.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        #[ts(as = "Option<bool>", optional)]
        private: bool,
    },
    /// A newer submission for the same thing took its place before it was sent.
    Replaced {
        at: Timestamp,
        by: SubmissionKey,
    },
}

impl SubmissionState {
    /// Whether it has left the queue.
    pub fn is_over(&self) -> bool {
        matches!(self, Self::Done { .. } | Self::Discarded { .. } | Self::Replaced { .. })
    }

    /// Whether it waits for a person.
    pub fn needs_a_person(&self) -> bool {
        matches!(self, Self::Parked { .. } | Self::MayBeWritten { .. })
    }
}

/// Why a submission is not being sent right now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WaitReason {
    /// Its turn comes.
    Turn,
    /// An older one for the same record goes first.
    Lane,
    /// The one it needs is not done yet.
    Needs,
    /// The account's budget of this second or minute is used up.
    Pace,
    /// The account's budget of this day is used up.
    DayBudget,
    /// What may wait has used its part of the day so far; more of it is free later on the same day.
    DayPace,
    /// The account takes nothing now: see its gate.
    Gate,
    /// The last attempt did not get there; the next one comes.
    Retry,
    /// It has not reached the hub yet.
    NoHub,
}

/// Why a person must look; the user interface has words for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ParkReason {
    /// The other system said no; the detail has its words.
    Refused,
    /// What it is about is not there any more.
    Gone,
    /// A code, campaign or field the other system does not know.
    Invalid,
    /// Too late: what it is about is over.
    Expired,
    /// There is no such account, or it cannot take such a write.
    NoAccount,
    /// The one it needs was taken away, or is not there.
    NeedsGone,
}

/// A row of *Waiting to be sent*.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct OutboxRow {
    pub submission: Submission,
    pub state: SubmissionState,
    pub attempts: u32,
    /// While it waits: how many of its account leave before it, about. Where nobody counted, absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub ahead: Option<u32>,
    /// The other system took it as a job, works on it and says later what became of it: it is asked about that, and not
    /// looked for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub is_job: bool,
    /// What the other system answered last; a sentence.
    pub last_answer: Option<String>,
    /// What the other system calls it, where it was done and the answer said so: the id of what was made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub reference: Option<String>,
}

/// One attempt, as the history keeps it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct AttemptNote {
    pub at: Timestamp,
    /// `done`, `not_sent`, `unknown`, `refused`, `closed`; `checked` for a question instead of a write.
    pub outcome: String,
    /// The other system's answer, shortened; never a secret.
    pub answer: String,
}

/// What a person decides about a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum OutboxAct {
    /// Tries now: a parked row again, a waiting one without waiting longer than its account makes it.
    Retry,
    /// Puts other content in its place and tries again.
    Edit { write: Write },
    /// It was looked for in the other system and is there.
    MarkDone,
    /// Takes it away, for good.
    Discard,
}

/// What an account is allowed, has used and has left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Budget {
    pub account: String,
    pub windows: Vec<BudgetWindow>,
    /// Present while the account takes nothing.
    pub gate: Option<Gate>,
    /// Rows not yet sent, those that wait for a person included.
    pub waiting: u32,
    pub needs_a_person: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct BudgetWindow {
    pub window: Window,
    pub limit: u32,
    pub used: u32,
    pub left: u32,
    /// Kept for look-ups while a phone rings.
    pub reserved: u32,
    pub resets_at: Timestamp,
    /// What other programs use of the account in such a window, about, where the other system's answers tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub others: Option<u32>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    Second,
    Minute,
    Day,
}

/// A closed gate: one fact for everything that waits behind it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Gate {
    pub why: GateReason,
    /// When it is tried again.
    pub until: Timestamp,
    /// The other system's words.
    pub detail: String,
    pub since: Timestamp,
    /// The other system said until when: nobody tries before. Otherwise it is our guess, and a person may try.
    #[serde(default)]
    pub said: bool,
}

/// Why an account takes nothing; the user interface has words for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum GateReason {
    /// The day's allowance is used up.
    DayQuota,
    /// Too fast, or too many at once.
    Pace,
    Maintenance,
    /// The token or password is not accepted: a person must change it.
    SignIn,
    /// It cannot be reached.
    Offline,
    /// It said for good that it takes nothing, or failed for days: a person decides whether it is tried again.
    Disabled,
}
