//! What an administrator fills in, checked.

use super::{connector::schema, writes::Writing};
use crate::{
    Pacing,
    http::address::check_address,
    settings::{AccountError, values::Values},
};
use jiff::tz::TimeZone;
use reqwest::Url;
use secrecy::SecretString;
use std::{collections::BTreeMap, fmt, ops::RangeInclusive, time::Duration};

/// Nobody waits longer for a CRM.
const LONGEST_TIMEOUT: i64 = 120;
/// The ceiling of any Zendesk account, a minute (zendesk.md, Limits).
const MOST_A_MINUTE: i64 = 100_000;
/// More than any account may be asked in a day at that rate.
const MOST_A_DAY: i64 = 144_000_000;
/// Custom fields that are searched, one request each.
const MOST_PHONE_FIELDS: usize = 8;

/// Everything an account was given. `Debug` shows no secret.
#[derive(Clone)]
pub(super) struct Config {
    /// `https://acme.zendesk.com/`; no path at its end.
    pub base: Url,
    pub sign_in: SignInBy,
    /// Keys of user fields with telephone numbers.
    pub phone_fields: Vec<String>,
    /// Whether the plan has Talk Partner Edition; absent: it is found out.
    pub talk_partner: Option<bool>,
    /// Of the Zendesk app that call records name.
    pub app_id: Option<i64>,
    pub writing: Writing,
    /// The id of the form that new tickets have; absent: the account's default.
    pub ticket_form: Option<String>,
    /// Whether a number that an agent says is a customer's is added there.
    pub add_numbers: bool,
    /// Whether agents choose a ticket after a call.
    pub ask_ticket: bool,
    pub per_minute: u32,
    pub per_day: Option<u32>,
    pub share_percent: u8,
    pub reserved_percent: u8,
    /// How what may wait is spread over the day; absent: it goes as it comes.
    pub pacing: Option<Pacing>,
    pub zone_name: String,
    pub fresh_for: Duration,
    pub timeout: Duration,
}

/// How requests prove whose they are.
#[derive(Clone)]
pub(super) enum SignInBy {
    /// Basic with `{email}/token` and the token (zendesk.md, Signing in).
    Token { email: String, token: SecretString },
    /// A bearer that is renewed.
    OAuth(OAuthClient),
}

/// The OAuth client an administrator made in Zendesk.
#[derive(Clone)]
pub(super) struct OAuthClient {
    pub id: String,
    /// Absent: a public client.
    pub secret: Option<SecretString>,
    /// Where the browser comes back to; 0: any free port.
    pub port: u16,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Config({})", self.base.host_str().unwrap_or("?"))
    }
}

impl Config {
    /// Everything that nobody may read.
    pub fn secrets(&self) -> impl Iterator<Item = &SecretString> {
        let (token, client) = match &self.sign_in {
            SignInBy::Token { token, .. } => (Some(token), None),
            SignInBy::OAuth(client) => (None, Some(client)),
        };
        token.into_iter().chain(client.and_then(|client| client.secret.as_ref()))
    }

    pub fn new(
        given: BTreeMap<String, toml::Value>,
        secrets: BTreeMap<String, SecretString>,
    ) -> Result<Self, AccountError> {
        let values = Values::fill("Zendesk", &schema().settings, given, secrets)?;
        let zone_name = values.text("time_zone").unwrap_or("UTC").to_owned();
        if TimeZone::get(&zone_name).is_err() {
            let message = "there is no such time zone: give one such as `America/Bogota`";
            return Err(AccountError::new("time_zone", message));
        }
        let seconds = between(&values, "timeout_seconds", 1..=LONGEST_TIMEOUT)?.unwrap_or(30);
        let minutes = between(&values, "fresh_minutes", 1..=1440)?.unwrap_or(10);
        Ok(Self {
            base: base(&values)?,
            sign_in: sign_in(&values)?,
            phone_fields: phone_fields(&values)?,
            talk_partner: match values.text("talk_partner") {
                Some("yes") => Some(true),
                Some("no") => Some(false),
                _ => None,
            },
            app_id: between(&values, "app_id", 1..=i64::MAX)?,
            writing: Writing::new(&values, &zone_name)?,
            ticket_form: ticket_form(&values)?,
            add_numbers: values.flag("add_numbers"),
            ask_ticket: values.flag("ask_ticket"),
            per_minute: to_u32(between(&values, "per_minute", 1..=MOST_A_MINUTE)?.unwrap_or(400)),
            per_day: between(&values, "per_day", 1..=MOST_A_DAY)?.map(to_u32),
            share_percent: to_u8(between(&values, "share_percent", 1..=100)?.unwrap_or(100)),
            reserved_percent: to_u8(between(&values, "reserved_percent", 0..=90)?.unwrap_or(10)),
            pacing: pacing(&values)?,
            zone_name,
            fresh_for: Duration::from_secs(u64::from(to_u32(minutes)) * 60),
            timeout: Duration::from_secs(u64::from(to_u32(seconds))),
        })
    }
}

fn to_u32(number: i64) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

fn to_u8(number: i64) -> u8 {
    u8::try_from(number).unwrap_or(u8::MAX)
}

fn between(values: &Values, key: &str, range: RangeInclusive<i64>) -> Result<Option<i64>, AccountError> {
    match values.number(key) {
        Some(number) if !range.contains(&number) => {
            let message = match *range.end() {
                i64::MAX => "give a whole number above 0".to_owned(),
                end => format!("give a number from {} to {end}", range.start()),
            };
            Err(AccountError::new(key, message))
        }
        number => Ok(number),
    }
}

fn base(values: &Values) -> Result<Url, AccountError> {
    let (key, text) = match (values.text("api_url"), values.text("subdomain")) {
        // The paths are ours to add, whether they were given or not.
        (Some(url), _) => ("api_url", url.trim_end_matches('/').trim_end_matches("/api/v2").to_owned()),
        (None, Some(given)) => ("subdomain", format!("https://{}.zendesk.com", subdomain(given)?)),
        (None, None) => return Err(AccountError::new("subdomain", "this is missing: give “Subdomain”")),
    };
    check_address(&text, false).map_err(|message| AccountError::new(key, message))
}

/// `acme`, `acme.zendesk.com` and `https://acme.zendesk.com/agent` are the same.
fn subdomain(given: &str) -> Result<String, AccountError> {
    let text = given.to_ascii_lowercase();
    let host = text.trim_start_matches("https://").split('/').next().unwrap_or_default();
    let name = host.trim_end_matches(".zendesk.com");
    let is_label = (1..=63).contains(&name.len())
        && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        && !name.starts_with('-')
        && !name.ends_with('-');
    match is_label {
        true => Ok(name.to_owned()),
        false => {
            let message = "this is no subdomain: give the first part of the account's address alone, as in \
                           acme.zendesk.com: `acme`; an address of your own goes into “Address”";
            Err(AccountError::new("subdomain", message))
        }
    }
}

fn sign_in(values: &Values) -> Result<SignInBy, AccountError> {
    let missing = |key: &str, what: &str| AccountError::new(key, format!("this is missing: {what}"));
    if values.text("sign_in") == Some("oauth") {
        let id = values.text("oauth_client_id");
        return Ok(SignInBy::OAuth(OAuthClient {
            id: id.ok_or_else(|| missing("oauth_client_id", "give the OAuth client's identifier"))?.to_owned(),
            secret: values.secret("oauth_client_secret").cloned(),
            port: between(values, "oauth_port", 0..=65535)?.and_then(|port| u16::try_from(port).ok()).unwrap_or(0),
        }));
    }
    let email = values.text("email").ok_or_else(|| missing("email", "give the agent's e-mail"))?;
    // `ana@acme.example/token` is what some documents show; the ending is ours to add.
    let email = email.trim_end_matches("/token");
    if !email.contains('@') || email.contains([':', '/', ' ']) || email.len() > 254 {
        return Err(AccountError::new("email", "this is no e-mail address: give the one the agent signs in with"));
    }
    let token = values.secret("api_token").ok_or_else(|| missing("api_token", "store the API token"))?;
    Ok(SignInBy::Token { email: email.to_owned(), token: token.clone() })
}

/// Field keys as Zendesk makes them: letters, digits, `_` and `-`. Whatever else stands there could change the search.
fn phone_fields(values: &Values) -> Result<Vec<String>, AccountError> {
    let wrong = |message: &str| Err(AccountError::new("phone_fields", message));
    let text = values.text("phone_fields").unwrap_or_default();
    let mut fields: Vec<String> = Vec::new();
    for key in text.split([',', ';']).map(str::trim).filter(|key| !key.is_empty()) {
        let is_key = key.len() <= 100 && key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-');
        if !is_key {
            return wrong("give the fields' keys (not their titles), with commas between: letters, digits and `_`");
        }
        if !fields.iter().any(|known| known == key) {
            fields.push(key.to_owned());
        }
    }
    match fields.len() <= MOST_PHONE_FIELDS {
        true => Ok(fields),
        false => wrong("give at most 8 fields: each costs a request"),
    }
}

fn pacing(values: &Values) -> Result<Option<Pacing>, AccountError> {
    let first_percent = to_u8(between(values, "spread_first_percent", 0..=100)?.unwrap_or(25));
    let hours = values.text("spread_hours").unwrap_or("07:00-20:00");
    Pacing::read(hours, first_percent).map_err(|message| AccountError::new("spread_hours", message))
}

fn ticket_form(values: &Values) -> Result<Option<String>, AccountError> {
    match values.text("ticket_form") {
        Some(id) if id.len() > 20 || !id.bytes().all(|b| b.is_ascii_digit()) => {
            let message = "give the form's id, which is a number: it is at the end of its address in Admin Center";
            Err(AccountError::new("ticket_form", message))
        }
        id => Ok(id.map(str::to_owned)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(given: &[(&str, &str)]) -> Result<Config, AccountError> {
        let given = given.iter().map(|(key, value)| ((*key).to_owned(), toml::Value::from(*value))).collect();
        Config::new(given, BTreeMap::from([("api_token".to_owned(), SecretString::from("t0ken"))]))
    }

    const SIGNED: [(&str, &str); 2] = [("subdomain", "acme"), ("email", "ana@acme.example")];

    #[test]
    fn a_subdomain_is_an_address_however_it_is_written() {
        for subdomain in
            ["acme", "Acme", "acme.zendesk.com", "https://acme.zendesk.com/", "https://acme.zendesk.com/agent"]
        {
            let config = config(&[("subdomain", subdomain), SIGNED[1]]).unwrap_or_else(|error| panic!("{error}"));
            assert_eq!(config.base.as_str(), "https://acme.zendesk.com/");
        }
    }

    #[test]
    fn what_cannot_work_is_said_with_its_key() {
        let cases: [(&[(&str, &str)], &str); 19] = [
            (&[SIGNED[1]], "subdomain"),
            (&[("subdomain", "evil.example"), SIGNED[1]], "subdomain"),
            (&[("subdomain", "acme zendesk"), SIGNED[1]], "subdomain"),
            (&[("subdomain", "a@b"), SIGNED[1]], "subdomain"),
            (&[("api_url", "http://crm.example"), SIGNED[1]], "api_url"),
            (&[SIGNED[0]], "email"),
            (&[SIGNED[0], ("email", "ana")], "email"),
            (&[SIGNED[0], ("email", "a:b@acme.example")], "email"),
            (&[SIGNED[0], SIGNED[1], ("phone_fields", "mobile phone")], "phone_fields"),
            (&[SIGNED[0], SIGNED[1], ("phone_fields", "a,b,c,d,e,f,g,h,i")], "phone_fields"),
            (&[SIGNED[0], SIGNED[1], ("per_minute", "0")], "per_minute"),
            (&[SIGNED[0], SIGNED[1], ("share_percent", "101")], "share_percent"),
            (&[SIGNED[0], SIGNED[1], ("spread_hours", "morning")], "spread_hours"),
            (&[SIGNED[0], SIGNED[1], ("spread_first_percent", "101")], "spread_first_percent"),
            (&[SIGNED[0], SIGNED[1], ("time_zone", "Bogota")], "time_zone"),
            (&[SIGNED[0], SIGNED[1], ("ticket_form", "Default")], "ticket_form"),
            (&[SIGNED[0], SIGNED[1], ("agents", "Eva eva@acme.example")], "agents"),
            (&[SIGNED[0], SIGNED[1], ("agents", "Eva = \"eva\" OR x@y")], "agents"),
            (&[SIGNED[0], ("sign_in", "oauth")], "oauth_client_id"),
        ];
        for (given, key) in cases {
            assert_eq!(config(given).map(|_| ()).expect_err("refused").key, key, "{given:?}");
        }
        let given = SIGNED.iter().map(|(key, value)| ((*key).to_owned(), toml::Value::from(*value))).collect();
        assert_eq!(Config::new(given, BTreeMap::new()).map(|_| ()).expect_err("refused").key, "api_token");
    }

    #[test]
    fn what_is_left_out_has_a_careful_default() {
        let config = config(&[SIGNED[0], SIGNED[1], ("phone_fields", " mobile_phone; office,mobile_phone ")]);
        let config = config.unwrap_or_else(|error| panic!("{error}"));
        assert_eq!((config.per_minute, config.per_day, config.share_percent), (400, None, 100));
        assert_eq!(config.pacing, Some(Pacing::default()));
        assert_eq!(config.phone_fields, ["mobile_phone", "office"]);
        assert_eq!((config.talk_partner, config.app_id, config.writing.missed_tickets), (None, None, true));
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
