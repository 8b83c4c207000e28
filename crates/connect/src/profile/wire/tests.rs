//! That the work is linear, counted in steps; and what is kept.

use super::{
    reading::{DEEPEST, MOST_FIELDS},
    *,
};
use proptest::prelude::*;

fn read(raw: &RawPush, looked_for: &[&str]) -> (Fields, Result<(), PushRefused>) {
    let json_in = ["data".to_owned()];
    Fields::read(raw, &Names::new(looked_for.iter().copied(), &json_in), Keep::Others)
}

#[test]
fn a_value_keeps_what_can_be_seen() {
    assert_eq!(shorten("\u{202e}María\u{2067}\u{200b}\u{7}", 50), "María");
    assert_eq!(shorten(&format!("Z{}algo", "\u{301}".repeat(90)), 50), format!("Z{}algo", "\u{301}".repeat(6)));
    for name in ["שרה כהן", "محمد بن سلمان", "علی\u{200c}رضا", "👩\u{200d}💻"] {
        assert_eq!(shorten(name, 50), name);
    }
    assert_eq!(printable("\u{202a}+36 30 555 0102\u{202c}"), "+36 30 555 0102");
}

#[test]
fn thousands_of_fields_are_not_kept() {
    let query: String = (0..4000).map(|n| format!("f{n}=1&")).collect();
    let body = br#"{"call":{"from":"1"}}"#.to_vec();
    let push = RawPush { query: format!("{query}to=2"), body, ..RawPush::default() };
    let (fields, problem) = read(&push, &["call.from", "to"]);
    assert_eq!((fields.iter().count(), problem), (MOST_FIELDS + 1, Ok(())));
    assert_eq!(fields.get("to").map(|field| field.values.as_slice()), Some(["2".to_owned()].as_slice()));
    assert!(fields.get("call.from").is_some());
}

#[test]
fn a_name_of_more_parts_than_any_pbx_nests_is_no_field_unless_somebody_asks_for_it() {
    let name = |part: &str, parts: usize| vec![part; parts].join(".");
    let (asked, kept, too_deep) = (name("a", DEEPEST + 8), name("n", DEEPEST), name("n", DEEPEST + 1));
    let query = format!("{too_deep}=1&{asked}=1&{kept}=1");
    let (fields, _) = read(&RawPush { query, ..RawPush::default() }, &[&asked]);
    let paths: Vec<&str> = fields.iter().map(|(path, _)| path).collect();
    assert_eq!(paths, [&asked, &kept]);
}

#[test]
fn a_value_is_cut_between_characters_and_json_in_a_parameter_is_whole() {
    let long = "é".repeat(LONGEST_VALUE);
    let query = format!("a=x{long}&data={{\"b\":\"{long}\",\"c\":\"1\"}}");
    let (fields, _) = read(&RawPush { query, ..RawPush::default() }, &[]);
    let length = |path: &str| fields.get(path).map(|field| field.values[0].len());
    assert_eq!((length("a"), length("b"), length("c")), (Some(LONGEST_VALUE - 1), Some(LONGEST_VALUE), Some(1)));
}

#[test]
fn json_in_json_in_a_parameter_is_read_and_the_same_again_is_not() {
    let query = r#"data={"data":"{\"a\":\"2\"}","b":"1"}"#.to_owned();
    let (fields, problem) = read(&RawPush { query, ..RawPush::default() }, &[]);
    assert_eq!(problem, Ok(()));
    assert!(fields.get("b").is_some() && fields.get("a").is_none());
}

#[test]
fn what_is_neither_json_nor_a_form_is_said_so() {
    let body = |kind: Option<&str>, body: &str| {
        let raw =
            RawPush { content_type: kind.map(str::to_owned), body: body.as_bytes().to_vec(), ..RawPush::default() };
        read(&raw, &[]).1
    };
    assert_eq!(body(None, ""), Ok(()));
    assert_eq!(body(Some("application/x-www-form-urlencoded"), r#"{"a":1}"#), Ok(()));
    for (kind, text) in [
        (None, "hello"),
        (Some("application/json"), "a=1"),
        (Some("application/json"), r#"{"a":"#),
        (Some("text/xml"), "<a/>"),
        (Some("multipart/form-data"), "--x"),
        (None, r#"[{"a":1},{"a":2}]"#),
        (None, "[1,2]"),
    ] {
        let refused = body(kind, text);
        assert!(matches!(&refused, Err(PushRefused::Unreadable(_))), "{kind:?} {text}: {refused:?}");
    }
}

/// Shapes that cost more than their bytes where a reader is careless, in about so many bytes.
const SHAPES: [fn(usize) -> RawPush; 20] = [
    |n| json(format!("{{\"a\":[{}1]}}", "1,".repeat(n / 2))),
    |n| json(format!("{{\"{}\":[{}1]}}", "n".repeat(500), "1,".repeat(n / 2))),
    |n| json(format!("{{\"{}\":[{}1]}}", "n".repeat(n / 2), "1,".repeat(n / 4))),
    |n| json(format!("{{\"{}\":[{}1]}}", "n.".repeat(240), "{\"b\":1},".repeat(n / 8))),
    |n| json(format!("{{\"call\":[{}1]}}", "[[1,2],[3]],".repeat(n / 12))),
    |n| json(format!("{{{}\"z\":1}}", "\"a\":{\"b\":[1,2]},".repeat(n / 18))),
    |n| json(format!("{}1{}", "{\"call\":".repeat(n / 9), "}".repeat(n / 9))),
    |n| json("[".repeat(n)),
    |n| json(format!("{{{}\"z\":1}}", (0..n / 12).map(|n| format!("\"f{n}\":1,")).collect::<String>())),
    |n| json(format!("{{\"a\":[{}1]}}", "\"\\u0041\\ud83d\\ude00\",".repeat(n / 21))),
    |n| RawPush { query: "a=1&".repeat(n / 4), ..RawPush::default() },
    |n| RawPush { query: "&a".repeat(n / 2), ..RawPush::default() },
    |n| RawPush {
        query: (0..n / 40).map(|n| format!("{}{n}=%41&", "%5Ba%5D".repeat(4))).collect(),
        ..RawPush::default()
    },
    |n| RawPush { query: format!("data={{\"a\":[{}1]}}", "%7B%22b%22:1%7D,".repeat(n / 15)), ..RawPush::default() },
    |n| of_type("multipart/form-data; boundary=x", "\n--".repeat(n / 3)),
    |n| of_type("multipart/form-data; boundary=x", "\n--x".repeat(n / 4)),
    |n| of_type("multipart/form-data; boundary=x", format!("--x{}", "\r\na: b".repeat(n / 6))),
    |n| {
        let part = "--x\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n";
        of_type("multipart/form-data; boundary=x", part.repeat(n / part.len()))
    },
    |n| {
        let head = "--x\r\nContent-Disposition: form-data; name=";
        of_type("multipart/form-data; boundary=x", format!("{head}{}", "\\\";=".repeat(n / 4)))
    },
    |n| of_type("application/x-www-form-urlencoded; charset=iso-8859-2", "a=%FB&%FB=1&".repeat(n / 12)),
];

fn of_type(content_type: &str, text: String) -> RawPush {
    RawPush { content_type: Some(content_type.to_owned()), ..json(text) }
}

fn json(text: String) -> RawPush {
    RawPush { body: text.into_bytes(), ..RawPush::default() }
}

#[test]
fn the_work_is_linear_in_the_bytes_whatever_the_shape() {
    for (at, shape) in SHAPES.iter().enumerate() {
        for size in [1_000, 16_000, 256_000, 1_024_000] {
            let raw = shape(size);
            let bytes = raw.query.len() + raw.body.len();
            let (fields, _) = read(&raw, &["call.caller", "from"]);
            assert!(fields.steps <= 3 * bytes + 100, "shape {at}: {} steps for {bytes} bytes", fields.steps);
            let kept: usize = fields
                .iter()
                .map(|(path, field)| {
                    path.len() + field.name.len() + field.values.iter().map(String::len).sum::<usize>()
                })
                .sum();
            assert!(kept <= 2 * bytes && fields.iter().count() <= MOST_FIELDS + 2, "shape {at} keeps {kept} bytes");
        }
    }
}

/// Any JSON, of about so many values.
fn any_json() -> impl Strategy<Value = serde_json::Value> {
    let name =
        || prop_oneof!["[a-c._ \\[\\]-]{0,6}", "[a-z]{200,700}", Just("call".to_owned()), Just("data".to_owned())];
    let leaf = prop_oneof![any::<f64>().prop_map(serde_json::Value::from), ".{0,30}".prop_map(serde_json::Value::from)];
    leaf.prop_recursive(20, 400, 8, move |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..8).prop_map(serde_json::Value::from),
            proptest::collection::vec((name(), inner), 0..8)
                .prop_map(|members| serde_json::Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #[test]
    fn the_work_is_linear_for_any_json_and_the_proof_costs_less(value in any_json(), in_parameter in any::<bool>()) {
        let text = serde_json::json!({ "x": value }).to_string();
        let raw = match in_parameter {
            true => {
                let text: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
                RawPush { query: format!("data={text}"), ..RawPush::default() }
            }
            false => json(text),
        };
        let bytes = raw.query.len() + raw.body.len();
        let names = Names::new(["call.caller"].into_iter(), &["data".to_owned()]);
        let (all, problem) = Fields::read(&raw, &names, Keep::Others);
        prop_assert_eq!(problem, Ok(()));
        // The path of what is kept is put together once: few, and none of them long.
        let paths: usize = all.iter().map(|(path, _)| path.len()).sum();
        prop_assert!(paths <= all.iter().count() * LONGEST_NAME);
        prop_assert!(all.steps <= 3 * bytes + paths + 100, "{} steps for {} bytes", all.steps, bytes);
        let (proof, _) = Fields::read(&raw, &names, Keep::Proof);
        prop_assert!(proof.steps <= all.steps);
        prop_assert!(proof.iter().all(|(path, _)| path == "call.caller" || path == "data"));
    }
}
