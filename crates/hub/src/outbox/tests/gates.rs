//! Closed gates: what opens them at once, and what a person hears where nothing does.

use super::*;
use ringcard_core::submission::GateReason;

fn not_accepted() -> Attempt {
    Attempt::Closed { why: GateReason::SignIn, until: None, detail: "no such token".into() }
}

#[tokio::test]
async fn an_answer_to_the_old_token_does_not_close_the_door_that_the_new_one_opened() {
    let dir = TempDir::new().expect("a folder");
    let old = Crm::slow([not_accepted()], 0);
    let outbox = start(&dir, &old).await;
    outbox.submit(submission("a", codify("1", ""))).await.expect("saved");
    until(&outbox, "a", |state| matches!(state, SubmissionState::Sending { .. })).await;
    let new = Crm::new([]);
    outbox.set_accounts(accounts(&new)).await;
    old.let_through.add_permits(1);
    until(&outbox, "a", is_over).await;
    assert_eq!((old.sent().len(), new.sent().len()), (1, 1));
}

#[tokio::test]
async fn a_persons_retry_knocks_at_a_door_that_takes_no_token_and_a_restart_does() {
    let dir = TempDir::new().expect("a folder");
    let crm = Crm::new([not_accepted(), not_accepted()]);
    let outbox = start(&dir, &crm).await;
    outbox.submit(submission("a", codify("1", ""))).await.expect("saved");
    let at_the_gate = |state: &SubmissionState| matches!(state, SubmissionState::Waiting { why: WaitReason::Gate, .. });
    until(&outbox, "a", at_the_gate).await;
    outbox.shutdown().await;
    let outbox = start(&dir, &crm).await;
    until(&outbox, "a", |state| at_the_gate(state) && crm.sent().len() == 2).await;
    outbox.act(SubmissionKey("a".into()), OutboxAct::Retry, None).await.expect("tried");
    until(&outbox, "a", is_over).await;
    assert_eq!(crm.sent().len(), 3, "one try each");
}

#[tokio::test]
async fn a_try_that_asked_nobody_opens_no_gate() {
    let dir = TempDir::new().expect("a folder");
    let refused = Attempt::Refused { why: ParkReason::NoAccount, detail: "say which agent".into() };
    let crm = Crm::new([not_accepted(), refused]);
    let outbox = start(&dir, &crm).await;
    outbox.submit(submission("a", codify("1", ""))).await.expect("saved");
    until(&outbox, "a", |state| matches!(state, SubmissionState::Waiting { why: WaitReason::Gate, .. })).await;
    crm.asks_nobody.store(true, Relaxed);
    outbox.act(SubmissionKey("a".into()), OutboxAct::Retry, None).await.expect("tried");
    until(&outbox, "a", SubmissionState::needs_a_person).await;
    assert!(outbox.budgets().await[0].gate.is_some(), "nobody knows whether the token is taken again");
}

#[tokio::test]
async fn an_account_that_is_called_closed_without_a_request_is_not_tried_again_and_again() {
    let dir = TempDir::new().expect("a folder");
    let crm = Crm::new([not_accepted()]);
    crm.asks_nobody.store(true, Relaxed);
    let outbox = start(&dir, &crm).await;
    outbox.submit(submission("a", codify("1", ""))).await.expect("saved");
    until(&outbox, "a", |state| matches!(state, SubmissionState::Waiting { why: WaitReason::Retry, .. })).await;
    assert_eq!(crm.sent(), ["a"]);
}

#[tokio::test]
async fn a_persons_retry_of_what_cannot_go_today_says_until_when() {
    let dir = TempDir::new().expect("a folder");
    let spent = Attempt::Closed { why: GateReason::DayQuota, until: None, detail: "TOKEN LIMIT EXCEEDED".into() };
    let crm = Crm::new([spent]);
    let outbox = start(&dir, &crm).await;
    outbox.submit(submission("a", codify("1", ""))).await.expect("saved");
    until(&outbox, "a", |state| matches!(state, SubmissionState::Waiting { why: WaitReason::Gate, .. })).await;
    let said = outbox.act(SubmissionKey("a".into()), OutboxAct::Retry, None).await.expect_err("not now").to_string();
    assert!(said.starts_with("It cannot be tried now: the day's allowance of “crm” is used up until 20"), "{said}");
    assert_eq!(crm.sent().len(), 1);
}
