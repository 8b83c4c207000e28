//! How numbers are shown to people.

use super::{Number, Party, territory};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A party as the user interface shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct NumberView {
    pub kind: PartyKind,
    /// `+36 30 123 4567`, `101`, `+36 1 234 5678 ext. 12`.
    pub display: String,
    /// ISO 3166, for a flag; absent for internal and worldwide numbers.
    pub country: Option<String>,
    pub e164: Option<String>,
    pub extension: Option<String>,
}

/// What kind of party it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum PartyKind {
    Outside,
    Internal,
    Hidden,
    Unreadable,
}

impl Party {
    /// For people: grouped, always with `+`. Reading it gives the same party again. The user interface has its own words
    /// for `Hidden`; here it is `anonymous`.
    pub fn display(&self) -> String {
        match self {
            Self::Outside(number) => {
                let digits = number.e164.trim_start_matches('+');
                let mut shown = match territory::split(digits) {
                    Some((zone, national)) => format!("+{} {}", zone.code, zone.main().group(national)),
                    None => number.e164.clone(),
                };
                if let Some(extension) = &number.extension {
                    shown.push_str(" ext. ");
                    shown.push_str(extension);
                }
                shown
            }
            Self::Internal { digits } => digits.clone(),
            Self::Hidden => "anonymous".to_owned(),
            Self::Unreadable { text } => text.clone(),
        }
    }

    /// For logs: enough to recognise a number one knows, never the whole of it. `+3630…67`
    pub fn masked(&self) -> String {
        match self {
            Self::Outside(Number { e164, .. }) => {
                let shown: String = e164.chars().take(5).collect();
                let length = e164.chars().count();
                let end: String = e164.chars().skip(length.saturating_sub(2).max(5)).collect();
                format!("{shown}…{end}")
            }
            Self::Internal { digits } => digits.clone(),
            Self::Hidden => "hidden".to_owned(),
            Self::Unreadable { .. } => "unreadable".to_owned(),
        }
    }
}

/// Everything the user interface shows of a party.
pub fn view(party: &Party) -> NumberView {
    let number = match party {
        Party::Outside(number) => Some(number),
        _ => None,
    };
    NumberView {
        kind: match party {
            Party::Outside(_) => PartyKind::Outside,
            Party::Internal { .. } => PartyKind::Internal,
            Party::Hidden => PartyKind::Hidden,
            Party::Unreadable { .. } => PartyKind::Unreadable,
        },
        display: party.display(),
        country: number.and_then(|number| country(&number.e164)).map(str::to_owned),
        e164: number.map(|number| number.e164.clone()),
        extension: number.and_then(|number| number.extension.clone()),
    }
}

/// Where a number belongs. One that cannot exist belongs to the main country of its code.
fn country(e164: &str) -> Option<&'static str> {
    let (zone, national) = territory::split(e164.trim_start_matches('+'))?;
    zone.locate(national).unwrap_or_else(|| zone.main()).iso()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outside(e164: &str) -> Party {
        Party::Outside(Number { e164: e164.to_owned(), extension: None })
    }

    #[test]
    fn numbers_are_grouped_as_in_their_country() {
        let table = [
            ("+36301234567", "+36 30 123 4567", Some("HU")),
            ("+3612345678", "+36 1 234 5678", Some("HU")),
            ("+3672123456", "+36 72 123 456", Some("HU")),
            ("+34612345678", "+34 612 34 56 78", Some("ES")),
            ("+573001234567", "+57 300 1234567", Some("CO")),
            ("+14155552671", "+1 415-555-2671", Some("US")),
            ("+16137827274", "+1 613-782-7274", Some("CA")),
            ("+390612345678", "+39 06 1234 5678", Some("IT")),
            ("+5491123456789", "+54 9 11 2345-6789", Some("AR")),
            ("+80012345678", "+800 1234 5678", None),
            ("+36991234567", "+36 99 123 4567", Some("HU")),
            ("+999123", "+999123", None),
            ("nonsense é", "nonsense é", None),
        ];
        for (e164, display, country) in table {
            let view = view(&outside(e164));
            assert_eq!((view.display.as_str(), view.country.as_deref()), (display, country), "{e164}");
        }
        let with_extension =
            Party::Outside(Number { e164: "+3612345678".to_owned(), extension: Some("12".to_owned()) });
        assert_eq!(with_extension.display(), "+36 1 234 5678 ext. 12");
    }

    #[test]
    fn a_log_never_has_a_whole_number() {
        assert_eq!(outside("+36301234567").masked(), "+3630…67");
        for short in ["", "+", "+361", "+36123", "é"] {
            assert!(outside(short).masked().chars().filter(char::is_ascii_digit).count() <= 5, "{short}");
        }
        assert_eq!(Party::Unreadable { text: "+36301234567 Kovács".to_owned() }.masked(), "unreadable");
    }
}
