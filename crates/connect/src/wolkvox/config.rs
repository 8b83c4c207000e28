//! What an administrator fills in, checked.

use super::connector::schema;
use crate::{
    http::address::check_address,
    settings::{AccountError, values::Values},
};
use jiff::tz::TimeZone;
use reqwest::Url;
use ringcard_core::number::{DialFormat, DialStyle};
use secrecy::SecretString;
use std::{collections::BTreeMap, fmt, time::Duration};

/// Longer waits are nobody's wish: wolkvox itself gives up after 60 s (wolkvox.md, Limits).
const LONGEST_TIMEOUT: i64 = 120;
/// More licences than any operation has.
const MOST_LICENCES: i64 = 100_000;
/// One licence allows so many requests a day (wolkvox.md, Limits).
const REQUESTS_A_LICENCE: u32 = 1000;

/// Everything an account was given. `Debug` shows no secret.
#[derive(Clone)]
pub(super) struct Config {
    /// `https://wv0010.wolkvox.com`; no path at its end.
    pub base: Url,
    /// The server's code, for the header the vendor's samples send (wolkvox.md, Requests).
    pub server: Option<String>,
    pub token: SecretString,
    /// The day's allowance; absent: not counted.
    pub per_day: Option<u32>,
    pub reserved_percent: u8,
    pub zone_name: String,
    pub zone: TimeZone,
    /// 1 or 2 (wolkvox.md, Limits).
    pub at_once: u32,
    /// Whether the operation uses a second code (wolkvox.md, Campaigns).
    pub second_code: bool,
    pub record_numbers: NumberForm,
    pub dial: DialFormat,
    /// `opt1` to `opt12`: where our key goes in records we add.
    pub key_field: Option<String>,
    pub local: Option<LocalAgent>,
    pub timeout: Duration,
}

/// How the campaigns keep numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NumberForm {
    Any,
    National,
    Digits,
    E164,
    Dialled,
}

/// wolkvox Agent on this very machine (wolkvox.md, The agent's own machine).
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LocalAgent {
    pub port: u16,
    /// Who sits here: nobody else's acts go there.
    pub agent_id: String,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Config({}, {} at once)", self.base.host_str().unwrap_or("?"), self.at_once)
    }
}

impl Config {
    pub fn new(
        given: BTreeMap<String, toml::Value>,
        secrets: BTreeMap<String, SecretString>,
    ) -> Result<Self, AccountError> {
        let values = Values::fill("wolkvox", &schema().settings, given, secrets)?;
        let server = values.text("server").map(server_code).transpose()?;
        let Some(token) = values.secret("token").cloned() else {
            return Err(AccountError::new("token", "this is missing: store the wolkvox-token"));
        };
        let zone_name = values.text("time_zone").unwrap_or("America/Bogota").to_owned();
        let zone = TimeZone::get(&zone_name).map_err(|_| {
            AccountError::new("time_zone", "there is no such time zone: give one such as `America/Bogota`")
        })?;
        let licences = between(&values, "licences", 1..=MOST_LICENCES)?;
        Ok(Self {
            base: base(values.text("api_url"), server.as_deref())?,
            server,
            token,
            per_day: licences.map(|licences| to_u32(licences).saturating_mul(REQUESTS_A_LICENCE)),
            reserved_percent: u8::try_from(between(&values, "reserved_percent", 0..=90)?.unwrap_or(10)).unwrap_or(10),
            zone_name,
            zone,
            at_once: to_u32(between(&values, "at_once", 1..=2)?.unwrap_or(1)),
            second_code: values.flag("second_code"),
            record_numbers: match values.text("record_numbers") {
                Some("national") => NumberForm::National,
                Some("digits") => NumberForm::Digits,
                Some("e164") => NumberForm::E164,
                Some("dialled") => NumberForm::Dialled,
                _ => NumberForm::Any,
            },
            dial: dial_format(&values)?,
            key_field: key_field(&values)?,
            local: local_agent(&values)?,
            timeout: Duration::from_secs(u64::from(to_u32(
                between(&values, "timeout_seconds", 1..=LONGEST_TIMEOUT)?.unwrap_or(65),
            ))),
        })
    }
}

fn to_u32(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn between(values: &Values, key: &str, range: std::ops::RangeInclusive<i64>) -> Result<Option<i64>, AccountError> {
    match values.number(key) {
        Some(number) if !range.contains(&number) => {
            let message = format!("give a number from {} to {}", range.start(), range.end());
            Err(AccountError::new(key, message))
        }
        number => Ok(number),
    }
}

/// `0010`, `wv0010` and `wv0010.wolkvox.com` are the same.
fn server_code(text: &str) -> Result<String, AccountError> {
    let text = text.to_ascii_lowercase();
    let code = text.trim_start_matches("https://").trim_end_matches('/').trim_end_matches(".wolkvox.com");
    let code = code.trim_start_matches("wv");
    match (1..=8).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit()) {
        true => Ok(code.to_owned()),
        false => Err(AccountError::new("server", "give the four digits of the operation's server, such as `0010`")),
    }
}

fn base(api_url: Option<&str>, server: Option<&str>) -> Result<Url, AccountError> {
    let (key, text) = match (api_url, server) {
        // The paths are ours to add, whether they were given or not.
        (Some(url), _) => ("api_url", url.trim_end_matches('/').trim_end_matches("/api/v2").to_owned()),
        (None, Some(code)) => ("server", format!("https://wv{code}.wolkvox.com")),
        (None, None) => return Err(AccountError::new("server", "this is missing: give “Server of the operation”")),
    };
    check_address(&text, false).map_err(|message| AccountError::new(key, message))
}

fn dial_format(values: &Values) -> Result<DialFormat, AccountError> {
    let style = match values.text("number_style") {
        Some("e164") => DialStyle::E164,
        Some("digits") => DialStyle::Digits,
        Some("international00") => DialStyle::International00,
        _ => DialStyle::National,
    };
    let outside_prefix = values.text("outside_prefix").map(str::to_owned);
    if let Some(prefix) = &outside_prefix
        && (prefix.len() > 8 || !prefix.bytes().all(|b| b.is_ascii_digit() || b == b'*' || b == b'#'))
    {
        return Err(AccountError::new("outside_prefix", "the prefix has at most 8 digits, `*` or `#`"));
    }
    Ok(DialFormat { style, outside_prefix, keep_last: None })
}

fn key_field(values: &Values) -> Result<Option<String>, AccountError> {
    let Some(field) = values.text("key_field") else { return Ok(None) };
    let number = field.strip_prefix("opt").and_then(|number| number.parse::<u8>().ok());
    match number {
        Some(1..=12) => Ok(Some(field.to_owned())),
        _ => Err(AccountError::new("key_field", "give one of `opt1` to `opt12`, or leave it empty")),
    }
}

fn local_agent(values: &Values) -> Result<Option<LocalAgent>, AccountError> {
    let port = between(values, "local_agent_port", 1..=65535)?.and_then(|port| u16::try_from(port).ok());
    let Some(port) = port else { return Ok(None) };
    match values.text("local_agent_id") {
        Some(id) if id.len() <= 20 => Ok(Some(LocalAgent { port, agent_id: id.to_owned() })),
        _ => Err(AccountError::new(
            "local_agent_id",
            "say whose wolkvox Agent runs on this machine: without it, another agent's act would be done here",
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(given: &[(&str, &str)]) -> Result<Config, AccountError> {
        let given = given.iter().map(|(key, value)| ((*key).to_owned(), toml::Value::from(*value))).collect();
        Config::new(given, BTreeMap::from([("token".to_owned(), SecretString::from("t0ken"))]))
    }

    #[test]
    fn a_server_is_an_address_however_it_is_written() {
        for server in ["0010", "wv0010", "WV0010.wolkvox.com", "https://wv0010.wolkvox.com/"] {
            let config = config(&[("server", server)]).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(config.base.as_str(), "https://wv0010.wolkvox.com/");
            assert_eq!(config.server.as_deref(), Some("0010"));
        }
    }

    #[test]
    fn what_cannot_work_is_said_with_its_key() {
        let cases: [(&[(&str, &str)], &str); 11] = [
            (&[], "server"),
            (&[("server", "evil.example")], "server"),
            (&[("api_url", "http://pbx.example")], "api_url"),
            (&[("server", "1"), ("at_once", "3")], "at_once"),
            (&[("server", "1"), ("licences", "0")], "licences"),
            (&[("server", "1"), ("time_zone", "Bogota")], "time_zone"),
            (&[("server", "1"), ("timeout_seconds", "0")], "timeout_seconds"),
            (&[("server", "1"), ("key_field", "opt13")], "key_field"),
            (&[("server", "1"), ("local_agent_port", "8080")], "local_agent_id"),
            (&[("server", "1"), ("local_agent_port", "70000")], "local_agent_port"),
            (&[("server", "1"), ("outside_prefix", "9x")], "outside_prefix"),
        ];
        for (given, key) in cases {
            assert_eq!(config(given).map(|_| ()).expect_err("refused").key, key, "{given:?}");
        }
        let none = Config::new(BTreeMap::from([("server".to_owned(), "1".into())]), BTreeMap::new());
        assert_eq!(none.map(|_| ()).expect_err("refused").key, "token");
    }

    #[test]
    fn what_is_left_out_has_a_careful_default() {
        let config = config(&[("server", "0010"), ("licences", "7"), ("agent_states", "1=Lunch; 2")]);
        let config = config.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((config.at_once, config.per_day, config.second_code), (1, Some(7000), false));
        assert_eq!(config.timeout, Duration::from_secs(65));
        assert!(!format!("{config:?}").contains("t0ken"));
    }

    #[test]
    fn every_setting_has_words_in_every_language() {
        for setting in &schema().settings {
            for language in ["en", "es", "hu"] {
                assert!(!setting.label.in_language(language).is_empty(), "{}: {language}", setting.key);
            }
        }
    }
}
