//! What looks like a number of something else: dates, payment cards, network addresses, order and tax numbers.

use super::{NotANumber, UnsureReason};

/// What a number written without a plus looks like besides a telephone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Shape {
    /// Nobody writes a telephone number like this.
    Certainly(NotANumber),
    /// It is this, unless it is a valid number; then we ask.
    Perhaps(NotANumber, UnsureReason),
}

/// Looks at the number as it is written (`2024-11-20`, `192.168.0.1`).
pub(super) fn shape(written: &str) -> Option<Shape> {
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    let groups: Vec<&str> = written.split(|c: char| !c.is_ascii_digit()).filter(|group| !group.is_empty()).collect();
    let lengths: Vec<usize> = groups.iter().map(|group| group.len()).collect();
    if is_card(&digits, &lengths) {
        // Cards of 16 digits and more cannot be anything else, and nobody has a number like American Express's 15; other
        // short ones may be a number without its plus.
        return Some(if digits.len() >= 16 || is_american_express(&digits) {
            Shape::Certainly(NotANumber::CardNumber)
        } else {
            Shape::Perhaps(NotANumber::CardNumber, UnsureReason::MayBeCardNumber)
        });
    }
    match groups.as_slice() {
        [one] => is_plain_date(one).then_some(Shape::Perhaps(NotANumber::Date, UnsureReason::MayBeDate)),
        _ if is_date(&groups) => Some(Shape::Certainly(NotANumber::Date)),
        [year, _] if written.contains('/') && is_year(year) => Some(Shape::Certainly(NotANumber::OrderNumber)),
        // Hungarian tax numbers (12345678-1-42) and bank accounts (8-8 and 8-8-8).
        [_, _, _] if lengths == [8, 1, 2] => Some(Shape::Certainly(NotANumber::OrderNumber)),
        _ if lengths == [8, 8] || lengths == [8, 8, 8] => Some(Shape::Certainly(NotANumber::OrderNumber)),
        [_, _, _, _] if is_address(written, &groups) => {
            Some(Shape::Perhaps(NotANumber::Address, UnsureReason::MayBeAddress))
        }
        _ => None,
    }
}

/// Whose cards have how many digits, and what they begin with (ISO/IEC 7812; the issuers' own ranges).
const ISSUERS: &[(std::ops::RangeInclusive<usize>, &[&str])] = &[
    // Visa, as it was until the nineties
    (13..=13, &["4"]),
    // Diners Club
    (14..=14, &["300", "301", "302", "303", "304", "305", "3095", "36", "38", "39"]),
    // American Express, and JCB's and enRoute's old ones
    (15..=15, &["34", "37", "2131", "2014", "2149"]),
    // Visa, Mastercard, Mir, JCB, Discover, UnionPay, Maestro and many smaller ones: all of 2 to 6
    (16..=19, &["2", "3", "4", "5", "6"]),
    // RuPay, Troy, UzCard, Humo
    (16..=16, &["81", "82", "9792", "8600", "9860"]),
];

/// An issuer's beginning and length with the right check digit (Luhn), in the groups cards are printed in, or in none.
fn is_card(digits: &str, lengths: &[usize]) -> bool {
    let in_fours = lengths.split_last().is_some_and(|(_, before)| before.iter().all(|length| *length == 4));
    let grouped_like_one = in_fours || matches!(lengths, [4, 6, 4 | 5]);
    let is_issuers = |(length, beginnings): &(std::ops::RangeInclusive<usize>, &[&str])| {
        length.contains(&digits.len()) && beginnings.iter().any(|beginning| digits.starts_with(beginning))
    };
    grouped_like_one && ISSUERS.iter().any(is_issuers) && luhn(digits)
}

/// Whether a text in a field for telephone numbers is a payment card's number all the same. What has 13 digits is not: no
/// cards are issued with so few any more, and many numbers of networks have as many.
pub(super) fn is_card_of_today(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    let written = text.trim_matches(|c: char| !c.is_ascii_digit());
    let is_one = match shape(written) {
        Some(Shape::Certainly(reason) | Shape::Perhaps(reason, _)) => reason == NotANumber::CardNumber,
        None => false,
    };
    is_one && digits > 13
}

fn is_american_express(digits: &str) -> bool {
    digits.len() == 15 && (digits.starts_with("34") || digits.starts_with("37"))
}

fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .rev()
        .enumerate()
        .map(|(at, digit)| match (u32::from(digit - b'0'), at % 2) {
            (digit, 0) => digit,
            (digit, _) if digit > 4 => digit * 2 - 9,
            (digit, _) => digit * 2,
        })
        .sum();
    sum.is_multiple_of(10)
}

/// Year, month and day in any of the three orders, perhaps with a time behind.
fn is_date(groups: &[&str]) -> bool {
    let [a, b, c, time @ ..] = groups else { return false };
    let day_and_month = |a: &str, b: &str| (is_day(a) && is_month(b)) || (is_month(a) && is_day(b));
    let with_year = (is_year(a) && day_and_month(b, c)) || (is_year(c) && day_and_month(a, b));
    let short_year = a.len() == 2 && b.len() == 2 && c.len() == 2 && (day_and_month(a, b) || day_and_month(b, c));
    (with_year || (short_year && time.is_empty())) && time.len() <= 3 && time.iter().all(|part| part.len() <= 2)
}

/// 20241120, 20112024, 20241120143000.
fn is_plain_date(digits: &str) -> bool {
    let part = |range: std::ops::Range<usize>| digits.get(range).unwrap_or_default();
    match digits.len() {
        8 => is_date(&[part(0..4), part(4..6), part(6..8)]) || is_date(&[part(0..2), part(2..4), part(4..8)]),
        12 | 14 => {
            is_date(&[part(0..4), part(4..6), part(6..8)])
                && within(part(8..10), 0..=23)
                && within(part(10..12), 0..=59)
        }
        _ => false,
    }
}

fn is_year(text: &str) -> bool {
    text.len() == 4 && within(text, 1900..=2099)
}

fn is_month(text: &str) -> bool {
    text.len() <= 2 && within(text, 1..=12)
}

fn is_day(text: &str) -> bool {
    text.len() <= 2 && within(text, 1..=31)
}

fn is_address(written: &str, groups: &[&str]) -> bool {
    written.bytes().all(|b| b.is_ascii_digit() || b == b'.') && groups.iter().all(|group| within(group, 0..=255))
}

fn within(text: &str, range: std::ops::RangeInclusive<u32>) -> bool {
    text.parse().is_ok_and(|value| range.contains(&value))
}

#[cfg(test)]
mod tests {
    use super::*;
    use NotANumber::{Address, CardNumber, Date, OrderNumber};

    #[test]
    fn other_numbers_are_known_by_their_shape() {
        let certain = [
            ("2024-11-20", Date),
            ("2024.11.20. 14", Date),
            ("20/11/2024", Date),
            ("11/20/2024", Date),
            ("20.11.24", Date),
            ("4111 1111 1111 1111", CardNumber),
            ("4111111111111111", CardNumber),
            ("3782 822463 10005", CardNumber),
            ("378282246310005", CardNumber),
            ("12345678-1-42", OrderNumber),
            ("11773016-11111018", OrderNumber),
            ("2024/00123", OrderNumber),
        ];
        for (written, reason) in certain {
            assert_eq!(shape(written), Some(Shape::Certainly(reason)), "{written}");
        }
        let perhaps = [
            ("19841231", Date),
            ("31121984", Date),
            ("202411201430", Date),
            ("4917604069014", CardNumber),
            ("4917 6040 6901 4", CardNumber),
            ("192.168.0.1", Address),
        ];
        for (written, reason) in perhaps {
            assert!(matches!(shape(written), Some(Shape::Perhaps(as_what, _)) if as_what == reason), "{written}");
        }
    }

    #[test]
    fn cards_are_known_by_issuer_and_length() {
        for card in [
            "4111 1111 1111 1111",
            "378282246310005",
            "30569309025904",
            "3056 930902 5904",
            "6011111111111117",
            "2223003122003222",
        ] {
            assert!(is_card_of_today(card), "{card}");
        }
        // The check digit is right, and nobody issues such cards.
        for number in ["4222222222222", "521555550010501", "310000000000005"] {
            assert!(luhn(number) && !is_card_of_today(number), "{number}");
        }
    }

    #[test]
    fn telephone_numbers_look_like_nothing_else() {
        for written in [
            "06 30 123 4567",
            "06-1-234-5678",
            "06.12.34.56.78",
            "0036301234567",
            "(06-30) 123-4567",
            "301234567",
            "612 34 56 78",
            "4111111111111112",
            "30 12 34 567",
            "1-800-555-0199",
            "101",
        ] {
            assert_eq!(shape(written), None, "{written}");
        }
    }
}
