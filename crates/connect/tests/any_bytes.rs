//! The entries of the fuzz targets, with a bounded number of odd bytes: nothing panics, and what is read is bounded.

#[path = "../../../fuzz/entries.rs"]
mod entries;

use proptest::{collection::vec, prelude::*};

/// What pushes are made of, and what readers stumble over.
const PIECES: [&str; 44] = [
    "{",
    "}",
    "[",
    "]",
    "\"",
    ":",
    ",",
    "=",
    "&",
    "%",
    "%25",
    "%5B",
    "%5D",
    "+",
    " ",
    "\\",
    "\\u0041",
    "\\ud83d",
    "null",
    "-1e400",
    "1e999",
    "\u{feff}",
    "\0",
    "\u{202e}",
    "é",
    "key",
    "token",
    "password",
    "user",
    "caller",
    "call",
    "data",
    "payload",
    "event",
    "extension",
    "callid",
    entries::KEY,
    "pbx",
    "&amp;",
    "&#x41;",
    "Basic ",
    "Bearer ",
    "--x\r\n",
    "+36301234567",
];

fn odd_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => (0..PIECES.len()).prop_map(|at| PIECES[at].as_bytes().to_vec()),
        1 => vec(any::<u8>(), 0..8),
        1 => ((0..PIECES.len()), 1..600usize).prop_map(|(at, times)| PIECES[at].repeat(times).into_bytes()),
    ];
    vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// A profile that was written for a PBX, with something odd at some place of it.
fn odd_profile() -> impl Strategy<Value = Vec<u8>> {
    let text = include_str!("../profiles/asterisk-ari.toml");
    (any::<proptest::sample::Index>(), 0..40usize, odd_bytes()).prop_map(move |(at, gone, odd)| {
        let at = at.index(text.len());
        [&text.as_bytes()[..at], odd.as_slice(), &text.as_bytes()[(at + gone).min(text.len())..]].concat()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn pushes_of_any_bytes_are_survived(bytes in odd_bytes()) {
        entries::push_query(&bytes);
        entries::push_form(&bytes);
        entries::push_json(&bytes);
        entries::push_multipart(&bytes);
    }

    #[test]
    fn frames_of_any_bytes_are_survived(bytes in odd_bytes(), at in any::<proptest::sample::Index>()) {
        entries::frames(&bytes);
        let frames = [
            r#"{"type":"hello","protocol":1,"agent":"Ana","token":"t","resume_after":null}"#,
            r#"{"type":"request","id":7,"request":{"type":"pushes","account":"pbx"}}"#,
        ];
        for frame in frames {
            entries::frames(frame.as_bytes());
            let at = at.index(frame.len());
            entries::frames(&[&frame.as_bytes()[..at], bytes.as_slice(), &frame.as_bytes()[at..]].concat());
        }
    }

    #[test]
    fn profiles_of_any_bytes_are_survived(bytes in odd_profile()) {
        entries::profiles(&bytes);
    }
}

/// The profiles we deliver are read in the same way.
#[test]
fn the_profiles_that_are_delivered_pass() {
    for text in [
        include_str!("../profiles/asterisk-ari.toml"),
        include_str!("../profiles/vipex.toml"),
        include_str!("../../../docs/profiles/acme.toml"),
    ] {
        entries::profiles(text.as_bytes());
    }
}
