//! Which app this is to the system: the installed one, the demo beside it, or one with a home of its own. Each runs once,
//! and on Windows each has its own notifications.

#[cfg(windows)]
mod windows;

#[cfg(windows)]
pub use self::windows::{ACTIVATOR, make_known, take};

use crate::arguments::Arguments;
use std::ffi::{OsStr, OsString};

/// `identifier` of `tauri.conf.json`. On Windows it is the AppUserModelID of the shortcut in the Start menu, too.
pub const INSTALLED: &str = "org.ringcard.desktop";

/// Takes the name for this process. Elsewhere it is found by its desktop file or its bundle.
#[cfg(not(windows))]
pub fn take(_name: &str) {}

/// The name of the app that this command line starts.
pub fn of(arguments: &Arguments) -> String {
    named(arguments.demo.is_some(), home().as_deref())
}

fn home() -> Option<OsString> {
    std::env::var_os("RINGCARD_HOME")
}

fn named(is_demo: bool, home: Option<&OsStr>) -> String {
    let mut name = INSTALLED.to_owned();
    if is_demo {
        name.push_str(".demo");
    }
    if let Some(home) = home {
        // Letters and digits only: it becomes part of a name on the session bus.
        let place: u64 = home
            .as_encoded_bytes()
            .iter()
            .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3));
        name.push_str(&format!(".home{place:x}"));
    }
    name
}

/// Where the single instance is found by the configured identifier alone, that one has to be the app's name; on Linux the
/// name on the session bus is, and the identifier, by which the web view's folder is called, stays as it is.
pub const IS_CONFIGURED: bool = cfg!(not(target_os = "linux"));

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_and_a_home_of_its_own_are_apps_beside_the_installed_one() {
        let here = Some(OsStr::new("/home/ana/here"));
        let names = [named(false, None), named(true, None), named(false, here), named(true, here)];
        assert_eq!(names[0], INSTALLED);
        for (place, name) in names.iter().enumerate() {
            assert!(!names[..place].contains(name), "{name}");
            assert!(
                name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'.'),
                "{name}"
            );
        }
        assert_ne!(named(false, here), named(false, Some(OsStr::new("/home/ana/there"))));
    }

    #[test]
    fn the_installed_app_has_the_configured_identifier() {
        let configured: serde_json::Value =
            serde_json::from_str(include_str!("../../../tauri.conf.json")).expect("it is JSON");
        assert_eq!(configured["identifier"], INSTALLED);
    }
}
