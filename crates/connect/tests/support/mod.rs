//! What the tests of connectors share: accounts against a simulator, calls to start, secrets to look for.

// Each test file uses its part of it.
#![allow(dead_code)]

use ringcard_connect::{
    Originate, OriginateFailure, PushKind, RawPush,
    profile::{PbxAccount, Profile, builtin_profiles},
};
use ringcard_core::{
    Timestamp,
    call::{AgentId, CallId, Direction},
    call_log::{CallEntry, CallResult, CodedAs, EntryLeg},
    number::{DialPlan, Number, Party},
    submission::{Submission, SubmissionKey, Write},
};
use secrecy::SecretString;
use std::collections::BTreeMap;

/// Secrets that are easy to find again, with characters that are written differently in URLs, JSON and Basic.
pub const PASSWORD: &str = "p&ss wörd/+1";
pub const KEY: &str = "k€y=&42";
pub const PUSH_KEY: &str = "pu$h key+7";

pub type Given<'a> = &'a [(&'a str, &'a str)];

pub fn plan() -> DialPlan {
    DialPlan::new("HU").expect("Hungary is a country")
}

pub fn profile(id: &str) -> Profile {
    builtin_profiles().into_iter().find(|profile| profile.id() == id).expect("a built-in profile")
}

pub fn values(given: Given<'_>) -> BTreeMap<String, toml::Value> {
    given.iter().map(|(key, value)| ((*key).to_owned(), toml::Value::from(*value))).collect()
}

pub fn secrets(given: Given<'_>) -> BTreeMap<String, SecretString> {
    given.iter().map(|(key, value)| ((*key).to_owned(), SecretString::from(*value))).collect()
}

pub fn account(profile: &Profile, given: Given<'_>, secret: Given<'_>) -> PbxAccount {
    profile.account(values(given), secrets(secret), plan()).unwrap_or_else(|error| panic!("{error}"))
}

/// A VIPeX account whose pushes carry the key; it dials into nothing.
pub fn vipex(given: Given<'_>) -> PbxAccount {
    let mut all = vec![("api_url", "https://pbx.invalid/api"), ("user", "crm")];
    all.extend(given);
    account(&profile("vipex"), &all, &[("password", PASSWORD), ("push_key", PUSH_KEY)])
}

pub fn outside(e164: &str) -> Party {
    Party::Outside(Number { e164: e164.to_owned(), extension: None })
}

/// From extension 101 to a Hungarian mobile.
pub fn order() -> Originate {
    Originate { extension: "101".into(), number: outside("+36301234567"), call_id: "0192f0c0ffee".into(), ticket: None }
}

/// The failure's kind, so that tests compare words and not sentences.
pub fn kind(failure: &OriginateFailure) -> &'static str {
    match failure {
        OriginateFailure::Authentication { .. } => "authentication",
        OriginateFailure::Refused { .. } => "refused",
        OriginateFailure::Unreachable { .. } => "unreachable",
        OriginateFailure::Unknown { .. } => "unknown",
        OriginateFailure::NotConfigured { .. } => "not configured",
    }
}

/// Nothing of any secret is in a text, however it is written.
#[track_caller]
pub fn assert_no_secret(text: &str) {
    let lower = text.to_lowercase();
    let pieces = ["p&ss", "p%26ss", "wörd", "w%c3%b6rd", "k€y", "k%e2%82%acy", "pu$h", "pu%24h"];
    let basic = "Y3JtOnAmc3Mgd8O2cmQvKzE";
    for piece in pieces.into_iter().chain([basic.to_lowercase().as_str()]) {
        assert!(!lower.contains(piece), "a secret is readable in: {text}");
    }
}

pub fn query(kind_of_query: &str) -> RawPush {
    RawPush { query: kind_of_query.to_owned(), ..RawPush::default() }
}

pub fn body(content_type: &str, body: &str) -> RawPush {
    RawPush {
        content_type: Some(content_type.to_owned()),
        body: body.as_bytes().to_vec(),
        query: format!("key={}", encoded(PUSH_KEY)),
        ..RawPush::default()
    }
}

/// A query with the push key.
pub fn keyed(rest: &str) -> RawPush {
    query(&format!("key={}&{rest}", encoded(PUSH_KEY)))
}

pub fn encoded(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

pub const INCOMING: PushKind = PushKind::Incoming;
pub const EVENT: PushKind = PushKind::Event;
pub const CALL_DATA: PushKind = PushKind::CallData;

/// A call of a minute and five seconds that Ana made, coded with a comment.
pub fn entry(comment: &str) -> CallEntry {
    let at = Timestamp(1_790_000_000_000);
    CallEntry {
        call_id: CallId("0192f0c0ffee".into()),
        account: "pbx".into(),
        external_id: Some("pbx-1".into()),
        direction: Direction::Inbound,
        outcome: CallResult::Answered,
        number: "+36301234567".into(),
        line: "+3612001000".into(),
        line_name: Some("Sales (HU)".into()),
        queue: None,
        agent: Some(AgentId("ana".into())),
        extension: Some("101".into()),
        customer_id: None,
        customer_name: Some("Kiss \"Anna\"".into()),
        started_at: at,
        connected_at: Some(at),
        ended_at: Timestamp(at.0 + 65_000),
        seconds: 65,
        talk_seconds: 65,
        coded: Some(CodedAs {
            code: "12".into(),
            label: "Sale".into(),
            second_code: None,
            second_label: None,
            comment: comment.to_owned(),
            agent: AgentId("ana".into()),
            at,
        }),
        notes: String::new(),
        summary: String::new(),
        transcript: String::new(),
        legs: vec![EntryLeg {
            agent: Some(AgentId("ana".into())),
            extension: Some("101".into()),
            answered: true,
            talk_seconds: 65,
        }],
        recordings: Vec::new(),
        filing: None,
    }
}

pub fn submission(write: Write) -> Submission {
    Submission {
        key: SubmissionKey::new(),
        write,
        about: "Ana Kiss".to_owned(),
        call_id: None,
        agent: None,
        made_at: Timestamp::now(),
        expires_at: None,
        needs: None,
    }
}
