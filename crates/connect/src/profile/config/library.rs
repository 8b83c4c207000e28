//! Where profiles come from: those inside the program, and the administrator's own.

use super::{
    Profile,
    problem::{ProfileError, Source},
};
use crate::named;
use std::{fs, io, path::Path};

const BUILT_IN: [(&str, &str); 2] = [
    ("vipex.toml", include_str!("../../../profiles/vipex.toml")),
    ("asterisk-ari.toml", include_str!("../../../profiles/asterisk-ari.toml")),
];

/// More files than anybody has PBXs.
const MOST_FILES: usize = 100;
/// A larger file is not read; [`Profile::parse`] refuses what is longer than a profile.
const MOST_BYTES: u64 = 1024 * 1024;

/// The profiles this program brings along.
pub fn builtin_profiles() -> Vec<Profile> {
    let parse = |(file, text): (&str, &str)| {
        Profile::parse(file, text).unwrap_or_else(|error| panic!("BUG: a built-in profile is broken: {error}"))
    };
    BUILT_IN.into_iter().map(parse).collect()
}

/// The administrator's own profiles: every `*.toml` of a folder. One that cannot be used does not hide the others.
pub fn load_dir(folder: &Path) -> Vec<Result<Profile, ProfileError>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) => return vec![Err(unreadable(folder, &error))],
    };
    let mut paths: Vec<_> = entries.filter_map(|entry| Some(entry.ok()?.path())).collect();
    paths.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    paths.sort();
    paths.truncate(MOST_FILES);
    paths.iter().map(|path| load(path)).collect()
}

fn load(path: &Path) -> Result<Profile, ProfileError> {
    let text = named::read(path, MOST_BYTES)
        .and_then(|bytes| String::from_utf8(bytes).map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error)));
    match text {
        Ok(text) => Profile::parse(&path.display().to_string(), &text),
        Err(error) => Err(unreadable(path, &error)),
    }
}

fn unreadable(path: &Path, error: &std::io::Error) -> ProfileError {
    let source = Source { file: &path.display().to_string(), text: "" };
    source.error(0, "", format!("this cannot be read ({error}): check that it is there and may be read"))
}
