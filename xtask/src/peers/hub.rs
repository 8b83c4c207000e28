//! The hub under trial: the program itself, in a folder of its own.

use crate::bench::http;
use serde_json::Value;
use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

pub const TOKEN: &str = "a-token-for-peers";
const SECRET: &str = "RINGCARD_PEERS_PASSWORD";
const KEY: &str = "RINGCARD_PEERS_PUSH_KEY";
const PATIENCE: Duration = Duration::from_secs(20);
const DOUBLE_CLICK: Duration = Duration::from_millis(2_100);

pub struct HubProcess {
    program: PathBuf,
    home: PathBuf,
    settings: String,
    pub address: SocketAddr,
    process: Option<Child>,
}

impl Drop for HubProcess {
    fn drop(&mut self) {
        self.kill();
    }
}

impl HubProcess {
    pub fn start(program: &Path, home: &Path, settings: &str) -> Result<Self, String> {
        let address = SocketAddr::from(([127, 0, 0, 1], 8480));
        let (program, home, settings) = (program.to_owned(), home.to_owned(), settings.to_owned());
        let mut hub = Self { program, home, settings, address, process: None };
        hub.begin_afresh()?;
        Ok(hub)
    }

    /// In a fresh folder, with other settings.
    pub fn begin_with(&mut self, settings: &str) -> Result<(), String> {
        settings.clone_into(&mut self.settings);
        self.begin_afresh()
    }

    /// In a fresh folder.
    pub fn begin_afresh(&mut self) -> Result<(), String> {
        let fail = |e: std::io::Error| format!("the hub's folder: {e}");
        self.kill();
        let _ = fs::remove_dir_all(&self.home);
        fs::create_dir_all(&self.home).map_err(fail)?;
        fs::write(self.home.join("hub.toml"), &self.settings).map_err(fail)?;
        self.begin()
    }

    /// Starts it with what is in its folder.
    pub fn begin(&mut self) -> Result<(), String> {
        let fail = |e: std::io::Error| format!("ringcard-hub: {e}");
        let log = self.home.join("hub.log");
        let output = fs::File::options().create(true).append(true).open(&log).map_err(fail)?;
        let mut command = Command::new(&self.program);
        command.arg("serve").env("RINGCARD_HOME", &self.home).env("RINGCARD_API_TOKEN", TOKEN);
        command.env(SECRET, super::pbx::PASSWORD).env(KEY, super::snippet::PUSH_KEY);
        command.env("NO_COLOR", "1").env("RUST_LOG", "info,ringcard_connect=debug");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(output);
        self.process = Some(command.spawn().map_err(fail)?);
        let end = Instant::now() + PATIENCE;
        while !http::answers(self.address, "/healthz") {
            if Instant::now() > end {
                return Err(format!("the hub does not answer:\n{}", crate::shell::last_lines(&log, 20)));
            }
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    /// As `kill -9` does.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            let _ = process.kill();
            let _ = process.wait();
        }
    }

    pub fn get(&self, path: &str) -> Result<Value, String> {
        http::get(self.address, path, TOKEN)
    }

    /// The recordings of a call, as they are told.
    pub fn recordings(&self, call: &Value) -> Result<Vec<Value>, String> {
        let told = self.get(&format!("/v1/calls/{}/recordings", call["id"].as_str().unwrap_or_default()))?;
        Ok(told.as_array().cloned().unwrap_or_default())
    }

    /// A recording as it is played: the samples of a WAV.
    pub fn heard(&self, recording: &Value) -> Result<Vec<i16>, String> {
        let id = recording["id"].as_str().unwrap_or_default();
        let wav = http::get_bytes(self.address, &format!("/v1/recordings/{id}?as=playable"), TOKEN)?;
        let samples = wav.get(44..).unwrap_or_default().chunks_exact(2);
        Ok(samples.map(|two| i16::from_le_bytes([two[0], two[1]])).collect())
    }

    /// Clicks; what was answered, as far as a person is told.
    pub fn dial(&self, agent: &str, number: &str) -> Result<Value, String> {
        // Two seconds after the last news of such a call a click is one more of the same.
        thread::sleep(DOUBLE_CLICK);
        let body = serde_json::json!({ "agent": agent, "number": number, "confirmed": true, "force": true });
        http::post_json(self.address, "/v1/calls", TOKEN, &body)
    }

    /// The computing time it has used.
    pub fn computed(&self) -> Result<Duration, String> {
        let id = self.process.as_ref().map(Child::id).ok_or("the hub does not run")?;
        let stat = fs::read_to_string(format!("/proc/{id}/stat")).map_err(|e| format!("/proc/{id}/stat: {e}"))?;
        // After the name in brackets: state is field 3, so user and system time are 12 and 13 from there.
        let fields = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        let ticks = fields.split_whitespace().skip(11).take(2).filter_map(|field| field.parse::<u64>().ok());
        // A tick is a hundredth of a second on every Linux this runs on.
        Ok(Duration::from_millis(ticks.sum::<u64>() * 10))
    }
}

/// How it hears of calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Asterisk's own events.
    Events,
    /// What the dialplan pushes.
    Pushes,
}

/// Its settings: two agents with a phone each, a third whose phone is not registered.
pub fn settings(by: By) -> String {
    let account = match by {
        By::Events => format!(
            "connector = \"asterisk\"\ncontext = \"internal\"\ncompany_number = \"5716017000\"\nmanager_user = \"{}\"\n\
             manager_password = {{ env = \"{SECRET}\" }}\n",
            super::pbx::USER
        ),
        By::Pushes => {
            format!("connector = \"asterisk-ari\"\ncontext = \"ringcard-out\"\npush_key = {{ env = \"{KEY}\" }}\n")
        }
    };
    format!(
        r#"
[locale]
country = "CO"
[listen]
address = "127.0.0.1:8480"
[numbers]
internal_min = 3
internal_max = 3
own = ["+576017000000"]
[[agent]]
name = "Ana"
extension = "101"
[[agent]]
name = "Béla"
extension = "102"
[[agent]]
name = "Carla"
extension = "103"
[[agent]]
name = "Nobody"
extension = "199"
[[account]]
name = "pbx"
api_url = "http://{}/ari"
allow_http = true
user = "{}"
password = {{ env = "{SECRET}" }}
number_style = "digits"
ring_seconds = 4
{account}"#,
        super::pbx::ARI,
        super::pbx::USER
    )
}
