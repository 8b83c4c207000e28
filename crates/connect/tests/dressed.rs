//! Callers, called numbers and extensions in every dress a PBX puts on them.

use crate::support;

use ringcard_connect::{Push, RawPush, profile::PbxAccount};
use ringcard_core::number::{DialPlan, Party};
use std::sync::LazyLock;
use support::{INCOMING, PASSWORD, PUSH_KEY, body, encoded, keyed, outside, profile, secrets, values, vipex};

const FORM: &str = "application/x-www-form-urlencoded";
const JSON: &str = "application/json";

static VIPEX: LazyLock<PbxAccount> = LazyLock::new(|| vipex(&[]));

#[track_caller]
fn read(account: &PbxAccount, raw: &RawPush) -> Push {
    account
        .read_push(INCOMING, raw)
        .unwrap_or_else(|refused| panic!("{refused}\n{}", account.explain_push(INCOMING, raw)))
}

/// As query, as form and as JSON.
fn everywhere(fields: &[(&str, &str)]) -> [(&'static str, RawPush); 3] {
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    let object: serde_json::Map<String, serde_json::Value> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).into())).collect();
    let json = serde_json::Value::Object(object).to_string();
    [("query", keyed(&pairs.join("&"))), ("form", body(FORM, &pairs.join("&"))), ("JSON", body(JSON, &json))]
}

fn in_country(country: &str) -> PbxAccount {
    let given = values(&[("api_url", "https://pbx.invalid/api"), ("user", "crm")]);
    let secrets = secrets(&[("password", PASSWORD), ("push_key", PUSH_KEY)]);
    let plan = DialPlan::new(country).expect("a country");
    profile("vipex").account(given, secrets, plan).expect("an account")
}

/// Everything that differs, so that a table is mended at once.
#[track_caller]
fn assert_none(differ: &[String]) {
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

/// How a number is dressed: `N` stands for it.
const DRESSES: [&str; 40] = [
    "N",
    "N@sip.example.com",
    "N@10.0.0.1:5060",
    "N@[2001:db8::1]",
    "N@[2001:db8::1]:5061;transport=tls",
    "N@pbx;user=phone",
    "N;tag=as7f3c2b",
    "<N@pbx>",
    "<N>",
    "sip:N@pbx",
    "SIP:N@PBX.EXAMPLE.COM:5060",
    "sips:N@pbx;transport=tls",
    "sip:N@[2001:db8::1]:5060",
    "<sip:N@pbx;user=phone>",
    "<sip:N@pbx>;tag=9f@x.y",
    "<sip:N@pbx;user=phone>;tag=9fxced76sl",
    "tel:N",
    "<tel:N>",
    "\"Anna Minta\" <N>",
    "Anna Minta <N>",
    "\"Anna Minta\" <sip:N@pbx>",
    "\"Minta, Anna\" <sip:N@pbx:5060;user=phone>;tag=1",
    "\"Anna\" <sip:N@[2001:db8::1]:5060>",
    "Anna Minta <N@pbx>",
    "Anna sip:N@pbx",
    "Anna Minta N@pbx",
    "N (Anna Minta)",
    "N <Anna Minta>",
    "sip:N:5060@pbx",
    "sip:N;phone-context=example.com@pbx",
    "sip:N%40pbx",
    "%3Csip%3AN%40pbx%3E",
    "%253Csip%253AN%2540pbx%253E",
    "&lt;sip:N@pbx&gt;",
    "&quot;Anna&quot; &lt;sip:N@pbx&gt;",
    "&amp;lt;N&amp;gt;",
    "&#60;sip:N@pbx&#62;",
    "&#x3C;N&#x3E;",
    "%26lt%3BN%26gt%3B",
    " N ",
];

#[test]
fn callers_and_called_numbers_are_read_in_every_dress() {
    let mut differ = Vec::new();
    for dress in DRESSES {
        for (caller, called) in [
            ("+36305550103", "0615550100"),
            ("06305550103", "+3615550100"),
            ("0036305550103", "003615550100"),
            ("36305550103", "3615550100"),
            ("%2B36305550103", "%2B3615550100"),
            ("%252B36305550103", "%252B3615550100"),
            ("&#43;36305550103", "&plus;3615550100"),
        ] {
            let (caller, called) = (dress.replace('N', caller), dress.replace('N', called));
            for (place, raw) in everywhere(&[("caller", &caller), ("called", &called), ("extension", "101")]) {
                let push = read(&VIPEX, &raw);
                if (&push.ani.0, &push.dnis.0) != (&outside("+36305550103"), &outside("+3615550100")) {
                    differ.push(format!("{place}: {caller}: {:?}, {called}: {:?}", push.ani.0, push.dnis.0));
                }
            }
        }
    }
    assert_none(&differ);
}

#[test]
fn internal_callers_are_read_in_every_dress() {
    let mut differ = Vec::new();
    for dress in DRESSES {
        let caller = dress.replace('N', "102");
        for (place, raw) in everywhere(&[("caller", &caller), ("called", "0615550100")]) {
            let read = read(&VIPEX, &raw).ani.0;
            // Words around so few digits may say anything.
            let may_differ = ["N (Anna Minta)", "N <Anna Minta>"].contains(&dress);
            if read != (Party::Internal { digits: "102".into() }) && !may_differ {
                differ.push(format!("{place}: {caller}: {read:?}"));
            }
        }
    }
    assert_none(&differ);
}

#[test]
fn hidden_callers_are_hidden_in_every_dress() {
    let mut differ = Vec::new();
    for dress in DRESSES {
        let caller = dress.replace('N', "anonymous").replace("Anna Minta", "Anonymous").replace("Anna", "Anonymous");
        for (place, raw) in everywhere(&[("caller", &caller), ("called", "0615550100")]) {
            let read = read(&VIPEX, &raw).ani.0;
            let other = ["Minta, Anna", "N;tag", "phone-context", "N:5060", "(", "Anna Minta N@", "Anna sip:", "N <"];
            if read != Party::Hidden && !other.iter().any(|other| dress.contains(other)) {
                differ.push(format!("{place}: {caller}: {read:?}"));
            }
        }
    }
    assert_none(&differ);
}

#[test]
fn what_is_no_number_in_an_address_is_nobodys() {
    for caller in
        ["ana.kiss@example.com", "ana2024@example.com", "sip:ana@pbx", "Ana <ana@example.com>", "pbx.example.com"]
    {
        for (place, raw) in everywhere(&[("caller", caller), ("called", "0615550100")]) {
            let read = read(&VIPEX, &raw).ani.0;
            assert!(matches!(read, Party::Unreadable { .. }), "{place}: {caller}: {read:?}");
        }
    }
}

#[test]
fn a_lost_plus_and_a_missing_one_are_pluses() {
    // country, as it stands in the URL, whose number it is
    let table = [
        ("US", "+3615550114", "+3615550114"),
        ("US", "%203615550114", "+3615550114"),
        ("US", "+442079460958", "+442079460958"),
        ("US", "+12025550123", "+12025550123"),
        ("US", "12025550123", "+12025550123"),
        ("US", "2025550123", "+12025550123"),
        ("US", "%2B12025550123", "+12025550123"),
        ("US", "<sip:+3615550114@pbx>", "+3615550114"),
        ("US", "+3615550114@pbx", "+3615550114"),
        ("HU", "+36305550103", "+36305550103"),
        ("HU", "36305550103", "+36305550103"),
        ("HU", "3615550104", "+3615550104"),
        ("HU", "06305550103", "+36305550103"),
        ("HU", "305550103", "+36305550103"),
        ("HU", "+4930123456", "+4930123456"),
        ("HU", "+12025550123", "+12025550123"),
        ("DE", "493023125014", "+493023125014"),
        ("DE", "+493023125014", "+493023125014"),
        ("DE", "03023125014", "+493023125014"),
        ("DE", "4915112345678", "+4915112345678"),
        ("DE", "015112345678", "+4915112345678"),
        ("DE", "49891234567", "+49891234567"),
        ("DE", "+36305550103", "+36305550103"),
        ("ES", "34612345678", "+34612345678"),
        ("ES", "612345678", "+34612345678"),
        ("BR", "5511987654321", "+5511987654321"),
        ("GB", "442079460958", "+442079460958"),
        ("GB", "02079460958", "+442079460958"),
    ];
    let mut differ = Vec::new();
    for (country, sent, meant) in table {
        let account = in_country(country);
        let pairs = format!("caller={sent}&called={sent}&extension=101");
        for (place, raw) in [("query", keyed(&pairs)), ("form", body(FORM, &pairs))] {
            let push = read(&account, &raw);
            if (&push.ani.0, &push.dnis.0) != (&outside(meant), &outside(meant)) {
                differ.push(format!("{country} {place} {sent}: {:?} {:?}", push.ani.0, push.dnis.0));
            }
        }
    }
    assert_none(&differ);
}

/// What stands in the field, and whose extensions it names.
const EXTENSIONS: &[(&str, &[&str])] = &[
    ("101", &["101"]),
    (" 101 ", &["101"]),
    ("*101#", &["*101#"]),
    ("anna", &["anna"]),
    // channels, of every technology, with their instance
    ("PJSIP/101-0000003f", &["101"]),
    ("pjsip/101-0000003F", &["101"]),
    ("PJSIP/101", &["101"]),
    ("SIP/101-b7a1c2d0", &["101"]),
    ("SIP/101-00000a4c", &["101"]),
    ("IAX2/101-1234", &["101"]),
    ("SCCP/101-00000001", &["101"]),
    ("Skinny/101@phone-1", &["101"]),
    ("DAHDI/101-1", &["101"]),
    ("Agent/101", &["101"]),
    ("WebRTC/101-0000003f", &["101"]),
    ("Local/101@from-queue-00000001;1", &["101"]),
    ("Local/101@from-queue-0001;1", &["101"]),
    ("Local/101@from-internal/n", &["101"]),
    ("Local/101@from-queue-00000001;2,PJSIP/101-0000003f", &["101"]),
    ("PJSIP/101/sip:101@192.168.1.5:5060", &["101"]),
    ("PJSIP/101@pbx", &["101"]),
    ("sofia/internal/101@pbx.example.com", &["101"]),
    ("sofia/internal/sip:101@10.0.0.1:5060", &["101"]),
    ("user/101@pbx.example.com", &["101"]),
    // addresses
    ("101@pbx.example.com", &["101"]),
    ("sip:101@pbx;user=phone", &["101"]),
    ("SIPS:101@pbx:5061;transport=tls", &["101"]),
    ("<sip:101@pbx;user=phone>", &["101"]),
    ("<sip:101@pbx>;tag=as5f", &["101"]),
    ("sip:101@[2001:db8::1]:5060", &["101"]),
    ("101@[2001:db8::1]:5060", &["101"]),
    ("sip:101:5060@pbx", &["101"]),
    ("sip:101@10.0.0.1:5060;lr;ob", &["101"]),
    ("101/sip:101@192.168.1.5:5060", &["101"]),
    ("tel:101", &["101"]),
    // a name beside it
    ("Bela <102>", &["102"]),
    ("\"Bela\" <sip:102@pbx>", &["102"]),
    ("\"Proba, Bela\" <sip:102@pbx>", &["102"]),
    ("Bela <sip:102@pbx;user=phone>;tag=1", &["102"]),
    ("102 (Bela)", &["102"]),
    ("Bela (102)", &["102"]),
    ("Bela [102]", &["102"]),
    ("102 <Bela>", &["102"]),
    ("102 Bela Proba", &["102"]),
    ("102 - Bela", &["102"]),
    ("Bela 102", &["102"]),
    ("Bela sip:102@pbx", &["102"]),
    ("ext. 102", &["102"]),
    ("ext:102", &["102"]),
    ("mellék 102", &["102"]),
    // several
    ("101,102", &["101", "102"]),
    ("101, 102", &["101", "102"]),
    ("101;102", &["101", "102"]),
    ("101&102", &["101", "102"]),
    ("101 102", &["101", "102"]),
    ("101|102", &["101", "102"]),
    ("101/102", &["101", "102"]),
    ("PJSIP/101&PJSIP/102", &["101", "102"]),
    ("PJSIP/101-0000003f&SIP/102-00000040", &["101", "102"]),
    ("sip:101@pbx;user=phone,sip:102@pbx;user=phone", &["101", "102"]),
    ("sip:101@pbx;102", &["101", "102"]),
    ("\"Ana\" <101>, \"Proba, Bela\" <102>", &["101", "102"]),
    ("Ana <101>; Bela <102>", &["101", "102"]),
    ("101 (Ana); 102 (Bela)", &["101", "102"]),
    ("Local/101@q-0001;1&Local/102@q-0002;1", &["101", "102"]),
    ("[\"101\",\"102\"]", &["101", "102"]),
    ("[\"PJSIP/101-0000003f\", \"Bela <102>\"]", &["101", "102"]),
    ("['101', '102']", &["101", "102"]),
    ("[101, 102]", &["101", "102"]),
    ("101,101", &["101"]),
    // dressed once more
    ("PJSIP%2F101-0000003f", &["101"]),
    ("Bela &lt;102&gt;", &["102"]),
    ("sip%3A101%40pbx", &["101"]),
    // nobody's, and not everybody's
    ("PJSIP/trunk-0000003f", &["trunk"]),
    ("PJSIP/my-provider-0000003f", &["my-provider"]),
    ("SIP/trunk/0615550100", &["trunk"]),
    ("DAHDI/g1/0615550100", &["g1"]),
    ("Anna Minta", &["Anna Minta"]),
    ("Márta", &["Márta"]),
    ("<b>", &["b"]),
    // none at all: the called number decides
    ("", &[]),
    ("null", &[]),
    ("-", &[]),
    ("[]", &[]),
];

#[test]
fn extensions_are_read_in_every_dress() {
    let mut differ = Vec::new();
    for (text, expected) in EXTENSIONS {
        for (place, raw) in everywhere(&[("caller", "+36305550103"), ("called", "0615550100"), ("extension", text)]) {
            let read = read(&VIPEX, &raw).extensions;
            if read != *expected {
                differ.push(format!("{place}: {text}: {read:?}, and not {expected:?}"));
            }
        }
    }
    assert_none(&differ);
}

#[test]
fn lists_of_dressed_extensions_are_lists() {
    let object = r#"{"caller":"+36305550103","extension":["PJSIP/101-0000003f","\"Proba, Bela\" <sip:102@pbx>"]}"#;
    assert_eq!(read(&VIPEX, &body(JSON, object)).extensions, ["101", "102"]);
    let repeated = keyed("caller=%2B36305550103&ext=SIP/101-b7a1c2d0&ext=Bela+%3C102%3E");
    assert_eq!(read(&VIPEX, &repeated).extensions, ["101", "102"]);
}

#[test]
fn a_channel_may_be_the_caller() {
    for caller in ["PJSIP/101-0000003f", "Local/101@from-internal-00000001;1", "SIP/101-b7a1c2d0"] {
        for (place, raw) in everywhere(&[("caller", caller), ("called", "0615550100"), ("direction", "outbound")]) {
            let read = read(&VIPEX, &raw).ani.0;
            assert_eq!(read, Party::Internal { digits: "101".into() }, "{place} {caller}");
        }
    }
    let trunk = keyed("caller=PJSIP/trunk-0000003f&called=0615550100");
    assert!(matches!(read(&VIPEX, &trunk).ani.0, Party::Unreadable { .. }));
}
