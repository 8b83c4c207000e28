//! Calls that may have ended unheard: their telephone system is asked whether they go on, where it can say so.
//!
//! Asked is after a start, after silence with growing pauses, and at once when a phone rings that is still in another call.
//! It is asked beside everything else; only a clear answer changes anything.

use super::{
    Input,
    task::{LiveCall, LiveTask},
};
use ringcard_connect::{CallLife, Lost, Purpose};
use ringcard_core::call::{CallEvent, CallId};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use tokio::time::{Instant, timeout};

/// Questions under way to one account.
const AT_ONCE: usize = 4;
/// Nobody is asked about the same call again sooner.
const PACE: Duration = Duration::from_secs(10);
/// Pauses grow up to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(30 * 60);
/// Longer than any account's own time-out; what has not answered by then has not told.
const DEADLINE: Duration = Duration::from_secs(90);

/// What is known of asking about one call.
#[derive(Debug, Default)]
pub(super) struct Asked {
    wanted: Wanted,
    is_under_way: bool,
    last: Option<Instant>,
    /// When it was last said to go on, and how often since anything else was heard of it.
    alive: Option<Instant>,
    times: u32,
}

/// How soon it is to be asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
enum Wanted {
    /// When nothing was heard for long.
    #[default]
    AfterSilence,
    /// In its turn: nobody listened for a while.
    Soon,
    /// A phone rings that would not, were it still in this call.
    Now,
}

impl Asked {
    /// One that was taken up: what was pushed meanwhile nobody heard.
    pub fn soon() -> Self {
        Self { wanted: Wanted::Soon, ..Self::default() }
    }

    /// How often it was asked since anything but an answer was heard.
    fn times_since(&self, heard: Instant) -> u32 {
        let is_newer = self.alive != Some(heard) && self.last < Some(heard);
        if is_newer { 0 } else { self.times }
    }
}

impl LiveCall {
    fn is_to_be_asked(&self, silence: Duration) -> bool {
        let asked = &self.asked_alive;
        if asked.is_under_way || self.call.state.is_over() || self.call.external_id.is_none() {
            return false;
        }
        let times = asked.times_since(self.heard).min(16);
        let pause = silence.saturating_mul(1 << times).min(LONGEST_PAUSE.max(silence));
        let pause_is_over = |pause: Duration| asked.last.is_none_or(|last| last.elapsed() >= pause.max(PACE));
        match asked.wanted {
            Wanted::AfterSilence => self.heard.elapsed() >= silence && pause_is_over(pause),
            Wanted::Soon | Wanted::Now => pause_is_over(PACE),
        }
    }

    /// The phones that are in it, as far as anybody told.
    fn phones(&self) -> BTreeSet<&str> {
        let legs = self.call.course.legs.iter();
        let open = legs.clone().filter(|leg| leg.end.is_none()).filter_map(|leg| leg.extension.as_deref());
        open.chain(self.call.extension.as_deref().filter(|_| legs.len() == 0)).collect()
    }
}

impl LiveTask {
    /// In their turn: those of which nothing was heard for long, the longest first, a few each time.
    pub(super) fn ask_silent(&mut self) {
        self.ask_those(Wanted::AfterSilence);
    }

    /// A call rings: others that its phone is in may be over. Where no phone is named, those of the agents it rings for.
    pub(super) fn ask_about_others(&mut self, ringing: &CallId) {
        let Some(new) = self.calls.get(ringing) else { return };
        if !self.parts.accounts.tells_state(&new.call.account) {
            return;
        }
        let phones = new.phones();
        let shares = |other: &LiveCall| match phones.is_empty() {
            false => !phones.is_disjoint(&other.phones()),
            true => other.call.agents.iter().any(|agent| new.call.agents.contains(agent)),
        };
        let mut others: Vec<(Instant, CallId)> = self
            .calls
            .iter()
            .filter(|(id, other)| *id != ringing && other.call.account == new.call.account)
            .filter(|(_, other)| !other.call.state.is_over() && other.call.external_id.is_some() && shares(other))
            .map(|(id, other)| (other.heard, id.clone()))
            .collect();
        others.sort();
        // Where a ring is for everybody, it does not ask about everybody's calls.
        for (_, id) in others.into_iter().take(AT_ONCE) {
            if let Some(other) = self.calls.get_mut(&id) {
                other.asked_alive.wanted = Wanted::Now;
            }
        }
        self.ask_those(Wanted::Now);
    }

    fn ask_those(&mut self, least: Wanted) {
        let silence = self.rules.waits.silent_call / 2;
        let mut due: Vec<(std::cmp::Reverse<Wanted>, Instant, CallId)> = self
            .calls
            .iter()
            .filter(|(_, live)| live.asked_alive.wanted >= least && live.is_to_be_asked(silence))
            .map(|(id, live)| (std::cmp::Reverse(live.asked_alive.wanted), live.heard, id.clone()))
            .collect();
        due.sort();
        let mut can_tell: BTreeMap<String, bool> = BTreeMap::new();
        for (_, _, id) in due {
            let Some(live) = self.calls.get_mut(&id) else { continue };
            let account = live.call.account.clone();
            if live.asked_alive.wanted == Wanted::Soon && self.parts.accounts.follows_calls(&account) {
                // It is looked at anyway, which says more.
                live.asked_alive.wanted = Wanted::AfterSilence;
                continue;
            }
            let can = *can_tell.entry(account.clone()).or_insert_with(|| self.parts.accounts.tells_state(&account));
            let under_way = self.asking_alive.entry(account.clone()).or_default();
            let Some(external_id) = live.call.external_id.clone().filter(|_| can && *under_way < AT_ONCE) else {
                continue;
            };
            *under_way += 1;
            let purpose = if live.asked_alive.wanted == Wanted::Now { Purpose::LookUp } else { Purpose::Report };
            let since = Instant::now();
            let asked = &mut live.asked_alive;
            asked.times = asked.times_since(live.heard) + 1;
            (asked.wanted, asked.is_under_way, asked.last) = (Wanted::AfterSilence, true, Some(since));
            let (accounts, name, of) = (self.parts.accounts.clone(), account.clone(), external_id.clone());
            let told = move |life| {
                Input::Act(Box::new(move |task: &mut Self| task.told_alive(&id, &account, &external_id, since, life)))
            };
            let told_of_mistake = told.clone();
            self.later_or(told_of_mistake(unknown("a mistake in Ringcard; the log says which")), async move {
                let asking = accounts.ask_state(&name, &of, purpose);
                told(timeout(DEADLINE, asking).await.unwrap_or_else(|_| unknown("it did not answer")))
            });
        }
    }

    fn told_alive(&mut self, id: &CallId, account: &str, external_id: &str, since: Instant, life: CallLife) {
        if let Some(under_way) = self.asking_alive.get_mut(account) {
            *under_way = under_way.saturating_sub(1);
        }
        let did_tell = !matches!(life, CallLife::Unknown { .. });
        let is_news = self.parts.noticed.told(account, did_tell);
        if let CallLife::Unknown { detail, .. } = &life
            && is_news
        {
            tracing::warn!(account, detail, "whether calls go on is not told; they stay as they are");
        }
        if let Some(live) = self.calls.get_mut(id) {
            live.asked_alive.is_under_way = false;
            // What was heard since is newer than the answer.
            let is_of_it = live.call.external_id.as_deref() == Some(external_id) && live.heard <= since;
            match life {
                CallLife::Alive if is_of_it => {
                    live.heard = Instant::now();
                    live.asked_alive.alive = Some(live.heard);
                    // Told again as it is: a ring at its phone does not take its place.
                    if let Some(told) = &live.told {
                        self.desks.call(told, &self.rules.agents);
                    }
                }
                // What cannot be kept is said on the way.
                CallLife::Over if is_of_it && !live.call.state.is_over() => {
                    self.happen(id, &CallEvent::Expired, |_, _| {})
                }
                _ => {}
            }
        }
        self.ask_those(Wanted::Now);
    }
}

fn unknown(detail: &str) -> CallLife {
    CallLife::Unknown { why: Lost::Silent, detail: detail.to_owned() }
}
