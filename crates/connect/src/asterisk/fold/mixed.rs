//! What MixMonitor writes of a channel, as far as anybody can hear: its step of the dialplan, and two variables where
//! ari.conf lets channels carry them.

use crate::{
    Toggle,
    asterisk::wire::{ChannelNow, MIXED_INTO, PAUSED},
};
use std::path::Path;

/// What is longer was cut on its way, and names another file.
const LONGEST_FILE: usize = 255;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Mixed {
    /// As Asterisk says it: its whole path, or one below the folder `monitor`.
    file: Option<String>,
    /// The dialplan stopped it. Its variable stays.
    is_over: bool,
    pub paused: Toggle,
}

impl Mixed {
    pub fn update(&mut self, now: &ChannelNow) {
        let app = now.dialplan.app_name.as_str();
        let given = now.dialplan.app_data.split(',').next().unwrap_or_default();
        let carried = now.channelvars.get(MIXED_INTO).map(String::as_str);
        let begins = app.eq_ignore_ascii_case("MixMonitor");
        let is_new = match carried.filter(|file| !file.is_empty()) {
            Some(file) => self.goes_into(file),
            None if begins && !self.is_same(given) => self.goes_into(given),
            None => false,
        };
        if begins && is_new {
            self.paused = Toggle { on: false, known: true };
        }
        if app.eq_ignore_ascii_case("StopMixMonitor") {
            self.is_over = true;
        }
        // While it is known from here, what an event carries may be older.
        if let Some(paused) = now.channelvars.get(PAUSED).filter(|_| !self.paused.known) {
            self.paused = Toggle { on: paused == "yes", known: true };
        }
    }

    /// The next snapshot says whether it is paused.
    pub fn ask_anew(&mut self) {
        self.paused.known = false;
    }

    /// Whether it is written now.
    pub fn goes_on(&self) -> bool {
        self.file.is_some() && !self.is_over
    }

    /// By what name ARI gives it, where it is written into the folder ARI gives files of. Both are on Asterisk's machine: what
    /// this one's names of files look like does not matter.
    pub fn stored_name(&self, folder: &Path) -> Option<String> {
        let file = self.file.as_deref().filter(|file| file.len() <= LONGEST_FILE)?;
        let folder = folder.to_str()?.trim_end_matches('/');
        let (above, _) = folder.rsplit_once('/')?;
        let whole = match file.starts_with('/') {
            true => plain(file)?,
            false => plain(&format!("{above}/monitor/{file}"))?,
        };
        let below = whole.strip_prefix(folder)?.strip_prefix('/')?;
        let (_, last) = below.rsplit_once('/').unwrap_or(("", below));
        let (stem, kind) = last.rsplit_once('.')?;
        let name = below.strip_suffix(kind)?.strip_suffix('.')?;
        (!stem.is_empty()).then(|| name.to_owned())
    }

    fn is_same(&self, given: &str) -> bool {
        !self.is_over && self.file.as_deref() == Some(given)
    }

    /// Whether that is another recording than there was.
    fn goes_into(&mut self, file: &str) -> bool {
        if self.file.as_deref() == Some(file) {
            return false;
        }
        // One that was heard by its name alone is the same by its whole path.
        let is_same = self.file.as_deref().is_some_and(|known| file.ends_with(known)) && !self.is_over;
        self.file = Some(file.to_owned());
        if !is_same {
            self.is_over = false;
            self.paused = Toggle::default();
        }
        !is_same
    }
}

/// A path without `.` and `..`; nothing where it leads out of itself.
fn plain(path: &str) -> Option<String> {
    let mut parts: Vec<&str> = Vec::new();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(format!("/{}", parts.join("/")))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(file: &str) -> Option<String> {
        let mixed = Mixed { file: Some(file.to_owned()), ..Mixed::default() };
        mixed.stored_name(Path::new("/var/spool/asterisk/recording"))
    }

    #[test]
    fn a_file_below_the_folder_ari_gives_has_a_name_there_and_no_other_has() {
        let same = Some("2026/11/call 7+b".to_owned());
        for file in [
            "/var/spool/asterisk/recording/2026/11/call 7+b.wav",
            "/var/spool/asterisk/monitor/../recording/2026/11/call 7+b.wav",
            "../recording/2026/11/call 7+b.wav",
        ] {
            assert_eq!(of(file), same, "{file}");
        }
        for file in [
            "call.wav",
            "/var/spool/asterisk/monitor/call.wav",
            "/var/spool/asterisk/recording/../../../../../../etc/passwd",
            "/var/spool/asterisk/recordings/call.wav",
            "/var/spool/asterisk/recording/",
            "/var/spool/asterisk/recording/no-kind",
            "/var/spool/asterisk/recording/with.dot/no-kind",
            "/var/spool/asterisk/recording/.wav",
            &format!("../recording/{}.wav", "x".repeat(300)),
        ] {
            assert_eq!(of(file), None, "{file}");
        }
    }

    #[test]
    fn a_recording_that_was_stopped_and_begun_anew_is_another_one() {
        let mut mixed = Mixed::default();
        let step = |app: &str, data: &str, carried: Option<&str>| {
            let mut now = ChannelNow::default();
            (now.dialplan.app_name, now.dialplan.app_data) = (app.to_owned(), data.to_owned());
            now.channelvars.extend(carried.map(|file| (MIXED_INTO.to_owned(), file.to_owned())));
            now
        };
        mixed.update(&step("Answer", "", Some("")));
        assert!(!mixed.goes_on());
        mixed.update(&step("MixMonitor", "a.wav,b", Some("")));
        assert!(mixed.goes_on());
        mixed.paused = Toggle { on: true, known: true };
        // The same one, by its whole path.
        mixed.update(&step("Dial", "PJSIP/101", Some("/spool/monitor/a.wav")));
        assert!(mixed.goes_on() && mixed.paused.on);
        mixed.update(&step("StopMixMonitor", "", Some("/spool/monitor/a.wav")));
        mixed.update(&step("Dial", "PJSIP/101", Some("/spool/monitor/a.wav")));
        assert!(!mixed.goes_on());
        mixed.update(&step("MixMonitor", "b.wav", Some("/spool/monitor/b.wav")));
        assert!(mixed.goes_on() && !mixed.paused.on);
    }
}
