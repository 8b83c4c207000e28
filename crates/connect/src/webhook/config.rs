//! An account's settings, checked.

use super::{
    connector::schema,
    reach,
    sign::{NoSecret, key},
};
use crate::{
    http::address::check_address,
    settings::{AccountError, values::Values},
};
use reqwest::Url;
use ringcard_core::call_log::{CallEntry, TeamEvent};
use secrecy::SecretString;
use std::{collections::BTreeMap, time::Duration};

const LONGEST_TIMEOUT: i64 = 60;
const USUAL_TIMEOUT: i64 = 15;

pub(super) struct Config {
    pub url: Url,
    pub events: Vec<TeamEvent>,
    /// What is told of a call, by the names of its fields; empty: all of it.
    pub fields: Vec<&'static str>,
    /// Whether addresses of private networks may be called.
    pub allow_private: bool,
    pub timeout: Duration,
    secrets: Vec<SecretString>,
    keys: Vec<Vec<u8>>,
}

impl Config {
    pub fn new(
        given: BTreeMap<String, toml::Value>,
        secrets: BTreeMap<String, SecretString>,
    ) -> Result<Self, AccountError> {
        let values = Values::fill("webhook", &schema().settings, given, secrets)?;
        let wrong = |key: &'static str| move |message: String| AccountError::new(key, message);
        let url = check_address(values.text("url").unwrap_or_default(), values.flag("allow_http"));
        let url = url.map_err(wrong("url"))?;
        let allow_private = values.flag("allow_private");
        if !allow_private {
            reach::check(&url).map_err(wrong("url"))?;
        }
        let timeout = match values.number("timeout_seconds").unwrap_or(USUAL_TIMEOUT) {
            seconds @ 1..=LONGEST_TIMEOUT => Duration::from_secs(u64::try_from(seconds).unwrap_or(1)),
            _ => {
                let message = format!("the time to wait for an answer is 1 to {LONGEST_TIMEOUT} seconds");
                return Err(AccountError::new("timeout_seconds", message));
            }
        };
        let (mut secrets, mut keys) = (Vec::new(), Vec::new());
        for name in ["secret", "old_secret"] {
            let Some(secret) = values.secret(name) else { continue };
            keys.push(key(secret).map_err(|no: NoSecret| AccountError::new(name, no.to_string()))?);
            secrets.push(secret.clone());
        }
        Ok(Self { url, events: events(&values)?, fields: fields(&values)?, allow_private, timeout, secrets, keys })
    }

    pub fn secrets(&self) -> impl Iterator<Item = &SecretString> {
        self.secrets.iter()
    }

    /// The newest first.
    pub fn keys(&self) -> impl Iterator<Item = &[u8]> {
        self.keys.iter().map(Vec::as_slice)
    }
}

/// `call.ended, call.coded`; nothing: all of them.
fn events(values: &Values) -> Result<Vec<TeamEvent>, AccountError> {
    let mut events = named(values.text("events").unwrap_or_default())
        .map(|name| {
            TeamEvent::ALL.into_iter().find(|event| event.word() == name).ok_or_else(|| {
                let all = TeamEvent::ALL.map(TeamEvent::word).join(", ");
                AccountError::new("events", format!("there is no event of this name; there are {all}"))
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    events.sort();
    events.dedup();
    Ok(if events.is_empty() { TeamEvent::ALL.to_vec() } else { events })
}

/// `number, coded`; nothing: all of them. Which call it is of is told in any case.
fn fields(values: &Values) -> Result<Vec<&'static str>, AccountError> {
    let mut fields = named(values.text("fields").unwrap_or_default())
        .map(|name| {
            CallEntry::FIELDS.into_iter().find(|field| *field == name).ok_or_else(|| {
                let all = CallEntry::FIELDS.join(", ");
                AccountError::new("fields", format!("there is no field “{name}”; there are {all}"))
            })
        })
        .collect::<Result<Vec<_>, _>>()?;
    if !fields.is_empty() && !fields.contains(&"call_id") {
        fields.push("call_id");
    }
    Ok(fields)
}

fn named(text: &str) -> impl Iterator<Item = &str> {
    text.split([',', ' ']).map(str::trim).filter(|name| !name.is_empty())
}
