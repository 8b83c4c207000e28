//! What the desk asks about calls that are to be coded: with which codes they may end, and in which campaigns their
//! customers are. Both are asked while the call goes on, so that its wrap-up need not wait.

use super::{DeskTask, questions::ForWhom};
use crate::{
    link::LinkState,
    wrap_up::{CallCoding, with_known},
};
use ringcard_core::{
    Timestamp,
    call::{Call, CallId, CallState},
    campaign::CampaignRecord,
    frame::{Reply, Request, RequestError, RequestErrorCode},
    number::Party,
    submission::Write,
    wrap_up::WrapUpAfter,
};
use std::time::Duration;
use tokio::time::Instant;

/// When accounts that did not say in which campaigns a customer is are asked again, by the number of tries.
const AGAIN: [Duration; 4] =
    [Duration::from_secs(10), Duration::from_secs(10), Duration::from_secs(30), Duration::from_secs(60)];

/// In which campaigns the customer of a call is, as far as that is known.
#[derive(Default)]
pub(super) struct InCampaigns {
    pub found: Vec<CampaignRecord>,
    asking: Asking,
    tries: usize,
}

#[derive(Default, PartialEq)]
enum Asking {
    /// Not, or without success: asked when the call moves on, or the line stands again.
    #[default]
    Not,
    UnderWay,
    /// Not everybody answered.
    Again(Instant),
    /// Everybody answered.
    Done,
}

impl InCampaigns {
    /// The line is gone, and with it the answer.
    pub fn line_fell(&mut self) {
        if self.asking != Asking::Done {
            self.asking = Asking::Not;
        }
    }

    /// Somebody asks, or knows already.
    pub fn is_asked(&self) -> bool {
        self.asking != Asking::Not
    }

    pub fn again_at(&self) -> Option<Instant> {
        match self.asking {
            Asking::Again(at) => Some(at),
            _ => None,
        }
    }

    fn not_known(&mut self) {
        let pause = AGAIN[self.tries.min(AGAIN.len() - 1)];
        self.tries += 1;
        self.asking = Asking::Again(Instant::now() + pause);
    }
}

impl DeskTask {
    /// What can be written to changed, perhaps.
    pub(super) fn outbox_changed(&mut self) {
        self.take_limits();
        self.look_whom_to_ask();
        self.ask_stuck();
        if self.after.codes_of != self.outbox.accounts {
            self.ask_codes();
            self.ask_about_wrap_ups();
        }
        if self.after.tickets_of != self.outbox.tickets {
            self.ask_ticket_forms();
        }
    }

    /// What accounts take of what is typed, as the hub says: the last word counts while it is away.
    pub(super) fn take_limits(&mut self) {
        let keeps = self.after.wrap_ups.take_limits(&self.outbox.limits);
        self.keep_all(keeps);
    }

    /// Whether the account could ever take this, before anybody is told *saved*.
    pub(super) fn check_limits(&self, write: &Write) -> Result<(), RequestError> {
        let known = self.outbox.limits.iter().find(|known| known.account == write.account());
        let checked = known.map_or(Ok(()), |known| known.limits.check(write));
        checked.map_err(|misfit| {
            let message = format!("It was not saved: {misfit}.");
            RequestError::new(RequestErrorCode::Invalid, message)
        })
    }

    /// Without accounts no record can be found any more.
    pub(super) fn look_whom_to_ask(&mut self) {
        if self.outbox.accounts.is_empty() {
            let keeps = self.after.wrap_ups.no_campaigns();
            self.keep_all(keeps);
        }
    }

    pub(super) fn codes_answered(&mut self, reply: Result<Reply, RequestError>) {
        let Ok(Reply::Codes { lists, unasked }) = reply else { return };
        self.after.all_codes = unasked.is_empty();
        for list in lists {
            let keeps = self.after.wrap_ups.take_codes(list);
            self.keep_all(keeps);
        }
        self.wrap_up_all();
        self.ask_without_code();
    }

    pub(super) fn ticket_forms_answered(&mut self, reply: Result<Reply, RequestError>) {
        let Ok(Reply::TicketForms { accounts, unasked }) = reply else { return };
        self.after.all_tickets = unasked.is_empty();
        let silent: Vec<String> = unasked.into_iter().map(|unasked| unasked.account).collect();
        let keeps = self.after.wrap_ups.take_tickets(accounts, &silent);
        self.keep_all(keeps);
        self.wrap_up_all();
    }

    /// Calls that ended before it was known what there is to choose.
    fn wrap_up_all(&mut self) {
        let over: Vec<CallId> = self.calls.iter().map(|entry| entry.call.id.clone()).collect();
        over.iter().for_each(|id| self.wrap_up(id));
    }

    pub(super) fn records_answered(&mut self, id: CallId, reply: Result<Reply, RequestError>) {
        let known = self.after.records.entry(id.clone()).or_default();
        let Ok(Reply::CampaignRecords { records, unasked }) = reply else { return known.not_known() };
        let silent: Vec<String> = unasked.into_iter().map(|unasked| unasked.account).collect();
        if silent.is_empty() {
            known.asking = Asking::Done;
        } else {
            known.not_known();
        }
        known.found = with_known(&known.found, records.clone(), &silent);
        let keeps = self.after.wrap_ups.records(&id, records, &silent);
        self.keep_all(keeps);
        self.wrap_up(&id);
    }

    /// Whether it is still open in which campaigns this call's customer is.
    pub(super) fn records_unknown(&self, call: &Call) -> bool {
        let known = self.after.records.get(&call.id).is_some_and(|known| known.asking == Asking::Done);
        self.can_be_coded() && matches!(call.customer(), Party::Outside(_)) && !known
    }

    /// Asks again where not everybody answered, as long as the card is there.
    pub(super) fn ask_records_again(&mut self, now: Instant) {
        self.after.records.retain(|id, _| self.calls.get(id).is_some());
        let due = self.after.records.iter().filter(|(_, known)| known.again_at().is_some_and(|at| at <= now));
        let due: Vec<Call> = due.filter_map(|(id, _)| Some(self.calls.get(id)?.call.clone())).collect();
        due.iter().for_each(|call| self.ask_records(call));
    }

    /// Asks for the campaigns of the customers in wrap-up that nobody asked for yet.
    pub(super) fn ask_about_wrap_ups(&mut self) {
        let calls = self.after.wrap_ups.iter().map(|wrap_up| wrap_up.call.clone());
        let new: Vec<Call> =
            calls.filter(|call| !self.after.records.get(&call.id).is_some_and(InCampaigns::is_asked)).collect();
        if self.line_state == LinkState::Connected {
            new.iter().for_each(|call| self.ask_records(call));
        }
    }

    /// Systems that take the code of a call know agents by their extension.
    pub(super) fn coding_of(&self, call: &Call) -> Option<CallCoding> {
        let takes_codes = self.outbox.accounts.contains(&call.account);
        let agent_id = self.preferences.agent.as_ref().and_then(|agent| agent.extension.clone());
        let agent_id = agent_id.or_else(|| call.extension.clone()).filter(|_| takes_codes)?;
        let speaks_again = self.calls.iter().any(|other| {
            other.call.id != call.id && other.call.account == call.account && other.call.state == CallState::Connected
        });
        let until = speaks_again.then(Timestamp::now);
        Some(CallCoding { account: call.account.clone(), agent_id, until })
    }

    /// Whether there is anything to be asked about calls in wrap-up.
    fn can_be_coded(&self) -> bool {
        !self.outbox.accounts.is_empty() && self.preferences.wrap_up.after != WrapUpAfter::Never
    }

    pub(super) fn ask_codes(&mut self) {
        self.after.codes_of.clone_from(&self.outbox.accounts);
        self.after.all_codes = false;
        if self.can_be_coded() {
            self.ask(Request::Codes { refresh: false }, ForWhom::Codes);
        }
    }

    /// With which forms tickets are made, where there are accounts with tickets. What an account said before counts until
    /// it says something else, or is there no more.
    pub(super) fn ask_ticket_forms(&mut self) {
        self.after.tickets_of.clone_from(&self.outbox.tickets);
        self.after.all_tickets = self.outbox.tickets.is_empty();
        let keeps = self.after.wrap_ups.take_tickets(Vec::new(), &self.outbox.tickets);
        self.keep_all(keeps);
        if !self.outbox.tickets.is_empty() && self.preferences.wrap_up.after != WrapUpAfter::Never {
            self.ask(Request::TicketForms { refresh: false }, ForWhom::TicketForms);
        }
    }

    /// For each call while it goes on, until everybody answered: a campaign's answer takes a moment.
    pub(super) fn ask_records(&mut self, call: &Call) {
        let Party::Outside(number) = call.customer() else { return };
        let wanted = self.can_be_coded() || self.after.wrap_ups.contains(&call.id);
        let known = self.after.records.entry(call.id.clone()).or_default();
        if !wanted || self.outbox.accounts.is_empty() {
            known.asking = Asking::Not;
        } else if !matches!(known.asking, Asking::UnderWay | Asking::Done) {
            known.asking = Asking::UnderWay;
            let request = Request::CampaignRecords { number: number.e164.clone() };
            self.ask(request, ForWhom::Records(call.id.clone()));
        }
    }
}
