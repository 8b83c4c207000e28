//! Keeps the calls going: should their task end by a mistake of ours, they are taken up anew from the history, as after a
//! restart. Desks begin again with a snapshot; a push that was not answered comes again.

use super::{Input, LiveCalls, LiveParts, Rules, task::LiveTask};
use crate::history::HistoryFailure;
use futures_util::FutureExt;
use ringcard_core::frame::{Connection, ConnectionState, TroubleCode};
use std::{panic::AssertUnwindSafe, pin::pin, time::Duration};
use tokio::{
    sync::{mpsc, watch},
    task::JoinHandle,
    time::{Instant, sleep},
};

/// Messages that may wait for the task; a webhook that finds no place is answered 503.
const WAITING: usize = 512;
/// How long is waited before the calls are taken up anew, from the first mistake on: at once, and ever more seldom, since
/// what comes again may bring it about again.
const PAUSES: [Duration; 4] =
    [Duration::ZERO, Duration::from_secs(1), Duration::from_secs(10), Duration::from_secs(60)];
/// A history that takes nothing is asked again after this.
const AGAIN: Duration = Duration::from_secs(1);
/// After so long without one, the next mistake is the first again; and until then it is said that there was one.
const FORGOTTEN: Duration = Duration::from_secs(10 * 60);

/// How the task that owns the calls does.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LiveState {
    /// The calls are being taken up: nothing is taken in.
    pub is_down: bool,
    /// Since the hub started.
    pub restarts: u32,
    pub last: Option<Instant>,
}

impl LiveState {
    /// Whether there was a mistake lately.
    pub fn is_troubled(&self) -> bool {
        self.is_down || self.last.is_some_and(|last| last.elapsed() < FORGOTTEN)
    }

    /// For the list of connections; nothing where there was never a mistake.
    pub fn connection(&self) -> Option<Connection> {
        let detail = "a mistake in Ringcard; please report it with the log".to_owned();
        let state = match (self.is_troubled(), self.restarts) {
            (true, _) => ConnectionState::Trouble { code: TroubleCode::Calls, detail },
            (false, 1..) => ConnectionState::Ready { detail: String::new() },
            (false, 0) => return None,
        };
        Some(Connection { name: "calls".to_owned(), state })
    }
}

/// Takes up the calls that were going on when the hub stopped, and starts their task.
pub(crate) async fn start(
    rules: Rules,
    parts: LiveParts,
    stopped: watch::Receiver<bool>,
) -> Result<(LiveCalls, watch::Receiver<LiveState>, JoinHandle<()>), HistoryFailure> {
    start_with(rules, parts, stopped, PAUSES).await
}

pub(super) async fn start_with(
    rules: Rules,
    parts: LiveParts,
    stopped: watch::Receiver<bool>,
    pauses: [Duration; 4],
) -> Result<(LiveCalls, watch::Receiver<LiveState>, JoinHandle<()>), HistoryFailure> {
    let (inputs, queue) = mpsc::channel(WAITING);
    let live = LiveCalls::new(inputs.clone(), &parts);
    let (state, watched) = watch::channel(LiveState::default());
    let first = LiveTask::new(rules.clone(), parts.clone(), inputs.downgrade(), watched.clone()).await?;
    let kept = Kept { rules, parts, inputs: inputs.downgrade(), queue, stopped, state, pauses };
    Ok((live, watched, tokio::spawn(kept.going(first))))
}

struct Kept {
    rules: Rules,
    parts: LiveParts,
    /// Weak: it ends when nobody else can send any more.
    inputs: mpsc::WeakSender<Input>,
    queue: mpsc::Receiver<Input>,
    stopped: watch::Receiver<bool>,
    state: watch::Sender<LiveState>,
    pauses: [Duration; 4],
}

impl Kept {
    async fn going(mut self, first: LiveTask) {
        let mut next = Some(first);
        let mut in_a_row = 0;
        loop {
            let run = AssertUnwindSafe(self.run(next.take())).catch_unwind();
            match run.await {
                Ok(Ok(())) => return,
                Ok(Err(error)) => tracing::error!(%error, "the calls could not be taken up"),
                Err(_) => tracing::error!("the task that owns the calls ended by a mistake; they are taken up anew"),
            }
            if *self.stopped.borrow() {
                return;
            }
            self.parts.metrics.live_restarted();
            let before = *self.state.borrow();
            in_a_row = if before.is_troubled() { in_a_row + 1 } else { 0 };
            self.state.send_replace(LiveState {
                is_down: true,
                restarts: before.restarts + 1,
                last: Some(Instant::now()),
            });
            if !self.turn_away(self.pauses[in_a_row.min(self.pauses.len() - 1)]).await {
                return;
            }
        }
    }

    /// Until the hub stops.
    async fn run(&mut self, task: Option<LiveTask>) -> Result<(), HistoryFailure> {
        let task = match task {
            Some(task) => task,
            None => {
                let state = self.state.subscribe();
                LiveTask::new(self.rules.clone(), self.parts.clone(), self.inputs.clone(), state).await?
            }
        };
        self.state.send_modify(|state| state.is_down = false);
        task.run(&mut self.queue, &mut self.stopped).await;
        Ok(())
    }

    /// Until the pause is over and everything that was decided before the mistake is on the disk: the calls are taken up from
    /// there. Whoever comes meanwhile is told at once that nothing is taken in. `false`: the hub stops.
    async fn turn_away(&mut self, pause: Duration) -> bool {
        let history = self.parts.history.clone();
        let mut ready = pin!(async {
            sleep(pause).await;
            while let Err(error) = history.settled().await {
                tracing::error!(%error, "the calls are taken up when the call history takes something again");
                sleep(AGAIN).await;
            }
        });
        loop {
            tokio::select! {
                biased;
                () = stops(&mut self.stopped) => return false,
                () = &mut ready => return true,
                input = self.queue.recv() => if input.is_none() { return false },
            }
        }
    }
}

/// Ends when the hub stops, also where that was heard before.
pub(super) async fn stops(stopped: &mut watch::Receiver<bool>) {
    let _ = stopped.wait_for(|stopped| *stopped).await;
}
