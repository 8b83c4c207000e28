//! What is dialled before a number and is none of it: codes of telephone networks.
//!
//! `*31#` and `#31#` (hide or show the own number; ETSI EN 300 089 and 3GPP TS 22.030), `*67` and `*82` (the same in North
//! America), codes of digits only in other countries, and `0xx11`, as Brazil writes a carrier's code that the reader chooses.

use super::territory::Territory;
use std::borrow::Cow;

/// Codes that hide or show the own number: the call goes to the number behind them. Behind others (`*21*…#`, call
/// forwarding) a number stands that is not called.
const ABOUT_THE_CALLER: [&str; 5] = ["30", "31", "65", "67", "82"];

/// The same, of digits only. Sources: Ofcom's and ComReg's numbering conventions (141, 1470, 142), CNMC (067), ARCEP (3651),
/// OFCA (133), NTT (184, 186), ACMA (1831, 1832), the NZ number administration deed (0196, 0197), NANPA's vertical service
/// codes (67 and 82 behind the 11 of telephones with a dial).
const BY_COUNTRY: &[(&str, &[&str])] = &[
    ("GB", &["141", "1470"]),
    ("IE", &["141", "142"]),
    ("ES", &["067"]),
    ("FR", &["3651"]),
    ("HK", &["133"]),
    ("JP", &["184", "186"]),
    ("AU", &["1831", "1832"]),
    ("NZ", &["0196", "0197"]),
    ("US", &["1167", "1182"]),
    ("CA", &["1167", "1182"]),
];

/// A code and what stands behind it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Coded<'a> {
    pub rest: &'a str,
    /// The number behind is the one that is called.
    pub calls: bool,
}

/// `*31#06…`, `#31#…`, `*67 202…`, `*21*06…#`.
pub(super) fn behind_marks(text: &str) -> Option<Coded<'_>> {
    let is_mark = |c: char| matches!(c, '*' | '#');
    let text = text.trim();
    let begins_with_star = text.starts_with('*');
    let code = text.trim_start_matches(is_mark);
    if code.len() == text.len() || text.len() - code.len() > 2 {
        return None;
    }
    let digits = code.bytes().take_while(u8::is_ascii_digit).count();
    let (code, rest) = if (2..=4).contains(&digits) && code[digits..].starts_with(is_mark) {
        (&code[..digits], code[digits + 1..].trim_start_matches(is_mark))
    } else if begins_with_star && digits >= 2 && code.bytes().filter(u8::is_ascii_digit).count() >= 9 {
        code.split_at(2)
    } else {
        return None;
    };
    let rest = rest.trim().trim_end_matches(is_mark);
    let calls = ABOUT_THE_CALLER.contains(&code);
    rest.bytes().any(|b| b.is_ascii_digit()).then_some(Coded { rest, calls })
}

/// What stands behind a code of digits: `141 020…`. Whether it is a number is the reader's.
pub(super) fn behind_digits<'d>(territory: &Territory, digits: &'d str) -> Option<&'d str> {
    let (_, codes) = BY_COUNTRY.iter().find(|(country, _)| territory.iso() == Some(*country))?;
    codes.iter().find_map(|code| digits.strip_prefix(code)).filter(|rest| rest.len() >= 5)
}

/// `(0xx11) 5550-1234`, as Brazil writes it, without the carrier's code that everybody is to choose.
pub(super) fn without_placeholder(text: &str) -> Cow<'_, str> {
    let Some(at) = text.find("xx") else { return Cow::Borrowed(text) };
    let before = text[..at].trim_end_matches([' ', '-', '.', '(']);
    let behind = text[at + 2..].trim_start_matches([' ', '-', '.', ')', '(']);
    let zero_alone = before.strip_suffix('0').is_some_and(|before| !before.ends_with(|c: char| c.is_ascii_digit()));
    if !zero_alone || !behind.starts_with(|c: char| c.is_ascii_digit()) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(format!("{before}{behind}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_and_the_number_behind_it_are_told_apart() {
        let table = [
            ("*31#06301234567", Some(("06301234567", true))),
            ("#31#06301234567", Some(("06301234567", true))),
            ("#31# 06 30 123 4567", Some(("06 30 123 4567", true))),
            ("*31*0612345678", Some(("0612345678", true))),
            ("*67 202 555 0100", Some(("202 555 0100", true))),
            ("*672025550100", Some(("2025550100", true))),
            ("*21*06301234567#", Some(("06301234567", false))),
            ("**21*06301234567#", Some(("06301234567", false))),
            ("*100#", None),
            ("*12345678", None),
            ("#12345678", None),
            ("***31#0630", None),
            ("06301234567", None),
            ("*", None),
        ];
        for (text, expected) in table {
            let found = behind_marks(text).map(|coded| (coded.rest, coded.calls));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_carriers_code_that_everybody_chooses_is_left_out() {
        for (text, without) in [
            ("0xx11 5550-1234", "011 5550-1234"),
            ("(0xx11) 5550-1234", "(011) 5550-1234"),
            ("(0xx) 11 5550-1234", "(011 5550-1234"),
            ("+55 (0xx11) 5550-1234", "+55 (011) 5550-1234"),
            ("10xx11", "10xx11"),
            ("0xx", "0xx"),
            ("maxx 11", "maxx 11"),
        ] {
            assert_eq!(without_placeholder(text), without, "{text}");
        }
    }
}
