//! How a store opens its file: looked at as far as there is time for, of this version's form, and remembered where it was
//! found damaged.

use super::{FileKind, OpenFailure, set_aside};
use crate::own_files;
use rusqlite::Connection;
use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

/// What a store says about its connections; the rest is the same for all of them.
pub struct Opening {
    pub kind: FileKind,
    /// How long a lock of another program is waited for at the start.
    pub patience: Duration,
    /// And later.
    pub later_patience: Duration,
    /// The first thing a writing connection is told, before anybody looks whose file it is.
    pub begin: fn(&Connection) -> rusqlite::Result<()>,
    /// How much memory and log a connection takes.
    pub tune: fn(&Connection) -> rusqlite::Result<()>,
    pub look: Look,
}

/// How much of a file is looked at when it is opened. One that was found damaged is always looked at as a whole.
pub enum Look {
    Whole,
    WholeUpTo(u64),
    /// These questions, which touch the ends of tables and indexes: a whole look would take seconds, and the phone may ring
    /// already. Damage inside is found, and noted, when it is read.
    Glance(&'static [&'static str]),
}

impl Opening {
    /// The connection that writes, on a file that is there, ours, whole as far as we looked, and of this version's form.
    pub fn writer(&self, path: &Path) -> Result<Connection, OpenFailure> {
        let failed = |error| self.kind.failure(path, error);
        let mut connection = self.kind.open(path, |connection| {
            connection.busy_timeout(self.patience)?;
            (self.begin)(connection)
        })?;
        let damage = Damage::of(path);
        if damage.is_suspected() || self.look.is_whole(path) {
            self.kind.look_at_all(&connection, path)?;
        }
        (self.tune)(&connection).map_err(failed)?;
        self.kind.bring_up(&mut connection).map_err(failed)?;
        if let Look::Glance(questions) = self.look {
            for question in questions {
                connection.query_row(question, [], |_| Ok(())).map_err(failed)?;
            }
        }
        damage.forget();
        connection.busy_timeout(self.later_patience).map_err(failed)?;
        Ok(connection)
    }

    /// The same, where nothing must wait for a person: a damaged file is kept aside and an empty one begun. With the name
    /// under which that one is kept.
    pub fn writer_or_anew(&self, path: &Path) -> Result<(Connection, Option<PathBuf>), OpenFailure> {
        match self.writer(path) {
            Ok(connection) => Ok((connection, None)),
            Err(damaged @ OpenFailure::Corrupt { .. }) => {
                tracing::error!(%damaged, "an empty one is begun");
                let kept_as = self.set_aside(path)?;
                Ok((self.writer(path)?, Some(kept_as)))
            }
            Err(failure) => Err(failure),
        }
    }

    /// A connection that only reads a file which is open for writing.
    pub fn reader(&self, path: &Path) -> Result<Connection, OpenFailure> {
        self.kind.open_reader(path, |connection| {
            connection.busy_timeout(self.later_patience)?;
            (self.tune)(connection)
        })
    }

    /// The same, so many times.
    pub fn readers(&self, path: &Path, count: usize) -> Result<Vec<Connection>, OpenFailure> {
        (0..count).map(|_| self.reader(path)).collect()
    }

    /// Keeps a damaged file under another name beside it; nothing is deleted. Answers the name.
    pub fn set_aside(&self, path: &Path) -> Result<PathBuf, OpenFailure> {
        let kept_as = set_aside(path)?;
        Damage::of(path).forget();
        tracing::error!(file = %path.display(), kept_as = %kept_as.display(), "a damaged database is kept under another name");
        Ok(kept_as)
    }
}

impl Look {
    fn is_whole(&self, path: &Path) -> bool {
        match self {
            Self::Whole => true,
            Self::WholeUpTo(size) => fs::metadata(path).is_ok_and(|file| file.len() <= *size),
            Self::Glance(_) => false,
        }
    }
}

/// A note beside a file that it was found damaged: the next start looks at all of it, which takes too long for every start.
#[derive(Debug, Clone)]
pub struct Damage {
    note: PathBuf,
    file: PathBuf,
}

impl Damage {
    pub fn of(file: &Path) -> Self {
        let mut note = file.as_os_str().to_owned();
        note.push("-damaged");
        Self { note: note.into(), file: file.to_owned() }
    }

    /// Of a failure that says so. Once in the log.
    pub fn note(&self, error: &rusqlite::Error) {
        if !self.is_suspected() {
            let file = self.file.display();
            tracing::error!(%error, %file, "a database is damaged; the next start looks at all of it");
            if let Err(error) = own_files::open(&self.note) {
                tracing::error!(%error, %file, "and that could not be noted for the next start");
            }
        }
    }

    fn is_suspected(&self) -> bool {
        self.note.exists()
    }

    fn forget(&self) {
        let _ = fs::remove_file(&self.note);
    }
}
