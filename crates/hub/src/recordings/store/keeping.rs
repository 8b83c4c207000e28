//! How long recordings are kept: what is deleted, what is held.

use super::{Store, of_word, word};
use crate::recordings::keeping::Keeping;
use ringcard_core::{
    Timestamp,
    call::{AgentId, CallId},
    recording::{RecordingAccess, RecordingAct, RecordingHold, RecordingId},
};
use rusqlite::{OptionalExtension, Row, Transaction, params};
use std::time::Duration;

/// Rows of one step: nobody waits longer for the thread.
const AT_ONCE: u32 = 200;
const DAY: Duration = Duration::from_secs(24 * 3600);

/// What came of a wish to delete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::recordings) enum Deleting {
    Deleted,
    Held(RecordingHold),
    NotThere,
}

/// What of a recording is to go from the folder.
#[derive(Debug, Default, PartialEq, Eq)]
pub(in crate::recordings) struct ToGo {
    pub whole: Vec<RecordingId>,
    /// What is played of them, and can be made anew.
    pub played: Vec<RecordingId>,
    /// There may be more.
    pub more: bool,
}

impl Store {
    /// The row says *deleted* before its files go: what a kill leaves of them goes at the next start.
    pub fn delete(&mut self, id: &RecordingId, access: &RecordingAccess) -> rusqlite::Result<Deleting> {
        let made = self.try_delete(id, access);
        self.noting_damage(made)
    }

    fn try_delete(&mut self, id: &RecordingId, access: &RecordingAccess) -> rusqlite::Result<Deleting> {
        let step = self.connection.transaction()?;
        if let Some(hold) = held(&step, id)? {
            return Ok(Deleting::Held(hold));
        }
        let deleted = mark_deleted(&step, id, access)?;
        step.commit()?;
        Ok(if deleted { Deleting::Deleted } else { Deleting::NotThere })
    }

    /// Holds it, or lets it go; whether there is such a recording.
    pub fn hold(&mut self, id: &RecordingId, access: &RecordingAccess) -> rusqlite::Result<bool> {
        let made = self.try_hold(id, access);
        self.noting_damage(made)
    }

    fn try_hold(&mut self, id: &RecordingId, access: &RecordingAccess) -> rusqlite::Result<bool> {
        let step = self.connection.transaction()?;
        let is_there: bool = step.query_row(
            "SELECT EXISTS (SELECT 1 FROM recording WHERE id = ?1 AND state <> 'deleted' AND call_id IS NOT NULL)",
            [&id.0],
            |row| row.get(0),
        )?;
        if !is_there {
            return Ok(false);
        }
        let changed = if access.act == RecordingAct::Held {
            let agent = access.agent.as_ref().map(|agent| agent.0.as_str());
            step.execute(
                "INSERT INTO hold (recording_id, at, agent, why) VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO NOTHING",
                params![id.0, access.at.0, agent, access.why.as_deref().unwrap_or_default()],
            )?
        } else {
            step.execute("DELETE FROM hold WHERE recording_id = ?1", [&id.0])?
        };
        if changed > 0 {
            note(&step, id, access)?;
        }
        step.commit()?;
        Ok(true)
    }

    /// Those of the calls that keep no recording here; what else is listed of theirs goes.
    pub fn delete_of_calls(&mut self, calls: Vec<CallId>, access: &RecordingAccess) -> rusqlite::Result<Vec<CallId>> {
        let deleted = self.try_delete_of_calls(calls, access);
        self.noting_damage(deleted)
    }

    fn try_delete_of_calls(&mut self, calls: Vec<CallId>, access: &RecordingAccess) -> rusqlite::Result<Vec<CallId>> {
        let step = self.connection.transaction()?;
        let mut may_go = Vec::with_capacity(calls.len());
        for call in calls {
            let is_kept: bool = step
                .prepare_cached(
                    "SELECT EXISTS (SELECT 1 FROM recording LEFT JOIN hold ON recording_id = id
                     WHERE call_id = ?1 AND (state = 'here' OR recording_id IS NOT NULL))",
                )?
                .query_row([&call.0], |row| row.get(0))?;
            if is_kept {
                continue;
            }
            step.prepare_cached("DELETE FROM recording WHERE call_id = ?1 AND state = 'refused'")?
                .execute([&call.0])?;
            for id in ids(&step, "SELECT id FROM recording WHERE call_id = ?1", [&call.0])? {
                mark_deleted(&step, &id, access)?;
            }
            // What stays says that there was one and who deleted it, in no words of others.
            step.prepare_cached("UPDATE recording SET system_id = NULL WHERE call_id = ?1")?.execute([&call.0])?;
            may_go.push(call);
        }
        step.commit()?;
        Ok(may_go)
    }

    /// Marks what is too old, too much or unheard for too long, some of it at once.
    pub fn clear(&mut self, keeping: &Keeping, now: Timestamp) -> rusqlite::Result<ToGo> {
        let cleared = self.try_clear(keeping, now);
        self.noting_damage(cleared)
    }

    fn try_clear(&mut self, keeping: &Keeping, now: Timestamp) -> rusqlite::Result<ToGo> {
        let ago = |days: u32| now.0 - i64::try_from((DAY * days).as_millis()).unwrap_or(i64::MAX);
        let step = self.connection.transaction()?;
        let mut to_go = ToGo::default();
        for (account, days) in keeping.days_by_account(&accounts(&step)?) {
            let old = ids(
                &step,
                "SELECT id FROM recording WHERE state NOT IN ('deleted', 'arriving') AND account = ?1 AND at < ?2
                 AND id NOT IN (SELECT recording_id FROM hold) ORDER BY at LIMIT ?3",
                params![account, ago(days), AT_ONCE],
            )?;
            let why = Some(format!("older than {days} days"));
            let access = RecordingAccess { at: now, agent: None, act: RecordingAct::Deleted, why };
            for id in old {
                mark_deleted(&step, &id, &access)?;
                to_go.whole.push(id);
            }
        }
        // The telephone system has these, and gives them again.
        let unheard = ids(
            &step,
            "SELECT id FROM recording WHERE state = 'here' AND system_id IS NOT NULL
             AND coalesce(used_at, here_at, at) < ?1 AND id NOT IN (SELECT recording_id FROM hold) LIMIT ?2",
            params![ago(keeping.cached_days), AT_ONCE],
        )?;
        for id in unheard {
            give_back(&step, &id)?;
            to_go.whole.push(id);
        }
        let unplayed = ids(
            &step,
            "SELECT recording_id FROM playable JOIN recording ON id = recording_id
             WHERE converted = 1 AND max(made_at, coalesce(used_at, 0)) < ?1 LIMIT ?2",
            params![ago(Keeping::PLAYED_DAYS), AT_ONCE],
        )?;
        for id in unplayed {
            step.prepare_cached("DELETE FROM playable WHERE recording_id = ?1")?.execute([&id.0])?;
            to_go.played.push(id);
        }
        if let Some(most) = keeping.most_bytes {
            too_much(&step, most, now, &mut to_go)?;
        }
        to_go.more = to_go.whole.len() + to_go.played.len() >= AT_ONCE as usize;
        step.commit()?;
        Ok(to_go)
    }
}

impl Store {
    /// Forgets what is played of recordings, beside those, until the rest has no more bytes: what was not heard for longest.
    pub fn bound_played(&mut self, most: u64, spared: &[RecordingId]) -> rusqlite::Result<Vec<RecordingId>> {
        let bound = self.try_bound_played(most, spared);
        self.noting_damage(bound)
    }

    fn try_bound_played(&mut self, most: u64, spared: &[RecordingId]) -> rusqlite::Result<Vec<RecordingId>> {
        let step = self.connection.transaction()?;
        let made: Vec<(RecordingId, u64)> = step
            .prepare_cached(
                "SELECT recording_id, playable.bytes FROM playable JOIN recording ON id = recording_id WHERE converted = 1
                 ORDER BY max(made_at, coalesce(used_at, 0)), recording_id",
            )?
            .query_map([], |row| Ok((RecordingId(row.get(0)?), u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0))))?
            .collect::<rusqlite::Result<_>>()?;
        let mut over = made.iter().map(|(_, bytes)| bytes).sum::<u64>().saturating_sub(most);
        let mut to_go = Vec::new();
        for (id, bytes) in made.into_iter().filter(|(id, _)| !spared.contains(id)) {
            if over == 0 {
                break;
            }
            over = over.saturating_sub(bytes);
            step.prepare_cached("DELETE FROM playable WHERE recording_id = ?1")?.execute([&id.0])?;
            to_go.push(id);
        }
        step.commit()?;
        Ok(to_go)
    }
}

#[cfg(test)]
impl Store {
    /// When it was heard of, for tests.
    pub fn set_at(&mut self, id: &RecordingId, at: Timestamp) -> rusqlite::Result<()> {
        self.connection.execute("UPDATE recording SET at = ?2 WHERE id = ?1", params![id.0, at.0]).map(drop)
    }
}

/// The oldest go until the others have room.
fn too_much(step: &Transaction<'_>, most: u64, now: Timestamp, to_go: &mut ToGo) -> rusqlite::Result<()> {
    let here: i64 =
        step.query_row("SELECT coalesce(sum(bytes), 0) FROM recording WHERE state = 'here'", [], |row| row.get(0))?;
    let mut over = u64::try_from(here).unwrap_or(0).saturating_sub(most);
    let oldest: Vec<(RecordingId, u64, bool)> = step
        .prepare_cached(
            "SELECT id, bytes, system_id IS NOT NULL FROM recording WHERE state = 'here'
             AND id NOT IN (SELECT recording_id FROM hold) ORDER BY at LIMIT ?1",
        )?
        .query_map([AT_ONCE], |row| {
            let bytes = u64::try_from(row.get::<_, i64>(1)?).unwrap_or(0);
            Ok((RecordingId(row.get(0)?), bytes, row.get(2)?))
        })?
        .collect::<rusqlite::Result<_>>()?;
    let why = Some("there was no room for more".to_owned());
    let access = RecordingAccess { at: now, agent: None, act: RecordingAct::Deleted, why };
    for (id, bytes, is_at_system) in oldest {
        if over == 0 {
            break;
        }
        over = over.saturating_sub(bytes);
        if is_at_system {
            give_back(step, &id)?;
        } else {
            mark_deleted(step, &id, &access)?;
        }
        to_go.whole.push(id);
    }
    Ok(())
}

fn accounts(step: &Transaction<'_>) -> rusqlite::Result<Vec<String>> {
    step.prepare_cached("SELECT DISTINCT account FROM recording")?.query_map([], |row| row.get(0))?.collect()
}

fn ids(step: &Transaction<'_>, sql: &str, with: impl rusqlite::Params) -> rusqlite::Result<Vec<RecordingId>> {
    step.prepare_cached(sql)?.query_map(with, |row| Ok(RecordingId(row.get(0)?)))?.collect()
}

fn mark_deleted(step: &Transaction<'_>, id: &RecordingId, access: &RecordingAccess) -> rusqlite::Result<bool> {
    let deleted = step
        .prepare_cached(
            "UPDATE recording SET state = 'deleted', audio = NULL, bytes = NULL WHERE id = ?1 AND state <> 'deleted'
             AND call_id IS NOT NULL",
        )?
        .execute([&id.0])?;
    if deleted > 0 {
        step.prepare_cached("DELETE FROM playable WHERE recording_id = ?1")?.execute([&id.0])?;
        note(step, id, access)?;
    }
    Ok(deleted > 0)
}

/// Only our copy goes.
fn give_back(step: &Transaction<'_>, id: &RecordingId) -> rusqlite::Result<()> {
    step.prepare_cached("UPDATE recording SET state = 'at_system', audio = NULL, bytes = NULL WHERE id = ?1")?
        .execute([&id.0])?;
    step.prepare_cached("DELETE FROM playable WHERE recording_id = ?1")?.execute([&id.0])?;
    Ok(())
}

fn held(step: &Transaction<'_>, id: &RecordingId) -> rusqlite::Result<Option<RecordingHold>> {
    step.prepare_cached("SELECT at, agent, why FROM hold WHERE recording_id = ?1")?
        .query_row([&id.0], |row| {
            Ok(RecordingHold {
                at: Timestamp(row.get(0)?),
                by: row.get::<_, Option<String>>(1)?.map(AgentId),
                why: row.get(2)?,
            })
        })
        .optional()
}

/// Writes down who did what.
pub(super) fn note(
    connection: &rusqlite::Connection,
    id: &RecordingId,
    access: &RecordingAccess,
) -> rusqlite::Result<()> {
    let RecordingAccess { at, agent, act, why } = access;
    let agent = agent.as_ref().map(|agent| agent.0.as_str());
    connection
        .prepare_cached("INSERT INTO access (recording_id, at, agent, act, why) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![id.0, at.0, agent, word(act), why])?;
    if *act == RecordingAct::Listened {
        connection.prepare_cached("UPDATE recording SET used_at = ?2 WHERE id = ?1")?.execute(params![id.0, at.0])?;
    }
    Ok(())
}

pub(super) fn access(row: &Row<'_>) -> rusqlite::Result<RecordingAccess> {
    Ok(RecordingAccess {
        at: Timestamp(row.get(0)?),
        agent: row.get::<_, Option<String>>(1)?.map(AgentId),
        act: of_word(row, 2)?,
        why: row.get(3)?,
    })
}
