//! A call in wrap-up, while this program runs.

use super::{WrapUp, WrapUpDraft};
use crate::keep::{Keep, KeepFailure};
use ringcard_core::{Timestamp, campaign::CampaignRecord};
use std::time::Duration;

/// Nobody's sentence is cut off by the end of the time: it waits for this long without typing.
const WHILE_TYPING: Duration = Duration::from_secs(2);

/// A wrap-up with its draft, and what is still to be kept of both.
#[derive(Debug)]
pub(super) struct Open {
    pub wrap_up: WrapUp,
    pub draft: WrapUpDraft,
    pub saving: bool,
    /// The draft is newer than what is being saved.
    pub late: bool,
    pub typed_at: Option<Timestamp>,
    pub not_saved: Option<KeepFailure>,
    pub not_kept: Option<KeepFailure>,
    /// Not handed out to be kept since it changed, or not kept.
    pub unkept_wrap_up: bool,
    pub unkept_draft: bool,
    pub again_at: Option<Timestamp>,
    /// The end of its time was seen to.
    pub timed_out: bool,
    /// Its call goes on again: it waits for the end, with what was typed.
    pub waits: bool,
    /// It was over once, and was begun again.
    pub anew: bool,
}

impl Open {
    pub fn new(wrap_up: WrapUp, draft: WrapUpDraft) -> Self {
        Self {
            wrap_up,
            draft,
            saving: false,
            late: false,
            typed_at: None,
            not_saved: None,
            not_kept: None,
            unkept_wrap_up: true,
            unkept_draft: false,
            again_at: None,
            timed_out: false,
            waits: false,
            anew: false,
        }
    }

    /// Hands out what changed, the wrap-up before what was typed in it.
    pub fn keep(&mut self) -> Vec<Keep> {
        self.again_at = None;
        let mut keeps = Vec::new();
        if std::mem::take(&mut self.unkept_wrap_up) {
            let wrap_up = Box::new(self.wrap_up.clone());
            keeps.push(if self.anew { Keep::WrapUpAnew(wrap_up) } else { Keep::WrapUp(wrap_up) });
        }
        if std::mem::take(&mut self.unkept_draft) {
            let (call_id, draft) = (self.wrap_up.call.id.clone(), Box::new(self.draft.clone()));
            keeps.push(Keep::Draft { call_id, draft });
        }
        keeps
    }

    pub fn keep_changed(&mut self) -> Vec<Keep> {
        if self.saving { Vec::new() } else { self.keep() }
    }

    /// When its time ends, until that was seen to.
    pub fn ends_at(&self) -> Option<Timestamp> {
        let deadline = self.wrap_up.deadline.filter(|_| !self.timed_out && !self.waits)?;
        Some(self.typed_at.map_or(deadline, |typed| deadline.max(typed.after(WHILE_TYPING))))
    }
}

/// The only record there is is the one that is meant; choosing it does nothing by itself.
pub(super) fn first_draft(records: &[CampaignRecord]) -> WrapUpDraft {
    let record = match records {
        [only] => Some(only.record.clone()),
        _ => None,
    };
    WrapUpDraft { record, ..WrapUpDraft::default() }
}
