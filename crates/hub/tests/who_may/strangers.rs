//! Telephones that rang and are nobody's here: who may see every call reads which they were, nobody else.

use super::{ask, token_of};
use crate::support::{TOKEN, world};
use serde_json::{Value, json};

#[tokio::test]
async fn which_strange_telephones_rang_is_told_to_who_may_see_every_call_and_on_no_open_page() {
    let world = world().await;
    assert_eq!(world.push("caller=%2B36305550103&called=0615550100&call_id=1&extension=205").await, 200);
    assert_eq!(world.push("caller=%2B36305550104&called=0615550100&call_id=2&extension=101").await, 200);
    let (agent, lead) = (token_of(&world, "Ana", "agent").await, token_of(&world, "B%C3%A9la", "lead").await);
    let phones = |(status, page): (u16, Value)| {
        assert_eq!(status, 200, "{page}");
        let calls = page["calls"].as_array().expect("calls").clone();
        calls.iter().map(|row| row["call"]["extension"].clone()).collect::<Vec<_>>()
    };
    for (token, expected) in [(TOKEN, vec!["101", "205"]), (lead.as_str(), vec!["101", "205"]), (&agent, vec!["101"])] {
        let listed = phones(ask(&world, token, "GET", "/calls", None).await);
        assert_eq!(listed, expected, "of {token}");
    }
    let (_, all) = ask(&world, TOKEN, "GET", "/calls", None).await;
    let calls = all["calls"].as_array().expect("calls");
    let strange = calls.iter().find(|row| row["call"]["extension"] == "205").expect("the strangers' row");
    let id = strange["call"]["id"].as_str().expect("an id");
    assert_eq!(strange["call"]["agents"], json!([]));
    assert_eq!(ask(&world, &lead, "GET", &format!("/calls/{id}"), None).await.0, 200);
    assert_eq!(ask(&world, &agent, "GET", &format!("/calls/{id}"), None).await.0, 403);
    let health = world.http.get(format!("{}/healthz", world.base)).send().await.expect("an answer");
    let health: Value = health.json().await.expect("JSON");
    assert_eq!(health["calls"]["no_agents_phone"], json!({ "calls": 1 }), "counted, and not named");
}
