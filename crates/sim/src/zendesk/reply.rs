//! Answers and errors, as Zendesk's conventions have them (zendesk.md, Requests).

use axum::{
    body::Body,
    http::{HeaderName, HeaderValue, StatusCode, header},
    response::Response,
};
use serde_json::{Map, Value, json};

/// An answer before it is sent.
#[derive(Debug, Clone)]
pub(crate) struct Reply {
    pub status: u16,
    pub headers: Vec<(String, String)>,
    pub body: Said,
}

#[derive(Debug, Clone)]
pub(crate) enum Said {
    Json(Value),
    Html(String),
    Nothing,
}

impl Reply {
    pub fn json(status: u16, body: Value) -> Self {
        Self { status, headers: Vec::new(), body: Said::Json(body) }
    }

    pub fn ok(body: Value) -> Self {
        Self::json(200, body)
    }

    pub fn created(location: &str, body: Value) -> Self {
        Self::json(201, body).with("Location", location)
    }

    pub fn empty(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Said::Nothing }
    }

    pub fn html(status: u16, page: impl Into<String>) -> Self {
        Self { status, headers: Vec::new(), body: Said::Html(page.into()) }
    }

    /// A page as gateways make them.
    pub fn error_page(status: u16) -> Self {
        let name = StatusCode::from_u16(status).map(|s| s.to_string()).unwrap_or_default();
        Self::html(status, format!("<html><head><title>{name}</title></head><body><h1>{name}</h1></body></html>"))
    }

    pub fn with(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    pub fn error(status: u16, error: &str, description: &str) -> Self {
        Self::json(status, json!({ "error": error, "description": description }))
    }

    pub fn not_found() -> Self {
        Self::error(404, "RecordNotFound", "Not found")
    }

    pub fn forbidden(why: &str) -> Self {
        Self::error(403, "Forbidden", why)
    }

    pub fn bad(error: &str, description: &str) -> Self {
        Self::error(400, error, description)
    }

    /// 422, with what is wrong with which field.
    pub fn invalid(field: &str, description: &str, error: &str) -> Self {
        Self::invalids(vec![(field.to_owned(), description.to_owned(), error.to_owned())])
    }

    pub fn invalids(of: Vec<(String, String, String)>) -> Self {
        let mut details = Map::new();
        for (field, description, error) in of {
            let list = details.entry(field).or_insert_with(|| json!([]));
            if let Some(list) = list.as_array_mut() {
                list.push(json!({ "description": description, "error": error }));
            }
        }
        let body = json!({ "error": "RecordInvalid", "description": "Record validation errors", "details": details });
        Self::json(422, body)
    }

    /// The bytes of its body.
    pub fn text(&self) -> String {
        match &self.body {
            Said::Json(value) => value.to_string(),
            Said::Html(page) => page.clone(),
            Said::Nothing => String::new(),
        }
    }

    pub fn respond(self) -> Response {
        let text = self.text();
        let kind = match self.body {
            Said::Json(_) | Said::Nothing => "application/json; charset=utf-8",
            Said::Html(_) => "text/html; charset=utf-8",
        };
        let mut response = Response::new(Body::from(text));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
        for (name, value) in self.headers {
            if let (Ok(name), Ok(value)) = (HeaderName::try_from(name), HeaderValue::try_from(value)) {
                response.headers_mut().append(name, value);
            }
        }
        response
    }
}
