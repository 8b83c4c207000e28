//! A body with something lifted out of it is read as it was before.

use super::{Lifting, Marks, Piece, Written};
use crate::{
    RawPush,
    profile::wire::{Fields, Keep, LONGEST_VALUE, Names},
};
use proptest::prelude::*;
use std::collections::BTreeMap;

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";
const PARTS: &str = "multipart/form-data; boundary=\"=b=\"";

type Lifted = (Vec<u8>, Marks, Vec<(Written, Vec<u8>)>);

/// What becomes of a body that comes in pieces of so many bytes.
fn lifted(content_type: &str, body: &[u8], piece: usize) -> Lifted {
    let mut lifting = Lifting::new(Some(content_type), "lifted-".to_owned());
    let mut pieces = Vec::new();
    for bytes in body.chunks(piece) {
        lifting.take(bytes);
        pieces.extend(lifting.pieces());
    }
    let (rest, marks, last) = lifting.finish();
    let mut values: Vec<(Written, Vec<u8>)> = Vec::new();
    let mut is_open = false;
    for piece in pieces.into_iter().chain(last) {
        match piece {
            Piece::Begins(written) => {
                assert!(!std::mem::replace(&mut is_open, true));
                values.push((written, Vec::new()));
            }
            Piece::More(bytes) => {
                assert!(is_open);
                values.last_mut().expect("begun").1.extend(bytes);
            }
            Piece::Ends => assert!(std::mem::replace(&mut is_open, false)),
        }
    }
    assert!(!is_open);
    (rest, marks, values)
}

/// The fields of a body, and whether it can be read at all.
fn fields(content_type: &str, body: Vec<u8>, marks: Marks) -> (BTreeMap<String, Vec<String>>, bool) {
    let names = Names::new(["x"].into_iter(), &["data".to_owned(), "inner".to_owned()]);
    let raw = RawPush { content_type: Some(content_type.to_owned()), body, marks, ..RawPush::default() };
    let (fields, problem) = Fields::read(&raw, &names, Keep::Others);
    (fields.iter().map(|(path, field)| (path.to_owned(), field.values.clone())).collect(), problem.is_ok())
}

/// The same read plainly, where a long value is cut, and lifted: they differ in nothing but that.
fn is_read_alike(content_type: &str, body: &[u8]) {
    let (plain, is_good) = fields(content_type, body.to_vec(), Marks::default());
    let (rest, marks, values) = lifted(content_type, body, body.len().max(1));
    let (read, is_still_good) = fields(content_type, rest, marks.clone());
    assert_eq!(is_good, is_still_good);
    if !is_good {
        return;
    }
    let resolve = |value: &String| match marks.which(value) {
        Some(number) => beginning(&values[number].1),
        None => value.clone(),
    };
    let is_file = |value: &String| marks.which(value).is_some_and(|number| values[number].0 == Written::File);
    for (path, found) in &read {
        let not_files: Vec<String> = found.iter().filter(|value| !is_file(value)).map(resolve).collect();
        assert_eq!(plain.get(path).cloned().unwrap_or_default(), not_files, "{path}");
    }
    assert!(plain.keys().all(|path| read.contains_key(path)));
}

fn beginning(text: &[u8]) -> String {
    super::super::beginning(&String::from_utf8_lossy(text), LONGEST_VALUE).to_owned()
}

fn long() -> String {
    "UklGR+/=".repeat(LONGEST_VALUE / 8 + 3)
}

fn form(text: &str) -> String {
    form_urlencoded::byte_serialize(text.as_bytes()).collect()
}

/// A body, and what is lifted out of it.
type Shape = (&'static str, String, Vec<(Written, String)>);

/// Every shape a call with a recording comes in, with what is lifted out of each.
fn shapes() -> Vec<Shape> {
    let text = |text: &str| vec![(Written::Text, text.to_owned())];
    let in_form = |text: &str| vec![(Written::FormText, text.to_owned())];
    let call = format!(r#"{{"caller":"+36301234567","x":"\u00e1\"\\","recording":"{}","to":101}}"#, long());
    let nested = serde_json::json!({ "a": 1, "inner": call.clone(), "caller": "1" }).to_string();
    let slashes = long().replace('/', "\\/").replace('+', "\\u002b");
    let escaped = format!("\u{feff} {{\"call\":{{\"recording\":[\"{slashes}\",\"x\"]}},\"to\":\"101\"}}");
    let part = |head: &str, value: &str| format!("--=b=\r\nContent-Disposition: form-data; {head}\r\n\r\n{value}\r\n");
    let parts = [
        part("name=\"caller\"", "+36301234567"),
        part("name=recording; filename=\"../../x.wav\"", "RIFF\r\n--=b\r\r\n\n--=b=x\0\u{1}"),
        part("name=\"data\"", &call),
        part("name=\"audio\"", &long()),
        part("name=\"empty\"; filename=\"\"", ""),
        part("name=\"to\"", "101"),
    ];
    vec![
        (JSON, call.clone(), text(&long())),
        ("text/plain", nested, text(&long())),
        (JSON, escaped, text(&long())),
        (FORM, format!("caller=%2B36301234567&recording={}&to=1+01%4&a&b", form(&long())), in_form(&long())),
        (FORM, format!("a&recording={}", long()), in_form(&long().replace('+', " "))),
        (FORM, format!("to=101&data={}&caller=1", form(&call)), in_form(&long())),
        (
            PARTS,
            parts.concat() + "--=b=--\r\n",
            vec![
                (Written::File, "RIFF\r\n--=b\r\r\n\n--=b=x\0\u{1}".to_owned()),
                (Written::Bytes, long()),
                (Written::Bytes, long()),
                (Written::File, String::new()),
            ],
        ),
    ]
}

#[test]
fn a_recording_is_lifted_out_of_every_shape_in_pieces_of_any_size() {
    for (content_type, body, expected) in shapes() {
        let whole = lifted(content_type, body.as_bytes(), body.len());
        let texts = |values: &[(Written, Vec<u8>)]| -> Vec<(Written, String)> {
            values.iter().map(|(written, bytes)| (*written, String::from_utf8_lossy(bytes).into_owned())).collect()
        };
        assert_eq!(texts(&whole.2), expected, "{body}");
        assert!(whole.0.len() < LONGEST_VALUE, "{}", String::from_utf8_lossy(&whole.0));
        is_read_alike(content_type, body.as_bytes());
        for piece in (1..70).chain([255, 1024, 4095]) {
            assert_eq!(lifted(content_type, body.as_bytes(), piece), whole, "in pieces of {piece}");
        }
    }
}

#[test]
fn a_body_that_is_cut_anywhere_is_read_as_it_was_before() {
    for (content_type, body, _) in shapes() {
        for end in 0..body.len() {
            is_read_alike(content_type, &body.as_bytes()[..end]);
        }
    }
}

#[test]
fn where_a_byte_may_be_half_a_character_nothing_is_lifted() {
    let text = format!(r#"{{"recording":"{}"}}"#, long());
    let utf16: Vec<u8> = [0xff, 0xfe].into_iter().chain(text.bytes().flat_map(|byte| [byte, 0])).collect();
    for (content_type, body) in [(JSON, utf16), ("application/json; charset=shift_jis", text.clone().into_bytes())] {
        let (rest, _, values) = lifted(content_type, &body, 1000);
        assert_eq!((rest, values.len()), (body, 0));
    }
    assert_eq!(lifted("application/json; charset=iso-8859-2", text.as_bytes(), 1000).2.len(), 1);
}

#[test]
fn a_text_that_looks_like_a_mark_is_none() {
    let body = br#"{"recording":"lifted-0","x":"lifted-7"}"#;
    let (rest, marks, _) = lifted(JSON, body, 1000);
    assert_eq!((rest, marks.which("lifted-0")), (body.to_vec(), None));
}

/// Bytes that mean something somewhere, more often than others.
fn bytes(most: usize) -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        4 => proptest::sample::select(vec![
            "\"", "\\", "\\u", "{", "}", "[", "]", ":", ",", "&", "=", "%", "%7B", "%22", "+", "\r\n", "\n", "\r", "--", "--=b=",
            "--=b=--", "Content-Disposition: form-data; name=x", "\r\n\r\n", "data", "a",
        ])
        .prop_map(|word| word.as_bytes().to_vec()),
        1 => proptest::collection::vec(any::<u8>(), 0..4),
        1 => proptest::sample::select(vec![30_usize, LONGEST_VALUE + 1]).prop_map(|n| vec![b'x'; n]),
    ];
    proptest::collection::vec(word, 0..most).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn whatever_comes_is_lifted_alike_in_pieces_of_any_size(
        body in bytes(60),
        content_type in proptest::sample::select(vec![JSON, FORM, PARTS, ""]),
        piece in 1..100_usize,
    ) {
        let whole = lifted(content_type, &body, body.len().max(1));
        prop_assert_eq!(&lifted(content_type, &body, piece), &whole);
        if body.len() <= LONGEST_VALUE {
            prop_assert_eq!(whole.0, body);
        }
    }

    #[test]
    fn a_calls_fields_are_the_same_with_and_without_lifting(
        values in proptest::collection::vec(("[a-f]", "[ -~á-ű\n]{0,40}", any::<bool>()), 0..8),
        shape in 0..4,
    ) {
        let values: Vec<(String, String)> = values
            .into_iter()
            // What begins like JSON is looked through, and a long text in it lifted.
            .map(|(name, value, is_long)| (name, format!("v{value}{}", if is_long { long() } else { String::new() })))
            .collect();
        let object: serde_json::Map<String, serde_json::Value> =
            values.iter().map(|(name, value)| (name.clone(), value.clone().into())).collect();
        let json = serde_json::Value::from(object).to_string();
        let pairs = || values.iter().map(|(name, value)| format!("{name}={}", form(value)));
        match shape {
            0 => is_read_alike(JSON, json.as_bytes()),
            1 => is_read_alike(FORM, pairs().collect::<Vec<_>>().join("&").as_bytes()),
            2 => is_read_alike(FORM, format!("data={}", form(&json)).as_bytes()),
            _ => {
                let part = |(name, value): &(String, String)| {
                    format!("--=b=\r\nContent-Disposition: form-data; name={name}\r\n\r\n{value}\r\n")
                };
                let parts: String = values.iter().map(part).collect();
                is_read_alike(PARTS, (parts + "--=b=--").as_bytes());
            }
        }
    }
}
