//! Which letters a text is written in, told by the words it makes: `Íñigo Ibáñez` is Spanish, `Íńigo Ibáńez` is nothing.
//!
//! Every encoding reads any bytes as something. The right one makes words of letters that one language has; of several
//! that do, statistics decide, and only then the country. What stays open is said, with the words that differ.

use super::{EncodingDoubt, EncodingReading};
use encoding_rs::{
    Encoding, IBM866, ISO_8859_2, ISO_8859_5, ISO_8859_7, KOI8_U, MACINTOSH, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252,
    WINDOWS_1253, WINDOWS_1254, WINDOWS_1257,
};
use std::collections::HashSet;

/// Different words with letters beyond ASCII that are kept for judging.
const MOST_WORDS: usize = 4_000;
/// A longer run of letters is no word.
const LONGEST_WORD: usize = 64;
/// Words shown where there is doubt.
const SHOWN: usize = 5;
/// So close are two encodings that nobody can tell them apart by their words.
const ALIKE: f64 = 0.02;
/// So close that it is said.
const DOUBTFUL: f64 = 0.3;
/// With fewer words, the country says more than statistics.
const FEW_WORDS: usize = 4;
/// What less of the words explain is no reading of the text.
const EXPLAINED: f64 = 0.7;

/// A language, its letters beyond ASCII, and the countries whose lists are mostly in it.
struct Language {
    letters: &'static str,
    countries: &'static str,
}

const fn language(letters: &'static str, countries: &'static str) -> Language {
    Language { letters, countries }
}

const SPANISH: Language = language("áéíóúüñ", "ES MX AR CO CL PE VE EC GT CU BO DO HN PY SV NI CR PA UY PR GQ");
const CATALAN: Language = language("àèéíïòóúüç", "AD");
const PORTUGUESE: Language = language("áàâãçéêíóôõúü", "PT BR AO MZ");
const FRENCH: Language = language("àâæçéèêëîïôœùûüÿ", "FR BE CH CA LU MC SN CI MA TN DZ");
const GERMAN: Language = language("äöüßé", "DE AT CH LI LU");
const ITALIAN: Language = language("àèéìíîòóùú", "IT CH SM");
const DUTCH: Language = language("éèêëïöüáóí", "NL BE SR");
const SWEDISH: Language = language("åäöé", "SE FI");
const FINNISH: Language = language("åäöšž", "FI");
const DANISH: Language = language("æøåéóôö", "DK NO GL");
const ICELANDIC: Language = language("áéíóúýþæöð", "IS");
const FAROESE: Language = language("áíóúýæøð", "FO");
const ESTONIAN: Language = language("õäöüšž", "EE");
const HUNGARIAN: Language = language("áéíóöőúüű", "HU");
const CZECH: Language = language("áčďéěíňóřšťúůýž", "CZ");
const SLOVAK: Language = language("áäčďéíĺľňóôŕšťúýž", "SK");
const POLISH: Language = language("ąćęłńóśźż", "PL");
const CROATIAN: Language = language("čćđšž", "HR BA RS ME SI");
const ROMANIAN: Language = language("ăâîşţșț", "RO MD");
const ALBANIAN: Language = language("çë", "AL XK");
const TURKISH: Language = language("çğıİöşüâîû", "TR CY");
const LITHUANIAN: Language = language("ąčęėįšųūž", "LT");
const LATVIAN: Language = language("āčēģīķļņšūž", "LV");
const RUSSIAN: Language = language("абвгдеёжзийклмнопрстуфхцчшщъыьэюя", "RU BY KZ BG KG TJ UZ");
const UKRAINIAN: Language = language("абвгґдеєжзиіїйклмнопрстуфхцчшщьюя", "UA");
const BELARUSIAN: Language = language("абвгдеёжзійклмнопрстуўфхцчшыьэюя", "BY");
const SERBIAN: Language = language("абвгдђежзијклљмнњопрстћуфхцчџшѓѕќ", "RS MK BA ME");
const GREEK: Language = language("αβγδεζηθικλμνξοπρστυφχψωςάέήίόύώϊϋΐΰ", "GR CY");

const WESTERN: &[Language] = &[
    SPANISH, FRENCH, GERMAN, PORTUGUESE, ITALIAN, CATALAN, DUTCH, SWEDISH, FINNISH, DANISH, ICELANDIC, FAROESE,
    ESTONIAN,
];
const CENTRAL: &[Language] = &[HUNGARIAN, CZECH, SLOVAK, POLISH, CROATIAN, ROMANIAN, GERMAN, ALBANIAN];
const BALTIC: &[Language] = &[LITHUANIAN, LATVIAN, ESTONIAN, POLISH];
const CYRILLIC: &[Language] = &[RUSSIAN, UKRAINIAN, SERBIAN, BELARUSIAN];

const TURKIC: &[Language] = &[TURKISH, GERMAN];
const HELLENIC: &[Language] = &[GREEK];

/// What is compared, what is met most first.
fn candidates() -> [(&'static Encoding, &'static [Language]); 12] {
    [
        (WINDOWS_1252, WESTERN),
        (WINDOWS_1250, CENTRAL),
        (ISO_8859_2, CENTRAL),
        (WINDOWS_1251, CYRILLIC),
        (WINDOWS_1254, TURKIC),
        (WINDOWS_1253, HELLENIC),
        (ISO_8859_7, HELLENIC),
        (WINDOWS_1257, BALTIC),
        (KOI8_U, CYRILLIC),
        (IBM866, CYRILLIC),
        (ISO_8859_5, CYRILLIC),
        (MACINTOSH, WESTERN),
    ]
}

/// What a text is written in, as far as its words tell.
#[derive(Debug, Clone)]
pub(super) struct Verdict {
    pub encoding: &'static Encoding,
    pub doubt: Option<EncodingDoubt>,
}

/// Words with letters beyond ASCII, as bytes.
#[derive(Default)]
pub(super) struct Words {
    all: Vec<Vec<u8>>,
    known: HashSet<Vec<u8>>,
}

impl Words {
    pub fn take(&mut self, word: &[u8]) {
        if self.all.len() < MOST_WORDS && word.len() <= LONGEST_WORD && self.known.insert(word.to_vec()) {
            self.all.push(word.to_vec());
        }
    }

    pub fn bytes(&self) -> Vec<u8> {
        self.all.join(&b'\n')
    }

    /// What these words are written in. `statistics` is what a guesser of sequences of letters says.
    pub fn judge(&self, statistics: &'static Encoding, country: &str) -> Verdict {
        let mut readings: Vec<Reading> =
            candidates().into_iter().map(|(encoding, languages)| self.read(encoding, languages, country)).collect();
        readings.sort_by(|one, other| other.score.total_cmp(&one.score));
        let best = readings.first().map_or(0.0, |reading| reading.score);
        let known = candidates().iter().any(|(encoding, _)| *encoding == statistics);
        let explained = readings.first().map_or(0.0, |reading| reading.explained);
        // Two letters of an alphabet with thousands may look like two of ours, but not in every word.
        if explained < if known { EXPLAINED } else { 1.0 } {
            return Verdict { encoding: statistics, doubt: None };
        }
        let alike: Vec<&Reading> = readings.iter().filter(|reading| best - reading.score <= ALIKE).collect();
        let by_statistics = alike.iter().find(|reading| reading.encoding == statistics);
        let by_country = alike.iter().find(|reading| reading.of_country);
        let few = self.all.len() < FEW_WORDS;
        let chosen = match (by_statistics, by_country) {
            (Some(_), Some(country)) if few => country,
            (Some(statistics), _) => statistics,
            (None, Some(country)) => country,
            (None, None) => &alike[0],
        };
        let encoding = chosen.encoding;
        let others = readings.iter().filter(|reading| {
            reading.encoding != encoding && best - reading.score <= DOUBTFUL && reading.explained >= 1.0 - ALIKE
        });
        Verdict { encoding, doubt: self.doubt(encoding, others.map(|reading| reading.encoding)) }
    }

    /// Whether these letters make words of it, as far as anybody here knows the letters.
    pub fn are_words_in(&self, encoding: &'static Encoding) -> bool {
        if !encoding.is_single_byte() {
            // Words of thousands of letters have few of the alphabet among them.
            let bytes = || self.all.iter().flatten();
            return bytes().filter(|byte| **byte >= 0x80).count() * 2 >= bytes().count();
        }
        let known = candidates().into_iter().find(|(known, _)| *known == encoding);
        known.is_none_or(|(_, languages)| self.read(encoding, languages, "").explained >= EXPLAINED)
    }

    fn read(&self, encoding: &'static Encoding, languages: &[Language], country: &str) -> Reading {
        let mut by_language = vec![0_usize; languages.len()];
        let mut by_any = 0;
        for word in &self.all {
            let (text, broken) = encoding.decode_without_bom_handling(word);
            if broken || !is_well_formed(&text) {
                continue;
            }
            let mut any = false;
            for (times, language) in by_language.iter_mut().zip(languages) {
                let explains = language.explains(&text);
                *times += usize::from(explains);
                any |= explains;
            }
            by_any += usize::from(any);
        }
        let share = |times: usize| times as f64 / self.all.len().max(1) as f64;
        let most = by_language.iter().copied().max().unwrap_or_default();
        let of_country = languages.iter().zip(&by_language).any(|(language, times)| {
            share(most) - share(*times) <= ALIKE && language.countries.split(' ').any(|code| code == country)
        });
        Reading { encoding, explained: share(by_any), score: share(by_any) + share(most), of_country }
    }

    /// The words that differ, as each encoding reads them.
    fn doubt(
        &self,
        chosen: &'static Encoding,
        others: impl Iterator<Item = &'static Encoding>,
    ) -> Option<EncodingDoubt> {
        let read = |encoding: &'static Encoding, word: &[u8]| encoding.decode_without_bom_handling(word).0.into_owned();
        let reading = |encoding: &'static Encoding, words: &[&Vec<u8>]| EncodingReading {
            encoding: encoding.name().to_owned(),
            words: words.iter().map(|word| read(encoding, word)).collect(),
        };
        let mut told: Vec<EncodingReading> = Vec::new();
        for other in others {
            let differ: Vec<&Vec<u8>> =
                self.all.iter().filter(|word| read(chosen, word) != read(other, word)).take(SHOWN).collect();
            if differ.is_empty() {
                continue;
            }
            let as_other = reading(other, &differ);
            // One of two that read alike is enough.
            if told.iter().all(|known| known.words != as_other.words) {
                if told.is_empty() {
                    told.push(reading(chosen, &differ));
                }
                told.push(as_other);
            }
        }
        (!told.is_empty()).then_some(EncodingDoubt { readings: told })
    }
}

/// How one encoding reads the words.
struct Reading {
    encoding: &'static Encoding,
    /// The share of words that some language has the letters for.
    explained: f64,
    /// That, and the share one language alone has the letters for.
    score: f64,
    /// The language is one of the country's.
    of_country: bool,
}

impl Language {
    fn explains(&self, word: &str) -> bool {
        // Nobody puts letters of two scripts into one word.
        let is_latin = self.letters.chars().next().is_some_and(|letter| letter < '\u{370}');
        if !is_latin && word.bytes().any(|byte| byte.is_ascii_alphabetic()) {
            return false;
        }
        word.chars().filter(|letter| !letter.is_ascii() && is_letter(*letter)).all(|letter| {
            self.letters.contains(letter) || letter.to_lowercase().all(|small| self.letters.contains(small))
        })
    }
}

/// A letter; signs that Unicode counts among them stand beside words.
fn is_letter(letter: char) -> bool {
    letter.is_alphabetic() && !matches!(letter, 'ª' | 'º')
}

/// Whether it may be a word at all: no sign in the middle of it, no capital behind a small letter beyond ASCII.
fn is_well_formed(word: &str) -> bool {
    let letters: Vec<char> = word.chars().collect();
    let all_capitals = !letters.iter().any(|letter| letter.is_lowercase());
    letters.iter().enumerate().all(|(at, &letter)| {
        let before = at.checked_sub(1).and_then(|at| letters.get(at)).copied();
        let after = letters.get(at + 1).copied();
        if letter.is_ascii() {
            return true;
        }
        if is_letter(letter) {
            return all_capitals || !(letter.is_uppercase() && before.is_some_and(char::is_lowercase));
        }
        match letter {
            '“' | '”' | '„' | '‟' | '‘' | '’' | '‚' | '«' | '»' | '‹' | '›' | '–' | '—' | '…' | '\u{a0}' | '·'
            | '•' | '´' | '®' | '™' | '©' | '€' | '¡' | '¿' => true,
            // `1º`, `Nº`; not `Bºnescu`.
            'ª' | 'º' | '°' => !after.is_some_and(is_letter),
            char::REPLACEMENT_CHARACTER => false,
            sign => !sign.is_control() && ![before, after].into_iter().flatten().any(is_letter),
        }
    })
}

/// Whether there are whole letters in UTF-8 in it that some language has.
pub(super) fn has_utf8_letters(word: &[u8]) -> bool {
    word.utf8_chunks().any(|chunk| {
        let mut letters = chunk.valid().chars().filter(|letter| !letter.is_ascii() && is_letter(*letter));
        letters.any(|letter| is_plausible(letter.encode_utf8(&mut [0; 4])))
    })
}

/// Whether valid UTF-8 looks like words of any language here.
pub(super) fn is_plausible(word: &str) -> bool {
    is_well_formed(word)
        && word.chars().any(|letter| !letter.is_ascii() && is_letter(letter))
        && candidates().iter().any(|(_, languages)| languages.iter().any(|language| language.explains(word)))
}

/// Bytes a word may be made of.
pub(super) fn is_of_word(byte: u8) -> bool {
    byte >= 0x80 || byte.is_ascii_alphanumeric()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
    use encoding_rs::GBK;

    fn judged(text: &str, encoding: &'static Encoding, country: &str) -> Verdict {
        let bytes = encoding.encode(text).0.into_owned();
        let mut words = Words::default();
        bytes.split(|byte| !is_of_word(*byte)).filter(|word| !word.is_ascii()).for_each(|word| words.take(word));
        let mut guesser = EncodingDetector::new(Iso2022JpDetection::Deny);
        guesser.feed(&bytes, true);
        words.judge(guesser.guess(None, Utf8Detection::Deny), country)
    }

    #[test]
    fn a_list_is_read_right_wherever_it_is_imported() {
        let table = [
            ("Íñigo Ibáñez;Peñón", WINDOWS_1252),
            ("Kovács Őrs;Hűtőgép Kft.;Szűcs Tünde;Fűrész Győző", WINDOWS_1250),
            ("Kovács Őrs;Hűtőgép Kft.;Szűcs Tünde;Fűrész Győző", ISO_8859_2),
            ("Jiří Dvořák;Růžena Němcová;Žďár;Škoda Plzeň", WINDOWS_1250),
            ("Łukasz Wiśniewski;Małgorzata Żółć;Gdańsk Święta", WINDOWS_1250),
            ("Łukasz Wiśniewski;Małgorzata Żółć;Gdańsk Święta", ISO_8859_2),
            ("Željko Ćosić;Đurđica Šarić;Čakovec", WINDOWS_1250),
            ("Hélène Lefèvre;François Noël;Crêperie Gérôme;Ça va", WINDOWS_1252),
            ("Søren Kjær;Åse Jørgensen;Bjørn Østergård", WINDOWS_1252),
            ("João Conceição;São Gonçalves;Simões", WINDOWS_1252),
            ("Şahin Yıldız;Çağlar Gülşen;İbrahim Doğan", WINDOWS_1254),
            ("Иванов Пётр;Ольга Смирнова;Москва", WINDOWS_1251),
            ("Иванов Пётр;Ольга Смирнова;Москва", KOI8_U),
            ("Παπαδόπουλος Γιώργος;Αθήνα;Ελένη Νικολάου", WINDOWS_1253),
            ("Jürgen Müller;Köhler GmbH;Groß Gerau", WINDOWS_1252),
        ];
        for (text, encoding) in table {
            for country in ["HU", "ES", "US", "DE", "PL", "RU", "GR", "TR", "DK", "CZ"] {
                let verdict = judged(text, encoding, country);
                let bytes = encoding.encode(text).0;
                assert_eq!(verdict.encoding.decode(&bytes).0, text, "{} in {country}", encoding.name());
            }
        }
    }

    #[test]
    fn where_the_words_do_not_tell_the_country_does_and_it_is_said() {
        let hungarian = judged("Győző", WINDOWS_1250, "HU");
        assert_eq!(hungarian.encoding.decode(b"Gy\xf5z\xf5").0, "Győző");
        let doubt = hungarian.doubt.expect("it may be Estonian");
        assert!(doubt.readings.iter().any(|reading| reading.words == ["Gyõzõ"]), "{doubt:?}");
        assert_eq!(doubt.readings[0].words, ["Győző"], "what was chosen comes first");
        let estonian = judged("Õnne Põder", WINDOWS_1252, "EE");
        assert_eq!(estonian.encoding.decode(b"P\xf5der").0, "Põder");
        assert!(judged("Íñigo Ibáñez Peñón", WINDOWS_1252, "HU").doubt.is_none(), "there is no other language in it");
    }

    #[test]
    fn scripts_of_thousands_of_letters_are_left_to_statistics() {
        let text = "姓名;电话;北京市朝阳区;张伟;王芳;李娜;刘洋";
        assert_eq!(judged(text, GBK, "HU").encoding.decode(&GBK.encode(text).0).0, text);
    }
}
