//! What the windows are given: whole views, never changes to be pieced together.

use crate::{
    asking::CallQuestion,
    calls::line_number,
    left::LeftView,
    missed::MissedView,
    own_callbacks::{OwnCallbackView, OwnCallbacksView},
    pending::PendingView,
    wrap_up::{CallNoted, WrapUpView},
};
use ringcard_core::{
    call::{AgentId, Call, CallId},
    customer::Card,
    frame::{CallRow, Connection, OutboxSummary, RequestErrorCode, TroubleCode},
    number::{Caution, NotANumber, NumberView, UnsureReason, view},
};
use ringcard_hub::config::{Appearance, Language, QuietMode};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A call with its card, as both windows show it.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct PopCall {
    pub call: Call,
    pub card: Card,
    /// The customer's end.
    pub number: NumberView,
    /// Inbound: the number that was called.
    pub line_number: Option<NumberView>,
    /// It rings without a card, since the agent asked for quiet.
    pub quiet: bool,
    /// The agent may say that it is over for them, though nobody told.
    pub may_end_here: bool,
}

/// A row of the call list, with its numbers as they are shown: a page of calls needs no further question.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct ListedCall {
    #[serde(flatten)]
    #[ts(flatten)]
    pub row: CallRow,
    /// The customer's end.
    pub number: NumberView,
    /// Inbound: the number that was called.
    pub line_number: Option<NumberView>,
}

impl From<CallRow> for ListedCall {
    fn from(row: CallRow) -> Self {
        Self { number: view(row.call.customer()), line_number: line_number(&row.call), row }
    }
}

/// All the popup needs to draw itself.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct PopView {
    /// Grows with every change; a view older than the one shown is dropped.
    pub version: u64,
    /// The newest ring last; at most [`PopView::MOST_CALLS`].
    pub calls: Vec<PopCall>,
    /// The calls in wrap-up, the oldest first. The popup stays while there are any.
    pub wrap_ups: Vec<WrapUpView>,
    /// What the agent noted of calls that go on.
    pub noted: Vec<CallNoted>,
    /// Promised call-backs whose time has come, the oldest first; at most [`PopView::MOST_CALLBACKS`]. None while a call goes on.
    pub due: Vec<OwnCallbackView>,
    /// How many are due.
    pub due_count: u32,
    /// Asked before a number is dialled, above all the rest.
    pub question: Option<CallQuestion>,
    /// What is wrong with the agent's own phone, which rings first: said before anybody dials.
    pub phone: Option<TroubleCode>,
    pub selected: Option<CallId>,
    /// The agent brought the keyboard here.
    pub has_keyboard: bool,
    /// The keyboard came to the question, and not to a card.
    pub on_question: bool,
    pub language: Language,
    pub country: String,
    pub appearance: Appearance,
    pub hotkey: Option<String>,
    /// How many milliseconds the hub's clock, by which calls are timed, is ahead of this machine's.
    #[ts(type = "number")]
    pub hub_ahead: i64,
}

impl PopView {
    /// More cards than anybody can look at; a flood of rings must not slow the popup down.
    pub const MOST_CALLS: usize = 20;

    /// Rows of call-backs that are read at a glance; the main window lists the rest.
    pub const MOST_CALLBACKS: usize = 4;

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.calls.is_empty() && self.due.is_empty() && self.question.is_none()
    }
}

/// What the main window shows around its sections.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct DeskView {
    pub agent: Option<AgentView>,
    pub calls: Vec<PopCall>,
    /// Everybody of the team, where this agent may see everybody's calls.
    pub team: Vec<AgentId>,
    /// Missed calls nobody has looked at yet.
    pub missed: u32,
    /// The team's missed calls that are left to do.
    pub missed_list: MissedView,
    /// How much is left for this agent to do.
    pub left: LeftView,
    /// How many milliseconds the hub's clock, by which calls are timed, is ahead of this machine's.
    #[ts(type = "number")]
    pub hub_ahead: i64,
    pub connections: Vec<Connection>,
    /// What waits to be written to other systems.
    pub outbox: OutboxSummary,
    /// What was saved here and the hub has not accepted yet.
    pub pending: PendingView,
    /// Another one whenever a note of a call changed: who shows some asks again. Absent: the hub keeps none.
    pub call_notes: Option<u32>,
    /// How many calls are in wrap-up.
    pub wrap_ups: u32,
    /// The promised call-backs this desk reminds of.
    pub own_callbacks: OwnCallbacksView,
    /// Another one whenever what is kept of the forms is not what the page typed itself: it asks anew.
    pub forms: u64,
    pub quiet: QuietMode,
    pub do_not_disturb: bool,
    pub demo: bool,
    pub first_start: bool,
    pub settings_problem: Option<SettingsProblem>,
    pub language: Language,
    pub country: String,
    pub appearance: Appearance,
    /// The app's.
    pub version: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[ts(rename = "AgentSettings")]
pub struct AgentView {
    pub name: String,
    pub extension: Option<String>,
    pub lines: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct SettingsProblem {
    pub message: String,
    pub path: String,
}

/// What became of a wish to dial.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum DialAnswer {
    Dialling {
        call_id: CallId,
    },
    /// Ask the agent, then dial the same text again as confirmed, and as told where there are cautions.
    Confirm {
        text: String,
        number: NumberView,
        /// Of the customer who has this number, where that is known.
        name: Option<String>,
        /// Why it may not be the number that is meant.
        reason: Option<UnsureReason>,
        /// What is good to know before it is called.
        cautions: Vec<Caution>,
    },
    Refused {
        code: RequestErrorCode,
        message: String,
        /// Why it is no number, where that is why.
        reason: Option<NotANumber>,
    },
}
