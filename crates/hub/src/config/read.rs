//! Reading a settings file: TOML, then every key against [`super::schema`], then into our types.

use super::{Connectors, MAX_FILE_BYTES, SettingsProblem, check::Findings, numbers::Reading, schema::File};
use ringcard_connect::named;
use serde::de::DeserializeOwned;
use std::{io::ErrorKind, path::Path};

/// The text of a file; `None` when there is no such file.
pub(super) fn text_of(path: &Path) -> Result<Option<String>, SettingsProblem> {
    let unreadable = |detail: String| SettingsProblem::whole(path, format!("the file cannot be read: {detail}"));
    let bytes = match named::read(path, MAX_FILE_BYTES) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) if error.kind() == ErrorKind::FileTooLarge => {
            return Err(unreadable(format!("{error}, which no settings file is")));
        }
        Err(error) => return Err(unreadable(error.to_string())),
    };
    match String::from_utf8(bytes) {
        Ok(text) => Ok(Some(text)),
        Err(error) => {
            let good = error.utf8_error().valid_up_to();
            let text = String::from_utf8_lossy(&error.as_bytes()[..good]).into_owned();
            let message = "this is not UTF-8 text: save the file as UTF-8".to_owned();
            Err(SettingsProblem::at(path, &text, Some(good..good), message))
        }
    }
}

/// Reads the text of a settings file; all that is wrong with it is reported, in the order of the file.
pub(super) fn parse<T: DeserializeOwned + Reading>(
    file: File,
    text: &str,
    path: &Path,
    connectors: &dyn Connectors,
) -> Result<T, Vec<SettingsProblem>> {
    // A byte order mark is what some editors put in front; it moves nothing but the first column.
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let document = toml_edit::Document::parse(text).map_err(|error| {
        // Only the message: the error's own text would show the line, and with it perhaps a secret.
        let message = format!("this is not TOML: {}", sentence(error.message()));
        vec![SettingsProblem::at(path, text, error.span(), message)]
    })?;
    let mut findings = Findings::new(file, connectors);
    findings.check(document.as_table());
    let problems = findings.into_problems(path, text);
    if !problems.is_empty() {
        return Err(problems);
    }
    let settings: T = toml::from_str(text).map_err(|error| {
        let message = format!("this cannot be read: {}", sentence(error.message()));
        vec![SettingsProblem::at(path, text, error.span(), message)]
    })?;
    let mut findings = Findings::new(file, connectors);
    findings.check_numbers(document.as_table(), settings.reading_plan());
    let problems = findings.into_problems(path, text);
    if problems.is_empty() { Ok(settings) } else { Err(problems) }
}

/// The first of several problems.
pub(super) fn first(mut problems: Vec<SettingsProblem>) -> SettingsProblem {
    problems.swap_remove(0)
}

fn sentence(message: &str) -> String {
    message.lines().map(str::trim).collect::<Vec<_>>().join(", ")
}
