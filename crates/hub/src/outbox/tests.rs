//! The outbox as the hub holds it: real threads, a real file, a system that does as it is told.

mod fair;
mod gates;
mod jobs;
mod late;
mod needs;
mod together;

use super::{
    store::{Change, Inserted, Reader, Store, Updated},
    *,
};
use async_trait::async_trait;
use ringcard_connect::{
    Allowance, Attempt, Batch, CameTo, CountsAgainst, Looked, Purpose, WriteRow, Writes,
    permits::{PermitPlace, Request, UnderWay},
};
use ringcard_core::{
    Timestamp,
    campaign::{CampaignId, CampaignKind, RecordRef},
    limits::{Misfit, WriteField},
    submission::{
        AttemptNote, OutboxAct, OutboxRow, ParkReason, Priority, Submission, SubmissionState, WaitReason, Write,
    },
};
use std::{
    collections::{BTreeMap, VecDeque},
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    time::Duration,
};
use tempfile::TempDir;
use tokio::sync::Semaphore;

/// Answers as it was told, then *done*; sends nothing until it is let.
struct Crm {
    answers: Mutex<VecDeque<Attempt>>,
    looks: Mutex<VecDeque<Looked>>,
    /// What came, request by request.
    requests: Mutex<Vec<Vec<WriteRow>>>,
    let_through: Semaphore,
    /// Whether it says what it was told without a request: something here stands in the way.
    asks_nobody: AtomicBool,
    /// Whether it could never take anything any more.
    takes_nothing: AtomicBool,
    at_once: u32,
    /// New records that it takes in one request.
    records_at_once: u32,
}

impl Crm {
    fn new(answers: impl IntoIterator<Item = Attempt>) -> Arc<Self> {
        Self::slow(answers, Semaphore::MAX_PERMITS)
    }

    fn slow(answers: impl IntoIterator<Item = Attempt>, let_through: usize) -> Arc<Self> {
        Arc::new(Self {
            answers: Mutex::new(answers.into_iter().collect()),
            looks: Mutex::default(),
            requests: Mutex::default(),
            let_through: Semaphore::new(let_through),
            asks_nobody: AtomicBool::new(false),
            takes_nothing: AtomicBool::new(false),
            at_once: 1,
            records_at_once: 1,
        })
    }

    /// One that takes so many new records in one request, and answers when it is let.
    fn of_many(answers: impl IntoIterator<Item = Attempt>, records_at_once: u32) -> Arc<Self> {
        let crm = Arc::into_inner(Self::slow(answers, 0)).expect("nobody else has it");
        Arc::new(Self { records_at_once, ..crm })
    }

    /// Keys, request by request.
    fn requests(&self) -> Vec<Vec<String>> {
        let keys = |rows: &Vec<WriteRow>| rows.iter().map(|row| row.submission.key.0.clone()).collect();
        self.requests.lock().expect("a lock").iter().map(keys).collect()
    }

    fn sent(&self) -> Vec<String> {
        self.requests().concat()
    }

    /// A request of its own, with its permit; `None`: it makes none.
    async fn request(&self) -> Option<UnderWay> {
        if self.asks_nobody.load(Relaxed) {
            return None;
        }
        Some(PermitPlace::default().take("a request", CountsAgainst::Day).await.expect("a permit in hand"))
    }
}

#[async_trait]
impl Writes for Crm {
    async fn write(&self, rows: &[WriteRow]) -> Vec<Attempt> {
        let request = self.request().await;
        self.requests.lock().expect("a lock").push(rows.to_vec());
        self.let_through.acquire().await.expect("open").forget();
        let mut answers = self.answers.lock().expect("a lock");
        let mut attempts = Vec::new();
        for _ in rows {
            match answers.pop_front() {
                Some(Attempt::Refused { detail, .. }) if detail == "panic" => {
                    drop(answers);
                    panic!("as told");
                }
                Some(Attempt::Refused { detail, .. }) if detail == "say nothing more" => break,
                told => attempts.push(told.unwrap_or(Attempt::done("code saved"))),
            }
        }
        request.into_iter().for_each(|request| request.end(doubles::of_write(&attempts)));
        attempts
    }
    async fn look(&self, _: &WriteRow) -> Looked {
        let request = self.request().await;
        let looked = self.looks.lock().expect("a lock").pop_front().unwrap_or(Looked::CannotTell);
        request.into_iter().for_each(|request| request.end(doubles::of_look(&looked)));
        looked
    }
    fn check(&self, _: &Write) -> Result<(), Misfit> {
        if self.takes_nothing.load(Relaxed) { Err(Misfit::Missing { field: WriteField::Agent }) } else { Ok(()) }
    }
    fn lane(&self, write: &Write) -> String {
        match write {
            // It is not there yet: whatever is about it needs it.
            Write::AddRecord { customer_id, .. } => format!("new/{customer_id}"),
            _ => write.subject(),
        }
    }
    fn batch(&self, submission: &Submission) -> Option<Batch> {
        let is_new = matches!(submission.write, Write::AddRecord { .. });
        is_new.then(|| Batch { of: "records".into(), most_in_one_request: self.records_at_once })
    }
    fn is_idempotent(&self, submission: &Submission) -> bool {
        matches!(submission.write, Write::Codify { .. })
    }
    fn allowance(&self) -> Allowance {
        Allowance {
            per_day: Some(1_000),
            reserved_percent: 10,
            time_zone: "Europe/Budapest".into(),
            ..Allowance::unlimited(self.at_once)
        }
    }
    fn counts_against_day(&self, _: &Submission) -> bool {
        true
    }
}

const LOOK_UP: Request = Request { purpose: Purpose::LookUp, what: "find", counts: CountsAgainst::Day };

fn accounts(crm: &Arc<Crm>) -> BTreeMap<String, Arc<dyn Writes>> {
    BTreeMap::from([("crm".to_owned(), crm.clone() as Arc<dyn Writes>)])
}

fn path(dir: &TempDir) -> PathBuf {
    dir.path().join("outbox.db")
}

async fn start(dir: &TempDir, crm: &Arc<Crm>) -> Outbox {
    Outbox::start(OutboxSetup::new(&path(dir), accounts(crm))).await.expect("it starts")
}

fn codify(customer: &str, comment: &str) -> Write {
    Write::Codify {
        record: RecordRef {
            account: "crm".into(),
            campaign: CampaignId("42".into()),
            kind: CampaignKind::Preview,
            customer_id: customer.into(),
        },
        code: "12".into(),
        second_code: None,
        comment: comment.into(),
        do_not_call: false,
    }
}

fn add_record(customer: &str) -> Write {
    Write::AddRecord {
        account: "crm".into(),
        campaign: CampaignId("42".into()),
        campaign_kind: CampaignKind::Preview,
        customer_id: customer.into(),
        customer_name: "Ana".into(),
        numbers: vec!["+3612345678".into()],
        fields: Vec::new(),
    }
}

fn submission(key: &str, write: Write) -> Submission {
    Submission {
        key: SubmissionKey(key.into()),
        write,
        about: "Ana".into(),
        call_id: None,
        agent: Some(AgentId("Eva".into())),
        made_at: Timestamp(1_000),
        expires_at: None,
        needs: None,
    }
}

/// Waits until a row is as wanted; the watch wakes whenever anything changed.
async fn until(outbox: &Outbox, key: &str, wanted: impl Fn(&SubmissionState) -> bool) -> SubmissionState {
    let mut changes = outbox.changes();
    let seen = async {
        loop {
            if let Some((row, _)) = outbox.row(SubmissionKey(key.into())).await.expect("read")
                && wanted(&row.state)
            {
                return row.state;
            }
            let _ = changes.recv().await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), seen).await.expect("it never became as wanted")
}

trait IntoKey {
    fn into_key(self) -> SubmissionKey;
}

impl IntoKey for &str {
    fn into_key(self) -> SubmissionKey {
        SubmissionKey(self.to_owned())
    }
}

fn is_over(state: &SubmissionState) -> bool {
    state.is_over()
}

#[tokio::test]
async fn what_was_accepted_is_sent_and_remembered_with_the_answer() {
    let dir = TempDir::new().expect("a folder");
    let crm = Crm::new([]);
    let outbox = start(&dir, &crm).await;
    let accepted = outbox.submit(submission("a", codify("1", "hello"))).await.expect("saved");
    assert_eq!(accepted, Accepted { key: SubmissionKey("a".into()), known: false, replaced: None });
    until(&outbox, "a", is_over).await;
    assert!(outbox.submit(submission("a", codify("1", "hello"))).await.expect("known").known);
    let (row, notes) = outbox.row(accepted.key).await.expect("read").expect("there");
    assert_eq!((row.attempts, row.last_answer.as_deref()), (1, Some("code saved")));
    assert_eq!(notes[0].outcome, "done");
    assert_eq!(crm.sent(), ["a"]);
    let day = outbox.budgets().await.remove(0).windows.remove(0);
    assert_eq!((day.used, day.left, day.reserved), (1, 999, 100));
    outbox.shutdown().await;
    let again = start(&dir, &crm).await;
    assert_eq!(again.budgets().await[0].windows[0].used, 1, "the day's count survives a restart");
}

#[tokio::test]
async fn what_was_taken_once_is_known_though_it_would_be_refused_by_now() {
    let dir = TempDir::new().expect("a folder");
    let crm = Crm::new([]);
    let outbox = start(&dir, &crm).await;
    outbox.submit(submission("a", codify("1", "hello"))).await.expect("saved");
    until(&outbox, "a", is_over).await;
    crm.takes_nothing.store(true, Relaxed);
    outbox.submit(submission("b", codify("1", "hello"))).await.expect_err("it could never be sent");
    assert!(outbox.submit(submission("a", codify("1", "hello"))).await.expect("known").known);
}

#[tokio::test]
async fn what_asked_nobody_costs_nothing_of_the_day() {
    let dir = TempDir::new().expect("a folder");
    let refused = Attempt::Refused { why: ParkReason::NoAccount, detail: "say which agent".into() };
    let crm = Crm::new([refused, Attempt::Unknown { detail: "no answer on this machine".into() }]);
    crm.asks_nobody.store(true, Relaxed);
    let outbox = start(&dir, &crm).await;
    outbox.submit(submission("a", add_record("1"))).await.expect("saved");
    until(&outbox, "a", SubmissionState::needs_a_person).await;
    outbox.submit(submission("b", add_record("2"))).await.expect("saved");
    until(&outbox, "b", |state| matches!(state, SubmissionState::Checking { .. })).await;
    outbox.act(SubmissionKey("b".into()), OutboxAct::Retry, None).await.expect("asked now");
    until(&outbox, "b", SubmissionState::needs_a_person).await;
    assert_eq!((crm.sent().len(), outbox.budgets().await[0].windows[0].used), (2, 0));
}

#[tokio::test]
async fn a_refused_row_waits_for_a_person_and_stops_only_its_own_lane() {
    let dir = TempDir::new().expect("a folder");
    let refused = Attempt::Refused { why: ParkReason::Invalid, detail: "no such code".into() };
    let crm = Crm::new([refused]);
    let outbox = start(&dir, &crm).await;
    outbox.submit(submission("a", add_record("1"))).await.expect("saved");
    until(&outbox, "a", SubmissionState::needs_a_person).await;
    outbox.submit(submission("behind", add_record("1"))).await.expect("saved");
    outbox.submit(submission("other", add_record("2"))).await.expect("saved");
    until(&outbox, "other", is_over).await;
    let waits = until(&outbox, "behind", |_| true).await;
    assert!(matches!(waits, SubmissionState::Waiting { why: WaitReason::Lane, .. }));
    assert_eq!(outbox.watch().borrow().needs_a_person, 1);
    let by = Some(AgentId("Eva".into()));
    outbox.act(SubmissionKey("a".into()), OutboxAct::Edit { write: add_record("1") }, by).await.expect("edited");
    until(&outbox, "behind", is_over).await;
    assert_eq!(crm.sent(), ["a", "other", "a", "behind"]);
    let (_, notes) = outbox.row(SubmissionKey("a".into())).await.expect("read").expect("there");
    let outcomes: Vec<_> = notes.iter().map(|note| (note.outcome.as_str(), note.answer.as_str())).collect();
    assert_eq!(outcomes, [("refused", "no such code"), ("edited", "Eva"), ("done", "code saved")]);
}

#[tokio::test]
async fn timeout_after_the_crm_applied_it_does_not_write_twice() {
    let dir = TempDir::new().expect("a folder");
    let crm = Crm::new([Attempt::Unknown { detail: "no answer".into() }]);
    crm.looks.lock().expect("a lock").push_back(Looked::Written { answer: "record 77".into(), reference: None });
    let outbox = start(&dir, &crm).await;
    outbox.submit(submission("a", add_record("1"))).await.expect("saved");
    until(&outbox, "a", |state| matches!(state, SubmissionState::Checking { .. })).await;
    // A person's Retry asks at once, and sends nothing.
    outbox.act(SubmissionKey("a".into()), OutboxAct::Retry, None).await.expect("asked now");
    until(&outbox, "a", is_over).await;
    assert_eq!(crm.sent(), ["a"]);
}

#[tokio::test]
async fn a_row_that_was_being_sent_when_the_program_was_killed_is_asked_about_and_a_person_decides() {
    let dir = TempDir::new().expect("a folder");
    let mut store = Store::open(&path(&dir)).expect("it opens");
    let killed = submission("a", add_record("1"));
    store.commit(&[
        Change::Insert(Box::new(Inserted {
            key: "a".into(),
            seq: 1,
            account: "crm".into(),
            lane: killed.write.subject(),
            priority: Priority::Note,
            agent: None,
            needs: None,
            call: None,
            submission: serde_json::to_string(&killed).expect("JSON"),
            at: Timestamp(1),
        })),
        Change::Update(Box::new(Updated {
            key: "a".into(),
            state: SubmissionState::Sending { since: Timestamp(2) },
            attempts: 1,
            last_answer: None,
            reference: None,
            job: None,
            note: None,
            at: Timestamp(2),
            spent: None,
            content: None,
        })),
    ]);
    drop(store);
    let crm = Crm::new([]);
    let outbox = start(&dir, &crm).await;
    outbox.act(SubmissionKey("a".into()), OutboxAct::Retry, None).await.expect("asked now");
    until(&outbox, "a", |state| matches!(state, SubmissionState::MayBeWritten { .. })).await;
    assert!(crm.sent().is_empty(), "it was sent again blindly");
    outbox.act(SubmissionKey("a".into()), OutboxAct::MarkDone, None).await.expect("marked");
    until(&outbox, "a", is_over).await;
    assert_eq!(outbox.watch().borrow().waiting, 0);
}

#[tokio::test]
async fn an_edit_while_it_is_being_sent_goes_after_it() {
    let dir = TempDir::new().expect("a folder");
    let crm = Crm::slow([], 0);
    let outbox = start(&dir, &crm).await;
    outbox.submit(submission("a", codify("1", "first"))).await.expect("saved");
    until(&outbox, "a", |state| matches!(state, SubmissionState::Sending { .. })).await;
    let discard = outbox.act(SubmissionKey("a".into()), OutboxAct::Discard, None).await;
    assert!(matches!(discard, Err(OutboxFailure::UnderWay)));
    let edit = OutboxAct::Edit { write: codify("1", "second") };
    let after = outbox.act(SubmissionKey("a".into()), edit.clone(), None).await.expect("saved");
    let newest = outbox.act(SubmissionKey("a".into()), edit, None).await.expect("saved");
    assert_ne!(after.0, "a");
    until(&outbox, &after.0, |state| matches!(state, SubmissionState::Replaced { .. })).await;
    crm.let_through.add_permits(10);
    until(&outbox, &newest.0, is_over).await;
    assert_eq!(crm.sent(), ["a".to_owned(), newest.0]);
}

#[tokio::test]
async fn what_adds_each_time_is_not_edited_while_it_is_being_sent() {
    let dir = TempDir::new().expect("a folder");
    let crm = Crm::slow([], 0);
    let outbox = start(&dir, &crm).await;
    outbox.submit(submission("a", add_record("1"))).await.expect("saved");
    until(&outbox, "a", |state| matches!(state, SubmissionState::Sending { .. })).await;
    let edit = |write| outbox.act(SubmissionKey("a".into()), OutboxAct::Edit { write }, None);
    assert!(matches!(edit(add_record("1")).await, Err(OutboxFailure::UnderWay)), "it would be there twice");
    assert!(matches!(edit(codify("1", "")).await, Err(OutboxFailure::UnderWay)), "and another act beside it");
    crm.let_through.add_permits(10);
    until(&outbox, "a", is_over).await;
    // What overwrites is edited only in its own place.
    let crm = Crm::slow([], 0);
    outbox.set_accounts(accounts(&crm)).await;
    outbox.submit(submission("b", codify("1", ""))).await.expect("saved");
    until(&outbox, "b", |state| matches!(state, SubmissionState::Sending { .. })).await;
    let edit = |write| outbox.act(SubmissionKey("b".into()), OutboxAct::Edit { write }, None);
    assert!(matches!(edit(codify("2", "")).await, Err(OutboxFailure::UnderWay)), "another customer");
    crm.let_through.add_permits(10);
    until(&outbox, "b", is_over).await;
    assert_eq!(crm.sent(), ["b"]);
}

#[tokio::test]
async fn a_calls_code_that_came_too_late_is_not_sent_to_whichever_call_is_next() {
    let dir = TempDir::new().expect("a folder");
    let crm = Crm::new([]);
    let outbox = start(&dir, &crm).await;
    let code = |code: &str| Write::CodeCall {
        account: "crm".into(),
        agent_id: "7".into(),
        code: code.into(),
        second_code: None,
        comment: String::new(),
    };
    for key in ["a", "b"] {
        let late = Submission { expires_at: Some(Timestamp(1)), ..submission(key, code("12")) };
        outbox.submit(late).await.expect("saved");
        until(&outbox, key, SubmissionState::needs_a_person).await;
    }
    let act = |key: &str, act| outbox.act(SubmissionKey(key.into()), act, None);
    assert!(matches!(act("a", OutboxAct::Retry).await, Err(OutboxFailure::CallOver)));
    assert!(matches!(act("a", OutboxAct::Edit { write: code("13") }).await, Err(OutboxFailure::CallOver)));
    act("a", OutboxAct::MarkDone).await.expect("marked");
    act("b", OutboxAct::Discard).await.expect("taken away");
    until(&outbox, "b", is_over).await;
    assert!(crm.sent().is_empty());
}

#[tokio::test]
async fn rows_for_an_account_that_is_not_there_say_so_and_go_when_it_comes() {
    let dir = TempDir::new().expect("a folder");
    let crm = Crm::new([]);
    let outbox = Outbox::start(OutboxSetup::new(&path(&dir), BTreeMap::new())).await.expect("it starts");
    outbox.submit(submission("a", codify("1", ""))).await.expect("saved");
    let state = until(&outbox, "a", |_| true).await;
    assert!(matches!(state, SubmissionState::Parked { why: ParkReason::NoAccount, .. }));
    assert_eq!(outbox.watch().borrow().absent, ["crm"]);
    let people = OutboxFilter { needs_a_person: true, ..OutboxFilter::default() };
    assert_eq!(outbox.list(people, None, 10).await.expect("read").0.len(), 1);
    outbox.set_accounts(accounts(&crm)).await;
    until(&outbox, "a", is_over).await;
}

#[tokio::test]
async fn a_closed_door_is_one_fact_and_nothing_behind_it_is_tried() {
    let dir = TempDir::new().expect("a folder");
    let until_then = Timestamp::now().after(Duration::from_secs(3_600));
    let closed = Attempt::Closed {
        why: ringcard_core::submission::GateReason::Maintenance,
        until: Some(until_then),
        detail: "back soon".into(),
    };
    let crm = Crm::new([closed]);
    let outbox = start(&dir, &crm).await;
    for n in 0..20 {
        outbox.submit(submission(&format!("k{n}"), codify(&n.to_string(), ""))).await.expect("saved");
    }
    let behind = |state: &SubmissionState| matches!(state, SubmissionState::Waiting { why: WaitReason::Gate, .. });
    for n in 0..20 {
        until(&outbox, &format!("k{n}"), behind).await;
    }
    assert_eq!(crm.sent(), ["k0"]);
    assert_eq!(outbox.budgets().await[0].gate.as_ref().map(|gate| gate.detail.as_str()), Some("back soon"));
    outbox.shutdown().await;
    let again = start(&dir, &crm).await;
    until(&again, "k0", behind).await;
    assert_eq!(crm.sent(), ["k0"], "the gate survives a restart");
}

#[tokio::test]
async fn a_look_up_takes_its_permit_from_the_same_budget_and_gives_it_back() {
    let dir = TempDir::new().expect("a folder");
    let crm = Crm::new([]);
    let outbox = start(&dir, &crm).await;
    let permit = || outbox.permit("crm", None, &LOOK_UP);
    let first = permit().await.expect("free");
    assert!(permit().await.is_err(), "one at once");
    outbox.submit(submission("a", codify("1", ""))).await.expect("saved");
    assert!(crm.sent().is_empty(), "the account is asked one thing at once");
    drop(first);
    until(&outbox, "a", is_over).await;
    permit().await.expect("free again").end(CameTo::Answered);
    permit().await.expect("free again").end(CameTo::NeverLeft);
    assert_eq!(outbox.budgets().await[0].windows[0].used, 3);
    let refused = outbox.permit("nobody", None, &LOOK_UP).await.expect_err("no permit");
    assert_eq!(refused.to_string(), NoPermit::NoAccount.to_string());
}

#[tokio::test]
async fn a_connector_that_panics_leaves_an_unknown_and_the_outbox_goes_on() {
    let dir = TempDir::new().expect("a folder");
    let crm = Crm::new([Attempt::Refused { why: ParkReason::Refused, detail: "panic".into() }]);
    let outbox = start(&dir, &crm).await;
    outbox.submit(submission("a", add_record("1"))).await.expect("saved");
    until(&outbox, "a", |state| matches!(state, SubmissionState::Checking { .. })).await;
    outbox.submit(submission("b", add_record("2"))).await.expect("saved");
    until(&outbox, "b", is_over).await;
}

#[tokio::test]
async fn on_a_full_disk_it_says_not_saved_and_the_same_submission_is_taken_later() {
    let dir = TempDir::new().expect("a folder");
    let crm = Crm::slow([], 0);
    let mut store = Store::open(&path(&dir)).expect("it opens");
    let pages: u32 = store.connection().query_row("PRAGMA page_count", [], |row| row.get(0)).expect("read");
    let limit = format!("PRAGMA max_page_count = {}", pages + 1);
    store.connection().query_row(&limit, [], |_| Ok(())).expect("set");
    let (loaded, readers) = (store.load().expect("read"), vec![Reader::open(&path(&dir)).expect("a reader")]);
    let outbox = Outbox::start_on(OutboxSetup::new(&path(&dir), accounts(&crm)), (store, loaded, readers));
    let long = "x".repeat(ringcard_core::limits::LONGEST_COMMENT);
    let mut failure = None;
    for n in 0..20 {
        if let Err(full) = outbox.submit(submission(&format!("k{n}"), codify(&n.to_string(), &long))).await {
            failure = Some((n, full.to_string()));
            break;
        }
    }
    let (n, words) = failure.expect("the disk is full by now");
    assert_eq!(words, "It was NOT saved: the disk is full; make room and try again.");
    assert!(outbox.row(SubmissionKey(format!("k{n}"))).await.expect("read").is_none(), "nothing is half there");
    assert!(outbox.watch().borrow().not_saving.is_some());
    outbox.shutdown().await;
    let outbox = start(&dir, &crm).await;
    outbox.submit(submission(&format!("k{n}"), codify(&n.to_string(), &long))).await.expect("saved now");
}

#[tokio::test]
async fn after_shutdown_nothing_is_taken_and_what_was_being_sent_may_finish() {
    let dir = TempDir::new().expect("a folder");
    let crm = Crm::slow([], 0);
    let outbox = start(&dir, &crm).await;
    outbox.submit(submission("a", add_record("1"))).await.expect("saved");
    until(&outbox, "a", |state| matches!(state, SubmissionState::Sending { .. })).await;
    let stopping = tokio::spawn({
        let outbox = outbox.clone();
        async move { outbox.shutdown().await }
    });
    crm.let_through.add_permits(1);
    stopping.await.expect("it stops");
    let late = outbox.submit(submission("b", codify("1", ""))).await;
    assert!(matches!(late, Err(OutboxFailure::NotSaved(StoreFailure::Stopped))));
    assert!(Store::open(&path(&dir)).expect("it opens").load().expect("read").rows.is_empty(), "the answer was kept");
}

#[tokio::test]
async fn more_submissions_at_once_than_fit_in_any_channel_are_all_kept_in_order() {
    let dir = TempDir::new().expect("a folder");
    let crm = Crm::new([]);
    let outbox = start(&dir, &crm).await;
    let submitted = (0..400).map(|n| outbox.submit(submission(&format!("k{n}"), add_record(&(n % 50).to_string()))));
    for outcome in futures_util::future::join_all(submitted).await {
        outcome.expect("saved");
    }
    let mut summary = outbox.watch();
    let empty = summary.wait_for(|summary| summary.waiting == 0);
    tokio::time::timeout(Duration::from_secs(30), empty).await.expect("in time").expect("it runs");
    let sent = crm.sent();
    assert_eq!(sent.len(), 400);
    // The list knows in which order they came in.
    let (mut came, over) = (Vec::new(), OutboxFilter { over: true, ..OutboxFilter::default() });
    loop {
        let (page, more) = outbox.list(over.clone(), came.last().cloned(), 50).await.expect("read");
        came.extend(page.into_iter().map(|row| row.submission.key));
        if !more {
            break;
        }
    }
    let of_lane = |key: &&String, lane: u32| key[1..].parse::<u32>().is_ok_and(|n| n % 50 == lane);
    for lane in 0..50 {
        let sent: Vec<_> = sent.iter().filter(|key| of_lane(key, lane)).collect();
        let came: Vec<_> = came.iter().rev().map(|key| &key.0).filter(|key| of_lane(key, lane)).collect();
        assert_eq!(sent, came, "lane {lane} is out of order");
    }
}

/// Figures for people, not for a machine: `cargo test --release -p ringcard-hub --lib -- --ignored figures --nocapture`.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn figures_of_saving_and_of_a_hundred_thousand_rows_waiting() {
    let dir = TempDir::new().expect("a folder");
    let crm = Crm::slow([], 0);
    let outbox = start(&dir, &crm).await;
    let begun = std::time::Instant::now();
    let mut waits = Vec::new();
    for n in 0..500 {
        let one = std::time::Instant::now();
        outbox.submit(submission(&format!("one{n}"), add_record(&n.to_string()))).await.expect("saved");
        waits.push(one.elapsed());
    }
    waits.sort();
    println!("one after another: {:.0}/s, p95 {:?}", 500.0 / begun.elapsed().as_secs_f64(), waits[475]);
    let begun = std::time::Instant::now();
    for group in 0..1_000 {
        let many = (0..100).map(|n| {
            let n = group * 100 + n;
            outbox.submit(submission(&format!("many{n}"), add_record(&n.to_string())))
        });
        for outcome in futures_util::future::join_all(many).await {
            outcome.expect("saved");
        }
    }
    println!("a hundred at once: {:.0}/s", 100_000.0 / begun.elapsed().as_secs_f64());
    let begun = std::time::Instant::now();
    outbox.list(OutboxFilter::default(), None, 200).await.expect("read");
    println!("the first page with {} waiting: {:?}", outbox.watch().borrow().waiting, begun.elapsed());
    outbox.shutdown().await;
    let begun = std::time::Instant::now();
    let again = start(&dir, &crm).await;
    println!("a start with {} waiting: {:?}", again.watch().borrow().waiting, begun.elapsed());
    crm.let_through.add_permits(800);
    let begun = std::time::Instant::now();
    let mut summary = again.watch();
    let before = summary.borrow().waiting;
    let drained = summary.wait_for(|summary| summary.waiting + 800 <= before);
    tokio::time::timeout(Duration::from_secs(60), drained).await.expect("in time").expect("it runs");
    println!("drained one at a time: {:.0}/s", 800.0 / begun.elapsed().as_secs_f64());
}
