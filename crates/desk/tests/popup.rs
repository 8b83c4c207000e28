//! Which calls the popup shows, and when they leave it.

use crate::support;

use ringcard_core::{
    Timestamp,
    call::{AgentId, CallState, FailReason, Leg},
    customer::{Card, CustomerId, Lookup, NotTheirs, SaidOf, SetAside},
    frame::{CallFilter, CallRow, DeskEvent, Reply, Request, Snapshot, Timeline, ask},
    number::view,
};
use ringcard_desk::{AlertKind, PopupAct, Preferences};
use ringcard_hub::config::QuietMode;
use std::time::Duration;
use support::{Office, found, ids, in_state, looking, outgoing, preferences, ring, row_of, with_card};
use tokio::time::{Instant, advance};

#[tokio::test(start_paused = true)]
async fn a_ring_is_shown_at_once_and_its_customer_as_soon_as_found() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let call = ring("+36301234567");
    hub.call(&call).await;
    let shown = office.pop("the ring", |pop| pop.calls.len() == 1).await;
    assert_eq!(shown.selected.as_ref(), Some(&call.id));
    assert_eq!(shown.calls[0].number.e164.as_deref(), Some("+36301234567"));
    assert_eq!(shown.calls[0].line_number.as_ref().and_then(|line| line.e164.as_deref()), Some("+3612345678"));

    hub.card(&call, looking(1)).await;
    hub.card(&call, found(2, "María")).await;
    let card = office.pop("the customer", |pop| pop.calls[0].card.version == 2).await;
    assert!(matches!(card.calls[0].card.lookup, Lookup::Found { .. }));
    assert!(card.version > shown.version);
}

#[tokio::test(start_paused = true)]
async fn whom_an_agent_set_aside_is_said_on_a_desk_that_connects_anew_and_taken_back_from_there() {
    let mut office = Office::open();
    let call = ring("+36301234567");
    let anna = CustomerId("c-anna".into());
    let aside = |of| SetAside { customer: anna.clone(), name: "Anna".into(), of, by: None, at: Timestamp(1) };
    let card = Card { set_aside: vec![aside(SaidOf::Call)], lookup: Lookup::NoMatch, ..looking(4) };
    let mut hub = office.line().await;
    hub.welcome(Snapshot { calls: vec![with_card(&call, card.clone())], ..Snapshot::default() }).await;
    let pop = office.pop("the call", |pop| pop.calls.len() == 1).await;
    assert_eq!(pop.calls[0].card, card);

    let (call_id, number) = (call.id.clone(), "+36 30 123 4567".to_owned());
    let expected = [
        Request::SetAside { call_id: call_id.clone(), customer: anna.clone() },
        Request::TakeBack { call_id: call_id.clone(), customers: vec![anna.clone()] },
        Request::NumberNotTheirs { customer: anna.clone(), number: number.clone() },
        Request::NumberTheirs { customer: anna.clone(), number: number.clone() },
    ];
    let desk = office.desk.clone();
    let asking = tokio::spawn(async move {
        desk.ask(ask::SetAside { call_id: call_id.clone(), customer: anna.clone() }).await?;
        desk.ask(ask::TakeBack { call_id, customers: vec![anna.clone()] }).await?;
        desk.ask(ask::NumberNotTheirs { customer: anna.clone(), number: number.clone() }).await?;
        desk.ask(ask::NumberTheirs { customer: anna.clone(), number }).await?;
        desk.ask(ask::NotTheirs { customer: anna }).await
    });
    for request in expected {
        let (id, asked) = hub.question().await;
        assert_eq!(asked, request);
        hub.reply(id, Ok(Reply::Done)).await;
    }
    let said = NotTheirs { number: view(call.customer()), by: Some(AgentId("Ana".into())), at: Timestamp(2) };
    let (id, _) = hub.question().await;
    hub.reply(id, Ok(Reply::NotTheirs { numbers: vec![said.clone()] })).await;
    assert_eq!(asking.await.expect("it asked"), Ok(vec![said]));
}

#[tokio::test(start_paused = true)]
async fn a_hub_that_answers_something_else_is_an_error_of_that_request_alone() {
    let mut office = Office::open();
    let mut hub = office.line().await;
    hub.welcome(Snapshot::default()).await;
    let desk = office.desk.clone();
    let asking = tokio::spawn(async move {
        let wrong = desk.ask(ask::Budgets {}).await;
        let neither = desk.ask(ask::DeleteCustomer { id: CustomerId("c-anna".into()) }).await;
        (wrong, neither, desk.ask(ask::Budgets {}).await)
    });
    for reply in [Reply::Done, Reply::Matches { matches: Vec::new() }, Reply::Budgets { budgets: Vec::new() }] {
        let (id, _) = hub.question().await;
        hub.reply(id, Ok(reply)).await;
    }
    let (wrong, neither, right) = asking.await.expect("nothing panics");
    for error in [wrong.expect_err("not done"), neither.expect_err("not matches")] {
        assert!(error.message.contains("does not understand"), "{error}");
    }
    assert_eq!(right, Ok(Vec::new()));
}

#[test]
fn a_card_that_was_kept_before_anybody_could_be_set_aside_is_read() {
    let mut kept = serde_json::to_value(found(3, "María")).expect("JSON");
    kept.as_object_mut().expect("a card").remove("set_aside");
    assert_eq!(serde_json::from_value::<Card>(kept).expect("a card"), found(3, "María"));
}

#[tokio::test(start_paused = true)]
async fn an_older_card_never_replaces_a_newer_one() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let call = ring("+36301234567");
    hub.call(&call).await;
    hub.card(&call, found(2, "María")).await;
    hub.card(&call, looking(1)).await;
    let marker = ring("+36309999999");
    hub.call(&marker).await;
    let pop = office.pop("what came after", |pop| pop.calls.len() == 2).await;
    assert_eq!(pop.calls[0].card.version, 2);
}

#[tokio::test(start_paused = true)]
async fn a_second_call_stacks_and_leaves_the_first_in_front() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let (first, second) = (ring("+36301111111"), ring("+36302222222"));
    hub.call(&first).await;
    hub.call(&in_state(&first, CallState::Connected)).await;
    hub.call(&second).await;
    let pop = office.pop("both", |pop| pop.calls.len() == 2).await;
    assert_eq!(ids(&pop), [first.id.clone(), second.id.clone()]);
    assert_eq!(pop.selected.as_ref(), Some(&first.id));

    hub.call(&in_state(&first, CallState::Ended)).await;
    let pop = office.pop("the ring in front", |pop| pop.selected.as_ref() == Some(&second.id)).await;
    assert_eq!(pop.calls.len(), 2, "the finished call is still there");
}

#[tokio::test(start_paused = true)]
async fn what_the_agent_dials_comes_to_the_front_of_what_rings() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let (rings, dialled) = (ring("+36301111111"), outgoing("+36302222222"));
    hub.call(&rings).await;
    hub.call(&dialled).await;
    let pop = office.pop("both", |pop| pop.calls.len() == 2).await;
    assert_eq!(pop.selected.as_ref(), Some(&dialled.id));
    assert_eq!(ids(&pop), [rings.id, dialled.id]);
}

#[tokio::test(start_paused = true)]
async fn a_finished_call_stays_for_its_time_and_leaves() {
    let (office, mut hub) = Office::connected(preferences()).await;
    for over in [CallState::Ended, CallState::Missed, CallState::AnsweredElsewhere] {
        let call = ring("+36301234567");
        hub.call(&call).await;
        office.pop("the ring", |pop| pop.calls.len() == 1).await;
        hub.call(&in_state(&call, over.clone())).await;
        office.pop("the end", |pop| pop.calls[0].call.state == over).await;
        let ended = Instant::now();
        office.pop("nothing", |pop| pop.calls.is_empty() && pop.selected.is_none()).await;
        assert_eq!(ended.elapsed().as_secs(), 8, "{over:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_failed_can_be_read_before_it_leaves() {
    let short = Preferences { hide_after: Some(Duration::from_secs(2)), ..preferences() };
    let (office, mut hub) = Office::connected(short).await;
    let call = outgoing("+36301234567");
    hub.call(&call).await;
    let why = FailReason::Refused { detail: "no credit".into() };
    hub.call(&in_state(&call, CallState::Failed { leg: Leg::Agent, why })).await;
    office.pop("the failure", |pop| pop.calls.iter().any(|shown| shown.call.state.is_over())).await;
    let failed = Instant::now();
    office.pop("nothing", |pop| pop.calls.is_empty()).await;
    assert_eq!(failed.elapsed().as_secs(), 20);
}

#[tokio::test(start_paused = true)]
async fn without_a_time_a_finished_call_stays_until_somebody_takes_it_away() {
    let (office, mut hub) = Office::connected(Preferences { hide_after: None, ..preferences() }).await;
    let call = ring("+36301234567");
    hub.call(&call).await;
    hub.call(&in_state(&call, CallState::Missed)).await;
    office.pop("the end", |pop| pop.calls.iter().any(|shown| shown.call.state.is_over())).await;
    advance(Duration::from_secs(3600)).await;
    office.desk.popup(PopupAct::Select(call.id.clone())).await;
    assert_eq!(office.desk.pop().borrow().calls.len(), 1);
    office.desk.popup(PopupAct::Dismiss(call.id)).await;
    assert!(office.desk.pop().borrow().calls.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_card_somebody_types_at_does_not_leave_nor_give_way() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let (first, second) = (ring("+36301111111"), ring("+36302222222"));
    hub.call(&first).await;
    office.pop("the ring", |pop| pop.calls.len() == 1).await;
    office.desk.popup(PopupAct::Keyboard(true)).await;
    hub.call(&in_state(&first, CallState::Ended)).await;
    hub.call(&second).await;
    let pop = office.pop("both", |pop| pop.calls.len() == 2).await;
    assert_eq!(pop.selected.as_ref(), Some(&first.id));
    advance(Duration::from_secs(30)).await;
    let pop = office.pop("still both", |pop| pop.calls.len() == 2).await;
    assert_eq!(pop.selected.as_ref(), Some(&first.id));

    office.desk.popup(PopupAct::Keyboard(false)).await;
    let pop = office.pop("only the second", |pop| pop.calls.len() == 1).await;
    assert_eq!(ids(&pop), std::slice::from_ref(&second.id));
}

#[tokio::test(start_paused = true)]
async fn a_popup_put_away_comes_back_with_the_next_ring_only() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let (first, second) = (ring("+36301111111"), ring("+36302222222"));
    hub.call(&first).await;
    office.pop("the ring", |pop| pop.calls.len() == 1).await;
    office.desk.popup(PopupAct::Hide).await;
    office.pop("nothing", |pop| pop.calls.is_empty()).await;
    hub.card(&first, found(2, "María")).await;
    hub.call(&in_state(&first, CallState::Connected)).await;
    let view = office.view("the call goes on", |view| view.calls[0].call.state == CallState::Connected).await;
    assert_eq!(view.calls.len(), 1);
    assert!(office.desk.pop().borrow().calls.is_empty());

    hub.call(&second).await;
    let pop = office.pop("the next ring", |pop| !pop.calls.is_empty()).await;
    assert_eq!(ids(&pop), std::slice::from_ref(&second.id));
    office.desk.popup(PopupAct::Reveal(None)).await;
    assert_eq!(office.desk.pop().borrow().calls.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn cards_are_walked_through_round_and_round() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let calls = [ring("+36301111111"), ring("+36302222222"), ring("+36303333333")];
    for call in &calls {
        hub.call(call).await;
    }
    office.pop("all three", |pop| pop.calls.len() == 3).await;
    let selected = |office: &Office| office.desk.pop().borrow().selected.clone();
    office.desk.popup(PopupAct::Previous).await;
    assert_eq!(selected(&office).as_ref(), Some(&calls[2].id));
    office.desk.popup(PopupAct::Next).await;
    office.desk.popup(PopupAct::Next).await;
    assert_eq!(selected(&office).as_ref(), Some(&calls[1].id));
    office.desk.popup(PopupAct::Select(calls[2].id.clone())).await;
    assert_eq!(selected(&office).as_ref(), Some(&calls[2].id));
}

#[tokio::test(start_paused = true)]
async fn quiet_modes_decide_between_card_and_notification() {
    for (quiet, card, notification) in [
        (QuietMode::Card, true, false),
        (QuietMode::Notification, false, true),
        (QuietMode::Both, true, true),
        (QuietMode::Neither, false, false),
    ] {
        let (office, mut hub) = Office::connected(Preferences { quiet, ..preferences() }).await;
        let call = ring("+36301234567");
        hub.call(&call).await;
        let view = office.view("the ring", |view| view.calls.len() == 1).await;
        assert_eq!(view.calls[0].quiet, !card, "{quiet:?}");
        assert_eq!(office.desk.pop().borrow().calls.len(), usize::from(card), "{quiet:?}");
        assert_eq!(office.desk.attention().borrow().alerts.len(), usize::from(notification), "{quiet:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn do_not_disturb_silences_what_rings_and_what_will_but_not_what_the_agent_dials() {
    let both = Preferences { quiet: QuietMode::Both, ..preferences() };
    let (office, mut hub) = Office::connected(both).await;
    hub.call(&ring("+36301111111")).await;
    office.pop("the ring", |pop| pop.calls.len() == 1).await;
    office.desk.do_not_disturb(true).await;
    office.pop("quiet", |pop| pop.calls.is_empty()).await;
    assert!(office.desk.attention().borrow().alerts.is_empty());

    hub.call(&ring("+36302222222")).await;
    let dialled = outgoing("+36303333333");
    hub.call(&dialled).await;
    let pop = office.pop("the agent's own call", |pop| !pop.calls.is_empty()).await;
    assert_eq!(ids(&pop), [dialled.id]);
    assert_eq!(office.desk.attention().borrow().ringing, 2);
}

#[tokio::test(start_paused = true)]
async fn a_notification_goes_when_the_call_is_answered_and_a_missed_call_leaves_one() {
    let notify = Preferences { quiet: QuietMode::Notification, ..preferences() };
    let (office, mut hub) = Office::connected(notify).await;
    let (answered, missed) = (ring("+36301111111"), ring("+36302222222"));
    hub.call(&answered).await;
    office.attention("an alert", |now| now.alerts.len() == 1 && now.alerts[0].kind == AlertKind::Ringing).await;
    hub.call(&in_state(&answered, CallState::Connected)).await;
    office.attention("none", |now| now.alerts.is_empty()).await;

    hub.call(&missed).await;
    hub.card(&missed, found(2, "María")).await;
    office.attention("a name", |now| now.alerts.iter().any(|alert| alert.who.name.as_deref() == Some("María"))).await;
    hub.call(&in_state(&missed, CallState::Missed)).await;
    hub.event(DeskEvent::Missed { count: 1 }).await;
    let now = office.attention("the missed call", |now| now.left.missed == 1).await;
    assert_eq!(now.alerts.len(), 1);
    assert_eq!(now.alerts[0].kind, AlertKind::Missed);
    assert_eq!(now.last_missed.as_ref().map(|who| &who.call_id), Some(&missed.id));

    let desk = office.desk.clone();
    let seen = tokio::spawn(async move { desk.ask(ask::MissedSeen {}).await });
    let (id, request) = hub.question().await;
    assert_eq!(request, Request::MissedSeen);
    hub.reply(id, Ok(Reply::Done)).await;
    hub.event(DeskEvent::Missed { count: 0 }).await;
    seen.await.expect("no panic").expect("seen");
    office.attention("nothing", |now| now.left.missed == 0 && now.alerts.is_empty() && now.last_missed.is_none()).await;
}

#[tokio::test(start_paused = true)]
async fn after_a_start_the_last_missed_call_can_still_be_called_back() {
    let mut office = Office::open();
    let mut hub = office.line().await;
    hub.welcome(Snapshot { missed: 2, ..Snapshot::default() }).await;
    let (id, request) = hub.question().await;
    assert!(matches!(request, Request::Calls { limit: 1, filter: CallFilter { missed: true, .. }, .. }));
    let call = in_state(&ring("+36301111111"), CallState::Missed);
    let row = CallRow { customer_name: Some("María".into()), ..row_of(call.clone()) };
    hub.reply(id, Ok(Reply::Calls { calls: vec![row], more: true })).await;
    let now = office.attention("whom to call back", |now| now.last_missed.is_some()).await;
    let who = now.last_missed.as_ref().expect("it is there");
    assert_eq!((who.name.as_deref(), who.number.e164.as_deref()), (Some("María"), Some("+36301111111")));
    assert!(now.alerts.is_empty(), "nobody is alarmed by yesterday's calls");
}

#[tokio::test(start_paused = true)]
async fn a_notification_taken_away_does_not_come_back_with_the_next_card() {
    let notify = Preferences { quiet: QuietMode::Notification, ..preferences() };
    let (office, mut hub) = Office::connected(notify).await;
    let call = ring("+36301111111");
    hub.call(&call).await;
    office.attention("an alert", |now| now.alerts.len() == 1).await;
    office.desk.alert_taken_away(call.id.clone()).await;
    hub.card(&call, found(2, "María")).await;
    office.view("the card", |view| view.calls[0].card.version == 2).await;
    assert!(office.desk.attention().borrow().alerts.is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_call_that_was_over_before_we_heard_of_it_does_not_pop() {
    let (office, mut hub) = Office::connected(preferences()).await;
    hub.call(&in_state(&ring("+36301111111"), CallState::Missed)).await;
    let marker = ring("+36302222222");
    hub.call(&marker).await;
    let pop = office.pop("what came after", |pop| !pop.calls.is_empty()).await;
    assert_eq!(ids(&pop), [marker.id]);
}

#[tokio::test(start_paused = true)]
async fn a_flood_of_rings_keeps_the_popup_small() {
    let (office, mut hub) = Office::connected(preferences()).await;
    for _ in 0..500 {
        hub.call(&ring("+36301111111")).await;
    }
    let last = ring("+36302222222");
    hub.call(&last).await;
    let pop = office.pop("the last ring", |pop| ids(pop).contains(&last.id)).await;
    assert_eq!(pop.calls.len(), 20);
    assert_eq!(office.desk.view().borrow().calls.len(), 100);
}

#[tokio::test(start_paused = true)]
async fn a_snapshot_brings_what_rang_meanwhile_and_asks_what_became_of_the_rest() {
    let (mut office, mut hub) = Office::connected(preferences()).await;
    let (gone, stays) = (ring("+36301111111"), ring("+36302222222"));
    hub.call(&gone).await;
    hub.call(&stays).await;
    office.pop("both", |pop| pop.calls.len() == 2).await;
    drop(hub);

    let mut hub = office.line().await;
    let new = ring("+36303333333");
    let calls = vec![with_card(&stays, looking(1)), with_card(&new, found(2, "María"))];
    hub.welcome(Snapshot { calls, missed: 1, ..Snapshot::default() }).await;
    let (id, request) = hub.question().await;
    assert_eq!(request, Request::Call { id: gone.id.clone() });
    let row = row_of(in_state(&gone, CallState::Missed));
    let timeline = Timeline { row, steps: Vec::new(), moments: Vec::new(), missing: Vec::new() };
    hub.reply(id, Ok(Reply::Call { timeline })).await;
    let pop = office.pop("what became of it", |pop| pop.calls[0].call.state == CallState::Missed).await;
    assert_eq!(ids(&pop), [gone.id, stays.id, new.id]);
}
