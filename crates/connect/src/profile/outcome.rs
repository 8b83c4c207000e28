//! What an answer of the PBX means.
//!
//! A call has started only if the status is 2xx *and* no error message is recognised (vipex.md, Click-to-call). Whatever
//! leaves it open whether a phone rings is *unknown*, and never tried again by itself.

use super::config::{
    answer::{AnswerRules, Condition, FailureKind, FailureRule, Finder},
    template::Template,
};
use crate::{OriginateFailure, http::scrub::Scrub, settings::values::Values};
use reqwest::StatusCode;
use serde_json::Value;

/// A PBX's answer, as far as it came.
pub(super) struct Answer {
    pub status: StatusCode,
    /// Scheme and host of a redirect.
    pub location: Option<String>,
    /// The first 64 KiB.
    pub body: String,
    /// Whether the body came to its end within that.
    pub whole: bool,
}

/// The rules with an account's settings.
#[derive(Debug, Clone, Default)]
pub(super) struct Verdicts {
    failures: Vec<Rule>,
    message: Vec<Finder>,
    external_id: Vec<Finder>,
}

#[derive(Debug, Clone)]
struct Rule {
    when: Check,
    kind: FailureKind,
    message: Option<String>,
}

/// A [`Condition`] with an account's settings.
#[derive(Debug, Clone)]
pub(super) struct Check {
    status: Vec<(u16, u16)>,
    json: Option<String>,
    missing: bool,
    equals: Vec<String>,
    not_equals: Vec<String>,
    starts: Vec<String>,
    contains: Vec<String>,
}

/// Longer ids are none.
const LONGEST_ID: usize = 128;

impl Verdicts {
    pub fn new(rules: &AnswerRules, values: &Values) -> Result<Self, String> {
        let failures: Result<Vec<_>, String> = rules.failures.iter().map(|rule| Rule::new(rule, values)).collect();
        Ok(Self {
            failures: failures?.into_iter().flatten().collect(),
            message: rules.message.clone(),
            external_id: rules.external_id.clone(),
        })
    }

    /// The PBX's call id where the call started.
    pub fn judge(&self, answer: &Answer, scrub: &Scrub) -> Result<Option<String>, OriginateFailure> {
        let seen = Seen::new(answer);
        let fits = |rule: &&Rule| rule.when.is_true_of(&seen);
        if let Some(rule) = self.failures.iter().find(fits) {
            let detail = rule.message.clone().unwrap_or_else(|| self.detail(&seen, scrub));
            return Err(failure(rule.kind, detail));
        }
        let status = answer.status;
        if status.is_redirection() {
            return Err(redirected(answer));
        }
        if !status.is_success() {
            let kind = match status.as_u16() {
                401 | 403 | 407 => FailureKind::Authentication,
                // A gateway that gave up does not know either.
                408 | 502 | 504 => FailureKind::Unknown,
                503 => FailureKind::Unreachable,
                _ => FailureKind::Refused,
            };
            return Err(failure(kind, self.detail(&seen, scrub)));
        }
        if !answer.whole {
            // The error message may stand in what did not come.
            let detail = format!("its answer (HTTP {}) was cut or is too long to be one", status.as_u16());
            return Err(OriginateFailure::Unknown { detail });
        }
        let id = self.external_id.iter().find_map(|finder| finder.find(&seen));
        Ok(id.filter(|id| id.len() <= LONGEST_ID && !id.chars().any(char::is_control)))
    }

    /// What an answer says itself, for people.
    pub fn detail(&self, seen: &Seen<'_>, scrub: &Scrub) -> String {
        let status = seen.answer.status;
        let words = self.message.iter().find_map(|finder| finder.find(seen)).or_else(|| Finder::Text.find(seen));
        let words = words.map(|words| scrub.clean(&words)).filter(|words| !words.is_empty());
        match (words, status.is_success()) {
            (Some(words), true) => words,
            (Some(words), false) => format!("{words} (HTTP {})", status.as_u16()),
            (None, true) => "it answered with an error message".to_owned(),
            (None, false) => format!("HTTP {status}"),
        }
    }
}

fn failure(kind: FailureKind, detail: String) -> OriginateFailure {
    match kind {
        FailureKind::Authentication => OriginateFailure::Authentication { detail },
        FailureKind::Refused => OriginateFailure::Refused { detail },
        FailureKind::Unreachable => OriginateFailure::Unreachable { detail },
        FailureKind::Unknown => OriginateFailure::Unknown { detail },
        FailureKind::NotConfigured => OriginateFailure::NotConfigured { detail },
    }
}

fn redirected(answer: &Answer) -> OriginateFailure {
    let to = answer.location.as_deref().unwrap_or("another address");
    let detail = format!(
        "the PBX's address redirects to {to}, where no password or key is sent; nothing was started. \
         Give the address the PBX really answers at"
    );
    OriginateFailure::NotConfigured { detail }
}

impl Rule {
    /// `None`: every text it looks for is a setting left empty.
    fn new(rule: &FailureRule, values: &Values) -> Result<Option<Self>, String> {
        let message = rule.message.as_ref().map(|message| message.render(values, None)).transpose()?;
        Ok(Check::new(&rule.when, values)?.map(|when| Self { when, kind: rule.kind, message }))
    }
}

impl Check {
    /// Those of them that look for anything.
    pub fn all(rules: &[Condition], values: &Values) -> Result<Vec<Self>, String> {
        let checks: Result<Vec<_>, String> = rules.iter().map(|rule| Self::new(rule, values)).collect();
        Ok(checks?.into_iter().flatten().collect())
    }

    /// `None`: every text it looks for is a setting left empty.
    pub fn new(rule: &Condition, values: &Values) -> Result<Option<Self>, String> {
        let fill = |templates: &[Template], lower: bool| -> Result<Vec<String>, String> {
            let texts: Result<Vec<String>, String> = templates.iter().map(|text| text.render(values, None)).collect();
            let mut texts = texts?;
            texts.retain(|text| !text.trim().is_empty());
            Ok(texts.into_iter().map(|text| if lower { text.to_lowercase() } else { text }).collect())
        };
        let filled = Self {
            status: rule.status.clone(),
            json: rule.json.clone(),
            missing: rule.missing,
            equals: fill(&rule.equals, true)?,
            not_equals: fill(&rule.not_equals, true)?,
            starts: fill(&rule.starts, true)?,
            contains: fill(&rule.contains, true)?,
        };
        let emptied = |given: &[Template], left: &[String]| !given.is_empty() && left.is_empty();
        let idle = emptied(&rule.starts, &filled.starts)
            || emptied(&rule.contains, &filled.contains)
            || emptied(&rule.equals, &filled.equals)
            || emptied(&rule.not_equals, &filled.not_equals);
        Ok((!idle).then_some(filled))
    }

    /// What is missing may stand in what did not come.
    pub fn is_true_of(&self, seen: &Seen<'_>) -> bool {
        (seen.answer.whole || !self.is_about_absence()) && self.applies(seen)
    }

    fn is_about_absence(&self) -> bool {
        self.missing || !self.not_equals.is_empty()
    }

    fn applies(&self, seen: &Seen<'_>) -> bool {
        let status = seen.answer.status.as_u16();
        let any = |words: &[String], test: &dyn Fn(&str, &str) -> bool| {
            words.is_empty() || seen.texts.iter().any(|text| words.iter().any(|word| test(text, word)))
        };
        (self.status.is_empty() || self.status.iter().any(|(from, to)| (*from..=*to).contains(&status)))
            && self.json.as_deref().is_none_or(|path| self.json_applies(seen.at(path)))
            && any(&self.starts, &|text, word| text.starts_with(word))
            && any(&self.contains, &|text, word| text.contains(word))
    }

    fn json_applies(&self, value: Option<&Value>) -> bool {
        let text = value.and_then(scalar).map(|text| text.to_lowercase());
        if !self.equals.is_empty() {
            return text.is_some_and(|text| self.equals.contains(&text));
        }
        if !self.not_equals.is_empty() {
            return !text.is_some_and(|text| self.not_equals.contains(&text));
        }
        let is_there = match value {
            None | Some(Value::Null | Value::Bool(false)) => false,
            Some(Value::String(text)) => !text.is_empty(),
            Some(Value::Number(number)) => number.as_f64() != Some(0.0),
            Some(Value::Array(items)) => !items.is_empty(),
            Some(Value::Object(members)) => !members.is_empty(),
            Some(Value::Bool(true)) => true,
        };
        is_there != self.missing
    }
}

/// An answer with what rules look at.
pub(super) struct Seen<'a> {
    answer: &'a Answer,
    json: Option<Value>,
    /// In small letters: the texts among the values of JSON, or else the whole body.
    texts: Vec<String>,
}

impl<'a> Seen<'a> {
    pub fn new(answer: &'a Answer) -> Self {
        let body = answer.body.trim_start_matches('\u{feff}').trim();
        let json: Option<Value> = match body.as_bytes().first() {
            Some(b'{' | b'[') => serde_json::from_str(body).ok(),
            _ => None,
        };
        let mut texts = Vec::new();
        match &json {
            // Not the names: `"error": null` says there is none.
            Some(json) => collect_texts(json, &mut texts),
            None => texts.push(body.to_lowercase()),
        }
        Self { answer, json, texts }
    }

    fn at(&self, path: &str) -> Option<&Value> {
        path.split('.').try_fold(self.json.as_ref()?, |value, key| match value {
            Value::Object(members) => members.get(key),
            Value::Array(items) => key.parse::<usize>().ok().and_then(|at| items.get(at)),
            _ => None,
        })
    }
}

fn collect_texts(value: &Value, texts: &mut Vec<String>) {
    match value {
        Value::String(text) => texts.push(text.trim().to_lowercase()),
        Value::Array(items) => items.iter().for_each(|item| collect_texts(item, texts)),
        Value::Object(members) => members.values().for_each(|member| collect_texts(member, texts)),
        _ => {}
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.trim().to_owned()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

impl Finder {
    fn find(&self, seen: &Seen<'_>) -> Option<String> {
        let body = seen.answer.body.trim();
        let found = match self {
            Self::Json(path) => scalar(seen.at(path)?)?,
            Self::Between { after, before } => {
                let start = body.find(after.as_str())? + after.len();
                let length = body[start..].find(before.as_str())?;
                body[start..start + length].trim().to_owned()
            }
            // A page for people is no message, and JSON is read by path.
            Self::Text if seen.json.is_some() || body.starts_with('<') || body.lines().count() > 3 => return None,
            Self::Text => body.to_owned(),
        };
        (!found.is_empty()).then_some(found)
    }
}
