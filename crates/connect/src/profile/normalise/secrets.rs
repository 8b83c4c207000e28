//! What of a push is a secret. It is taken out before anything is read, so that nothing can keep or show it.
//!
//! A secret is what the account knows as one, wherever it stands and however it is written; and what stands under a name
//! that the profile declares for keys and passwords, whatever it is: a key that is wrong today was right last year.

use crate::{
    RawPush,
    profile::{
        config::{push::AuthRules, template::Template, values::Values},
        scrub::{DRESSES, HIDDEN, LENIENT_BASE64, Scrub, undressed},
        wire::{Fields, path_of, printable, shorten},
    },
};
use base64::Engine;
use std::{borrow::Cow, collections::BTreeSet};

/// Shorter ones are no longer looked for inside of other text: too much of what a call is made of looks like them.
const SHORTEST: usize = 4;
/// A number that holds a shorter secret is a number all the same.
const SHORTEST_IN_NUMBERS: usize = 8;
/// What stands in a declared place is looked for elsewhere from this length on.
const SHORTEST_GIVEN: usize = 6;
const MOST_GIVEN: usize = 64;
/// Longer than any value that is kept.
const LONGEST: usize = 4096;

/// The names a profile declares for keys and passwords.
#[derive(Debug, Clone)]
pub(super) struct Declared {
    /// As paths, those of headers too.
    names: BTreeSet<String>,
    users: BTreeSet<String>,
    /// As they come with a request.
    headers: Vec<String>,
}

/// Which fields of a push are numbers.
pub(super) struct Numbers<'a> {
    /// Callers, extensions, seconds.
    pub plain: BTreeSet<&'a str>,
    /// Ids: numbers only where they look like one.
    pub ids: BTreeSet<&'a str>,
}

impl Declared {
    pub fn new(auth: &AuthRules, values: &Values) -> Result<Self, String> {
        let paths = |lists: &[&[Template]]| -> Result<BTreeSet<String>, String> {
            let texts = super::fill(&lists.concat(), values)?;
            Ok(texts.iter().map(|name| path_of(name)).filter(|path| !path.is_empty()).collect())
        };
        let mut names = paths(&[&auth.key_parameters, &auth.password_parameters, &auth.key_headers])?;
        // Some services pass the request's headers on, as parameters.
        names.extend(["authorization".to_owned(), "proxyauthorization".to_owned()]);
        let headers = super::fill(&auth.key_headers, values)?;
        let headers = headers.iter().map(|name| name.trim().to_ascii_lowercase());
        let headers = headers.filter(|name| !name.is_empty()).chain(["authorization".to_owned()]).collect();
        Ok(Self { names, users: paths(&[&auth.user_parameters])?, headers })
    }

    /// Whether a field is the user of a push: no secret, and nothing to keep either.
    pub fn is_user(&self, path: &str) -> bool {
        self.users.contains(path)
    }

    /// Whether a key or password stands there: under a declared name, however deep.
    fn is_secret(&self, path: &str) -> bool {
        let inner = |name: &String| match path.find(name.as_str()) {
            None => false,
            Some(_) => format!(".{path}.").contains(&format!(".{name}.")),
        };
        self.names.iter().any(inner)
    }

    /// Takes all secrets out of a push's fields.
    pub fn take_out(&self, fields: &mut Fields, raw: &RawPush, known: &Scrub, numbers: &Numbers<'_>) {
        let given = self.given(fields, raw);
        let all = || known.plain().chain(given.iter().map(String::as_str));
        let at_least = |length: usize| Scrub::new(all().filter(|secret| secret.chars().count() >= length));
        let (inside, in_numbers) = (at_least(SHORTEST), at_least(SHORTEST_IN_NUMBERS));
        let whole: Vec<&str> = known.plain().filter(|secret| secret.chars().count() < SHORTEST).collect();
        let quiet = |text: &str, scrub: &Scrub| -> Option<String> {
            // What is known first, and whole: a name's own end may lie in the middle of it.
            let unknown = scrub.hide(text)?;
            self.without_named(&unknown).map(Cow::into_owned)
        };
        fields.retain(|path, name, values| {
            let name = shorten(name, LONGEST);
            if self.is_secret(path) || quiet(&name, &inside).as_ref() != Some(&name) {
                return false;
            }
            let mut left = Vec::with_capacity(values.len());
            for value in values.iter() {
                let text: String = printable(value).chars().take(LONGEST).collect();
                let is_number = is_number(&text);
                let kept = match is_number {
                    true if numbers.plain.contains(path) => Some(text),
                    true if numbers.ids.contains(path) => quiet(&text, &in_numbers),
                    _ if whole.contains(&text.trim()) => None,
                    _ => quiet(&text, &inside),
                };
                left.extend(kept);
            }
            *values = left;
            !values.is_empty()
        });
    }

    /// What was given as a key or password in any declared place.
    fn given(&self, fields: &Fields, raw: &RawPush) -> Vec<String> {
        let in_fields = fields.iter().filter(|(path, _)| self.is_secret(path)).flat_map(|(_, field)| &field.values);
        let in_headers = self.headers.iter().filter_map(|name| raw.headers.get(name));
        let mut given = Vec::new();
        for text in in_fields.chain(in_headers).take(MOST_GIVEN) {
            let text: String = text.trim().chars().take(LONGEST).collect();
            let (scheme, rest) = text.split_once(' ').unwrap_or(("", ""));
            if scheme.eq_ignore_ascii_case("basic") {
                given.extend(password_of(rest.trim()));
            }
            if scheme.eq_ignore_ascii_case("bearer") {
                given.push(rest.trim().to_owned());
            }
            given.push(text);
        }
        given.retain(|text| text.chars().count() >= SHORTEST_GIVEN);
        given
    }

    /// The text without what stands under a declared name in it: the key of an address, a member of JSON, a header.
    /// Nothing where such a name shows only when the text is decoded.
    fn without_named<'a>(&self, text: &'a str) -> Option<Cow<'a, str>> {
        let clean = self.masked(text);
        let mut last = Cow::Borrowed(clean.as_ref());
        for _ in 0..DRESSES {
            let next = undressed(&last);
            if next == last {
                break;
            }
            if matches!(self.masked(&next), Cow::Owned(_)) {
                return None;
            }
            last = Cow::Owned(next.into_owned());
        }
        Some(clean)
    }

    fn masked<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mut hidden: Vec<(usize, usize)> = Vec::new();
        for (at, sign) in text.match_indices(['=', ':']) {
            let behind = at + sign.len();
            if let Some(name) = name_before(&text[..at], sign == ":")
                && self.is_named(name, sign == ":" && !text[..at].trim_end().ends_with(['"', '\'']))
                && hidden.last().is_none_or(|(_, end)| *end <= at)
            {
                hidden.extend(value_behind(text, behind));
            }
        }
        for (start, end) in credentials(text) {
            if hidden.iter().all(|(from, to)| end <= *from || *to <= start) {
                hidden.push((start, end));
            }
        }
        hidden.retain(|(start, end)| start < end && &text[*start..*end] != HIDDEN);
        if hidden.is_empty() {
            return Cow::Borrowed(text);
        }
        hidden.sort_unstable();
        let (mut clean, mut from) = (String::with_capacity(text.len()), 0);
        for (start, end) in hidden {
            clean.push_str(&text[from..start]);
            clean.push_str(HIDDEN);
            from = end;
        }
        clean.push_str(&text[from..]);
        Cow::Owned(clean)
    }

    /// In words of people, `key: …` is no key; the name of a header is one.
    fn is_named(&self, name: &str, is_header: bool) -> bool {
        let path = path_of(name);
        match is_header {
            true => self.headers.iter().any(|header| path_of(header) == path),
            false => self.is_secret(&path),
        }
    }
}

/// Digits, and what people and PBXs put between them.
fn is_number(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit())
        && text.bytes().all(|byte| byte.is_ascii_digit() || b" +-.()/*#,;&".contains(&byte))
}

/// The name in front of a `=` or `:`, quoted or not.
fn name_before(text: &str, may_be_quoted: bool) -> Option<&str> {
    let text = match may_be_quoted {
        true => text.trim_end().trim_end_matches(['"', '\'', '\\']),
        false => text,
    };
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '-' | '.' | '[' | ']');
    let start = text.char_indices().rev().take_while(|(_, c)| part(*c)).last().map(|(at, _)| at)?;
    Some(&text[start..])
}

/// What stands behind it, up to where it ends; with the scheme of `Bearer …`, two words.
fn value_behind(text: &str, from: usize) -> Option<(usize, usize)> {
    let rest = &text[from..];
    let lead = rest.len() - rest.trim_start_matches([' ', '\\']).len();
    let quote = rest[lead..].chars().next().filter(|c| matches!(c, '"' | '\''));
    let start = from + lead + quote.map_or(0, char::len_utf8);
    let value = &text[start..];
    let end_of = |value: &str| match quote {
        Some(quote) => value.find(quote).unwrap_or(value.len()),
        None => value.find(|c: char| c.is_whitespace() || "&;,\"'<>{}()#".contains(c)).unwrap_or(value.len()),
    };
    let mut end = end_of(value);
    let word = &value[..end];
    if quote.is_none() && ["basic", "bearer", "digest", "token"].iter().any(|known| word.eq_ignore_ascii_case(known)) {
        let more = value[end..].len() - value[end..].trim_start().len();
        end += more + end_of(&value[end + more..]);
    }
    let trimmed = value[..end].trim_end_matches('\\').len();
    (trimmed > 0).then_some((start, start + trimmed))
}

/// `Basic …` and `Bearer …`, wherever they stand.
fn credentials(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut scheme = None;
    for word in text.split(|c: char| c.is_whitespace() || "\"',:{}()=".contains(c)) {
        let start = word.as_ptr() as usize - text.as_ptr() as usize;
        if word.is_empty() {
            continue;
        }
        match scheme {
            Some("basic") if password_of(word).is_some() => found.push((start, start + word.len())),
            Some("bearer") if word.len() >= SHORTEST_GIVEN => found.push((start, start + word.len())),
            _ => {}
        }
        scheme = ["basic", "bearer"].into_iter().find(|known| word.eq_ignore_ascii_case(known));
    }
    found
}

/// Of `user:password` in base64.
fn password_of(basic: &str) -> Option<String> {
    let decoded = LENIENT_BASE64.decode(basic.trim_end_matches('=')).ok()?;
    let decoded = String::from_utf8(decoded).ok()?;
    decoded.split_once(':').map(|(_, password)| password.to_owned())
}
