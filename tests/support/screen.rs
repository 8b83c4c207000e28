//! What an agent sees and does outside the app's pages: windows, the keyboard, other programs, notifications.

use super::{Desk, Window, until};
use std::{
    fs,
    path::{Path, PathBuf},
    process::Child,
    sync::{Arc, Mutex},
    thread,
};
use x11rb::{
    connection::Connection,
    protocol::xproto::{ClientMessageEvent, ConnectionExt, EventMask, ImageFormat},
    rust_connection::RustConnection,
};

/// The popup's title.
pub const POPUP: &str = "Ringcard call";

/// Where a window is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub x: i32,
    pub y: i32,
    pub width: i32,
    pub height: i32,
}

impl Desk {
    /// Where the window with this title can be seen; `None` where it cannot.
    pub fn place_of(&self, title: &str) -> Option<Place> {
        let pattern = format!("^{title}$");
        let said = self
            .session
            .output("xdotool", ["search", "--onlyvisible", "--name", &pattern, "getwindowgeometry", "--shell"]);
        let number = |key: &str| said.lines().find_map(|line| line.strip_prefix(key)?.parse::<i32>().ok());
        let place = Place { x: number("X=")?, y: number("Y=")?, width: number("WIDTH=")?, height: number("HEIGHT=")? };
        let (right, bottom) = (place.x + place.width, place.y + place.height);
        let on_screen = right > 0 && bottom > 0 && place.x < self.screen.0 && place.y < self.screen.1;
        (on_screen && self.has_its_whole_shape(number("WINDOW=")?)).then_some(place)
    }

    /// Of one without a shape nothing is seen, wherever it is.
    fn has_its_whole_shape(&self, window: i32) -> bool {
        let said = self.session.output("xwininfo", ["-shape", "-id", &window.to_string()]);
        said.contains("No window shape defined")
    }

    /// Waits until the popup can be seen, and says where.
    pub async fn popup_is_up(&self) -> Place {
        let mut place = None;
        until("the popup on the screen", async || {
            place = self.place_of(POPUP);
            place.map(drop).ok_or("it is not there")
        })
        .await;
        place.expect("BUG: it was found")
    }

    /// Waits until the popup lies in its place: a corner it keeps as its card grows is reached in two steps, size and
    /// position, and either may be seen first.
    pub async fn popup_comes_to(&self, place: &str, is_there: impl Fn(Place) -> bool) {
        until(&format!("the popup in the {place} corner"), async || match self.place_of(POPUP) {
            Some(place) if is_there(place) => Ok(()),
            other => Err(format!("{other:?}")),
        })
        .await;
    }

    pub async fn popup_is_gone(&self) {
        until("the popup to leave the screen", async || match self.place_of(POPUP) {
            Some(place) => Err(format!("{place:?}")),
            None => Ok(()),
        })
        .await;
    }

    /// Looks at one point of the screen as fast as it can.
    pub fn watch_point(&self, x: i16, y: i16) -> WatchedPoint {
        let (connection, screen) = self.display();
        let root = connection.setup().roots[screen].root;
        let seen = Arc::new(Mutex::new(Vec::new()));
        let list = seen.clone();
        thread::spawn(move || {
            // Until the display is gone, or nobody wants to know any more.
            while Arc::strong_count(&list) > 1 {
                let Ok(asked) = connection.get_image(ImageFormat::Z_PIXMAP, root, x, y, 1, 1, !0) else { return };
                let Ok(image) = asked.reply() else { return };
                let mut list = list.lock().expect("nobody panics while holding it");
                if list.last() != Some(&image.data) {
                    list.push(image.data);
                }
            }
        });
        WatchedPoint { seen }
    }

    /// The session's display, and the number of its screen.
    fn display(&self) -> (RustConnection, usize) {
        let display = self.session.output("sh", ["-c", "printf %s \"$DISPLAY\""]);
        x11rb::connect(Some(&display)).expect("the display answers")
    }

    /// Asks the window manager to close the windows with this title, as it does at a click on their cross: the program is
    /// asked, and its window is not taken from under it.
    pub fn ask_to_close(&self, title: &str) {
        let pattern = format!("^{title}$");
        let found = self.session.output("xdotool", ["search", "--onlyvisible", "--name", &pattern]);
        let (connection, screen) = self.display();
        let asked = connection.intern_atom(false, b"_NET_CLOSE_WINDOW").ok().and_then(|asked| asked.reply().ok());
        let close = asked.expect("the display answers").atom;
        for window in found.lines().filter_map(|line| line.parse().ok()) {
            let event = ClientMessageEvent::new(32, window, close, [0, 2, 0, 0, 0]);
            let to = EventMask::SUBSTRUCTURE_NOTIFY | EventMask::SUBSTRUCTURE_REDIRECT;
            let sent = connection.send_event(false, connection.setup().roots[screen].root, to, event);
            sent.map(|sent| sent.check()).expect("the display takes it").expect("it is taken");
        }
    }

    /// A window of another program, which writes down the keys it gets, and has the keyboard now.
    pub async fn other_program(&mut self) -> OtherProgram {
        let file = self.session.dir().join("typed");
        let script = format!("stty raw -echo; exec cat > '{}'", file.display());
        let mut xterm = self.session.command("xterm");
        xterm.args(["-title", OtherProgram::TITLE, "-geometry", "60x12+40+420", "-e", "sh", "-c", &script]);
        self.session.spawn("xterm", xterm).expect("xterm starts");
        until("the other program to have the keyboard", async || {
            let active = self.active_window();
            if active == OtherProgram::TITLE && file.exists() { Ok(()) } else { Err(active) }
        })
        .await;
        OtherProgram { file }
    }

    /// The title of the window that has the keyboard.
    pub fn active_window(&self) -> String {
        self.session.output("xdotool", ["getactivewindow", "getwindowname"])
    }

    /// Waits until the window with this title has the keyboard.
    pub async fn has_keyboard(&self, title: &str) {
        until(&format!("“{title}” to have the keyboard"), async || {
            let active = self.active_window();
            if active == title { Ok(()) } else { Err(active) }
        })
        .await;
    }

    /// Types on the desk's keyboard, to whoever has it.
    pub fn types(&self, text: &str) {
        self.session.output("xdotool", ["type", "--delay", "5", text]);
    }

    /// Types slowly, while the test goes on.
    pub fn goes_on_typing(&self, text: &str) -> Child {
        let mut typing = self.session.command("xdotool");
        typing.args(["type", "--delay", "60", text]).spawn().expect("xdotool types")
    }

    /// Presses keys: `ctrl+alt+space`, `Escape`.
    pub fn presses(&self, keys: &str) {
        self.session.output("xdotool", ["key", "--clearmodifiers", keys]);
    }

    /// Clicks on a button with the mouse, as a person does: whoever minds gets the keyboard.
    pub async fn clicks_on(&self, popup: &Window<'_>, name: &str) {
        popup.find_button(name).await;
        popup.is_painted().await;
        let button = popup.find_button(name).await.rectangle().await.expect("a button has a place");
        let window = self.popup_is_up().await;
        let x = f64::from(window.x) + button.0 + button.2 / 2.0;
        let y = f64::from(window.y) + button.1 + button.3 / 2.0;
        let at = [format!("{x:.0}"), format!("{y:.0}")];
        self.session.output("xdotool", ["mousemove", &at[0], &at[1], "click", "1"]);
    }

    /// How many notifications are on the screen.
    pub fn notifications(&self) -> u32 {
        self.session.output("dunstctl", ["count", "displayed"]).parse().unwrap_or(0)
    }

    /// Waits until as many notifications are on the screen.
    pub async fn has_notifications(&self, count: u32) {
        until(&format!("{count} notifications on the screen"), async || match self.notifications() {
            now if now == count => Ok(()),
            other => Err(other),
        })
        .await;
    }

    /// Waits until a notification was shown that says this.
    pub async fn was_told(&self, text: &str) {
        until(&format!("a notification with “{text}”"), async || {
            let told = fs::read_to_string(self.session.dir().join("told")).unwrap_or_default();
            if told.contains(text) { Ok(()) } else { Err(told) }
        })
        .await;
    }

    /// Chooses an action of the newest notification by its label.
    pub fn choose_action(&self, label: &str) {
        fs::write(self.session.dir().join("pick"), label).expect("the choice can be written");
        self.session.output("dunstctl", ["context"]);
    }
}

/// The colours a point of the screen had.
pub struct WatchedPoint {
    seen: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl WatchedPoint {
    /// One after the other, as the display has them.
    pub fn colours(&self) -> Vec<Vec<u8>> {
        self.seen.lock().expect("nobody panics while holding it").clone()
    }
}

/// A foreign window that had the keyboard before the phone rang.
pub struct OtherProgram {
    file: PathBuf,
}

impl OtherProgram {
    pub const TITLE: &str = "Another program";

    /// What it got so far.
    pub fn file(&self) -> &Path {
        &self.file
    }

    /// Waits until it got these keys, and no others.
    pub async fn got(&self, text: &str) {
        until(&format!("the other program to get “{text}”"), async || {
            let typed = fs::read_to_string(&self.file).unwrap_or_default();
            if typed == text { Ok(()) } else { Err(typed) }
        })
        .await;
    }
}
