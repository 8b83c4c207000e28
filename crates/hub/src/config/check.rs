//! Checking a settings file against [`super::schema`]: unknown keys, wrong types, missing values, limits, secrets.

use super::{
    Connectors, SettingsProblem,
    account::sounds_secret,
    dialling,
    schema::{self, File, Key, Kind, Shape},
    value,
};
use ringcard_connect::settings::{Setting, SettingKind};
use ringcard_core::number::{DialPlan, NumberList, UnknownCountry};
use std::{collections::BTreeMap, ops::Range, path::Path};
use toml_edit::{Item, TableLike, Value};

/// What was found so far, each with its place in the file.
pub(super) struct Findings<'a> {
    file: File,
    connectors: &'a dyn Connectors,
    found: Vec<(Option<Range<usize>>, String)>,
}

impl<'a> Findings<'a> {
    pub fn new(file: File, connectors: &'a dyn Connectors) -> Self {
        Self { file, connectors, found: Vec::new() }
    }

    /// In the order of the file.
    pub fn into_problems(mut self, path: &Path, text: &str) -> Vec<SettingsProblem> {
        self.found.sort_by_key(|(span, _)| span.as_ref().map_or(0, |span| span.start));
        self.found.into_iter().map(|(span, message)| SettingsProblem::at(path, text, span, message)).collect()
    }

    pub fn check(&mut self, root: &dyn TableLike) {
        for (name, item) in root.iter() {
            if let Some(table) = schema::tables(self.file).find(|table| table.name == name) {
                self.table(root, table, item);
            } else if let Some(key) = schema::top_keys(self.file).find(|key| key.name == name) {
                self.value(key.kind, key.name, item);
            } else {
                let known = schema::tables(self.file)
                    .map(|table| table.name)
                    .chain(schema::top_keys(self.file).map(|key| key.name));
                self.unknown(root, name, "table", known);
            }
        }
        self.numbers_agree(root);
        self.names_are_unique(root);
        self.line_agents_are_known(root);
    }

    fn table(&mut self, root: &dyn TableLike, table: &'static schema::Table, item: &Item) {
        let span = item.span().or_else(|| key_span(root, table.name));
        match table.shape(self.file) {
            Shape::Many(max) => {
                let Some(rows) = rows(item) else {
                    return self.say(span, format!("`{0}` is a list of tables: write [[{0}]]", table.name));
                };
                if rows.len() > max {
                    self.say(
                        span,
                        format!("there are {} [[{}]] tables, and {max} is the most", rows.len(), table.name),
                    );
                }
                for (row, span) in rows.into_iter().take(max) {
                    self.keys(table, row, span, &format!("[[{}]]", table.name));
                }
            }
            _ => match item.as_table_like() {
                Some(row) => self.keys(table, row, span, &format!("[{}]", table.name)),
                None => self.say(span, format!("`{0}` is one table: write [{0}]", table.name)),
            },
        }
    }

    fn keys(&mut self, table: &'static schema::Table, row: &dyn TableLike, span: Option<Range<usize>>, shown: &str) {
        for key in table.keys {
            match row.get(key.name) {
                Some(item) => self.value(key.kind, key.name, item),
                None if self.is_required(table, key) => {
                    self.say(span.clone(), format!("{shown} needs `{} = {}`", key.name, key.example));
                }
                None => {}
            }
        }
        if table.open {
            return self.connector_settings(table, row, span, shown);
        }
        for (name, _) in row.iter() {
            if !table.keys.iter().any(|key| key.name == name) {
                self.unknown(row, name, shown, table.keys.iter().map(|key| key.name));
            }
        }
    }

    /// An agent without a name is a desk at its first start; on a server it would be nobody.
    fn is_required(&self, table: &schema::Table, key: &Key) -> bool {
        key.required || (self.file == File::Hub && table.name == "agent" && key.name == "name")
    }

    fn connector_settings(
        &mut self,
        table: &'static schema::Table,
        row: &dyn TableLike,
        span: Option<Range<usize>>,
        shown: &str,
    ) {
        let own = |name: &str| table.keys.iter().any(|key| key.name == name);
        let connector = row.get("connector").and_then(Item::as_str).unwrap_or_default();
        let connectors = self.connectors;
        let settings = connectors.settings_of(connector);
        if settings.is_none() {
            let close = closest(connector, connectors.names().into_iter());
            if let (Some(close), Some(item)) = (close, row.get("connector")) {
                self.say(item.span(), format!("there is no connector “{connector}”: did you mean \"{close}\"?"));
            }
        }
        for (name, item) in row.iter().filter(|(name, _)| !own(name)) {
            match settings.map(|all| all.iter().find(|setting| setting.key == name)) {
                Some(Some(setting)) => self.connector_value(row, setting, item),
                Some(None) => {
                    let known = settings.into_iter().flatten().map(|setting| setting.key.as_str());
                    let known = known.chain(table.keys.iter().map(|key| key.name));
                    self.unknown(row, name, &format!("{shown} with connector “{connector}”"), known);
                }
                // Nobody knows the connector: the account says so when it is used; secrets are refused all the same.
                None if sounds_secret(name) => self.secret(row, name, item),
                None => self.scalar(name, item),
            }
        }
        for setting in settings.into_iter().flatten() {
            // What has a default need not be written down.
            let is_needed = setting.required && setting.default.is_none();
            if is_needed && !row.contains_key(&setting.key) && is_asked_for(setting, settings, row) {
                let form = match setting.kind {
                    SettingKind::Secret => value::secret_forms(&setting.key, account_of(row)),
                    _ => format!("`{}`", setting.key),
                };
                self.say(span.clone(), format!("{shown} with connector “{connector}” needs {form}"));
            }
        }
    }

    fn connector_value(&mut self, row: &dyn TableLike, setting: &Setting, item: &Item) {
        let name = &setting.key;
        match setting.kind {
            SettingKind::Secret => self.secret(row, name, item),
            SettingKind::Text => self.value(Kind::Text(2000), name, item),
            SettingKind::Url => self.value(Kind::Url(&["https", "http"]), name, item),
            SettingKind::Number => self.value(Kind::Integer(i64::MIN, i64::MAX), name, item),
            SettingKind::Flag => self.value(Kind::Flag, name, item),
            SettingKind::Choice => {
                let choices: Vec<&str> = setting.choices.iter().map(|choice| choice.value.as_str()).collect();
                if !item.as_str().is_some_and(|text| choices.contains(&text)) {
                    self.say(item.span(), value::wants_choice(name, item, &choices));
                }
            }
        }
    }

    /// A secret of an account: a literal one is refused, and the way to store it is shown.
    fn secret(&mut self, row: &dyn TableLike, name: &str, item: &Item) {
        if let Some(message) = value::wrong_secret(name, account_of(row), item) {
            self.say(item.span(), message);
        }
    }

    fn scalar(&mut self, name: &str, item: &Item) {
        if item.as_table_like().is_some() {
            self.secret(&toml_edit::Table::new(), name, item);
        } else if item.as_str().is_none() && item.as_integer().is_none() && item.as_bool().is_none() {
            self.say(item.span(), format!("`{name}` must be text, a whole number, true or false"));
        }
    }

    fn value(&mut self, kind: Kind, name: &str, item: &Item) {
        value::check(kind, name, item, &mut |span, message| self.say(span.or_else(|| item.span()), message));
    }

    fn numbers_agree(&mut self, root: &dyn TableLike) {
        let numbers = root.get("numbers").and_then(Item::as_table_like);
        let digits = |name: &str, absent: i64| {
            numbers.and_then(|numbers| numbers.get(name)).map_or(Some(absent), Item::as_integer)
        };
        if let Some(longest) = digits("internal_max", 6) {
            dialling::check_lengths(root, longest, &mut |span, message| self.say(span, message));
        }
        let Some(numbers) = numbers else { return };
        if let (Some(min), Some(max)) = (digits("internal_min", 2), digits("internal_max", 6))
            && min > max
        {
            let place = numbers.get("internal_min").or_else(|| numbers.get("internal_max")).and_then(Item::span);
            self.say(place, format!("internal_min ({min}) is more than internal_max ({max})"));
        }
    }

    fn names_are_unique(&mut self, root: &dyn TableLike) {
        for (table, what) in [("account", "account"), ("agent", "agent")] {
            let mut seen: BTreeMap<String, ()> = BTreeMap::new();
            for (row, _) in root.get(table).and_then(rows).unwrap_or_default() {
                let Some(item) = row.get("name") else { continue };
                let Some(name) = item.as_str() else { continue };
                if seen.insert(name.to_owned(), ()).is_some() {
                    self.say(item.span(), format!("there is another {what} with the name “{name}”: names are unique"));
                }
            }
        }
    }

    /// Every number in the file is one that the number reader can read.
    pub fn check_numbers(&mut self, root: &dyn TableLike, plan: Result<DialPlan, UnknownCountry>) {
        let plan = match plan {
            Ok(plan) => plan,
            Err(unknown) => {
                let place = root.get("locale").and_then(Item::as_table_like).and_then(|locale| locale.get("country"));
                return self.say(place.and_then(Item::span), unknown.to_string());
            }
        };
        for table in schema::tables(self.file) {
            let Some(item) = root.get(table.name) else { continue };
            let rows = rows(item).unwrap_or_else(|| item.as_table_like().map(|row| (row, None)).into_iter().collect());
            for key in table.keys {
                for (row, _) in &rows {
                    match (key.kind, row.get(key.name)) {
                        (Kind::Number, Some(Item::Value(value))) => self.number(&plan, key.name, value),
                        (Kind::Numbers, Some(Item::Value(Value::Array(list)))) => {
                            list.iter().for_each(|value| self.number(&plan, key.name, value));
                        }
                        (Kind::NumberList, Some(Item::Value(Value::Array(list)))) => {
                            list.iter().for_each(|value| self.listed(&plan, key.name, value));
                        }
                        _ => {}
                    }
                }
            }
        }
    }

    fn number(&mut self, plan: &DialPlan, name: &str, value: &Value) {
        let written = value.as_str().unwrap_or_default();
        if let Err(reason) = plan.read(written) {
            self.say(value.span(), format!("`{name}` has “{written}”, which is no phone number: {reason}"));
        }
    }

    fn listed(&mut self, plan: &DialPlan, name: &str, value: &Value) {
        if let Err(reason) = NumberList::default().take(plan, value.as_str().unwrap_or_default()) {
            self.say(value.span(), format!("`{name}`: {reason}"));
        }
    }

    /// Whoever answers a line is one of the agents; a desk knows only its own.
    fn line_agents_are_known(&mut self, root: &dyn TableLike) {
        if self.file != File::Hub {
            return;
        }
        let people = root.get("agent").and_then(rows).unwrap_or_default();
        let named = |row: &dyn TableLike, key: &str, text: &str| row.get(key).and_then(Item::as_str) == Some(text);
        for (line, _) in root.get("line").and_then(rows).unwrap_or_default() {
            for value in line.get("agents").and_then(Item::as_array).into_iter().flatten() {
                let Some(text) = value.as_str() else { continue };
                let known =
                    |(row, _): &(&dyn TableLike, _)| named(*row, "name", text) || named(*row, "extension", text);
                if !people.iter().any(known) {
                    let message = format!("there is no [[agent]] with the name or extension “{text}”");
                    self.say(value.span(), message);
                }
            }
        }
    }

    fn unknown<'k>(
        &mut self,
        row: &dyn TableLike,
        name: &str,
        place: &str,
        known: impl Iterator<Item = &'k str> + Clone,
    ) {
        let hint = match closest(name, known.clone()) {
            Some(close) => format!("did you mean `{close}`?"),
            None => format!("known are {}", known.map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ")),
        };
        let what = if place == "table" {
            format!("`{name}` is no table of this file")
        } else {
            format!("{place} has no key `{name}`")
        };
        self.say(key_span(row, name), format!("{what}: {hint}"));
    }

    fn say(&mut self, span: Option<Range<usize>>, message: String) {
        // A broken file of 1 MiB would otherwise be answered with as many problems.
        if self.found.len() < 100 {
            self.found.push((span, message));
        }
    }
}

/// A row of `[[name]]`, and its place.
pub(super) type Row<'a> = (&'a dyn TableLike, Option<Range<usize>>);

/// The rows of `[[name]]`, however it was written, each with its place.
pub(super) fn rows(item: &Item) -> Option<Vec<Row<'_>>> {
    if let Some(tables) = item.as_array_of_tables() {
        return Some(tables.iter().map(|table| (table as &dyn TableLike, table.span())).collect());
    }
    item.as_array()?
        .iter()
        .map(|value| value.as_inline_table().map(|table| (table as &dyn TableLike, table.span())))
        .collect()
}

/// The account's name, for examples.
fn account_of(row: &dyn TableLike) -> &str {
    row.get("name").and_then(Item::as_str).filter(|name| is_account_name(name)).unwrap_or("pbx")
}

fn key_span(row: &dyn TableLike, name: &str) -> Option<Range<usize>> {
    row.key(name).and_then(toml_edit::Key::span)
}

/// Whether a setting matters, given what another one says (or its default, where it says nothing).
fn is_asked_for(setting: &Setting, all: Option<&[Setting]>, row: &dyn TableLike) -> bool {
    let Some(when) = &setting.when else { return true };
    let given = row.get(&when.setting).and_then(|item| match item.as_bool() {
        Some(on) => Some(on.to_string()),
        None => item.as_str().map(str::to_owned),
    });
    let default = || {
        let other = all.into_iter().flatten().find(|other| other.key == when.setting)?;
        match other.default.as_ref()? {
            toml::Value::String(text) => Some(text.clone()),
            other => Some(other.to_string()),
        }
    };
    given.or_else(default).is_some_and(|value| when.is.contains(&value))
}

/// The known name that is most like this one, if any is.
pub(super) fn closest<'k>(name: &str, known: impl Iterator<Item = &'k str>) -> Option<&'k str> {
    let name = name.to_lowercase().replace('-', "_");
    known
        .map(|candidate| (strsim::jaro_winkler(&name, &candidate.replace('-', "_")), candidate))
        .filter(|(likeness, _)| *likeness >= 0.8)
        .max_by(|(one, _), (other, _)| one.total_cmp(other))
        .map(|(_, candidate)| candidate)
}

/// `[a-z0-9-]{1,32}`
pub(super) fn is_account_name(name: &str) -> bool {
    (1..=32).contains(&name.len())
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}
