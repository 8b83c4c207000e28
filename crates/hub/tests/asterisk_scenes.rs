//! What happens in a telephone system with several phones, from its events to the agents' desks and the list of calls.

use crate::support::{Desk, Plan, TOKEN, World, dial_plan};
use ringcard_connect::{Connector, NewAccount, asterisk::Asterisk};
use ringcard_core::{
    call::{Call, CallState, LegEnd, OwnPart},
    frame::ConnectionState,
};
use ringcard_hub::AccountSetup;
use ringcard_sim::{AsteriskAct as Act, AsteriskSim};
use secrecy::SecretString;
use std::{collections::BTreeMap, time::Duration};

/// Ana has 101, Béla 102.
pub struct Stage {
    pub sim: AsteriskSim,
    pub world: World,
    pub ana: Desk,
    pub bela: Desk,
}

/// It tells of its calls by itself.
pub fn account(sim: &AsteriskSim) -> AccountSetup {
    let values = [("api_url", sim.ari_url()), ("user", "ringcard".to_owned())];
    let account = NewAccount {
        name: "office".to_owned(),
        values: values.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect(),
        secrets: BTreeMap::from([("password".to_owned(), SecretString::from("s3cret"))]),
        plan: dial_plan(),
    };
    let system = Asterisk.set_up(account).unwrap_or_else(|error| panic!("{error}"));
    AccountSetup::new("office", Ok(system))
}

impl Stage {
    pub async fn set() -> Self {
        Self::set_with(Plan::default()).await
    }

    pub async fn set_with(plan: Plan) -> Self {
        let sim = AsteriskSim::start("ringcard", "s3cret", &["101", "102"]).await.expect("the simulator starts");
        let world = plan.begin().await;
        world.hub.use_accounts(vec![account(&sim)]).await;
        let mut ticks = tokio::time::interval(Duration::from_millis(5));
        let ready = |state: &ConnectionState| matches!(state, ConnectionState::Ready { .. });
        while !world.hub.connections().iter().any(|of| of.name == "office" && ready(&of.state)) {
            ticks.tick().await;
        }
        let (ana, bela) = (world.desk().await, world.desk_of("Béla").await);
        Self { sim, world, ana, bela }
    }

    pub fn act(&self, act: Act) -> Vec<String> {
        self.sim.act(&act).expect("it can happen")
    }

    pub fn calls_in(&self) -> String {
        self.sim.calls_in("+36301234567", "Ana Kiss", "+3612345678")
    }

    /// The only call there is, as the list of all calls has it.
    pub async fn listed(&self) -> Call {
        let url = format!("{}/v1/calls", self.world.base);
        let answer = self.world.http.get(url).bearer_auth(TOKEN).send().await.expect("an answer");
        let page: serde_json::Value = answer.json().await.expect("JSON");
        let [known] = page["calls"].as_array().expect("calls").as_slice() else { panic!("one call: {page}") };
        serde_json::from_value(known["call"].clone()).expect("a call")
    }
}

fn legs(call: &Call) -> Vec<(&str, Option<LegEnd>)> {
    call.course.legs.iter().map(|leg| (leg.extension.as_deref().unwrap_or_default(), leg.end)).collect()
}

#[tokio::test]
async fn a_queue_goes_on_from_who_declines_to_who_answers() {
    let mut stage = Stage::set().await;
    let caller = stage.calls_in();
    stage.act(Act::Queue { channel: caller.clone(), name: "soporte".into() });
    let first = stage.sim.rings(&caller, "101");
    assert_eq!(stage.ana.call_in(CallState::Ringing).await.course.queue.as_deref(), Some("soporte"));
    stage.act(Act::Declines { channel: first });
    let declined = |desk: &Desk| desk.calls.values().any(|call| call.course.part == Some(OwnPart::Declined));
    stage.ana.until("their part to be over", declined).await;
    let second = stage.sim.rings(&caller, "102");
    stage.bela.call_in(CallState::Ringing).await;
    stage.sim.answers(&second);
    stage.bela.call_in(CallState::Connected).await;
    stage.sim.hangs_up(&caller, 16);
    stage.sim.hangs_up(&second, 16);
    stage.bela.call_in(CallState::Ended).await;
    let call = stage.listed().await;
    assert_eq!(legs(&call), [("101", Some(LegEnd::Declined)), ("102", Some(LegEnd::Over))]);
    assert_eq!((call.state, stage.ana.missed), (CallState::Ended, 0));
}

#[tokio::test]
async fn of_two_devices_one_talks_and_the_other_stops() {
    let mut stage = Stage::set().await;
    let caller = stage.calls_in();
    let devices = stage.act(Act::Rings { caller: caller.clone(), extension: "101".into(), devices: 2 });
    stage.ana.call_in(CallState::Ringing).await;
    stage.sim.answers(&devices[1]);
    stage.act(Act::HangsUp { channel: devices[0].clone(), cause: 26 });
    stage.ana.call_in(CallState::Connected).await;
    stage.sim.hangs_up(&caller, 16);
    stage.sim.hangs_up(&devices[1], 16);
    let ended = stage.ana.call_in(CallState::Ended).await;
    assert_eq!(stage.ana.calls.len(), 1);
    assert!(!stage.ana.states(&ended.id).contains(&CallState::AnsweredElsewhere));
}

#[tokio::test]
async fn a_call_that_is_passed_on_leaves_one_agent_and_rings_at_the_other_with_who_passed_it() {
    let mut stage = Stage::set().await;
    let caller = stage.calls_in();
    let own = stage.sim.rings(&caller, "101");
    stage.sim.answers(&own);
    stage.ana.call_in(CallState::Connected).await;
    let next = stage.act(Act::PassesOn { channel: own, caller: caller.clone(), extension: "102".into() }).remove(0);
    let rings = stage.bela.call_in(CallState::Ringing).await;
    assert_eq!(rings.course.passed_by.as_deref(), Some("Ana"));
    let passed = |call: &Call| call.course.part == Some(OwnPart::PassedTo { to: "Béla".into() });
    stage.ana.until("their part to be over", |desk| desk.calls.values().any(passed)).await;
    stage.sim.answers(&next);
    stage.bela.call_in(CallState::Connected).await;
    stage.sim.hangs_up(&caller, 16);
    stage.sim.hangs_up(&next, 16);
    stage.bela.call_in(CallState::Ended).await;
    let call = stage.listed().await;
    assert_eq!(legs(&call), [("101", Some(LegEnd::Over)), ("102", Some(LegEnd::Over))]);
    assert!(call.course.legs.iter().all(|leg| leg.answered_at.is_some()) && call.course.talk_seconds.is_some());
}

#[tokio::test]
async fn a_colleague_who_was_asked_first_has_the_customers_call_then() {
    let mut stage = Stage::set().await;
    let caller = stage.calls_in();
    let own = stage.sim.rings(&caller, "101");
    stage.sim.answers(&own);
    let customers = stage.ana.call_in(CallState::Connected).await;
    let [second, colleague] =
        stage.act(Act::Asks { channel: own.clone(), extension: "102".into() }).try_into().expect("two channels");
    let asked = stage.bela.call_in(CallState::Connected).await;
    assert_ne!(asked.id, customers.id, "a call between colleagues");
    stage.act(Act::HandsOver { channel: own, caller: caller.clone(), second, colleague: colleague.clone() });
    let is_handed_over = |desk: &Desk| {
        let call = desk.calls.get(&customers.id);
        call.is_some_and(|call| call.state == CallState::Connected && call.course.passed_by.as_deref() == Some("Ana"))
    };
    stage.bela.until("the customer's call", is_handed_over).await;
    let gone = |desk: &Desk| desk.calls[&customers.id].course.part == Some(OwnPart::PassedTo { to: "Béla".into() });
    stage.ana.until("their part to be over", gone).await;
    stage.bela.until("the end of what was asked", |desk| desk.calls[&asked.id].state == CallState::Ended).await;
    stage.sim.hangs_up(&caller, 16);
    stage.sim.hangs_up(&colleague, 16);
    stage.bela.until("its end", |desk| desk.calls[&customers.id].state == CallState::Ended).await;
}

#[tokio::test]
async fn voicemail_takes_the_card_away() {
    let mut stage = Stage::set().await;
    let caller = stage.calls_in();
    let own = stage.sim.rings(&caller, "101");
    stage.ana.call_in(CallState::Ringing).await;
    stage.act(Act::NotAnswered { channel: own });
    stage.act(Act::Service { channel: caller.clone(), app: "VoiceMail".into() });
    stage.ana.until("the card to leave", |desk| desk.calls.values().all(|call| call.state.is_over())).await;
    stage.sim.hangs_up(&caller, 16);
    stage.ana.call_in(CallState::Missed).await;
}

#[tokio::test]
async fn a_customer_reached_by_the_second_way_out_is_no_failed_call() {
    let mut stage = Stage::set().await;
    let id = stage.ana.dial("+36301234567", "a-click").await.expect("it is started");
    stage.ana.call_in(CallState::AgentRinging).await;
    let [agent] = stage.sim.channels().try_into().expect("one channel");
    stage.sim.answers(&agent);
    let first = stage.sim.dials_out(&agent, "+36301234567");
    stage.sim.fails(&first, 34);
    let second = stage.sim.dials_out(&agent, "+36301234567");
    stage.sim.answers(&second);
    stage.ana.call_in(CallState::Connected).await;
    stage.sim.hangs_up(&second, 16);
    stage.sim.hangs_up(&agent, 16);
    stage.ana.call_in(CallState::Ended).await;
    let failed = |state: &CallState| matches!(state, CallState::Failed { .. });
    assert!(!stage.ana.states(&id).iter().any(failed), "{:?}", stage.ana.states(&id));
}
