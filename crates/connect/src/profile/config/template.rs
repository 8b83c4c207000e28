//! Texts of a profile with settings in them: `"{{ api_url }}/click2call"`.
//!
//! What is put in is always escaped for the place it is put into, so that no setting and no number can change a
//! request's shape. Names nobody knows are refused when the profile is loaded, not when somebody dials.

use super::{
    problem::{ProfileError, Source, list, possible},
    section::Text,
    setting::Setting,
    values::Values,
};
use minijinja::{AutoEscape, Environment, ErrorKind, Output, State, UndefinedBehavior, Value, value::ValueKind};
use percent::encode as percent_encode;
use std::{fmt::Write, sync::LazyLock};

/// The place a text is put into.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::profile) enum Escape {
    /// Put in as it is: whatever builds the request escapes the whole.
    None,
    /// An address: percent-encoded, except settings of kind `url`.
    Url,
    Xml,
    /// Between the quotes of a JSON string.
    Json,
}

impl Escape {
    fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Url => "url",
            Self::Xml => "xml",
            Self::Json => "json",
        }
    }
}

/// A checked text with settings in it.
#[derive(Debug, Clone)]
pub(in crate::profile) struct Template {
    pub key: String,
    text: String,
    escape: Escape,
}

/// What stands for the call in templates.
#[derive(Clone, Copy)]
pub(in crate::profile) struct OrderNames<'a> {
    pub extension: &'a str,
    pub number: &'a str,
    pub call_id: &'a str,
}

const ORDER: [&str; 3] = ["extension", "number", "call_id"];

/// More than any request needs; a profile that loops ends in an error, not in a hang.
const FUEL: u64 = 50_000;

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(environment);

fn environment() -> Environment<'static> {
    let mut environment = Environment::new();
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_fuel(Some(FUEL));
    environment.set_auto_escape_callback(|name| match name {
        "url" => AutoEscape::Custom("url"),
        "xml" => AutoEscape::Custom("xml"),
        "json" => AutoEscape::Custom("json"),
        _ => AutoEscape::None,
    });
    environment.set_formatter(write_escaped);
    environment
}

fn write_escaped(out: &mut Output, state: &State, value: &Value) -> Result<(), minijinja::Error> {
    if value.is_none() || value.is_undefined() {
        return Ok(());
    }
    let text = match value.kind() {
        // as JSON and everybody but Python write it
        ValueKind::Bool => value.is_true().to_string(),
        _ => value.to_string(),
    };
    let escaped = match state.auto_escape() {
        _ if value.is_safe() => text,
        AutoEscape::Custom("url") => percent_encode(&text),
        AutoEscape::Custom("xml") => xml_escape(&text),
        AutoEscape::Custom("json") => json_escape(&text),
        _ => text,
    };
    out.write_str(&escaped).map_err(minijinja::Error::from)
}

fn xml_escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            _ => escaped.push(c),
        }
    }
    escaped
}

fn json_escape(text: &str) -> String {
    let quoted = serde_json::Value::from(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

/// What templates of one profile may name.
#[derive(Clone, Copy)]
pub(super) struct Scope<'a> {
    pub source: Source<'a>,
    pub settings: &'a [Setting],
    /// Whether a call's extension and number are at hand.
    pub order: bool,
}

impl Scope<'_> {
    /// Checks a text: its syntax, its names, and that it can be filled.
    pub fn template(&self, text: &Text, escape: Escape) -> Result<Template, ProfileError> {
        let template = Template { key: text.path.clone(), text: text.value.clone(), escape };
        let checking = environment();
        let compiled =
            checking.template_from_named_str(escape.name(), &text.value).map_err(|error| self.refused(text, &error))?;
        let mut known: Vec<&str> = self.settings.iter().map(|setting| setting.key.as_str()).collect();
        if self.order {
            known.extend(ORDER);
        }
        let mut unknown: Vec<String> =
            compiled.undeclared_variables(false).into_iter().filter(|name| !known.contains(&name.as_str())).collect();
        unknown.retain(|name| !checking.globals().any(|(global, _)| global == name));
        unknown.sort_by_key(|name| place_of(&text.value, name));
        if let Some(name) = unknown.first() {
            let hint = match ORDER.contains(&name.as_str()) {
                true => format!("{} are only known where a call is started", list(&ORDER)),
                false => possible(name, &known),
            };
            let message = format!("there is no setting `{name}`; {hint}");
            return Err(text.error_at(&self.source, place_of(&text.value, name), message));
        }
        let order = OrderNames { extension: "101", number: "+36301234567", call_id: "0" };
        for given in [true, false] {
            let samples = Values::samples(self.settings, given);
            template.fill(&samples, self.order.then_some(order)).map_err(|error| self.refused(text, &error))?;
        }
        Ok(template)
    }

    fn refused(&self, text: &Text, error: &minijinja::Error) -> ProfileError {
        let what = match (error.kind(), error.detail()) {
            (ErrorKind::OutOfFuel, _) => "it takes too long to fill: make it simpler".to_owned(),
            (ErrorKind::SyntaxError, Some(detail)) => format!("{detail}: write settings as {{{{ name }}}}"),
            (kind, Some(detail)) => format!("{kind}: {detail}"),
            (kind, None) => kind.to_string(),
        };
        let inside = error.range().map_or(0, |range| range.start);
        text.error_at(&self.source, inside, format!("this text cannot be filled with settings: {what}"))
    }
}

/// Where a name stands inside the braces of a text.
fn place_of(text: &str, name: &str) -> usize {
    let word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let alone = |at: &usize| {
        let before = text[..*at].chars().next_back();
        let after = text[*at + name.len()..].chars().next();
        !before.is_some_and(word) && !after.is_some_and(word)
    };
    let inside = |at: &usize| text[..*at].rfind('{') > text[..*at].rfind('}');
    let places = text.match_indices(name).map(|(at, _)| at);
    places.filter(alone).find(inside).unwrap_or(0)
}

impl Template {
    /// The text with an account's values. The error is a sentence without any value.
    pub fn render(&self, values: &Values, order: Option<OrderNames<'_>>) -> Result<String, String> {
        self.fill(values, order).map_err(|error| format!("`{}` cannot be filled: {}", self.key, error.kind()))
    }

    fn fill(&self, values: &Values, order: Option<OrderNames<'_>>) -> Result<String, minijinja::Error> {
        if !self.text.contains('{') {
            return Ok(self.text.clone());
        }
        let mut context = values.context(self.escape);
        if let Some(order) = order {
            let names = [order.extension, order.number, order.call_id];
            context.extend(ORDER.into_iter().zip(names.map(Value::from)));
        }
        ENVIRONMENT.render_named_str(self.escape.name(), &self.text, context)
    }

    /// `values` with every choice this text depends on made in turn; the text has been checked before.
    pub fn every_choice(&self, values: &Values, settings: &[Setting]) -> Vec<Values> {
        let environment = environment();
        let names = environment.template_from_str(&self.text).map(|compiled| compiled.undeclared_variables(false));
        let names = names.unwrap_or_default();
        let mut all = vec![values.clone()];
        for setting in settings.iter().filter(|setting| names.contains(&setting.key)) {
            for choice in &setting.choices {
                all.push(values.with_choice(&setting.key, &choice.value));
            }
        }
        all
    }
}

/// Percent-encoding of everything but letters, digits and `-._~` (RFC 3986).
pub(in crate::profile) mod percent {
    use super::Write;

    pub fn encode(text: &str) -> String {
        let mut encoded = String::with_capacity(text.len());
        for byte in text.bytes() {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => encoded.push(byte.into()),
                _ => write!(encoded, "%{byte:02X}").expect("BUG: writing to a String cannot fail"),
            }
        }
        encoded
    }
}
