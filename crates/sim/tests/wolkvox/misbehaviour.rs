//! Each misbehaviour does what it says: above all, whether the write took effect.

use super::support::{CODIFY, CUSTOMER, PREDICTIVE, agentbox, client, code_body, codify, get, send, sim};
use reqwest::{Method, Response};
use ringcard_sim::{WolkvoxSim, wolkvox::Misbehaviour};
use std::time::{Duration, Instant};
use tokio::task::JoinHandle;

async fn try_codify(sim: &WolkvoxSim) -> reqwest::Result<Response> {
    send(sim, Method::PUT, CODIFY, Some(&code_body(CUSTOMER))).await
}

fn times(sim: &WolkvoxSim) -> usize {
    sim.coded(PREDICTIVE, CUSTOMER)
}

#[tokio::test]
async fn refusals_write_nothing_and_happen_once() {
    let sim = sim().await;
    for status in [400, 403, 404, 409, 429, 500, 503] {
        sim.misbehave("codify", Misbehaviour::Refuse { status, message: "NO".into() });
        let (got, body) = codify(&sim, CUSTOMER).await;
        assert_eq!((got, &body["code"], &body["msg"]), (status, &status.into(), &"NO".into()));
    }
    assert_eq!(times(&sim), 0);
    assert_eq!(codify(&sim, CUSTOMER).await.0, 202);
    assert_eq!(times(&sim), 1);
    sim.shutdown().await;
}

#[tokio::test]
async fn applied_and_cut_looks_like_a_failure_and_is_none() {
    let sim = sim().await;
    sim.misbehave("codify", Misbehaviour::ApplyThenCut);
    let error = try_codify(&sim).await.expect_err("no answer");
    assert!(!error.is_connect() && !error.is_timeout(), "{error:?}");
    assert_eq!(times(&sim), 1);
    let asked = sim.requests();
    assert_eq!((asked.len(), asked[0].status, &asked[0].misbehaviour), (1, None, &Some(Misbehaviour::ApplyThenCut)));
    assert_eq!(asked[0].json().expect("its body")["customer_id"], CUSTOMER);
    sim.shutdown().await;
}

#[tokio::test]
async fn closed_before_reading_nothing_is_written() {
    let sim = sim().await;
    sim.misbehave("campaign/*", Misbehaviour::CloseBeforeReading);
    try_codify(&sim).await.expect_err("no answer");
    assert_eq!((times(&sim), sim.requests()[0].body.as_str()), (0, ""));
    sim.shutdown().await;
}

#[tokio::test]
async fn half_an_answer_comes_of_a_write_that_took_effect() {
    let sim = sim().await;
    sim.misbehave("codify", Misbehaviour::CutAnswer);
    let answer = try_codify(&sim).await.expect("its head");
    assert_eq!(answer.status(), 202);
    answer.text().await.expect_err("only half of it");
    assert_eq!(times(&sim), 1);
    sim.shutdown().await;
}

#[tokio::test]
async fn garbage_and_server_errors_write_only_if_told() {
    let sim = sim().await;
    for applied in [false, true] {
        sim.misbehave("codify", Misbehaviour::Garbage { applied });
        let answer = try_codify(&sim).await.expect("an answer");
        assert_eq!(answer.status(), 200);
        answer.json::<serde_json::Value>().await.expect_err("no JSON");
        sim.misbehave("codify", Misbehaviour::ServerError { status: 502, applied });
        assert_eq!(try_codify(&sim).await.expect("an answer").status(), 502);
        assert_eq!(times(&sim), if applied { 2 } else { 0 });
    }
    sim.shutdown().await;
}

/// Asks in the background, so that the test may look while there is no answer.
fn begin_codify(sim: &WolkvoxSim) -> JoinHandle<reqwest::Result<Response>> {
    let request = client().put(format!("{}/{CODIFY}", sim.api_url())).header("wolkvox-token", "sim-wolkvox-token");
    tokio::spawn(request.json(&code_body(CUSTOMER)).send())
}

#[tokio::test]
async fn a_late_answer_has_written_long_ago() {
    let sim = sim().await;
    sim.misbehave("codify", Misbehaviour::ApplyThenLate { ms: 60_000 });
    let asking = begin_codify(&sim);
    sim.wait_for_applied("the write", |_| true).await.expect("it is done at once");
    assert!(!asking.is_finished());
    asking.abort();
    assert_eq!(codify(&sim, CUSTOMER).await.0, 202);
    let seen = sim.traffic("desk");
    assert_eq!((seen.at_once, seen.most_at_once), (1, 2), "the server works on, though whoever asked has gone");
    assert_eq!(times(&sim), 2);
    sim.shutdown().await;
}

#[tokio::test]
async fn a_slow_one_writes_late_even_if_nobody_waits_any_more() {
    let sim = sim().await;
    sim.misbehave("codify", Misbehaviour::Slow { ms: 500 });
    let begun = Instant::now();
    let asking = begin_codify(&sim);
    sim.wait_for_request("it with its body", |a| !a.body.is_empty()).await.expect("it comes");
    asking.abort();
    sim.wait_for_applied("the write", |_| true).await.expect("it is done all the same");
    assert!(begun.elapsed() >= Duration::from_millis(500));
    sim.shutdown().await;
}

#[tokio::test]
async fn hanging_writes_only_if_told() {
    for applied in [false, true] {
        let sim = sim().await;
        sim.misbehave("codify", Misbehaviour::Hang { applied });
        let hanging = begin_codify(&sim);
        if applied {
            sim.wait_for_applied("the write", |_| true).await.expect("it is done");
        } else {
            sim.wait_for_request("it with its body", |a| !a.body.is_empty()).await.expect("it comes");
            // Another answer in between gives it the time to do wrong.
            assert_eq!(get(&sim, "information.php?api=skills").await.0, 200);
        }
        assert!(!hanging.is_finished());
        assert_eq!((times(&sim), sim.requests()[0].status), (usize::from(applied), None));
        sim.shutdown().await;
        hanging.await.expect("no panic").expect_err("closed without an answer");
    }
}

#[tokio::test]
async fn an_answer_can_be_huge_or_lead_elsewhere() {
    let sim = sim().await;
    sim.misbehave("skills", Misbehaviour::Huge { bytes: 1_000_000 });
    let answer = send(&sim, Method::GET, "information.php?api=skills", None).await.expect("an answer");
    assert_eq!(answer.bytes().await.expect("all of it").len(), 1_000_000);
    sim.misbehave("skills", Misbehaviour::Redirect { location: "http://elsewhere.example/".into() });
    let answer = send(&sim, Method::GET, "information.php?api=skills", None).await.expect("an answer");
    assert_eq!(answer.headers()["location"], "http://elsewhere.example/");
    sim.shutdown().await;
}

#[tokio::test]
async fn one_api_misbehaves_and_the_others_do_not() {
    let sim = sim().await;
    sim.misbehave_until_cleared("agentbox/recall", Misbehaviour::ServerError { status: 500, applied: false });
    sim.misbehave_times("local/dial", Misbehaviour::Garbage { applied: false }, 2);
    assert_eq!(get(&sim, "real_time.php?api=recall&type=all").await.0, 200);
    assert_eq!(agentbox(&sim, "api=change_status&status=ready").await.0, 200);
    let url = format!("{}?action=dial&phone=1", sim.local_url().expect("its address"));
    for garbage in [true, true, false] {
        let text = client().get(&url).send().await.expect("an answer").text().await.expect("text");
        assert_eq!(text.starts_with("<br"), garbage, "{text}");
    }
    sim.shutdown().await;
}

#[tokio::test]
async fn who_is_refused_at_the_door_uses_up_no_misbehaviour() {
    let sim = sim().await;
    sim.misbehave("codify", Misbehaviour::ApplyThenCut);
    sim.maintenance(true);
    assert_eq!(codify(&sim, CUSTOMER).await.0, 403);
    sim.maintenance(false);
    try_codify(&sim).await.expect_err("cut");
    assert_eq!(times(&sim), 1);
    sim.shutdown().await;
}

#[tokio::test]
async fn how_thickly_requests_come_is_counted() {
    let sim = sim().await;
    for _ in 0..3 {
        codify(&sim, CUSTOMER).await;
    }
    sim.advance(Duration::from_secs(30));
    codify(&sim, CUSTOMER).await;
    sim.next_day();
    codify(&sim, CUSTOMER).await;
    let seen = sim.traffic("desk");
    // How many fell into one second depends on the machine; how it is counted is tested beside the code.
    assert!((1..=3).contains(&seen.most_per_second), "{seen:?}");
    assert_eq!((seen.requests, seen.most_at_once, seen.most_per_minute, seen.most_per_day), (5, 1, 4, 4));
    assert_eq!(seen, sim.traffic_of_all());
    sim.shutdown().await;
}
