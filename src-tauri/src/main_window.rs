//! The main window: made when somebody wants to see it, gone when it is closed. The app lives on in the tray.

use crate::{
    contract::{
        event,
        views::{Navigate, Notice},
    },
    ears::{Ear, ToMain},
    fence,
    quit::QuitQuestion,
};
use ringcard_desk::Desk;
use std::sync::{Mutex, MutexGuard};
use tauri::{AppHandle, Manager, WebviewWindow};

pub const LABEL: &str = "main";

/// What the window is told once it listens.
#[derive(Debug, Clone)]
#[allow(clippy::large_enum_variant, reason = "there are some twenty of them at most")]
pub enum Word {
    Navigate(Navigate),
    Notice(Notice),
    ConfirmQuit(Box<QuitQuestion>),
}

/// The main window, whether or not it is there.
pub struct MainWindow {
    app: AppHandle,
    ear: Ear<ToMain>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// The page asked for its first view: it hears events from then on.
    listens: bool,
    /// For when it does.
    waiting: Vec<Word>,
}

/// More than anybody reads at once.
const MOST_WAITING: usize = 20;

impl MainWindow {
    pub fn new(app: AppHandle, ear: Ear<ToMain>) -> Self {
        Self { app, ear, state: Mutex::default() }
    }

    /// Brings it to the front; makes it where there is none. Must not be called on the window system's thread before
    /// the app runs.
    pub fn show(&self, word: Option<Word>) {
        if let Some(window) = self.window() {
            for done in [window.unminimize(), window.show(), window.set_focus()] {
                if let Err(error) = done {
                    tracing::warn!(%error, "the main window did not come to the front");
                }
            }
        } else if let Err(error) = self.make() {
            tracing::error!(%error, "the main window could not be made");
        }
        if let Some(word) = word {
            self.tell(word);
        }
    }

    /// Says something in the window; waits until the page listens.
    pub fn tell(&self, word: Word) {
        let mut state = self.state();
        if !state.listens {
            if state.waiting.len() < MOST_WAITING && !state.waiting.iter().any(|waiting| is_same(waiting, &word)) {
                state.waiting.push(word);
            }
            return;
        }
        drop(state);
        self.say(&word);
    }

    /// The page listens now.
    pub fn listens(&self) {
        let waiting = {
            let mut state = self.state();
            state.listens = true;
            std::mem::take(&mut state.waiting)
        };
        for word in &waiting {
            self.say(word);
        }
    }

    pub fn window(&self) -> Option<WebviewWindow> {
        self.app.get_webview_window(LABEL)
    }

    fn make(&self) -> tauri::Result<()> {
        self.state().listens = false;
        let window = fence::window(&self.app, LABEL, "index.html")
            .title("Ringcard")
            .inner_size(1080.0, 720.0)
            .min_inner_size(720.0, 480.0)
            .center();
        // X11's window managers see to it themselves that a window fits a small or much scaled screen.
        let window = if cfg!(target_os = "linux") { window } else { window.prevent_overflow() };
        window.build().map(drop)
    }

    /// The window is gone.
    pub fn closed(&self) {
        *self.state() = State::default();
        self.ear.close();
    }

    fn say(&self, word: &Word) {
        match word {
            Word::Navigate(to) => event::navigate(&self.ear, to),
            Word::Notice(notice) => event::notice(&self.ear, notice),
            Word::ConfirmQuit(question) => event::confirm_quit(&self.ear, question),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().expect("BUG: nobody panics while holding the main window's state")
    }
}

/// Said once is enough: what a page can bring about over and over must not take the place of the rest.
fn is_same(one: &Word, other: &Word) -> bool {
    matches!((one, other), (Word::Notice(one), Word::Notice(other)) if one == other)
}

/// Tells the main window whatever changes at the desk, while there is one.
pub async fn follow(desk: Desk, ear: Ear<ToMain>) {
    let mut views = desk.view();
    while views.changed().await.is_ok() {
        let view = views.borrow_and_update().clone();
        event::desk(&ear, &view);
    }
}
