//! What happens at one phone, and what becomes of the call and of everybody's card: through the webhook.

use crate::support;

use ringcard_core::{
    call::{Call, CallId, CallState, Course, FailReason, Leg, OwnPart},
    customer::Lookup,
    frame::{CallFilter, CallRow, Reply, Request},
};
use ringcard_hub::CallWaits;
use ringcard_sim::Misbehaviour;
use std::time::Duration;
use support::{Desk, KEY, Plan, World, address, hub_in, world};

pub const CALLER: &str = "caller=%2B36305550103&called=0615550100";

impl World {
    pub async fn told(&self, kind: &str, query: &str) {
        let url = format!("{}/in/pbx/{kind}?key={KEY}&{query}", self.base);
        assert_eq!(self.http.get(url).send().await.expect("an answer").status(), 200, "{kind} {query}");
    }

    /// A phone rings, of the call with this id.
    pub async fn rings(&self, id: &str, phone: &str) {
        self.told("incoming", &format!("{CALLER}&call_id={id}&extension={phone}")).await;
    }

    /// Something happens at a phone.
    pub async fn at(&self, id: &str, phone: &str, event: &str) {
        self.told("event", &format!("{CALLER}&call_id={id}&extension={phone}&event={event}")).await;
    }

    pub async fn data(&self, query: &str) {
        self.told("call-data", query).await;
    }
}

pub fn only(desk: &Desk) -> &Call {
    let mut calls = desk.calls.values();
    match (calls.next(), calls.next()) {
        (Some(only), None) => only,
        _ => panic!("one call, not {:?}", desk.calls),
    }
}

pub fn sees(desk: &Desk) -> (CallState, Option<OwnPart>) {
    let call = only(desk);
    (call.state.clone(), call.course.part.clone())
}

pub async fn listed(desk: &mut Desk) -> Vec<CallRow> {
    let asked = Request::Calls { filter: CallFilter::default(), before: None, limit: 50 };
    let Ok(Reply::Calls { calls, .. }) = desk.ask(asked).await else { panic!("no calls") };
    calls
}

pub async fn until(desk: &mut Desk, what: &str, state: CallState, part: Option<OwnPart>) {
    desk.until(what, |desk| desk.calls.values().any(|call| (&call.state, &call.course.part) == (&state, &part))).await;
}

#[tokio::test]
async fn a_queue_goes_on_to_the_next_phone_and_is_one_call() {
    let world = world().await;
    let (mut ana, mut bela) = (world.desk().await, world.desk_of("Béla").await);
    world.rings("c-101", "101").await;
    ana.call_in(CallState::Ringing).await;
    world.at("c-101", "101", "no_answer&leg=agent").await;
    until(&mut ana, "not answered", CallState::AnsweredElsewhere, Some(OwnPart::NotAnswered)).await;
    world.rings("c-101", "102").await;
    let ringing = bela.call_in(CallState::Ringing).await;
    assert_eq!(bela.lookup(&ringing.id).await, Lookup::NoMatch, "the card came, too");
    world.at("c-101", "102", "connected").await;
    bela.call_in(CallState::Connected).await;
    world.data("call_id=c-101&disposition=ANSWERED&billsec=20").await;
    bela.call_in(CallState::Ended).await;
    let rows = listed(&mut bela).await;
    assert_eq!(rows.iter().map(|row| row.call.state.clone()).collect::<Vec<_>>(), [CallState::Ended]);
    assert_eq!(rows[0].call.extra["talk_seconds"], "20", "what the telephone system counts is kept beside");
    assert_eq!(sees(&ana), (CallState::AnsweredElsewhere, Some(OwnPart::NotAnswered)));
    assert_eq!((ana.missed, bela.missed), (0, 0));
}

#[tokio::test]
async fn a_queue_goes_on_also_where_only_the_extension_says_whose_end_it_is_and_over_a_restart() {
    let plan = Plan::default();
    let mut world = world().await;
    world.rings("q", "101").await;
    world.at("q", "101", "no_answer").await;
    world.hub.shutdown().await;
    world.hub = hub_in(world.dir.path(), &plan, &world.sim.base_url()).await;
    world.base = address(&world.hub);
    let (ana, mut bela) = (world.desk().await, world.desk_of("Béla").await);
    assert!(ana.welcome.calls.is_empty(), "{:?}", ana.welcome);
    world.rings("q", "102").await;
    bela.call_in(CallState::Ringing).await;
    world.at("q", "102", "connected").await;
    bela.call_in(CallState::Connected).await;
    world.at("q", "102", "ended").await;
    bela.call_in(CallState::Ended).await;
    let [row] = listed(&mut bela).await.try_into().expect("one call");
    let legs: Vec<_> = row.call.course.legs.iter().map(|leg| leg.extension.as_deref()).collect();
    assert_eq!(legs, [Some("101"), Some("102")]);
    assert_eq!(world.desk().await.missed, 0);
}

#[tokio::test]
async fn a_queue_of_a_telephone_system_without_call_ids_goes_on_as_well() {
    let world = world().await;
    let (mut ana, mut bela) = (world.desk().await, world.desk_of("Béla").await);
    let at = |phone: &str, event: &str| format!("{CALLER}&extension={phone}{event}");
    world.told("incoming", &at("101", "")).await;
    ana.call_in(CallState::Ringing).await;
    world.told("event", &at("101", "&event=no_answer&leg=agent")).await;
    world.told("incoming", &at("102", "")).await;
    let ringing = bela.call_in(CallState::Ringing).await;
    assert_eq!(only(&ana).id, ringing.id);
    world.told("event", &at("102", "&event=connected")).await;
    bela.call_in(CallState::Connected).await;
    world.told("event", &format!("{CALLER}&event=ended")).await;
    bela.call_in(CallState::Ended).await;
    assert_eq!(listed(&mut ana).await.len(), 1);
}

#[tokio::test]
async fn a_caller_whom_no_other_phone_rings_for_is_missed_after_the_time_that_is_set() {
    let waits = CallWaits { next_ring: Duration::from_millis(100), ..CallWaits::default() };
    let world = Plan { waits, ..Plan::default() }.begin().await;
    let mut ana = world.desk().await;
    world.rings("q", "101").await;
    ana.call_in(CallState::Ringing).await;
    world.at("q", "101", "declined&leg=agent").await;
    until(&mut ana, "declined", CallState::AnsweredElsewhere, Some(OwnPart::Declined)).await;
    until(&mut ana, "missed", CallState::Missed, Some(OwnPart::Declined)).await;
    ana.until("it counts", |desk| desk.missed == 1).await;
    // The queue was slower than that.
    let mut bela = world.desk_of("Béla").await;
    world.rings("q", "102").await;
    bela.call_in(CallState::Ringing).await;
    world.at("q", "102", "connected").await;
    bela.call_in(CallState::Connected).await;
    ana.until("it counts no longer", |desk| desk.missed == 0).await;
    assert_eq!(listed(&mut bela).await.len(), 1, "one call");
}

#[tokio::test]
async fn what_the_other_device_of_a_phone_does_is_no_end_of_the_call() {
    let world = world().await;
    let mut ana = world.desk().await;
    world.rings("c-102", "101").await;
    world.at("c-102", "101", "connected").await;
    ana.call_in(CallState::Connected).await;
    for other in ["answered_elsewhere", "no_answer&leg=agent", "declined&leg=agent", "busy"] {
        world.at("c-102", "101", other).await;
    }
    world.data("call_id=c-102&disposition=ANSWERED&billsec=42").await;
    ana.call_in(CallState::Ended).await;
    let id = only(&ana).id.clone();
    assert_eq!(ana.states(&id), [CallState::Ringing, CallState::Connected, CallState::Ended]);
}

#[tokio::test]
async fn one_phone_declines_and_the_other_rings_on() {
    let world = world().await;
    let (mut ana, mut bela) = (world.desk().await, world.desk_of("Béla").await);
    world.rings("d", "101,102").await;
    bela.call_in(CallState::Ringing).await;
    world.at("d", "101", "declined").await;
    until(&mut ana, "declined", CallState::AnsweredElsewhere, Some(OwnPart::Declined)).await;
    world.at("d", "102", "connected").await;
    bela.call_in(CallState::Connected).await;
    let id = only(&bela).id.clone();
    assert_eq!(bela.states(&id), [CallState::Ringing, CallState::Ringing, CallState::Connected]);
}

#[tokio::test]
async fn a_call_passed_on_rings_where_it_is_passed_to_with_the_customer_and_who_passed_it() {
    let world = world().await;
    let customer = world.customer("Anna Minta", &["+36 30 555 0103"]).await;
    let (mut ana, mut bela) = (world.desk().await, world.desk_of("Béla").await);
    world.rings("t", "101").await;
    world.at("t", "101", "connected").await;
    ana.call_in(CallState::Connected).await;
    world.at("t", "101", "ended").await;
    ana.call_in(CallState::Ended).await;
    world.rings("t", "102").await;
    let ringing = bela.call_in(CallState::Ringing).await;
    assert_eq!((ringing.course.passed_by.as_deref(), ringing.connected_at), (Some("Ana"), None));
    bela.lookup(&ringing.id).await;
    assert_eq!(bela.chosen(&ringing.id), Some(customer.id));
    until(&mut ana, "passed on", CallState::Ended, Some(OwnPart::PassedTo { to: "Béla".into() })).await;
    world.at("t", "102", "connected").await;
    bela.call_in(CallState::Connected).await;
    world.at("t", "102", "ended").await;
    bela.call_in(CallState::Ended).await;
    let [row] = listed(&mut ana).await.try_into().expect("one call");
    assert_eq!(row.call.state, CallState::Ended);
    assert_eq!(row.call.agents.len(), 2);
    assert!(row.call.course.talk_seconds.is_some());
    let names = row.call.course.legs.iter().map(|leg| leg.agent.as_deref()).collect::<Vec<_>>();
    assert_eq!(names, [Some("Ana"), Some("Béla")], "who was at which phone");
    let mine = Request::Calls { filter: CallFilter { mine: true, ..CallFilter::default() }, before: None, limit: 50 };
    for desk in [&mut ana, &mut bela] {
        let Ok(Reply::Calls { calls, .. }) = desk.ask(mine.clone()).await else { panic!("no calls") };
        assert_eq!(calls.len(), 1, "both spoke in it");
    }
}

#[tokio::test]
async fn where_no_phone_rings_while_it_talks_a_ring_ends_the_call_its_phone_was_in() {
    let waits = CallWaits { call_waiting: false, ..CallWaits::default() };
    let world = Plan { waits, ..Plan::default() }.begin().await;
    let (mut ana, mut bela) = (world.desk().await, world.desk_of("Béla").await);
    world.rings("lost", "101").await;
    world.at("lost", "101", "connected").await;
    let lost = ana.call_in(CallState::Connected).await.id;
    // At another phone it says nothing of this one.
    let other = "caller=%2B36207654321&called=0615550100&call_id=new";
    world.told("incoming", &format!("{other}&extension=102")).await;
    bela.call_in(CallState::Ringing).await;
    assert_eq!(ana.calls[&lost].state, CallState::Connected);
    world.told("event", &format!("{other}&extension=102&event=no_answer&leg=agent")).await;
    world.told("incoming", &format!("{other}&extension=101")).await;
    ana.until("its end", |desk| desk.calls[&lost].state == CallState::OutcomeNotReported).await;
    assert_eq!(ana.calls[&lost].course.part, Some(OwnPart::EndNotReported));
    ana.call_in(CallState::Ringing).await;
    // What the telephone system tells later counts.
    world.at("lost", "101", "ended").await;
    ana.until("its end, as told", |desk| desk.calls[&lost].state == CallState::Ended).await;
}

#[tokio::test]
async fn a_call_whose_end_was_lost_is_given_up_when_its_phone_is_in_another() {
    let waits = CallWaits { silent_call: Duration::ZERO, ..CallWaits::default() };
    let world = Plan { waits, ..Plan::default() }.begin().await;
    let mut ana = world.desk().await;
    world.rings("lost", "101").await;
    world.at("lost", "101", "connected").await;
    let lost = ana.call_in(CallState::Connected).await;
    world.told("incoming", "caller=%2B36207654321&called=0615550100&call_id=new&extension=101").await;
    ana.call_in(CallState::Ringing).await;
    assert_eq!(ana.calls[&lost.id].state, CallState::Connected, "a second call may ring while the first goes on");
    world.at("new", "101", "connected").await;
    ana.until("its end", |desk| desk.calls[&lost.id].state == CallState::OutcomeNotReported).await;
    assert_eq!(ana.calls[&lost.id].course.part, Some(OwnPart::EndNotReported));
    // Its end comes after all.
    world.at("lost", "101", "ended").await;
    ana.until("its real end", |desk| desk.calls[&lost.id].state == CallState::Ended).await;
}

#[tokio::test]
async fn a_call_that_a_phone_may_still_be_in_is_not_given_up_at_once() {
    let world = world().await;
    let mut ana = world.desk().await;
    world.rings("first", "101").await;
    world.at("first", "101", "connected").await;
    let first = ana.call_in(CallState::Connected).await;
    world.told("incoming", "caller=%2B36207654321&called=0615550100&call_id=new&extension=101").await;
    ana.call_in(CallState::Ringing).await;
    assert_eq!(ana.calls[&first.id].state, CallState::Connected);
}

#[tokio::test]
async fn an_agent_who_hangs_up_before_the_customer_answers_has_reached_nobody() {
    let world = world().await;
    let mut ana = world.desk().await;
    let id = ana.dial("+36 30 123 4567", "k1").await.expect("it starts");
    let phone = world.sim.phone("101");
    phone.rings().await.expect("it rings");
    phone.pick_up().await.expect("picked up");
    world.sim.phone("+36301234567").rings().await.expect("the customer's phone rings");
    phone.hang_up().await.expect("hung up");
    until(&mut ana, "not reached", CallState::Ended, Some(OwnPart::NotReached)).await;
    let call = &ana.calls[&id];
    assert_eq!((call.connected_at, call.course.talk_seconds), (None, None), "nobody spoke");
}

#[tokio::test]
async fn a_phone_that_declines_says_so_at_once_and_one_that_says_nothing_after_its_ring_time() {
    let waits = CallWaits { phone_rings: Duration::from_millis(200), ..CallWaits::default() };
    let world = Plan { waits, ..Plan::default() }.begin().await;
    let mut ana = world.desk().await;
    let failed = |why| CallState::Failed { leg: Leg::Agent, why };
    let phone = world.sim.phone("101");
    let id = ana.dial("+36 30 123 4561", "k1").await.expect("it starts");
    phone.rings().await.expect("it rings");
    phone.decline().await.expect("declined");
    ana.until("declined", |desk| desk.calls.get(&id).is_some_and(|call| call.state == failed(FailReason::Declined)))
        .await;
    // This telephone system tells when a phone is picked up.
    let id = ana.dial("+36 30 123 4562", "k2").await.expect("it starts");
    phone.rings().await.expect("it rings");
    phone.pick_up().await.expect("picked up");
    ana.until("the customer's ring", |desk| desk.calls.get(&id).is_some_and(|call| call.state == CallState::Ringing))
        .await;
    phone.hang_up().await.expect("hung up");
    ana.until("its end", |desk| desk.calls[&id].state.is_over()).await;
    world.sim.misbehave_until_cleared(Misbehaviour::DropEnd);
    let id = ana.dial("+36 30 123 4563", "k3").await.expect("it starts");
    ana.until("not picked up", |desk| {
        desk.calls.get(&id).is_some_and(|call| call.state == failed(FailReason::NoAnswer))
    })
    .await;
    // It was only supposed.
    phone.pick_up().await.expect("picked up, late");
    ana.until("it goes on", |desk| desk.calls[&id].state == CallState::Ringing).await;
}

#[tokio::test]
async fn an_id_that_is_used_anew_is_another_call() {
    let world = world().await;
    let mut ana = world.desk().await;
    world.rings("1", "101").await;
    let first = ana.call_in(CallState::Ringing).await;
    // The telephone system was started again: it tells no end, and counts anew.
    let other = "caller=%2B36207654321&called=0615550100&call_id=1&extension=101";
    world.told("incoming", other).await;
    ana.until("two calls", |desk| desk.calls.len() == 2).await;
    ana.until("the end of the first", |desk| desk.calls[&first.id].state == CallState::OutcomeNotReported).await;
    world.told("event", &format!("{other}&event=connected")).await;
    ana.call_in(CallState::Connected).await;
    world.told("event", &format!("{other}&event=ended")).await;
    ana.call_in(CallState::Ended).await;
    world.rings("1", "101").await;
    ana.until("a third", |desk| desk.calls.len() == 3).await;
    assert_eq!(listed(&mut ana).await.len(), 3);
    assert_eq!(ana.calls[&first.id].course.legs.len(), 1);
}

#[tokio::test]
async fn data_without_an_id_that_come_long_after_a_call_are_its_data() {
    let plan = Plan::default();
    let mut world = world().await;
    world.rings("with-id", "101").await;
    world.at("with-id", "101", "connected").await;
    world.at("with-id", "101", "ended").await;
    // What is over is let go: the next hub knows the call from its history only.
    world.hub.shutdown().await;
    world.hub = hub_in(world.dir.path(), &plan, &world.sim.base_url()).await;
    world.base = address(&world.hub);
    world.data(&format!("{CALLER}&extension=101&disposition=ANSWERED&billsec=3")).await;
    let mut ana = world.desk().await;
    let rows = listed(&mut ana).await;
    assert_eq!(rows.len(), 1, "{rows:#?}");
    assert_eq!(rows[0].call.extra["talk_seconds"], "3");
    // Of another customer, they are another call's.
    world.data("caller=%2B36207654321&called=0615550100&extension=101&disposition=ANSWERED&billsec=3").await;
    assert_eq!(listed(&mut ana).await.len(), 2);
}

#[tokio::test]
async fn an_older_desk_reads_a_call_as_before() {
    let world = world().await;
    let mut ana = world.desk().await;
    world.rings("old", "101").await;
    let call = ana.call_in(CallState::Ringing).await;
    let mut json = serde_json::to_value(&call).expect("JSON");
    json.as_object_mut().expect("an object").remove("course");
    let read: Call = serde_json::from_value(json).expect("without what is new, too");
    assert_eq!(Call { course: Course::default(), ..call }, read);
    let Ok(Reply::Call { timeline }) = ana.ask(Request::Call { id: CallId(read.id.0) }).await else {
        panic!("no call")
    };
    assert_eq!(timeline.steps.len(), 1);
    assert_eq!(timeline.steps[0].of.extension.as_deref(), Some("101"));
}
