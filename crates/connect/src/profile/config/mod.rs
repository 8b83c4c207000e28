//! A profile as it stands in its file, checked.
//!
//! Whatever can be wrong with a profile is found here, when it is loaded, and said with file, line, column and key;
//! nothing of it can be wrong any more when a phone rings. What an administrator fills in is checked in [`crate::settings`].

pub(in crate::profile) mod answer;
pub(in crate::profile) mod call_log;
mod language;
pub mod library;
pub(in crate::profile) mod push;
pub mod reach;
pub(in crate::profile) mod recording;
pub(in crate::profile) mod request;
pub mod review;
pub(in crate::profile) mod status;
pub(in crate::profile) mod template;

use super::{
    Explanation, PbxAccount,
    normalise::{Known, Reader},
};
use crate::{
    PushKind, RawPush,
    settings::{
        AccountError, ProfileError, Setting, Words, problem::Source, section::Section, setting, values::Values,
    },
};
use answer::AnswerRules;
use call_log::CallLogRules;
use push::PushRules;
use recording::RecordingRules;
use request::Request;
use ringcard_core::number::{DialFormat, DialPlan, DialStyle};
use secrecy::SecretString;
use status::StatusRules;
use std::{
    cell::Cell,
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use template::{ASKED_ABOUT, ASKED_FOR, Escape, LOGGED, ORDER, Scope, TO_LOG, Template};
use toml::de::{DeTable, DeValue};

/// A PBX described by a file. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Profile(Arc<Parts>);

#[derive(Debug)]
pub(in crate::profile) struct Parts {
    id: String,
    /// It takes the place of the built-in profile of its id.
    replaces: bool,
    title: Words,
    description: Words,
    settings: Vec<Setting>,
    /// The settings that requests name.
    sent: BTreeSet<String>,
    pub http: HttpRules,
    /// Absent: this PBX only tells of calls.
    pub originate: Option<OriginateRules>,
    pub test: Option<TestRules>,
    /// Absent: this PBX cannot be asked whether a call is going on.
    pub status: Option<StatusRules>,
    /// Absent: this PBX gives no recordings.
    pub recording: Option<RecordingRules>,
    /// Absent: it keeps no log of calls.
    pub call_log: Option<CallLogRules>,
    pub push: PushRules,
}

/// `[http]`: how requests are sent.
#[derive(Debug, Default)]
pub(in crate::profile) struct HttpRules {
    pub timeout: Option<Template>,
    pub allow_http: Option<Template>,
}

/// `[originate]`
#[derive(Debug)]
pub(in crate::profile) struct OriginateRules {
    pub request: Request,
    pub number: NumberRules,
    pub answer: AnswerRules,
}

/// `[test]`: a request that rings nobody, to check the sign-in with.
#[derive(Debug)]
pub(in crate::profile) struct TestRules {
    pub request: Request,
    pub answer: AnswerRules,
}

/// `[originate.number]`: a [`DialFormat`] with blanks.
#[derive(Debug, Default)]
pub(in crate::profile) struct NumberRules {
    style: Option<Template>,
    outside_prefix: Option<Template>,
    keep_last: Option<Template>,
}

/// A profile is read by people: more than this is no profile.
const LONGEST: usize = 256 * 1024;

impl Profile {
    /// Reads and checks a profile; `file` is only named in errors.
    pub fn parse(file: &str, text: &str) -> Result<Self, ProfileError> {
        let source = Source { file, text };
        if text.len() > LONGEST {
            return Err(source.error(0, "", "this file is too long for a profile (256 KiB)"));
        }
        let table = DeTable::parse(text).map_err(|error| {
            let offset = error.span().map_or(0, |span| span.start);
            source.error(offset, "", format!("this is no TOML: {}", error.message()))
        })?;
        let root = Section::root(source, &table);
        let id = root.required("id", "`id = \"…\"`, what an account's `connector` names")?;
        let name = id.text()?.value;
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-') {
            return Err(id.error("a profile's id has small letters, digits and `-` only"));
        }
        let replaces = match root.get("replaces") {
            Some(node) if node.text()?.value != name => {
                return Err(node.error(format!("a profile can only replace the built-in one of its own id, `{name}`")));
            }
            Some(node) if !library::is_builtin(&name) => {
                return Err(node.error(format!("there is no built-in profile `{name}`: take `replaces` away")));
            }
            replaces => replaces.is_some(),
        };
        let settings = setting::read_all(&root, &source)?;
        let texts = Cell::new(0);
        let scope = Scope { source, settings: &settings, call: &[], secrets: false, texts: &texts };
        let calling = Scope { call: ORDER, ..scope };
        let asking = Scope { call: ASKED_ABOUT, ..scope };
        let fetching = Scope { call: ASKED_FOR, ..scope };
        let (logging, changing) = (Scope { call: TO_LOG, ..scope }, Scope { call: LOGGED, ..scope });
        let parts = Parts {
            id: name,
            replaces,
            title: Words::read(&root.required("title", "`title`, the system's name for people")?)?,
            description: root.get("description").map_or_else(|| Ok(Words::default()), |node| Words::read(&node))?,
            http: HttpRules::read(&root, &scope)?,
            originate: root.get("originate").map(|n| OriginateRules::read(&n.section()?, &calling)).transpose()?,
            test: root.get("test").map(|node| TestRules::read(&node.section()?, &scope)).transpose()?,
            status: root.get("status").map(|node| StatusRules::read(&node.section()?, &asking)).transpose()?,
            recording: root
                .get("recording")
                .map(|node| RecordingRules::read(&node.section()?, &fetching))
                .transpose()?,
            call_log: root
                .get("call_log")
                .map(|node| CallLogRules::read(&node.section()?, &scope, &logging, &changing))
                .transpose()?,
            push: PushRules::read(&root, &scope)?,
            sent: sent(table.get_ref(), &settings),
            settings: settings.clone(),
        };
        root.finish()?;
        Ok(Self(Arc::new(parts.complete())))
    }

    /// `vipex`: what an account's `connector` names.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Whether the file says that it takes the place of the built-in profile of its id.
    pub fn replaces_builtin(&self) -> bool {
        self.0.replaces
    }

    pub fn title(&self) -> &Words {
        &self.0.title
    }

    pub fn description(&self) -> &Words {
        &self.0.description
    }

    /// What an administrator fills in for each account, in the order to ask.
    pub fn settings(&self) -> &[Setting] {
        &self.0.settings
    }

    /// Whether a setting's value may be in a request; another one only has to do with pushes.
    pub fn sends(&self, setting: &str) -> bool {
        self.0.sent.contains(setting)
    }

    /// Which webhooks it reads.
    pub fn pushes(&self) -> Vec<PushKind> {
        let all = [PushKind::Incoming, PushKind::Event, PushKind::CallData];
        all.into_iter().filter(|kind| self.0.push.kinds.contains_key(&push::Kind::from(*kind))).collect()
    }

    /// What it looks for in pushes, in its own words.
    pub fn push_fields(&self) -> Vec<&'static str> {
        let push = &self.0.push;
        let own = push.kinds.values().flat_map(|kind| kind.fields.0.keys());
        let named: BTreeSet<push::Field> = push.fields.0.keys().chain(own).copied().collect();
        named.into_iter().map(push::Field::name).collect()
    }

    /// Fills the profile with an account's settings. `values` are those that are no secrets; a number or flag may be
    /// written as text. Empty text counts as not given.
    pub fn account(
        &self,
        values: BTreeMap<String, toml::Value>,
        secrets: BTreeMap<String, SecretString>,
        plan: DialPlan,
    ) -> Result<PbxAccount, AccountError> {
        PbxAccount::new(
            self,
            Values::fill(&format!("the profile `{}`", self.id()), self.settings(), values, secrets)?,
            plan,
        )
    }

    /// How a sample push is read with the settings' defaults; who sent it is not checked.
    pub fn explain_push(&self, kind: PushKind, raw: &RawPush, plan: &DialPlan) -> Explanation {
        let values = Values::defaults(&self.0.settings);
        match Reader::new(&self.0.push, &values) {
            Ok(reader) => {
                let auth = &self.0.push.auth;
                let written = [&auth.key, &auth.password].into_iter().flatten();
                let written: Vec<String> = written.filter_map(|text| text.render(&values, None).ok()).collect();
                reader.explain(kind, raw, &Known::new(written.iter().map(String::as_str)), plan)
            }
            Err(message) => Explanation::impossible(message),
        }
    }

    pub(in crate::profile) fn parts(&self) -> &Parts {
        &self.0
    }
}

/// The settings whose names stand in any text but those of pushes and of the settings themselves. Rather one too many.
fn sent(table: &DeTable<'_>, settings: &[Setting]) -> BTreeSet<String> {
    let sections = table.iter().filter(|(name, _)| !["push", "setting"].contains(&name.get_ref().as_ref()));
    let mut left: Vec<&DeValue<'_>> = sections.map(|(_, value)| value.get_ref()).collect();
    let mut texts = Vec::new();
    while let Some(value) = left.pop() {
        match value {
            DeValue::String(text) => texts.push(text.as_ref()),
            DeValue::Array(items) => left.extend(items.iter().map(|item| item.get_ref())),
            DeValue::Table(table) => {
                texts.extend(table.iter().map(|(name, _)| name.get_ref().as_ref()));
                left.extend(table.iter().map(|(_, value)| value.get_ref()));
            }
            _ => {}
        }
    }
    let keys = settings.iter().map(|setting| &setting.key);
    keys.filter(|key| texts.iter().any(|text| text.contains(key.as_str()))).cloned().collect()
}

impl Parts {
    fn complete(mut self) -> Self {
        let Some(originate) = &self.originate else {
            if let (Some(test), Some(log)) = (&mut self.test, &self.call_log) {
                test.request.sign_in_like(&log.add.request);
            }
            return self;
        };
        if let Some(test) = &mut self.test {
            test.request.sign_in_like(&originate.request);
        }
        if let Some(status) = &mut self.status {
            status.request.sign_in_like(&originate.request);
        }
        if let Some(recording) = &mut self.recording {
            recording.request.sign_in_like(&originate.request);
        }
        self
    }
}

impl HttpRules {
    fn read(root: &Section<'_>, scope: &Scope<'_>) -> Result<Self, ProfileError> {
        let Some(node) = root.get("http") else { return Ok(Self::default()) };
        let section = node.section()?;
        let one =
            |key: &'static str| section.get(key).map(|node| scope.template(&node.scalar()?, Escape::None)).transpose();
        let rules = Self { timeout: one("timeout")?, allow_http: one("allow_http")? };
        section.finish()?;
        Ok(rules)
    }
}

impl OriginateRules {
    fn read(section: &Section<'_>, scope: &Scope<'_>) -> Result<Self, ProfileError> {
        let rules = Self {
            request: Request::read(section, scope)?,
            number: section.get("number").map_or(Ok(NumberRules::default()), |node| {
                NumberRules::read(&node.section()?, &Scope { call: &[], ..*scope })
            })?,
            answer: AnswerRules::read(section, scope)?,
        };
        section.finish()?;
        Ok(rules)
    }
}

impl TestRules {
    fn read(section: &Section<'_>, scope: &Scope<'_>) -> Result<Self, ProfileError> {
        let rules = Self { request: Request::read(section, scope)?, answer: AnswerRules::read(section, scope)? };
        section.finish()?;
        Ok(rules)
    }
}

impl NumberRules {
    fn read(section: &Section<'_>, scope: &Scope<'_>) -> Result<Self, ProfileError> {
        let one =
            |key: &'static str| section.get(key).map(|node| scope.template(&node.scalar()?, Escape::None)).transpose();
        let rules = Self { style: one("style")?, outside_prefix: one("outside_prefix")?, keep_last: one("keep_last")? };
        for (key, template) in
            [("style", &rules.style), ("outside_prefix", &rules.outside_prefix), ("keep_last", &rules.keep_last)]
        {
            let (Some(template), Some(node)) = (template, section.get(key)) else { continue };
            for values in template.every_choice(&Values::defaults(scope.settings), scope.settings) {
                rules.format(&values).map_err(|(_, message)| node.error(message))?;
            }
        }
        section.finish()?;
        Ok(rules)
    }

    /// The format with an account's settings; the error names its key.
    pub fn format(&self, values: &Values) -> Result<DialFormat, (&'static str, String)> {
        let text = |template: &Option<Template>, key| match template {
            Some(template) => template.render(values, None).map_err(|message| (key, message)),
            None => Ok(String::new()),
        };
        let style = match text(&self.style, "style")?.trim() {
            "" | "e164" => DialStyle::E164,
            "digits" => DialStyle::Digits,
            "national" => DialStyle::National,
            "international00" => DialStyle::International00,
            other => {
                let message =
                    format!("`{other}` is no way to write a number: use e164, digits, national or international00");
                return Err(("style", message));
            }
        };
        let prefix = text(&self.outside_prefix, "outside_prefix")?.trim().to_owned();
        if prefix.chars().count() > 8 || !prefix.chars().all(|c| c.is_ascii_digit() || matches!(c, '*' | '#' | '+')) {
            let message = "the prefix for an outside line has at most 8 digits, `*` or `#`".to_owned();
            return Err(("outside_prefix", message));
        }
        let keep_last = match text(&self.keep_last, "keep_last")?.trim() {
            "" | "0" => None,
            digits => match digits.parse() {
                Ok(digits @ 1..=15) => Some(digits),
                _ => return Err(("keep_last", "give how many last digits to keep, from 1 to 15".to_owned())),
            },
        };
        Ok(DialFormat { style, outside_prefix: (!prefix.is_empty()).then_some(prefix), keep_last })
    }
}
