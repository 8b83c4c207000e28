//! Holds a value against a schema of the OpenAPI document. Strict: a field that the schema does not describe is wrong, too,
//! and a word of a schema that is not known here is not passed over.

use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Everything that is wrong, each with its place.
pub fn problems(document: &Value, schema: &Value, value: &Value) -> Vec<String> {
    let mut found = Vec::new();
    look(document, schema, value, "", &mut found);
    found
}

fn look(document: &Value, schema: &Value, value: &Value, at: &str, found: &mut Vec<String>) {
    let schema = resolved(document, schema);
    let Some(words) = schema.as_object() else { return };
    for word in words.keys() {
        let known = "type enum const oneOf anyOf allOf properties required items prefixItems additionalProperties minimum maxLength";
        let said_only = "description default format example examples propertyNames title";
        assert!(known.split(' ').chain(said_only.split(' ')).any(|one| one == word), "a schema says {word}: {schema}");
    }
    if let Some(one_of) = words.get("oneOf").and_then(Value::as_array) {
        let tried: Vec<Vec<String>> = one_of.iter().map(|one| problems(document, one, value)).collect();
        match tried.iter().filter(|problems| problems.is_empty()).count() {
            1 => {}
            // what is nearest is what was meant
            0 => {
                let nearest = tried.into_iter().min_by_key(Vec::len).unwrap_or_default();
                found.extend(nearest.into_iter().map(|problem| format!("{at}{problem}")));
            }
            several => found.push(format!("{at}: fits {several} of what is one: {value}")),
        }
    }
    if let Some(any_of) = words.get("anyOf").and_then(Value::as_array)
        && !any_of.iter().any(|one| problems(document, one, value).is_empty())
    {
        found.push(format!("{at}: fits nothing of what it may be: {value}"));
    }
    if let Some(allowed) = words.get("enum").and_then(Value::as_array)
        && !allowed.contains(value)
    {
        found.push(format!("{at}: {value} is none of {allowed:?}"));
    }
    if words.get("const").is_some_and(|only| only != value) {
        found.push(format!("{at}: {value} is not {}", words["const"]));
    }
    if let Some(kind) = words.get("type")
        && !is_a(kind, value)
    {
        return found.push(format!("{at}: {value} is no {kind}"));
    }
    if let (Some(least), Some(number)) = (words.get("minimum").and_then(Value::as_f64), value.as_f64())
        && number < least
    {
        found.push(format!("{at}: {number} is below {least}"));
    }
    match value {
        Value::Object(fields) if words.contains_key("properties") || words.contains_key("allOf") => {
            object(document, schema, fields, at, found);
        }
        Value::Object(fields) => {
            if let Some(each) = words.get("additionalProperties") {
                fields.iter().for_each(|(name, value)| look(document, each, value, &format!("{at}.{name}"), found));
            }
        }
        Value::Array(items) => {
            let first = words.get("prefixItems").and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
            for (n, item) in items.iter().enumerate() {
                match first.get(n).or_else(|| words.get("items")) {
                    Some(Value::Bool(false)) | None => found.push(format!("{at}[{n}]: not described: {item}")),
                    Some(each) => look(document, each, item, &format!("{at}[{n}]"), found),
                }
            }
        }
        _ => {}
    }
}

fn object(document: &Value, schema: &Value, fields: &Map<String, Value>, at: &str, found: &mut Vec<String>) {
    let (mut described, mut required) = (BTreeMap::new(), Vec::new());
    gather(document, schema, &mut described, &mut required);
    for name in required {
        if !fields.contains_key(&name) {
            found.push(format!("{at}: {name} is missing"));
        }
    }
    for (name, value) in fields {
        match described.get(name) {
            Some(each) => look(document, each, value, &format!("{at}.{name}"), found),
            None => found.push(format!("{at}.{name}: not described")),
        }
    }
}

/// The fields of an object, those of all its parts together.
fn gather(document: &Value, schema: &Value, described: &mut BTreeMap<String, Value>, required: &mut Vec<String>) {
    let schema = resolved(document, schema);
    for (name, each) in schema["properties"].as_object().into_iter().flatten() {
        described.insert(name.clone(), each.clone());
    }
    required.extend(schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).map(str::to_owned));
    for part in schema["allOf"].as_array().into_iter().flatten() {
        gather(document, part, described, required);
    }
}

/// Where a `$ref` leads.
pub fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema["$ref"].as_str() {
        Some(path) => {
            let found =
                document.pointer(path.trim_start_matches('#')).unwrap_or_else(|| panic!("{path} leads nowhere"));
            resolved(document, found)
        }
        None => schema,
    }
}

fn is_a(kind: &Value, value: &Value) -> bool {
    match kind {
        Value::Array(kinds) => kinds.iter().any(|kind| is_a(kind, value)),
        Value::String(kind) => match kind.as_str() {
            "null" => value.is_null(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "string" => value.is_string(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            other => panic!("a schema's type is {other}"),
        },
        other => panic!("a schema's type is {other}"),
    }
}
