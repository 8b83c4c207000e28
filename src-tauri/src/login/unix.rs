//! Linux' autostart folder, macOS' launch agents.

use tauri::{AppHandle, Builder, Wry};
use tauri_plugin_autostart::{Builder as Autostart, ManagerExt};

pub fn prepare(builder: Builder<Wry>) -> Builder<Wry> {
    builder.plugin(Autostart::new().arg("--hidden").app_name("ringcard").build())
}

pub fn start_at_login(app: &AppHandle, on: bool) {
    let autostart = app.autolaunch();
    if autostart.is_enabled().unwrap_or(false) == on {
        return;
    }
    let done = if on { autostart.enable() } else { autostart.disable() };
    if let Err(error) = done {
        tracing::warn!(%error, on, "starting at login stays as it was");
    }
}
