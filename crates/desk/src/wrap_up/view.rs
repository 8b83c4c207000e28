//! A call in wrap-up, as the windows show it.

use super::{TicketView, WrapUpDraft, WrapUpProblem, open::Open};
use crate::{
    calls::line_number,
    keep::{KeepFailure, NotKept},
};
use ringcard_core::{
    Timestamp,
    call::Call,
    campaign::CampaignRecord,
    codes::CodeTree,
    customer::Card,
    number::{DialPlan, NumberView, view},
};
use serde::Serialize;
use ts_rs::TS;

/// All a window needs to draw a wrap-up.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct WrapUpView {
    pub call: Call,
    pub card: Card,
    /// The customer's end.
    pub number: NumberView,
    pub line_number: Option<NumberView>,
    /// The customer's records in campaigns: *do not let the dialler call again* is offered where there are any.
    pub records: Vec<CampaignRecord>,
    /// Not every account has said yet in which campaigns the customer is; it is asked for.
    pub records_unknown: bool,
    /// Whether the telephone system is told the code of the call itself.
    pub codes_call: bool,
    pub codes: CodeTree,
    /// The accounts that are asked where the call is filed, with what is asked now.
    pub tickets: Vec<TicketView>,
    pub draft: WrapUpDraft,
    /// How many more characters of the comment can be saved; fewer than none: so many are too many.
    pub comment_left: i32,
    pub started: Timestamp,
    pub deadline: Option<Timestamp>,
    /// *Time is over*; nothing is lost.
    pub over: bool,
    /// It is being saved just now.
    pub saving: bool,
    /// What is wrong or missing before it can be saved.
    pub problems: Vec<WrapUpProblem>,
    /// It was not saved. What was typed is still here.
    pub not_saved: Option<NotKept>,
    /// What is typed is on the screen only, and why.
    pub not_kept: Option<NotKept>,
}

impl WrapUpView {
    pub(super) fn of(open: &Open, plan: &DialPlan, now: Timestamp) -> Self {
        let wrap_up = &open.wrap_up;
        Self {
            call: wrap_up.call.clone(),
            card: wrap_up.card.clone(),
            number: view(wrap_up.call.customer()),
            line_number: line_number(&wrap_up.call),
            records: wrap_up.records.clone(),
            records_unknown: wrap_up.records_unknown,
            codes_call: wrap_up.coding.is_some(),
            codes: wrap_up.codes.clone(),
            tickets: wrap_up.ticket_views(&open.draft),
            draft: open.draft.clone(),
            comment_left: open.draft.comment_left(wrap_up),
            started: wrap_up.started,
            deadline: wrap_up.deadline,
            over: wrap_up.deadline.is_some_and(|deadline| deadline <= now),
            saving: open.saving,
            problems: open.draft.problems(wrap_up, plan, now),
            not_saved: open.not_saved.as_ref().map(KeepFailure::shown),
            not_kept: open.not_kept.as_ref().map(KeepFailure::shown),
        }
    }
}
