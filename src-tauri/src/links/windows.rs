//! Windows' registered programs: a person chooses among them, and no program can take links for itself.
//!
//! The installer registers Ringcard. A copy that was only unpacked does it for its person while the setting is on, marks
//! what it wrote, and takes away no more than that.

use super::registered::{self, CAPABILITIES, COMMAND, PROGRAM, PROGRAMS};
use std::path::Path;
use tauri::AppHandle;
use windows::Win32::UI::Shell::{SHCNE_ASSOCCHANGED, SHCNF_IDLIST, SHChangeNotify};
use windows_registry::{CURRENT_USER, Key, LOCAL_MACHINE, Result};

/// Marks what was written without an installer.
const PORTABLE: &str = "Portable";

/// Makes the setting hold.
pub fn open_with_ringcard(_app: &AppHandle, on: bool) {
    let done = std::env::current_exe()
        .map_err(|error| error.to_string())
        .and_then(|program| make_hold(CURRENT_USER, LOCAL_MACHINE, &program, on).map_err(|error| error.to_string()));
    match done {
        Ok(true) => say_so(),
        Ok(false) => {}
        Err(why) => tracing::info!(why, on, "what Windows opens links with stays as it was"),
    }
}

/// Answers whether something changed.
fn make_hold(user: &Key, everybody: &Key, program: &Path, on: bool) -> Result<bool> {
    let is_ours = is_portable(user);
    if !on {
        return if is_ours { forget(user).map(|()| true) } else { Ok(false) };
    }
    let is_installed = [user, everybody].into_iter().any(|root| !is_portable(root) && is_usable(root));
    let program = program.display().to_string();
    if is_installed || (is_ours && command(user).as_deref() == Some(&registered::command(&program))) {
        return Ok(false);
    }
    // First: what is begun is ours to take away.
    user.create(CAPABILITIES)?.set_u32(PORTABLE, 1)?;
    for entry in registered::entries(&program) {
        user.create(&entry.key)?.set_string(&entry.name, &entry.text)?;
    }
    Ok(true)
}

fn forget(user: &Key) -> Result<()> {
    if let Ok(programs) = user.options().write().open(PROGRAMS) {
        // It may have been written only in part.
        let _ = programs.remove_value(PROGRAM);
    }
    for key in registered::own_keys() {
        // The mark goes last, with the last of them.
        if user.open(&key).is_ok() {
            user.remove_tree(&key)?;
        }
    }
    Ok(())
}

fn is_portable(root: &Key) -> bool {
    root.open(CAPABILITIES).and_then(|key| key.get_u32(PORTABLE)).is_ok_and(|mark| mark == 1)
}

/// Whether what is registered there can be started: somebody may have deleted the program.
fn is_usable(root: &Key) -> bool {
    let is_listed = root.open(PROGRAMS).and_then(|key| key.get_string(PROGRAM)).is_ok();
    is_listed && command(root).as_deref().and_then(registered::program_of).is_some_and(|path| Path::new(path).is_file())
}

fn command(root: &Key) -> Option<String> {
    root.open(COMMAND).and_then(|key| key.get_string("")).ok()
}

/// Windows keeps what it read until it is told.
fn say_so() {
    // SAFETY: nothing is handed over.
    #[allow(unsafe_code, reason = "Windows has no other way")]
    unsafe {
        SHChangeNotify(SHCNE_ASSOCCHANGED, SHCNF_IDLIST, None, None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::PathBuf;

    /// A registry of a test's own, and a program in a folder of its own.
    struct Place {
        path: String,
        user: Key,
        everybody: Key,
        folder: tempfile::TempDir,
    }

    impl Place {
        fn new() -> Self {
            let path = format!(r"Software\Ringcard tests\{}", uuid::Uuid::new_v4());
            let key = |name| CURRENT_USER.create(format!(r"{path}\{name}")).expect("a key of our own");
            let (user, everybody) = (key("user"), key("everybody"));
            Self { path, user, everybody, folder: tempfile::tempdir().expect("a folder") }
        }

        fn program(&self, name: &str) -> PathBuf {
            let path = self.folder.path().join(name);
            std::fs::write(&path, "").expect("it is written");
            path
        }

        fn hold(&self, program: &Path, on: bool) -> bool {
            make_hold(&self.user, &self.everybody, program, on).expect("the registry does as told")
        }

        fn is_registered_for(&self, program: &Path) -> bool {
            is_usable(&self.user) && command(&self.user) == Some(registered::command(&program.display().to_string()))
        }
    }

    impl Drop for Place {
        fn drop(&mut self) {
            let _ = CURRENT_USER.remove_tree(&self.path);
        }
    }

    #[test]
    fn a_copy_without_an_installer_registers_itself_and_takes_away_what_it_wrote() {
        let place = Place::new();
        let program = place.program("ringcard.exe");
        place
            .user
            .create(r"Software\Classes\tel")
            .and_then(|key| key.set_string("", "of somebody else"))
            .expect("written");
        place.user.create(PROGRAMS).and_then(|key| key.set_string("Other", "x")).expect("written");
        assert!(!place.hold(&program, false), "nothing was there");
        assert!(place.hold(&program, true) && place.is_registered_for(&program));
        assert!(!place.hold(&program, true), "it is there");

        let moved = place.program("moved.exe");
        assert!(place.hold(&moved, true) && place.is_registered_for(&moved));

        assert!(place.hold(&moved, false) && !is_usable(&place.user));
        assert!(registered::own_keys().all(|key| place.user.open(key).is_err()), "nothing of ours is left");
        let tel = place.user.open(r"Software\Classes\tel").and_then(|key| key.get_string("")).expect("it is there");
        let other = place.user.open(PROGRAMS).and_then(|key| key.get_string("Other")).expect("it is there");
        assert_eq!((tel.as_str(), other.as_str()), ("of somebody else", "x"));
    }

    #[test]
    fn what_an_installer_registered_stays_as_it_is() {
        for by in ["user", "everybody"] {
            let place = Place::new();
            let (installed, unpacked) = (place.program("installed.exe"), place.program("unpacked.exe"));
            let root = if by == "user" { &place.user } else { &place.everybody };
            for entry in registered::entries(&installed.display().to_string()) {
                root.create(entry.key).and_then(|key| key.set_string(entry.name, entry.text)).expect("written");
            }
            for on in [true, false] {
                assert!(!place.hold(&unpacked, on), "{by} {on}");
                assert!(!place.hold(&installed, on), "{by} {on}");
            }
            assert!(is_usable(root));
            std::fs::remove_file(&installed).expect("it is gone");
            assert!(place.hold(&unpacked, true) && place.is_registered_for(&unpacked), "its program is gone");
        }
    }
}
