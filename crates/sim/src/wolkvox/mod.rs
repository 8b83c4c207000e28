//! A simulated wolkvox over real HTTP: `{base}/api/v2/{file}.php?api=…`, and the local agent API
//! `/apiagentbox?action=…`.
//!
//! Written from the documents alone: `docs/systems/wolkvox.md` says what they say, and what they leave open. What is open can
//! be set in [`WolkvoxConfig`] and changed while it runs ([`WolkvoxSim::adjust`]). Of the APIs, those an agent's desk
//! may want are simulated; any other is answered as one that does not exist.
//!
//! ```no_run
//! # async fn example() -> Result<(), ringcard_sim::SimError> {
//! use ringcard_sim::wolkvox::{Misbehaviour, WolkvoxConfig, WolkvoxSim};
//!
//! let sim = WolkvoxSim::start(WolkvoxConfig::default()).await?;
//! sim.misbehave("codify", Misbehaviour::ApplyThenCut);
//! // … something codes customer 10000001 of campaign 7224 at sim.api_url() …
//! assert_eq!(sim.coded("7224", "10000001"), 1);
//! assert!(sim.traffic("desk").most_at_once <= 2);
//! sim.shutdown().await;
//! # Ok(()) }
//! ```
//!
//! Start reading at `server`, the way of one request.

mod agent;
mod agentbox;
mod campaign;
mod config;
mod control;
mod gate;
mod information;
mod journal;
mod local;
mod misbehave;
mod operation;
mod real_time;
mod records;
mod reply;
mod reports;
mod seed;
mod server;
mod sim;
mod style;
mod time;
mod world;

pub use config::{LocalAgent, OnUnknown, PhoneMatch, TokenConfig, TooManyRows, Unknowns, WolkvoxConfig};
pub use journal::{Applied, Asked, Traffic, Write};
pub use misbehave::{Misbehaviour, Standing};
pub use operation::{
    ActivityCode, Agent, AgentCall, CallOrigin, CallRow, Campaign, CampaignKind, CampaignRecord, Recall, Skill,
    SmartWait,
};
pub use sim::{Quota, WolkvoxSim};
pub use style::{CodeStyle, DataStyle, EmptyStyle, NameStyle, PercentStyle, StatusStyle, Style};
