//! Questions under way to the hub. Each ends: with an answer, with the line, or with its time.

use super::asking::{Dialling, Looking, Transfer};
use crate::{
    link::LinkState,
    view::{DialAnswer, ListedCall},
};
use ringcard_core::{
    call::CallId,
    customer::CustomerId,
    frame::{Reply, Request, RequestError, RequestErrorCode},
};
use std::{collections::HashMap, time::Duration};
use tokio::{sync::oneshot, time::Instant};

/// The hub answers what it knows itself within this, or is as good as not there.
pub(super) const ANSWER_WITHIN: Duration = Duration::from_secs(10);

/// What it has to ask another system first takes as long as that one may, a minute with some, and its turn.
const ANSWER_OF_OTHERS_WITHIN: Duration = Duration::from_secs(150);

/// Somebody clicked and waits: without an answer the number is asked about all the same.
const BEFORE_DIAL_WITHIN: Duration = Duration::from_secs(3);

/// Questions under way at once; a desk that has more is told to wait.
const MOST: usize = 256;

/// Whom an answer is for.
pub(super) enum ForWhom {
    Somebody(oneshot::Sender<Result<Reply, RequestError>>),
    Dial(Box<Dialling>),
    /// What is good to know of a number before it is dialled.
    BeforeDial(Box<Looking>),
    /// A call that goes on elsewhere.
    Transfer(Box<Transfer>),
    /// The missed calls were looked at: their notifications go, too.
    MissedSeen(oneshot::Sender<Result<Reply, RequestError>>),
    /// The desk's own question: what became of a call while the line was down.
    Outcome(CallId),
    /// The desk's own question: which call was missed last, before it watched.
    LastMissed,
    /// The desk's own question: with which codes calls may end.
    Codes,
    /// The desk's own question: with which forms tickets are made after a call.
    TicketForms,
    /// The desk's own question: in which campaigns this call's customer is.
    Records(CallId),
    /// The agent said that this call is over for them.
    EndHere(CallId, oneshot::Sender<Result<Reply, RequestError>>),
    /// The desk's own word: what the agent noted of a call so far.
    NoteSoFar(CallId, String),
    /// The agent said that this call needs no code.
    NoCodeNeeded(CallId, oneshot::Sender<Result<Reply, RequestError>>),
    /// The desk's own question: which of the agent's calls have no code.
    WithoutCode,
    TeamWithoutCode(oneshot::Sender<Result<Vec<ListedCall>, RequestError>>),
    /// The desk's own question: which rows of the outbox need a person.
    Stuck,
    /// A call whose wrap-up is to be opened, and who waits for that.
    CodeNow(oneshot::Sender<Result<(), RequestError>>),
    /// The desk's own question: who is behind the number of a call that is coded late; whom the call list names.
    WhoWasIt(CallId, Option<CustomerId>),
}

#[derive(Default)]
pub(super) struct Questions {
    open: HashMap<u64, Question>,
    next: u64,
}

struct Question {
    until: Instant,
    for_whom: ForWhom,
}

impl Questions {
    pub fn is_full(&self) -> bool {
        self.open.len() >= MOST
    }

    /// The number of the next question.
    pub fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    /// It was sent.
    pub fn sent(&mut self, number: u64, for_whom: ForWhom, until: Instant) {
        self.open.insert(number, Question { until, for_whom });
    }

    /// It was answered; nobody when we stopped waiting before.
    pub fn answered(&mut self, number: u64) -> Option<ForWhom> {
        self.open.remove(&number).map(|question| question.for_whom)
    }

    /// Those nobody answered in time.
    pub fn late(&mut self, now: Instant) -> Vec<ForWhom> {
        self.open.extract_if(|_, question| question.until <= now).map(|(_, question)| question.for_whom).collect()
    }

    /// The line is gone, and with it every answer.
    pub fn all(&mut self) -> Vec<ForWhom> {
        self.open.drain().map(|(_, question)| question.for_whom).collect()
    }

    pub fn next_late_at(&self) -> Option<Instant> {
        self.open.values().map(|question| question.until).min()
    }
}

pub(super) fn answer_within(request: &Request) -> Duration {
    match request {
        Request::CampaignRecords { .. }
        | Request::Codes { .. }
        | Request::TicketForms { .. }
        | Request::Ticket { .. }
        | Request::Campaigns
        | Request::Callbacks
        | Request::SmartWait { .. }
        | Request::NotCoded { .. }
        | Request::Listen { .. }
        | Request::Control { .. } => ANSWER_OF_OTHERS_WITHIN,
        Request::BeforeDial { .. } => BEFORE_DIAL_WITHIN,
        _ => ANSWER_WITHIN,
    }
}

impl ForWhom {
    /// What the desk itself wants to know; it asks again at the next welcome.
    pub fn is_the_desks_own(&self) -> bool {
        match self {
            Self::Outcome(_) | Self::LastMissed | Self::Codes | Self::Records(_) | Self::NoteSoFar(..) => true,
            Self::TicketForms | Self::WithoutCode | Self::Stuck | Self::WhoWasIt(..) => true,
            Self::Somebody(_) | Self::Dial(_) | Self::BeforeDial(_) | Self::Transfer(_) | Self::MissedSeen(_) => false,
            Self::EndHere(..) | Self::NoCodeNeeded(..) | Self::TeamWithoutCode(_) | Self::CodeNow(_) => false,
        }
    }

    /// What is told when the answer does not come. A call may have been started: that is said.
    pub fn without_answer(&self, otherwise: RequestError) -> RequestError {
        match self {
            Self::Dial(_) => dial_unknown(),
            _ => otherwise,
        }
    }
}

/// A request's error as the answer to a wish to dial.
pub(in crate::desk) fn refused(error: RequestError) -> DialAnswer {
    DialAnswer::Refused { code: error.code, message: error.message, reason: None }
}

pub(super) fn offline(state: &LinkState) -> RequestError {
    let message = match state {
        LinkState::Waiting { why, .. } => format!("There is no line to the hub: {why}"),
        _ => "The line to the hub is just being opened: try again in a moment.".to_owned(),
    };
    RequestError::new(RequestErrorCode::Offline, message)
}

pub(super) fn silent() -> RequestError {
    RequestError::new(RequestErrorCode::Offline, "The hub did not answer in time.")
}

/// The hub may have started the call: this is the one error after which nobody should click again without looking.
pub(super) fn dial_unknown() -> RequestError {
    let message = "The hub did not answer; the call may have started. Look at your phone before you try again.";
    RequestError::new(RequestErrorCode::DialUnknown, message)
}

pub(super) fn too_many() -> RequestError {
    RequestError::new(RequestErrorCode::Busy, "Too much at once: try again in a moment.")
}
