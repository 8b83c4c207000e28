//! Calls that a telephone system tells of by itself, from its line to an agent's desk.

use crate::support::{Desk, World, dial_plan, outside, world};
use ringcard_connect::{Connector, NewAccount, asterisk::Asterisk};
use ringcard_core::{
    call::{Call, CallState, Leg},
    customer::Lookup,
    frame::{ConnectionState, TroubleCode},
};
use ringcard_hub::{AccountSetup, Hub};
use ringcard_sim::AsteriskSim;
use secrecy::SecretString;
use std::collections::BTreeMap;

async fn sim() -> AsteriskSim {
    AsteriskSim::start("ringcard", "s3cret", &["101", "102"]).await.expect("the simulator starts")
}

fn account(sim: &AsteriskSim, password: &str) -> AccountSetup {
    let values = [("api_url", sim.ari_url()), ("user", "ringcard".to_owned())];
    let account = NewAccount {
        name: "office".to_owned(),
        values: values.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect(),
        secrets: BTreeMap::from([("password".to_owned(), SecretString::from(password))]),
        plan: dial_plan(),
    };
    let system = Asterisk.set_up(account).unwrap_or_else(|error| panic!("{error}"));
    AccountSetup::new("office", Ok(system))
}

/// A hub that listens to it alone.
async fn listening(sim: &AsteriskSim) -> World {
    let world = world().await;
    world.hub.use_accounts(vec![account(sim, "s3cret")]).await;
    state(&world.hub, |state| matches!(state, ConnectionState::Ready { .. })).await;
    world
}

/// Until the connection is said to be like this.
async fn state(hub: &Hub, wanted: impl Fn(&ConnectionState) -> bool) -> ConnectionState {
    let mut ticks = tokio::time::interval(std::time::Duration::from_millis(20));
    let found = async {
        loop {
            let connections = hub.connections();
            if let Some(found) = connections.into_iter().find(|of| of.name == "office" && wanted(&of.state)) {
                return found.state;
            }
            ticks.tick().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), found).await.expect("it is said in time")
}

#[tokio::test]
async fn a_ring_on_the_line_brings_the_customers_card_and_its_end_takes_it_away() {
    let sim = sim().await;
    let world = listening(&sim).await;
    let customer = world.customer("María López", &["06 30 123 4567"]).await;
    let mut desk = world.desk().await;
    let trunk = sim.calls_in("+36301234567", "MARIA", "+3612345678");
    let phone = sim.rings(&trunk, "101");
    let call = desk.call_in(CallState::Ringing).await;
    assert_eq!((call.ani.0, call.line.as_deref()), (outside("+36301234567"), Some("Sales")));
    let Lookup::Found { chosen, .. } = desk.lookup(&call.id).await else { panic!("not found") };
    assert_eq!(chosen, Some(customer.id));
    sim.answers(&phone);
    desk.call_in(CallState::Connected).await;
    sim.hangs_up(&trunk, 16);
    sim.hangs_up(&phone, 16);
    desk.call_in(CallState::Ended).await;
}

#[tokio::test]
async fn a_ring_concerns_whose_phone_rings_and_what_ended_in_a_gap_ends_here() {
    let sim = sim().await;
    let world = listening(&sim).await;
    let (mut ana, mut bela) = (world.desk().await, world.desk_of("Béla").await);
    let trunk = sim.calls_in("+36301234567", "", "+3612345678");
    let phone = sim.rings(&trunk, "102");
    bela.call_in(CallState::Ringing).await;
    let own = sim.calls_in("+36307654321", "", "+3612345678");
    sim.rings(&own, "101");
    let call = ana.call_in(CallState::Ringing).await;
    assert_eq!(call.ani.0, outside("+36307654321"));
    for gone in [&phone, &trunk] {
        sim.happens_unheard(serde_json::json!({ "type": "ChannelDestroyed", "channel": { "id": gone } }));
    }
    sim.cut_lines();
    bela.call_in(CallState::Missed).await;
}

#[tokio::test]
async fn what_ended_while_no_hub_ran_is_over_when_it_listens_again_and_what_goes_on_goes_on() {
    let sim = sim().await;
    let world = listening(&sim).await;
    let mut desk = world.desk().await;
    let (ends, stays) =
        (sim.calls_in("+36301234567", "", "+3612345678"), sim.calls_in("+36307654321", "", "+3612345678"));
    let phone = sim.rings(&ends, "101");
    sim.rings(&stays, "101");
    desk.until("both calls", |desk| desk.calls.len() == 2).await;
    world.hub.use_accounts(Vec::new()).await;
    sim.hangs_up(&phone, 16);
    sim.hangs_up(&ends, 16);
    world.hub.use_accounts(vec![account(&sim, "s3cret")]).await;
    let call = desk.call_in(CallState::OutcomeNotReported).await;
    assert_eq!(call.ani.0, outside("+36301234567"));
    assert_eq!(desk.call_in(CallState::Ringing).await.ani.0, outside("+36307654321"));
}

#[tokio::test]
async fn an_agent_hears_before_the_click_that_their_phone_is_not_connected_and_that_it_is_again() {
    let sim = sim().await;
    let world = listening(&sim).await;
    let (mut ana, mut bela) = (world.desk().await, world.desk_of("Béla").await);
    let away = |desk: &Desk| {
        matches!(desk.connections.get("phone"), Some(ConnectionState::Trouble { code: TroubleCode::PhoneAway, .. }))
    };
    sim.registers("101", false);
    ana.until("that it is away", away).await;
    let mut again = world.desk().await;
    again.until("the same when she begins anew", away).await;
    sim.registers("101", true);
    let there = |desk: &Desk| matches!(desk.connections.get("phone"), Some(ConnectionState::Ready { .. }));
    ana.until("that it is there", there).await;
    again.until("the same", there).await;
    sim.registers("102", false);
    bela.until("that his is away", away).await;
    // Where nothing is heard any more, nothing is said of it either.
    world.hub.use_accounts(Vec::new()).await;
    bela.until("that nobody knows", there).await;
}

#[tokio::test]
async fn a_phone_whose_telephone_system_is_not_reached_any_more_is_not_said_to_be_ready() {
    let sim = sim().await;
    let world = listening(&sim).await;
    let mut ana = world.desk().await;
    sim.registers("101", false);
    let says = |wanted: TroubleCode| move |desk: &Desk| matches!(desk.connections.get("phone"), Some(ConnectionState::Trouble { code, .. }) if *code == wanted);
    ana.until("that it is away", says(TroubleCode::PhoneAway)).await;
    sim.shutdown().await;
    ana.until("that it is not known", says(TroubleCode::PhoneNotReached)).await;
    let mut again = world.desk().await;
    again.until("the same when she begins anew", says(TroubleCode::PhoneNotReached)).await;
}

#[tokio::test]
async fn a_click_is_one_call_whose_end_is_told_with_its_reason() {
    let sim = sim().await;
    let world = listening(&sim).await;
    let mut desk = world.desk().await;
    desk.dial("+36301234567", "a-click").await.expect("it is started");
    desk.call_in(CallState::AgentRinging).await;
    let [agent] = sim.channels().try_into().expect("one channel");
    sim.hangs_up(&agent, 21);
    let failed = |call: &Call| matches!(call.state, CallState::Failed { leg: Leg::Agent, .. });
    desk.until("its end", |desk| desk.calls.values().any(failed)).await;
    let call = desk.calls.values().find(|call| failed(call)).expect("it was just there");
    assert_eq!(call.external_id.as_deref(), Some(agent.as_str()));
    assert_eq!(desk.calls.len(), 1, "its own ring is no incoming call");
}

#[tokio::test]
async fn an_account_that_is_gone_is_listened_to_no_more_and_one_that_stays_goes_on() {
    let sim = sim().await;
    let world = listening(&sim).await;
    let mut lines = tokio::time::interval(std::time::Duration::from_millis(20));
    assert_eq!(sim.lines(), 1);
    world.hub.use_accounts(Vec::new()).await;
    while sim.lines() > 0 {
        lines.tick().await;
    }
}

#[tokio::test]
async fn a_wrong_password_and_a_system_that_is_away_are_said_in_words() {
    let sim = sim().await;
    let world = world().await;
    world.hub.use_accounts(vec![account(&sim, "wrong")]).await;
    let refused = state(&world.hub, |state| matches!(state, ConnectionState::Trouble { .. })).await;
    let ConnectionState::Trouble { code: TroubleCode::SignIn, detail } = refused else { panic!("{refused:?}") };
    assert!(detail.contains("user or password") && detail.contains("tried again by itself"), "{detail}");
    let away = account(&sim, "s3cret");
    sim.shutdown().await;
    world.hub.use_accounts(vec![away]).await;
    let gone =
        state(&world.hub, |state| matches!(state, ConnectionState::Trouble { code: TroubleCode::Unreachable, .. }));
    gone.await;
}
