//! Recordings as files of a ticket, where the settings say so: each is uploaded, and named by a comment in the same attempt, since
//! what is uploaded and belongs to no comment is kept for an hour only (zendesk.md, Recordings).
//!
//! A call record has no files: they go onto its ticket before it. A file's name has the recording's id, so that none is there
//! twice: what a ticket has already is not uploaded again.

use super::before;
use crate::{
    GivesRecordings,
    zendesk::{ZendeskAccount, client::Ask, outcome::Trouble, wire::Read},
};
use reqwest::Method;
use ringcard_core::{
    call_log::{CallEntry, EntryRecording},
    recording::AudioKind,
};
use std::{
    collections::BTreeSet,
    fmt::Write as _,
    sync::{Arc, PoisonError},
};

/// Of all recordings of one call: an attempt has its time.
const MOST_BYTES: u64 = 20 * 1024 * 1024;
/// Recordings of one call.
const MOST: usize = 10;

/// What was uploaded for a comment.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// What a comment names them by.
    pub tokens: Vec<String>,
    /// Of those that are not there: why, behind what else is said of the row.
    pub said: String,
}

fn named(recording: &EntryRecording) -> String {
    format!("recording-{}", recording.id)
}

fn ending(audio: AudioKind) -> &'static str {
    match audio {
        AudioKind::WavPcm | AudioKind::WavALaw | AudioKind::WavMuLaw | AudioKind::WavGsm | AudioKind::WavOther => "wav",
        AudioKind::Mp3 => "mp3",
        AudioKind::Ogg => "ogg",
        AudioKind::M4a => "m4a",
    }
}

impl ZendeskAccount {
    fn giver(&self) -> Option<Arc<dyn GivesRecordings>> {
        self.recordings.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Whether a call has recordings that become files.
    pub(super) fn sends_files(&self, entry: &CallEntry) -> bool {
        self.config.writing.files && !entry.recordings.is_empty() && self.giver().is_some()
    }

    /// Uploads a call's recordings, but for those that are among these files.
    pub(super) async fn upload(&self, entry: &CallEntry, there: &BTreeSet<String>) -> Result<Files, Trouble> {
        let mut files = Files::default();
        let Some(giver) = self.giver().filter(|_| self.config.writing.files) else { return Ok(files) };
        let is_there = |recording: &&EntryRecording| there.iter().any(|name| name.starts_with(&named(recording)));
        let (mut left, wanted) = (MOST_BYTES, entry.recordings.iter().filter(|one| !is_there(one)).take(MOST));
        for recording in wanted {
            let whole = match giver.whole(&recording.id, left).await {
                Ok(Some(whole)) => whole,
                Ok(None) => {
                    let most = MOST_BYTES >> 20;
                    let _ = write!(
                        files.said,
                        "; a recording was not uploaded: it is gone, or there are more than {most} MB"
                    );
                    continue;
                }
                Err(detail) => return Err(Trouble::NotSent { detail, wait: None }),
            };
            left = left.saturating_sub(whole.bytes.len() as u64);
            let name = format!("{}.{}", named(recording), ending(whole.audio));
            let ask = Ask::new(Method::POST, "upload", "/api/v2/uploads.json").with("filename", name);
            match self.ask(ask.file(whole.audio.content_type(), whole.bytes)).await {
                Ok(reply) => match reply.json["upload"].text("token") {
                    token if token.is_empty() => files.said.push_str("; a recording was uploaded, and got no name"),
                    token => files.tokens.push(token),
                },
                // The call is filed all the same.
                Err(Trouble::Refused { detail, .. }) => {
                    let _ = write!(files.said, "; a recording was not taken: {detail}");
                }
                // Nothing of it is to be seen, whether it arrived or not.
                Err(trouble) => return Err(before(trouble)),
            }
        }
        Ok(files)
    }

    /// The names of a ticket's files.
    pub(super) async fn files_of(&self, ticket: &str) -> Result<BTreeSet<String>, Trouble> {
        match self.comments(ticket).await {
            Ok(found) => {
                let files = found.list("comments").flat_map(|comment| comment.list("attachments"));
                Ok(files.map(|file| file.text("file_name")).collect())
            }
            Err(trouble) if trouble.is_gone() => Ok(BTreeSet::new()),
            Err(trouble) => Err(before(trouble)),
        }
    }
}
