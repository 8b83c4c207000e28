//! What a desk must not leave behind, looked for when every end-to-end test ends: a secret in any file of the app's, a
//! whole telephone number on its log.

use super::people::{MARIA_CALLS, NOBODY_CALLS, PETER_CALLS};
use std::{
    fs,
    path::{Path, PathBuf},
};

/// Digits in a row that are a telephone number and nothing else.
const DIGITS_OF_A_NUMBER: usize = 9;

/// Says where one of the secrets is in a file of these folders, or a number in a log.
pub fn found(folders: &[&Path], logs: &[PathBuf], secrets: &[String]) -> Vec<String> {
    let mut files = Vec::new();
    folders.iter().for_each(|folder| walk(folder, &mut files));
    files.extend(logs.iter().cloned());
    let mut found = Vec::new();
    for file in files {
        let Ok(content) = fs::read(&file) else { continue };
        let text = String::from_utf8_lossy(&content);
        for secret in secrets.iter().filter(|secret| text.contains(secret.as_str())) {
            found.push(format!("the secret {secret} is in {}", file.display()));
        }
        if file.extension().is_some_and(|ending| ending == "log" || ending == "1") {
            found
                .extend(text.lines().filter(|line| has_number(line)).map(|line| format!("a number is logged: {line}")));
        }
    }
    found
}

fn has_number(line: &str) -> bool {
    let is_number = |word: &str| word.len() >= DIGITS_OF_A_NUMBER && word.bytes().all(|byte| byte.is_ascii_digit());
    let known = [MARIA_CALLS, PETER_CALLS, NOBODY_CALLS].map(spaced);
    line.split(|c: char| !c.is_alphanumeric()).any(is_number) || known.iter().any(|number| line.contains(number))
}

/// `+36301234567` as `30 123 4567`.
fn spaced(number: &str) -> String {
    format!("{} {} {}", &number[3..5], &number[5..8], &number[8..])
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        match entry.path() {
            path if path.is_dir() => walk(&path, files),
            path if path.is_file() => files.push(path),
            _ => {}
        }
    }
}
