//! The bundle says which links it opens, and the person chooses among programs: there is nothing to be done.

use tauri::AppHandle;

pub fn open_with_ringcard(_app: &AppHandle, _on: bool) {}
