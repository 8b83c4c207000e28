//! The time after a call: what the agent types, how long it takes, and what comes of it.
//!
//! Pure: no clock, no disk. Whoever owns [`WrapUps`] tells it what happened and the time, keeps what it hands out
//! ([`crate::keep::Keep`]), in that order, and tells it what came of that.
//!
//! Promises: what was typed stays until it was saved durably or the agent threw it away, also when the time is over,
//! the disk is full, or the code does not exist any more. The keys of what is handed over are made when the wrap-up
//! begins, so that saving twice is saving once. Several calls may be in wrap-up at once. The clock is the wall's: it
//! goes on while Ringcard does not run.
//!
//! What is noted while a call goes on is a wrap-up too: it waits for the call's end ([`WrapUps::noting`]).
//!
//! Start reading at [`WrapUps::call_ended`] and [`WrapUps::finish`].

mod all;
mod draft;
mod late;
mod noted;
mod one;
mod open;
mod records;
mod tickets;
mod view;

pub use all::{CallAtDesk, Finish, WrapUps};
pub use draft::{CallBackDraft, DraftRefused, LONGEST_COMMENT, WrapUpDraft, WrapUpProblem};
pub use noted::CallNoted;
pub(crate) use one::label;
pub use one::{CallCoding, WrapUp, WrapUpKeys};
pub(crate) use records::with_known;
pub use tickets::{FieldView, FormName, LONGEST_SUBJECT, TicketDraft, TicketKind, TicketView};
pub use view::WrapUpView;

#[cfg(test)]
mod tests;
