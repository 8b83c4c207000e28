//! The hub as a service of Windows: how it is called, where it keeps its files, and what is said when Windows refuses. Windows
//! itself is asked by the program (`ringcard-hub service …`).

use std::{
    ffi::OsString,
    path::{Path, PathBuf},
    time::Duration,
};

pub const NAME: &str = "RingcardHub";
pub const SHOWN_AS: &str = "Ringcard Hub";
pub const DESCRIPTION: &str =
    "Takes the calls that telephone systems push, finds who is calling, and tells the desks of Ringcard.";
/// An account of its own that Windows makes with the service: no password, no rights but those it is given.
pub const ACCOUNT: &str = r"NT SERVICE\RingcardHub";
/// The same for tools, in every language.
pub const ACCOUNT_ID: &str = crate::own_files::SERVICE;

/// After a first, a second and every further failure the service is started again.
pub const STARTED_AGAIN_AFTER: [Duration; 3] =
    [Duration::from_secs(5), Duration::from_secs(30), Duration::from_secs(60)];
/// When nothing failed for so long, the next failure is a first one.
pub const FORGOTTEN_AFTER: Duration = Duration::from_secs(24 * 60 * 60);

/// How long Windows is told to wait for the next word, of a start and of an end.
pub const BEGINS_WITHIN: Duration = Duration::from_secs(60);
pub const ENDS_WITHIN: Duration = Duration::from_secs(30);

/// What Windows starts: `--config FILE service run`.
pub fn arguments(settings: &Path) -> Vec<OsString> {
    vec!["--config".into(), settings.into(), "service".into(), "run".into()]
}

/// The folder of a service's settings, below the one that Windows has for programs' data (`%ProgramData%`).
pub fn home(program_data: &Path) -> PathBuf {
    program_data.join(SHOWN_AS)
}

/// Where its data are, in that folder.
pub fn data_of(home: &Path) -> PathBuf {
    home.join("data")
}

/// A service has nobody who sees its standard error.
pub const LOG: &str = "hub.log";

/// A settings file for whoever has none yet: without accounts and agents nothing happens.
pub const FIRST_SETTINGS: &str = "\
# Settings of this machine's hub. docs/server.md has a whole example, docs/settings.md every key.
# After a change: ringcard-hub check, then ringcard-hub service stop and ringcard-hub service start.
";

/// What a refusal of Windows' means, and what to do about it; `None`: it says so itself.
pub fn refused(code: i32) -> Option<&'static str> {
    Some(match code {
        5 => ELEVATED,
        1053 => "The hub did not answer Windows in time. Its log says how far it came.",
        1056 => "The hub is running already.",
        1058 => "The service is switched off: set its start type to automatic, or run: ringcard-hub service install",
        1060 => "The hub is not installed as a service: ringcard-hub service install",
        1061 => "The service is starting or stopping just now: try again in a moment.",
        1062 => "The hub is not running.",
        1069 => {
            "Windows did not let the service's account sign in: a policy of this machine may keep services from it (Log on \
             as a service must hold for NT SERVICE\\ALL SERVICES)."
        }
        1072 => "The service is being removed: close Services and other windows that show it, and try again.",
        1073 => "There is a service of this name already.",
        _ => return None,
    })
}

/// Said before Windows is asked for what only administrators may.
pub const ELEVATED: &str = "Only an administrator can do that. Open the Start menu, type cmd, choose “Run as administrator”, and type \
                            the command there.";

/// What to type so that the service's account may use a place that is not its own.
pub fn lets_in(place: &Path, may_change: bool) -> String {
    let rights = if may_change { "M" } else { "RX" };
    format!("icacls \"{}\" /grant \"*{ACCOUNT_ID}:(OI)(CI){rights}\"", place.display())
}

/// The last lines of a log, for somebody whose service did not start.
pub fn last_lines(log: &str, most: usize) -> String {
    let lines: Vec<&str> = log.lines().filter(|line| !line.trim().is_empty()).collect();
    let from = lines.len().saturating_sub(most);
    lines[from..].iter().map(|line| format!("  {line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_services_command_line_names_its_settings() {
        let words = arguments(Path::new("C:\\ProgramData\\Ringcard Hub\\hub.toml"));
        assert_eq!(words, ["--config", "C:\\ProgramData\\Ringcard Hub\\hub.toml", "service", "run"]);
    }

    #[test]
    fn settings_and_data_have_a_folder_of_the_machines() {
        let home = home(Path::new("/data"));
        assert_eq!(home, Path::new("/data").join("Ringcard Hub"));
        assert_eq!(data_of(&home), Path::new("/data").join("Ringcard Hub").join("data"));
    }

    #[test]
    fn it_is_started_again_later_each_time() {
        assert!(STARTED_AGAIN_AFTER.is_sorted() && FORGOTTEN_AFTER > STARTED_AGAIN_AFTER[2]);
        assert_eq!(STARTED_AGAIN_AFTER.map(|after| after.as_secs()), [5, 30, 60]);
    }

    #[test]
    fn a_refusal_says_what_to_do() {
        assert!(refused(5).is_some_and(|said| said.contains("Run as administrator")));
        assert!(refused(1060).is_some_and(|said| said.ends_with("ringcard-hub service install")));
        assert_eq!(refused(2), None);
    }

    #[test]
    fn another_place_is_opened_for_the_service_by_a_command() {
        let said = lets_in(Path::new("D:\\hub"), true);
        assert!(said.starts_with("icacls \"D:\\hub\" /grant \"*S-1-5-80-") && said.ends_with(":(OI)(CI)M\""), "{said}");
    }

    #[test]
    fn the_first_settings_are_settings() {
        assert!(FIRST_SETTINGS.lines().all(|line| line.starts_with('#')));
    }

    #[test]
    fn of_a_log_the_last_lines_are_shown() {
        assert_eq!(last_lines("one\ntwo\n\nthree\n", 2), "  two\n  three\n");
        assert_eq!(last_lines("", 2), "");
    }
}
