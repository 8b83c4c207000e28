//! Real streams of Asterisk 16 and 22, through the whole hub: what `GET /v1/calls` and the agents' desks tell in the end
//! is what a person who reads the stream would tell.

use crate::support::{Desk, Plan, TOKEN, World, address, hub_in, world};
use ringcard_connect::{Connector, NewAccount, asterisk::Asterisk};
use ringcard_core::{call::CallState, frame::ConnectionState, number::DialPlan};
use ringcard_hub::AccountSetup;
use ringcard_sim::AsteriskSim;
use secrecy::SecretString;
use serde_json::{Value, json};
use std::{collections::BTreeMap, path::PathBuf, time::Duration};

/// A stream, the call in it, and what is left on Ana's (101) and Béla's (102) desks.
const TOLD: [(&str, &str, &str); 17] = [
    ("asterisk16_inbound_answered", "inbound +573001234567 MARIA LOPEZ: ended; 101 over", "ended | -"),
    ("asterisk22_inbound_answered", "inbound +573001234567 MARIA LOPEZ: ended; 101 over", "ended | -"),
    ("asterisk22_inbound_anonymous", "inbound hidden: ended; 101 over", "ended | -"),
    ("asterisk16_inbound_missed", "inbound +573001234567: missed; 101 caller_gone", "missed | -"),
    ("asterisk22_inbound_missed", "inbound +573001234567: missed; 101 caller_gone", "missed | -"),
    ("asterisk22_inbound_busy", "inbound +573001234567: missed; 101 busy", "missed | -"),
    ("asterisk22_queue_answered", "inbound +576015551234 ACME SAS by soporte: ended; 101 over", "ended | -"),
    (
        "asterisk22_registered_phone_hold_transfer",
        "inbound +573001234567 MARIA LOPEZ: ended; 102 over, 101 over from 102",
        "ended | ended",
    ),
    ("asterisk16_c2c_ami", "outbound +573001234567: ended; 101 over", "ended | -"),
    ("asterisk16_c2c_ari", "outbound +573001234567: ended; 101 over", "ended | -"),
    ("asterisk22_c2c_ami", "outbound +573001234567: ended; 101 over", "ended | -"),
    ("asterisk22_c2c_ari", "outbound +573001234567: ended; 101 over", "ended | -"),
    ("asterisk22_c2c_ari_stasis", "outbound +573001234567: ended; 101 over", "ended | -"),
    ("asterisk22_c2c_agent_hangs_up", "outbound +573001234567: ended; 101 over", "ended | -"),
    ("asterisk22_c2c_agent_declines", "outbound +573001234567: failed agent declined; 101 declined", "failed | -"),
    ("asterisk16_c2c_customer_busy", "outbound +573001234567: failed customer busy; 101 over", "failed | -"),
    ("asterisk22_c2c_customer_busy", "outbound +573001234567: failed customer busy; 101 over", "failed | -"),
];

fn events(capture: &str) -> Vec<Value> {
    let folder: PathBuf = [env!("CARGO_MANIFEST_DIR"), "../connect/tests/asterisk/captures"].iter().collect();
    let text = std::fs::read_to_string(folder.join(format!("{capture}.jsonl"))).expect("the stream is there");
    text.lines().map(|line| serde_json::from_str(line).expect("an event")).collect()
}

fn account(sim: &AsteriskSim) -> AccountSetup {
    let values = [("api_url", sim.ari_url()), ("user", "ringcard".to_owned())];
    let account = NewAccount {
        name: "office".to_owned(),
        values: values.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect(),
        secrets: BTreeMap::from([("password".to_owned(), SecretString::from("s3cret"))]),
        plan: DialPlan::new("CO").expect("a country"),
    };
    AccountSetup::new("office", Asterisk.set_up(account).map_err(|error| panic!("{error}")))
}

/// A hub that listens to a simulated Asterisk.
struct Stage {
    sim: AsteriskSim,
    world: World,
    waited: u32,
}

impl Stage {
    async fn set() -> Self {
        let sim = AsteriskSim::start("ringcard", "s3cret", &["101", "102", "103"]).await.expect("the simulator starts");
        let stage = Self { sim, world: world().await, waited: 0 };
        stage.listens().await;
        stage
    }

    async fn listens(&self) {
        self.world.hub.use_accounts(vec![account(&self.sim)]).await;
        self.becomes(|stage| {
            let ready = |state: &ConnectionState| matches!(state, ConnectionState::Ready { .. });
            stage.world.hub.connections().iter().any(|of| of.name == "office" && ready(&of.state))
        })
        .await;
    }

    async fn becomes(&self, is: impl Fn(&Self) -> bool) {
        let mut ticks = tokio::time::interval(Duration::from_millis(5));
        let waits = async {
            while !is(self) {
                ticks.tick().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(20), waits).await.expect("it becomes so in time");
    }

    /// Until all that was told has been taken in: a call of its own comes behind it, at a phone that is nobody's.
    async fn takes_in(&mut self) {
        self.waited += 1;
        let (caller, phone) = (format!("last.{}", self.waited), format!("last.{}b", self.waited));
        let trunk = json!({ "id": caller, "name": "PJSIP/trunk-f", "state": "Ring", "dialplan": { "exten": "5716017000" },
                            "caller": { "name": "", "number": format!("30099900{:02}", self.waited) } });
        let rings = json!({ "id": phone, "name": "PJSIP/103-f", "state": "Ringing" });
        self.sim.tell(json!({ "type": "ChannelCreated", "channel": trunk }));
        self.sim.tell(json!({ "type": "Dial", "caller": trunk, "peer": rings, "dialstatus": "RINGING" }));
        for channel in [rings, trunk] {
            self.sim.tell(json!({ "type": "ChannelDestroyed", "channel": channel, "cause": 16 }));
        }
        let number = format!("+5730099900{:02}", self.waited);
        let mut ticks = tokio::time::interval(Duration::from_millis(5));
        for _ in 0..2_000 {
            ticks.tick().await;
            let is_over = |call: &Value| call["ani"].to_string().contains(&number) && call["state"]["kind"] == "missed";
            if self.calls().await.iter().any(is_over) {
                return;
            }
        }
        panic!("the last call is not told");
    }

    async fn calls(&self) -> Vec<Value> {
        let url = format!("{}/v1/calls?limit=200", self.world.base);
        let answer = self.world.http.get(url).bearer_auth(TOKEN).send().await.expect("an answer");
        let page: Value = answer.json().await.expect("JSON");
        page["calls"].as_array().expect("calls").iter().map(|known| known["call"].clone()).collect()
    }

    /// What is told of the stream's calls.
    async fn told(&self) -> Vec<String> {
        let calls = self.calls().await;
        calls.iter().filter(|call| !call["ani"].to_string().contains("+573009990")).map(in_words).collect()
    }

    /// The hub's process ends, and another one begins where it was.
    async fn restarts(self) -> Self {
        let Self { sim, world: World { hub, sim: pbx, http, dir, .. }, waited } = self;
        hub.shutdown().await;
        let hub = hub_in(dir.path(), &Plan::default(), &pbx.base_url()).await;
        let base = address(&hub);
        let stage = Self { sim, world: World { hub, sim: pbx, http, base, dir }, waited };
        stage.listens().await;
        stage
    }

    async fn desks(&mut self) -> (Desk, Desk) {
        (self.world.desk().await, self.world.desk_of("Béla").await)
    }
}

fn word(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn in_words(call: &Value) -> String {
    let whole = call["ani"].to_string() + &call["dnis"].to_string();
    let number = whole.split("\"e164\":\"").nth(1).and_then(|rest| rest.split('"').next());
    let customer = if whole.contains("hidden") { "hidden" } else { number.unwrap_or("?") };
    let (course, state) = (&call["course"], &call["state"]);
    let mut words = format!("{} {customer}", word(&call["direction"]));
    words += &course["party_name"].as_str().map(|name| format!(" {name}")).unwrap_or_default();
    words += &course["queue"].as_str().map(|queue| format!(" by {queue}")).unwrap_or_default();
    words += &format!(": {}", word(&state["kind"]));
    if state["kind"] == "failed" {
        words += &format!(" {} {}", word(&state["leg"]), word(&state["why"]["code"]));
    }
    let legs = course["legs"].as_array().into_iter().flatten().map(|leg| {
        let from = leg["passed_by"].as_str().map(|by| format!(" from {by}")).unwrap_or_default();
        format!("{} {}{from}", word(&leg["extension"]), word(&leg["end"]))
    });
    let legs: Vec<String> = legs.collect();
    format!("{words}; {}", legs.join(", "))
}

/// The states of the stream's calls as a desk has them, in the end.
fn on_desk(desk: &Desk) -> String {
    let states: Vec<String> = desk.calls.values().map(|call| call.state.to_string()).collect();
    if states.is_empty() { "-".to_owned() } else { states.join(", ") }
}

fn is_over(desk: &Desk, cards: &str) -> bool {
    let is_over = |state: &CallState| state.to_string() == cards;
    cards == "-" || desk.calls.values().any(|call| is_over(&call.state))
}

async fn plays(capture: &str, expected: &str, cards: &str, order: impl Fn(Vec<Value>) -> Vec<Value>) {
    let mut stage = Stage::set().await;
    let (mut ana, mut bela) = stage.desks().await;
    for event in order(events(capture)) {
        stage.sim.tell(event);
    }
    stage.takes_in().await;
    assert_eq!(stage.told().await, [expected], "{capture}");
    let (of_ana, of_bela) = cards.split_once(" | ").expect("two desks");
    for (desk, left) in [(&mut ana, of_ana), (&mut bela, of_bela)] {
        desk.until("its end", |desk| is_over(desk, left)).await;
        assert_eq!(on_desk(desk), left, "{capture}");
    }
}

#[tokio::test]
async fn the_streams_are_told_as_a_person_would() {
    for (capture, expected, cards) in TOLD {
        plays(capture, expected, cards, |events| events).await;
    }
}

#[tokio::test]
async fn events_that_come_twice_change_nothing() {
    for (capture, expected, cards) in TOLD {
        plays(capture, expected, cards, |events| events.into_iter().flat_map(|event| [event.clone(), event]).collect())
            .await;
    }
}

#[tokio::test]
async fn events_that_change_places_within_two_seconds_are_the_same_call() {
    for (capture, expected, _) in TOLD {
        let events = events(capture);
        let mut stage = Stage::set().await;
        let moment = |event: &Value| {
            let clock = event["timestamp"].as_str().expect("a moment")[14..23].replace([':', '.'], "");
            // Minutes, seconds and milliseconds: no stream goes over the hour.
            let number = |digits: &str| digits.parse::<u64>().expect("digits");
            number(&clock[..2]) * 60_000 + number(&clock[2..4]) * 1_000 + number(&clock[4..])
        };
        let mut late: Vec<(u64, Value)> = events
            .iter()
            .enumerate()
            .map(|(no, event)| (moment(event) + (no as u64 + 1) * 2_654_435_761 % 2_000, event.clone()))
            .collect();
        late.sort_by_key(|(at, _)| *at);
        late.into_iter().for_each(|(_, event)| stage.sim.tell(event));
        stage.takes_in().await;
        // Who gave up first cannot always be told any more.
        let told: Vec<String> =
            stage.told().await.iter().map(|call| call.replace("caller_gone", "not_answered")).collect();
        assert_eq!(told, [expected.replace("caller_gone", "not_answered")], "{capture}");
    }
}

#[tokio::test]
async fn a_hub_that_is_restarted_in_the_middle_tells_the_same() {
    for (capture, expected, _) in TOLD {
        let events = events(capture);
        for part in 1..4 {
            let mut stage = Stage::set().await;
            let (before, after) = events.split_at(events.len() * part / 4);
            before.iter().for_each(|event| stage.sim.tell(event.clone()));
            stage.takes_in().await;
            let mut stage = stage.restarts().await;
            after.iter().for_each(|event| stage.sim.tell(event.clone()));
            stage.takes_in().await;
            assert_eq!(stage.told().await, [expected], "{capture} {part}");
        }
    }
}
