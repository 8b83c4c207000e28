//! Settings: `ringcard.toml` of a desk, `hub.toml` of a server.
//!
//! The file belongs to the person: it may be edited by hand, its comments and order are kept, and a file that is broken
//! is never overwritten. Everything is optional; an empty or missing file is a first start. What is wrong is said with
//! file, line and column, and with what was expected. Secrets are never in it, only where to find them
//! ([`crate::secrets`]).
//!
//! Start reading at [`Settings`]; every key is listed in [`schema`], from which `docs/settings.md` is made.

mod account;
mod change;
mod check;
mod codes;
mod desk;
mod dialling;
mod edit;
mod hub;
mod network;
mod numbers;
mod patch;
mod places;
mod problem;
mod read;
pub mod risks;
pub mod schema;
mod sections;
mod value;
mod write;

pub use account::{Account, Connectors, SettingValue, UnknownConnectors};
pub use desk::{HubLink, Settings};
pub use dialling::{Dialling, DiallingPatch, DiallingRule};
pub use edit::{EditFailure, Editable, HubFile, InFile, SettingsFile};
pub use hub::HubSettings;
pub use network::{Network, NoNetwork};
pub(crate) use numbers::line_key;
pub use numbers::{BadNumbers, Directions};
pub use patch::{AgentPatch, DeskPatch, LineName, ListenPatch, LocalePatch, NumbersPatch, SettingsPatch};
pub use places::{Places, system_country, system_language};
pub use problem::SettingsProblem;
pub use sections::{
    AgentSettings, Appearance, Calls, Corner, CustomerSettings, DEFAULT_PUSHES_PER_SECOND, DeskSettings,
    HistorySettings, Language, LineSettings, LinkDials, Listen, Locale, Numbers, QuietMode, RecordingSettings,
};
pub(crate) use write::replace;
pub use write::set_aside;

/// More than anybody writes by hand; a bigger file is the wrong file.
pub const MAX_FILE_BYTES: u64 = 1024 * 1024;
