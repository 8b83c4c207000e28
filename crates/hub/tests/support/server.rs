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

/// A hub with one agent and one PBX, on any free port.
pub const SETTINGS: &str = r#"
[locale]
country = "HU"
[listen]
address = "127.0.0.1:0"
api_token = { env = "KILL_TOKEN" }
[[agent]]
name = "Ana"
extension = "101"
[[account]]
name = "pbx"
connector = "vipex"
api_url = "http://127.0.0.1:9/api"
user = "crm"
password = { env = "KILL_TOKEN" }
push_key = { env = "KILL_TOKEN" }
"#;

/// How often a test kills it: some times on each change, and as often as a release needs with `cargo xtask test --long`.
pub fn kills(usual: u32, all: u32) -> u32 {
    if std::env::var("RINGCARD_LONG").is_ok_and(|long| long == "1") { all } else { usual }
}

const PROGRAM: &str = env!("CARGO_BIN_EXE_ringcard-hub");

/// A server process; killed with SIGKILL when dropped.
pub struct Server {
    pub process: Child,
    pub base: String,
    log: Arc<Mutex<String>>,
}

impl Server {
    /// Starts it on `hub.toml` in this folder, and waits until it listens.
    pub fn start(home: &Path) -> Self {
        Self::listening(spawned(Command::new(PROGRAM).env("RUST_LOG", "info"), home))
    }

    /// The same, saying everything it can say.
    #[cfg(target_os = "linux")]
    pub fn start_at_trace(home: &Path) -> Self {
        Self::listening(spawned(Command::new(PROGRAM).env("RUST_LOG", "trace"), home))
    }

    /// The same with at most so many open files, which Windows does not count.
    #[cfg(target_os = "linux")]
    pub fn start_with(home: &Path, most: u32) -> Self {
        let mut limited = Command::new("sh");
        limited.arg("-c").arg(format!("ulimit -n {most}; exec \"$0\" \"$@\"")).arg(PROGRAM);
        Self::listening(spawned(limited.env("RUST_LOG", "info"), home))
    }

    /// The same with files of at most so many MiB.
    #[cfg(unix)]
    pub fn start_with_files_of(home: &Path, most: u32) -> Self {
        let mut limited = Command::new("sh");
        let blocks = most * 2048;
        // Without a signal a write beyond fails as on other disks.
        limited.arg("-c").arg(format!("trap '' XFSZ; ulimit -f {blocks}; exec \"$0\" \"$@\"")).arg(PROGRAM);
        Self::listening(spawned(limited.env("RUST_LOG", "info"), home))
    }

    /// The same with a disk of so many MiB at a folder below, in a namespace of its own; `None` where the machine lets nobody
    /// do that.
    #[cfg(target_os = "linux")]
    pub fn start_on_a_disk_of(home: &Path, folder: &str, most: u32) -> Option<Self> {
        let mount = format!("mount -t tmpfs -o size={most}m none '{}'", home.join(folder).display());
        let may = Command::new("unshare").args(["-rm", "sh", "-c", &mount]).stderr(Stdio::null()).status();
        if !may.is_ok_and(|status| status.success()) {
            return None;
        }
        let mut alone = Command::new("unshare");
        alone.args(["-rm", "sh", "-c", &format!("{mount} && exec \"$0\" \"$@\"")]).arg(PROGRAM);
        Some(Self::listening(spawned(alone.env("RUST_LOG", "info"), home)))
    }

    fn listening(mut process: Child) -> Self {
        let mut lines = BufReader::new(process.stderr.take().expect("its log")).lines();
        let base = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.split_once("listening on ").map(|(_, address)| address.trim().to_owned()))
            .expect("the server says where it listens");
        let log = Arc::new(Mutex::new(String::new()));
        let kept = log.clone();
        thread::spawn(move || {
            for line in lines.map_while(Result::ok) {
                let mut log = kept.lock().expect("nobody panics while writing");
                log.push_str(&line);
                log.push('\n');
            }
        });
        Self { process, base, log }
    }

    /// What it said since it listens.
    pub fn log(&self) -> String {
        self.log.lock().expect("nobody panics while writing").clone()
    }

    /// The lines among these that have these words.
    pub fn said(&self, words: &str) -> Vec<String> {
        self.log().lines().filter(|line| line.contains(words)).map(str::to_owned).collect()
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
pub fn refused(home: &Path) -> String {
    let mut process = spawned(Command::new(PROGRAM).env("RUST_LOG", "info"), home);
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

fn spawned(program: &mut Command, home: &Path) -> Child {
    program
        .arg("serve")
        .env("RINGCARD_HOME", home)
        .env("KILL_TOKEN", TOKEN)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the server starts")
}
