//! On Windows the foreground window has the keyboard, and only the program it belongs to may give it away.
//!
//! A click on the popup may have made it the foreground window before anybody asks who had the keyboard: so the last
//! other window is remembered whenever the foreground changes ([`moved_to`]).

use std::sync::atomic::{AtomicIsize, Ordering::Relaxed};
use windows::Win32::{
    Foundation::HWND,
    UI::{
        Input::KeyboardAndMouse::{INPUT, INPUT_MOUSE, SendInput},
        WindowsAndMessaging::{GetForegroundWindow, GetShellWindow, IsWindow, IsWindowVisible, SetForegroundWindow},
    },
};

/// The window that had the keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Holder(isize);

/// The popup's window; it never is its own holder.
static POPUP: AtomicIsize = AtomicIsize::new(0);
/// The last foreground window that was not the popup.
static LAST: AtomicIsize = AtomicIsize::new(0);

/// From now on this window is the popup's.
pub fn belongs_to(popup: HWND) {
    POPUP.store(popup.0 as isize, Relaxed);
    moved_to(foreground());
}

/// Another window came to the foreground.
pub fn moved_to(window: HWND) {
    let window = window.0 as isize;
    if window != 0 && window != POPUP.load(Relaxed) {
        LAST.store(window, Relaxed);
    }
}

pub fn holder() -> Option<Holder> {
    moved_to(foreground());
    match LAST.load(Relaxed) {
        0 => None,
        window => Some(Holder(window)),
    }
}

/// Where the popup has the keyboard no more, the agent is somewhere on purpose: they stay there.
pub fn give_back(holder: Holder) {
    if foreground().0 as isize != POPUP.load(Relaxed) {
        return;
    }
    let window = HWND(holder.0 as *mut _);
    if !(is_there(window) && to_foreground(window)) {
        tracing::info!("the keyboard could not be given back to the window that had it");
    }
}

/// The popup was given the keyboard though it refuses it, or nobody takes it back: whoever had it before gets it, else the
/// desktop.
#[allow(unsafe_code, reason = "the window system's interface")]
pub fn give_away() {
    match holder() {
        Some(holder) if is_there(HWND(holder.0 as *mut _)) => give_back(holder),
        _ => {
            // SAFETY: it takes nothing; what it returns is a handle or none.
            let desktop = unsafe { GetShellWindow() };
            if !to_foreground(desktop) {
                tracing::info!("nobody takes the keyboard from the popup");
            }
        }
    }
}

/// Whether this window has the keyboard now, because the person wants it: what Windows refuses at first, because somebody
/// else was typed to last, it grants to the program that made the last input, be it one that does nothing.
#[allow(unsafe_code, reason = "the window system's interface")]
pub fn give_to(window: HWND) -> bool {
    let is_there = || foreground() == window;
    if is_there() || (to_foreground(window) && is_there()) {
        return true;
    }
    let nothing = INPUT { r#type: INPUT_MOUSE, ..INPUT::default() };
    // SAFETY: one input is read, which is there; it moves nothing and presses nothing.
    unsafe { SendInput(&[nothing], size_of::<INPUT>() as i32) };
    to_foreground(window) && is_there()
}

#[allow(unsafe_code, reason = "the window system's interface")]
pub fn foreground() -> HWND {
    // SAFETY: it takes nothing; what it returns is a handle or none.
    unsafe { GetForegroundWindow() }
}

/// Handles of windows that are gone may be given out anew: to a window that was not asked, at worst.
#[allow(unsafe_code, reason = "the window system's interface")]
fn is_there(window: HWND) -> bool {
    // SAFETY: any value may be asked about, whether or not it still is a window.
    unsafe { IsWindow(Some(window)).as_bool() && IsWindowVisible(window).as_bool() }
}

#[allow(unsafe_code, reason = "the window system's interface")]
fn to_foreground(window: HWND) -> bool {
    // SAFETY: a handle that is no window's is refused.
    unsafe { SetForegroundWindow(window).as_bool() }
}
