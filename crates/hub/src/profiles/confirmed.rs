//! Which profiles of somebody's own a person has looked at: a small file beside the databases.
//!
//! A profile is known by its content: when that changes, somebody has to look again. The file is there from the first
//! start on, even if it is empty: only a hub that has worked before it was there (an update) takes over what is in use.

use super::Own;
use crate::config::replace;
use ringcard_connect::named;
use ringcard_core::Timestamp;
use serde::{Deserialize, Serialize};
use std::{
    collections::BTreeMap,
    io::{self, ErrorKind},
    path::Path,
};

pub const FILE: &str = "profiles.json";
/// A hundred profiles have less than a tenth of it.
const MOST_BYTES: u64 = 256 * 1024;

/// By the profile's id.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed(BTreeMap<String, Look>);

/// A person's look at a profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Look {
    /// Of the file's content, in small hexadecimal digits.
    pub sha256: String,
    /// Where it was; only told.
    pub file: String,
    pub at: Timestamp,
    /// Nobody has looked: it was in use before looking was asked for.
    #[serde(default)]
    pub taken_over: bool,
}

/// The file, as it was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    Absent,
    Known(Confirmed),
    /// Nothing counts as looked at; the sentence says why.
    Unreadable(String),
}

impl Record {
    pub fn read(data_dir: &Path) -> Self {
        let path = data_dir.join(FILE);
        match named::read(&path, MOST_BYTES).map(|bytes| serde_json::from_slice(&bytes)) {
            Ok(Ok(confirmed)) => Self::Known(confirmed),
            Ok(Err(error)) => Self::Unreadable(format!("{} is damaged ({error})", path.display())),
            Err(error) if error.kind() == ErrorKind::NotFound => Self::Absent,
            Err(error) => Self::Unreadable(format!("{} cannot be read ({error})", path.display())),
        }
    }
}

impl Confirmed {
    /// Whoever is killed meanwhile leaves the old file or the new one.
    pub fn write(&self, data_dir: &Path) -> io::Result<()> {
        let text = serde_json::to_string_pretty(self).map_err(io::Error::other)?;
        replace(&data_dir.join(FILE), &format!("{text}\n"), true)
    }

    pub fn of(&self, id: &str) -> Option<&Look> {
        self.0.get(id)
    }

    /// Somebody has looked at it, as it is.
    pub fn confirm(&mut self, own: &Own, at: Timestamp) {
        self.take(own, at, false);
    }

    /// It was in use before anybody was asked to look.
    pub(super) fn take_over(&mut self, own: &Own, at: Timestamp) {
        self.take(own, at, true);
    }

    fn take(&mut self, own: &Own, at: Timestamp, taken_over: bool) {
        let file = own.file.display().to_string();
        self.0.insert(own.profile.id().to_owned(), Look { sha256: own.sha256.clone(), file, at, taken_over });
    }
}
