//! How agents coded their calls.

use super::{
    History, HistoryFailure,
    find::{write_code, write_words},
    record::json,
};
use ringcard_core::outcome::CallOutcome;
use rusqlite::params;

impl History {
    /// Keeps how a call was coded; the same key twice is one. When this returns `Ok`, it survives a power cut.
    pub async fn outcome(&self, outcome: CallOutcome) -> Result<(), HistoryFailure> {
        self.files
            .change(move |connection| {
                let change = connection.transaction()?;
                change
                    .prepare_cached(
                        "INSERT INTO outcome (key, call_id, at, outcome) VALUES (?1, ?2, ?3, ?4)
                         ON CONFLICT (key) DO NOTHING",
                    )?
                    .execute(params![outcome.key.0, outcome.call_id.0, outcome.at.0, json(&outcome)])?;
                write_code(&change, &outcome.call_id)?;
                write_words(&change, &outcome.call_id)?;
                change.commit()
            })
            .await
    }
}
