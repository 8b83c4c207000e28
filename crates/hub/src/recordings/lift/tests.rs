use super::{super::Keeping, *};
use base64::{Engine, engine::general_purpose::STANDARD};
use futures_util::FutureExt;
use ringcard_core::recording::RecordingState;
use std::{fs, pin::pin, time::Duration};
use tempfile::TempDir;

/// A WAV of so many bytes.
fn wav(bytes: usize) -> Vec<u8> {
    let mut wav = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
    wav.resize(bytes, 7);
    wav
}

fn call() -> CallId {
    CallId("c1".into())
}

fn files(dir: &TempDir) -> usize {
    fs::read_dir(dir.path().join("recordings")).expect("a folder").count()
}

async fn states(recordings: &Recordings) -> Vec<RecordingState> {
    recordings.of_call(call()).await.expect("a list").into_iter().map(|recording| recording.state).collect()
}

/// What one request carried, in pieces.
async fn carried(recordings: &Recordings, values: &[(Written, &[u8])]) -> Lifts {
    let mut lifts = Lifts::new(recordings, "pbx");
    for (written, bytes) in values {
        lifts.take(Piece::Begins(*written)).await;
        for piece in bytes.chunks(1000) {
            lifts.take(Piece::More(piece.to_vec())).await;
        }
        lifts.take(Piece::Ends).await;
    }
    lifts
}

#[tokio::test]
async fn what_the_data_name_and_what_is_a_file_of_audio_is_kept_once() {
    let dir = TempDir::new().expect("a folder");
    let recordings = Recordings::start(dir.path(), &Keeping::default());
    let (first, second, file) = (STANDARD.encode(wav(9000)), STANDARD.encode(wav(5000)), wav(3000));
    let values: [(Written, &[u8]); 4] = [
        (Written::Text, first.as_bytes()),
        (Written::Text, second.as_bytes()),
        (Written::File, &file),
        (Written::File, b"%PDF-1.7"),
    ];
    for _ in 0..2 {
        let lifts = carried(&recordings, &values).await;
        lifts.belong_to(&call(), vec![SentAudio::Lifted(0), SentAudio::Lifted(7)]).await.expect("they are kept");
        let here = |bytes| RecordingState::Here { audio: AudioKind::WavPcm, bytes };
        let mut kept = states(&recordings).await;
        kept.sort_by_key(|state| matches!(state, RecordingState::Here { bytes: 9000, .. }));
        assert_eq!(kept, [here(3000), here(9000)]);
        until(|| files(&dir) == 2).await;
    }
}

/// What somebody else does soon.
async fn until(is_so: impl Fn() -> bool) {
    let wait = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), wait).await.expect("it comes to that");
}

#[tokio::test]
async fn what_nobody_takes_leaves_nothing() {
    let dir = TempDir::new().expect("a folder");
    let recordings = Recordings::start(dir.path(), &Keeping::default());
    let mut lifts = carried(&recordings, &[(Written::File, &wav(50_000))]).await;
    // One is whole, and one is cut.
    lifts.take(Piece::Begins(Written::File)).await;
    lifts.take(Piece::More(wav(50_000))).await;
    until(|| files(&dir) == 2).await;
    drop(lifts);
    until(|| files(&dir) == 0).await;
    assert_eq!(states(&recordings).await, []);
}

#[tokio::test]
async fn why_one_is_not_kept_stays_with_the_call_and_is_said_once() {
    let dir = TempDir::new().expect("a folder");
    let recordings = Recordings::start(dir.path(), &Keeping::default());
    let cut = STANDARD.encode(wav(6000));
    let values: [(Written, &[u8]); 4] = [
        (Written::File, b""),
        (Written::Text, b"JVBERi0xLjc="),
        (Written::Text, &cut.as_bytes()[..cut.len() - 3]),
        (Written::Text, &[cut.as_bytes(), b"{}"].concat()),
    ];
    for _ in 0..2 {
        let lifts = carried(&recordings, &values).await;
        lifts.belong_to(&call(), (0..4).map(SentAudio::Lifted).collect()).await.expect("it is written down");
    }
    let refused = |why| RecordingState::Refused { why };
    let mut states = states(&recordings).await;
    states.sort_by_key(|state| format!("{state:?}"));
    let whys = [RecordingRefused::Broken, RecordingRefused::Empty, RecordingRefused::NotAudio];
    assert_eq!(states, whys.map(refused));
    until(|| files(&dir) == 0).await;
    let [first, ..] = &recordings.of_call(call()).await.expect("a list")[..] else { panic!("some") };
    assert!(recordings.hear(first.id.clone(), |_| None).await.is_err());
}

#[tokio::test]
async fn a_short_text_is_a_recording_where_it_is_audio_and_else_a_word() {
    let dir = TempDir::new().expect("a folder");
    let recordings = Recordings::start(dir.path(), &Keeping::default());
    let text = |text: String| SentAudio::Text(text);
    let audio = vec![
        text("https://pbx.example/recordings/".to_owned() + &"a".repeat(300)),
        text(STANDARD.encode(wav(200))),
        text(STANDARD.encode([7; 200])),
    ];
    Lifts::new(&recordings, "pbx").belong_to(&call(), audio).await.expect("it is kept");
    assert_eq!(states(&recordings).await, [RecordingState::Here { audio: AudioKind::WavPcm, bytes: 200 }]);
    let audio = vec![text("data:audio/wav;base64,".to_owned() + &STANDARD.encode([7; 20]))];
    Lifts::new(&recordings, "pbx").belong_to(&call(), audio).await.expect("it is written down");
    assert!(states(&recordings).await.contains(&RecordingState::Refused { why: RecordingRefused::NotAudio }));
}

#[tokio::test]
async fn four_requests_of_an_account_write_at_once_and_the_next_waits() {
    let dir = TempDir::new().expect("a folder");
    let recordings = Recordings::start(dir.path(), &Keeping::default());
    let audio = wav(5000);
    let mut writing = Vec::new();
    for _ in 0..AT_ONCE {
        writing.push(carried(&recordings, &[(Written::File, &audio)]).await);
    }
    let mut next = Lifts::new(&recordings, "pbx");
    next.take(Piece::Begins(Written::File)).await;
    let mut waits = pin!(next.take(Piece::More(audio.clone())));
    assert_eq!(waits.as_mut().now_or_never(), None);
    let mut other = Lifts::new(&recordings, "another");
    other.take(Piece::Begins(Written::File)).await;
    other.take(Piece::More(audio)).await;
    writing.pop();
    waits.await;
}

#[tokio::test]
async fn without_a_list_nothing_is_kept_and_it_is_said() {
    let dir = TempDir::new().expect("a folder");
    fs::write(dir.path().join("recordings"), "no folder").expect("a file");
    let recordings = Recordings::start(dir.path(), &Keeping::default());
    let lifts = carried(&recordings, &[(Written::File, &wav(5000))]).await;
    let kept = lifts.belong_to(&call(), vec![SentAudio::Lifted(0)]).await;
    assert!(matches!(kept, Err(NoRecordings::NotOpen(_))), "{kept:?}");
}
