use super::support::Desk;
use reqwest::Method;
use ringcard_sim::zendesk::{
    FIELD_DETAILS, FIELD_PRODUCT, FORM_FIELD_ORDER, FORM_LARGE, FORM_RETURNS, Misbehaviour, RequiredFields,
    ZendeskConfig,
};
use serde_json::{Value, json};
use std::time::Duration;

fn ticket(more: &Value) -> Value {
    let mut ticket = json!({ "subject": "Call", "comment": { "body": "Spoke about it", "public": false } });
    ticket.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    json!({ "ticket": ticket })
}

#[tokio::test]
async fn a_key_makes_one_ticket_for_two_hours() {
    let desk = Desk::start().await;
    let body = ticket(&json!({ "external_id": "call-1" }));
    let make = |body: Value| {
        let desk = &desk;
        async move { desk.ask(Method::POST, "tickets.json", Some(&body), Some("key-1")).await }
    };
    let first = make(body.clone()).await;
    assert_eq!((first.status, first.header("x-idempotency-lookup")), (201, "miss"));
    let again = make(body.clone()).await;
    assert_eq!((again.status, again.header("x-idempotency-lookup")), (201, "hit"));
    assert_eq!(again.json(), first.json());
    let other = make(ticket(&json!({ "external_id": "call-2" }))).await;
    assert_eq!((other.status, other.json()["error"].as_str()), (400, Some("IdempotentRequestError")));
    desk.sim.advance(Duration::from_secs(2 * 3600 + 1));
    assert_eq!(make(body).await.header("x-idempotency-lookup"), "miss");
    assert_eq!(desk.sim.tickets_with("call-1").len(), 2, "the key was forgotten");
    assert!(desk.sim.misfits().is_empty(), "{:?}", desk.sim.misfits());
}

#[tokio::test]
async fn a_ticket_that_was_made_without_an_answer_is_found_again() {
    let desk = Desk::start().await;
    desk.sim.misbehave("POST tickets", Misbehaviour::ApplyThenCut);
    let body = ticket(&json!({ "external_id": "call-9" }));
    let request = desk.client.post(format!("{}/tickets.json", desk.sim.api_url())).json(&body);
    request.header("Authorization", desk.sim.basic()).send().await.expect_err("no answer");
    assert_eq!(desk.sim.tickets_with("call-9").len(), 1);
    let found = desk.get("tickets.json?external_id=call-9").await.json();
    assert_eq!(found["tickets"].as_array().map(Vec::len), Some(1));
}

#[tokio::test]
async fn a_change_gives_way_to_a_colleagues() {
    let desk = Desk::start().await;
    let id = desk.sim.add_ticket(&ticket(&json!({}))["ticket"]).expect("a ticket");
    let seen = desk.get(&format!("tickets/{id}.json")).await.json();
    let stamp = seen["ticket"]["updated_at"].clone();
    assert!(desk.sim.edit_ticket(id, &json!({ "status": "pending" })));
    let change = json!({ "ticket": { "comment": { "body": "x" }, "safe_update": true, "updated_stamp": stamp } });
    let refused = desk.put(&format!("tickets/{id}.json"), &change).await;
    assert_eq!((refused.status, refused.json()["error"].as_str()), (409, Some("UpdateConflict")));
    let stamp = desk.get(&format!("tickets/{id}.json")).await.json()["ticket"]["updated_at"].clone();
    let change = json!({ "ticket": { "comment": { "body": "x" }, "safe_update": true, "updated_stamp": stamp } });
    assert_eq!(desk.put(&format!("tickets/{id}.json"), &change).await.status, 200);
    assert_eq!(desk.sim.comments(id).len(), 2);
    assert!(desk.sim.misfits().is_empty(), "{:?}", desk.sim.misfits());
}

#[tokio::test]
async fn closed_merged_and_deleted_tickets_refuse() {
    let desk = Desk::start().await;
    let make = || desk.sim.add_ticket(&ticket(&json!({}))["ticket"]).expect("a ticket");
    let (closed, merged, into, deleted) = (make(), make(), make(), make());
    desk.sim.close_ticket(closed);
    assert!(desk.sim.merge_tickets(merged, into));
    desk.sim.delete_ticket(deleted);
    let change = json!({ "ticket": { "comment": { "body": "x" } } });
    for (id, status) in [(closed, 422), (merged, 422), (deleted, 404), (into, 200)] {
        assert_eq!(desk.put(&format!("tickets/{id}.json"), &change).await.status, status, "{id}");
    }
    assert_eq!(desk.get(&format!("tickets/{merged}.json")).await.json()["ticket"]["status"], "closed");
    let follow = ticket(&json!({ "via_followup_source_id": closed }));
    let made = desk.post("tickets.json", &follow).await;
    assert_eq!((made.status, &made.json()["ticket"]["via"]["source"]["rel"]), (201, &json!("follow_up")));
    assert_eq!(desk.post("tickets.json", &ticket(&json!({ "via_followup_source_id": into }))).await.status, 422);
}

#[tokio::test]
async fn forms_require_what_they_say() {
    let desk = Desk::with(ZendeskConfig { required: RequiredFields::Always, ..ZendeskConfig::default() }).await;
    let with = |fields: Value| ticket(&json!({ "ticket_form_id": FORM_RETURNS, "custom_fields": fields }));
    let missing = desk.post("tickets.json", &with(json!([]))).await;
    assert_eq!(missing.status, 422);
    assert!(missing.text.contains("Order number"), "{}", missing.text);
    let order = json!({ "id": FORM_FIELD_ORDER, "value": "2211" });
    assert_eq!(desk.post("tickets.json", &with(json!([order]))).await.status, 201);
    let broken = json!({ "id": FIELD_PRODUCT, "value": "broken" });
    let dependent = desk.post("tickets.json", &with(json!([order, broken]))).await;
    assert!(dependent.text.contains("What is broken"), "{}", dependent.text);
    let details = json!({ "id": FIELD_DETAILS, "value": "its lid" });
    assert_eq!(desk.post("tickets.json", &with(json!([order, broken, details]))).await.status, 201);
    let wrong = json!({ "id": FIELD_PRODUCT, "value": "no such value" });
    assert_eq!(desk.post("tickets.json", &with(json!([order, wrong]))).await.status, 422);
    let forms = desk.get("ticket_forms.json").await.json();
    let large = forms["ticket_forms"].as_array().expect("forms").iter().find(|f| f["id"] == FORM_LARGE).cloned();
    assert_eq!(large.expect("it")["ticket_field_ids"].as_array().map(Vec::len), Some(202));
    let fields = desk.get("ticket_fields.json?page[size]=100").await.json();
    assert_eq!(fields["meta"]["has_more"], true);
    assert!(desk.sim.misfits().is_empty(), "{:?}", desk.sim.misfits());
}

#[tokio::test]
async fn an_upload_goes_with_one_comment_and_expires() {
    let desk = Desk::start().await;
    let upload = || async {
        let request = desk.client.post(format!("{}/uploads.json?filename=call.wav", desk.sim.api_url()));
        let request = request.header("Authorization", desk.sim.basic()).header("Content-Type", "audio/wav");
        let got = super::support::read(request.body("RIFF").send().await.expect("an answer")).await;
        assert_eq!(got.status, 201);
        got.json()["upload"]["token"].as_str().expect("a token").to_owned()
    };
    let with = |token: &str| json!({ "ticket": { "comment": { "body": "the recording", "uploads": [token] } } });
    let token = upload().await;
    let made = desk.post("tickets.json", &with(&token)).await.json();
    let id = made["ticket"]["id"].as_u64().expect("an id");
    assert_eq!(desk.sim.comments(id)[0].uploads, ["call.wav"]);
    assert_eq!(desk.post("tickets.json", &with(&token)).await.status, 422, "used up");
    let token = upload().await;
    desk.sim.advance(Duration::from_secs(3601));
    assert_eq!(desk.post("tickets.json", &with(&token)).await.status, 422, "expired");
    assert!(desk.sim.misfits().is_empty(), "{:?}", desk.sim.misfits());
}

#[tokio::test]
async fn what_does_not_fit_its_schema_is_refused_and_named() {
    let desk = Desk::start().await;
    let misspelt = json!({ "ticket": { "comment": { "body": "x" }, "extern_id": "call-1" } });
    let refused = desk.post("tickets.json", &misspelt).await;
    assert_eq!((refused.status, refused.json()["error"].as_str()), (400, Some("DoesNotFit")));
    let expected = ("POST tickets".to_owned(), "body.ticket.extern_id is no field there is".to_owned());
    assert_eq!(desk.sim.misfits(), [expected]);
    desk.sim.adjust(|config| config.strict = false);
    assert_eq!(desk.post("tickets.json", &misspelt).await.status, 201);
    assert_eq!(desk.sim.misfits().len(), 2, "named all the same");
}

#[tokio::test]
async fn a_requesters_tickets_come_with_their_people() {
    let desk = Desk::start().await;
    let requester = desk.sim.tickets().first().expect("one").requester_id;
    let path = format!("users/{requester}/tickets/requested.json?sort_by=updated_at&sort_order=desc&include=users");
    let got = desk.get(&path).await.json();
    let tickets = got["tickets"].as_array().expect("tickets");
    assert!(tickets.len() > 1 && tickets.iter().all(|t| t["requester_id"] == requester));
    assert!(tickets[0]["updated_at"].as_str() >= tickets[1]["updated_at"].as_str());
    assert!(got["users"].as_array().expect("users").iter().any(|u| u["id"] == requester));
    assert!(desk.sim.misfits().is_empty(), "{:?}", desk.sim.misfits());
}
