//! What may be sent at all: checked before anything leaves, and refused in words that say what to change.

use super::outcome::Trouble;
use ringcard_core::limits::{bare_number, one_line};

/// A closing comment in a body; what wolkvox itself takes is not documented.
pub(super) const COMMENT: usize = 2000;
/// The same in an address, which servers cut at about 8 kB.
pub(super) const COMMENT_IN_URL: usize = 1000;
pub(super) const ID: usize = 40;
pub(super) const CUSTOMER_ID: usize = 100;
pub(super) const CODE: usize = 40;
/// Digits of a telephone number.
pub(super) const NUMBER: usize = 24;

/// One line without control characters, however many lines it had.
pub(super) fn line(text: &str) -> String {
    one_line(text)
}

/// A comment; it may be empty.
pub(super) fn comment(text: &str, most: usize) -> Result<String, Trouble> {
    let comment = line(text);
    match comment.chars().count() {
        length if length > most => {
            Err(Trouble::invalid(format!("the comment has {length} characters, and wolkvox takes {most}: shorten it")))
        }
        _ => Ok(comment),
    }
}

/// An id of wolkvox's: `what` names it in the error.
pub(super) fn id(what: &str, text: &str) -> Result<String, Trouble> {
    let text = text.trim();
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.@".contains(&b));
    match text.len() {
        0 => Err(Trouble::invalid(format!("there is no {what}"))),
        1..=ID if plain => Ok(text.to_owned()),
        _ => Err(Trouble::invalid(format!("this is no {what} wolkvox could know"))),
    }
}

/// A customer's id: whatever a campaign was loaded with.
pub(super) fn customer_id(text: &str) -> Result<String, Trouble> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Trouble::invalid("there is no customer id: the record cannot be named without it")),
        1..=CUSTOMER_ID if !text.chars().any(char::is_control) => Ok(text.to_owned()),
        _ => Err(Trouble::invalid("this is no customer id wolkvox could know")),
    }
}

/// An activity code.
pub(super) fn code(what: &str, text: &str) -> Result<String, Trouble> {
    let text = text.trim();
    match text.chars().count() {
        0 => Err(Trouble::invalid(format!("there is no {what}: choose one"))),
        1..=CODE if !text.chars().any(|c| c.is_control() || c.is_whitespace()) => Ok(text.to_owned()),
        _ => Err(Trouble::invalid(format!("this is no {what} of wolkvox's: choose one of the list"))),
    }
}

/// A number as a campaign keeps it: digits, perhaps with a plus, `*` or `#`.
pub(super) fn number(text: &str) -> Result<String, Trouble> {
    let plain = bare_number(text);
    let body = plain.strip_prefix('+').unwrap_or(&plain);
    match (2..=NUMBER).contains(&body.len()) && body.bytes().all(|b| b.is_ascii_digit() || b == b'*' || b == b'#') {
        true => Ok(plain),
        false => Err(Trouble::invalid("this is no telephone number wolkvox could call: check it")),
    }
}

/// Tones.
pub(super) fn tones(text: &str) -> Result<String, Trouble> {
    let tones: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    match (1..=32).contains(&tones.len()) && tones.bytes().all(|b| b.is_ascii_digit() || b == b'*' || b == b'#') {
        true => Ok(tones),
        false => Err(Trouble::invalid("tones are 1 to 32 of 0-9, * and #")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_wolkvox_could_never_take_is_refused_before_it_is_sent() {
        assert!(id("campaign", "7224").is_ok() && id("campaign", " 7224\n").is_ok_and(|id| id == "7224"));
        for bad in ["", "72 24", "7224&api=x", &"9".repeat(41)] {
            assert!(id("campaign", bad).is_err(), "{bad}");
        }
        for bad in ["", "  ", "1\r\n2", &"9".repeat(101)] {
            assert!(customer_id(bad).is_err(), "{bad:?}");
        }
        for bad in ["", "a b", "a\tb", &"9".repeat(41)] {
            assert!(code("code", bad).is_err(), "{bad:?}");
        }
        assert_eq!(number("+57 (300) 123-4567"), Ok("+573001234567".to_owned()));
        for bad in ["", "+", "1", "12a4567", "tel:1", &"1".repeat(25)] {
            assert!(number(bad).is_err(), "{bad:?}");
        }
        assert_eq!(tones("1 2#*"), Ok("12#*".to_owned()));
        for bad in ["", "a", &"1".repeat(33)] {
            assert!(tones(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_comment_becomes_one_line_and_may_be_empty_but_not_a_book() {
        assert_eq!(comment(" first\r\nsecond\u{0}\tthird \u{1b}", COMMENT), Ok("first second third".to_owned()));
        assert_eq!(comment("", COMMENT), Ok(String::new()));
        let book = "x".repeat(100 * 1024);
        match comment(&book, COMMENT) {
            Err(Trouble::Refused { detail, .. }) => assert!(detail.contains("102400") && detail.contains("2000")),
            other => panic!("{other:?}"),
        }
    }
}
