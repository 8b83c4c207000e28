//! What is told of calls that are over: an entry in every connected call log, and a word to the team's own programs.
//!
//! A call of which something is new is a row of `to_tell`, made in the transaction that changed it (`history/to_tell.rs`).
//! This task takes those rows one after another, reads what the call is by now, and hands what follows to the outbox. The row
//! goes when that is on disk there. A kill between comes to the same: what is made has a key that follows from the call and
//! the account, and what the outbox has already is not made again.
//!
//! - The outbox says what a system knows ([`Outbox::of_call`]); nothing is kept here. An entry that was not sent is
//!   renewed in its place; one that was, or may have been, is followed by a change that needs it, and so has its reference.
//!   There is never a second entry.
//! - An entry is due with the call's code, or [`Ended::log_after`] its end where none comes; a call that nobody
//!   answered is due at once. A late code, correction, note or recording is a change, and so is an approval.
//! - Calls between colleagues are logged nowhere; the team's own programs are told of them.
//! - An entry that a person took away before it was sent stays away.
//! - Of a private call nobody is told anything, and no recording is kept (`private`): what waits is taken away. Should it be
//!   private no longer, it is told as if it were new.
//!
//! `entry` makes what is told of a call; `write` decides what of it is new to whom.

mod entry;
mod private;
mod write;

pub(crate) use private::keep_from_others;

use crate::{
    Agent,
    account::Accounts,
    customers::Customers,
    history::{History, ToTell, Told},
    outbox::{Outbox, OutboxFailure, OutboxPlace},
    recordings::{NoRecordings, Recordings},
};
use ringcard_core::{
    Timestamp,
    call::CallId,
    call_log::CallEntry,
    recording::{Recording, RecordingState},
    submission::GateReason,
    ticket::Filing,
};
use std::time::Duration;
use tokio::{
    sync::{broadcast, watch},
    time::{MissedTickBehavior, interval},
};

/// How often is looked for calls to be told of.
const TICK: Duration = Duration::from_millis(500);
/// Calls in one go: a day's backlog does not hold up what comes beside it.
const AT_ONCE: u32 = 64;
/// What could not be told is tried again after this.
const AGAIN: Duration = Duration::from_secs(2);
/// So far back is looked for recordings of which nobody may have been told.
const MISSED_WORDS: Duration = Duration::from_secs(3600);
/// Of an older call nothing is told any more: the outbox forgets what it sent after 90 days, and would send it again.
const OLDEST: Duration = Duration::from_secs(60 * 24 * 3600);

/// What the task works with.
pub(crate) struct Ended {
    pub history: History,
    pub outbox: OutboxPlace,
    pub accounts: Accounts,
    pub recordings: Recordings,
    pub agents: Vec<Agent>,
    /// How others reach the hub, for links to recordings.
    pub public_url: Option<String>,
    /// How long is waited for a code.
    pub log_after: Duration,
    /// What machines wrote of a call is told once somebody approved it.
    pub asks_approval: bool,
    /// As whom each account's system knows a call's customer.
    pub customers: Customers,
}

impl Ended {
    /// Tells, until the hub stops.
    pub async fn keep_telling(self, mut stopped: watch::Receiver<bool>) {
        let mut ticks = interval(TICK);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut here = self.recordings.here();
        // Of a recording that came just before a kill, nobody may have been told.
        self.recordings_are_here_since(Timestamp::now().before(MISSED_WORDS)).await;
        loop {
            tokio::select! {
                biased;
                _ = stopped.changed() => return,
                call = here.recv() => self.recording_is_here(call).await,
                _ = ticks.tick() => self.tell_all().await,
            }
        }
    }

    async fn recording_is_here(&self, call: Result<CallId, broadcast::error::RecvError>) {
        let call = match call {
            Ok(call) => call,
            // More came at once than are remembered.
            Err(broadcast::error::RecvError::Lagged(_)) => {
                return self.recordings_are_here_since(Timestamp::now().before(MISSED_WORDS)).await;
            }
            Err(broadcast::error::RecvError::Closed) => return,
        };
        if let Err(failure) = self.history.has_news(call.clone()).await {
            tracing::warn!(%call, %failure, "nobody is told that a recording is here");
        }
    }

    /// Looks again at calls whose recordings came lately. Who was told of one is told nothing twice.
    async fn recordings_are_here_since(&self, at: Timestamp) {
        let calls = match self.recordings.here_since(at).await {
            Ok(calls) => calls,
            // It was said when it did not open.
            Err(NoRecordings::NotOpen(_)) => return,
            Err(failure) => return tracing::warn!(%failure, "whose recordings came lately is not known"),
        };
        for call in calls {
            if let Err(failure) = self.history.has_news(call.clone()).await {
                tracing::warn!(%call, %failure, "nobody is told that a recording is here");
            }
        }
    }

    async fn tell_all(&self) {
        let Ok(outbox) = self.outbox.open() else { return };
        loop {
            let due = match self.history.to_tell(Timestamp::now(), AT_ONCE).await {
                Ok(due) => due,
                Err(failure) => return tracing::warn!(%failure, "calls that are over cannot be read"),
            };
            let are_more = due.len() == AT_ONCE as usize;
            for one in due {
                let call = one.id.clone();
                if let Err(why) = self.tell(&outbox, one).await {
                    // It stays due.
                    return tracing::warn!(%call, why, "other systems are not told of a call yet");
                }
            }
            if !are_more {
                return;
            }
        }
    }

    /// Tells of one call. The error is for the log.
    async fn tell(&self, outbox: &Outbox, one: ToTell) -> Result<(), String> {
        let words = |failure: &dyn std::fmt::Display| failure.to_string();
        let takers: Vec<write::Taker> = {
            let closed = disabled(outbox);
            let takers = self.accounts.writes().into_iter().filter_map(|(name, writes)| {
                let told = if closed.contains(&name) { Vec::new() } else { writes.told() };
                let taker = write::Taker { account: name, log: writes.call_log(), told };
                (taker.log.is_some() || !taker.told.is_empty()).then_some(taker)
            });
            takers.collect()
        };
        let told = self.history.to_be_told(one.id.clone(), self.asks_approval).await;
        let told = told.map_err(|failure| words(&failure))?;
        let now = Timestamp::now();
        if told.as_ref().is_some_and(|told| told.row.call.is_private()) {
            let (_, is_under_way) = keep_from_others(Some(outbox), &self.recordings, &one.id, None).await?;
            let again = is_under_way.then(|| now.after(AGAIN));
            return self.history.told(one, again).await.map_err(|failure| words(&failure));
        }
        let told = told.filter(|_| !takers.is_empty());
        let told = told.filter(|told| told.row.call.ended_at.is_none_or(|ended| now.since(ended) < OLDEST));
        let again = match told {
            None => None,
            Some(told) => {
                let recordings = self.recordings.of_call(one.id.clone()).await.unwrap_or_default();
                let here: Vec<Recording> = recordings.into_iter().filter(is_here).collect();
                let entry = entry::of(&told, &here, &self.agents, self.public_url.as_deref());
                let known = outbox.of_call(one.id.clone()).await.map_err(|failure| words(&failure))?;
                let mut again = None;
                for taker in &takers {
                    let filing = self.filing(&told, &entry, &taker.account).await;
                    let entry = CallEntry { filing, ..entry.clone() };
                    let plan =
                        write::Plan { told: &told, entry: &entry, known: &known, now, log_after: self.log_after };
                    let later = plan.carry_out(outbox, taker).await.map_err(|failure| words(&failure))?;
                    again = [again, later].into_iter().flatten().min();
                }
                again
            }
        };
        self.history.told(one, again).await.map_err(|failure| words(&failure))
    }
}

impl Ended {
    /// Where the call belongs in an account that keeps customers.
    async fn filing(&self, told: &Told, entry: &CallEntry, account: &str) -> Option<Filing> {
        let ticket = told.row.outcome.as_ref().and_then(|outcome| outcome.ticket_for(account)).cloned();
        let customer = match (&entry.customer_id, self.accounts.finder(account)) {
            (Some(named), Some(_)) => self.customers.known_there(named, account).await,
            _ => None,
        };
        (ticket.is_some() || customer.is_some()).then_some(Filing { customer, ticket })
    }
}

fn is_here(recording: &Recording) -> bool {
    matches!(recording.state, RecordingState::Here { .. })
}

/// The accounts that are told nothing until a person says so.
fn disabled(outbox: &Outbox) -> Vec<String> {
    let summary = outbox.watch();
    let summary = summary.borrow();
    let disabled = summary.gates.iter().filter(|(_, gate)| gate.why == GateReason::Disabled);
    disabled.map(|(name, _)| name.clone()).collect()
}

/// Whether a row is just being sent, or was: it is looked at again.
fn is_under_way(failure: &OutboxFailure) -> bool {
    matches!(failure, OutboxFailure::UnderWay | OutboxFailure::NotThere)
}
