//! From a desk's *save* to the other system: exactly once, whatever happens in between.

use super::{CUSTOMER, Office, PREDICTIVE, account, codify, record, submission};
use crate::support::Desk;
use ringcard_connect::{CountsAgainst, Purpose, permits::Request as OneRequest};
use ringcard_core::{
    call::AgentId,
    frame::{OutboxFilter, Reply, Request, RequestErrorCode},
    submission::{GateReason, OutboxAct, OutboxRow, ParkReason, SubmissionState, WaitReason, Window, Write},
};
use ringcard_sim::wolkvox::{Misbehaviour, WolkvoxConfig, Write as Wrote};

fn waits_for(why: WaitReason) -> impl Fn(&SubmissionState) -> bool {
    move |state| matches!(state, SubmissionState::Waiting { why: is, .. } if *is == why)
}

/// Everything the simulator coded, in its order: the customers.
fn coded_in_order(office: &Office) -> Vec<String> {
    let customer = |write| match write {
        Wrote::Coded { customer_id, .. } => Some(customer_id),
        _ => None,
    };
    office.sim.applied().into_iter().filter_map(|applied| customer(applied.write)).collect()
}

#[tokio::test]
async fn what_a_desk_saves_arrives_once_and_everybody_sees_it_leave() {
    let mut office = Office::open().await;
    let write = submission(codify(CUSTOMER, "001"));
    let key = office.submit(write.clone()).await;
    let row = office.done(&key).await;
    assert_eq!((row.attempts, row.submission.agent), (1, Some(AgentId("Ana".into()))));
    assert!(row.last_answer.is_some_and(|answer| answer.contains("has been coded")));
    assert_eq!(office.submit(write).await, key, "the same key again is accepted again");
    office.desk.until("an empty outbox", |desk| desk.outbox.waiting == 0).await;
    assert_eq!(office.coded(CUSTOMER), 1, "and sent once");
    assert_eq!(office.desk.outbox.accounts, ["crm"]);
    let (_, attempts) = office.look(&key).await;
    assert_eq!(attempts.iter().map(|note| note.outcome.as_str()).collect::<Vec<_>>(), ["done"]);
    match office.desk.ask(Request::Outbox { filter: OutboxFilter::Over, before: None, limit: 10 }).await {
        Ok(Reply::Outbox { rows, more: false }) => assert_eq!(rows.len(), 1),
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn what_waited_while_nothing_could_be_reached_is_sent_after_a_restart() {
    let mut office = Office::open().await;
    office.sim.go_offline().await;
    let mut keys = Vec::new();
    for customer in 0..5 {
        keys.push(office.submit(submission(codify(CUSTOMER + customer, "001"))).await);
    }
    office.until(&keys[0], waits_for(WaitReason::Retry)).await;
    let colleague = Desk::open(office.hub.connect(AgentId("Béla".into())), "Béla").await;
    assert_eq!(colleague.welcome.outbox.waiting, 5, "a desk that comes later sees what waits");
    office.sim.go_online().await.expect("the same port");
    let mut office = office.restarted().await;
    for (customer, key) in (0..).zip(&keys) {
        office.done(key).await;
        assert_eq!(office.coded(CUSTOMER + customer), 1);
    }
}

#[tokio::test]
async fn offline_waits_and_goes_by_itself_when_the_account_is_back() {
    let mut office = Office::open().await;
    office.sim.go_offline().await;
    let key = office.submit(submission(codify(CUSTOMER, "001"))).await;
    office.until(&key, waits_for(WaitReason::Retry)).await;
    office.until_row(&key, |row| row.last_answer.is_some()).await;
    office.sim.go_online().await.expect("the same port");
    office.done(&key).await;
    assert_eq!(office.coded(CUSTOMER), 1);
}

#[tokio::test]
async fn a_code_that_does_not_exist_waits_for_a_person_who_puts_it_right() {
    let mut office = Office::open().await;
    let key = office.submit(submission(codify(CUSTOMER, "999"))).await;
    let behind = office.submit(submission(codify(CUSTOMER + 1, "001"))).await;
    let row = office.until(&key, SubmissionState::needs_a_person).await;
    match &row.state {
        SubmissionState::Parked { why: ParkReason::Invalid, detail, .. } => {
            assert!(detail.contains("999"), "wolkvox's words are shown: {detail}");
        }
        other => panic!("{other:?}"),
    }
    office.done(&behind).await;
    office.desk.until("one for a person", |desk| desk.outbox.needs_a_person == 1 && desk.outbox.waiting == 1).await;
    let edit = OutboxAct::Edit { write: codify(CUSTOMER, "002") };
    office.desk.ask(Request::OutboxAct { key: key.clone(), act: edit }).await.expect("edited");
    office.done(&key).await;
    assert_eq!(office.sim.records(PREDICTIVE)[0].cod_act, "002");
    let (_, attempts) = office.look(&key).await;
    let told: Vec<_> = attempts.iter().map(|note| (note.outcome.as_str(), note.answer.contains("Ana"))).collect();
    assert_eq!(told, [("refused", false), ("edited", true), ("done", false)], "who edited it is remembered");
}

#[tokio::test]
async fn another_campaign_type_and_a_record_that_vanished_wait_for_a_person() {
    let mut office = Office::open().await;
    let mut of_another_type = codify(CUSTOMER, "001");
    if let Write::Codify { record, .. } = &mut of_another_type {
        record.kind = ringcard_core::campaign::CampaignKind::Preview;
    }
    let wrong = office.submit(submission(of_another_type)).await;
    let gone = office.submit(submission(codify(CUSTOMER + 900, "001"))).await;
    let row = office.until(&wrong, SubmissionState::needs_a_person).await;
    assert!(matches!(row.state, SubmissionState::Parked { why: ParkReason::Invalid, .. }), "{row:?}");
    let row = office.until(&gone, SubmissionState::needs_a_person).await;
    assert!(matches!(row.state, SubmissionState::Parked { why: ParkReason::Gone, .. }), "{row:?}");
    let discard = Request::OutboxAct { key: gone.clone(), act: OutboxAct::Discard };
    office.desk.ask(discard.clone()).await.expect("discarded");
    office.until(&gone, |state| matches!(state, SubmissionState::Discarded { .. })).await;
    assert!(office.desk.ask(discard).await.is_err(), "what is over cannot be decided about again");
}

#[tokio::test]
async fn what_was_called_saved_elsewhere_and_is_too_long_waits_whole_for_whoever_shortens_it() {
    let mut office = Office::open().await;
    office.desk.until("the limits", |desk| !desk.outbox.limits.is_empty()).await;
    assert_eq!(office.desk.outbox.limits[0].limits.record_comment, 2000);
    let said = |length: usize| match codify(CUSTOMER, "001") {
        Write::Codify { record, code, second_code, do_not_call, .. } => {
            Write::Codify { record, code, second_code, do_not_call, comment: "é".repeat(length) }
        }
        other => other,
    };
    let key = office.submit(submission(said(2035))).await;
    let row = office.until(&key, SubmissionState::needs_a_person).await;
    assert_eq!(row.submission.write, said(2035));
    let act = |length: usize| Request::OutboxAct { key: key.clone(), act: OutboxAct::Edit { write: said(length) } };
    let refused = office.desk.ask(act(2001)).await.expect_err("still too long");
    assert!(refused.message.contains("has 2001 characters, at most 2000 can be sent"), "{refused}");
    assert_eq!(office.look(&key).await.0.submission.write, said(2035), "nothing of it is lost");
    assert!(office.sim.requests().is_empty());
    office.desk.ask(act(2000)).await.expect("edited");
    office.done(&key).await;
}

#[tokio::test]
async fn a_spent_day_of_the_operation_closes_the_door_until_midnight_and_then_it_goes() {
    let mut office = Office::open().await;
    office.sim.spend(10_000);
    let key = office.submit(submission(codify(CUSTOMER, "001"))).await;
    office.until(&key, waits_for(WaitReason::Gate)).await;
    // The gate closes at once, and the answer is shown when it is on disk.
    let said = |row: &OutboxRow| row.last_answer.as_ref().is_some_and(|said| said.contains("TOKEN LIMIT EXCEEDED"));
    office.until_row(&key, said).await;
    office.desk.until("the gate", |desk| desk.outbox.gates.len() == 1).await;
    let gate = office.desk.outbox.gates[0].gate.clone();
    assert_eq!((gate.why, office.desk.outbox.gates[0].account.as_str()), (GateReason::DayQuota, "crm"));
    assert!(gate.detail.starts_with("the day's allowance is used up"), "{}", gate.detail);
    let refused = office.desk.ask(Request::OutboxAct { key: key.clone(), act: OutboxAct::Retry }).await;
    let refused = refused.expect_err("not today");
    assert_eq!(refused.code, RequestErrorCode::NotNow);
    assert!(refused.message.contains("the day's allowance of “crm” is used up until"), "{refused}");
    let second = office.submit(submission(codify(CUSTOMER + 1, "001"))).await;
    office.until(&second, waits_for(WaitReason::Gate)).await;
    assert_eq!(office.sim.requests_of("codify").len(), 1, "behind a closed gate nothing is tried");
    office.next_day().await;
    office.done(&key).await;
    office.done(&second).await;
    office.desk.until("an open gate", |desk| desk.outbox.gates.is_empty()).await;
    assert_eq!((office.coded(CUSTOMER), office.coded(CUSTOMER + 1)), (1, 1));
}

#[tokio::test]
async fn our_own_count_of_the_day_stops_before_the_operation_does_and_starts_anew_at_midnight() {
    let mut office = Office::open_with(WolkvoxConfig::default(), &[]).await;
    let outbox = office.hub.outbox().as_ref().expect("an outbox").clone();
    let mut taken = 0;
    // Reports take what writes may take: ten per cent are kept for look-ups.
    let report = OneRequest { purpose: Purpose::Report, what: "report", counts: CountsAgainst::Day };
    while outbox.permit("crm", None, &report).await.is_ok() {
        taken += 1;
        assert!(taken <= 9_000, "more was handed out than there is");
    }
    assert_eq!(taken, 9_000);
    let key = office.submit(submission(codify(CUSTOMER, "001"))).await;
    office.until(&key, waits_for(WaitReason::DayBudget)).await;
    assert!(office.sim.requests().is_empty(), "nothing was sent that the day does not allow");
    let budgets = outbox.budgets().await;
    let day = budgets[0].windows.iter().find(|window| window.window == Window::Day).expect("a day");
    assert_eq!((day.limit, day.left, day.reserved, budgets[0].waiting), (10_000, 1_000, 1_000, 1));
    office.next_day().await;
    office.done(&key).await;
}

#[tokio::test]
async fn applied_and_then_cut_is_coded_again_with_the_same_content_and_added_only_once() {
    let mut office = Office::open().await;
    office.sim.misbehave("codify", Misbehaviour::ApplyThenCut);
    let key = office.submit(submission(codify(CUSTOMER, "001"))).await;
    office.done(&key).await;
    let applied: Vec<_> = office.sim.applied().into_iter().map(|applied| applied.write).collect();
    assert!((1..=2).contains(&applied.len()) && applied.iter().all(|write| *write == applied[0]), "{applied:?}");

    office.sim.misbehave("add_record", Misbehaviour::ApplyThenCut);
    let added = Write::AddRecord {
        account: "crm".into(),
        campaign: record(CUSTOMER).campaign,
        campaign_kind: record(CUSTOMER).kind,
        customer_id: "777".into(),
        customer_name: "Ana".into(),
        numbers: vec!["+573001234567".into()],
        fields: Vec::new(),
    };
    let key = office.submit(submission(added)).await;
    office.until(&key, |state| matches!(state, SubmissionState::Checking { .. })).await;
    // A person's Retry asks at once, and sends nothing that may be there.
    office.desk.ask(Request::OutboxAct { key: key.clone(), act: OutboxAct::Retry }).await.expect("asked now");
    office.done(&key).await;
    let there = office.sim.records(PREDICTIVE).into_iter().filter(|record| record.customer_id == "777");
    assert_eq!(there.count(), 1);
    let (_, attempts) = office.look(&key).await;
    assert!(attempts.iter().any(|note| note.outcome == "checked"), "{attempts:?}");
}

#[tokio::test]
async fn a_revoked_token_closes_the_door_with_its_reason_and_a_new_one_opens_it() {
    let mut office = Office::open().await;
    office.sim.adjust(|config| config.tokens[0].valid = false);
    let key = office.submit(submission(codify(CUSTOMER, "001"))).await;
    office.until(&key, waits_for(WaitReason::Gate)).await;
    office.desk.until("the gate", |desk| !desk.outbox.gates.is_empty()).await;
    let gate = &office.desk.outbox.gates[0].gate;
    assert_eq!(gate.why, GateReason::SignIn);
    assert!(gate.detail.contains("make a new one in wolkvox Manager"), "{}", gate.detail);
    office.sim.adjust(|config| {
        config.tokens[0].valid = true;
        config.tokens[0].token = "a-new-token".into();
    });
    let account = account(&office.sim, &office.clock, &[]);
    office.hub.use_accounts(vec![account]).await;
    office.done(&key).await;
    assert_eq!(office.coded(CUSTOMER), 1);
}

#[tokio::test]
async fn a_record_that_is_added_after_its_request_was_given_up_is_there_once() {
    let mut office = Office::open().await;
    office.sim.misbehave("add_record", Misbehaviour::AppliesLater { status: 504, ms: 4_500 });
    let added = Write::AddRecord {
        account: "crm".into(),
        campaign: record(CUSTOMER).campaign,
        campaign_kind: record(CUSTOMER).kind,
        customer_id: "778".into(),
        customer_name: "Eva".into(),
        numbers: vec!["+573001234568".into()],
        fields: Vec::new(),
    };
    let key = office.submit(submission(added)).await;
    // Looked for once by itself, before it is there.
    let row = office.until_row(&key, |row| row.last_answer.as_deref() == Some("it is not there yet")).await;
    assert!(matches!(row.state, SubmissionState::Checking { until: Some(_) }), "{row:?}");
    office.sim.wait_for_applied("it is added", |_| true).await.expect("late");
    office.clock.0.fetch_add(62_000, std::sync::atomic::Ordering::SeqCst);
    office.done(&key).await;
    let there = office.sim.records(PREDICTIVE).into_iter().filter(|record| record.customer_id == "778");
    assert_eq!(there.count(), 1);
    assert_eq!(office.sim.requests_of("add_record").len(), 1);
}

#[tokio::test]
async fn a_good_token_goes_after_a_restart_and_a_token_made_good_there_goes_at_a_retry() {
    let mut office = Office::open().await;
    office.sim.adjust(|config| config.tokens[0].valid = false);
    let key = office.submit(submission(codify(CUSTOMER, "001"))).await;
    office.until(&key, waits_for(WaitReason::Gate)).await;
    office.sim.adjust(|config| {
        config.tokens[0].valid = true;
        config.tokens[0].token = "a-new-token".into();
    });
    let mut office = office.restarted().await;
    office.done(&key).await;

    office.sim.adjust(|config| config.tokens[0].valid = false);
    let key = office.submit(submission(codify(CUSTOMER + 1, "001"))).await;
    office.until(&key, waits_for(WaitReason::Gate)).await;
    let refused = office.sim.requests().len();
    office.desk.ask(Request::OutboxAct { key: key.clone(), act: OutboxAct::Retry }).await.expect("tried");
    office.until_row(&key, |row| row.attempts == 2 && waits_for(WaitReason::Gate)(&row.state)).await;
    assert_eq!(office.sim.requests().len(), refused + 1, "one knock");
    office.sim.adjust(|config| config.tokens[0].valid = true);
    office.desk.ask(Request::OutboxAct { key: key.clone(), act: OutboxAct::Retry }).await.expect("tried");
    office.done(&key).await;
}

#[tokio::test]
async fn do_not_call_goes_before_what_was_saved_earlier() {
    let mut office = Office::open().await;
    office.sim.misbehave("codify", Misbehaviour::Slow { ms: 1_500 });
    let mut keys = Vec::new();
    for customer in 0..3 {
        keys.push(office.submit(submission(codify(CUSTOMER + customer, "001"))).await);
        if customer == 0 {
            office.sim.wait_for_request("the first", |asked| asked.api == "codify").await.expect("it is sent");
        }
    }
    let mut urgent = codify(CUSTOMER + 9, "007");
    if let Write::Codify { do_not_call, .. } = &mut urgent {
        *do_not_call = true;
    }
    keys.push(office.submit(submission(urgent)).await);
    for key in &keys {
        office.done(key).await;
    }
    let order: Vec<String> = [0, 9, 1, 2].iter().map(|customer| (CUSTOMER + customer).to_string()).collect();
    assert_eq!(coded_in_order(&office), order);
    assert_eq!(office.sim.traffic("desk").refused_at_once, 0);
}

#[tokio::test]
async fn coding_a_record_again_before_it_was_sent_sends_the_newer_wish_only() {
    let mut office = Office::open().await;
    office.sim.go_offline().await;
    let first = office.submit(submission(codify(CUSTOMER, "001"))).await;
    office.until(&first, waits_for(WaitReason::Retry)).await;
    let second = office.submit(submission(codify(CUSTOMER, "002"))).await;
    office.until(&first, |state| matches!(state, SubmissionState::Replaced { by, .. } if *by == second)).await;
    office.sim.go_online().await.expect("the same port");
    office.done(&second).await;
    assert_eq!(office.coded(CUSTOMER), 1);
    assert_eq!(office.sim.records(PREDICTIVE)[0].cod_act, "002");
}
