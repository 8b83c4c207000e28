//! `hub.toml`: the settings of a hub on a server.

use super::{
    Account, AgentSettings, Calls, Connectors, CustomerSettings, Dialling, HistorySettings, LineSettings, Listen,
    Locale, Numbers, RecordingSettings, SettingsProblem, read, schema::File,
};
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// The settings of a hub on a server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HubSettings {
    /// Where the databases are; absent: see [`super::Places::data_dir`]. A relative path starts at the file's folder.
    pub data_dir: Option<PathBuf>,
    #[serde(rename = "agent")]
    pub agents: Vec<AgentSettings>,
    pub locale: Locale,
    pub listen: Listen,
    pub numbers: Numbers,
    pub dialling: Dialling,
    #[serde(rename = "line")]
    pub lines: Vec<LineSettings>,
    #[serde(rename = "account")]
    pub accounts: Vec<Account>,
    pub calls: Calls,
    pub customers: CustomerSettings,
    pub history: HistorySettings,
    pub recordings: RecordingSettings,
}

impl HubSettings {
    /// Reads and checks a file; one that is missing or empty has all defaults. The first problem is reported.
    pub fn load(path: &Path, connectors: &dyn Connectors) -> Result<Self, SettingsProblem> {
        Self::load_all(path, connectors).map_err(read::first)
    }

    /// The same; every problem is reported.
    pub fn load_all(path: &Path, connectors: &dyn Connectors) -> Result<Self, Vec<SettingsProblem>> {
        let text = read::text_of(path).map_err(|problem| vec![problem])?.unwrap_or_default();
        Self::parse(&text, path, connectors)
    }

    /// The same for text already read; every problem is reported. `path` is only for the messages.
    pub fn parse(text: &str, path: &Path, connectors: &dyn Connectors) -> Result<Self, Vec<SettingsProblem>> {
        read::parse(File::Hub, text, path, connectors)
    }
}
