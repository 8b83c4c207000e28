//! Who calls in the tests.

use serde_json::{Value, json};

pub const MARIA_CALLS: &str = "+36301234567";
pub const PETER_CALLS: &str = "+36205550102";
/// In nobody's list.
pub const NOBODY_CALLS: &str = "+36705559999";

/// A customer with everything a card can show.
pub fn maria() -> Value {
    json!({
        "name": "María López",
        "company": "Acme Hungary Kft.",
        "role": "Purchasing",
        "vip": true,
        "tags": ["partner", "madrid"],
        "notes": "Prefers English. Wants quotes in writing.",
        "link": "https://crm.example/contacts/1021",
        "numbers": [{ "label": "mobile", "written": "06 30 123 4567" }],
    })
}

pub fn peter() -> Value {
    customer("Nagy Péter", "Tisza Trans Zrt.", PETER_CALLS)
}

pub fn customer(name: &str, company: &str, number: &str) -> Value {
    json!({ "name": name, "company": company, "numbers": [{ "label": "mobile", "written": number }] })
}
