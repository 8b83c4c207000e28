//! The simulated wolkvox over real HTTP, held against the documents: gate, campaigns, agents, reports, misbehaviour.

mod agents;
mod campaigns;
mod gate;
mod misbehaviour;
mod program;
mod reports;
mod support;
