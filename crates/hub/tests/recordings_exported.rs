//! `ringcard-hub recordings export`, as an administrator types it beside a hub that runs.

use crate::{
    sent_recordings::{wav, with_recording},
    server::{SETTINGS, Server, TOKEN},
};
use base64::{Engine, engine::general_purpose::STANDARD};
use reqwest::blocking::Client;
use serde_json::Value;
use std::{fs, path::Path, process::Command};
use tempfile::TempDir;

/// What the command says, and its exit code.
fn export(home: &Path, args: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ringcard-hub"));
    command.args(["recordings", "export"]).args(args);
    let output = command.env("RINGCARD_HOME", home).env("KILL_TOKEN", TOKEN).env_remove("RUST_LOG").output();
    let output = output.expect("it runs");
    let said = [output.stdout, output.stderr].map(|said| String::from_utf8(said).expect("UTF-8")).concat();
    (output.status.code(), said)
}

#[test]
fn recordings_of_some_days_are_written_into_a_folder_and_that_is_written_down() {
    let home = TempDir::new().expect("a folder");
    let key = home.path().join("key");
    fs::write(&key, "a key of recordings for this test").expect("a key");
    #[cfg(unix)]
    fs::set_permissions(&key, std::os::unix::fs::PermissionsExt::from_mode(0o600)).expect("nobody else's");
    let sealed = format!("{SETTINGS}\n[recordings]\nkey = {{ file = \"{}\" }}\n", key.display());
    fs::write(home.path().join("hub.toml"), sealed.replace('\\', "/")).expect("settings");
    let to = home.path().join("out");
    let to = to.to_str().expect("text");
    let (code, said) = export(home.path(), &[to]);
    assert_eq!(code, Some(1));
    assert!(said.contains("There are no recordings in"), "{said}");

    let server = Server::start(home.path());
    let _ = rustls::crypto::ring::default_provider().install_default();
    let http = Client::builder().no_proxy().build().expect("a client");
    let audio = wav(150_000, 7);
    let url = format!("{}/in/pbx/call-data?key={TOKEN}", server.base);
    let body = with_recording("c1", &STANDARD.encode(&audio));
    let sent = http.post(url).header("content-type", "application/json").body(body).send().expect("an answer");
    assert_eq!(sent.status(), 200);

    let (code, said) = export(home.path(), &[to, "--account", "pbx", "--from", "2000-01-01", "--to", "9000-12-31"]);
    assert_eq!((code, said.as_str()), (Some(0), format!("Wrote 1 recording (1 MB) to {to}.\n").as_str()));
    let files: Vec<_> = fs::read_dir(to).expect("a folder").map(|file| file.expect("a file").path()).collect();
    let [file] = &files[..] else { panic!("{files:?}") };
    assert!(file.extension().is_some_and(|ending| ending == "wav"), "{file:?}");
    assert!(fs::read(file).expect("it is read") == audio);
    for args in [&[to, "--to", "2000-01-01"][..], &[to, "--from", "9000-01-01"]] {
        let (code, said) = export(home.path(), args);
        assert_eq!((code, said.as_str()), (Some(0), format!("Wrote 0 recordings (0 MB) to {to}.\n").as_str()));
    }
    assert_eq!(export(home.path(), &[to, "--from", "yesterday"]).0, Some(2));
    let own = home.path().join("recordings");
    let (code, said) = export(home.path(), &[own.to_str().expect("text")]);
    assert_eq!(code, Some(1));
    assert!(said.contains("the hub's own"), "{said}");

    let ask = |path: &str| -> Value {
        let asked = http.get(format!("{}{path}", server.base)).bearer_auth(TOKEN).send().expect("an answer");
        asked.json().expect("JSON")
    };
    let calls = ask("/v1/calls");
    let call = calls["calls"][0]["call"]["id"].as_str().expect("an id");
    let recordings = ask(&format!("/v1/calls/{call}/recordings"));
    let accesses = ask(&format!("/v1/recordings/{}/accesses", recordings[0]["id"].as_str().expect("an id")));
    assert_eq!((accesses.as_array().map(Vec::len), &accesses[0]["act"]), (Some(1), &"exported".into()));
}
