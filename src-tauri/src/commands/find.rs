//! Calls that are looked for, and the same as a file.

use super::Answer;
use crate::{
    contract::{CommandError, views::FoundPage},
    shell::Shell,
};
use ringcard_core::{
    call::CallId,
    customer::CustomerId,
    frame::{CallSearch, FoundCalls, ask},
};
use ringcard_hub::calls_csv;
use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::Path,
};
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

/// Writes the calls that are found to a file the person chose; nothing when the dialog was closed.
pub async fn export(shell: &Shell, search: CallSearch) -> Answer<Option<String>> {
    let (answer, chosen) = oneshot::channel();
    shell.app.dialog().file().set_file_name("calls.csv").save_file(move |file| drop(answer.send(file)));
    let Some(path) = chosen.await.ok().flatten().and_then(|file| file.into_path().ok()) else { return Ok(None) };
    let mut file = begin(&path).map_err(CommandError::internal)?;
    let mut before = None;
    loop {
        let found = shell.desk.ask(ask::FindCalls { search: search.clone(), before, limit: PIECE }).await?;
        let piece: Vec<u8> = found.calls.iter().flat_map(calls_csv::call).collect();
        file.write_all(&piece).map_err(CommandError::internal)?;
        before = found.next;
        if before.is_none() {
            break;
        }
    }
    file.flush().map_err(CommandError::internal)?;
    Ok(Some(path.display().to_string()))
}

fn begin(path: &Path) -> io::Result<BufWriter<File>> {
    let mut file = BufWriter::new(File::create(path)?);
    file.write_all(&calls_csv::heading())?;
    Ok(file)
}
