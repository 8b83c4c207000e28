//! Letters for digits in numbers of +1: `1-800-FLOWERS`, as they are advertised and as libphonenumber reads them.
//!
//! Only in numbers that are whole with their letters, so that no order number becomes one: an area code in digits, apart
//! from what follows unless it is a toll-free one, and at least three letters. What is longer than a number is dropped, as
//! the network drops it, while it is letters.

use super::{
    territory,
    words::{Meaning, meaning},
};
use regex::Regex;
use std::sync::LazyLock;

/// Digits behind the area code.
const LOCAL: usize = 7;

/// Fewer letters are a slip.
const FEWEST_LETTERS: usize = 3;

/// Letters that are typed on and on by whoever says the name.
const MOST_DROPPED: usize = 10;

const TOLL_FREE: [&str; 7] = ["800", "833", "844", "855", "866", "877", "888"];

static BEGINNING: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"^(\+ ?1|00 ?1|1)?[ .()/-]*([2-9][0-9]{2})([ .()/-]*)([a-z0-9][a-z0-9 .-]*)";
    Regex::new(pattern).expect("BUG: a pattern of our own")
});

/// The tidied text with the number in digits and with its country, where it is one that exists; `at_home`: +1 may be left out.
pub(super) fn in_digits(text: &str, at_home: bool) -> Option<String> {
    let has = |is: fn(&u8) -> bool| text.bytes().any(|b| is(&b));
    if !has(u8::is_ascii_digit) || !has(u8::is_ascii_lowercase) {
        return None;
    }
    let begins = text.find(|c: char| c.is_ascii_digit() || matches!(c, '+' | '('))?;
    let (before, number) = text.split_at(begins);
    let mut words = before.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty());
    if !words.all(|word| meaning(word) == Meaning::Phone) {
        return None;
    }
    let groups = BEGINNING.captures(number)?;
    let group = |at: usize| groups.get(at).map_or("", |group| group.as_str());
    let (code, area, gap, rest) = (group(1), group(2), group(3), group(4));
    let is_toll_free = TOLL_FREE.contains(&area);
    let is_told = code.starts_with(['+', '0']) || at_home;
    let is_other = |word: &str| matches!(meaning(word), Meaning::Extension | Meaning::Order);
    if !is_told || !is_toll_free && (gap.is_empty() || rest.split(|c: char| !c.is_alphabetic()).any(is_other)) {
        return None;
    }
    let (local, length) = local(rest)?;
    let digits = format!("1{area}{local}");
    let exists = territory::split(&digits).is_some_and(|(zone, national)| zone.has(national));
    let behind = &number[groups.get(4)?.start() + length..];
    exists.then(|| format!("{before}+{digits}{behind}"))
}

/// The seven digits that are meant, and how much of the text they take.
fn local(rest: &str) -> Option<(String, usize)> {
    let (mut local, mut letters, mut dropped) = (String::new(), 0, 0);
    let mut end = rest.len();
    for (at, c) in rest.char_indices() {
        let key = key(c);
        match (key, local.len() < LOCAL) {
            (Some(digit), true) => {
                local.push(digit);
                letters += usize::from(c.is_ascii_lowercase());
            }
            (Some(_), false) if c.is_ascii_lowercase() && dropped < MOST_DROPPED => dropped += 1,
            (Some(_), false) => return None,
            (None, false) if c == ' ' => {
                end = at;
                break;
            }
            (None, _) => {}
        }
    }
    (local.len() == LOCAL && letters >= FEWEST_LETTERS).then_some((local, end))
}

/// The key of a telephone that has this sign.
fn key(c: char) -> Option<char> {
    Some(match c {
        '0'..='9' => c,
        'a'..='c' => '2',
        'd'..='f' => '3',
        'g'..='i' => '4',
        'j'..='l' => '5',
        'm'..='o' => '6',
        'p'..='s' => '7',
        't'..='v' => '8',
        'w'..='z' => '9',
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn letters_stand_for_the_digits_of_their_keys() {
        let table = [
            ("1-800-samples", Some("+18007267537")),
            ("1-800-go-fedex", Some("+18004633339")),
            ("1-800-mattress", Some("+18006288737")),
            ("1800flowers", Some("+18003569377")),
            ("800 flowers", Some("+18003569377")),
            ("(800) flowers", Some("+18003569377")),
            ("+1-800-flowers", Some("+18003569377")),
            ("tel.: 1-800-flowers", Some("tel.: +18003569377")),
            ("1-800-flowers ext 12", Some("+18003569377 ext 12")),
            ("1-800-flowers (356-9377)", Some("+18003569377 (356-9377)")),
            ("(415) 555-cars", Some("+14155552277")),
            ("1-888-4my-xbox", Some("+18884699269")),
            ("ord-2024-00123", None),
            ("2024001abc", None),
            ("415-inv-2024", None),
            ("415 555 2671 ext 12", None),
            ("415 555 2671 anna", None),
            ("800 555 01x5", None),
            ("1-800-flow", None),
            ("1-800-flowers-12345", None),
            ("order 1-800-flowers", None),
            ("ab12345678", None),
        ];
        for (text, expected) in table {
            assert_eq!(in_digits(text, true).as_deref(), expected, "{text}");
        }
        assert_eq!(in_digits("1-800-flowers", false), None, "1 is no country code without its plus");
        assert_eq!(in_digits("001 800 flowers", false).as_deref(), Some("+18003569377"));
    }
}
