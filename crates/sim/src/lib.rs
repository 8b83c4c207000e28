//! Simulated outside systems over real HTTP: a VIPeX cloud PBX and an Asterisk with its REST interface, with phones
//! that follow scripts or commands, customers who call, and every way of misbehaving a test or a demo may want. Beside
//! them, and each on its own, a wolkvox ([`wolkvox`]), an Asterisk that tells of its calls ([`AsteriskSim`]), an office with a
//! CRM and a receiver of webhooks ([`OfficeSim`]), a Zendesk ([`zendesk`]) and a Google CCAI Platform ([`ccai`]).
//!
//! Written from the documents alone and free of any other ringcard crate, so that a misreading shows. Where the documents
//! are silent (VIPeX publishes no names, vipex.md, Basics) the simulator has defaults of its own, all of them set in [`SimConfig`].
//!
//! ```no_run
//! # async fn example() -> Result<(), ringcard_sim::SimError> {
//! use ringcard_sim::{Misbehaviour, Ring, Sim, SimConfig};
//!
//! let sim = Sim::start(SimConfig::with_hub("http://127.0.0.1:8480", "pbx")).await?;
//! sim.misbehave(Misbehaviour::PushTwice);
//! let call = sim.ring(Ring::from("+36 30 123 4567").extension("101")).await?;
//! call.answer().await?;
//! call.hang_up().await?;
//! assert!(sim.pushes().iter().all(|push| push.was_taken()));
//! sim.shutdown().await;
//! # Ok(()) }
//! ```
//!
//! Start reading at `course`, the life of one call.

mod ari;
mod asterisk;
mod call;
pub mod ccai;
mod clock;
mod config;
mod control;
mod course;
pub mod demo;
mod encode;
mod exchange;
mod journal;
mod leg;
mod misbehave;
mod office;
mod orders;
mod pairs;
mod people;
mod phones;
mod port;
mod push;
mod recordings;
mod sent_recording;
mod server;
mod sim;
mod sound;
mod story;
mod vipex;
mod watched;
pub mod wolkvox;
pub mod zendesk;

pub use asterisk::{AsteriskAct, AsteriskSim, AsteriskWrong};
pub use call::{CallResult, CallView, Direction, Phase, Ring};
pub use ccai::{CcaiConfig, CcaiSim};
pub use config::{
    AriConfig, ErrorFormat, ErrorStyle, HubTarget, OwnLegCaller, PushAuth, PushConfig, PushEncoding, PushMethod,
    PushNames, SimConfig, StartedAnswer, VipexConfig, VipexNames,
};
pub use journal::{CallNo, PushKind, PushOutcome, Pushed, Received, System};
pub use leg::{Leaving, LegAct};
pub use misbehave::{Misbehaviour, Standing};
pub use office::{LogEntry, OfficeSim, OfficeWrong, Told};
pub use people::{NUMBER_COLUMNS, Person, Scenario, customers, customers_csv, scenarios};
pub use phones::PhoneScript;
pub use recordings::{Giving, RecordingsAre, recording_id};
pub use sim::{Phone, RingingCall, Sim, SimError};
pub use sound::{Coding, tone};
pub use story::{Story, stories};
pub use wolkvox::{WolkvoxConfig, WolkvoxSim};
pub use zendesk::{ZendeskConfig, ZendeskSim};
