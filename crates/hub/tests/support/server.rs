//! The real server as a process of its own, to be killed.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex},
    thread,
};

/// The token of everything in `hub.toml`, as `{ env = "KILL_TOKEN" }`.
pub const TOKEN: &str = "token-of-the-kill-test";

/// A server process; killed with SIGKILL when dropped.
pub struct Server {
    pub process: Child,
    pub base: String,
    log: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts it on `hub.toml` in this folder, and waits until it listens.
    pub fn start(home: &Path) -> Self {
        Self::listening(spawned(home, Command::new(PROGRAM)))
    }

    /// The same where no more than so many files and connections may be open at once.
    #[allow(dead_code, reason = "not every test that has a server limits it")]
    #[cfg(unix)]
    pub fn start_with(home: &Path, descriptors: u32) -> Self {
        let mut shell = Command::new("sh");
        shell.args(["-c", &format!("ulimit -n {descriptors}; exec \"$0\" \"$@\""), PROGRAM]);
        Self::listening(spawned(home, shell))
    }

    fn listening(mut process: Child) -> Self {
        let mut lines = BufReader::new(process.stderr.take().expect("its log")).lines();
        let base = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.split_once("listening on ").map(|(_, address)| address.trim().to_owned()))
            .expect("the server says where it listens");
        let log = Arc::new(Mutex::new(Vec::new()));
        let kept = log.clone();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                kept.lock().expect("nobody panics with the log").push(line);
            }
        });
        Self { process, base, log }
    }

    /// The lines of its log, since it listens, that have these words.
    #[allow(dead_code, reason = "not every test that has a server reads its log")]
    pub fn said(&self, words: &str) -> Vec<String> {
        let log = self.log.lock().expect("nobody panics with the log");
        log.iter().filter(|line| line.contains(words)).cloned().collect()
    }

    pub fn kill(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.kill();
    }
}

/// What a server says that does not start on this folder.
#[allow(dead_code, reason = "not every test that has a server has a second one")]
pub fn refused(home: &Path) -> String {
    let mut process = spawned(home, Command::new(PROGRAM));
    let mut said = String::new();
    for line in BufReader::new(process.stderr.take().expect("its log")).lines().map_while(Result::ok) {
        if line.contains("listening on http") {
            let _ = process.kill();
            let _ = process.wait();
            panic!("it started: {line}");
        }
        said.push_str(&line);
        said.push('\n');
    }
    assert_eq!(process.wait().expect("it ended").code(), Some(1), "{said}");
    said
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_ringcard-hub");

fn spawned(home: &Path, mut program: Command) -> Child {
    program
        .arg("serve")
        .env("RINGCARD_HOME", home)
        .env("KILL_TOKEN", TOKEN)
        .env("RUST_LOG", "info")
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the server starts")
}
