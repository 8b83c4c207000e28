//! What a number's label says, in the words of many languages: *Handy*, *Móvil* and *CELL* are all *mobile*.
//!
//! The words are those of [`ringcard_core::customer::CustomerNumber::label`]; what is none of them stays as it was written.

use crate::directory::fold::fold;
use std::{collections::HashMap, sync::LazyLock};

pub(super) const FAX: &str = "fax";

const WORDS: &[(&str, &str)] = &[
    (
        "mobile",
        "mobile|mobil|mobilszám|mobilnummer|mobilní|mobilný|mobilni|mobitel|mobiel|mobiili|cell|cellphone|cellular|handy|móvil|\
         celular|portable|gsm|cellulare|telefonino|telemóvel|komórka|komórkowy|matkapuhelin|kännykkä|cep|мобильный|сотовый|\
         мобільний|мобилен|мобилни|κινητό|mobiltelefon|mobiltelefonszám|iphone",
    ),
    (
        "work",
        "work|business|office|job|munkahely|munkahelyi|iroda|irodai|céges|trabajo|oficina|laboral|arbeit|büro|geschäft|\
         geschäftlich|dienstlich|dienst|firma|beruflich|travail|bureau|professionnel|lavoro|ufficio|trabalho|escritório|comercial|\
         werk|kantoor|zakelijk|praca|służbowy|biuro|práce|pracovní|zaměstnání|kancelář|práca|pracovný|serviciu|birou|posao|ured|\
         poslovni|služba|služben|arbete|jobb|arbejde|arbeid|työ|iş|ofis|рабочий|работа|служебный|офис|робочий|робота|служебен|\
         работен|εργασία|δουλειά|γραφείο|poslovno|pracovna|bedrijf",
    ),
    (
        "home",
        "home|private|house|otthon|otthoni|lakás|magán|casa|particular|domicilio|hogar|privat|zuhause|zu hause|domicile|maison|\
         personnel|privé|abitazione|privato|residencial|residência|thuis|dom|domowy|prywatny|domů|domov|domácí|soukromý|byt|\
         domáci|súkromný|acasă|domiciliu|kuća|kućni|privatno|doma|domači|hem|hemma|hjem|hjemme|koti|ev|домашний|дом|личный|\
         домашній|дім|домашен|σπίτι|οικία|κατοικία|privát|personal",
    ),
    (FAX, "fax|telefax|telefaks|faks|faksi|facsimile|télécopie|télécopieur|факс|φαξ"),
    ("pager", "pager|beeper|csipogó|buscapersonas|пейджер"),
];

/// They say only that it is a telephone.
const TELEPHONE: &str = "tel|telefon|telefonszám|telephone|téléphone|phone|number|nummer|numero|número|szám|teléfono|telefone|\
    telefono|telefonu|telefonní|číslo|numer|puhelin|телефон|номер|τηλέφωνο|phones";

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

static KNOWN: LazyLock<HashMap<String, &'static str>> = LazyLock::new(|| {
    WORDS.iter().flat_map(|(label, words)| words.split('|').map(|word| (fold(word), *label))).collect()
});
static ABOUT_TELEPHONES: LazyLock<Vec<String>> = LazyLock::new(|| TELEPHONE.split('|').map(fold).collect());

/// The label that is meant; nothing where the words are somebody's own.
pub(super) fn known(text: &str) -> Option<&'static str> {
    let folded = fold(text);
    if let Some(label) = KNOWN.get(&folded) {
        return Some(label);
    }
    let words: Vec<&str> =
        folded.split(' ').filter(|word| !ABOUT_TELEPHONES.iter().any(|telephone| telephone == word)).collect();
    if words.iter().any(|word| KNOWN.get(*word) == Some(&FAX) || word.starts_with("fax") || word.ends_with("fax")) {
        return Some(FAX);
    }
    KNOWN.get(&words.join(" ")).copied()
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
