//! What an administrator fills in for each account.

use super::{
    problem::{ProfileError, Source, possible},
    section::{Node, Section},
};
use serde::Serialize;
use std::collections::BTreeMap;

/// One thing to fill in.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Setting {
    /// The key in the account's table, and the name in the profile's templates.
    pub key: String,
    pub label: Words,
    pub kind: SettingKind,
    pub required: bool,
    /// Never set for a secret.
    pub default: Option<toml::Value>,
    /// For [`SettingKind::Choice`].
    pub choices: Vec<Choice>,
    pub help: Words,
    /// Only asked for (and only then required) where another setting has one of these values.
    pub when: Option<When>,
    /// It was asked for once and does nothing any more: nobody is asked, and a value that is there harms nobody.
    pub retired: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SettingKind {
    Text,
    /// Kept outside the settings file, never shown.
    Secret,
    /// A whole number.
    Number,
    Flag,
    /// The address of a server, without parameters.
    Url,
    Choice,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Choice {
    pub value: String,
    pub label: Words,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct When {
    /// A [`SettingKind::Choice`] or [`SettingKind::Flag`].
    pub setting: String,
    pub is: Vec<String>,
}

/// A text in one or more languages (`en`, `es`, `hu`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Words(BTreeMap<String, String>);

impl Words {
    /// The text in this language, or else in English, or else in any; empty when there is none.
    pub fn in_language(&self, language: &str) -> &str {
        let text = self.0.get(language).or_else(|| self.0.get("en")).or_else(|| self.0.values().next());
        text.map_or("", String::as_str)
    }

    /// `"…"` (English) or `{ en = "…", hu = "…" }`.
    pub(crate) fn read(node: &Node<'_>) -> Result<Self, ProfileError> {
        if !node.is_table() {
            return Ok(Self(BTreeMap::from([("en".to_owned(), for_people(node)?)])));
        }
        let entries = node.section()?.entries();
        let texts: Result<_, _> =
            entries.iter().map(|(key, node)| Ok((key.value.clone(), for_people(node)?))).collect();
        Ok(Self(texts?))
    }
}

/// A text that cannot hide or rearrange what stands around it, on a page or a terminal.
fn for_people(node: &Node<'_>) -> Result<String, ProfileError> {
    let text = node.text()?.value;
    match text.chars().any(|c| c != '\n' && misleads(c)) {
        true => Err(node.error("a text for people has no control characters, and none that turn its direction")),
        false => Ok(text),
    }
}

/// Control characters, and those that change the direction of what follows.
pub(crate) fn misleads(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

const KINDS: [(&str, SettingKind); 6] = [
    ("text", SettingKind::Text),
    ("secret", SettingKind::Secret),
    ("number", SettingKind::Number),
    ("flag", SettingKind::Flag),
    ("url", SettingKind::Url),
    ("choice", SettingKind::Choice),
];

/// What every account has besides its settings, and what stands for the call in templates.
const TAKEN: [&str; 6] = ["name", "connector", "enabled", "extension", "number", "call_id"];

/// More than anybody fills in.
const MOST_SETTINGS: usize = 128;
/// More than anybody chooses between: every choice is tried when a profile is loaded.
const MOST_CHOICES: usize = 64;

/// All `[[setting]]` tables.
pub(crate) fn read_all(root: &Section<'_>, source: &Source<'_>) -> Result<Vec<Setting>, ProfileError> {
    let mut settings: Vec<Setting> = Vec::new();
    for section in root.get("setting").map_or_else(|| Ok(Vec::new()), |node| node.sections())? {
        if settings.len() == MOST_SETTINGS {
            let message =
                format!("there are more than {MOST_SETTINGS} settings: keep those that differ from account to account");
            return Err(section.error(message));
        }
        let setting = read(&section, &settings, source)?;
        settings.push(setting);
    }
    Ok(settings)
}

fn read(section: &Section<'_>, earlier: &[Setting], source: &Source<'_>) -> Result<Setting, ProfileError> {
    let key = section.required("key", "the setting's name in templates, such as `key = \"api_url\"`")?.text()?;
    let name = key.value.as_str();
    let plain = !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
    if !plain || name.starts_with(|c: char| c.is_ascii_digit()) {
        return Err(
            key.error(source, "a setting's key has small letters, digits and `_` only, and begins with a letter")
        );
    }
    if TAKEN.contains(&name) {
        return Err(key.error(source, format!("`{name}` means something else already: choose another key")));
    }
    if earlier.iter().any(|setting| setting.key == name) {
        return Err(key.error(source, format!("there is a setting `{name}` already: choose another key")));
    }
    let kind = section.required("kind", "`kind = \"text\"` (or secret, number, flag, url, choice)")?.word(&KINDS)?;
    let choices = section.get("choices").map_or_else(|| Ok(Vec::new()), |node| read_choices(&node))?;
    if (kind == SettingKind::Choice) == choices.is_empty() {
        let message = match kind {
            SettingKind::Choice => "a choice needs `choices`: list them",
            _ => "only `kind = \"choice\"` has `choices`: change the kind or take them away",
        };
        return Err(section.error(message));
    }
    let default = section.get("default").map(|node| read_default(&node, kind, &choices)).transpose()?;
    let setting = Setting {
        label: Words::read(&section.required("label", "`label`, what the administrator sees")?)?,
        required: section.get("required").map_or(Ok(false), |node| node.flag())?,
        retired: section.get("retired").map_or(Ok(false), |node| node.flag())?,
        help: section.get("help").map_or_else(|| Ok(Words::default()), |node| Words::read(&node))?,
        when: section.get("when").map(|node| read_when(&node, earlier)).transpose()?,
        key: key.value,
        kind,
        default,
        choices,
    };
    section.finish()?;
    Ok(setting)
}

fn read_choices(node: &Node<'_>) -> Result<Vec<Choice>, ProfileError> {
    let items = node.items("a list of texts, or of `{ value, label }`")?;
    if items.len() > MOST_CHOICES {
        return Err(node.error(format!("there are more than {MOST_CHOICES} choices: let it be a text")));
    }
    items.iter().map(read_choice).collect()
}

fn read_choice(node: &Node<'_>) -> Result<Choice, ProfileError> {
    if !node.is_table() {
        return Ok(Choice { value: node.text()?.value, label: Words::read(node)? });
    }
    let section = node.section()?;
    let value = section.required("value", "`value`, what templates compare with")?.text()?.value;
    let label = Words::read(&section.required("label", "`label`, what the administrator sees")?)?;
    section.finish()?;
    Ok(Choice { value, label })
}

fn read_default(node: &Node<'_>, kind: SettingKind, choices: &[Choice]) -> Result<toml::Value, ProfileError> {
    let value = node.plain()?;
    match (kind, &value) {
        (SettingKind::Secret, _) => Err(node.error("a secret has no default: take it away")),
        (SettingKind::Number, toml::Value::Integer(_)) | (SettingKind::Flag, toml::Value::Boolean(_)) => Ok(value),
        (SettingKind::Text | SettingKind::Url, toml::Value::String(_)) => Ok(value),
        (SettingKind::Choice, toml::Value::String(text)) => match choices.iter().any(|choice| choice.value == *text) {
            true => Ok(value),
            false => {
                let known: Vec<&str> = choices.iter().map(|choice| choice.value.as_str()).collect();
                Err(node.error(format!("`{text}` is none of the choices; {}", possible(text, &known))))
            }
        },
        _ => {
            Err(node.error("the default does not fit the setting's kind: give a text, number or flag as the kind says"))
        }
    }
}

fn read_when(node: &Node<'_>, earlier: &[Setting]) -> Result<When, ProfileError> {
    let entries = node.section()?.entries();
    let [(key, values)] = entries.as_slice() else {
        return Err(node.error("name one setting and its values, as in `when = { sign_in = [\"key\"] }`"));
    };
    let Some(other) = earlier.iter().find(|setting| setting.key == key.value) else {
        let known: Vec<&str> = earlier.iter().map(|setting| setting.key.as_str()).collect();
        return Err(values.error(format!(
            "`{}` is no setting above this one; {}",
            key.value,
            possible(&key.value, &known)
        )));
    };
    let is: Vec<String> = values.texts()?.into_iter().map(|text| text.value).collect();
    let known: Vec<&str> = match other.kind {
        SettingKind::Choice => other.choices.iter().map(|choice| choice.value.as_str()).collect(),
        SettingKind::Flag => vec!["true", "false"],
        _ => return Err(values.error(format!("`{}` is neither a choice nor a flag", other.key))),
    };
    match is.iter().find(|value| !known.contains(&value.as_str())) {
        Some(value) => Err(values.error(format!("`{}` is never `{value}`; {}", other.key, possible(value, &known)))),
        None => Ok(When { setting: other.key.clone(), is }),
    }
}
