//! What works and is risky all the same, each with what to do: for `ringcard-hub check`, and for whoever shows it elsewhere.
//!
//! Nothing here keeps a hub from its work, and nothing is changed.

use super::{Account, Connectors, HubLink, Listen, SettingValue};
use crate::{account::without_a_key, secrets::SecretRef};
use ringcard_connect::origin;
use secrecy::{ExposeSecret, SecretString};
use std::{
    collections::BTreeSet,
    fmt,
    path::{Path, PathBuf},
};

/// One thing that is risky.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Risk {
    pub what: RiskKind,
    /// What it is and what to do: whole sentences. No secret is in it.
    pub sentence: String,
}

/// What is risky, in one stable word each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum RiskKind {
    /// Others on the network can read what comes in.
    PlainListening,
    /// Others on the network can read what goes out.
    PlainAddress,
    /// Anybody can push calls.
    NoPushProof,
    /// It can be guessed.
    WeakSecret,
    /// Others on this machine can read it, change it, or put another in its place.
    OpenFile,
    /// A mistake in the program would be one of root's.
    Root,
}

impl fmt::Display for Risk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.sentence)
    }
}

/// What settings say that is risky.
pub fn of_settings(
    listen: &Listen,
    accounts: &[Account],
    hub: Option<&HubLink>,
    connectors: &dyn Connectors,
) -> Vec<Risk> {
    let mut risks = Vec::new();
    if !listen.address.ip().is_loopback() {
        let is_behind_tls = listen.public_url.as_ref().is_some_and(|url| url.starts_with("https://"));
        let what_to_do = match is_behind_tls {
            true => {
                "Let a firewall let nobody but the proxy reach it, or listen on 127.0.0.1 where the proxy runs here."
            }
            false => "Listen on 127.0.0.1 and put a proxy with TLS in front, as docs/server.md shows.",
        };
        risks.push(Risk {
            what: RiskKind::PlainListening,
            sentence: format!(
                "[listen] address {} can be reached from other machines, and is not encrypted: keys and numbers can be read \
                 on the way. {what_to_do}",
                listen.address
            ),
        });
    }
    for account in accounts {
        risks.extend(of_account(account, connectors));
    }
    if let Some(link) = hub.filter(|link| origin::is_plain_and_leaves(&link.url)) {
        risks.push(Risk {
            what: RiskKind::PlainAddress,
            sentence: format!("[hub] url {} is not encrypted: use wss://.", shown(&link.url)),
        });
    }
    risks
}

fn of_account(account: &Account, connectors: &dyn Connectors) -> Vec<Risk> {
    let mut risks = Vec::new();
    for (key, value) in &account.settings {
        if let SettingValue::Text(text) = value
            && origin::is_plain_and_leaves(text)
        {
            let sentence = format!(
                "Account {}: {key} {} is not encrypted: passwords and numbers can be read on the way. Use https://.",
                account.name,
                shown(text)
            );
            risks.push(Risk { what: RiskKind::PlainAddress, sentence });
        }
    }
    if !is_proved(account, connectors) {
        let sentence = format!("Account {}: {}", account.name, without_a_key(&account.push_from));
        risks.push(Risk { what: RiskKind::NoPushProof, sentence });
    }
    risks
}

/// Whether pushes carry a proof of where they come from.
fn is_proved(account: &Account, connectors: &dyn Connectors) -> bool {
    let text = |key: &str| match account.settings.get(key) {
        Some(SettingValue::Text(text)) => Some(text.clone()),
        _ => None,
    };
    let settings = connectors.settings_of(&account.connector).unwrap_or_default();
    let preset =
        settings.iter().find(|setting| setting.key == "push_proof").and_then(|setting| setting.default.as_ref());
    let proof = text("push_proof").or_else(|| preset.and_then(|preset| preset.as_str()).map(str::to_owned));
    proof.as_deref() != Some("none")
}

/// Without what may stand in an address besides where it leads.
fn shown(url: &str) -> String {
    origin::of(url).unwrap_or_default()
}

/// Shorter ones can be tried out.
const SHORTEST: usize = 16;
/// Fewer different characters are a pattern.
const FEWEST: usize = 5;
/// What is tried first, and what stands in examples.
const TRIED_FIRST: [&str; 14] = [
    "changeme",
    "change-me",
    "change_me",
    "password",
    "passw0rd",
    "secret",
    "default",
    "example",
    "123456",
    "qwerty",
    "letmein",
    "admin",
    "ringcard",
    "test",
];

/// A key or token that can be guessed; `name` says which it is, in words. `chosen_elsewhere`: a password of another
/// system's, which may be as short as that one allows.
pub fn of_secret(name: &str, secret: &SecretString, chosen_elsewhere: bool) -> Option<Risk> {
    let text = secret.expose_secret();
    let different: BTreeSet<char> = text.chars().collect();
    let lower = text.to_lowercase();
    // A word of these in something long and random is chance.
    let left = TRIED_FIRST.iter().fold(lower.clone(), |left, word| left.replace(word, ""));
    let why = if lower != left && left.chars().filter(|c| c.is_alphanumeric()).count() < SHORTEST {
        "is one of the first that are tried"
    } else if different.len() < FEWEST {
        "is the same few characters over and over"
    } else if text.chars().count() < SHORTEST && !chosen_elsewhere {
        "is shorter than 16 characters"
    } else {
        return None;
    };
    let sentence = format!("{name} {why}, and can be guessed. Make one with: openssl rand -hex 32");
    Some(Risk { what: RiskKind::WeakSecret, sentence })
}

/// Files and folders, and who else may do something with them. Those that are not there are no risk.
#[derive(Debug, Default)]
pub struct Files<'a> {
    pub settings: Option<&'a Path>,
    pub data_dir: Option<&'a Path>,
    pub secrets: Vec<PathBuf>,
    pub profiles: Option<&'a Path>,
}

/// The databases and what stands beside them.
const DATA: [&str; 9] = [
    "calls.db",
    "directory.db",
    "outbox.db",
    "desk.db",
    "calls.db-wal",
    "directory.db-wal",
    "outbox.db-wal",
    "codes.json",
    "import-reports",
];

/// What others on this machine can read, change, or put something else in the place of.
pub fn of_files(files: &Files<'_>) -> Vec<Risk> {
    let mut risks = Vec::new();
    risks.extend(files.settings.and_then(|file| unix::of_path(file, "640")));
    risks.extend(files.data_dir.and_then(|folder| unix::of_path(folder, "700")));
    for name in DATA {
        let mode = if name == "import-reports" { "700" } else { "600" };
        risks.extend(files.data_dir.and_then(|folder| unix::of_path(&folder.join(name), mode)));
    }
    risks.extend(files.secrets.iter().filter_map(|file| unix::of_path(file, "600")));
    risks.extend(files.profiles.filter(|folder| folder.is_dir()).and_then(unix::of_writable));
    let paths = files.settings.into_iter().chain(files.data_dir).chain(files.secrets.iter().map(PathBuf::as_path));
    let parents: BTreeSet<PathBuf> = paths.flat_map(unix::parents).collect();
    risks.extend(parents.iter().filter_map(|folder| unix::of_parent(folder)));
    risks.extend(unix::of_user());
    risks
}

/// The files of accounts' secrets and of the token; a relative path starts at `folder`.
pub fn secret_files<'a>(places: impl IntoIterator<Item = &'a SecretRef>, folder: &Path) -> Vec<PathBuf> {
    let files = places.into_iter().filter_map(|place| match place {
        SecretRef::File(path) => Some(folder.join(path)),
        SecretRef::Keyring(_) | SecretRef::Env(_) => None,
    });
    files.collect::<BTreeSet<_>>().into_iter().collect()
}

#[cfg(unix)]
mod unix {
    use super::{Risk, RiskKind};
    use std::{
        fs,
        os::unix::fs::MetadataExt,
        path::{Path, PathBuf},
    };

    fn open(sentence: String) -> Option<Risk> {
        Some(Risk { what: RiskKind::OpenFile, sentence })
    }

    pub(super) fn of_path(path: &Path, mode: &str) -> Option<Risk> {
        let found = fs::metadata(path).ok()?;
        let (name, bits) = (path.display(), found.mode());
        if bits & 0o022 != 0 {
            return open(format!("Others on this machine can change {name}: chmod {mode} {name}"));
        }
        if bits & 0o005 != 0 {
            return open(format!("Everybody on this machine can read {name}: chmod {mode} {name}"));
        }
        let us = rustix::process::geteuid();
        if !us.is_root() && found.uid() != us.as_raw() && found.uid() != 0 {
            return open(format!("{name} belongs to another user, who can change it: chown it to this one."));
        }
        None
    }

    pub(super) fn of_writable(path: &Path) -> Option<Risk> {
        let is_open = fs::metadata(path).ok()?.mode() & 0o022 != 0;
        let name = path.display();
        if is_open {
            open(format!("Others on this machine can change what is in {name}: chmod go-w {name}"))
        } else {
            None
        }
    }

    /// A folder that everybody may write into: whoever does puts another folder in the place of ours. Where only owners
    /// may take away what they put there (`/tmp`), they cannot.
    pub(super) fn of_parent(folder: &Path) -> Option<Risk> {
        let bits = fs::metadata(folder).ok()?.mode();
        let name = folder.display();
        match bits & 0o002 != 0 && bits & 0o1000 == 0 {
            true => open(format!(
                "Everybody on this machine can write into {name}, and put something else in the place of what Ringcard keeps \
                 below it: chmod o-w {name}"
            )),
            false => None,
        }
    }

    pub(super) fn parents(path: &Path) -> Vec<PathBuf> {
        let whole = fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        whole.ancestors().skip(1).map(Path::to_owned).collect()
    }

    pub(super) fn of_user() -> Option<Risk> {
        rustix::process::geteuid().is_root().then(|| Risk {
            what: RiskKind::Root,
            sentence:
                "This runs as root. Let the hub, and this command, run as a user of their own, as docs/server.md shows."
                    .to_owned(),
        })
    }
}

/// Who may do what with a file is inherited from its folder on Windows, and told by other means.
#[cfg(not(unix))]
mod unix {
    use super::Risk;
    use std::path::{Path, PathBuf};

    pub(super) fn of_path(_path: &Path, _mode: &str) -> Option<Risk> {
        None
    }

    pub(super) fn of_writable(_path: &Path) -> Option<Risk> {
        None
    }

    pub(super) fn of_parent(_folder: &Path) -> Option<Risk> {
        None
    }

    pub(super) fn parents(_path: &Path) -> Vec<PathBuf> {
        Vec::new()
    }

    pub(super) fn of_user() -> Option<Risk> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{config::HubSettings, setup::Profiles};

    fn risks(settings: &str) -> Vec<RiskKind> {
        let profiles = Profiles::builtin();
        let settings = HubSettings::parse(settings, Path::new("hub.toml"), &profiles).expect("settings");
        of_settings(&settings.listen, &settings.accounts, None, &profiles).iter().map(|risk| risk.what).collect()
    }

    fn account(more: &str) -> String {
        let key = if more.contains("push_proof") { "" } else { "push_key = { env = \"K\" }" };
        format!(
            "[[account]]\nname = \"pbx\"\nconnector = \"vipex\"\nuser = \"crm\"\npassword = {{ env = \"P\" }}\n{key}\n{more}\n"
        )
    }

    #[test]
    fn what_is_not_encrypted_beyond_this_machine_is_risky() {
        for (settings, expected) in [
            ("", &[][..]),
            ("[listen]\naddress = \"127.0.0.1:8480\"", &[]),
            ("[listen]\naddress = \"[::1]:8480\"", &[]),
            ("[listen]\naddress = \"0.0.0.0:8480\"", &[RiskKind::PlainListening]),
            (
                "[listen]\naddress = \"192.0.2.7:8480\"\npublic_url = \"https://hub.example.com\"",
                &[RiskKind::PlainListening],
            ),
            (&account("api_url = \"https://pbx.example.com\""), &[]),
            (&account("api_url = \"http://127.0.0.1:8088\"\nallow_http = true"), &[]),
            (&account("api_url = \"http://pbx.example.com\"\nallow_http = true"), &[RiskKind::PlainAddress]),
        ] {
            assert_eq!(risks(settings), expected, "{settings}");
        }
        let link = |url: &str| HubLink { url: url.to_owned(), token: SecretRef::Env("T".to_owned()) };
        let of_link = |url| of_settings(&Listen::default(), &[], Some(&link(url)), &Profiles::builtin());
        assert_eq!(of_link("wss://hub.example.com/v1/desk"), []);
        assert_eq!(of_link("ws://hub.example.com/v1/desk")[0].what, RiskKind::PlainAddress);
    }

    #[test]
    fn pushes_that_prove_nothing_are_risky_and_it_is_said_who_may_send_them() {
        let none = account("api_url = \"https://pbx.example.com\"\npush_proof = \"none\"");
        let profiles = Profiles::builtin();
        let settings = HubSettings::parse(&none, Path::new("hub.toml"), &profiles).expect("settings");
        let mut account = settings.accounts[0].clone();
        let said = |account: &Account| match &of_settings(&Listen::default(), &[account.clone()], None, &profiles)[..] {
            [risk] if risk.what == RiskKind::NoPushProof => risk.sentence.clone(),
            other => panic!("not one risk: {other:?}"),
        };
        assert!(said(&account).contains("only programs on this machine"), "{}", said(&account));
        account.push_from = vec!["192.0.2.7".parse().expect("an address")];
        assert!(said(&account).contains("anybody on 192.0.2.7"), "{}", said(&account));
    }

    #[test]
    fn what_can_be_guessed_is_risky_and_never_shown() {
        for weak in [
            "hunter2",
            "aaaaaaaaaaaaaaaaaaaaaaaa",
            "abababababababababababab",
            "changeme-changeme-changeme",
            "Password123456789",
            "my-secret-token-1",
        ] {
            let risk = of_secret("The API token", &SecretString::from(weak), false).expect(weak);
            assert!(risk.sentence.contains("openssl rand") && !risk.sentence.contains(weak), "{risk}");
        }
        for strong in ["3f9c1b7de2a84c06", "rc_0f4b2d7c9e1a4b8fa1c3d5e7f9b0a2c4", "correct-horse-battery-staple"] {
            assert_eq!(of_secret("The API token", &SecretString::from(strong), false), None, "{strong}");
        }
        assert_eq!(of_secret("The password", &SecretString::from("hunter2"), true), None);
        assert!(of_secret("The password", &SecretString::from("changeme"), true).is_some());
    }

    #[cfg(unix)]
    #[test]
    fn what_others_can_read_or_change_is_risky() {
        use std::{fs, os::unix::fs::PermissionsExt};
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        fs::create_dir(&data).expect("a folder");
        let (settings, database, secret) =
            (folder.path().join("hub.toml"), data.join("calls.db"), folder.path().join("s"));
        for file in [&settings, &database, &secret] {
            fs::write(file, "").expect("written");
        }
        let found = |chmods: &[(&Path, u32)]| {
            let usual =
                [(folder.path(), 0o700), (&data, 0o700), (&settings, 0o640), (&database, 0o600), (&secret, 0o600)];
            for (path, mode) in usual.iter().chain(chmods) {
                fs::set_permissions(path, fs::Permissions::from_mode(*mode)).expect("chmod");
            }
            let files = Files {
                settings: Some(&settings),
                data_dir: Some(&data),
                secrets: vec![secret.clone()],
                profiles: None,
            };
            of_files(&files).into_iter().filter(|risk| risk.what == RiskKind::OpenFile).collect::<Vec<_>>()
        };
        assert_eq!(found(&[]), []);
        for (path, mode, said) in [
            (settings.as_path(), 0o644, "can read"),
            (&settings, 0o660, "can change"),
            (&data, 0o755, "can read"),
            (&data, 0o770, "can change"),
            (&database, 0o644, "can read"),
            (&secret, 0o604, "can read"),
            (&secret, 0o602, "can change"),
            (folder.path(), 0o777, "can write into"),
        ] {
            let risks = found(&[(path, mode)]);
            assert_eq!(risks.len(), 1, "{} {mode:o}: {risks:?}", path.display());
            assert!(risks[0].sentence.contains(said) && risks[0].sentence.contains("chmod"), "{}", risks[0]);
        }
        assert_eq!(found(&[(folder.path(), 0o1777)]), []);
    }
}
