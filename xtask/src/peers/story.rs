//! What the hub tells of a call, in words that can be compared: the call as its list has it, and what each desk heard.

use super::desk::Told;
use serde_json::Value;

/// `inbound +573001234567 > +576017001 “MARIA” via sales: ended, talked; 101 not answered, 102 over`
pub fn of_call(call: &Value) -> String {
    let course = &call["course"];
    let mut text = format!("{} {} > {}", words(&call["direction"]), party(&call["ani"]), party(&call["dnis"]));
    if let Some(name) = course["party_name"].as_str() {
        text.push_str(&format!(" “{name}”"));
    }
    if let Some(queue) = course["queue"].as_str() {
        text.push_str(&format!(" via {queue}"));
    }
    text.push_str(&format!(": {}", state(call)));
    if course["talk_seconds"].as_u64().is_some() {
        text.push_str(", talked");
    }
    if course["not_reached"] == true {
        text.push_str(", not reached");
    }
    let legs: Vec<String> = course["legs"].as_array().into_iter().flatten().map(leg).collect();
    if !legs.is_empty() {
        text.push_str(&format!("; {}", legs.join(", ")));
    }
    text
}

/// `Ana: ringing, connected, ended`, one for each call in the order in which they were heard of.
pub fn of_desk(agent: &str, calls: impl Iterator<Item = Vec<Told>>) -> Vec<String> {
    let mut calls: Vec<Vec<Told>> = calls.collect();
    calls.sort_by_key(|told| told.first().map(|told| told.at));
    let path = |told: &Vec<Told>| {
        let mut states: Vec<String> = told.iter().map(|told| state(&told.call)).collect();
        states.dedup();
        format!("{agent}: {}", states.join(", "))
    };
    calls.iter().map(path).collect()
}

fn state(call: &Value) -> String {
    let mut text = words(&call["state"]["kind"]);
    let failed = &call["state"];
    if let (Some(leg), Some(why)) = (failed["leg"].as_str(), failed["why"]["code"].as_str()) {
        // What the network says of it is more than *other*.
        let reason = failed["why"]["reason"].as_str().filter(|reason| *reason != "other");
        text = format!("failed ({leg}: {}", reason.unwrap_or(why).replace('_', " "));
        if reason.is_none()
            && let Some(detail) = failed["why"]["detail"].as_str().filter(|detail| !detail.is_empty())
        {
            text.push_str(&format!(", {detail}"));
        }
        text.push(')');
    }
    let part = &call["course"]["part"];
    if let Some(kind) = part["kind"].as_str() {
        let to = part["to"].as_str().map(|to| format!(" {to}")).unwrap_or_default();
        text.push_str(&format!(" ({}{to})", kind.replace('_', " ")));
    }
    if let Some(from) = call["course"]["passed_by"].as_str() {
        text.push_str(&format!(" (from {from})"));
    }
    if call["course"]["legs"].as_array().into_iter().flatten().any(|leg| leg["held"] == true) {
        text.push_str(" (held)");
    }
    if call["controls"]["recording_paused"]["on"] == true {
        text.push_str(" (recording paused)");
    }
    text
}

fn leg(leg: &Value) -> String {
    let phone = leg["extension"].as_str().unwrap_or("?");
    let mut text =
        format!("{phone} {}", leg["end"].as_str().map_or_else(|| "goes on".to_owned(), |end| end.replace('_', " ")));
    if let Some(by) = leg["passed_by"].as_str() {
        text.push_str(&format!(" (from {by})"));
    }
    text
}

fn party(party: &Value) -> String {
    let text = party["e164"].as_str().or(party["digits"].as_str()).or(party["text"].as_str());
    text.map_or_else(|| words(&party["kind"]), str::to_owned)
}

fn words(value: &Value) -> String {
    value.as_str().unwrap_or("?").replace('_', " ")
}
