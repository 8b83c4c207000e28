//! Where bytes from outside come in, and what must hold whatever they are. The fuzz targets and an ordinary test
//! (`crates/connect/tests/any_bytes.rs`) go in here.
#![allow(dead_code, reason = "each fuzz target has its own entry")]

use ringcard_connect::{
    Push, PushKind, PushRefused, RawPush, ReadPushes, Standing, StartCalls,
    profile::{PbxAccount, Profile, builtin_profiles, refuse_stranger},
    settings::SettingKind,
};
use ringcard_core::{
    frame::{DeskFrame, HubFrame},
    number::{DialPlan, Party},
};
use secrecy::SecretString;
use std::{collections::BTreeMap, sync::LazyLock};

pub const KEY: &str = "a-key-0f-2026-for-fuzzing";

static KEYED: LazyLock<PbxAccount> = LazyLock::new(|| vipex(&[("push_proof", "key")]));
static SIGNED: LazyLock<PbxAccount> = LazyLock::new(|| vipex(&[("push_proof", "user"), ("push_user", "pbx")]));

fn plan() -> DialPlan {
    DialPlan::new("HU").expect("a country")
}

fn vipex(more: &[(&str, &str)]) -> PbxAccount {
    let profiles = builtin_profiles();
    let profile = profiles.iter().find(|profile| profile.id() == "vipex").expect("vipex is built in");
    let given = [("api_url", "https://pbx.invalid/api"), ("user", "crm")];
    let values = given.iter().chain(more).map(|(name, value)| ((*name).to_owned(), toml::Value::from(*value)));
    let secrets = ["password", "push_key", "push_password"].map(|name| (name.to_owned(), SecretString::from(KEY)));
    profile.account(values.collect(), BTreeMap::from(secrets), plan()).expect("an account")
}

pub fn push_query(bytes: &[u8]) {
    push(bytes, |rest| RawPush { query: String::from_utf8_lossy(rest).into_owned(), ..RawPush::default() });
}

pub fn push_form(bytes: &[u8]) {
    push(bytes, |rest| with_body("application/x-www-form-urlencoded", rest));
    push(bytes, |rest| with_body("application/x-www-form-urlencoded; charset=shift_jis", rest));
}

pub fn push_json(bytes: &[u8]) {
    push(bytes, |rest| with_body("application/json", rest));
    push(bytes, |rest| with_body("application/json; charset=iso-8859-2", rest));
    push(bytes, |rest| with_body("application/json; charset=utf-16be", rest));
}

/// In the whole body, and in a part of it.
pub fn push_multipart(bytes: &[u8]) {
    push(bytes, |rest| with_body("multipart/form-data; boundary=x", rest));
    let part = |rest: &[u8]| {
        [b"--x\r\nContent-Disposition: form-data; name=\"caller\"\r\n\r\n", rest, b"\r\n--x--\r\n"].concat()
    };
    push(bytes, |rest| with_body("multipart/form-data; boundary=x", &part(rest)));
    push(bytes, |rest| with_body(&String::from_utf8_lossy(rest), &part(rest)));
}

fn with_body(content_type: &str, body: &[u8]) -> RawPush {
    RawPush { content_type: Some(content_type.to_owned()), body: body.to_vec(), ..RawPush::default() }
}

/// The first byte says which kind of push it is.
fn push(bytes: &[u8], raw: impl Fn(&[u8]) -> RawPush) {
    let (first, rest) = bytes.split_first().map_or((0, bytes), |(first, rest)| (*first, rest));
    let kind = [PushKind::Incoming, PushKind::Event, PushKind::CallData][usize::from(first) % 3];
    let stranger = raw(rest);
    refuse_stranger(&stranger);
    for account in [&KEYED, &SIGNED] {
        let is_proved = account.proof_in_body(&stranger) == Standing::Proved;
        let read = account.take_push(kind, &stranger);
        if !is_proved {
            assert!(matches!(read, Err(refused) if refused.why == PushRefused::Unauthenticated));
        } else if let Ok(push) = read {
            is_bounded(&push);
        }
    }
    let mut keyed = raw(rest);
    keyed.headers.insert("x-api-key".to_owned(), KEY.to_owned());
    let read = KEYED.take_push(kind, &keyed).map_err(|refused| refused.why);
    let explained = KEYED.explain_push(kind, &keyed);
    assert_eq!(explained.outcome, read);
    assert!(!explained.to_string().contains(KEY));
    match &read {
        Ok(push) => is_bounded(push),
        Err(refused) => assert!(*refused != PushRefused::Unauthenticated && refused.to_string().len() < 1024),
    }
}

fn is_bounded(push: &Push) {
    assert!(push.extra.len() <= 32 && push.extensions.len() <= 32);
    assert!(push.extra.iter().all(|(name, value)| name.len() <= 256 && value.chars().count() <= 200));
    assert!(push.external_id.as_ref().is_none_or(|id| id.chars().count() <= 128));
    let shown = format!("{push:?}");
    assert!(shown.len() < 128 * 1024, "{} bytes", shown.len());
    assert!(!shown.contains(KEY), "{shown}");
}

/// What is read is written as it can be read again.
pub fn frames(bytes: &[u8]) {
    if let Ok(frame) = serde_json::from_slice::<DeskFrame>(bytes) {
        let text = serde_json::to_vec(&frame).expect("a frame is JSON");
        let again: DeskFrame = serde_json::from_slice(&text).expect("a frame is read as it was written");
        assert_eq!(again, frame);
    }
    if let Ok(frame) = serde_json::from_slice::<HubFrame>(bytes) {
        let text = serde_json::to_vec(&frame).expect("a frame is JSON");
        let again: HubFrame = serde_json::from_slice(&text).expect("a frame is read as it was written");
        assert_eq!(again, frame);
    }
}

/// The loader, and every template an account fills in.
pub fn profiles(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let profile = match Profile::parse("any.toml", &text) {
        Ok(profile) => profile,
        Err(problem) => {
            assert!(problem.to_string().len() < 16 * 1024);
            return;
        }
    };
    let call = RawPush { query: "caller=%2B36301234567&called=101&a=b".to_owned(), ..RawPush::default() };
    let _ = profile.explain_push(PushKind::Incoming, &call, &plan()).to_string();
    let (mut values, mut secrets) = (BTreeMap::new(), BTreeMap::new());
    for setting in profile.settings() {
        match setting.kind == SettingKind::Secret {
            true => drop(secrets.insert(setting.key.clone(), SecretString::from(KEY))),
            false => drop(values.insert(setting.key.clone(), toml::Value::from("https://pbx.invalid/1"))),
        }
    }
    for values in [values, BTreeMap::new()] {
        let account = match profile.account(values, secrets.clone(), plan()) {
            Ok(account) => account,
            Err(problem) => {
                assert!(!problem.to_string().contains(KEY));
                continue;
            }
        };
        let _ = account.take_push(PushKind::Incoming, &call);
        let _ = account.dialled(&Party::Internal { digits: "101".to_owned() });
        let shown = format!("{:?}{:?}", account.webhooks("https://hub.invalid", "pbx"), account);
        assert!(!shown.contains(KEY));
    }
}
