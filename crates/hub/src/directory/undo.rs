//! Taking an import back: whom it made goes, whom it changed is as before. What somebody did since stays as it is, and is said.

use super::{
    Directory,
    failure::NotWritten,
    row::{self, FileTag},
    validate::prepare,
    write::{self, AlreadyThere, By},
};
use crate::history;
use ringcard_connect::CrmFailure;
use ringcard_core::{
    Timestamp,
    customer::{CustomerDetails, CustomerId},
    number::DialPlan,
};
use rusqlite::{Connection, params};
use serde::{Deserialize, Serialize};
use std::{collections::HashSet, time::Duration};
use ts_rs::TS;

/// So long an import can be undone.
const KEPT: Duration = Duration::from_secs(7 * 24 * 3600);
/// So many of the last.
const MOST: i64 = 5;
/// Customers of one commit: a ring among them waits for no longer.
const AT_ONCE: i64 = 300;
/// Customers who stay are named, as many as these.
const NAMED: usize = 200;
const LOOK_UP: Duration = Duration::from_secs(5);

/// An import that is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct DoneImport {
    #[ts(type = "number")]
    pub id: i64,
    /// The name of its file.
    pub file: String,
    pub at: Timestamp,
    #[ts(type = "number")]
    pub created: u64,
    #[ts(type = "number")]
    pub updated: u64,
    pub undoable: Undoable,
}

/// Whether an import can be undone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Undoable {
    Yes,
    /// Those after it first.
    LaterFirst,
    /// It changed more customers than are kept as they were.
    TooMuch,
}

/// What became of an import that was undone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Undone {
    /// Customers it had made.
    #[ts(type = "number")]
    pub removed: u64,
    /// Customers who are as before.
    #[ts(type = "number")]
    pub restored: u64,
    /// Customers who stay as they are now.
    #[ts(type = "number")]
    pub kept: u64,
    /// The first 200 of them.
    pub kept_customers: Vec<KeptCustomer>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct KeptCustomer {
    pub id: CustomerId,
    pub name: String,
    pub why: WhyItStays,
}

/// Why a customer stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WhyItStays {
    /// Somebody changed them since.
    Changed,
    /// There are calls with them, or somebody said that a number is theirs or not, or who they are elsewhere.
    InUse,
}

/// A customer before an import changed them.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Was {
    details: CustomerDetails,
    /// Of each number, whether it came from a file.
    imported: Vec<bool>,
    external_id: Option<String>,
    source_key: Option<i64>,
    source_hash: Option<i64>,
    source_form: Option<i64>,
    /// Nobody had changed them since the import before.
    as_imported: bool,
}

impl Was {
    pub fn of(connection: &Connection, id: i64, details: CustomerDetails) -> rusqlite::Result<Self> {
        let imported = connection
            .prepare_cached("SELECT imported FROM customer_number WHERE customer_id = ?1 ORDER BY position")?
            .query_map([id], |row| row.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        connection
            .prepare_cached(
                "SELECT external_id, source_key, source_hash, source_form, updated_at IS imported_at
                 FROM customer WHERE id = ?1",
            )?
            .query_row([id], |row| {
                Ok(Self {
                    details,
                    imported,
                    external_id: row.get(0)?,
                    source_key: row.get(1)?,
                    source_hash: row.get(2)?,
                    source_form: row.get(3)?,
                    as_imported: row.get(4)?,
                })
            })
    }

    /// Whether they are so again.
    fn put_back(
        self,
        connection: &Connection,
        id: i64,
        plan: &DialPlan,
        now: Timestamp,
        there: &mut AlreadyThere,
    ) -> rusqlite::Result<bool> {
        let Ok(customer) = prepare(plan, self.details) else { return Ok(false) };
        write::replace(connection, id, &customer, By::Import, now, there)?;
        if customer.numbers.len() == self.imported.len() {
            for (position, imported) in (0_i64..).zip(&self.imported) {
                connection
                    .prepare_cached(
                        "UPDATE customer_number SET imported = ?3 WHERE customer_id = ?1 AND position = ?2",
                    )?
                    .execute(params![id, position, imported])?;
            }
        }
        connection
            .prepare_cached(
                "UPDATE customer SET external_id = ?2, source_key = ?3, source_hash = ?4, source_form = ?5,
                                     imported_at = iif(?6, updated_at, NULL) WHERE id = ?1",
            )?
            .execute(params![
                id,
                self.external_id,
                self.source_key,
                self.source_hash,
                self.source_form,
                self.as_imported
            ])?;
        Ok(true)
    }
}

impl Directory {
    /// The imports of the last week, the newest first.
    pub async fn imports(&self) -> Result<Vec<DoneImport>, CrmFailure> {
        let since = since(Timestamp::now());
        self.pool.read(LOOK_UP, move |connection| done(connection, since)).await
    }

    /// Undoes the newest import, which is this one. What was undone when it is cut off stays so, and asking again does the
    /// rest.
    pub async fn undo_import(&self, id: i64) -> Result<Undone, CrmFailure> {
        let refused = |detail: &str| CrmFailure::Refused { detail: detail.to_owned() };
        let imports = self.imports().await?;
        let import = imports
            .into_iter()
            .find(|import| import.id == id)
            .ok_or_else(|| refused("there is no such import any more: it can be undone for a week"))?;
        match import.undoable {
            Undoable::Yes => {}
            Undoable::LaterFirst => return Err(refused("a later import is to be undone first")),
            Undoable::TooMuch => return Err(refused("it changed more customers than are kept as they were before")),
        }
        let calls = self.path().with_file_name("calls.db");
        let asked = tokio::task::spawn_blocking(move || history::customers_since(&calls, import.at)).await;
        let unknown = |detail: String| CrmFailure::Unavailable {
            detail: format!("who of these customers had calls is not known, so that nothing was undone: {detail}"),
        };
        let in_calls = match asked {
            Ok(Ok(customers)) => customers,
            Ok(Err(why)) => return Err(unknown(why.to_string())),
            Err(why) => return Err(unknown(why.to_string())),
        };
        let in_calls: HashSet<i64> = in_calls.iter().filter_map(|customer| self.tag.row(customer)).collect();
        self.take_back(id, in_calls).await
    }

    async fn take_back(&self, id: i64, in_calls: HashSet<i64>) -> Result<Undone, CrmFailure> {
        let mut undoing = Undoing { id, after: 0, tag: self.tag.clone(), in_calls, undone: Undone::default() };
        for part in PARTS {
            undoing.after = 0;
            loop {
                let (plan, now) = (self.plan(), Timestamp::now());
                let (came, more) = self
                    .write(move |step| {
                        let more = part(&mut undoing, step, &plan, now)?;
                        Ok((undoing, more))
                    })
                    .await?;
                undoing = came;
                if !more {
                    break;
                }
            }
        }
        self.write(move |step| Ok(forget(step, id)?)).await?;
        tracing::info!(
            removed = undoing.undone.removed,
            restored = undoing.undone.restored,
            kept = undoing.undone.kept,
            "an import was undone"
        );
        Ok(undoing.undone)
    }
}

/// Takes back some customers; whether there may be more.
type Part = fn(&mut Undoing, &Connection, &DialPlan, Timestamp) -> Result<bool, NotWritten>;
const PARTS: [Part; 2] = [Undoing::made, Undoing::changed];

/// How far an import is undone.
struct Undoing {
    id: i64,
    /// The customer looked at last.
    after: i64,
    tag: FileTag,
    in_calls: HashSet<i64>,
    undone: Undone,
}

impl Undoing {
    /// Takes away some of those the import made; whether there may be more.
    fn made(&mut self, step: &Connection, _: &DialPlan, _: Timestamp) -> Result<bool, NotWritten> {
        let newest: i64 = step.query_row("SELECT newest FROM import WHERE id = ?1", [self.id], |row| row.get(0))?;
        let customers: Vec<(i64, bool)> = step
            .prepare_cached(
                "SELECT id, updated_at IS imported_at FROM customer WHERE id > ?1 AND import_id = ?2
                 ORDER BY id LIMIT ?3",
            )?
            .query_map(params![newest.max(self.after), self.id, AT_ONCE], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        for (row, as_imported) in &customers {
            self.after = *row;
            if !as_imported {
                self.keep(step, *row, WhyItStays::Changed)?;
            } else if self.is_in_use(step, *row)? {
                self.keep(step, *row, WhyItStays::InUse)?;
            } else if write::delete(step, *row)? {
                self.undone.removed += 1;
            }
        }
        Ok(!customers.is_empty())
    }

    /// Puts back some of those the import changed; whether there may be more.
    fn changed(&mut self, step: &Connection, plan: &DialPlan, now: Timestamp) -> Result<bool, NotWritten> {
        let customers: Vec<(i64, bool, String)> = step
            .prepare_cached(
                "SELECT import_change.customer_id, customer.updated_at IS customer.imported_at, import_change.was
                 FROM import_change JOIN customer ON customer.id = import_change.customer_id
                 WHERE import_change.customer_id > ?1 AND import_change.import_id = ?2
                 ORDER BY import_change.customer_id LIMIT ?3",
            )?
            .query_map(params![self.after, self.id, AT_ONCE], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let mut there = AlreadyThere::default();
        for (row, as_imported, was) in &customers {
            self.after = *row;
            let was: Option<Was> = serde_json::from_str(was).ok().filter(|_| *as_imported);
            let is_back = match was {
                Some(was) => was.put_back(step, *row, plan, now, &mut there)?,
                None => false,
            };
            // Should it be cut off, they are not looked at again: they look as if somebody had changed them.
            step.prepare_cached("DELETE FROM import_change WHERE customer_id = ?1 AND import_id = ?2")?
                .execute([row, &self.id])?;
            if is_back {
                self.undone.restored += 1;
            } else {
                self.keep(step, *row, WhyItStays::Changed)?;
            }
        }
        Ok(!customers.is_empty())
    }

    fn is_in_use(&self, step: &Connection, row: i64) -> rusqlite::Result<bool> {
        if self.in_calls.contains(&row) {
            return Ok(true);
        }
        let id = self.tag.id(row);
        step.prepare_cached(
            "SELECT EXISTS (SELECT 1 FROM remembered WHERE customer_id = ?1)
                 OR EXISTS (SELECT 1 FROM dismissed WHERE customer_id = ?1)
                 OR EXISTS (SELECT 1 FROM link WHERE one = ?2) OR EXISTS (SELECT 1 FROM link WHERE other = ?2)",
        )?
        .query_row(params![row, id.0], |found| found.get(0))
    }

    fn keep(&mut self, step: &Connection, row: i64, why: WhyItStays) -> rusqlite::Result<()> {
        self.undone.kept += 1;
        if self.undone.kept_customers.len() < NAMED
            && let Some(customer) = row::load(step, &self.tag, row)?
        {
            let details = customer.details;
            let name = if details.name.is_empty() { details.company } else { details.name };
            self.undone.kept_customers.push(KeptCustomer { id: customer.id, name, why });
        }
        Ok(())
    }
}

/// Imports that can be undone no more are forgotten, and how customers were before them.
pub(super) fn clear(connection: &Connection, now: Timestamp) -> rusqlite::Result<()> {
    let old: Vec<i64> = connection
        .prepare_cached(
            "SELECT id FROM import WHERE at < ?1 OR id NOT IN (SELECT id FROM import ORDER BY id DESC LIMIT ?2)",
        )?
        .query_map(params![since(now).0, MOST], |row| row.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    old.into_iter().try_for_each(|id| forget(connection, id))
}

fn forget(connection: &Connection, id: i64) -> rusqlite::Result<()> {
    connection.prepare_cached("DELETE FROM import_change WHERE import_id = ?1")?.execute([id])?;
    connection.prepare_cached("DELETE FROM import WHERE id = ?1")?.execute([id]).map(drop)
}

fn since(now: Timestamp) -> Timestamp {
    now.before(KEPT)
}

fn done(connection: &Connection, since: Timestamp) -> rusqlite::Result<Vec<DoneImport>> {
    let mut is_newest = true;
    connection
        .prepare_cached(
            "SELECT id, file, at, created, updated, whole FROM import WHERE at >= ?1 AND created + updated > 0
             ORDER BY id DESC LIMIT ?2",
        )?
        .query_map(params![since.0, MOST], |row| {
            let undoable = match (std::mem::replace(&mut is_newest, false), row.get(5)?) {
                (_, false) => Undoable::TooMuch,
                (true, true) => Undoable::Yes,
                (false, true) => Undoable::LaterFirst,
            };
            Ok(DoneImport {
                id: row.get(0)?,
                file: row.get(1)?,
                at: Timestamp(row.get(2)?),
                created: row.get::<_, i64>(3)?.unsigned_abs(),
                updated: row.get::<_, i64>(4)?.unsigned_abs(),
                undoable,
            })
        })?
        .collect()
}
