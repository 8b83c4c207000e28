//! What the settings say about the desk.

use crate::view::{AgentView, SettingsProblem};
use ringcard_core::{call::AgentId, frame::Connection, number::DialPlan, wrap_up::WrapUpSettings};
use ringcard_hub::config::{Appearance, Language, LinkDials, QuietMode};
use std::time::Duration;

/// Everything the desk takes from the settings; adopted whole whenever they change.
#[derive(Debug, Clone)]
pub struct Preferences {
    /// Whose desk this is; the hub routes calls by it.
    pub agent_id: AgentId,
    /// As shown; absent until the settings name somebody.
    pub agent: Option<AgentView>,
    pub plan: DialPlan,
    pub quiet: QuietMode,
    /// Neither cards nor notifications, but for what the agent dials.
    pub do_not_disturb: bool,
    /// Whether links are Ringcard's; one that comes all the same dials nothing.
    pub links: bool,
    pub link_dials: LinkDials,
    /// How long the card of a finished call stays; absent: until somebody takes it away.
    pub hide_after: Option<Duration>,
    /// Which calls are wrapped up, and with which codes.
    pub wrap_up: WrapUpSettings,
    pub language: Language,
    pub appearance: Appearance,
    /// Brings the keyboard to the popup; absent: none, or it could not be had.
    pub hotkey: Option<String>,
    /// What is connected here besides what the hub reports: where webhooks arrive, the customer list.
    pub connections: Vec<Connection>,
    pub demo: bool,
    pub first_start: bool,
    pub settings_problem: Option<SettingsProblem>,
    /// The app's version, for people.
    pub version: String,
}

impl Preferences {
    /// What holds before any settings are read.
    pub fn new(agent: AgentId, plan: DialPlan) -> Self {
        Self {
            agent_id: agent,
            agent: None,
            plan,
            quiet: QuietMode::Card,
            do_not_disturb: false,
            links: false,
            link_dials: LinkDials::Ask,
            hide_after: Some(Duration::from_secs(8)),
            wrap_up: WrapUpSettings::default(),
            language: Language::En,
            appearance: Appearance::System,
            hotkey: None,
            connections: Vec::new(),
            demo: false,
            first_start: false,
            settings_problem: None,
            version: String::new(),
        }
    }
}

/// What a quiet mode lets an incoming call do.
pub(crate) trait Lets {
    fn shows_card(self) -> bool;
    fn notifies(self) -> bool;
}

impl Lets for QuietMode {
    fn shows_card(self) -> bool {
        matches!(self, Self::Card | Self::Both)
    }

    fn notifies(self) -> bool {
        matches!(self, Self::Notification | Self::Both)
    }
}
