//! A call that is coded long after its end: it was skipped, or nobody was at the desk.

use super::{CallAtDesk, WrapUps, open::Open};
use crate::{calls::no_card, keep::Keep};
use ringcard_core::{
    Timestamp,
    call::{AgentId, Call},
};

impl WrapUps {
    /// Whether there is anything to code with.
    pub fn has_codes(&self) -> bool {
        !self.book.is_empty()
    }

    /// Whether this call should have been coded, as far as the settings and the codes say. In which campaigns its customer was
    /// is not known later.
    pub fn expects_code(&self, call: &Call) -> bool {
        if call.is_internal() {
            return false;
        }
        let agent = call.agents.first().cloned().unwrap_or_else(|| AgentId(String::new()));
        let at_desk = CallAtDesk {
            call: call.clone(),
            card: no_card(),
            agent,
            records: Vec::new(),
            records_unknown: false,
            coding: None,
        };
        let (wrap_up, _) = self.begin(at_desk, None, call.started_at);
        self.settings.applies_to(call, false, !wrap_up.codes.is_empty(), false)
    }

    /// The agent codes a call that is over, and whose wrap-up may have been over. One that is open stays as it is.
    pub fn code_late(&mut self, call: CallAtDesk, now: Timestamp) -> Vec<Keep> {
        if self.contains(&call.call.id) || self.is_full() {
            return Vec::new();
        }
        self.finished.retain(|id| *id != call.call.id);
        let (wrap_up, draft) = self.begin(call, None, now);
        let mut open = Open { anew: true, ..Open::new(wrap_up, draft) };
        let keeps = open.keep();
        self.open.push(open);
        keeps
    }
}
