//! The simulated systems: what a write means to them, and the writes that are made for them.

use async_trait::async_trait;
use ringcard_connect::{Allowance, Attempt, Batch, Looked, WriteRow, Writes};
use ringcard_core::{
    Timestamp,
    campaign::{CallbackStyle, CampaignId, CampaignKind, RecordRef},
    submission::{Submission, Write},
};
use std::time::Duration;

/// 2026-11-20 22:30 in Bogotá: midnight is near.
pub(super) const START: i64 = 1_795_231_800_000;
pub(super) const ACCOUNTS: [&str; 3] = ["tight", "twin", "wide"];
/// Whose limits an account's requests count against: two of them have one token.
pub(super) fn token_of(account: &str) -> &str {
    if account == "twin" { "tight" } else { account }
}

/// The simulated systems' own limit: what a request asked for is done by then, or never.
pub(super) const LIMIT: Duration = Duration::from_secs(60);

/// Jobs that a simulated system works on at once.
pub(super) const JOBS: u32 = 2;
/// The longest it takes for one.
pub(super) const LONGEST_JOB: Duration = Duration::from_secs(300);

/// A simulated account's rules; it is never asked to do anything itself.
pub(super) struct Rules {
    pub account: &'static str,
    /// Changed now and then.
    pub token: u32,
}

#[async_trait]
impl Writes for Rules {
    async fn write(&self, _: &[WriteRow]) -> Vec<Attempt> {
        unreachable!("the world answers")
    }
    async fn look(&self, _: &WriteRow) -> Looked {
        unreachable!("the world answers")
    }
    fn lane(&self, write: &Write) -> String {
        lane(write)
    }
    fn batch(&self, submission: &Submission) -> Option<Batch> {
        batch(&submission.write)
    }
    fn jobs_at_once(&self) -> u32 {
        JOBS
    }
    fn folds(&self, older: &Submission, newer: &Submission) -> bool {
        folds(&older.write, &newer.write)
    }
    fn is_idempotent(&self, submission: &Submission) -> bool {
        is_idempotent(&submission.write)
    }
    fn settles_within(&self) -> Duration {
        LIMIT
    }
    fn allowance(&self) -> Allowance {
        allowance(self.account)
    }
    fn shares_budget(&self, _: &[u8]) -> Option<String> {
        (token_of(self.account) == "tight").then(|| format!("token:tight{}", self.token))
    }
    fn counts_against_day(&self, submission: &Submission) -> bool {
        counts_against_day(&submission.write)
    }
}

pub(super) fn is_idempotent(write: &Write) -> bool {
    matches!(write, Write::Codify { .. })
}

/// New records are no part of their customers' lanes: whatever is about one of them says so, if it needs it.
pub(super) fn lane(write: &Write) -> String {
    match write {
        Write::AddRecord { customer_id, .. } => format!("new/{customer_id}"),
        _ => write.subject(),
    }
}

pub(super) fn batch(write: &Write) -> Option<Batch> {
    let (of, most_in_one_request) = match write {
        Write::Codify { .. } => ("codes", 3),
        Write::AddRecord { .. } => ("records", 4),
        Write::ScheduleCallback { .. } => ("call-backs", 4),
        _ => return None,
    };
    Some(Batch { of: of.to_owned(), most_in_one_request })
}

/// New records of one customer leave as one.
pub(super) fn folds(older: &Write, newer: &Write) -> bool {
    matches!((older, newer), (Write::AddRecord { .. }, Write::AddRecord { .. }))
}

pub(super) fn counts_against_day(write: &Write) -> bool {
    !matches!(write, Write::CodeCall { .. })
}

/// What the other system calls what it made of this one.
pub(super) fn reference(submission: &Submission) -> Option<String> {
    matches!(submission.write, Write::AddRecord { .. }).then(|| format!("ref-{}", submission.key))
}

pub(super) fn allowance(account: &str) -> Allowance {
    let tight = token_of(account) == "tight";
    Allowance {
        per_second: tight.then_some(2),
        per_minute: tight.then_some(6),
        per_day: tight.then_some(20),
        reserved_percent: 20,
        time_zone: "America/Bogota".into(),
        ..Allowance::unlimited(if tight { 2 } else { 1 })
    }
}

pub(super) fn write(account: &str, kind: u64, customer: u64, comment: &str) -> Write {
    let record = RecordRef {
        account: account.to_owned(),
        campaign: CampaignId("1".into()),
        kind: CampaignKind::Preview,
        customer_id: customer.to_string(),
    };
    match kind {
        5 => Write::ScheduleCallback {
            record,
            at: Timestamp(START * 2),
            number: comment.to_owned(),
            style: CallbackStyle::Dialler,
            agent_id: None,
        },
        0..=2 | 6 => Write::Codify {
            record,
            code: "12".into(),
            second_code: None,
            comment: comment.to_owned(),
            do_not_call: kind == 0,
        },
        3 => Write::AddRecord {
            account: record.account,
            campaign: record.campaign,
            campaign_kind: record.kind,
            customer_id: record.customer_id,
            customer_name: comment.to_owned(),
            numbers: Vec::new(),
            fields: Vec::new(),
        },
        _ => Write::CodeCall {
            account: record.account,
            agent_id: "7".into(),
            code: "12".into(),
            second_code: None,
            comment: comment.to_owned(),
        },
    }
}

pub(super) fn edited(mut old: Write, new: &str) -> Write {
    match &mut old {
        Write::Codify { comment, .. } | Write::CodeCall { comment, .. } => new.clone_into(comment),
        Write::AddRecord { customer_name, .. } => new.clone_into(customer_name),
        Write::ScheduleCallback { number, .. } => new.clone_into(number),
        _ => {}
    }
    old
}
