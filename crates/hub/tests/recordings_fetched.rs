//! A recording whose telephone system breaks off while it is fetched: asked for anew, and never kept as far as it came.

use crate::{
    sent_recordings::wav,
    support::{client, vipex_with},
};
use ringcard_connect::NotFetched;
use ringcard_core::{
    call::CallId,
    recording::{AudioKind, RecordingState},
};
use ringcard_hub::recordings::{Keeping, NotHere, Recordings};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering::SeqCst},
};
use tempfile::TempDir;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

const BYTES: usize = 9000;

/// A WAV that says how long it is.
fn recording() -> Vec<u8> {
    let mut wav = wav(BYTES, 7);
    wav[40..44].copy_from_slice(&u32::try_from(BYTES - 44).expect("short").to_le_bytes());
    wav
}

/// A telephone system that answers each request with the next of these, and hangs up; and how many were asked.
async fn telephone_system(answers: Vec<Vec<u8>>) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}", listener.local_addr().expect("an address"));
    let asked = Arc::new(AtomicUsize::new(0));
    let heard = asked.clone();
    tokio::spawn(async move {
        for answer in answers {
            let Ok((mut stream, _)) = listener.accept().await else { return };
            let mut head = Vec::new();
            while !head.ends_with(b"\r\n\r\n") {
                let Ok(byte) = stream.read_u8().await else { break };
                head.push(byte);
            }
            heard.fetch_add(1, SeqCst);
            let _ = stream.write_all(&answer).await;
            let _ = stream.shutdown().await;
        }
    });
    (url, asked)
}

/// So much of it, where its length was promised or where the connection's end is all there is.
fn answer(is_promised: bool, came: usize) -> Vec<u8> {
    let length = if is_promised { format!("content-length: {BYTES}\r\n") } else { String::new() };
    let head = format!("HTTP/1.1 200 OK\r\n{length}connection: close\r\n\r\n");
    [head.as_bytes(), &recording()[..came]].concat()
}

#[tokio::test]
async fn what_breaks_off_is_fetched_anew_and_never_kept_as_far_as_it_came() {
    // The account's own client finds what this one brings.
    let _ = client();
    let dir = TempDir::new().expect("a folder");
    let recordings = Recordings::start(dir.path(), &Keeping::default());
    let files = || std::fs::read_dir(dir.path().join("recordings")).expect("a folder").count();
    for (n, is_promised) in [true, false].into_iter().enumerate() {
        let call = CallId(format!("c{n}"));
        recordings.told(call.clone(), "pbx", vec!["r1".into()]).await.expect("it is kept");
        let state = async || recordings.of_call(call.clone()).await.expect("a list").remove(0);
        let id = state().await.id;
        let hear = async |answers| {
            let (url, asked) = telephone_system(answers).await;
            let system: Arc<dyn ringcard_connect::Recordings> = Arc::new(vipex_with(&url, 10, &[]));
            let heard = recordings.hear(id.clone(), |_| Some(system.clone())).await;
            (heard, asked.load(SeqCst))
        };
        let (heard, asked) = hear(vec![answer(is_promised, 5000), answer(is_promised, BYTES - 1)]).await;
        assert_eq!(asked, 2);
        assert!(matches!(heard, Err(NotHere::NotFetched(NotFetched::Cut { .. }))), "{:?}", heard.err());
        assert_eq!((state().await.state, files()), (RecordingState::AtSystem, n));

        let (heard, asked) = hear(vec![answer(is_promised, 5000), answer(is_promised, BYTES)]).await;
        assert_eq!(asked, 2);
        let (mut kept, audio) = heard.expect("it comes");
        let mut bytes = vec![0; BYTES];
        kept.read_at(0, &mut bytes).expect("it is read");
        assert!(bytes == recording());
        let here = RecordingState::Here { audio: AudioKind::WavPcm, bytes: BYTES as u64 };
        assert_eq!((audio, state().await.state, files()), (AudioKind::WavPcm, here, n + 1));
    }
}
