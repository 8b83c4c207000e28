//! What is left for the agent to do: asked of the hub whenever it may have changed, and counted.

use super::{DeskTask, after_call::Saved, questions::ForWhom};
use crate::{
    calls::no_card,
    left::{LeftList, LeftView, Next},
    link::LinkState,
    pending::PendingState,
    view::ListedCall,
    wrap_up::CallAtDesk,
};
use ringcard_core::{
    Timestamp,
    call::{CallId, CallState},
    customer::{Card, CustomerId, Lookup, MatchStrength},
    frame::{CallRow, CallSearch, OutboxFilter, Reply, Request, RequestError, RequestErrorCode},
    number::Party,
};
use std::time::Duration;
use tokio::sync::oneshot;

/// Rows of one answer.
const PAGE: u32 = 200;

/// What windows and shell want of it.
pub(in crate::desk) enum LeftTask {
    List(oneshot::Sender<LeftList>),
    OfTeam(oneshot::Sender<Result<Vec<ListedCall>, RequestError>>),
    CodeNow { call_id: CallId, saved: Saved },
}

impl DeskTask {
    pub(super) fn left_task(&mut self, task: LeftTask) {
        match task {
            LeftTask::List(answer) => drop(answer.send(self.left_list())),
            LeftTask::OfTeam(answer) => {
                let search = CallSearch { everybody: true, ..self.without_code() };
                let request = Request::FindCalls { search, before: None, limit: PAGE };
                self.ask(request, ForWhom::TeamWithoutCode(answer));
            }
            LeftTask::CodeNow { call_id, saved } => {
                self.ask(Request::Call { id: call_id }, ForWhom::CodeNow(saved));
            }
        }
    }

    /// How much is left for this agent: the one number of all badges.
    pub(super) fn left_view(&self) -> LeftView {
        let count = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let shared = self.missed_list.view(&self.preferences.agent_id);
        let missed = if shared.is_shared { shared.for_me } else { self.missed };
        let due = self.after.own.view(Timestamp::now()).due;
        let stuck = self.left.stuck(&self.preferences.agent_id).count();
        let refused = self.after.pending.view().needs_a_person;
        let without_code = count(self.calls_without_code().count());
        LeftView::of(missed, due, without_code, count(stuck).saturating_add(refused), self.left.version())
    }

    fn left_list(&self) -> LeftList {
        let mut refused = self.after.pending.list(usize::MAX);
        refused.retain(|row| row.state == PendingState::Refused);
        LeftList {
            without_code: self.calls_without_code().cloned().map(ListedCall::from).collect(),
            more: self.left.more(),
            stuck: self.left.stuck(&self.preferences.agent_id).cloned().collect(),
            refused,
        }
    }

    fn calls_without_code(&self) -> impl Iterator<Item = &CallRow> {
        let after = &self.after;
        self.left.without_code(|id| after.wrap_ups.contains(id) || after.pending.has_outcome_of(id))
    }

    fn without_code(&self) -> CallSearch {
        let days = Duration::from_secs(u64::from(self.preferences.wrap_up.remind_days.0) * 24 * 3600);
        let now = Timestamp(Timestamp::now().0.saturating_add(self.hub_time.ahead()));
        CallSearch { coded: Some(false), from: Some(now.before(days)), ..CallSearch::default() }
    }

    /// A call ended, was coded, or the line stands: which calls have no code is asked again.
    pub(super) fn ask_without_code(&mut self) {
        if self.line_state == LinkState::Connected && self.left.begin_calls() {
            self.ask_page_without_code(None);
        }
    }

    fn ask_page_without_code(&mut self, before: Option<CallId>) {
        // Where there is nothing to code with, or nobody is reminded, there is nothing to ask.
        if self.preferences.wrap_up.never_reminds() || !self.after.wrap_ups.has_codes() {
            return self.without_code_answered(Ok(Reply::FoundCalls { calls: Vec::new(), next: None }));
        }
        let search = CallSearch { agent: Some(self.preferences.agent_id.clone()), ..self.without_code() };
        self.ask(Request::FindCalls { search, before, limit: PAGE }, ForWhom::WithoutCode);
    }

    pub(super) fn without_code_answered(&mut self, reply: Result<Reply, RequestError>) {
        let next = match reply {
            Ok(Reply::FoundCalls { calls, next }) => self.left.take_page(calls, next),
            // An older hub, or none just now: it is asked again when something happens.
            _ => self.left.no_page(),
        };
        match next {
            Next::Page(after) => self.ask_page_without_code(Some(after)),
            Next::Again => self.ask_without_code(),
            Next::Nothing => self.settle_left(),
        }
    }

    /// Which calls should have been coded follows from the settings and the codes there are.
    pub(super) fn settle_left(&mut self) {
        let wrap_ups = &self.after.wrap_ups;
        self.left.settle(|call| wrap_ups.expects_code(call));
    }

    /// Something in the outbox changed.
    pub(super) fn ask_stuck(&mut self) {
        if self.line_state != LinkState::Connected || !self.left.begin_rows() {
            return;
        }
        if self.outbox.needs_a_person == 0 {
            return self.stuck_answered(Ok(Reply::Outbox { rows: Vec::new(), more: false }));
        }
        let request = Request::Outbox { filter: OutboxFilter::NeedsAPerson, before: None, limit: PAGE };
        self.ask(request, ForWhom::Stuck);
    }

    pub(super) fn stuck_answered(&mut self, reply: Result<Reply, RequestError>) {
        let rows = match reply {
            Ok(Reply::Outbox { rows, .. }) => Some(rows),
            _ => None,
        };
        if self.left.take_rows(rows) {
            self.ask_stuck();
        }
    }

    pub(super) fn team_without_code(
        &mut self,
        reply: Result<Reply, RequestError>,
    ) -> Result<Vec<ListedCall>, RequestError> {
        let Reply::FoundCalls { calls, .. } = reply? else { return Ok(Vec::new()) };
        let wrap_ups = &self.after.wrap_ups;
        let me = &self.preferences.agent_id;
        let others = calls.into_iter().filter(|row| !row.call.agents.contains(me) && wrap_ups.expects_code(&row.call));
        Ok(others.map(ListedCall::from).collect())
    }

    /// The hub told of a call that is to be coded now.
    pub(super) fn code_now(&mut self, reply: Result<Reply, RequestError>, saved: Saved) {
        let begun = reply.and_then(|reply| match reply {
            Reply::Call { timeline } => self.begin_wrap_up_of(timeline.row),
            _ => Err(RequestError::new(RequestErrorCode::NotFound, "There is no such call")),
        });
        self.show();
        let _ = saved.send(begun);
    }

    fn begin_wrap_up_of(&mut self, row: CallRow) -> Result<(), RequestError> {
        let CallRow { call, customer_id, outcome, .. } = row;
        let refused = |message: &str| Err(RequestError::new(RequestErrorCode::Conflict, message));
        if outcome.is_some() || self.after.pending.has_outcome_of(&call.id) {
            self.left.is_settled(&call.id);
            return refused("It is coded already");
        }
        if call.state != CallState::Ended || call.connected_at.is_none() {
            return refused("Nobody spoke here: there is nothing to code");
        }
        let (id, customer) = (call.id.clone(), call.customer().clone());
        let at_desk = CallAtDesk {
            // The telephone system codes the call its agent has just had, and that is another one by now.
            coding: None,
            records: Vec::new(),
            records_unknown: self.records_unknown(&call),
            agent: self.preferences.agent_id.clone(),
            card: no_card(),
            call,
        };
        let keeps = self.after.wrap_ups.code_late(at_desk, Timestamp::now());
        if !self.after.wrap_ups.contains(&id) {
            let message = "Too many calls are in wrap-up: finish some of them first";
            return Err(RequestError::new(RequestErrorCode::Busy, message));
        }
        self.hold_wrap_ups();
        self.keep_all(keeps);
        self.ask_about_wrap_ups();
        if let Party::Outside(number) = customer {
            let request = Request::FindByNumber { number: number.e164 };
            self.ask(request, ForWhom::WhoWasIt(id, customer_id));
        }
        Ok(())
    }

    /// Who is behind the number of a call that is coded late: as the call list says, else the only exact match.
    pub(super) fn who_was_it(&mut self, id: &CallId, listed: Option<CustomerId>, reply: Result<Reply, RequestError>) {
        let Ok(Reply::Matches { matches }) = reply else { return };
        let exact = || {
            let mut exact = matches.iter().filter(|one| one.strength == MatchStrength::Exact);
            exact.next().filter(|_| exact.next().is_none()).map(|one| one.customer.id.clone())
        };
        let chosen = listed.filter(|id| matches.iter().any(|one| one.customer.id == *id)).or_else(exact);
        let lookup = if matches.is_empty() { Lookup::NoMatch } else { Lookup::Found { matches, chosen } };
        self.calls.take_card(id, Card { version: 1, lookup, ..no_card() });
        self.card_changed(id);
    }
}
