//! What an administrator fills in, checked.

use super::connector::schema;
use crate::{
    http::address::check_address,
    settings::{AccountError, values::Values},
};
use reqwest::Url;
use ringcard_core::number::{DialFormat, DialStyle};
use secrecy::SecretString;
use std::{
    collections::BTreeMap,
    fmt, fs,
    io::Read,
    path::{Path, PathBuf},
    time::Duration,
};

const LONGEST_TIMEOUT: i64 = 60;
const LONGEST_RING: i64 = 300;
/// A chain of certificates is a few KiB.
const LONGEST_CA: u64 = 1024 * 1024;

/// Everything an account was given. `Debug` shows no secret.
#[derive(Clone)]
pub(super) struct Config {
    /// `https://pbx.example.com:8089/ari`
    pub base: Url,
    pub user: String,
    pub password: SecretString,
    pub app: String,
    /// `PJSIP/{extension}`
    pub endpoint: String,
    pub context: String,
    pub company_number: Option<String>,
    pub ring: Duration,
    pub dial: DialFormat,
    /// The company's own certificate authority, PEM.
    pub ca: Option<Vec<u8>>,
    pub timeout: Duration,
    /// Where Asterisk has the recordings that ARI gives.
    pub recordings: PathBuf,
    /// Who may mute what MixMonitor writes (manager.conf).
    pub manager: Option<Manager>,
}

#[derive(Clone)]
pub(super) struct Manager {
    pub user: String,
    pub password: SecretString,
}

impl fmt::Debug for Config {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Config({}, {})", self.base.host_str().unwrap_or("?"), self.app)
    }
}

impl Config {
    pub fn new(
        given: BTreeMap<String, toml::Value>,
        secrets: BTreeMap<String, SecretString>,
    ) -> Result<Self, AccountError> {
        let values = Values::fill("asterisk", &schema().settings, given, secrets)?;
        let text = |key: &str| values.text(key).unwrap_or_default().to_owned();
        let missing = || AccountError::new("password", "this is missing: store the password of the ARI user");
        Ok(Self {
            base: base(&text("api_url"), values.flag("allow_http"))?,
            user: text("user"),
            password: values.secret("password").cloned().ok_or_else(missing)?,
            app: app(text("app"))?,
            endpoint: endpoint(text("endpoint"))?,
            context: text("context"),
            company_number: values.text("company_number").map(company_number).transpose()?,
            ring: seconds(&values, "ring_seconds", 30, LONGEST_RING)?,
            dial: dial_format(&values)?,
            ca: values.text("ca_file").map(ca).transpose()?,
            timeout: seconds(&values, "timeout_seconds", 10, LONGEST_TIMEOUT)?,
            recordings: folder(&text("recordings_folder"))?,
            manager: manager(&values)?,
        })
    }

    pub fn secrets(&self) -> impl Iterator<Item = &SecretString> {
        std::iter::once(&self.password).chain(self.manager.as_ref().map(|manager| &manager.password))
    }
}

/// A folder of Asterisk's machine, perhaps not ours.
fn folder(text: &str) -> Result<PathBuf, AccountError> {
    let text = text.trim_end_matches('/');
    let is_whole = text.starts_with('/') && text.len() > 1 && !text.split('/').any(|part| part == "..");
    is_whole.then(|| PathBuf::from(text)).ok_or_else(|| {
        let message = "give the whole path on Asterisk's machine, such as `/var/spool/asterisk/recording`";
        AccountError::new("recordings_folder", message)
    })
}

fn manager(values: &Values) -> Result<Option<Manager>, AccountError> {
    match (values.text("manager_user"), values.secret("manager_password")) {
        (Some(user), Some(password)) => Ok(Some(Manager { user: user.to_owned(), password: password.clone() })),
        (None, None) => Ok(None),
        (Some(_), None) => {
            Err(AccountError::new("manager_password", "this is missing: store the secret of the manager's user"))
        }
        (None, Some(_)) => {
            Err(AccountError::new("manager_user", "this is missing: the user of manager.conf whose secret is stored"))
        }
    }
}

fn base(text: &str, allow_http: bool) -> Result<Url, AccountError> {
    let text = text.trim_end_matches('/');
    let text = if text.ends_with("/ari") { text.to_owned() } else { format!("{text}/ari") };
    check_address(&text, allow_http).map_err(|message| AccountError::new("api_url", message))
}

fn app(text: String) -> Result<String, AccountError> {
    let is_plain = text.len() <= 64 && text.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    is_plain
        .then_some(text)
        .ok_or_else(|| AccountError::new("app", "the name has letters, digits, `-`, `_` and `.` only, at most 64"))
}

fn endpoint(text: String) -> Result<String, AccountError> {
    let is_one = text.matches("{extension}").count() == 1
        && text.split_once('/').is_some_and(|(technology, device)| !technology.is_empty() && device.len() < 128)
        && !text.chars().any(|c| c.is_control() || c.is_whitespace() || matches!(c, ',' | '&'));
    is_one.then_some(text).ok_or_else(|| {
        let message = "give how an extension is dialled, with {extension} once, such as `PJSIP/{extension}`";
        AccountError::new("endpoint", message)
    })
}

fn company_number(text: &str) -> Result<String, AccountError> {
    let is_number = text.len() <= 32 && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '+' | '*' | '#'));
    is_number.then(|| text.to_owned()).ok_or_else(|| {
        AccountError::new("company_number", "give digits only, with a `+` in front where your provider wants one")
    })
}

fn seconds(values: &Values, key: &str, usual: i64, longest: i64) -> Result<Duration, AccountError> {
    match values.number(key).unwrap_or(usual) {
        seconds if (1..=longest).contains(&seconds) => Ok(Duration::from_secs(seconds.unsigned_abs())),
        _ => Err(AccountError::new(key, format!("give a number from 1 to {longest}"))),
    }
}

fn dial_format(values: &Values) -> Result<DialFormat, AccountError> {
    let style = match values.text("number_style") {
        Some("digits") => DialStyle::Digits,
        Some("national") => DialStyle::National,
        Some("international00") => DialStyle::International00,
        _ => DialStyle::E164,
    };
    let outside_prefix = values.text("outside_prefix").map(str::to_owned);
    if let Some(prefix) = &outside_prefix
        && (prefix.len() > 8 || !prefix.bytes().all(|b| b.is_ascii_digit() || b == b'*' || b == b'#'))
    {
        return Err(AccountError::new("outside_prefix", "the prefix has at most 8 digits, `*` or `#`"));
    }
    Ok(DialFormat { style, outside_prefix, keep_last: None })
}

fn ca(path: &str) -> Result<Vec<u8>, AccountError> {
    let wrong = |message: String| AccountError::new("ca_file", message);
    let read = || {
        let mut pem = Vec::new();
        fs::File::open(Path::new(path))?.take(LONGEST_CA).read_to_end(&mut pem)?;
        std::io::Result::Ok(pem)
    };
    let pem =
        read().map_err(|error| wrong(format!("this file cannot be read ({}): give its whole path", error.kind())))?;
    match reqwest::Certificate::from_pem_bundle(&pem) {
        Ok(certificates) if !certificates.is_empty() => Ok(pem),
        _ => {
            Err(wrong("there is no certificate in this file: give the one of the certificate authority, as PEM".into()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(given: &[(&str, &str)]) -> Result<Config, AccountError> {
        let usual = [("api_url", "https://pbx.example.com:8089"), ("user", "ringcard")];
        let given = usual.iter().chain(given).map(|(key, value)| ((*key).to_owned(), toml::Value::from(*value)));
        Config::new(given.collect(), [("password".to_owned(), SecretString::from("s3cret"))].into())
    }

    #[test]
    fn the_address_gets_its_path_and_debug_shows_no_secret() {
        for url in ["https://pbx.example.com:8089", "https://pbx.example.com:8089/", "https://pbx.example.com:8089/ari"]
        {
            let config = config(&[("api_url", url)]).expect("it is complete");
            assert_eq!(config.base.as_str(), "https://pbx.example.com:8089/ari");
            assert!(!format!("{config:?}").contains("s3cret"));
        }
        let behind = config(&[("api_url", "https://pbx.example.com/pbx")]).expect("it is complete");
        assert_eq!(behind.base.as_str(), "https://pbx.example.com/pbx/ari");
    }

    #[test]
    fn what_cannot_be_is_said_with_the_setting_it_is_in() {
        for (key, value) in [
            ("api_url", "http://pbx.example.com:8088"),
            ("app", "two words"),
            ("endpoint", "PJSIP/101"),
            ("endpoint", "PJSIP/{extension}&SIP/{extension}"),
            ("company_number", "anna"),
            ("ring_seconds", "0"),
            ("timeout_seconds", "3600"),
            ("outside_prefix", "x"),
            ("ca_file", "/nowhere/ca.pem"),
            ("recordings_folder", "recording"),
            ("recordings_folder", "/var/../etc"),
        ] {
            let error = config(&[(key, value)]).expect_err(key);
            assert_eq!(error.key, key, "{error}");
        }
        assert!(config(&[("api_url", "http://pbx.example.com"), ("allow_http", "true")]).is_ok());
        let half = config(&[("manager_user", "ringcard")]).expect_err("half of it");
        assert_eq!(half.key, "manager_password");
    }

    #[test]
    fn a_file_without_a_certificate_is_no_authority() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        std::fs::write(file.path(), "no certificate").expect("written");
        let error = config(&[("ca_file", file.path().to_str().expect("a path"))]).expect_err("it is none");
        assert!(error.key == "ca_file" && error.to_string().contains("no certificate"), "{error}");
    }
}
