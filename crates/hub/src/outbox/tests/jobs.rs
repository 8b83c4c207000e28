//! Rows that the other system takes as jobs, and rows of one lane that leave as one change.

use super::*;
use ringcard_connect::{JobRow, OfJob};
use std::sync::atomic::AtomicU32;

/// Takes every request of several rows as a job, and says of jobs what it is told to.
struct Bulk {
    requests: Mutex<Vec<Vec<String>>>,
    /// What it says of each key.
    of_jobs: Mutex<BTreeMap<String, OfJob>>,
    asked: Mutex<Vec<Vec<(String, u32, String)>>>,
    looks: Mutex<VecDeque<Looked>>,
    let_through: Semaphore,
    jobs_at_once: AtomicU32,
    jobs: AtomicU32,
    saved: Arc<AtomicU32>,
}

impl Bulk {
    fn new() -> Arc<Self> {
        Arc::new(Self {
            requests: Mutex::default(),
            of_jobs: Mutex::default(),
            asked: Mutex::default(),
            looks: Mutex::default(),
            let_through: Semaphore::new(0),
            jobs_at_once: AtomicU32::new(30),
            jobs: AtomicU32::new(0),
            saved: Arc::default(),
        })
    }

    fn says(&self, key: &str, of: OfJob) {
        self.of_jobs.lock().expect("a lock").insert(key.to_owned(), of);
    }

    fn requests(&self) -> Vec<Vec<String>> {
        self.requests.lock().expect("a lock").clone()
    }

    async fn request(&self) -> UnderWay {
        PermitPlace::default().take("a request", CountsAgainst::Day).await.expect("a permit in hand")
    }
}

#[async_trait]
impl Writes for Bulk {
    async fn write(&self, rows: &[WriteRow]) -> Vec<Attempt> {
        let request = self.request().await;
        self.requests.lock().expect("a lock").push(rows.iter().map(|row| row.submission.key.0.clone()).collect());
        self.let_through.acquire().await.expect("open").forget();
        let lanes: std::collections::BTreeSet<String> =
            rows.iter().map(|row| self.lane(&row.submission.write)).collect();
        let attempts = if lanes.len() == 1 {
            rows.iter().map(|_| Attempt::done("alone")).collect()
        } else {
            let job = format!("job{}", self.jobs.fetch_add(1, Relaxed));
            let of = |at| Attempt::Taken { job: job.clone(), at, look_after: Duration::ZERO };
            (0..u32::try_from(rows.len()).expect("few")).map(of).collect()
        };
        request.end(CameTo::Answered);
        attempts
    }
    async fn look(&self, _: &WriteRow) -> Looked {
        self.request().await.end(CameTo::Answered);
        self.looks.lock().expect("a lock").pop_front().unwrap_or(Looked::CannotTell)
    }
    async fn ask_jobs(&self, rows: &[JobRow]) -> Vec<OfJob> {
        self.request().await.end(CameTo::Answered);
        let key = |row: &JobRow| row.row.submission.key.0.clone();
        let asked = rows.iter().map(|row| (row.job.clone(), row.at, key(row))).collect();
        self.asked.lock().expect("a lock").push(asked);
        let of_jobs = self.of_jobs.lock().expect("a lock");
        let working = || OfJob::Working { look_after: Duration::ZERO };
        rows.iter().map(|row| of_jobs.get(&key(row)).cloned().unwrap_or_else(working)).collect()
    }
    fn lane(&self, write: &Write) -> String {
        write.subject()
    }
    fn batch(&self, _: &Submission) -> Option<Batch> {
        Some(Batch { of: "records".into(), most_in_one_request: 100 })
    }
    fn jobs_at_once(&self) -> u32 {
        self.jobs_at_once.load(Relaxed)
    }
    fn folds(&self, older: &Submission, newer: &Submission) -> bool {
        // New records of one customer.
        matches!((&older.write, &newer.write), (Write::AddRecord { .. }, Write::AddRecord { .. }))
    }
    fn is_idempotent(&self, _: &Submission) -> bool {
        false
    }
    fn allowance(&self) -> Allowance {
        Allowance { per_day: Some(1_000), ..Allowance::unlimited(1) }
    }
    fn counts_against_day(&self, _: &Submission) -> bool {
        true
    }
}

async fn open(dir: &TempDir, bulk: &Arc<Bulk>) -> Outbox {
    let accounts = BTreeMap::from([("crm".to_owned(), bulk.clone() as Arc<dyn Writes>)]);
    let saved = bulk.saved.clone();
    let saved: HearsSaved = Arc::new(move |_, requests| {
        saved.fetch_add(requests, Relaxed);
    });
    let setup = OutboxSetup { saved, ..OutboxSetup::new(&path(dir), accounts) };
    Outbox::start(setup).await.expect("it starts")
}

/// The first row goes alone, and the others wait meanwhile.
async fn submit(outbox: &Outbox, bulk: &Bulk, rows: &[(&str, Write)]) {
    outbox.submit(submission("first", add_record("0"))).await.expect("saved");
    until(outbox, "first", |state| matches!(state, SubmissionState::Sending { .. })).await;
    for (key, write) in rows {
        outbox.submit(submission(key, write.clone())).await.expect("saved");
    }
    bulk.let_through.add_permits(1);
    until(outbox, "first", is_over).await;
}

async fn is_taken(outbox: &Outbox, key: &str) {
    until(outbox, key, |state| matches!(state, SubmissionState::Checking { .. })).await;
    let (row, notes) = outbox.row(SubmissionKey(key.into())).await.expect("read").expect("there");
    assert!(row.is_job, "it says that the other system works on it");
    assert_eq!(notes.last().map(|note| note.outcome.as_str()), Some("taken"));
}

fn made(reference: &str) -> OfJob {
    OfJob::Over(Attempt::Done { answer: "made".into(), reference: Some(reference.into()) })
}

#[tokio::test]
async fn each_row_of_a_job_has_its_own_end_and_one_question_asks_of_all_jobs() {
    let dir = TempDir::new().expect("a folder");
    let bulk = Bulk::new();
    let outbox = open(&dir, &bulk).await;
    let rows =
        [("done", add_record("1")), ("refused", add_record("2")), ("lost", add_record("3")), ("not", add_record("4"))];
    submit(&outbox, &bulk, &rows).await;
    let refused = Attempt::Refused { why: ParkReason::Invalid, detail: "no such city".into() };
    let not_sent = Attempt::NotSent { detail: "busy".into(), wait: Some(Duration::from_secs(3_600)) };
    bulk.says("done", made("record/1"));
    bulk.says("refused", OfJob::Over(refused));
    bulk.says("not", OfJob::Over(not_sent));
    bulk.says("lost", OfJob::Lost { detail: "no such job".into() });
    bulk.let_through.add_permits(1);
    until(&outbox, "done", is_over).await;
    until(&outbox, "refused", |state| matches!(state, SubmissionState::Parked { why: ParkReason::Invalid, .. })).await;
    until(&outbox, "not", |state| matches!(state, SubmissionState::Waiting { .. })).await;
    bulk.looks.lock().expect("a lock").push_back(Looked::Written { answer: "there".into(), reference: None });
    outbox.act("lost".into_key(), OutboxAct::Retry, None).await.expect("it is looked for now");
    until(&outbox, "lost", is_over).await;
    let (row, _) = outbox.row("done".into_key()).await.expect("read").expect("there");
    assert_eq!((row.reference.as_deref(), row.is_job, bulk.requests().len()), (Some("record/1"), false, 2));
    let asked = bulk.asked.lock().expect("a lock").clone();
    let keys = ["done", "refused", "lost", "not"];
    let of = |(at, key): (u32, &str)| ("job0".to_owned(), at, key.to_owned());
    assert_eq!(asked, [(0..).zip(keys).map(of).collect::<Vec<_>>()], "by one question, each by its place");
    assert_eq!(bulk.saved.load(Relaxed), 2, "four rows in one request, less the question of their job");
    assert_eq!(outbox.budgets().await[0].windows[0].used, 4, "two requests, a question, a look");
}

#[tokio::test]
async fn a_job_survives_the_program_and_is_neither_sent_nor_looked_for_again() {
    let dir = TempDir::new().expect("a folder");
    let bulk = Bulk::new();
    let outbox = open(&dir, &bulk).await;
    submit(&outbox, &bulk, &[("a", add_record("1")), ("b", add_record("2"))]).await;
    bulk.let_through.add_permits(1);
    is_taken(&outbox, "a").await;
    is_taken(&outbox, "b").await;
    outbox.shutdown().await;

    let again = open(&dir, &bulk).await;
    again.submit(submission("behind", codify("1", ""))).await.expect("saved");
    bulk.says("a", made("record/1"));
    bulk.says("b", made("record/2"));
    bulk.let_through.add_permits(5);
    for key in ["a", "b", "behind"] {
        until(&again, key, is_over).await;
    }
    let expected: [&[&str]; 3] = [&["first"], &["a", "b"], &["behind"]];
    assert_eq!(bulk.requests(), expected, "what is behind it in its lane waited for its job");
    let asked = bulk.asked.lock().expect("a lock").pop().expect("asked");
    assert_eq!(asked, [("job0".into(), 0, "a".into()), ("job0".into(), 1, "b".into())]);
}

#[tokio::test]
async fn rows_of_one_lane_that_fold_leave_as_one_change_and_others_keep_their_turn() {
    let dir = TempDir::new().expect("a folder");
    let bulk = Bulk::new();
    let outbox = open(&dir, &bulk).await;
    let rows = [("a1", add_record("1")), ("a2", add_record("1")), ("code", codify("1", "")), ("a3", add_record("1"))];
    submit(&outbox, &bulk, &rows).await;
    bulk.let_through.add_permits(5);
    for key in ["a1", "a2", "code", "a3"] {
        until(&outbox, key, is_over).await;
    }
    let expected: [&[&str]; 4] = [&["first"], &["a1", "a2"], &["code"], &["a3"]];
    assert_eq!(bulk.requests(), expected);
}

#[tokio::test]
async fn while_as_many_jobs_are_under_way_as_it_works_on_rows_go_alone() {
    let dir = TempDir::new().expect("a folder");
    let bulk = Bulk::new();
    bulk.jobs_at_once.store(1, Relaxed);
    let outbox = open(&dir, &bulk).await;
    submit(&outbox, &bulk, &[("a", add_record("1")), ("b", add_record("2"))]).await;
    bulk.let_through.add_permits(1);
    is_taken(&outbox, "a").await;
    for (key, customer) in [("c", "3"), ("d", "4")] {
        outbox.submit(submission(key, add_record(customer))).await.expect("saved");
    }
    bulk.let_through.add_permits(5);
    for key in ["c", "d"] {
        until(&outbox, key, is_over).await;
    }
    let expected: [&[&str]; 4] = [&["first"], &["a", "b"], &["c"], &["d"]];
    assert_eq!(bulk.requests(), expected);
}
