//! Their JSON, as far as it is read. Keys nobody knows are left alone: more may come at any time (ccai.md, Limits).

use crate::http::answer::Answer;
use ringcard_core::Timestamp;
use serde_json::Value;

/// Statuses of a call that is over (ccai.md, Calls), in letters and without marks.
const OVER: [&str; 6] = ["finished", "failed", "deflected", "actiononlyfinished", "voicemailreceived", "voicemailread"];

/// An answer in the platform's form: an object, or a list.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reply {
    pub status: u16,
    body: Value,
}

/// A call, as a list has it: what it does not say is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Call {
    pub id: String,
    pub is_over: bool,
    /// In small letters and digits alone.
    pub status: String,
    pub is_outbound: bool,
    pub agent_email: Option<String>,
    /// Its customer's, as they write it.
    pub number: Option<String>,
    pub created_at: Option<Timestamp>,
    pub assigned_at: Option<Timestamp>,
    pub connected_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    pub updated_at: Option<Timestamp>,
    pub fail_reason: Option<String>,
}

impl Call {
    fn read(row: &Value) -> Option<Self> {
        let inside = |name: &str, part: &str| text(row.get(name)?, part);
        let at = |name: &str| text(row, name)?.parse::<jiff::Timestamp>().ok().map(|at| Timestamp(at.as_millisecond()));
        Some(Self {
            id: text(row, "id")?,
            is_over: is_over(row),
            status: bare(&text(row, "status").unwrap_or_default()),
            is_outbound: bare(&text(row, "call_type").unwrap_or_default()).contains("outbound"),
            agent_email: inside("agent_info", "email").or_else(|| text(row, "agent_email")),
            number: inside("end_user", "identifier").or_else(|| text(row, "end_user_number")),
            created_at: at("created_at"),
            assigned_at: at("assigned_at"),
            connected_at: at("connected_at"),
            ended_at: at("ends_at"),
            updated_at: at("updated_at"),
            fail_reason: text(row, "fail_reason"),
        })
    }
}

impl Reply {
    pub fn read(answer: &Answer) -> Option<Self> {
        let body: Value = serde_json::from_slice(&answer.body).ok()?;
        (body.is_object() || body.is_array()).then_some(Self { status: answer.status, body })
    }

    /// What it says for people; may be empty.
    pub fn message(&self) -> String {
        let said = ["message", "error", "errors"].iter().find_map(|name| self.body.get(name));
        match said {
            Some(Value::String(text)) => text.clone(),
            Some(Value::Array(list)) => list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("; "),
            _ => String::new(),
        }
    }

    /// The call that was created, by the platform's id; `None`: it tells of none.
    pub fn call_id(&self) -> Option<String> {
        let call = self.body.get("call").filter(|call| call.is_object()).unwrap_or(&self.body);
        text(call, "id")
    }

    /// The number it says that it calls.
    pub fn calls_number(&self) -> Option<String> {
        let call = self.body.get("call").filter(|call| call.is_object()).unwrap_or(&self.body);
        Call::read(call)?.number
    }

    /// Whether the agent has to do something in the adapter before the call starts: 202, or 200 with an action in some
    /// examples (ccai.md, Click-to-call).
    pub fn waits_for_agent(&self) -> bool {
        self.status == 202 || (self.status == 200 && (self.body.get("action").is_some() || self.call_id().is_none()))
    }

    /// The calls of a page.
    pub fn calls(&self) -> Vec<Call> {
        let list = match &self.body {
            Value::Array(list) => Some(list),
            body => ["calls", "data", "results"].iter().find_map(|name| body.get(name)?.as_array()),
        };
        let rows = list.into_iter().flatten();
        rows.filter_map(Call::read).collect()
    }

    /// Whether another page follows.
    pub fn has_next(&self) -> bool {
        let link = self.body.get("next").or_else(|| self.body.get("links")?.get("next"));
        link.is_some_and(|next| !next.is_null() && next.as_str() != Some(""))
    }
}

/// A text, or a number as text.
fn text(value: &Value, name: &str) -> Option<String> {
    match value.get(name)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn is_over(call: &Value) -> bool {
    OVER.contains(&bare(&text(call, "status").unwrap_or_default()).as_str()) || text(call, "ends_at").is_some()
}

/// However they write their words: in small letters and digits alone.
fn bare(words: &str) -> String {
    words.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn reply(status: u16, body: &Value) -> Reply {
        Reply::read(&Answer { status, body: body.to_string().into_bytes(), whole: true, ..Answer::default() })
            .expect("JSON")
    }

    #[test]
    fn a_call_is_over_by_its_status_however_it_is_written() {
        for (status, over) in [
            ("Finished", true),
            ("failed", true),
            ("voicemail_received", true),
            ("Action Only Finished", true),
            ("connected", false),
            ("Action Only", false),
            ("switching", false),
            ("something new", false),
        ] {
            let calls = reply(200, &json!({ "calls": [{ "id": 7, "status": status }] })).calls();
            let read: Vec<_> = calls.iter().map(|call| (call.id.as_str(), call.is_over)).collect();
            assert_eq!(read, [("7", over)], "{status}");
        }
    }

    #[test]
    fn what_waits_for_the_agent_is_told_from_a_call() {
        assert!(reply(202, &json!({ "message": "Please choose" })).waits_for_agent());
        assert!(reply(200, &json!({ "message": "Please choose", "action": "select" })).waits_for_agent());
        assert!(!reply(201, &json!({ "id": 5, "status": "assigned" })).waits_for_agent());
        assert!(!reply(200, &json!({ "id": 5, "status": "assigned" })).waits_for_agent());
        assert_eq!(reply(201, &json!({ "call": { "id": "5" } })).call_id().as_deref(), Some("5"));
    }

    #[test]
    fn what_a_call_says_of_itself_is_read_and_what_it_does_not_say_is_absent() {
        let said = json!({ "id": 7, "status": "Connected", "call_type": "Voice Outbound (API)",
            "agent_info": { "email": "anna@example.com", "more": 1 }, "end_user": { "identifier": "+36301234567" },
            "created_at": "2026-11-29T10:00:00Z", "connected_at": "2026-11-29T12:00:05.5+02:00", "ends_at": null,
            "updated_at": "yesterday" });
        let call = reply(200, &json!([said])).calls().remove(0);
        assert_eq!((call.status.as_str(), call.is_outbound, call.is_over), ("connected", true, false));
        assert_eq!(call.agent_email.as_deref(), Some("anna@example.com"));
        assert_eq!(call.connected_at.expect("a time").0 - call.created_at.expect("a time").0, 5_500);
        assert_eq!((call.ended_at, call.updated_at, call.fail_reason), (None, None, None));
    }

    #[test]
    fn pages_follow_until_there_is_no_next() {
        assert!(reply(200, &json!({ "calls": [], "next": "/x?page=2" })).has_next());
        assert!(reply(200, &json!({ "links": { "next": "/x" } })).has_next());
        assert!(!reply(200, &json!({ "calls": [], "next": null })).has_next());
        assert!(!reply(200, &json!([])).has_next());
    }
}
