//! Files and folders, and what others on this machine can do with them.

use super::Risk;
use crate::{own_files, secrets::SecretRef};
use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

#[cfg(unix)]
#[path = "files/unix.rs"]
mod of_system;
#[cfg(windows)]
#[path = "files/windows.rs"]
mod of_system;

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
    risks.extend(files.settings.and_then(|file| of_system::of_path(file, "640")));
    risks.extend(files.data_dir.and_then(|folder| of_system::of_path(folder, "700")));
    for file in files.data_dir.map(own_files::ours_in).unwrap_or_default() {
        risks.extend(of_system::of_path(&file, "600"));
    }
    risks.extend(files.data_dir.and_then(|folder| of_system::of_path(&folder.join(own_files::REPORTS), "700")));
    risks.extend(files.secrets.iter().filter_map(|file| of_system::of_path(file, "600")));
    risks.extend(files.profiles.filter(|folder| folder.is_dir()).and_then(of_system::of_writable));
    let paths = files.settings.into_iter().chain(files.data_dir).chain(files.secrets.iter().map(PathBuf::as_path));
    let parents: BTreeSet<PathBuf> = paths.flat_map(of_system::parents).collect();
    risks.extend(parents.iter().filter_map(|folder| of_system::of_parent(folder)));
    risks.extend(of_system::of_user());
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

#[cfg(all(test, unix))]
mod tests {
    use super::{super::RiskKind, *};
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
