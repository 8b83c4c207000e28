//! The envelope `{code, error, msg, data}` (wolkvox.md, Requests) and the errors (wolkvox.md, Errors).

use super::style::{CodeKind, EmptyStyle, Style};
use axum::{
    http::{StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Map, Value, json};

/// What the simulated wolkvox wants to say, before a style is applied.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub code: u16,
    kind: CodeKind,
    error: Option<&'static str>,
    msg: String,
    data: Option<Value>,
    /// Whether `data` is documented as rows.
    rows: bool,
}

impl Reply {
    /// `"200"` and a sentence, as agentbox says it (wolkvox.md, Requests).
    pub fn done(msg: impl Into<String>) -> Self {
        Self { code: 200, kind: CodeKind::Text, error: None, msg: msg.into(), data: None, rows: false }
    }

    /// `202`, as codify says it (wolkvox.md, Requests).
    pub fn accepted(msg: impl Into<String>) -> Self {
        Self { code: 202, kind: CodeKind::Number, ..Self::done(msg) }
    }

    /// `"201"`, as add_record says it (wolkvox.md, Requests).
    pub fn added(total: usize) -> Self {
        Self { code: 201, rows: true, ..Self::done("All records has been added successfully") }
            .with(json!([{ "total_registers": total.to_string() }]))
    }

    pub fn with(self, data: Value) -> Self {
        Self { data: Some(data), ..self }
    }

    /// Rows found; none are a 404 or an empty list (wolkvox.md, Errors).
    pub fn found(rows: Vec<Value>, kind: CodeKind, style: Style) -> Self {
        if rows.is_empty() && style.empty == EmptyStyle::NotFound {
            return Self { error: Some("NOT FOUND"), ..Self::said(404, "NO RECORDS WERE FOUND") };
        }
        let msg = format!("{} records were found", rows.len());
        Self { code: 200, kind, error: None, msg, data: Some(Value::Array(rows)), rows: true }
    }

    /// wolkvox.md, Errors.
    pub fn no_such_api() -> Self {
        Self::bad("THE API YOU WANT TO CONSULT DOES NOT EXIST")
    }

    /// wolkvox.md, Errors.
    pub fn missing() -> Self {
        Self::bad("SOME PARAMETERS ARE REQUIRED")
    }

    pub fn bad(msg: impl Into<String>) -> Self {
        Self { error: Some("BAD REQUEST"), ..Self::said(400, msg) }
    }

    /// wolkvox.md, Errors.
    pub fn unauthorized() -> Self {
        Self { error: Some("UNAUTHORIZED"), ..Self::said(401, "PLEASE ENTER THE WOLKVOX-TOKEN") }
    }

    pub fn forbidden(msg: impl Into<String>) -> Self {
        Self { error: Some("FORBIDDEN"), ..Self::said(403, msg) }
    }

    /// Any status, as told.
    pub fn said(code: u16, msg: impl Into<String>) -> Self {
        let error = match code {
            400 => "BAD REQUEST",
            401 => "UNAUTHORIZED",
            403 => "FORBIDDEN",
            404 => "NOT FOUND",
            _ => "ERROR",
        };
        let error = (code >= 300).then_some(error);
        Self { code, kind: CodeKind::Number, error, msg: msg.into(), data: None, rows: false }
    }

    pub fn is_success(&self) -> bool {
        self.code < 300
    }

    /// The status and the body, in this style.
    pub fn render(self, style: Style) -> (u16, String) {
        let mut envelope = Map::new();
        envelope.insert("code".into(), style.code(self.code, self.kind));
        envelope.insert("error".into(), self.error.map_or(Value::Null, Value::from));
        envelope.insert("msg".into(), Value::from(self.msg));
        if let Some(data) = self.data {
            envelope.insert("data".into(), style.data(data, self.rows));
        }
        (style.status(self.code), Value::Object(envelope).to_string())
    }
}

/// A body of JSON with this status.
pub(crate) fn json_response(status: u16, body: String) -> Response {
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    (status, [(header::CONTENT_TYPE, "application/json")], body).into_response()
}
