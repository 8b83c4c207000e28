//! What a column's values look like: telephone numbers, e-mail addresses, or digits that may be anything.

use super::cells::has_a_numbers_digits;
use ringcard_core::number::{Certainty, DialPlan, NotANumber, Party, Reading, UnsureReason};

/// The values that say something.
pub(super) fn filled(sample: &[String]) -> impl Iterator<Item = &str> {
    sample.iter().map(|value| value.trim()).filter(|value| !value.is_empty())
}

/// Whether there is nothing but numbers with a plus and a country.
pub(super) fn are_beyond_doubt(values: &[&str], plan: Option<&DialPlan>) -> bool {
    let Some(plan) = plan else { return false };
    let beyond_doubt = |value: &&str| is_with_country(plan, value);
    values.iter().any(|value| beyond_doubt(value) == Some(true))
        && values.iter().all(|value| beyond_doubt(value).is_some())
}

/// Of a column that is named for something else, or not at all.
pub(super) fn are_numbers(values: &[&str], has_name: bool, plan: Option<&DialPlan>) -> bool {
    let are_written_so = values.iter().all(|value| looks_like_number(value));
    let Some(plan) = plan else { return are_written_so && !has_name };
    if has_name {
        return are_beyond_doubt(values, Some(plan));
    }
    let read = values.iter().filter(|value| plan.read(value).is_ok()).count();
    are_written_so
        && read * 2 >= values.len()
        && !are_amounts(values)
        && values.iter().all(|value| !is_something_else(plan, value))
}

/// Of a column with a name for telephones: a remark or the number of a card here and there costs itself. Not dates, nor
/// names of providers.
pub(super) fn are_mostly_numbers(values: &[&str], plan: Option<&DialPlan>) -> bool {
    let Some(plan) = plan else { return values.iter().all(|value| looks_like_number(value)) };
    let with_digits = values.iter().filter(|value| has_a_numbers_digits(value));
    let (read, other): (Vec<&&str>, Vec<&&str>) = with_digits.partition(|value| plan.read(value).is_ok());
    !read.is_empty() && read.len() >= other.len()
}

/// Of a column whose name says nothing but *telephone*: what cannot be read is meant as one, too. Not dates.
pub(super) fn may_be_numbers(values: &[&str], plan: Option<&DialPlan>) -> bool {
    const FEWEST: usize = 3;
    let is_other = |value: &str| {
        let read = plan.map(|plan| plan.read(value));
        matches!(read, Some(Err(NotANumber::Date | NotANumber::OrderNumber | NotANumber::Address)))
    };
    let digits = |value: &str| value.bytes().filter(u8::is_ascii_digit).count();
    let with_digits: Vec<&&str> = values.iter().filter(|value| digits(value) >= FEWEST).collect();
    let other = with_digits.iter().filter(|value| is_other(value)).count();
    other * 2 <= with_digits.len()
}

fn is_something_else(plan: &DialPlan, value: &str) -> bool {
    match plan.read(value) {
        Ok(Reading { certainty: Certainty::Unsure { why }, .. }) => {
            matches!(why, UnsureReason::MayBeDate | UnsureReason::MayBeOrderNumber | UnsureReason::MayBeAddress)
        }
        Ok(_) => false,
        Err(why) => {
            matches!(why, NotANumber::Date | NotANumber::OrderNumber | NotANumber::CardNumber | NotANumber::Address)
        }
    }
}

/// `1 250 000` and `15 000 000`: groups of three behind fewer, in each value, and not all of them alike.
fn are_amounts(values: &[&str]) -> bool {
    let groups = |value: &str| -> Option<usize> {
        let bare = value.trim_start_matches(['-', ' ']);
        let mut groups = bare.split([' ', '.', '\'', '\u{a0}', '\u{202f}']);
        let first = groups.next()?;
        let rest: Vec<&str> = groups.collect();
        let is_digits = |group: &str| !group.is_empty() && group.bytes().all(|byte| byte.is_ascii_digit());
        let is_amount = is_digits(first)
            && !first.starts_with('0')
            && first.len() <= 3
            && !rest.is_empty()
            && rest.iter().all(|group| group.len() == 3 && is_digits(group));
        is_amount.then_some(first.len())
    };
    let firsts: Option<Vec<usize>> = values.iter().map(|value| groups(value)).collect();
    firsts.is_some_and(|firsts| firsts.iter().any(|first| *first < 3))
}

/// Whether a value has a plus and the country's code behind it, and whether such a number exists; an amount of money
/// may have a plus as well.
fn is_with_country(plan: &DialPlan, value: &str) -> Option<bool> {
    let start = value.trim_start_matches(['\'', '"', '(', '=', ' ']);
    let Reading { party, certainty } = plan.read(value).ok().filter(|_| start.starts_with('+'))?;
    let Party::Outside(_) = party else { return None };
    match certainty {
        Certainty::Sure => Some(true),
        Certainty::Unsure { why: UnsureReason::SeveralNumbers | UnsureReason::WordsAround } => Some(true),
        Certainty::Unsure { why: UnsureReason::NotInUse | UnsureReason::ExtensionGuessed } => Some(false),
        Certainty::Unsure { .. } => None,
    }
}

pub(super) fn looks_like_email(value: &str) -> bool {
    value.split_once('@').is_some_and(|(name, host)| !name.is_empty() && host.contains('.') && !value.contains(' '))
}

/// Written like a number, with a + or spaces: bare digits may as well be anything.
pub(super) fn looks_like_number(value: &str) -> bool {
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    let others = |letter: char| letter.is_ascii_digit() || " +-/().".contains(letter);
    (7..=16).contains(&digits)
        && value.chars().all(others)
        && (value.starts_with('+') || value.starts_with('0') || value.contains(' ') || value.contains('('))
}
