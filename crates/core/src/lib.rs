//! The words everyone speaks: numbers, calls, customers, and the frames between desk and hub.
//!
//! No I/O and no clock: time comes in as [`Timestamp`]. Everything here can cross the wire as JSON and
//! is exported to TypeScript, so that the user interface speaks the same words.
//!
//! Start reading at [`call`]: a call is what everything else is about.

pub mod call;
pub mod call_log;
pub mod campaign;
pub mod cause;
pub mod codes;
pub mod control;
pub mod customer;
pub mod fold;
pub mod frame;
pub mod leg;
pub mod limits;
pub mod missed;
pub mod note;
pub mod number;
pub mod outcome;
pub mod pushed;
pub mod recording;
pub mod report;
pub mod submission;
pub mod text;
pub mod ticket;
mod time;
pub mod usage;
pub mod wrap_up;

pub use time::Timestamp;
