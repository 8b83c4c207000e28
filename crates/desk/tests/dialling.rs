//! Click-to-call: one call per double click, asked about when unsure, never repeated by itself.

use crate::support;

use ringcard_core::{
    call::{CallId, CallState},
    control::ControlAct,
    frame::{Reply, Request, RequestError, RequestErrorCode},
    number::{CautionKind, Certainty, DialPlan, NotANumber, UnsureReason},
};
use ringcard_desk::DialAnswer;
use std::time::Duration;
use support::{HubEnd, Office, caution, in_state, outgoing, preferences};
use tokio::{
    task::JoinHandle,
    time::{Instant, advance},
};

fn dial(office: &Office, text: &str) -> JoinHandle<DialAnswer> {
    let (desk, text) = (office.desk.clone(), text.to_owned());
    tokio::spawn(async move { desk.dial(text, false, false).await })
}

/// Takes a wish to dial, says whose call it became, and answers its key.
async fn takes(hub: &mut HubEnd, call_id: &CallId) -> String {
    let (id, request) = hub.question().await;
    let Request::Dial { key, confirmed, .. } = request else { panic!("a dial, not {request:?}") };
    assert!(confirmed, "the desk has read it");
    hub.reply(id, Ok(Reply::Dialling { call_id: call_id.clone() })).await;
    key
}

#[tokio::test(start_paused = true)]
async fn a_double_click_is_one_call_however_the_number_is_written() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let call = CallId::new();
    let (first, second) = (dial(&office, "+36 30 123 4567"), dial(&office, "tel:+36301234567"));
    let keys = [takes(&mut hub, &call).await, takes(&mut hub, &call).await];
    assert_eq!(keys[0], keys[1]);
    for answer in [first, second] {
        assert_eq!(answer.await.expect("no panic"), DialAnswer::Dialling { call_id: call.clone() });
    }
}

#[tokio::test(start_paused = true)]
async fn another_number_or_the_same_one_later_is_another_call() {
    let (office, mut hub) = Office::connected(preferences()).await;
    dial(&office, "+36301234567");
    let first = takes(&mut hub, &CallId::new()).await;
    dial(&office, "+36301234568");
    let other = takes(&mut hub, &CallId::new()).await;
    assert_ne!(first, other);
    advance(Duration::from_secs(3)).await;
    dial(&office, "+36301234568");
    assert_ne!(takes(&mut hub, &CallId::new()).await, other);
}

#[tokio::test(start_paused = true)]
async fn the_same_number_right_after_the_end_of_its_call_is_another_call() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let call = outgoing("+36301234567");
    dial(&office, "+36301234567");
    let first = takes(&mut hub, &call.id).await;
    hub.call(&in_state(&call, CallState::AgentRinging)).await;
    hub.call(&in_state(&call, CallState::Ended)).await;
    office.pop("it is over", |pop| pop.calls.iter().any(|one| one.call.state.is_over())).await;
    dial(&office, "+36301234567");
    assert_ne!(takes(&mut hub, &CallId::new()).await, first);
}

#[tokio::test(start_paused = true)]
async fn while_our_own_phone_rings_for_it_the_same_number_is_the_same_call() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let call = outgoing("+36301234567");
    dial(&office, "+36301234567");
    let first = takes(&mut hub, &call.id).await;
    hub.call(&call).await;
    office.pop("our phone rings", |pop| pop.calls.len() == 1).await;
    advance(Duration::from_secs(20)).await;
    dial(&office, "+36301234567");
    assert_eq!(takes(&mut hub, &call.id).await, first);

    hub.call(&in_state(&call, CallState::Unknown)).await;
    office.pop("unknown", |pop| pop.calls[0].call.state == CallState::Unknown).await;
    advance(Duration::from_secs(20)).await;
    dial(&office, "+36301234567");
    assert_ne!(takes(&mut hub, &CallId::new()).await, first, "a person looked at the phone and clicked again");
}

#[tokio::test(start_paused = true)]
async fn a_refused_click_may_be_tried_again_at_once() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let refused = dial(&office, "+36301234567");
    let (id, Request::Dial { key, .. }) = hub.question().await else { panic!("a dial") };
    let error = RequestError::new(RequestErrorCode::NoExtension, "You have no extension");
    hub.reply(id, Err(error)).await;
    let answer = refused.await.expect("no panic");
    assert!(matches!(answer, DialAnswer::Refused { code: RequestErrorCode::NoExtension, reason: None, .. }));
    dial(&office, "+36301234567");
    assert_ne!(takes(&mut hub, &CallId::new()).await, key);
}

#[tokio::test(start_paused = true)]
async fn what_is_no_number_is_refused_with_the_reason_and_the_hub_is_not_asked() {
    let (office, mut hub) = Office::connected(preferences()).await;
    for (text, why) in [("", NotANumber::Empty), ("hello", NotANumber::NoDigits)] {
        let answer = office.desk.dial(text.to_owned(), true, false).await;
        assert!(
            matches!(&answer, DialAnswer::Refused { code: RequestErrorCode::NotANumber, reason: Some(reason), .. } if *reason == why),
            "{text:?}: {answer:?}"
        );
    }
    let long = office.desk.dial("9".repeat(1_000_000), true, false).await;
    assert!(matches!(long, DialAnswer::Refused { code: RequestErrorCode::NotANumber, .. }));
    assert!(hub.asked_nothing());
}

/// What the reader is asked in `crates/core/tests/same_questions.rs`.
#[tokio::test(start_paused = true)]
async fn the_box_reads_as_the_one_reader_does() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let rows = include_str!("../../core/tests/same_questions.tsv").lines();
    for text in rows.filter_map(|row| Some(row.split_once('\t')?.0)) {
        let plan = DialPlan::new("HU").expect("a country");
        match plan.read(text) {
            Err(why) => {
                let answer = office.desk.dial(text.to_owned(), true, false).await;
                assert!(
                    matches!(&answer, DialAnswer::Refused { reason: Some(said), .. } if *said == why),
                    "{text}: {answer:?}"
                );
            }
            Ok(reading) if reading.certainty == Certainty::Sure => {
                let answer = dial(&office, text);
                let (id, Request::Dial { number, .. }) = hub.question().await else { panic!("a dial of {text}") };
                assert_eq!(plan.read(&number), Ok(reading), "{text}");
                hub.reply(id, Err(RequestError::new(RequestErrorCode::NoExtension, "You have no extension"))).await;
                answer.await.expect("no panic");
            }
            Ok(_) => {}
        }
    }
}

#[tokio::test(start_paused = true)]
async fn when_unsure_it_asks_first_and_then_dials_what_was_confirmed() {
    let (office, mut hub) = Office::connected(preferences()).await;
    // with the country code, and without the plus
    let asked = dial(&office, "34612345678");
    hub.says_of("+34 612 34 56 78", Some("Pilar"), &[]).await;
    let answer = asked.await.expect("no panic");
    let DialAnswer::Confirm { text, number, name, reason, cautions } = answer else { panic!("not {answer:?}") };
    assert_eq!(number.e164.as_deref(), Some("+34612345678"));
    assert_eq!((name.as_deref(), reason), (Some("Pilar"), Some(UnsureReason::PlusMissing)));
    assert!(cautions.is_empty() && hub.asked_nothing());
    let desk = office.desk.clone();
    let confirmed = tokio::spawn(async move { desk.dial(text, true, false).await });
    takes(&mut hub, &CallId::new()).await;
    assert!(matches!(confirmed.await.expect("no panic"), DialAnswer::Dialling { .. }));
}

#[tokio::test(start_paused = true)]
async fn a_number_the_hub_asks_about_is_asked_about_and_then_dialled_as_told() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let asked = dial(&office, "+3690123456");
    let (id, Request::Dial { force: false, key, .. }) = hub.question().await else { panic!("a dial, unforced") };
    let premium = caution(CautionKind::Premium, true);
    let error = RequestError { cautions: vec![premium.clone()], ..RequestError::new(RequestErrorCode::AsksFirst, "?") };
    hub.reply(id, Err(error)).await;
    let answer = asked.await.expect("no panic");
    let DialAnswer::Confirm { text, cautions, reason: None, .. } = answer else { panic!("not {answer:?}") };
    assert_eq!(cautions, [premium]);
    let desk = office.desk.clone();
    tokio::spawn(async move { desk.dial(text, true, true).await });
    let (_, Request::Dial { force: true, key: again, .. }) = hub.question().await else { panic!("a dial, forced") };
    assert_ne!(key, again, "nothing was begun with the first");
}

#[tokio::test(start_paused = true)]
async fn without_a_hub_nothing_is_queued() {
    let mut office = Office::open();
    *office.way_to_hub.locked.lock().expect("test") = Some("The hub is being mended.".into());
    office.attention("no line", |now| now.trouble.is_some()).await;
    let answer = office.desk.dial("+36301234567".to_owned(), false, false).await;
    let DialAnswer::Refused { code: RequestErrorCode::Offline, message, .. } = answer else { panic!("{answer:?}") };
    assert!(message.contains("being mended"), "{message}");
    *office.way_to_hub.locked.lock().expect("test") = None;
    let mut hub = office.line().await;
    hub.welcome(Default::default()).await;
    office.attention("a line", |now| now.online).await;
    assert!(hub.asked_nothing(), "the click of before is not made up for");
}

#[tokio::test(start_paused = true)]
async fn a_dial_without_an_answer_says_look_at_your_phone_and_is_not_repeated() {
    let (mut office, mut hub) = Office::connected(preferences()).await;
    let cut = dial(&office, "+36301234567");
    let (_, request) = hub.question().await;
    assert!(matches!(request, Request::Dial { .. }));
    drop(hub);
    let unknown = |answer: &DialAnswer| {
        matches!(answer, DialAnswer::Refused { code: RequestErrorCode::DialUnknown, message, .. }
            if message.contains("Look at your phone"))
    };
    assert!(unknown(&cut.await.expect("no panic")));

    let mut hub = office.line().await;
    hub.welcome(Default::default()).await;
    office.attention("a line", |now| now.online).await;
    assert!(hub.asked_nothing());

    let silent = dial(&office, "+36309999999");
    hub.question().await;
    let asked = Instant::now();
    assert!(unknown(&silent.await.expect("no panic")));
    assert_eq!(asked.elapsed().as_secs(), 10);
}

#[tokio::test(start_paused = true)]
async fn a_transfer_the_hub_asks_about_is_asked_on_the_popup_and_then_made_as_told() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let (desk, call_id) = (office.desk.clone(), CallId::new());
    let act = ControlAct::Transfer { to: "+3690123456".into() };
    let (call, wanted) = (call_id.clone(), act.clone());
    let transfer = tokio::spawn(async move { desk.control(call, wanted).await });
    let (id, Request::Control { force: false, .. }) = hub.question().await else { panic!("a transfer, unforced") };
    let premium = caution(CautionKind::Premium, true);
    let error = RequestError { cautions: vec![premium.clone()], ..RequestError::new(RequestErrorCode::AsksFirst, "?") };
    hub.reply(id, Err(error)).await;
    transfer.await.expect("no panic").expect("it is asked, and nothing failed");
    let pop = office.pop("a question", |pop| pop.question.is_some()).await;
    let question = pop.question.clone().expect("a question");
    assert_eq!(question.cautions, [premium]);
    assert!(!question.from_link);
    let desk = office.desk.clone();
    tokio::spawn(async move { desk.answer_question(question.id, true).await });
    let (id, request) = hub.question().await;
    assert!(
        matches!(&request, Request::Control { call_id: call, act: made, force: true } if *call == call_id && *made == act)
    );
    hub.reply(id, Ok(Reply::Done)).await;
    office.pop("nothing more to ask", |pop| pop.question.is_none()).await;
}
