//! The simulated VIPeX: click-to-call as its vendor describes it, with names of our own (vipex.md, Basics: theirs come on request).
//!
//! User and password (or a key), the extension and the number come with the request, in its URL as a rule
//! (vipex.md, Click-to-call). An error message says that nothing was started; no error message, that it was.

use crate::{
    config::{ErrorFormat, StartedAnswer},
    exchange::{Dial, Exchange},
    journal::System,
    server::{Answer, Request, text},
};
use axum::{
    Json,
    http::{Method, StatusCode},
    response::{IntoResponse, Response},
};
use serde_json::json;
use std::sync::Arc;

/// Why a call is not started.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Refusal {
    Authentication,
    Method,
    Missing(String),
    UnknownExtension,
    BadNumber,
    NoLine,
    UnknownRecording,
    /// What the misbehaviour says.
    Told(String),
}

impl Refusal {
    pub fn message(&self) -> String {
        match self {
            Self::Authentication => "authentication failed".into(),
            Self::Method => "method not allowed".into(),
            Self::Missing(name) => format!("missing parameter: {name}"),
            Self::UnknownExtension => "unknown extension".into(),
            Self::BadNumber => "invalid number".into(),
            Self::NoLine => "all lines are busy".into(),
            Self::UnknownRecording => "the recording id cannot be decoded".into(),
            Self::Told(message) => message.clone(),
        }
    }

    fn status(&self) -> StatusCode {
        match self {
            Self::Authentication => StatusCode::UNAUTHORIZED,
            Self::Method => StatusCode::METHOD_NOT_ALLOWED,
            Self::UnknownExtension => StatusCode::NOT_FOUND,
            Self::Missing(_) | Self::BadNumber | Self::UnknownRecording | Self::Told(_) => StatusCode::BAD_REQUEST,
            Self::NoLine => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// An error message, in the way set.
pub(crate) fn refuse(exchange: &Exchange, refusal: &Refusal) -> Response {
    let style = exchange.config.vipex.errors;
    let status = if style.with_status_200 { StatusCode::OK } else { refusal.status() };
    match style.format {
        ErrorFormat::Text => text(status, format!("ERROR: {}", refusal.message())),
        ErrorFormat::Json => (status, Json(json!({ "error": refusal.message() }))).into_response(),
    }
}

/// Click-to-call.
pub(crate) fn answer(exchange: &Arc<Exchange>, request: &Request) -> Answer {
    let dial = match understand(exchange, request) {
        Ok(dial) => dial,
        Err(refusal) => return refuse(exchange, &refusal).into(),
    };
    let Ok(call) = exchange.call_out(dial) else {
        return refuse(exchange, &Refusal::NoLine).into();
    };
    let response = match exchange.config.vipex.started {
        StartedAnswer::Empty => StatusCode::OK.into_response(),
        StartedAnswer::Text => text(StatusCode::OK, "OK".into()),
        StartedAnswer::Json => Json(json!({ "status": "started" })).into_response(),
        StartedAnswer::JsonWithCallId => Json(json!({ "status": "started", "callid": call.id })).into_response(),
    };
    Answer { response, call: Some(call.no) }
}

fn understand(exchange: &Exchange, request: &Request) -> Result<Dial, Refusal> {
    let names = &exchange.config.vipex.names;
    if request.method != Method::GET && request.method != Method::POST {
        return Err(Refusal::Method);
    }
    if !is_allowed(exchange, request) {
        return Err(Refusal::Authentication);
    }
    let parameter = |name: &String| request.parameter(name).ok_or_else(|| Refusal::Missing(name.clone()));
    let extension = parameter(&names.extension)?;
    let number = parameter(&names.number)?;
    if !exchange.config.extensions.iter().any(|e| e == extension) {
        return Err(Refusal::UnknownExtension);
    }
    if !is_dialable(number) || number == extension {
        return Err(Refusal::BadNumber);
    }
    Ok(Dial {
        via: System::Vipex,
        extension: extension.to_owned(),
        number: number.to_owned(),
        tells_agent_leg: true,
        dialplan_leads_on: true,
        ring_for: exchange.config.ring_for,
    })
}

/// User and password, or the key: as parameters, which is what the vendor advises (vipex.md, Basics), or in headers.
pub(crate) fn is_allowed(exchange: &Exchange, request: &Request) -> bool {
    let vipex = &exchange.config.vipex;
    let user = request.parameter(&vipex.names.user);
    let password = request.parameter(&vipex.names.password);
    if user == Some(vipex.user.as_str()) && password == Some(vipex.password.as_str()) {
        return true;
    }
    if request.is_basic(&vipex.user, &vipex.password) {
        return true;
    }
    let bearer = request.header("authorization").and_then(|v| v.strip_prefix("Bearer "));
    let keys = [request.parameter(&vipex.names.api_key), request.header("x-api-key"), bearer];
    vipex.api_key.as_deref().is_some_and(|key| keys.contains(&Some(key)))
}

/// What a dial pad can send: digits, with a plus in front if it must be.
fn is_dialable(number: &str) -> bool {
    let digits = number.strip_prefix('+').unwrap_or(number);
    (2..=20).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit() || b == b'*' || b == b'#')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_a_dial_pad_can_send_is_dialled() {
        for good in ["+36301234567", "06301234567", "102", "*43#"] {
            assert!(is_dialable(good), "{good}");
        }
        for bad in ["", "1", "+", "tel:+361", "06 30 123", "call me", "123456789012345678901"] {
            assert!(!is_dialable(bad), "{bad}");
        }
    }
}
