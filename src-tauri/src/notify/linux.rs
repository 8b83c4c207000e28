//! The freedesktop notification server.

use super::{Answer, Text};
use notify_rust::{Hint, Notification, NotificationHandle, NotificationResponse, Timeout, Urgency};
use tauri::AppHandle;
use tokio::sync::watch;

/// The server is asked anew for each notification: it may be restarted.
pub struct Board;

impl Board {
    pub async fn open(_app: &AppHandle) -> Self {
        Self
    }

    /// Shows, replaces what changes, and takes away. `None`: nobody answered, or it could not be shown.
    pub async fn stand(&self, texts: &mut watch::Receiver<Text>) -> Option<Answer> {
        let first = texts.borrow_and_update().clone();
        let mut handle = show(&first, None).await?;
        loop {
            let mut answer = None;
            let gone = tokio::select! {
                changed = texts.changed() => changed.is_err(),
                () = handle.wait_for_action_async(|response| answer = Some(read(response))) => {
                    // A server keeps it on the screen after an action of its menu.
                    handle.close_async().await;
                    return answer;
                }
            };
            if gone {
                handle.close_async().await;
                return None;
            }
            let text = texts.borrow_and_update().clone();
            handle = show(&text, Some(handle.id())).await?;
        }
    }
}

pub async fn tell(_app: AppHandle, summary: String, body: String) {
    let mut notification = Notification::new();
    notification.appname("Ringcard").icon("ringcard").summary(&summary).body(&body);
    notification.hint(Hint::DesktopEntry("ringcard".to_owned()));
    if let Err(error) = notification.show_async().await {
        tracing::warn!(%error, "a notification could not be shown");
    }
}

/// The server keeps what it was given, and says itself that nobody answers.
pub async fn leave(_app: &AppHandle) {}

async fn show(text: &Text, instead_of: Option<u32>) -> Option<NotificationHandle> {
    let mut notification = Notification::new();
    notification
        .appname("Ringcard")
        .icon("ringcard")
        .summary(&text.summary)
        .body(&text.body)
        .hint(Hint::DesktopEntry("ringcard".to_owned()))
        .hint(Hint::Category("call".to_owned()))
        .timeout(Timeout::Never)
        .urgency(if text.urgent { Urgency::Critical } else { Urgency::Normal })
        .action("default", text.show);
    if let Some(call_back) = text.call_back {
        notification.action("call-back", call_back);
    }
    if let Some(id) = instead_of {
        notification.id(id);
    }
    match notification.show_async().await {
        Ok(handle) => Some(handle),
        Err(error) => {
            tracing::warn!(%error, "a notification could not be shown");
            None
        }
    }
}

fn read(response: &NotificationResponse) -> Answer {
    match response {
        NotificationResponse::Default => Answer::Open,
        NotificationResponse::Action(action) if action == "call-back" => Answer::CallBack,
        NotificationResponse::Action(_) => Answer::Open,
        _ => Answer::TakenAway,
    }
}
