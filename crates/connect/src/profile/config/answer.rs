//! What an answer of the PBX means: `[[originate.failure]]`, `message`, `external_id`.

use super::template::{Escape, Scope, Template};
use crate::settings::{
    problem::{ProfileError, Source},
    section::{Node, Section, Text, only_one_of},
};

/// What the profile says about answers.
#[derive(Debug, Clone, Default)]
pub(in crate::profile) struct AnswerRules {
    pub failures: Vec<FailureRule>,
    /// Where the PBX's own words about a failure stand; the first that is there.
    pub message: Vec<Finder>,
    pub external_id: Vec<Finder>,
}

/// One way an answer can say *no*.
#[derive(Debug, Clone)]
pub(in crate::profile) struct FailureRule {
    pub when: Condition,
    pub kind: FailureKind,
    /// What to tell instead of the PBX's own words.
    pub message: Option<Template>,
}

/// What an answer looks like. Everything that is given must be true of it.
#[derive(Debug, Clone)]
pub(in crate::profile) struct Condition {
    pub status: Vec<(u16, u16)>,
    /// A path that is there and neither null, false nor empty; or whose value is compared.
    pub json: Option<String>,
    /// The other way round: nothing is there.
    pub missing: bool,
    pub equals: Vec<Template>,
    pub not_equals: Vec<Template>,
    pub starts: Vec<Template>,
    pub contains: Vec<Template>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::profile) enum FailureKind {
    Authentication,
    Refused,
    Unreachable,
    Unknown,
    NotConfigured,
}

const KINDS: [(&str, FailureKind); 5] = [
    ("authentication", FailureKind::Authentication),
    ("refused", FailureKind::Refused),
    ("unreachable", FailureKind::Unreachable),
    ("unknown", FailureKind::Unknown),
    ("not_configured", FailureKind::NotConfigured),
];

/// Where a text stands in an answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::profile) enum Finder {
    /// A dotted path into JSON.
    Json(String),
    Between {
        after: String,
        before: String,
    },
    /// The whole answer, where it is one short line of text.
    Text,
}

impl AnswerRules {
    pub(super) fn read(section: &Section<'_>, scope: &Scope<'_>) -> Result<Self, ProfileError> {
        let failures = section.get("failure").map_or_else(|| Ok(Vec::new()), |node| node.sections())?;
        let finders = |key: &'static str| section.get(key).map_or(Ok(Vec::new()), |node| Finder::read_all(&node));
        Ok(Self {
            failures: failures.iter().map(|failure| FailureRule::read(failure, scope)).collect::<Result<_, _>>()?,
            message: finders("message")?,
            external_id: finders("external_id")?,
        })
    }
}

impl FailureRule {
    fn read(section: &Section<'_>, scope: &Scope<'_>) -> Result<Self, ProfileError> {
        let rule = Self {
            kind: section.required("kind", "`kind = \"refused\"` (or authentication, …)")?.word(&KINDS)?,
            message: section.get("message").map(|node| scope.template(&node.text()?, Escape::None)).transpose()?,
            when: Condition::read(section, scope, "this would make every answer a failure")?,
        };
        section.finish()?;
        Ok(rule)
    }
}

impl Condition {
    /// Every one under a key.
    pub(super) fn read_all(
        section: &Section<'_>,
        scope: &Scope<'_>,
        key: &'static str,
        too_much: &str,
    ) -> Result<Vec<Self>, ProfileError> {
        let Some(node) = section.get(key) else { return Ok(Vec::new()) };
        let read = |section: &Section<'_>| {
            let condition = Self::read(section, scope, too_much)?;
            section.finish()?;
            Ok(condition)
        };
        node.sections()?.iter().map(read).collect()
    }

    /// `too_much`: what it would mean if it were true of every answer.
    pub(super) fn read(section: &Section<'_>, scope: &Scope<'_>, too_much: &str) -> Result<Self, ProfileError> {
        let words = |key: &'static str| match section.get(key) {
            Some(node) => node.texts()?.iter().map(|text| scope.template(text, Escape::None)).collect(),
            None => Ok(Vec::new()),
        };
        let status = match section.get("status") {
            Some(node) => {
                node.texts()?.iter().map(|text| read_status(text, &scope.source)).collect::<Result<_, _>>()?
            }
            None => Vec::new(),
        };
        only_one_of(section, &["equals", "not_equals"])?;
        let condition = Self {
            status,
            json: section.get("json").map(|node| node.text()).transpose()?.map(|text| text.value),
            missing: section.get("missing").map_or(Ok(false), |node| node.flag())?,
            equals: words("equals")?,
            not_equals: words("not_equals")?,
            starts: words("starts")?,
            contains: words("contains")?,
        };
        let compares = !condition.equals.is_empty() || !condition.not_equals.is_empty();
        if (compares || condition.missing) && condition.json.is_none() {
            let message = "`equals`, `not_equals` and `missing` are about what stands at a path: add `json = \"…\"`";
            return Err(section.error(message));
        }
        if compares && condition.missing {
            return Err(
                section.error("what is missing cannot be compared: keep `missing`, or `equals` or `not_equals`")
            );
        }
        let says_nothing = condition.starts.is_empty() && condition.contains.is_empty();
        if condition.status.is_empty() && condition.json.is_none() && says_nothing {
            return Err(section.error(format!("{too_much}: add `status`, `json`, `starts` or `contains`")));
        }
        Ok(condition)
    }
}

/// `401` or `500-599`.
fn read_status(text: &Text, source: &Source<'_>) -> Result<(u16, u16), ProfileError> {
    let (from, to) = text.value.split_once('-').unwrap_or((&text.value, &text.value));
    let range = from.trim().parse().ok().zip(to.trim().parse().ok());
    match range {
        Some((from, to)) if (100..=599).contains(&from) && (from..=599).contains(&to) => Ok((from, to)),
        _ => Err(text.error(source, "this is no HTTP status: write `401`, or a range such as `\"500-599\"`")),
    }
}

impl Finder {
    /// `"path.to.it"`, `{ json = "…" }`, `{ after = "<id>", before = "</id>" }`, `{ text = true }`, or a list of them.
    fn read_all(node: &Node<'_>) -> Result<Vec<Self>, ProfileError> {
        match node.is_array() {
            true => node.items("a list")?.iter().map(Self::read).collect(),
            false => Ok(vec![Self::read(node)?]),
        }
    }

    fn read(node: &Node<'_>) -> Result<Self, ProfileError> {
        if node.is_text() {
            return Ok(Self::Json(node.text()?.value));
        }
        let section = node.section()?;
        let text = |key: &'static str| section.get(key).map(|node| node.text()).transpose();
        let whole = section.get("text").map_or(Ok(false), |node| node.flag())?;
        let finder = match (text("json")?, text("after")?, text("before")?, whole) {
            (Some(path), None, None, false) => Self::Json(path.value),
            (None, Some(after), Some(before), false) => Self::Between { after: after.value, before: before.value },
            (None, None, None, true) => Self::Text,
            _ => {
                let message = "say where it stands: `{ json = \"path\" }`, `{ after = \"<id>\", before = \"</id>\" }` \
                               or `{ text = true }`";
                return Err(section.error(message));
            }
        };
        section.finish()?;
        Ok(finder)
    }
}
