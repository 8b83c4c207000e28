//! Whom an agent set aside for one call: the call list does not name them, until it is taken back.

use super::{History, HistoryFailure, notes::notes_of};
use ringcard_core::{
    Timestamp,
    call::{AgentId, CallId},
    customer::{CustomerId, NoteSoFar, SaidOf, SetAside},
};
use rusqlite::{Connection, OptionalExtension, params};

/// What an agent said of one call's customer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SaidOfCall {
    /// The newest word first.
    pub set_aside: Vec<SetAside>,
    /// Whom the call list names.
    pub listed: Option<CustomerId>,
    /// What agents noted of it so far.
    pub notes: Vec<NoteSoFar>,
}

impl History {
    /// Remembers who the customer of a call was, for the call list; not one who was set aside for it.
    pub async fn name_customer(&self, id: CallId, customer: CustomerId, name: String) -> Result<(), HistoryFailure> {
        self.change_name(id.clone(), move |change| write_name(change, &id, &customer, &name)).await
    }

    /// It was none of these: the call list names them no longer.
    pub async fn set_aside(&self, id: CallId, set_aside: Vec<SetAside>) -> Result<(), HistoryFailure> {
        self.change_name(id.clone(), move |change| {
            let listed = listed(change, &id)?;
            for one in &set_aside {
                write_set_aside(change, &id, one, listed.as_ref() == Some(&one.customer))?;
                drop_name(change, &id, &one.customer)?;
            }
            Ok(())
        })
        .await
    }

    /// These were set aside by mistake. The call list names again whom it named, unless it names somebody else by now.
    pub async fn take_back(&self, id: CallId, customers: Vec<CustomerId>) -> Result<(), HistoryFailure> {
        self.change_name(id.clone(), move |change| {
                for customer in &customers {
                    change
                        .prepare_cached(
                            "UPDATE call SET (customer_id, customer_name) =
                                (SELECT customer_id, customer_name FROM set_aside WHERE call_id = ?1 AND customer_id = ?2)
                             WHERE id = ?1 AND customer_id IS NULL
                               AND EXISTS (SELECT 1 FROM set_aside WHERE call_id = ?1 AND customer_id = ?2 AND listed = 1)",
                        )?
                        .execute(params![id.0, customer.0])?;
                    change
                        .prepare_cached("DELETE FROM set_aside WHERE call_id = ?1 AND customer_id = ?2")?
                        .execute(params![id.0, customer.0])?;
                }
                Ok(())
            })
            .await
    }

    /// The number is not theirs: the call list does not name them for this call.
    pub async fn unlist(&self, id: CallId, customer: CustomerId) -> Result<(), HistoryFailure> {
        self.change_name(id.clone(), move |change| drop_name(change, &id, &customer)).await
    }

    /// What was said of a call's customer; nothing of a call there is not.
    pub async fn said_of_call(&self, id: CallId) -> Result<SaidOfCall, HistoryFailure> {
        self.files.ask(move |connection| said_of(connection, &id)).await
    }
}

pub(super) fn said_of(connection: &Connection, id: &CallId) -> rusqlite::Result<SaidOfCall> {
    let listed = listed(connection, id)?;
    let set_aside = connection
        .prepare_cached(
            "SELECT customer_id, customer_name, agent, at FROM set_aside WHERE call_id = ?1
             ORDER BY at DESC, customer_name LIMIT 100",
        )?
        .query_map([&id.0], |row| {
            Ok(SetAside {
                customer: CustomerId(row.get(0)?),
                name: row.get(1)?,
                of: SaidOf::Call,
                by: row.get::<_, Option<String>>(2)?.map(AgentId),
                at: Timestamp(row.get(3)?),
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    Ok(SaidOfCall { set_aside, listed, notes: notes_of(connection, id)? })
}

/// `listed`: the call list named them until now.
pub(super) fn write_set_aside(change: &Connection, id: &CallId, one: &SetAside, listed: bool) -> rusqlite::Result<()> {
    change
        .prepare_cached(
            "INSERT OR IGNORE INTO set_aside (call_id, customer_id, customer_name, agent, at, listed)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )?
        .execute(params![id.0, one.customer.0, one.name, one.by.as_ref().map(|agent| &agent.0), one.at.0, listed])
        .map(drop)
}

pub(super) fn write_name(change: &Connection, id: &CallId, customer: &CustomerId, name: &str) -> rusqlite::Result<()> {
    change
        .prepare_cached(
            "UPDATE call SET customer_id = ?2, customer_name = ?3 WHERE id = ?1
             AND NOT EXISTS (SELECT 1 FROM set_aside WHERE call_id = ?1 AND customer_id = ?2)",
        )?
        .execute(params![id.0, customer.0, name])
        .map(drop)
}

fn listed(connection: &Connection, id: &CallId) -> rusqlite::Result<Option<CustomerId>> {
    let listed = connection
        .prepare_cached("SELECT customer_id FROM call WHERE id = ?1")?
        .query_row([&id.0], |row| row.get::<_, Option<String>>(0))
        .optional()?;
    Ok(listed.flatten().map(CustomerId))
}

fn drop_name(change: &Connection, id: &CallId, customer: &CustomerId) -> rusqlite::Result<()> {
    change
        .prepare_cached("UPDATE call SET customer_id = NULL, customer_name = NULL WHERE id = ?1 AND customer_id = ?2")?
        .execute(params![id.0, customer.0])
        .map(|_| ())
}
