use super::*;
use ringcard_core::recording::RecordingState;
use std::fs;
use tempfile::TempDir;

fn folder() -> TempDir {
    TempDir::new().expect("a folder")
}

fn with(key: Result<Option<SealKey>, String>) -> Keeping {
    Keeping { key, ..Keeping::default() }
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
    let recordings = Recordings::start(dir.path(), &Keeping::default());
    let id = kept(&recordings, 5000).await;
    recordings.close().await;
    let recordings = Recordings::start(dir.path(), &Keeping::default());
    let [found] = &recordings.of_call(call()).await.expect("a list")[..] else { panic!("one") };
    assert_eq!((&found.id, &found.state), (&id, &RecordingState::Here { audio: AudioKind::WavPcm, bytes: 5000 }));
    let mut bytes = vec![0; 5000];
    recordings.file(&id).expect("a file").read_at(0, &mut bytes).expect("it is read");
    assert_eq!(bytes, wav(5000));
    assert_eq!(names(&dir), [id.0]);
}

// By modes: Windows has lists instead, tried in `own_files/windows/tests.rs`.
#[cfg(unix)]
#[tokio::test]
async fn nobody_else_can_look_into_a_recording() {
    use std::os::unix::fs::PermissionsExt;
    let dir = folder();
    let id = kept(&Recordings::start(dir.path(), &Keeping::default()), 100).await;
    let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    let path = dir.path().join("recordings");
    assert_eq!((mode(&path), mode(&path.join(id.0))), (0o700, 0o600));
}

#[tokio::test]
async fn what_is_no_recording_is_refused_and_nothing_of_it_stays() {
    let dir = folder();
    let recordings = Recordings::start(dir.path(), &Keeping::default());
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
    let recordings = Recordings::start(dir.path(), &Keeping::default());
    let (_, mut arrival) = recordings.begin("pbx").await.expect("it begins");
    arrival.write(&wav(5000)).expect("it is taken");
    assert_eq!(names(&dir).len(), 1);
    drop(arrival);
    assert_eq!(names(&dir), [""; 0]);
}

#[tokio::test]
async fn two_at_once_for_one_recording_do_not_write_into_each_other() {
    let dir = folder();
    let recordings = Recordings::start(dir.path(), &Keeping::default());
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
    let recordings = Recordings::start(dir.path(), &Keeping::default());
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
    let recordings = Recordings::start(dir.path(), &Keeping::default());
    let whole = kept(&recordings, 1000).await;
    let lost = kept(&recordings, 2000).await;
    // Killed while it arrived, and after it was whole but before anybody was told.
    let (_half, mut arrival) = recordings.begin("pbx").await.expect("it begins");
    arrival.write(&wav(5000)).expect("it is taken");
    let is_half = |name: &String| Path::new(name).extension() == Some("part".as_ref());
    let half = names(&dir).into_iter().find(is_half).expect("a file that is not whole");
    let half = dir.path().join("recordings").join(half);
    let so_far = fs::read(&half).expect("it reads");
    // It is open until then, which no kill leaves it.
    drop(arrival);
    fs::write(&half, so_far).expect("as it was");
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

    let recordings = Recordings::start(dir.path(), &Keeping::default());
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
    let recordings = Recordings::start(dir.path(), &Keeping::default());
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
    let recordings = Recordings::start(dir.path(), &Keeping::default());
    let id = kept(&recordings, 100).await;
    for agent in [Some(AgentId("Ana".into())), None] {
        recordings.note(id.clone(), agent, RecordingAct::Listened).await.expect("it is kept");
    }
    let accesses = recordings.accesses(id).await.expect("a list");
    let who: Vec<_> = accesses.iter().map(|access| access.agent.as_ref().map(|agent| agent.0.as_str())).collect();
    assert_eq!(who, [Some("Ana"), None]);
}

/// So many days after a moment.
fn days(from: Timestamp, days: u64) -> Timestamp {
    from.after(Duration::from_secs(days * 24 * 3600))
}

async fn state(recordings: &Recordings, id: &RecordingId) -> RecordingState {
    recordings.one(id.clone()).await.expect("a list").expect("it is listed").state
}

#[tokio::test]
async fn a_deleted_recording_is_gone_with_all_that_was_made_of_it() {
    let dir = folder();
    let recordings = Recordings::start(dir.path(), &Keeping::default());
    let tone = include_bytes!("audio/testdata/tone.mp3");
    let (id, mut arrival) = recordings.begin("pbx").await.expect("it begins");
    arrival.write(tone).expect("it is taken");
    let (audio, bytes) = arrival.finish().expect("it is whole");
    recordings.is_here(&id, call(), audio, bytes).await.expect("it is kept");
    let played = recordings.play(id.clone(), |_| None).await.expect("it is played").told(id.clone());
    assert_eq!((played.channels, played.sample_rate), (1, 8000));
    assert_eq!(names(&dir), [id.0.clone(), format!("{}.pcm", id.0)]);
    let again = recordings.play(id.clone(), |_| None).await.expect("it is played").told(id.clone());
    assert_eq!(again, played);

    let ana = Some(AgentId("Ana".into()));
    recordings.delete(id.clone(), ana.clone()).await.expect("deleted");
    assert_eq!((names(&dir).len(), state(&recordings, &id).await), (0, RecordingState::Deleted));
    assert!(matches!(recordings.play(id.clone(), |_| None).await, Err(NotHere::Deleted)));
    assert!(matches!(recordings.delete(id.clone(), None).await, Err(NotHere::NotFound)));
    let accesses = recordings.accesses(id.clone()).await.expect("a list");
    let [deleted] = &accesses[..] else { panic!("one: {accesses:?}") };
    assert_eq!((&deleted.agent, deleted.act), (&ana, RecordingAct::Deleted));
    // Told of again, it stays deleted; and so it does after a start.
    recordings.close().await;
    let recordings = Recordings::start(dir.path(), &Keeping::default());
    assert_eq!(state(&recordings, &id).await, RecordingState::Deleted);
}

#[tokio::test]
async fn what_a_kill_left_of_a_deleted_recording_goes_at_the_next_start() {
    let dir = folder();
    let recordings = Recordings::start(dir.path(), &Keeping::default());
    let id = kept(&recordings, 500).await;
    let access = RecordingAccess { at: Timestamp(1), agent: None, act: RecordingAct::Deleted, why: None };
    let row = id.clone();
    recordings.change(move |store| store.delete(&row, &access)).await.expect("a list");
    assert_eq!(names(&dir), std::slice::from_ref(&id.0));
    recordings.close().await;
    let recordings = Recordings::start(dir.path(), &Keeping::default());
    assert_eq!((names(&dir).len(), state(&recordings, &id).await), (0, RecordingState::Deleted));
}

#[tokio::test]
async fn a_recording_goes_when_it_is_too_old_and_not_while_it_is_held() {
    let dir = folder();
    let recordings = Recordings::start(dir.path(), &Keeping::default());
    let (old, held) = (kept(&recordings, 500).await, kept(&recordings, 600).await);
    recordings.hold(held.clone(), None, Some("A complaint".into())).await.expect("held");
    let days_of = [("another".to_owned(), 1)].into();
    let keeping = Keeping { days: Some(30), days_of, ..Keeping::default() };
    let now = Timestamp::now();
    for (after, is_there) in [(29, true), (31, false)] {
        recordings.clear(&keeping, days(now, after)).await.expect("cleared");
        let states = (state(&recordings, &old).await, state(&recordings, &held).await);
        assert_eq!((states.0 != RecordingState::Deleted, states.1 != RecordingState::Deleted), (is_there, true));
    }
    assert_eq!(names(&dir), std::slice::from_ref(&held.0));
    assert!(
        matches!(recordings.delete(held.clone(), None).await, Err(NotHere::Held(hold)) if hold.why == "A complaint")
    );
    recordings.hold(held.clone(), None, None).await.expect("let go");
    recordings.clear(&keeping, days(now, 31)).await.expect("cleared");
    assert_eq!(names(&dir), [""; 0]);
    let acts: Vec<_> = recordings.accesses(held).await.expect("a list").iter().map(|access| access.act).collect();
    assert_eq!(acts, [RecordingAct::Held, RecordingAct::Released, RecordingAct::Deleted]);
}

#[tokio::test]
async fn an_account_keeps_its_recordings_for_a_time_of_its_own() {
    let dir = folder();
    let recordings = Recordings::start(dir.path(), &Keeping::default());
    let id = kept(&recordings, 500).await;
    let keeping = Keeping { days_of: [("pbx".to_owned(), 3)].into(), ..Keeping::default() };
    recordings.clear(&keeping, days(Timestamp::now(), 2)).await.expect("cleared");
    assert_eq!(names(&dir), [id.0]);
    recordings.clear(&keeping, days(Timestamp::now(), 4)).await.expect("cleared");
    assert_eq!(names(&dir), [""; 0]);
}

#[tokio::test]
async fn the_oldest_make_room() {
    let dir = folder();
    let recordings = Recordings::start(dir.path(), &Keeping::default());
    let mut ids = Vec::new();
    for bytes in [1000, 2000, 3000] {
        let id = kept(&recordings, bytes).await;
        // The clock of a fast machine stands still between them.
        let (row, at) = (id.clone(), i64::try_from(bytes).expect("small"));
        recordings.change(move |store| store.set_at(&row, Timestamp(at))).await.expect("a list");
        ids.push(id);
    }
    let keeping = Keeping { most_bytes: Some(5500), ..Keeping::default() };
    recordings.clear(&keeping, Timestamp::now()).await.expect("cleared");
    assert_eq!(state(&recordings, &ids[0]).await, RecordingState::Deleted);
    assert_eq!(names(&dir).len(), 2);
    recordings.clear(&keeping, Timestamp::now()).await.expect("cleared");
    assert_eq!(names(&dir).len(), 2);
}

#[tokio::test]
async fn sealed_recordings_are_played_with_their_key_and_with_no_other() {
    let dir = folder();
    let key = |text: &str| Ok(Some(SealKey::new(text.to_owned().into())));
    let open = Recordings::start(dir.path(), &Keeping::default());
    let before = kept(&open, 9000).await;
    open.close().await;
    let recordings = Recordings::start(dir.path(), &with(key("one")));
    let (id, mut arrival) = recordings.begin("pbx").await.expect("it begins");
    arrival.write(include_bytes!("audio/testdata/tone.mp3")).expect("it is taken");
    let (audio, bytes) = arrival.finish().expect("it is whole");
    recordings.is_here(&id, call(), audio, bytes).await.expect("it is kept");
    let mut sound = recordings.play(id.clone(), |_| None).await.expect("it is played");
    let mut played = vec![0; usize::try_from(sound.bytes()).expect("short")];
    sound.read_at(0, &mut played).expect("it is read");
    for name in [id.0.clone(), format!("{}.pcm", id.0)] {
        let file = fs::read(dir.path().join("recordings").join(name)).expect("a file");
        assert!(file.starts_with(b"RCe1") && !file.windows(64).any(|part| part == &played[1000..1064]));
    }
    // What was kept before is read as it is.
    assert_eq!(recordings.file(&before).expect("a file").bytes(), 9000);
    recordings.close().await;
    for (key, said) in [(key("another"), "another key"), (Ok(None), "has no key")] {
        let recordings = Recordings::start(dir.path(), &with(key));
        let failure = recordings.play(id.clone(), |_| None).await.err().expect("it is sealed").to_string();
        assert!(failure.contains(said), "{failure}");
        recordings.close().await;
    }
    let none = Recordings::start(dir.path(), &with(Err("the keyring is locked".to_owned())));
    let failure = none.begin("pbx").await.err().expect("nothing is written open").to_string();
    assert!(failure.contains("the keyring is locked"), "{failure}");
}

#[tokio::test]
async fn a_list_that_does_not_open_costs_recordings_and_says_so() {
    let dir = folder();
    fs::write(dir.path().join("recordings"), "a file in the folder's place").expect("written");
    let recordings = Recordings::start(dir.path(), &Keeping::default());
    let failure = recordings.of_call(call()).await.expect_err("it is not open");
    assert!(matches!(failure, NoRecordings::NotOpen(_)), "{failure}");
    recordings.close().await;
}

/// One that is played as something else than it is kept as.
async fn kept_mp3(recordings: &Recordings) -> RecordingId {
    let (id, mut arrival) = recordings.begin("pbx").await.expect("it begins");
    arrival.write(include_bytes!("audio/testdata/tone.mp3")).expect("it is taken");
    let (audio, bytes) = arrival.finish().expect("it is whole");
    recordings.is_here(&id, call(), audio, bytes).await.expect("it is kept");
    id
}

#[tokio::test]
async fn what_is_played_has_its_bound_and_what_somebody_hears_stays() {
    let dir = folder();
    let recordings = Recordings::start(dir.path(), &Keeping::default());
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(kept_mp3(&recordings).await);
    }
    let (heard, old, new) = (&ids[0], &ids[1], &ids[2]);
    recordings.play(heard.clone(), |_| None).await.expect("it is played");
    let one = fs::metadata(dir.path().join("recordings").join(format!("{heard}.pcm"))).expect("it is there").len();
    recordings.close().await;

    let recordings = Recordings::start(dir.path(), &Keeping { most_played: one * 2, ..Keeping::default() });
    recordings.listened(heard.clone(), None).await.expect("it is written down");
    for id in [old, new] {
        recordings.play(id.clone(), |_| None).await.expect("it is played");
    }
    let mut there: Vec<String> =
        ids.iter().map(|id| id.0.clone()).chain([heard, new].map(|id| format!("{id}.pcm"))).collect();
    there.sort();
    assert_eq!(names(&dir), there);
    // It is made anew, and the next one goes for it.
    recordings.play(old.clone(), |_| None).await.expect("it is played");
    assert!(names(&dir).contains(&format!("{old}.pcm")) && !names(&dir).contains(&format!("{new}.pcm")));
    recordings.close().await;

    // Nobody listens any more after a start; at most so much is left.
    let keeping = Keeping { most_played: one, ..Keeping::default() };
    let recordings = Recordings::start(dir.path(), &keeping);
    recordings.clear(&keeping, Timestamp::now()).await.expect("cleared");
    assert_eq!(names(&dir).len(), 4);
}

#[tokio::test]
async fn how_long_a_recording_may_be_is_a_setting() {
    let dir = folder();
    let recordings = Recordings::start(dir.path(), &Keeping { most_of_one: 4000, ..Keeping::default() });
    kept(&recordings, 4000).await;
    let (_, mut arrival) = recordings.begin("pbx").await.expect("it begins");
    let refused = arrival.write(&wav(4001)).expect_err("it is too long");
    assert!(matches!(refused, NotKept::TooLong { most: 4000 }), "{refused}");
}

#[tokio::test]
async fn recordings_are_exported_as_anybody_plays_them_and_that_is_written_down() {
    let dir = folder();
    let recordings = Recordings::start(dir.path(), &with(Ok(Some(SealKey::new("one".to_owned().into())))));
    let (first, other) = (kept(&recordings, 70_000).await, kept_mp3(&recordings).await);
    recordings.told(call(), "pbx", vec!["r1".into()]).await.expect("it is kept");
    let (deleted, row) = (kept(&recordings, 300).await, first.clone());
    recordings.delete(deleted, None).await.expect("deleted");
    let early = Timestamp(Timestamp::now().0 - 1_000_000);
    recordings.change(move |store| store.set_at(&row, early)).await.expect("a list");
    // One arrives meanwhile, and is not touched.
    let (_, mut arrival) = recordings.begin("pbx").await.expect("it begins");
    arrival.write(&wav(5000)).expect("it is taken");
    let before = names(&dir);

    let export_to = |to: &str, which: Which, key: &str| {
        let key = SealKey::new(key.to_owned().into());
        export(dir.path(), Some(key), &which, &dir.path().join(to)).expect("it is exported")
    };
    let all = export_to("all", Which::default(), "one");
    assert_eq!((all.written, all.not_here, all.failed.len()), (2, 1, 0), "{all:?}");
    let files: Vec<_> =
        fs::read_dir(dir.path().join("all")).expect("a folder").map(|file| file.expect("a file").path()).collect();
    let with_ending = |ending: &str| {
        let file = files.iter().find(|file| file.extension().is_some_and(|its| its == ending)).expect("a file");
        (file.file_stem().expect("a name").to_string_lossy().into_owned(), fs::read(file).expect("it is read"))
    };
    assert_eq!(files.len(), 2);
    let (name, bytes) = with_ending("wav");
    assert_eq!(bytes, wav(70_000));
    assert!(name.ends_with(&format!("_c1_{}", &first.0[..8])) && name.starts_with("20"), "{name}");
    assert_eq!(with_ending("mp3").1, include_bytes!("audio/testdata/tone.mp3"));
    assert_eq!(names(&dir), before);

    let later = Which { from: Some(Timestamp(early.0 + 1)), ..Which::default() };
    assert_eq!(export_to("later", later, "one").written, 1);
    assert_eq!(
        export_to("early", Which { before: Some(Timestamp(early.0 + 1)), ..Which::default() }, "one").written,
        1
    );
    assert_eq!(export_to("nobody", Which { account: Some("other".into()), ..Which::default() }, "one").written, 0);
    let wrong = export_to("wrong", Which::default(), "another");
    assert_eq!((wrong.written, wrong.failed.len()), (0, 2), "{wrong:?}");
    assert_eq!(fs::read_dir(dir.path().join("wrong")).expect("a folder").count(), 0);
    let into_own = export(dir.path(), None, &Which::default(), &dir.path().join("recordings"));
    assert!(matches!(into_own, Err(NotExported::OwnFolder(_))), "{into_own:?}");

    let acts: Vec<_> = recordings.accesses(other).await.expect("a list").iter().map(|access| access.act).collect();
    assert_eq!(acts, [RecordingAct::Exported; 3]);
}
