//! What the simulated Asterisk records: by its dialplan's MixMonitor, and by applications over ARI; and the folder ARI gives
//! files of.

use super::world::World;
use crate::{
    journal::first,
    pairs,
    recordings::Giving,
    sound::{Coding, tone},
};
use axum::{
    http::{Method, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::json;
use std::collections::{BTreeMap, BTreeSet};

const SPOOL: &str = "/var/spool/asterisk";
/// As long as whatever is recorded here.
const SECONDS: u32 = 2;

/// One that an application makes.
#[derive(Debug, Clone)]
pub(super) struct Live {
    target: String,
    paused: bool,
}

#[derive(Debug, Default)]
pub(crate) struct Recorded {
    /// Below the folder `monitor`, by channel.
    mixed: BTreeMap<String, String>,
    muted: BTreeSet<String>,
    live: BTreeMap<String, Live>,
    stored: BTreeMap<String, Vec<u8>>,
    /// What it gives in place of a file.
    pub giving: Giving,
    /// Who may use the manager; nobody where it is off.
    pub manager: Option<(String, String)>,
    sessions: u32,
    /// Whether ari.conf lets channels carry the variables of recordings.
    pub carries_no_variables: bool,
}

impl World {
    /// The dialplan's MixMonitor begins to write a channel.
    pub fn records(&mut self, channel: &str, file: &str) {
        self.recorded.mixed.insert(channel.to_owned(), file.to_owned());
        self.recorded.muted.remove(channel);
        if let Some(known) = self.channels.get_mut(channel)
            && !self.recorded.carries_no_variables
        {
            known["channelvars"]["MIXMONITOR_FILENAME"] = format!("{SPOOL}/monitor/{file}").into();
            known["channelvars"]["RINGCARD_PAUSED"] = "".into();
        }
        self.goes_on(channel, "MixMonitor", &format!("{file},b"));
    }

    pub fn stops_recording(&mut self, channel: &str) {
        self.goes_on(channel, "StopMixMonitor", "");
        self.file_is_whole(channel);
    }

    /// An application records a channel.
    pub fn records_live(&mut self, channel: &str, name: &str) {
        let live = Live { target: format!("channel:{channel}"), paused: false };
        self.recorded.live.insert(name.to_owned(), live);
        self.tell_live("RecordingStarted", name);
    }

    /// A channel goes, and what was recorded of it is there from now on.
    pub fn recordings_end(&mut self, channel: &str) {
        self.file_is_whole(channel);
        let target = format!("channel:{channel}");
        let ended = self.recorded.live.iter().filter(|(_, live)| live.target == target);
        let ended: Vec<String> = ended.map(|(name, _)| name.clone()).collect();
        for name in ended {
            self.tell_live("RecordingFinished", &name);
            self.recorded.live.remove(&name);
            self.recorded.stored.insert(name, tone(Coding::Pcm, SECONDS));
        }
    }

    pub fn is_recording_paused(&self, of: &str) -> bool {
        self.recorded.muted.contains(of) || self.recorded.live.get(of).is_some_and(|live| live.paused)
    }

    pub fn store(&mut self, name: &str, audio: Vec<u8>) {
        self.recorded.stored.insert(name.to_owned(), audio);
    }

    /// MixMonitor has closed its file; only what is in the right folder can be asked for.
    fn file_is_whole(&mut self, channel: &str) {
        let Some(file) = self.recorded.mixed.remove(channel) else { return };
        if let Some(name) = file.strip_prefix("../recording/").and_then(|file| file.strip_suffix(".wav")) {
            self.store(name, tone(Coding::Pcm, SECONDS));
        }
    }

    fn tell_live(&mut self, kind: &str, name: &str) {
        let Some(live) = self.recorded.live.get(name) else { return };
        let state = if kind == "RecordingFinished" { "done" } else { "recording" };
        let recording = json!({ "name": name, "format": "wav", "state": state, "target_uri": live.target });
        self.tell(json!({ "type": kind, "recording": recording }));
    }

    /// What ARI answers below `/recordings`.
    pub fn answer_recordings(&mut self, method: &Method, path: &[&str]) -> Option<Response> {
        Some(match (method, path) {
            (&Method::GET, ["stored", name, "file"]) => {
                let name = pairs::decode_path(name);
                match self.recorded.stored.get(&name).filter(|_| self.recorded.giving != Giving::Gone) {
                    Some(audio) => self.recorded.giving.answer(audio, Coding::Pcm),
                    None => super::server::error(StatusCode::NOT_FOUND, "Recording not found"),
                }
            }
            (&(Method::POST | Method::DELETE), ["live", name, "pause"]) => {
                let name = pairs::decode_path(name);
                match self.recorded.live.get_mut(&name) {
                    Some(live) => {
                        live.paused = *method == Method::POST;
                        StatusCode::NO_CONTENT.into_response()
                    }
                    None => super::server::error(StatusCode::NOT_FOUND, "Recording not found"),
                }
            }
            _ => return None,
        })
    }

    /// What the manager answers (`/rawman`).
    pub fn answer_manager(&mut self, session: Option<&str>, form: &[(String, String)]) -> Response {
        let given = |name: &str| first(form, name).unwrap_or_default();
        let Some((user, secret)) = &self.recorded.manager else {
            return (StatusCode::NOT_FOUND, "<html><h1>Not Found</h1></html>").into_response();
        };
        let own = format!("mansession_id=\"{:08x}\"", self.recorded.sessions);
        let is_in = self.recorded.sessions > 0 && session == Some(own.as_str());
        if given("Action") == "Login" {
            if (given("Username"), given("Secret")) != (user, secret) {
                return said("Error", "Authentication failed").into_response();
            }
            self.recorded.sessions += 1;
            let cookie = format!("mansession_id=\"{:08x}\"; Version=1; Max-Age=60", self.recorded.sessions);
            return ([(header::SET_COOKIE, cookie)], said("Success", "Authentication accepted")).into_response();
        }
        if !is_in {
            return said("Error", "Permission denied").into_response();
        }
        let channel = given("Channel");
        if !self.channels.contains_key(channel) {
            return said("Error", "No such channel").into_response();
        }
        match given("Action") {
            "MixMonitorMute" if given("State") == "1" => drop(self.recorded.muted.insert(channel.to_owned())),
            "MixMonitorMute" => drop(self.recorded.muted.remove(channel)),
            "Setvar" => {
                let (name, value) = (given("Variable"), given("Value"));
                if let Some(known) = self.channels.get_mut(channel)
                    && known["channelvars"].get(name).is_some()
                {
                    known["channelvars"][name] = value.into();
                }
            }
            _ => return said("Error", "Invalid/unknown command").into_response(),
        }
        said("Success", "").into_response()
    }
}

fn said(response: &str, message: &str) -> String {
    let message = if message.is_empty() { String::new() } else { format!("Message: {message}\r\n") };
    format!("Response: {response}\r\n{message}\r\n")
}
