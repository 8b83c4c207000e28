//! `ringcard.toml`: the settings of one desk.

use super::{
    Account, AgentSettings, Calls, Connectors, CustomerSettings, DeskSettings, Dialling, HistorySettings, LineSettings,
    Listen, Locale, Numbers, RecordingSettings, SettingsProblem, read, schema::File,
};
use crate::secrets::SecretRef;
use ringcard_core::{call::AgentId, wrap_up::WrapUpSettings};
use serde::Deserialize;
use std::path::Path;

/// The settings of one desk. [`Settings::default`] is a first start.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Settings {
    pub agent: AgentSettings,
    pub locale: Locale,
    /// Absent: the hub runs inside the app.
    pub hub: Option<HubLink>,
    pub listen: Listen,
    pub numbers: Numbers,
    pub dialling: Dialling,
    #[serde(rename = "line")]
    pub lines: Vec<LineSettings>,
    #[serde(rename = "account")]
    pub accounts: Vec<Account>,
    pub desk: DeskSettings,
    pub calls: Calls,
    pub customers: CustomerSettings,
    pub history: HistorySettings,
    pub recordings: RecordingSettings,
    pub wrap_up: WrapUpSettings,
}

/// `[hub]`: where the team's hub is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HubLink {
    pub url: String,
    pub token: SecretRef,
}

impl Settings {
    /// Reads and checks a file; one that is missing or empty is a first start. The first problem is reported.
    pub fn load(path: &Path, connectors: &dyn Connectors) -> Result<Self, SettingsProblem> {
        let text = read::text_of(path)?.unwrap_or_default();
        Self::parse(&text, path, connectors).map_err(read::first)
    }

    /// The same for text already read; every problem is reported. `path` is only for the messages.
    pub fn parse(text: &str, path: &Path, connectors: &dyn Connectors) -> Result<Self, Vec<SettingsProblem>> {
        read::parse(File::Desk, text, path, connectors)
    }

    /// Whether nobody has set anything up yet: no agent and no account.
    pub fn is_first_start(&self) -> bool {
        self.agent.name.is_empty() && self.accounts.is_empty() && self.hub.is_none()
    }

    /// Who sits at this desk; one who has not said a name is `agent`.
    pub fn agent_id(&self) -> AgentId {
        self.agent.id()
    }
}
