//! How the usage panel does with many requests behind it, and what several writes in one request save.
//!
//! `cargo run --release -p ringcard-hub --example usage_bench [-- REQUESTS [FOLDER]]`
//!
//! So many lines of requests are written for one account as a hub writes them: of thirty days, by sixty agents, for every
//! purpose. Then what the panel shows is asked for, of the last day and of the month. After that a thousand calls that end at
//! once are written to a system that takes a hundred of them in one request, and to one that takes one. Prints, last, all
//! findings as JSON.

mod measures;

use async_trait::async_trait;
use futures_util::future::join_all;
use measures::{at, millis};
use ringcard_connect::{
    Allowance, Attempt, Batch, CameTo, CountsAgainst, Looked, WriteRow, Writes, permits::PermitPlace,
};
use ringcard_core::{
    Timestamp,
    campaign::{CampaignId, CampaignKind, RecordRef},
    submission::{Submission, SubmissionKey, Write},
    usage::UsageRange,
};
use ringcard_hub::{
    outbox::{Outbox, OutboxSetup},
    requests::{Line, RequestLog, bounds},
};
use std::{
    collections::BTreeMap,
    error::Error,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

type Failure = Box<dyn Error>;

/// Lines handed over before it is waited for that they are written.
const AT_ONCE: usize = 2_000;
const QUESTIONS: usize = 100;
const CALLS: usize = 1_000;
const MONTH: Duration = Duration::from_secs(30 * 24 * 3600);

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let requests: usize = arguments.next().map_or(Ok(10_000_000), |requests| requests.parse())?;
    let temporary = tempfile::tempdir()?;
    let folder = arguments.next().map_or_else(|| temporary.path().to_owned(), Into::into);
    std::fs::create_dir_all(&folder)?;
    let log = RequestLog::start(&folder.join("requests.db"));
    let began = Instant::now();
    write(&log, requests).await?;
    let per_second = requests as f64 / began.elapsed().as_secs_f64();
    let day = asked(&log, UsageRange::Day).await?;
    let month = asked(&log, UsageRange::Month).await?;
    log.close().await;
    let alone = written(&folder.join("alone.db"), 1).await?;
    let together = written(&folder.join("together.db"), 100).await?;
    println!(
        "{}",
        serde_json::json!({
            "requests": requests,
            "lines_per_second": per_second.round(),
            "day_p95_ms": millis(at(&day, 0.95)),
            "month_p95_ms": millis(at(&month, 0.95)),
            "requests_alone": alone,
            "requests_together": together,
        })
    );
    Ok(())
}

/// Oldest first, as they came.
async fn write(log: &RequestLog, requests: usize) -> Result<(), Failure> {
    let now = Timestamp::now();
    let begin = now.before(MONTH);
    let span = u64::try_from(MONTH.as_millis())?;
    for first in (0..requests).step_by(AT_ONCE) {
        for n in first..requests.min(first + AT_ONCE) {
            let passed = span as u128 * n as u128 / requests as u128;
            log.note(Line {
                at: begin.after(Duration::from_millis(u64::try_from(passed)?)),
                account: "crm".to_owned(),
                purpose: ["look_up", "write", "write", "agent_act", "report"][n % 5],
                what: "find",
                outcome: if n % 997 == 0 { "limited" } else { "answered" },
                by: if n % 5 == 0 { String::new() } else { format!("agent{}", n / 5 % 60) },
                took: Duration::from_millis(120),
            });
        }
        // What was noted before is in the answer: it is written by then.
        let bounds = bounds(UsageRange::Day, &jiff::tz::TimeZone::UTC, Timestamp(0));
        let (_, not_kept) = log.used("crm".to_owned(), UsageRange::Day, bounds).await?;
        if not_kept > 0 {
            return Err("lines found no place".into());
        }
    }
    Ok(())
}

async fn asked(log: &RequestLog, range: UsageRange) -> Result<Vec<Duration>, Failure> {
    let mut took = Vec::new();
    for _ in 0..QUESTIONS {
        let bounds = bounds(range, &jiff::tz::TimeZone::UTC, Timestamp::now());
        let began = Instant::now();
        let (counted, _) = log.used("crm".to_owned(), range, bounds).await?;
        took.push(began.elapsed());
        if counted.by.is_empty() {
            return Err("nobody used anything".into());
        }
    }
    took.sort_unstable();
    Ok(took)
}

/// A system that takes so many calls in one request.
struct Crm {
    most: u32,
    requests: AtomicU32,
}

#[async_trait]
impl Writes for Crm {
    async fn write(&self, rows: &[WriteRow]) -> Vec<Attempt> {
        let request = PermitPlace::default().take("write", CountsAgainst::Day).await.expect("BUG: one is in hand");
        self.requests.fetch_add(1, SeqCst);
        tokio::time::sleep(Duration::from_millis(20)).await;
        request.end(CameTo::Answered);
        vec![Attempt::done("yes"); rows.len()]
    }

    async fn look(&self, _: &WriteRow) -> Looked {
        Looked::CannotTell
    }

    fn batch(&self, _: &Submission) -> Option<Batch> {
        Some(Batch { of: "calls".to_owned(), most_in_one_request: self.most })
    }

    fn is_idempotent(&self, _: &Submission) -> bool {
        true
    }

    fn allowance(&self) -> Allowance {
        Allowance::unlimited(2)
    }

    fn counts_against_day(&self, _: &Submission) -> bool {
        true
    }
}

/// How many requests a thousand calls take that end at once.
async fn written(path: &Path, most: u32) -> Result<u32, Failure> {
    let crm = Arc::new(Crm { most, requests: AtomicU32::new(0) });
    let outbox = Outbox::start(OutboxSetup::new(path, BTreeMap::new())).await?;
    for saved in join_all((0..CALLS).map(|n| outbox.submit(entry(n)))).await {
        saved?;
    }
    outbox.set_accounts(BTreeMap::from([("crm".to_owned(), crm.clone() as Arc<dyn Writes>)])).await;
    let mut summary = outbox.watch();
    tokio::time::timeout(Duration::from_secs(180), summary.wait_for(|summary| summary.waiting == 0)).await??;
    outbox.shutdown().await;
    Ok(crm.requests.load(SeqCst))
}

fn entry(n: usize) -> Submission {
    let record = RecordRef {
        account: "crm".to_owned(),
        campaign: CampaignId("1".to_owned()),
        kind: CampaignKind::Predictive,
        customer_id: format!("ticket-{n}"),
    };
    Submission {
        key: SubmissionKey(format!("call-{n:04}")),
        write: Write::Codify {
            record,
            code: "001".to_owned(),
            second_code: None,
            comment: "Pays on Friday.".to_owned(),
            do_not_call: false,
        },
        about: "Laura Restrepo".to_owned(),
        call_id: None,
        agent: None,
        made_at: Timestamp::now(),
        expires_at: None,
        needs: None,
    }
}
