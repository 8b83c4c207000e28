//! Calls that ended while nobody listened: their telephone system, asked again, does not have them any more.

use super::{LiveCalls, task::LiveTask};
use ringcard_core::call::{CallEvent, CallId};
use std::collections::BTreeSet;
use tokio::time::Instant;

impl LiveCalls {
    /// Of an account's calls only these go on, of all that were heard of before `since`: the others have ended, and how
    /// nobody reported. What began later is left alone.
    pub async fn only_these_go_on(&self, account: &str, ids: BTreeSet<String>, since: Instant) {
        let account = account.to_owned();
        if self.with(move |task| task.only_these_go_on(&account, &ids, since)).await.is_err() {
            tracing::warn!("it was not looked which calls ended while nobody listened");
        }
    }
}

impl LiveTask {
    fn only_these_go_on(&mut self, account: &str, ids: &BTreeSet<String>, since: Instant) {
        let gone = self.calls.values().filter(|live| {
            let is_there = live.call.external_id.as_ref().is_none_or(|id| ids.contains(id));
            live.call.account == account && !live.call.state.is_over() && live.heard < since && !is_there
        });
        let gone: Vec<CallId> = gone.map(|live| live.call.id.clone()).collect();
        for id in gone {
            // What cannot be kept is said on the way.
            self.happen(&id, &CallEvent::Expired, |_, _| {});
        }
    }
}
