//! macOS: programs may put their windows where they like, so unseen is far beyond any arrangement of monitors.

use super::Happened;
use crate::popup::Placement;
use std::time::Duration;
use tauri::{AppHandle, LogicalSize, PhysicalPosition, WebviewWindow, WebviewWindowBuilder, WindowEvent, Wry};

/// Whether a page is sure to be drawn in a window nobody sees: this system spares itself the trouble.
pub const DRAWS_UNSEEN: bool = false;
/// Only waited for where a page is drawn unseen.
pub const PAINTED_WITHIN: Duration = Duration::ZERO;

pub fn prepare(window: WebviewWindowBuilder<'_, Wry, AppHandle>) -> WebviewWindowBuilder<'_, Wry, AppHandle> {
    // A click on a button of the card is meant for it, though another program has the keyboard.
    window.accept_first_mouse(true)
}

pub fn watch(window: &WebviewWindow, tell: impl Fn(Happened) + Send + 'static) {
    window.on_window_event(move |event| match event {
        WindowEvent::Focused(false) => tell(Happened::LostKeyboard),
        WindowEvent::ScaleFactorChanged { .. } => tell(Happened::ScreensChanged),
        _ => {}
    });
}

pub fn warm(window: &WebviewWindow) -> tauri::Result<()> {
    sink(window)?;
    window.show()
}

pub fn rise(window: &WebviewWindow, placement: &Placement, width: f64, height: f64) -> tauri::Result<()> {
    come_in_sight(window, placement, width, height)?;
    window.show()?;
    window.set_always_on_top(true)?;
    window.set_visible_on_all_workspaces(true)
}

pub fn come_in_sight(window: &WebviewWindow, placement: &Placement, width: f64, height: f64) -> tauri::Result<()> {
    match placement.card(window, width, height)? {
        Some((position, _)) => window.set_position(position),
        None => Ok(()),
    }
}

pub fn resize(
    window: &WebviewWindow,
    placement: &Placement,
    width: f64,
    height: f64,
    is_up: bool,
) -> tauri::Result<()> {
    window.set_size(LogicalSize::new(width, height))?;
    if is_up { come_in_sight(window, placement, width, height) } else { Ok(()) }
}

pub fn sink(window: &WebviewWindow) -> tauri::Result<()> {
    window.set_position(PhysicalPosition::new(-16_000, -16_000))
}

pub fn hide(window: &WebviewWindow) -> tauri::Result<()> {
    window.hide()
}

pub fn take_keyboard(window: &WebviewWindow) -> tauri::Result<()> {
    window.set_focusable(true)?;
    window.set_focus()
}

pub fn refuse_keyboard(window: &WebviewWindow) -> tauri::Result<()> {
    window.set_focusable(false)
}
