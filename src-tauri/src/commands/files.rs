//! Customers from files and into files.

use super::Answer;
use crate::{
    chosen::{self, ChosenFile, FileHandle},
    contract::{CommandError, event, views::ExportAs},
    notify,
    shell::Shell,
};
use ringcard_core::{
    Timestamp,
    frame::{RequestError, RequestErrorCode},
};
use ringcard_hub::directory::{
    Directory, DoneImport, ExportFormat, ExportProgress, Undone,
    import::{self, CancelImport, ImportChoices, ImportPreview, ImportProgress, LastImport, Unclear},
};
use std::path::PathBuf;
use tauri_plugin_dialog::DialogExt;
use tokio::sync::{oneshot, watch};

/// An import under way. It belongs to the app, not to a window: closing one does not stop it.
#[derive(Clone)]
pub struct RunningImport {
    pub cancel: CancelImport,
    pub progress: watch::Receiver<ImportProgress>,
    file: PathBuf,
    began: Timestamp,
}

/// The import under way, as far as it is.
pub fn running(shell: &Shell) -> Option<LastImport> {
    let running = shell.import.lock().expect("BUG: nobody panics while holding the import").clone()?;
    let progress = running.progress.borrow().clone();
    Some(LastImport { file: running.file, began: running.began, ended: None, progress })
}

/// Asks for a file; nothing when the person closed the dialog.
pub async fn pick_import_file(shell: &Shell) -> Answer<Option<ChosenFile>> {
    let path = match chosen::without_dialog() {
        Some(path) => Some(path),
        None => ask_for_file(shell).await,
    };
    Ok(path.map(|path| shell.chosen.keep(path)))
}

async fn ask_for_file(shell: &Shell) -> Option<PathBuf> {
    let (answer, chosen) = oneshot::channel();
    let endings = ["csv", "txt", "tsv", "vcf", "vcard", "xlsx", "xlsm", "xls", "ods"];
    let dialog = shell.app.dialog().file().add_filter("CSV, vCard, Excel, OpenDocument", &endings);
    dialog.pick_file(move |file| drop(answer.send(file)));
    chosen.await.ok().flatten().and_then(|file| file.into_path().ok())
}

pub async fn import_preview(shell: &Shell, file: FileHandle, choices: ImportChoices) -> Answer<ImportPreview> {
    let path = shell.chosen.path(file)?;
    let country = shell.installation().await?.settings().locale.country();
    Ok(import::preview(&path, &country, choices).await?)
}

/// An import that left rows open: whoever says what becomes of them has the same file imported again.
#[derive(Clone)]
pub struct LeftOpen {
    file: PathBuf,
    choices: ImportChoices,
}

/// Begins an import; how it goes is told by `import_progress`. One at a time.
pub async fn import_start(shell: &Shell, file: FileHandle, choices: ImportChoices) -> Answer<()> {
    let path = shell.chosen.path(file)?;
    begin(shell, path, choices).await?;
    shell.chosen.used(file);
    Ok(())
}

/// Says what becomes of the rows that the last import left open, and imports its file once more: of what was imported
/// nothing changes.
pub async fn import_settle(shell: &Shell, unclear: Unclear) -> Answer<()> {
    let left = shell.left_open.lock().expect("BUG: nobody panics while holding what is left").clone();
    let Some(LeftOpen { file, choices }) = left else {
        return Err(CommandError::file("Choose the file again: nothing of an import is left open any more."));
    };
    begin(shell, file, ImportChoices { unclear, ..choices }).await
}

async fn begin(shell: &Shell, path: PathBuf, choices: ImportChoices) -> Answer<()> {
    let directory = directory(shell).await?;
    let cancel = CancelImport::default();
    let (progress, watched) = watch::channel(ImportProgress::default());
    {
        let mut running = shell.import.lock().expect("BUG: nobody panics while holding the import");
        if running.is_some() {
            let message = "An import is still running: wait for it, or cancel it.".to_owned();
            return Err(RequestError::new(RequestErrorCode::Busy, message).into());
        }
        *running = Some(RunningImport {
            cancel: cancel.clone(),
            progress: watched.clone(),
            file: path.clone(),
            began: Timestamp::now(),
        });
    }
    *shell.left_open.lock().expect("BUG: nobody panics while holding what is left") =
        Some(LeftOpen { file: path.clone(), choices: choices.clone() });
    tauri::async_runtime::spawn(tell_progress(shell.clone(), watched));
    let shell = shell.clone();
    tauri::async_runtime::spawn(async move {
        let told = progress.clone();
        let end =
            tauri::async_runtime::spawn(async move { import::run(&directory, &path, choices, told, cancel).await });
        let end = end.await.unwrap_or_else(|panic| ImportProgress {
            state: import::ImportState::Failed,
            message: Some(panic.to_string()),
            ..ImportProgress::default()
        });
        if end.unclear == 0 {
            *shell.left_open.lock().expect("BUG: nobody panics while holding what is left") = None;
        }
        *shell.import.lock().expect("BUG: nobody panics while holding the import") = None;
        if shell.main.window().is_none() {
            notify::import_ended(&shell, &end);
        }
        progress.send_replace(end);
    });
    Ok(())
}

pub async fn import_cancel(shell: &Shell) -> Answer<()> {
    if let Some(running) = shell.import.lock().expect("BUG: nobody panics while holding the import").as_ref() {
        running.cancel.cancel();
    }
    Ok(())
}

/// The import under way, or the last there was: whoever closed the window or the app meanwhile finds what became of it.
pub async fn import_last(shell: &Shell) -> Answer<Option<LastImport>> {
    if let Some(running) = running(shell) {
        return Ok(Some(running));
    }
    let directory = directory(shell).await?;
    let reading = tauri::async_runtime::spawn_blocking(move || import::last(directory.path()));
    reading.await.map_err(CommandError::internal)
}

/// Writes the report of the last import where the person wants it; nothing when the dialog was closed.
pub async fn save_import_report(shell: &Shell) -> Answer<Option<String>> {
    let report = import_last(shell).await?.and_then(|last| last.progress.report_path);
    let report = report.ok_or_else(|| CommandError::file("There is no report of the last import."))?;
    let (answer, chosen) = oneshot::channel();
    let dialog = shell.app.dialog().file().set_file_name("import-report.csv");
    dialog.save_file(move |file| drop(answer.send(file)));
    let Some(path) = chosen.await.ok().flatten().and_then(|file| file.into_path().ok()) else { return Ok(None) };
    let said = path.display().to_string();
    let copying = tauri::async_runtime::spawn_blocking(move || std::fs::copy(report, path));
    copying.await.map_err(CommandError::internal)?.map_err(CommandError::file)?;
    Ok(Some(said))
}

/// The imports of the last week, the newest first.
pub async fn imports_done(shell: &Shell) -> Answer<Vec<DoneImport>> {
    directory(shell).await?.imports().await.map_err(CommandError::file)
}

/// Undoes the last import, which is this one.
pub async fn import_undo(shell: &Shell, id: i64) -> Answer<Undone> {
    if running(shell).is_some() {
        let message = "An import is still running: wait for it, or cancel it.".to_owned();
        return Err(RequestError::new(RequestErrorCode::Busy, message).into());
    }
    let undone = directory(shell).await?.undo_import(id).await;
    Ok(undone.map_err(|why| RequestError::new(RequestErrorCode::NotSaved, why.to_string()))?)
}

/// Writes all customers to a file the person chose; nothing when the dialog was closed.
pub async fn export_customers(shell: &Shell, format: ExportAs) -> Answer<Option<String>> {
    let directory = directory(shell).await?;
    let (name, format) = match format {
        // Excel takes a file without it for the system's own encoding.
        ExportAs::Csv => ("customers.csv", ExportFormat::Csv { bom: true }),
        ExportAs::VCard => ("customers.vcf", ExportFormat::VCard),
    };
    let (answer, chosen) = oneshot::channel();
    shell.app.dialog().file().set_file_name(name).save_file(move |file| drop(answer.send(file)));
    let Some(path) = chosen.await.ok().flatten().and_then(|file| file.into_path().ok()) else { return Ok(None) };
    let (progress, _) = watch::channel(ExportProgress::default());
    directory.export(&path, format, progress).await?;
    Ok(Some(path.display().to_string()))
}

async fn directory(shell: &Shell) -> Answer<Directory> {
    shell.installation().await?.directory.clone().map_err(CommandError::file)
}

/// The last word is always told; those before it as fast as the window takes them.
async fn tell_progress(shell: Shell, mut watched: watch::Receiver<ImportProgress>) {
    while watched.changed().await.is_ok() {
        let now = watched.borrow_and_update().clone();
        event::import_progress(&shell.ears.main, &now);
        // A million rows are reported a few times a second, not a thousand times.
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}
