//! That the documentation tells the truth: its examples are whole, and print what it says they print.

use crate::support;

use ringcard_connect::profile::{Profile, Sample};
use ringcard_core::number::Party;
use support::{CALL_DATA, EVENT, INCOMING, PASSWORD, PUSH_KEY, account, keyed, outside, plan, profile};

const GUIDE: &str = include_str!("../../../docs/profiles.md");
const ACME: &str = include_str!("../../../docs/profiles/acme.toml");
const ACME_INCOMING: &str = include_str!("../../../docs/profiles/acme-incoming.http");
const DIALPLAN: &str = include_str!("../../../docs/profiles/extensions.conf");

#[test]
fn the_example_is_a_profile_and_its_sample_is_read_as_the_guide_shows() {
    let acme = Profile::parse("acme.toml", ACME).unwrap_or_else(|error| panic!("{error}"));
    let sample = Sample::parse(ACME_INCOMING);
    let kind = sample.kind.expect("its address says what it is");
    let printed = acme.explain_push(kind, &sample.raw, &plan()).to_string();
    assert!(GUIDE.contains(&printed), "the guide should show:\n{printed}");

    let given = [("api_url", "https://api.acme.example/v2")];
    account(&acme, &given, &[("token", PASSWORD), ("push_key", PUSH_KEY)]);
    let basic = [given[0], ("sign_in", "basic"), ("user", "u")];
    account(&acme, &basic, &[("password", PASSWORD), ("push_key", PUSH_KEY)]);
}

#[test]
fn the_settings_the_guide_names_for_vipex_are_there() {
    let vipex = profile("vipex");
    let table = GUIDE.split("## VIPeX").nth(1).and_then(|rest| rest.split("## ").next()).expect("the section");
    let rows = table.lines().filter(|line| line.starts_with('|')).skip(2);
    let named: Vec<&str> =
        rows.filter_map(|row| row.split('|').nth(3)).flat_map(|cell| cell.split('`').skip(1).step_by(2)).collect();
    assert!(named.len() > 15, "{named:?}");
    for name in named {
        let is_setting = vipex.settings().iter().any(|setting| setting.key == name);
        let is_value = vipex.settings().iter().any(|setting| setting.choices.iter().any(|choice| choice.value == name));
        assert!(is_setting || is_value || name.starts_with("https://"), "{name}");
    }
}

/// What the dialplan would post, with its variables filled in like Asterisk does.
fn posted(variables: &[(&str, &str)]) -> String {
    let lines =
        DIALPLAN.lines().filter_map(|line| line.split_once("Set(RC_POST=")).map(|(_, rest)| &rest[..rest.len() - 1]);
    let mut post = lines.map(|line| line.replace("${RC_POST}", "")).collect::<String>();
    let (_, sent) = DIALPLAN.split_once("${CURL(${RINGCARD}/${ARG1},").expect("it is sent");
    let (key, _) = sent.split_once("${RC_POST}").expect("with what was put together");
    post = format!("{}{post}", key.replace("${AST_CONFIG(ringcard.conf,hub,key)}", "${RINGCARD_KEY}"));
    for (name, value) in variables {
        let encoded = support::encoded(value).replace('+', "%20");
        post = post.replace(&format!("${{URIENCODE(${{{name}}})}}"), &encoded).replace(&format!("${{{name}}}"), value);
    }
    assert!(!post.contains('$'), "a variable is not filled: {post}");
    post
}

#[test]
fn what_the_dialplan_posts_is_read_by_the_asterisk_profile() {
    let given = [("api_url", "https://pbx.invalid/ari"), ("user", "ringcard")];
    let pbx = account(&profile("asterisk-ari"), &given, &[("password", PASSWORD), ("push_key", PUSH_KEY)]);
    let call = [
        ("RINGCARD_KEY", PUSH_KEY),
        ("RC_CALL", "1795185306.2"),
        ("RC_DIRECTION", "inbound"),
        ("RC_CALLER", "+36301234567"),
        ("RC_CALLED", "0612345678"),
        ("RC_EXTENSION", "101&102"),
        ("EPOCH", "1795185306"),
        ("RC_NAME", "Minta, Anna"),
        ("RC_QUEUE", "Sales"),
        ("RC_MENU", "2"),
    ];
    let read = |kind, more: &[(&str, &str)]| {
        let all: Vec<(&str, &str)> = more.iter().chain(&call).copied().collect();
        let raw = ringcard_connect::RawPush { query: String::new(), ..keyed("") };
        let raw = ringcard_connect::RawPush { body: posted(&all).into_bytes(), ..raw };
        pbx.read_push(kind, &raw).unwrap_or_else(|refused| panic!("{refused}\n{}", pbx.explain_push(kind, &raw)))
    };
    let nothing = [
        ("RC_PRESENTATION", "allowed_not_screened"),
        ("RC_CAUSE", ""),
        ("ARG2", ""),
        ("RC_LEG", ""),
        ("RC_RESULT", ""),
        ("ANSWEREDTIME", ""),
    ];
    let ring = read(INCOMING, &nothing);
    assert_eq!(ring.sent_at, Some(ringcard_core::Timestamp(1_795_185_306_000)));
    assert_eq!((ring.ani.0, ring.dnis.0), (outside("+36301234567"), outside("+3612345678")));
    assert_eq!(
        (ring.extensions, ring.external_id.as_deref()),
        (vec!["101".into(), "102".into()], Some("1795185306.2"))
    );
    assert_eq!((ring.kind, ring.event), (INCOMING, None));
    assert_eq!((ring.party_name.as_deref(), ring.queue.as_deref()), (Some("Minta, Anna"), Some("Sales")));
    let hidden = read(INCOMING, &[&[("RC_PRESENTATION", "prohib_passed_screen")], &nothing[1..]].concat());
    assert_eq!((hidden.ani.0, hidden.party_name), (Party::Hidden, None));
    let unknown = [("RC_RESULT", "CONGESTION"), ("RC_CAUSE", "1"), ("RC_LEG", "customer")];
    let nobody = read(CALL_DATA, &[&unknown, &nothing[..]].concat()).event;
    assert!(format!("{nobody:?}").contains("NoSuchNumber"), "{nobody:?}");

    use ringcard_core::call::{CallEvent, FailReason, Leg};
    let connected = read(EVENT, &[&[("ARG2", "connected")], &nothing[..]].concat());
    assert_eq!(connected.event, Some(CallEvent::Connected));

    let over = |result: &str, leg: &str, seconds: &str| {
        let own = [("RC_LEG", leg), ("RC_RESULT", result), ("ANSWEREDTIME", seconds)];
        let push = read(CALL_DATA, &[&own, &nothing[..]].concat());
        (push.event, push.answered, push.talk_seconds)
    };
    let failed = |why| Some(CallEvent::Failed { leg: Leg::Customer, why });
    assert_eq!(over("ANSWER", "", "73"), (Some(CallEvent::Ended), Some(true), Some(73)));
    assert_eq!(over("NOANSWER", "", ""), (Some(CallEvent::Missed), Some(false), None));
    assert_eq!(over("CANCEL", "", ""), (Some(CallEvent::Ended), None, None));
    assert_eq!(over("BUSY", "customer", ""), (failed(FailReason::Busy), Some(false), None));
    assert_eq!(over("NOANSWER", "customer", ""), (failed(FailReason::NoAnswer), Some(false), None));
    assert_eq!(over("CHANUNAVAIL", "customer", "").1, Some(false));
}

/// Whatever is set to a variable is in events and logs; what is inside of CURL() is not.
#[test]
fn the_dialplan_has_the_key_in_the_request_and_in_no_variable() {
    let lines: Vec<&str> = DIALPLAN.lines().filter(|line| !line.trim_start().starts_with(';')).collect();
    let with_the_key: Vec<&&str> = lines.iter().filter(|line| line.to_lowercase().contains("key")).collect();
    let [only] = with_the_key.as_slice() else { panic!("{with_the_key:?}") };
    let (before, _) = only.split_once("AST_CONFIG(ringcard.conf,hub,key)").expect("it is read from its file");
    assert!(before.contains("Set(RC_ANSWER=${LEN(${CURL("), "{only}");
    assert!(lines.iter().any(|line| line.contains("CURLOPT(httptimeout)=1)")));
}

#[test]
fn the_account_the_guide_prints_for_asterisk_is_whole() {
    let section = GUIDE.split("## Asterisk").nth(1).expect("the section");
    let printed = section.split("```toml").nth(1).and_then(|rest| rest.split("```").next()).expect("an account");
    let table: toml::Table = printed.parse().expect("it is TOML");
    let account = table["account"][0].as_table().expect("an account").clone();
    let mut values = std::collections::BTreeMap::new();
    for (key, value) in account {
        if value.is_str() && !["name", "connector"].contains(&key.as_str()) {
            values.insert(key, value);
        }
    }
    let secrets = support::secrets(&[("password", PASSWORD), ("push_key", PUSH_KEY)]);
    profile("asterisk-ari").account(values, secrets, plan()).unwrap_or_else(|error| panic!("{error}"));
}
