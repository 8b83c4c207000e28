//! Whether another window is over the card.

use windows::Win32::{
    Foundation::{HWND, RECT},
    Graphics::Dwm::{DWMWA_CLOAKED, DwmGetWindowAttribute},
    UI::WindowsAndMessaging::{
        GW_HWNDPREV, GW_OWNER, GWL_EXSTYLE, GetWindow, GetWindowLongW, IsWindowVisible, WS_EX_TRANSPARENT,
    },
};

/// More windows than that above it are not looked at.
const MOST_LOOKED_AT: usize = 200;

/// Whether a window that somebody sees hides part of this one. Not its own menus and lists, and none that lets clicks
/// through: those show pointers, frames or colours over everything.
pub fn is_covered(hwnd: HWND) -> bool {
    let Some(card) = super::rect_of(hwnd) else { return false };
    let mut above = previous(hwnd);
    for _ in 0..MOST_LOOKED_AT {
        let Some(window) = above else { return false };
        if hides(window, card) && !is_owned_by(window, hwnd) {
            return true;
        }
        above = previous(window);
    }
    false
}

fn hides(window: HWND, card: RECT) -> bool {
    super::rect_of(window).is_some_and(|rect| meet(rect, card)) && is_seen(window)
}

fn meet(one: RECT, other: RECT) -> bool {
    one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom
}

#[allow(unsafe_code, reason = "the window system's interface")]
fn previous(window: HWND) -> Option<HWND> {
    // SAFETY: a handle that is no window's is refused.
    unsafe { GetWindow(window, GW_HWNDPREV) }.ok()
}

#[allow(unsafe_code, reason = "the window system's interface")]
fn is_owned_by(window: HWND, owner: HWND) -> bool {
    let mut above = Some(window);
    for _ in 0..8 {
        // SAFETY: a handle that is no window's is refused.
        above = above.and_then(|window| unsafe { GetWindow(window, GW_OWNER) }.ok());
        if above == Some(owner) {
            return true;
        }
    }
    false
}

#[allow(unsafe_code, reason = "the window system's interface")]
fn is_seen(window: HWND) -> bool {
    let mut cloaked = 0_u32;
    // SAFETY: a handle that is no window's is refused; four bytes are written, which are there.
    unsafe {
        let lets_through = GetWindowLongW(window, GWL_EXSTYLE) as u32 & WS_EX_TRANSPARENT.0 != 0;
        let asked = DwmGetWindowAttribute(window, DWMWA_CLOAKED, (&raw mut cloaked).cast(), size_of::<u32>() as u32);
        IsWindowVisible(window).as_bool() && !lets_through && (asked.is_err() || cloaked == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_that_only_touch_hide_nothing_of_each_other() {
        let card = RECT { left: 100, top: 100, right: 500, bottom: 340 };
        let at = |left, top| RECT { left, top, right: left + 50, bottom: top + 50 };
        assert!(meet(card, at(450, 290)) && meet(at(450, 290), card));
        assert!(!meet(card, at(500, 200)) && !meet(card, at(50, 200)) && !meet(card, at(200, 340)));
    }
}
