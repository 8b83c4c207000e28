//! What is done after its answer was given up: looked for until the other system's own limit is over.

use super::*;

/// A clock that is set forward by hand.
#[derive(Clone, Default)]
struct Forward(Arc<Mutex<Duration>>);

impl Forward {
    fn clock(&self) -> Clock {
        let (forward, start) = (self.clone(), tokio::time::Instant::now());
        Clock::of(move || {
            let more = *forward.0.lock().expect("a lock");
            Now { wall: Timestamp::now().after(more), mono: start.elapsed() + more }
        })
    }

    /// The outbox looks at its clock whenever it is asked something.
    async fn by(&self, outbox: &Outbox, more: Duration) {
        *self.0.lock().expect("a lock") += more;
        outbox.budgets().await;
    }
}

async fn start_by(clock: &Forward, dir: &TempDir, crm: &Arc<Crm>) -> Outbox {
    let setup = OutboxSetup { clock: clock.clock(), ..OutboxSetup::new(&path(dir), accounts(crm)) };
    Outbox::start(setup).await.expect("it starts")
}

fn is_asked_later(state: &SubmissionState) -> bool {
    matches!(state, SubmissionState::Checking { until: Some(until) } if *until > Timestamp::now().after(Duration::from_secs(45)))
}

#[tokio::test]
async fn what_is_not_there_yet_is_not_sent_again_before_the_other_systems_own_limit() {
    let (dir, clock) = (TempDir::new().expect("a folder"), Forward::default());
    let crm = Crm::new([Attempt::Unknown { detail: "504".into() }]);
    crm.looks
        .lock()
        .expect("a lock")
        .extend([Looked::NotWritten, Looked::Written { answer: "record 77".into(), reference: None }]);
    let outbox = start_by(&clock, &dir, &crm).await;
    outbox.submit(submission("a", add_record("1"))).await.expect("saved");
    until(&outbox, "a", |state| matches!(state, SubmissionState::Checking { .. })).await;
    outbox.act(SubmissionKey("a".into()), OutboxAct::Retry, None).await.expect("asked now");
    until(&outbox, "a", is_asked_later).await;
    clock.by(&outbox, Duration::from_secs(62)).await;
    until(&outbox, "a", is_over).await;
    assert_eq!(crm.sent(), ["a"], "it came late, and once");
}

#[tokio::test]
async fn what_is_not_there_after_the_limit_is_sent_again() {
    let (dir, clock) = (TempDir::new().expect("a folder"), Forward::default());
    let crm = Crm::new([Attempt::Unknown { detail: "504".into() }]);
    crm.looks.lock().expect("a lock").extend([Looked::NotWritten, Looked::NotWritten]);
    let outbox = start_by(&clock, &dir, &crm).await;
    outbox.submit(submission("a", add_record("1"))).await.expect("saved");
    until(&outbox, "a", |state| matches!(state, SubmissionState::Checking { .. })).await;
    clock.by(&outbox, Duration::from_secs(5)).await;
    until(&outbox, "a", is_asked_later).await;
    assert_eq!(crm.sent(), ["a"]);
    clock.by(&outbox, Duration::from_secs(62)).await;
    until(&outbox, "a", is_over).await;
    assert_eq!(crm.sent(), ["a", "a"]);
}

#[tokio::test]
async fn after_a_restart_the_limit_begins_anew() {
    let (dir, clock) = (TempDir::new().expect("a folder"), Forward::default());
    let crm = Crm::new([Attempt::Unknown { detail: "504".into() }]);
    let outbox = start_by(&clock, &dir, &crm).await;
    outbox.submit(submission("a", add_record("1"))).await.expect("saved");
    until(&outbox, "a", |state| matches!(state, SubmissionState::Checking { .. })).await;
    outbox.shutdown().await;
    crm.looks.lock().expect("a lock").extend([Looked::NotWritten, Looked::NotWritten]);
    let outbox = start_by(&clock, &dir, &crm).await;
    outbox.act(SubmissionKey("a".into()), OutboxAct::Retry, None).await.expect("asked now");
    until(&outbox, "a", is_asked_later).await;
    assert_eq!(crm.sent(), ["a"]);
    clock.by(&outbox, Duration::from_secs(62)).await;
    until(&outbox, "a", is_over).await;
    assert_eq!(crm.sent(), ["a", "a"]);
}
