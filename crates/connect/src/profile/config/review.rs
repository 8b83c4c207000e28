//! What a profile does, for whoever has to decide whether it may: where its requests go, and which secrets go along.

use super::{
    Profile,
    reach::Reach,
    request::{Part, Request},
    template::Template,
};
use crate::{
    PushKind,
    settings::{Setting, SettingKind},
};
use serde::Serialize;

/// Everything a profile can do with an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Review {
    /// In the order they are asked for: the start of a call, whether it goes on, its recording, its log, the test.
    pub requests: Vec<RequestReview>,
    pub pushes: PushReview,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestReview {
    pub purpose: Purpose,
    /// `GET`, `POST`: every one it can have.
    pub methods: Vec<String>,
    pub reaches: Vec<Reach>,
    pub secrets: Vec<SecretUse>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    StartCall,
    /// Whether a call is going on.
    Status,
    /// A recording by its id.
    Recording,
    /// A call is written into a call log, changed or looked for there.
    CallLog,
    Test,
}

/// A secret that is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SecretUse {
    /// The setting.
    pub key: String,
    pub parts: Vec<Part>,
}

/// What is read: nothing is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PushReview {
    pub kinds: Vec<PushKind>,
    /// `key`, `user`, `none`: every proof a push can have to carry.
    pub proofs: Vec<String>,
    /// The secrets a push is compared with.
    pub secrets: Vec<String>,
}

impl Profile {
    /// What it does; read from the file, before anything is sent.
    pub fn review(&self) -> Review {
        let parts = self.parts();
        let settings = self.settings();
        let start = parts.originate.as_ref().map(|rules| review(Purpose::StartCall, &rules.request, settings));
        let status = parts.status.as_ref().map(|rules| review(Purpose::Status, &rules.request, settings));
        let recording = parts.recording.as_ref();
        let recording = recording.map(|rules| review(Purpose::Recording, &rules.request, settings));
        let logs = parts.call_log.iter().flat_map(|rules| rules.requests());
        let logs = logs.map(|request| review(Purpose::CallLog, request, settings));
        let test = parts.test.as_ref().map(|rules| review(Purpose::Test, &rules.request, settings));
        let auth = &parts.push.auth;
        let compared: Vec<&Template> = [&auth.key, &auth.user, &auth.password].into_iter().flatten().collect();
        Review {
            requests: start.into_iter().chain(status).chain(recording).chain(logs).chain(test).collect(),
            pushes: PushReview {
                kinds: self.pushes(),
                proofs: auth.methods.clone(),
                secrets: secrets(settings, |key| compared.iter().any(|text| names(text, key))),
            },
        }
    }
}

fn review(purpose: Purpose, request: &Request, settings: &[Setting]) -> RequestReview {
    let texts = request.texts();
    let used = |key: String| {
        let mut parts: Vec<Part> = texts.iter().filter(|(_, text)| names(text, &key)).map(|(part, _)| *part).collect();
        parts.sort();
        parts.dedup();
        SecretUse { key, parts }
    };
    RequestReview {
        purpose,
        methods: request.methods().to_vec(),
        reaches: request.reaches().to_vec(),
        secrets: secrets(settings, |key| texts.iter().any(|(_, text)| names(text, key)))
            .into_iter()
            .map(used)
            .collect(),
    }
}

fn names(text: &Template, key: &str) -> bool {
    text.names().iter().any(|name| name == key)
}

fn secrets(settings: &[Setting], is_used: impl Fn(&str) -> bool) -> Vec<String> {
    let secrets = settings.iter().filter(|setting| setting.kind == SettingKind::Secret);
    secrets.filter(|setting| is_used(&setting.key)).map(|setting| setting.key.clone()).collect()
}
