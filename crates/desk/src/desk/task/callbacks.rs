//! The agent's own call-backs: when they are due, and what the agent does about them.

use super::{
    DeskTask,
    after_call::{Saved, WaitsFor},
};
use crate::{
    attention::{Alert, AlertKind, Who},
    keep::Keep,
    own_callbacks::{NotMoved, OwnCallbackView},
    pop::PopupAct,
    preferences::Lets,
    view::PopView,
};
use ringcard_core::{
    Timestamp,
    call::{CallId, CallState},
    frame::{RequestError, RequestErrorCode},
};
use tokio::sync::oneshot;

/// What windows and shell want of them.
pub(in crate::desk) enum CallbackTask {
    List { answer: oneshot::Sender<Vec<OwnCallbackView>> },
    Move { call_id: CallId, at: Timestamp, saved: Saved },
    Done { call_id: CallId, saved: Saved },
}

impl DeskTask {
    pub(super) fn callback_task(&mut self, task: CallbackTask) {
        match task {
            CallbackTask::List { answer } => {
                let plan = &self.preferences.plan;
                let _ = answer.send(self.after.own.iter().map(|own| OwnCallbackView::of(own, plan)).collect());
            }
            CallbackTask::Move { call_id, at, saved } => match self.after.own.move_to(&call_id, at, Timestamp::now()) {
                Ok(keep) => {
                    if let Keep::Callback(callback) = &keep {
                        self.after.wait_for(WaitsFor::Moved(callback.clone()), saved);
                    }
                    self.keep(keep);
                }
                Err(why) => drop(saved.send(Err(not_moved(why)))),
            },
            CallbackTask::Done { call_id, saved } => match self.after.own.done(&call_id) {
                Some(keep) => {
                    self.after.wait_for(WaitsFor::CallbackDone(call_id), saved);
                    self.keep(keep);
                }
                // Twice is the same as once.
                None => drop(saved.send(Ok(()))),
            },
        }
        self.show();
    }

    /// What is dialled to keep this promise.
    pub(super) fn callback_number(&self, callback: &CallId) -> Result<String, RequestError> {
        self.after.own.get(callback).map(|own| own.number.clone()).ok_or_else(|| not_moved(NotMoved::Gone))
    }

    /// The hub took the wish to call: this is the call.
    pub(super) fn callback_is_called(&mut self, callback: &CallId, started: &CallId) {
        let keep = self.after.own.calling(callback, started);
        self.keep_all(keep.into_iter().collect());
        // It may have come further already.
        self.callback_call_moved(started);
        self.show();
    }

    pub(super) fn callback_call_moved(&mut self, id: &CallId) {
        let Some(entry) = self.calls.get(id) else { return };
        let keeps = self.after.own.call_moved(&entry.call);
        self.keep_all(keeps);
    }

    /// What the agent does to the popup, as far as it is about them.
    pub(super) fn callbacks_on_popup(&mut self, act: &PopupAct) {
        match act {
            PopupAct::Reveal(_) => self.after.own.reveal(),
            PopupAct::Hide | PopupAct::PutCallbacksAway if !self.is_on_the_phone() => {
                self.after.own.put_away(Timestamp::now());
            }
            _ => {}
        }
    }

    /// Those on the popup now, and how many there are of them. None while a call goes on: they wait until it is over.
    pub(super) fn callbacks_shown(&self) -> (Vec<OwnCallbackView>, u32) {
        if self.is_on_the_phone() {
            return (Vec::new(), 0);
        }
        let shown = self.after.own.shown(Timestamp::now(), self.is_quiet());
        let plan = &self.preferences.plan;
        let first = shown.iter().take(PopView::MOST_CALLBACKS).map(|own| OwnCallbackView::of(own, plan)).collect();
        (first, u32::try_from(shown.len()).unwrap_or(u32::MAX))
    }

    /// One notification for all that are due, named by the oldest.
    pub(super) fn callback_alert(&self) -> Option<Alert> {
        let notifies = self.preferences.quiet.notifies() && !self.preferences.do_not_disturb;
        if !notifies || self.is_on_the_phone() {
            return None;
        }
        let announced = self.after.own.announced(Timestamp::now());
        let first = OwnCallbackView::of(announced.first()?, &self.preferences.plan);
        let who = Who { call_id: first.call_id, name: first.name, company: first.company, number: first.number };
        Some(Alert { kind: AlertKind::Callback, who, line: None, others: announced.len() - 1 })
    }

    /// A call that was lost sight of (*unknown*) does not hold them back.
    pub(super) fn is_on_the_phone(&self) -> bool {
        self.calls.iter().any(|entry| match entry.call.state {
            CallState::Starting | CallState::AgentRinging | CallState::Ringing | CallState::Connected => true,
            CallState::Unknown
            | CallState::Ended
            | CallState::Missed
            | CallState::AnsweredElsewhere
            | CallState::Failed { .. }
            | CallState::OutcomeNotReported => false,
        })
    }
}

fn not_moved(why: NotMoved) -> RequestError {
    let code = match why {
        NotMoved::Gone => RequestErrorCode::NotFound,
        NotMoved::InPast | NotMoved::TooFar => RequestErrorCode::Invalid,
    };
    RequestError::new(code, why.to_string())
}
