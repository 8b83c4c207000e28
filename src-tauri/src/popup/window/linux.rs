//! X11: a window manager decides, and is told what the window is.
//!
//! Unseen is a window without a shape: beyond the edge of the screen would do, but window managers bring windows back
//! from there.

use super::Happened;
use crate::popup::Placement;
use gtk::{cairo::Region, prelude::WidgetExt};
use std::time::Duration;
use tauri::{AppHandle, LogicalSize, WebviewWindow, WebviewWindowBuilder, Wry};

/// Whether a page is sure to be drawn in a window nobody sees.
pub const DRAWS_UNSEEN: bool = true;
/// A card that takes longer to be painted is waited for in sight: until then an empty window would say less than none.
pub const PAINTED_WITHIN: Duration = Duration::from_secs(3);

pub fn prepare(window: WebviewWindowBuilder<'_, Wry, AppHandle>) -> WebviewWindowBuilder<'_, Wry, AppHandle> {
    window
}

pub fn watch(window: &WebviewWindow, tell: impl Fn(Happened) + Send + 'static) {
    window.on_window_event(move |event| {
        if let tauri::WindowEvent::Focused(false) = event {
            tell(Happened::LostKeyboard);
        }
    });
}

pub fn warm(window: &WebviewWindow) -> tauri::Result<()> {
    sink(window)?;
    window.show()
}

/// Position and stickiness are forgotten by every hide.
pub fn rise(window: &WebviewWindow, placement: &Placement, width: f64, height: f64) -> tauri::Result<()> {
    put(window, placement, width, height)?;
    sink(window)?;
    window.show()?;
    window.set_always_on_top(true)?;
    window.set_visible_on_all_workspaces(true)
}

pub fn come_in_sight(window: &WebviewWindow, placement: &Placement, width: f64, height: f64) -> tauri::Result<()> {
    put(window, placement, width, height)?;
    window.gtk_window()?.shape_combine_region(None);
    Ok(())
}

pub fn resize(
    window: &WebviewWindow,
    placement: &Placement,
    width: f64,
    height: f64,
    is_up: bool,
) -> tauri::Result<()> {
    window.set_size(LogicalSize::new(width, height))?;
    if is_up { put(window, placement, width, height) } else { Ok(()) }
}

pub fn sink(window: &WebviewWindow) -> tauri::Result<()> {
    window.gtk_window()?.shape_combine_region(Some(&Region::create()));
    Ok(())
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

fn put(window: &WebviewWindow, placement: &Placement, width: f64, height: f64) -> tauri::Result<()> {
    match placement.card(window, width, height)? {
        Some((position, _)) => window.set_position(position),
        None => Ok(()),
    }
}
