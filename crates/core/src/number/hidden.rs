//! Callers who withhold their number, in the spellings networks and PBXs have for it.
//!
//! Where the words come from:
//! - `anonymous`, `anonymous.invalid`, `unavailable`, `restricted`: SIP and ISUP (RFC 3323 and 3325, 3GPP TS 24.229 and 29.163,
//!   ITU-T Q.731.3), and the keys of a telephone for them, which networks send that need digits; `P` and `O`: Bellcore GR-31.
//! - `unknown`, `private`, `none`, `null`, `undefined`, `not provided`: what switches and their scripts fill in.
//! - What telephones show in the languages of the countries we know, which is what PBXs there send on: Android's dialler
//!   (`phonenumberutil/res/values-*/strings.xml`, `private_num_*`: *Magántelefonszám*, *Numer prywatny*, *Απόκρυψη αριθμού*,
//!   *Varjatud number* … in 26 languages), `incallui` of the same (`unknown`), and the displays of the PBXs of our customers.

use super::{link::without_name, read::CUT, tidy::tidy};

/// Words that say it, tidied. A text says it when it has such a word and besides only [`FILLERS`].
#[rustfmt::skip]
const WORDS: &[&str] = &[
    // English, and what SIP and ISUP put into headers
    "anonymous", "unknown", "unavailable", "unavail", "private", "restricted", "withheld", "hidden", "blocked",
    "suppressed", "secret", "clir", "none", "null", "nil", "undefined", "nocallerid", "privatenumber",
    "unknownnumber", "privatecaller", "unknowncaller", "noid",
    // Hungarian
    "rejtett", "titkos", "titkositott", "ismeretlen", "anonim", "anonym", "privat",
    // Spanish
    "privado", "privada", "oculto", "oculta", "desconocido", "desconocida", "anonimo", "anonima", "restringido",
    "bloqueado", "reservado",
    // German, French, Italian, Romanian, Slovak, Polish, Dutch
    "unbekannt", "unterdruckt", "anonyme", "masque", "inconnu", "prive", "cache", "sconosciuto", "privato",
    "riservato", "necunoscut", "ascuns", "neznamy", "nezname", "skryte", "sukromne", "nieznany", "zastrzezony",
    "onbekend", "onbekende", "verborgen", "unbekannte", "unbekannter", "unterdruckte", "unterdrueckt", "gesperrt", "geheim",
    "masquee", "inconnue", "privee", "cachee", "confidentiel", "nascosto", "nascosta", "sconosciuta", "privata", "riservata",
    "necunoscuta", "ascunsa", "neznama", "skryty", "skryta", "utajeny", "utajene", "utajeno", "soukromy", "soukrome",
    "sukromny", "anonymni", "anonymny", "nieznana", "nieznane", "zastrzezone", "ukryty", "ukryta", "prywatny", "anonimowy",
    "anoniem", "afgeschermd", "anonieme",
    // Portuguese, Catalan
    "desconhecido", "desconhecida", "restrito", "restrita", "confidencial", "desconegut", "ocult",
    // Swedish, Danish, Norwegian, Finnish, Estonian
    "okant", "okand", "hemligt", "skyddat", "ukendt", "ukjent", "skjult", "hemmelig", "hemmeligt", "tuntematon", "salainen",
    "piilotettu", "yksityinen", "tundmatu",
    // Turkish
    "bilinmeyen", "bilinmiyor", "gizli", "ozel",
    // Croatian, Serbian, Slovenian, Lithuanian, Latvian
    "nepoznat", "nepoznati", "skriven", "skriveni", "sakriven", "sakriveni", "anoniman", "neznan", "neznana", "nezinomas",
    "nezinams", "slepts",
    // Russian, Ukrainian, Bulgarian
    "неизвестный", "неизвестно", "неизвестен", "скрытый", "скрыт", "скрыто", "анонимный", "анонимно", "аноним", "приватный",
    "невідомий", "прихований", "анонімний", "скрит", "анонимен", "непознат", "скривен",
    // Greek
    "αγνωστοσ", "αγνωστο", "αποκρυψη", "ανωνυμοσ", "ανωνυμη", "ανωνυμο", "ιδιωτικοσ", "ιδιωτικο", "κρυφοσ", "κρυφο", "απορρητοσ",
    "απορρητο",
    // In every other language's programs
    "undisclosed", "unidentified", "elrejtett", "letiltott",
    // Android's words for a number that is private or restricted: hu, fr, es, nl, cs, sk, hr, sl, sr, bg, ru, uk, el, ca, et, lv, lt
    "magantelefonszam", "maganszam", "korlatozott", "restreint", "restreinte", "restringida", "restringidas", "beperkt",
    "privenummer", "omezeno", "obmedzene", "ograniceno", "privatni", "privatno", "omejeno", "zasebna", "приватан", "ограничен",
    "ограничено", "частен", "приватний", "περιορισμενοσ", "restringit", "piiratud", "varjatud", "ierobezots", "privāts",
    "apriboti", "privatus",
];

/// Words that may stand beside: *Unknown caller*, *Titkos szám*, *No caller ID*, *Número oculto*.
#[rustfmt::skip]
const FILLERS: &[&str] = &[
    "number", "caller", "call", "callerid", "id", "cid", "name", "no", "not", "the", "by", "invalid", "localhost",
    "user", "cli", "szam", "szamu", "hivo", "hivoszam", "hivas", "telefonszam", "numero", "llamada", "nummer",
    "numar", "cislo", "numer", "anrufer", "rufnummer", "telefonnummer", "anruf", "appelant", "appel", "correspondant",
    "telephone", "phone", "beller", "volajici", "volajuci", "dzwoniacy", "chamador", "chamada", "ligacao", "chiamante",
    "chiamata", "apelant", "apel", "nummeret", "uppringare", "opkald", "opkalder", "oppringer", "soittaja", "numara", "arayan",
    "broj", "pozivatelj", "stevilka", "klicatelj", "номер", "абонент", "звонок", "вызов", "телефон",
    "абонента", "обаждане", "број", "numurs", "numeris", "αριθμοσ", "αριθμου", "κληση", "καλων", "a", "do", "da", "de", "la", "o",
];

/// Texts that say it as a whole: *not available* has no word of its own, `P` and `O` (out of area) are Bellcore's.
#[rustfmt::skip]
const WHOLE: &[&str] = &[
    "p", "o", "n/a", "na", "not available", "no caller id", "no number", "no callerid", "out of area",
    "nem elerheto", "not provided", "not disclosed", "not known", "not identified", "number not provided", "no cli", "nincs",
    "nincs szam", "nincs megadva", "nem azonositott", "nem ismert", "nicht verfugbar", "keine rufnummer", "keine nummer",
    "non disponible", "indisponible", "non disponibile", "numero nao identificado", "nao identificado", "nao informado",
    "sem identificacao", "indisponivel", "no disponible", "no identificado", "sin identificar", "niet beschikbaar",
    "geen nummer", "brak numeru", "niedostepny", "neni k dispozici", "dolt nummer", "dold nummer", "okant nummer",
    "ei tiedossa", "numara yok", "номер не определен", "не определен", "номер не определён", "нет номера", "nije dostupan",
    "nedostupan", "nedostupny", "indisponibil", "numero particular", "μη διαθεσιμο", "μη διαθεσιμοσ",
];

/// What the words are on a keypad: networks that need digits send these. The first is `anonymous`; then
/// `unavailable`, `restricted`, `unknown`, `blocked`, `private`.
const KEYPAD: [&str; 6] = ["266696687", "86282452253", "7378742833", "8656696", "2562533", "7748283"];

/// Whether a PBX says with this text that it has no caller's number. `extra` are this PBX's own words for it.
pub(super) fn is_hidden(text: &str, extra: &[String]) -> bool {
    let tidied = tidy(text);
    let address = Address::of(&tidied);
    address.is_said_hidden(extra) || !is_cut(text) && address.names().any(is_blank)
}

/// Whether a text says so in words. A person who typed nothing, or a zero, did not.
pub(super) fn is_said_hidden(text: &str, extra: &[String]) -> bool {
    Address::of(&tidy(text)).is_said_hidden(extra)
}

/// A text we cut ourselves (see `Party::Unreadable`) is what is left of something else.
fn is_cut(text: &str) -> bool {
    text.contains(CUT)
}

/// `"Anonymous" <sip:anonymous@anonymous.invalid>;tag=1`: what counts is the address.
struct Address<'a> {
    whole: &'a str,
    /// The part of an address that stands for a person.
    user: Option<&'a str>,
    host: &'a str,
}

impl<'a> Address<'a> {
    fn of(tidied: &'a str) -> Self {
        let text = tidied.trim();
        let address = without_name(text);
        let address = ["sip:", "sips:", "tel:"].iter().find_map(|s| address.strip_prefix(s)).unwrap_or(address);
        let (user, host) = address.split_once('@').unwrap_or((address, ""));
        let is_address = address != text || !host.is_empty();
        Self {
            whole: text.trim_matches(|c: char| matches!(c, '"' | '\'' | '<' | '>') || c.is_whitespace()),
            user: is_address.then(|| user.split(';').next().unwrap_or_default()),
            host,
        }
    }

    fn names(&self) -> impl Iterator<Item = &'a str> {
        [Some(self.whole), self.user].into_iter().flatten()
    }

    fn is_said_hidden(&self, extra: &[String]) -> bool {
        self.host.starts_with("anonymous.invalid")
            || !is_cut(self.whole) && self.names().any(|name| says_so(name) || is_extra(name, extra))
    }
}

/// Nothing, only punctuation, or only zeros.
fn is_blank(text: &str) -> bool {
    text.chars().all(|c| !c.is_alphanumeric() || c == '0')
}

fn says_so(text: &str) -> bool {
    if text.bytes().any(|b| b.is_ascii_digit()) {
        let digits = text.strip_prefix('+').or_else(|| text.strip_prefix("00")).unwrap_or(text);
        // Short ones could be somebody's number unless they are written as an international one, which they cannot be.
        return KEYPAD.contains(&digits) && (digits.len() > 8 || digits.len() < text.len());
    }
    if WHOLE.contains(&text) {
        return true;
    }
    let mut words = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    let mut said = false;
    words.all(|word| {
        let is_word = WORDS.contains(&word);
        said |= is_word;
        is_word || FILLERS.contains(&word)
    }) && said
}

fn is_extra(text: &str, extra: &[String]) -> bool {
    !extra.is_empty() && extra.iter().any(|word| tidy(word).trim() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_callers_are_known_in_all_spellings() {
        for text in [
            "",
            " ",
            "-",
            "--",
            "?",
            "0",
            "000",
            "0000000000",
            "anonymous",
            "Anonymous",
            "ANONYMOUS",
            "anonymous@anonymous.invalid",
            "sip:anonymous@anonymous.invalid",
            "<sip:anonymous@anonymous.invalid>",
            "\"Anonymous\" <sip:anonymous@anonymous.invalid>;tag=7",
            "sip:anonymous@10.0.0.1",
            "\"Kiss Anna\" <sip:anonymous@pbx>",
            "sip:@pbx",
            "\nsip:00",
            "sip:00\r\n",
            "unknown",
            "Unknown caller",
            "UNKNOWN NUMBER",
            "unavailable",
            "Not available",
            "private",
            "Private Number",
            "restricted",
            "withheld",
            "number withheld",
            "hidden",
            "blocked",
            "Caller ID blocked",
            "No Caller ID",
            "rejtett",
            "Rejtett szám",
            "REJTETT HÍVÓSZÁM",
            "titkos",
            "Titkos szám",
            "ismeretlen",
            "Ismeretlen hívó",
            "privado",
            "Número privado",
            "oculto",
            "Número oculto",
            "desconocido",
            "anónimo",
            "anonimo",
            "+266696687",
            "266696687",
            "+86282452253",
            "+7378742833",
            "+8656696",
            "+2562533",
            "+7748283",
            "00266696687",
            "P",
            "O",
            "n/a",
            "null",
            "\u{200e}Anonymous\u{200f}",
            "Ａｎｏｎｙｍｏｕｓ",
            "unbekannt",
            "masqué",
            "CLIR",
            "\"\"",
            "<>",
        ] {
            assert!(is_hidden(text, &[]), "{text:?}");
        }
    }

    #[test]
    fn every_word_is_written_as_it_is_compared_and_only_once() {
        let mut all: Vec<_> = WORDS.iter().chain(WHOLE).collect();
        assert_eq!(all.iter().chain(&FILLERS.iter().collect::<Vec<_>>()).find(|word| tidy(word) != ***word), None);
        let known = all.len();
        all.sort_unstable();
        let twice = all.windows(2).find(|two| two[0] == two[1]);
        assert_eq!((twice, known), (None, all.len()));
    }

    #[test]
    fn hidden_callers_are_known_in_the_languages_of_networks() {
        for text in [
            "desconhecido",
            "Número desconhecido",
            "Restrito",
            "não identificado",
            "Unbekannt",
            "Unbekannter Anrufer",
            "Rufnummer unterdrückt",
            "Anonym",
            "Inconnu",
            "Numéro inconnu",
            "Numéro masqué",
            "Appel masqué",
            "Privé",
            "Onbekend",
            "Onbekend nummer",
            "Anoniem",
            "Afgeschermd nummer",
            "Nieznany",
            "Numer zastrzeżony",
            "numer nieznany",
            "Neznámý",
            "Neznámé číslo",
            "Skryté číslo",
            "Utajené číslo",
            "Soukromé číslo",
            "Okänt nummer",
            "Hemligt nummer",
            "Dolt nummer",
            "Ukendt nummer",
            "Skjult nummer",
            "Ukjent",
            "Hemmelig nummer",
            "Tuntematon numero",
            "Salainen numero",
            "Bilinmeyen numara",
            "Gizli numara",
            "GİZLİ NUMARA",
            "Özel numara",
            "Неизвестный номер",
            "СКРЫТЫЙ НОМЕР",
            "Номер скрыт",
            "неизвестный абонент",
            "Анонимный",
            "Невідомий номер",
            "Άγνωστος",
            "ΑΓΝΩΣΤΟΣ ΑΡΙΘΜΟΣ",
            "Απόκρυψη αριθμού",
            "Ανώνυμος",
            "Nepoznat broj",
            "Skriveni broj",
            "Sconosciuto",
            "Numero privato",
            "Număr ascuns",
            "undisclosed",
            "Undisclosed number",
            "not provided",
            "Number not provided",
            "nincs",
            "nincs szám",
            "Elrejtett szám",
            "sip:desconhecido@pbx",
            "<sip:unbekannt@10.0.0.1>",
            "\"Nepoznat broj\" <nepoznat>",
            "Magántelefonszám",
            "Korlátozott",
            "Private Nummer",
            "Restreint",
            "Numéro privé",
            "Restringidas",
            "Número particular",
            "Beperkt",
            "Privénummer",
            "Zastrzeżone",
            "Numer prywatny",
            "Omezeno",
            "Obmedzené",
            "Súkromné číslo",
            "Număr privat",
            "Ograničeno",
            "Privatni broj",
            "Omejeno",
            "Zasebna številka",
            "Приватан број",
            "Ограничен",
            "Частен номер",
            "Περιορισμένος",
            "Приватний номер",
            "Privat nummer",
            "Yksityinen numero",
            "Número privat",
            "Varjatud number",
            "Privāts numurs",
            "Privatus numeris",
        ] {
            assert!(is_hidden(text, &[]), "{text:?}");
        }
        for name in [
            "Anna Geheim",
            "Unbekannt GmbH",
            "Restrito Lda",
            "Özel Kaya",
            "Gizli Bahçe",
            "Ivan Nepoznat d.o.o.",
            "Privat Bank",
            "Kovács Nincs",
            "provided",
            "numara",
            "номер",
            "αριθμός",
            "nummer",
            "Dold",
            "a",
            "de la O",
        ] {
            assert!(!is_hidden(name, &[]), "{name:?}");
        }
    }

    #[test]
    fn callers_with_a_number_or_a_name_are_not_hidden() {
        for text in [
            "+36301234567",
            "101",
            "06301234567",
            "8656696",
            "2562533",
            "Kovács Privát Kft.",
            "Private Bank +36 1 234 5678",
            "x",
            "No Comment",
            "caller",
            "number",
            "sip:101@pbx",
            "\"Anonymous\" <sip:+36301234567@pbx>",
            "0036",
        ] {
            assert!(!is_hidden(text, &[]), "{text:?}");
        }
    }

    #[test]
    fn a_pbx_may_have_words_of_its_own() {
        let extra = ["Asterisk".to_owned(), "9999999".to_owned()];
        for text in ["asterisk", "ASTERISK", "9999999", "sip:asterisk@pbx", "\"x\" <sip:9999999@pbx>"] {
            assert!(is_hidden(text, &extra), "{text}");
            assert!(!is_hidden(text, &[]), "{text}");
        }
    }
}
