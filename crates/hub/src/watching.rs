//! Watches the calls of every account whose telephone system tells of them by itself: what is heard goes to the calls as a
//! webhook's push does, in order, and how the line stands is said as the account's connection.
//!
//! Accounts whose telephone system tells nothing, and can be looked at, are [`crate::following`]'s.
//!
//! Nothing that was heard is dropped: news that cannot be kept are brought again, and what follows waits behind them, in
//! the end at the telephone system.

use crate::{
    account::{Accounts, trouble},
    following::Following,
    history::History,
    live::{LiveCalls, PushNotKept, Told},
    metrics::Metrics,
    recordings::Recordings,
};
use ringcard_connect::{Push, WatchCalls, WatchState, Watched};
use ringcard_core::frame::{ConnectionState, TroubleCode};
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};
use tokio::{
    sync::mpsc,
    task::{AbortHandle, JoinHandle},
};

/// News that may wait for the calls; behind them waits the line.
const WAITING: usize = 256;
/// How long after each time that news could not be kept they are brought again. Then they are given up, and said so.
const AGAIN: [Duration; 8] = [
    Duration::from_millis(100),
    Duration::from_millis(400),
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
    Duration::from_secs(20),
    Duration::from_secs(30),
];
/// A watcher that ended by a mistake of ours begins again after so long.
const AFTER_A_MISTAKE: Duration = Duration::from_secs(30);

/// The accounts that are watched. Dropped, or stopped, nobody is.
pub(crate) struct Watching {
    live: LiveCalls,
    accounts: Accounts,
    metrics: Arc<Metrics>,
    kept: Kept,
    running: Mutex<BTreeMap<String, Running>>,
    /// Those that tell nothing by themselves.
    following: Following,
}

/// Where recordings are written down that a call is said to have.
#[derive(Clone)]
pub(crate) struct Kept {
    pub recordings: Recordings,
    pub history: History,
}

struct Running {
    system: Arc<dyn WatchCalls>,
    task: AbortHandle,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Watching {
    pub fn new(live: LiveCalls, accounts: Accounts, metrics: Arc<Metrics>, kept: Kept) -> Self {
        let following = Following::new(live.clone(), accounts.clone());
        Self { live, accounts, metrics, kept, running: Mutex::default(), following }
    }

    /// Watches the accounts as they are now: begins with new ones, ends with those that are gone, leaves the others alone.
    pub fn follow(&self) {
        self.following.follow();
        let mut running = self.running.lock().unwrap_or_else(PoisonError::into_inner);
        let wanted = self.accounts.watchable();
        running.retain(|name, known| {
            wanted.iter().any(|(wanted, system)| wanted == name && Arc::ptr_eq(system, &known.system))
        });
        for (name, system) in wanted {
            running.entry(name.clone()).or_insert_with(|| {
                let hearer = Hearer {
                    account: name,
                    live: self.live.clone(),
                    accounts: self.accounts.clone(),
                    metrics: self.metrics.clone(),
                    kept: self.kept.clone(),
                };
                Running { system: system.clone(), task: tokio::spawn(hearer.go_on(system)).abort_handle() }
            });
        }
    }

    pub fn stop(&self) {
        self.following.stop();
        self.running.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// One account's watcher.
struct Hearer {
    account: String,
    live: LiveCalls,
    accounts: Accounts,
    metrics: Arc<Metrics>,
    kept: Kept,
}

/// Ends with whoever waits for it.
struct Line(JoinHandle<()>);

impl Drop for Line {
    fn drop(&mut self) {
        self.0.abort();
    }
}

impl Hearer {
    async fn go_on(self, system: Arc<dyn WatchCalls>) {
        loop {
            let (told, heard) = mpsc::channel(WAITING);
            let watched = system.clone();
            // Beside the hearing: a commit that takes its time keeps no ping waiting.
            let mut line = Line(tokio::spawn(async move { watched.watch(told).await }));
            self.hear(heard).await;
            let ended = (&mut line.0).await;
            tracing::error!(
                account = self.account,
                mistake = ended.is_err(),
                "the watcher of an account ended by itself"
            );
            let detail = "a mistake in Ringcard; please report it with the log".to_owned();
            self.accounts.note(&self.account, ConnectionState::Trouble { code: TroubleCode::Calls, detail });
            tokio::time::sleep(AFTER_A_MISTAKE).await;
        }
    }

    /// Until the line tells nothing any more.
    async fn hear(&self, mut heard: mpsc::Receiver<Watched>) {
        let mut dialled = tokio::time::Instant::now();
        while let Some(heard) = heard.recv().await {
            match heard {
                Watched::State(state) => {
                    if state == WatchState::Connecting {
                        dialled = tokio::time::Instant::now();
                    }
                    self.accounts.note(&self.account, connection(state));
                }
                Watched::Going(ids) => self.live.only_these_go_on(&self.account, ids, dialled).await,
                Watched::PhonesAway(extensions) => self.accounts.phones_are_away(&self.account, extensions),
                Watched::Push(push) => self.keep(*push).await,
                Watched::Recording { call, paused } => self.live.recording_is(&self.account, call, paused).await,
            }
        }
    }

    async fn keep(&self, mut push: Push) {
        let recordings = std::mem::take(&mut push.recording_ids);
        self.metrics.push();
        let received = Instant::now();
        for pause in AGAIN {
            match self.live.push(&self.account, push.clone(), received).await {
                Ok(told) => return self.keep_recordings(told, recordings).await,
                // It is told, and kept with what comes next of the call: the next one waits for no disk.
                Err(PushNotKept::NotSaved) => return,
                Err(why) => tracing::warn!(account = self.account, %why, "news of a call are brought again"),
            }
            tokio::time::sleep(pause).await;
        }
        tracing::error!(account = self.account, "news of a call could not be kept and are lost");
    }
}

impl Hearer {
    /// By what names the telephone system has a call's recordings: they are fetched by these when somebody wants to hear them.
    async fn keep_recordings(&self, told: Told, ids: Vec<String>) {
        let (Told::New(call) | Told::News(call) | Told::Again(call)) = told else { return };
        if ids.is_empty() {
            return;
        }
        if let Err(error) = self.kept.recordings.told(call.clone(), &self.account, ids).await {
            tracing::warn!(account = self.account, %call, %error, "a recording of a call is not written down");
            return;
        }
        if let Err(error) = self.kept.history.has_recording(call.clone()).await {
            tracing::warn!(%call, %error, "the call list does not know of a recording");
        }
        self.live.recorded(call).await;
    }
}

/// How a line stands, as everybody hears it of an account.
fn connection(state: WatchState) -> ConnectionState {
    match state {
        WatchState::Connecting => ConnectionState::Connecting,
        WatchState::Connected => ConnectionState::Ready { detail: String::new() },
        WatchState::ConnectedBut { detail } => ConnectionState::Ready { detail },
        WatchState::Away { why, detail, again_in } => {
            let code = trouble(why);
            let detail = match again_in.as_secs() {
                0..2 => format!("{detail}. It is tried again by itself"),
                seconds => format!("{detail}. It is tried again by itself in {seconds} s"),
            };
            ConnectionState::Trouble { code, detail }
        }
    }
}
