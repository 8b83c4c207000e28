//! What holds the app together: the desk, the windows, and the installation they show.

use crate::{
    chosen::ChosenFiles,
    clipboard::Clipboard,
    commands::files::{LeftOpen, RunningImport},
    contract::{
        CommandError,
        views::{Navigate, Notice, NoticeKind, Section},
    },
    demo::Demo,
    ears::Ears,
    hotkey,
    installation::{Installation, Starting},
    links, login,
    main_window::{MainWindow, Word},
    popup::{Placement, Popup},
    secrets::Keyring,
};
use ringcard_core::{
    call::CallId,
    number::{NotANumber, NumberView, PartyKind},
};
use ringcard_desk::{
    Desk, DialAnswer, LinkAnswer, PopupAct, Preferences,
    keep::{self, KeepFailure},
};
use ringcard_hub::{
    config::{DeskPatch, QuietMode, SettingsPatch},
    pops::Pops,
    sign_in::SignIns,
};
use std::{
    path::PathBuf,
    sync::{Arc, Mutex as Lock, OnceLock},
    time::Duration,
};
use tauri::AppHandle;
use tokio::sync::{Mutex, MutexGuard, OnceCell, watch};

/// How long a link that started the app waits for the hub.
const HUB_BY: Duration = Duration::from_secs(10);

/// The running app. Cheap to clone.
#[derive(Clone)]
pub struct Shell(Arc<Parts>);

pub struct Parts {
    pub app: AppHandle,
    pub desk: Desk,
    pub main: MainWindow,
    /// What the windows hear.
    pub ears: Ears,
    popup: OnceLock<Popup>,
    /// `None` until everything was opened.
    installation: Mutex<Option<Installation>>,
    /// Of the hub at work now.
    pops: Lock<Option<Arc<Pops>>>,
    /// The last card version the popup has on the screen.
    pub painted: watch::Sender<Option<(CallId, u32)>>,
    /// The popup's page listens.
    pub popup_ready: watch::Sender<bool>,
    pub demo: Mutex<Option<Demo>>,
    pub keyring: Arc<Keyring>,
    pub clipboard: Clipboard,
    pub http: reqwest::Client,
    /// The key that was asked for last; absent: none was yet.
    hotkey: Lock<Option<Option<String>>>,
    /// The import under way.
    pub import: Lock<Option<RunningImport>>,
    /// The last one, where rows of it stayed open.
    pub left_open: Lock<Option<LeftOpen>>,
    /// Whose paths no page gets.
    pub chosen: ChosenFiles,
    /// People who sign in to an account's system in their browser.
    pub sign_ins: SignIns,
    /// Nothing is at work any more.
    pub ended: OnceCell<()>,
}

impl std::ops::Deref for Shell {
    type Target = Parts;

    fn deref(&self) -> &Parts {
        &self.0
    }
}

impl Shell {
    pub fn new(app: AppHandle, desk: Desk, keyring: Arc<Keyring>) -> Self {
        let ears = Ears::default();
        let main = MainWindow::new(app.clone(), ears.main.clone());
        Self(Arc::new(Parts {
            app,
            desk,
            main,
            ears,
            popup: OnceLock::new(),
            installation: Mutex::default(),
            pops: Lock::default(),
            painted: watch::Sender::default(),
            popup_ready: watch::Sender::default(),
            demo: Mutex::default(),
            keyring,
            clipboard: Clipboard::default(),
            http: reqwest::Client::new(),
            hotkey: Lock::default(),
            import: Lock::default(),
            left_open: Lock::default(),
            chosen: ChosenFiles::default(),
            sign_ins: SignIns::default(),
            ended: OnceCell::new(),
        }))
    }

    pub fn has_popup(&self, popup: Popup) {
        // A second popup does not come to be: `start` makes one.
        let _ = self.popup.set(popup);
    }

    pub fn popup(&self) -> Option<&Popup> {
        self.popup.get()
    }

    /// The installation, once it is open; held while it is used.
    pub async fn installation(&self) -> Result<HouseGuard<'_>, CommandError> {
        let installation = self.installation.lock().await;
        match installation.is_some() {
            true => Ok(HouseGuard(installation)),
            false => Err(CommandError::internal("Ringcard is just starting: try again in a moment.")),
        }
    }

    /// Takes up an installation; the one before is closed.
    pub async fn move_into(&self, installation: Installation) {
        let mut place = self.installation.lock().await;
        if let Some(former) = place.take() {
            former.close().await;
        }
        self.open_desk_file(installation.desk_file()).await;
        self.use_installation(&installation, true).await;
        *place = Some(installation);
    }

    /// A damaged file is kept under another name and a new one begun: nobody could save anything else. Any other
    /// trouble passes, or is mended by a person; the desk says so where it matters, and tries again.
    async fn open_desk_file(&self, path: PathBuf) {
        let aside = match self.desk.use_file(path.clone()).await {
            Ok(0) => return,
            Ok(rows) => return self.notice("file", format!("{}: {rows} rows cannot be read", path.display())),
            Err(KeepFailure::Damaged { .. }) => keep::set_aside(&path),
            Err(why) => Err(why),
        };
        match aside {
            Ok(kept) => {
                let why = format!("{} was damaged: it is kept as {}", path.display(), kept.display());
                tracing::error!(why, "what waited in it was not handed over");
                self.notice("file", why);
                if let Err(why) = self.desk.use_file(path).await {
                    tracing::error!(%why, "nothing is kept after calls");
                }
            }
            Err(why) => self.notice("file", why.to_string()),
        }
    }

    /// Leaves the installation: closes what is open. Nothing answers until [`Shell::move_into`].
    pub async fn move_out(&self) {
        let former = self.installation.lock().await.take();
        if let Some(former) = former {
            self.desk.use_door(Arc::new(Starting)).await;
            self.desk.let_file_go().await;
            former.close().await;
        }
    }

    /// Has desk, popup and desktop take up what the installation's settings say. What is needed to take calls comes first.
    pub async fn use_installation(&self, installation: &Installation, other_hub: bool) {
        self.desk.adopt(installation.preferences()).await;
        if other_hub {
            *self.pops.lock().expect("BUG: nobody panics while holding the pops") =
                installation.hub().map(|hub| hub.pops().clone());
            self.desk.use_door(installation.way_to_hub()).await;
            if let Some(kept) = installation.hub().and_then(|hub| hub.history_set_aside_as()) {
                self.notice("file", format!("The call list was damaged: it is kept as {}", kept.display()));
            }
        }
        let desk = &installation.settings().desk;
        if let Some(popup) = self.popup() {
            popup.place(Placement::of(desk));
        }
        self.take_hotkey(installation).await;
        if !installation.is_demo {
            login::start_at_login(&self.app, desk.start_at_login);
            let (app, on) = (self.app.clone(), desk.links);
            // It starts programs of the desktop, which take their time.
            tauri::async_runtime::spawn_blocking(move || links::open_with_ringcard(&app, on));
        }
    }

    /// A key that cannot be had is not shown on the card, and said where somebody just chose it.
    async fn take_hotkey(&self, installation: &Installation) {
        let wanted = installation.settings().desk.hotkey.clone();
        if *self.hotkey.lock().expect("BUG: nobody panics while holding the hotkey") == Some(wanted.clone()) {
            return;
        }
        let (app, key) = (self.app.clone(), wanted.clone());
        // It waits for the window system's thread.
        let taken = tauri::async_runtime::spawn_blocking(move || hotkey::use_key(&app, key.as_deref())).await;
        let problem = match taken {
            Ok(Ok(())) => None,
            Ok(Err(why)) => Some(why),
            Err(panic) => Some(panic.to_string()),
        };
        let first = self.hotkey.lock().expect("BUG: nobody panics while holding the hotkey").replace(wanted).is_none();
        let Some(why) = problem else { return };
        tracing::warn!(why, "the popup takes the keyboard by mouse only");
        self.desk.adopt(Preferences { hotkey: None, ..installation.preferences() }).await;
        if !first {
            self.main.tell(Word::Notice(Notice {
                kind: NoticeKind::Problem,
                code: "invalid_setting".to_owned(),
                detail: why,
                reason: None,
            }));
        }
    }

    /// Waits (10 s at most) until the popup's page listens; a machine that is slower shows its first card later.
    pub async fn popup_is_ready(&self) {
        let mut ready = self.popup_ready.subscribe();
        let _ = tokio::time::timeout(HUB_BY, ready.wait_for(|ready| *ready)).await;
    }

    /// The card is on the screen: the second animation frame after it was drawn.
    pub fn painted(&self, call_id: CallId, card_version: u32) {
        if let Some(pops) = self.pops.lock().expect("BUG: nobody panics while holding the pops").as_ref() {
            pops.painted(&call_id, card_version);
        }
        if let Some(popup) = self.popup() {
            popup.painted(call_id.clone());
        }
        self.painted.send_replace(Some((call_id, card_version)));
    }

    /// The hotkey: the keyboard to the popup, or to the main window where nothing is popped up.
    pub fn bring_keyboard(&self) {
        let shell = self.clone();
        tauri::async_runtime::spawn(async move {
            let nobody = {
                let view = shell.desk.view();
                let view = view.borrow();
                let asked = shell.desk.pop().borrow().question.is_some();
                view.calls.is_empty() && view.own_callbacks.due == 0 && !asked
            };
            match shell.popup() {
                Some(popup) if !nobody => popup.take_keyboard(),
                _ => shell.main.show(None),
            }
        });
    }

    /// A page or another program wants a number called: it is asked about on the popup. With links off it is only said,
    /// and no window comes up for it.
    pub async fn link(&self, text: String) {
        if self.desk.link(text, HUB_BY).await == LinkAnswer::Off {
            tracing::info!("a link came and links are off: nothing is dialled");
            let code = "links_off".to_owned();
            let notice = Notice { kind: NoticeKind::Info, code, detail: String::new(), reason: None };
            self.main.tell(Word::Notice(notice));
        }
    }

    /// The command line wants a number called. What needs a person is asked on the popup.
    pub async fn dial_from_outside(&self, text: String) {
        if !self.desk.online(HUB_BY).await {
            let why = self.desk.attention().borrow().trouble.clone().unwrap_or_default();
            return self.notice("offline", why);
        }
        let answer = self.desk.dial_asking_on_popup(text, false).await;
        self.say_if_refused(answer);
    }

    /// Calls back whoever this call was with.
    pub async fn call_back(&self, call_id: &CallId) {
        let missed = self.desk.attention().borrow().alerts.iter().find(|alert| alert.who.call_id == *call_id).cloned();
        if let Some(alert) = missed {
            self.call_number(&alert.who.number).await;
        }
    }

    pub async fn call_back_last_missed(&self) {
        let last = self.desk.attention().borrow().last_missed.clone();
        if let Some(who) = last {
            self.call_number(&who.number).await;
        }
    }

    /// *Call now*, from a notification. A number that is asked about is asked about on the popup.
    pub async fn call_now(&self, callback: &CallId) {
        let answer = self.desk.callback_call_asking_on_popup(callback.clone()).await;
        self.say_if_refused(answer);
    }

    /// The promised call-backs, in the main window.
    pub fn open_callbacks(&self) {
        let to = Navigate { callbacks: Some(true), ..Navigate::to(Section::Calls) };
        self.main.show(Some(Word::Navigate(to)));
    }

    async fn call_number(&self, number: &NumberView) {
        let dialled = match number.kind {
            PartyKind::Outside => number.e164.clone(),
            PartyKind::Internal => Some(number.display.clone()),
            PartyKind::Hidden | PartyKind::Unreadable => None,
        };
        if let Some(dialled) = dialled {
            // The person chose this number: only what is good to know of it is asked about.
            let answer = self.desk.dial_asking_on_popup(dialled, true).await;
            self.say_if_refused(answer);
        }
    }

    /// A click on a call's notification: its card while it goes on, else the call in the list.
    pub async fn open_call(&self, call_id: &CallId) {
        let goes_on = self.desk.view().borrow().calls.iter().find(|shown| shown.call.id == *call_id).cloned();
        match goes_on {
            Some(shown) if !shown.call.state.is_over() => {
                self.desk.popup(PopupAct::Reveal(Some(call_id.clone()))).await;
            }
            _ => {
                let to = Navigate { call_id: Some(call_id.clone()), ..Navigate::to(Section::Calls) };
                self.main.show(Some(Word::Navigate(to)));
            }
        }
    }

    /// Something no window asked for, said in the main window.
    pub fn notice(&self, code: &str, detail: String) {
        self.problem(code.to_owned(), detail, None);
    }

    /// Nothing was dialled: says why, in the user interface's words.
    fn say_if_refused(&self, answer: DialAnswer) {
        let DialAnswer::Refused { code, message, reason } = answer else { return };
        let word = serde_json::to_value(code).ok().and_then(|code| code.as_str().map(str::to_owned));
        self.problem(word.unwrap_or_else(|| "internal".to_owned()), message, reason);
    }

    fn problem(&self, code: String, detail: String, reason: Option<NotANumber>) {
        let notice = Notice { kind: NoticeKind::Problem, code, detail, reason };
        self.main.show(Some(Word::Notice(notice)));
    }

    /// Holds at once; kept in the settings where they can be written.
    pub async fn set_do_not_disturb(&self, on: bool) {
        self.desk.do_not_disturb(on).await;
        self.keep(DeskPatch { do_not_disturb: Some(on), ..DeskPatch::default() }).await;
    }

    pub async fn set_quiet(&self, mode: QuietMode) {
        self.keep(DeskPatch { quiet: Some(mode), ..DeskPatch::default() }).await;
    }

    async fn keep(&self, desk: DeskPatch) {
        let patch = SettingsPatch { desk: Some(desk), ..SettingsPatch::default() };
        if let Err(error) = self.change_settings(patch).await {
            tracing::warn!(%error, "a choice holds until Ringcard ends: the settings could not keep it");
        }
    }

    /// Writes a change into the settings and takes it up.
    pub async fn change_settings(&self, patch: SettingsPatch) -> Result<(), CommandError> {
        let mut installation = self.installation().await?;
        let other_hub = installation.change(|file| file.apply(&patch).map(drop)).await?;
        self.use_installation(&installation, other_hub).await;
        Ok(())
    }
}

/// The installation while somebody uses it.
pub struct HouseGuard<'a>(MutexGuard<'a, Option<Installation>>);

impl std::ops::Deref for HouseGuard<'_> {
    type Target = Installation;

    fn deref(&self) -> &Installation {
        self.0.as_ref().expect("BUG: a guard is made for an open installation only")
    }
}

impl std::ops::DerefMut for HouseGuard<'_> {
    fn deref_mut(&mut self) -> &mut Installation {
        self.0.as_mut().expect("BUG: a guard is made for an open installation only")
    }
}
