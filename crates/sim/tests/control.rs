//! What a person's page and scripts can do, over HTTP.

use crate::support;

use ringcard_sim::{AsteriskSim, Misbehaviour, Phase, PhoneScript};
use serde_json::{Value, json};
use support::{click, client, sim, sim_and_hub};

const CUSTOMER: &str = "+36301234567";

async fn state(base: &str) -> Value {
    client().get(format!("{base}/control/state")).send().await.expect("an answer").json().await.expect("JSON")
}

#[tokio::test]
async fn a_person_lets_a_call_come_in_and_brings_it_to_each_end() {
    let (sim, hub) = sim_and_hub(|config| config.push.call_data = false).await;
    let control = format!("{}/control", sim.base_url());
    for (acts, story) in [
        (vec!["answer", "end"], vec!["ring", "connected", "ended"]),
        (vec!["miss"], vec!["ring", "missed"]),
        (vec!["elsewhere", "end"], vec!["ring", "answered_elsewhere", "ended"]),
        (vec!["end"], vec!["ring", "ended"]),
    ] {
        let before = hub.story().len();
        let ring = json!({ "caller": CUSTOMER, "extensions": ["101"], "via": "vipex" });
        let started: Value = client()
            .post(format!("{control}/ring"))
            .json(&ring)
            .send()
            .await
            .expect("an answer")
            .json()
            .await
            .expect("JSON");
        for act in acts {
            let url = format!("{control}/calls/{}/{act}", started["call"]);
            assert_eq!(client().post(url).send().await.expect("an answer").status(), 204, "{act}");
        }
        assert_eq!(hub.story()[before..], story);
    }
    sim.shutdown().await;
}

#[tokio::test]
async fn acts_that_are_not_possible_say_so() {
    let sim = sim().await;
    let control = format!("{}/control", sim.base_url());
    let post = async |path: &str| {
        let answer = client().post(format!("{control}/{path}")).send().await.expect("an answer");
        (answer.status().as_u16(), answer.json::<Value>().await.unwrap_or_default()["error"].clone())
    };
    assert_eq!(post("calls/7/answer").await, (404, json!("there is no call 7")));
    assert_eq!(post("phones/101/pick_up").await, (404, json!("no call rings or talks on 101")));
    assert_eq!(post("calls/7/explode").await.0, 400);
    let call = sim.ring(ringcard_sim::Ring::from(CUSTOMER)).await.expect("it rings");
    call.answer().await.expect("answered");
    let (status, error) = post(&format!("calls/{}/answer", call.no())).await;
    assert_eq!((status, error), (409, json!("not possible while the call is connected")));
    sim.shutdown().await;
}

#[tokio::test]
async fn phones_misbehaviour_and_hub_are_set_and_shown() {
    let sim = sim().await;
    let control = format!("{}/control", sim.base_url());
    let script = json!({ "kind": "answer", "after_ms": 20 });
    client().put(format!("{control}/phones/102/script")).json(&script).send().await.expect("an answer");
    let wrong = json!({ "kind": "slow", "ms": 5, "times": 3 });
    client().post(format!("{control}/misbehave")).json(&wrong).send().await.expect("an answer");
    let hub = json!({ "base_url": "http://127.0.0.1:9", "account": "other" });
    client().put(format!("{control}/hub")).json(&hub).send().await.expect("an answer");

    let shown = state(&sim.base_url()).await;
    assert_eq!(shown["hub"], hub);
    assert_eq!(shown["misbehaviour"], json!([wrong]));
    let phone = shown["phones"].as_array().and_then(|p| p.iter().find(|p| p["number"] == "102")).expect("the phone");
    assert_eq!(phone["script"]["after_ms"], 20);

    client().delete(format!("{control}/misbehave")).send().await.expect("an answer");
    assert_eq!(state(&sim.base_url()).await["misbehaviour"], json!([]));
    sim.shutdown().await;
}

#[tokio::test]
async fn a_persons_phone_is_commanded_like_a_scripted_one() {
    let sim = sim().await;
    let phones = format!("{}/control/phones", sim.base_url());
    client().get(click(&sim, "101", CUSTOMER)).send().await.expect("an answer");
    for (phone, act, phase) in [
        ("101", "pick_up", Phase::CustomerRinging),
        (CUSTOMER, "pick_up", Phase::Talking),
        ("101", "hang_up", Phase::Over),
    ] {
        let answer = client().post(format!("{phones}/{phone}/{act}")).send().await.expect("an answer");
        assert_eq!(answer.status(), 204);
        assert_eq!(sim.calls()[0].phase, phase);
    }
    sim.shutdown().await;
}

#[tokio::test]
async fn the_page_and_its_parts_are_served() {
    let sim = sim().await;
    for (path, kind, part) in [
        ("/", "text/html", "<title>Simulated PBX</title>"),
        ("/page.css", "text/css", "prefers-color-scheme: dark"),
        ("/page.js", "text/javascript", "'/misbehave'"),
        ("/control/people", "application/json", "Kovács Anna"),
        ("/control/scenarios", "application/json", "hidden"),
    ] {
        let answer = client().get(format!("{}{path}", sim.base_url())).send().await.expect("an answer");
        assert!(answer.headers()["content-type"].to_str().expect("text").starts_with(kind), "{path}");
        assert!(answer.text().await.expect("text").contains(part), "{path}");
    }
    sim.shutdown().await;
}

#[tokio::test]
async fn every_scenario_can_be_played() {
    let (sim, hub) = sim_and_hub(|_| {}).await;
    for scenario in ringcard_sim::scenarios() {
        let url = format!("{}/control/scenarios/{}", sim.base_url(), scenario.name);
        let started: Value = client().post(url).send().await.expect("an answer").json().await.expect("JSON");
        let no = started["call"].as_u64();
        sim.wait_for_push("the notifier", |p| Some(p.call) == no).await.expect("pushed");
        assert_eq!(hub.got().last().map(|got| got.field("caller")), Some(scenario.caller.into()));
    }
    sim.shutdown().await;
}

#[tokio::test]
async fn another_page_in_the_same_browser_cannot_drive_it() {
    let sim = sim().await;
    let ring = format!("{}/control/ring", sim.base_url());
    let body = json!({ "caller": CUSTOMER });
    let foreign = client().post(&ring).header("origin", "https://evil.example").json(&body);
    assert_eq!(foreign.send().await.expect("an answer").status(), 403);
    let renamed = client().post(&ring).header("host", "evil.example:8490").json(&body);
    assert_eq!(renamed.send().await.expect("an answer").status(), 403);
    assert!(sim.calls().is_empty());
    let own = client().post(&ring).header("origin", sim.base_url()).json(&body);
    assert_eq!(own.send().await.expect("an answer").status(), 200);
    sim.shutdown().await;
}

#[tokio::test]
async fn what_is_shown_holds_no_secret() {
    let sim = sim().await;
    client()
        .get(click(&sim, "101", CUSTOMER))
        .header("authorization", "Bearer quite-secret")
        .send()
        .await
        .expect("an answer");
    let shown = state(&sim.base_url()).await["received"].to_string();
    assert!(shown.contains("101") && !shown.contains("sim-password") && !shown.contains("quite-secret"), "{shown}");
    // The handle, which belongs to the test, sees all.
    assert_eq!(sim.requests()[0].parameter("password"), Some("sim-password"));
    sim.shutdown().await;
}

#[tokio::test]
async fn what_is_too_large_or_nonsense_is_refused() {
    let sim = sim().await;
    let url = sim.click_to_call_url();
    let large = client().post(&url).body("x".repeat(100_000)).send().await.expect("an answer");
    assert_eq!(large.status(), 413);
    let nonsense = client().post(format!("{}/control/ring", sim.base_url())).json(&json!({ "calller": "1" }));
    assert_eq!(nonsense.send().await.expect("an answer").status(), 422);
    let script = json!({ "kind": "sing" });
    let sing = client().put(format!("{}/control/phones/101/script", sim.base_url())).json(&script);
    assert_eq!(sing.send().await.expect("an answer").status(), 422);
    let nowhere = client().get(format!("{}/favicon.ico", sim.base_url())).send().await.expect("an answer");
    assert_eq!(nowhere.status(), 404);
    sim.shutdown().await;
}

/// The words a script or the page sends are those the types have.
#[test]
fn the_words_of_scripts_and_misbehaviour_are_stable() {
    let read = |text: Value| serde_json::from_value::<Misbehaviour>(text);
    assert_eq!(
        read(json!({ "kind": "error_with200", "message": "x" })).ok(),
        Some(Misbehaviour::ErrorWith200 { message: "x".into() })
    );
    assert_eq!(read(json!({ "kind": "hang" })).ok(), Some(Misbehaviour::Hang { started: false }));
    assert_eq!(read(json!({ "kind": "redirect_to_http" })).ok(), Some(Misbehaviour::RedirectToHttp { location: None }));
    assert_eq!(serde_json::from_value::<PhoneScript>(json!({ "kind": "answer" })).ok(), Some(PhoneScript::answer()));
    // and the page knows them all
    let page = include_str!("../src/page/page.js");
    for word in [
        "refuse_authentication",
        "unknown_extension",
        "refuse_start",
        "error_with200",
        "server_error",
        "hang",
        "slow",
        "cut_answer",
        "cut_before_answer",
        "redirect_to_http",
        "huge_answer",
        "push_twice",
        "push_late",
        "push_out_of_order",
        "drop_end",
        "no_call_id",
        "wrong_key",
    ] {
        assert!(page.contains(&format!("kind: '{word}'")), "{word}");
        assert!(read(json!({ "kind": word, "message": "", "ms": 1, "bytes": 1 })).is_ok(), "{word}");
    }
}

#[tokio::test]
async fn the_page_plays_stories_drives_phones_restarts_and_an_asterisk_of_events() {
    let (sim, hub) = sim_and_hub(|_| {}).await;
    let url = |path: &str| format!("{}/control/{path}", sim.base_url());
    let post = |path: &str, body: Value| client().post(url(path)).json(&body).send();
    let started =
        post("ring", json!({ "caller": CUSTOMER, "extensions": ["101"], "queue": "Sales", "name": "Nagy Péter" }));
    assert_eq!(started.await.expect("an answer").status(), 200);
    sim.wait_for_push("the ring", |_| true).await.expect("it rings");
    assert_eq!((hub.got()[0].field("queue"), hub.got()[0].field("caller_name")), ("Sales".into(), "Nagy Péter".into()));

    for act in [
        json!({ "act": "leaves", "extension": "101", "how": "no_answer" }),
        json!({ "act": "rings_at", "extension": "102", "passed_by": "101" }),
        json!({ "act": "picks_up", "extension": "102" }),
        json!({ "act": "holds", "extension": "102" }),
    ] {
        assert_eq!(post("calls/1/leg", act.clone()).await.expect("an answer").status(), 204, "{act}");
    }
    assert_eq!(hub.story(), ["ring", "no_answer", "ring", "connected", "held"]);
    let [_, left, rang, ..] = &hub.got()[..] else { panic!("they came") };
    assert_eq!((left.field("extension"), left.field("leg")), ("101".into(), "agent".into()));
    assert_eq!((rang.field("extension"), rang.field("passed_by")), ("102".into(), "101".into()));
    let impossible = post("calls/1/leg", json!({ "act": "leaves", "extension": "101" })).await.expect("an answer");
    assert_eq!(impossible.status(), 422, "it does not say how");

    let id = sim.call(1).view().expect("the call").id;
    assert_eq!(client().post(url("restart")).send().await.expect("an answer").status(), 204);
    assert!(sim.call(1).view().expect("the call").is_over());
    assert_eq!(hub.got().len(), 5, "nothing was told of it");
    assert_eq!(post("stories/no_such", json!({})).await.expect("an answer").status(), 404);
    let told = post("stories/transfer", json!({ "caller": CUSTOMER, "step_ms": 0 })).await.expect("an answer");
    assert_eq!(told.status(), 204);
    let again = sim.wait_for_call("the story's call", |view| view.no == 2 && view.is_over()).await.expect("a call");
    assert_eq!(again.id, id, "ids come again");

    assert_eq!(
        post("asterisk", json!({ "act": "cut_lines" })).await.expect("an answer").status(),
        404,
        "none is there"
    );
    let asterisk = AsteriskSim::start("ringcard", "s3cret", &["101"]).await.expect("it starts");
    sim.show(&asterisk);
    let act = json!({ "act": "calls_in", "number": CUSTOMER, "called": "5716017000" });
    assert_eq!(post("asterisk", act).await.expect("an answer").status(), 200);
    let state: Value = client().get(url("state")).send().await.expect("an answer").json().await.expect("JSON");
    assert_eq!(state["asterisk"]["channels"][0]["id"], json!(asterisk.channels()[0]));
    asterisk.shutdown().await;
    sim.shutdown().await;
}

#[test]
fn the_page_offers_every_act() {
    let page = include_str!("../src/page/page.js");
    for act in ["rings_at", "picks_up", "leaves", "holds", "resumes", "passes_on", "voicemail", "menu", "vanishes"] {
        assert!(page.contains(&format!("act: '{act}'")), "{act}");
    }
    for how in ["no_answer", "declined", "busy", "failed", "answered_elsewhere", "ended"] {
        assert!(page.contains(&format!("how: '{how}'")), "{how}");
    }
    for act in [
        "calls_in",
        "queue",
        "rings",
        "dials_out",
        "answers",
        "declines",
        "busy",
        "not_answered",
        "holds",
        "resumes",
        "passes_on",
        "asks",
        "hands_over",
        "service",
        "hangs_up",
        "restarts",
        "cut_lines",
        "misbehaves",
        "delivers",
    ] {
        assert!(page.contains(&format!("act: '{act}'")), "{act}");
    }
}
