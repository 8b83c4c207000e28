//! The real server, killed while a recording arrives with a call's data, and with a disk that is full: a recording is whole
//! or not there, and nothing of it costs a call.

use crate::{
    sent_recordings::{wav, with_recording},
    server::{self, SETTINGS, Server, TOKEN},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::blocking::{Body, Client};
use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use std::{
    fs,
    io::{Cursor, Read},
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    thread,
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// The same course of kills every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }
}

/// A call's data with a recording.
struct Sent {
    id: String,
    audio: Vec<u8>,
    body: String,
}

impl Sent {
    fn new(id: String, bytes: usize, seed: u8) -> Self {
        let audio = wav(bytes, seed);
        let body = with_recording(&id, &STANDARD.encode(&audio));
        Self { id, audio, body }
    }
}

/// A body that says how far it was sent.
struct Going {
    bytes: Cursor<Vec<u8>>,
    gone: Arc<AtomicUsize>,
}

impl Read for Going {
    fn read(&mut self, into: &mut [u8]) -> std::io::Result<usize> {
        let most = into.len().min(16 * 1024);
        let read = self.bytes.read(&mut into[..most])?;
        self.gone.fetch_add(read, SeqCst);
        Ok(read)
    }
}

fn client() -> Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().timeout(Duration::from_secs(30)).build().expect("a client")
}

fn send(http: &Client, base: &str, body: impl Into<Body>) -> Option<u16> {
    let url = format!("{base}/in/pbx/call-data?key={TOKEN}");
    let sent = http.post(url).header("content-type", "application/json").body(body).send();
    sent.ok().map(|answer| answer.status().as_u16())
}

fn ask(http: &Client, server: &Server, path: &str) -> Value {
    let asked = http.get(format!("{}{path}", server.base)).bearer_auth(TOKEN);
    asked.send().expect("an answer").json().expect("JSON")
}

/// The calls the telephone system calls so, with their recordings.
fn calls_with(http: &Client, server: &Server, id: &str) -> Vec<(Value, Vec<Value>)> {
    let calls = ask(http, server, "/v1/calls?limit=200");
    let calls = calls["calls"].as_array().expect("calls").iter().map(|row| row["call"].clone());
    let recordings = |call: &Value| {
        let path = format!("/v1/calls/{}/recordings", call["id"].as_str().expect("an id"));
        ask(http, server, &path).as_array().expect("recordings").clone()
    };
    calls.filter(|call| call["external_id"] == id).map(|call| (recordings(&call), call)).map(|(r, c)| (c, r)).collect()
}

/// Nothing is half: each file is a recording that is here, whole, and the other way round.
fn assert_whole(data_dir: &Path) {
    let list = Connection::open_with_flags(data_dir.join("recordings.db"), OpenFlags::SQLITE_OPEN_READ_ONLY);
    let list = list.expect("the list opens");
    let rows = |sql: &str| -> Vec<(String, i64)> {
        let mut query = list.prepare(sql).expect("a question");
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).expect("rows");
        rows.collect::<rusqlite::Result<_>>().expect("rows")
    };
    assert_eq!(rows("SELECT id, 0 FROM recording WHERE state = 'arriving'"), []);
    let mut files: Vec<(String, i64)> = fs::read_dir(data_dir.join("recordings"))
        .expect("a folder")
        .map(|entry| {
            let entry = entry.expect("an entry");
            let bytes = entry.metadata().expect("it is there").len();
            (entry.file_name().into_string().expect("text"), i64::try_from(bytes).expect("short"))
        })
        .collect();
    files.sort();
    assert_eq!(rows("SELECT id, bytes FROM recording WHERE state = 'here' ORDER BY id"), files);
}

/// One call, with one recording, which is what was sent.
fn assert_there_once(http: &Client, server: &Server, sent: &Sent) {
    let calls = calls_with(http, server, &sent.id);
    let [(_, recordings)] = &calls[..] else { panic!("{}: one call: {calls:?}", sent.id) };
    let [recording] = &recordings[..] else { panic!("{}: one recording: {recordings:?}", sent.id) };
    let path = format!("{}/v1/recordings/{}", server.base, recording["id"].as_str().expect("an id"));
    let heard = http.get(path).bearer_auth(TOKEN).send().expect("an answer").bytes().expect("audio");
    assert!(heard == sent.audio, "{}: {} bytes of {}", sent.id, heard.len(), sent.audio.len());
}

#[test]
fn a_kill_while_a_recording_arrives_leaves_nothing_half_and_sent_again_it_is_there_once() {
    let home = TempDir::new().expect("a folder");
    fs::write(home.path().join("hub.toml"), SETTINGS).expect("settings");
    let http = client();
    let (mut dice, mut answers) = (Dice(11), 0);
    let kills = server::kills(10, 60);
    let mut before: Option<(Sent, bool)> = None;
    for kill in 0..=kills {
        let mut server = Server::start(home.path());
        assert_whole(home.path());
        if let Some((sent, was_answered)) = &before {
            answers += u32::from(*was_answered);
            if *was_answered {
                assert_there_once(&http, &server, sent);
            }
            assert_eq!(send(&http, &server.base, sent.body.clone()), Some(200), "{}", sent.id);
            assert_there_once(&http, &server, sent);
        }
        if kill == kills {
            break;
        }
        let bytes = 50_000 + usize::try_from(dice.roll(1_000_000)).expect("small");
        let sent = Sent::new(format!("k{kill}"), bytes, u8::try_from(kill).expect("small"));
        // Every other time in the middle of the body; else when all of it is under way: while it is decoded, flushed, named,
        // committed, answered.
        let length = sent.body.len();
        let until = if kill % 2 == 0 { dice.roll(length as u64) } else { length as u64 };
        let moment = Duration::from_micros(if kill % 2 == 0 { dice.roll(500) } else { dice.roll(300_000) });
        let gone = Arc::new(AtomicUsize::new(0));
        let body =
            Body::sized(Going { bytes: Cursor::new(sent.body.clone().into()), gone: gone.clone() }, length as u64);
        let base = server.base.clone();
        let answered = thread::scope(|scope| {
            let sending = scope.spawn(|| send(&http, &base, body));
            while (gone.load(SeqCst) as u64) < until {
                thread::yield_now();
            }
            let end = Instant::now() + moment;
            while Instant::now() < end {
                thread::yield_now();
            }
            server.kill();
            sending.join().expect("it ended")
        });
        assert!(matches!(answered, None | Some(200)), "{answered:?}");
        before = Some((sent, answered.is_some()));
    }
    println!("{kills} kills, {answers} pushes answered before one, nothing half");
}

// The limit of a file's length (`ulimit -f`) is unix's.
#[cfg(unix)]
#[test]
fn a_recording_that_cannot_be_written_costs_the_call_nothing() {
    let home = TempDir::new().expect("a folder");
    fs::write(home.path().join("hub.toml"), SETTINGS).expect("settings");
    let http = client();
    let server = Server::start_with_files_of(home.path(), 4);
    let long = Sent::new("long".to_owned(), 6_000_000, 1);
    assert_eq!(send(&http, &server.base, long.body.clone()), Some(200));
    assert_refused(&http, &server, &long, "not_written");
    let short = Sent::new("short".to_owned(), 1_000_000, 2);
    assert_eq!(send(&http, &server.base, short.body.clone()), Some(200));
    assert_there_once(&http, &server, &short);
    assert_whole(home.path());
}

#[cfg(unix)]
fn assert_refused(http: &Client, server: &Server, sent: &Sent, why: &str) {
    let calls = calls_with(http, server, &sent.id);
    let [(call, recordings)] = &calls[..] else { panic!("{}: one call: {calls:?}", sent.id) };
    assert_eq!(
        (&call["state"]["kind"], &call["extra"]["talk_seconds"]),
        (&serde_json::json!("ended"), &serde_json::json!("42"))
    );
    let [recording] = &recordings[..] else { panic!("{recordings:?}") };
    assert_eq!(recording["state"], serde_json::json!({ "kind": "refused", "why": why }));
}

/// The files of recordings, by their lengths.
#[cfg(target_os = "linux")]
fn sizes(data_dir: &Path) -> Vec<usize> {
    let files = fs::read_dir(data_dir.join("recordings")).expect("a folder");
    let length = |file: fs::DirEntry| usize::try_from(file.metadata().expect("it is there").len()).expect("short");
    let mut sizes: Vec<usize> = files.map(|file| length(file.expect("an entry"))).collect();
    sizes.sort_unstable();
    sizes
}

/// A disk of its own, so small that a recording does not fit on it.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_costs_a_recording_and_is_said_and_a_call_that_cannot_be_kept_is_sent_again() {
    let home = TempDir::new().expect("a folder");
    fs::write(home.path().join("hub.toml"), format!("data_dir = \"disk\"\n{SETTINGS}")).expect("settings");
    fs::create_dir(home.path().join("disk")).expect("a folder");
    let Some(server) = Server::start_on_a_disk_of(home.path(), "disk", 8) else {
        return eprintln!("not tried: this machine lets nobody mount a disk of their own");
    };
    let http = client();
    let disk =
        std::path::PathBuf::from(format!("/proc/{}/root{}", server.process.id(), home.path().join("disk").display()));
    let long = Sent::new("long".to_owned(), 12_000_000, 1);
    assert_eq!(send(&http, &server.base, long.body.clone()), Some(200));
    assert_refused(&http, &server, &long, "disk_full");
    assert!(!server.said("a recording was not kept").is_empty(), "{}", server.log());
    let short = Sent::new("short".to_owned(), 1_000_000, 2);
    assert_eq!(send(&http, &server.base, short.body.clone()), Some(200));
    assert_there_once(&http, &server, &short);
    assert_eq!(sizes(&disk), [short.audio.len()]);

    // Nothing goes on the disk any more: a call cannot be kept, and the telephone system sends it again.
    let filler = disk.join("filler");
    let mut all = fs::File::create(&filler).expect("a file");
    while std::io::Write::write_all(&mut all, &[0; 4096]).is_ok() {}
    let of_ends = crate::sent_recordings::call("full").to_string();
    let mut answers = Vec::new();
    // The log of the list has some room of its own.
    while answers.last() != Some(&Some(503)) && answers.len() < 2000 {
        let call = crate::sent_recordings::call(&format!("full{}", answers.len())).to_string();
        answers.push(send(&http, &server.base, call));
    }
    assert_eq!(answers.pop(), Some(Some(503)), "{}", server.log());
    assert!(answers.iter().all(|answer| *answer == Some(200)), "{answers:?}");
    let recorded = Sent::new("recorded".to_owned(), 300_000, 3);
    assert_eq!(send(&http, &server.base, recorded.body.clone()), Some(503));
    assert_eq!(send(&http, &server.base, of_ends.clone()), Some(503));
    drop(all);
    fs::remove_file(filler).expect("removed");
    assert_eq!(send(&http, &server.base, of_ends), Some(200));
    assert_eq!(calls_with(&http, &server, "full").len(), 1);
    assert_eq!(send(&http, &server.base, recorded.body.clone()), Some(200));
    assert_there_once(&http, &server, &recorded);
    assert_eq!(sizes(&disk), [recorded.audio.len(), short.audio.len()]);
}
