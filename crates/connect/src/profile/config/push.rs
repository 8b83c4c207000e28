//! How pushes are read: `[push]`, `[incoming]`, `[event]`, `[call_data]`.

use super::template::{Escape, Scope, Template};
use crate::{
    PushKind,
    settings::{
        ProfileError,
        section::{Node, Section},
        values::Values,
    },
};
use ringcard_core::call::{Direction, Leg};
use std::collections::BTreeMap;

/// What the profile says about pushes.
#[derive(Debug, Clone, Default)]
pub(in crate::profile) struct PushRules {
    /// Objects the call's fields may be wrapped in: `call` for `{"call":{"caller":…}}`.
    pub inside: Vec<Template>,
    /// Parameters whose text is JSON (vipex.md, Call data).
    pub json_in: Vec<Template>,
    pub fields: FieldNames,
    pub extra: BTreeMap<String, Vec<Template>>,
    /// Whether further fields are kept under their own names.
    pub keep_others: bool,
    pub words: Words,
    pub auth: AuthRules,
    /// The kinds this profile reads.
    pub kinds: BTreeMap<Kind, KindRules>,
}

/// [`PushKind`], which has no order of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::profile) enum Kind {
    Incoming,
    Event,
    CallData,
}

impl From<PushKind> for Kind {
    fn from(kind: PushKind) -> Self {
        match kind {
            PushKind::Incoming => Self::Incoming,
            PushKind::Event => Self::Event,
            PushKind::CallData => Self::CallData,
        }
    }
}

/// What one kind of push has besides what all have.
#[derive(Debug, Clone, Default)]
pub(in crate::profile) struct KindRules {
    /// Told to the administrator; any method is taken.
    pub method: Option<Template>,
    /// Instead of `[push.fields]`, name by name.
    pub fields: FieldNames,
}

/// The names each field may have, most likely first.
#[derive(Debug, Clone, Default)]
pub(in crate::profile) struct FieldNames(pub BTreeMap<Field, Vec<Template>>);

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::profile) enum Field {
    Caller,
    Called,
    Extension,
    /// Of the call, whichever of its legs is told of.
    CallId,
    /// Of one leg of it.
    LegId,
    Direction,
    Event,
    Leg,
    Detail,
    /// Why it ended, as the network numbers it: Q.850 or SIP.
    Cause,
    Result,
    TalkSeconds,
    /// When the push was sent.
    Time,
    CallerName,
    CalledName,
    /// Whether the caller lets the number be shown.
    Presentation,
    Queue,
    /// The extension that passed the call on.
    PassedBy,
    /// What its recording is fetched by.
    RecordingId,
    /// The recording itself.
    Recording,
}

impl Field {
    pub const ALL: [(&'static str, Field); 20] = [
        ("caller", Field::Caller),
        ("called", Field::Called),
        ("extension", Field::Extension),
        ("call_id", Field::CallId),
        ("leg_id", Field::LegId),
        ("direction", Field::Direction),
        ("event", Field::Event),
        ("leg", Field::Leg),
        ("detail", Field::Detail),
        ("cause", Field::Cause),
        ("result", Field::Result),
        ("talk_seconds", Field::TalkSeconds),
        ("time", Field::Time),
        ("caller_name", Field::CallerName),
        ("called_name", Field::CalledName),
        ("presentation", Field::Presentation),
        ("queue", Field::Queue),
        ("passed_by", Field::PassedBy),
        ("recording_id", Field::RecordingId),
        ("recording", Field::Recording),
    ];

    pub fn name(self) -> &'static str {
        Self::ALL.iter().find(|(_, field)| *field == self).map_or("", |(name, _)| name)
    }
}

/// What the PBX's words mean.
#[derive(Debug, Clone, Default)]
pub(in crate::profile) struct Words {
    pub event: Vec<(Happening, Vec<Template>)>,
    pub result: Vec<(Happening, Vec<Template>)>,
    pub direction: Vec<(Direction, Vec<Template>)>,
    pub leg: Vec<(Leg, Vec<Template>)>,
    pub presentation: Vec<(Presentation, Vec<Template>)>,
}

/// Whether a caller lets the number be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::profile) enum Presentation {
    Allowed,
    Withheld,
}

impl Presentation {
    pub const ALL: [(&'static str, Self); 2] = [("allowed", Self::Allowed), ("withheld", Self::Withheld)];
}

/// What a word of the PBX says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::profile) enum Happening {
    /// A call rings: the push is an incoming notifier, whatever its address.
    Incoming,
    AgentRinging,
    AgentAnswered,
    CustomerRinging,
    Connected,
    AnsweredElsewhere,
    Ended,
    /// Over, and both sides spoke.
    Answered,
    Missed,
    Busy,
    NoAnswer,
    Declined,
    Failed,
    Held,
    Resumed,
    /// It rings at another extension, to which somebody passed it on.
    Transferred,
    /// Voicemail took it.
    Voicemail,
    /// A menu or an announcement took it.
    Menu,
    /// Known, and nothing to us.
    Ignored,
}

impl Happening {
    pub const EVENTS: [(&'static str, Self); 18] = [
        ("incoming", Self::Incoming),
        ("agent_ringing", Self::AgentRinging),
        ("agent_answered", Self::AgentAnswered),
        ("customer_ringing", Self::CustomerRinging),
        ("connected", Self::Connected),
        ("answered_elsewhere", Self::AnsweredElsewhere),
        ("ended", Self::Ended),
        ("missed", Self::Missed),
        ("busy", Self::Busy),
        ("no_answer", Self::NoAnswer),
        ("declined", Self::Declined),
        ("failed", Self::Failed),
        ("held", Self::Held),
        ("resumed", Self::Resumed),
        ("transferred", Self::Transferred),
        ("voicemail", Self::Voicemail),
        ("menu", Self::Menu),
        ("ignored", Self::Ignored),
    ];
    pub const RESULTS: [(&'static str, Self); 9] = [
        ("answered", Self::Answered),
        ("answered_elsewhere", Self::AnsweredElsewhere),
        ("ended", Self::Ended),
        ("missed", Self::Missed),
        ("busy", Self::Busy),
        ("no_answer", Self::NoAnswer),
        ("declined", Self::Declined),
        ("failed", Self::Failed),
        ("voicemail", Self::Voicemail),
    ];
}

/// Which proof pushes carry (vipex.md, Basics).
#[derive(Debug, Clone, Default)]
pub(in crate::profile) struct AuthRules {
    /// `key`, `user` or `none`, when filled.
    pub method: Option<Template>,
    /// Every method there can be, as settings decide.
    pub methods: Vec<String>,
    pub key: Option<Template>,
    pub key_parameters: Vec<Template>,
    pub key_headers: Vec<Template>,
    pub bearer: bool,
    pub user: Option<Template>,
    pub password: Option<Template>,
    pub user_parameters: Vec<Template>,
    pub password_parameters: Vec<Template>,
    pub basic: bool,
}

/// More further fields than anybody reads.
const MOST_EXTRA: usize = 32;

impl PushRules {
    pub(super) fn read(root: &Section<'_>, scope: &Scope<'_>) -> Result<Self, ProfileError> {
        let mut rules = Self::default();
        for (key, kind) in [("incoming", Kind::Incoming), ("event", Kind::Event), ("call_data", Kind::CallData)] {
            if let Some(node) = root.get(key) {
                let section = node.section()?;
                let method =
                    section.get("method").map(|node| scope.template(&node.text()?, Escape::None)).transpose()?;
                let fields = FieldNames::read(&section, scope)?;
                section.finish()?;
                rules.kinds.insert(kind, KindRules { method, fields });
            }
        }
        let Some(push) = root.get("push") else {
            return match rules.kinds.is_empty() {
                true => Ok(rules),
                false => Err(root.error("`push` is missing: add `[push.auth]`, and the fields under `[push.fields]`")),
            };
        };
        let section = push.section()?;
        rules.inside = texts(&section, "inside", scope)?;
        rules.json_in = texts(&section, "json_in", scope)?;
        rules.keep_others = section.get("keep_others").map_or(Ok(false), |node| node.flag())?;
        if let Some(node) = section.get("fields") {
            let fields = node.section()?;
            rules.fields = FieldNames::read(&fields, scope)?;
            fields.finish()?;
        }
        if let Some(node) = section.get("extra") {
            rules.extra = read_extra(&node, scope)?;
        }
        if let Some(node) = section.get("words") {
            rules.words = Words::read(&node.section()?, scope)?;
        }
        let auth = section.required("auth", "`[push.auth]`: which proof pushes carry (`method = \"none\"`: none)")?;
        rules.auth = AuthRules::read(&auth.section()?, scope)?;
        section.finish()?;
        Ok(rules)
    }
}

fn texts(section: &Section<'_>, key: &'static str, scope: &Scope<'_>) -> Result<Vec<Template>, ProfileError> {
    section.get(key).map_or(Ok(Vec::new()), |node| templates(&node, scope))
}

fn templates(node: &Node<'_>, scope: &Scope<'_>) -> Result<Vec<Template>, ProfileError> {
    node.texts()?.iter().map(|text| scope.template(text, Escape::None)).collect()
}

fn read_extra(node: &Node<'_>, scope: &Scope<'_>) -> Result<BTreeMap<String, Vec<Template>>, ProfileError> {
    let entries = node.section()?.entries();
    if entries.len() > MOST_EXTRA {
        return Err(node.error(format!("there are more than {MOST_EXTRA} further fields: keep those an agent needs")));
    }
    entries.iter().map(|(key, node)| Ok((key.value.clone(), templates(node, scope)?))).collect()
}

impl FieldNames {
    fn read(section: &Section<'_>, scope: &Scope<'_>) -> Result<Self, ProfileError> {
        let mut names = BTreeMap::new();
        for (key, field) in Field::ALL {
            if let Some(node) = section.get(key) {
                names.insert(field, templates(&node, scope)?);
            }
        }
        Ok(Self(names))
    }
}

impl Words {
    fn read(section: &Section<'_>, scope: &Scope<'_>) -> Result<Self, ProfileError> {
        let words = Self {
            event: meanings(section, "event", &Happening::EVENTS, scope)?,
            result: meanings(section, "result", &Happening::RESULTS, scope)?,
            direction: meanings(
                section,
                "direction",
                &[("inbound", Direction::Inbound), ("outbound", Direction::Outbound)],
                scope,
            )?,
            leg: meanings(section, "leg", &[("agent", Leg::Agent), ("customer", Leg::Customer)], scope)?,
            presentation: meanings(section, "presentation", &Presentation::ALL, scope)?,
        };
        section.finish()?;
        Ok(words)
    }
}

/// `meaning = ["word", …]`, where our own word for it always counts too.
fn meanings<T: Copy>(
    section: &Section<'_>,
    key: &'static str,
    known: &[(&'static str, T)],
    scope: &Scope<'_>,
) -> Result<Vec<(T, Vec<Template>)>, ProfileError> {
    let Some(node) = section.get(key) else { return Ok(Vec::new()) };
    let table = node.section()?;
    let mut meanings = Vec::new();
    for (word, meaning) in known {
        meanings.push((*meaning, texts(&table, word, scope)?));
    }
    table.finish()?;
    Ok(meanings)
}

impl AuthRules {
    fn read(section: &Section<'_>, scope: &Scope<'_>) -> Result<Self, ProfileError> {
        let read = |key: &'static str, scope: &Scope<'_>| {
            section.get(key).map(|node| scope.template(&node.text()?, Escape::None)).transpose()
        };
        // What is compared with a push, and never shown.
        let one = |key: &'static str| read(key, &scope.for_the_pbx());
        let flag = |key: &'static str| section.get(key).map_or(Ok(false), |node| node.flag());
        let method = section.required("method", "`method = \"key\"` (or user, none)")?;
        let mut rules = Self {
            methods: Vec::new(),
            method: read("method", scope)?,
            key: one("key")?,
            key_parameters: texts(section, "key_parameters", scope)?,
            key_headers: texts(section, "key_headers", scope)?,
            bearer: flag("bearer")?,
            user: one("user")?,
            password: one("password")?,
            user_parameters: texts(section, "user_parameters", scope)?,
            password_parameters: texts(section, "password_parameters", scope)?,
            basic: flag("basic")?,
        };
        section.finish()?;
        rules.check(scope).map_err(|message| method.error(message))?;
        Ok(rules)
    }

    /// Whichever method an administrator chooses, there is what it needs.
    fn check(&mut self, scope: &Scope<'_>) -> Result<(), String> {
        let Some(method) = &self.method else { return Ok(()) };
        for values in method.every_choice(&Values::samples(scope.settings, true), scope.settings) {
            let in_header = self.bearer || !self.key_headers.is_empty();
            let in_parameters = !self.user_parameters.is_empty() && !self.password_parameters.is_empty();
            let method = method.render(&values, None)?.trim().to_owned();
            if !self.methods.contains(&method) {
                self.methods.push(method.clone());
            }
            match method.as_str() {
                "none" => {}
                "key" if self.key.is_none() => return Err("this needs `key`: add it".to_owned()),
                "key" if self.key_parameters.is_empty() && !in_header => {
                    return Err("say where the key stands: add `key_parameters`, `key_headers` or `bearer`".to_owned());
                }
                "user" if self.user.is_none() || self.password.is_none() => {
                    return Err("this needs `user` and `password`: add them".to_owned());
                }
                "user" if !self.basic && !in_parameters => {
                    let places = "add `basic = true`, or `user_parameters` and `password_parameters`";
                    return Err(format!("say where user and password stand: {places}"));
                }
                "key" | "user" => {}
                other => return Err(format!("`{other}` is no proof of a push: use key, user or none")),
            }
        }
        Ok(())
    }
}
