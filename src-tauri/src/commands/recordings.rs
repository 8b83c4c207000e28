//! Recordings of calls.

use super::Answer;
use crate::shell::Shell;
use ringcard_core::{
    call::CallId,
    frame::ask,
    recording::{Recording, RecordingId},
};
use ringcard_desk::audio::Ticket;

pub async fn of_call(shell: &Shell, call_id: CallId) -> Answer<Vec<Recording>> {
    Ok(shell.desk.ask(ask::Recordings { call_id }).await?)
}

/// Its audio is fetched by the page ([`crate::audio`]).
pub async fn listen(shell: &Shell, recording: RecordingId) -> Answer<Ticket> {
    Ok(shell.desk.listen(recording).await?)
}
