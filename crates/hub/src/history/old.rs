//! Calls that are too old go, with all that is known of them.
//!
//! What is to be told of a call is told before it goes ([`super::ToTell`]); what waits for other systems by then has all it
//! needs in the outbox. Old ones go a few at a time, so that a ring among them waits for no longer than for another ring.

use super::{History, HistoryFailure, find::forget_words, missed::forgotten};
use ringcard_core::{Timestamp, call::CallId, missed::MissedCaller};
use rusqlite::{Transaction, params};

/// Pages of the words' index that are written anew in one step.
const PAGES: i32 = 64;

/// A call that is old, and where the walk through them is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct OldCall {
    pub id: CallId,
    /// Whether others know all that they are told of it: no call goes before.
    pub is_told: bool,
    started_at: i64,
}

impl History {
    /// The next calls after one, oldest first, that began before a moment and are over.
    pub(crate) async fn old_calls(
        &self,
        before: Timestamp,
        after: Option<OldCall>,
        most: u32,
    ) -> Result<Vec<OldCall>, HistoryFailure> {
        self.files
            .ask(move |connection| {
                let (at, id) = after.map_or((i64::MIN, String::new()), |last| (last.started_at, last.id.0));
                connection
                    .prepare_cached(
                        "SELECT id, started_at, NOT EXISTS (SELECT 1 FROM to_tell WHERE call_id = call.id)
                         FROM call INDEXED BY call_by_time
                         WHERE (started_at, id) > (?1, ?2) AND started_at < ?3 AND over = 1
                         ORDER BY started_at, id LIMIT ?4",
                    )?
                    .query_map(params![at, id, before.0, most], |row| {
                        Ok(OldCall { id: CallId(row.get(0)?), started_at: row.get(1)?, is_told: row.get(2)? })
                    })?
                    .collect()
            })
            .await
    }

    /// Deletes calls, in one commit.
    pub(crate) async fn delete_calls(&self, ids: Vec<CallId>) -> Result<(), HistoryFailure> {
        self.change_with_missed(move |change| {
            let of_a_call = tables_of_a_call(change)?;
            let mut rows = Vec::new();
            for id in &ids {
                rows.extend(delete(change, id, &of_a_call)?);
            }
            Ok(((), rows))
        })
        .await
    }

    /// Writes the words by which calls are found anew without those of deleted calls. These find nothing any more, and
    /// would stand in the file until then.
    pub(crate) async fn clear_words(&self) -> Result<(), HistoryFailure> {
        // The first step says that all of it is written anew; the next go on with that.
        let mut pages = -PAGES;
        loop {
            let changed = self.files.change(move |connection| {
                let so_far = "SELECT total_changes()";
                let before: i64 = connection.query_row(so_far, [], |row| row.get(0))?;
                connection.execute("INSERT INTO call_text (call_text, rank) VALUES ('merge', ?1)", [pages])?;
                Ok(connection.query_row(so_far, [], |row| row.get::<_, i64>(0))? - before)
            });
            // The command itself counts as one.
            if changed.await? < 2 {
                return Ok(());
            }
            pages = PAGES;
        }
    }
}

/// Every table that says of which call its rows are: one that comes later is not forgotten. What is to be told of is the
/// last: a note that goes is news of its call.
fn tables_of_a_call(change: &Transaction<'_>) -> rusqlite::Result<Vec<String>> {
    change
        .prepare_cached(
            "SELECT name FROM sqlite_schema WHERE type = 'table'
             AND EXISTS (SELECT 1 FROM pragma_table_info(sqlite_schema.name) AS of WHERE of.name = 'call_id')
             ORDER BY name = 'to_tell'",
        )?
        .query_map([], |row| row.get(0))?
        .collect()
}

/// The missed rows that are others by that.
fn delete(change: &Transaction<'_>, id: &CallId, of_a_call: &[String]) -> rusqlite::Result<Vec<MissedCaller>> {
    let rows = forgotten(change, id)?;
    forget_words(change, id)?;
    for table in of_a_call {
        change.prepare_cached(&format!("DELETE FROM {table} WHERE call_id = ?1"))?.execute([&id.0])?;
    }
    change.prepare_cached("DELETE FROM call WHERE id = ?1")?.execute([&id.0])?;
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::{
        HistoryFailure, NoteBy,
        tests::{happens, recorded, ring},
    };
    use ringcard_core::{
        call::{AgentId, Call, CallEvent},
        customer::NoteSoFar,
        note::{NewNote, NoteKey, NoteKind},
        number::{Ani, Number, Party},
    };
    use rusqlite::Connection;
    use std::path::Path;
    use tempfile::TempDir;

    const WORD: &str = "zyzzyvaquux";

    async fn call(history: &History, caller: &str, at: i64, is_answered: bool) -> Call {
        let mut call = ring(&format!("{caller}-{at}"));
        call.ani = Ani(Party::Outside(Number { e164: caller.into(), extension: None }));
        call.started_at = Timestamp(at);
        if is_answered {
            call.connected_at = Some(Timestamp(at + 10));
        }
        happens(&mut call, CallEvent::Ended, Timestamp(at + 1000));
        history.record(recorded(&call, CallEvent::Ended)).await.expect("recorded");
        call
    }

    async fn all_told(history: &History) {
        for one in history.to_tell(Timestamp(i64::MAX), 1000).await.expect("read") {
            history.told(one, None).await.expect("told");
        }
    }

    /// Those whose turn it is, and how many stay because not all of them is told.
    async fn old(history: &History, before: i64) -> Result<(Vec<CallId>, usize), HistoryFailure> {
        let found = history.old_calls(Timestamp(before), None, 100).await?;
        let (told, to_tell): (Vec<_>, Vec<_>) = found.into_iter().partition(|call| call.is_told);
        Ok((told.into_iter().map(|call| call.id).collect(), to_tell.len()))
    }

    /// In how many rows of the file a call is named, and whether the word stands anywhere in it.
    fn rests(file: &Path, id: &CallId) -> (i64, bool) {
        let connection = Connection::open(file).expect("the file");
        let tables: Vec<String> = connection
            .prepare("SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'call_text%'")
            .and_then(|mut query| query.query_map([], |row| row.get(0))?.collect())
            .expect("tables");
        let named = |table: &String| {
            let columns: Vec<String> = connection
                .prepare(&format!("SELECT name FROM pragma_table_info('{table}')"))
                .and_then(|mut query| query.query_map([], |row| row.get(0))?.collect())
                .expect("columns");
            let any: Vec<String> = columns.iter().map(|column| format!("instr(\"{column}\", ?1)")).collect();
            let rows = format!("SELECT count(*) FROM \"{table}\" WHERE {}", any.join(" OR "));
            connection.query_row(&rows, [&id.0], |row| row.get::<_, i64>(0)).expect("a number")
        };
        let rows = tables.iter().map(named).sum();
        drop(connection);
        let bytes = std::fs::read(file).expect("the file");
        (rows, bytes.windows(WORD.len()).any(|part| part == WORD.as_bytes()))
    }

    #[tokio::test]
    async fn a_deleted_call_leaves_nothing_in_the_file_and_another_stays_as_it_was() {
        let dir = TempDir::new().expect("a folder");
        let file = dir.path().join("calls.db");
        let history = History::open(&file).expect("it opens");
        let gone = call(&history, "+36301111111", 1_000, true).await;
        let stays = call(&history, "+36302222222", 2_000, true).await;
        for (call, note) in [(&gone, format!("{WORD} said so")), (&stays, "they said so".to_owned())] {
            let by = AgentId("Ana".into());
            let (text, key, kind) = (note.clone(), NoteKey("asr-1".into()), NoteKind::Transcript);
            history.note_so_far(call.id.clone(), NoteSoFar { by, at: Timestamp(3_000), note }).await.expect("kept");
            let transcript = NewNote { key, kind, text, language: None, source: None };
            let by = NoteBy { agent: None, at: Timestamp(3_000), asks_approval: false };
            history.put_note(call.id.clone(), transcript, by).await.expect("kept");
        }
        assert_eq!(old(&history, 5_000).await.expect("read"), (vec![], 2), "all of it is to be told first");
        all_told(&history).await;
        assert_eq!(old(&history, 5_000).await.expect("read"), (vec![gone.id.clone(), stays.id.clone()], 0));
        assert_eq!(old(&history, 2_000).await.expect("read"), (vec![gone.id.clone()], 0));
        history.delete_calls(vec![gone.id.clone()]).await.expect("deleted");
        history.clear_words().await.expect("cleared");
        assert_eq!(history.call(gone.id.clone()).await.expect("read"), None);
        history.close().await;
        assert_eq!(rests(&file, &gone.id), (0, false));
        let history = History::open(&file).expect("it opens");
        assert_eq!(history.call(stays.id.clone()).await.expect("read"), Some(stays.clone()));
        history.close().await;
        assert!(rests(&file, &stays.id).0 > 4);
    }

    #[tokio::test]
    async fn missed_rows_count_the_calls_that_are_left_and_go_with_the_last() {
        let dir = TempDir::new().expect("a folder");
        let history = History::open(&dir.path().join("calls.db")).expect("it opens");
        let mut calls = Vec::new();
        for at in [1_000, 5_000, 9_000] {
            calls.push(call(&history, "+36301111111", at, false).await);
        }
        all_told(&history).await;
        let left = async || history.missed_left(10).await.expect("read");
        assert_eq!(left().await[0].count, 3);
        let mut changes = history.missed_changes();
        history.delete_calls(vec![calls[0].id.clone()]).await.expect("deleted");
        let [row] = &left().await[..] else { panic!("one row") };
        assert_eq!((row.count, row.first_at, row.last_at), (2, Timestamp(5_000), Timestamp(9_000)));
        let told = changes.try_recv().expect("it is told");
        assert_eq!((told[0].count, &told[0].done), (2, &None));
        history.delete_calls(vec![calls[1].id.clone(), calls[2].id.clone()]).await.expect("deleted");
        assert_eq!(left().await, []);
        let told = changes.try_recv().expect("it is told");
        assert!(told.last().is_some_and(|row| row.done.is_some()), "{told:?}");
    }
}
