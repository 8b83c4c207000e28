//! What other systems answered last. Bounded: what was used longest ago goes first.

use ringcard_core::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

/// Answers of all accounts together, and their bytes.
pub(super) const MOST: Bounds = Bounds { rows: 50_000, bytes: 128 << 20 };
/// A longer answer is not kept.
const LONGEST: usize = 256 << 10;
/// That an answer was used is written down this often.
const USED: i64 = 3600 * 1000;

/// How much is kept.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds {
    pub rows: i64,
    pub bytes: i64,
}

/// Which question of which account.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct KeptKey {
    pub account: String,
    pub kind: &'static str,
    pub key: String,
}

/// An answer, as it was at a moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct KeptAnswer {
    /// JSON.
    pub answer: String,
    pub as_of: Timestamp,
    /// It is time to write down that it was used.
    pub is_long_unused: bool,
}

pub(super) fn get(connection: &Connection, key: &KeptKey, now: Timestamp) -> rusqlite::Result<Option<KeptAnswer>> {
    connection
        .prepare_cached("SELECT answer, as_of, used_at FROM kept_answer WHERE account = ?1 AND kind = ?2 AND key = ?3")?
        .query_row(params![key.account, key.kind, key.key], |row| {
            let used_at: i64 = row.get(2)?;
            let is_long_unused = (now.0 - used_at).abs() > USED;
            Ok(KeptAnswer { answer: row.get(0)?, as_of: Timestamp(row.get(1)?), is_long_unused })
        })
        .optional()
}

pub(super) fn used(connection: &Connection, key: &KeptKey, now: Timestamp) -> rusqlite::Result<()> {
    connection
        .prepare_cached("UPDATE kept_answer SET used_at = ?4 WHERE account = ?1 AND kind = ?2 AND key = ?3")?
        .execute(params![key.account, key.kind, key.key, now.0])
        .map(drop)
}

/// Keeps an answer in place of the one before.
pub(super) fn put(connection: &Connection, key: &KeptKey, answer: &str, as_of: Timestamp) -> rusqlite::Result<()> {
    if answer.len() > LONGEST {
        return forget(connection, key);
    }
    connection
        .prepare_cached(
            "INSERT OR REPLACE INTO kept_answer (account, kind, key, answer, bytes, as_of, used_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?6)",
        )?
        .execute(params![key.account, key.kind, key.key, answer, size(answer), as_of.0])
        .map(drop)
}

pub(super) fn forget(connection: &Connection, key: &KeptKey) -> rusqlite::Result<()> {
    connection
        .prepare_cached("DELETE FROM kept_answer WHERE account = ?1 AND kind = ?2 AND key = ?3")?
        .execute(params![key.account, key.kind, key.key])
        .map(drop)
}

/// Takes away what was used longest ago, until there is a tenth of room.
pub(super) fn trim(connection: &Connection, most: Bounds) -> rusqlite::Result<()> {
    let (mut rows, mut bytes): (i64, i64) = connection
        .prepare_cached("SELECT count(*), coalesce(sum(bytes), 0) FROM kept_answer")?
        .query_row([], |row| Ok((row.get(0)?, row.get(1)?)))?;
    if rows <= most.rows && bytes <= most.bytes {
        return Ok(());
    }
    let (rows_left, bytes_left) = (most.rows / 10 * 9, most.bytes / 10 * 9);
    let oldest: Vec<(i64, i64)> = connection
        .prepare_cached("SELECT used_at, bytes FROM kept_answer ORDER BY used_at, bytes")?
        .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let mut until = None;
    for (used_at, size) in oldest {
        if rows <= rows_left && bytes <= bytes_left {
            break;
        }
        (rows, bytes, until) = (rows - 1, bytes - size, Some(used_at));
    }
    let Some(until) = until else { return Ok(()) };
    connection.prepare_cached("DELETE FROM kept_answer WHERE used_at <= ?1")?.execute([until]).map(drop)
}

fn size(answer: &str) -> i64 {
    i64::try_from(answer.len()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn empty() -> Connection {
        let connection = Connection::open_in_memory().expect("a database");
        connection.execute_batch(include_str!("migrations/2026-12-04-other-systems.sql")).expect("its form");
        connection
    }

    fn key(n: i64) -> KeptKey {
        KeptKey { account: "crm".into(), kind: "number", key: format!("+3630{n}") }
    }

    #[test]
    fn what_was_used_longest_ago_goes_when_there_is_no_room() {
        let kept = empty();
        for n in 0..20 {
            put(&kept, &key(n), "[\"an answer\"]", Timestamp(n)).expect("kept");
        }
        used(&kept, &key(0), Timestamp(100)).expect("noted");
        trim(&kept, Bounds { rows: 10, bytes: 1 << 20 }).expect("trimmed");
        let left: Vec<i64> = (0..20).filter(|n| get(&kept, &key(*n), Timestamp(0)).expect("read").is_some()).collect();
        assert_eq!(left, [0, 12, 13, 14, 15, 16, 17, 18, 19]);
        trim(&kept, Bounds { rows: 10, bytes: 40 }).expect("trimmed");
        let left: Vec<i64> = (0..20).filter(|n| get(&kept, &key(*n), Timestamp(0)).expect("read").is_some()).collect();
        assert_eq!(left, [0, 19], "two of thirteen bytes are room enough in forty, less a tenth");
    }

    #[test]
    fn an_answer_without_end_is_not_kept_and_the_one_before_goes() {
        let kept = empty();
        put(&kept, &key(1), "[]", Timestamp(1)).expect("kept");
        put(&kept, &key(1), &"x".repeat(LONGEST + 1), Timestamp(2)).expect("passed over");
        assert_eq!(get(&kept, &key(1), Timestamp(3)).expect("read"), None);
    }
}
