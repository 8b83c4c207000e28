//! What the rest of the hub holds: ask here.

use super::{
    Accepted, Flaw, NoPermit, Now, OpenFailure, OutboxFailure, OutboxFilter, QueueSummary, permit,
    queue::{Ask, Limits, Queue},
    store::{Loaded, OPENING, Reader, Store, StoreFailure},
    task::{Input, OutboxTask, Stands},
    validate,
    writer::Writer,
};
use crate::database::{Threads, Ways};
use ringcard_connect::{NotNow, Permit, Writes, permits::Request};
use ringcard_core::{
    Timestamp,
    call::{AgentId, CallId},
    frame::SubmissionStory,
    submission::{AttemptNote, Budget, OutboxAct, OutboxRow, Submission, SubmissionKey, SubmissionState, Write},
};
use std::{
    collections::BTreeMap,
    io,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::{broadcast, mpsc, oneshot, watch},
    time::Instant,
};

/// Inputs that may wait for the owner; whoever comes later waits for a place.
const WAITING: usize = 256;
/// A long list does not hold up a single row.
const READERS: usize = 2;
/// Until then somebody still waits for a page.
const ANSWER: Duration = Duration::from_secs(10);
/// Changed rows a listener may be behind; beyond it they read the list again.
const BEHIND: usize = 256;
/// What is over is remembered for so long.
const KEEP_OVER: Duration = Duration::from_secs(90 * 24 * 3600);

/// Both clocks; tests bring their own.
#[derive(Clone)]
pub struct Clock(Arc<dyn Fn() -> Now + Send + Sync>);

impl Clock {
    pub fn system() -> Self {
        let start = Instant::now();
        Self(Arc::new(move || Now { wall: Timestamp::now(), mono: start.elapsed() }))
    }

    /// Clocks of the caller's own; for tests that go to the next day.
    pub fn of(now: impl Fn() -> Now + Send + Sync + 'static) -> Self {
        Self(Arc::new(now))
    }

    /// A wall clock that runs from `wall` with the runtime's own time, paused or not; for tests.
    pub fn starting_at(wall: Timestamp) -> Self {
        let start = Instant::now();
        Self(Arc::new(move || Now { wall: wall.after(start.elapsed()), mono: start.elapsed() }))
    }

    pub(crate) fn now(&self) -> Now {
        (self.0)()
    }
}

/// Hears of requests that an account was saved because rows shared them.
pub type HearsSaved = Arc<dyn Fn(&str, u32) + Send + Sync>;

/// What an outbox needs to know.
#[derive(Clone)]
pub struct OutboxSetup {
    /// `outbox.db`; created when missing.
    pub path: PathBuf,
    /// Who takes writes, by name; can be exchanged later.
    pub accounts: BTreeMap<String, Arc<dyn Writes>>,
    /// What is over is remembered for so long.
    pub keep_over: Duration,
    pub clock: Clock,
    /// Whether what waits in the file is sent. Without it, requests of others are counted, and nothing else is done.
    pub sends: bool,
    pub saved: HearsSaved,
}

impl OutboxSetup {
    pub fn new(path: &Path, accounts: BTreeMap<String, Arc<dyn Writes>>) -> Self {
        Self {
            path: path.to_owned(),
            accounts,
            keep_over: KEEP_OVER,
            clock: Clock::system(),
            sends: true,
            saved: Arc::new(|_, _| ()),
        }
    }

    /// Opens the file and reads what waits in it.
    pub(super) async fn open(&self) -> Result<Files, OpenFailure> {
        let path = self.path.clone();
        let open = move || {
            let store = Store::open(&path)?;
            let loaded = store.load().map_err(|failure| unreadable(&path, failure))?;
            let readers = (0..READERS).map(|_| Reader::open(&path)).collect::<Result<_, _>>()?;
            Ok((store, loaded, readers))
        };
        tokio::task::spawn_blocking(open)
            .await
            .map_err(|error| OpenFailure::Io { path: self.path.clone(), source: io::Error::other(error) })?
    }
}

/// The writing end, what waits, and the reading ends.
pub(super) type Files = (Store, Loaded, Vec<Reader>);

/// The outbox. Cheap to clone; see [`super`] for what it promises.
#[derive(Clone)]
pub struct Outbox {
    inputs: mpsc::Sender<Input>,
    readers: Arc<Threads<Reader>>,
    summary: watch::Receiver<QueueSummary>,
    changed: broadcast::Sender<OutboxRow>,
}

impl Outbox {
    /// Opens the file, takes up what an earlier run left, and begins to send.
    pub async fn start(setup: OutboxSetup) -> Result<Self, OpenFailure> {
        let files = setup.open().await?;
        Ok(Self::start_on(setup, files))
    }

    pub(super) fn start_on(setup: OutboxSetup, (store, mut loaded, readers): Files) -> Self {
        if !setup.sends {
            loaded.rows.clear();
        }
        if loaded.unreadable > 0 {
            tracing::error!(
                rows = loaded.unreadable,
                "rows of the outbox cannot be read by this version; they are kept"
            );
        }
        if !loaded.rows.is_empty() {
            tracing::info!(rows = loaded.rows.len(), "the outbox takes up what waited");
        }
        let mut queue = Queue::new(Limits::default());
        let now = setup.clock.now();
        queue.take_up(loaded, now);
        queue.set_accounts(&setup.accounts, now);
        let (summary, watched) = watch::channel(queue.summary());
        let (changed, _) = broadcast::channel(BEHIND);
        let (inputs, taken) = mpsc::channel(WAITING);
        let (mut owner, over) =
            OutboxTask::new(queue, Writer::start(store), setup.clock, setup.keep_over, summary, changed.clone());
        owner.saved = setup.saved;
        let task = tokio::spawn(owner.run(taken, over));
        tokio::spawn(async move {
            if let Err(error) = task.await {
                tracing::error!(%error, "the outbox has failed; nothing is sent until the program is started again");
            }
        });
        let ways = Ways { name: "outbox-reader", waiting: WAITING, at_rest: None, at_end: |_| () };
        Self { inputs, readers: Arc::new(Threads::start(readers, ways)), summary: watched, changed }
    }

    /// Saves a submission. When this returns `Ok`, it survives a power cut, and will be sent; the same key twice is one
    /// write. What its account could never take is refused.
    pub async fn submit(&self, submission: Submission) -> Result<Accepted, OutboxFailure> {
        self.save(submission, true).await
    }

    /// The same for what an agent was told *saved* already: what its account could never take waits here, where it can
    /// be put right, and not where it only can be thrown away.
    pub async fn take_over(&self, submission: Submission) -> Result<Accepted, OutboxFailure> {
        self.save(submission, false).await
    }

    /// What was taken once is known, whatever would refuse it by now: whoever sends it again did not hear the answer.
    async fn save(&self, submission: Submission, refuse_misfits: bool) -> Result<Accepted, OutboxFailure> {
        let key = submission.key.clone();
        match self.save_new(submission, refuse_misfits).await {
            Err(failure @ (OutboxFailure::Refused(_) | OutboxFailure::Full)) => self.known(&key).await?.ok_or(failure),
            saved => saved,
        }
    }

    /// The answer for a key that was taken before; `None`: it was not.
    pub async fn known(&self, key: &SubmissionKey) -> Result<Option<Accepted>, OutboxFailure> {
        let wanted = key.clone();
        let found = self.read(move |reader| reader.row(&wanted)).await?;
        Ok(found.map(|_| Accepted { key: key.clone(), known: true, replaced: None }))
    }

    async fn save_new(&self, submission: Submission, refuse_misfits: bool) -> Result<Accepted, OutboxFailure> {
        let submission = Box::new(validate::fit(submission)?);
        if let Some(needs) = submission.needs.clone().filter(|_| refuse_misfits) {
            let found = self.read(move |reader| reader.row(&needs)).await?;
            if found.is_none_or(|(kept, _)| matches!(kept.state, SubmissionState::Discarded { .. })) {
                return Err(Flaw::NeedsNothing.into());
            }
        }
        self.ask(|answer| Input::Submit { submission, refuse_misfits, answer })
            .await
            .unwrap_or(Err(OutboxFailure::NotSaved(StoreFailure::Stopped)))
    }

    /// Does what a person decided; `by` is remembered. Returns the row's key: another one where an edit came while the
    /// row was being sent, and therefore goes after it.
    pub async fn act(
        &self,
        key: SubmissionKey,
        act: OutboxAct,
        by: Option<AgentId>,
    ) -> Result<SubmissionKey, OutboxFailure> {
        let act = match act {
            OutboxAct::Edit { write } => OutboxAct::Edit { write: validate::fit_write(write)? },
            other => other,
        };
        self.ask(|answer| Input::Act { key, act: Box::new(act), by, answer })
            .await
            .unwrap_or(Err(OutboxFailure::NotSaved(StoreFailure::Stopped)))
    }

    /// A page of at most 200 rows, with what each waits for; whether there are more. `after`: the last one seen.
    pub async fn list(
        &self,
        filter: OutboxFilter,
        after: Option<SubmissionKey>,
        limit: u32,
    ) -> Result<(Vec<OutboxRow>, bool), OutboxFailure> {
        let absent = self.summary.borrow().absent.clone();
        let (page, more) = self.read(move |reader| reader.page(&filter, after.as_ref(), limit, &absent)).await?;
        let mut rows: Vec<OutboxRow> = page.into_iter().map(OutboxRow::from).collect();
        self.bring_up_to_date(&mut rows).await;
        Ok((rows, more))
    }

    /// One row and its attempts, oldest first.
    pub async fn row(&self, key: SubmissionKey) -> Result<Option<(OutboxRow, Vec<AttemptNote>)>, OutboxFailure> {
        let Some((kept, notes)) = self.read(move |reader| reader.row(&key)).await? else { return Ok(None) };
        let mut rows = [OutboxRow::from(kept)];
        self.bring_up_to_date(&mut rows).await;
        let [row] = rows;
        Ok(Some((row, notes)))
    }

    /// All that came of a call and is not forgotten yet, in its order.
    pub async fn of_call(&self, call: CallId) -> Result<Vec<OutboxRow>, OutboxFailure> {
        let kept = self.read(move |reader| reader.of_call(&call)).await?;
        let mut rows: Vec<OutboxRow> = kept.into_iter().map(OutboxRow::from).collect();
        self.bring_up_to_date(&mut rows).await;
        Ok(rows)
    }

    /// The same, each with its attempts: the last ones.
    pub async fn stories_of_call(&self, call: CallId) -> Result<Vec<SubmissionStory>, OutboxFailure> {
        let kept = self.read(move |reader| reader.stories_of_call(&call)).await?;
        let (mut rows, attempts): (Vec<OutboxRow>, Vec<_>) =
            kept.into_iter().map(|(kept, attempts)| (OutboxRow::from(kept), attempts)).unzip();
        self.bring_up_to_date(&mut rows).await;
        Ok(rows.into_iter().zip(attempts).map(|(row, attempts)| SubmissionStory { row, attempts }).collect())
    }

    /// Puts newer content into a row that certainly was not sent. [`OutboxFailure::UnderWay`]: it may have been, and stays
    /// as it is; [`OutboxFailure::NotThere`]: it is over.
    pub async fn renew(&self, key: SubmissionKey, write: Write) -> Result<(), OutboxFailure> {
        let write = Box::new(validate::fit_write(write)?);
        let renewed = self.ask(|answer| Input::Renew { key, write, answer }).await;
        renewed.unwrap_or(Err(OutboxFailure::NotSaved(StoreFailure::Stopped))).map(drop)
    }

    /// Takes a row away because the call it tells of is private. [`OutboxFailure::UnderWay`]: it may have been sent, and
    /// stays; [`OutboxFailure::NotThere`]: it is over.
    pub async fn withdraw(&self, key: SubmissionKey) -> Result<(), OutboxFailure> {
        let withdrawn = self.ask(|answer| Input::Withdraw { key, answer }).await;
        withdrawn.unwrap_or(Err(OutboxFailure::NotSaved(StoreFailure::Stopped))).map(drop)
    }

    /// What each account is allowed, has used and has left.
    pub async fn budgets(&self) -> Vec<Budget> {
        self.ask(|answer| Input::Budgets { answer }).await.unwrap_or_default()
    }

    /// A permit for one request of an account that takes writes; waited for as long as its purpose allows. `system` is the
    /// one that sends it, which may have been set up with an earlier token than the account has now; absent: the account's.
    pub async fn permit(
        &self,
        account: &str,
        system: Option<Arc<dyn Writes>>,
        request: &Request,
    ) -> Result<Permit, NotNow> {
        let ask = Ask { request: *request, patience: permit::patience(request) };
        let account = account.to_owned();
        self.ask(|answer| Input::Permit { account, system, ask, answer })
            .await
            .unwrap_or(Err(NoPermit::Stopped.not_now(Timestamp(0))))
    }

    /// Takes a new set of accounts: attempts under way finish with the old ones, rows of one that is gone wait for it.
    /// An account whose `Arc` is the same is left alone.
    pub async fn set_accounts(&self, accounts: BTreeMap<String, Arc<dyn Writes>>) {
        let _ = self.ask(|answer| Input::Accounts { accounts, answer }).await;
    }

    /// The few words for a badge; always the newest.
    pub fn watch(&self) -> watch::Receiver<QueueSummary> {
        self.summary.clone()
    }

    /// Every row that changes from now on. Whoever falls behind reads the list again.
    pub fn changes(&self) -> broadcast::Receiver<OutboxRow> {
        self.changed.subscribe()
    }

    /// Takes nothing more, lets attempts under way finish for up to 3 s, closes the file.
    pub async fn shutdown(&self) {
        let _ = self.ask(|answer| Input::Stop { answer }).await;
        // The file is let go as a whole: whoever comes next may copy it.
        let readers = self.readers.clone();
        if tokio::task::spawn_blocking(move || readers.close()).await.is_err() {
            tracing::error!("closing the outbox's readers panicked");
        }
    }

    async fn ask<T>(&self, input: impl FnOnce(oneshot::Sender<T>) -> Input) -> Option<T> {
        let (answer, answered) = oneshot::channel();
        self.inputs.send(input(answer)).await.ok()?;
        answered.await.ok()
    }

    async fn read<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Reader) -> Result<T, StoreFailure> + Send + 'static,
    ) -> Result<T, OutboxFailure> {
        let answer = self.readers.ask(ANSWER, question).await;
        answer.unwrap_or_else(|why| Err(StoreFailure::NotDone(why))).map_err(OutboxFailure::NotRead)
    }

    /// The disk knows what was decided; the owner knows what it waits for.
    async fn bring_up_to_date(&self, rows: &mut [OutboxRow]) {
        let keys = rows.iter().map(|row| row.submission.key.clone()).collect();
        let states = self.ask(|answer| Input::States { keys, answer }).await.unwrap_or_default();
        for (row, state) in rows.iter_mut().zip(states) {
            if let Some(Stands { state, ahead, is_job }) = state.filter(|_| !row.state.is_over()) {
                row.ahead = ahead.filter(|_| matches!(state, SubmissionState::Waiting { .. }));
                row.is_job = is_job && !state.is_over();
                row.state = state;
            }
        }
    }
}

fn unreadable(path: &Path, failure: StoreFailure) -> OpenFailure {
    let path = path.to_owned();
    match failure {
        StoreFailure::Locked => OpenFailure::Locked { path },
        StoreFailure::ReadOnly => OpenFailure::ReadOnly { path },
        StoreFailure::DiskFull => OpenFailure::NoSpace { path },
        StoreFailure::Damaged => OPENING.kind.corrupt(&path, failure.to_string()),
        StoreFailure::Other(_) | StoreFailure::Stopped | StoreFailure::NotDone(_) => {
            OpenFailure::Io { path, source: io::Error::other(failure.to_string()) }
        }
    }
}
