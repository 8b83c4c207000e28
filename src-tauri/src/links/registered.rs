//! What stands in Windows' registry so that a person can choose Ringcard for telephone links: it is a candidate. A scheme's
//! own key (`Software\Classes\tel`) is never written: that would take the links from whoever has them.

/// Schemes that are others' as well. `ringcard:` is ours alone.
const SHARED: [&str; 3] = ["tel", "callto", "sip"];

/// Says what Ringcard can do.
pub const CAPABILITIES: &str = r"Software\Ringcard\Capabilities";
/// Lists the programs that say so.
pub const PROGRAMS: &str = r"Software\RegisteredApplications";
pub const PROGRAM: &str = "Ringcard";
/// By whose command the registration is known.
pub const COMMAND: &str = r"Software\Classes\ringcard\shell\open\command";

/// A text in the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    pub key: String,
    /// Empty: the key's own value.
    pub name: String,
    pub text: String,
}

/// Everything that stands there for this program; the list of programs comes last.
pub fn entries(program: &str) -> Vec<Entry> {
    let entry = |key: String, name: &str, text: String| Entry { key, name: name.to_owned(), text };
    let mut entries = Vec::new();
    let mut class = |class: &str, title: &str| {
        let key = format!(r"Software\Classes\{class}");
        entries.push(entry(key.clone(), "", title.to_owned()));
        entries.push(entry(key.clone(), "URL Protocol", String::new()));
        entries.push(entry(format!(r"{key}\DefaultIcon"), "", format!("{program},0")));
        entries.push(entry(format!(r"{key}\shell\open\command"), "", command(program)));
    };
    class("ringcard", "URL:Ringcard");
    for scheme in SHARED {
        class(&class_of(scheme), PROGRAM);
    }
    let capabilities = [
        ("ApplicationName", PROGRAM.to_owned()),
        ("ApplicationDescription", env!("CARGO_PKG_DESCRIPTION").to_owned()),
        ("ApplicationIcon", format!("{program},0")),
    ];
    entries.extend(capabilities.map(|(name, text)| entry(CAPABILITIES.to_owned(), name, text)));
    entries.extend(SHARED.map(|scheme| entry(format!(r"{CAPABILITIES}\URLAssociations"), scheme, class_of(scheme))));
    entries.push(entry(PROGRAMS.to_owned(), PROGRAM, CAPABILITIES.to_owned()));
    entries
}

/// The keys that are Ringcard's with all that is in them.
pub fn own_keys() -> impl Iterator<Item = String> {
    let classes = ["ringcard".to_owned()].into_iter().chain(SHARED.map(class_of));
    classes.map(|class| format!(r"Software\Classes\{class}")).chain([CAPABILITIES.to_owned()])
}

pub fn command(program: &str) -> String {
    format!(r#""{program}" "%1""#)
}

/// The program of a command that was written so.
pub fn program_of(command: &str) -> Option<&str> {
    command.strip_prefix('"')?.split_once('"').map(|(program, _)| program)
}

fn class_of(scheme: &str) -> String {
    format!("{PROGRAM}.{scheme}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arguments::SCHEMES;

    const PROGRAM_FILE: &str = r"C:\Program Files\Ringcard\ringcard.exe";

    #[test]
    fn it_is_a_candidate_for_every_scheme_and_takes_only_its_own() {
        let entries = entries(PROGRAM_FILE);
        for scheme in SCHEMES {
            let is_own = scheme == "ringcard";
            let own = entries.iter().any(|entry| entry.key == format!(r"Software\Classes\{scheme}"));
            assert_eq!(own, is_own, "{scheme}");
            let candidate = entries.iter().find(|entry| entry.key.ends_with("URLAssociations") && entry.name == scheme);
            assert_eq!(candidate.map(|entry| entry.text.clone()), (!is_own).then(|| format!("Ringcard.{scheme}")));
        }
        assert_eq!(entries.last().map(|entry| entry.text.as_str()), Some(CAPABILITIES), "found when it is whole");
    }

    #[test]
    fn the_link_is_one_argument_of_the_program() {
        let commands: Vec<_> =
            entries(PROGRAM_FILE).into_iter().filter(|entry| entry.key.ends_with(r"\command")).collect();
        assert_eq!(commands.len(), 4);
        assert!(commands.iter().any(|entry| entry.key == COMMAND));
        for entry in commands {
            assert_eq!(entry.text, r#""C:\Program Files\Ringcard\ringcard.exe" "%1""#);
            assert_eq!(program_of(&entry.text), Some(PROGRAM_FILE));
        }
        assert_eq!(program_of("ringcard.exe %1"), None);
    }

    #[test]
    fn what_is_taken_away_is_what_was_written() {
        let own: Vec<String> = own_keys().collect();
        for entry in entries(PROGRAM_FILE) {
            let is_own = own.iter().any(|key| entry.key == *key || entry.key.starts_with(&format!(r"{key}\")));
            assert_eq!(is_own, entry.key != PROGRAMS, "{entry:?}");
        }
    }
}
