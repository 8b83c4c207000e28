//! The outbox of a hub that does not run, only looked at: for an administrator's command line.

use super::{OpenFailure, OutboxFailure, OutboxFilter, store::Reader};
use ringcard_core::submission::{AttemptNote, OutboxRow, SubmissionKey};
use std::path::Path;

/// What stands in the file. What a row waits for is known by a running hub only.
pub struct Resting(Reader);

impl Resting {
    /// `None`: there is no outbox yet.
    pub fn open(path: &Path) -> Result<Option<Self>, OpenFailure> {
        if !path.is_file() {
            return Ok(None);
        }
        Ok(Some(Self(Reader::open(path)?)))
    }

    /// A page of at most 200 rows; whether there are more.
    pub fn list(
        &self,
        filter: &OutboxFilter,
        after: Option<&SubmissionKey>,
        limit: u32,
    ) -> Result<(Vec<OutboxRow>, bool), OutboxFailure> {
        let (page, more) = self.0.page(filter, after, limit, &[]).map_err(OutboxFailure::NotRead)?;
        Ok((page.into_iter().map(OutboxRow::from).collect(), more))
    }

    /// One row and its attempts, oldest first.
    pub fn row(&self, key: &SubmissionKey) -> Result<Option<(OutboxRow, Vec<AttemptNote>)>, OutboxFailure> {
        let found = self.0.row(key).map_err(OutboxFailure::NotRead)?;
        Ok(found.map(|(kept, attempts)| (OutboxRow::from(kept), attempts)))
    }
}
