//! Calls that are looked for, and the same as a file.

use super::Answer;
use crate::{contract::views::FoundPage, shell::Shell};
use ringcard_core::{
    call::CallId,
    customer::CustomerId,
    frame::{CallSearch, FoundCalls, ask},
};
use ringcard_hub::calls_file::CallsFile;
use tauri_plugin_dialog::DialogExt;
use tokio::sync::oneshot;

/// Calls of one answer while a file is written.
const PIECE: u32 = 200;

pub async fn calls(shell: &Shell, search: CallSearch, before: Option<CallId>, limit: u32) -> Answer<FoundPage> {
    let FoundCalls { calls, next } = shell.desk.ask(ask::FindCalls { search, before, limit }).await?;
    Ok(FoundPage { calls: calls.into_iter().map(Into::into).collect(), next })
}

/// The calls with a customer.
pub async fn with_customer(
    shell: &Shell,
    customer: CustomerId,
    before: Option<CallId>,
    limit: u32,
) -> Answer<FoundPage> {
    let FoundCalls { calls, next } = shell.desk.ask(ask::CustomerCalls { customer, before, limit }).await?;
    Ok(FoundPage { calls: calls.into_iter().map(Into::into).collect(), next })
}

/// Writes the calls that are found to a file the person chose, which is there whole or not at all; nothing when the dialog
/// was closed.
pub async fn export(shell: &Shell, search: CallSearch) -> Answer<Option<String>> {
    let (answer, chosen) = oneshot::channel();
    shell.app.dialog().file().set_file_name("calls.csv").save_file(move |file| drop(answer.send(file)));
    let Some(path) = chosen.await.ok().flatten().and_then(|file| file.into_path().ok()) else { return Ok(None) };
    let mut table = CallsFile::beside(&path)?;
    let mut before = None;
    loop {
        let found = shell.desk.ask(ask::FindCalls { search: search.clone(), before, limit: PIECE }).await?;
        table.calls(&found.calls)?;
        before = found.next;
        if before.is_none() {
            break;
        }
    }
    table.take_its_place()?;
    Ok(Some(path.display().to_string()))
}
