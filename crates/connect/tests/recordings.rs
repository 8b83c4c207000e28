//! A recording that breaks off goes on where it did, if the telephone system gives parts of it; and one that is cut is never
//! taken for whole.

use crate::support::vipex;
use ringcard_connect::{NotFetched, Recordings};
use std::sync::{Arc, Mutex};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// A WAV of so many bytes.
fn wav(bytes: usize) -> Vec<u8> {
    let mut wav = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0\x40\x1f\0\0\x80\x3e\0\0\x02\0\x10\0data".to_vec();
    wav.extend(u32::try_from(bytes - 44).expect("short").to_le_bytes());
    wav.extend((wav.len()..bytes).map(|at| (at % 251) as u8));
    wav
}

/// A telephone system that answers each request with the next of these, and hangs up. What was asked is written down.
async fn telephone_system(answers: Vec<Vec<u8>>) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/api", listener.local_addr().expect("an address"));
    let asked = Arc::new(Mutex::new(Vec::new()));
    let heard = asked.clone();
    tokio::spawn(async move {
        for answer in answers {
            let Ok((mut stream, _)) = listener.accept().await else { return };
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                match stream.read_u8().await {
                    Ok(byte) => head.push(byte),
                    Err(_) => break,
                }
            }
            heard.lock().expect("no panic").push(String::from_utf8_lossy(&head).to_lowercase());
            let _ = stream.write_all(&answer).await;
            let _ = stream.shutdown().await;
        }
    });
    (url, asked)
}

fn answer(head: &str, body: &[u8]) -> Vec<u8> {
    [format!("HTTP/1.1 {head}\r\nconnection: close\r\n\r\n").as_bytes(), body].concat()
}

/// With its length, of which only so much comes.
fn cut(head: &str, of: usize, body: &[u8]) -> Vec<u8> {
    answer(&format!("{head}\r\ncontent-length: {of}"), body)
}

const WITH_PARTS: &str = "200 OK\r\naccept-ranges: bytes\r\netag: \"7\"";

/// What of it came, and how that ended.
async fn fetch(url: &str) -> (Vec<u8>, Result<(), NotFetched>) {
    let account = vipex(&[("api_url", url)]);
    let mut bytes = Vec::new();
    let mut arriving = match account.fetch("r1").await {
        Ok(arriving) => arriving,
        Err(failure) => return (bytes, Err(failure)),
    };
    while let Some(more) = arriving.next().await {
        match more {
            Ok(more) => bytes.extend(more),
            Err(failure) => return (bytes, Err(failure)),
        }
    }
    (bytes, Ok(()))
}

#[tokio::test]
async fn a_recording_that_breaks_off_goes_on_where_it_did() {
    let wav = wav(9000);
    let part = |from: usize, to: usize| {
        let range = format!("206 Partial Content\r\ncontent-range: bytes {from}-{}/9000", to - 1);
        cut(&range, to - from, &wav[from..to])
    };
    let (url, asked) = telephone_system(vec![
        cut(WITH_PARTS, 9000, &wav[..5000]),
        // The second breaks off as well, and the third is whole, and less than was asked for.
        cut("206 Partial Content\r\ncontent-range: bytes 5000-8999/9000", 4000, &wav[5000..7000]),
        part(7000, 8000),
        part(8000, 9000),
    ])
    .await;
    let (bytes, ended) = fetch(&url).await;
    assert_eq!((bytes.len(), ended), (9000, Ok(())));
    assert!(bytes == wav);
    let asked = asked.lock().expect("no panic");
    let ranges: Vec<_> = asked.iter().map(|head| head.lines().find(|line| line.starts_with("range:"))).collect();
    assert_eq!(ranges, [None, Some("range: bytes=5000-"), Some("range: bytes=7000-"), Some("range: bytes=8000-")]);
    assert!(asked[1..].iter().all(|head| head.contains("if-range: \"7\"")), "{asked:?}");
}

#[tokio::test]
async fn what_does_not_fit_to_what_came_is_no_part_of_it() {
    let wav = wav(9000);
    let broken = cut(WITH_PARTS, 9000, &wav[..5000]);
    let second = |head: &str, body: &[u8]| vec![broken.clone(), cut(head, body.len(), body)];
    let cases = [
        // another recording by now, another place, another length, and a telephone system that lets nobody in any more
        second("200 OK", &wav),
        second("206 Partial Content\r\ncontent-range: bytes 0-8999/9000", &wav),
        second("206 Partial Content\r\ncontent-range: bytes 5000-9999/10000", &[7; 5000]),
        second("206 Partial Content", &wav[5000..]),
        second("403 Forbidden", b""),
        // and those that give no parts, or do not say of what
        vec![cut("200 OK\r\netag: \"7\"", 9000, &wav[..5000])],
        vec![cut("200 OK\r\naccept-ranges: none\r\netag: \"7\"", 9000, &wav[..5000])],
        vec![cut("200 OK\r\naccept-ranges: bytes\r\netag: W/\"7\"", 9000, &wav[..5000])],
    ];
    for (n, answers) in cases.into_iter().enumerate() {
        let asked_for = answers.len();
        let (url, asked) = telephone_system(answers).await;
        let (bytes, ended) = fetch(&url).await;
        assert!(matches!(ended, Err(NotFetched::Cut { .. })), "{n}: {ended:?}");
        assert!(bytes == wav[..5000], "{n}: {} bytes", bytes.len());
        assert_eq!(asked.lock().expect("no panic").len(), asked_for, "{n}");
    }
}

/// Nothing says how long they are but the recording itself.
#[tokio::test]
async fn a_cut_recording_without_a_length_is_not_taken_for_whole() {
    let wav = wav(9000);
    let chunked = |end: &str| {
        let body = [format!("{:x}\r\n", wav.len()).as_bytes(), &wav, b"\r\n", end.as_bytes()].concat();
        answer("200 OK\r\ntransfer-encoding: chunked", &body)
    };
    let old = |body: &[u8]| [b"HTTP/1.0 200 OK\r\n\r\n", body].concat();
    let cases = [
        ("whole, to the end of the connection", answer("200 OK", &wav), true),
        ("cut at the end of the connection", answer("200 OK", &wav[..8999]), false),
        ("whole, as it was long ago", old(&wav), true),
        ("cut, as it was long ago", old(&wav[..5000]), false),
        ("cut before a sample came", old(&wav[..44]), false),
        ("in chunks", chunked("0\r\n\r\n"), true),
        ("in chunks without their end", chunked(""), false),
        // Its own length is wrong, and the answer is whole.
        ("with a length of the answer", cut("200 OK", 5000, &wav[..5000]), true),
    ];
    for (name, answer, is_whole) in cases {
        let (url, _) = telephone_system(vec![answer]).await;
        let (_, ended) = fetch(&url).await;
        let is_as_expected = if is_whole { ended.is_ok() } else { matches!(ended, Err(NotFetched::Cut { .. })) };
        assert!(is_as_expected, "{name}: {ended:?}");
    }
}

#[tokio::test]
async fn an_answer_that_is_no_audio_is_no_recording() {
    let html = b"<!doctype html><title>Sign in</title>".repeat(300);
    for (none, is_page) in [(&b""[..], false), (&html, true), (&wav(9000)[..20], false)] {
        let (url, _) = telephone_system(vec![cut("200 OK", none.len(), none)]).await;
        let (bytes, ended) = fetch(&url).await;
        let is_as_expected = match &ended {
            Err(NotFetched::NotAudio { .. }) => !is_page,
            Err(NotFetched::NotConfigured { detail }) => is_page && detail.contains("web page"),
            _ => false,
        };
        assert!(bytes.is_empty() && is_as_expected, "{ended:?}");
    }
}
