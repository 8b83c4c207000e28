//! Rows that need another one: after it, with its reference, or by a person's decision without it.

use super::*;
use ringcard_core::campaign::CallbackStyle;

fn call_back(key: &str, customer: &str, needs: &str) -> Submission {
    let Write::Codify { record, .. } = codify(customer, "") else { panic!("it is") };
    let write = Write::ScheduleCallback {
        record,
        at: Timestamp(1_900_000_000_000),
        number: "+3612345678".into(),
        style: CallbackStyle::Dialler,
        agent_id: None,
    };
    Submission { needs: Some(needs.into_key()), ..submission(key, write) }
}

fn made(reference: &str) -> Attempt {
    Attempt::Done { answer: "made".into(), reference: Some(reference.into()) }
}

fn no() -> Attempt {
    Attempt::Refused { why: ParkReason::Invalid, detail: "no such city".into() }
}

fn waits_for_another(state: &SubmissionState) -> bool {
    matches!(state, SubmissionState::Waiting { why: WaitReason::Needs, .. })
}

fn has_lost_it(state: &SubmissionState) -> bool {
    matches!(state, SubmissionState::Parked { why: ParkReason::NeedsGone, .. })
}

impl Crm {
    /// With which reference the row was sent.
    fn needed(&self, key: &str) -> Option<String> {
        let requests = self.requests.lock().expect("a lock");
        let row = requests.iter().flatten().find(|row| row.submission.key.0 == key).expect("it was sent");
        row.needed.clone()
    }
}

#[tokio::test]
async fn a_call_back_on_a_record_that_was_just_added_goes_after_it_with_its_id() {
    let dir = TempDir::new().expect("a folder");
    let crm = Crm::slow([made("77")], 0);
    let outbox = start(&dir, &crm).await;
    outbox.submit(submission("record", add_record("1"))).await.expect("saved");
    outbox.submit(call_back("later", "1", "record")).await.expect("saved");
    until(&outbox, "record", |state| matches!(state, SubmissionState::Sending { .. })).await;
    until(&outbox, "later", waits_for_another).await;
    crm.let_through.add_permits(9);
    until(&outbox, "later", is_over).await;
    assert_eq!((crm.sent(), crm.needed("later")), (vec!["record".into(), "later".into()], Some("77".into())));
    // The same of a record that is done already.
    outbox.submit(call_back("much_later", "1", "record")).await.expect("saved");
    until(&outbox, "much_later", is_over).await;
    assert_eq!(crm.needed("much_later").as_deref(), Some("77"));
}

#[tokio::test]
async fn what_is_needed_and_taken_away_leaves_the_rest_to_a_person_after_a_restart_too() {
    let dir = TempDir::new().expect("a folder");
    let crm = Crm::new([no()]);
    let outbox = start(&dir, &crm).await;
    outbox.submit(submission("record", add_record("1"))).await.expect("saved");
    until(&outbox, "record", SubmissionState::needs_a_person).await;
    outbox.submit(call_back("later", "1", "record")).await.expect("saved");
    until(&outbox, "later", waits_for_another).await;
    outbox.shutdown().await;
    let outbox = start(&dir, &crm).await;
    until(&outbox, "later", waits_for_another).await;
    outbox.act("record".into_key(), OutboxAct::Discard, None).await.expect("taken away");
    until(&outbox, "later", has_lost_it).await;
    assert_eq!(outbox.watch().borrow().needs_a_person, 1);
    outbox.shutdown().await;
    let outbox = start(&dir, &crm).await;
    until(&outbox, "later", has_lost_it).await;
    outbox.act("later".into_key(), OutboxAct::Retry, None).await.expect("without it");
    until(&outbox, "later", is_over).await;
    assert_eq!((crm.sent(), crm.needed("later")), (vec!["record".into(), "later".into()], None));
    let (row, _) = outbox.row("later".into_key()).await.expect("read").expect("there");
    assert_eq!(row.submission.needs, None, "what was sent is what is remembered");
}

#[tokio::test]
async fn what_a_person_found_there_is_done_and_what_needs_it_goes_on() {
    let dir = TempDir::new().expect("a folder");
    let crm = Crm::new([no()]);
    let outbox = start(&dir, &crm).await;
    outbox.submit(submission("record", add_record("1"))).await.expect("saved");
    until(&outbox, "record", SubmissionState::needs_a_person).await;
    outbox.submit(call_back("later", "1", "record")).await.expect("saved");
    outbox.act("record".into_key(), OutboxAct::MarkDone, None).await.expect("done");
    until(&outbox, "later", is_over).await;
}

#[tokio::test]
async fn what_needs_nothing_that_is_there_is_refused_unless_it_was_called_saved_elsewhere() {
    let dir = TempDir::new().expect("a folder");
    let crm = Crm::new([]);
    let outbox = start(&dir, &crm).await;
    for needs in ["nobody", "itself"] {
        let refused = outbox.submit(call_back("itself", "1", needs)).await.expect_err("refused").to_string();
        assert_eq!(refused, "It was not saved: it needs another submission that is not there.");
    }
    outbox.take_over(call_back("saved", "1", "nobody")).await.expect("kept");
    until(&outbox, "saved", has_lost_it).await;
    assert!(crm.sent().is_empty());
}

#[tokio::test]
async fn what_was_saved_before_is_known_though_what_it_needs_is_gone_since() {
    let dir = TempDir::new().expect("a folder");
    let crm = Crm::new([no()]);
    let outbox = start(&dir, &crm).await;
    outbox.submit(submission("record", add_record("1"))).await.expect("saved");
    until(&outbox, "record", SubmissionState::needs_a_person).await;
    outbox.submit(call_back("later", "1", "record")).await.expect("saved");
    outbox.act("record".into_key(), OutboxAct::Discard, None).await.expect("taken away");
    until(&outbox, "later", has_lost_it).await;
    // Whoever sent it did not hear the answer, and sends it again.
    let again = outbox.submit(call_back("later", "1", "record")).await.expect("known");
    assert_eq!(again, Accepted { key: "later".into_key(), known: true, replaced: None });
}

#[tokio::test]
async fn what_others_need_is_not_moved_behind_them() {
    let dir = TempDir::new().expect("a folder");
    let crm = Crm::new([no()]);
    let outbox = start(&dir, &crm).await;
    outbox.submit(submission("record", add_record("1"))).await.expect("saved");
    until(&outbox, "record", SubmissionState::needs_a_person).await;
    outbox.submit(call_back("later", "1", "record")).await.expect("saved");
    let edit = |customer: &str| OutboxAct::Edit { write: add_record(customer) };
    let refused = outbox.act("record".into_key(), edit("2"), None).await.expect_err("refused");
    assert!(matches!(refused, OutboxFailure::Needed), "{refused}");
    outbox.act("record".into_key(), edit("1"), None).await.expect("put right where it stands");
    until(&outbox, "later", is_over).await;
    assert_eq!(crm.sent(), ["record", "record", "later"]);
}

#[tokio::test]
async fn where_a_newer_one_takes_the_place_of_what_is_needed_the_newer_one_is_needed() {
    let dir = TempDir::new().expect("a folder");
    let crm = Crm::slow([], 0);
    let outbox = start(&dir, &crm).await;
    outbox.submit(submission("busy", codify("0", ""))).await.expect("saved");
    until(&outbox, "busy", |state| matches!(state, SubmissionState::Sending { .. })).await;
    outbox.submit(submission("code", codify("1", "first"))).await.expect("saved");
    outbox.submit(call_back("later", "2", "code")).await.expect("saved");
    let newer = outbox.submit(submission("newer", codify("1", "second"))).await.expect("saved");
    assert_eq!(newer.replaced, Some("code".into_key()));
    until(&outbox, "code", is_over).await;
    until(&outbox, "later", waits_for_another).await;
    crm.let_through.add_permits(9);
    until(&outbox, "later", is_over).await;
    assert_eq!(crm.sent(), ["busy", "newer", "later"]);
}
