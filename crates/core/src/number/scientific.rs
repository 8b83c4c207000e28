//! Numbers that a spreadsheet took for quantities: `3.6305550134E10`, `3,63056E+10`.
//!
//! Programs write all digits there are, perhaps without the zeros at the end (`3.63055501E10`); what a spreadsheet shows
//! has a sign in front of the exponent and is rounded to a few digits. Digits that are lost are never made up.

/// What a text in this form says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Scientific {
    /// All digits are there.
    Whole(String),
    /// It was rounded.
    Rounded,
}

/// More digits than these no spreadsheet rounds a number to.
const WHOLE_FROM: usize = 9;

/// As many digits as telephone numbers have.
const LENGTHS: std::ops::RangeInclusive<usize> = 7..=17;

/// Reads a tidied text; `None` where it is nothing of the kind.
pub(super) fn scientific(text: &str) -> Option<Scientific> {
    let (mantissa, exponent) = text.trim().split_once('e')?;
    let exponent = exponent.trim_start();
    let (is_signed, exponent) = exponent.strip_prefix('+').map_or((false, exponent), |exponent| (true, exponent));
    let exponent: usize = Some(exponent).filter(|text| is_digits(text) && text.len() <= 2)?.parse().ok()?;
    let mantissa = mantissa.trim_end();
    let (whole, fraction) = mantissa.split_once(['.', ',']).unwrap_or((mantissa, ""));
    let is_one = is_digits(whole) && !whole.starts_with('0') && (fraction.is_empty() || is_digits(fraction));
    // `3e10` is a room, or whatever; nobody's telephone.
    if !is_one || !LENGTHS.contains(&(whole.len() + exponent)) || (fraction.is_empty() && exponent > 0) {
        return None;
    }
    let missing = exponent.checked_sub(fraction.len())?;
    let digits = whole.len() + fraction.len();
    if missing > 0 && (is_signed || digits < WHOLE_FROM) {
        return Some(Scientific::Rounded);
    }
    Some(Scientific::Whole(format!("{whole}{fraction}{}", "0".repeat(missing))))
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_that_are_all_there_are_a_number_and_rounded_ones_are_not() {
        let whole = |digits: &str| Some(Scientific::Whole(digits.to_owned()));
        let table = [
            ("3.6305550134e10", whole("36305550134")),
            ("3,6305550134e+10", whole("36305550134")),
            ("3.6305550134 e+10", whole("36305550134")),
            ("3.63055501e10", whole("36305550100")),
            ("36305550134e0", whole("36305550134")),
            ("36305550.134e3", whole("36305550134")),
            ("3,63056e+10", Some(Scientific::Rounded)),
            ("3.63e10", Some(Scientific::Rounded)),
            ("3.63055501e+10", Some(Scientific::Rounded)),
            ("3.6305550134e9", None),
            ("3e10", None),
            ("e10", None),
            ("12e4", None),
            ("1.5e99", None),
            ("3.6305550134e-10", None),
            ("550e8400-e29b", None),
        ];
        for (text, expected) in table {
            assert_eq!(scientific(text), expected, "{text}");
        }
    }
}
