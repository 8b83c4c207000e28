//! Keeps the window from the eye while its page draws.
//!
//! On X11 it is shown without a shape: beyond the edge of the screen would do, but window managers bring windows back
//! from there. Elsewhere programs may put their windows where they like.

use tauri::WebviewWindow;

/// Whether a page is sure to be drawn in a window nobody sees; some platforms spare themselves the trouble.
pub const DRAWS_UNSEEN: bool = cfg!(target_os = "linux");

/// Shown or not, nobody sees it from now on.
#[cfg(target_os = "linux")]
pub fn cloak(window: &WebviewWindow) -> tauri::Result<()> {
    use gtk::{cairo::Region, prelude::WidgetExt};
    window.gtk_window()?.shape_combine_region(Some(&Region::create()));
    Ok(())
}

/// It can be seen whenever it is shown.
#[cfg(target_os = "linux")]
pub fn uncloak(window: &WebviewWindow) -> tauri::Result<()> {
    use gtk::prelude::WidgetExt;
    window.gtk_window()?.shape_combine_region(None);
    Ok(())
}

/// Shown or not, nobody sees it from now on.
#[cfg(not(target_os = "linux"))]
pub fn cloak(window: &WebviewWindow) -> tauri::Result<()> {
    // Far beyond any arrangement of monitors.
    window.set_position(tauri::PhysicalPosition::new(-16_000, -16_000))
}

/// Its next place takes it back to the screen.
#[cfg(not(target_os = "linux"))]
pub fn uncloak(_window: &WebviewWindow) -> tauri::Result<()> {
    Ok(())
}
