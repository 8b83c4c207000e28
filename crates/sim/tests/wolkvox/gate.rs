//! Token, maintenance, two at once, daily quota, unknown APIs.

use super::support::{CODIFY, CUSTOMER, PREDICTIVE, client, code_body, codify, get, send, sim, with};
use reqwest::Method;
use ringcard_sim::wolkvox::{Misbehaviour, StatusStyle};
use serde_json::Value;
use std::time::{Duration, Instant};

const LIST: &str = "information.php?api=campaigns";

async fn with_token(sim: &ringcard_sim::WolkvoxSim, token: Option<&str>) -> (u16, Value) {
    let mut request = client().get(format!("{}/{LIST}", sim.api_url()));
    if let Some(token) = token {
        request = request.header("wolkvox-token", token);
    }
    let answer = request.send().await.expect("an answer");
    (answer.status().as_u16(), answer.json().await.expect("JSON"))
}

#[tokio::test]
async fn without_a_token_or_with_a_wrong_or_revoked_one_nothing_is_told() {
    let sim = sim().await;
    let (status, body) = with_token(&sim, None).await;
    assert_eq!((status, &body["msg"]), (401, &"PLEASE ENTER THE WOLKVOX-TOKEN".into()));
    sim.adjust(|config| config.tokens[1].valid = false);
    for token in ["wrong", "sim-wolkvox-token-2"] {
        let (status, body) = with_token(&sim, Some(token)).await;
        assert_eq!((status, &body["error"], &body["msg"]), (403, &"FORBIDDEN".into(), &"PLEASE VALIDATE TOKEN".into()));
    }
    assert_eq!(with_token(&sim, Some("sim-wolkvox-token")).await.0, 200);
    assert_eq!(sim.quota().spent, 1, "who is refused at the gate costs nothing");
    assert!(sim.requests().iter().all(|a| a.header("wolkvox-token").is_none()));
    assert_eq!(sim.requests().iter().map(|a| a.token.as_deref()).collect::<Vec<_>>(), [None, None, None, Some("desk")]);
    sim.shutdown().await;
}

#[tokio::test]
async fn a_third_request_at_once_is_refused_per_token() {
    let sim = sim().await;
    sim.misbehave_until_cleared("campaigns", Misbehaviour::Hang { applied: false });
    let hanging: Vec<_> = (0..2)
        .map(|_| {
            let (url, token) = (format!("{}/{LIST}", sim.api_url()), sim.token("desk").expect("a token"));
            tokio::spawn(async move { client().get(url).header("wolkvox-token", token).send().await })
        })
        .collect();
    while sim.traffic("desk").at_once < 2 {
        tokio::task::yield_now().await;
    }
    let (status, body) = get(&sim, "information.php?api=skills").await;
    assert_eq!(status, 403);
    assert_eq!(body["msg"], "EXCEEDS THE LIMIT OF SIMULTANEOUS REQUESTS PER TOKEN (2)");
    sim.behave();
    assert_eq!(with_token(&sim, Some("sim-wolkvox-token-2")).await.0, 200, "the other token has its own places");
    let seen = sim.traffic("desk");
    assert_eq!((seen.at_once, seen.most_at_once, seen.refused_at_once), (2, 3, 1));
    hanging.iter().for_each(tokio::task::JoinHandle::abort);
    while sim.traffic("desk").at_once > 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(get(&sim, LIST).await.0, 200, "whoever gives up leaves its place");
    sim.shutdown().await;
}

#[tokio::test]
async fn the_quota_is_shared_by_all_tokens_free_for_agents_and_new_on_the_next_day() {
    let sim = with(|config| config.licences = 1).await;
    sim.spend(998);
    assert_eq!(get(&sim, LIST).await.0, 200);
    assert_eq!(with_token(&sim, Some("sim-wolkvox-token-2")).await.0, 200);
    let (status, body) = get(&sim, LIST).await;
    assert_eq!((status, &body["msg"]), (403, &"TOKEN LIMIT EXCEEDED".into()));
    assert_eq!(super::support::agentbox(&sim, "api=dial&customer_phone=3001234567").await.0, 200);
    assert_eq!(sim.quota().spent, 1000);
    sim.next_day();
    assert_eq!(get(&sim, LIST).await.0, 200);
    assert_eq!(sim.quota().spent, 1);
    sim.shutdown().await;
}

#[tokio::test]
async fn token_info_costs_one_and_counts_itself() {
    let sim = sim().await;
    with_token(&sim, Some("sim-wolkvox-token-2")).await;
    let (_, body) = get(&sim, "information.php?api=token_info").await;
    let row = &body["data"][0];
    assert_eq!(
        [&row["description"], &row["token_limit"], &row["token_use_today"], &row["all_token_today"]],
        ["desk", "10000", "1", "2"]
    );
    assert_eq!(row["available_consumption_options"], "9998");
    sim.shutdown().await;
}

#[tokio::test]
async fn maintenance_refuses_everything_in_words_of_its_own() {
    let sim = with(|config| config.maintenance_text = "BACKUP".into()).await;
    sim.maintenance(true);
    let (status, body) = codify(&sim, CUSTOMER).await;
    assert_eq!((status, &body["msg"]), (403, &"BACKUP".into()));
    sim.maintenance(false);
    assert_eq!(codify(&sim, CUSTOMER).await.0, 202);
    assert_eq!(sim.coded(PREDICTIVE, CUSTOMER), 1);
    sim.shutdown().await;
}

#[tokio::test]
async fn what_does_not_exist_and_what_is_missing_is_named() {
    let sim = sim().await;
    for target in ["campaign.php?api=nothing", "campaign.php", "nothing.php?api=codify", "campaign.php?api=codify"] {
        let (status, body) = get(&sim, target).await;
        assert_eq!((status, &body["msg"]), (400, &"THE API YOU WANT TO CONSULT DOES NOT EXIST".into()), "{target}");
    }
    for target in [
        "reports_manager.php?api=cdr_1&date_ini=20260301000000",
        "real_time.php?api=recall",
        "campaign.php?api=find_record",
    ] {
        let (status, body) = get(&sim, target).await;
        assert_eq!((status, &body["msg"]), (400, &"SOME PARAMETERS ARE REQUIRED".into()), "{target}");
    }
    sim.shutdown().await;
}

#[tokio::test]
async fn errors_can_cost_or_not() {
    let sim = sim().await;
    get(&sim, "campaign.php?api=find_record").await;
    assert_eq!(sim.quota().spent, 1);
    sim.adjust(|config| config.errors_cost = false);
    get(&sim, "campaign.php?api=find_record").await;
    assert_eq!(sim.quota().spent, 1);
    assert_eq!(sim.requests().iter().map(|a| a.counted).collect::<Vec<_>>(), [true, false]);
    sim.shutdown().await;
}

#[tokio::test]
async fn offline_means_that_nobody_listens() {
    let sim = sim().await;
    assert_eq!(get(&sim, LIST).await.0, 200);
    sim.go_offline().await;
    let error = send(&sim, Method::PUT, CODIFY, Some(&code_body(CUSTOMER))).await.expect_err("nobody listens");
    assert!(error.is_connect(), "{error:?}");
    sim.go_online().await.expect("the same address");
    assert_eq!(codify(&sim, CUSTOMER).await.0, 202);
    sim.shutdown().await;
}

#[tokio::test]
async fn the_http_status_can_differ_from_the_code() {
    let sim = sim().await;
    for (style, success, refusal) in
        [(StatusStyle::SameAsCode, 202, 400), (StatusStyle::SuccessIs200, 200, 400), (StatusStyle::Always200, 200, 200)]
    {
        sim.adjust(|config| config.style.status = style);
        let (status, body) = codify(&sim, CUSTOMER).await;
        assert_eq!((status, &body["code"]), (success, &202.into()), "{style:?}");
        let (status, body) = codify(&sim, "1").await;
        assert_eq!((status, &body["code"]), (refusal, &400.into()), "{style:?}");
    }
    sim.shutdown().await;
}

#[tokio::test]
async fn a_reset_makes_everything_as_it_was() {
    let sim = sim().await;
    codify(&sim, CUSTOMER).await;
    sim.misbehave("*", Misbehaviour::ApplyThenCut);
    sim.adjust(|config| config.licences = 0);
    sim.advance(Duration::from_secs(86_400));
    sim.reset();
    assert_eq!((sim.coded(PREDICTIVE, CUSTOMER), sim.requests().len(), sim.quota().spent), (0, 0, 0));
    assert_eq!(codify(&sim, CUSTOMER).await.0, 202);
    assert!(sim.date(0).starts_with("20260310120"), "{}", sim.date(0));
    sim.shutdown().await;
}

#[tokio::test]
async fn it_is_driven_over_http_too_but_not_by_other_pages() {
    let sim = sim().await;
    let put = |path: &str, body: Value| client().put(format!("{}/control/{path}", sim.base_url())).json(&body).send();
    put("quota", serde_json::json!({ "licences": 2, "spend": 5 })).await.expect("an answer");
    assert_eq!((sim.quota().limit, sim.quota().spent), (2000, 5));
    put("maintenance", serde_json::json!({ "on": true, "text": "RESPALDO" })).await.expect("an answer");
    assert_eq!(codify(&sim, CUSTOMER).await.1["msg"], "RESPALDO");
    client().post(format!("{}/control/reset", sim.base_url())).send().await.expect("an answer");
    let told = serde_json::json!({ "api": "codify", "kind": "refuse", "status": 418, "message": "no", "times": 1 });
    client().post(format!("{}/control/misbehave", sim.base_url())).json(&told).send().await.expect("an answer");
    assert_eq!(codify(&sim, CUSTOMER).await.0, 418);
    let state: Value = client()
        .get(format!("{}/control/state", sim.base_url()))
        .send()
        .await
        .expect("an answer")
        .json()
        .await
        .expect("JSON");
    assert_eq!(state["asked"][0]["misbehaviour"]["kind"], "refuse");
    let foreign =
        client().post(format!("{}/control/reset", sim.base_url())).header("origin", "http://elsewhere.example");
    assert_eq!(foreign.send().await.expect("an answer").status(), 403);
    put("offline", serde_json::json!({ "ms": 1 })).await.expect("an answer");
    // It goes away and comes back.
    let deadline = Instant::now() + Duration::from_secs(10);
    while send(&sim, Method::GET, LIST, None).await.is_err() {
        assert!(Instant::now() < deadline, "it never came back");
    }
    sim.shutdown().await;
}
