//! Connections of people nobody knows: silent, slow, greedy. The hub goes on taking pushes, and pays little.
#![cfg(target_os = "linux")]

mod memory;
mod silent;
mod sockets;

use crate::server::{SETTINGS, Server, TOKEN};
use reqwest::blocking::Client;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::{
    io::{Read, Write},
    net::TcpStream,
    sync::atomic::{AtomicU32, Ordering::Relaxed},
    time::{Duration, Instant},
};
use tempfile::TempDir;

/// Long enough on the noisiest machine; nothing waits this long when it works.
const PATIENCE: Duration = Duration::from_secs(30);

/// The real server in a folder of its own, and somebody who may push.
struct Attacked {
    server: Server,
    http: Client,
    address: String,
    pushed: AtomicU32,
    _home: TempDir,
}

impl Attacked {
    fn begin() -> Self {
        Self::with(Server::start)
    }

    fn with(start: impl FnOnce(&std::path::Path) -> Server) -> Self {
        // Many connections of ours are open at once.
        let limit = getrlimit(Resource::Nofile);
        let _ = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
        let home = TempDir::new().expect("a folder");
        std::fs::write(home.path().join("hub.toml"), SETTINGS).expect("settings");
        let server = start(home.path());
        let _ = rustls::crypto::ring::default_provider().install_default();
        let http = Client::builder().no_proxy().timeout(PATIENCE).build().expect("a client");
        let address = server.base.trim_start_matches("http://").to_owned();
        Self { server, http, address, pushed: AtomicU32::new(0), _home: home }
    }

    /// A connection that says this, and stays open.
    fn says(&self, bytes: &[u8]) -> TcpStream {
        let mut stream = self.connected();
        // Whether it is taken is for the test to see.
        let _ = stream.write_all(bytes);
        stream
    }

    fn connected(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).expect("the system takes the connection");
        stream.set_read_timeout(Some(PATIENCE)).expect("a time-out");
        stream.set_write_timeout(Some(PATIENCE)).expect("a time-out");
        stream
    }

    /// A ring with the right key, each time of another call: how it was answered.
    fn push(&self) -> u16 {
        let n = self.pushed.fetch_add(1, Relaxed);
        let url = format!("{}/in/pbx/incoming?key={TOKEN}&caller=%2B363012{n:05}&called=101", self.server.base);
        self.http.get(url).send().map(|answer| answer.status().as_u16()).unwrap_or(0)
    }

    /// The same as a form.
    fn push_with_body(&self) -> u16 {
        let n = self.pushed.fetch_add(1, Relaxed);
        let url = format!("{}/in/pbx/incoming?key={TOKEN}", self.server.base);
        let sent = self
            .http
            .post(url)
            .header("content-type", "application/x-www-form-urlencoded")
            .body(format!("caller=%2B363012{n:05}&called=101"))
            .send();
        sent.map(|answer| answer.status().as_u16()).unwrap_or(0)
    }

    fn get(&self, path: &str) -> String {
        let url = format!("{}{path}", self.server.base);
        self.http.get(url).send().and_then(|answer| answer.text()).expect("an answer")
    }

    /// A number of `/metrics`.
    fn metric(&self, name: &str) -> u64 {
        let text = self.get("/metrics");
        let line = text.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("no {name} in {text}"));
        line.rsplit(' ').next().and_then(|value| value.parse().ok()).expect("a number")
    }

    /// What of its memory is there, and the most that ever was, in KiB.
    fn memory(&self, which: &str) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.server.process.id())).expect("its status");
        let line = status.lines().find(|line| line.starts_with(which)).expect("a line of it");
        line.split_whitespace().nth(1).and_then(|value| value.parse().ok()).expect("a number")
    }
}

/// What came until the other side closed it.
fn until_closed(stream: &mut TcpStream) -> Vec<u8> {
    let mut heard = Vec::new();
    let mut piece = [0; 4096];
    loop {
        match stream.read(&mut piece) {
            Ok(0) => return heard,
            Ok(n) => heard.extend_from_slice(&piece[..n]),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => panic!("it was never closed"),
            Err(_) => return heard,
        }
    }
}

fn eventually(what: &str, is: impl Fn() -> bool) {
    let begun = Instant::now();
    while !is() {
        assert!(begun.elapsed() < PATIENCE, "waited in vain for: {what}");
        std::thread::yield_now();
    }
}
