use super::support::Desk;
use ringcard_sim::zendesk::{Misbehaviour, User, ZendeskConfig};
use serde_json::json;
use std::time::Duration;

fn customer(name: &str, phone: &str) -> User {
    User { name: name.into(), phone: Some(phone.into()), ..User::default() }
}

#[tokio::test]
async fn a_number_is_found_as_the_documents_say() {
    let desk = Desk::start().await;
    let plain = desk.sim.add_user(customer("Plain", "+15135557611"));
    let dotted = desk.sim.add_user(customer("Dotted", "+1 513.555.7611"));
    assert_eq!(desk.found("role:end-user phone:15135557611").await, [plain]);
    let mut both = desk.found("role:end-user phone:*5135557611").await;
    both.sort_unstable();
    assert_eq!(both, [plain, dotted]);
    assert!(desk.found("role:agent phone:*5135557611").await.is_empty());
    assert_eq!(desk.sim.user(plain).expect("them").shared_phone_number, Some(true), "by their digits");
    assert!(desk.sim.misfits().is_empty(), "{:?}", desk.sim.misfits());
}

#[tokio::test]
async fn a_field_of_the_administrators_own_is_searched() {
    let desk = Desk::start().await;
    let mut user = customer("Second", "+3611111111");
    user.user_fields.insert("second_phone".into(), json!("06 30 999 8877"));
    let id = desk.sim.add_user(user);
    assert_eq!(desk.found("role:end-user second_phone:\"06 30 999 8877\"").await, [id]);
}

#[tokio::test]
async fn a_search_knows_newcomers_late() {
    let desk = Desk::with(ZendeskConfig { search_lag: Duration::from_secs(60), ..ZendeskConfig::default() }).await;
    let made = desk.post("users.json", &json!({ "user": { "name": "New", "phone": "+36209998877" } })).await;
    assert_eq!(made.status, 201);
    assert!(desk.found("phone:36209998877").await.is_empty());
    desk.sim.advance(Duration::from_secs(61));
    assert_eq!(desk.found("phone:36209998877").await.len(), 1);
}

#[tokio::test]
async fn a_search_can_ignore_the_filter_and_be_unavailable() {
    let desk = Desk::start().await;
    desk.sim.adjust(|config| config.ignores_filter = true);
    assert!(desk.found("role:end-user phone:1").await.len() > 20);
    desk.sim.misbehave("search", Misbehaviour::Unavailable);
    let got = desk.get("search.json?query=phone:1").await;
    assert_eq!((got.status, got.json()["error"].as_str()), (200, Some("unavailable")));
}

#[tokio::test]
async fn many_users_share_one_number_page_by_page() {
    let desk = Desk::start().await;
    desk.sim.add_users_of_one_number("+36 1 555 0000", 1500);
    let first = desk.get("search.json?query=phone:*3615550000").await.json();
    assert_eq!(first["count"], 1500);
    assert_eq!(first["results"].as_array().map(Vec::len), Some(100));
    assert_eq!(first["results"][0]["shared_phone_number"], true);
    assert_eq!(desk.get("search.json?query=phone:*3615550000&page=10").await.status, 200);
    assert_eq!(desk.get("search.json?query=phone:*3615550000&page=11").await.status, 422);
    let by_cursor = desk.get("users.json?page[size]=50").await.json();
    assert_eq!(by_cursor["meta"]["has_more"], true);
    let next = by_cursor["links"]["next"].as_str().expect("the next page").to_owned();
    let second = desk.get(next.split("/api/v2/").nth(1).expect("a path")).await.json();
    assert_eq!(second["users"].as_array().map(Vec::len), Some(50));
    assert_ne!(second["users"][0]["id"], by_cursor["users"][0]["id"]);
    assert_eq!(desk.get("users.json?page=101&per_page=100").await.status, 400);
    assert!(desk.sim.misfits().is_empty(), "{:?}", desk.sim.misfits());
}

#[tokio::test]
async fn users_are_made_without_a_mail_and_get_more_numbers() {
    let desk = Desk::start().await;
    let body = json!({ "user": { "name": "Eve", "email": "eve@example.org", "skip_verify_email": true } });
    let made = desk.post("users.json", &body).await;
    let id = made.json()["user"]["id"].as_u64().expect("an id");
    assert!(!desk.sim.user(id).expect("her").mailed);
    assert_eq!(desk.post("users.json", &body).await.json()["details"]["email"][0]["error"], "DuplicateValue");
    assert_eq!(desk.post("users/create_or_update.json", &body).await.status, 200, "the same address is the same user");
    assert_eq!(desk.post("users.json", &json!({ "user": { "name": " " } })).await.status, 422);
    let long = json!({ "user": { "name": "Long", "phone": "+1234567890123456" } });
    assert_eq!(desk.post("users.json", &long).await.status, 422);
    let number = json!({ "identity": { "type": "phone_number", "value": "+36301112233" } });
    assert_eq!(desk.post(&format!("users/{id}/identities.json"), &number).await.status, 201);
    assert_eq!(desk.found("phone:36301112233").await, [id]);
    assert_eq!(desk.get(&format!("users/{id}/identities.json")).await.json()["count"], 2);
    assert!(desk.sim.misfits().is_empty(), "{:?}", desk.sim.misfits());
}

#[tokio::test]
async fn merged_and_deleted_users_are_gone_and_suspended_ones_say_so() {
    let desk = Desk::start().await;
    let (one, other) = (desk.sim.add_user(customer("A", "+36701")), desk.sim.add_user(customer("B", "+36702")));
    desk.sim.merge_users(one, other);
    assert_eq!(desk.get(&format!("users/{one}.json")).await.status, 404);
    desk.sim.change_user(other, |user| user.suspended = true);
    assert_eq!(desk.get(&format!("users/{other}.json")).await.json()["user"]["suspended"], true);
    let ticket = json!({ "ticket": { "comment": { "body": "a call" }, "requester_id": other } });
    assert_eq!(desk.post("tickets.json", &ticket).await.status, 422);
}

#[tokio::test]
async fn exports_are_for_administrators() {
    let desk = Desk::start().await;
    let start = desk.sim.now() / 1000 - 500 * 86_400;
    let all = desk.get(&format!("incremental/users/cursor.json?start_time={start}&per_page=20")).await.json();
    assert_eq!((all["users"].as_array().map(Vec::len), &all["end_of_stream"]), (Some(20), &json!(false)));
    let cursor = all["after_cursor"].as_str().expect("a cursor");
    let rest = desk.get(&format!("incremental/users/cursor.json?cursor={cursor}")).await.json();
    assert_eq!(rest["end_of_stream"], true);
    assert_eq!(rest["users"].as_array().map(Vec::len), Some(desk.sim.users().len() - 20));
    for _ in 0..8 {
        desk.get(&format!("incremental/users/cursor.json?start_time={start}")).await;
    }
    let over = desk.get(&format!("incremental/users/cursor.json?start_time={start}")).await;
    assert_eq!(over.status, 429);
    assert!(over.header("zendesk-ratelimit-incremental-exports").starts_with("total=10; remaining=0; resets="));
    desk.sim.adjust(|config| config.admin = false);
    desk.sim.advance(Duration::from_secs(61));
    assert_eq!(desk.get(&format!("incremental/users/cursor.json?start_time={start}")).await.status, 403);
    assert!(desk.sim.misfits().is_empty(), "{:?}", desk.sim.misfits());
}
