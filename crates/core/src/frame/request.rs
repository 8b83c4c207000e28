//! What a desk or a script asks of the hub: every request once, with what it is answered with.

use super::{
    CallFilter, CallsPage, CampaignList, OutboxFilter, OutboxPage, Records, SubmissionStory, Timeline,
    reply::{Answer, Reply, WrongReply},
};
use crate::{
    Timestamp,
    call::CallId,
    control::ControlAct,
    // some requests are called like a type of these
    customer::{self, CustomerDetails, CustomerId},
    frame,
    missed,
    note::{CallNote, NewNote, NoteKey},
    pushed::PushNote,
    recording::{AudioBytes, Playable, Recording, RecordingAccess, RecordingId},
    report,
    submission::{self, SubmissionKey},
    ticket,
    usage,
};
use serde::{Deserialize, Serialize};

/// A request as a type of its own, which knows the type of its answer. Whoever asks with one need not look into a [`Reply`].
pub trait Ask: Into<Request> {
    /// What it is answered with.
    type Answer: Answer;

    /// The answer in a reply. One that belongs to another request is an error of this request, and of nothing else.
    fn answered(reply: Reply) -> Result<Self::Answer, WrongReply> {
        Self::Answer::of(reply)
    }
}

/// Makes of one list the frames' [`Request`] and, in [`ask`], a type for each request with its [`Ask::Answer`].
macro_rules! requests {
    ($(
        $(#[$about:meta])*
        $name:ident $({ $( $(#[$of:meta])* $field:ident: $kind:ty ),* $(,)? })? => $answer:ty
    ),* $(,)?) => {
        /// What a desk asks of the hub, as it stands in a frame.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
        #[serde(tag = "type", rename_all = "snake_case")]
        pub enum Request {
            $( $(#[$about])* $name $({ $( $(#[$of])* $field: $kind ),* })? ),*
        }

        /// Every [`Request`] as a type of its own.
        pub mod ask {
            use super::*;
            $(
                $(#[$about])*
                #[derive(Debug, Clone, PartialEq)]
                pub struct $name { $( $( pub $field: $kind ),* )? }

                impl From<$name> for Request {
                    fn from(ask: $name) -> Self {
                        let $name { $( $( $field ),* )? } = ask;
                        Self::$name $({ $( $field ),* })?
                    }
                }

                impl Ask for $name {
                    type Answer = $answer;
                }
            )*
        }

        /// The requests by their names, for tests that go through all of them.
        #[cfg(test)]
        pub(super) const NAMES: &[&str] = &[$( stringify!($name) ),*];
    };
}

requests! {
    /// Click-to-call: our extension first, then the number. `ticket`: what the call is about, for telephone systems that take it
    /// along. `key` makes a repeated click the same call;
    /// `confirmed`: the agent was asked and said that this is the number. `force`: they know what it costs to know of it
    /// ([`RequestErrorCode::AsksFirst`]) and want it called.
    Dial {
        key: String,
        number: String,
        confirmed: bool,
        #[serde(default)]
        force: bool,
        extension: Option<String>,
        account: Option<String>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        ticket: Option<ticket::TicketRef>,
    } => CallId,
    /// What an agent should know before this number is dialled. Nothing is dialled.
    BeforeDial {
        number: String,
    } => frame::BeforeDial,
    /// Calls, newest first.
    Calls {
        filter: CallFilter,
        before: Option<CallId>,
        limit: u32,
    } => CallsPage,
    /// Calls that are as wanted, newest first.
    FindCalls {
        search: frame::CallSearch,
        before: Option<CallId>,
        limit: u32,
    } => frame::FoundCalls,
    /// The calls with a customer, over all their numbers and whoever had them, newest first.
    CustomerCalls {
        customer: CustomerId,
        before: Option<CallId>,
        limit: u32,
    } => frame::FoundCalls,
    /// One call with everything that happened to it.
    Call {
        id: CallId,
    } => Timeline,
    /// A call's recordings, oldest first: where each is, and not its audio.
    Recordings {
        call_id: CallId,
    } => Vec<Recording>,
    /// A recording is to be played: fetched where it is still at the telephone system, and made playable.
    Listen {
        recording: RecordingId,
    } => Playable,
    /// Part of what is played of a recording ([`Playable`]): at most [`Playable::MOST_AT_ONCE`] bytes of it, from one on.
    Hear {
        recording: RecordingId,
        from: u64,
        most: u32,
    } => AudioBytes,
    /// A recording is deleted: its audio and all that was made of it, for good.
    DeleteRecording {
        recording: RecordingId,
    } => (),
    /// A recording may not be deleted, and why; without a reason: it may be again.
    HoldRecording {
        recording: RecordingId,
        why: Option<String>,
    } => (),
    /// Who did what with a recording, oldest first.
    RecordingAccesses {
        recording: RecordingId,
    } => Vec<RecordingAccess>,
    /// An act on the agent's own call. Done once; nothing repeats it. `force` is for a transfer what it is for dialling.
    Control {
        call_id: CallId,
        act: ControlAct,
        #[serde(default)]
        force: bool,
    } => (),
    /// The agent knows that this call is over for them, and nobody told: their part of it ends.
    EndHere {
        call_id: CallId,
    } => (),
    /// What the agent noted of a call they are in, for whoever has it after them; empty: nothing. It is written to no
    /// other system.
    NoteSoFar {
        call_id: CallId,
        note: String,
    } => (),
    /// What there is to read of a call: its agents' notes, transcripts and summaries, oldest first.
    Notes {
        call_id: CallId,
    } => Vec<CallNote>,
    /// A note of a call. The same key again with another text takes its place, unless a person edited it since.
    PutNote {
        call_id: CallId,
        note: NewNote,
    } => CallNote,
    /// Changes a note's text; only if nobody changed it since that version.
    EditNote {
        call_id: CallId,
        key: NoteKey,
        text: String,
        version: u64,
    } => CallNote,
    /// Somebody read what a machine wrote: other systems are told of it. Only in that version.
    ApproveNote {
        call_id: CallId,
        key: NoteKey,
        version: u64,
    } => CallNote,
    /// Takes a note away, for good; with a version only in that one. Agents take away what they wrote themselves.
    DeleteNote {
        call_id: CallId,
        key: NoteKey,
        #[serde(default)]
        version: Option<u64>,
    } => (),
    /// This call needs no code: it is not left to do any more. A code that comes all the same counts.
    NoCodeNeeded {
        call_id: CallId,
    } => (),
    /// A call is private, or is not. Nobody else sees then whom it was with, no system and no program is told of it, and no
    /// recording of it is kept: one that is here is deleted for good, unless it is held.
    SetPrivate {
        call_id: CallId,
        private: bool,
    } => frame::MadePrivate,
    /// The missed calls were looked at.
    MissedSeen => (),
    /// The team's missed calls that are left to do, at the lines the agent serves.
    MissedList => missed::MissedList,
    /// Somebody takes one of them on, gives it back, or is done with it.
    MissedAct {
        id: missed::MissedId,
        act: missed::MissedAct,
    } => missed::MissedCaller,
    FindByNumber {
        number: String,
    } => Vec<customer::Match>,
    SearchCustomers {
        query: String,
        limit: u32,
    } => Vec<customer::Match>,
    Customer {
        id: CustomerId,
    } => customer::Customer,
    /// Creates (`id` absent) or changes a customer; with `seen`, only if nobody changed it since that version.
    SaveCustomer {
        id: Option<CustomerId>,
        details: CustomerDetails,
        seen: Option<Timestamp>,
    } => customer::Customer,
    DeleteCustomer {
        id: CustomerId,
    } => (),
    /// Where customers are kept, in the order of the settings.
    CustomerSources => Vec<customer::CustomerSource>,
    /// The same as [`SearchCustomers`](Request::SearchCustomers) in one system: whoever asks several asks each by itself.
    SearchSource {
        source: String,
        query: String,
        limit: u32,
    } => Vec<customer::Match>,
    /// Makes a customer in this system. What was typed is not kept where that fails.
    CreateCustomerIn {
        source: String,
        details: CustomerDetails,
    } => customer::Customer,
    /// What the systems that know a customer say of them, those linked with them included.
    AboutCustomer {
        id: CustomerId,
    } => customer::CustomerAbout,
    /// These two are one person.
    LinkCustomers {
        one: CustomerId,
        other: CustomerId,
    } => (),
    /// They are two after all; nothing links them again by itself.
    UnlinkCustomers {
        one: CustomerId,
        other: CustomerId,
    } => (),
    /// This call's number belongs to this customer, now and in future; `None`: it is none of those offered, for this
    /// call alone.
    Choose {
        call_id: CallId,
        customer: Option<CustomerId>,
    } => (),
    /// It is not this customer, for this call alone.
    SetAside {
        call_id: CallId,
        customer: CustomerId,
    } => (),
    /// These were set aside for this call by mistake: the card and the call list are as they were.
    TakeBack {
        call_id: CallId,
        customers: Vec<CustomerId>,
    } => (),
    /// This number is not this customer's, whoever calls; with who said so and when.
    NumberNotTheirs {
        customer: CustomerId,
        number: String,
    } => (),
    /// It is theirs after all: the customer is found by it again.
    NumberTheirs {
        customer: CustomerId,
        number: String,
    } => (),
    /// The numbers that are not this customer's, the newest word first.
    NotTheirs {
        customer: CustomerId,
    } => Vec<customer::NotTheirs>,
    /// What waits to be written, and what was: newest first.
    Outbox {
        filter: OutboxFilter,
        before: Option<SubmissionKey>,
        limit: u32,
    } => OutboxPage,
    /// One submission with every attempt.
    Submission {
        key: SubmissionKey,
    } => SubmissionStory,
    /// A person decides about a row.
    OutboxAct {
        key: SubmissionKey,
        act: submission::OutboxAct,
    } => (),
    Budgets => Vec<submission::Budget>,
    /// What was used of an account's limits, over time, by what for and by whom; `account` absent: of the first one.
    Usage {
        account: Option<String>,
        range: usage::UsageRange,
    } => usage::Usage,
    /// The last pushes and what became of them, newest first; `account` absent: of all, and of none.
    Pushes {
        account: Option<String>,
    } => Vec<PushNote>,
    /// The campaign records in which a number stands.
    CampaignRecords {
        number: String,
    } => Records,
    /// Every account's codes, as last fetched; `refresh` asks the accounts again.
    Codes {
        refresh: bool,
    } => frame::Codes,
    /// The forms that new tickets are made with, of every account whose agents are asked for a ticket, as last fetched;
    /// `refresh` asks the accounts again.
    TicketForms {
        refresh: bool,
    } => frame::TicketForms,
    /// A ticket as it is now, by the number an agent typed; none: it is not there.
    Ticket {
        account: String,
        id: String,
    } => Option<ticket::Ticket>,
    Campaigns => CampaignList,
    /// The call-backs this agent has promised.
    Callbacks => frame::Callbacks,
    /// `account` absent: the only one that reports.
    SmartWait {
        account: Option<String>,
        from: Timestamp,
        to: Timestamp,
    } => report::SmartWait,
    /// This agent's calls without a code.
    NotCoded {
        account: Option<String>,
        from: Timestamp,
        to: Timestamp,
    } => Vec<report::NotCoded>,
}
