//! What was used, counted by parts of the time while lines are written, and read without looking at one of them.

use super::Line;
use ringcard_core::{
    Timestamp,
    call::AgentId,
    usage::{UsageBy, UsageCounts, UsageRange, UsageSlot},
};
use rusqlite::{Connection, Transaction, params};
use std::{collections::HashMap, time::Duration};

const QUARTER: i64 = 900_000;
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// A day's parts are kept for it and the one that has begun.
const DAY_LASTS: Duration = Duration::from_secs(26 * 3600);
const MONTH_LASTS: Duration = Duration::from_secs(32 * 24 * 3600);
/// Agents of one answer.
const MOST_AGENTS: usize = 200;
/// Parts of one answer: a month of days, a day of quarters, and those begun.
const MOST_SLOTS: usize = 128;

/// Requests that were not needed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Saved {
    /// Several writes shared one.
    ByBatching,
    /// A look-up was answered by what was known.
    ByCache,
}

impl Saved {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::ByBatching => "batching",
            Self::ByCache => "cache",
        }
    }
}

/// Counted of one account over some time.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Counted {
    pub slots: Vec<UsageSlot>,
    pub by: Vec<UsageBy>,
    pub saved_by_batching: u32,
    pub cache_hits: u32,
    /// Every account that was counted in the last month.
    pub accounts: Vec<String>,
}

/// A part of the time, of one account.
type Place<'a> = (&'a str, i64, i64);

/// Counts lines that are being written.
pub(super) fn count(step: &Transaction<'_>, lines: &[Line]) -> rusqlite::Result<()> {
    let mut used: HashMap<(Place<'_>, &str, &str), u32> = HashMap::new();
    let mut by: HashMap<(Place<'_>, &str, &str), (u32, u32)> = HashMap::new();
    for line in lines {
        let place = |grain| (line.account.as_str(), grain, line.at.0.div_euclid(grain) * grain);
        for grain in [QUARTER, HOUR] {
            *used.entry((place(grain), line.purpose, line.outcome)).or_default() += 1;
        }
        for grain in [HOUR, DAY] {
            let (requests, limited) = by.entry((place(grain), line.by.as_str(), line.purpose)).or_default();
            *requests += 1;
            *limited += u32::from(line.outcome == LIMITED);
        }
    }
    let mut add = step.prepare_cached(
        "INSERT INTO used (account, grain, at, purpose, outcome, requests) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (account, grain, at, purpose, outcome) DO UPDATE SET requests = requests + excluded.requests",
    )?;
    for (((account, grain, at), purpose, outcome), requests) in used {
        add.execute(params![account, grain, at, purpose, outcome, requests])?;
    }
    let mut add = step.prepare_cached(
        "INSERT INTO used_by (account, grain, at, who, purpose, requests, limited) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
         ON CONFLICT (account, grain, at, who, purpose)
         DO UPDATE SET requests = requests + excluded.requests, limited = limited + excluded.limited",
    )?;
    for (((account, grain, at), who, purpose), (requests, limited)) in by {
        add.execute(params![account, grain, at, who, purpose, requests, limited])?;
    }
    Ok(())
}

/// Turned away for a limit.
const LIMITED: &str = "limited";

/// Adds up what was not needed.
pub(super) fn saved(
    connection: &Connection,
    account: &str,
    saved: Saved,
    at: Timestamp,
    many: u32,
) -> rusqlite::Result<()> {
    beside(connection, account, saved.word(), "many + excluded.many", at, many)
}

/// Keeps the most that waited.
pub(super) fn waited(connection: &Connection, account: &str, at: Timestamp, many: u32) -> rusqlite::Result<()> {
    beside(connection, account, "waiting", "max(many, excluded.many)", at, many)
}

fn beside(
    connection: &Connection,
    account: &str,
    what: &str,
    becomes: &str,
    at: Timestamp,
    many: u32,
) -> rusqlite::Result<()> {
    let mut add = connection.prepare_cached(&format!(
        "INSERT INTO beside (account, grain, at, what, many) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (account, grain, at, what) DO UPDATE SET many = {becomes}"
    ))?;
    for grain in [QUARTER, HOUR] {
        add.execute(params![account, grain, at.0.div_euclid(grain) * grain, what, many])?;
    }
    Ok(())
}

/// Forgets what is too old.
pub(super) fn forget(step: &Transaction<'_>, now: Timestamp) -> rusqlite::Result<()> {
    let (day, month) = (now.before(DAY_LASTS).0, now.before(MONTH_LASTS).0);
    for (table, grains) in [
        ("used", [(QUARTER, day), (HOUR, month)]),
        ("used_by", [(HOUR, day), (DAY, month)]),
        ("beside", [(QUARTER, day), (HOUR, month)]),
    ] {
        for (grain, before) in grains {
            step.prepare_cached(&format!("DELETE FROM {table} WHERE grain = ?1 AND at < ?2"))?
                .execute([grain, before])?;
        }
    }
    Ok(())
}

/// Where the parts of a range begin, oldest first, and at last where it ends.
pub fn bounds(range: UsageRange, zone: &jiff::tz::TimeZone, now: Timestamp) -> Vec<Timestamp> {
    match range {
        UsageRange::Day => {
            let end = (now.0.div_euclid(QUARTER) + 1) * QUARTER;
            (0..=96).rev().map(|back| Timestamp(end - back * QUARTER)).collect()
        }
        UsageRange::Month => {
            let today = zone.to_datetime(jiff::Timestamp::from_millisecond(now.0).unwrap_or_default()).date();
            let begins = |back: i64| {
                let date = today.checked_sub(jiff::Span::new().days(back)).unwrap_or(today);
                let moment = date.to_zoned(zone.clone()).map(|zoned| zoned.timestamp().as_millisecond());
                Timestamp(moment.unwrap_or(now.0 - back * DAY))
            };
            (-1..=29).rev().map(begins).collect()
        }
    }
}

/// What was counted of an account between these bounds.
pub(super) fn read(
    connection: &Connection,
    account: &str,
    range: UsageRange,
    bounds: &[Timestamp],
) -> rusqlite::Result<Counted> {
    let mut counted = Counted { accounts: accounts(connection)?, ..Counted::default() };
    let (Some(from), Some(to)) = (bounds.first(), bounds.last()) else { return Ok(counted) };
    let bounds = &bounds[..bounds.len().min(MOST_SLOTS)];
    counted.slots = bounds
        .windows(2)
        .map(|pair| UsageSlot {
            at: pair[0],
            until: pair[1],
            requests: UsageCounts::default(),
            limited: 0,
            failed: 0,
            waiting: 0,
        })
        .collect();
    let (grain, by_grain) = match range {
        UsageRange::Day => (QUARTER, HOUR),
        UsageRange::Month => (HOUR, DAY),
    };
    let mut used = connection.prepare_cached(
        "SELECT at, purpose, outcome, requests FROM used WHERE account = ?1 AND grain = ?2 AND at >= ?3 AND at < ?4",
    )?;
    let mut rows = used.query(params![account, grain, from.0, to.0])?;
    while let Some(row) = rows.next()? {
        let (at, requests): (i64, u32) = (row.get(0)?, row.get(3)?);
        let Some(slot) = slot_at(&mut counted.slots, at) else { continue };
        if let Some(count) = slot.requests.of(row.get_ref(1)?.as_str()?) {
            *count = count.saturating_add(requests);
        }
        match row.get_ref(2)?.as_str()? {
            LIMITED => slot.limited = slot.limited.saturating_add(requests),
            "not_sent" | "unknown" | "closed" => slot.failed = slot.failed.saturating_add(requests),
            _ => {}
        }
    }
    let mut beside = connection.prepare_cached(
        "SELECT at, what, many FROM beside WHERE account = ?1 AND grain = ?2 AND at >= ?3 AND at < ?4",
    )?;
    let mut rows = beside.query(params![account, grain, from.0, to.0])?;
    while let Some(row) = rows.next()? {
        let (at, many): (i64, u32) = (row.get(0)?, row.get(2)?);
        match row.get_ref(1)?.as_str()? {
            "batching" => counted.saved_by_batching = counted.saved_by_batching.saturating_add(many),
            "cache" => counted.cache_hits = counted.cache_hits.saturating_add(many),
            _ => {
                if let Some(slot) = slot_at(&mut counted.slots, at) {
                    slot.waiting = slot.waiting.max(many);
                }
            }
        }
    }
    counted.by = by(connection, account, by_grain, from.0.div_euclid(by_grain) * by_grain, to.0)?;
    Ok(counted)
}

fn slot_at(slots: &mut [UsageSlot], at: i64) -> Option<&mut UsageSlot> {
    let next = slots.partition_point(|slot| slot.at.0 <= at);
    slots.get_mut(next.checked_sub(1)?).filter(|slot| at < slot.until.0)
}

fn by(connection: &Connection, account: &str, grain: i64, from: i64, to: i64) -> rusqlite::Result<Vec<UsageBy>> {
    let mut used = connection.prepare_cached(
        "SELECT who, purpose, sum(requests), sum(limited) FROM used_by
         WHERE account = ?1 AND grain = ?2 AND at >= ?3 AND at < ?4 GROUP BY who, purpose",
    )?;
    let mut rows = used.query(params![account, grain, from, to])?;
    let mut by: HashMap<String, UsageBy> = HashMap::new();
    while let Some(row) = rows.next()? {
        let who: String = row.get(0)?;
        let of = by.entry(who.clone()).or_insert_with(|| UsageBy {
            agent: (!who.is_empty()).then(|| AgentId(who.clone())),
            requests: UsageCounts::default(),
            limited: 0,
        });
        let (requests, limited): (u32, u32) = (row.get(2)?, row.get(3)?);
        of.limited = of.limited.saturating_add(limited);
        if let Some(count) = of.requests.of(row.get_ref(1)?.as_str()?) {
            *count = count.saturating_add(requests);
        }
    }
    let mut by: Vec<UsageBy> = by.into_values().collect();
    by.sort_by_key(|of| (std::cmp::Reverse(of.requests.total()), of.agent.as_ref().map(|agent| agent.0.clone())));
    by.truncate(MOST_AGENTS);
    Ok(by)
}

/// Each name is found by one step along the index.
fn accounts(connection: &Connection) -> rusqlite::Result<Vec<String>> {
    let mut next = connection.prepare_cached("SELECT account FROM used WHERE account > ?1 ORDER BY account LIMIT 1")?;
    let (mut accounts, mut last) = (Vec::new(), String::new());
    while let Some(account) = next.query_map([&last], |row| row.get::<_, String>(0))?.next().transpose()? {
        last.clone_from(&account);
        accounts.push(account);
        if accounts.len() >= 1_000 {
            break;
        }
    }
    Ok(accounts)
}
