//! Ways out that led nowhere: a trunk that is down or full, after which the dialplan may try the next one. That the
//! customer was not reached is told once nobody is called any more.

use super::{
    Fold,
    channel::Told,
    telling::{News, leg},
};
use crate::Push;
use ringcard_core::{
    Timestamp,
    leg::{Cause, LegEvent, LegSide},
};

/// A customer's leg that ended unanswered, of a channel that is gone.
#[derive(Debug)]
pub(super) struct NotReached {
    told: Told,
    cause: Cause,
    at: Option<Timestamp>,
    /// The channel whose dialplan called it.
    dialled_by: String,
}

impl Fold {
    /// Keeps the end of a leg to itself where its caller's dialplan may call the next one; `false`: it is to be told.
    pub(super) fn keep_not_reached(&mut self, id: &str, cause: Cause, at: Option<Timestamp>) -> bool {
        let Some(channel) = self.channels.get(id).filter(|channel| channel.is_outside() && !channel.up) else {
            return false;
        };
        let (call, dialled_by) = (channel.call, channel.dialled_by.clone());
        let Some(about) = self.calls.get(&call).and_then(|talk| talk.about.as_ref()) else { return false };
        let side = about.side(channel);
        let Some(dialled_by) = dialled_by.filter(|_| side == LegSide::Customer) else { return false };
        let told = Told::new(channel, side);
        if told.ended || !self.may_call_next(&dialled_by) || self.another_rings(call, id) {
            return false;
        }
        if let Some(talk) = self.calls.get_mut(&call) {
            talk.not_reached.push(NotReached { told, cause, at, dialled_by });
        }
        true
    }

    /// Whether a call whose customer was not reached may still reach them: nobody else was rung, and the dialplan goes on.
    pub(super) fn may_reach_somebody(&self, call: u64) -> bool {
        let Some(talk) = self.calls.get(&call) else { return false };
        !self.another_rings(call, "") && talk.not_reached.iter().any(|ended| self.may_call_next(&ended.dialled_by))
    }

    /// Whether another way to the customer was told of, and has not ended.
    fn another_rings(&self, call: u64, than: &str) -> bool {
        let Some(talk) = self.calls.get(&call) else { return false };
        let goes_on = |told: &Told| told.side == LegSide::Customer && !told.ended;
        let mut others = self.members(talk).into_iter().filter(|channel| channel.id != than);
        others.any(|channel| channel.told.as_ref().is_some_and(goes_on))
    }

    fn may_call_next(&self, dialled_by: &str) -> bool {
        self.channels.get(dialled_by).is_some_and(|caller| {
            let has_gone = caller.hung_up.is_some() || caller.told.as_ref().is_some_and(|told| told.ended);
            !has_gone && caller.may_call_next()
        })
    }

    /// The last one first: whoever hears of it takes no earlier one for the end of the call.
    pub(super) fn tell_not_reached(&mut self, call: u64, pushes: &mut Vec<Push>) {
        let Some(talk) = self.calls.get_mut(&call).filter(|talk| !talk.not_reached.is_empty()) else { return };
        let ended = std::mem::take(&mut talk.not_reached);
        if let Some(last) = ended.last() {
            talk.course.ended(LegSide::Customer, last.cause, false);
        }
        for NotReached { told, cause, at, .. } in ended.into_iter().rev() {
            let leg = leg(&told, LegEvent::Ended, cause, at);
            let extensions = self.extensions(call, &told);
            pushes.extend(self.push(call, News { leg: Some(leg), event: None, extensions, service: None }));
        }
    }

    /// Whether some way to the customer has not ended.
    pub(super) fn customer_is_there(&self, call: u64) -> bool {
        let Some(talk) = self.calls.get(&call) else { return false };
        let Some(about) = &talk.about else { return false };
        let has_ended = |told: &Told| told.ended;
        self.members(talk)
            .iter()
            .any(|channel| about.side(channel) == LegSide::Customer && !channel.told.as_ref().is_some_and(has_ended))
    }
}
