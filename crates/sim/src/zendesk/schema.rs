//! Whether requests and answers fit the schemas: Zendesk's OpenAPI (`openapi.json`), and `objects.json` for what its parts refer
//! to and do not hold.
//!
//! Read by a checker of our own: the parts mix two versions of OpenAPI (`nullable` in a file that says 3.1) and refer to schemas
//! that are elsewhere, and a request that does not fit must name the place. It knows a dozen words, and refuses to read any other.

use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// Words of schemas that are read.
const WORDS: [&str; 13] = [
    "$ref",
    "type",
    "nullable",
    "properties",
    "required",
    "additionalProperties",
    "items",
    "minItems",
    "maxItems",
    "enum",
    "format",
    "allOf",
    "anyOf",
];
/// So deep and no deeper.
const DEPTH_MOST: usize = 40;

#[derive(Debug)]
pub(crate) struct Schemas {
    endpoints: BTreeMap<String, Endpoint>,
    named: Map<String, Value>,
}

#[derive(Debug, Default)]
struct Endpoint {
    /// Names of the query, and whether each must be there.
    parameters: BTreeMap<String, bool>,
    request: Option<Value>,
    /// By status.
    responses: BTreeMap<String, Option<Value>>,
}

impl Schemas {
    /// Those that come with the simulator.
    pub fn documented() -> Self {
        let read = |text: &str| serde_json::from_str::<Value>(text).expect("BUG: a file of ours is JSON");
        let (parts, ours) = (read(include_str!("openapi.json")), read(include_str!("objects.json")));
        let mut schemas = Self { endpoints: BTreeMap::new(), named: Map::new() };
        for file in [&ours, &parts] {
            // What Zendesk says stands where both say something.
            schemas.named.extend(file["schemas"].as_object().cloned().unwrap_or_default());
            for (name, endpoint) in file["endpoints"].as_object().into_iter().flatten() {
                schemas.endpoints.insert(name.clone(), Endpoint::read(endpoint));
            }
        }
        let amend = &ours["amend"];
        for (name, request) in amend["requests"].as_object().into_iter().flatten() {
            schemas.endpoints.entry(name.clone()).or_default().request = Some(request.clone());
        }
        for (name, more) in amend["parameters"].as_object().into_iter().flatten() {
            let more: Vec<_> = more.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            for (_, endpoint) in schemas.endpoints.iter_mut().filter(|(own, _)| name == "*" || *own == name) {
                for parameter in &more {
                    endpoint.parameters.entry((*parameter).to_owned()).or_insert(false);
                }
            }
        }
        schemas
    }

    /// A request fits; `Err`: where it does not, and why.
    pub fn request(&self, name: &str, parameters: &[(String, String)], body: &str) -> Result<(), String> {
        let Some(endpoint) = self.endpoints.get(name) else {
            return Err(format!("{name} is in no schema"));
        };
        for (parameter, _) in parameters {
            if !endpoint.parameters.contains_key(parameter) {
                return Err(format!("the parameter {parameter} is not one of {name}"));
            }
        }
        let needed = endpoint.parameters.iter().filter(|(_, needed)| **needed).map(|(name, _)| name);
        if let Some(missing) = needed.into_iter().find(|n| !parameters.iter().any(|(p, v)| p == *n && !v.is_empty())) {
            return Err(format!("the parameter {missing} is missing"));
        }
        match &endpoint.request {
            Some(schema) => {
                let body: Value = serde_json::from_str(body).map_err(|why| format!("the body is no JSON: {why}"))?;
                self.check(schema, &body, "body", 0)
            }
            // A file has a body of its own kind.
            None if name == "POST uploads" || body.is_empty() => Ok(()),
            None => Err(format!("{name} takes no body")),
        }
    }

    /// An answer fits. What is no success is described by no schema, but that it is an error.
    pub fn answer(&self, name: &str, status: u16, body: Option<&Value>) -> Result<(), String> {
        let Some(endpoint) = self.endpoints.get(name) else { return Ok(()) };
        if status >= 300 {
            return Ok(());
        }
        match (endpoint.responses.get(&status.to_string()), body) {
            (None, _) => Err(format!("{name} never answers {status}")),
            (Some(Some(schema)), Some(body)) => self.check(schema, body, "answer", 0),
            (Some(Some(_)), None) => Err("the body is missing".into()),
            (Some(None), _) => Ok(()),
        }
    }

    fn check(&self, schema: &Value, value: &Value, at: &str, depth: usize) -> Result<(), String> {
        if depth > DEPTH_MOST {
            return Err(format!("{at}: too deep"));
        }
        let Some(schema) = schema.as_object() else { return Err(format!("{at}: its schema is no object")) };
        if let Some(unknown) = schema.keys().find(|word| !WORDS.contains(&word.as_str())) {
            return Err(format!("{at}: the schema's word {unknown} is not read here"));
        }
        if let Some(name) = schema.get("$ref").and_then(Value::as_str) {
            let name = name.rsplit('/').next().unwrap_or_default();
            let named = self.named.get(name).ok_or_else(|| format!("{at}: there is no schema {name}"))?;
            return self.check(named, value, at, depth + 1);
        }
        if value.is_null() && schema.get("nullable") == Some(&Value::Bool(true)) {
            return Ok(());
        }
        if let Some(kind) = schema.get("type").and_then(Value::as_str)
            && !is_of(kind, value)
        {
            return Err(format!("{at} is no {kind}"));
        }
        if let Some(values) = schema.get("enum").and_then(Value::as_array)
            && !values.contains(value)
        {
            return Err(format!("{at} is none of the values there are"));
        }
        if schema.get("format").and_then(Value::as_str) == Some("date-time")
            && !value.as_str().is_some_and(super::time::is_iso)
        {
            return Err(format!("{at} is no moment"));
        }
        for one in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.check(one, value, at, depth + 1)?;
        }
        if let Some(any) = schema.get("anyOf").and_then(Value::as_array) {
            let wrong: Vec<_> = any.iter().filter_map(|one| self.check(one, value, at, depth + 1).err()).collect();
            if wrong.len() == any.len() {
                return Err(format!("{at} is none of: {}", wrong.join("; or ")));
            }
        }
        match value {
            Value::Object(object) => self.check_object(schema, object, at, depth),
            Value::Array(list) => self.check_list(schema, list, at, depth),
            _ => Ok(()),
        }
    }

    fn check_object(
        &self,
        schema: &Map<String, Value>,
        object: &Map<String, Value>,
        at: &str,
        depth: usize,
    ) -> Result<(), String> {
        let needed = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        if let Some(missing) = needed.into_iter().find(|name| !object.contains_key(*name)) {
            return Err(format!("{at}.{missing} is missing"));
        }
        let properties = schema.get("properties").and_then(Value::as_object);
        let closed = schema.get("additionalProperties") == Some(&Value::Bool(false));
        for (name, value) in object {
            match properties.and_then(|own| own.get(name)) {
                Some(schema) => self.check(schema, value, &format!("{at}.{name}"), depth + 1)?,
                None if closed => return Err(format!("{at}.{name} is no field there is")),
                None => {}
            }
        }
        Ok(())
    }

    fn check_list(&self, schema: &Map<String, Value>, list: &[Value], at: &str, depth: usize) -> Result<(), String> {
        let bound = |name: &str| schema.get(name).and_then(Value::as_u64).and_then(|n| usize::try_from(n).ok());
        if bound("minItems").is_some_and(|least| list.len() < least)
            || bound("maxItems").is_some_and(|most| list.len() > most)
        {
            return Err(format!("{at} has {} items", list.len()));
        }
        if let Some(items) = schema.get("items") {
            for (nth, item) in list.iter().enumerate() {
                self.check(items, item, &format!("{at}[{nth}]"), depth + 1)?;
            }
        }
        Ok(())
    }

    /// The endpoints there are schemas for.
    #[cfg(test)]
    fn names(&self) -> impl Iterator<Item = &String> {
        self.endpoints.keys()
    }
}

impl Endpoint {
    fn read(endpoint: &Value) -> Self {
        let parameters = endpoint["parameters"].as_array().into_iter().flatten();
        let parameters = parameters
            .filter_map(|p| Some((p["name"].as_str()?.to_owned(), p["required"].as_bool().unwrap_or_default())));
        let some = |value: &Value| (!value.is_null()).then(|| value.clone());
        let responses = endpoint["responses"].as_object().into_iter().flatten();
        Self {
            parameters: parameters.collect(),
            request: some(&endpoint["request"]),
            responses: responses.map(|(status, schema)| (status.clone(), some(schema))).collect(),
        }
    }
}

fn is_of(kind: &str, value: &Value) -> bool {
    match kind {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refs<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
        match value {
            Value::Object(object) => {
                if let Some(name) = object.get("$ref").and_then(Value::as_str) {
                    found.push(name.rsplit('/').next().unwrap_or_default());
                }
                object.values().for_each(|v| refs(v, found));
            }
            Value::Array(list) => list.iter().for_each(|v| refs(v, found)),
            _ => {}
        }
    }

    #[test]
    fn every_schema_that_is_named_is_there() {
        let schemas = Schemas::documented();
        assert!(schemas.names().count() > 40);
        let requests = schemas.endpoints.values().filter_map(|e| e.request.as_ref());
        let answers = schemas.endpoints.values().flat_map(|e| e.responses.values().flatten());
        let mut found = Vec::new();
        requests.chain(answers).chain(schemas.named.values()).for_each(|v| refs(v, &mut found));
        for name in found {
            assert!(schemas.named.contains_key(name), "{name}");
        }
    }

    #[test]
    fn a_ticket_fits_or_is_told_why_not() {
        let schemas = Schemas::documented();
        let fits = |body: &str| schemas.request("POST tickets", &[], body);
        assert_eq!(fits(r#"{"ticket":{"subject":"a","comment":{"body":"b"}}}"#), Ok(()));
        let wrong = fits(r#"{"ticket":{"subject":"a","comment":{"bodi":"b"}}}"#).expect_err("misspelt");
        assert_eq!(wrong, "body.ticket.comment.bodi is no field there is");
        let wrong = fits(r#"{"ticket":{"comment":{"body":"b"},"requester_id":"12"}}"#).expect_err("a text");
        assert_eq!(wrong, "body.ticket.requester_id is no integer");
        assert!(fits(r#"{"ticket":{"subject":"a"}}"#).is_err(), "neither comment nor description");
        assert!(fits("").is_err());
        let search = |name: &str| schemas.request("GET search", &[(name.to_owned(), "x".to_owned())], "");
        assert_eq!(search("query"), Ok(()));
        assert!(search("quest").is_err());
        assert!(schemas.request("GET nowhere", &[], "").is_err());
    }

    #[test]
    fn an_answer_that_does_not_fit_is_told() {
        let schemas = Schemas::documented();
        let job = |status: &str| serde_json::json!({ "job_status": { "id": "8b72", "status": status } });
        assert_eq!(schemas.answer("GET job_statuses/{}", 200, Some(&job("queued"))), Ok(()));
        assert!(schemas.answer("GET job_statuses/{}", 200, Some(&job("soon"))).is_err());
        assert!(schemas.answer("GET job_statuses/{}", 201, Some(&job("queued"))).is_err());
    }
}
