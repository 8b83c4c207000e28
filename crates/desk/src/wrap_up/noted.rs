//! What an agent notes while a call goes on: a wrap-up that is begun early, and waits for the call's end.
//!
//! What is typed is kept as in a wrap-up, with every key. When the call ends, it is the comment of its wrap-up; where
//! nothing would be wrapped up, the note is shown all the same, since somebody typed it.

use super::{
    CallAtDesk, WrapUp, WrapUpDraft, WrapUps,
    all::codes_for,
    open::{Open, first_draft},
};
use crate::keep::{Keep, KeepFailure, NotKept};
use ringcard_core::{Timestamp, call::CallId};
use serde::Serialize;
use std::mem;
use ts_rs::TS;

/// What was noted of a call that goes on.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct CallNoted {
    pub call_id: CallId,
    pub draft: WrapUpDraft,
    /// What is typed is on the screen only, and why.
    pub not_kept: Option<NotKept>,
}

impl WrapUps {
    /// The agent begins to note something of a call that goes on.
    pub fn noting(&mut self, call: CallAtDesk, now: Timestamp) {
        let id = &call.call.id;
        if self.at(id).is_some() || self.is_finished(id) || self.is_full() {
            return;
        }
        let (wrap_up, _) = self.begin(call, None, now);
        self.open.push(Open { waits: true, ..Open::new(wrap_up, WrapUpDraft::default()) });
    }

    /// Whether what was typed of this call waits for its end.
    pub fn waits(&self, id: &CallId) -> bool {
        self.at(id).is_some_and(|at| self.open[at].waits)
    }

    /// What was noted of calls that go on.
    pub fn noted(&self) -> impl Iterator<Item = CallNoted> {
        self.open.iter().filter(|open| open.waits).map(|open| CallNoted {
            call_id: open.wrap_up.call.id.clone(),
            draft: open.draft.clone(),
            not_kept: open.not_kept.as_ref().map(KeepFailure::shown),
        })
    }

    /// The end that was waited for: what was typed is the wrap-up's now. One that nothing was typed in, and that nobody
    /// wants, goes.
    pub(super) fn ends(&mut self, at: usize, ended: CallAtDesk, now: Timestamp) -> Vec<Keep> {
        let (mut wrap_up, first) = self.begin(ended, self.settings.time().map(|time| now.after(time)), now);
        let open = &mut self.open[at];
        wrap_up.keys = mem::take(&mut open.wrap_up.keys);
        if wrap_up.records.is_empty() {
            wrap_up.records = mem::take(&mut open.wrap_up.records);
        }
        if open.draft.record.is_none() && first.record.is_some() {
            open.draft.record = first.record;
            open.unkept_draft = true;
        }
        (open.waits, open.timed_out, open.unkept_wrap_up) = (false, false, true);
        let wanted = wrap_up.is_wanted(&self.settings);
        let is_empty = open.draft.says_nothing();
        if !wanted {
            // A note is all there is to save.
            wrap_up.codes = Default::default();
            wrap_up.tickets.clear();
        }
        open.wrap_up = wrap_up;
        if !wanted && is_empty {
            open.saving = true;
            return vec![Keep::Skip { call_id: open.wrap_up.call.id.clone(), at: now }];
        }
        self.open[at].keep_changed()
    }

    /// Calls that go on wait for their end, and what is being saved is saved. Of one that is gone without a word, what
    /// was noted is shown.
    pub fn hold_for_end(&mut self, stands: impl Fn(&CallId) -> Option<bool>) {
        for open in self.open.iter_mut().filter(|open| !open.saving) {
            match stands(&open.wrap_up.call.id) {
                Some(goes_on) => open.waits |= goes_on,
                None => open.waits = false,
            }
        }
    }

    pub(super) fn begin(&self, call: CallAtDesk, deadline: Option<Timestamp>, now: Timestamp) -> (WrapUp, WrapUpDraft) {
        let mut wrap_up = self.of_call(call, deadline, now);
        let draft = first_draft(&wrap_up.records);
        wrap_up.codes = codes_for(&self.book, &wrap_up, &draft);
        (wrap_up, draft)
    }
}
