//! The real app, killed again and again while codifications stream in: each that was accepted is there, and once.
//!
//! Whoever hands over does what a desk does: an intent has a key from the beginning, and is handed over again until it
//! is accepted. A codification that was under way at a kill may be sent again, since twice is the same as once; then it
//! has the same content.

use crate::support;

use reqwest::{Client, StatusCode};
use ringcard_sim::wolkvox::{WolkvoxConfig, Write};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    process::{Child, Stdio},
    time::Duration,
};
use support::{Desk, Plan, rounds, until};
use tokio::time::{Instant, timeout};

const CAMPAIGN: &str = "7224";
const RECORDS: u32 = 6_000;
/// At most so long an app lives after it takes codifications.
const LIFE_MILLIS: u64 = 250;

/// The same course of kills every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

fn customer(n: u32) -> String {
    format!("killed-{n}")
}

fn intent(n: u32) -> Value {
    let code = ["001", "002", "003"][n as usize % 3];
    json!({
        "key": format!("intent-{n}"),
        "record": { "account": "wolkvox", "campaign": CAMPAIGN, "kind": "predictive", "customer_id": customer(n) },
        "code": code,
        "comment": format!("said {n}"),
    })
}

async fn load_records(desk: &Desk) {
    let records: Vec<Value> =
        (0..RECORDS).map(|n| json!({ "customer_id": customer(n), "tel1": format!("57300{n:07}") })).collect();
    let sim = desk.wolkvox();
    let query = [
        ("api", "add_record"),
        ("type_campaign", "predictive"),
        ("campaign_id", CAMPAIGN),
        ("campaign_status", "start"),
    ];
    let request = Client::new().post(format!("{}/campaign.php", sim.api_url())).query(&query);
    let token = sim.token("team").expect("a token");
    let answer = request.header("wolkvox-token", token).json(&records).send().await.expect("an answer");
    assert!(answer.status().is_success(), "{:?}", answer.text().await);
}

/// Starts the app as a login does and waits until it takes codifications.
async fn start(desk: &Desk) -> Child {
    let mut command = desk.session.command(support::app::app());
    let mut app = command.arg("--hidden").stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the app starts");
    until("the app to take codifications", async || {
        if let Ok(Some(ended)) = app.try_wait() {
            panic!("the app ended by itself: {ended}; its log ends with {}", desk.log());
        }
        match Client::new().get(format!("http://{}/healthz", desk.address)).send().await {
            Ok(answer) if answer.status().is_success() => Ok(()),
            other => Err(format!("{other:?}")),
        }
    })
    .await;
    app
}

/// Hands over until the time is up; an intent without an answer stays in hand.
async fn hand_over(desk: &Desk, next: &mut u32, life: Duration) {
    let end = Instant::now() + life;
    while *next < RECORDS
        && let Some(left) = end.checked_duration_since(Instant::now()).filter(|left| !left.is_zero())
    {
        let body = intent(*next);
        let asked = desk.try_post("/v1/codifications", &body);
        let Ok(Ok(answer)) = timeout(left, asked).await else { return };
        assert_eq!(answer.status(), StatusCode::ACCEPTED, "intent {next}");
        *next += 1;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_was_accepted_is_lost_or_doubled_by_kills_of_the_app() {
    let config = WolkvoxConfig { licences: 1_000, local: None, ..WolkvoxConfig::default() };
    let plan = Plan { wolkvox: Some(config), ..Plan::new("killed-app") };
    let desk = Desk::prepare(plan).await;
    load_records(&desk).await;
    let (mut dice, mut next) = (Dice(7), 0);
    let kills = rounds(10, 100);
    for _ in 0..kills {
        let mut app = start(&desk).await;
        hand_over(&desk, &mut next, Duration::from_millis(dice.roll(LIFE_MILLIS))).await;
        app.kill().expect("killed");
        app.wait().expect("gone");
    }
    let mut app = start(&desk).await;
    // The one in hand is handed over like a desk would: whether it was accepted before is not known.
    hand_over(&desk, &mut next, Duration::from_secs(5)).await;
    until("everything to be sent", async || {
        let waiting = desk.get("/v1/outbox").await["rows"].as_array().map_or(0, Vec::len);
        if waiting == 0 { Ok(()) } else { Err(format!("{waiting} or more wait")) }
    })
    .await;
    let mut coded: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for applied in desk.wolkvox().applied() {
        if let Write::Coded { customer_id, comment, .. } = applied.write {
            coded.entry(customer_id).or_default().push(comment);
        }
    }
    let lost: Vec<u32> = (0..next).filter(|n| !coded.contains_key(&customer(*n))).collect();
    assert!(lost.is_empty(), "accepted and lost: {lost:?}");
    let mut again = 0;
    for n in 0..next {
        let comments = &coded[&customer(n)];
        again += comments.len() - 1;
        assert!(comments.iter().all(|comment| *comment == format!("said {n}")), "{n}: {comments:?}");
    }
    // Only what was under way at a kill can have left twice.
    assert!(again <= kills as usize, "{again} left again");
    println!("{kills} kills of the app: {next} codifications accepted, none lost; {again} were sent again, unchanged");
    app.kill().expect("killed");
    app.wait().expect("gone");
}
