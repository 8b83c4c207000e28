//! What a connector asks an administrator for, in every language, and what they gave, checked.
//!
//! Settings stand in TOML files: in a profile, or beside a coded connector. `section` reads such a file key by key,
//! `setting` is what a setting is, `values` are those of one account. What is wrong is said with file, line and key, or
//! with the setting's name.

pub(crate) mod problem;
mod schema;
pub(crate) mod section;
pub(crate) mod setting;
pub(crate) mod values;

pub use problem::{AccountError, ProfileError};
pub use schema::Schema;
pub use setting::{Choice, Setting, SettingKind, When, Words};
