//! The popup's window. One task owns it: what the desk wants seen, and what the window itself reports, in order.
//!
//! It is created hidden when the app starts and shown once where nobody sees it ([`window`]), so that the first card is as
//! fast as the tenth. The card goes to the page first, and the window is seen once the card is painted; on the way down
//! the page is blank before the window goes. So no card ever shows the previous customer, or nothing. While it only shows, it refuses the
//! keyboard; the hotkey brings the keyboard here, and whoever had it gets it back.

mod place;
mod window;

pub use place::Placement;

use crate::{
    contract::event,
    ears::{Ear, ToPopup},
    fence, focus,
};
use ringcard_core::call::CallId;
use ringcard_desk::{Desk, PopView, PopupAct};
use std::{sync::Arc, time::Duration};
use tauri::{AppHandle, WebviewWindow};
use tokio::{
    sync::{mpsc, watch},
    time::{Instant, sleep_until},
};
use window::Happened;

pub const LABEL: &str = "popup";

/// As wide as a card; the height is the page's own.
const WIDTH: f64 = 400.0;
const FIRST_HEIGHT: f64 = 240.0;
const HIGHEST: u32 = 900;

/// A blank frame is on the screen within this, even on a busy machine.
const BLANK_AFTER: Duration = Duration::from_millis(120);
/// The page has drawn itself once within this.
const WARM_AFTER: Duration = Duration::from_millis(400);

/// The popup's handle.
#[derive(Clone)]
pub struct Popup(mpsc::Sender<Message>);

enum Message {
    /// The page listens.
    Ready,
    /// The page has this call's card on the screen.
    Painted(CallId),
    Resize(u32),
    /// The page has this question on the screen.
    QuestionPainted(u32),
    /// Brings the keyboard to it, and everything there is into sight.
    TakeKeyboard,
    /// The agent clicked into a field: brings the keyboard to it.
    Typing,
    GiveBackKeyboard,
    Happened(Happened),
    Place(Placement),
}

impl Popup {
    /// Creates the window and starts its task. Must run where windows may be made.
    pub fn create(
        app: &AppHandle,
        desk: &Desk,
        ear: Ear<ToPopup>,
        placement: Placement,
    ) -> tauri::Result<(Self, PopupTask)> {
        let window = window::prepare(fence::window(app, LABEL, "popup.html"))
            .title("Ringcard call")
            .inner_size(WIDTH, FIRST_HEIGHT)
            .visible(false)
            .focused(false)
            .focusable(false)
            .decorations(false)
            .always_on_top(true)
            .visible_on_all_workspaces(true)
            .skip_taskbar(true)
            .maximizable(false)
            .minimizable(false)
            .build()?;
        let (sender, inbox) = mpsc::channel(64);
        let popup = Self(sender);
        // Alt+F4 puts it away; the window itself lives as long as the app.
        window.on_window_event(|event| {
            if let tauri::WindowEvent::CloseRequested { api, .. } = event {
                api.prevent_close();
            }
        });
        let told = popup.clone();
        window::watch(&window, move |happened| told.tell(Message::Happened(happened)));
        let owner = PopupTask {
            window,
            ear,
            desk: desk.clone(),
            views: desk.pop(),
            inbox,
            placement,
            height: FIRST_HEIGHT,
            up: Up::No,
            keyboard: None,
            asked: None,
            deadline: None,
        };
        Ok((popup, owner))
    }

    pub fn ready(&self) {
        self.tell(Message::Ready);
    }

    pub fn painted(&self, call_id: CallId) {
        self.tell(Message::Painted(call_id));
    }

    pub fn question_painted(&self, id: u32) {
        self.tell(Message::QuestionPainted(id));
    }

    pub fn resize(&self, height: u32) {
        self.tell(Message::Resize(height));
    }

    pub fn take_keyboard(&self) {
        self.tell(Message::TakeKeyboard);
    }

    /// The agent clicked into one of its fields.
    pub fn typing(&self) {
        self.tell(Message::Typing);
    }

    pub fn give_back_keyboard(&self) {
        self.tell(Message::GiveBackKeyboard);
    }

    pub fn place(&self, placement: Placement) {
        self.tell(Message::Place(placement));
    }

    /// Sixty-four messages nobody took mean that the owner is gone; there is nothing to tell it then.
    fn tell(&self, message: Message) {
        if self.0.try_send(message).is_err() {
            tracing::warn!("the popup takes no messages");
        }
    }
}

/// Whether the window is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Up {
    No,
    /// Unseen, drawing itself for the first time.
    Warming,
    /// Unseen, drawing a card.
    Rising,
    Yes,
    /// Unseen, drawing a blank page.
    Blanking,
}

/// Who had the keyboard before.
struct Keyboard {
    holder: Option<focus::Holder>,
}

/// The task that owns the window.
pub struct PopupTask {
    window: WebviewWindow,
    ear: Ear<ToPopup>,
    desk: Desk,
    views: watch::Receiver<Arc<PopView>>,
    inbox: mpsc::Receiver<Message>,
    placement: Placement,
    height: f64,
    up: Up,
    /// Present while the popup has the keyboard.
    keyboard: Option<Keyboard>,
    /// The last question that came with the keyboard: it comes once.
    asked: Option<u32>,
    /// When *warming*, *rising* or *blanking* is over.
    deadline: Option<Instant>,
}

impl PopupTask {
    pub async fn run(mut self) {
        loop {
            let deadline = self.deadline;
            tokio::select! {
                biased;
                changed = self.views.changed() => match changed {
                    Ok(()) => self.show(),
                    Err(_) => return,
                },
                message = self.inbox.recv() => match message {
                    Some(message) => self.hear(message).await,
                    None => return,
                },
                () = sleep_until(deadline.unwrap_or_else(Instant::now)), if deadline.is_some() => self.too_late(),
            }
        }
    }

    /// The state first, then the window.
    fn show(&mut self) {
        let view = self.views.borrow_and_update().clone();
        event::pop(&self.ear, &view);
        // The agent is done with the card it was on, and another one is there.
        if !view.has_keyboard {
            self.give_back();
        }
        match (view.is_empty(), self.up) {
            (false, Up::Yes | Up::Rising) | (true, Up::No | Up::Blanking | Up::Warming) => {}
            (false, Up::No | Up::Blanking | Up::Warming) => self.rise(),
            (true, Up::Yes | Up::Rising) => self.sink(),
        }
    }

    /// Up, and seen as soon as the card is painted.
    fn rise(&mut self) {
        let draws_unseen = window::DRAWS_UNSEEN;
        self.up = if draws_unseen { Up::Rising } else { Up::Yes };
        self.deadline = draws_unseen.then(|| Instant::now() + window::PAINTED_WITHIN);
        let (window, placement, height) = (self.window.clone(), self.placement.clone(), self.height);
        // In one turn of the window system's thread.
        self.on_main_thread(move || window::rise(&window, &placement, WIDTH, height));
    }

    fn come_in_sight(&mut self) {
        self.up = Up::Yes;
        self.deadline = None;
        let (window, placement, height) = (self.window.clone(), self.placement.clone(), self.height);
        self.on_main_thread(move || window::come_in_sight(&window, &placement, WIDTH, height));
    }

    /// Out of sight at once, blank in a moment, then hidden.
    fn sink(&mut self) {
        self.give_back();
        self.up = Up::Blanking;
        self.deadline = Some(Instant::now() + BLANK_AFTER);
        let window = self.window.clone();
        self.on_main_thread(move || window::sink(&window));
    }

    /// What was waited for did not come, or has had its time.
    fn too_late(&mut self) {
        self.deadline = None;
        match self.up {
            Up::Rising => self.come_in_sight(),
            Up::Warming | Up::Blanking => {
                self.up = Up::No;
                let window = self.window.clone();
                self.on_main_thread(move || window::hide(&window));
            }
            Up::No | Up::Yes => {}
        }
    }

    async fn hear(&mut self, message: Message) {
        match message {
            Message::Ready if self.up == Up::No => {
                self.up = Up::Warming;
                self.deadline = Some(Instant::now() + WARM_AFTER);
                let window = self.window.clone();
                self.on_main_thread(move || window::warm(&window));
            }
            Message::Ready => {}
            Message::Painted(id) => {
                // Not what was painted of a call that has left since.
                let is_shown = self.views.borrow().calls.iter().any(|shown| shown.call.id == id);
                if self.up == Up::Rising && is_shown {
                    self.come_in_sight();
                }
            }
            Message::QuestionPainted(id) => self.question_painted(id).await,
            Message::Resize(height) => self.resize(height),
            Message::TakeKeyboard => {
                self.desk.popup(PopupAct::Reveal(None)).await;
                let is_asked = self.views.borrow().question.is_some();
                self.take_keyboard(if is_asked { PopupAct::KeyboardOnQuestion } else { PopupAct::Keyboard(true) })
                    .await;
            }
            // The keyboard may be here and on the question: it goes to the field.
            Message::Typing if self.keyboard.is_some() => self.desk.popup(PopupAct::Keyboard(true)).await,
            Message::Typing => self.take_keyboard(PopupAct::Keyboard(true)).await,
            Message::GiveBackKeyboard => {
                self.give_back();
                self.desk.popup(PopupAct::Keyboard(false)).await;
            }
            Message::Happened(Happened::LostKeyboard) if self.keyboard.is_some() => {
                // It went of itself: there is nobody to give it back to.
                self.keyboard = None;
                self.refuse_keyboard();
                self.desk.popup(PopupAct::Keyboard(false)).await;
            }
            Message::Happened(Happened::LostKeyboard) => {}
            Message::Happened(Happened::ScreensChanged) => self.place_again(),
            Message::Place(placement) => {
                self.placement = placement;
                self.place_again();
            }
        }
    }

    /// One that is not in sight yet gets its place when it comes there.
    fn place_again(&mut self) {
        if self.up == Up::Yes {
            self.come_in_sight();
        }
    }

    fn resize(&mut self, height: u32) {
        self.height = f64::from(height.clamp(1, HIGHEST));
        let (window, placement, height) = (self.window.clone(), self.placement.clone(), self.height);
        let is_up = matches!(self.up, Up::Yes | Up::Rising);
        self.on_main_thread(move || window::resize(&window, &placement, WIDTH, height, is_up));
    }

    /// Whoever clicked a link has their eyes and hands on it: the keyboard comes once it is in sight, and only where
    /// the desk says so.
    async fn question_painted(&mut self, id: u32) {
        let question = self.views.borrow().question.clone().filter(|question| question.id == id);
        let Some(question) = question else { return };
        if self.up == Up::Rising {
            self.come_in_sight();
        }
        if question.takes_keyboard && self.asked != Some(id) {
            self.asked = Some(id);
            self.take_keyboard(PopupAct::KeyboardOnQuestion).await;
        }
    }

    async fn take_keyboard(&mut self, arrives: PopupAct) {
        if self.keyboard.is_some() || self.desk.pop().borrow().is_empty() {
            return;
        }
        self.show();
        let holder = tokio::task::spawn_blocking(focus::holder).await.ok().flatten();
        self.keyboard = Some(Keyboard { holder });
        let window = self.window.clone();
        self.on_main_thread(move || window::take_keyboard(&window));
        self.desk.popup(arrives).await;
    }

    fn give_back(&mut self) {
        let Some(Keyboard { holder }) = self.keyboard.take() else { return };
        self.refuse_keyboard();
        if let Some(holder) = holder {
            tokio::task::spawn_blocking(move || focus::give_back(holder));
        }
    }

    fn refuse_keyboard(&self) {
        let window = self.window.clone();
        self.on_main_thread(move || window::refuse_keyboard(&window));
    }

    fn on_main_thread(&self, act: impl FnOnce() -> tauri::Result<()> + Send + 'static) {
        let done = self.window.run_on_main_thread(move || {
            if let Err(error) = act() {
                tracing::warn!(%error, "the popup's window did not do as told");
            }
        });
        if let Err(error) = done {
            tracing::warn!(%error, "the window system's thread is gone");
        }
    }
}
