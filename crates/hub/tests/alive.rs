//! Calls whose end nobody heard: their telephone system is asked, and what it does not say changes nothing.

use crate::support::{self, Desk, KEY, Plan, World, client, dial_plan, setup_in};
use ringcard_connect::profile::builtin_profiles;
use ringcard_core::{
    call::{Call, CallState},
    frame::{ConnectionState, TroubleCode},
};
use ringcard_hub::{AccountSetup, CallWaits, Hub, System, directory::Directory};
use ringcard_sim::{Sim, SimConfig};
use secrecy::SecretString;
use serde_json::Value;
use std::{collections::BTreeMap, time::Duration};
use tempfile::TempDir;

/// A telephone system that can be asked about its calls.
fn account(sim: &Sim, password: &str) -> AccountSetup {
    let profiles = builtin_profiles();
    let profile = profiles.iter().find(|profile| profile.id() == "asterisk-ari").expect("it is built in");
    let values = [("api_url", sim.ari_url()), ("user", "crm".to_owned()), ("timeout_seconds", "2".to_owned())];
    let values = values.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
    let secrets = [("password", password), ("push_key", KEY)];
    let secrets = secrets.map(|(key, value)| (key.to_owned(), SecretString::from(value)));
    let account = profile.account(values, BTreeMap::from(secrets), dial_plan()).expect("the account is complete");
    AccountSetup::new("pbx", Ok(System::from(account)))
}

async fn start(dir: &TempDir, plan: &Plan, account: AccountSetup) -> Hub {
    let directory = Directory::open(&dir.path().join("directory.db"), dial_plan()).expect("the directory opens");
    let setup = setup_in(dir.path(), plan, "http://127.0.0.1:9");
    Hub::start(ringcard_hub::HubSetup { accounts: vec![account], ..setup }, directory).await.expect("the hub starts")
}

/// The simulator tells nothing by itself: what is pushed, a test pushes.
async fn world_with(plan: Plan) -> World {
    let dir = TempDir::new().expect("a folder for the test");
    let mut config = SimConfig::default();
    (config.ari.user, config.ari.password) = ("crm".into(), "secret".into());
    let sim = Sim::start(config).await.expect("the simulator starts");
    let hub = start(&dir, &plan, account(&sim, "secret")).await;
    let base = support::address(&hub);
    World { hub, sim, http: client(), base, dir }
}

impl World {
    /// Ana speaks with a customer she called.
    async fn talks(&self, desk: &mut Desk) -> Call {
        desk.dial("+36301234567", "a-click").await.expect("it is started");
        desk.until("the PBX's id", |desk| desk.calls.values().any(|call| call.external_id.is_some())).await;
        let id = desk.calls.values().next().and_then(|call| call.external_id.clone()).expect("an id");
        self.pushes("event", &format!("call_id={id}&linkedid={id}&extension=101&event=connected&direction=outbound"))
            .await;
        desk.call_in(CallState::Connected).await
    }

    async fn pushes(&self, kind: &str, query: &str) {
        let url = format!("{}/in/pbx/{kind}?key={KEY}&caller=%2B36305550103&called=0615550100&{query}", self.base);
        assert_eq!(self.http.post(url).send().await.expect("an answer").status(), 200, "{kind} {query}");
    }

    /// The hub is killed, something happens while nobody listens, and it is back.
    async fn again(self, meanwhile: impl AsyncFnOnce(&Sim), password: &str) -> World {
        let World { hub, sim, http, dir, .. } = self;
        hub.shutdown().await;
        meanwhile(&sim).await;
        let hub = start(&dir, &Plan::default(), account(&sim, password)).await;
        let base = support::address(&hub);
        World { hub, sim, http, base, dir }
    }

    async fn health(&self) -> Value {
        let asked = self.http.get(format!("{}/healthz", self.base)).send().await.expect("an answer");
        asked.json().await.expect("JSON")
    }

    /// As often as needed.
    async fn until_health(&self, what: &str, is: impl Fn(&Value) -> bool) -> Value {
        let mut ticks = tokio::time::interval(Duration::from_millis(20));
        let found = async {
            loop {
                let health = self.health().await;
                if is(&health) {
                    return health;
                }
                ticks.tick().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), found).await.unwrap_or_else(|_| panic!("waited in vain: {what}"))
    }

    fn questions(&self) -> usize {
        self.sim.requests().iter().filter(|asked| asked.method == "GET").count()
    }
}

async fn hangs_up(sim: &Sim) {
    sim.phone("101").hang_up().await.expect("it was in the call");
}

#[tokio::test]
async fn a_call_that_ended_while_nobody_listened_is_gone_after_the_start() {
    let world = world_with(Plan::default()).await;
    let mut desk = world.desk().await;
    let call = world.talks(&mut desk).await;
    let world = world.again(hangs_up, "secret").await;
    let mut desk = world.desk().await;
    if desk.welcome.calls.iter().any(|known| known.call.id == call.id) {
        desk.call_in(CallState::OutcomeNotReported).await;
    }
    assert_eq!(world.health().await["calls"]["do_not_tell"], serde_json::json!([]));
}

#[tokio::test]
async fn a_call_that_goes_on_goes_on_after_the_start_and_is_not_asked_about_again_soon() {
    let world = world_with(Plan::default()).await;
    let mut desk = world.desk().await;
    let call = world.talks(&mut desk).await;
    let world = world.again(async |_| (), "secret").await;
    world.sim.wait_for_request("the question", |asked| asked.method == "GET").await.expect("it is asked");
    let desk = world.desk().await;
    assert_eq!(desk.welcome.calls[0].call.state, CallState::Connected);
    assert_eq!(desk.welcome.calls[0].call.id, call.id);
    let asked = world.questions();
    world.pushes("incoming", "linkedid=other&extension=102").await;
    assert_eq!(world.questions(), asked, "a ring at another phone asks about nothing");
}

#[tokio::test]
async fn a_telephone_system_that_is_down_ends_no_call_and_health_says_so() {
    let world = world_with(Plan::default()).await;
    let mut desk = world.desk().await;
    let call = world.talks(&mut desk).await;
    let World { hub, sim, http, dir, .. } = world;
    hub.shutdown().await;
    let gone = account(&sim, "secret");
    sim.shutdown().await;
    let hub = start(&dir, &Plan::default(), gone).await;
    let sim = Sim::start(SimConfig::default()).await.expect("another one starts");
    let world = World { base: support::address(&hub), hub, sim, http, dir };
    world.until_health("that it does not tell", |health| health["calls"]["do_not_tell"][0] == "pbx").await;
    let desk = world.desk().await;
    assert_eq!((&desk.welcome.calls[0].call.id, &desk.welcome.calls[0].call.state), (&call.id, &CallState::Connected));
}

#[tokio::test]
async fn a_password_that_is_not_taken_ends_no_call_and_is_said_as_the_accounts_trouble() {
    let world = world_with(Plan::default()).await;
    let mut desk = world.desk().await;
    world.talks(&mut desk).await;
    let world = world.again(hangs_up, "another").await;
    world.until_health("that it does not tell", |health| health["calls"]["do_not_tell"][0] == "pbx").await;
    let desk = world.desk().await;
    assert_eq!(desk.welcome.calls[0].call.state, CallState::Connected);
    let ConnectionState::Trouble { code: TroubleCode::SignIn, detail } = &desk.connections["pbx"] else {
        panic!("{:?}", desk.connections)
    };
    assert!(detail.contains("did not accept") && !detail.contains("another"), "{detail}");
}

#[tokio::test]
async fn a_ring_at_a_phone_that_is_in_a_call_asks_whether_that_one_goes_on() {
    let world = world_with(Plan::default()).await;
    let mut desk = world.desk().await;
    let call = world.talks(&mut desk).await;
    world.pushes("incoming", "linkedid=second&extension=101").await;
    world.sim.wait_for_request("the question", |asked| asked.method == "GET").await.expect("it is asked");
    assert_eq!(desk.calls[&call.id].state, CallState::Connected, "a second call rings while the first goes on");
    world.pushes("event", "linkedid=second&extension=101&event=ended").await;
    desk.until("the second one's end", |desk| desk.calls.values().any(|call| call.state.is_over())).await;
    assert_eq!(desk.calls[&call.id].state, CallState::Connected);
}

#[tokio::test]
async fn a_call_that_is_said_to_go_on_is_told_again_so_that_desks_know_it() {
    let world = world_with(Plan::default()).await;
    let mut desk = world.desk().await;
    let call = world.talks(&mut desk).await;
    assert_eq!(desk.welcome.asks_about_calls, ["pbx"]);
    let told = desk.states(&call.id).len();
    world.pushes("incoming", "linkedid=second&extension=101").await;
    desk.until("it is told again", |desk| desk.states(&call.id).len() > told).await;
    assert_eq!(desk.states(&call.id).last(), Some(&CallState::Connected));
}

#[tokio::test]
async fn a_queue_that_goes_on_to_a_phone_asks_whether_its_earlier_call_goes_on() {
    let world = world_with(Plan::default()).await;
    let mut desk = world.desk().await;
    let call = world.talks(&mut desk).await;
    hangs_up(&world.sim).await;
    world.pushes("incoming", "linkedid=queue&uniqueid=queue.1&extension=102").await;
    world.pushes("event", "linkedid=queue&uniqueid=queue.1&extension=102&event=no_answer").await;
    assert_eq!(desk.calls[&call.id].state, CallState::Connected, "nobody told, and its phone did not ring");
    world.pushes("incoming", "linkedid=queue&uniqueid=queue.2&extension=101").await;
    desk.until("its end", |desk| desk.calls[&call.id].state == CallState::OutcomeNotReported).await;
    desk.call_in(CallState::Ringing).await;
}

#[tokio::test]
async fn a_ring_takes_away_a_call_that_is_over_at_its_phone_at_once() {
    let world = world_with(Plan::default()).await;
    let mut desk = world.desk().await;
    let call = world.talks(&mut desk).await;
    hangs_up(&world.sim).await;
    world.pushes("incoming", "linkedid=second&extension=101").await;
    desk.until("its end", |desk| desk.calls[&call.id].state == CallState::OutcomeNotReported).await;
    desk.call_in(CallState::Ringing).await;
}

#[tokio::test]
async fn a_call_of_which_nothing_is_heard_is_asked_about() {
    let waits = CallWaits { silent_call: Duration::ZERO, ..CallWaits::default() };
    let world = world_with(Plan { waits, ..Plan::default() }).await;
    let mut desk = world.desk().await;
    let call = world.talks(&mut desk).await;
    hangs_up(&world.sim).await;
    desk.until("its end", |desk| desk.calls[&call.id].state == CallState::OutcomeNotReported).await;
}
