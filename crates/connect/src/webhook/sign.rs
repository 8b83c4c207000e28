//! What is sent, and its signature: Standard Webhooks, version 1 of the symmetric scheme.
//!
//! `webhook-signature` is `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`; several of them, with a space
//! between, while a secret is changed. The secret is `whsec_` and base64.

use base64::{Engine, prelude::BASE64_STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use jiff::tz::TimeZone;
use ringcard_core::{Timestamp, call_log::CallEntry, submission::SubmissionKey};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::Value;
use sha2::Sha256;
use std::{collections::BTreeMap, ops::RangeInclusive};
use thiserror::Error;

/// Bytes of a secret, by the specification.
const LENGTHS: RangeInclusive<usize> = 24..=64;

/// A message; its id is the same in every attempt.
pub(super) struct Message<'m> {
    pub id: &'m SubmissionKey,
    /// `call.ended`
    pub of: &'static str,
    /// When it came about.
    pub at: Timestamp,
    pub data: Option<&'m CallEntry>,
    /// What of it is told; empty: all of it.
    pub fields: &'m [&'static str],
}

#[derive(Serialize)]
struct Body<'m> {
    r#type: &'static str,
    timestamp: String,
    data: Data<'m>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Data<'m> {
    Call(&'m CallEntry),
    /// In the order of their names: the same bytes each time.
    Part(BTreeMap<String, Value>),
    Nothing {},
}

impl Message<'_> {
    /// The same bytes in every attempt.
    pub fn body(&self) -> String {
        let moment = jiff::Timestamp::from_millisecond(self.at.0).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
        let timestamp = moment.to_zoned(TimeZone::UTC).strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
        let data = match self.data {
            None => Data::Nothing {},
            Some(entry) if self.fields.is_empty() => Data::Call(entry),
            Some(entry) => Data::Part(self.part_of(entry)),
        };
        serde_json::to_string(&Body { r#type: self.of, timestamp, data }).expect("BUG: our own words are always JSON")
    }

    fn part_of(&self, entry: &CallEntry) -> BTreeMap<String, Value> {
        match serde_json::to_value(entry) {
            Ok(Value::Object(all)) => {
                all.into_iter().filter(|(name, _)| self.fields.contains(&name.as_str())).collect()
            }
            _ => BTreeMap::new(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error(
    "this is no secret of the Standard Webhooks kind: whsec_ and the base64 of 24 to 64 bytes; make one with \
     echo whsec_$(openssl rand -base64 32)"
)]
pub(super) struct NoSecret;

/// A secret's bytes.
pub(super) fn key(secret: &SecretString) -> Result<Vec<u8>, NoSecret> {
    let text = secret.expose_secret().trim();
    let key = BASE64_STANDARD.decode(text.strip_prefix("whsec_").ok_or(NoSecret)?).map_err(|_| NoSecret)?;
    if LENGTHS.contains(&key.len()) { Ok(key) } else { Err(NoSecret) }
}

/// The value of `webhook-signature` for these keys.
pub(super) fn signature<'k>(keys: impl Iterator<Item = &'k [u8]>, id: &str, seconds: i64, body: &str) -> String {
    let one = |key: &[u8]| {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(key).expect("BUG: HMAC takes a key of any length");
        mac.update(format!("{id}.{seconds}.{body}").as_bytes());
        format!("v1,{}", BASE64_STANDARD.encode(mac.finalize().into_bytes()))
    };
    keys.map(one).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secret(text: &str) -> SecretString {
        SecretString::from(text)
    }

    /// The vector that every library of the scheme is tested with.
    #[test]
    fn a_message_is_signed_as_the_specification_says() {
        let key = key(&secret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).expect("a secret");
        let signed = signature(
            [key.as_slice()].into_iter(),
            "msg_p5jXN8AQM9LWM0D4loKWxJek",
            1_614_265_330,
            r#"{"test": 2432232314}"#,
        );
        assert_eq!(signed, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn while_a_secret_is_changed_a_message_is_signed_with_both() {
        let signed = signature([b"old".as_slice(), b"new"].into_iter(), "msg_1", 1, "{}");
        let signatures: Vec<&str> = signed.split(' ').collect();
        assert_eq!(signatures.len(), 2);
        assert!(signatures.iter().all(|one| one.starts_with("v1,")) && signatures[0] != signatures[1]);
    }

    #[test]
    fn what_is_no_secret_of_the_scheme_is_refused() {
        for wrong in ["", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_", "whsec_short", "whsec_!!!!"] {
            assert_eq!(key(&secret(wrong)), Err(NoSecret), "{wrong}");
        }
        assert_eq!(key(&secret(" whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n")).expect("one").len(), 24);
    }
}
