//! One operation, as it stands in the document.

use super::{codes, shapes::Shapes};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use utoipa::{IntoParams, ToSchema};

/// All operations, by path and method.
#[derive(Default)]
pub(super) struct Paths(BTreeMap<String, Map<String, Value>>);

impl Paths {
    pub fn add(&mut self, operation: Operation) {
        let Operation { method, path, described } = operation;
        let before = self.0.entry(path.to_owned()).or_default().insert(method.to_owned(), Value::Object(described));
        assert!(before.is_none(), "{method} {path} is described twice");
    }

    pub fn all(self) -> Value {
        json!(self.0)
    }
}

pub(super) struct Operation {
    method: &'static str,
    path: &'static str,
    described: Map<String, Value>,
}

impl Operation {
    /// One under `/v1`, for whoever has the token.
    pub fn new(method: &'static str, path: &'static str, summary: &str) -> Self {
        Self::open("rest", method, path, summary).fails(&codes::OF_EVERYBODY)
    }

    /// One that needs no token.
    pub fn without_token(tag: &str, method: &'static str, path: &'static str, summary: &str) -> Self {
        let mut operation = Self::open(tag, method, path, summary);
        operation.described.insert("security".into(), json!([]));
        operation
    }

    fn open(tag: &str, method: &'static str, path: &'static str, summary: &str) -> Self {
        let described = json!({ "summary": summary, "tags": [tag], "responses": {}, "parameters": [] });
        let Value::Object(described) = described else { unreachable!("it is an object") };
        let mut operation = Self { method, path, described };
        let names = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        names.for_each(|name| operation.named(name));
        operation
    }

    fn named(&mut self, name: &str) {
        let says = match (name, self.path.split('/').nth(2)) {
            ("account", _) | (_, Some("accounts")) => "The account's name",
            ("agent", _) => "The agent's name in the settings",
            ("kind", _) => "`incoming`, `event` or `call-data`",
            ("key", _) => "The submission's key",
            (_, Some("calls")) => "A call's id",
            (_, Some("recordings")) => "A recording's id",
            (_, Some("missed")) => "A row's id",
            (_, Some("customers")) => "A customer's id",
            other => panic!("{other:?} has no words"),
        };
        let parameter = json!({ "name": name, "in": "path", "required": true, "description": says, "schema": { "type": "string" } });
        self.parameters().push(parameter);
        if self.path.starts_with("/v1/") {
            self.add_codes(&["invalid"]);
        }
    }

    /// More than fits into a line.
    pub fn says(mut self, description: &str) -> Self {
        self.described.insert("description".into(), description.into());
        self
    }

    pub fn query<T: IntoParams>(mut self, shapes: &Shapes) -> Self {
        self.parameters().extend(shapes.query::<T>());
        self.fails(&["invalid"])
    }

    /// A body of JSON, with examples by name.
    pub fn body<T: ToSchema>(mut self, shapes: &mut Shapes, examples: &[(&str, Value)]) -> Self {
        let examples: Map<String, Value> =
            examples.iter().map(|(name, value)| ((*name).to_owned(), json!({ "value": value }))).collect();
        let content = json!({ "application/json": { "schema": shapes.of::<T>(), "examples": examples } });
        self.described.insert("requestBody".into(), json!({ "required": true, "content": content }));
        self.fails(&codes::OF_BODIES)
    }

    /// An answer of JSON, with an example.
    pub fn answers<T: ToSchema>(self, shapes: &mut Shapes, status: u16, says: &str, example: Value) -> Self {
        let schema = shapes.of::<T>();
        self.answers_as(status, says, json!({ "application/json": { "schema": schema, "example": example } }))
    }

    /// A list of such.
    pub fn answers_list<T: ToSchema>(self, shapes: &mut Shapes, status: u16, says: &str, example: Value) -> Self {
        let schema = json!({ "type": "array", "items": shapes.of::<T>() });
        self.answers_as(status, says, json!({ "application/json": { "schema": schema, "example": example } }))
    }

    pub fn answers_as(mut self, status: u16, says: &str, content: Value) -> Self {
        self.responses().insert(status.to_string(), json!({ "description": says, "content": content }));
        self
    }

    pub fn answers_nothing(mut self, status: u16, says: &str) -> Self {
        self.responses().insert(status.to_string(), json!({ "description": says }));
        self
    }

    /// The codes of errors it may answer with.
    pub fn fails(mut self, words: &[&'static str]) -> Self {
        self.add_codes(words);
        self
    }

    fn add_codes(&mut self, words: &[&'static str]) {
        for word in words {
            let code = codes::code(word);
            let response = self.responses().entry(code.status.to_string()).or_insert_with(|| {
                let schema = json!({ "$ref": "#/components/schemas/Error" });
                json!({ "description": "", "content": { "application/json": { "schema": schema, "examples": {} } } })
            });
            let examples = response["content"]["application/json"]["examples"].as_object_mut().expect("examples");
            let example = json!({ "error": { "code": code.word, "message": code.means } });
            let example = json!({ "summary": code.means, "value": example });
            if examples.insert(code.word.to_owned(), example).is_none() {
                let before = response["description"].as_str().unwrap_or_default();
                let between = if before.is_empty() { "" } else { " " };
                response["description"] = format!("{before}{between}`{}`: {}", code.word, code.means).into();
            }
        }
    }

    fn responses(&mut self) -> &mut Map<String, Value> {
        self.described["responses"].as_object_mut().expect("responses")
    }

    fn parameters(&mut self) -> &mut Vec<Value> {
        self.described["parameters"].as_array_mut().expect("parameters")
    }
}
