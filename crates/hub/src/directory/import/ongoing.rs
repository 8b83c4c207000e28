//! An import under way: what it has seen so far, and what it changes, so that it can be undone.

use super::{
    Unclear,
    apply::Incoming,
    told::{Told, newest},
};
use crate::directory::{failure::NotWritten, in_transaction, person, undo, write::AlreadyThere};
use ringcard_core::{Timestamp, customer::CustomerDetails};
use rusqlite::{Connection, OptionalExtension, params};

/// What is kept of customers as they were, for one import. One that changes more cannot be undone.
const MOST_KEPT: u64 = 256 << 20;

/// What an import knows from row to row.
#[derive(Debug)]
pub(super) struct Ongoing {
    pub id: i64,
    /// The newest customer before it: whoever is newer came with it.
    pub newest: i64,
    /// What kind of list it is.
    pub form: i64,
    pub unclear: Unclear,
    /// All rows were looked at once: who is unclear now stays so.
    pub is_last_look: bool,
    /// Bytes of what is kept of customers as they were.
    kept: u64,
    /// Whether all of it is.
    is_whole: bool,
    /// Customers from before that a row was about.
    claimed: Claimed,
    /// What everybody so far can be told by.
    seen: Told,
    pub there: AlreadyThere,
}

impl Ongoing {
    pub fn begin(
        connection: &mut Connection,
        file: &str,
        form: i64,
        unclear: Unclear,
        seen: Told,
        now: Timestamp,
    ) -> Result<Self, NotWritten> {
        let (id, newest) = in_transaction(connection, |step| {
            undo::clear(step, now)?;
            let newest = newest(step)?;
            step.execute(
                "INSERT INTO import (file, at, newest, created, updated, bytes, whole) VALUES (?1, ?2, ?3, 0, 0, 0, 1)",
                params![file, now.0, newest],
            )?;
            Ok((step.last_insert_rowid(), newest))
        })?;
        let claimed = Claimed::up_to(newest);
        Ok(Self {
            id,
            newest,
            form,
            unclear,
            is_last_look: false,
            kept: 0,
            is_whole: true,
            claimed,
            seen,
            there: AlreadyThere::default(),
        })
    }

    /// Writes down how much it did, with the batch that did it.
    pub fn note(&self, connection: &Connection, created: u64, updated: u64) -> rusqlite::Result<()> {
        connection
            .prepare_cached(
                "UPDATE import SET created = created + ?2, updated = updated + ?3, bytes = ?4, whole = ?5 WHERE id = ?1",
            )?
            .execute(params![self.id, created.cast_signed(), updated.cast_signed(), self.kept.cast_signed(), self.is_whole])
            .map(drop)
    }

    /// An import that did nothing is none that anybody would undo.
    pub fn end(connection: &Connection, id: i64) -> rusqlite::Result<()> {
        connection.execute("DELETE FROM import WHERE id = ?1 AND created = 0 AND updated = 0", [id]).map(drop)
    }

    /// Whether this customer came with this import, or a row of it was about them before.
    pub fn has_met(&self, row: i64) -> bool {
        row > self.newest || self.claimed.has(row)
    }

    /// This customer is whom a row is about.
    pub fn meet(&mut self, row: i64, incoming: &Incoming) {
        self.claimed.claim(row);
        self.seen.meet(incoming);
    }

    /// Whether somebody may be known by this already: most rows about new customers are not looked up in vain.
    pub fn may_know(&self, key: i64) -> bool {
        self.seen.may_have(key)
    }

    /// A batch begins: others may have made customers since the last one.
    pub fn catch_up(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        while self.seen.read(connection)? {}
        Ok(())
    }

    /// A batch ends: whoever is newer than now was made by somebody else.
    pub fn caught_up(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.seen.pass(connection)
    }

    /// Keeps a customer as they are, before this import changes them for the first time.
    pub fn keep(&mut self, connection: &Connection, id: i64, details: &CustomerDetails) -> rusqlite::Result<()> {
        let came_with_it = "SELECT import_id IS ?2 FROM customer WHERE id = ?1";
        let came_with_it: Option<bool> =
            connection.prepare_cached(came_with_it)?.query_row([id, self.id], |row| row.get(0)).optional()?;
        if came_with_it.unwrap_or(true) || !self.is_whole {
            return Ok(());
        }
        let was = undo::Was::of(connection, id, details.clone())?;
        let Ok(was) = serde_json::to_string(&was) else { return Ok(()) };
        let kept = connection
            .prepare_cached("INSERT OR IGNORE INTO import_change (customer_id, import_id, was) VALUES (?1, ?2, ?3)")?
            .execute(params![id, self.id, was])?;
        if kept > 0 {
            self.kept += was.len() as u64;
            self.is_whole = self.kept <= MOST_KEPT;
        }
        Ok(())
    }
}

/// Customers from before the import, one bit each.
#[derive(Debug)]
struct Claimed {
    bits: Vec<u64>,
}

impl Claimed {
    fn up_to(newest: i64) -> Self {
        let words = usize::try_from(newest).unwrap_or(0) / 64 + 1;
        Self { bits: vec![0; words] }
    }

    fn place(row: i64) -> Option<(usize, u64)> {
        let row = usize::try_from(row).ok()?;
        Some((row / 64, 1 << (row % 64)))
    }

    fn claim(&mut self, row: i64) {
        if let Some((word, bit)) = Self::place(row)
            && let Some(word) = self.bits.get_mut(word)
        {
            *word |= bit;
        }
    }

    fn has(&self, row: i64) -> bool {
        Self::place(row).is_some_and(|(word, bit)| self.bits.get(word).is_some_and(|word| word & bit != 0))
    }
}

/// Who is older than the keys by which rows are told gets theirs.
pub(super) fn make_keys(connection: &mut Connection) -> Result<bool, NotWritten> {
    in_transaction(connection, |step| Ok(person::make_keys(step)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn customers_are_claimed_one_by_one() {
        let mut claimed = Claimed::up_to(130);
        for row in [1, 64, 130] {
            assert!(!claimed.has(row));
            claimed.claim(row);
            assert!(claimed.has(row) && !claimed.has(row + 1), "{row}");
        }
        claimed.claim(100_000);
        assert!(!claimed.has(100_000) && !claimed.has(-1));
    }
}
