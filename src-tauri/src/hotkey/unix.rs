//! A hotkey takes no letter here: AltGr is a key of its own.

use tauri_plugin_global_shortcut::Shortcut;

pub fn letter_of(_key: &Shortcut) -> Option<char> {
    None
}
