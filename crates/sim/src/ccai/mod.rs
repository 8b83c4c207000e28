//! A simulated Google CCAI Platform over real HTTP: its Apps API starts calls (`/apps/api/v1/calls`), its Manager API lists
//! them and the agents (`/manager/api/v1/…`), and for an agent whose call rings it opens our look-up address as a browser does.
//!
//! Written from the documents alone: `docs/systems/ccai.md` says what they say, and what they leave open. What is open can be
//! set in [`CcaiConfig`] and changed while it runs ([`CcaiSim::adjust`]).
//!
//! ```no_run
//! # async fn example() -> Result<(), ringcard_sim::SimError> {
//! use ringcard_sim::ccai::{CcaiConfig, CcaiSim};
//!
//! let sim = CcaiSim::start(CcaiConfig::default()).await?;
//! // … something starts a call for anna@example.com at sim.base_url() …
//! sim.set_status(sim.calls()[0].id, "finished");
//! sim.shutdown().await;
//! # Ok(()) }
//! ```
//!
//! Start reading at `server`, the way of one request.

mod config;
mod lookup;
mod server;
mod sim;
mod world;

pub use config::{CcaiAgent, CcaiConfig, Confirming, Misbehaviour};
pub use lookup::{Lookup, Opened};
pub use sim::CcaiSim;
pub use world::{Asked, CcaiCall};
