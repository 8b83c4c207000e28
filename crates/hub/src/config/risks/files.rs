//! Files and folders, and what others on this machine can do with them.

use super::{Risk, RiskKind};
use crate::{own_files, secrets::SecretRef};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

/// Files and folders, and who else may do something with them. Those that are not there are no risk.
#[derive(Debug, Default)]
pub struct Files<'a> {
    pub settings: Option<&'a Path>,
    pub data_dir: Option<&'a Path>,
    pub secrets: Vec<PathBuf>,
    pub profiles: Option<&'a Path>,
}

/// What others on this machine can read, change, or put something else in the place of.
pub fn of_files(files: &Files<'_>) -> Vec<Risk> {
    let mut risks = Vec::new();
    risks.extend(files.settings.and_then(|file| unix::of_path(file, "640")));
    risks.extend(files.data_dir.and_then(|folder| unix::of_path(folder, "700")));
    for file in files.data_dir.map(own_files::ours_in).unwrap_or_default() {
        risks.extend(unix::of_path(&file, "600"));
    }
    risks.extend(files.data_dir.and_then(|folder| unix::of_path(&folder.join(own_files::REPORTS), "700")));
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

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::{fs, os::unix::fs::PermissionsExt};

    #[test]
    fn what_others_can_read_or_change_is_risky() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = folder.path().join("data");
        fs::create_dir(&data).expect("a folder");
        let (settings, database, secret) =
            (folder.path().join("hub.toml"), data.join("calls.db"), folder.path().join("s"));
        let (confirmed, other) = (data.join("profiles.json"), data.join("not-ours"));
        for file in [&settings, &database, &secret, &confirmed, &other] {
            fs::write(file, "").expect("written");
        }
        let found = |chmods: &[(&Path, u32)]| {
            let usual = [
                (folder.path(), 0o700),
                (&data, 0o700),
                (&settings, 0o640),
                (&database, 0o600),
                (&secret, 0o600),
                (&confirmed, 0o600),
                (&other, 0o666),
            ];
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
            (&confirmed, 0o602, "can change"),
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
