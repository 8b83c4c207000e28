//! Each misbehaviour does what it says, seen by a client that looks at the bytes and a hub that only listens.

use crate::support;

use ringcard_sim::{Misbehaviour, Phase, PushKind, PushOutcome, Ring, Sim, System};
use std::time::{Duration, Instant};
use support::{Ended, click, client, raw, sim, sim_and_hub, target};

const CUSTOMER: &str = "+36301234567";
const PATIENT: Duration = Duration::from_secs(5);
const IMPATIENT: Duration = Duration::from_millis(150);

async fn dial(sim: &Sim, patience: Duration) -> (String, Ended) {
    raw(sim, &target(&click(sim, "101", CUSTOMER)), patience).await
}

fn started(sim: &Sim) -> bool {
    sim.calls().iter().any(|c| c.phase == Phase::AgentRinging)
}

#[tokio::test]
async fn refusals_start_nothing_and_happen_once() {
    let told = |message: &str| message.to_string();
    let cases = [
        (Misbehaviour::RefuseAuthentication, 401, r#"{"error":"authentication failed"}"#),
        (Misbehaviour::UnknownExtension, 404, r#"{"error":"unknown extension"}"#),
        (Misbehaviour::RefuseStart { message: told("no credit") }, 400, r#"{"error":"no credit"}"#),
        (Misbehaviour::ErrorWith200 { message: told("no licence") }, 200, "ERROR: no licence"),
    ];
    let sim = sim().await;
    for (misbehaviour, status, body) in cases {
        sim.misbehave(misbehaviour.clone());
        let answer = client().get(click(&sim, "101", CUSTOMER)).send().await.expect("an answer");
        assert_eq!((answer.status().as_u16(), answer.text().await.expect("text").as_str()), (status, body));
        assert!(sim.calls().is_empty(), "{misbehaviour:?}");
        assert_eq!(sim.requests().pop().and_then(|r| r.misbehaviour), Some(misbehaviour));
    }
    client().get(click(&sim, "101", CUSTOMER)).send().await.expect("an answer");
    assert!(started(&sim));
    sim.shutdown().await;
}

#[tokio::test]
async fn a_server_error_is_a_page_of_html() {
    let sim = sim().await;
    sim.misbehave_until_cleared(Misbehaviour::ServerError);
    for _ in 0..2 {
        let (bytes, _) = dial(&sim, PATIENT).await;
        assert!(bytes.starts_with("HTTP/1.1 500 ") && bytes.contains("text/html"), "{bytes}");
    }
    sim.behave();
    let (bytes, _) = dial(&sim, PATIENT).await;
    assert!(bytes.starts_with("HTTP/1.1 200 "), "{bytes}");
    sim.shutdown().await;
}

#[tokio::test]
async fn hanging_answers_nothing_and_starts_the_call_only_if_told() {
    for starts in [false, true] {
        let sim = sim().await;
        sim.misbehave(Misbehaviour::Hang { started: starts });
        assert_eq!(dial(&sim, IMPATIENT).await, (String::new(), Ended::StillOpen));
        assert_eq!(started(&sim), starts);
        assert_eq!(sim.requests()[0].status, None);
        // and hanging requests do not keep the simulator from closing
        let began = Instant::now();
        sim.shutdown().await;
        assert!(began.elapsed() < PATIENT);
    }
}

#[tokio::test]
async fn a_slow_answer_comes_after_the_phone_rings() {
    let (sim, hub) = sim_and_hub(|_| {}).await;
    sim.misbehave(Misbehaviour::Slow { ms: 1000 });
    let began = Instant::now();
    let asked = tokio::spawn(client().get(click(&sim, "101", CUSTOMER)).send());
    sim.wait_for_push("agent_ringing", |p| p.event.as_deref() == Some("agent_ringing")).await.expect("it rings");
    assert!(!asked.is_finished());
    assert_eq!(hub.story(), ["agent_ringing"]);
    let answer = asked.await.expect("no panic").expect("an answer");
    assert!(answer.status().is_success() && began.elapsed() >= Duration::from_millis(1000));
    sim.shutdown().await;
}

#[tokio::test]
async fn a_cut_answer_stops_in_the_middle_after_the_call_was_started() {
    let sim = sim().await;
    sim.misbehave(Misbehaviour::CutAnswer);
    let (bytes, ended) = dial(&sim, PATIENT).await;
    assert_eq!(ended, Ended::Closed);
    let (head, body) = bytes.split_once("\r\n\r\n").expect("a head");
    assert!(head.starts_with("HTTP/1.1 200 ") && head.contains("content-length: 512"), "{head}");
    assert!(!body.is_empty() && body.len() < 512, "{body}");
    assert!(started(&sim));

    sim.misbehave(Misbehaviour::CutAnswer);
    let answer = client().get(click(&sim, "101", CUSTOMER)).send().await.expect("a head");
    assert!(answer.text().await.is_err(), "an ordinary client notices");
    sim.shutdown().await;
}

#[tokio::test]
async fn a_connection_can_close_without_a_word_after_the_call_was_started() {
    let sim = sim().await;
    sim.misbehave(Misbehaviour::CutBeforeAnswer);
    assert_eq!(dial(&sim, PATIENT).await, (String::new(), Ended::Closed));
    assert!(started(&sim));
    assert_eq!(sim.requests()[0].status, None);
    sim.shutdown().await;
}

#[tokio::test]
async fn a_redirect_leads_to_a_trap_that_tells_on_those_who_follow() {
    let sim = sim().await;
    sim.misbehave_until_cleared(Misbehaviour::RedirectToHttp { location: None });
    let url = click(&sim, "101", CUSTOMER);
    let answer = client().get(url.clone()).send().await.expect("an answer");
    assert_eq!(answer.status(), 302);
    let location = answer.headers()["location"].to_str().expect("text").to_owned();
    assert!(location.starts_with("http://127.0.0.1:") && location.contains("password=sim-password"), "{location}");
    assert_eq!(client().post(url).send().await.expect("an answer").status(), 307);
    assert!(sim.requests().iter().all(|r| r.system == System::Vipex), "nobody followed yet");

    client().get(location).send().await.expect("an answer");
    assert_eq!(sim.requests().pop().map(|r| r.system), Some(System::RedirectTrap));
    assert!(sim.calls().is_empty());
    sim.shutdown().await;
}

#[tokio::test]
async fn a_huge_answer_has_the_size_told() {
    let sim = sim().await;
    sim.misbehave(Misbehaviour::HugeAnswer { bytes: 300_000 });
    let answer = client().get(click(&sim, "101", CUSTOMER)).send().await.expect("an answer");
    assert_eq!(answer.bytes().await.expect("all of it").len(), 300_000);
    assert!(started(&sim));
    sim.shutdown().await;
}

#[tokio::test]
async fn a_push_can_come_twice() {
    let (sim, hub) = sim_and_hub(|_| {}).await;
    sim.misbehave(Misbehaviour::PushTwice);
    let call = sim.ring(Ring::from(CUSTOMER)).await.expect("it rings");
    call.answer().await.expect("answered");
    assert_eq!(hub.story(), ["ring", "ring", "connected"]);
    assert_eq!(hub.got()[0].body, hub.got()[1].body);
    sim.shutdown().await;
}

#[tokio::test]
async fn a_late_push_does_not_hold_up_those_after_it() {
    let (sim, hub) = sim_and_hub(|_| {}).await;
    sim.misbehave(Misbehaviour::PushLate { ms: 1000 });
    let call = sim.ring(Ring::from(CUSTOMER)).await.expect("it rings");
    assert_eq!(hub.story(), Vec::<String>::new());
    call.answer().await.expect("answered");
    sim.wait_for_push("the late notifier", |p| p.kind == PushKind::Incoming).await.expect("pushed");
    assert_eq!(hub.story(), ["connected", "ring"]);
    sim.shutdown().await;
}

#[tokio::test]
async fn a_push_out_of_order_goes_after_the_next_one() {
    let (sim, hub) = sim_and_hub(|_| {}).await;
    let call = sim.ring(Ring::from(CUSTOMER)).await.expect("it rings");
    sim.misbehave(Misbehaviour::PushOutOfOrder);
    call.answer().await.expect("answered");
    call.hang_up().await.expect("hung up");
    sim.wait_for_push("call data", |p| p.kind == PushKind::CallData).await.expect("pushed");
    assert_eq!(hub.story(), ["ring", "ended", "connected", "data"]);
    sim.shutdown().await;
}

#[tokio::test]
async fn a_push_held_back_goes_at_last_even_when_nothing_follows() {
    let (sim, hub) = sim_and_hub(|_| {}).await;
    sim.misbehave(Misbehaviour::PushOutOfOrder);
    sim.ring(Ring::from(CUSTOMER)).await.expect("it rings");
    assert!(hub.got().is_empty());
    sim.wait_for_push("the notifier", |p| p.kind == PushKind::Incoming).await.expect("pushed");
    sim.shutdown().await;
}

#[tokio::test]
async fn a_dropped_end_takes_the_call_data_with_it() {
    let (sim, hub) = sim_and_hub(|_| {}).await;
    sim.misbehave(Misbehaviour::DropEnd);
    let first = sim.ring(Ring::from(CUSTOMER)).await.expect("it rings");
    first.miss().await.expect("missed");
    let dropped = |p: &ringcard_sim::Pushed| p.kind == PushKind::CallData && p.outcome == PushOutcome::Dropped;
    sim.wait_for_push("the dropped call data", dropped).await.expect("dropped");
    let second = sim.ring(Ring::from(CUSTOMER)).await.expect("it rings");
    second.miss().await.expect("missed");
    sim.wait_for_push("call data", |p| p.call == second.no() && p.kind == PushKind::CallData).await.expect("pushed");
    assert_eq!(hub.story(), ["ring", "ring", "missed", "data"]);
    sim.shutdown().await;
}

#[tokio::test]
async fn a_call_id_can_be_missing_and_a_key_wrong() {
    let (sim, hub) = sim_and_hub(|_| {}).await;
    sim.misbehave(Misbehaviour::NoCallId);
    sim.ring(Ring::from(CUSTOMER)).await.expect("it rings");
    assert_eq!(hub.got()[0].field("callid"), "");
    sim.misbehave(Misbehaviour::WrongKey);
    sim.ring(Ring::from(CUSTOMER)).await.expect("it rings");
    assert_eq!(hub.got()[1].field("key"), "wrong-sim-push-key");
    sim.ring(Ring::from(CUSTOMER)).await.expect("it rings");
    let right = &hub.got()[2];
    assert!(right.field("key") == "sim-push-key" && !right.field("callid").is_empty());
    sim.shutdown().await;
}
