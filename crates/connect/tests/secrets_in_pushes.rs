//! A declared secret is neither kept nor shown, wherever in a push it stands and however it is written.

use crate::support;

use base64::{Engine, prelude::BASE64_STANDARD, prelude::BASE64_URL_SAFE_NO_PAD};
use ringcard_connect::{
    PushKind, RawPush,
    profile::{PbxAccount, Profile},
};
use std::sync::LazyLock;
use support::{CALL_DATA, EVENT, INCOMING, account, body, encoded, plan, profile, query};

/// With characters that are written differently in URLs, JSON, HTML and Basic.
const SECRET: &str = "s3cr&t \"wörd\"/+1";
/// Of an account that was, or of somebody who mistyped it.
const OLD: &str = "0ld-Key-77-of-the-year-before";
const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

static KEYED: LazyLock<PbxAccount> = LazyLock::new(|| {
    let given = [("api_url", "https://pbx.invalid/api"), ("user", "crm")];
    account(&profile("vipex"), &given, &[("password", "dial-p4ssword"), ("push_key", SECRET)])
});

static SIGNED: LazyLock<PbxAccount> = LazyLock::new(|| {
    let given =
        [("api_url", "https://pbx.invalid/api"), ("user", "crm"), ("push_proof", "user"), ("push_user", "opennet")];
    account(&profile("vipex"), &given, &[("password", "dial-p4ssword"), ("push_password", SECRET)])
});

/// What must be in nothing that is kept or shown: every piece somebody could put the secret together from.
#[track_caller]
fn assert_hidden(what: &str, text: &str) {
    let lower = text.to_lowercase();
    let pieces = [
        "s3cr",
        "wörd",
        "w%c3%b6rd",
        "w\\u00f6rd",
        "w&#246;rd",
        "0ld-key",
        "0ld%2dkey",
        "dial-p4ss",
        "czncci",
        "0yzmn",
        "czijynb0",
    ];
    for piece in pieces {
        assert!(!lower.contains(piece), "{what}: “{piece}” is readable in {text}");
    }
    for encoded in [
        BASE64_STANDARD.encode(SECRET),
        BASE64_STANDARD.encode(format!("opennet:{SECRET}")),
        BASE64_STANDARD.encode(format!("opennet:{OLD}")),
        BASE64_STANDARD.encode(OLD),
    ] {
        assert!(!text.contains(encoded.trim_end_matches('=')), "{what}: {text}");
    }
}

/// Every writing of a secret that somebody may meet in a field.
fn writings(secret: &str) -> Vec<(&'static str, String)> {
    let percent = encoded(secret).replace('+', "%20");
    let escaped: String = secret.chars().map(|c| format!("\\u{:04x}", c as u32)).collect();
    let entities: String = secret.chars().map(|c| format!("&#{};", c as u32)).collect();
    let all: String = secret.bytes().map(|byte| format!("%{byte:02X}")).collect();
    vec![
        ("plain", secret.to_owned()),
        ("percent", percent.clone()),
        ("percent, small letters", percent.to_lowercase()),
        ("percent, every letter", all.clone()),
        ("percent, twice", encoded(&all)),
        ("as a form", encoded(secret)),
        ("as a form, twice", encoded(&encoded(secret))),
        ("in a URL", format!("https://pbx.invalid/rec/7?download=1&key={percent}&x=1")),
        (
            "in a URL in a URL",
            format!("https://pbx.invalid/go?to={}", encoded(&format!("https://x.invalid/?k={percent}"))),
        ),
        ("as the password of a URL", format!("https://opennet:{percent}@pbx.invalid/rec/7.mp3")),
        ("as JSON", serde_json::json!({ "a": secret }).to_string()),
        ("as JSON, escaped", format!("{{\"a\":\"{escaped}\"}}")),
        ("as HTML", secret.replace('&', "&amp;").replace('"', "&quot;")),
        ("as HTML, every letter", entities),
        ("base64", BASE64_STANDARD.encode(secret)),
        ("base64 of a URL", BASE64_URL_SAFE_NO_PAD.encode(format!("?{secret}?"))),
        ("Basic", format!("Basic {}", BASE64_STANDARD.encode(format!("opennet:{secret}")))),
        (
            "Basic, no padding",
            format!("auth={}", BASE64_STANDARD.encode(format!("opennet:{secret}")).trim_end_matches('=')),
        ),
        ("Bearer", format!("Authorization: Bearer {secret}")),
        ("hexadecimal", secret.bytes().map(|byte| format!("{byte:02x}")).collect()),
        ("among other words", format!("the key is {secret}, do not tell")),
        ("with line ends", format!("a\r\n{}", secret.replace('r', "\u{1}r"))),
    ]
}

fn shown(account: &PbxAccount, what: &str, kind: PushKind, raw: &RawPush) -> ringcard_connect::Push {
    let push = account.read_push(kind, raw).unwrap_or_else(|refused| panic!("{what}: {refused}"));
    assert_hidden(what, &format!("{push:?}"));
    assert_hidden(what, &account.explain_push(kind, raw).to_string());
    // as `profile check` shows it, which knows no account
    assert_hidden_by_name(what, account.connector(), kind, raw);
    push
}

/// Without an account, what stands in the declared places of the push itself is the secret.
fn assert_hidden_by_name(what: &str, id: &str, kind: PushKind, raw: &RawPush) {
    let text = profile(id).explain_push(kind, raw, &plan()).to_string();
    assert_hidden(&format!("{what}, in a check of the profile"), &text);
}

#[test]
fn the_accounts_key_is_nowhere_in_what_is_kept_however_it_is_written_and_wherever_it_stands() {
    let key = format!("key={}", encoded(SECRET));
    for (what, text) in writings(SECRET) {
        let value = encoded(&text);
        let json = serde_json::Value::from(text.clone());
        let pushes = [
            ("another parameter", query(&format!("{key}&caller=%2B36301234567&note={value}"))),
            ("a name", query(&format!("{key}&caller=%2B36301234567&{value}=1"))),
            ("an id", query(&format!("{key}&caller=%2B36301234567&callid={value}"))),
            ("a detail", query(&format!("{key}&caller=%2B36301234567&event=failed&reason={value}"))),
            ("a word", query(&format!("{key}&caller=%2B36301234567&event={value}&direction={value}&leg={value}"))),
            ("the caller", query(&format!("{key}&caller={value}&called=0612345678"))),
            ("an extension", query(&format!("{key}&caller=%2B36301234567&extension={value}"))),
            ("a form", {
                RawPush { query: key.clone(), ..body(FORM, &format!("caller=%2B36301234567&from_pbx={value}")) }
            }),
            ("JSON", {
                let text = format!(r#"{{"call":{{"caller":"+36301234567","more":{{"deep":[{json}]}}}}}}"#);
                RawPush { query: key.clone(), ..body(JSON, &text) }
            }),
            ("JSON in a parameter", {
                let text = format!(r#"{{"caller":"+36301234567","x":{json}}}"#);
                query(&format!("{key}&data={}", encoded(&text)))
            }),
        ];
        for (at, (place, raw)) in pushes.into_iter().enumerate() {
            let kind = [INCOMING, EVENT, CALL_DATA][at % 3];
            shown(&KEYED, &format!("{what}, in {place}"), kind, &raw);
        }
    }
}

#[test]
fn what_stands_under_a_declared_name_is_hidden_in_any_place_whatever_it_is() {
    let key = format!("key={}", encoded(SECRET));
    let old = encoded(OLD);
    let pushes = [
        ("a second parameter", query(&format!("{key}&caller=%2B36301234567&key={old}"))),
        (
            "another of its names",
            query(&format!("{key}&caller=%2B36301234567&api_key={old}&X-Api-Key={old}&token[]={old}")),
        ),
        (
            "in an object",
            query(&format!("{key}&caller=%2B36301234567&auth[key]={old}&call[Token]={old}&data.apikey={old}")),
        ),
        ("above an object", query(&format!("{key}&caller=%2B36301234567&token[value]={old}"))),
        (
            "in a form",
            RawPush { query: key.clone(), ..body(FORM, &format!("caller=%2B36301234567&kulcs={old}&pass={old}")) },
        ),
        (
            "in JSON",
            RawPush {
                query: key.clone(),
                ..body(
                    JSON,
                    &format!(
                        r#"{{"call":{{"caller":"+36301234567","a":{{"key":"{OLD}"}},"list":[{{"api-key":"{OLD}"}}]}},"Password":"{OLD}"}}"#
                    ),
                )
            },
        ),
        (
            "with the headers in JSON",
            RawPush {
                query: key.clone(),
                ..body(
                    JSON,
                    &format!(
                        r#"{{"caller":"+36301234567","headers":{{"Authorization":"Bearer {OLD}","x-api-key":"{OLD}","x-auth-token":"{OLD}"}}}}"#
                    ),
                )
            },
        ),
        (
            "in a URL in another field",
            query(&format!(
                "{key}&caller=%2B36301234567&rec={}",
                encoded(&format!("https://p.invalid/?a=1&key={OLD}&b=2"))
            )),
        ),
        (
            "in an encoded URL in another field",
            query(&format!(
                "{key}&caller=%2B36301234567&rec={}",
                encoded(&encoded(&format!("https://p.invalid/?token={OLD}")))
            )),
        ),
        (
            "in JSON as text",
            query(&format!("{key}&caller=%2B36301234567&raw={}", encoded(&format!(r#"{{"apikey": "{OLD}"}}"#)))),
        ),
        (
            "Basic in a text",
            query(&format!(
                "{key}&caller=%2B36301234567&h={}",
                encoded(&format!("Basic {}", BASE64_STANDARD.encode(format!("opennet:{OLD}"))))
            )),
        ),
        ("Bearer in a text", query(&format!("{key}&caller=%2B36301234567&h={}", encoded(&format!("Bearer {OLD}"))))),
        (
            "given once more elsewhere",
            query(&format!("{key}&caller=%2B36301234567&key={old}&note=the+old+one+was+{old}&cause={old}")),
        ),
    ];
    for (at, (what, raw)) in pushes.into_iter().enumerate() {
        shown(&KEYED, what, [INCOMING, EVENT, CALL_DATA][at % 3], &raw);
    }
    let mut raw = query(&format!("{key}&caller=%2B36301234567&note={old}"));
    raw.headers.insert("x-api-key".into(), OLD.into());
    shown(&KEYED, "an old one in a header, and again in a field", INCOMING, &raw);
}

#[test]
fn user_and_password_are_hidden_as_the_key_is() {
    let basic = |password: &str| format!("Basic {}", BASE64_STANDARD.encode(format!("opennet:{password}")));
    for (what, text) in writings(SECRET) {
        let value = encoded(&text);
        let mut raw = query(&format!("caller=%2B36301234567&note={value}&call[more]={value}"));
        raw.headers.insert("authorization".into(), basic(SECRET));
        let push = shown(&SIGNED, what, INCOMING, &raw);
        assert_eq!(push.ani.0, support::outside("+36301234567"), "{what}");
    }
    let secret = encoded(SECRET);
    let old = encoded(OLD);
    let raw = query(&format!(
        "user=opennet&password={secret}&caller=%2B36301234567&pwd={old}&x[pass]={old}&h={}",
        encoded(&basic(OLD))
    ));
    let push = shown(&SIGNED, "an old password beside it", INCOMING, &raw);
    assert!(!push.extra.values().any(|value| value == "opennet"), "{push:?}");
    // the password for dialling is a secret of the account, too
    let raw = query(&format!("user=opennet&password={secret}&caller=%2B36301234567&api=dial-p4ssword"));
    let push = SIGNED.read_push(INCOMING, &raw).expect("it is read");
    assert_hidden("the password for dialling", &format!("{push:?}{}", SIGNED.explain_push(INCOMING, &raw)));
}

#[test]
fn what_is_no_secret_stays_and_a_short_key_costs_no_call() {
    let raw = query(&format!(
        "key={}&caller=%2B36301234567&called=0612345678&queue=Sales&note=keyboard+monkey%3D1",
        encoded(SECRET)
    ));
    let push = shown(&KEYED, "nothing to hide", INCOMING, &raw);
    let kept: Vec<(&str, &str)> = push.extra.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(kept, [("note", "keyboard monkey=1"), ("queue", "Sales")]);

    let raw =
        query(&format!("key={}&caller=1234&rec={}", encoded(SECRET), encoded("https://p.invalid/rec/7?key=x&part=2")));
    let push = shown(&KEYED, "the rest of an address", INCOMING, &raw);
    let rec = push.extra.get("rec").expect("the rest of it is kept");
    assert!(
        rec.starts_with("https://p.invalid/rec/7?key=") && rec.ends_with("&part=2") && !rec.contains("key=x"),
        "{rec}"
    );

    for short in ["1", "101", "3630"] {
        let given = [("api_url", "https://pbx.invalid/api"), ("user", "crm")];
        let weak = account(&profile("vipex"), &given, &[("password", "x"), ("push_key", short)]);
        let raw =
            query(&format!("key={short}&caller=%2B36301234567&called=0612345101&extension=101&callid=1795185306.2"));
        let push = weak.read_push(INCOMING, &raw).expect("it is read");
        assert_eq!((push.ani.0, push.dnis.0), (support::outside("+36301234567"), support::outside("+3612345101")));
        assert_eq!((push.extensions, push.external_id.as_deref()), (vec!["101".to_owned()], Some("1795185306.2")));
    }
}

#[test]
fn a_key_that_stands_in_the_profile_itself_is_hidden_too() {
    let text = format!(
        "id = \"t\"\ntitle = \"T\"\n[push]\nkeep_others = true\nauth = {{ method = \"key\", key = \"{OLD}\", key_headers = [\"X-My-Proof\"] }}\nfields = {{ caller = \"c\" }}\n[incoming]\n"
    );
    let own = Profile::parse("t.toml", &text).expect("it is a profile");
    let own = account(&own, &[], &[]);
    let mut raw = query(&format!("c=1234&x={}&X-My-Proof=wr0ng-value&y=ok", encoded(OLD)));
    raw.headers.insert("x-my-proof".into(), OLD.into());
    let push = own.read_push(INCOMING, &raw).expect("it is read");
    assert_hidden("a key of the profile", &format!("{push:?}"));
    assert!(!format!("{push:?}").contains("wr0ng"), "{push:?}");
    assert_eq!(push.extra.get("y").map(String::as_str), Some("ok"));
}
