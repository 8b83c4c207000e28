//! `[[account]]`: an outside system, with the settings its connector asks for.

use super::Network;
use crate::secrets::SecretRef;
use ringcard_connect::settings::Setting;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One connection to an outside system, as set up.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Account {
    /// Used in webhook URLs: `/in/{name}/incoming`; `[a-z0-9-]`, at most 32, unique.
    pub name: String,
    /// A profile's id, or a built-in connector.
    pub connector: String,
    /// Who may push to it; empty: every address with the right key, and without a key this machine only. Kept in the file
    /// as it is when the account is changed.
    #[serde(default)]
    pub push_from: Vec<Network>,
    /// How long its recordings are kept; absent: as `[recordings]` says.
    #[serde(default)]
    pub keep_recordings_days: Option<u32>,
    /// What the connector asks for, by its own keys. Secrets are references.
    #[serde(flatten)]
    pub settings: BTreeMap<String, SettingValue>,
}

/// A value of an account's setting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum SettingValue {
    Flag(bool),
    Number(i64),
    Secret(SecretRef),
    Text(String),
}

/// What the connectors say about their settings; tests bring their own.
pub trait Connectors: Send + Sync {
    /// The settings this connector takes; `None` when nobody knows such a connector (its profile may be missing).
    fn settings_of(&self, connector: &str) -> Option<&[Setting]>;

    /// Every connector's id, to suggest the right one.
    fn names(&self) -> Vec<&str>;
}

/// Knows no connector: settings are taken as they are, and secrets are recognised by their names only.
#[derive(Debug, Clone, Copy, Default)]
pub struct UnknownConnectors;

impl Account {
    /// Where this account's secrets are kept, by key.
    pub fn secrets(&self) -> impl Iterator<Item = (&str, &SecretRef)> {
        self.settings.iter().filter_map(|(key, value)| match value {
            SettingValue::Secret(place) => Some((key.as_str(), place)),
            _ => None,
        })
    }
}

impl Connectors for UnknownConnectors {
    fn settings_of(&self, _connector: &str) -> Option<&[Setting]> {
        None
    }

    fn names(&self) -> Vec<&str> {
        Vec::new()
    }
}

/// Whether a key's name says that it holds a secret, for connectors nobody knows.
pub(super) fn sounds_secret(key: &str) -> bool {
    ["password", "passwd", "secret", "token", "api_key", "apikey", "pin"]
        .iter()
        .any(|word| key == *word || key.ends_with(&format!("_{word}")) || key.starts_with(&format!("{word}_")))
}
