//! The end of the app: what it would stop or lose is asked about first.

use crate::{commands::files, main_window::Word, shell::Shell};
use ringcard_hub::directory::import::{ImportState, LastImport};
use serde::Serialize;
use std::time::Duration;
use ts_rs::TS;

/// How long the end waits for what is in flight.
const IN_FLIGHT: Duration = Duration::from_secs(3);

/// What quitting now would stop or lose.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct QuitQuestion {
    /// It would be stopped; what was imported stays.
    pub import: Option<LastImport>,
    /// Forms whose words could not be put on the disk: they would be lost.
    pub not_kept: u32,
}

impl Shell {
    /// Somebody wants the app to end. Where that would stop or lose something they are asked, in the main window.
    pub async fn wish_to_quit(&self) {
        let import = files::running(self);
        let not_kept = self.desk.forms_not_kept().await;
        if import.is_none() && not_kept == 0 {
            return self.quit();
        }
        self.main.show(Some(Word::ConfirmQuit(QuitQuestion { import, not_kept })));
        if self.main.window().is_none() {
            // An app that cannot be ended is no better, and without a window nobody saves what was typed.
            tracing::error!(not_kept, "the app ends unasked: there is no window to ask in");
            self.quit();
        }
    }

    /// Ends the app: what is in flight gets up to 3 s. An import is stopped; its report says how far it came.
    pub fn quit(&self) {
        let shell = self.clone();
        tauri::async_runtime::spawn(async move {
            // Whoever has the clipboard may not say what is on it.
            if tokio::time::timeout(IN_FLIGHT, shell.clipboard.forget()).await.is_err() {
                tracing::warn!("the clipboard does not answer: what was copied may still be there");
            }
            shell.stop_import().await;
            shell.move_out().await;
            if let Some(demo) = shell.demo.lock().await.take() {
                demo.end().await;
            }
            shell.app.exit(0);
        });
    }

    async fn stop_import(&self) {
        let running = self.import.lock().expect("BUG: nobody panics while holding the import").clone();
        let Some(mut running) = running else { return };
        running.cancel.cancel();
        let ended = running.progress.wait_for(|now| now.state != ImportState::Running);
        if tokio::time::timeout(IN_FLIGHT, ended).await.is_err() {
            tracing::warn!("the import did not stop in time: what it committed is kept");
        }
    }
}
