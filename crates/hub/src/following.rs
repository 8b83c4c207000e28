//! Looks how calls stand whose telephone system tells nothing by itself: while one goes on, as often as its connector allows, and
//! less often while nothing happens. While no call goes on nobody is asked anything.
//!
//! Which calls go on is asked of the calls themselves each time, so that a restart, a call that was taken back and one that
//! an agent ended here need no word of their own.

use crate::{account::Accounts, live::LiveCalls};
use ringcard_connect::{FollowCalls, NotTold, Push};
use ringcard_core::call::CallId;
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    task::AbortHandle,
    time::{Instant, sleep},
};

/// While no call goes on, it is seen so soon that one begins. Nothing leaves for that.
const IDLE: Duration = Duration::from_secs(1);
/// Nothing happened for so long: it is looked less often, and then rarely.
const QUIET: Duration = Duration::from_secs(60);
const VERY_QUIET: Duration = Duration::from_secs(2 * 3600);
/// How often then. An end is still known within a few seconds, but of a call that nobody ended for hours.
const LESS_OFTEN: Duration = Duration::from_secs(4);
const RARELY: Duration = Duration::from_secs(60);
/// After so long at most it is tried again.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);
/// However long a system wants to be left alone.
const LONGEST_WISH: Duration = Duration::from_secs(15 * 60);

/// The accounts whose calls are looked at. Dropped, or stopped, none are.
pub(crate) struct Following {
    live: LiveCalls,
    accounts: Accounts,
    running: Mutex<BTreeMap<String, Running>>,
}

struct Running {
    system: Arc<dyn FollowCalls>,
    task: AbortHandle,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Following {
    pub fn new(live: LiveCalls, accounts: Accounts) -> Self {
        Self { live, accounts, running: Mutex::default() }
    }

    /// Follows the accounts as they are now: begins with new ones, ends with those that are gone, leaves the others alone.
    pub fn follow(&self) {
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = self.accounts.followable();
        running.retain(|name, known| {
            wanted.iter().any(|(wanted, system)| wanted == name && Arc::ptr_eq(system, &known.system))
        });
        for (name, system) in wanted {
            running.entry(name.clone()).or_insert_with(|| {
                let follower = Follower::new(name, self.live.clone(), self.accounts.clone(), system.clone());
                Running { system, task: tokio::spawn(follower.go_on()).abort_handle() }
            });
        }
    }

    pub fn stop(&self) {
        self.running.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// Looks at one account's calls.
struct Follower {
    account: String,
    live: LiveCalls,
    accounts: Accounts,
    system: Arc<dyn FollowCalls>,
    /// What was said of each call, so that it is said once.
    told: BTreeMap<CallId, Vec<Push>>,
    /// Since when nothing new was said.
    quiet_since: Instant,
    /// How often in a row nothing was learnt.
    failed: u32,
}

impl Follower {
    fn new(account: String, live: LiveCalls, accounts: Accounts, system: Arc<dyn FollowCalls>) -> Self {
        Self { account, live, accounts, system, told: BTreeMap::new(), quiet_since: Instant::now(), failed: 0 }
    }

    async fn go_on(mut self) {
        loop {
            let pause = self.look().await;
            sleep(pause).await;
        }
    }

    /// Looks once, where a call goes on; for how long not again.
    async fn look(&mut self) -> Duration {
        let Ok(open) = self.live.that_go_on(&self.account).await else { return IDLE };
        let before = self.told.len();
        self.told.retain(|id, _| open.iter().any(|call| call.id == *id));
        for call in &open {
            self.told.entry(call.id.clone()).or_default();
        }
        if open.is_empty() || self.told.len() > before {
            self.quiet_since = Instant::now();
        }
        if open.is_empty() {
            // How it went with the calls before says nothing of the next one; a system that wants to be left alone says so again.
            self.failed = 0;
            return IDLE;
        }
        match self.accounts.look_at_calls(&self.account, &self.system, &open).await {
            Ok(news) => {
                self.failed = 0;
                for news in news {
                    self.tell(news.id, news.push).await;
                }
                pause(self.system.every(), self.quiet_since.elapsed())
            }
            Err(not_told) => {
                self.failed = self.failed.saturating_add(1);
                if self.failed == 1 {
                    let (account, detail) = (&self.account, &not_told.detail);
                    tracing::warn!(account, detail, "how calls stand is not told; it is looked again");
                }
                pause_after(self.system.every(), self.failed, &not_told)
            }
        }
    }

    async fn tell(&mut self, id: CallId, push: Push) {
        let told = self.told.entry(id.clone()).or_default();
        if told.contains(&push) {
            return;
        }
        match self.live.is_told(&self.account, &id, push.clone()).await {
            Ok(_) => {
                told.push(push);
                self.quiet_since = Instant::now();
            }
            // What comes next keeps it, or the next look tells it again.
            Err(why) => tracing::warn!(account = self.account, %why, "news of a call are told again"),
        }
    }
}

/// Until the next look.
fn pause(every: Duration, quiet: Duration) -> Duration {
    match quiet {
        quiet if quiet < QUIET => every,
        quiet if quiet < VERY_QUIET => every.max(LESS_OFTEN),
        _ => every.max(RARELY),
    }
}

/// The same where nothing was learnt: longer each time, and never sooner than the system wants.
fn pause_after(every: Duration, failed: u32, why: &NotTold) -> Duration {
    let grown = every.saturating_mul(1 << failed.min(10)).min(LONGEST_PAUSE.max(every));
    grown.max(why.wait.unwrap_or_default().min(LONGEST_WISH))
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringcard_connect::Lost;

    const SECOND: Duration = Duration::from_secs(1);

    #[test]
    fn it_is_looked_less_often_the_longer_nothing_happens() {
        assert_eq!(pause(2 * SECOND, 59 * SECOND), 2 * SECOND);
        assert_eq!(pause(2 * SECOND, 3600 * SECOND), LESS_OFTEN);
        assert_eq!(pause(30 * SECOND, 3600 * SECOND), 30 * SECOND, "never more often than allowed");
        assert_eq!(pause(2 * SECOND, 3 * 3600 * SECOND), RARELY);
    }

    #[test]
    fn who_does_not_answer_is_asked_more_and_more_rarely_and_who_wants_to_be_left_alone_is() {
        let why = |wait| NotTold { why: Lost::Silent, detail: String::new(), wait };
        let pauses: Vec<u64> = (1..8).map(|times| pause_after(2 * SECOND, times, &why(None)).as_secs()).collect();
        assert_eq!(pauses, [4, 8, 16, 32, 60, 60, 60]);
        assert_eq!(pause_after(2 * SECOND, 1, &why(Some(90 * SECOND))), 90 * SECOND);
        assert_eq!(pause_after(2 * SECOND, u32::MAX, &why(Some(3600 * SECOND))), LONGEST_WISH);
    }
}
