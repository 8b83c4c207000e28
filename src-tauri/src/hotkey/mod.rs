//! The key that brings the keyboard to the popup, wherever the agent is typing.

#[cfg(not(windows))]
#[path = "unix.rs"]
mod platform;
#[cfg(windows)]
#[path = "windows.rs"]
mod platform;

use crate::shell::Shell;
use tauri::{AppHandle, Manager};
use tauri_plugin_global_shortcut::{GlobalShortcut, GlobalShortcutExt, Shortcut, ShortcutState};

/// Gets ready to hear keys. Without it (no X11, no permission) everything else works.
pub fn prepare(app: &AppHandle) {
    let plugin = tauri_plugin_global_shortcut::Builder::new()
        .with_handler(|app, _, event| {
            if event.state() == ShortcutState::Pressed {
                app.state::<Shell>().bring_keyboard();
            }
        })
        .build();
    if let Err(error) = app.plugin(plugin) {
        tracing::warn!(%error, "there are no hotkeys here");
    }
}

/// Takes this key and no other, or says why it cannot be had. Waits for the window system's thread.
pub fn use_key(app: &AppHandle, key: Option<&str>) -> Result<(), String> {
    if app.try_state::<GlobalShortcut<tauri::Wry>>().is_none() {
        return Err("This desktop does not let programs have hotkeys.".to_owned());
    }
    let keys = app.global_shortcut();
    if let Err(error) = keys.unregister_all() {
        tracing::info!(%error, "the former hotkey may still be taken");
    }
    let Some(key) = key else { return Ok(()) };
    if let Some(letter) = key.parse::<Shortcut>().ok().as_ref().and_then(platform::letter_of) {
        return Err(format!(
            "The hotkey {key} types “{letter}” on this keyboard, and nobody could type that any more: choose another one."
        ));
    }
    keys.register(key).map_err(|error| format!("The hotkey {key} cannot be used, another program may have it: {error}"))
}
