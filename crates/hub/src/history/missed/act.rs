//! Who takes a row on.

use super::row::{one, word};
use crate::history::{History, HistoryFailure};
use ringcard_core::{
    Timestamp,
    call::AgentId,
    missed::{MissedAct, MissedCaller, MissedEnd, MissedId},
};
use rusqlite::{Transaction, params};
use thiserror::Error;

/// Why nothing was done with a row.
#[derive(Debug, Error)]
pub enum NotTaken {
    #[error("There is no such row in the list of missed calls")]
    NotThere,
    #[error("{} has it", .by.0)]
    Taken { by: AgentId },
    #[error("Nothing is left to do there")]
    Done,
    #[error("It is another by now, perhaps they called again: look at it once more")]
    Changed,
    #[error(transparent)]
    NotKept(#[from] HistoryFailure),
}

impl History {
    /// Does it, or says who was faster. `over_others`: whoever does it may decide about what others took on.
    pub async fn missed_act(
        &self,
        id: MissedId,
        act: MissedAct,
        by: Option<AgentId>,
        over_others: bool,
        now: Timestamp,
    ) -> Result<MissedCaller, NotTaken> {
        self.change_with_missed(move |change| {
            let Some(before) = one(change, &id)? else { return Ok((Err(NotTaken::NotThere), Vec::new())) };
            if let Some(why) = refused(&before, act, by.as_ref(), over_others) {
                return Ok((why, Vec::new()));
            }
            write(change, &id, act, by.as_ref(), now)?;
            let rows: Vec<MissedCaller> = one(change, &id)?.into_iter().collect();
            Ok((rows.first().cloned().ok_or(NotTaken::NotThere), rows))
        })
        .await?
    }

    /// One row, whatever became of it.
    pub async fn missed_one(&self, id: MissedId) -> Result<Option<MissedCaller>, HistoryFailure> {
        self.files.ask(move |connection| one(connection, &id)).await
    }
}

/// Why it is not done; what is so already is no failure. Nothing: it is to be done.
fn refused(
    before: &MissedCaller,
    act: MissedAct,
    by: Option<&AgentId>,
    over_others: bool,
) -> Option<Result<MissedCaller, NotTaken>> {
    let of_another = before.taken.as_ref().filter(|taken| Some(&taken.by) != by);
    let as_it_is = || Some(Ok(before.clone()));
    match act {
        MissedAct::Done { .. } if before.done.is_some() => as_it_is(),
        MissedAct::Release if before.taken.is_none() => as_it_is(),
        _ if before.done.is_some() => Some(Err(NotTaken::Done)),
        MissedAct::Take if of_another.is_none() && before.taken.is_some() => as_it_is(),
        _ => match of_another {
            // Also a lead takes nothing out of somebody's hands by the way: it is given back first.
            Some(taken) if !over_others || act == MissedAct::Take => {
                Some(Err(NotTaken::Taken { by: taken.by.clone() }))
            }
            _ => match act {
                MissedAct::Done { seen } if seen != before.version => Some(Err(NotTaken::Changed)),
                _ => None,
            },
        },
    }
}

fn write(
    change: &Transaction<'_>,
    id: &MissedId,
    act: MissedAct,
    by: Option<&AgentId>,
    now: Timestamp,
) -> rusqlite::Result<()> {
    let by = by.map(|agent| &agent.0);
    match act {
        MissedAct::Take => change
            .prepare_cached("UPDATE missed SET version = version + 1, taken_by = ?2, taken_at = ?3 WHERE id = ?1")?
            .execute(params![id.0, by, now.0]),
        MissedAct::Release => change
            .prepare_cached("UPDATE missed SET version = version + 1, taken_by = NULL, taken_at = NULL WHERE id = ?1")?
            .execute(params![id.0]),
        MissedAct::Done { .. } => change
            .prepare_cached(
                "UPDATE missed SET version = version + 1, done_at = ?3, done_how = ?4, done_by = ?2 WHERE id = ?1",
            )?
            .execute(params![id.0, by, now.0, word(MissedEnd::SaidDone)]),
    }
    .map(drop)
}
