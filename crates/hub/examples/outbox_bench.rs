//! How the outbox does: saving, draining, pacing, and a hundred thousand rows waiting.
//!
//! `cargo run --release -p ringcard-hub --example outbox_bench [-- ROWS [FOLDER [marks]]]`
//!
//! Saving is to a real file with `synchronous=FULL`; draining is over real HTTP to a simulated wolkvox that allows
//! everything; pacing by the minute takes a real minute, by the day a clock that is set forward. Prints a line per
//! finding and, last, all of them as JSON. Without FOLDER everything is in a temporary one and gone afterwards: give a
//! folder on the disk that is to be measured. With `marks` it does nothing but save ROWS one after another, and says on
//! stderr when each begins and when it is accepted, so that whoever traces it can count what happened between.

mod measures;

use async_trait::async_trait;
use futures_util::future::join_all;
use measures::{at, millis};
use ringcard_connect::{
    Allowance, Attempt, CameTo, CountsAgainst, Looked, WriteRow, Writes, permits::PermitPlace, wolkvox::WolkvoxAccount,
};
use ringcard_core::{
    Timestamp,
    campaign::{CampaignId, CampaignKind, RecordRef},
    number::DialPlan,
    submission::{Submission, SubmissionKey, Write},
};
use ringcard_hub::outbox::{Clock, Now, Outbox, OutboxFilter, OutboxSetup};
use ringcard_sim::wolkvox::{OnUnknown, Unknowns, WolkvoxConfig, WolkvoxSim};
use secrecy::SecretString;
use std::{
    collections::BTreeMap,
    error::Error,
    path::Path,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};

type Failure = Box<dyn Error>;

/// One after another, as an agent's desk does.
const SAVES: usize = 2_000;
/// At once, as after a hub was away.
const AT_ONCE: usize = 100;
const DRAINED: usize = 2_000;
const LOOKS: usize = 300;
const PER_MINUTE: u32 = 400;
const PER_DAY: u32 = 2_500;
const DAY: Duration = Duration::from_secs(24 * 3600);

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let rows: usize = arguments.next().map_or(Ok(100_000), |rows| rows.parse())?;
    let temporary = tempfile::tempdir()?;
    let folder = arguments.next().map_or_else(|| temporary.path().to_owned(), Into::into);
    std::fs::create_dir_all(&folder)?;
    if arguments.next().is_some_and(|word| word == "marks") {
        return marked_saves(&folder.join("marked.db"), rows).await;
    }
    let saved = saving(&folder.join("saving.db"), rows).await?;
    let one = draining(&folder.join("drain1.db"), 1).await?;
    let two = draining(&folder.join("drain2.db"), 2).await?;
    println!("drained: {one:.0}/s one at a time, {two:.0}/s two at a time");
    let (most_in_a_minute, minute_seconds) = pace_by_the_minute(&folder.join("minute.db")).await?;
    println!(
        "{PER_MINUTE}/min: at most {most_in_a_minute} in any minute, the next minute's after {minute_seconds:.2} s"
    );
    let days = pace_by_the_day(&folder.join("day.db")).await?;
    println!("{PER_DAY}/day: {days:?}");
    println!(
        "{}",
        serde_json::json!({
            "rows": rows,
            "save_p50_ms": millis(at(&saved.waits, 0.5)),
            "save_p95_ms": millis(at(&saved.waits, 0.95)),
            "save_max_ms": millis(at(&saved.waits, 1.0)),
            "saves_per_second": saved.one_by_one,
            "saves_at_once_per_second": saved.together,
            "waiting_mib": saved.memory_mib,
            "page_p95_ms": millis(at(&saved.pages, 0.95)),
            "row_p95_ms": millis(at(&saved.looks, 0.95)),
            "save_behind_p95_ms": millis(at(&saved.waits_behind, 0.95)),
            "start_ms": millis(saved.start),
            "drained_per_second": one,
            "drained_two_per_second": two,
            "most_in_a_minute": most_in_a_minute,
            "minute_seconds": minute_seconds,
            "most_in_a_day": days.iter().max(),
        })
    );
    Ok(())
}

struct Saving {
    /// Sorted, as every list of times here.
    waits: Vec<Duration>,
    one_by_one: f64,
    together: f64,
    memory_mib: f64,
    pages: Vec<Duration>,
    looks: Vec<Duration>,
    waits_behind: Vec<Duration>,
    start: Duration,
}

/// Saves for an account that is not set up, so that everything waits.
async fn saving(path: &Path, rows: usize) -> Result<Saving, Failure> {
    let outbox = Outbox::start(OutboxSetup::new(path, BTreeMap::new())).await?;
    let before = memory_kib();
    let begun = Instant::now();
    let waits = timed(0..SAVES, async |n| save(&outbox, n).await).await?;
    let one_by_one = rate(SAVES, begun);
    println!("one after another: {one_by_one:.0}/s, p95 {:.2} ms", millis(at(&waits, 0.95)));
    let begun = Instant::now();
    for first in (SAVES..rows).step_by(AT_ONCE) {
        for saved in join_all((first..rows.min(first + AT_ONCE)).map(|n| save(&outbox, n))).await {
            saved?;
        }
    }
    let together = rate(rows.saturating_sub(SAVES), begun);
    println!("{AT_ONCE} at once: {together:.0}/s");
    let kib = u32::try_from(memory_kib().saturating_sub(before)).unwrap_or(u32::MAX);
    let memory_mib = f64::from(kib) / 1024.0;
    println!("{rows} rows waiting take {memory_mib:.1} MiB");
    let pages = timed(0..LOOKS, async |n| {
        let after = Some(key(n * 7_919 % rows));
        outbox.list(OutboxFilter::default(), after, 50).await.map(drop).map_err(Into::into)
    });
    let pages = pages.await?;
    let looks = timed(0..LOOKS, async |n| match outbox.row(key(n * 7_919 % rows)).await? {
        Some(_) => Ok(()),
        None => Err("a row is not there".into()),
    });
    let looks = looks.await?;
    let waits_behind = timed(rows..rows + LOOKS, async |n| save(&outbox, n).await).await?;
    println!(
        "with them: a page of 50 p95 {:.2} ms, a row p95 {:.2} ms",
        millis(at(&pages, 0.95)),
        millis(at(&looks, 0.95))
    );
    outbox.shutdown().await;
    let begun = Instant::now();
    let again = Outbox::start(OutboxSetup::new(path, BTreeMap::new())).await?;
    let start = begun.elapsed();
    println!("a start with {} waiting: {:.0} ms", again.watch().borrow().waiting, millis(start));
    again.shutdown().await;
    Ok(Saving { waits, one_by_one, together, memory_mib, pages, looks, waits_behind, start })
}

async fn marked_saves(path: &Path, rows: usize) -> Result<(), Failure> {
    let outbox = Outbox::start(OutboxSetup::new(path, BTreeMap::new())).await?;
    for n in 0..rows {
        eprintln!("saving");
        save(&outbox, n).await?;
        eprintln!("saved");
    }
    outbox.shutdown().await;
    Ok(())
}

/// Rows a second, over HTTP to a simulated wolkvox in this process.
async fn draining(path: &Path, at_once: i64) -> Result<f64, Failure> {
    let unknowns = Unknowns { customer: OnUnknown::Accept, ..Unknowns::default() };
    let sim = WolkvoxSim::start(WolkvoxConfig { licences: 10_000, unknowns, ..WolkvoxConfig::default() }).await?;
    let given = BTreeMap::from([
        ("api_url".to_owned(), toml::Value::from(sim.base_url())),
        ("server".to_owned(), "0010".into()),
        ("at_once".to_owned(), at_once.into()),
    ]);
    let secrets = BTreeMap::from([("token".to_owned(), SecretString::from(sim.token("desk").ok_or("no token")?))]);
    let account = WolkvoxAccount::new("crm", given, secrets, DialPlan::new("CO")?)?;
    let accounts: Accounts = BTreeMap::from([("crm".to_owned(), Arc::new(account) as Arc<dyn Writes>)]);
    let outbox = waiting(path, DRAINED, Clock::system()).await?;
    let begun = Instant::now();
    outbox.set_accounts(accounts).await;
    until_waiting(&outbox, 0).await?;
    let drained = rate(DRAINED, begun);
    let arrived = sim.requests_of("codify").len();
    if arrived != DRAINED {
        return Err(format!("{DRAINED} were sent and {arrived} arrived").into());
    }
    outbox.shutdown().await;
    sim.shutdown().await;
    Ok(drained)
}

/// The most that left in any minute, and after how long the first of the second minute left.
async fn pace_by_the_minute(path: &Path) -> Result<(usize, f64), Failure> {
    let outbox = waiting(path, PER_MINUTE as usize + 50, Clock::system()).await?;
    let crm = Arc::new(Yes::new(Some(PER_MINUTE), None));
    outbox.set_accounts(crm.account()).await;
    println!("a minute of pacing …");
    until_waiting(&outbox, 0).await?;
    outbox.shutdown().await;
    let left = crm.left.lock().map_err(|_| "the lock is broken")?.clone();
    let in_a_minute = |first: &Instant| {
        left.iter().filter(|at| at.saturating_duration_since(*first).as_secs() < 60 && *at >= first).count()
    };
    let most = left.iter().map(in_a_minute).max().unwrap_or_default();
    let second = left.get(PER_MINUTE as usize).ok_or("the second minute never came")?;
    Ok((most, second.duration_since(left[0]).as_secs_f64()))
}

/// How many left on each of three days.
async fn pace_by_the_day(path: &Path) -> Result<Vec<usize>, Failure> {
    let ahead = Arc::new(AtomicU64::new(0));
    let (start, clock_ahead) = (Instant::now(), ahead.clone());
    let noon = Timestamp(1_795_262_400_000);
    let clock = Clock::of(move || {
        let gone = start.elapsed() + Duration::from_secs(clock_ahead.load(SeqCst));
        Now { wall: noon.after(gone), mono: gone }
    });
    let all = PER_DAY as usize * 2 + 500;
    let outbox = waiting(path, all, clock).await?;
    let crm = Arc::new(Yes::new(None, Some(PER_DAY)));
    outbox.set_accounts(crm.account()).await;
    let mut days = Vec::new();
    let mut left = all;
    for day in 0..3_u32 {
        let expected = left.min(PER_DAY as usize);
        until_waiting(&outbox, left - expected).await?;
        // Whatever else would leave on this day would do so before noon comes again.
        outbox.budgets().await;
        let sent = crm.left.lock().map_err(|_| "the lock is broken")?.len() - (all - left);
        days.push(sent);
        left -= sent;
        ahead.store((DAY * (day + 1)).as_secs(), SeqCst);
        // It looks at its clock whenever it is asked something.
        outbox.budgets().await;
    }
    outbox.shutdown().await;
    Ok(days)
}

type Accounts = BTreeMap<String, Arc<dyn Writes>>;

/// Takes everything at once, and remembers when.
struct Yes {
    per_minute: Option<u32>,
    per_day: Option<u32>,
    left: Mutex<Vec<Instant>>,
}

impl Yes {
    fn new(per_minute: Option<u32>, per_day: Option<u32>) -> Self {
        Self { per_minute, per_day, left: Mutex::default() }
    }

    fn account(self: &Arc<Self>) -> Accounts {
        BTreeMap::from([("crm".to_owned(), self.clone() as Arc<dyn Writes>)])
    }
}

#[async_trait]
impl Writes for Yes {
    async fn write(&self, rows: &[WriteRow]) -> Vec<Attempt> {
        let request = PermitPlace::default().take("write", CountsAgainst::Day).await.expect("BUG: one is in hand");
        self.left.lock().expect("BUG: nobody panics while holding it").push(Instant::now());
        request.end(CameTo::Answered);
        vec![Attempt::done("yes"); rows.len()]
    }

    async fn look(&self, _: &WriteRow) -> Looked {
        Looked::CannotTell
    }

    fn is_idempotent(&self, _: &Submission) -> bool {
        true
    }

    fn allowance(&self) -> Allowance {
        Allowance { per_minute: self.per_minute, per_day: self.per_day, ..Allowance::unlimited(2) }
    }

    fn counts_against_day(&self, _: &Submission) -> bool {
        true
    }
}

/// An outbox in which so many wait for an account that comes later.
async fn waiting(path: &Path, rows: usize, clock: Clock) -> Result<Outbox, Failure> {
    let setup = OutboxSetup { clock, ..OutboxSetup::new(path, BTreeMap::new()) };
    let outbox = Outbox::start(setup).await?;
    for saved in join_all((0..rows).map(|n| save(&outbox, n))).await {
        saved?;
    }
    Ok(outbox)
}

async fn until_waiting(outbox: &Outbox, rows: usize) -> Result<(), Failure> {
    let mut summary = outbox.watch();
    let reached = summary.wait_for(|summary| summary.waiting as usize <= rows);
    tokio::time::timeout(Duration::from_secs(180), reached).await??;
    Ok(())
}

fn key(n: usize) -> SubmissionKey {
    SubmissionKey(format!("row-{n:09}"))
}

async fn save(outbox: &Outbox, n: usize) -> Result<(), Failure> {
    let record = RecordRef {
        account: "crm".to_owned(),
        campaign: CampaignId("7224".to_owned()),
        kind: CampaignKind::Predictive,
        customer_id: format!("customer-{n}"),
    };
    let write = Write::Codify {
        record,
        code: "001".to_owned(),
        second_code: None,
        comment: format!("Pays on Friday, as she said when she was asked the {n}th time."),
        do_not_call: false,
    };
    let submission = Submission {
        key: key(n),
        write,
        about: "Laura Restrepo".to_owned(),
        call_id: None,
        agent: None,
        made_at: Timestamp::now(),
        expires_at: None,
        needs: None,
    };
    outbox.submit(submission).await.map(drop).map_err(Into::into)
}

/// How long each took, sorted.
async fn timed(
    of: impl Iterator<Item = usize>,
    act: impl AsyncFn(usize) -> Result<(), Failure>,
) -> Result<Vec<Duration>, Failure> {
    let mut took = Vec::new();
    for n in of {
        let begun = Instant::now();
        act(n).await?;
        took.push(begun.elapsed());
    }
    took.sort_unstable();
    Ok(took)
}

fn rate(count: usize, since: Instant) -> f64 {
    f64::from(u32::try_from(count).unwrap_or(u32::MAX)) / since.elapsed().as_secs_f64()
}

/// What this process has in memory.
fn memory_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    line.and_then(|size| size.trim().trim_end_matches(" kB").parse().ok()).unwrap_or_default()
}
