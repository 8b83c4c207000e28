//! Names of files on Windows: which ones it keeps for its devices, and how a long one is said.

use std::borrow::Cow;

/// The name of a file that is called after something that came from outside. Letters, digits, `-` and `_` only; on Windows a
/// device's name gets a sign that no such name has.
pub(crate) fn of_file(name: &str) -> Cow<'_, str> {
    if cfg!(windows) { apart_from_devices(name) } else { Cow::Borrowed(name) }
}

fn apart_from_devices(name: &str) -> Cow<'_, str> {
    if is_a_devices(name) { Cow::Owned(format!("{name}~")) } else { Cow::Borrowed(name) }
}

/// `CON`, `nul`, `com1`: in every folder these are no files.
fn is_a_devices(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let numbered = |start: &str| {
        let number = name.strip_prefix(start);
        number.is_some_and(|number| number.len() == 1 && number.bytes().all(|byte| byte.is_ascii_digit()))
    };
    matches!(name.as_str(), "con" | "prn" | "aux" | "nul" | "conin" | "conout") || numbered("com") || numbered("lpt")
}

/// Longer names need a form of their own; folders have a few characters less than files.
#[cfg(any(windows, test))]
const LONG: usize = 240;

/// An absolute name in the form in which Windows takes it at any length, where it is long; else as it is.
#[cfg(any(windows, test))]
pub(crate) fn at_any_length(absolute: Vec<u16>) -> Vec<u16> {
    let with = |start: &str, rest: &[u16]| start.encode_utf16().chain(rest.iter().copied()).collect();
    let starts = |start: &str| start.encode_utf16().zip(&absolute).all(|(one, other)| one == *other);
    if absolute.len() < LONG || starts(r"\\?\") || starts(r"\\.\") {
        absolute
    } else if starts(r"\\") {
        with(r"\\?\UNC\", &absolute[2..])
    } else {
        with(r"\\?\", &absolute)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_devices_name_becomes_a_files() {
        for (name, file) in [
            ("con", "con~"),
            ("NUL", "NUL~"),
            ("Com1", "Com1~"),
            ("lpt9", "lpt9~"),
            ("console", "console"),
            ("com", "com"),
            ("com10", "com10"),
            ("pbx", "pbx"),
        ] {
            assert_eq!(apart_from_devices(name), file);
        }
        assert_eq!(of_file("pbx"), "pbx");
    }

    #[test]
    fn a_long_name_is_said_as_windows_takes_it_at_any_length() {
        let said =
            |name: &str| String::from_utf16(&at_any_length(name.encode_utf16().collect())).expect("it was text before");
        let long = "ő".repeat(250);
        for (name, as_taken) in [
            (r"C:\Ringcard\calls.db".to_owned(), r"C:\Ringcard\calls.db".to_owned()),
            (format!(r"C:\{long}"), format!(r"\\?\C:\{long}")),
            (format!(r"\\server\share\{long}"), format!(r"\\?\UNC\server\share\{long}")),
            (format!(r"\\?\C:\{long}"), format!(r"\\?\C:\{long}")),
        ] {
            assert_eq!(said(&name), as_taken);
        }
    }
}
