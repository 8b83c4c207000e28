//! The frames between a desk and its hub: the same whether the hub runs inside the app or far away.
//!
//! A subscription begins with a snapshot ([`HubFrame::Welcome`]), so that whoever listens cannot miss what came between.

mod reply;
mod request;
mod search;
mod story;

pub use crate::call::Step;
pub use reply::{
    Answer, Callbacks, CallsPage, CampaignList, Codes, OutboxPage, Records, Reply, SubmissionStory, TicketForms,
    WrongReply,
};
pub use request::{Ask, Request, ask};
pub use search::{CallEnd, CallSearch, FoundCalls};
pub use story::{Happened, MissingPart, Moment, StoryPart};

use crate::{
    Timestamp,
    call::{AgentId, Call, CallId},
    customer::{Card, CustomerId},
    limits::AccountLimits,
    missed::{MissedCaller, MissedId, MissedList},
    number::{Caution, NumberView},
    outcome::{CallOutcome, Handover},
    submission::{Gate, SubmissionKey},
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// The version of this protocol; a hub refuses others with a clear message.
pub const PROTOCOL: u32 = 1;

/// From desk to hub.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "a frame is handed over once and never kept in numbers")]
pub enum DeskFrame {
    Hello {
        protocol: u32,
        agent: AgentId,
        token: String,
    },
    Request {
        id: u64,
        request: Request,
    },
    /// What the agent saved. Sent again until the hub accepts it; the same key twice is one.
    Submit {
        handover: Handover,
    },
    /// What a desk of another version says besides (older ones acknowledge events); it changes nothing.
    #[serde(other)]
    Other,
}

/// From hub to desk.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "a frame is handed over once and never kept in numbers")]
pub enum HubFrame {
    Welcome {
        protocol: u32,
        seq: u64,
        snapshot: Snapshot,
    },
    Event {
        seq: u64,
        at: Timestamp,
        event: DeskEvent,
    },
    Reply {
        id: u64,
        reply: Result<Reply, RequestError>,
    },
    /// It is durable here: the desk may forget it.
    Accepted {
        key: SubmissionKey,
    },
    /// The hub does not have it; `error` says why. The desk keeps it.
    NotAccepted {
        key: SubmissionKey,
        error: RequestError,
    },
    /// The hub goes down and will be back.
    Restarting,
    /// The hub will not talk to this desk; `error` says why. The link ends.
    Refused {
        error: RequestError,
    },
}

/// What is going on when a desk connects.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Snapshot {
    /// It takes what desks note of calls, and that a call ends at one desk ([`Request::NoteSoFar`], [`Request::EndHere`]);
    /// a hub of an older version takes neither.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub takes_notes: bool,
    /// It keeps notes beside calls ([`Request::Notes`] and what follows it); a hub of an older version does not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub keeps_notes: bool,
    /// The accounts that are asked, when a phone rings, whether its other calls go on: each that does is told again.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub asks_about_calls: Vec<String>,
    /// A call of which nothing was heard for so long may have lost its end. Absent: an older hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub silent_call_seconds: Option<u32>,
    /// This agent's calls that are not over, oldest first.
    pub calls: Vec<CallWithCard>,
    /// Missed and not yet seen.
    pub missed: u32,
    pub connections: Vec<Connection>,
    #[serde(default)]
    pub outbox: OutboxSummary,
    /// The team's missed calls that are left to do, at the lines this agent serves. Absent: an older hub.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missed_list: Option<MissedList>,
    /// Everybody of the team, for who may see everybody's calls; nobody for others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub team: Vec<AgentId>,
    /// The hub's clock. Absent: an older hub.
    #[serde(default)]
    pub at: Option<Timestamp>,
}

/// What waits to be written to other systems, in short.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct OutboxSummary {
    /// Not yet there, those that wait for a person included.
    pub waiting: u32,
    pub needs_a_person: u32,
    /// The accounts that take nothing now.
    pub gates: Vec<ClosedAccount>,
    /// Another one whenever a row changed: who shows rows asks again.
    pub version: u64,
    /// The accounts that can be written to; none: there is nothing to show.
    pub accounts: Vec<String>,
    /// What they take of what people type, as far as each says.
    #[serde(default)]
    pub limits: Vec<AccountLimits>,
    /// Those whose agents choose a ticket when a call is over. A desk asks a hub that names some for their forms, and no
    /// older one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<String>>", optional)]
    pub tickets: Vec<String>,
}

/// An account whose gate is closed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct ClosedAccount {
    pub account: String,
    pub gate: Gate,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
pub struct CallWithCard {
    pub call: Call,
    pub card: Card,
}

/// What a desk hears of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "a frame is handed over once and never kept in numbers")]
pub enum DeskEvent {
    /// A call began, moved on or ended.
    Call {
        call: Call,
    },
    /// A newer version of a call's card.
    Card {
        call_id: CallId,
        card: Card,
    },
    /// How many missed calls nobody has looked at yet.
    Missed {
        count: u32,
    },
    /// Of the team's missed calls: rows that are new or changed, and rows of which nothing is left to do.
    MissedList {
        rows: Vec<MissedCaller>,
        gone: Vec<MissedId>,
    },
    /// Something was written, changed, approved or taken away among the notes of a call.
    Notes {
        call_id: CallId,
    },
    Connection {
        connection: Connection,
    },
    Outbox {
        outbox: OutboxSummary,
    },
}

/// The state of one connection, in words the user interface knows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Connection {
    /// The account's name; `incoming` for the webhook listener, `directory` for the customer list, `outbox` for
    /// what is written to other systems, `hub` for a remote hub.
    pub name: String,
    pub state: ConnectionState,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum ConnectionState {
    /// Works, as far as the last use told; `detail` may say where (an address).
    Ready {
        detail: String,
    },
    /// Set up, and not used yet.
    Untried,
    Connecting,
    /// A person should look; `detail` is a sentence.
    Trouble {
        code: TroubleCode,
        detail: String,
    },
}

/// What is wrong with a connection. The user interface has words for every one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TroubleCode {
    /// An account lacks something: a setting, a secret.
    NotSetUp,
    /// The PBX does not take user, password or key.
    SignIn,
    Unreachable,
    /// It was reached, and did not answer in time.
    NoAnswer,
    /// Webhooks cannot arrive: the address is taken, or may not be listened at.
    NotListening,
    /// The customer list cannot be opened.
    Directory,
    /// Calls cannot be saved.
    History,
    /// Nothing can be saved for other systems: the outbox is not open, or takes nothing.
    Outbox,
    /// The calls were taken up anew after a mistake in Ringcard, or are being so.
    Calls,
    /// There is no line to the hub.
    NoHub,
    /// The hub is there and does not let this desk in: its token is not taken, or is another agent's.
    NotLetIn,
    /// The agent's own phone is not connected to the telephone system.
    PhoneAway,
    /// The telephone system that tells how the agent's phone stands is not reached.
    PhoneNotReached,
}

/// Which submissions are wanted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum OutboxFilter {
    /// Not yet there.
    #[default]
    Waiting,
    NeedsAPerson,
    /// Written, discarded or replaced.
    Over,
}

/// A number that somebody wants to dial, and what they should know first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct BeforeDial {
    pub number: NumberView,
    /// What will be dialled: E.164, or the digits of an internal number.
    pub dialled: String,
    /// Whose number it is, where that is sure and known at once.
    pub customer_name: Option<String>,
    /// The weightiest first. Where one of them asks, dialling needs `force`.
    pub cautions: Vec<Caution>,
    /// A rule refuses it: it is dialled by nobody, `force` or not.
    pub refused: bool,
}

/// An account whose part of an answer is missing, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Unasked {
    pub account: String,
    /// A sentence.
    pub why: String,
}

/// A row of the call list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct CallRow {
    pub call: Call,
    /// Who it was, where an agent or an exact match said so.
    pub customer_name: Option<String>,
    pub customer_id: Option<CustomerId>,
    /// How an agent coded it; absent: not coded.
    #[serde(default)]
    pub outcome: Option<CallOutcome>,
    /// Somebody said that it needs no code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub no_code: Option<NoCodeNeeded>,
    /// The beginning of what an agent noted of it while it went on.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    #[ts(as = "Option<String>", optional)]
    pub note: String,
    /// A recording of it was told of.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub recorded: bool,
    /// Who asked may listen to its recordings.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub may_listen: bool,
    /// None of its recordings can be heard any more: they were deleted, refused, or are gone.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub recording_gone: bool,
}

/// That a call needs no code: who said so, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct NoCodeNeeded {
    /// Absent: nobody of whom it is known.
    pub by: Option<AgentId>,
    pub at: Timestamp,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct CallFilter {
    pub missed: bool,
    /// Only this agent's own (answered or dialled) calls.
    pub mine: bool,
    pub live: bool,
}

/// One call and all that happened to it, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct Timeline {
    pub row: CallRow,
    pub steps: Vec<Step>,
    /// What was noted, coded, written and recorded of it, oldest first. Absent: an older hub.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moments: Vec<Moment>,
    /// What of it cannot be read now.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub missing: Vec<MissingPart>,
}

/// What became of a call's traces when it was made private.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct MadePrivate {
    /// Recordings that were deleted for good.
    pub deleted: u32,
    /// Recordings that stay, because they are held.
    pub held: u32,
    /// The accounts that were told of the call before, or may have been: what they know of it stays there.
    pub told: Vec<String>,
}

/// Why a request was not done. `code` is stable, `message` is for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error, TS)]
#[error("{message}")]
pub struct RequestError {
    pub code: RequestErrorCode,
    pub message: String,
    /// What there is to know of the number, where that is why.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<Caution>>", optional)]
    pub cautions: Vec<Caution>,
}

impl RequestError {
    pub fn new(code: RequestErrorCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), cautions: Vec::new() }
    }

    /// Nothing was kept; `why` is a sentence.
    pub fn not_saved(why: &impl std::fmt::Display) -> Self {
        Self::new(RequestErrorCode::NotSaved, why.to_string())
    }
}

/// The user interface has words for every code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum RequestErrorCode {
    /// What was given is no phone number.
    NotANumber,
    /// It may be a number; the agent should say so.
    UnsureNumber,
    /// There is something to know of the number (`cautions`): with `force`, it is dialled.
    AsksFirst,
    /// A rule of the settings refuses the number, `force` or not.
    NumberNotAllowed,
    /// It is somebody else's, or takes another role than the asker's.
    NotAllowed,
    NotFound,
    /// A field has a value that cannot be kept.
    Invalid,
    /// No PBX account is set up, or several and none was named.
    NoAccount,
    /// There are accounts, and none of them can dial as it is set up; the message says why.
    AccountsNotReady,
    /// The agent has no extension.
    NoExtension,
    /// The database did not take it: nothing was saved.
    NotSaved,
    /// The hub is not there.
    Offline,
    /// The hub was asked to dial and no answer came: a phone may ring. Look at it; never asked again by itself.
    DialUnknown,
    /// The telephone system would not do it.
    PhoneRefused,
    /// The telephone system cannot be reached, or takes nothing now: nothing was done.
    PhoneAway,
    /// The telephone system did not answer: it may have been done.
    PhoneUnknown,
    /// Somebody changed the customer meanwhile.
    Conflict,
    Busy,
    /// The account takes nothing until a moment that others set: it waits as before.
    NotNow,
    /// The telephone system had the recording, and has it no longer.
    RecordingGone,
    /// The telephone system does not take the account's user, password or key.
    RecordingSignIn,
    /// The telephone system knows no recording by the id it gave.
    RecordingNotKnown,
    /// The telephone system sent something that is no audio.
    RecordingNotAudio,
    /// The telephone system would not give the recording.
    RecordingRefused,
    /// The account is not set up to fetch recordings.
    RecordingNotConfigured,
    /// The telephone system cannot be reached for its recording.
    RecordingUnreachable,
    /// The recording did not come whole.
    RecordingCut,
    /// The recording is larger than is kept.
    RecordingTooLong,
    /// It is kept, and cannot be played: its coding is not known here, or it is damaged.
    RecordingNotPlayable,
    /// Somebody deleted it, or it was too old.
    RecordingDeleted,
    /// It is held: it may not be deleted.
    RecordingHeld,
    /// It is sealed, and the hub has no key for it.
    RecordingSealed,
    /// The call is private: its recordings are neither fetched nor heard.
    RecordingPrivate,
}

#[cfg(test)]
mod tests;
