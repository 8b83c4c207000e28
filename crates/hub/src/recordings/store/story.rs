//! When what became of a call's recordings.

use super::{COLUMNS, FROM, Store, listed, word};
use ringcard_core::{
    Timestamp,
    call::CallId,
    frame::{Happened, Moment},
    recording::RecordingAct,
};
use rusqlite::params;

impl Store {
    /// Told of, fetched, deleted: in the order of its recordings.
    pub fn story_of(&self, call: &CallId) -> rusqlite::Result<Vec<Moment>> {
        let mut query = self.connection.prepare_cached(&format!(
            "SELECT {COLUMNS}, here_at,
                (SELECT max(access.at) FROM access WHERE recording_id = recording.id AND act = ?2)
             {FROM} WHERE call_id = ?1 ORDER BY recording.at, id"
        ))?;
        let found = query.query_map(params![call.0, word(&RecordingAct::Deleted)], |row| {
            let moment = |at: i64, what| Moment { at: Timestamp(at), what };
            let (recording, _) = listed(row)?;
            let (id, told) = (recording.id.clone(), recording.at);
            let fetched = row.get::<_, Option<i64>>(12)?.filter(|at| *at > told.0);
            let deleted = row.get::<_, Option<i64>>(13)?;
            let fetched = fetched.map(|at| moment(at, Happened::RecordingFetched { recording: id.clone() }));
            let deleted = deleted.map(|at| moment(at, Happened::RecordingDeleted { recording: id }));
            let told = moment(told.0, Happened::Recorded { recording });
            Ok(std::iter::once(told).chain(fetched).chain(deleted).collect::<Vec<_>>())
        })?;
        let mut moments = Vec::new();
        for of_one in found {
            moments.extend(of_one?);
        }
        Ok(moments)
    }
}
