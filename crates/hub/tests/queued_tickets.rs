//! More calls than the CRM takes today: their tickets go on being made, wait where everybody sees it, and are there once it
//! takes them again, whatever happened in between.

use crate::{
    filed_calls::{sim, system},
    support::{self, Desk, KEY, Plan, agent, client, dial_plan, setup_in, vipex_account},
};
use ringcard_core::{
    Timestamp,
    call::AgentId,
    frame::{OutboxFilter, Reply, Request},
    submission::{OutboxRow, SubmissionState},
};
use ringcard_hub::{
    AccountSetup, Hub,
    directory::Directory,
    outbox::{Clock, Now},
};
use ringcard_sim::{Sim, SimConfig, zendesk::ZendeskSim};
use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
    time::{Duration, Instant},
};
use tempfile::TempDir;

const PATIENCE: Duration = Duration::from_secs(60);
const A_DAY: usize = 4;
const CALLS: usize = 10;

/// How far the outbox's clock is ahead of the machine's, in milliseconds.
type Ahead = Arc<AtomicI64>;

async fn start(dir: &Path, ahead: &Ahead, pbx: &Sim, crm: &ZendeskSim) -> Hub {
    let mut plan = Plan { agents: vec![agent("Ana", "101")], ..Plan::default() };
    plan.waits.next_ring = Duration::from_millis(100);
    plan.waits.log_after = Duration::from_millis(100);
    let limits = [("per_day", "4"), ("reserved_percent", "0"), ("spread_hours", "no"), ("batching", "false")];
    let directory = Directory::open(&dir.join("directory.db"), dial_plan()).expect("the directory opens");
    let customers = Arc::new(directory.clone());
    let setup = setup_in(dir, &plan, &pbx.base_url());
    let crm = AccountSetup::new("crm", Ok(system(crm, &limits)));
    let setup = ringcard_hub::HubSetup { accounts: vec![vipex_account(&pbx.base_url(), 10), crm], ..setup };
    let (ahead, began) = (ahead.clone(), Instant::now());
    let clock = Clock::of(move || {
        let more = ahead.load(SeqCst);
        let mono = began.elapsed() + Duration::from_millis(u64::try_from(more).expect("never back"));
        Now { wall: Timestamp(Timestamp::now().0 + more), mono }
    });
    Hub::start_by(clock, setup, directory, customers).await.expect("the hub starts")
}

async fn rows(desk: &mut Desk) -> Vec<OutboxRow> {
    match desk.ask(Request::Outbox { filter: OutboxFilter::Waiting, before: None, limit: 200 }).await {
        Ok(Reply::Outbox { rows, .. }) => rows,
        other => panic!("the outbox was answered with {other:?}"),
    }
}

/// The rows that wait for the next day, as everybody sees them, once there are so many.
async fn wait_for_the_next_day(desk: &mut Desk, ahead: &Ahead, many: usize) {
    let end = Instant::now() + PATIENCE;
    let now = Timestamp(Timestamp::now().0 + ahead.load(SeqCst));
    loop {
        let rows = rows(desk).await;
        let waits = |row: &&OutboxRow| {
            let until = match &row.state {
                SubmissionState::Waiting { until, .. } => *until,
                _ => None,
            };
            until.is_some_and(|until| until > now && until.0 <= now.0 + 24 * 3_600_000)
        };
        let mut places: Vec<u32> = rows.iter().filter(waits).filter_map(|row| row.ahead).collect();
        places.sort_unstable();
        let each_its_own: Vec<u32> = (0..u32::try_from(many).expect("few")).collect();
        if places == each_its_own && rows.len() == many {
            return;
        }
        assert!(Instant::now() < end, "{many} should wait for the next day, each in its place: {places:?} {rows:#?}");
        let version = desk.outbox.version;
        let change = desk.until("a change in the outbox", |desk| desk.outbox.version != version);
        let _ = tokio::time::timeout(Duration::from_millis(500), change).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn tickets_past_the_days_limit_wait_in_their_places_over_a_restart_and_are_made_once_when_it_reopens() {
    let (dir, ahead) = (TempDir::new().expect("a folder"), Ahead::default());
    let (pbx, crm) = (Sim::start(SimConfig::default()).await.expect("the simulator starts"), sim().await);
    let hub = start(dir.path(), &ahead, &pbx, &crm).await;
    let (http, base) = (client(), support::address(&hub));
    let mut desk = Desk::open(hub.connect(AgentId("Ana".into())), "Ana").await;
    for n in 0..CALLS {
        let call = format!("callid=c-{n}&caller=%2B3630123456{n}&called=101");
        let url = format!("{base}/in/pbx/incoming?key={KEY}&{call}");
        assert_eq!(http.get(url).send().await.expect("an answer").status(), 200);
        let url = format!("{base}/in/pbx/call-data?key={KEY}&{call}&billsec=0");
        assert_eq!(http.get(url).send().await.expect("an answer").status(), 200);
    }
    // What looked them up counts as well: at most so many of the day are left for tickets.
    let made = |crm: &ZendeskSim| crm.tickets().iter().filter(|ticket| ticket.external_id.is_some()).count();
    let end = Instant::now() + PATIENCE;
    while rows(&mut desk).await.len() + made(&crm) < CALLS {
        assert!(Instant::now() < end, "a ticket of each call is to be made: {:#?}", rows(&mut desk).await);
    }
    let waiting = CALLS - made(&crm);
    assert!(waiting >= CALLS - A_DAY, "{waiting}");
    wait_for_the_next_day(&mut desk, &ahead, waiting).await;
    assert!(crm.requests().len() <= A_DAY, "{:?}", crm.requests().len());
    drop(desk);
    hub.shutdown().await;

    let hub = start(dir.path(), &ahead, &pbx, &crm).await;
    let mut desk = Desk::open(hub.connect(AgentId("Ana".into())), "Ana").await;
    wait_for_the_next_day(&mut desk, &ahead, waiting).await;
    let mut days = 0;
    while !rows(&mut desk).await.is_empty() {
        days += 1;
        assert!(days <= CALLS, "they are never made: {:#?}", rows(&mut desk).await);
        ahead.fetch_add(24 * 3_600_000, SeqCst);
        let (before, left) = (crm.requests().len(), rows(&mut desk).await.len());
        // The outbox looks at its clock whenever it is asked something.
        let end = Instant::now() + PATIENCE;
        loop {
            desk.ask(Request::Budgets).await.expect("budgets");
            let now = rows(&mut desk).await.len();
            if now == 0 || now == left.saturating_sub(A_DAY) {
                break;
            }
            assert!(Instant::now() < end, "{now} of {left} wait");
        }
        assert!(crm.requests().len() - before <= A_DAY, "no more than the day allows");
    }
    let mut names: Vec<_> = crm.tickets().into_iter().filter_map(|ticket| ticket.external_id).collect();
    assert_eq!(names.len(), CALLS);
    names.sort();
    names.dedup();
    assert_eq!(names.len(), CALLS, "each once");
    assert!(crm.misfits().is_empty(), "{:?}", crm.misfits());
    hub.shutdown().await;
}
