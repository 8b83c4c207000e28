use super::*;
use ringcard_core::recording::RecordingState;
use std::fs;
use tempfile::TempDir;

fn folder() -> TempDir {
    TempDir::new().expect("a folder")
}

/// A WAV of so many bytes.
fn wav(bytes: usize) -> Vec<u8> {
    let mut wav = b"RIFF\0\0\0\0WAVEfmt \x10\0\0\0\x01\0\x01\0".to_vec();
    wav.resize(bytes, 7);
    wav
}

fn call() -> CallId {
    CallId("c1".into())
}

fn names(folder: &TempDir) -> Vec<String> {
    let entries = fs::read_dir(folder.path().join("recordings")).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().into_string().expect("text")).collect();
    names.sort();
    names
}

/// One that arrived with a call's data.
async fn kept(recordings: &Recordings, bytes: usize) -> RecordingId {
    let (id, mut arrival) = recordings.begin("pbx").await.expect("it begins");
    wav(bytes).chunks(1000).for_each(|piece| arrival.write(piece).expect("it is taken"));
    let (audio, bytes) = arrival.finish().expect("it is whole");
    recordings.is_here(&id, call(), audio, bytes).await.expect("it is kept");
    id
}

#[tokio::test]
async fn a_recording_that_arrived_whole_is_here_after_a_start() {
    let dir = folder();
    let recordings = Recordings::start(dir.path());
    let id = kept(&recordings, 5000).await;
    recordings.close().await;
    let recordings = Recordings::start(dir.path());
    let [found] = &recordings.of_call(call()).await.expect("a list")[..] else { panic!("one") };
    assert_eq!((&found.id, &found.state), (&id, &RecordingState::Here { audio: AudioKind::WavPcm, bytes: 5000 }));
    let mut bytes = vec![0; 5000];
    recordings.file(&id).expect("a file").read_at(0, &mut bytes).expect("it is read");
    assert_eq!(bytes, wav(5000));
    assert_eq!(names(&dir), [id.0]);
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_can_look_into_a_recording() {
    use std::os::unix::fs::PermissionsExt;
    let dir = folder();
    let id = kept(&Recordings::start(dir.path()), 100).await;
    let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    let path = dir.path().join("recordings");
    assert_eq!((mode(&path), mode(&path.join(id.0))), (0o700, 0o600));
}

#[tokio::test]
async fn what_is_no_recording_is_refused_and_nothing_of_it_stays() {
    let dir = folder();
    let recordings = Recordings::start(dir.path());
    let html = b"<!doctype html>".repeat(1000);
    let said = |bytes: Vec<u8>, most: u64| {
        let folder = &recordings.there().expect("it is open").folder;
        let mut arrival = folder.begin(&RecordingId::new(), most).expect("it begins");
        let written = bytes.chunks(1000).try_for_each(|piece| arrival.write(piece));
        written.and_then(|()| arrival.finish().map(drop)).expect_err("it is none").to_string()
    };
    assert!(said(Vec::new(), 10).contains("empty"));
    assert!(said(html.clone(), 100_000).contains("no audio"));
    assert!(said(html[..100].to_vec(), 100_000).contains("no audio"));
    assert!(said(wav(20_000), 19_999).contains("too long"));
    // half of the head of a WAV
    assert!(said(wav(18), 100_000).contains("no audio"));
    assert_eq!(names(&dir), [""; 0]);
}

#[tokio::test]
async fn a_recording_that_was_cut_leaves_nothing() {
    let dir = folder();
    let recordings = Recordings::start(dir.path());
    let (_, mut arrival) = recordings.begin("pbx").await.expect("it begins");
    arrival.write(&wav(5000)).expect("it is taken");
    assert_eq!(names(&dir).len(), 1);
    drop(arrival);
    assert_eq!(names(&dir), [""; 0]);
}

#[tokio::test]
async fn two_at_once_for_one_recording_do_not_write_into_each_other() {
    let dir = folder();
    let recordings = Recordings::start(dir.path());
    let folder = &recordings.there().expect("it is open").folder;
    let id = RecordingId::new();
    let (mut one, mut other) = (folder.begin(&id, 10_000).expect("one"), folder.begin(&id, 10_000).expect("another"));
    one.write(&wav(3000)).expect("it is taken");
    other.write(&wav(200)).expect("it is taken");
    one.finish().expect("it is whole");
    assert_eq!(fs::read(dir.path().join("recordings").join(&id.0)).expect("a file"), wav(3000));
    drop(other);
    assert_eq!(names(&dir), [id.0]);
}

#[tokio::test]
async fn a_name_that_is_none_of_ours_is_part_of_no_path() {
    let dir = folder();
    let recordings = Recordings::start(dir.path());
    fs::write(dir.path().join("calls.db"), "a secret").expect("written");
    for name in ["../calls.db", "..", "", "/etc/passwd", "C:\\x", "calls.db"] {
        let id = RecordingId(name.to_owned());
        assert!(recordings.file(&id).is_err(), "{name}");
        let begun = recordings.there().expect("it is open").folder.begin(&id, 10);
        assert!(begun.is_err(), "{name}");
    }
}

#[tokio::test]
async fn a_start_takes_away_what_a_kill_left_and_nothing_else() {
    let dir = folder();
    let recordings = Recordings::start(dir.path());
    let whole = kept(&recordings, 1000).await;
    let lost = kept(&recordings, 2000).await;
    // Killed while it arrived, and after it was whole but before anybody was told.
    let (_half, mut arrival) = recordings.begin("pbx").await.expect("it begins");
    arrival.write(&wav(5000)).expect("it is taken");
    std::mem::forget(arrival);
    let (untold, mut arrival) = recordings.begin("pbx").await.expect("it begins");
    arrival.write(&wav(300)).expect("it is taken");
    arrival.finish().expect("it is whole");
    assert_eq!(names(&dir).len(), 4);
    recordings.close().await;
    let path = dir.path().join("recordings");
    fs::remove_file(path.join(&lost.0)).expect("deleted");
    let of_another_list = RecordingId::new();
    fs::write(path.join(&of_another_list.0), "kept").expect("written");
    fs::write(path.join("readme.txt"), "theirs").expect("written");

    let recordings = Recordings::start(dir.path());
    let mut there = vec![whole.0.clone(), of_another_list.0, "readme.txt".to_owned()];
    there.sort();
    assert_eq!(names(&dir), there);
    let found = recordings.of_call(call()).await.expect("a list");
    let states: Vec<_> = found.iter().map(|of| (of.id == whole, of.state == RecordingState::Gone)).collect();
    assert_eq!(states.len(), 2);
    assert!(states.contains(&(true, false)) && states.contains(&(false, true)), "{found:?}");
    assert_eq!(recordings.one(untold).await.expect("a list"), None);
}

#[tokio::test]
async fn what_the_telephone_system_has_is_listed_once_however_often_it_says_so() {
    let dir = folder();
    let recordings = Recordings::start(dir.path());
    for _ in 0..2 {
        recordings.told(call(), "pbx", vec!["r1".into(), "r2".into()]).await.expect("it is kept");
    }
    // The same id for another call: ids may be used anew.
    recordings.told(CallId("c2".into()), "pbx", vec!["r1".into()]).await.expect("it is kept");
    let found = recordings.of_call(call()).await.expect("a list");
    assert!(found.iter().all(|of| of.state == RecordingState::AtSystem), "{found:?}");
    assert_eq!(found.len(), 2);
}

#[tokio::test]
async fn who_listened_is_written_down() {
    let dir = folder();
    let recordings = Recordings::start(dir.path());
    let id = kept(&recordings, 100).await;
    for agent in [Some(AgentId("Ana".into())), None] {
        recordings.note(id.clone(), agent, RecordingAct::Listened).await.expect("it is kept");
    }
    let accesses = recordings.accesses(id).await.expect("a list");
    let who: Vec<_> = accesses.iter().map(|access| access.agent.as_ref().map(|agent| agent.0.as_str())).collect();
    assert_eq!(who, [Some("Ana"), None]);
}

#[tokio::test]
async fn a_list_that_does_not_open_costs_recordings_and_says_so() {
    let dir = folder();
    fs::write(dir.path().join("recordings"), "a file in the folder's place").expect("written");
    let recordings = Recordings::start(dir.path());
    let failure = recordings.of_call(call()).await.expect_err("it is not open");
    assert!(matches!(failure, NoRecordings::NotOpen(_)), "{failure}");
    recordings.close().await;
}
