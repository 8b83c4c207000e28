//! What an administrator fills in, checked.

use super::connector::{ID, schema};
use crate::{
    http::address::check_address,
    settings::{AccountError, values::Values},
};
use reqwest::Url;
use ringcard_core::ticket::TicketRef;
use secrecy::SecretString;
use std::{collections::BTreeMap, fmt, time::Duration};

const LONGEST_TIMEOUT: i64 = 60;
/// Looked less often, an end is known too late.
const LONGEST_LOOK: i64 = 60;
const MOST_AGENTS: usize = 2_000;
/// A query of a few names.
const LONGEST_QUERY: usize = 500;

/// Everything an account was given. `Debug` shows no secret.
#[derive(Clone)]
pub(super) struct Config {
    /// `https://customer.uc1.ccaiplatform.com`, without a path.
    pub base: Url,
    /// The user of Basic authentication (ccai.md, Signing in).
    pub subdomain: String,
    pub token: SecretString,
    pub push_key: SecretString,
    /// E-mail addresses by extension or agent id.
    pub agents: BTreeMap<String, String>,
    /// Whether clicked numbers may be dialled here; where another telephone system does that, nobody has to choose.
    pub dials: bool,
    pub outbound_number: Option<String>,
    pub language: String,
    /// How calls are listed, those that changed last first.
    pub calls_query: Vec<(String, String)>,
    /// How often its calls are looked at while one goes on; absent: never.
    pub looks_every: Option<Duration>,
    /// Our account that is the CRM beside the platform: it knows the tickets of that one.
    pub tickets_of: Option<String>,
    pub timeout: Duration,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Config({}, {} agents)", self.base.host_str().unwrap_or("?"), self.agents.len())
    }
}

impl Config {
    pub fn new(
        given: BTreeMap<String, toml::Value>,
        secrets: BTreeMap<String, SecretString>,
    ) -> Result<Self, AccountError> {
        let values = Values::fill(ID, &schema().settings, given, secrets)?;
        let secret = |key: &'static str| {
            values.secret(key).cloned().ok_or_else(|| AccountError::new(key, "this is missing: store it"))
        };
        let base = base(values.text("api_url").unwrap_or_default(), values.flag("allow_http"))?;
        let subdomain = match values.text("subdomain") {
            Some(name) => name.trim().to_owned(),
            None => first_label(&base).ok_or_else(|| {
                let message = "this is missing: the address does not begin with one";
                AccountError::new("subdomain", message)
            })?,
        };
        if subdomain.is_empty() || !subdomain.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
            let message = "give the first part of the platform's address, such as `customer`";
            return Err(AccountError::new("subdomain", message));
        }
        let timeout = match values.number("timeout_seconds").unwrap_or(15) {
            seconds @ 1..=LONGEST_TIMEOUT => Duration::from_secs(u64::try_from(seconds).unwrap_or(1)),
            _ => {
                let message = format!("the time to wait for an answer is 1 to {LONGEST_TIMEOUT} seconds");
                return Err(AccountError::new("timeout_seconds", message));
            }
        };
        let looks_every = match values.number("look_seconds").unwrap_or(2) {
            0 => None,
            seconds @ 1..=LONGEST_LOOK => Some(Duration::from_secs(u64::try_from(seconds).unwrap_or(1))),
            _ => {
                let message = format!("give 1 to {LONGEST_LOOK} seconds, or 0: never");
                return Err(AccountError::new("look_seconds", message));
            }
        };
        Ok(Self {
            looks_every,
            tickets_of: values.text("tickets_of").map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()),
            base,
            subdomain,
            token: secret("token")?,
            push_key: secret("push_key")?,
            agents: agents(values.text("agents").unwrap_or_default())?,
            dials: values.flag("dials"),
            outbound_number: outbound_number(&values)?,
            language: language(&values)?,
            calls_query: calls_query(values.text("calls_query").unwrap_or_default())?,
            timeout,
        })
    }

    pub fn secrets(&self) -> impl Iterator<Item = &SecretString> {
        [&self.token, &self.push_key].into_iter()
    }

    /// The e-mail address of whoever has this extension; `None`: nobody wrote it down.
    pub fn email_of<'a>(&'a self, extension: &'a str) -> Option<&'a str> {
        match self.agents.get(extension) {
            Some(email) => Some(email),
            None => Some(extension).filter(|text| is_email(text)),
        }
    }

    /// Whether the platform knows this ticket: of nobody's account it is said to be the CRM's.
    pub fn knows_ticket(&self, ticket: &TicketRef) -> bool {
        let of = self.tickets_of.as_deref();
        of.is_some() && ticket.account.as_deref().is_none_or(|account| Some(account) == of)
    }

    /// Our extension of whom the platform calls so: by their id, or by their e-mail address.
    pub fn extension_of(&self, agent: &str) -> String {
        let by_email = self.agents.iter().find(|(_, email)| email.eq_ignore_ascii_case(agent));
        by_email.map_or_else(|| agent.to_owned(), |(extension, _)| extension.clone())
    }
}

fn is_email(text: &str) -> bool {
    let parts = text.split_once('@');
    parts.is_some_and(|(name, host)| !name.is_empty() && host.contains('.'))
        && text.len() <= 254
        && !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == ';' || c == '=')
}

fn base(text: &str, allow_http: bool) -> Result<Url, AccountError> {
    let wrong = |message: String| AccountError::new("api_url", message);
    let mut url = check_address(text, allow_http).map_err(wrong)?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err(wrong("the address holds a user or password: store the token instead".to_owned()));
    }
    // The paths are ours to add.
    url.set_path("");
    url.set_query(None);
    url.set_fragment(None);
    Ok(url)
}

fn first_label(base: &Url) -> Option<String> {
    let host = base.domain()?;
    host.split_once('.').map(|(first, _)| first.to_owned())
}

fn agents(text: &str) -> Result<BTreeMap<String, String>, AccountError> {
    let wrong = |message: String| AccountError::new("agents", message);
    let mut agents = BTreeMap::new();
    for entry in text.split([';', '\n']).map(str::trim).filter(|entry| !entry.is_empty()) {
        let pair = entry.split_once('=').map(|(id, email)| (id.trim(), email.trim()));
        let Some((id, email)) = pair.filter(|(id, email)| !id.is_empty() && is_email(email)) else {
            return Err(wrong("give pairs such as `101=anna@example.com; 102=bob@example.com`".to_owned()));
        };
        if agents.insert(id.to_owned(), email.to_owned()).is_some() {
            return Err(wrong(format!("{id} is there twice")));
        }
        if agents.len() > MOST_AGENTS {
            return Err(wrong(format!("more than {MOST_AGENTS} agents")));
        }
    }
    Ok(agents)
}

fn outbound_number(values: &Values) -> Result<Option<String>, AccountError> {
    let Some(number) = values.text("outbound_number") else { return Ok(None) };
    let digits = number.strip_prefix('+').unwrap_or_default();
    match (7..=15).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit()) {
        true => Ok(Some(number.to_owned())),
        false => Err(AccountError::new("outbound_number", "give it with its country, such as `+3612345678`")),
    }
}

fn language(values: &Values) -> Result<String, AccountError> {
    let language = values.text("language").unwrap_or("en");
    match (2..=10).contains(&language.len()) && language.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
        true => Ok(language.to_owned()),
        false => Err(AccountError::new("language", "give a language such as `en` or `es`")),
    }
}

fn calls_query(text: &str) -> Result<Vec<(String, String)>, AccountError> {
    if text.len() > LONGEST_QUERY {
        return Err(AccountError::new("calls_query", "this is longer than any query"));
    }
    let url = Url::parse(&format!("http://x/?{text}"));
    let url = url.map_err(|_| AccountError::new("calls_query", "give names and values such as `per=100`"))?;
    Ok(url.query_pairs().map(|(name, value)| (name.into_owned(), value.into_owned())).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(given: &[(&str, &str)]) -> Result<Config, AccountError> {
        let given = given.iter().map(|(key, value)| ((*key).to_owned(), toml::Value::from(*value))).collect();
        let secrets = [("token", "t0ken"), ("push_key", "k3y")];
        Config::new(given, secrets.map(|(k, v)| (k.to_owned(), SecretString::from(v))).into())
    }

    const URL: (&str, &str) = ("api_url", "https://customer.uc1.ccaiplatform.com/apps/api/v1");

    #[test]
    fn the_subdomain_is_in_the_address_unless_it_is_given() {
        let account = config(&[URL]).expect("it works");
        assert_eq!(account.subdomain, "customer");
        assert_eq!(account.base.as_str(), "https://customer.uc1.ccaiplatform.com/");
        assert_eq!(config(&[URL, ("subdomain", "other")]).expect("it works").subdomain, "other");
        assert_eq!(config(&[("api_url", "http://127.0.0.1:1")]).map(|_| ()).expect_err("none").key, "subdomain");
        assert!(!format!("{account:?}").contains("t0ken"));
    }

    #[test]
    fn agents_are_found_by_extension_and_by_address() {
        let account = config(&[URL, ("agents", "101=anna@example.com;\n102 = bob@example.com ;")]).expect("it works");
        assert_eq!(account.email_of("102"), Some("bob@example.com"));
        assert_eq!(account.email_of("103"), None);
        assert_eq!(account.email_of("carl@example.com"), Some("carl@example.com"));
        assert_eq!(account.extension_of("Anna@example.com"), "101");
        assert_eq!(account.extension_of("101"), "101");
    }

    #[test]
    fn what_cannot_work_is_said_with_its_key() {
        let cases: [(&[(&str, &str)], &str); 9] = [
            (&[("api_url", "http://pbx.example")], "api_url"),
            (&[("api_url", "https://user:secret@customer.ccaiplatform.com")], "api_url"),
            (&[URL, ("subdomain", "a b")], "subdomain"),
            (&[URL, ("agents", "101")], "agents"),
            (&[URL, ("agents", "101=a@b.c; 101=d@e.f")], "agents"),
            (&[URL, ("outbound_number", "0612345678")], "outbound_number"),
            (&[URL, ("language", "x")], "language"),
            (&[URL, ("timeout_seconds", "0")], "timeout_seconds"),
            (&[URL, ("look_seconds", "61")], "look_seconds"),
        ];
        for (given, key) in cases {
            assert_eq!(config(given).map(|_| ()).expect_err("refused").key, key, "{given:?}");
        }
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
