//! The tables that `ringcard.toml` and `hub.toml` share, with their defaults.

use super::{Account, Network};
use crate::{
    CallWaits, CustomerRules,
    recordings::{Keeping, SealKey},
    secrets::{SHORTEST, SecretRef, SecretStore, is_short},
};
use secrecy::ExposeSecret;
use serde::{Deserialize, Deserializer, Serialize};
use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};
use ts_rs::TS;

/// A person who takes calls: `[agent]` on a desk, one `[[agent]]` each on a server.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct AgentSettings {
    /// Also the agent's identity; empty until somebody said so (first start).
    pub name: String,
    /// The phone that rings first in click-to-call.
    pub extension: Option<String>,
    /// Called numbers this agent answers, as written; empty: all.
    pub lines: Vec<String>,
}

/// `[locale]`
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Locale {
    /// ISO 3166; absent: the system's ([`Locale::country`]).
    pub country: Option<String>,
    /// Absent: the system's.
    pub language: Option<Language>,
}

/// The languages Ringcard speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    En,
    Es,
    Hu,
}

/// `[listen]`: where webhooks and REST arrive.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Listen {
    pub address: SocketAddr,
    /// How the PBX reaches this address from outside (a reverse proxy, a tunnel); absent: the address itself.
    pub public_url: Option<String>,
    /// The administrator's: what scripts show to use REST; absent: made at first start and kept in the keyring (desk), REST
    /// closed to all but agents' own tokens (server).
    pub api_token: Option<SecretRef>,
    /// Further names this hub is reached by, besides that of `public_url`.
    pub names: Vec<String>,
    /// Whose word is taken on where a request came from.
    pub trusted_proxies: Vec<Network>,
    /// What one account may push without a pause.
    pub pushes_per_second: u32,
    /// Whether a desk may come with `api_token`, and say whose it is.
    pub shared_token: bool,
}

impl Default for Listen {
    fn default() -> Self {
        Self {
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 8480)),
            public_url: None,
            api_token: None,
            names: Vec::new(),
            trusted_proxies: Vec::new(),
            pushes_per_second: DEFAULT_PUSHES_PER_SECOND,
            shared_token: true,
        }
    }
}

/// Twenty-five calls a second, each with a ring, two events and an end.
pub const DEFAULT_PUSHES_PER_SECOND: u32 = 100;

/// `[numbers]`: how numbers are read here.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Numbers {
    pub internal_min: u8,
    pub internal_max: u8,
    pub outside_prefix: Option<String>,
    /// Our own numbers, as written: never looked up as a customer's.
    pub own: Vec<String>,
    /// What this PBX says when a caller withholds the number, besides the usual words.
    pub hidden_words: Vec<String>,
    /// Whose calls are private: numbers as written, and how numbers begin (`+3620*`).
    pub private: Vec<String>,
}

impl Default for Numbers {
    fn default() -> Self {
        Self {
            internal_min: 2,
            internal_max: 6,
            outside_prefix: None,
            own: Vec::new(),
            hidden_words: Vec::new(),
            private: Vec::new(),
        }
    }
}

/// `[[line]]`: a number that customers call.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LineSettings {
    pub number: String,
    /// For people: *Sales (HU)*.
    pub name: String,
    /// Names or extensions of the agents who answer it; empty: as the agents' own `lines` say.
    pub agents: Vec<String>,
    /// Within how many minutes whoever was missed here should be called back.
    pub call_back_within_minutes: Option<u32>,
}

/// `[calls]`
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Calls {
    pub ring_expires_seconds: u32,
    pub live_expires_hours: u32,
    pub next_ring_seconds: u32,
    pub phone_rings_seconds: u32,
    pub silent_call_minutes: u32,
    pub call_waiting: bool,
    pub log_after_seconds: u32,
    pub approve_notes: bool,
}

impl Default for Calls {
    fn default() -> Self {
        Self {
            ring_expires_seconds: 120,
            live_expires_hours: 4,
            next_ring_seconds: 20,
            phone_rings_seconds: 60,
            silent_call_minutes: 10,
            call_waiting: true,
            log_after_seconds: 120,
            approve_notes: true,
        }
    }
}

impl Calls {
    /// A ring that never gets an end becomes *outcome not reported* after this.
    pub fn ring_expires(&self) -> Duration {
        Duration::from_secs(u64::from(self.ring_expires_seconds))
    }

    /// The same for a conversation.
    pub fn live_expires(&self) -> Duration {
        Duration::from_secs(u64::from(self.live_expires_hours) * 3600)
    }

    /// How long is waited for what may still come of a call.
    pub fn waits(&self) -> CallWaits {
        CallWaits {
            next_ring: Duration::from_secs(u64::from(self.next_ring_seconds)),
            phone_rings: Duration::from_secs(u64::from(self.phone_rings_seconds)),
            silent_call: Duration::from_secs(u64::from(self.silent_call_minutes) * 60),
            call_waiting: self.call_waiting,
            log_after: Duration::from_secs(u64::from(self.log_after_seconds)),
            approval: self.approve_notes,
        }
    }
}

/// `[history]`: how long calls are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HistorySettings {
    /// Absent: for good.
    pub keep_days: Option<u32>,
}

/// `[recordings]`: how long recordings of calls are kept.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RecordingSettings {
    /// Absent: for good.
    pub keep_days: Option<u32>,
    /// Absent: as many as there is room for.
    pub most_gb: Option<u32>,
    pub cached_days: u32,
    /// Of one recording.
    pub most_mb: u32,
    /// Of what is made of recordings to play them.
    pub played_mb: u32,
    /// What they are sealed with on the disk; absent: they are not.
    pub key: Option<SecretRef>,
}

impl Default for RecordingSettings {
    fn default() -> Self {
        Self { keep_days: None, most_gb: None, cached_days: 30, most_mb: 64, played_mb: 1024, key: None }
    }
}

impl RecordingSettings {
    /// With what single accounts say.
    pub fn keeping(&self, accounts: &[Account], key: Result<Option<SealKey>, String>) -> Keeping {
        let of_account = |account: &Account| Some((account.name.clone(), account.keep_recordings_days?));
        Keeping {
            days: self.keep_days,
            days_of: accounts.iter().filter_map(of_account).collect(),
            most_bytes: self.most_gb.map(|most| u64::from(most) * 1_000_000_000),
            cached_days: self.cached_days,
            most_of_one: u64::from(self.most_mb) * 1024 * 1024,
            most_played: u64::from(self.played_mb) * 1024 * 1024,
            key,
        }
    }

    /// What recordings are sealed with, or a sentence why it cannot be used.
    pub async fn seal_key(&self, secrets: &dyn SecretStore) -> Result<Option<SealKey>, String> {
        let Some(place) = &self.key else { return Ok(None) };
        let secret = secrets.read(place).await.map_err(|failure| failure.to_string())?;
        match is_short(secret.expose_secret().chars().count()) {
            true => Err(format!("The key of recordings in {place} is too short: at least {SHORTEST} characters")),
            false => Ok(Some(SealKey::new(secret))),
        }
    }
}

/// `[customers]`: which systems are asked who is calling.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct CustomerSettings {
    /// Accounts and `directory`.
    pub order: Vec<String>,
    pub deadline_seconds: u32,
    /// Accounts all of whose customers are read ahead.
    pub warm: Vec<String>,
}

impl Default for CustomerSettings {
    fn default() -> Self {
        Self { order: Vec::new(), deadline_seconds: 3, warm: Vec::new() }
    }
}

impl CustomerSettings {
    pub fn rules(&self) -> CustomerRules {
        let deadline = Duration::from_secs(self.deadline_seconds.into());
        CustomerRules { order: self.order.clone(), deadline, warm: self.warm.clone() }
    }
}

/// `[desk]`: how the app behaves on this desk.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct DeskSettings {
    pub start_at_login: bool,
    /// Whether Ringcard opens `tel:`, `callto:` and `sip:` links.
    pub links: bool,
    /// What a link does whose number is a plain one.
    pub link_dials: LinkDials,
    /// The monitor's name; absent: the primary one.
    #[serde(deserialize_with = "none_if_empty")]
    pub monitor: Option<String>,
    pub corner: Corner,
    pub quiet: QuietMode,
    pub do_not_disturb: bool,
    /// Brings the keyboard to the popup; written as `""` where nobody wants one.
    #[serde(deserialize_with = "none_if_empty")]
    pub hotkey: Option<String>,
    /// How long the card of a finished call stays; 0: until somebody closes it.
    pub hide_after_seconds: u32,
    pub appearance: Appearance,
}

/// Free on Windows, GNOME and KDE; the keys of one hand.
pub const DEFAULT_HOTKEY: &str = "Ctrl+Alt+Space";

impl Default for DeskSettings {
    fn default() -> Self {
        Self {
            start_at_login: false,
            links: false,
            link_dials: LinkDials::default(),
            monitor: None,
            corner: Corner::default(),
            quiet: QuietMode::default(),
            do_not_disturb: false,
            hotkey: Some(DEFAULT_HOTKEY.to_owned()),
            hide_after_seconds: 8,
            appearance: Appearance::default(),
        }
    }
}

/// What a link does whose number is a plain one. Every other is asked about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum LinkDials {
    /// It is asked about: any page can have a link opened.
    #[default]
    Ask,
    /// It is dialled.
    AtOnce,
}

/// How a call announces itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum QuietMode {
    #[default]
    Card,
    Notification,
    Both,
    Neither,
}

/// Where on the monitor the popup comes up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Corner {
    #[default]
    TopRight,
    TopLeft,
    BottomRight,
    BottomLeft,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Appearance {
    #[default]
    System,
    Light,
    Dark,
}

fn none_if_empty<'de, D: Deserializer<'de>>(value: D) -> Result<Option<String>, D::Error> {
    Ok(Some(String::deserialize(value)?).filter(|text| !text.is_empty()))
}
