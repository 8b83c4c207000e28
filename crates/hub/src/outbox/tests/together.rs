//! Several rows in one request, each with an end of its own.

use super::*;

async fn is_sent(outbox: &Outbox, key: &str) {
    until(outbox, key, |state| matches!(state, SubmissionState::Sending { .. })).await;
}

#[tokio::test]
async fn new_records_go_together_as_many_as_fit_and_a_request_is_one_permit() {
    let dir = TempDir::new().expect("a folder");
    let crm = Crm::of_many([], 3);
    let outbox = start(&dir, &crm).await;
    outbox.submit(submission("first", add_record("0"))).await.expect("saved");
    is_sent(&outbox, "first").await;
    for n in 1..=4 {
        outbox.submit(submission(&format!("new{n}"), add_record(&n.to_string()))).await.expect("saved");
    }
    // Of one lane: it cannot share a request with the one before it.
    outbox.submit(submission("again", add_record("1"))).await.expect("saved");
    outbox.submit(submission("code", codify("9", ""))).await.expect("saved");
    crm.let_through.add_permits(10);
    until(&outbox, "again", is_over).await;
    until(&outbox, "new4", is_over).await;
    let requests = crm.requests();
    let expected: [&[&str]; 5] = [&["first"], &["code"], &["new1", "new2", "new3"], &["new4"], &["again"]];
    assert_eq!(requests, expected, "what is more urgent goes first, and alone");
    assert_eq!(outbox.budgets().await[0].windows[0].used, 5, "a permit for each request");
}

#[tokio::test]
async fn of_rows_in_one_request_each_has_its_own_end_and_the_reference_is_kept() {
    let dir = TempDir::new().expect("a folder");
    let refused = |detail: &str| Attempt::Refused { why: ParkReason::Invalid, detail: detail.into() };
    let crm = Crm::of_many(
        [
            Attempt::done("the first"),
            Attempt::Done { answer: "made".into(), reference: Some("record/77".into()) },
            refused("no such city"),
            Attempt::NotSent { detail: "too many".into(), wait: Some(Duration::from_secs(3_600)) },
            refused("say nothing more"),
        ],
        9,
    );
    let outbox = start(&dir, &crm).await;
    outbox.submit(submission("first", add_record("0"))).await.expect("saved");
    is_sent(&outbox, "first").await;
    for key in ["done", "refused", "not_sent", "silent"] {
        outbox.submit(submission(key, add_record(key))).await.expect("saved");
    }
    crm.let_through.add_permits(2);
    until(&outbox, "done", is_over).await;
    until(&outbox, "refused", |state| matches!(state, SubmissionState::Parked { why: ParkReason::Invalid, .. })).await;
    until(&outbox, "not_sent", |state| {
        matches!(state, SubmissionState::Waiting { why: WaitReason::Retry | WaitReason::Pace, .. })
    })
    .await;
    until(&outbox, "silent", |state| matches!(state, SubmissionState::Checking { .. })).await;
    assert_eq!(crm.requests().len(), 2);
    let reference = |row: Option<(OutboxRow, Vec<AttemptNote>)>| row.expect("there").0.reference;
    let key = || SubmissionKey("done".into());
    assert_eq!(reference(outbox.row(key()).await.expect("read")).as_deref(), Some("record/77"));
    outbox.shutdown().await;
    let again = start(&dir, &crm).await;
    assert_eq!(reference(again.row(key()).await.expect("read")).as_deref(), Some("record/77"));
}

#[tokio::test]
async fn a_connector_that_panics_leaves_every_row_of_its_request_unknown() {
    let dir = TempDir::new().expect("a folder");
    let panics = Attempt::Refused { why: ParkReason::Refused, detail: "panic".into() };
    let crm = Crm::of_many([Attempt::done("the first"), Attempt::done("lost"), panics], 9);
    let outbox = start(&dir, &crm).await;
    outbox.submit(submission("first", add_record("0"))).await.expect("saved");
    is_sent(&outbox, "first").await;
    for key in ["a", "b"] {
        outbox.submit(submission(key, add_record(key))).await.expect("saved");
    }
    crm.let_through.add_permits(2);
    for key in ["a", "b"] {
        until(&outbox, key, |state| matches!(state, SubmissionState::Checking { .. })).await;
    }
}

#[tokio::test]
async fn what_takes_the_place_of_an_older_unsent_code_says_so() {
    let dir = TempDir::new().expect("a folder");
    let crm = Crm::slow([], 0);
    let outbox = start(&dir, &crm).await;
    outbox.submit(submission("busy", codify("0", ""))).await.expect("saved");
    is_sent(&outbox, "busy").await;
    let older = outbox.submit(submission("older", codify("1", "first"))).await.expect("saved");
    assert_eq!(older.replaced, None);
    let newer = outbox.submit(submission("newer", codify("1", "second"))).await.expect("saved");
    assert_eq!(newer, Accepted { key: "newer".into_key(), known: false, replaced: Some("older".into_key()) });
    let state = until(&outbox, "older", is_over).await;
    assert!(matches!(state, SubmissionState::Replaced { by, .. } if by == "newer".into_key()));
    let behind_a_sent_one = outbox.submit(submission("behind", codify("0", "more"))).await.expect("saved");
    assert_eq!(behind_a_sent_one.replaced, None, "the one before it is on its way");
}
