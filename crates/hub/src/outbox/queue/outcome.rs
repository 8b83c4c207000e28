//! What follows from a commit and from an attempt.
//!
//! The one rule above all: a row that *may be written* stays that until the other system was asked, until sending it
//! again came to an end where twice is the same as once, or until a person decides. A later attempt that did not get
//! there says nothing about the earlier one. And what is not there before the other system's own limit is over may
//! still come: it is asked again then.

use super::{Asker, Command, Commit, CommitId, Errand, Job, Next, Parked, Phase, Queue, Seq, Settle, UnderWay};
use crate::outbox::{
    Accepted, OutboxFailure,
    budget::{BudgetId, GateChange, Now, Spent, Taken},
    schedule::{self, STORE_REST},
    store::{Change, Committed, StoreFailure, Updated},
};
use ringcard_connect::{Attempt, CameTo, Hint, Looked, Said};
use ringcard_core::{
    Timestamp,
    submission::{AttemptNote, GateReason, SubmissionState},
};
use std::time::Duration;

/// Characters kept of another system's answer.
const ANSWER: usize = 300;
/// A longer reference is none: cut, it would name something else.
const REFERENCE: usize = 200;

impl Queue {
    /// A commit was made, or was not.
    pub fn committed(&mut self, id: CommitId, outcome: Result<Committed, StoreFailure>, now: Now) {
        self.note_store(outcome.as_ref().err(), now);
        match (self.commits.remove(&id), outcome) {
            (Some(Commit::Insert { row, askers }), outcome) => {
                self.inserting.remove(&row.key);
                let answer = match outcome {
                    Ok(committed) => {
                        let known = matches!(committed, Committed::Known(_));
                        let mut replaced = None;
                        match committed {
                            // The disk had it although it said no; nobody has taken it up yet.
                            Committed::Known(Some(kept)) => self.restore(*kept, now),
                            Committed::Known(None) => {}
                            Committed::Inserted(need) => {
                                let mut row_in_memory = self.unpack(&row);
                                row_in_memory.need = need;
                                self.put(row.seq, row_in_memory);
                                self.changed(row.seq, now);
                                replaced = self.coalesce(row.seq, now);
                            }
                            Committed::Made | Committed::Forgot { .. } => {}
                        }
                        let key = ringcard_core::submission::SubmissionKey(row.key.clone());
                        Ok(Accepted { key, known, replaced })
                    }
                    Err(failure) => Err(OutboxFailure::NotSaved(failure)),
                };
                for asker in askers {
                    self.answer(asker, answer.clone());
                }
            }
            (Some(Commit::Begin { todo, ways, spent }), outcome) => {
                self.begun(todo, ways, &spent, outcome.is_ok(), now);
            }
            (Some(Commit::Settle(settle)), Ok(_)) => self.settled(*settle, now),
            (Some(Commit::Settle(settle)), Err(failure)) => self.not_settled(id, settle, failure, now),
            (Some(Commit::Spend { spent }), outcome) => {
                self.budgets.spending_is_over(spent.budget);
                if outcome.is_ok() {
                    self.budgets.saved(&spent);
                }
            }
            (None, _) => {}
        }
    }

    /// One line when nothing can be saved any more, and one when it can again.
    fn note_store(&mut self, failure: Option<&StoreFailure>, now: Now) {
        match (failure, &self.store_trouble) {
            (Some(failure), known) => {
                if known.is_none() {
                    tracing::error!(%failure, "the outbox cannot save; what was accepted stays, nothing new is sent");
                }
                self.store_trouble = Some(failure.clone());
                self.store_rest = Some(now.mono + STORE_REST);
            }
            (None, Some(_)) => {
                tracing::info!("the outbox can save again");
                self.store_trouble = None;
                self.store_rest = None;
            }
            (None, None) => {}
        }
    }

    fn begun(&mut self, todo: Box<super::ToDo>, ways: Vec<UnderWay>, spent: &Spent, committed: bool, now: Now) {
        if committed {
            self.budgets.saved(spent);
        }
        let rows: Vec<(Seq, UnderWay)> = todo.rows.iter().map(|(seq, _)| *seq).zip(ways).collect();
        if committed && !self.stopping {
            for (seq, way) in rows {
                self.set_phase(seq, Phase::Attempting(Box::new(way)));
                self.changed(seq, now);
            }
            self.out.push(Command::Attempt(todo));
            return;
        }
        let ledger = self.budgets.ledger(todo.taken.budget);
        ledger.take_back(todo.taken.pass);
        ledger.narrows.take_back(&todo.narrow);
        for (seq, way) in rows {
            if let Some(row) = self.rows.get_mut(&seq) {
                row.attempts -= u32::from(!way.look);
            }
            // What was taken as a job stands on disk as it was.
            let of_job = todo.errand == Errand::AskJobs;
            let phase = waiting(way.unknown || of_job, (!committed).then_some(now.mono + STORE_REST));
            if committed && !of_job {
                // The program ends: it is on disk as being sent, and was not.
                self.settle(seq, Next::Phase(phase), None, None, now);
            } else {
                self.set_phase(seq, phase);
            }
        }
    }

    /// An attempt to write these rows has ended, all in one: each with its own outcome, in their order. One that nothing was
    /// said of may be written. Its requests have ended, too, and each told of its account by itself.
    pub fn attempted(&mut self, rows: &[Seq], attempts: Vec<Attempt>, hint: Option<&Hint>, now: Now) {
        let Some(way) = rows.iter().find_map(|seq| self.under_way(*seq)) else { return };
        self.hear(&way, hint, now);
        let account = match rows {
            [first, others @ ..] if !others.is_empty() => {
                self.note_saved(*first, i64::try_from(others.len()).unwrap_or(0))
            }
            _ => None,
        };
        let mut attempts = attempts;
        attempts.resize_with(rows.len(), || Attempt::Unknown { detail: "nothing was said of this one".to_owned() });
        for (seq, attempt) in rows.iter().zip(attempts) {
            self.row_attempted(*seq, attempt, now);
        }
        self.tell_saved(account);
    }

    /// What became of one row.
    pub(super) fn row_attempted(&mut self, seq: Seq, attempt: Attempt, now: Now) {
        let Some(way) = self.under_way(seq) else { return };
        let (word, answer) = in_words(&attempt);
        let note = note(word, &answer, now);
        let next = match attempt {
            Attempt::Done { reference, .. } => {
                let state = SubmissionState::Done { at: now.wall };
                return self.settle_over(seq, state, reference.and_then(kept_reference), Some(note), None, now);
            }
            // An earlier attempt may have been taken all the same.
            Attempt::Refused { .. } if way.unknown => Phase::MayBeWritten { since: now.wall },
            Attempt::Refused { why, .. } => parked(why, answer, now),
            Attempt::Closed { .. } => waiting(way.unknown, self.until_the_gate_opens(seq, &way, now)),
            Attempt::NotSent { wait, .. } => {
                let in_vain = self.in_vain(seq);
                if let Some(wait) = wait {
                    self.close_narrow(seq, way.taken.budget, wait, now);
                }
                let wait = schedule::after_not_sent(in_vain, wait, seq.unsigned_abs());
                waiting(way.unknown, Some(now.mono + wait))
            }
            Attempt::Taken { job, at, look_after } if self.taken_as_job(seq, &job, at, &way, now) => {
                return self.settle(seq, Self::in_job(look_after, now), Some(note), None, now);
            }
            Attempt::Unknown { .. } | Attempt::Taken { .. } => {
                if let Some(row) = self.rows.get_mut(&seq) {
                    row.left = Some(now.mono);
                }
                self.look_later(seq, now)
            }
        };
        self.settle(seq, Next::Phase(next), Some(note), None, now);
    }

    /// The other system was asked whether a write has arrived.
    pub fn looked(&mut self, seq: Seq, looked: Looked, hint: Option<&Hint>, now: Now) {
        let Some(way) = self.under_way(seq) else { return };
        self.hear(&way, hint, now);
        let may_be = Phase::MayBeWritten { since: now.wall };
        let (next, answer) = match looked {
            Looked::Written { answer, reference } => {
                let (state, note) = (SubmissionState::Done { at: now.wall }, note("checked", &clipped(&answer), now));
                return self.settle_over(seq, state, reference.and_then(kept_reference), Some(note), None, now);
            }
            Looked::NotWritten => {
                if let Some(row) = self.rows.get_mut(&seq) {
                    row.in_vain = 0;
                }
                if let Some(settled) = way.not_yet {
                    let again = settled.max(now.mono) + schedule::after_limit(seq.unsigned_abs());
                    (waiting(true, Some(again)), "it is not there yet".to_owned())
                } else {
                    (Phase::Waiting { not_before: None }, "it is not there".to_owned())
                }
            }
            Looked::CannotTell => (may_be, "the other system cannot tell".to_owned()),
            Looked::NotNow(attempt) => {
                let (_, answer) = in_words(&attempt);
                let next = match attempt {
                    Attempt::Closed { .. } => waiting(true, self.until_the_gate_opens(seq, &way, now)),
                    Attempt::NotSent { .. } | Attempt::Unknown { .. } | Attempt::Taken { .. } => {
                        self.look_later(seq, now)
                    }
                    Attempt::Refused { .. } | Attempt::Done { .. } => may_be,
                };
                (next, answer)
            }
        };
        self.settle(seq, Next::Phase(next), Some(note("checked", &answer, now)), None, now);
    }

    /// When a row may go whose account was found closed: with its gate, or at once where the account was set up anew since.
    /// Where no request closed the gate, the row waits by itself, and is not tried again and again.
    pub(super) fn until_the_gate_opens(&mut self, seq: Seq, way: &UnderWay, now: Now) -> Option<Duration> {
        let Taken { budget, pass } = way.taken;
        let gate = self.budgets.ledger(budget).account_gate();
        if gate.gate().is_some() || gate.era() != pass.era {
            return None;
        }
        let in_vain = self.in_vain(seq);
        Some(now.mono + schedule::after_not_sent(in_vain, None, seq.unsigned_abs()))
    }

    fn look_later(&mut self, seq: Seq, now: Now) -> Phase {
        let in_vain = self.in_vain(seq);
        waiting(true, Some(now.mono + schedule::after_unknown(in_vain, seq.unsigned_abs())))
    }

    fn in_vain(&mut self, seq: Seq) -> u32 {
        self.rows.get_mut(&seq).map_or(1, |row| {
            row.in_vain = row.in_vain.saturating_add(1);
            row.in_vain
        })
    }

    /// The other system asked to wait with this one: so do others of its ticket or user.
    fn close_narrow(&mut self, seq: Seq, budget: BudgetId, wait: Duration, now: Now) {
        let Some(row) = self.rows.get(&seq) else { return };
        let Some(writes) = self.accounts.get(&row.account).and_then(|account| account.writes.clone()) else { return };
        let narrow = super::begin::narrow(row, &*writes);
        self.budgets.ledger(budget).narrows.close(&narrow, wait.min(schedule::LONGEST_WAIT), now.mono);
    }

    pub(super) fn under_way(&self, seq: Seq) -> Option<UnderWay> {
        let Phase::Attempting(way) = &self.rows.get(&seq)?.phase else { return None };
        Some((**way).clone())
    }

    pub(super) fn hear(&mut self, way: &UnderWay, hint: Option<&Hint>, now: Now) {
        if let Some(hint) = hint {
            self.budgets.ledger(way.taken.budget).hint(hint, now);
        }
    }

    /// What a request's answer says of the limits of its account, and of every account that shares its budget. Whether what
    /// it came to says anything more of the account; `is_closed`: it does, whatever was said.
    pub(super) fn hear_limits(&mut self, taken: Taken, said: &Said, is_closed: bool, now: Now) -> bool {
        if *said == Said::default() {
            return true;
        }
        let ledger = self.budgets.ledger(taken.budget);
        ledger.hear(taken.pass, said, now);
        if is_closed || said.only_this || !said.turned_away {
            return true;
        }
        let account = self.budgets.accounts(taken.budget);
        let change = self.budgets.ledger(taken.budget).turned_away(taken.pass, said, &account, now);
        self.note_gate(taken.budget, Some(change), &account);
        false
    }

    fn note_gate(&mut self, budget: BudgetId, change: Option<GateChange>, account: &str) {
        match (change, self.budgets.ledger(budget).account_gate().gate()) {
            (Some(GateChange::Closed), Some(gate)) => {
                tracing::warn!(account, why = ?gate.why, until = gate.until.0, "the account takes nothing for now");
            }
            (Some(GateChange::Opened), _) => tracing::info!(account, "the account takes requests again"),
            _ => {}
        }
    }

    /// What a request says about its account, and about every account that shares its budget.
    pub(super) fn tell_gate(&mut self, taken: Taken, came_to: &CameTo, now: Now) {
        let Taken { budget, pass } = taken;
        let account = &self.budgets.accounts(budget);
        let ledger = self.budgets.ledger(budget);
        let day_ends = ledger.day_ends();
        if ledger.account_gate().era() != pass.era && says_about_settings(came_to) {
            return;
        }
        let change = match came_to {
            CameTo::NeverLeft => None,
            CameTo::Answered | CameTo::Refused => Some(ledger.account_gate().answered(pass.probe)),
            CameTo::NotSent { detail, wait } => {
                if let Some(wait) = wait {
                    ledger.hold(*wait, now);
                }
                ledger.account_gate().not_sent(&clipped(detail), account, pass.probe, now)
            }
            // It was reached, and its gate stays as it was; a probe's is tried again later.
            CameTo::Unknown { detail } if pass.probe => {
                ledger.account_gate().not_sent(&clipped(detail), account, true, now)
            }
            CameTo::Unknown { .. } => None,
            CameTo::Closed { why, until, detail } => {
                let until = until.or((*why == GateReason::DayQuota).then_some(day_ends));
                Some(ledger.account_gate().close(*why, until, clipped(detail), account, pass.probe, now))
            }
        };
        self.note_gate(budget, change, account);
    }

    /// Writes down a row's next phase; it takes effect after the commit.
    pub(super) fn settle(
        &mut self,
        seq: Seq,
        next: Next,
        note: Option<AttemptNote>,
        asked: Option<(super::Ticket, Phase)>,
        now: Now,
    ) {
        let state = match &next {
            Next::Phase(phase) => phase.state(now),
            Next::Edited(row, _) => row.phase.state(now),
            Next::Over { .. } => return,
        };
        self.settle_as(seq, state, next, note, asked, now);
    }

    /// The same for a row that leaves the queue.
    pub(super) fn settle_over(
        &mut self,
        seq: Seq,
        state: SubmissionState,
        reference: Option<String>,
        note: Option<AttemptNote>,
        asked: Option<(super::Ticket, Phase)>,
        now: Now,
    ) {
        self.settle_as(seq, state, Next::Over { reference }, note, asked, now);
    }

    fn settle_as(
        &mut self,
        seq: Seq,
        state: SubmissionState,
        next: Next,
        note: Option<AttemptNote>,
        asked: Option<(super::Ticket, Phase)>,
        now: Now,
    ) {
        let Some(row) = self.rows.get_mut(&seq) else { return };
        if let Some(note) = note.as_ref().filter(|note| !note.answer.is_empty()) {
            row.last_answer = Some(note.answer.clone().into_boxed_str());
        }
        let (mut content, mut reference) = (None, None);
        match &next {
            Next::Edited(edited, new_seq) => content = Some((edited.submission(), *new_seq)),
            Next::Over { reference: brought } => reference.clone_from(brought),
            Next::Phase(_) => {}
        }
        let shown = row.phase.state(now);
        let (key, attempts, last_answer) =
            ((*row.key).to_owned(), row.attempts, row.last_answer.as_deref().map(str::to_owned));
        let (account, job) = (row.account.clone(), row.job.as_ref().map(Job::kept));
        let content = content.map(|(submission, new_seq)| self.packed(&submission, new_seq, now));
        let budget = self.accounts.get(&account).and_then(|account| account.budget);
        let spent = budget.map(|budget| self.budgets.spent(budget, now));
        let update = Updated { key, state, attempts, last_answer, reference, job, note, at: now.wall, spent, content };
        self.set_phase(seq, Phase::Saving(Box::new(shown)));
        let (asker, otherwise) = asked.map_or((None, None), |(ticket, phase)| (Some(ticket), Some(phase)));
        let settle = Settle { seq, update: update.clone(), next, otherwise, asker };
        self.commit(Change::Update(Box::new(update)), Commit::Settle(Box::new(settle)));
    }

    fn settled(&mut self, settle: Settle, now: Now) {
        let Settle { mut seq, update, next, asker, .. } = settle;
        if let Some(spent) = &update.spent {
            self.budgets.saved(spent);
        }
        match next {
            Next::Phase(phase) => {
                self.set_phase(seq, phase);
                self.changed(seq, now);
            }
            Next::Over { reference } => {
                if let Some(row) = self.take_out(seq) {
                    tracing::info!(submission = %row.key, account = %row.account, state = ?update.state, "outbox");
                    self.need_is_over(&row.key, &update.state, reference.as_deref(), now);
                    self.left(&row, update.state, reference);
                }
            }
            Next::Edited(mut row, new_seq) => {
                let old = self.take_out(seq);
                if row.need.is_some() {
                    // The one it needs may have been done while this went to disk.
                    row.need = old.and_then(|old| old.need);
                }
                let writes = self.taker(&row.submission().write).cloned();
                self.put(new_seq, *row);
                seq = new_seq;
                if let Some(writes) = writes {
                    // Its account may have been set up anew while it went to disk.
                    self.mean_anew(seq, &writes);
                }
                self.changed(seq, now);
            }
        }
        self.coalesce(seq, now);
        if let Some(ticket) = asker {
            let key = ringcard_core::submission::SubmissionKey(update.key);
            self.answer(Asker::Act(ticket), Ok(Accepted { key, known: true, replaced: None }));
        }
    }

    fn not_settled(&mut self, id: CommitId, settle: Box<Settle>, failure: StoreFailure, now: Now) {
        if let Some(phase) = settle.otherwise {
            // A person's act: they are told, and the row is as before.
            self.set_phase(settle.seq, phase);
            if let Some(ticket) = settle.asker {
                self.answer(Asker::Act(ticket), Err(OutboxFailure::NotSaved(failure)));
            }
            return;
        }
        self.unsaved.insert((now.mono + STORE_REST, id));
        self.commits.insert(id, Commit::Settle(settle));
    }
}

/// Whether an answer is about the token and the address it was asked with, and not about the day or the pace.
fn says_about_settings(came_to: &CameTo) -> bool {
    !matches!(came_to, CameTo::Closed { why: GateReason::DayQuota | GateReason::Pace, .. })
}

pub(super) fn waiting(unknown: bool, not_before: Option<Duration>) -> Phase {
    if unknown { Phase::Unknown { not_before } } else { Phase::Waiting { not_before } }
}

fn parked(why: ringcard_core::submission::ParkReason, detail: String, now: Now) -> Phase {
    Phase::Parked(Box::new(Parked { why, detail, since: now.wall }))
}

fn in_words(attempt: &Attempt) -> (&'static str, String) {
    match attempt {
        Attempt::Done { answer, .. } => ("done", clipped(answer)),
        Attempt::NotSent { detail, .. } => ("not_sent", clipped(detail)),
        Attempt::Unknown { detail } => ("unknown", clipped(detail)),
        Attempt::Refused { detail, .. } => ("refused", clipped(detail)),
        Attempt::Closed { detail, .. } => ("closed", clipped(detail)),
        Attempt::Taken { .. } => ("taken", "the other system works on it, and says later what became of it".to_owned()),
    }
}

fn note(outcome: &str, answer: &str, now: Now) -> AttemptNote {
    AttemptNote { at: now.wall, outcome: outcome.to_owned(), answer: answer.to_owned() }
}

/// Another system's words, as one line of bounded length.
fn clipped(words: &str) -> String {
    words.chars().map(|c| if c.is_control() { ' ' } else { c }).take(ANSWER).collect()
}

/// What another system calls what was made, if it can be kept as it is.
fn kept_reference(reference: String) -> Option<String> {
    let fits = !reference.is_empty()
        && reference.len() <= REFERENCE * 4
        && reference.chars().count() <= REFERENCE
        && !reference.chars().any(char::is_control);
    fits.then_some(reference)
}

/// A person's decision, as the history keeps it.
pub(super) fn decision(what: &str, by: Option<&str>, at: Timestamp) -> AttemptNote {
    AttemptNote { at, outcome: what.to_owned(), answer: by.unwrap_or_default().to_owned() }
}
