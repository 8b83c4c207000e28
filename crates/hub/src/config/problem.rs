//! What is wrong with a settings file, and where.

use std::{
    fmt,
    ops::Range,
    path::{Path, PathBuf},
};

/// One thing that is wrong with a settings file; the message says what was expected, and never shows a value that
/// might be a secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SettingsProblem {
    pub file: PathBuf,
    /// Counted from 1; absent where the file as a whole is meant.
    pub line: Option<u32>,
    /// In characters, counted from 1.
    pub column: Option<u32>,
    pub message: String,
}

impl SettingsProblem {
    /// The file as a whole.
    pub(super) fn whole(file: &Path, message: String) -> Self {
        Self { file: file.to_owned(), line: None, column: None, message }
    }

    /// A place in the file, by bytes.
    pub(super) fn at(file: &Path, text: &str, span: Option<Range<usize>>, message: String) -> Self {
        let Some(span) = span else { return Self::whole(file, message) };
        let mut start = span.start.min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let before = &text[..start];
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        Self { file: file.to_owned(), line: Some(small(line)), column: Some(small(column)), message }
    }
}

impl fmt::Display for SettingsProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        if let Some(column) = self.column {
            write!(f, ":{column}")?;
        }
        write!(f, ": {}", self.message)
    }
}

impl std::error::Error for SettingsProblem {}
