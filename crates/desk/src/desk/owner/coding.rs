//! What the desk asks about calls that are to be coded: with which codes they may end, and in which campaigns their
//! customers are. Both are asked while the call goes on, so that its wrap-up need not wait.

use super::{Owner, questions::ForWhom};
use crate::wrap_up::CallCoding;
use ringcard_core::{
    Timestamp,
    call::{Call, CallId, CallState},
    frame::{Reply, Request, RequestError},
    number::Party,
    wrap_up::WrapUpAfter,
};

impl Owner {
    /// What can be written to changed, perhaps.
    pub(super) fn outbox_changed(&mut self) {
        if self.after.codes_of != self.outbox.accounts {
            self.ask_codes();
        }
    }

    pub(super) fn codes_answered(&mut self, reply: Result<Reply, RequestError>) {
        let Ok(Reply::Codes { lists, unasked }) = reply else { return };
        self.after.all_codes = unasked.is_empty();
        for list in lists {
            let keeps = self.after.wrap_ups.take_codes(list);
            self.keep_all(keeps);
        }
        // A call that ended before its codes were known.
        let over: Vec<CallId> = self.calls.iter().map(|entry| entry.call.id.clone()).collect();
        over.iter().for_each(|id| self.wrap_up(id));
    }

    pub(super) fn records_answered(&mut self, id: CallId, reply: Result<Reply, RequestError>) {
        let Ok(Reply::CampaignRecords { records, .. }) = reply else {
            // Asked again when the call moves on.
            self.after.records.remove(&id);
            return;
        };
        let keeps = self.after.wrap_ups.records(&id, records.clone());
        self.after.records.insert(id.clone(), Some(records));
        self.keep_all(keeps);
        self.wrap_up(&id);
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

    /// Once for each call, while it goes on: a campaign's answer takes a moment.
    pub(super) fn ask_records(&mut self, call: &Call) {
        let Party::Outside(number) = call.customer() else { return };
        if self.can_be_coded() && !self.after.records.contains_key(&call.id) {
            self.after.records.insert(call.id.clone(), None);
            let request = Request::CampaignRecords { number: number.e164.clone() };
            self.ask(request, ForWhom::Records(call.id.clone()));
        }
    }
}
