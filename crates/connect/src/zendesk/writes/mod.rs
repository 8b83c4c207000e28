//! Writing calls into Zendesk: a call record with its ticket and comment, or a ticket, or a comment on one.
//!
//! - With Talk Partner Edition a call is one request, `POST /api/v2/calls`, and a later change of it another one. Without
//!   it, a call is a ticket, or a comment on the ticket that an agent chose. Which plan an account has is found out by the
//!   first call that is logged.
//! - A ticket is made with the row's key as `external_id`, by which it is found again, and as `Idempotency-Key`. A comment
//!   and a call record name the row in their last line (`layout`).
//! - Where several tickets or comments wait, they go as one bulk job (`jobs`); what such a job says that it could not do is
//!   tried again alone, so that a person hears the reason in the words of a single answer.
//! - Recordings are links in the note, or files that are uploaded for it (`files`).
//! - A ticket that is closed gets a follow-up, one that was merged gives its place to the one it became, and what was
//!   deleted waits for a person.
//!
//! `place` decides where a call belongs, `record` and `ticket` write it there, `look` finds what an answer was lost of.

mod config;
mod files;
mod jobs;
mod layout;
mod look;
mod place;
mod record;
mod ticket;
mod words;

pub(super) use config::Writing;

use super::{ZendeskAccount, outcome::Trouble};
use crate::{Allowance, Attempt, Batch, CallLog, JobRow, Looked, Narrow, OfJob, WriteRow, Writes, permits::budget_of};
use async_trait::async_trait;
use files::Files;
use place::{Place, reference::Reference};
use ringcard_core::{
    Timestamp,
    call_log::CallEntry,
    limits::Misfit,
    submission::{ParkReason, Submission, SubmissionKey, Write},
    ticket::TicketChoice,
};
use std::{
    collections::{BTreeSet, VecDeque},
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicI64, Ordering::Relaxed},
    },
    time::Duration,
};

/// Tickets of one bulk request (zendesk.md, Jobs).
const MOST_IN_A_JOB: u32 = 100;
/// Bulk jobs under way that Zendesk allows (zendesk.md, Jobs); the rest is left to the account's other programs.
const JOBS_AT_ONCE: u32 = 20;
/// Requests under way at once.
const AT_ONCE: u32 = 4;
/// So many changes of one ticket in so long, of one user (zendesk.md, Limits).
const CHANGES_OF_A_TICKET: (u32, Duration) = (30, Duration::from_secs(600));
/// A single request is done in this time, or never.
const SETTLES_ALONE: Duration = Duration::from_secs(60);
/// A bulk job is. Its rows may be in one whose name nobody heard.
const SETTLES_IN_A_JOB: Duration = Duration::from_secs(300);
/// Rows that are known to go alone.
const MOST_ALONE: usize = 1_000;
/// What an agent wrote, in bytes, up to which several calls are one comment.
const SHORT: usize = 2_000;

/// A row as it is written.
#[derive(Clone, Copy)]
struct Told<'r> {
    entry: &'r CallEntry,
    key: &'r SubmissionKey,
    /// What an earlier entry of the same call brought back; absent: there is none.
    first: Option<&'r str>,
    is_change: bool,
    /// Who spoke, as Zendesk knows them.
    agent: Option<u64>,
    /// What was uploaded for its comment.
    uploads: &'r [String],
    /// What is to be said of it besides.
    more: Option<&'r str>,
}

impl<'r> Told<'r> {
    fn new(row: &'r WriteRow) -> Option<Self> {
        let Write::LogCall { entry, .. } = &row.submission.write else { return None };
        let is_change = row.submission.needs.is_some();
        let (key, first) = (&row.submission.key, row.needed.as_deref());
        Some(Self { entry, key, first, is_change, agent: None, uploads: &[], more: None })
    }
}

/// Rows that a bulk job could not do, and that go alone therefore. Lost with the program: then they go together once more.
#[derive(Debug, Default)]
pub(in crate::zendesk) struct Alone {
    keys: Mutex<VecDeque<SubmissionKey>>,
    /// Until then all go alone: as many jobs are under way as Zendesk works on, ours and others'. In milliseconds since 1970.
    all_until: AtomicI64,
}

impl Alone {
    fn add(&self, key: &SubmissionKey) {
        let mut keys = self.keys.lock().unwrap_or_else(PoisonError::into_inner);
        keys.truncate(MOST_ALONE - 1);
        keys.push_front(key.clone());
    }

    fn has(&self, key: &SubmissionKey, now: Timestamp) -> bool {
        now.0 < self.all_until.load(Relaxed) || self.keys.lock().unwrap_or_else(PoisonError::into_inner).contains(key)
    }

    /// An answer said that there is room for no more jobs.
    fn all(&self, until: Timestamp) {
        self.all_until.fetch_max(until.0, Relaxed);
    }
}

fn not_taken() -> Attempt {
    Attempt::Refused { why: ParkReason::NoAccount, detail: Misfit::NotTaken.to_string() }
}

impl ZendeskAccount {
    /// Whether call records may be there; a record names an app, so without its id there are none.
    fn may_have_records(&self) -> bool {
        self.config.app_id.is_some() && self.talk.is_there() != Some(false)
    }

    async fn one(&self, row: &WriteRow) -> Attempt {
        if let Write::AddNumber { customer, number, .. } = &row.submission.write {
            return self.write_number(customer, number).await.unwrap_or_else(Trouble::attempt);
        }
        let Some(told) = Told::new(row) else { return not_taken() };
        let told = match self.user_of_agent(told.entry.agent.as_ref()).await {
            Ok(agent) => Told { agent, ..told },
            Err(trouble) => return before(trouble).attempt(),
        };
        let ended = if told.is_change { self.change(told).await } else { self.add(told).await };
        ended.unwrap_or_else(Trouble::attempt)
    }

    async fn add(&self, told: Told<'_>) -> Result<Attempt, Trouble> {
        let place = self.place_of(told.entry).await.map_err(before)?;
        let mut because = None;
        if self.may_have_records() {
            match self.record(told, &place).await? {
                record::Recorded::Ended(attempt) => return Ok(attempt),
                record::Recorded::NoPlan(detail) => {
                    self.talk.found(false);
                    because = Some(detail);
                }
            }
        }
        let there = match &place {
            // The first half of what was tried above may have put files there.
            Place::AddTo { ticket, .. } if because.is_some() && self.sends_files(told.entry) => {
                self.files_of(ticket).await?
            }
            _ => BTreeSet::new(),
        };
        let files = match place {
            Place::Nowhere => Files::default(),
            Place::New(_) | Place::AddTo { .. } => self.upload(told.entry, &there).await?,
        };
        let told = Told { uploads: &files.tokens, ..told };
        let attempt = match &place {
            Place::Nowhere => Attempt::done("nothing is filed for such a call, and the account keeps no call records"),
            Place::New(new) => self.make_ticket(told, new, None).await?,
            Place::AddTo { ticket, fields } => self.add_comment(&[told], ticket, fields).await?,
        };
        let because = because.map(|because| format!("; no call record: {because}")).unwrap_or_default();
        Ok(with_words(attempt, &format!("{because}{}", files.said)))
    }

    /// What is new of a call that has its entry.
    async fn change(&self, told: Told<'_>) -> Result<Attempt, Trouble> {
        match told.first.map(Reference::read) {
            Some(Reference { call: Some(call), ticket }) => self.change_record(told, &call, ticket.as_deref()).await,
            Some(Reference { ticket: Some(ticket), .. }) => {
                let files = match self.sends_files(told.entry) {
                    true => self.upload(told.entry, &self.files_of(&ticket).await?).await?,
                    false => Files::default(),
                };
                let attempt = self.add_comment(&[Told { uploads: &files.tokens, ..told }], &ticket, &[]).await?;
                Ok(with_words(attempt, &files.said))
            }
            _ => Ok(Attempt::done("the call was filed nowhere: there is nothing to change")),
        }
    }
}

fn with_words(attempt: Attempt, more: &str) -> Attempt {
    match attempt {
        Attempt::Done { answer, reference } => Attempt::Done { answer: format!("{answer}{more}"), reference },
        other => other,
    }
}

/// The end of a question that was asked before anything was written.
fn before(trouble: Trouble) -> Trouble {
    match trouble {
        Trouble::Unknown { detail } => Trouble::NotSent { detail, wait: None },
        trouble => trouble,
    }
}

/// The kinds of bulk requests.
const NEW: &str = "new tickets";
const COMMENTS: &str = "comments";

/// In which bulk request a row could go.
fn kind(submission: &Submission, newest_is_asked: bool) -> Option<&'static str> {
    let Write::LogCall { entry, .. } = &submission.write else { return None };
    let choice = entry.filing.as_ref().and_then(|filing| filing.ticket.as_ref());
    match choice {
        _ if submission.needs.is_some() => None,
        Some(TicketChoice::New { .. }) => Some(NEW),
        // With fields, a colleague's change must be noticed.
        Some(TicketChoice::AddTo { fields, .. }) if fields.is_empty() => Some(COMMENTS),
        Some(TicketChoice::AddTo { .. } | TicketChoice::None) => None,
        None if newest_is_asked => None,
        None => Some(NEW),
    }
}

#[async_trait]
impl Writes for ZendeskAccount {
    async fn write(&self, rows: &[WriteRow]) -> Vec<Attempt> {
        match rows {
            [] => Vec::new(),
            [row] => vec![self.one(row).await],
            rows => self.many(rows).await,
        }
    }

    async fn look(&self, row: &WriteRow) -> Looked {
        if let Write::AddNumber { customer, number, .. } = &row.submission.write {
            return self.look_for_number(customer, number).await.unwrap_or_else(Trouble::looked);
        }
        match Told::new(row) {
            Some(told) => self.look_for(told).await.unwrap_or_else(Trouble::looked),
            None => Looked::CannotTell,
        }
    }

    async fn ask_jobs(&self, rows: &[JobRow]) -> Vec<OfJob> {
        self.of_jobs(rows).await
    }

    fn jobs_at_once(&self) -> u32 {
        JOBS_AT_ONCE
    }

    fn check(&self, write: &Write) -> Result<(), Misfit> {
        match write {
            Write::LogCall { .. } => Ok(()),
            Write::AddNumber { customer, .. } if self.own_id(customer).is_some() => Ok(()),
            _ => Err(Misfit::NotTaken),
        }
    }

    /// A ticket's comments arrive in their order; a call's own entries do anyhow, since a change needs the first.
    fn lane(&self, write: &Write) -> String {
        let Write::LogCall { entry, .. } = write else { return write.subject() };
        let filing = entry.filing.as_ref();
        match filing.and_then(|filing| filing.ticket.as_ref()) {
            Some(TicketChoice::AddTo { ticket, .. }) => format!("ticket/{}", place::bare(ticket)),
            None if self.config.writing.asks_for_the_newest(entry) => {
                let customer = filing.and_then(|filing| filing.customer.as_ref());
                customer.map_or_else(|| write.subject(), |customer| format!("customer/{}", customer.0))
            }
            _ => write.subject(),
        }
    }

    /// Changes of one ticket are limited (zendesk.md, Limits).
    fn narrow(&self, write: &Write) -> Vec<Narrow> {
        let Write::LogCall { entry, .. } = write else { return Vec::new() };
        match entry.filing.as_ref().and_then(|filing| filing.ticket.as_ref()) {
            Some(TicketChoice::AddTo { ticket, .. }) => {
                vec![Narrow::new(
                    format!("ticket/{}", place::bare(ticket)),
                    CHANGES_OF_A_TICKET.0,
                    CHANGES_OF_A_TICKET.1,
                )]
            }
            _ => Vec::new(),
        }
    }

    fn batch(&self, submission: &Submission) -> Option<Batch> {
        let Write::LogCall { entry, .. } = &submission.write else { return None };
        let has_records = self.talk.is_there() == Some(true) && self.config.app_id.is_some();
        if !self.config.writing.batching || has_records || self.sends_files(entry) {
            return None;
        }
        let kind = kind(submission, self.config.writing.asks_for_the_newest(entry))?;
        Some(Batch { of: kind.to_owned(), most_in_one_request: MOST_IN_A_JOB })
    }

    /// While nobody knows whether there are call records, the first call finds it out.
    fn may_share(&self, submission: &Submission) -> bool {
        !self.may_have_records() && !self.alone.has(&submission.key, self.now()) && self.has_its_ticket(submission)
    }

    /// Comments on one ticket, of several calls that wait.
    fn folds(&self, older: &Submission, newer: &Submission) -> bool {
        let fits = |submission: &Submission| {
            let Write::LogCall { entry, .. } = &submission.write else { return false };
            let said = entry.coded.as_ref().map_or(0, |coded| coded.comment.len())
                + [&entry.notes, &entry.summary, &entry.transcript].into_iter().map(String::len).sum::<usize>();
            kind(submission, true) == Some(COMMENTS)
                && !self.sends_files(entry)
                && said <= SHORT
                && !self.alone.has(&submission.key, self.now())
        };
        self.config.writing.batching && !self.may_have_records() && fits(older) && fits(newer)
    }

    /// What adds each time is looked for, whatever key it has: a bulk job heeds none.
    fn is_idempotent(&self, _: &Submission) -> bool {
        false
    }

    fn settles_within(&self) -> Duration {
        if self.config.writing.batching { SETTLES_IN_A_JOB } else { SETTLES_ALONE }
    }

    fn call_log(&self) -> Option<CallLog> {
        Some(CallLog::AddsAndChanges)
    }

    fn allowance(&self) -> Allowance {
        Allowance {
            per_minute: Some(self.config.per_minute),
            per_day: self.config.per_day,
            share_percent: self.config.share_percent,
            pacing: self.config.pacing.filter(|_| self.config.per_day.is_some()),
            reserved_percent: self.config.reserved_percent,
            time_zone: self.config.zone_name.clone(),
            ..Allowance::unlimited(AT_ONCE)
        }
    }

    /// The limits are the Zendesk account's, whoever signs in.
    fn shares_budget(&self, salt: &[u8]) -> Option<String> {
        Some(budget_of(salt, &self.origin(), &secrecy::SecretString::from(String::new())))
    }

    fn counts_against_day(&self, _: &Submission) -> bool {
        true
    }
}
