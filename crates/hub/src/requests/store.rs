//! The file with the requests that were made. Synchronous; one thread has it.

use super::{Counted, Hour, Line, Made, Requests, Saved, Which, used};
use crate::database::{Damage, FileKind, Look, OpenFailure, Opening, is_damage};
use ringcard_core::{Timestamp, usage::UsageRange};
use rusqlite::{Connection, Row, TransactionBehavior, params};
use std::{path::Path, time::Duration};

/// A lock of another program is waited for so long.
const PATIENCE: Duration = Duration::from_secs(2);

const OPENING: Opening = Opening {
    kind: FileKind {
        // `RCrq`
        application_id: 0x5243_7271,
        name: "list of requests",
        when_damaged: ". Nothing else depends on it",
        migrations: &[
            include_str!("migrations/2026-11-28-requests.sql"),
            include_str!("migrations/2026-12-05-used.sql"),
        ],
    },
    patience: PATIENCE,
    later_patience: PATIENCE,
    begin: |_| Ok(()),
    tune: |_| Ok(()),
    look: Look::Glance(&["SELECT max(at) FROM line", "SELECT max(hour) FROM hour"]),
};

/// How long a line stands by itself.
const LINES_LAST: Duration = Duration::from_secs(24 * 3600);
/// How long it is remembered that there were requests.
const HOURS_LAST: Duration = Duration::from_secs(30 * 24 * 3600);
/// Lines kept by themselves; older ones are counted by the hour sooner.
const MOST_LINES: i64 = 200_000;
/// Hours of one answer: thirty days of a dozen kinds of requests fit.
const MOST_HOURS: u32 = 10_000;
const HOUR: i64 = 3_600_000;

pub(super) struct Store {
    connection: Connection,
    damage: Damage,
}

impl Store {
    /// Opens or creates the file. A damaged one is put aside: it says what was, and nothing waits in it.
    pub fn open(path: &Path) -> Result<Self, OpenFailure> {
        let (connection, _) = OPENING.writer_or_anew(path)?;
        // Nobody was told that a line is kept: a power cut may cost the last ones, and no commit waits for the disk.
        connection.pragma_update(None, "synchronous", "NORMAL").map_err(|error| OPENING.kind.failure(path, error))?;
        Ok(Self { connection, damage: Damage::of(path) })
    }

    pub fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }

    /// The next start looks at all of a file that was found damaged.
    fn noting_damage<T>(&self, done: rusqlite::Result<T>) -> rusqlite::Result<T> {
        done.inspect_err(|error| {
            if is_damage(error) {
                self.damage.note(error);
            }
        })
    }

    pub fn write(&mut self, lines: &[Line]) -> rusqlite::Result<()> {
        let written = self.insert(lines);
        self.noting_damage(written)
    }

    fn insert(&mut self, lines: &[Line]) -> rusqlite::Result<()> {
        let step = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for line in lines {
            step.prepare_cached(
                "INSERT INTO line (at, account, purpose, what, outcome, took_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            )?
            .execute(params![
                line.at.0,
                line.account,
                line.purpose,
                line.what,
                line.outcome,
                millis(line.took)
            ])?;
        }
        used::count(&step, lines)?;
        step.commit()
    }

    /// Counts what is older than a day by the hour, and forgets what is older than thirty.
    pub fn compact(&mut self, now: Timestamp) -> rusqlite::Result<()> {
        let compacted = self.count_by_the_hour(now);
        self.noting_damage(compacted)
    }

    fn count_by_the_hour(&mut self, now: Timestamp) -> rusqlite::Result<()> {
        let step = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let too_many: Option<i64> = step
            .prepare_cached("SELECT at + 1 FROM line ORDER BY at DESC LIMIT 1 OFFSET ?1")?
            .query_map([MOST_LINES], |row| row.get(0))?
            .next()
            .transpose()?;
        let before = now.before(LINES_LAST).0.max(too_many.unwrap_or(i64::MIN));
        step.prepare_cached(
            "INSERT INTO hour (hour, account, purpose, what, outcome, requests, took_ms, longest_ms)
             SELECT at / ?2 * ?2, account, purpose, what, outcome, count(*), sum(took_ms), max(took_ms)
             FROM line WHERE at < ?1 GROUP BY 1, 2, 3, 4, 5
             ON CONFLICT (hour, account, purpose, what, outcome) DO UPDATE SET
                requests = requests + excluded.requests, took_ms = took_ms + excluded.took_ms,
                longest_ms = max(longest_ms, excluded.longest_ms)",
        )?
        .execute(params![before, HOUR])?;
        step.prepare_cached("DELETE FROM line WHERE at < ?1")?.execute([before])?;
        step.prepare_cached("DELETE FROM hour WHERE hour < ?1")?.execute([now.before(HOURS_LAST).0])?;
        used::forget(&step, now)?;
        step.commit()
    }

    pub fn saved(&mut self, account: &str, saved: Saved, at: Timestamp, many: u32) -> rusqlite::Result<()> {
        let kept = used::saved(&self.connection, account, saved, at, many);
        self.noting_damage(kept)
    }

    pub fn waited(&mut self, account: &str, at: Timestamp, many: u32) -> rusqlite::Result<()> {
        let kept = used::waited(&self.connection, account, at, many);
        self.noting_damage(kept)
    }

    /// What was used of an account between bounds.
    pub fn used(&self, account: &str, range: UsageRange, bounds: &[Timestamp]) -> rusqlite::Result<Counted> {
        used::read(&self.connection, account, range, bounds)
    }

    /// The counts of each hour, newest first, with those of the last day; and the last day's newest lines themselves.
    pub fn read(&self, which: &Which) -> rusqlite::Result<Requests> {
        let hours = self
            .connection
            .prepare_cached(
                "SELECT hour, account, purpose, what, outcome, sum(requests), sum(took_ms), max(longest_ms) FROM (
                    SELECT * FROM hour WHERE hour > ?2 - ?4 AND hour < ?3
                    UNION ALL
                    SELECT at / ?4 * ?4, account, purpose, what, outcome, 1, took_ms, took_ms
                    FROM line WHERE at >= ?2 AND at < ?3
                 ) WHERE ?1 IS NULL OR account = ?1
                 GROUP BY 1, 2, 3, 4, 5 ORDER BY 1 DESC, 2, 3, 4, 5 LIMIT ?5",
            )?
            .query_map(params![which.account, which.from.0, which.to.0, HOUR, MOST_HOURS], hour)?
            .collect::<rusqlite::Result<_>>()?;
        let lines = self
            .connection
            .prepare_cached(
                "SELECT at, account, purpose, what, outcome, took_ms FROM line
                 WHERE at >= ?2 AND at < ?3 AND (?1 IS NULL OR account = ?1) ORDER BY at DESC, rowid DESC LIMIT ?4",
            )?
            .query_map(params![which.account, which.from.0, which.to.0, which.lines], made)?
            .collect::<rusqlite::Result<_>>()?;
        Ok(Requests { hours, lines, not_kept: 0 })
    }
}

fn hour(row: &Row<'_>) -> rusqlite::Result<Hour> {
    Ok(Hour {
        hour: Timestamp(row.get(0)?),
        account: row.get(1)?,
        purpose: row.get(2)?,
        what: row.get(3)?,
        outcome: row.get(4)?,
        requests: row.get(5)?,
        took_ms: row.get(6)?,
        longest_ms: row.get(7)?,
    })
}

fn made(row: &Row<'_>) -> rusqlite::Result<Made> {
    Ok(Made {
        at: Timestamp(row.get(0)?),
        account: row.get(1)?,
        purpose: row.get(2)?,
        what: row.get(3)?,
        outcome: row.get(4)?,
        took_ms: row.get(5)?,
    })
}

fn millis(took: Duration) -> i64 {
    i64::try_from(took.as_millis()).unwrap_or(i64::MAX)
}
