//! What of a call is new to whom, and the rows of the outbox that follow from it.

use super::{AGAIN, is_under_way};
use crate::{
    history::Told,
    outbox::{Outbox, OutboxFailure},
};
use ringcard_connect::CallLog;
use ringcard_core::{
    Timestamp,
    call_log::{CallEntry, CallResult, TeamEvent},
    submission::{OutboxRow, Submission, SubmissionKey, SubmissionState, Write},
};
use sha2::{Digest, Sha256};
use std::{fmt::Write as _, time::Duration};

/// An account that is told of calls.
pub(super) struct Taker {
    pub account: String,
    pub log: Option<CallLog>,
    pub told: Vec<TeamEvent>,
}

/// A call, and what the outbox knows of it.
pub(super) struct Plan<'p> {
    pub told: &'p Told,
    pub entry: &'p CallEntry,
    pub known: &'p [OutboxRow],
    pub now: Timestamp,
    pub log_after: Duration,
}

impl Plan<'_> {
    /// Tells one system what is new to it. When it is to be looked at again by itself.
    pub async fn carry_out(&self, outbox: &Outbox, taker: &Taker) -> Result<Option<Timestamp>, OutboxFailure> {
        for (event, name) in self.events().into_iter().filter(|(event, _)| taker.told.contains(event)) {
            self.tell(outbox, &taker.account, event, &name).await?;
        }
        match taker.log.filter(|_| !self.told.row.call.is_internal()) {
            Some(log) => self.log(outbox, &taker.account, log).await,
            None => Ok(None),
        }
    }

    /// What there is to be told of it by now, each with what it is told of once by.
    fn events(&self) -> Vec<(TeamEvent, String)> {
        let mut events = vec![(TeamEvent::CallEnded, String::new())];
        if self.entry.outcome == CallResult::Missed {
            events.push((TeamEvent::CallMissed, String::new()));
        }
        if let Some(outcome) = &self.told.row.outcome {
            events.push((TeamEvent::CallCoded, outcome.key.0.clone()));
        }
        events.extend(self.entry.recordings.iter().map(|one| (TeamEvent::RecordingReady, one.id.0.clone())));
        events
    }

    async fn tell(&self, outbox: &Outbox, account: &str, event: TeamEvent, name: &str) -> Result<(), OutboxFailure> {
        // What was taken away because the call was private is told now that it is not.
        let taken_away = self.known.iter().filter(|row| {
            is_withdrawn(row)
                && matches!(&row.submission.write, Write::TellTeam { account: theirs, event: of, .. } if theirs == account && *of == event)
        });
        let first = key(&[account, &self.entry.call_id.0, event.word(), name]);
        let again = key(&[account, &self.entry.call_id.0, event.word(), name, &taken_away.count().to_string()]);
        let key = match self.known.iter().find(|row| row.submission.key == first) {
            Some(row) if is_withdrawn(row) => again,
            _ => first,
        };
        if self.known.iter().any(|row| row.submission.key == key) {
            return Ok(());
        }
        // Where a CRM is to file it is that CRM's matter.
        let entry = Box::new(CallEntry { filing: None, ..self.entry.clone() });
        let write = Write::TellTeam { account: account.to_owned(), event, entry };
        outbox.submit(self.submission(key, write, None)).await.map(drop)
    }

    async fn log(&self, outbox: &Outbox, account: &str, log: CallLog) -> Result<Option<Timestamp>, OutboxFailure> {
        let due = self.entry.ended_at.after(self.log_after);
        let waits_for_code = self.entry.coded.is_none() && self.entry.outcome == CallResult::Answered;
        if waits_for_code && self.now < due {
            return Ok(Some(due));
        }
        let entries: Vec<(&OutboxRow, &CallEntry)> = self
            .known
            .iter()
            .filter_map(|row| match &row.submission.write {
                Write::LogCall { account: theirs, entry } if theirs == account => Some((row, &**entry)),
                _ => None,
            })
            .collect();
        let name = |n: usize| key(&[account, &self.entry.call_id.0, "log", &n.to_string()]);
        let next = name(entries.len());
        let entries: Vec<_> = entries.into_iter().filter(|(row, _)| !is_withdrawn(row)).collect();
        let write = Write::LogCall { account: account.to_owned(), entry: Box::new(self.entry.clone()) };
        let Some((first, _)) = entries.first() else {
            outbox.submit(self.submission(next, write, None)).await?;
            return Ok(None);
        };
        let is_known = entries.last().is_some_and(|(_, last)| *last == self.entry);
        // Somebody took it away: it is not for the log.
        let is_unwanted = matches!(first.state, SubmissionState::Discarded { .. });
        if is_known || is_unwanted {
            return Ok(None);
        }
        let first_key = first.submission.key.clone();
        if matches!(first.state, SubmissionState::Waiting { .. } | SubmissionState::Parked { .. }) {
            return match outbox.renew(first_key, write).await {
                Ok(()) => Ok(None),
                // It is being sent right now: what follows is a change of it.
                Err(failure) if is_under_way(&failure) => Ok(Some(self.now.after(AGAIN))),
                Err(failure) => Err(failure),
            };
        }
        if log == CallLog::AddsAndChanges {
            outbox.submit(self.submission(next, write, Some(first_key))).await?;
        }
        Ok(None)
    }

    fn submission(&self, key: SubmissionKey, write: Write, needs: Option<SubmissionKey>) -> Submission {
        let name = self.entry.customer_name.clone().filter(|name| !name.trim().is_empty());
        Submission {
            key,
            write,
            about: name.unwrap_or_else(|| self.entry.number.clone()),
            call_id: Some(self.entry.call_id.clone()),
            agent: self.entry.agent.clone(),
            made_at: self.now,
            expires_at: None,
            needs,
        }
    }
}

/// It was taken away because the call was private.
fn is_withdrawn(row: &OutboxRow) -> bool {
    matches!(row.state, SubmissionState::Discarded { private: true, .. })
}

/// One name for one thing to be told, whenever it is made.
fn key(parts: &[&str]) -> SubmissionKey {
    let mut digest = Sha256::new();
    for part in parts {
        digest.update(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        digest.update(part.as_bytes());
    }
    let mut text = String::from("call-");
    for byte in digest.finalize().iter().take(16) {
        let _ = write!(text, "{byte:02x}");
    }
    SubmissionKey(text)
}
