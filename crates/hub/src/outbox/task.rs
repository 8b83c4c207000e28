//! The task that owns the queue: it tells the time, makes commits, runs attempts, and reports back. It decides nothing.

use super::{
    Accepted, OutboxFailure, QueueSummary,
    budget::Now,
    handle::{Clock, HearsSaved},
    permit::{self, Over},
    queue::{Ask, Command, CommitId, Errand, Queue, Seq, Ticket, ToDo},
    schedule::{ATTEMPT_LIMIT, FAREWELL},
    store::{Change, Committed},
    writer::Writer,
};
use ringcard_connect::{
    Attempt, CameTo, CountsAgainst, Hint, JobRow, Looked, NotNow, OfJob, Permit, Purpose, WriteRow, Writes,
    permits::{on_behalf_of, with_permit},
};
use ringcard_core::{
    call::AgentId,
    submission::{Budget, OutboxAct, OutboxRow, Submission, SubmissionKey, SubmissionState, Write},
};
use std::{
    collections::{BTreeMap, HashMap},
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::{broadcast, mpsc, oneshot, watch},
    task::{Id, JoinError, JoinSet},
    time::{Instant, sleep_until, timeout},
};

/// Between two looks for rows old enough to be forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(3600);
/// The commit that forgets; the queue knows nothing of it.
const FORGETTING: CommitId = CommitId::MAX;

/// Where a row stands; nothing for one that is not there.
pub(super) type Standing = Option<Stands>;

pub(super) struct Stands {
    pub state: SubmissionState,
    /// How many go before it.
    pub ahead: Option<u32>,
    pub is_job: bool,
}

pub(super) enum Input {
    Submit {
        submission: Box<Submission>,
        refuse_misfits: bool,
        answer: oneshot::Sender<Result<Accepted, OutboxFailure>>,
    },
    Act {
        key: SubmissionKey,
        act: Box<OutboxAct>,
        by: Option<AgentId>,
        answer: oneshot::Sender<Result<SubmissionKey, OutboxFailure>>,
    },
    Renew {
        key: SubmissionKey,
        write: Box<Write>,
        answer: oneshot::Sender<Result<SubmissionKey, OutboxFailure>>,
    },
    Withdraw {
        key: SubmissionKey,
        answer: oneshot::Sender<Result<SubmissionKey, OutboxFailure>>,
    },
    States {
        keys: Vec<SubmissionKey>,
        answer: oneshot::Sender<Vec<Standing>>,
    },
    Budgets {
        answer: oneshot::Sender<Vec<Budget>>,
    },
    Permit {
        account: String,
        system: Option<Arc<dyn Writes>>,
        ask: Ask,
        answer: oneshot::Sender<Result<Permit, NotNow>>,
    },
    Accounts {
        accounts: BTreeMap<String, Arc<dyn Writes>>,
        answer: oneshot::Sender<()>,
    },
    Stop {
        answer: oneshot::Sender<()>,
    },
}

enum Ended {
    Wrote(Vec<Attempt>, Option<Hint>),
    Looked(Looked, Option<Hint>),
    Asked(Vec<OfJob>, Option<Hint>),
}

pub(super) struct OutboxTask {
    pub queue: Queue,
    pub writer: Writer,
    pub clock: Clock,
    pub keep_over: Duration,
    pub summary: watch::Sender<QueueSummary>,
    pub changed: broadcast::Sender<OutboxRow>,
    pub saved: HearsSaved,
    attempts: JoinSet<Ended>,
    running: HashMap<Id, (Vec<Seq>, Errand)>,
    submits: HashMap<Ticket, oneshot::Sender<Result<Accepted, OutboxFailure>>>,
    acts: HashMap<Ticket, oneshot::Sender<Result<SubmissionKey, OutboxFailure>>>,
    permits: HashMap<Ticket, oneshot::Sender<Result<Permit, NotNow>>>,
    next_ticket: Ticket,
    given_back: mpsc::UnboundedSender<Over>,
    stopping: Option<Instant>,
    stopped: Vec<oneshot::Sender<()>>,
}

impl OutboxTask {
    /// The owner, and where its permits come back.
    pub fn new(
        queue: Queue,
        writer: Writer,
        clock: Clock,
        keep_over: Duration,
        summary: watch::Sender<QueueSummary>,
        changed: broadcast::Sender<OutboxRow>,
    ) -> (Self, mpsc::UnboundedReceiver<Over>) {
        let (given_back, over) = mpsc::unbounded_channel();
        let owner = Self {
            queue,
            writer,
            clock,
            keep_over,
            summary,
            changed,
            saved: Arc::new(|_, _| ()),
            attempts: JoinSet::new(),
            running: HashMap::new(),
            submits: HashMap::new(),
            acts: HashMap::new(),
            permits: HashMap::new(),
            next_ticket: 0,
            given_back,
            stopping: None,
            stopped: Vec::new(),
        };
        (owner, over)
    }

    pub async fn run(mut self, mut inputs: mpsc::Receiver<Input>, mut over: mpsc::UnboundedReceiver<Over>) {
        let mut forget = Instant::now();
        loop {
            let wake = Instant::now() + self.drive();
            let wake = self.stopping.map_or(wake, |end| wake.min(end));
            if let Some(end) = self.stopping
                && (self.is_quiet() || Instant::now() >= end)
            {
                break;
            }
            tokio::select! {
                biased;
                (id, made) = self.writer.made() => {
                    self.listen();
                    if id == FORGETTING {
                        if matches!(made, Ok(Committed::Forgot { more: true })) {
                            forget = Instant::now();
                        }
                    } else {
                        self.queue.committed(id, made, self.clock.now());
                    }
                }
                Some(ended) = self.attempts.join_next_with_id(), if !self.attempts.is_empty() => {
                    // What its requests came to is heard before what becomes of it.
                    while let Ok(over) = over.try_recv() {
                        self.given_back(over);
                    }
                    self.ended(ended);
                }
                Some(over) = over.recv() => self.given_back(over),
                input = inputs.recv(), if self.hears(&inputs) => match input {
                    // An attempt under way hears that it gets no further request, and ends.
                    Some(input @ Input::Permit { .. }) => self.take(input),
                    Some(input) if self.stopping.is_none() => self.take(input),
                    Some(_) => {}
                    None => self.stop(None),
                },
                () = sleep_until(forget), if self.stopping.is_none() => {
                    forget = Instant::now() + FORGET_EVERY;
                    let over_before = self.clock.now().wall.before(self.keep_over);
                    self.writer.commit(FORGETTING, Change::Forget { over_before });
                }
                () = sleep_until(wake) => {}
            }
        }
        // What is still under way may be written: the next start looks into it.
        self.attempts.shutdown().await;
        self.writer.close().await;
        for answer in self.stopped {
            let _ = answer.send(());
        }
    }

    fn hears(&self, inputs: &mpsc::Receiver<Input>) -> bool {
        self.stopping.is_none() || !(self.attempts.is_empty() || inputs.is_closed())
    }

    /// Asked anew before anything changes: who began to listen meanwhile must not miss it.
    fn listen(&mut self) {
        self.queue.watched = self.changed.receiver_count() > 0;
    }

    fn is_quiet(&self) -> bool {
        self.attempts.is_empty() && self.queue.is_saved() && self.writer.is_idle()
    }

    fn stop(&mut self, answer: Option<oneshot::Sender<()>>) {
        self.queue.stop();
        self.stopping.get_or_insert(Instant::now() + FAREWELL);
        self.stopped.extend(answer);
    }

    /// Lets the queue begin what may begin, and carries out what it says. Returns when to look again at the latest.
    fn drive(&mut self) -> Duration {
        self.listen();
        loop {
            let wake = self.queue.run(self.clock.now());
            let commands = self.queue.commands();
            if commands.is_empty() {
                let summary = self.queue.summary();
                self.summary.send_if_modified(|known| {
                    let changed = *known != summary;
                    *known = summary;
                    changed
                });
                return wake;
            }
            for command in commands {
                self.carry_out(command);
            }
        }
    }

    fn carry_out(&mut self, command: Command) {
        match command {
            Command::Commit { id, change } => self.writer.commit(id, change),
            Command::Attempt(todo) => self.attempt(*todo),
            Command::Accepted { ticket, outcome } => answer(&mut self.submits, ticket, outcome),
            Command::Acted { ticket, outcome } => answer(&mut self.acts, ticket, outcome),
            Command::Permit { ticket, outcome } => {
                let outcome = outcome
                    .map(|taken| permit::permit(taken, &self.given_back))
                    .map_err(|refused| refused.not_now(self.clock.now().wall));
                if let Some(Err(Ok(permit))) = self.permits.remove(&ticket).map(|asker| asker.send(outcome)) {
                    // Nobody waits for it any more.
                    permit.end(CameTo::NeverLeft);
                }
            }
            Command::Saved { account, requests } => (self.saved)(&account, requests),
            Command::Changed(row) => {
                let _ = self.changed.send(*row);
            }
        }
    }

    fn attempt(&mut self, todo: ToDo) {
        let ToDo { rows, jobs, writes, errand, taken, .. } = todo;
        let (seqs, rows): (Vec<Seq>, Vec<WriteRow>) = rows.into_iter().unzip();
        let late = || Attempt::Unknown { detail: format!("no answer within {} s", ATTEMPT_LIMIT.as_secs()) };
        let first = permit::permit(taken, &self.given_back);
        let counts = if taken.pass.daily { CountsAgainst::Day } else { CountsAgainst::Pace };
        let by = rows.first().and_then(|row| row.submission.agent.as_ref());
        let by = by.map_or_else(String::new, |agent| agent.0.clone());
        let task = self.attempts.spawn(on_behalf_of(by, async move {
            let attempt = async {
                match (errand, rows.first()) {
                    (Errand::Look, Some(row)) => {
                        let looked = timeout(ATTEMPT_LIMIT, writes.look(row)).await;
                        Ended::Looked(looked.unwrap_or_else(|_| Looked::NotNow(late())), writes.hint())
                    }
                    (Errand::AskJobs, _) => {
                        let of_job =
                            |((job, at), row): ((Arc<str>, u32), _)| JobRow { job: (*job).to_owned(), at, row };
                        let rows: Vec<JobRow> = jobs.into_iter().zip(rows).map(of_job).collect();
                        let said = timeout(ATTEMPT_LIMIT, writes.ask_jobs(&rows)).await;
                        // Of which nothing is said, is asked about again.
                        Ended::Asked(said.unwrap_or_default(), writes.hint())
                    }
                    _ => {
                        let wrote = timeout(ATTEMPT_LIMIT, writes.write(&rows)).await;
                        Ended::Wrote(wrote.unwrap_or_else(|_| vec![late(); rows.len()]), writes.hint())
                    }
                }
            };
            let (ended, left) = with_permit(Purpose::Write, first, counts, attempt).await;
            // Nothing was asked, or only a program on this machine: that says nothing of the account.
            left.into_iter().for_each(|permit| permit.end(CameTo::NeverLeft));
            ended
        }));
        self.running.insert(task.id(), (seqs, errand));
    }

    fn given_back(&mut self, over: Over) {
        self.listen();
        self.queue.permit_over(over.taken, &over.came_to, &over.said, self.clock.now());
    }

    fn ended(&mut self, ended: Result<(Id, Ended), JoinError>) {
        self.listen();
        let now = self.clock.now();
        let id = match &ended {
            Ok((id, _)) => *id,
            Err(error) => error.id(),
        };
        let Some((seqs, errand)) = self.running.remove(&id) else { return };
        let ended = ended.map(|(_, ended)| ended).unwrap_or_else(|error| {
            tracing::error!(%error, "a connector failed while sending; what it sent may have arrived");
            let unknown = Attempt::Unknown { detail: "the program failed while sending".to_owned() };
            match errand {
                Errand::Look => Ended::Looked(Looked::NotNow(unknown), None),
                Errand::AskJobs => Ended::Asked(Vec::new(), None),
                Errand::Send => Ended::Wrote(vec![unknown; seqs.len()], None),
            }
        });
        match ended {
            Ended::Wrote(attempts, hint) => self.queue.attempted(&seqs, attempts, hint.as_ref(), now),
            Ended::Asked(said, hint) => self.queue.jobs_asked(&seqs, said, hint.as_ref(), now),
            Ended::Looked(looked, hint) => {
                if let Some(seq) = seqs.first() {
                    self.queue.looked(*seq, looked, hint.as_ref(), now);
                }
            }
        }
    }

    fn take(&mut self, input: Input) {
        self.listen();
        let now: Now = self.clock.now();
        match input {
            Input::Submit { submission, refuse_misfits, answer } => {
                if refuse_misfits && let Err(flaw) = self.queue.fits(&submission) {
                    let _ = answer.send(Err(OutboxFailure::Refused(flaw)));
                    return;
                }
                let ticket = self.ticket();
                self.submits.insert(ticket, answer);
                self.queue.submit(ticket, &submission, now);
            }
            Input::Act { key, act, by, answer } => {
                let ticket = self.ticket();
                self.acts.insert(ticket, answer);
                self.queue.act(ticket, &key, *act, by.as_ref(), SubmissionKey::new(), now);
            }
            Input::Renew { key, write, answer } => {
                let ticket = self.ticket();
                self.acts.insert(ticket, answer);
                self.queue.renew(ticket, &key, *write, now);
            }
            Input::Withdraw { key, answer } => {
                let ticket = self.ticket();
                self.acts.insert(ticket, answer);
                self.queue.withdraw(ticket, &key, now);
            }
            Input::States { keys, answer } => {
                let ahead = self.queue.ahead(&keys);
                let state = |(key, ahead)| {
                    let is_job = self.queue.is_job(key);
                    self.queue.state_of(key, now).map(|state| Stands { state, ahead, is_job })
                };
                let _ = answer.send(keys.iter().zip(ahead).map(state).collect());
            }
            Input::Budgets { answer } => {
                let _ = answer.send(self.queue.budgets(now));
            }
            Input::Permit { account, system, ask, answer } => {
                let ticket = self.ticket();
                self.permits.insert(ticket, answer);
                self.queue.want(ticket, &account, system.as_deref(), ask, now);
            }
            Input::Accounts { accounts, answer } => {
                self.queue.set_accounts(&accounts, now);
                let _ = answer.send(());
            }
            Input::Stop { answer } => self.stop(Some(answer)),
        }
    }

    fn ticket(&mut self) -> Ticket {
        self.next_ticket += 1;
        self.next_ticket
    }
}

fn answer<T>(waiting: &mut HashMap<Ticket, oneshot::Sender<T>>, ticket: Ticket, outcome: T) {
    if let Some(answer) = waiting.remove(&ticket) {
        let _ = answer.send(outcome);
    }
}
