//! What a number is searched by.

use super::{Number, Party, territory};

/// Last digits beyond these tell nothing more; fewer tell too little.
const MOST: usize = 8;
const FEWEST: usize = 6;

/// What the directory keeps of a number to find it by. All are digits only, but `e164`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SearchKeys {
    /// `+36301234567`
    pub e164: Option<String>,
    /// Without country code and prefix: `301234567`.
    pub national: Option<String>,
    /// The last 8 digits of `national`, all of it where it is shorter; absent under 6.
    pub last_digits: Option<String>,
    /// `101`
    pub internal: Option<String>,
}

/// What a party is searched by; nothing, where there is no number.
pub fn search_keys(party: &Party) -> SearchKeys {
    match party {
        Party::Outside(number) => {
            let national =
                territory::split(number.e164.trim_start_matches('+')).map(|(_, national)| national.to_owned());
            let last_digits = national.as_deref().and_then(last_digits);
            SearchKeys { e164: Some(number.e164.clone()), national, last_digits, internal: None }
        }
        Party::Internal { digits } => SearchKeys { internal: Some(digits.clone()), ..SearchKeys::default() },
        Party::Hidden | Party::Unreadable { .. } => SearchKeys::default(),
    }
}

/// So many digits of what could not be read are worth looking for: fewer than six only as a whole.
const WORTH_FINDING: std::ops::RangeInclusive<usize> = 2..=17;

/// What stands before the last `digits` of a number (country and area, without plus), where so many are dialled in town.
pub fn before_local(number: &Number, digits: usize) -> Option<&str> {
    let whole = number.e164.strip_prefix('+')?;
    let (zone, national) = territory::split(whole)?;
    let grouped = zone.main().group(national);
    // The first group is the area; where there is but one, nothing is left out in town.
    let area = grouped.find(|c: char| !c.is_ascii_digit())?;
    (national.len().checked_sub(area)? == digits && area > 0).then(|| &whole[..whole.len() - digits])
}

/// Of a party that could not be read: the digits somebody may be recognised by, without leading zeros.
pub fn unread_digits(party: &Party) -> Option<String> {
    let Party::Unreadable { text } = party else { return None };
    // What stands beside may have digits too: a port, a date, an id.
    let separates = |c: char| !(c.is_ascii_digit() || " +-./()".contains(c));
    let rows = text.split(separates).map(|row| row.chars().filter(char::is_ascii_digit).collect::<String>());
    let longest = rows.max_by_key(String::len)?;
    let digits = longest.trim_start_matches('0');
    WORTH_FINDING.contains(&digits.len()).then(|| digits.to_owned())
}

fn last_digits(national: &str) -> Option<String> {
    let digits = national.get(national.len().saturating_sub(MOST)..)?;
    (digits.len() >= FEWEST).then(|| digits.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_searched_in_every_form_it_may_be_kept_in() {
        let table = [
            ("+36301234567", Some("301234567"), Some("01234567")),
            ("+3612345678", Some("12345678"), Some("12345678")),
            ("+3545512345", Some("5512345"), Some("5512345")),
            ("+376712345", Some("712345"), Some("712345")),
            ("+24740123", Some("40123"), None),
            ("+390612345678", Some("0612345678"), Some("12345678")),
            ("+", None, None),
        ];
        for (e164, national, last_digits) in table {
            let party = Party::Outside(Number { e164: e164.to_owned(), extension: Some("1".to_owned()) });
            let keys = search_keys(&party);
            assert_eq!(keys.e164.as_deref(), Some(e164));
            assert_eq!(keys.national.as_deref(), national, "{e164}");
            assert_eq!(keys.last_digits.as_deref(), last_digits, "{e164}");
            assert_eq!(keys.internal, None);
        }
    }

    #[test]
    fn what_is_left_out_in_town_is_the_country_and_the_area() {
        let number = |e164: &str| Number { e164: e164.to_owned(), extension: None };
        for (e164, digits, before) in [
            ("+3615550104", 7, Some("361")),
            ("+3615550104", 6, None),
            ("+3672555105", 6, Some("3672")),
            ("+14155552671", 7, Some("1415")),
            ("+390612345678", 8, Some("3906")),
            ("+", 7, None),
        ] {
            assert_eq!(before_local(&number(e164), digits), before, "{e164} {digits}");
        }
    }

    #[test]
    fn without_a_number_there_is_nothing_to_search_by() {
        assert_eq!(search_keys(&Party::Hidden), SearchKeys::default());
        assert_eq!(search_keys(&Party::Unreadable { text: "101".to_owned() }), SearchKeys::default());
        let internal = search_keys(&Party::Internal { digits: "101".to_owned() });
        assert_eq!(internal, SearchKeys { internal: Some("101".to_owned()), ..SearchKeys::default() });
    }
}
