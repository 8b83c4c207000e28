use super::support::Desk;
use ringcard_sim::zendesk::{Misbehaviour, ZendeskConfig};
use serde_json::{Value, json};
use std::time::Duration;

fn tickets(count: usize) -> Value {
    let one = |n: usize| json!({ "subject": format!("Call {n}"), "comment": { "body": "x" }, "external_id": format!("call-{n}") });
    json!({ "tickets": (0..count).map(one).collect::<Vec<_>>() })
}

async fn slow() -> Desk {
    Desk::with(ZendeskConfig { job_takes: Duration::from_secs(60), ..ZendeskConfig::default() }).await
}

#[tokio::test]
async fn a_job_takes_its_time_and_each_ticket_has_a_result() {
    let desk = slow().await;
    desk.sim.adjust(|config| config.fails_in_jobs.push("call-2".into()));
    let made = desk.post("tickets/create_many.json", &tickets(3)).await;
    let id = made.json()["job_status"]["id"].as_str().expect("an id").to_owned();
    assert_eq!(made.json()["job_status"]["status"], "queued");
    assert_eq!(made.header("zendesk-ratelimit-inflight-jobs"), "total=30; remaining=29; resets=60");
    assert!(desk.sim.tickets_with("call-0").is_empty(), "not yet");
    desk.sim.advance(Duration::from_secs(40));
    assert_eq!(desk.get(&format!("job_statuses/{id}.json")).await.json()["job_status"]["status"], "working");
    desk.sim.advance(Duration::from_secs(21));
    let done = desk.get(&format!("job_statuses/show_many.json?ids={id}")).await.json();
    let results = done["job_statuses"][0]["results"].as_array().expect("results").clone();
    let success: Vec<_> = results.iter().map(|r| r["success"].as_bool()).collect();
    assert_eq!(success, [Some(true), Some(true), Some(false)]);
    assert_eq!(results[1]["id"].as_u64(), Some(desk.sim.tickets_with("call-1")[0].id));
    assert_eq!(results[2]["error"], "TicketCreateFailed");
    assert!(desk.sim.tickets_with("call-2").is_empty());
    desk.sim.advance(Duration::from_secs(3601));
    assert_eq!(desk.get(&format!("job_statuses/{id}.json")).await.status, 404, "expired");
    assert!(desk.sim.misfits().is_empty(), "{:?}", desk.sim.misfits());
}

#[tokio::test]
async fn many_updates_fail_one_by_one() {
    let desk = slow().await;
    let make = |text: &str| desk.sim.add_ticket(&json!({ "comment": { "body": text } })).expect("a ticket");
    let (open, closed) = (make("open"), make("closed"));
    desk.sim.close_ticket(closed);
    let change = |id: u64| json!({ "id": id, "comment": { "body": "more", "public": false } });
    let body = json!({ "tickets": [change(open), change(closed), change(1)] });
    let made = desk.put("tickets/update_many.json", &body).await;
    let id = made.json()["job_status"]["id"].as_str().expect("an id").to_owned();
    desk.sim.advance(Duration::from_secs(61));
    let done = desk.get(&format!("job_statuses/{id}.json")).await.json();
    let success: Vec<_> =
        done["job_status"]["results"].as_array().expect("results").iter().map(|r| r["success"].as_bool()).collect();
    assert_eq!(success, [Some(true), Some(false), Some(false)]);
    assert_eq!(desk.sim.comments(open).len(), 2);
    assert!(desk.sim.misfits().is_empty(), "{:?}", desk.sim.misfits());
}

#[tokio::test]
async fn thirty_jobs_at_once_and_no_more() {
    let desk = slow().await;
    for _ in 0..30 {
        assert_eq!(desk.post("tickets/create_many.json", &tickets(1)).await.status, 200);
    }
    let refused = desk.post("tickets/create_many.json", &tickets(1)).await;
    assert_eq!((refused.status, refused.json()["error"].as_str()), (429, Some("TooManyJobs")));
    assert_eq!(refused.json()["current_job_ids"].as_array().map(Vec::len), Some(30));
    desk.sim.advance(Duration::from_secs(61));
    assert_eq!(desk.post("tickets/create_many.json", &tickets(100)).await.status, 200);
    assert_eq!(desk.post("tickets/create_many.json", &tickets(101)).await.status, 400);
}

#[tokio::test]
async fn a_job_of_somebody_else_is_about_their_tickets() {
    let desk = slow().await;
    let id = desk.post("tickets/create_many.json", &tickets(1)).await.json()["job_status"]["id"].clone();
    let id = id.as_str().expect("an id").to_owned();
    desk.sim.misbehave("GET job_statuses/{}", Misbehaviour::OtherJob);
    let other = desk.get(&format!("job_statuses/{id}.json")).await.json();
    assert_ne!(other["job_status"]["id"], json!(id));
    assert_eq!(other["job_status"]["status"], "completed");
    assert_eq!(desk.get(&format!("job_statuses/{id}.json")).await.json()["job_status"]["id"], json!(id));
}
