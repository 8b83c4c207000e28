//! What is said to somebody who names what is not there.

use ringcard_core::text::contained;

/// Of what there is, a sentence names so many.
const NAMED: usize = 20;
/// No name that is there is longer.
const LONGEST: usize = 100;

/// Whatever somebody sent as a name, between quotation marks and fit for a sentence of ours.
pub(crate) fn quoted(name: &str) -> String {
    let name: String = name.chars().take(LONGEST).collect();
    format!("“{}”", contained(&name))
}

/// There is no such account; which there are. Without a full stop.
pub fn account<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known = list(known).map_or_else(|| "none is set up".to_owned(), |names| format!("known are {names}"));
    format!("There is no account {}; {known}", quoted(name))
}

/// There is no such agent; which there are.
pub(crate) fn agent<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    let known =
        list(known).map_or_else(|| "there are none in the settings".to_owned(), |names| format!("there are: {names}"));
    format!("There is no agent {}; {known}", quoted(name))
}

fn list<'a>(names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let mut names = names.into_iter();
    let named: Vec<_> = names.by_ref().take(NAMED).map(contained).collect();
    let more = if names.next().is_some() { " …" } else { "" };
    (!named.is_empty()).then(|| named.join(", ") + more)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_says_what_there_is_as_far_as_a_sentence_goes() {
        assert_eq!(account("x", []), "There is no account “x”; none is set up");
        assert_eq!(account("x", ["pbx", "crm"]), "There is no account “x”; known are pbx, crm");
        assert_eq!(agent("x", []), "There is no agent “x”; there are none in the settings");
        assert_eq!(agent("x", ["Ana"]), "There is no agent “x”; there are: Ana");
        let many: Vec<String> = (0..=NAMED).map(|n| n.to_string()).collect();
        assert!(agent("x", many.iter().map(String::as_str)).ends_with("18, 19 …"));
        assert!(agent("x", many.iter().take(NAMED).map(String::as_str)).ends_with("18, 19"));
    }

    #[test]
    fn a_name_turns_nothing_beside_it_and_fills_no_screen() {
        assert_eq!(account("a\u{202e}b\nc", []), "There is no account “ab c”; none is set up");
        assert_eq!(quoted(&"x".repeat(5_000)), format!("“{}”", "x".repeat(LONGEST)));
        assert_eq!(agent("x", ["שרה"]), "There is no agent “x”; there are: \u{2068}שרה\u{2069}");
    }
}
