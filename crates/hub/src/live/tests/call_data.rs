//! The data of calls that are over: late, of a call that was passed on, and among everything else in any order.

use super::{correlation::*, *};
use proptest::prelude::*;
use ringcard_core::{
    Timestamp,
    call::{CallEvent, FailReason, Leg},
    frame::CallFilter,
};

const LINE: &str = "0612345678";

#[tokio::test]
async fn data_that_come_weeks_later_are_of_their_call_where_its_id_is_not_used_anew() {
    for (id, is_its) in [("1764412345.42", true), ("42", false)] {
        let dir = TempDir::new().expect("a folder for the test");
        let hub = hub(&dir).await;
        let call = new(&hub, ring("+36301234567", Some(id))).await;
        told(&hub, event(CallEvent::Ended, Some(id))).await;
        time_passes(&hub, Duration::from_secs(40 * 24 * 3600)).await;
        let_go(&hub).await;
        let late = Push { external_id: Some(id.to_owned()), ..data(3) };
        let of_another = Push { ani: plan().read_ani(Some("+36307654321")), ..late.clone() };
        match told(&hub, late).await {
            Told::News(known) => assert!(is_its && known == call, "{id}"),
            told => assert!(!is_its, "{id}: {told:?}"),
        }
        if is_its {
            assert!(matches!(told(&hub, of_another).await, Told::New(other) if other != call), "another customer's");
        }
        // Whenever they come, the call is where it was.
        let before = hub.shared().history.call(call).await.expect("read").expect("it is there").started_at;
        assert!(Timestamp::now().since(before) > Duration::from_secs(39 * 24 * 3600));
    }
}

#[tokio::test]
async fn the_record_of_a_phone_that_a_call_was_passed_on_to_is_of_that_call() {
    for is_let_go in [false, true] {
        let dir = TempDir::new().expect("a folder for the test");
        let hub = hub(&dir).await;
        let on_line = |push: Push| Push { dnis: plan().read_dnis(Some(LINE)), ..push };
        let call = new(&hub, on_line(at_101(ring("+36301234567", None)))).await;
        let rings_102 = Push { extensions: vec!["102".into()], ..on_line(ring("+36301234567", None)) };
        told(&hub, Push { event: Some(CallEvent::AgentRinging), kind: PushKind::Event, ..rings_102 }).await;
        told(&hub, on_line(event(CallEvent::Ended, None))).await;
        if is_let_go {
            let_go(&hub).await;
        }
        // Called is who it was passed on to, and no phone is named.
        let record = Push { extensions: Vec::new(), dnis: plan().read_dnis(Some("102")), ..data(0) };
        let spoke = Push { answered: Some(true), talk_seconds: Some(1), ..record.clone() };
        let stranger = Push { dnis: plan().read_dnis(Some("103")), ..record };
        assert!(matches!(told(&hub, stranger).await, Told::New(_)), "rather two calls than a wrong one");
        assert_eq!(told(&hub, spoke).await, Told::News(call.clone()), "let go: {is_let_go}");
        let known = hub.shared().history.call(call).await.expect("read").expect("it is there");
        assert!(known.was_answered_by(Some("102")) && !known.was_answered_by(Some("101")), "{known:#?}");
    }
}

/// What is told of one call, with the second at which it was.
fn words(call: usize, course: usize) -> Vec<Push> {
    let at = |seconds: u64, push: Push| {
        let sent_at = Some(Timestamp::now().before(Duration::from_secs(200 - seconds)));
        let dnis = plan().read_dnis(Some(LINE));
        Push { sent_at, dnis, ani: plan().read_ani(Some(&format!("+3630123456{call}"))), ..push }
    };
    let id = format!("1764412345.{call}");
    let of_phone = |phone: &str, push: Push| Push { extensions: vec![phone.to_owned()], ..push };
    let rings = |seconds, phone| at(seconds, of_phone(phone, ring("", Some(&id))));
    let says = |seconds, phone, word| at(seconds, of_phone(phone, event(word, Some(&id))));
    let record = |seconds, phone, talk: Option<u32>, word| {
        let data =
            Push { kind: PushKind::CallData, event: Some(word), answered: Some(talk.is_some()), ..ring("", Some(&id)) };
        at(seconds, of_phone(phone, Push { talk_seconds: talk, ..data }))
    };
    let busy = CallEvent::Failed { leg: Leg::Customer, why: FailReason::Busy };
    match course {
        0 => vec![
            rings(0, "101"),
            says(5, "101", CallEvent::Connected),
            says(45, "101", CallEvent::Ended),
            record(50, "101", Some(40), CallEvent::Ended),
        ],
        1 => vec![rings(0, "101"), rings(1, "102"), record(30, "101", None, CallEvent::Missed)],
        2 => vec![
            rings(0, "101"),
            record(80, "101", Some(20), CallEvent::Ended),
            record(81, "102", Some(40), CallEvent::Ended),
        ],
        _ => vec![rings(0, "101"), record(30, "101", None, busy), record(31, "101", Some(0), CallEvent::Ended)],
    }
}

/// What the history says of each call when all of it was told.
async fn history(told_of: &[Push]) -> Vec<String> {
    let dir = TempDir::new().expect("a folder for the test");
    let hub = hub(&dir).await;
    let on_time = Push { sent_at: Some(Timestamp::now()), ..ring("+36307654321", Some("its clock is right")) };
    told(&hub, on_time).await;
    for push in told_of {
        told(&hub, push.clone()).await;
    }
    let (rows, _) = hub.shared().history.calls(None, CallFilter::default(), None, 50).await.expect("read");
    hub.shutdown().await;
    let rows = rows.into_iter().filter(|row| row.call.dnis == plan().read_dnis(Some(LINE)));
    let mut calls: Vec<String> = rows
        .map(|row| {
            let call = row.call;
            let answered: Vec<&str> =
                ["101", "102"].into_iter().filter(|phone| call.was_answered_by(Some(phone))).collect();
            let legs = call.course.legs.iter().filter(|leg| leg.end.is_none()).count();
            format!("{:?} {:?} {:?} {answered:?} {legs} open", call.external_id, call.state, call.course.talk_seconds)
        })
        .collect();
    calls.sort();
    calls
}

/// Of a call whose first word is the end of something, nothing is known.
fn beginning_first(mut words: Vec<Push>) -> Vec<Push> {
    let begins = |push: &Push| push.kind != PushKind::Event || push.event == Some(CallEvent::Connected);
    for id in words.iter().map(|push| push.external_id.clone()).collect::<Vec<_>>() {
        let of_it = |push: &Push| push.external_id == id;
        let first = words.iter().position(of_it);
        let begin = words.iter().position(|push| of_it(push) && begins(push));
        if let (Some(first), Some(begin)) = (first, begin) {
            words.swap(first, begin);
        }
    }
    words
}

/// Some of what is told of three calls, and the same mixed, with some of it twice.
fn told_and_mixed() -> impl Strategy<Value = (Vec<Push>, Vec<Push>)> {
    let all =
        (0..4_usize, 0..4_usize, 0..4_usize).prop_map(|(a, b, c)| [words(0, a), words(1, b), words(2, c)].concat());
    let heard = all.prop_flat_map(|all| proptest::sample::subsequence(all.clone(), 1..=all.len()));
    heard.prop_flat_map(|heard| {
        let again = proptest::sample::subsequence(heard.clone(), 0..=heard.len());
        let mixed = again.prop_map({
            let heard = heard.clone();
            move |again| [heard.clone(), again].concat()
        });
        (Just(heard), mixed.prop_shuffle())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_lost_and_in_whatever_order_and_how_often_the_rest_comes_it_is_the_same_history(
        (heard, mixed) in told_and_mixed(),
    ) {
        let begins = |push: &Push| push.kind != PushKind::Event || push.event == Some(CallEvent::Connected);
        let known = |push: &&Push| heard.iter().any(|other| other.external_id == push.external_id && begins(other));
        let heard: Vec<Push> = heard.iter().filter(known).cloned().collect();
        let mixed: Vec<Push> = mixed.iter().filter(known).cloned().collect();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        let (expected, other) = runtime.block_on(async {
            (history(&beginning_first(heard)).await, history(&beginning_first(mixed)).await)
        });
        prop_assert_eq!(other, expected);
    }
}
