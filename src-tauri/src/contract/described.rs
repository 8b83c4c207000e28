//! The contract's commands and events, as far as TypeScript needs to know them.

use ts_rs::{Config, TS};

/// A command, as far as TypeScript needs to know it.
pub struct Command {
    pub name: &'static str,
    pub arguments: Vec<Argument>,
    pub reply: String,
}

pub struct Argument {
    /// In Rust's writing.
    pub name: &'static str,
    pub kind: String,
    /// May be left out.
    pub optional: bool,
}

/// An event, as far as TypeScript needs to know it.
pub struct Event {
    pub name: &'static str,
    pub payload: String,
}

/// What may be left out of a command's arguments.
pub(super) trait MayBeLeftOut {
    const OPTIONAL: bool = false;
}

pub(super) struct Of<T>(std::marker::PhantomData<T>);

impl<T> Of<Option<T>> {
    pub const OPTIONAL: bool = true;
}

impl<T> MayBeLeftOut for Of<T> {}

/// A type's name in TypeScript.
pub(super) fn name_of<T: TS>(config: &Config) -> String {
    T::name(config)
}
