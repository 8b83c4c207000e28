//! Which extensions a text names: digits, channels of any technology, addresses, with names beside them, one or many.
//!
//! `PJSIP/101-0000003f`, `Local/101@from-queue-00000001;1`, `<sip:101@pbx;user=phone>`, `Bela <102>`, `102 (Bela)`,
//! `SIP/101&SIP/102`, `["101","102"]` all name what stands in an agent's settings. A text that names something else (a
//! trunk's channel, somebody's name) is kept as it is: it is nobody's extension, and not a call for everybody.

use super::{LONGEST_EXTENSION, MOST_EXTENSIONS, shorten};

/// What PBXs write where they name none.
const NOTHING: [&str; 9] = ["null", "none", "nil", "undefined", "n/a", "unknown", "false", "-", "[]"];

/// The extensions that these texts name, each once.
pub(super) fn read(texts: &[String]) -> Vec<String> {
    let mut named = Vec::new();
    for text in texts {
        for item in items(without_list(text.trim())) {
            for extension in item_extensions(item) {
                if !named.contains(&extension) {
                    named.push(extension);
                }
            }
        }
    }
    // Where there is a number, what stands beside it is a name.
    if named.iter().any(|name| is_number(name)) {
        named.retain(|name| is_number(name));
    }
    named.truncate(MOST_EXTENSIONS);
    named
}

/// The extension that a channel's name is about: `PJSIP/101-0000003f`. `None`: it is no channel, or of no number.
pub(super) fn of_channel(text: &str) -> Option<String> {
    let name = channel(text.trim())?;
    (name.len() <= LONGEST_EXTENSION && name.bytes().all(|b| b.is_ascii_digit())).then(|| name.to_owned())
}

/// `["101","102"]`, where a list came as text.
fn without_list(text: &str) -> &str {
    text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text)
}

/// The parts of a list. What stands in quotes or angle brackets is one; a parameter (`;user=phone`, the `;1` of a local
/// channel) belongs to what it stands behind.
fn items(text: &str) -> Vec<&str> {
    let mut items = Vec::new();
    let (mut start, mut quote, mut brackets) = (0, None, 0_u32);
    for (at, c) in text.char_indices() {
        match c {
            '"' | '\'' if quote.is_none() && text[at + 1..].contains(c) => quote = Some(c),
            c if quote == Some(c) => quote = None,
            _ if quote.is_some() => {}
            '<' => brackets += 1,
            '>' => brackets = brackets.saturating_sub(1),
            _ if brackets > 0 => {}
            ';' if is_parameter(&text[start..at], &text[at + 1..]) => {}
            ',' | ';' | '&' | '|' | '\n' => {
                items.push(&text[start..at]);
                start = at + 1;
            }
            _ => {}
        }
    }
    items.push(&text[start..]);
    items.retain(|item| !item.trim().is_empty());
    items
}

/// Whether what follows a `;` is a parameter of the item before it.
fn is_parameter(item: &str, rest: &str) -> bool {
    let next = rest.split([';', ',', '&', '|', '\n']).next().unwrap_or_default().trim();
    let is_address = item.contains(['@', '>', ':', '/']);
    next.contains('=') || is_address && matches!(next, "lr" | "ob" | "1" | "2")
}

/// The extensions of one item; more than one only where words or slashes stand between digits.
fn item_extensions(item: &str) -> Vec<String> {
    let item = item.trim().trim_matches(['"', '\'']).trim();
    if item.is_empty() || NOTHING.contains(&item.to_lowercase().as_str()) {
        return Vec::new();
    }
    let bare = apart_from_name(item);
    if let Some(name) = channel(bare).or_else(|| address(bare).filter(|name| !name.contains('/'))) {
        return vec![kept(name)];
    }
    // A contact of an endpoint: `101/sip:101@10.0.0.1`.
    if let Some((endpoint, _)) = bare.split_once('/').filter(|(_, contact)| address(contact).is_some()) {
        return vec![kept(endpoint)];
    }
    // `101 102`, `101/102`, `ext. 101`, `102 - Bela`, `101-102`
    let words = bare.split(|c: char| c.is_whitespace() || matches!(c, '/' | ':'));
    let numbers: Vec<String> =
        words.map(|word| word.trim_matches(['.', '-', '(', ')'])).filter(|word| is_number(word)).map(kept).collect();
    match numbers.is_empty() {
        // What is too long is nobody's, also when it is cut.
        true if bare.chars().count() > LONGEST_EXTENSION => vec![format!("{}…", shorten(bare, LONGEST_EXTENSION - 1))],
        true => vec![kept(bare)],
        false => numbers,
    }
}

/// `Bela <102>`, `"Bela" <sip:102@pbx>`, `102 (Bela)`, `Bela (102)`: the part that is no name.
fn apart_from_name(item: &str) -> &str {
    let has_digit = |text: &str| text.bytes().any(|b| b.is_ascii_digit());
    for (open, close) in [('<', '>'), ('(', ')'), ('[', ']')] {
        let (Some(from), Some(to)) = (item.rfind(open), item.rfind(close)) else { continue };
        if from > to || open == '[' && item[..from].contains('@') {
            continue;
        }
        let (before, inside) = (item[..from].trim(), item[from + 1..to].trim());
        let outside = if before.is_empty() { item[to + 1..].trim() } else { before };
        if !inside.is_empty() && (has_digit(inside) && (open == '<' || !is_number(outside)) || outside.is_empty()) {
            return inside;
        }
        if !outside.is_empty() {
            return outside.trim_matches(['"', '\'']).trim();
        }
    }
    item
}

/// What a channel belongs to: `101` of `SIP/101-b7a1c2d0`, `Local/101@queue-0001;2`, `PJSIP/101/sip:101@10.0.0.1`,
/// `sofia/internal/101@pbx`, `user/101`.
fn channel(text: &str) -> Option<&str> {
    let (technology, rest) = text.split_once('/')?;
    let is_technology = technology.starts_with(|c: char| c.is_ascii_alphabetic())
        && technology.bytes().all(|b| b.is_ascii_alphanumeric() || b"_.".contains(&b));
    if !is_technology || rest.is_empty() {
        return None;
    }
    // FreeSWITCH has the profile or gateway between.
    let rest = match technology.to_ascii_lowercase().as_str() {
        "sofia" => rest.rsplit('/').next().map(|name| address(name).unwrap_or(name)).unwrap_or(rest),
        _ => rest,
    };
    let is_local = technology.eq_ignore_ascii_case("local");
    let name = rest.split(['@', '/', ';']).next().unwrap_or_default();
    let name = name.split(':').next().unwrap_or_default();
    // The instance stands at the end of the whole, which of a local channel is behind its context.
    let name = if is_local || rest.contains('@') { name } else { without_instance(name) };
    Some(name.trim()).filter(|name| !name.is_empty())
}

/// `101-0000003f`
fn without_instance(name: &str) -> &str {
    match name.rsplit_once('-') {
        Some((head, tail)) if !head.is_empty() && !tail.is_empty() && tail.bytes().all(|b| b.is_ascii_hexdigit()) => {
            head
        }
        _ => name,
    }
}

/// `101` of `sip:101@pbx;user=phone`, `101@[2001:db8::1]:5060`, `tel:101`.
fn address(text: &str) -> Option<&str> {
    const SCHEMES: [&str; 4] = ["sip:", "sips:", "tel:", "callto:"];
    let after = |scheme: &&str| {
        let begins = text.get(..scheme.len())?.eq_ignore_ascii_case(scheme);
        begins.then(|| text[scheme.len()..].trim_start_matches('/'))
    };
    let behind_scheme = SCHEMES.iter().find_map(after);
    // `Bela sip:102@pbx`, `Bela 102@pbx`
    let last_word =
        || text.rsplit(char::is_whitespace).next().filter(|word| word.len() < text.len() && word.contains('@'));
    match (behind_scheme, last_word()) {
        (None, Some(word)) => return address(word),
        (None, None) if !text.contains(['@', ';']) => return None,
        _ => {}
    }
    let user = behind_scheme.unwrap_or(text).split(['@', ';']).next().unwrap_or_default();
    Some(user.split(':').next().unwrap_or_default().trim()).filter(|user| !user.is_empty())
}

/// Digits, with what a PBX's own numbers may have besides.
fn is_number(text: &str) -> bool {
    let plain = text.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-+*#".contains(&b));
    plain && text.len() <= LONGEST_EXTENSION && text.bytes().any(|b| b.is_ascii_digit())
}

fn kept(name: &str) -> String {
    shorten(name, LONGEST_EXTENSION)
}
