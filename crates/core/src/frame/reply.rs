//! What a request is answered with.

use super::{BeforeDial, CallRow, FoundCalls, MadePrivate, RequestError, RequestErrorCode, Timeline, Unasked};
use crate::{
    call::CallId,
    campaign::{Callback, Campaign, CampaignRecord, CodeList},
    customer::{Customer, CustomerAbout, CustomerSource, Match, NotTheirs},
    missed::{MissedCaller, MissedList},
    note::CallNote,
    pushed::PushNote,
    recording::{AudioBytes, Playable, Recording, RecordingAccess},
    report::{NotCoded, SmartWait},
    submission::{AttemptNote, Budget, OutboxRow},
    ticket::{AccountForms, Ticket},
    usage::Usage,
};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use ts_rs::TS;
use utoipa::ToSchema;

/// An answer as it stands in a frame.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "a frame is handed over once and never kept in numbers")]
pub enum Reply {
    Done,
    Dialling { call_id: CallId },
    BeforeDial { before: BeforeDial },
    Calls { calls: Vec<CallRow>, more: bool },
    FoundCalls { calls: Vec<CallRow>, next: Option<CallId> },
    Call { timeline: Timeline },
    Recordings { recordings: Vec<Recording> },
    Listen { playable: Playable },
    Hear { audio: AudioBytes },
    RecordingAccesses { accesses: Vec<RecordingAccess> },
    Notes { notes: Vec<CallNote> },
    Note { note: CallNote },
    MadePrivate { became: MadePrivate },
    MissedList { list: MissedList },
    MissedCaller { row: MissedCaller },
    Matches { matches: Vec<Match> },
    Customer { customer: Customer },
    NotTheirs { numbers: Vec<NotTheirs> },
    CustomerSources { sources: Vec<CustomerSource> },
    CustomerAbout { about: CustomerAbout },
    Outbox { rows: Vec<OutboxRow>, more: bool },
    Submission { row: OutboxRow, attempts: Vec<AttemptNote> },
    Budgets { budgets: Vec<Budget> },
    Usage { usage: Usage },
    Pushes { pushes: Vec<PushNote> },
    CampaignRecords { records: Vec<CampaignRecord>, unasked: Vec<Unasked> },
    Codes { lists: Vec<CodeList>, unasked: Vec<Unasked> },
    TicketForms { accounts: Vec<AccountForms>, unasked: Vec<Unasked> },
    Ticket { ticket: Option<Ticket> },
    Campaigns { campaigns: Vec<Campaign>, unasked: Vec<Unasked> },
    Callbacks { callbacks: Vec<Callback>, unasked: Vec<Unasked> },
    SmartWait { report: SmartWait },
    NotCoded { calls: Vec<NotCoded> },
}

/// What a [`Reply`] brings: the `Answer` of an [`Ask`](super::Ask).
pub trait Answer: Sized {
    /// Takes it out of a reply, if that is the right one.
    fn of(reply: Reply) -> Result<Self, WrongReply>;
}

/// The hub answered something else than what was asked: one of another make or version, perhaps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("The hub answered something this version of Ringcard does not understand.")]
pub struct WrongReply;

impl From<WrongReply> for RequestError {
    fn from(wrong: WrongReply) -> Self {
        Self::new(RequestErrorCode::Invalid, wrong.to_string())
    }
}

/// Which reply brings which answer: the one thing in it, or a struct of its fields.
macro_rules! answers {
    ($( $reply:pat => $answer:ty = $value:expr; )*) => {
        $(
            impl Answer for $answer {
                fn of(reply: Reply) -> Result<Self, WrongReply> {
                    match reply {
                        $reply => Ok($value),
                        _ => Err(WrongReply),
                    }
                }
            }
        )*
    };
}

answers! {
    Reply::Done => () = ();
    Reply::Dialling { call_id } => CallId = call_id;
    Reply::BeforeDial { before } => BeforeDial = before;
    Reply::Calls { calls, more } => CallsPage = CallsPage { calls, more };
    Reply::FoundCalls { calls, next } => FoundCalls = FoundCalls { calls, next };
    Reply::Call { timeline } => Timeline = timeline;
    Reply::Recordings { recordings } => Vec<Recording> = recordings;
    Reply::Listen { playable } => Playable = playable;
    Reply::Hear { audio } => AudioBytes = audio;
    Reply::RecordingAccesses { accesses } => Vec<RecordingAccess> = accesses;
    Reply::Notes { notes } => Vec<CallNote> = notes;
    Reply::Note { note } => CallNote = note;
    Reply::MadePrivate { became } => MadePrivate = became;
    Reply::MissedList { list } => MissedList = list;
    Reply::MissedCaller { row } => MissedCaller = row;
    Reply::Matches { matches } => Vec<Match> = matches;
    Reply::Customer { customer } => Customer = customer;
    Reply::NotTheirs { numbers } => Vec<NotTheirs> = numbers;
    Reply::CustomerSources { sources } => Vec<CustomerSource> = sources;
    Reply::CustomerAbout { about } => CustomerAbout = about;
    Reply::Outbox { rows, more } => OutboxPage = OutboxPage { rows, more };
    Reply::Submission { row, attempts } => SubmissionStory = SubmissionStory { row, attempts };
    Reply::Budgets { budgets } => Vec<Budget> = budgets;
    Reply::Usage { usage } => Usage = usage;
    Reply::Pushes { pushes } => Vec<PushNote> = pushes;
    Reply::CampaignRecords { records, unasked } => Records = Records { records, unasked };
    Reply::Codes { lists, unasked } => Codes = Codes { lists, unasked };
    Reply::TicketForms { accounts, unasked } => TicketForms = TicketForms { accounts, unasked };
    Reply::Ticket { ticket } => Option<Ticket> = ticket;
    Reply::Campaigns { campaigns, unasked } => CampaignList = CampaignList { campaigns, unasked };
    Reply::Callbacks { callbacks, unasked } => Callbacks = Callbacks { callbacks, unasked };
    Reply::SmartWait { report } => SmartWait = report;
    Reply::NotCoded { calls } => Vec<NotCoded> = calls;
}

/// Calls, newest first, and whether there are more.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct CallsPage {
    pub calls: Vec<CallRow>,
    pub more: bool,
}

/// A page of what waits to be sent, or was.
#[derive(Debug, Clone, PartialEq, Serialize, TS, ToSchema)]
pub struct OutboxPage {
    pub rows: Vec<OutboxRow>,
    pub more: bool,
}

/// One submission and all its attempts, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, ToSchema)]
pub struct SubmissionStory {
    pub row: OutboxRow,
    pub attempts: Vec<AttemptNote>,
}

/// A number's campaign records, and who could not be asked for theirs.
#[derive(Debug, Clone, PartialEq, Serialize, TS, ToSchema)]
pub struct Records {
    pub records: Vec<CampaignRecord>,
    pub unasked: Vec<Unasked>,
}

/// Every account's codes, and who could not be asked for theirs.
#[derive(Debug, Clone, PartialEq, Serialize, TS, ToSchema)]
pub struct Codes {
    pub lists: Vec<CodeList>,
    pub unasked: Vec<Unasked>,
}

/// The ticket forms of every account whose agents choose a ticket after a call, and who could not be asked for theirs.
#[derive(Debug, Clone, PartialEq, Serialize, TS, ToSchema)]
pub struct TicketForms {
    pub accounts: Vec<AccountForms>,
    pub unasked: Vec<Unasked>,
}

/// Every account's campaigns, and who could not be asked for theirs.
#[derive(Debug, Clone, PartialEq, Serialize, TS, ToSchema)]
pub struct CampaignList {
    pub campaigns: Vec<Campaign>,
    pub unasked: Vec<Unasked>,
}

/// Promised call-backs, and who could not be asked for theirs.
#[derive(Debug, Clone, PartialEq, Serialize, TS, ToSchema)]
pub struct Callbacks {
    pub callbacks: Vec<Callback>,
    pub unasked: Vec<Unasked>,
}
