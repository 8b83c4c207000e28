//! What the simulated Zendesk promises to whoever asks it.

mod calls;
mod customers;
mod jobs;
mod limits;
mod program;
mod sign_in;
mod support;
mod tickets;
