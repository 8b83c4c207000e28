//! Calls that come with what was noted of them, and calls that are over for one agent though nobody told.

use crate::support;

use ringcard_core::{
    call::{AgentId, CallEvent, CallId, CallState, OwnPart},
    customer::NoteSoFar,
    frame::{Reply, Request, RequestErrorCode, Timeline},
};
use support::{Desk, KEY, Plan, World, address, agent, hub_in, outside, world};

const CALLER: &str = "caller=%2B36305550103&called=0615550100";

async fn told(world: &World, kind: &str, query: &str) {
    let url = format!("{}/in/pbx/{kind}?key={KEY}&{CALLER}&{query}", world.base);
    assert_eq!(world.http.get(url).send().await.expect("an answer").status(), 200, "{kind} {query}");
}

async fn connected(world: &World, id: &str, phone: &str) {
    told(world, "incoming", &format!("call_id={id}&extension={phone}")).await;
    told(world, "event", &format!("call_id={id}&extension={phone}&event=connected")).await;
}

fn only(desk: &Desk) -> CallId {
    assert_eq!(desk.calls.len(), 1, "{:?}", desk.calls);
    desk.calls.keys().next().expect("one").clone()
}

fn notes(desk: &Desk, id: &CallId) -> Vec<NoteSoFar> {
    desk.cards.get(id).map(|card| card.notes.clone()).unwrap_or_default()
}

async fn story(desk: &mut Desk, id: &CallId) -> Timeline {
    match desk.ask(Request::Call { id: id.clone() }).await {
        Ok(Reply::Call { timeline }) => timeline,
        other => panic!("no call, but {other:?}"),
    }
}

#[tokio::test]
async fn whoever_is_given_a_call_reads_what_was_noted_of_it_before_and_after_and_over_a_restart() {
    let plan = Plan::default();
    let mut world = world().await;
    let (mut ana, mut bela) = (world.desk().await, world.desk_of("Béla").await);
    connected(&world, "t", "101").await;
    ana.call_in(CallState::Connected).await;
    let id = only(&ana);
    let note = |note: &str| Request::NoteSoFar { call_id: id.clone(), note: note.to_owned() };
    // Whoever is not in it can note nothing of it.
    let refused = bela.ask(note("mine")).await.expect_err("it is Ana's");
    assert_eq!(refused.code, RequestErrorCode::NotAllowed);
    assert_eq!(ana.ask(note("wants the invoice")).await, Ok(Reply::Done));

    told(&world, "incoming", "call_id=t&extension=102").await;
    let ringing = bela.call_in(CallState::Ringing).await;
    assert_eq!((&ringing.id, ringing.course.passed_by.as_deref()), (&id, Some("Ana")));
    bela.until("the note", |desk| notes(desk, &id).iter().any(|one| one.note == "wants the invoice")).await;
    assert_eq!(notes(&bela, &id)[0].by, AgentId("Ana".into()));
    let long = format!("wants the invoice of March\n{}", "x".repeat(10_000));
    assert_eq!(ana.ask(note(&long)).await, Ok(Reply::Done));
    bela.until("the newer note", |desk| notes(desk, &id).iter().any(|one| one.note.contains("March"))).await;
    assert_eq!(notes(&bela, &id)[0].note.chars().count(), NoteSoFar::LONGEST);

    assert_eq!(ana.ask(note("of March")).await, Ok(Reply::Done));
    world.hub.shutdown().await;
    world.hub = hub_in(world.dir.path(), &plan, &world.sim.base_url()).await;
    world.base = address(&world.hub);
    let mut bela = world.desk_of("Béla").await;
    let card = &bela.welcome.calls.iter().find(|one| one.call.id == id).expect("it goes on").card;
    assert_eq!(card.notes.iter().map(|one| one.note.as_str()).collect::<Vec<_>>(), ["of March"]);
    let mut ana = world.desk().await;
    assert_eq!(ana.ask(note(" ")).await, Ok(Reply::Done));
    bela.until("no note", |desk| desk.cards.get(&id).is_some_and(|card| card.notes.is_empty())).await;
}

#[tokio::test]
async fn a_call_that_one_agent_ends_here_is_over_for_them_and_goes_on_for_the_others() {
    let world = world().await;
    let (mut ana, mut bela) = (world.desk().await, world.desk_of("Béla").await);
    connected(&world, "t", "101").await;
    ana.call_in(CallState::Connected).await;
    connected(&world, "t", "102").await;
    bela.call_in(CallState::Connected).await;
    let id = only(&ana);
    assert_eq!(ana.ask(Request::EndHere { call_id: id.clone() }).await, Ok(Reply::Done));
    ana.until("over here", |desk| desk.calls[&id].state.is_over()).await;
    let seen = &ana.calls[&id];
    assert!(seen.connected_at.is_some(), "{seen:?}");
    let theirs = story(&mut bela, &id).await;
    assert_eq!(theirs.row.call.state, CallState::Connected, "the colleague talks on");
    let said: Vec<_> = theirs.steps.iter().filter_map(|step| Some((step.event.clone(), step.of.by.clone()?))).collect();
    assert_eq!(said, [(CallEvent::Expired, AgentId("Ana".into()))], "who said so is kept");
    // Again it is what it was.
    assert_eq!(ana.ask(Request::EndHere { call_id: id }).await, Ok(Reply::Done));
}

#[tokio::test]
async fn a_call_ended_here_is_kept_as_one_whose_end_was_not_reported_and_a_word_of_its_end_counts() {
    let world = world().await;
    let (mut ana, mut bela) = (world.desk().await, world.desk_of("Béla").await);
    connected(&world, "p", "101").await;
    ana.call_in(CallState::Connected).await;
    let id = only(&ana);
    let refused = bela.ask(Request::EndHere { call_id: id.clone() }).await.expect_err("it is a colleague's");
    assert_eq!(refused.code, RequestErrorCode::NotAllowed);
    assert_eq!(ana.ask(Request::EndHere { call_id: id.clone() }).await, Ok(Reply::Done));
    ana.call_in(CallState::OutcomeNotReported).await;
    assert_eq!(ana.calls[&id].course.part, Some(OwnPart::EndNotReported));
    told(&world, "event", "call_id=p&extension=101&event=ended").await;
    ana.call_in(CallState::Ended).await;
}

#[tokio::test]
async fn a_call_that_rings_for_several_and_names_no_phone_is_ended_by_none_of_them_for_all() {
    let lines = |name: &str, extension: &str| {
        let mut one = agent(name, extension);
        one.lines = vec![outside("+3615550100")];
        one
    };
    let world = Plan { agents: vec![lines("Ana", "101"), lines("Béla", "102")], ..Plan::default() }.begin().await;
    let (mut ana, mut bela) = (world.desk().await, world.desk_of("Béla").await);
    told(&world, "incoming", "call_id=l").await;
    ana.call_in(CallState::Ringing).await;
    bela.call_in(CallState::Ringing).await;
    let id = only(&ana);
    let refused = ana.ask(Request::EndHere { call_id: id }).await.expect_err("it is everybody's");
    assert_eq!(refused.code, RequestErrorCode::Invalid);
}
