//! The simulated wolkvox over real HTTP, held against the documents: door, campaigns, agents, reports, misbehaviour.

mod agents;
mod campaigns;
mod door;
mod misbehaviour;
mod program;
mod reports;
mod support;
