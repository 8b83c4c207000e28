//! Lists, cards, numbers and links of odd bytes: nothing panics, and what is read is bounded. Through the entries of the fuzz
//! targets; before a release for a minute each.

#[path = "../../../fuzz/readers.rs"]
mod readers;

use proptest::{
    collection::vec,
    prelude::*,
    strategy::ValueTree,
    test_runner::{Config, TestRunner},
};
use std::time::{Duration, Instant};

/// What lists and cards are made of, and what readers stumble over.
const PIECES: &[&[u8]] = &[
    b"\r\n",
    b"\n",
    b"\r",
    b";",
    b",",
    b"\t",
    b"|",
    b"\"",
    b"\"\"",
    b":",
    b"=",
    b"=\r\n",
    b"=\r\n ",
    b"\r\n\t",
    b" ",
    b"=D0",
    b"=9F",
    b"=d0",
    b"=2",
    b"=20",
    b"BEGIN:VCARD",
    b"END:VCARD",
    b"VERSION:2.1",
    b"FN:",
    b"N:",
    b"ORG:",
    b"NOTE:",
    b"AGENT:",
    b"TEL;TYPE=cell:",
    b"TEL;X-CUSTOM(CHARSET=UTF-8,ENCODING=QUOTED-PRINTABLE,=4C):",
    b"item1.",
    b"X-ABLabel:_$!<Work>!$_",
    b";CHARSET=ISO-8859-1",
    b";CHARSET=UTF-16",
    b";ENCODING=QUOTED-PRINTABLE",
    b";ENCODING=b",
    b"QUJD",
    b"sep=;",
    b"Name",
    b"Phone",
    b"Total",
    b"Total;;42",
    b"+36 30 123 4567",
    b"0036301234567",
    b"3.63E+10",
    b"x123",
    b"tel:",
    b";ext=5",
    b"ringcard:",
    b"%2B36",
    b"?number=",
    b"&name=",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\0",
    b"\xf5",
    b"\xc5\x91",
    b"\xc5",
    b"\x81",
    b"\xe2\x80\xae",
    b"\xd0\x9f",
    b"1-800-FLOWERS",
    b"*67",
    b"#31#",
    b"pp",
    b"4111 1111 1111 1111",
];

fn odd_bytes() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        8 => (0..PIECES.len()).prop_map(|at| PIECES[at].to_vec()),
        2 => vec(any::<u8>(), 0..8),
        1 => ((0..PIECES.len()), 1..300usize).prop_map(|(at, times)| PIECES[at].repeat(times)),
    ];
    vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

/// As many as usual, or as a minute allows.
fn survives(read: fn(&[u8])) {
    const USUALLY: u32 = 60;
    let is_long = std::env::var("RINGCARD_LONG").is_ok_and(|long| long == "1");
    let until = is_long.then(|| Instant::now() + Duration::from_secs(60));
    let mut runner = TestRunner::new(Config::default());
    let odd = odd_bytes();
    let mut times = 0;
    while until.map_or(times < USUALLY, |until| Instant::now() < until) {
        let bytes = odd.new_tree(&mut runner).expect("bytes").current();
        if let Err(panic) = std::panic::catch_unwind(|| read(&bytes)) {
            eprintln!("these bytes are not survived: {:?}", String::from_utf8_lossy(&bytes));
            eprintln!("{bytes:?}");
            std::panic::resume_unwind(panic);
        }
        times += 1;
    }
}

#[test]
fn lists_of_any_bytes_are_survived() {
    survives(readers::list);
}

#[test]
fn cards_of_any_bytes_are_survived() {
    survives(readers::cards);
}

#[test]
fn numbers_of_any_bytes_are_survived() {
    survives(readers::numbers);
}

#[test]
fn links_of_any_bytes_are_survived() {
    survives(readers::links);
}
