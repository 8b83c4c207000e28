//! Desktop files, and which of them is the default for a scheme.

use crate::arguments::SCHEMES;
use tauri::AppHandle;
use tauri_plugin_deep_link::DeepLinkExt;

/// The packaged desktop file; its name is the package's.
const DESKTOP_FILE: &str = "ringcard.desktop";

/// Makes the setting hold.
pub fn open_with_ringcard(app: &AppHandle, on: bool) {
    for scheme in SCHEMES {
        let done = match on {
            true => take(app, scheme),
            false => leave(app, scheme),
        };
        if let Err(why) = done {
            tracing::info!(scheme, why, "the link scheme stays as it was");
        }
    }
}

/// An installed package is made the default for the scheme; a program that was only unpacked registers itself.
fn take(app: &AppHandle, scheme: &str) -> Result<(), String> {
    if is_packaged() {
        // The plugin's own entry quotes the program's path, on which older xdg-open breaks.
        let made = std::process::Command::new("xdg-mime")
            .args(["default", DESKTOP_FILE, &format!("x-scheme-handler/{scheme}")])
            .status();
        return match made {
            Ok(status) if status.success() => Ok(()),
            Ok(status) => Err(format!("xdg-mime ended with {status}")),
            Err(error) => Err(format!("xdg-mime could not be started: {error}")),
        };
    }
    app.deep_link().register(scheme).map_err(|error| error.to_string())
}

fn leave(app: &AppHandle, scheme: &str) -> Result<(), String> {
    match app.deep_link().is_registered(scheme) {
        Ok(true) => app.deep_link().unregister(scheme).map_err(|error| error.to_string()),
        Ok(false) => Ok(()),
        Err(error) => Err(error.to_string()),
    }
}

fn is_packaged() -> bool {
    let folders = std::env::var("XDG_DATA_DIRS").unwrap_or_else(|_| "/usr/local/share:/usr/share".to_owned());
    folders.split(':').any(|folder| std::path::Path::new(folder).join("applications").join(DESKTOP_FILE).exists())
}
