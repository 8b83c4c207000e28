//! What of a push is a secret. It is taken out before anything is read, so that nothing can keep or show it.
//!
//! A secret is what the account knows as one, wherever it stands and however it is written; and what stands under a name
//! that the profile declares for keys and passwords, whatever it is: a key that is wrong today was right last year.

use crate::{
    RawPush,
    http::scrub::{DRESSES, HIDDEN, LENIENT_BASE64, Scrub, undressed},
    profile::{
        config::{push::AuthRules, template::Template},
        wire::{Field, Fields, LONGEST_NAME, LONGEST_VALUE, beginning, each_segment, path_of, printable, shorten},
    },
    settings::values::Values,
};
use base64::Engine;
use ringcard_core::number;
use std::{borrow::Cow, collections::BTreeSet};

/// Shorter ones are no longer looked for inside of other text: too much of what a call is made of looks like them.
const SHORTEST: usize = 4;
/// A number that holds a shorter secret is a number all the same.
const SHORTEST_IN_NUMBERS: usize = 8;
/// What stands in a declared place is looked for elsewhere from this length on.
const SHORTEST_GIVEN: usize = 6;
/// More keys and passwords than one push has; of their text too.
const MOST_GIVEN: usize = 16;
const MOST_GIVEN_BYTES: usize = 2048;
/// The most text of one push that is looked through for secrets: many times what is kept of it. What is beyond it is not
/// kept; what the profile asks for goes first.
const MOST_TEXT: usize = 16 * 1024;
/// Of what nobody asks for, longer values and names are never kept: see `keep_others`.
const LONGEST_OTHER: usize = 512;
const LONGEST_OTHER_NAME: usize = 128;

/// Before this end of the longest value there was none cut: it is cut between characters.
const CUT: usize = 4;

/// The secrets of an account, ready to be looked for. Made once.
#[derive(Debug, Clone, Default)]
pub(in crate::profile) struct Known {
    all: Scrub,
    inside: Scrub,
    in_numbers: Scrub,
    /// Too short for any of it: they count where a text is nothing else.
    whole: Vec<String>,
}

impl Known {
    pub fn new<'a>(secrets: impl Iterator<Item = &'a str>) -> Self {
        let all: Vec<&str> = secrets.collect();
        let of = |length: usize| Scrub::new(all.iter().copied().filter(|secret| secret.chars().count() >= length));
        let whole = all.iter().filter(|secret| (1..SHORTEST).contains(&secret.chars().count()));
        Self {
            whole: whole.map(|secret| (*secret).to_owned()).collect(),
            all: of(0),
            inside: of(SHORTEST),
            in_numbers: of(SHORTEST_IN_NUMBERS),
        }
    }
}

/// What a text must not hold: what is known, and what this push gave.
struct Watch<'a> {
    known: &'a Scrub,
    given: &'a Scrub,
}

/// The names a profile declares for keys and passwords.
#[derive(Debug, Clone)]
pub(super) struct Declared {
    /// As paths, those of headers too.
    names: BTreeSet<String>,
    users: BTreeSet<String>,
    /// As they come with a request.
    headers: Vec<String>,
    header_paths: Vec<String>,
    /// Some of the names have more than one part.
    has_long_names: bool,
}

/// Which fields of a push somebody asks for, and which of them are numbers.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub all: BTreeSet<String>,
    /// Callers, extensions, seconds.
    pub numbers: BTreeSet<String>,
    /// Ids: numbers only where they look like one.
    pub ids: BTreeSet<String>,
    /// A call's recordings, and nothing else.
    pub recordings: BTreeSet<String>,
    /// Where programs on the way may have put something around what was meant.
    pub dressed: BTreeSet<String>,
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
        let headers: Vec<String> =
            headers.filter(|name| !name.is_empty()).chain(["authorization".to_owned()]).collect();
        let header_paths = headers.iter().map(|name| path_of(name)).collect();
        let has_long_names = names.iter().any(|name| name.contains('.'));
        Ok(Self { names, users: paths(&[&auth.user_parameters])?, headers, header_paths, has_long_names })
    }

    /// All of them, for whoever reads a push.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        self.names.iter().chain(&self.users).map(String::as_str)
    }

    /// Whether a field is the user of a push: no secret, and nothing to keep either.
    pub fn is_user(&self, path: &str) -> bool {
        self.users.contains(path)
    }

    /// Whether a key or password stands there: under a declared name, however deep.
    fn is_secret(&self, path: &str) -> bool {
        // Most declared names are of one part.
        path.split('.').any(|segment| self.names.contains(segment)) || (self.has_long_names && self.has_long(path))
    }

    fn has_long(&self, path: &str) -> bool {
        let begins_with = |rest: &str, name: &str| {
            rest.strip_prefix(name).is_some_and(|behind| behind.is_empty() || behind.starts_with('.'))
        };
        let mut rest = path;
        loop {
            if self.names.iter().any(|name| begins_with(rest, name)) {
                return true;
            }
            match rest.split_once('.') {
                Some((_, inner)) => rest = inner,
                None => return false,
            }
        }
    }

    /// Takes all secrets out of a push's fields.
    pub fn take_out(&self, fields: &mut Fields, raw: &RawPush, known: &Known, asked: &Asked) {
        let given = self.given(fields, raw, known);
        let at_least = |length: usize| {
            Scrub::for_once(given.iter().map(String::as_str).filter(|secret| secret.chars().count() >= length))
        };
        let (inside, in_numbers) = (at_least(SHORTEST), at_least(SHORTEST_IN_NUMBERS));
        let inside = Watch { known: &known.inside, given: &inside };
        let in_numbers = Watch { known: &known.in_numbers, given: &in_numbers };
        let mut left = MOST_TEXT;
        fields.retain(|path, field| {
            !asked.all.contains(path) || {
                let is_kept = self.has_clean_name(path, field, &inside, &mut left);
                let mut clean = |text: String| match is_number(&text) {
                    true if asked.numbers.contains(path) => Some(text),
                    true if asked.ids.contains(path) => self.quiet(&text, &in_numbers, &mut left),
                    _ if known.whole.iter().any(|secret| secret == text.trim()) => None,
                    _ => self.quiet(&text, &inside, &mut left),
                };
                let mut values = Vec::with_capacity(field.values.len());
                for value in &field.values {
                    // So long it is audio or nothing; nobody reads it, and half of it would be another recording.
                    if asked.recordings.contains(path) && value.len() >= LONGEST_VALUE - CUT {
                        values.push(value.clone());
                        continue;
                    }
                    let Some(text) = clean(printable(value)) else { continue };
                    values.extend(match bare(&text) {
                        Some(bare) if asked.dressed.contains(path) => {
                            field.was_encoded = true;
                            // A secret that did not show before does now.
                            bare.and_then(&mut clean)
                        }
                        _ => Some(text),
                    });
                }
                field.values = values;
                is_kept && !field.values.is_empty()
            }
        });
        fields.retain(|path, field| {
            asked.all.contains(path) || {
                let value = field.values.iter().find(|value| !value.trim().is_empty()).map(|value| printable(value));
                let value = value.filter(|value| value.len() <= LONGEST_OTHER);
                field.values.clear();
                if field.name.len() > LONGEST_OTHER_NAME || !self.has_clean_name(path, field, &inside, &mut left) {
                    return false;
                }
                // Without a value it is a name that came, for whoever asks what was not used.
                let Some(value) = value else { return true };
                let is_whole = known.whole.iter().any(|secret| secret == value.trim());
                field.values.extend(self.quiet(&value, &inside, &mut left).filter(|_| !is_whole));
                !field.values.is_empty()
            }
        });
    }

    fn has_clean_name(&self, path: &str, field: &Field, watch: &Watch<'_>, left: &mut usize) -> bool {
        let name = shorten(&field.name, LONGEST_NAME);
        !self.is_secret(path) && self.quiet(&name, watch, left).as_ref() == Some(&name)
    }

    /// The text without secrets; nothing where that cannot be, or enough was looked through.
    fn quiet(&self, text: &str, watch: &Watch<'_>, left: &mut usize) -> Option<String> {
        *left = left.checked_sub(text.len())?;
        // What is known first, and whole: a name's own end may lie in the middle of it.
        let unknown = watch.known.hide(text)?;
        let ungiven = watch.given.hide(&unknown)?;
        let mut quiet = self.without_named(&ungiven)?.into_owned();
        if text.len() >= LONGEST_VALUE - CUT {
            // It was longer, and may end in the middle of a secret.
            let longest = watch.known.longest().max(watch.given.longest());
            quiet.truncate(beginning(&quiet, quiet.len().saturating_sub(longest)).len());
        }
        Some(quiet)
    }

    /// What was given as a key or password in any declared place, and is none that is known.
    fn given(&self, fields: &Fields, raw: &RawPush, known: &Known) -> Vec<String> {
        let in_fields = fields.iter().filter(|(path, _)| self.is_secret(path)).flat_map(|(_, field)| &field.values);
        let in_headers = self.headers.iter().filter_map(|name| raw.headers.get(name));
        let mut given: Vec<String> = Vec::new();
        let mut left = MOST_GIVEN_BYTES;
        let mut give = |text: &str| {
            // Around a secret that is known, there may be one that is not.
            let Some(unknown) = known.all.hide(text) else { return };
            for part in unknown.split(HIDDEN).map(str::trim) {
                let is_new = part.chars().count() >= SHORTEST_GIVEN && !given.iter().any(|known| known == part);
                if is_new && given.len() < MOST_GIVEN && part.len() <= left {
                    left -= part.len();
                    given.push(part.to_owned());
                }
            }
        };
        for text in in_headers.chain(in_fields).take(4 * MOST_GIVEN) {
            let text = beginning(text.trim(), LONGEST_VALUE);
            let (scheme, rest) = text.split_once(' ').unwrap_or(("", ""));
            let rest = rest.trim();
            if scheme.eq_ignore_ascii_case("basic") {
                if let Some(password) = password_of(rest) {
                    give(&password);
                }
                give(rest);
            } else if scheme.eq_ignore_ascii_case("bearer") {
                give(rest);
            } else {
                give(text);
            }
        }
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
            if hidden.last().is_none_or(|(_, end)| *end <= at)
                && let Some(name) = name_before(&text[..at], sign == ":")
                && self.is_named(name, sign == ":" && !text[..at].trim_end().ends_with(['"', '\'']))
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
        let mut segments = 0;
        let mut is_one = false;
        each_segment(name, &mut String::new(), |segment| {
            segments += 1;
            is_one |= match is_header {
                true => self.header_paths.iter().any(|path| path == segment),
                false => self.names.contains(segment),
            };
            is_header || !is_one
        });
        match is_header {
            true if segments == 1 => is_one,
            true => self.header_paths.contains(&path_of(name)),
            // Most declared names are of one part: then nothing has to be put together.
            false => is_one || (self.has_long_names && self.is_secret(&path_of(name))),
        }
    }
}

/// What was encoded or escaped once more, as it was meant. In more layers than there are programs on the way somebody
/// hides something: then nothing of it is left.
fn bare(text: &str) -> Option<Option<String>> {
    let Cow::Owned(bare) = number::undressed(text) else { return None };
    Some(matches!(number::undressed(&bare), Cow::Borrowed(_)).then_some(bare))
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
