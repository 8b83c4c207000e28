//! What can be wrong with a profile or an account, in sentences that say what to do.

use std::fmt;
use thiserror::Error;

/// A profile cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub struct ProfileError {
    pub file: String,
    /// From 1.
    pub line: usize,
    /// From 1, in characters.
    pub column: usize,
    /// `originate.url`; empty where the file is no TOML at all.
    pub key: String,
    pub message: String,
}

impl fmt::Display for ProfileError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: ", self.file, self.line, self.column)?;
        if !self.key.is_empty() {
            write!(f, "`{}`: ", self.key)?;
        }
        f.write_str(&self.message)
    }
}

/// An account's settings do not fit its profile. Never holds the value of a secret.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("`{key}`: {message}")]
pub struct AccountError {
    /// The setting, or the profile's key that cannot be filled.
    pub key: String,
    pub message: String,
}

impl AccountError {
    pub(crate) fn new(key: impl Into<String>, message: impl Into<String>) -> Self {
        Self { key: key.into(), message: message.into() }
    }
}

/// A profile's text, for finding lines and columns in.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'a> {
    pub file: &'a str,
    pub text: &'a str,
}

impl Source<'_> {
    pub fn error(&self, offset: usize, key: impl Into<String>, message: impl Into<String>) -> ProfileError {
        let (line, column) = self.position(offset);
        ProfileError { file: self.file.to_owned(), line, column, key: key.into(), message: message.into() }
    }

    fn position(&self, offset: usize) -> (usize, usize) {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let before = &self.text[..offset];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        (before.matches('\n').count() + 1, before[line_start..].chars().count() + 1)
    }
}

/// `; did you mean …?` where one of the words is near enough, or else all that are possible.
pub(crate) fn possible(given: &str, words: &[&str]) -> String {
    // Nobody mistypes a word of this length, and a file may hold one of any.
    let near = words.iter().filter(|_| given.len() <= 64).map(|word| (distance(given, word), word)).min();
    match near {
        Some((away, word)) if away <= 1 + given.chars().count() / 3 => format!("did you mean `{word}`?"),
        _ if words.is_empty() => "there are none here".to_owned(),
        _ => format!("possible are {}", list(words)),
    }
}

/// `a`, `b` and `c`
pub(crate) fn list(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        Some((only, _)) => only.clone(),
        None => String::new(),
    }
}

/// How many letters two words differ by (Levenshtein).
fn distance(one: &str, other: &str) -> usize {
    let other: Vec<char> = other.chars().collect();
    let mut row: Vec<usize> = (0..=other.len()).collect();
    for (at, letter) in one.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (column, same) in other.iter().enumerate() {
            let replaced = diagonal + usize::from(letter != *same);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[other.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn positions_are_lines_and_characters() {
        let source = Source { file: "p.toml", text: "első\nűő = 1\n" };
        let at = source.text.find('=').expect("there is one");
        let error = source.error(at, "k", "m");
        assert_eq!((error.line, error.column), (2, 4));
        assert_eq!(error.to_string(), "p.toml:2:4: `k`: m");
        assert_eq!(source.error(usize::MAX, "k", "m").line, 3);
    }

    #[test]
    fn a_near_word_is_suggested_and_a_far_one_lists_all() {
        assert_eq!(possible("pasword", &["user", "password"]), "did you mean `password`?");
        assert_eq!(possible("zzz", &["user", "password"]), "possible are `user` and `password`");
    }
}
