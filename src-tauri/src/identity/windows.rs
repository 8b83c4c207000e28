//! The AppUserModelID: by it Windows knows whose a window on the taskbar and a notification are.

use super::INSTALLED;
use ringcard_hub::{config::Places, own_files};
use std::{
    env, io,
    path::{Path, PathBuf},
};
use windows::{
    Win32::UI::Shell::SetCurrentProcessExplicitAppUserModelID,
    core::{GUID, HSTRING},
};
use windows_registry::{CURRENT_USER, Key};

/// The class that Windows calls when a notification is clicked that has left the screen.
pub const ACTIVATOR: GUID = GUID::from_u128(0x5602d8e6_b35e_466c_b2c8_0e15c43ab479);

/// What a notification shows beside its words.
const ICON: &[u8] = include_bytes!("../../../icons/128x128.png");

/// Takes the name for this process; before its first window.
pub fn take(name: &str) {
    // SAFETY: a string that ends with a null and lives as long as the call.
    #[allow(unsafe_code, reason = "Windows has no other way")]
    let taken = unsafe { SetCurrentProcessExplicitAppUserModelID(&HSTRING::from(name)) };
    if let Err(error) = taken {
        tracing::warn!(%error, "Windows does not take the name of the app: its notifications may be missing");
    }
}

/// Makes the name known for this person, so that notifications are shown without a shortcut in the Start menu, too; and
/// what is started for a click on one while the app does not run.
pub fn make_known(name: &str) {
    if let Err(why) = write(CURRENT_USER, name, &Places::desk().data_dir) {
        tracing::warn!(why, "Windows may show no notifications of Ringcard");
    }
}

fn write(user: &Key, name: &str, folder: &Path) -> Result<(), String> {
    let app = user.create(format!(r"Software\Classes\AppUserModelId\{name}")).map_err(|error| error.to_string())?;
    let shown = if name.contains(".demo") { "Ringcard (demo)" } else { "Ringcard" };
    app.set_string("DisplayName", shown).map_err(|error| error.to_string())?;
    match icon(folder) {
        Ok(path) => app.set_string("IconUri", path.to_string_lossy()).map_err(|error| error.to_string())?,
        // One without a picture is better than none.
        Err(error) => tracing::info!(%error, "notifications have no picture"),
    }
    if name != INSTALLED {
        return Ok(());
    }
    let class = format!("{{{ACTIVATOR:?}}}");
    let program = env::current_exe().map_err(|error| error.to_string())?;
    let start = format!("\"{}\" --notified", program.display());
    user.create(format!(r"Software\Classes\CLSID\{class}\LocalServer32"))
        .and_then(|key| key.set_string("", start))
        .and_then(|()| app.set_string("CustomActivator", class))
        .map_err(|error| error.to_string())
}

/// The picture as a file, which Windows wants.
fn icon(folder: &Path) -> io::Result<PathBuf> {
    let path = folder.join("notification.png");
    if std::fs::metadata(&path).is_ok_and(|found| found.len() == ICON.len() as u64) {
        return Ok(path);
    }
    own_files::make_folders(folder)?;
    own_files::write(&path, ICON)?;
    Ok(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_learns_the_apps_name_and_what_to_start_for_a_click() {
        let place = format!(r"Software\Ringcard tests\{}", uuid::Uuid::new_v4());
        let user = CURRENT_USER.create(&place).expect("a key of our own");
        let folder = tempfile::tempdir().expect("a folder");
        write(&user, INSTALLED, folder.path()).expect("it is written");
        let app = user.open(r"Software\Classes\AppUserModelId\org.ringcard.desktop").expect("it is there");
        assert_eq!(app.get_string("DisplayName").expect("it has a name"), "Ringcard");
        let class = app.get_string("CustomActivator").expect("it has a class");
        assert_eq!(class, "{5602D8E6-B35E-466C-B2C8-0E15C43AB479}");
        let server = user.open(format!(r"Software\Classes\CLSID\{class}\LocalServer32")).expect("it is there");
        let start = server.get_string("").expect("a command");
        assert!(start.starts_with('"') && start.ends_with("\" --notified"), "{start}");

        assert!(Path::new(&app.get_string("IconUri").expect("a picture")).is_file());

        write(&user, "org.ringcard.desktop.demo", folder.path()).expect("it is written");
        let demo = user.open(r"Software\Classes\AppUserModelId\org.ringcard.desktop.demo").expect("it is there");
        assert_eq!(demo.get_string("DisplayName").expect("it has a name"), "Ringcard (demo)");
        demo.get_string("CustomActivator").expect_err("nothing is started for the demo");
        CURRENT_USER.remove_tree(&place).expect("it is gone");
    }
}
