//! Texts of a profile with settings in them: `"{{ api_url }}/click2call"`.
//!
//! What is put in is always escaped for the place it is put into, so that no setting and no number can change a
//! request's shape. Names nobody knows are refused when the profile is loaded, not when somebody dials.

use super::{
    language::{self, LONGEST_FILLED, too_long},
    reach::{self, Reach},
};
use crate::{
    http::percent,
    settings::{
        Setting, SettingKind,
        problem::{ProfileError, Source, list, possible},
        section::Text,
        values::{Filled, LONGEST_VALUE, Values},
    },
};
use minijinja::{AutoEscape, Environment, ErrorKind, Output, State, Value, machinery::ast::Stmt, value::ValueKind};
use secrecy::ExposeSecret;
use std::{
    cell::Cell,
    collections::BTreeMap,
    io,
    sync::{Arc, LazyLock},
};

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
    /// What it names, each once: settings, and what stands for the call.
    names: Arc<[String]>,
}

/// What stands for the call in templates.
#[derive(Clone, Copy, Default)]
pub(in crate::profile) struct OrderNames<'a> {
    pub extension: &'a str,
    pub number: &'a str,
    pub call_id: &'a str,
    pub recording_id: &'a str,
    /// What stands for a call that is logged, by the names of [`LOGGED`].
    pub entry: &'a [(&'static str, &'a str)],
}

impl OrderNames<'static> {
    /// What texts are tried with when they are read.
    pub const SAMPLE: Self =
        Self { extension: "101", number: "+36301234567", call_id: "0", recording_id: "0", entry: SAMPLE_ENTRY };
}

const SAMPLE_ENTRY: &[(&str, &str)] = &{
    let mut sample = [("", "0"); LOGGED.len()];
    let mut at = 0;
    while at < LOGGED.len() {
        sample[at].0 = LOGGED[at];
        at += 1;
    }
    sample
};

/// What a text of `[originate]` may name besides settings.
pub(super) const ORDER: &[&str] = &["extension", "number", "call_id"];
/// What a text of `[recording]` may name besides settings: the PBX's own id of the recording.
pub(super) const ASKED_FOR: &[&str] = &["recording_id"];
/// What a text of `[call_log]` may name besides settings; `entry_id` is the CRM's own id of the entry that is changed.
pub(in crate::profile) const LOGGED: &[&str] = &[
    "call_id",
    "external_id",
    "key",
    "direction",
    "outcome",
    "number",
    "line",
    "line_name",
    "queue",
    "agent",
    "extension",
    "customer_id",
    "customer_name",
    "started_at",
    "connected_at",
    "ended_at",
    "seconds",
    "talk_seconds",
    "talk_milliseconds",
    "code",
    "code_label",
    "second_code",
    "second_label",
    "comment",
    "notes",
    "summary",
    "transcript",
    "legs",
    "recordings",
    "entry_id",
];
/// The same without it, where there is no entry yet.
pub(super) const TO_LOG: &[&str] = LOGGED.split_at(LOGGED.len() - 1).0;
/// All of them, as [`OrderNames`] has them.
const ALL: [&str; 4] = ["extension", "number", "call_id", "recording_id"];
/// What a text of `[status]` may name besides settings: the PBX's own id of the call.
pub(super) const ASKED_ABOUT: &[&str] = &["call_id"];

/// A profile has a few hundred texts: more are no description.
const MOST_TEXTS: usize = 2000;

static ENVIRONMENT: LazyLock<Environment<'static>> = LazyLock::new(environment);

fn environment() -> Environment<'static> {
    let mut environment = language::environment();
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
    out.write_str(&escape_text(state, value)).map_err(minijinja::Error::from)
}

/// A value as it stands in the place it is put into.
pub(super) fn escape_text(state: &State, value: &Value) -> String {
    if value.is_none() || value.is_undefined() {
        return String::new();
    }
    let text = match value.kind() {
        // as JSON and everybody but Python write it
        ValueKind::Bool => value.is_true().to_string(),
        _ => value.to_string(),
    };
    match state.auto_escape() {
        _ if value.is_safe() => text,
        AutoEscape::Custom("url") => percent::encode(&text),
        AutoEscape::Custom("xml") => xml_escape(&text),
        AutoEscape::Custom("json") => json_escape(&text),
        _ => text,
    }
}

/// What a text sees of the settings.
fn seen(values: &Values, escape: Escape) -> BTreeMap<&str, Value> {
    let value = |filled: &Filled| match filled {
        Filled::Absent => Value::from(""),
        Filled::Text(text) => Value::from(text.as_str()),
        Filled::Secret(secret) => Value::from(secret.expose_secret()),
        Filled::Number(number) => Value::from(*number),
        Filled::Flag(flag) => Value::from(*flag),
        // an address stays an address at the front of an address
        Filled::Url(url) if escape == Escape::Url => Value::from_safe_string(url.clone()),
        Filled::Url(url) => Value::from(url.as_str()),
    };
    values.iter().map(|(key, filled)| (key, value(filled))).collect()
}

/// Takes what a text is filled with, and no more than is ever needed.
#[derive(Default)]
struct Filling(Vec<u8>);

impl io::Write for Filling {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.0.len() + bytes.len() > LONGEST_FILLED {
            return Err(io::Error::other("it becomes too long"));
        }
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
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
    /// What of a call is at hand: [`ORDER`], [`ASKED_ABOUT`], [`ASKED_FOR`], or nothing.
    pub call: &'static [&'static str],
    /// Whether this is for the PBX alone. What people read and what is compared with an answer names no secret.
    pub secrets: bool,
    /// How many texts there were.
    pub texts: &'a Cell<usize>,
}

impl Scope<'_> {
    /// The same for a text that only the PBX sees.
    pub fn for_the_pbx(self) -> Self {
        Self { secrets: true, ..self }
    }

    /// Checks a text: its syntax, its names, and that it can be filled.
    pub fn template(&self, text: &Text, escape: Escape) -> Result<Template, ProfileError> {
        self.read(text, escape, |_, _| Ok(())).map(|(template, ())| template)
    }

    /// An address, and the servers it can lead to.
    pub fn address(&self, text: &Text) -> Result<(Template, Vec<Reach>), ProfileError> {
        let scope = self.for_the_pbx();
        scope.read(text, Escape::Url, |tree, names| {
            let beginning = reach::of(&text.value, tree, names, self.settings);
            for name in &beginning.computed_from {
                let at = place_of(&text.value, name);
                if ALL.contains(&name.as_str()) || LOGGED.contains(&name.as_str()) && self.setting(name).is_none() {
                    let message = format!("the server's name may not depend on a call: take `{name}` out of it");
                    return Err(text.error_at(&self.source, at, message));
                }
                if self.is_secret(name) {
                    let message = format!("a secret may not be part of a server's name: take `{name}` out of it");
                    return Err(text.error_at(&self.source, at, message));
                }
            }
            Ok(beginning.reaches)
        })
    }

    fn read<T>(
        &self,
        text: &Text,
        escape: Escape,
        look: impl FnOnce(&Stmt<'_>, &[String]) -> Result<T, ProfileError>,
    ) -> Result<(Template, T), ProfileError> {
        self.texts.set(self.texts.get() + 1);
        if self.texts.get() > MOST_TEXTS {
            let message = format!("this profile has more than {MOST_TEXTS} texts: keep those that are needed");
            return Err(text.error(&self.source, message));
        }
        let refused = |refused: language::Refused| {
            let message = format!("this text cannot be filled with settings: {}", refused.what);
            text.error_at(&self.source, refused.at, message)
        };
        let is_number = |name: &str| self.setting(name).is_some_and(|setting| setting.kind == SettingKind::Number);
        let tree = language::tree(&text.value).map_err(refused)?;
        let named = language::names(&tree, &is_number).map_err(refused)?;
        for (name, _) in &named {
            self.knows(text, name)?;
        }
        let mut names: Vec<String> = named.into_iter().map(|(name, _)| name).collect();
        names.sort();
        names.dedup();
        let seen = look(&tree, &names)?;
        let template = Template { key: text.path.clone(), text: text.value.clone(), escape, names: names.into() };
        let order = OrderNames::SAMPLE;
        for given in [true, false] {
            let samples = Values::samples(self.settings, given);
            template.fill(&samples, self.knows_a_call().then_some(order)).map_err(|error| {
                let inside = error.range().map_or(0, |range| range.start);
                // The values are samples here: what the language has to say about them may be read.
                let detail = error.detail().map(|detail| format!(": {detail}")).unwrap_or_default();
                let message = format!("this text cannot be filled with settings: {}{detail}", why(&error));
                text.error_at(&self.source, inside, message)
            })?;
        }
        Ok((template, seen))
    }

    /// Whether its texts are filled for a call.
    pub fn knows_a_call(&self) -> bool {
        !self.call.is_empty()
    }

    fn setting(&self, name: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.key == name)
    }

    fn is_secret(&self, name: &str) -> bool {
        self.setting(name).is_some_and(|setting| setting.kind == SettingKind::Secret)
    }

    fn knows(&self, text: &Text, name: &str) -> Result<(), ProfileError> {
        let wrong = |message: String| Err(text.error_at(&self.source, place_of(&text.value, name), message));
        if self.is_secret(name) && !self.secrets {
            return wrong(format!(
                "`{name}` is a secret and may not stand here, where people would read it: it belongs into the values of \
                 a request, or into `[push.auth]`"
            ));
        }
        if self.setting(name).is_some() || self.call.contains(&name) {
            return Ok(());
        }
        let hint = match ALL.contains(&name) {
            true if self.call == ASKED_FOR => {
                format!("only {} is known where a recording is asked for", list(self.call))
            }
            true if self.call == ASKED_ABOUT => {
                format!("only {} is known where a call is asked about", list(self.call))
            }
            true if self.call == TO_LOG || self.call == LOGGED => {
                format!("{name} is not known where a call is logged")
            }
            false if name == "entry_id" => "entry_id is only known in [call_log.change]".to_owned(),
            true if name == "recording_id" => format!("{name} is only known where a recording is asked for"),
            true => format!("{} are only known where a call is started", list(ORDER)),
            false => {
                let mut known: Vec<&str> = self.settings.iter().map(|setting| setting.key.as_str()).collect();
                known.extend(self.call);
                possible(name, &known)
            }
        };
        wrong(format!("there is no setting `{name}`; {hint}"))
    }
}

/// Why a text was not filled. The words of values are never among it: those that could be are left out.
fn why(error: &minijinja::Error) -> String {
    match error.kind() {
        ErrorKind::OutOfFuel => "it takes too long to fill: make it simpler".to_owned(),
        ErrorKind::WriteFailure => {
            format!("it becomes too long, and {} KiB are the most: make it shorter", LONGEST_FILLED / 1024)
        }
        kind => kind.to_string(),
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
        self.fill(values, order).map_err(|error| format!("`{}` cannot be filled: {}", self.key, why(&error)))
    }

    fn fill(&self, values: &Values, order: Option<OrderNames<'_>>) -> Result<String, minijinja::Error> {
        if !self.text.contains('{') {
            return Ok(self.text.clone());
        }
        let mut context = seen(values, self.escape);
        if let Some(order) = order {
            let names = [order.extension, order.number, order.call_id, order.recording_id];
            if names.iter().any(|name| name.len() > LONGEST_VALUE) {
                return Err(too_long());
            }
            context.extend(ALL.into_iter().zip(names.map(Value::from)));
            context.extend(order.entry.iter().map(|(name, value)| (*name, Value::from(*value))));
        }
        let mut filling = Filling::default();
        let compiled = ENVIRONMENT.template_from_named_str(self.escape.name(), &self.text)?;
        compiled.render_captured_to(context, &mut filling)?;
        String::from_utf8(filling.0).map_err(|_| too_long())
    }

    /// What it names: settings, and what stands for the call.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// `values` with every choice this text depends on made in turn; the text has been checked before.
    pub fn every_choice(&self, values: &Values, settings: &[Setting]) -> Vec<Values> {
        let mut all = vec![values.clone()];
        for setting in settings.iter().filter(|setting| self.names.contains(&setting.key)) {
            for choice in &setting.choices {
                all.push(values.with_choice(&setting.key, &choice.value));
            }
        }
        all
    }
}
