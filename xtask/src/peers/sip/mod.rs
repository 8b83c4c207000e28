//! SIP phones and a carrier, as much of them as calls need: no sound, no registration, one datagram each way.
//!
//! Ours, so that a scenario can say when a phone is picked up, and knows to the millisecond when it rang.

mod line;
mod message;
mod phone;

pub use line::State;
pub use phone::{Caller, Phone};
