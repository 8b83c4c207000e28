//! How a database of ours is kept: one small room for every store.
//!
//! A [`FileKind`] says whose file it is and what may be wrong with it, and brings it to this version's form under a lock. An
//! [`Opening`] says the rest of how it is opened: what is looked at, what is done where it is damaged. [`Threads`] speak with
//! it: one that writes, some that read. A store itself has only its questions and changes.
//!
//! Who may write is the folder's matter ([`folder::FolderLock`]): a hub takes it before it opens anything.

mod failure;
mod opening;
mod threads;

pub use failure::{OpenFailure, is_damage};
pub use opening::{Damage, Look, Opening};
pub use threads::{Held, Job, NotDone, Threads, Waiting, Ways, fold_log};

use crate::{folder, own_files};
use failure::of_place;
use ringcard_core::Timestamp;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior, config::DbConfig};
use std::{
    io,
    path::{Path, PathBuf},
};

/// One kind of file.
#[derive(Debug, Clone, Copy)]
pub struct FileKind {
    /// Says whose file it is, to SQLite's tools and to ourselves.
    pub application_id: i64,
    /// What a file that is none is said not to be: `outbox`.
    pub name: &'static str,
    /// What a person can do about a damaged one; follows *… is damaged (why)*.
    pub when_damaged: &'static str,
    /// Frozen history: dated, additive, never changed once released.
    pub migrations: &'static [&'static str],
}

impl FileKind {
    /// A connection for writing to a file that is ours, or will be, and no newer than this version. `begin` is the first
    /// thing the connection is told; [`FileKind::bring_up`] the next thing to do.
    pub fn open(
        &self,
        path: &Path,
        begin: impl FnOnce(&Connection) -> rusqlite::Result<()>,
    ) -> Result<Connection, OpenFailure> {
        if let Some(folder) = path.parent() {
            folder::make(folder).map_err(|source| OpenFailure::of_io(path, source))?;
        }
        let failed = |error| self.failure(path, error);
        own_files::database(path).map_err(|source| OpenFailure::of_io(path, source))?;
        let connection = connect(path).map_err(failed)?;
        begin(&connection).map_err(failed)?;
        let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed)?;
        let known = i64::try_from(self.migrations.len()).expect("BUG: there are not that many migrations");
        if found > known {
            return Err(OpenFailure::NewerVersion { path: path.to_owned(), found, known });
        }
        self.check_owner(&connection, path, found)?;
        if connection.is_readonly("main").map_err(failed)? {
            return Err(OpenFailure::ReadOnly { path: path.to_owned() });
        }
        Ok(connection)
    }

    /// A connection that only reads a file another one has opened for writing.
    pub fn open_reader(
        &self,
        path: &Path,
        begin: impl FnOnce(&Connection) -> rusqlite::Result<()>,
    ) -> Result<Connection, OpenFailure> {
        let open = || {
            let connection = connect(path)?;
            begin(&connection)?;
            connection.pragma_update(None, "query_only", true)?;
            Ok(connection)
        };
        open().map_err(|error| self.failure(path, error))
    }

    /// Signs the file, sees to it that a commit is on the disk, and brings it to this version's form.
    pub fn bring_up(&self, connection: &mut Connection) -> rusqlite::Result<()> {
        connection.pragma_update(None, "application_id", self.application_id)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // `FULL`, not `NORMAL`: somebody was told "saved".
        connection.pragma_update(None, "synchronous", "FULL")?;
        migrate(connection, self.migrations)
    }

    /// Reads all of it.
    pub fn look_at_all(&self, connection: &Connection, path: &Path) -> Result<(), OpenFailure> {
        let check = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
        match check.map_err(|error| self.failure(path, error))?.as_str() {
            "ok" => Ok(()),
            detail => Err(self.corrupt(path, detail)),
        }
    }

    pub fn corrupt(&self, path: &Path, detail: impl Into<String>) -> OpenFailure {
        OpenFailure::Corrupt { path: path.to_owned(), detail: detail.into(), advice: self.when_damaged }
    }

    /// What a failure of SQLite's means to people.
    pub fn failure(&self, path: &Path, error: rusqlite::Error) -> OpenFailure {
        match error.sqlite_error_code() {
            Some(ErrorCode::NotADatabase) => self.corrupt(path, format!("it is no {}", self.name)),
            // `Unknown`: a table or column that should be there is not.
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::Unknown) => self.corrupt(path, error.to_string()),
            _ => of_place(path, &error)
                .unwrap_or_else(|| OpenFailure::Io { path: path.to_owned(), source: io::Error::other(error) }),
        }
    }

    /// Another program's database is not written into, whatever it is called.
    fn check_owner(&self, connection: &Connection, path: &Path, version: i64) -> Result<(), OpenFailure> {
        let failed = |error| self.failure(path, error);
        let owner: i64 = connection.pragma_query_value(None, "application_id", |row| row.get(0)).map_err(failed)?;
        let tables: i64 =
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(failed)?;
        match (owner == self.application_id, tables) {
            (true, 0) if version > 0 => Err(self.corrupt(path, "its tables are gone")),
            (true, _) => Ok(()),
            (false, 0) if owner == 0 => Ok(()),
            (false, _) => Err(self.corrupt(path, "it is another program's database")),
        }
    }
}

/// A connection to a file that is there. No link is followed at its own name, nor at its logs'; its folder may be one.
///
/// How a question is answered is decided once, by what it asks and not by the values it is asked with: else SQLite
/// decides anew each time it is asked, which takes longer than the answer.
pub fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let connection = Connection::open_with_flags(own_files::without_links(path), flags)?;
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    Ok(connection)
}

/// Brings a file from the form it has to the newest, one committed step after the other.
pub(crate) fn migrate(connection: &mut Connection, migrations: &[&str]) -> rusqlite::Result<()> {
    loop {
        // Under the lock: another program of ours may be at it at the same moment.
        let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let found: i64 = step.pragma_query_value(None, "user_version", |row| row.get(0))?;
        let Some(migration) = usize::try_from(found).ok().and_then(|found| migrations.get(found)) else {
            return Ok(());
        };
        step.execute_batch(migration)?;
        step.pragma_update(None, "user_version", found + 1)?;
        step.commit()?;
    }
}

/// Keeps a file under another name beside it, with its log; nothing is deleted. Answers the name. Nobody of ours may have it
/// open: Windows moves no file that SQLite has.
pub fn set_aside(path: &Path) -> Result<PathBuf, OpenFailure> {
    let failed = |source| OpenFailure::of_io(path, source);
    let kept_as = path.with_extension(format!("damaged-{}.db", Timestamp::now().0));
    own_files::rename(path, &kept_as).map_err(failed)?;
    for tail in ["-wal", "-shm"] {
        let beside = |path: &Path| {
            let mut name = path.as_os_str().to_owned();
            name.push(tail);
            PathBuf::from(name)
        };
        match own_files::rename(&beside(path), &beside(&kept_as)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(failed(error)),
            _ => {}
        }
    }
    Ok(kept_as)
}

/// The steps by which SQLite answers a question.
#[cfg(test)]
pub(crate) fn plan_of(connection: &Connection, question: &str) -> Vec<String> {
    let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {question}")).expect("a plan");
    plan.raw_query().mapped(|row| row.get(3)).collect::<rusqlite::Result<_>>().expect("read")
}

#[cfg(test)]
mod tests;
