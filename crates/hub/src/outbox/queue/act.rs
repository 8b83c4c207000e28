//! What a person decides about a row.

use super::{Asker, Next, Phase, Queue, Ticket, outcome::decision};
use crate::outbox::{
    OutboxFailure,
    budget::{Now, Share},
    store::Need,
};
use ringcard_core::{
    call::AgentId,
    submission::{OutboxAct, Submission, SubmissionKey, SubmissionState, Write},
};

impl Queue {
    /// Does it, and answers after the commit. `new_key` names the submission an edit becomes when the row is being
    /// sent right now: it goes after it, in the same lane, where that sets right what the first one wrote.
    pub fn act(
        &mut self,
        ticket: Ticket,
        key: &SubmissionKey,
        act: OutboxAct,
        by: Option<&AgentId>,
        new_key: SubmissionKey,
        now: Now,
    ) {
        let Some(seq) = self.keys.get(key.0.as_str()).copied() else {
            return self.answer(Asker::Act(ticket), Err(OutboxFailure::NotThere));
        };
        let Some(row) = self.rows.get(&seq) else { return };
        let (phase, by) = (row.phase.clone(), by.map(|agent| agent.0.as_str()));
        let held = matches!(phase, Phase::Attempting(_) | Phase::Saving(_));
        let asked = Some((ticket, phase.clone()));
        if let OutboxAct::Edit { write } = &act
            && let Err(flaw) = self.can_take(write)
        {
            return self.answer(Asker::Act(ticket), Err(OutboxFailure::Refused(flaw)));
        }
        match act {
            OutboxAct::Edit { write } if held || matches!(phase, Phase::Unknown { .. }) => {
                let shown = phase.state(now);
                let leaves = matches!(shown, SubmissionState::Sending { .. } | SubmissionState::Checking { .. });
                let old = row.submission();
                let made_at = now.wall;
                let new = Submission { key: new_key, write, made_at, expires_at: unexpired(&old, now), ..old.clone() };
                if leaves && self.overwrites(&new, &old) {
                    self.insert(Asker::Act(ticket), &new, now);
                } else {
                    self.answer(Asker::Act(ticket), Err(OutboxFailure::UnderWay));
                }
            }
            _ if held => self.answer(Asker::Act(ticket), Err(OutboxFailure::UnderWay)),
            // Without its end, it would code whichever call the agent is in then. Looking for it sends nothing.
            OutboxAct::Retry | OutboxAct::Edit { .. }
                if row.is_expired(now)
                    && !matches!(phase, Phase::Unknown { .. })
                    && matches!(row.submission().write, Write::CodeCall { .. }) =>
            {
                self.answer(Asker::Act(ticket), Err(OutboxFailure::CallOver));
            }
            OutboxAct::Retry => match self.not_now(seq, now) {
                // What waits by itself goes on waiting, and whoever asked hears for what.
                Some(not_now) if matches!(phase, Phase::Waiting { .. } | Phase::Unknown { .. }) => {
                    self.answer(Asker::Act(ticket), Err(not_now));
                }
                _ => self.retry(seq, asked, by, now),
            },
            OutboxAct::Edit { write } => self.edit(seq, write, asked, by, now),
            OutboxAct::MarkDone => {
                let note = decision("marked_done", by, now.wall);
                self.settle_over(seq, SubmissionState::Done { at: now.wall }, None, Some(note), asked, now);
            }
            OutboxAct::Discard => {
                let note = decision("discarded", by, now.wall);
                self.settle_over(
                    seq,
                    SubmissionState::Discarded { at: now.wall, private: false },
                    None,
                    Some(note),
                    asked,
                    now,
                );
            }
        }
    }

    /// The call it tells of is private: it goes, unless it may have been sent. Answers after the commit.
    pub fn withdraw(&mut self, ticket: Ticket, key: &SubmissionKey, now: Now) {
        let refuse = match self.keys.get(key.0.as_str()).and_then(|seq| Some((*seq, self.rows.get(seq)?))) {
            None => OutboxFailure::NotThere,
            Some((_, row)) if !row.phase.is_unsent() => OutboxFailure::UnderWay,
            Some((seq, row)) => {
                let asked = Some((ticket, row.phase.clone()));
                let note = decision("discarded", None, now.wall);
                let state = SubmissionState::Discarded { at: now.wall, private: true };
                return self.settle_over(seq, state, None, Some(note), asked, now);
            }
        };
        self.answer(Asker::Act(ticket), Err(refuse));
    }

    /// Puts newer content into a row that certainly was not sent; one that may have been stays as it is. Answers after the
    /// commit.
    pub fn renew(&mut self, ticket: Ticket, key: &SubmissionKey, write: Write, now: Now) {
        let refuse = match self.keys.get(key.0.as_str()).and_then(|seq| Some((*seq, self.rows.get(seq)?))) {
            None => OutboxFailure::NotThere,
            Some((_, row)) if !row.phase.is_unsent() => OutboxFailure::UnderWay,
            Some((seq, row)) => {
                let asked = Some((ticket, row.phase.clone()));
                match self.can_take(&write) {
                    Ok(()) => return self.edit(seq, write, asked, None, now),
                    Err(flaw) => OutboxFailure::Refused(flaw),
                }
            }
        };
        self.answer(Asker::Act(ticket), Err(refuse));
    }

    /// A person wants this row tried: so is its account's gate. `Some`: it cannot be now, and why.
    fn not_now(&mut self, seq: super::Seq, now: Now) -> Option<OutboxFailure> {
        let row = self.rows.get(&seq)?;
        let (account, share) = (row.account.clone(), Share::of_row(row.is_daily(), row.priority));
        let budget = self.accounts.get(&account)?.budget?;
        let not_now = self.budgets.ledger(budget).try_now(share, now)?;
        Some(OutboxFailure::NotNow { account: (*account).to_owned(), not_now })
    }

    /// Whether the newer one, sent after the older one, leaves the other system as if only the newer one had been
    /// sent. What adds something each time it arrives would be there twice.
    fn overwrites(&self, new: &Submission, old: &Submission) -> bool {
        let writes = self.accounts.get(old.write.account()).and_then(|account| account.writes.as_ref());
        new.write.replaces(&old.write) && writes.is_some_and(|w| w.is_idempotent(old) && w.is_idempotent(new))
    }

    fn retry(&mut self, seq: super::Seq, asked: Option<(Ticket, Phase)>, by: Option<&str>, now: Now) {
        let Some(row) = self.rows.get_mut(&seq) else { return };
        row.in_vain = 0;
        let note = decision("retried", by, now.wall);
        if matches!(row.phase, Phase::Unknown { .. }) {
            // It is asked about now; nothing is sent again that may be written.
            return self.settle(seq, Next::Phase(Phase::Unknown { not_before: None }), Some(note), asked, now);
        }
        if row.is_expired(now) || matches!(row.need, Some(Need::Gone)) {
            // Whoever looked at it wants it sent all the same.
            let write = row.submission().write;
            return self.replace_content(seq, write, note, asked, now);
        }
        self.settle(seq, Next::Phase(Phase::Waiting { not_before: None }), Some(note), asked, now);
    }

    fn edit(&mut self, seq: super::Seq, write: Write, asked: Option<(Ticket, Phase)>, by: Option<&str>, now: Now) {
        self.replace_content(seq, write, decision("edited", by, now.wall), asked, now);
    }

    fn replace_content(
        &mut self,
        seq: super::Seq,
        write: Write,
        note: ringcard_core::submission::AttemptNote,
        asked: Option<(Ticket, Phase)>,
        now: Now,
    ) {
        let Some(row) = self.rows.get(&seq) else { return };
        let old = row.submission();
        let stays = write.account() == &*row.account && self.lane_of(&write) == *row.lane;
        if !stays && self.is_needed(&row.key) {
            // Behind those that need it, it could wait for them.
            if let Some((ticket, _)) = asked {
                self.answer(Asker::Act(ticket), Err(OutboxFailure::Needed));
            }
            return;
        }
        // What is gone is waited for no longer: a person looked.
        let need = row.need.clone().filter(|need| *need != Need::Gone);
        let needs = old.needs.clone().filter(|_| need.is_some());
        let submission = Submission { write, expires_at: unexpired(&old, now), needs, ..old };
        let (attempts, last_answer) = (row.attempts, row.last_answer.clone());
        let new_seq = if stays {
            seq
        } else {
            // To the end of its new lane.
            self.next_seq += 1;
            self.next_seq - 1
        };
        let mut row = self.unpack(&self.packed(&submission, new_seq, now));
        (row.attempts, row.last_answer, row.need) = (attempts, last_answer, need);
        self.settle(seq, Next::Edited(Box::new(row), new_seq), Some(note), asked, now);
    }
}

fn unexpired(old: &Submission, now: Now) -> Option<ringcard_core::Timestamp> {
    old.expires_at.filter(|expires| *expires > now.wall)
}
