use super::support::Desk;
use ringcard_sim::zendesk::AGENT_ANNA;
use serde_json::{Value, json};

fn call(more: &Value) -> Value {
    let mut call = json!({
        "app_id": 7, "from_line": "+36301234567", "to_line": "+3612345678", "direction": "inbound",
        "call_started_at": "2026-11-29T10:00:00Z", "external_id": "call-1", "agent_id": AGENT_ANNA,
    });
    call.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
    call
}

#[tokio::test]
async fn one_request_makes_call_ticket_comment_and_screen_pop() {
    let desk = Desk::start().await;
    let customer = desk.found("role:end-user name:Nagy*").await[0];
    let comment = json!({ "title": "Call with Nagy", "call_fields": ["from_line", "external_id"], "display_to_agent": AGENT_ANNA });
    let body = json!({ "call": call(&json!({ "end_user_id": customer })), "comment": comment });
    let made = desk.post("calls.json", &body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let ticket = made.json()["call"]["ticket_id"].as_u64().expect("a ticket");
    let kept = desk.sim.ticket(ticket).expect("it");
    assert_eq!((kept.requester_id, kept.via_id), (customer, Some(45)));
    assert_eq!(kept.comments.len(), 1);
    assert_eq!(kept.comments[0].kind, "TpeVoiceComment");
    assert!(kept.comments[0].body.contains("external_id: call-1"), "{}", kept.comments[0].body);
    let shown = desk.sim.displays();
    assert_eq!((shown[0].agent_id, shown[0].id), (AGENT_ANNA, ticket));
    let id = made.json()["call"]["id"].as_str().expect("an id").to_owned();
    let change = json!({ "call": { "completion_status": "completed", "talk_time": 30 } });
    let path = format!("calls/{id}.json");
    let changed = desk.ask(reqwest::Method::PATCH, &path, Some(&change), None).await;
    assert_eq!((changed.status, &changed.json()["call"]["talk_time"]), (200, &json!(30)));
    let more = desk.post(&format!("calls/{id}/comments.json"), &json!({ "comment": { "title": "Later" } })).await;
    assert_eq!(more.json()["comment"]["type"], "TpeVoiceComment");
    assert!(desk.sim.misfits().is_empty(), "{:?}", desk.sim.misfits());
}

#[tokio::test]
async fn a_call_without_a_comment_has_no_ticket() {
    let desk = Desk::start().await;
    let made = desk.post("calls.json", &json!({ "call": call(&json!({})) })).await;
    assert_eq!((made.status, &made.json()["call"]["ticket_id"]), (201, &Value::Null));
}

#[tokio::test]
async fn what_a_call_must_have_is_named() {
    let desk = Desk::start().await;
    desk.sim.adjust(|config| config.strict = false);
    let refused = desk.post("calls.json", &json!({ "call": { "app_id": 7 } })).await;
    assert_eq!(refused.status, 422);
    for name in ["from_line", "to_line", "call_started_at", "direction"] {
        assert!(refused.json()["details"][name].is_array(), "{name}");
    }
    let nobody = json!({ "call": call(&json!({})), "comment": { "title": "x", "display_to_agent": 400 } });
    assert_eq!(desk.post("calls.json", &nobody).await.status, 422, "a customer is no agent");
}

#[tokio::test]
async fn a_plan_without_it_refuses_everything_of_it() {
    let desk = Desk::start().await;
    desk.sim.adjust(|config| config.talk_partner = false);
    assert_eq!(desk.post("calls.json", &json!({ "call": call(&json!({})) })).await.status, 403);
    let display = format!("channels/voice/agents/{AGENT_ANNA}/users/400/display.json");
    assert_eq!(desk.ask(reqwest::Method::POST, &display, None, None).await.status, 403);
    desk.sim.adjust(|config| config.talk_partner = true);
    assert_eq!(desk.ask(reqwest::Method::POST, &display, None, None).await.status, 200);
    let nobody = format!("channels/voice/agents/{AGENT_ANNA}/users/1/display.json");
    assert_eq!(desk.ask(reqwest::Method::POST, &nobody, None, None).await.status, 404);
    assert!(desk.sim.misfits().is_empty(), "{:?}", desk.sim.misfits());
}

#[tokio::test]
async fn tickets_of_calls_name_their_kind() {
    let desk = Desk::start().await;
    let voicemail = json!({ "ticket": {
        "via_id": 44, "subject": "Voicemail", "description": "A message",
        "voice_comment": { "from": "+36301234567", "to": "+3612345678", "recording_url": "https://example.com/a.wav",
            "started_at": "2026-11-29T10:00:00Z", "call_duration": 12, "answered_by_id": AGENT_ANNA },
    } });
    let made = desk.post("channels/voice/tickets.json", &voicemail).await;
    assert_eq!((made.status, &made.json()["ticket"]["via"]["channel"]), (201, &json!("voice")));
    desk.sim.adjust(|config| config.strict = false);
    let plain = json!({ "ticket": { "via_id": 0, "description": "x" } });
    assert_eq!(desk.post("channels/voice/tickets.json", &plain).await.status, 422);
}
