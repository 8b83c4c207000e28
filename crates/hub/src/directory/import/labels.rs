//! What a number's label says, in the words of many languages: *Handy*, *Móvil* and *CELL* are all *mobile*.
//!
//! The words are data, those of columns' names; what is none of them stays as it was written.

use super::header::{self, Kind};

pub(super) const FAX: &str = "fax";

/// What else vCard knows, and what tells nobody anything.
const NOTHING: &[&str] = &[
    "",
    "voice",
    "pref",
    "msg",
    "text",
    "textphone",
    "video",
    "internet",
    "other",
    "modem",
    "bbs",
    "isdn",
    "pcs",
    "x400",
];

/// What tells more comes first.
const RANKED: [&str; 5] = [FAX, "mobile", "work", "home", "pager"];

/// The label that is meant; nothing where the words are somebody's own.
pub(super) fn known(text: &str) -> Option<&'static str> {
    match header::known_label(text)? {
        Kind::Plain => None,
        Kind::Other(label) => Some(label).filter(|label| *label == "pager"),
        kind => Some(kind.label()),
    }
}

/// The label that a card's types give a number: of several the one that tells most.
pub(super) fn of_types<'a>(types: impl Iterator<Item = &'a str>) -> String {
    let mut known_one: Option<&'static str> = None;
    let mut own = None;
    let mut extended = None;
    let rank = |label: &str| RANKED.iter().position(|ranked| *ranked == label);
    for written in types.map(str::trim) {
        let word = match written.get(..2) {
            Some(prefix) if prefix.eq_ignore_ascii_case("x-") => &written[2..],
            _ => written,
        };
        match known(word) {
            Some(label) if known_one.is_none_or(|best| rank(label) < rank(best)) => known_one = Some(label),
            Some(_) => {}
            None if NOTHING.contains(&word.to_ascii_lowercase().as_str()) => {}
            None if word.len() < written.len() => extended = extended.or(Some(word)),
            None => own = own.or(Some(word)),
        }
    }
    match known_one {
        Some(FAX) => FAX.to_owned(),
        // A word that the writer had to make up says more than one of the standard's.
        known_one => extended.or(known_one).or(own).unwrap_or_default().to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_understood_in_many_languages() {
        for (label, words) in [
            (
                "mobile",
                "CELL|Mobil|Handy|Móvil|Telefono cellulare|Telemóvel|Komórka|Мобильный телефон|Κινητό|Cep telefonu|GSM",
            ),
            ("work", "WORK|arbeit|Munkahelyi telefon|Trabajo|Travail|Lavoro|Praca|Práce|Рабочий|Εργασία|İş|Büro|Työ"),
            ("home", "Home|Otthoni|Casa|Privat|Domicile|Thuis|Domů|Домашний|Σπίτι|Koti|Hjem"),
            ("fax", "FAX|HomeFAX|Work Fax|Business Fax|Telefaks|Факс|Faks"),
        ] {
            for word in words.split('|') {
                assert_eq!(known(word), Some(label), "{word}");
            }
        }
        for own in ["Lager", "Assistant", "Porter", "Main", "Recepción"] {
            assert_eq!(known(own), None, "{own}");
        }
    }

    #[test]
    fn of_several_types_the_one_that_tells_most_counts() {
        for (types, label) in [
            (vec!["Mobil"], "mobile"),
            (vec!["X-Lager"], "Lager"),
            (vec!["work", "X-Lager"], "Lager"),
            (vec!["X-Mobil"], "mobile"),
            (vec!["WORK", "CELL", "VOICE", "pref"], "mobile"),
            (vec!["WORK", "FAX"], "fax"),
            (vec!["voice", "pref"], ""),
            (vec!["Reception", "pref"], "Reception"),
            (vec!["IPHONE", "CELL"], "mobile"),
        ] {
            assert_eq!(of_types(types.iter().copied()), label, "{types:?}");
        }
    }
}
