//! Windows: the window is a tool window that is never activated ([`guard`]), moved, shown and hidden here and not by the
//! toolkit, which would activate it.
//!
//! Unseen is a cloaked window: to everybody but the person it is on the screen, so its page is drawn.

mod guard;
mod over;

use super::Happened;
use crate::{focus, popup::Placement};
use guard::Guard;
use std::time::Duration;
use tauri::{AppHandle, PhysicalPosition, PhysicalSize, WebviewWindow, WebviewWindowBuilder, Wry};
use windows::Win32::{
    Foundation::{HWND, RECT},
    Graphics::Dwm::{
        DWMWA_CLOAK, DWMWA_TRANSITIONS_FORCEDISABLED, DWMWA_WINDOW_CORNER_PREFERENCE, DWMWCP_DONOTROUND,
        DWMWINDOWATTRIBUTE, DwmSetWindowAttribute,
    },
    UI::WindowsAndMessaging::{
        GetWindowRect, HWND_TOPMOST, SET_WINDOW_POS_FLAGS, SWP_HIDEWINDOW, SWP_NOACTIVATE, SWP_NOMOVE,
        SWP_NOOWNERZORDER, SWP_NOSIZE, SWP_NOZORDER, SWP_SHOWWINDOW, SetWindowPos,
    },
};

/// Whether a page is sure to be drawn in a window nobody sees.
pub const DRAWS_UNSEEN: bool = true;
/// A card that takes longer to be painted is waited for in sight. Shorter than elsewhere: whether a page is drawn under a
/// cloak is the web view's choice, and a card that comes at once without it is worth more than one that comes whole.
pub const PAINTED_WITHIN: Duration = Duration::from_millis(500);

/// Of the edges that are drawn by the system and can be dragged, the card has none: it is as large as its page says.
pub fn prepare(window: WebviewWindowBuilder<'_, Wry, AppHandle>) -> WebviewWindowBuilder<'_, Wry, AppHandle> {
    window.shadow(false).resizable(false)
}

pub fn watch(window: &WebviewWindow, tell: impl Fn(Happened) + Send + 'static) {
    match window.hwnd() {
        Ok(hwnd) => {
            // Neither is vital, and older systems do not know the second.
            let _ = set(hwnd, DWMWA_TRANSITIONS_FORCEDISABLED, 1);
            let _ = set(hwnd, DWMWA_WINDOW_CORNER_PREFERENCE, DWMWCP_DONOTROUND.0);
            focus::belongs_to(hwnd);
            Guard::set_up(hwnd, Box::new(tell));
        }
        Err(error) => tracing::error!(%error, "the popup's window has no handle: it may take the keyboard"),
    }
}

pub fn warm(window: &WebviewWindow) -> tauri::Result<()> {
    let hwnd = window.hwnd()?;
    // Without a cloak it would be seen.
    if cloak(hwnd, true) { come_up(hwnd) } else { Ok(()) }
}

pub fn rise(window: &WebviewWindow, placement: &Placement, width: f64, height: f64) -> tauri::Result<()> {
    let hwnd = window.hwnd()?;
    // Without a cloak it is seen while it draws, which is better than not at all.
    cloak(hwnd, true);
    put(window, placement, width, height)?;
    come_up(hwnd)?;
    // The scale of another monitor reaches some windows only when they are shown.
    put(window, placement, width, height)?;
    with(hwnd, Guard::rises);
    Ok(())
}

pub fn come_in_sight(window: &WebviewWindow, placement: &Placement, width: f64, height: f64) -> tauri::Result<()> {
    let hwnd = window.hwnd()?;
    let put = put(window, placement, width, height);
    // Whatever became of its place: a card that nobody sees is worse.
    cloak(hwnd, false);
    put
}

pub fn resize(
    window: &WebviewWindow,
    placement: &Placement,
    width: f64,
    height: f64,
    _is_up: bool,
) -> tauri::Result<()> {
    // While it is hidden, too: the page is laid out before it is shown.
    put(window, placement, width, height)
}

pub fn sink(window: &WebviewWindow) -> tauri::Result<()> {
    let hwnd = window.hwnd()?;
    with(hwnd, Guard::sinks);
    if cloak(hwnd, true) { Ok(()) } else { hide(window) }
}

pub fn hide(window: &WebviewWindow) -> tauri::Result<()> {
    let hwnd = window.hwnd()?;
    // A hidden window that has the keyboard has it for nobody.
    if focus::foreground() == hwnd {
        focus::give_away();
    }
    change(hwnd, SWP_HIDEWINDOW | SWP_NOMOVE | SWP_NOSIZE | SWP_NOZORDER)
}

pub fn take_keyboard(window: &WebviewWindow) -> tauri::Result<()> {
    with(window.hwnd()?, Guard::takes_keyboard);
    Ok(())
}

pub fn refuse_keyboard(window: &WebviewWindow) -> tauri::Result<()> {
    with(window.hwnd()?, Guard::refuses_keyboard);
    Ok(())
}

fn with(hwnd: HWND, act: impl FnOnce(&Guard)) {
    match Guard::of(hwnd) {
        Some(guard) => act(&guard),
        None => tracing::warn!("the popup's window is not guarded"),
    }
}

/// On top of what is on top, with the size and place of its card.
fn put(window: &WebviewWindow, placement: &Placement, width: f64, height: f64) -> tauri::Result<()> {
    let hwnd = window.hwnd()?;
    let Some((position, size)) = placement.card(window, width, height)? else { return Ok(()) };
    let guard = Guard::of(hwnd);
    let _placing = guard.as_deref().map(Guard::placing);
    move_to(hwnd, position, size)
}

/// More than once where a monitor has another scale: the toolkit then answers with a size of its own.
fn move_to(hwnd: HWND, position: PhysicalPosition<i32>, size: PhysicalSize<u32>) -> tauri::Result<()> {
    const TRIES: usize = 3;
    let (width, height) = (size.width as i32, size.height as i32);
    let wanted = RECT { left: position.x, top: position.y, right: position.x + width, bottom: position.y + height };
    for _ in 0..TRIES {
        place(hwnd, position.x, position.y, width, height, SET_WINDOW_POS_FLAGS::default())?;
        if rect_of(hwnd) == Some(wanted) {
            break;
        }
    }
    Ok(())
}

/// Shown, or shown again on top.
fn come_up(hwnd: HWND) -> tauri::Result<()> {
    change(hwnd, SWP_SHOWWINDOW | SWP_NOMOVE | SWP_NOSIZE)
}

fn change(hwnd: HWND, flags: SET_WINDOW_POS_FLAGS) -> tauri::Result<()> {
    place(hwnd, 0, 0, 0, 0, flags)
}

/// Above all ordinary windows, and never activated by it.
#[allow(unsafe_code, reason = "the window system's interface")]
fn place(hwnd: HWND, x: i32, y: i32, width: i32, height: i32, flags: SET_WINDOW_POS_FLAGS) -> tauri::Result<()> {
    let flags = flags | SWP_NOACTIVATE | SWP_NOOWNERZORDER;
    // SAFETY: a handle that is no window's is refused; nothing else is pointed to.
    let done = unsafe { SetWindowPos(hwnd, Some(HWND_TOPMOST), x, y, width, height, flags) };
    done.map_err(|error| tauri::Error::Io(error.into()))
}

#[allow(unsafe_code, reason = "the window system's interface")]
fn rect_of(hwnd: HWND) -> Option<RECT> {
    let mut rect = RECT::default();
    // SAFETY: it writes one rectangle, which is there.
    unsafe { GetWindowRect(hwnd, &raw mut rect) }.ok().map(|()| rect)
}

/// Whether it is done.
fn cloak(hwnd: HWND, on: bool) -> bool {
    let done = set(hwnd, DWMWA_CLOAK, i32::from(on));
    if let Err(error) = &done {
        tracing::warn!(%error, on, "the popup's window cannot be drawn unseen");
    }
    done.is_ok()
}

#[allow(unsafe_code, reason = "the window system's interface")]
fn set(hwnd: HWND, attribute: DWMWINDOWATTRIBUTE, value: i32) -> windows::core::Result<()> {
    // SAFETY: each attribute that is set here is four bytes (BOOL, or an enumeration), which are there while it is read.
    unsafe { DwmSetWindowAttribute(hwnd, attribute, (&raw const value).cast(), size_of::<i32>() as u32) }
}
