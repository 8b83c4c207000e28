//! What may be sent at all, as it is sent: checked by the same rules before anybody is told *saved*
//! ([`super::writes`]'s limits) and before anything leaves, and refused in words that say what to change.

use super::outcome::Trouble;
use ringcard_core::limits::{
    Misfit, WriteField, bare_number, check_code, check_customer_id, check_id, check_line, check_number, one_line,
};

/// A closing comment in a body; what wolkvox itself takes is not documented.
pub(super) const COMMENT: u32 = 2000;
/// The same in an address, which servers cut at about 8 kB.
pub(super) const COMMENT_IN_URL: u32 = 1000;
pub(super) const ID: u32 = 40;
pub(super) const CUSTOMER_ID: u32 = 100;
pub(super) const CODE: u32 = 40;
/// Digits of a telephone number.
pub(super) const NUMBER: u32 = 24;

/// One line without control characters, however many lines it had.
pub(super) fn line(text: &str) -> String {
    one_line(text)
}

/// A comment; it may be empty.
pub(super) fn comment(text: &str, most: u32) -> Result<String, Trouble> {
    check_line(WriteField::Comment, text, most).map_err(unfit)?;
    Ok(line(text))
}

/// An id of wolkvox's: `what` names it in the error.
pub(super) fn id(what: &str, text: &str) -> Result<String, Trouble> {
    match check_id(WriteField::Agent, text, ID) {
        Ok(()) => Ok(text.trim().to_owned()),
        Err(Misfit::Missing { .. }) => Err(Trouble::invalid(format!("there is no {what}"))),
        Err(_) => Err(Trouble::invalid(format!("this is no {what} wolkvox could know"))),
    }
}

/// A customer's id: whatever a campaign was loaded with.
pub(super) fn customer_id(text: &str) -> Result<String, Trouble> {
    match check_customer_id(text, CUSTOMER_ID) {
        Ok(()) => Ok(text.trim().to_owned()),
        Err(Misfit::Missing { .. }) => {
            Err(Trouble::invalid("there is no customer id: the record cannot be named without it"))
        }
        Err(_) => Err(Trouble::invalid("this is no customer id wolkvox could know")),
    }
}

/// An activity code.
pub(super) fn code(what: &str, text: &str) -> Result<String, Trouble> {
    match check_code(WriteField::Code, text, CODE) {
        Ok(()) => Ok(text.trim().to_owned()),
        Err(Misfit::Missing { .. }) => Err(Trouble::invalid(format!("there is no {what}: choose one"))),
        Err(_) => Err(Trouble::invalid(format!("this is no {what} of wolkvox's: choose one of the list"))),
    }
}

/// A number as a campaign keeps it: digits, perhaps with a plus, `*` or `#`.
pub(super) fn number(text: &str) -> Result<String, Trouble> {
    match check_number(text, NUMBER) {
        Ok(()) => Ok(bare_number(text)),
        Err(_) => Err(Trouble::invalid("this is no telephone number wolkvox could call: check it")),
    }
}

/// What it could never take, in words.
pub(super) fn unfit(misfit: Misfit) -> Trouble {
    Trouble::invalid(misfit.to_string())
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
