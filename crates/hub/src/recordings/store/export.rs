//! Which recordings are exported.

use super::{OPENING, Store, of_word};
use crate::{
    database::{Damage, OpenFailure},
    recordings::export::{Found, Which},
};
use ringcard_core::{Timestamp, call::CallId, recording::RecordingId};
use rusqlite::{ToSql, named_params};
use std::path::Path;

const WANTED: &str = "call_id IS NOT NULL AND (:account IS NULL OR account = :account)
    AND (:from IS NULL OR at >= :from) AND (:before IS NULL OR at < :before)";

impl Store {
    /// Opens the file beside a hub that may have it open, too. A damaged one stays where it is.
    pub fn open_beside(path: &Path) -> Result<Self, OpenFailure> {
        Ok(Self { connection: OPENING.writer(path)?, damage: Damage::of(path) })
    }

    /// The next after one, oldest first.
    pub fn found(
        &self,
        which: &Which,
        after: Option<&(Timestamp, RecordingId)>,
        most: u32,
    ) -> rusqlite::Result<Vec<Found>> {
        let (at, id) = after.map_or((i64::MIN, ""), |(at, id)| (at.0, id.0.as_str()));
        let mut query = self.connection.prepare_cached(&format!(
            "SELECT id, call_id, at, audio FROM recording WHERE {WANTED} AND state = 'here' AND (at, id) > (:at, :id)
             ORDER BY at, id LIMIT :most"
        ))?;
        let [account, from, before] = values(which);
        let named = named_params! { ":account": account, ":from": from, ":before": before, ":at": at, ":id": id, ":most": most };
        query
            .query_map(named, |row| {
                Ok(Found {
                    id: RecordingId(row.get(0)?),
                    call: CallId(row.get(1)?),
                    at: Timestamp(row.get(2)?),
                    audio: of_word(row, 3)?,
                })
            })?
            .collect()
    }

    /// How many of them only the telephone system has.
    pub fn at_system(&self, which: &Which) -> rusqlite::Result<u64> {
        let [account, from, before] = values(which);
        self.connection.query_row(
            &format!("SELECT count(*) FROM recording WHERE {WANTED} AND state = 'at_system'"),
            named_params! { ":account": account, ":from": from, ":before": before },
            |row| Ok(u64::try_from(row.get::<_, i64>(0)?).unwrap_or_default()),
        )
    }
}

fn values(which: &Which) -> [Box<dyn ToSql>; 3] {
    let moment = |at: Option<Timestamp>| at.map(|at| at.0);
    [Box::new(which.account.clone()), Box::new(moment(which.from)), Box::new(moment(which.before))]
}
