//! On X11 the window manager is asked and told.

use x11rb::{
    connection::Connection,
    protocol::xproto::{AtomEnum, ClientMessageEvent, ConnectionExt, EventMask, Window},
    rust_connection::RustConnection,
};

/// The window that had the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder(Window);

/// A request made by the person, not by a program on its own: window managers grant it.
const BY_THE_PERSON: u32 = 2;

struct Display {
    connection: RustConnection,
    root: Window,
    active: u32,
}

impl Display {
    /// Short-lived: a connection kept for hours would have to survive a restart of the display.
    fn open() -> Option<Self> {
        let (connection, screen) = x11rb::connect(None).ok()?;
        let root = connection.setup().roots.get(screen)?.root;
        let active = connection.intern_atom(true, b"_NET_ACTIVE_WINDOW").ok()?.reply().ok()?.atom;
        (active != 0).then_some(Self { connection, root, active })
    }

    fn holder(&self) -> Option<Window> {
        let request = self.connection.get_property(false, self.root, self.active, AtomEnum::WINDOW, 0, 1);
        request.ok()?.reply().ok()?.value32()?.next().filter(|window| *window != 0)
    }

    fn give(&self, window: Window) -> Option<()> {
        let message = ClientMessageEvent::new(32, window, self.active, [BY_THE_PERSON, 0, 0, 0, 0]);
        let mask = EventMask::SUBSTRUCTURE_REDIRECT | EventMask::SUBSTRUCTURE_NOTIFY;
        self.connection.send_event(false, self.root, mask, message).ok()?.check().ok()
    }
}

pub fn holder() -> Option<Holder> {
    Display::open()?.holder().map(Holder)
}

pub fn give_back(holder: Holder) {
    if Display::open().and_then(|display| display.give(holder.0)).is_none() {
        tracing::info!("the keyboard could not be given back to the window that had it");
    }
}
