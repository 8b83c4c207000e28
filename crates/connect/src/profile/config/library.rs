//! Where profiles come from: those inside the program, and the administrator's own.

use super::{LONGEST, Profile};
use crate::{
    named,
    settings::problem::{ProfileError, Source},
};
use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::LazyLock,
};

const BUILT_IN: [(&str, &str); 3] = [
    ("vipex.toml", include_str!("../../../profiles/vipex.toml")),
    ("asterisk-ari.toml", include_str!("../../../profiles/asterisk-ari.toml")),
    ("rest-crm.toml", include_str!("../../../profiles/rest-crm.toml")),
];

/// More files than anybody has PBXs.
const MOST_FILES: usize = 100;
/// A profile is read by people: of a file that is longer nothing is kept in memory.
const MOST_BYTES: u64 = LONGEST as u64;

/// A profile of somebody's own, with the text it was read from.
#[derive(Debug, Clone)]
pub struct OwnProfile {
    pub path: PathBuf,
    pub text: String,
    pub profile: Profile,
}

/// Read once: each of their texts is tried while it is read.
static READ: LazyLock<Vec<Profile>> = LazyLock::new(|| {
    let parse = |(file, text): (&str, &str)| {
        Profile::parse(file, text).unwrap_or_else(|error| panic!("BUG: a built-in profile is broken: {error}"))
    };
    BUILT_IN.into_iter().map(parse).collect()
});

/// The profiles this program brings along.
pub fn builtin_profiles() -> Vec<Profile> {
    READ.clone()
}

/// Whether the program brings a profile of this id along.
pub fn is_builtin(id: &str) -> bool {
    BUILT_IN.iter().any(|(file, _)| file.strip_suffix(".toml") == Some(id))
}

/// The administrator's own profiles: every `*.toml` of a folder. One that cannot be used does not hide the others.
pub fn load_dir(folder: &Path) -> Vec<Result<OwnProfile, ProfileError>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return vec![Err(unreadable(folder, &error))],
    };
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    paths.truncate(MOST_FILES);
    paths.iter().map(|path| load_file(path)).collect()
}

/// One file. What is no file (a pipe, a device) is refused and not waited for.
pub fn load_file(path: &Path) -> Result<OwnProfile, ProfileError> {
    let read = named::read(path, MOST_BYTES)
        .and_then(|bytes| String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error)));
    match read {
        Ok(text) => {
            let profile = Profile::parse(&path.display().to_string(), &text)?;
            Ok(OwnProfile { path: path.to_owned(), text, profile })
        }
        Err(error) => Err(unreadable(path, &error)),
    }
}

fn unreadable(path: &Path, error: &io::Error) -> ProfileError {
    let source = Source { file: &path.display().to_string(), text: "" };
    source.error(0, "", format!("this cannot be read ({error}): check that it is there and may be read"))
}
