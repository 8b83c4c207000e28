//! The real server as a process of its own, to be killed.

use std::{
    io::{BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
};

/// The token of everything in `hub.toml`, as `{ env = "KILL_TOKEN" }`.
pub const TOKEN: &str = "token-of-the-kill-test";

/// A server process; killed with SIGKILL when dropped.
pub struct Server {
    pub process: Child,
    pub base: String,
}

impl Server {
    /// Starts it on `hub.toml` in this folder, and waits until it listens.
    pub fn start(home: &Path) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_ringcard-hub"))
            .arg("serve")
            .env("RINGCARD_HOME", home)
            .env("KILL_TOKEN", TOKEN)
            .env("RUST_LOG", "info")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut lines = BufReader::new(process.stderr.take().expect("its log")).lines();
        let base = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.split_once("listening on ").map(|(_, address)| address.trim().to_owned()))
            .expect("the server says where it listens");
        thread::spawn(move || lines.for_each(drop));
        Self { process, base }
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
