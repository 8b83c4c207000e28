//! The file with what is known of recordings. Synchronous; one thread has it.

mod export;
mod keeping;
mod story;

pub(super) use keeping::Deleting;

use super::{
    audio::{Samples, Waveform},
    files::Folder,
    writing::Audio,
};
use crate::database::{Damage, FileKind, Held, Look, OpenFailure, Opening, is_damage};
use ringcard_core::{
    Timestamp,
    call::{AgentId, CallId},
    recording::{AudioKind, Recording, RecordingAccess, RecordingHold, RecordingId, RecordingRefused, RecordingState},
};
use rusqlite::{Connection, OptionalExtension, Row, params, types::Type};
use serde::{Serialize, de::DeserializeOwned};
use std::{collections::BTreeMap, io, path::Path, time::Duration};
use thiserror::Error;

/// A lock of another program is waited for so long.
const PATIENCE: Duration = Duration::from_secs(2);
/// Recordings of one call.
const MOST_OF_A_CALL: i64 = 64;
/// Of one recording.
const MOST_ACCESSES: u32 = 1000;

const OPENING: Opening = Opening {
    kind: FileKind {
        // `RCrd`
        application_id: 0x5243_7264,
        name: "list of recordings",
        when_damaged: "",
        migrations: &[
            include_str!("migrations/2026-11-30-recordings.sql"),
            include_str!("migrations/2026-12-01-playable.sql"),
            include_str!("migrations/2026-12-01-sent.sql"),
            include_str!("migrations/2026-12-01-keeping.sql"),
        ],
    },
    patience: PATIENCE,
    later_patience: PATIENCE,
    begin: |_| Ok(()),
    // A waveform that is deleted is not left lying in the file.
    tune: |connection| connection.pragma_update(None, "secure_delete", true),
    look: Look::Glance(&[
        "SELECT max(id) FROM recording",
        "SELECT max(call_id) FROM recording WHERE call_id IS NOT NULL",
        "SELECT max(recording_id) FROM access",
    ]),
};

/// Of a recording that is listed.
const COLUMNS: &str =
    "id, call_id, account, recording.at, state, audio, bytes, system_id, hold.at, hold.agent, hold.why, recording.why";
const FROM: &str = "FROM recording LEFT JOIN hold ON recording_id = id";

#[derive(Debug, Error)]
pub(super) enum NotTidied {
    #[error(transparent)]
    List(#[from] rusqlite::Error),
    #[error(transparent)]
    Folder(#[from] io::Error),
}

pub(super) struct Store {
    connection: Connection,
    damage: Damage,
}

impl Held for Store {
    fn connection(&mut self) -> &mut Connection {
        &mut self.connection
    }
}

impl Store {
    /// Opens or creates the file. A damaged one is put aside; the files it told of stay.
    pub fn open(path: &Path) -> Result<Self, OpenFailure> {
        let (connection, _) = OPENING.writer_or_anew(path)?;
        Ok(Self { connection, damage: Damage::of(path) })
    }

    /// Makes list and folder agree after a kill. Files that no list knows are left where they are, and said.
    pub fn tidy(&mut self, folder: &Folder) -> Result<(), NotTidied> {
        let whole = folder.whole()?;
        let step = self.connection.transaction()?;
        let listed: BTreeMap<String, bool> = step
            .prepare("SELECT id, state = 'here' FROM recording")?
            .query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?
            .collect::<rusqlite::Result<_>>()?;
        let mut unknown = 0_u32;
        for id in &whole {
            match listed.get(&id.0) {
                Some(true) => {}
                Some(false) => folder.delete(id)?,
                None => unknown += 1,
            }
        }
        if unknown > 0 {
            tracing::warn!(unknown, "there are recordings in the folder that the list does not know");
        }
        for id in listed.into_iter().filter_map(|(id, is_here)| is_here.then_some(RecordingId(id))) {
            if !folder.is_there(&id) {
                tracing::warn!(recording = %id, "a recording's file is gone");
                step.execute(
                    "UPDATE recording SET state = iif(system_id IS NULL, 'gone', 'at_system') WHERE id = ?1",
                    [&id.0],
                )?;
            }
        }
        // The data it came with were not answered, and come again.
        step.execute("DELETE FROM recording WHERE state = 'arriving'", [])?;
        step.commit()?;
        Ok(())
    }

    pub fn told(&mut self, call: &CallId, account: &str, ids: &[String], now: Timestamp) -> rusqlite::Result<()> {
        let told = self.insert(call, account, ids, now);
        self.noting_damage(told)
    }

    fn insert(&mut self, call: &CallId, account: &str, ids: &[String], now: Timestamp) -> rusqlite::Result<()> {
        let step = self.connection.transaction()?;
        for id in ids {
            let known: i64 = step
                .prepare_cached("SELECT count(*) FROM recording WHERE call_id = ?1")?
                .query_row([&call.0], |row| row.get(0))?;
            if known >= MOST_OF_A_CALL {
                tracing::warn!(%call, "a call has more recordings than are kept");
                break;
            }
            step.prepare_cached(
                "INSERT INTO recording (id, account, call_id, system_id, state, at) VALUES (?1, ?2, ?3, ?4, 'at_system', ?5)
                 ON CONFLICT DO NOTHING",
            )?
            .execute(params![RecordingId::new().0, account, call.0, id, now.0])?;
        }
        step.commit()
    }

    pub fn begin(&mut self, id: &RecordingId, account: &str, now: Timestamp) -> rusqlite::Result<()> {
        let begun = self
            .connection
            .prepare_cached("INSERT INTO recording (id, account, state, at) VALUES (?1, ?2, 'arriving', ?3)")?
            .execute(params![id.0, account, now.0]);
        self.noting_damage(begun.map(drop))
    }

    /// Its file is there. `false` where it was deleted meanwhile: then the file has to go, too.
    pub fn is_here(
        &mut self,
        id: &RecordingId,
        call: &CallId,
        (audio, bytes): (AudioKind, u64),
        now: Timestamp,
    ) -> rusqlite::Result<bool> {
        let made = self.try_is_here(id, call, (audio, bytes), now);
        self.noting_damage(made)
    }

    fn try_is_here(
        &mut self,
        id: &RecordingId,
        call: &CallId,
        (audio, bytes): (AudioKind, u64),
        now: Timestamp,
    ) -> rusqlite::Result<bool> {
        // What was made of another file of it.
        self.connection.prepare_cached("DELETE FROM playable WHERE recording_id = ?1")?.execute([&id.0])?;
        let changed = self
            .connection
            .prepare_cached(
                "UPDATE recording SET state = 'here', call_id = ?2, audio = ?3, bytes = ?4, here_at = ?5
                 WHERE id = ?1 AND state <> 'deleted'",
            )?
            .execute(params![id.0, call.0, word(&audio), i64::try_from(bytes).unwrap_or(i64::MAX), now.0])?;
        Ok(changed > 0)
    }

    /// `false`: the call has the same already.
    pub fn was_sent(&mut self, id: &RecordingId, call: &CallId, audio: &Audio) -> rusqlite::Result<bool> {
        let made = self
            .connection
            .prepare_cached(
                "UPDATE recording SET state = 'here', call_id = ?2, audio = ?3, bytes = ?4, digest = ?5, here_at = at WHERE id = ?1
                 AND NOT EXISTS (SELECT 1 FROM recording WHERE call_id = ?2 AND digest = ?5)",
            )?
            .execute(params![
                id.0,
                call.0,
                word(&audio.kind),
                i64::try_from(audio.bytes).unwrap_or(i64::MAX),
                audio.digest
            ]);
        self.noting_damage(made.map(|rows| rows > 0))
    }

    /// Said once, however often the same is sent.
    pub fn was_refused(
        &mut self,
        call: &CallId,
        account: &str,
        why: RecordingRefused,
        now: Timestamp,
    ) -> rusqlite::Result<()> {
        let written = self
            .connection
            .prepare_cached(
                "INSERT INTO recording (id, account, call_id, state, at, why) SELECT ?1, ?2, ?3, 'refused', ?4, ?5
                 WHERE NOT EXISTS (SELECT 1 FROM recording WHERE call_id = ?3 AND state = 'refused' AND why = ?5)",
            )?
            .execute(params![RecordingId::new().0, account, call.0, now.0, word(&why)]);
        self.noting_damage(written.map(drop))
    }

    /// One that never became anybody's.
    pub fn forget(&mut self, id: &RecordingId) -> rusqlite::Result<()> {
        let gone = self
            .connection
            .prepare_cached("DELETE FROM recording WHERE id = ?1 AND state = 'arriving'")?
            .execute([&id.0]);
        self.noting_damage(gone.map(drop))
    }

    /// The telephone system has it no longer.
    pub fn is_gone(&mut self, id: &RecordingId) -> rusqlite::Result<()> {
        let made = self
            .connection
            .prepare_cached("UPDATE recording SET state = 'gone' WHERE id = ?1 AND state = 'at_system'")?
            .execute([&id.0]);
        self.noting_damage(made.map(drop))
    }

    pub fn of_call(&self, call: &CallId) -> rusqlite::Result<Vec<Recording>> {
        self.connection
            .prepare_cached(&format!("SELECT {COLUMNS} {FROM} WHERE call_id = ?1 ORDER BY recording.at, id"))?
            .query_map([&call.0], |row| Ok(listed(row)?.0))?
            .collect()
    }

    /// Those of these calls none of whose recordings can be heard; of a call without any nothing is said.
    pub fn with_nothing_to_hear(&self, calls: &[CallId]) -> rusqlite::Result<Vec<CallId>> {
        let mut query = self.connection.prepare_cached(
            "SELECT count(*) > 0 AND total(state NOT IN ('deleted', 'refused', 'gone')) = 0
               FROM recording WHERE call_id = ?1",
        )?;
        let mut found = Vec::new();
        for call in calls {
            if query.query_row([&call.0], |row| row.get(0))? {
                found.push(call.clone());
            }
        }
        Ok(found)
    }

    /// The calls of those that came here since then, at most so many.
    pub fn here_since(&self, at: Timestamp, most: u32) -> rusqlite::Result<Vec<CallId>> {
        self.connection
            .prepare_cached(
                "SELECT DISTINCT call_id FROM recording WHERE state = 'here' AND coalesce(here_at, at) >= ?1 LIMIT ?2",
            )?
            .query_map(params![at.0, most], |row| row.get(0).map(CallId))?
            .collect()
    }

    /// With the telephone system's id of it.
    pub fn one(&self, id: &RecordingId) -> rusqlite::Result<Option<(Recording, Option<String>)>> {
        self.connection
            .prepare_cached(&format!("SELECT {COLUMNS} {FROM} WHERE id = ?1 AND call_id IS NOT NULL"))?
            .query_row([&id.0], listed)
            .optional()
    }

    /// What is played of a recording, where that was made.
    pub fn playable(&self, id: &RecordingId) -> rusqlite::Result<Option<Samples>> {
        self.connection
            .prepare_cached(
                "SELECT at, bytes, channels, sample_rate, waveform, converted FROM playable WHERE recording_id = ?1",
            )?
            .query_row([&id.0], |row| {
                let channels = row.get(2)?;
                Ok(Samples {
                    at: u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default(),
                    bytes: u64::try_from(row.get::<_, i64>(1)?).unwrap_or_default(),
                    channels,
                    sample_rate: row.get(3)?,
                    waveform: Waveform::of_bytes(row.get_ref(4)?.as_blob()?, channels),
                    is_converted: row.get(5)?,
                })
            })
            .optional()
    }

    pub fn is_playable(&mut self, id: &RecordingId, samples: &Samples, now: Timestamp) -> rusqlite::Result<()> {
        let Samples { at, bytes, channels, sample_rate, waveform, is_converted } = samples;
        let number = |bytes: &u64| i64::try_from(*bytes).unwrap_or(i64::MAX);
        let made = self
            .connection
            .prepare_cached(
                "INSERT OR REPLACE INTO playable (recording_id, converted, at, bytes, channels, sample_rate, waveform, made_at)
                 VALUES (?1, ?8, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?
            .execute(params![id.0, number(at), number(bytes), channels, sample_rate, waveform.to_bytes(), now.0, is_converted]);
        self.noting_damage(made.map(drop))
    }

    pub fn note(&mut self, id: &RecordingId, access: &RecordingAccess) -> rusqlite::Result<()> {
        let noted = keeping::note(&self.connection, id, access);
        self.noting_damage(noted)
    }

    pub fn accesses(&self, id: &RecordingId) -> rusqlite::Result<Vec<RecordingAccess>> {
        self.connection
            .prepare_cached(
                "SELECT at, agent, act, why FROM access WHERE recording_id = ?1 ORDER BY at, rowid LIMIT ?2",
            )?
            .query_map(params![id.0, MOST_ACCESSES], keeping::access)?
            .collect()
    }

    /// The next start looks at all of a file that was found damaged.
    fn noting_damage<T>(&self, done: rusqlite::Result<T>) -> rusqlite::Result<T> {
        done.inspect_err(|error| {
            if is_damage(error) {
                self.damage.note(error);
            }
        })
    }
}

fn listed(row: &Row<'_>) -> rusqlite::Result<(Recording, Option<String>)> {
    let state = match row.get::<_, String>(4)?.as_str() {
        "here" => RecordingState::Here {
            audio: of_word(row, 5)?,
            bytes: u64::try_from(row.get::<_, i64>(6)?).unwrap_or_default(),
        },
        "gone" => RecordingState::Gone,
        "refused" => RecordingState::Refused { why: of_word(row, 11)? },
        "deleted" => RecordingState::Deleted,
        _ => RecordingState::AtSystem,
    };
    let recording = Recording {
        id: RecordingId(row.get(0)?),
        call_id: CallId(row.get(1)?),
        account: row.get(2)?,
        at: Timestamp(row.get(3)?),
        state,
        hold: match row.get::<_, Option<i64>>(8)? {
            Some(at) => Some(RecordingHold {
                at: Timestamp(at),
                by: row.get::<_, Option<String>>(9)?.map(AgentId),
                why: row.get(10)?,
            }),
            None => None,
        },
    };
    Ok((recording, row.get(7)?))
}

fn word(value: &impl Serialize) -> String {
    let json = serde_json::to_string(value).expect("BUG: our own words are always JSON");
    json.trim_matches('"').to_owned()
}

fn of_word<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text: String = row.get(column)?;
    serde_json::from_value(text.into())
        .map_err(|error| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, Box::new(error)))
}
