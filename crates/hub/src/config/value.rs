//! Whether one value is what its key asks for; every sentence says what was expected, with an example.

use super::{
    Network,
    check::{closest, is_account_name},
    codes, dialling,
    schema::{Kind, MAX_ITEMS},
};
use axum::http::Uri;
use ringcard_core::number::DialPlan;
use std::{
    net::{IpAddr, SocketAddr},
    ops::Range,
};
use toml_edit::Item;

/// Checks one value; `say` is told what is wrong, and where when it is narrower than the whole value.
pub(super) fn check(kind: Kind, name: &str, item: &Item, say: &mut dyn FnMut(Option<Range<usize>>, String)) {
    if let Kind::Numbers
    | Kind::NumberList
    | Kind::Texts
    | Kind::Networks
    | Kind::Hosts
    | Kind::Countries
    | Kind::Choices(_) = kind
    {
        return list(kind, name, item, say);
    }
    if kind == Kind::Rules {
        return dialling::check_rules(item, say);
    }
    if kind == Kind::Codes {
        return codes::check(name, item, say);
    }
    if let Some(message) = wrong(kind, name, item) {
        say(None, message);
    }
}

fn list(kind: Kind, name: &str, item: &Item, say: &mut dyn FnMut(Option<Range<usize>>, String)) {
    let example = match kind {
        Kind::Numbers => "[\"+3612345678\"]",
        Kind::NumberList => "[\"+36301234567\", \"+3620*\"]",
        Kind::Countries => "[\"HU\", \"AT\"]",
        Kind::Networks => "[\"203.0.113.4\", \"10.0.0.0/8\"]",
        Kind::Hosts => "[\"hub.example.com\"]",
        _ => "[\"one\", \"two\"]",
    };
    let Some(items) = item.as_array() else {
        return say(None, format!("`{name}` must be a list of texts, such as {example}, and is {}", kind_of(item)));
    };
    if items.len() > MAX_ITEMS {
        return say(None, format!("`{name}` has {} items, and {MAX_ITEMS} is the most", items.len()));
    }
    for value in items {
        let each = match value.as_str() {
            None => Some(format!("`{name}` must be a list of texts, such as {example}")),
            Some("") => Some(format!("an item of `{name}` is empty")),
            Some(text) => match kind {
                Kind::Choices(choices) if !choices.contains(&text) => {
                    Some(wants_choice(name, &Item::Value(value.clone()), choices))
                }
                Kind::Countries => DialPlan::new(text).err().map(|unknown| format!("`{name}`: {unknown}")),
                _ => wrong_item(kind, text).map(|why| format!("an item of `{name}` {why}")),
            },
        };
        if let Some(message) = each {
            say(value.span(), message);
        }
    }
}

fn wrong_item(kind: Kind, text: &str) -> Option<String> {
    match kind {
        Kind::Networks => text.parse::<Network>().err().map(|why| why.to_string()),
        Kind::Hosts => wrong_host(text),
        _ => wrong_text(text, 80),
    }
}

/// As it stands in the address of a request, without a port.
fn wrong_host(text: &str) -> Option<String> {
    let is_plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
    let good = text.parse::<IpAddr>().is_ok() || (text.len() <= 253 && is_plain(text));
    (!good).then(|| "must be a host name as it stands in an address, such as \"hub.example.com\" (no port)".to_owned())
}

fn wrong(kind: Kind, name: &str, item: &Item) -> Option<String> {
    match kind {
        Kind::Integer(min, max) => return wrong_integer(name, item, min, max),
        Kind::Flag => {
            return item
                .as_bool()
                .is_none()
                .then(|| format!("`{name}` must be true or false, and is {}", kind_of(item)));
        }
        Kind::Secret => return wrong_secret(name, "", item),
        Kind::Choice(choices) => {
            let known = item.as_str().is_some_and(|text| choices.contains(&text));
            return (!known).then(|| wants_choice(name, item, choices));
        }
        _ => {}
    }
    let Some(text) = item.as_str() else {
        return Some(format!("`{name}` must be text in quotation marks, and is {}", kind_of(item)));
    };
    let why = match kind {
        Kind::Text(max) => wrong_text(text, max),
        Kind::Number => wrong_text(text, 80).or_else(|| text.is_empty().then(|| "must not be empty".to_owned())),
        Kind::Path => wrong_text(text, 1000).or_else(|| text.is_empty().then(|| "must not be empty".to_owned())),
        Kind::Digits(max) => {
            let good = !text.is_empty()
                && text.len() <= max
                && text.chars().all(|symbol| symbol.is_ascii_digit() || "*#+".contains(symbol));
            (!good).then(|| format!("must be 1 to {max} digits, such as \"101\""))
        }
        Kind::Address => text.parse::<SocketAddr>().err().map(|_| {
            "must be an IP address with a port, such as \"127.0.0.1:8480\" or \"[::1]:8480\" (no host name)".to_owned()
        }),
        Kind::Url(schemes) => wrong_url(text, schemes),
        Kind::Country => {
            let good = text.len() == 2 && text.chars().all(|letter| letter.is_ascii_alphabetic());
            (!good).then(|| "must be the two letters of a country, such as \"HU\", \"ES\" or \"US\"".to_owned())
        }
        Kind::Name => (!is_account_name(text)).then(|| {
            "must be 1 to 32 lower-case letters, digits and hyphens, such as \"pbx\": it is part of webhook addresses"
                .to_owned()
        }),
        Kind::Numbers
        | Kind::NumberList
        | Kind::Texts
        | Kind::Countries
        | Kind::Choices(_)
        | Kind::Networks
        | Kind::Hosts
        | Kind::Integer(..)
        | Kind::Flag
        | Kind::Secret
        | Kind::Choice(_)
        | Kind::Rules
        | Kind::Codes => None,
    };
    why.map(|why| format!("`{name}` {why}"))
}

fn wrong_integer(name: &str, item: &Item, min: i64, max: i64) -> Option<String> {
    let expected = match (min, max) {
        (i64::MIN, i64::MAX) => "a whole number".to_owned(),
        _ => format!("a whole number from {min} to {max}"),
    };
    match item.as_integer() {
        Some(number) if (min..=max).contains(&number) => None,
        Some(number) => Some(format!("`{name}` must be {expected}, and is {number}")),
        None => Some(format!("`{name}` must be {expected}, and is {}", kind_of(item))),
    }
}

fn wrong_text(text: &str, max: usize) -> Option<String> {
    if text.chars().count() > max {
        return Some(format!("is longer than {max} characters"));
    }
    text.chars().any(char::is_control).then(|| "must be one line, without control characters".to_owned())
}

/// What a choice expects; the value is shown only where it is nearly right.
pub(super) fn wants_choice(name: &str, item: &Item, choices: &[&str]) -> String {
    let all = choices.iter().map(|choice| format!("\"{choice}\"")).collect::<Vec<_>>().join(", ");
    match item.as_str() {
        None => format!("`{name}` must be one of {all}, and is {}", kind_of(item)),
        Some(text) => match closest(text, choices.iter().copied()) {
            Some(close) => format!("`{name}` must be one of {all}: did you mean \"{close}\"?"),
            None => format!("`{name}` must be one of {all}"),
        },
    }
}

fn wrong_url(text: &str, schemes: &[&str]) -> Option<String> {
    let all = schemes.iter().map(|scheme| format!("{scheme}://…")).collect::<Vec<_>>().join(" or ");
    let expected = format!("must be an address such as {all}");
    if text.len() > 2000 || text.chars().any(|symbol| symbol.is_control() || symbol.is_whitespace()) {
        return Some(expected);
    }
    let Ok(uri) = text.parse::<Uri>() else { return Some(expected) };
    let Some(authority) = uri.authority().filter(|authority| !authority.host().is_empty()) else {
        return Some(expected);
    };
    if authority.as_str().contains('@') {
        return Some("must not hold a user or password: they have settings of their own".to_owned());
    }
    if !uri.scheme_str().is_some_and(|scheme| schemes.contains(&scheme)) {
        return Some(expected);
    }
    if text.contains(['?', '#']) {
        return Some("must end before any ? or #".to_owned());
    }
    let open = matches!(uri.scheme_str(), Some("ws"));
    let here = matches!(authority.host(), "localhost" | "127.0.0.1" | "[::1]");
    (open && !here).then(|| "must begin with wss:// (ws:// is not encrypted and stays on this machine)".to_owned())
}

/// The ways to say where a secret is kept, each with a name of its own: an account may have several secrets. `account`
/// is empty outside of accounts.
pub(super) fn secret_forms(name: &str, account: &str) -> String {
    let entry = format!("{account}-{name}").trim_start_matches('-').replace('_', "-");
    let variable = entry.to_uppercase().replace('-', "_");
    format!(
        "`{name} = {{ keyring = \"{entry}\" }}` (the platform's keyring: type the secret in under Settings), \
         `{name} = {{ env = \"{variable}\" }}` (an environment variable) or \
         `{name} = {{ file = \"secrets/{entry}\" }}` (a file that only Ringcard can read)"
    )
}

/// What is wrong with a reference to a secret; a literal one is refused with the way to store it. Nothing of the value
/// is ever shown.
pub(super) fn wrong_secret(name: &str, account: &str, item: &Item) -> Option<String> {
    let forms = secret_forms(name, account);
    let Some(table) = item.as_table_like() else {
        return Some(match item.as_str() {
            Some(_) => {
                format!(
                    "`{name}` is a secret and must not stand in this file. Keep it elsewhere and say where: {forms}"
                )
            }
            None => format!("`{name}` must say where the secret is kept: {forms}"),
        });
    };
    let mut places = table.iter();
    let (Some((place, value)), None) = (places.next(), places.next()) else {
        return Some(format!("`{name}` must name exactly one place: {forms}"));
    };
    let Some(text) = value.as_str().filter(|text| !text.is_empty()) else {
        return Some(format!("`{name}` must name a place in quotation marks: {forms}"));
    };
    match place {
        "keyring" => wrong_text(text, 200).map(|why| format!("the keyring entry of `{name}` {why}")),
        "file" => wrong_text(text, 1000).map(|why| format!("the file of `{name}` {why}")),
        "env" => {
            let good = text.len() <= 200
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
                && !text.starts_with(|first: char| first.is_ascii_digit());
            // Somebody who wrote the secret itself where its place belongs must not read it in a log.
            (!good).then(|| {
                format!("the env of `{name}` must be the name of an environment variable, such as PBX_PASSWORD")
            })
        }
        _ => Some(format!("`{name}` must name its place by keyring, env or file: {forms}")),
    }
}

fn kind_of(item: &Item) -> &'static str {
    match item {
        Item::ArrayOfTables(_) => "a list of tables",
        Item::Table(_) => "a table",
        Item::Value(value) => match value {
            toml_edit::Value::String(_) => "text",
            toml_edit::Value::Integer(_) => "a whole number",
            toml_edit::Value::Float(_) => "a number with a fraction",
            toml_edit::Value::Boolean(_) => "true or false",
            toml_edit::Value::Datetime(_) => "a date",
            toml_edit::Value::Array(_) => "a list",
            toml_edit::Value::InlineTable(_) => "a table",
        },
        Item::None => "missing",
    }
}
