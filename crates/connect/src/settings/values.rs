//! Settings, filled in.

use super::{
    problem::{AccountError, list, possible},
    setting::{Setting, SettingKind},
};
use reqwest::Url;
use secrecy::{ExposeSecret, SecretString};
use std::{collections::BTreeMap, fmt};

/// A setting's value: a private key in letters has 3.2 KiB.
pub(crate) const LONGEST_VALUE: usize = 8 * 1024;

/// Every setting of a connector with its value. `Debug` shows none.
#[derive(Clone, Default)]
pub(crate) struct Values(BTreeMap<String, Filled>);

/// A setting's value: a text or number of the kind that was asked for.
#[derive(Clone)]
pub(crate) enum Filled {
    Absent,
    Text(String),
    Secret(SecretString),
    Number(i64),
    Flag(bool),
    Url(String),
}

impl Filled {
    /// What is put into texts is bounded, so that they are.
    fn is_short(&self, setting: &Setting) -> Result<(), AccountError> {
        let length = match self {
            Self::Text(text) | Self::Url(text) => text.len(),
            Self::Secret(secret) => secret.expose_secret().len(),
            Self::Absent | Self::Number(_) | Self::Flag(_) => 0,
        };
        match length <= LONGEST_VALUE {
            true => Ok(()),
            false => {
                let message = format!("this is longer than {} KiB: give what is meant only", LONGEST_VALUE / 1024);
                Err(AccountError::new(&setting.key, message))
            }
        }
    }
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Values({} settings)", self.0.len())
    }
}

impl Values {
    /// Checks what an administrator gave. Nothing stays without a value, be it an empty one. `owner` is who asks for them,
    /// in words.
    pub fn fill(
        owner: &str,
        settings: &[Setting],
        mut given: BTreeMap<String, toml::Value>,
        mut secrets: BTreeMap<String, SecretString>,
    ) -> Result<Self, AccountError> {
        let mut filled = BTreeMap::new();
        for setting in settings {
            let value = match (given.remove(&setting.key), secrets.remove(&setting.key)) {
                (Some(_), _) if setting.kind == SettingKind::Secret => return Err(literal_secret(setting)),
                (Some(value), _) => setting.take(value)?,
                (None, Some(secret)) if setting.kind == SettingKind::Secret => match secret.expose_secret() {
                    "" => Filled::Absent,
                    _ => Filled::Secret(secret),
                },
                (None, Some(text)) => setting.take(toml::Value::String(text.expose_secret().to_owned()))?,
                (None, None) => Filled::Absent,
            };
            value.is_short(setting)?;
            let value = match (value, &setting.default) {
                (Filled::Absent, Some(default)) => setting.take(default.clone())?,
                (value, _) => value,
            };
            filled.insert(setting.key.clone(), value);
        }
        if let Some(key) = given.into_keys().chain(secrets.into_keys()).next() {
            let known: Vec<&str> = settings.iter().map(|setting| setting.key.as_str()).collect();
            let message = format!("{owner} has no such setting; {}", possible(&key, &known));
            return Err(AccountError::new(key, message));
        }
        let values = Self(filled);
        match settings.iter().find(|setting| setting.required && values.asks_for(setting) && values.lacks(setting)) {
            Some(setting) => {
                let kind = match setting.kind {
                    SettingKind::Secret => "; it is a secret: store it, do not write it into the file",
                    _ => "",
                };
                let message = format!("this is missing: give “{}”{kind}", setting.label.in_language("en"));
                Err(AccountError::new(&setting.key, message))
            }
            None => Ok(values),
        }
    }

    /// What templates may meet: every setting given (`true`), or none (`false`).
    pub fn samples(settings: &[Setting], given: bool) -> Self {
        let sample = |setting: &Setting| {
            let text = || Filled::Text("sample".to_owned());
            match (setting.kind, &setting.default) {
                (SettingKind::Flag, _) => Filled::Flag(given),
                (SettingKind::Choice, Some(toml::Value::String(choice))) => Filled::Text(choice.clone()),
                (SettingKind::Choice, _) => {
                    setting.choices.first().map_or_else(text, |c| Filled::Text(c.value.clone()))
                }
                (SettingKind::Url, _) => Filled::Url("https://pbx.invalid".to_owned()),
                (SettingKind::Number, Some(toml::Value::Integer(number))) => Filled::Number(*number),
                (_, Some(toml::Value::String(default))) => Filled::Text(default.clone()),
                _ if !given => Filled::Absent,
                (SettingKind::Number, _) => Filled::Number(1),
                (SettingKind::Text | SettingKind::Secret, _) => text(),
            }
        };
        Self(settings.iter().map(|setting| (setting.key.clone(), sample(setting))).collect())
    }

    /// The settings' defaults; what has none is empty.
    pub fn defaults(settings: &[Setting]) -> Self {
        let value = |setting: &Setting| match &setting.default {
            Some(default) => setting.take(default.clone()).unwrap_or(Filled::Absent),
            None => Filled::Absent,
        };
        Self(settings.iter().map(|setting| (setting.key.clone(), value(setting))).collect())
    }

    /// The same with a choice made.
    pub fn with_choice(&self, key: &str, choice: &str) -> Self {
        let mut values = self.clone();
        values.0.insert(key.to_owned(), Filled::Text(choice.to_owned()));
        values
    }

    /// Every setting with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Filled)> {
        self.0.iter().map(|(key, filled)| (key.as_str(), filled))
    }

    /// A text, choice or address; `None` where nothing was given.
    pub fn text(&self, key: &str) -> Option<&str> {
        match self.0.get(key) {
            Some(Filled::Text(text) | Filled::Url(text)) => Some(text.trim()).filter(|text| !text.is_empty()),
            _ => None,
        }
    }

    pub fn number(&self, key: &str) -> Option<i64> {
        match self.0.get(key) {
            Some(Filled::Number(number)) => Some(*number),
            _ => None,
        }
    }

    pub fn flag(&self, key: &str) -> bool {
        matches!(self.0.get(key), Some(Filled::Flag(true)))
    }

    pub fn secret(&self, key: &str) -> Option<&SecretString> {
        match self.0.get(key) {
            Some(Filled::Secret(secret)) => Some(secret),
            _ => None,
        }
    }

    pub fn secrets(&self) -> impl Iterator<Item = &str> {
        self.0.values().filter_map(|filled| match filled {
            Filled::Secret(secret) => Some(secret.expose_secret()),
            _ => None,
        })
    }

    /// Whether this setting is asked for, as the others are.
    fn asks_for(&self, setting: &Setting) -> bool {
        let Some(when) = &setting.when else { return true };
        let text = match self.0.get(&when.setting) {
            Some(Filled::Text(text)) => text.as_str(),
            Some(Filled::Flag(true)) => "true",
            Some(Filled::Flag(false)) | None | Some(_) => "false",
        };
        when.is.iter().any(|value| value == text)
    }

    fn lacks(&self, setting: &Setting) -> bool {
        matches!(self.0.get(&setting.key), None | Some(Filled::Absent))
    }
}

fn literal_secret(setting: &Setting) -> AccountError {
    let key = &setting.key;
    let message = format!(
        "this is a secret and may not stand in the file: store it, and refer to it as `{key} = {{ keyring = \"…\" }}`, \
         `{{ env = \"…\" }}` or `{{ file = \"…\" }}`"
    );
    AccountError::new(key, message)
}

impl Setting {
    /// Checks one value; empty text counts as none.
    fn take(&self, value: toml::Value) -> Result<Filled, AccountError> {
        let wrong = |message: String| Err(AccountError::new(&self.key, message));
        let text = match &value {
            toml::Value::String(text) => Some(text.trim()),
            _ => None,
        };
        match (self.kind, &value) {
            (_, toml::Value::String(text)) if text.is_empty() => Ok(Filled::Absent),
            (SettingKind::Text, toml::Value::String(text)) => Ok(Filled::Text(text.clone())),
            (SettingKind::Text, toml::Value::Integer(number)) => Ok(Filled::Text(number.to_string())),
            (SettingKind::Secret, toml::Value::String(text)) => Ok(Filled::Secret(text.clone().into())),
            (SettingKind::Number, toml::Value::Integer(number)) => Ok(Filled::Number(*number)),
            (SettingKind::Flag, toml::Value::Boolean(flag)) => Ok(Filled::Flag(*flag)),
            (SettingKind::Number, _) => match text.and_then(|text| text.parse().ok()) {
                Some(number) => Ok(Filled::Number(number)),
                None => wrong("this is no whole number: give one, such as `10`".to_owned()),
            },
            (SettingKind::Flag, _) => match text {
                Some("true" | "yes" | "on" | "1") => Ok(Filled::Flag(true)),
                Some("false" | "no" | "off" | "0") => Ok(Filled::Flag(false)),
                _ => wrong("this is neither `true` nor `false`".to_owned()),
            },
            (SettingKind::Url, toml::Value::String(url)) => self.take_url(url.trim()),
            (SettingKind::Choice, toml::Value::String(choice)) => {
                let known: Vec<&str> = self.choices.iter().map(|choice| choice.value.as_str()).collect();
                match known.contains(&choice.trim()) {
                    true => Ok(Filled::Text(choice.trim().to_owned())),
                    false => wrong(format!("this is none of the choices: give one of {}", list(&known))),
                }
            }
            _ => wrong("this is no text: put it in quotes".to_owned()),
        }
    }

    fn take_url(&self, text: &str) -> Result<Filled, AccountError> {
        // Not the text itself in any message: somebody may have pasted an address with a password.
        let wrong = |message: &str| Err(AccountError::new(&self.key, message));
        let Ok(url) = Url::parse(text) else {
            return wrong("this is no address: give one such as `https://pbx.example.com/api`");
        };
        if !matches!(url.scheme(), "https" | "http") || !url.has_host() {
            return wrong("the address must begin with `https://` and name a server");
        }
        if !url.username().is_empty() || url.password().is_some() {
            return wrong("user and password may not stand in the address: take them away and give them as settings");
        }
        if url.query().is_some() || url.fragment().is_some() {
            return wrong("the address may not have parameters: take away the `?` or `#` and what follows");
        }
        Ok(Filled::Url(text.trim_end_matches('/').to_owned()))
    }
}
