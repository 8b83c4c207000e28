//! macOS' notification centre. It is told what to show and tells nothing back: what is shown stays until the person takes it
//! away, and a click on it does no more than the system does by itself.

use super::{Answer, Text};
use tauri::AppHandle;
use tokio::sync::watch;

/// Nothing is kept of what was shown.
pub struct Board;

impl Board {
    pub async fn open(_app: &AppHandle) -> Self {
        Self
    }

    /// Shows it once; what changes later is not shown.
    pub async fn stand(&self, texts: &mut watch::Receiver<Text>) -> Option<Answer> {
        let Text { summary, body, .. } = texts.borrow_and_update().clone();
        show(summary, body).await;
        None
    }
}

pub async fn tell(_app: AppHandle, summary: String, body: String) {
    show(summary, body).await;
}

/// What was shown cannot be taken back.
pub async fn leave(_app: &AppHandle) {}

async fn show(summary: String, body: String) {
    let shown = tokio::task::spawn_blocking(move || {
        notify_rust::Notification::new().appname("Ringcard").summary(&summary).body(&body).show().map(drop)
    });
    if let Ok(Err(error)) = shown.await {
        tracing::warn!(%error, "a notification could not be shown");
    }
}
