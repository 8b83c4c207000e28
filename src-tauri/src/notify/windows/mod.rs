//! Windows' notifications.
//!
//! What is on the screen answers by itself, what has gone to the notification centre by the class that this program
//! registers ([`activator`]): both come here, and the first answer counts. Nothing of ours is in the centre when the app
//! has ended, or has begun: after a kill, what is still there opens the main window.

mod activator;
mod toast;

use super::{Answer, Text, toast_xml};
use crate::{identity, shell::Shell};
use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicU64, Ordering},
    },
};
use tauri::{AppHandle, Manager};
use toast::{Happened, Toasts};
use tokio::sync::{mpsc, watch};
use uuid::Uuid;

/// What is told of one notification before anybody listens: an answer, and that it left the screen.
const HAPPENS: usize = 8;

/// Whoever waits for an answer, by the notification's tag.
type Waiting = Arc<Mutex<HashMap<String, mpsc::Sender<Happened>>>>;

/// The notifications of this app.
pub struct Board {
    toasts: Toasts,
    waiting: Waiting,
    /// Names them: which run of the app, and which of its notifications.
    run: String,
    next: AtomicU64,
    /// Holds the class while there are notifications.
    _activator: Option<activator::Registered>,
}

impl Board {
    /// Makes this app known to Windows, and takes away what an earlier one left.
    pub async fn open(app: &AppHandle) -> Self {
        let toasts = Toasts::of(app);
        let waiting = Waiting::default();
        let run = Uuid::new_v4().simple().to_string();
        let (heard, app, cleared, this) = (waiting.clone(), app.clone(), toasts.clone(), run.clone());
        let registered = blocking(move || {
            let name = app.config().identifier.clone();
            identity::make_known(&name);
            cleared.clear();
            // The demo, and an app with a home of its own, are not what Windows starts for a click.
            let registered = (name == identity::INSTALLED)
                .then(|| activator::register(move |arguments| clicked(&app, &heard, &this, arguments)));
            match registered {
                Some(Err(error)) => {
                    tracing::warn!(%error, "what is clicked in the notification centre is not heard");
                    None
                }
                Some(Ok(registered)) => Some(registered),
                None => None,
            }
        });
        let activator = registered.await.flatten();
        Self { toasts, waiting, run, next: AtomicU64::default(), _activator: activator }
    }

    /// Shows, replaces what changes, and takes away. `None`: nobody answered, or it could not be shown.
    pub async fn stand(&self, texts: &mut watch::Receiver<Text>) -> Option<Answer> {
        let tag = format!("{}n{}", self.run, self.next.fetch_add(1, Ordering::Relaxed));
        let (sender, mut happens) = mpsc::channel(HAPPENS);
        waiting(&self.waiting).insert(tag.clone(), sender.clone());
        let _place = Place { tag: &tag, waiting: &self.waiting };
        let (mut turn, mut is_in_centre) = (0, false);
        loop {
            let text = texts.borrow_and_update().clone();
            turn += 1;
            // Its handlers live as long as it does.
            let _shown = self.show(&text, &tag, turn, is_in_centre, sender.clone()).await?;
            let changed = loop {
                tokio::select! {
                    biased;
                    Some(happened) = happens.recv() => match happened {
                        Happened::Answered(answer) => {
                            self.take_away(&tag).await;
                            return Some(answer);
                        }
                        // What is replaced leaves, too.
                        Happened::TakenAway(of) if of == turn => return Some(Answer::TakenAway),
                        Happened::ToTheCentre(of) if of == turn => is_in_centre = true,
                        Happened::Failed(of, error) if of == turn => {
                            tracing::warn!(%error, "a notification could not be shown");
                            return None;
                        }
                        Happened::TakenAway(_) | Happened::ToTheCentre(_) | Happened::Failed(..) => {}
                    },
                    changed = texts.changed() => break changed.is_ok(),
                }
            };
            if !changed {
                self.take_away(&tag).await;
                return None;
            }
        }
    }

    async fn show(
        &self,
        text: &Text,
        tag: &str,
        turn: u32,
        is_in_centre: bool,
        sender: mpsc::Sender<Happened>,
    ) -> Option<toast::Shown> {
        let (toasts, xml, tag) = (self.toasts.clone(), toast_xml::asking(text, tag), tag.to_owned());
        let shown = blocking(move || toasts.show(&xml, &tag, turn, is_in_centre, sender)).await?;
        shown.inspect_err(|error| tracing::warn!(%error, "a notification could not be shown")).ok()
    }

    async fn take_away(&self, tag: &str) {
        let (toasts, tag) = (self.toasts.clone(), tag.to_owned());
        blocking(move || toasts.take_away(&tag)).await;
    }
}

pub async fn tell(app: AppHandle, summary: String, body: String) {
    let toasts = Toasts::of(&app);
    let said = blocking(move || toasts.say(&toast_xml::saying(&summary, &body))).await;
    if let Some(Err(error)) = said {
        tracing::warn!(%error, "a notification could not be shown");
    }
}

/// Nothing of ours stays in the notification centre.
pub async fn leave(app: &AppHandle) {
    let toasts = Toasts::of(app);
    blocking(move || toasts.clear()).await;
}

/// Somebody clicked. What asks nothing, or was shown by an earlier run, opens the main window; one of this run that nobody
/// waits for was answered just now, or is about a call that has ended.
fn clicked(app: &AppHandle, standing: &Waiting, run: &str, arguments: &str) {
    match toast_xml::read(arguments) {
        Some((tag, answer)) if tag.starts_with(run) => {
            if let Some(sender) = waiting(standing).get(tag) {
                // A full place has an answer already.
                let _ = sender.try_send(Happened::Answered(answer));
            }
        }
        _ => {
            let shell = app.state::<Shell>().inner().clone();
            // Not here: Windows waits for the answer to its call.
            tauri::async_runtime::spawn(async move { shell.main.show(None) });
        }
    }
}

/// Forgets who waits when nobody does any more.
struct Place<'a> {
    tag: &'a str,
    waiting: &'a Waiting,
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        waiting(self.waiting).remove(self.tag);
    }
}

fn waiting(waiting: &Waiting) -> MutexGuard<'_, HashMap<String, mpsc::Sender<Happened>>> {
    waiting.lock().expect("BUG: nobody panics while holding who waits for an answer")
}

/// Windows answers these from another process, in its own time.
async fn blocking<T: Send + 'static>(act: impl FnOnce() -> T + Send + 'static) -> Option<T> {
    match tokio::task::spawn_blocking(act).await {
        Ok(done) => Some(done),
        Err(panic) => {
            tracing::error!(%panic, "the notifications broke down");
            None
        }
    }
}
