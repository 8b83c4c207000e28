//! How pushes are read: every place a field may stand in, every proof a push may carry, and whatever else may come.

use crate::support;

use proptest::prelude::*;
use ringcard_connect::{Push, PushKind, PushRefused, RawPush, ReadPushes, profile::PbxAccount};
use ringcard_core::{
    call::{CallEvent, Direction, FailReason, Leg},
    cause::EndReason,
    number::Party,
};
use std::{collections::BTreeMap, sync::LazyLock};
use support::{
    CALL_DATA, EVENT, INCOMING, PASSWORD, PUSH_KEY, account, assert_no_secret, body, encoded, keyed, outside, plan,
    profile, query, vipex,
};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

/// Made once: it reads the machine's certificate authorities.
static VIPEX: LazyLock<PbxAccount> = LazyLock::new(|| vipex(&[]));

#[track_caller]
fn read(kind: PushKind, raw: &RawPush) -> Push {
    let account = &VIPEX;
    account.read_push(kind, raw).unwrap_or_else(|refused| panic!("{refused}\n{}", account.explain_push(kind, raw)))
}

#[track_caller]
fn refused(raw: &RawPush) -> PushRefused {
    VIPEX.read_push(INCOMING, raw).expect_err("it is refused")
}

/// Without what only some of the ways of writing carry.
fn ends(push: &Push) -> (Party, Party, Vec<String>, Option<String>) {
    (push.ani.0.clone(), push.dnis.0.clone(), push.extensions.clone(), push.external_id.clone())
}

#[test]
fn one_call_is_read_from_every_place_a_pbx_may_put_it() {
    let flat = r#"{"caller":"+36301234567","called":"0612345678","extension":["101","102"],"callid":"c-7"}"#;
    let nested = format!(r#"{{"type":"ring","call":{flat}}}"#);
    let deeper = format!(r#"{{"data":{flat}}}"#);
    let pairs = "caller=%2B36301234567&called=0612345678&extension=101&extension=102&callid=c-7";
    let bracketed = "call%5Bcaller%5D=%2B36301234567&call[called]=0612345678&call[extension][]=101\
                     &call[extension][]=102&call[callid]=c-7";
    let pushes = [
        ("query", keyed(pairs)),
        ("form", body(FORM, pairs)),
        ("form without a content type", RawPush { content_type: None, ..body(FORM, pairs) }),
        ("flat JSON", body(JSON, flat)),
        ("nested JSON", body(JSON, &nested)),
        ("JSON under another name", body(JSON, &deeper)),
        ("JSON of one call in a list", body(JSON, &format!("[{flat}]"))),
        ("JSON with a byte-order mark", body(JSON, &format!("\u{feff}{flat}"))),
        ("JSON with a form's content type", body(FORM, flat)),
        ("brackets in the query", keyed(bracketed)),
        ("brackets in a form", body(FORM, bracketed)),
        ("JSON in a parameter", keyed(&format!("data={}", encoded(flat)))),
        ("nested JSON in a parameter", keyed(&format!("payload={}", encoded(&nested)))),
        ("dots", keyed("call.caller=%2B36301234567&call.called=0612345678&call.extension=101,102&call.callid=c-7")),
        ("commas", keyed("caller=%2B36301234567&called=0612345678&extension=101, 102&callid=c-7")),
        ("Hungarian", keyed("h%C3%ADv%C3%B3=%2B36301234567&hivott=0612345678&mellek=101;102&hivas_id=c-7")),
        ("other spellings", keyed("Caller-Number=%2B36301234567&DID=0612345678&Exten=101&Exten=102&UniqueID=c-7")),
        ("partly in the query", {
            let mut raw = body(JSON, r#"{"from":"+36301234567","extension":"101, 102"}"#);
            raw.query.push_str("&to=0612345678&callid=c-7");
            raw
        }),
    ];
    let expected = (
        outside("+36301234567"),
        outside("+3612345678"),
        vec!["101".to_owned(), "102".to_owned()],
        Some("c-7".to_owned()),
    );
    for (what, raw) in pushes {
        let push = read(INCOMING, &raw);
        assert_eq!(ends(&push), expected, "{what}");
        assert_eq!((push.kind, push.event), (INCOMING, None), "{what}");
        assert_no_secret(&format!("{:?}", push.extra));
    }
}

#[test]
fn a_name_from_the_providers_description_goes_before_the_usual_ones() {
    let raw = keyed("caller=101&called=102&hivo_fel=%2B36301234567&celszam=0612345678");
    let account = vipex(&[("caller_name", "hivo_fel"), ("called_name", "celszam")]);
    let push = account.read_push(INCOMING, &raw).expect("it is read");
    assert_eq!((push.ani.0, push.dnis.0), (outside("+36301234567"), outside("+3612345678")));
}

#[test]
fn a_caller_who_is_not_told_is_hidden_and_nobody_at_all_is_refused() {
    for hidden in ["caller=&called=0612345678", "called=0612345678", "caller=anonymous&called=0612345678"] {
        assert_eq!(read(INCOMING, &keyed(hidden)).ani.0, Party::Hidden, "{hidden}");
    }
    assert_eq!(read(INCOMING, &keyed("caller=%2B36301234567")).ani.0, outside("+36301234567"));
    for nobody in ["", "callid=7", "foo=bar", "event=ringing"] {
        let refused = refused(&keyed(nobody));
        let PushRefused::Unreadable(sentence) = refused else { panic!("{nobody}: {refused}") };
        assert!(sentence.contains("neither a caller nor a called number"), "{sentence}");
        assert!(sentence.contains("`caller`"), "{sentence}");
    }
}

#[test]
fn an_empty_name_gives_way_to_one_with_a_value() {
    let push = read(INCOMING, &keyed("caller=&from=%2B36301234567&called=0612345678"));
    assert_eq!(push.ani.0, outside("+36301234567"));
}

#[test]
fn number_fields_full_of_anything_are_kept_short_and_never_read_as_numbers() {
    let digits = "7".repeat(200);
    for junk in ["call me maybe", "📞📞📞", digits.as_str(), "<script>alert(1)</script>", "'; DROP TABLE calls;--"]
    {
        let raw = keyed(&format!("caller={}&called={}", encoded(junk), encoded(junk)));
        let push = read(INCOMING, &raw);
        for party in [&push.ani.0, &push.dnis.0] {
            match party {
                Party::Unreadable { text } => assert!(text.chars().count() <= 64, "{text}"),
                Party::Hidden => {}
                number => panic!("{junk} was read as {number:?}"),
            }
        }
    }
}

#[test]
fn extensions_that_are_none_are_left_out() {
    let many: Vec<String> = (100..200).map(|n| n.to_string()).collect();
    let raw = keyed(&format!("caller=1234&extension={}", many.join(",")));
    assert_eq!(read(INCOMING, &raw).extensions.len(), 32);
    let long = "1".repeat(33);
    let raw = keyed(&format!("caller=1234&ext=101@pbx.example.com,,<b>,101,{long},PJSIP/x"));
    assert_eq!(read(INCOMING, &raw).extensions, ["101"]);
}

#[test]
fn broken_bodies_are_said_so_without_a_word_of_them() {
    let cases = [
        (JSON, r#"{"caller":"+3630"#, "broken at line 1"),
        (JSON, "caller=1", "no JSON"),
        (JSON, r#"[{"caller":"1"},{"caller":"2"}]"#, "one call at a time"),
        (JSON, r#""just text""#, "no JSON"),
        ("text/xml", "<call><caller>1</caller></call>", "must be JSON or a form"),
        ("text/plain", "hello", "neither JSON nor a form"),
    ];
    for (kind, text, sentence) in cases {
        let refused = refused(&body(kind, text));
        assert!(matches!(refused, PushRefused::Unreadable(_)), "{text}: {refused:?}");
        assert!(refused.to_string().contains(sentence), "{text}: {refused}");
        assert!(!refused.to_string().contains("3630"), "{refused}");
    }
    let refused = refused(&keyed("caller=1&data=%7Bbroken"));
    assert!(refused.to_string().contains("`data` is no JSON"), "{refused}");
}

#[test]
fn json_of_any_depth_is_survived() {
    let deep = format!("{}1{}", r#"{"call":"#.repeat(100_000), "}".repeat(100_000));
    assert!(matches!(refused(&body(JSON, &deep)), PushRefused::Unreadable(_)));
    let deep = format!(r#"{{"caller":"1234","x":{}1{}}}"#, r#"{"y":"#.repeat(100), "}".repeat(100));
    assert_eq!(read(INCOMING, &body(JSON, &deep)).ani.0, Party::Internal { digits: "1234".into() });
}

/// The proof of a push, in each place where it may stand.
#[test]
fn a_key_counts_wherever_the_profile_lets_it_stand() {
    let call = "caller=1234&called=101";
    let with_header = |name: &str, value: &str| RawPush {
        headers: BTreeMap::from([(name.to_owned(), value.to_owned())]),
        ..query(call)
    };
    let key = encoded(PUSH_KEY);
    type With<'a> = Box<dyn Fn(&str) -> RawPush + 'a>;
    let places: [(&str, With<'_>); 15] = [
        ("query", Box::new(|key| query(&format!("{call}&key={key}")))),
        ("query, other names", Box::new(|key| query(&format!("{call}&api_key={key}")))),
        ("query, other names", Box::new(|key| query(&format!("{call}&ApiKey={key}")))),
        ("form", Box::new(|key| RawPush { query: String::new(), ..body(FORM, &format!("{call}&apikey={key}")) })),
        (
            "JSON",
            Box::new(|key| {
                let text = serde_json::json!({ "key": decoded(key), "call": { "caller": "1234" } }).to_string();
                RawPush { query: String::new(), ..body(JSON, &text) }
            }),
        ),
        ("header", Box::new(|key| with_header("x-api-key", &decoded(key)))),
        ("bearer", Box::new(|key| with_header("authorization", &format!("Bearer {}", decoded(key))))),
        ("bearer, small", Box::new(|key| with_header("authorization", &format!("bearer {}", decoded(key))))),
        ("second of two", Box::new(|key| query(&format!("{call}&key=no&key={key}")))),
        ("JSON", Box::new(|key| posted(JSON, &json(&decoded(key))))),
        ("JSON's wrapper", Box::new(|key| posted(JSON, &format!(r#"{{"call":{}}}"#, json(&decoded(key)))))),
        ("wrapper in a parameter", Box::new(|key| posted(FORM, &in_parameter(&decoded(key))))),
        ("brackets in a form", Box::new(|key| posted(FORM, &format!("{call}&call[key]={key}")))),
        ("part", Box::new(|key| posted(MULTIPART, &parts(&[("caller", "1234"), ("key", &decoded(key))])))),
        ("part of the wrapper", Box::new(|key| posted(MULTIPART, &parts(&[("data[token]", &decoded(key))])))),
    ];
    let account = &VIPEX;
    for (place, with) in &places {
        let right = account.read_push(INCOMING, &with(&key));
        assert!(right.is_ok(), "{place}: {right:?}");
        let short = &key[..key.len() - 1];
        let long = format!("{key}7");
        for wrong in ["", "wrong", short, long.as_str()] {
            assert_eq!(
                account.read_push(INCOMING, &with(wrong)),
                Err(PushRefused::Unauthenticated),
                "{place}: {wrong}"
            );
        }
    }
    for missing in [query(call), query(&format!("{call}&password={key}")), with_header("x-other", PUSH_KEY)] {
        assert_eq!(account.read_push(INCOMING, &missing), Err(PushRefused::Unauthenticated));
    }
    assert_eq!(account.headers(), ["x-api-key", "api-key", "x-auth-token", "authorization"]);
}

const MULTIPART: &str = "multipart/form-data; boundary=\"--part\"";

fn posted(content_type: &str, text: &str) -> RawPush {
    let query = "called=5678".to_owned();
    RawPush { query, content_type: Some(content_type.into()), body: text.as_bytes().to_vec(), ..RawPush::default() }
}

fn json(key: &str) -> String {
    serde_json::json!({ "caller": "1234", "key": key }).to_string()
}

fn in_parameter(key: &str) -> String {
    format!("payload={}", encoded(&format!(r#"{{"cdr":{}}}"#, json(key))))
}

/// With the boundary of [`MULTIPART`].
fn parts(fields: &[(&str, &str)]) -> String {
    let part = |(name, value): &(&str, &str)| {
        format!("----part\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    fields.iter().map(part).chain(["----part--\r\n".to_owned()]).collect()
}

fn decoded(text: &str) -> String {
    let text = format!("t={text}");
    form_urlencoded::parse(text.as_bytes()).next().map(|(_, value)| value.into_owned()).unwrap_or_default()
}

#[test]
fn a_push_is_read_by_the_charset_it_names() {
    let account = &VIPEX;
    let named = |push: Push| push.extra.get("note").cloned();
    let (latin2, plain) = (b"t\xfbz \xe9s v\xedz", "tűz és víz");
    let key = encoded(PUSH_KEY);
    let escaped = "t%FBz+%E9s+v%EDz";
    let form = |value: &[u8]| [b"caller=1234&note=", value].concat();
    let json = |value: &[u8]| [br#"{"caller":"1234","note":""#, value, br#""}"#].concat();
    let part = |head: &str, value: &[u8]| {
        let head = format!("--x\r\nContent-Disposition: form-data; name=\"note\"\r\n{head}\r\n");
        let caller = b"\r\n--x\r\ncontent-disposition: form-data; name=caller\r\n\r\n1234\r\n--x--";
        [head.as_bytes(), value, caller].concat()
    };
    let utf16: Vec<u8> = format!("\u{feff}{{\"caller\":\"1234\",\"note\":\"{plain}\"}}")
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let bodies = [
        ("application/x-www-form-urlencoded; charset=iso-8859-2", form(latin2)),
        ("application/x-www-form-urlencoded; charset=ISO-8859-2", form(escaped.as_bytes())),
        ("application/x-www-form-urlencoded", form("tűz+és+víz".as_bytes())),
        ("application/json; charset=\"windows-1250\"", json(latin2)),
        ("application/json; charset=utf-8", json(plain.as_bytes())),
        ("application/json", utf16),
        ("multipart/form-data; boundary=x; charset=iso-8859-2", part("", latin2)),
        ("multipart/form-data; boundary=x", part("Content-Type: text/plain; charset=latin2\r\n", latin2)),
        ("multipart/form-data; boundary=x", part("", plain.as_bytes())),
    ];
    for (content_type, body) in bodies {
        let raw = RawPush {
            query: format!("key={key}"),
            content_type: Some(content_type.into()),
            body,
            ..RawPush::default()
        };
        let push = account.read_push(INCOMING, &raw).unwrap_or_else(|refused| panic!("{content_type}: {refused}"));
        assert_eq!(push.ani.0, plan().read_ani(Some("1234")).0, "{content_type}");
        assert_eq!(named(push).as_deref(), Some(plain), "{content_type}");
    }
    // Nothing is named: as browsers read it, and no question marks.
    let raw = query(&format!("key={key}&caller=1234&note=v%EDz"));
    assert_eq!(account.read_push(INCOMING, &raw).map(named), Ok(Some("víz".to_owned())));
}

#[test]
fn what_a_multipart_body_lacks_is_said() {
    let account = &VIPEX;
    let key = encoded(PUSH_KEY);
    let file = "--x\r\nContent-Disposition: form-data; name=\"caller\"; filename=\"1\"\r\n\r\n1234\r\n--x--";
    for (content_type, body) in [
        ("multipart/form-data", "--x\r\n"),
        ("multipart/form-data; boundary=", "--x\r\n"),
        ("multipart/form-data; boundary=y", "--x\r\n\r\n"),
        ("multipart/form-data; boundary=x", file),
        ("multipart/mixed; boundary=x", "--x\r\n\r\n--x--"),
    ] {
        let raw = RawPush { query: format!("key={key}"), ..posted(content_type, body) };
        let refused = account.read_push(INCOMING, &raw);
        assert!(matches!(refused, Err(PushRefused::Unreadable(_))), "{content_type} {body}: {refused:?}");
    }
}

#[test]
fn user_and_password_count_as_basic_or_as_parameters() {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let given = [("api_url", "https://pbx.invalid"), ("user", "crm"), ("push_proof", "user"), ("push_user", "vipex")];
    let account = account(&profile("vipex"), &given, &[("password", PASSWORD), ("push_password", PUSH_KEY)]);
    let basic = |text: &str| RawPush {
        headers: BTreeMap::from([("authorization".to_owned(), format!("Basic {}", BASE64_STANDARD.encode(text)))]),
        ..query("caller=1234")
    };
    let parameters = |user: &str, password: &str| query(&format!("caller=1&user={user}&pass={}", encoded(password)));
    assert!(account.read_push(INCOMING, &basic(&format!("vipex:{PUSH_KEY}"))).is_ok());
    assert!(account.read_push(INCOMING, &parameters("vipex", PUSH_KEY)).is_ok());
    let wrong = [
        query("caller=1234"),
        basic(&format!("other:{PUSH_KEY}")),
        basic("vipex:no"),
        basic("vipex"),
        parameters("other", PUSH_KEY),
        parameters("vipex", "no"),
        query(&format!("caller=1&key={}", encoded(PUSH_KEY))),
        RawPush {
            headers: BTreeMap::from([("authorization".to_owned(), "Basic ***".to_owned())]),
            ..query("caller=1")
        },
    ];
    for raw in wrong {
        assert_eq!(account.read_push(INCOMING, &raw), Err(PushRefused::Unauthenticated), "{}", raw.query);
    }
}

#[test]
fn a_stranger_is_told_nothing_about_the_push() {
    let account = &VIPEX;
    for raw in [
        RawPush { query: "key=wrong".into(), ..body(JSON, r#"{"caller":"#) },
        query(""),
        RawPush { query: String::new(), ..body("text/xml", "<call/>") },
    ] {
        assert_eq!(account.read_push(INCOMING, &raw), Err(PushRefused::Unauthenticated));
    }
}

#[test]
fn an_account_that_asks_for_no_proof_takes_every_push() {
    let given = [("api_url", "https://pbx.invalid"), ("user", "crm"), ("push_proof", "none")];
    let open = account(&profile("vipex"), &given, &[("password", PASSWORD)]);
    assert!(open.read_push(INCOMING, &query("caller=1234")).is_ok());
    let hint = &open.webhooks("https://hub.example.com", "pbx")[0];
    assert!(hint.proof.contains("no key") && hint.proof.contains("push_from"), "{}", hint.proof);
    assert!(open.takes_without_proof() && !VIPEX.takes_without_proof());
}

#[test]
fn words_of_many_pbxs_mean_the_same_events() {
    let failed = |leg, why| Some(CallEvent::Failed { leg, why });
    let cases = [
        ("event=agent_ringing", Some(CallEvent::AgentRinging)),
        ("event=agent-answered", Some(CallEvent::AgentAnswered)),
        ("event=customer_ringing", Some(CallEvent::CustomerRinging)),
        ("event=connected", Some(CallEvent::Connected)),
        ("state=ANSWERED", Some(CallEvent::Connected)),
        ("event=answered_elsewhere", Some(CallEvent::AnsweredElsewhere)),
        ("event=Hang Up", Some(CallEvent::Ended)),
        ("esem%C3%A9ny=v%C3%A9ge", Some(CallEvent::Ended)),
        ("event=missed", Some(CallEvent::Missed)),
        ("event=busy&leg=agent", failed(Leg::Agent, FailReason::Busy)),
        ("event=busy&leg=customer", failed(Leg::Customer, FailReason::Busy)),
        ("event=busy", failed(Leg::Customer, FailReason::Busy)),
        ("event=no_answer&leg=agent", failed(Leg::Agent, FailReason::NoAnswer)),
        ("event=no_answer", Some(CallEvent::Missed)),
        ("event=declined&leg=customer", failed(Leg::Customer, FailReason::Declined)),
        (
            "event=failed&leg=customer&cause=no+route",
            failed(Leg::Customer, FailReason::Other { reason: EndReason::NoRoute, detail: "no route".into() }),
        ),
        ("event=hold", None),
        ("event=something_new", None),
        ("callid=7", None),
    ];
    for (words, expected) in cases {
        let push = read(EVENT, &keyed(&format!("caller=%2B36301234567&called=101&{words}")));
        assert_eq!((push.kind, push.event), (EVENT, expected), "{words}");
    }
}

#[test]
fn an_event_needs_no_numbers_where_it_has_a_call_id() {
    let push = read(EVENT, &keyed("callid=c-7&event=connected"));
    assert_eq!((push.external_id.as_deref(), push.event), (Some("c-7"), Some(CallEvent::Connected)));
    let raw = keyed("event=connected");
    assert!(matches!(VIPEX.read_push(EVENT, &raw), Err(PushRefused::Unreadable(_))));
}

#[test]
fn a_bare_id_is_taken_for_the_calls_only_where_the_administrator_says_so() {
    // It may as well be the customer's, the same in every push: then all calls would be one.
    let raw = keyed("caller=%2B36301234567&id=42");
    assert_eq!(read(INCOMING, &raw).external_id, None);
    let told = vipex(&[("call_id_name", "id")]).read_push(INCOMING, &raw).expect("it is read");
    assert_eq!(told.external_id.as_deref(), Some("42"));
}

#[test]
fn a_pbx_with_one_address_for_everything_is_understood_by_its_words() {
    let push = read(EVENT, &keyed("caller=%2B36301234567&event=ringing"));
    assert_eq!((push.kind, push.event), (INCOMING, None));
    let push = read(INCOMING, &keyed("caller=%2B36301234567&event=hangup"));
    assert_eq!((push.kind, push.event), (EVENT, Some(CallEvent::Ended)));
    let push = read(INCOMING, &keyed("caller=%2B36301234567&event=agent_ringing&direction=outgoing"));
    assert_eq!((push.kind, push.event, push.direction), (INCOMING, None, Some(Direction::Outbound)));
}

#[test]
fn call_data_tell_how_it_ended_and_for_how_long_both_spoke() {
    let data =
        |fields: &str| read(CALL_DATA, &body(JSON, &format!(r#"{{"call":{{"id":"c-7","caller":"1234",{fields}}}}}"#)));
    let told = |push: &Push| (push.event.clone(), push.answered, push.talk_seconds);
    let failed = |leg, why| Some(CallEvent::Failed { leg, why });
    assert_eq!(told(&data(r#""result":"answered","duration":73"#)), (Some(CallEvent::Ended), Some(true), Some(73)));
    assert_eq!(told(&data(r#""result":"answered""#)), (Some(CallEvent::Ended), Some(true), None));
    assert_eq!(told(&data(r#""result":"missed","duration":0"#)), (Some(CallEvent::Missed), Some(false), Some(0)));
    assert_eq!(told(&data(r#""result":"answered_elsewhere""#)), (Some(CallEvent::AnsweredElsewhere), None, None));
    assert_eq!(
        told(&data(r#""result":"busy","leg":"agent""#)),
        (failed(Leg::Agent, FailReason::Busy), Some(false), None)
    );
    assert_eq!(told(&data(r#""result":"cancelled","duration":"0""#)), (Some(CallEvent::Ended), Some(false), Some(0)));
    assert_eq!(told(&data(r#""duration":"00:01:13""#)), (Some(CallEvent::Ended), Some(true), Some(73)));
    assert_eq!(told(&data(r#""x":1"#)), (Some(CallEvent::Ended), None, None));
    let push = data(r#""direction":"outbound","called":"0612345678","extension":101"#);
    assert_eq!(push.direction, Some(Direction::Outbound));
    assert_eq!((push.external_id.as_deref(), push.extensions), (Some("c-7"), vec!["101".to_owned()]));
}

#[test]
fn further_fields_are_kept_few_short_and_without_secrets() {
    let long = "A".repeat(5000);
    let mut text = format!("caller=1234&queue=sales%0A&ivr_choice=2&recording={long}&user=crm&password=x&empty=");
    (0..100).for_each(|n| text.push_str(&format!("&field{n}=v")));
    let push = read(INCOMING, &keyed(&text));
    assert_eq!(push.extra.len(), 32);
    assert!(push.extra.values().all(|value| value == "v" || value.chars().count() <= 200));
    for name in ["recording", "key", "user", "password", "empty", "caller"] {
        assert!(!push.extra.contains_key(name), "{name} was kept");
    }

    let push = read(INCOMING, &body(JSON, r#"{"call":{"caller":"1234","queue":"sales","ivr":{"choice":2}}}"#));
    let kept: Vec<(&str, &str)> = push.extra.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    assert_eq!(kept, [("ivr.choice", "2"), ("queue", "sales")]);
}

#[test]
fn an_explanation_tells_names_hits_and_what_is_left_but_no_secret() {
    let account = &VIPEX;
    let raw = keyed("from=%2B36301234567&called=0612345678&event=strange_word");
    let explanation = account.explain_push(INCOMING, &raw);
    let caller = explanation.lookups.iter().find(|lookup| lookup.what == "caller").expect("it was looked for");
    assert_eq!(caller.hit.as_deref(), Some("from"));
    assert!(caller.names.contains(&"caller".to_owned()));
    let text = explanation.to_string();
    assert!(text.contains("+36 30 123 4567"), "{text}");
    assert!(text.contains("“strange_word”: not known"), "{text}");
    assert_no_secret(&text);

    let refused = account.explain_push(INCOMING, &query("caller=1234&key=wrong"));
    assert_eq!(refused.outcome, Err(PushRefused::Unauthenticated));
    assert!(!refused.to_string().contains("wrong "), "{refused}");

    let unproved = profile("asterisk-ari").explain_push(INCOMING, &query("caller=1234&colour=red&key=k"), &plan());
    assert!(unproved.outcome.is_ok(), "{unproved}");
    assert_eq!(unproved.unused, ["colour"]);
}

#[test]
fn a_profile_that_reads_no_such_push_says_so() {
    let text =
        "id = \"t\"\ntitle = \"T\"\n[push]\nauth = { method = \"none\" }\nfields = { caller = \"c\" }\n[incoming]\n";
    let profile = ringcard_connect::profile::Profile::parse("t.toml", text).expect("it is a profile");
    let account = account(&profile, &[], &[]);
    assert!(account.read_push(INCOMING, &query("c=1234")).is_ok());
    assert_eq!(account.read_push(CALL_DATA, &query("c=1234")), Err(PushRefused::NotTaken));
    let kinds: Vec<PushKind> = account.webhooks("https://h", "a").into_iter().map(|hint| hint.kind).collect();
    assert_eq!(kinds, [INCOMING]);
}

#[test]
fn webhook_hints_name_the_place_of_the_key_and_never_the_key() {
    let hints = VIPEX.webhooks("https://hub.example.com/", "pbx");
    let urls: Vec<&str> = hints.iter().map(|hint| hint.url.as_str()).collect();
    assert_eq!(
        urls,
        [
            "https://hub.example.com/in/pbx/incoming?key={key}",
            "https://hub.example.com/in/pbx/event?key={key}",
            "https://hub.example.com/in/pbx/call-data?key={key}",
        ]
    );
    assert!(hints.iter().all(|hint| hint.method == "GET or POST"));
    assert_no_secret(&format!("{hints:?}"));
}

proptest! {
    /// Whatever comes, with or without a key, of any kind: an answer, and never a panic.
    #[test]
    fn no_bytes_make_it_panic(
        query in any::<Vec<u8>>(),
        bytes in any::<Vec<u8>>(),
        content_type in proptest::option::of("[a-z/;= ]{0,40}"),
        which in 0..3usize,
        keyed in any::<bool>(),
    ) {
        let mut query = String::from_utf8_lossy(&query).into_owned();
        if keyed {
            query = format!("key={}&{query}", encoded(PUSH_KEY));
        }
        let raw = RawPush { query, content_type, body: bytes, ..RawPush::default() };
        let account = &VIPEX;
        let kind = [INCOMING, EVENT, CALL_DATA][which];
        let outcome = account.read_push(kind, &raw);
        prop_assert!(keyed || outcome == Err(PushRefused::Unauthenticated));
        prop_assert_eq!(account.explain_push(kind, &raw).outcome, outcome);
    }

    /// The same for what at least looks like a push.
    #[test]
    fn no_values_make_it_panic(
        fields in proptest::collection::btree_map(
            "caller|called|extension|call\\[caller\\]|data|event|leg|duration|direction|id|[a-z\\[\\].]{1,12}",
            ".{0,80}",
            0..12,
        ),
        json in any::<bool>(),
        which in 0..3usize,
    ) {
        let raw = match json {
            true => body(JSON, &serde_json::to_string(&fields).expect("a map is JSON")),
            false => {
                let pairs: Vec<String> = fields.iter().map(|(n, v)| format!("{}={}", encoded(n), encoded(v))).collect();
                keyed(&pairs.join("&"))
            }
        };
        let push = VIPEX.read_push([INCOMING, EVENT, CALL_DATA][which], &raw);
        if let Ok(push) = push {
            prop_assert!(push.extra.len() <= 32 && push.extensions.len() <= 32);
            prop_assert!(push.external_id.is_none_or(|id| !id.is_empty() && id.chars().count() <= 128));
        }
    }
}

/// A VIPeX account in another country.
fn vipex_in(country: &str) -> PbxAccount {
    let given = BTreeMap::from([
        ("api_url".to_owned(), toml::Value::from("https://pbx.invalid/api")),
        ("user".to_owned(), toml::Value::from("crm")),
    ]);
    let secrets = support::secrets(&[("password", PASSWORD), ("push_key", PUSH_KEY)]);
    let plan = ringcard_core::number::DialPlan::new(country).expect("a country").with_internal(3..=4);
    profile("vipex").account(given, secrets, plan).expect("an account")
}

#[test]
fn a_plus_that_became_a_space_is_a_plus() {
    let nested = r#"{"call":{"caller":"+3615550114","called":"2025550100"}}"#;
    let pushes = [
        keyed("caller=+3615550114&called=2025550100&extension=101"),
        keyed("caller=%203615550114&called=2025550100&extension=101"),
        keyed("caller=+36+1+555+0114&called=+1+(202)+555-0100&extension=101"),
        keyed("caller=+36-1-555-0114&called=+12025550100"),
        keyed("caller=sip:+3615550114@pbx.example.com&called=+12025550100"),
        keyed("caller=%22Bela%22+<sip:+3615550114@pbx>&called=2025550100"),
        body(FORM, "caller=+3615550114&called=+12025550100"),
        body(FORM, "call[caller]=+3615550114&call[called]=%2B12025550100"),
        body(JSON, nested),
        keyed(&format!("data={nested}")),
    ];
    let account = vipex_in("US");
    for raw in pushes {
        let push = account.read_push(INCOMING, &raw).unwrap_or_else(|refused| panic!("{refused}: {raw:?}"));
        assert_eq!(push.ani.0, outside("+3615550114"), "{raw:?}");
        assert_eq!(push.dnis.0, outside("+12025550100"), "{raw:?}");
    }
    // At home as well, and where nothing was lost nothing is put there.
    let home = read(INCOMING, &keyed("caller=+36305550103&called=+3612345678&extension=+101"));
    assert_eq!((home.ani.0, home.dnis.0), (outside("+36305550103"), outside("+3612345678")));
    assert_eq!(home.extensions, ["101"]);
    for (caller, expected) in [("+06305550103", "+36305550103"), ("%2006305550103", "+36305550103")] {
        let push = read(INCOMING, &keyed(&format!("caller={caller}&called=101")));
        assert_eq!(push.ani.0, outside(expected), "{caller}");
    }
    let padded = body(JSON, r#"{"caller":" 3615550114","called":" 2025550100"}"#);
    let push = account.read_push(INCOMING, &padded).expect("a push");
    assert_eq!(push.ani.0, outside("+13615550114"), "JSON loses no plus");
}

#[test]
fn a_german_number_without_its_plus_is_no_other_german_number() {
    let account = vipex_in("DE");
    for (caller, called) in [("493023125014", "493023125000"), ("4917604069014", "49301234567")] {
        let raw = keyed(&format!("caller={caller}&called={called}&extension=101&call_id=c-1402"));
        let push = account.read_push(INCOMING, &raw).expect("a push");
        assert_eq!(push.ani.0, outside(&format!("+{caller}")));
        assert_eq!(push.dnis.0, outside(&format!("+{called}")));
    }
    let raw = keyed("caller=03023125014&called=3023125000&extension=101");
    let push = account.read_push(INCOMING, &raw).expect("a push");
    assert_eq!((push.ani.0, push.dnis.0), (outside("+493023125014"), outside("+493023125000")));
}
