//! The changes themselves, on a document that keeps its comments and order.

use super::{
    Account, AgentPatch, AgentSettings, DeskPatch, HubLink, LineName, ListenPatch, LocalePatch, NumbersPatch,
    SettingValue, Settings, SettingsPatch, dialling,
};
use crate::secrets::SecretRef;
use serde::Serialize;
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value};

pub(super) fn apply(document: &mut DocumentMut, settings: &Settings, patch: &SettingsPatch) {
    if let Some(agent) = &patch.agent {
        set_agent(document, agent);
    }
    if let Some(locale) = &patch.locale {
        set_locale(document, locale);
    }
    if let Some(appearance) = patch.appearance {
        set(document, "desk", "appearance", Some(word(appearance)));
    }
    if let Some(numbers) = &patch.numbers {
        set_numbers(document, numbers);
    }
    if let Some(dialling) = &patch.dialling {
        dialling::apply(document, dialling);
    }
    if let Some(listen) = &patch.listen {
        set_listen(document, listen);
    }
    if let Some(desk) = &patch.desk {
        set_desk(document, desk);
    }
    if let Some(names) = &patch.line_names {
        set_line_names(document, settings, names);
    }
}

fn set_agent(document: &mut DocumentMut, patch: &AgentPatch) {
    if let Some(name) = &patch.name {
        set(document, "agent", "name", Some(name.trim().into()));
    }
    if let Some(extension) = &patch.extension {
        set(document, "agent", "extension", text(extension));
    }
    if let Some(lines) = &patch.lines {
        set(document, "agent", "lines", Some(list(lines)));
    }
}

fn set_locale(document: &mut DocumentMut, patch: &LocalePatch) {
    if let Some(country) = &patch.country {
        set(document, "locale", "country", text(country));
    }
    if let Some(language) = &patch.language {
        set(document, "locale", "language", language.map(word));
    }
}

fn set_numbers(document: &mut DocumentMut, patch: &NumbersPatch) {
    if let Some(digits) = patch.internal_min {
        set(document, "numbers", "internal_min", Some(i64::from(digits).into()));
    }
    if let Some(digits) = patch.internal_max {
        set(document, "numbers", "internal_max", Some(i64::from(digits).into()));
    }
    if let Some(prefix) = &patch.outside_prefix {
        set(document, "numbers", "outside_prefix", text(prefix));
    }
    if let Some(own) = &patch.own {
        set(document, "numbers", "own", Some(list(own)));
    }
    if let Some(private) = &patch.private {
        set(document, "numbers", "private", Some(list(private)));
    }
}

fn set_listen(document: &mut DocumentMut, patch: &ListenPatch) {
    if let Some(address) = &patch.address {
        set(document, "listen", "address", Some(address.trim().into()));
    }
    if let Some(url) = &patch.public_url {
        set(document, "listen", "public_url", text(url));
    }
}

fn set_desk(document: &mut DocumentMut, patch: &DeskPatch) {
    let flags =
        [("start_at_login", patch.start_at_login), ("links", patch.links), ("do_not_disturb", patch.do_not_disturb)];
    for (key, value) in flags {
        if let Some(on) = value {
            set(document, "desk", key, Some(on.into()));
        }
    }
    if let Some(link_dials) = patch.link_dials {
        set(document, "desk", "link_dials", Some(word(link_dials)));
    }
    if let Some(monitor) = &patch.monitor {
        set(document, "desk", "monitor", text(monitor));
    }
    if let Some(corner) = patch.corner {
        set(document, "desk", "corner", Some(word(corner)));
    }
    if let Some(quiet) = patch.quiet {
        set(document, "desk", "quiet", Some(word(quiet)));
    }
    if let Some(hotkey) = &patch.hotkey {
        // No hotkey is a choice, not the default.
        set(document, "desk", "hotkey", Some(hotkey.as_deref().unwrap_or_default().trim().into()));
    }
    if let Some(seconds) = patch.hide_after_seconds {
        set(document, "desk", "hide_after_seconds", Some(i64::from(seconds).into()));
    }
}

/// Sets one key, or takes it out; a table that is not there yet comes to the end of the file.
pub(super) fn set(document: &mut DocumentMut, table: &str, key: &str, value: Option<Value>) {
    match value {
        None => {
            if let Some(row) = document.get_mut(table).and_then(Item::as_table_like_mut) {
                row.remove(key);
            }
        }
        Some(value) => {
            let row = document.entry(table).or_insert_with(|| Item::Table(Table::new()));
            if let Some(row) = row.as_table_like_mut() {
                put(row, key, value);
            }
        }
    }
}

/// The value changes; the comment behind it and the spaces around it stay. A value that says the same already is
/// left as it was written.
pub(super) fn put(row: &mut dyn TableLike, key: &str, mut value: Value) {
    if let Some(Item::Value(old)) = row.get_mut(key) {
        if !same(old, &value) {
            *value.decor_mut() = old.decor().clone();
            *old = value;
        }
        return;
    }
    row.insert(key, Item::Value(value));
}

fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::String(one), Value::String(other)) => one.value() == other.value(),
        (Value::Integer(one), Value::Integer(other)) => one.value() == other.value(),
        (Value::Boolean(one), Value::Boolean(other)) => one.value() == other.value(),
        (Value::Array(one), Value::Array(other)) => {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other))
        }
        (Value::InlineTable(one), Value::InlineTable(other)) => {
            one.len() == other.len()
                && one.iter().all(|(key, one)| other.get(key).is_some_and(|other| same(one, other)))
        }
        _ => false,
    }
}

fn set_line_names(document: &mut DocumentMut, settings: &Settings, names: &[LineName]) {
    if names.is_empty() {
        document.remove("line");
        return;
    }
    let Some(rows) = tables(document.as_table_mut(), "line") else { return };
    let wanted = |number: &str| names.iter().find(|line| line.number.trim() == number);
    rows.retain(|row| row.get("number").and_then(Item::as_str).is_some_and(|number| wanted(number).is_some()));
    for line in names {
        let number = line.number.trim();
        let known = settings.lines.iter().any(|known| known.number == number);
        let row = rows.iter_mut().find(|row| known && row.get("number").and_then(Item::as_str) == Some(number));
        match row {
            Some(row) => put(row, "name", line.name.trim().into()),
            None => {
                let mut row = Table::new();
                put(&mut row, "number", number.into());
                put(&mut row, "name", line.name.trim().into());
                rows.push(row);
            }
        }
    }
}

/// What is the account's and not its connector's; the addresses it listens to are written by hand.
const OWN_KEYS: [&str; 4] = ["name", "connector", "push_from", "keep_recordings_days"];

pub(super) fn put_account(document: &mut DocumentMut, account: &Account) {
    let Some(row) = row_named(document, "account", &account.name) else { return };
    put(row, "name", account.name.as_str().into());
    put(row, "connector", account.connector.as_str().into());
    let gone: Vec<String> = row
        .iter()
        .map(|(key, _)| key.to_owned())
        .filter(|key| !OWN_KEYS.contains(&key.as_str()) && !account.settings.contains_key(key))
        .collect();
    for key in gone {
        row.remove(&key);
    }
    for (key, value) in &account.settings {
        put_setting(row, key, value);
    }
}

pub(super) fn put_agent(document: &mut DocumentMut, agent: &AgentSettings) {
    let Some(row) = row_named(document, "agent", &agent.name) else { return };
    put(row, "name", agent.name.as_str().into());
    match &agent.extension {
        Some(extension) => put(row, "extension", extension.as_str().into()),
        None => drop(row.remove("extension")),
    }
    match agent.lines.is_empty() {
        false => put(row, "lines", list(&agent.lines)),
        true => drop(row.remove("lines")),
    }
}

pub(super) fn set_hub(document: &mut DocumentMut, link: Option<&HubLink>) {
    let Some(HubLink { url, token }) = link else {
        document.remove("hub");
        return;
    };
    set(document, "hub", "url", Some(url.as_str().into()));
    // `[hub.token]` is rare, and says the same.
    if let Some(row) = document.get_mut("hub").and_then(Item::as_table_like_mut)
        && row.get("token").is_some_and(Item::is_table)
    {
        row.remove("token");
    }
    set(document, "hub", "token", Some(place_of(token)));
}

/// Where a secret is kept.
fn place_of(place: &SecretRef) -> Value {
    let mut table = InlineTable::new();
    match place {
        SecretRef::Keyring(name) => table.insert("keyring", name.as_str().into()),
        SecretRef::Env(name) => table.insert("env", name.as_str().into()),
        SecretRef::File(path) => table.insert("file", path.to_string_lossy().into_owned().into()),
    };
    Value::InlineTable(table)
}

fn put_setting(row: &mut Table, key: &str, value: &SettingValue) {
    let value = match value {
        SettingValue::Flag(on) => (*on).into(),
        SettingValue::Number(number) => (*number).into(),
        SettingValue::Text(text) => text.as_str().into(),
        SettingValue::Secret(place) => {
            // `[account.password]` is rare, and says the same.
            if row.get(key).is_some_and(Item::is_table) {
                row.remove(key);
            }
            place_of(place)
        }
    };
    put(row, key, value);
}

/// Takes the row of this name out of `[[table]]`; whether there was one.
pub(super) fn remove_row(document: &mut DocumentMut, table: &str, name: &str) -> bool {
    let Some(rows) = tables(document.as_table_mut(), table) else { return false };
    let before = rows.len();
    rows.retain(|row| row.get("name").and_then(Item::as_str) != Some(name));
    let removed = rows.len() < before;
    if rows.is_empty() {
        document.remove(table);
    }
    removed
}

/// The row of this name in `[[table]]`, or a new one.
fn row_named<'d>(document: &'d mut DocumentMut, table: &str, name: &str) -> Option<&'d mut Table> {
    let rows = tables(document.as_table_mut(), table)?;
    let known = rows.iter().position(|row| row.get("name").and_then(Item::as_str) == Some(name));
    let place = known.unwrap_or_else(|| {
        rows.push(Table::new());
        rows.len() - 1
    });
    rows.get_mut(place)
}

/// The rows of `[[name]]`, which come to the end of the file when there are none. `name = [{…}]` is rewritten as tables.
pub(super) fn tables<'d>(document: &'d mut dyn TableLike, name: &str) -> Option<&'d mut ArrayOfTables> {
    let item = document.entry(name).or_insert(Item::ArrayOfTables(ArrayOfTables::new()));
    if item.is_value() {
        *item = std::mem::take(item).into_array_of_tables().map_or_else(|same| same, Item::ArrayOfTables);
    }
    item.as_array_of_tables_mut()
}

pub(super) fn text(value: &Option<String>) -> Option<Value> {
    value.as_deref().map(str::trim).filter(|text| !text.is_empty()).map(Into::into)
}

pub(super) fn list(items: &[String]) -> Value {
    Value::Array(items.iter().map(|item| item.trim()).filter(|item| !item.is_empty()).collect::<Array>())
}

/// A word of ours as it stands in the file: the same as in JSON.
pub(super) fn word(value: impl Serialize) -> Value {
    match serde_json::to_value(value) {
        Ok(serde_json::Value::String(word)) => word.into(),
        _ => unreachable!("BUG: the words of settings are plain names"),
    }
}
