//! The call list is begun anew while calls go on: they are written into the new one, with everything that was said of them.

use super::task::{LiveCall, LiveTask};
use crate::history::{Carried, Recorded};
use ringcard_core::{call::CallId, frame::Step};

impl LiveTask {
    /// When everything decided so far is through: what could not be kept meanwhile comes along.
    pub(super) fn carry_over(&mut self) {
        self.when_kept(Self::carry_over_now);
    }

    fn carry_over_now(&mut self) {
        let calls: Vec<Carried> = self.calls.values().map(|live| self.carried(live)).collect();
        let unkept = self.calls.iter_mut().map(|(id, live)| (id.clone(), live.unkept.take().unwrap_or_default()));
        let unkept: Vec<(CallId, Vec<Step>)> = unkept.collect();
        let history = self.parts.history.clone();
        self.commit(async move { history.carry(calls).await }, |task, kept| {
            let Err(error) = kept else { return };
            tracing::error!(%error, "what goes on could not be written into the new call list; it is tried again");
            task.is_uncarried = true;
            for (id, steps) in unkept {
                task.keep_for_later(&id, steps);
            }
        });
    }

    fn carried(&self, live: &LiveCall) -> Carried {
        let recorded =
            Recorded { call: live.call.clone(), steps: live.steps.clone(), mine: self.whose(live), click: None };
        let (clicks, set_aside) = (live.clicks.clone(), live.set_aside.clone());
        Carried { recorded, clicks, set_aside, notes: live.card.notes.clone(), named: live.named() }
    }

    /// Steps that could not be kept are kept with what comes next.
    pub(super) fn keep_for_later(&mut self, id: &CallId, steps: Vec<Step>) {
        if let Some(live) = self.calls.get_mut(id) {
            live.unkept = Some(steps.into_iter().chain(live.unkept.take().into_iter().flatten()).collect());
        }
    }
}
