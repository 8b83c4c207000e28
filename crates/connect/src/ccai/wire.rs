//! Their JSON, as far as it is read. Keys nobody knows are left alone: more may come at any time (ccai.md, Limits).

use crate::http::answer::Answer;
use serde_json::Value;

/// Statuses of a call that is over (ccai.md, Calls), in letters and without marks.
const OVER: [&str; 6] = ["finished", "failed", "deflected", "actiononlyfinished", "voicemailreceived", "voicemailread"];

/// An answer in the platform's form: an object, or a list.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Reply {
    pub status: u16,
    body: Value,
}

/// A call, as a list has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Call {
    pub id: String,
    pub is_over: bool,
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
        rows.filter_map(|row| Some(Call { id: text(row, "id")?, is_over: is_over(row) })).collect()
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
    let status: String = text(call, "status").unwrap_or_default().to_lowercase();
    let bare: String = status.chars().filter(char::is_ascii_alphanumeric).collect();
    OVER.contains(&bare.as_str()) || text(call, "ends_at").is_some()
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
            assert_eq!(calls, [Call { id: "7".into(), is_over: over }], "{status}");
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
    fn pages_follow_until_there_is_no_next() {
        assert!(reply(200, &json!({ "calls": [], "next": "/x?page=2" })).has_next());
        assert!(reply(200, &json!({ "links": { "next": "/x" } })).has_next());
        assert!(!reply(200, &json!({ "calls": [], "next": null })).has_next());
        assert!(!reply(200, &json!([])).has_next());
    }
}
