//! The end of the app: what it would stop or lose is asked about first.

use crate::{commands::files, main_window::Word, notify, shell::Shell};
use ringcard_hub::directory::import::{ImportState, LastImport};
use serde::Serialize;
use std::time::Duration;
use ts_rs::TS;

/// How long the end waits for what is in flight.
const IN_FLIGHT: Duration = Duration::from_secs(3);

/// How long a system that ends everything (a log-off, a shutdown, an installer) may be made to wait: Windows counts five
/// seconds before it asks the person whether to end the app by force.
const SYSTEM_WAITS: Duration = Duration::from_secs(4);

/// Notifications that are still there afterwards do no harm.
const NOTIFICATIONS: Duration = Duration::from_millis(500);

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
        self.main.show(Some(Word::ConfirmQuit(Box::new(QuitQuestion { import, not_kept }))));
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
            shell.end().await;
            shell.app.exit(0);
        });
    }

    /// The system ends the app, and it is over when this returns. Nothing is left to do after [`Shell::quit`].
    pub fn end_now(&self) {
        if self.ended.initialized() {
            return;
        }
        tracing::info!("the system ends the app");
        if tauri::async_runtime::block_on(tokio::time::timeout(SYSTEM_WAITS, self.end())).is_err() {
            tracing::warn!("not everything ended in time: what was committed is kept");
        }
    }

    /// Ends what is at work, once; who comes second waits for it.
    async fn end(&self) {
        let end = async {
            // Whoever has the clipboard may not say what is on it.
            if tokio::time::timeout(IN_FLIGHT, self.clipboard.forget()).await.is_err() {
                tracing::warn!("the clipboard does not answer: what was copied may still be there");
            }
            self.stop_import().await;
            self.move_out().await;
            if let Some(demo) = self.demo.lock().await.take() {
                demo.end().await;
            }
            let _ = tokio::time::timeout(NOTIFICATIONS, notify::leave(&self.app)).await;
        };
        self.ended.get_or_init(|| end).await;
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
