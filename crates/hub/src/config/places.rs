//! Where settings and data are: `RINGCARD_HOME`, or the platform's usual folders.

use super::Language;
use crate::service;
use std::{ffi::OsString, path::PathBuf};

/// The folders and files of this installation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Places {
    /// Holds `ringcard.toml` or `hub.toml`, and `profiles/`.
    pub config_dir: PathBuf,
    /// Holds the databases.
    pub data_dir: PathBuf,
}

impl Places {
    /// A desk's: `RINGCARD_HOME`, or the platform's folders for settings and data.
    pub fn desk() -> Self {
        Self::desk_from(|name| std::env::var_os(name))
    }

    pub(crate) fn desk_from(env: impl Fn(&str) -> Option<OsString>) -> Self {
        match home(&env) {
            Some(home) => Self { config_dir: home.clone(), data_dir: home },
            None => Self {
                config_dir: dirs::config_dir().unwrap_or_default().join(FOLDER),
                data_dir: dirs::data_local_dir().unwrap_or_default().join(FOLDER),
            },
        }
    }

    /// A server's: `RINGCARD_HOME`, or the folder of a server's own where that is used ([`Places::of_server`]), or the same
    /// as a desk's; data where systemd says (`STATE_DIRECTORY`).
    pub fn hub() -> Self {
        Self::hub_from(|name| std::env::var_os(name))
    }

    pub(crate) fn hub_from(env: impl Fn(&str) -> Option<OsString>) -> Self {
        let mut places = Self::desk_from(&env);
        if home(&env).is_some() {
            return places;
        }
        if let Some(server) = Self::of_server(&env).filter(|server| server.hub_file().exists()) {
            places.config_dir = server.config_dir;
            if cfg!(windows) {
                places.data_dir = server.data_dir;
            }
        }
        if let Some(state) = env("STATE_DIRECTORY").filter(|state| !state.is_empty()) {
            places.data_dir = first_of(&state.to_string_lossy(), cfg!(unix));
        }
        places
    }

    /// `/etc/ringcard`, whose data systemd places; on Windows the folders of the service, below `%ProgramData%`.
    fn of_server(env: impl Fn(&str) -> Option<OsString>) -> Option<Self> {
        if cfg!(unix) {
            return Some(Self { config_dir: PathBuf::from("/etc/ringcard"), data_dir: PathBuf::new() });
        }
        let config_dir = service::home(&PathBuf::from(env("ProgramData").filter(|folder| !folder.is_empty())?));
        Some(Self { data_dir: service::data_of(&config_dir), config_dir })
    }

    /// The folders of this machine's service, where it keeps them itself; `None`: Windows names no place for programs' data.
    pub fn of_service() -> Option<Self> {
        Self::of_server(|name| std::env::var_os(name))
    }

    pub fn settings_file(&self) -> PathBuf {
        self.config_dir.join("ringcard.toml")
    }

    pub fn hub_file(&self) -> PathBuf {
        self.config_dir.join("hub.toml")
    }

    /// Profiles an integrator wrote; used after somebody has looked at them ([`crate::profiles`]).
    pub fn profiles_dir(&self) -> PathBuf {
        self.config_dir.join("profiles")
    }
}

/// systemd separates several by colons, and the first is ours. Windows, which knows no systemd, has colons in its names.
fn first_of(state: &str, are_several: bool) -> PathBuf {
    match state.split_once(':') {
        Some((first, _)) if are_several => first.into(),
        _ => state.into(),
    }
}

/// Written as the platform's other programs are.
const FOLDER: &str = if cfg!(any(windows, target_os = "macos")) { "Ringcard" } else { "ringcard" };

fn home(env: impl Fn(&str) -> Option<OsString>) -> Option<PathBuf> {
    env("RINGCARD_HOME").filter(|home| !home.is_empty()).map(PathBuf::from)
}

/// The country of the system's language settings (`hu-HU` → `HU`), where they name one.
pub fn system_country() -> Option<String> {
    country_of(&sys_locale::get_locale()?)
}

/// The system's language, where Ringcard speaks it.
pub fn system_language() -> Option<Language> {
    language_of(&sys_locale::get_locale()?)
}

/// BCP 47, as the platform reports it: `es-419`, `zh-Hans-CN`, `hu-HU`.
fn country_of(tag: &str) -> Option<String> {
    let is_country = |part: &&str| part.len() == 2 && part.chars().all(|letter| letter.is_ascii_alphabetic());
    tag.split(['-', '_', '.', '@']).skip(1).find(is_country).map(str::to_ascii_uppercase)
}

fn language_of(tag: &str) -> Option<Language> {
    match tag.split(['-', '_', '.', '@']).next()?.to_ascii_lowercase().as_str() {
        "en" => Some(Language::En),
        "es" => Some(Language::Es),
        "hu" => Some(Language::Hu),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env<'a>(variables: &'a [(&str, &str)]) -> impl Fn(&str) -> Option<OsString> + 'a {
        |asked| variables.iter().find(|(name, _)| *name == asked).map(|(_, value)| OsString::from(value))
    }

    #[test]
    fn ringcard_home_is_the_one_folder_for_everything() {
        let desk = Places::desk_from(env(&[("RINGCARD_HOME", "/tmp/here"), ("STATE_DIRECTORY", "/var/lib/x")]));
        assert_eq!(desk.settings_file(), PathBuf::from("/tmp/here/ringcard.toml"));
        assert_eq!(desk.data_dir, PathBuf::from("/tmp/here"));
        let hub = Places::hub_from(env(&[("RINGCARD_HOME", "/tmp/here"), ("STATE_DIRECTORY", "/var/lib/x")]));
        assert_eq!((hub.hub_file(), hub.data_dir), (PathBuf::from("/tmp/here/hub.toml"), PathBuf::from("/tmp/here")));
    }

    #[test]
    fn without_it_settings_and_data_have_folders_of_their_own() {
        let places = Places::desk_from(env(&[("RINGCARD_HOME", "")]));
        assert!(places.settings_file().ends_with(PathBuf::from(FOLDER).join("ringcard.toml")));
        assert!(places.data_dir.ends_with(FOLDER));
    }

    #[test]
    fn a_service_keeps_its_data_where_systemd_says() {
        let several = "/var/lib/ringcard:/var/lib/other";
        assert_eq!(first_of(several, true), PathBuf::from("/var/lib/ringcard"));
        assert_eq!(first_of("/var/lib/ringcard", true), PathBuf::from("/var/lib/ringcard"));
        assert_eq!(first_of("C:\\Ringcard", false), PathBuf::from("C:\\Ringcard"));
        let places = Places::hub_from(env(&[("STATE_DIRECTORY", several)]));
        assert_eq!(places.data_dir, first_of(several, cfg!(unix)));
    }

    #[cfg(windows)]
    #[test]
    fn a_service_of_windows_has_its_folder_where_all_programs_have_theirs() {
        let machine = tempfile::tempdir().expect("a folder");
        let variables = [("ProgramData", machine.path().to_str().expect("a text"))];
        let before = Places::hub_from(env(&variables));
        assert_eq!(before, Places::desk_from(env(&variables)));
        let home = machine.path().join("Ringcard Hub");
        std::fs::create_dir(&home).expect("a folder");
        std::fs::write(home.join("hub.toml"), "").expect("written");
        let then = Places::hub_from(env(&variables));
        assert_eq!((then.hub_file(), then.data_dir), (home.join("hub.toml"), home.join("data")));
    }

    #[test]
    fn country_and_language_are_read_from_what_the_platform_reports() {
        for (tag, country, language) in [
            ("hu-HU", Some("HU"), Some(Language::Hu)),
            ("es_MX.UTF-8", Some("MX"), Some(Language::Es)),
            ("es-419", None, Some(Language::Es)),
            ("zh-Hans-CN", Some("CN"), None),
            ("en", None, Some(Language::En)),
            ("C.UTF-8", None, None),
            ("", None, None),
        ] {
            assert_eq!((country_of(tag).as_deref(), language_of(tag)), (country, language), "{tag}");
        }
    }
}
