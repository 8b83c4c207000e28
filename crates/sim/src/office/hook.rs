//! The program that is told of calls, and believes nobody without a signature.

use super::{MOST, Office};
use axum::{
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use std::{
    sync::Arc,
    time::{SystemTime, UNIX_EPOCH},
};

/// A message older than this is somebody's who kept it.
const TOLERANCE: u64 = 5 * 60;

/// A message that was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    pub id: String,
    /// `call.ended`
    pub of: String,
    pub data: Value,
}

pub(super) async fn take(State(office): State<Arc<Office>>, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let (id, timestamp, signatures) = (header("webhook-id"), header("webhook-timestamp"), header("webhook-signature"));
    if !is_signed(&office.secret, id, timestamp, signatures, &body) {
        return (StatusCode::UNAUTHORIZED, "the signature is wrong\n").into_response();
    }
    let Ok(message) = serde_json::from_slice::<Value>(&body) else {
        return (StatusCode::BAD_REQUEST, "this is no JSON\n").into_response();
    };
    let of = message["type"].as_str().unwrap_or_default().to_owned();
    let told = Told { id: id.to_owned(), of, data: message["data"].clone() };
    office.watched.change(|world| {
        if world.told.len() < MOST && told.of != "test" {
            world.told.push(told);
        }
    });
    StatusCode::NO_CONTENT.into_response()
}

/// By the specification: any of the signatures, over `id.timestamp.body`, and a moment that is about now.
fn is_signed(secret: &str, id: &str, timestamp: &str, signatures: &str, body: &[u8]) -> bool {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let is_of_now = timestamp.parse::<u64>().is_ok_and(|sent| sent.abs_diff(now) <= TOLERANCE);
    let key = BASE64_STANDARD.decode(secret.trim_start_matches("whsec_")).unwrap_or_default();
    let Ok(mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(&key) else { return false };
    let is_right = |signature: &str| {
        let Some(signature) = signature.strip_prefix("v1,") else { return false };
        let Ok(signature) = BASE64_STANDARD.decode(signature) else { return false };
        let mut mac = mac.clone();
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        mac.verify_slice(&signature).is_ok()
    };
    is_of_now && !id.is_empty() && signatures.split(' ').any(is_right)
}
