//! Links and SIP addresses: what stands in them for a number.
//!
//! Browsers, mail programs and PBXs write these in every way but the right one (RFC 3966, RFC 3261), so what is taken
//! is generous: `tel:+39-0721-405516`, `tel:(0721)405516`, `tel://+36…/`, `callto:+36 30…`, `tel:+1%20201…`,
//! `sip:101@pbx;user=phone`, `"Ana" <sip:+36…@pbx>;tag=1`, `ringcard:call?number=+36…`.

use super::{NotANumber, choose::MAX_EXTENSION, read::MAX_TEXT, tidy::tidy, undress::undressed};
use std::borrow::Cow;

const SCHEMES: [&str; 5] = ["tel:", "callto:", "sip:", "sips:", "ringcard:"];

/// What a link says.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Link {
    pub number: String,
    pub extension: Option<String>,
    /// `+36`: what makes a local number worldwide (`phone-context`). Contexts that are domains are left out.
    pub context: Option<String>,
}

/// Takes a link apart; `None` where the text (tidied already) is no link.
pub(super) fn take_apart(text: &str) -> Result<Option<Link>, NotANumber> {
    let text = inside_brackets(text.trim());
    let Some(mut rest) = after_scheme(text) else { return Ok(None) };
    // Some programs make `callto:tel:+36…` of a link they found.
    while let Some(inner) = after_scheme(rest) {
        rest = inner;
    }
    let decoded = tidy(&undressed(rest));
    let whole = decoded.trim().trim_start_matches('/').trim_end_matches('/');
    let (mut path, query) = whole.split_once('?').unwrap_or((whole, ""));
    for act in ["call", "dial"] {
        path = path.strip_prefix(act).map_or(path, |rest| rest.trim_start_matches(['/', ':']));
    }
    // Whatever else a program puts beside the number, and wherever.
    let parameter = |name: &str| {
        let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
        pairs.find_map(|(known, value)| (known.trim() == name && !value.trim().is_empty()).then_some(value))
    };
    let path = path.strip_prefix("number=").unwrap_or(path);
    let is_in_path = path.bytes().any(|b| b.is_ascii_digit());
    let number = parameter("number").filter(|_| !is_in_path);
    let mut link = parts(number.unwrap_or(path), text.starts_with("sip"))?;
    if number.is_some() && link.extension.is_none() {
        let digits = parameter("ext").unwrap_or_default().chars().filter(char::is_ascii_digit).collect::<String>();
        link.extension = Some(digits).filter(|digits| (1..=MAX_EXTENSION).contains(&digits.len()));
    }
    Ok(Some(link))
}

/// A link of ours (`ringcard:call?number=…&source=…`) as the `tel:` link that says the same; other texts as they are.
pub fn of_ours(link: &str) -> Cow<'_, str> {
    if link.chars().nth(MAX_TEXT).is_some() || !tidy(link).starts_with("ringcard:") {
        return Cow::Borrowed(link);
    }
    match take_apart(&tidy(link)) {
        Ok(Some(Link { number, extension, context })) => {
            let extension = extension.map_or_else(String::new, |extension| format!(";ext={extension}"));
            let context = context.map_or_else(String::new, |context| format!(";phone-context=+{context}"));
            Cow::Owned(format!("tel:{number}{extension}{context}"))
        }
        Ok(None) | Err(_) => Cow::Borrowed(link),
    }
}

/// `"Ana Kiss" <sip:101@pbx>;tag=7`: what is between the brackets, if it is a link or a number.
fn inside_brackets(text: &str) -> &str {
    match (text.rfind('<'), text.rfind('>')) {
        (Some(open), Some(close))
            if open < close && text[open..close].bytes().any(|b| b.is_ascii_digit() || b == b':') =>
        {
            text[open + 1..close].trim()
        }
        _ => text,
    }
}

/// The part in angle brackets, for PBXs that send `"Ana Kiss" <101>`; the text itself where there is none.
pub(super) fn without_name(text: &str) -> &str {
    inside_brackets(text)
}

/// An address as PBXs write it: without a scheme (`+36…@pbx:5060;user=phone`, `+36…;tag=1`), or behind a name without
/// brackets (`Ana sip:101@pbx`). `None` where no number stands in front of the host.
pub(super) fn address(text: &str) -> Option<Link> {
    let text = inside_brackets(text.trim());
    if let Some(at) = SCHEMES.iter().filter_map(|scheme| text.find(&format!(" {scheme}"))).min() {
        return take_apart(&text[at + 1..]).ok().flatten();
    }
    let end = text.find('@').or_else(|| text.find(';').filter(|at| text[*at..].contains('=')))?;
    let (user, host) = text.split_at(end);
    // `Ana Kiss +36…@pbx`, `(+36…@pbx)`
    let number = user.split(';').next().unwrap_or_default();
    let begins = number.rfind(|c: char| !(c.is_ascii_digit() || " +-./()*#".contains(c)));
    let begins = begins.map_or(0, |at| at + number[at..].chars().next().map_or(1, char::len_utf8));
    let (name, number) = number.split_at(begins);
    let is_apart = name.is_empty() || number.starts_with([' ', '(']) || name.ends_with(['"', '\'', '[', ':', ',']);
    let is_number = number.bytes().any(|b| b.is_ascii_digit()) && !name.bytes().any(|b| b.is_ascii_digit());
    (is_apart && is_number).then(|| parts(&format!("{}{host}", &user[begins..]), true).ok()).flatten()
}

fn after_scheme(text: &str) -> Option<&str> {
    SCHEMES.iter().find_map(|scheme| text.strip_prefix(scheme)).map(|rest| rest.trim_start().trim_start_matches("//"))
}

/// Number, host and parameters of what stands behind the scheme.
fn parts(rest: &str, is_sip: bool) -> Result<Link, NotANumber> {
    let (user, host) = match rest.split_once('@') {
        Some((user, host)) => (user, Some(host)),
        None => (rest, None),
    };
    let mut parameters = user.split(';');
    let number = parameters.next().unwrap_or_default();
    // `sip:101:password@pbx`: whatever is behind the colon is none of our business.
    let number = if host.is_some() { number.split(':').next().unwrap_or_default() } else { number };
    let has_letters = number.chars().any(char::is_alphabetic);
    if has_letters && (host.is_some() || is_sip) || is_sip && host.is_none() && number.contains('.') {
        return Err(NotANumber::Address);
    }
    let mut link = Link { number: number.trim().to_owned(), extension: None, context: None };
    for parameter in parameters.chain(host.into_iter().flat_map(|host| host.split(';').skip(1))) {
        let Some((name, value)) = parameter.split_once('=') else {
            // `tel:+36…;12` or a second number: no parameter, so it stays part of the text.
            if host.is_none() && parameter.bytes().any(|b| b.is_ascii_digit()) {
                link.number.push(';');
                link.number.push_str(parameter);
            }
            continue;
        };
        let digits: String = value.chars().filter(char::is_ascii_digit).collect();
        match name.trim() {
            "ext" | "postd" if digits.len() > MAX_EXTENSION => return Err(NotANumber::TooLong),
            "ext" | "postd" if !digits.is_empty() => link.extension = Some(digits),
            "phone-context" if value.trim().starts_with('+') && !digits.is_empty() => link.context = Some(digits),
            _ => {}
        }
    }
    Ok(link)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn link(number: &str, extension: Option<&str>, context: Option<&str>) -> Option<Link> {
        let owned = |text: &str| text.to_owned();
        Some(Link { number: owned(number), extension: extension.map(owned), context: context.map(owned) })
    }

    #[test]
    fn links_are_taken_apart() {
        let table = [
            ("tel:+36301234567", link("+36301234567", None, None)),
            ("tel:+1%20201%20555%200123", link("+1 201 555 0123", None, None)),
            ("tel:%252B36301234567", link("+36301234567", None, None)),
            ("tel://+36301234567/", link("+36301234567", None, None)),
            ("callto:tel:+36301234567", link("+36301234567", None, None)),
            ("tel:+36-1-234-5678;ext=12", link("+36-1-234-5678", Some("12"), None)),
            ("tel:301234567;phone-context=+36", link("301234567", None, Some("36"))),
            ("tel:101;phone-context=pbx.example.com", link("101", None, None)),
            ("sip:101@pbx.example.com;user=phone", link("101", None, None)),
            ("sip:+36301234567;ext=9@pbx:5060", link("+36301234567", Some("9"), None)),
            ("sip:101:secret@pbx", link("101", None, None)),
            ("\"ana kiss\" <sip:101@pbx>;tag=77", link("101", None, None)),
            ("ringcard:call?number=%2b36301234567&x=1", link("+36301234567", None, None)),
            ("ringcard://call/+36301234567", link("+36301234567", None, None)),
            ("ringcard://call?number=%2b36305550103&source=crm", link("+36305550103", None, None)),
            ("ringcard://call?source=crm&number=%2b36305550103", link("+36305550103", None, None)),
            ("ringcard:call?a=1&ext=12&number=+3615550103&b=2", link("+3615550103", Some("12"), None)),
            ("ringcard://call/?x=112&number=101", link("101", None, None)),
            ("ringcard:number=+36305550103", link("+36305550103", None, None)),
            ("tel:+36305550103?number=112", link("+36305550103", None, None)),
            ("tel:100%", link("100%", None, None)),
            ("+36301234567", None),
            ("ana <ana@example.com>", None),
        ];
        for (text, expected) in table {
            assert_eq!(take_apart(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn a_link_of_ours_is_the_tel_link_that_says_the_same() {
        for (ours, same) in [
            ("ringcard:+361234567", "tel:+361234567"),
            ("ringcard://call/+361234567", "tel:+361234567"),
            ("RINGCARD://call?source=crm&number=%2B361234567", "tel:+361234567"),
            ("ringcard:call?number=+3612345678&ext=12", "tel:+3612345678;ext=12"),
            ("ringcard:", "tel:"),
            ("tel:+361234567?x=1", "tel:+361234567?x=1"),
            ("06 30 123 4567", "06 30 123 4567"),
        ] {
            assert_eq!(of_ours(ours), same, "{ours}");
        }
    }

    #[test]
    fn an_address_without_a_number_is_refused() {
        for text in ["sip:ana.kiss@pbx", "sip:pbx.example.com", "sip:192.0.2.1", "callto:ana@example.com"] {
            assert_eq!(take_apart(text), Err(NotANumber::Address), "{text}");
        }
    }
}
