//! Calls that go on while a damaged list is set aside: the new one has them, too.

use super::{
    Click, History, HistoryFailure, Recorded,
    find::write_words,
    missed::follow,
    notes::write_note,
    record::write_recorded,
    set_aside::{write_name, write_set_aside},
};
use ringcard_core::customer::{CustomerId, NoteSoFar, SetAside};
use rusqlite::params;

/// A call as it is now, with everything else the list is to know of it.
#[derive(Debug, Clone)]
pub struct Carried {
    pub recorded: Recorded,
    pub clicks: Vec<Click>,
    pub set_aside: Vec<SetAside>,
    pub notes: Vec<NoteSoFar>,
    /// Whom the list names.
    pub named: Option<(CustomerId, String)>,
}

impl History {
    /// Writes all of them down, or none. What the list has already stays.
    pub async fn carry(&self, calls: Vec<Carried>) -> Result<(), HistoryFailure> {
        self.change_with_missed(move |change| {
            let mut missed = Vec::new();
            for Carried { recorded, clicks, set_aside, notes, named } in &calls {
                let id = &recorded.call.id;
                // What came since the list was begun is among them.
                change.prepare_cached("DELETE FROM step WHERE call_id = ?1")?.execute([&id.0])?;
                write_recorded(change, recorded)?;
                for click in clicks {
                    change
                        .prepare_cached("INSERT OR IGNORE INTO click (agent, key, call_id) VALUES (?1, ?2, ?3)")?
                        .execute(params![click.agent(), click.key, id.0])?;
                }
                for one in set_aside {
                    write_set_aside(change, id, one, false)?;
                }
                for note in notes {
                    write_note(change, id, note)?;
                }
                if let Some((customer, name)) = named {
                    write_name(change, id, customer, name)?;
                }
                write_words(change, id)?;
                missed.extend(follow(change, recorded)?);
            }
            Ok(((), missed))
        })
        .await
    }
}
