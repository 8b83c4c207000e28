//! Click-to-call and incoming calls of the simulated VIPeX, as a hub and a client see them.

use crate::support;

use ringcard_sim::{
    CallResult, ErrorFormat, ErrorStyle, OwnLegCaller, Phase, PhoneScript, PushKind, Ring, SimConfig, StartedAnswer,
};
use serde_json::{Value, json};
use std::time::Duration;
use support::{click, client, sim, sim_and_hub};

const CUSTOMER: &str = "+36301234567";

#[tokio::test]
async fn the_extension_rings_first_and_the_number_only_after_it_was_picked_up() {
    let (sim, hub) = sim_and_hub(|_| {}).await;
    let answer = client().get(click(&sim, "101", CUSTOMER)).send().await.expect("an answer");
    assert_eq!(answer.status(), 200);

    let agent = sim.phone("101");
    let call = agent.rings().await.expect("the extension rings");
    assert_eq!((call.phase, call.caller.as_str(), call.called.as_str()), (Phase::AgentRinging, "101", CUSTOMER));
    assert!(!sim.phone(CUSTOMER).is_ringing());
    assert!(sim.phone(CUSTOMER).pick_up().await.is_err());

    agent.pick_up().await.expect("picked up");
    assert!(sim.phone(CUSTOMER).is_ringing());
    assert!(!agent.is_ringing());
    sim.phone(CUSTOMER).pick_up().await.expect("picked up");
    assert_eq!(sim.call(call.no).view().map(|v| v.phase), Some(Phase::Talking));
    agent.hang_up().await.expect("hung up");

    sim.wait_for_push("call data", |p| p.kind == PushKind::CallData).await.expect("call data");
    assert_eq!(hub.story(), ["agent_ringing", "agent_answered", "customer_ringing", "connected", "ended", "data"]);
    let events = &hub.got()[..5];
    for event in events {
        assert_eq!(event.path, "/in/pbx/event");
        assert_eq!(event.field("callid"), call.id);
        assert_eq!((event.field("caller"), event.field("called")), ("101".into(), CUSTOMER.into()));
        assert_eq!((event.field("extension"), event.field("direction")), ("101".into(), "outbound".into()));
        assert_eq!(event.field("key"), "sim-push-key");
    }
    sim.shutdown().await;
}

#[tokio::test]
async fn user_and_password_or_a_key_start_a_call_by_get_and_by_post() {
    let sim = sim().await;
    let http = client();
    let url = sim.click_to_call_url();
    let fields = |auth: &[(&str, &str)]| {
        let mut all = vec![("extension".to_string(), "101".to_string()), ("number".into(), CUSTOMER.into())];
        all.extend(auth.iter().map(|(n, v)| (n.to_string(), v.to_string())));
        all
    };
    let user = fields(&[("user", "crm"), ("password", "sim-password")]);
    let key = fields(&[("apikey", "sim-key")]);
    let nobody = fields(&[]);
    let requests = [
        ("GET, user", http.get(&url).query(&user), 200),
        ("GET, key", http.get(&url).query(&key), 200),
        ("POST, form", http.post(&url).form(&user), 200),
        ("POST, parameters in the URL", http.post(&url).query(&user), 200),
        ("POST, JSON", http.post(&url).json(&user.iter().cloned().collect::<std::collections::BTreeMap<_, _>>()), 200),
        ("Basic", http.get(&url).query(&nobody).basic_auth("crm", Some("sim-password")), 200),
        ("key in a header", http.get(&url).query(&nobody).header("x-api-key", "sim-key"), 200),
        ("nobody", http.get(&url).query(&nobody), 401),
        ("wrong password", http.get(&url).query(&fields(&[("user", "crm"), ("password", "x")])), 401),
        ("wrong key", http.get(&url).query(&fields(&[("apikey", "x")])), 401),
    ];
    let mut started = 0;
    for (what, request, status) in requests {
        let answer = request.send().await.expect("an answer");
        assert_eq!(answer.status(), status, "{what}");
        started += usize::from(status == 200);
    }
    assert_eq!(sim.calls().len(), started);
    sim.shutdown().await;
}

#[tokio::test]
async fn nothing_is_started_with_an_error_message() {
    let sim = sim().await;
    let cases = [
        ("999", CUSTOMER, 404, "unknown extension"),
        ("101", "call me", 400, "invalid number"),
        ("101", "", 400, "missing parameter: number"),
        ("101", "101", 400, "invalid number"),
    ];
    for (extension, number, status, message) in cases {
        let answer = client().get(click(&sim, extension, number)).send().await.expect("an answer");
        assert_eq!(answer.status(), status);
        assert_eq!(answer.json::<Value>().await.expect("JSON"), json!({ "error": message }));
    }
    assert!(sim.calls().is_empty());
    sim.shutdown().await;
}

#[tokio::test]
async fn error_messages_and_success_look_as_set() {
    let (sim, _hub) = sim_and_hub(|config| {
        config.vipex.errors = ErrorStyle { with_status_200: true, format: ErrorFormat::Text };
        config.vipex.started = StartedAnswer::Empty;
        config.vipex.names.extension = "mellek".into();
        config.vipex.names.path = "/hivas".into();
    })
    .await;
    let url = format!("{}/hivas?user=crm&password=sim-password&number=06301234567", sim.base_url());
    let refused = client().get(&url).send().await.expect("an answer");
    assert_eq!(refused.status(), 200);
    assert_eq!(refused.text().await.expect("text"), "ERROR: missing parameter: mellek");
    let started = client().get(format!("{url}&mellek=101")).send().await.expect("an answer");
    assert_eq!((started.status().as_u16(), started.text().await.expect("text").as_str()), (200, ""));
    assert_eq!(sim.calls().len(), 1);
    sim.shutdown().await;
}

#[tokio::test]
async fn every_phone_script_has_its_outcome_on_both_legs() {
    let (sim, hub) = sim_and_hub(|config| config.ring_for = Duration::from_millis(80)).await;
    let scripts = [
        (PhoneScript::Busy, "busy", CallResult::Busy),
        (PhoneScript::Decline { after_ms: 5 }, "declined", CallResult::Declined),
        (PhoneScript::NoAnswer, "no_answer", CallResult::NoAnswer),
        (PhoneScript::Manual, "no_answer", CallResult::NoAnswer),
        (PhoneScript::Unreachable, "failed", CallResult::Failed),
    ];
    for (leg, phone) in [("agent", "101"), ("customer", CUSTOMER)] {
        sim.script("101", PhoneScript::answer());
        for (script, word, result) in scripts.clone() {
            sim.script(phone, script);
            let before = hub.got().len();
            client().get(click(&sim, "101", CUSTOMER)).send().await.expect("an answer");
            let call = sim.calls().pop().expect("a call");
            sim.wait_for_push("its call data", |p| p.call == call.no && p.kind == PushKind::CallData)
                .await
                .expect("call data");
            let data = hub.got().pop().expect("call data");
            assert_eq!(data.field("call[result]"), call_result(result));
            let last =
                hub.got()[before..].iter().rfind(|got| got.path == "/in/pbx/event").cloned().expect("a last event");
            assert_eq!((last.field("event").as_str(), last.field("leg").as_str()), (word, leg));
            assert_eq!(sim.call(call.no).view().and_then(|v| v.result), Some(result));
        }
    }
    sim.shutdown().await;
}

fn call_result(result: CallResult) -> String {
    serde_json::to_value(result).ok().and_then(|v| v.as_str().map(str::to_owned)).expect("a word")
}

#[tokio::test]
async fn scripted_phones_play_a_whole_call_by_themselves() {
    let (sim, hub) = sim_and_hub(|config| {
        config.extension_script = PhoneScript::answer_after(Duration::from_millis(5));
        config.customer_script =
            PhoneScript::answer_after(Duration::from_millis(5)).then_hang_up_after(Duration::from_millis(5));
    })
    .await;
    client().get(click(&sim, "102", CUSTOMER)).send().await.expect("an answer");
    let over = sim.wait_for_call("the call to be over", |c| c.is_over()).await.expect("over");
    assert_eq!(over.result, Some(CallResult::Answered));
    sim.wait_for_push("call data", |p| p.kind == PushKind::CallData).await.expect("call data");
    assert_eq!(hub.story().last().map(String::as_str), Some("data"));
    sim.shutdown().await;
}

#[tokio::test]
async fn an_incoming_call_rings_is_answered_and_ends() {
    let (sim, hub) = sim_and_hub(|_| {}).await;
    let ring = Ring::from(CUSTOMER).to("+3612345678").extension("101").extension("102").extra("queue", "sales");
    let call = sim.ring(ring).await.expect("it rings");
    let notifier = hub.got().pop().expect("the notifier was pushed before ring returned");
    assert_eq!(notifier.path, "/in/pbx/incoming");
    let extensions: Vec<_> = notifier.form().into_iter().filter(|(n, _)| n == "extension").map(|(_, v)| v).collect();
    assert_eq!(extensions, ["101", "102"]);
    assert_eq!((notifier.field("caller"), notifier.field("called")), (CUSTOMER.into(), "+3612345678".into()));
    assert_eq!((notifier.field("queue"), notifier.field("key")), ("sales".into(), "sim-push-key".into()));

    sim.phone("102").pick_up().await.expect("picked up");
    assert_eq!(call.view().map(|v| v.extensions), Some(vec!["102".to_string()]));
    assert!(call.answer().await.is_err(), "it was answered already");
    call.hang_up().await.expect("hung up");
    assert!(call.hang_up().await.is_err(), "it is over");
    sim.wait_for_push("call data", |p| p.kind == PushKind::CallData).await.expect("call data");
    assert_eq!(hub.story(), ["ring", "connected", "ended", "data"]);
    sim.shutdown().await;
}

#[tokio::test]
async fn an_incoming_call_can_be_missed_or_answered_elsewhere() {
    let (sim, hub) = sim_and_hub(|config| config.push.call_data = false).await;
    let missed = sim.ring(Ring::from(CUSTOMER)).await.expect("it rings");
    missed.miss().await.expect("missed");
    let elsewhere = sim.ring(Ring::from(CUSTOMER).extension("101")).await.expect("it rings");
    elsewhere.answered_elsewhere().await.expect("answered elsewhere");
    assert_eq!(hub.got().last().map(|got| got.field("extension")), Some("104".into()));
    elsewhere.hang_up().await.expect("hung up");
    let mut impatient = Ring::from(CUSTOMER);
    impatient.ring_for_ms = Some(10);
    let impatient = sim.ring(impatient).await.expect("it rings");
    sim.wait_for_push("the last miss", |p| p.call == impatient.no() && p.event.as_deref() == Some("missed"))
        .await
        .expect("missed");
    assert_eq!(hub.story(), ["ring", "missed", "ring", "answered_elsewhere", "ended", "ring", "missed"]);
    sim.shutdown().await;
}

#[tokio::test]
async fn a_notifier_without_extension_call_id_or_caller_is_possible() {
    let (sim, hub) = sim_and_hub(|config| config.push.call_ids = false).await;
    sim.ring(Ring::hidden()).await.expect("it rings");
    let names: Vec<_> = hub.got()[0].form().into_iter().map(|(n, _)| n).collect();
    assert_eq!(names, ["caller", "called", "key"]);
    assert_eq!(hub.got()[0].field("caller"), "");
    sim.shutdown().await;
}

#[tokio::test]
async fn our_own_first_leg_is_announced_like_an_incoming_call_when_set() {
    for (whose, caller) in [(OwnLegCaller::Number, CUSTOMER), (OwnLegCaller::Extension, "101")] {
        let (sim, hub) = sim_and_hub(|config| config.announce_own_leg = Some(whose)).await;
        client().get(click(&sim, "101", CUSTOMER)).send().await.expect("an answer");
        sim.wait_for_push("the notice", |p| p.kind == PushKind::Incoming).await.expect("a notice");
        let notice = hub.got().into_iter().find(|got| got.path.ends_with("/incoming")).expect("a notice");
        assert_eq!((notice.field("caller"), notice.field("called")), (caller.into(), "101".into()));
        assert_eq!(notice.field("extension"), "101");
        sim.shutdown().await;
    }
}

#[tokio::test]
async fn call_data_are_nested_json() {
    let (sim, hub) = sim_and_hub(|config| config.push.encoding = ringcard_sim::PushEncoding::Json).await;
    let call = sim.ring(Ring::from(CUSTOMER).extension("101")).await.expect("it rings");
    call.answer().await.expect("answered");
    call.hang_up().await.expect("hung up");
    sim.wait_for_push("call data", |p| p.kind == PushKind::CallData).await.expect("call data");
    let got = hub.got().pop().expect("call data");
    assert_eq!((got.path.as_str(), got.content_type.as_str()), ("/in/pbx/call-data", "application/json"));
    let data: Value = serde_json::from_str(&got.body).expect("JSON");
    let view = call.view().expect("the call");
    for (name, value) in [
        ("id", view.id.as_str()),
        ("direction", "inbound"),
        ("caller", CUSTOMER),
        ("called", "+3612345678"),
        ("extension", "101"),
        ("result", "answered"),
    ] {
        assert_eq!(data["call"][name], value, "{name}");
    }
    assert!(data["call"]["duration"].is_u64() && data["call"]["answered"].is_string());
    assert_eq!(data["key"], "sim-push-key");
    sim.shutdown().await;
}

#[tokio::test]
async fn a_hub_that_is_not_there_is_written_down_and_harms_nothing() {
    let nowhere = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = nowhere.local_addr().expect("an address");
    drop(nowhere);
    let sim = ringcard_sim::Sim::start(SimConfig::with_hub(format!("http://{address}"), "pbx")).await.expect("starts");
    let call = sim.ring(Ring::from(CUSTOMER)).await.expect("it rings all the same");
    let pushed = sim.pushes().pop().expect("the attempt");
    assert!(matches!(pushed.outcome, ringcard_sim::PushOutcome::Failed { .. }) && !pushed.was_taken());
    call.answer().await.expect("and can be answered");
    sim.shutdown().await;
}

#[tokio::test]
async fn a_shutdown_closes_the_port_and_ends_what_was_under_way() {
    let (sim, hub) = sim_and_hub(|_| {}).await;
    let call = sim.ring(Ring::from(CUSTOMER)).await.expect("it rings");
    let address = sim.address();
    sim.shutdown().await;
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
    assert!(call.answer().await.is_err());
    assert_eq!(hub.story(), ["ring"]);
}

#[tokio::test]
async fn the_demo_plays_a_click_to_call_through_and_lets_incoming_calls_wait() {
    let mut config = SimConfig::demo();
    config.extension_script = PhoneScript::answer();
    config.customer_script = PhoneScript::answer();
    let sim = ringcard_sim::Sim::start(config).await.expect("starts");
    client().get(click(&sim, "101", CUSTOMER)).send().await.expect("an answer");
    sim.wait_for_call("both to talk", |c| c.phase == Phase::Talking).await.expect("it plays through");
    let call = sim.ring(Ring::from(CUSTOMER).extension("102")).await.expect("it rings");
    assert!(sim.phone("102").is_ringing());
    call.answer().await.expect("a person answers");
    sim.shutdown().await;
}
