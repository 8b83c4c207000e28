//! What the commands of the contract do: each takes its arguments, calls the desk or the installation, and returns.

pub mod callbacks;
pub mod customers;
pub mod demo;
pub mod desk;
pub mod files;
pub mod find;
pub mod left;
pub mod missed;
pub mod notes;
pub mod outbox;
pub mod popup;
pub mod recordings;
pub mod settings;
pub mod tests;
pub mod windows;
pub mod wrap_up;

use crate::contract::CommandError;

/// What every command answers.
pub type Answer<T> = Result<T, CommandError>;
