//! The simulated Asterisk: as much of its REST interface as click-to-call needs.
//!
//! Answers are those of the interface's published description (`rest-api/api-docs/channels.json`) and of what Asterisk
//! itself does (`res_ari.c`, `resource_channels.c`): errors are `{"message": …}`, except that a channel which cannot be
//! made answers 500 `{"error": "Allocation failed"}`.

use crate::{
    call::{CallView, Direction, Phase},
    clock,
    course::What,
    exchange::{Dial, Exchange},
    journal::{System, first},
    pairs,
    recordings::{self, Giving},
    server::{Answer, Request},
    vipex::Refusal,
};
use axum::{
    Json,
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};

/// *Timeout (in seconds) before giving up dialing, or -1 for no timeout*; without it 30.
const RINGS_FOR: u64 = 30;
/// No timeout, which is still bounded here.
const RINGS_ON: u64 = 600;
/// `AST_MAX_PUBLIC_UNIQUEID`
const LONGEST_ID: usize = 149;

pub(crate) fn refuse(refusal: &Refusal) -> Response {
    match refusal {
        Refusal::Authentication => unauthorized(),
        // What an endpoint that does not exist comes to: its channel cannot be made.
        Refusal::UnknownExtension => allocation_failed(),
        other => error(StatusCode::BAD_REQUEST, &other.message()),
    }
}

pub(crate) fn answer(exchange: &Arc<Exchange>, request: &Request) -> Answer {
    if !is_allowed(exchange, request) {
        return unauthorized().into();
    }
    if request.path.ends_with('/') {
        return error(StatusCode::NOT_FOUND, "ARI URLs do not end with a slash.").into();
    }
    let path: Vec<&str> = request.path.split('/').skip(2).collect();
    let method = &request.method;
    match path.as_slice() {
        ["asterisk", "info"] if method == Method::GET => Json(info()).into_response().into(),
        ["asterisk", "ping"] if method == Method::GET => Json(ping()).into_response().into(),
        ["channels"] if method == Method::GET => Json(channels(exchange)).into_response().into(),
        ["channels"] if method == Method::POST => originate(exchange, request, None),
        ["channels", id] if method == Method::GET => match find(exchange, id) {
            Some(call) => Json(channel(&call)).into_response().into(),
            None => error(StatusCode::NOT_FOUND, "Channel not found").into(),
        },
        ["channels", id] if method == Method::POST => originate(exchange, request, Some(id)),
        ["channels", id] if method == Method::DELETE => hang_up(exchange, id).into(),
        ["recordings", "stored", name, "file"] if method == Method::GET => {
            match recordings::find(exchange, &pairs::decode_path(name)) {
                Some((_, are)) if are.giving == Giving::Gone => error(StatusCode::NOT_FOUND, "Recording not found"),
                Some((audio, are)) => are.giving.answer(&audio, are.coding),
                None => error(StatusCode::NOT_FOUND, "Recording not found"),
            }
            .into()
        }
        ["asterisk", "info" | "ping"] | ["channels"] | ["channels", _] => {
            error(StatusCode::METHOD_NOT_ALLOWED, "Invalid method").into()
        }
        _ => error(StatusCode::NOT_FOUND, "Resource not found").into(),
    }
}

/// Basic authentication first; without it `api_key=user:password`.
fn is_allowed(exchange: &Exchange, request: &Request) -> bool {
    let (user, password) = (&exchange.config.ari.user, &exchange.config.ari.password);
    match request.header("authorization") {
        Some(header) if header.starts_with("Basic ") => request.is_basic(user, password),
        _ => request.parameter("api_key") == Some(format!("{user}:{password}").as_str()),
    }
}

fn error(status: StatusCode, message: &str) -> Response {
    (status, Json(json!({ "message": message }))).into_response()
}

fn unauthorized() -> Response {
    let challenge = [(header::WWW_AUTHENTICATE, "Basic realm=\"Asterisk REST Interface\"")];
    (StatusCode::UNAUTHORIZED, challenge, Json(json!({ "message": "Authentication required" }))).into_response()
}

fn allocation_failed() -> Response {
    (StatusCode::INTERNAL_SERVER_ERROR, Json(json!({ "error": "Allocation failed" }))).into_response()
}

/// Rings an endpoint; when it answers, it is sent into the dialplan, which dials `extension`.
fn originate(exchange: &Arc<Exchange>, request: &Request, id: Option<&str>) -> Answer {
    // The parameters of the body's JSON count like those of the query.
    let parameter = |name: &str| first(&request.parameters, name).filter(|v| !v.is_empty());
    let bad = |message: &str| Answer::from(error(StatusCode::BAD_REQUEST, message));

    if let Some(variables) = request.json().as_ref().and_then(|body| body.get("variables")) {
        let strings = variables.as_object().is_some_and(|v| v.values().all(Value::is_string));
        if !strings {
            return bad("Only string values in the 'variables' object allowed");
        }
    }
    if id.or_else(|| parameter("channelId")).is_some_and(|id| id.len() > LONGEST_ID) {
        return bad("Uniqueid length exceeds maximum of 149");
    }
    let Some(endpoint) = parameter("endpoint") else {
        return bad("Endpoint must be specified");
    };
    let Some((technology, device)) = endpoint.split_once('/').filter(|(t, d)| !t.is_empty() && !d.is_empty()) else {
        return bad("Invalid endpoint specified");
    };
    if parameter("app").is_some() {
        // It would want an application on a WebSocket, which is not simulated.
        return error(StatusCode::NOT_FOUND, "Application not found").into();
    }
    let Some(number) = parameter("extension") else {
        return bad("Application or extension must be specified");
    };
    let Some(phone) = phone(exchange, technology, device) else {
        return allocation_failed().into();
    };
    let context = parameter("context").unwrap_or("default");
    let ring_for = match parameter("timeout").map(str::parse::<i64>) {
        None | Some(Ok(0)) | Some(Err(_)) => RINGS_FOR,
        Some(Ok(seconds)) => u64::try_from(seconds).map_or(RINGS_ON, |s| s.min(RINGS_ON)),
    };
    let started = exchange.call_out(Dial {
        via: System::Asterisk,
        extension: phone,
        number: number.to_owned(),
        // A plain endpoint rings outside the dialplan, which therefore cannot tell; `Local/…` runs inside it.
        tells_agent_leg: technology.eq_ignore_ascii_case("local"),
        dialplan_leads_on: exchange.config.ari.contexts.iter().any(|c| c == context),
        ring_for: Duration::from_secs(ring_for),
    });
    match started {
        Ok(call) => {
            let mut snapshot = channel(&call);
            // *The new channel is created immediately and a snapshot of it returned*: before it rings.
            snapshot["state"] = "Down".into();
            snapshot["dialplan"]["context"] = context.into();
            if let Some(caller) = parameter("callerId") {
                snapshot["caller"] = caller_id(caller);
            }
            Answer { response: Json(snapshot).into_response(), call: Some(call.no) }
        }
        Err(_) => allocation_failed().into(),
    }
}

/// The extension behind `PJSIP/101`, `SIP/101` or `Local/101@context/n`.
fn phone(exchange: &Exchange, technology: &str, device: &str) -> Option<String> {
    let known = ["pjsip", "sip", "local"].iter().any(|t| technology.eq_ignore_ascii_case(t));
    let name = device.split(['@', '/']).next().unwrap_or_default();
    (known && exchange.config.extensions.iter().any(|e| e == name)).then(|| name.to_owned())
}

/// `"Name" <number>`, or one of the two.
fn caller_id(text: &str) -> Value {
    match text.split_once('<') {
        Some((name, number)) => {
            json!({ "name": name.trim().trim_matches('"'), "number": number.trim_end_matches('>').trim() })
        }
        None => json!({ "name": "", "number": text.trim() }),
    }
}

fn hang_up(exchange: &Arc<Exchange>, id: &str) -> Response {
    match find(exchange, id) {
        Some(call) => {
            let (no, handle) = (call.no, exchange.clone());
            exchange.spawn(async move {
                // It may have ended by itself meanwhile, which is what was wanted.
                let _ = handle.order(no, What::HangUp).await;
            });
            StatusCode::NO_CONTENT.into_response()
        }
        None => error(StatusCode::NOT_FOUND, "Channel not found"),
    }
}

fn live(call: &CallView) -> bool {
    call.via == System::Asterisk && !call.is_over()
}

fn find(exchange: &Exchange, id: &str) -> Option<CallView> {
    exchange.look(|world| world.calls().find(|c| live(c) && c.id == id).cloned())
}

fn channels(exchange: &Exchange) -> Vec<Value> {
    exchange.look(|world| world.calls().filter(|c| live(c)).map(channel).collect())
}

fn channel(call: &CallView) -> Value {
    let extension = call.extensions.first().map(String::as_str).unwrap_or_default();
    let state = match call.phase {
        Phase::Ringing | Phase::AgentRinging => "Ringing",
        Phase::CustomerRinging | Phase::Talking => "Up",
        Phase::Over => "Down",
    };
    let (number, connected) = match call.direction {
        Direction::Outbound => (extension, call.called.as_str()),
        Direction::Inbound => (call.caller.as_str(), extension),
    };
    json!({
        "id": call.id,
        "name": format!("PJSIP/{extension}-{:08x}", call.no),
        "state": state,
        "protocol_id": "",
        "caller": { "name": "", "number": number },
        "connected": { "name": "", "number": connected },
        "accountcode": "",
        "dialplan": { "context": "default", "exten": call.called, "priority": 1, "app_name": "", "app_data": "" },
        "creationtime": format!("{}.{:03}+0000", clock::utc(call.started), call.started % 1000),
        "language": "en",
    })
}

fn info() -> Value {
    json!({
        "system": { "version": "22.0.0-simulated", "entity_id": "02:00:00:00:00:01" },
        "config": { "name": "simulated", "default_language": "en", "setid": { "user": "", "group": "" } },
    })
}

fn ping() -> Value {
    json!({ "asterisk_id": "02:00:00:00:00:01", "ping": "pong", "timestamp": clock::utc(clock::now()) + "+0000" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn caller_ids_are_taken_apart() {
        assert_eq!(caller_id("\"Ana Kiss\" <101>"), json!({ "name": "Ana Kiss", "number": "101" }));
        assert_eq!(caller_id("Ana <+36 1>"), json!({ "name": "Ana", "number": "+36 1" }));
        assert_eq!(caller_id("+3612345678"), json!({ "name": "", "number": "+3612345678" }));
    }
}
