//! Outside systems behind small traits. No storage, no words for users.
//!
//! Each system is a folder with the same files (`config`, `client`, `wire`, `normalise`, `outcome`), and must pass the
//! same contract (`tests/contract.rs`).
//! A vendor's words end here: what leaves this crate is spoken in `ringcard-core`.
//!
//! Start reading at [`telephony`]; the first system is [`profile`], any HTTP PBX described by a file; [`wolkvox`] is the
//! largest one: calls, campaigns, reports.

pub mod campaigns;
pub mod control;
pub mod crm;
pub mod named;
pub mod origin;
pub mod permits;
pub mod profile;
pub mod push;
pub mod telephony;
pub mod wolkvox;
pub mod writes;

pub use campaigns::{AskFailure, Campaigns, Reports};
pub use control::{ActFailure, Acted, AgentState, CallAct, CallControl, Toggle, Toggles};
pub use crm::{Crm, CrmFailure};
pub use permits::{CameTo, CountsAgainst, NotNow, Permit, Permits, Purpose, TakesPermits};
pub use push::{Push, PushKind, PushRefused, RawPush};
pub use telephony::{Originate, OriginateFailure, Originated, Telephony, TestReport, TestState, TestStep, Tried};
pub use writes::{Allowance, Attempt, Hint, Looked, Writes};
