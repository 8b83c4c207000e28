//! What the simulated Asterisk has going on, and whom it tells.

use super::recorded::Recorded;
use crate::clock;
use clap::ValueEnum;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use tokio::sync::mpsc;

/// Frames that may wait for one line; a slower one is cut, as Asterisk does.
pub(super) const WAITING: usize = 50_000;

/// What it can be made to do wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum AsteriskWrong {
    /// It takes what is asked and never answers.
    Silent,
    /// It takes what is asked and breaks the connection off.
    CutOff,
    /// Lines open and break at once.
    LinesBreak,
    /// Its `/channels` answers 503, as one does that is starting.
    Starting,
    /// Nobody is let in from here.
    Forbids,
}

/// What the page shows of it.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct AsteriskShown {
    channels: Vec<Value>,
    wrong: Option<AsteriskWrong>,
    delivery: Delivery,
    lines: usize,
}

#[derive(Debug)]
pub(crate) struct World {
    pub user: String,
    pub password: String,
    pub read_only: bool,
    pub clock_off_ms: i64,
    pub channels: BTreeMap<String, Value>,
    pub bridges: BTreeMap<String, Value>,
    pub endpoints: Vec<Value>,
    pub requests: Vec<String>,
    pub clicks: Vec<String>,
    pub wrong: Option<AsteriskWrong>,
    /// The events an application wants, where it said so.
    pub filter: Option<BTreeSet<String>>,
    /// Whose dialplan called a channel.
    pub dialled_by: BTreeMap<String, String>,
    /// What whoever a channel's dialplan calls sees in place of its own number.
    pub shown_as: BTreeMap<String, String>,
    /// How its events go out.
    pub delivery: Delivery,
    /// One that lets the next go before.
    held_back: Option<String>,
    lines: Vec<(String, mpsc::Sender<String>)>,
    pub recorded: Recorded,
    last: u64,
}

/// How events go out.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, ValueEnum)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    #[default]
    AsTheyHappen,
    Twice,
    /// Each two change places.
    Swapped,
    /// Half a second late.
    Late,
}

/// Channels that the page lists.
const SHOWN: usize = 60;

const LATE: Duration = Duration::from_millis(500);

pub(super) fn id_of(channel: &Value) -> String {
    channel["id"].as_str().unwrap_or_default().to_owned()
}

impl World {
    pub fn shown(&self) -> AsteriskShown {
        let of = |channel: &Value| {
            json!({ "id": channel["id"], "name": channel["name"], "state": channel["state"], "caller": channel["caller"],
                    "dialled_by": self.dialled_by.get(channel["id"].as_str().unwrap_or_default()) })
        };
        AsteriskShown {
            channels: self.channels.values().take(SHOWN).map(of).collect(),
            wrong: self.wrong,
            delivery: self.delivery,
            lines: self.lines(),
        }
    }

    pub fn new(user: &str, password: &str, extensions: &[&str]) -> Self {
        let endpoint = |resource: &str| json!({ "technology": "PJSIP", "resource": resource, "state": "online", "channel_ids": [] });
        let endpoints = extensions.iter().copied().chain(["trunk"]).map(endpoint).collect();
        Self {
            user: user.to_owned(),
            password: password.to_owned(),
            read_only: false,
            clock_off_ms: 0,
            channels: BTreeMap::new(),
            bridges: BTreeMap::new(),
            endpoints,
            requests: Vec::new(),
            clicks: Vec::new(),
            wrong: None,
            filter: None,
            dialled_by: BTreeMap::new(),
            shown_as: BTreeMap::new(),
            delivery: Delivery::default(),
            held_back: None,
            lines: Vec::new(),
            recorded: Recorded::default(),
            last: 0,
        }
    }

    pub fn now(&self) -> String {
        let now = clock::now().saturating_add_signed(self.clock_off_ms);
        format!("{}.{:03}+0000", clock::utc(now), now % 1000)
    }

    /// A new channel of an endpoint, not told yet.
    pub fn channel(&mut self, resource: &str, state: &str) -> Value {
        self.last += 1;
        let (no, created) = (self.last, self.now());
        json!({
            "id": format!("pbx1-1795174324.{no}"), "name": format!("PJSIP/{resource}-{no:08x}"), "state": state,
            "protocol_id": "", "caller": { "name": "", "number": if resource == "trunk" { "" } else { resource } },
            "connected": { "name": "", "number": "" }, "accountcode": "",
            "dialplan": { "context": "internal", "exten": "s", "priority": 1, "app_name": "", "app_data": "" },
            "creationtime": created, "language": "en",
        })
    }

    /// Rings an extension because somebody asked for it; nothing where there is no such phone.
    pub fn originate(&mut self, id: &str, extension: &str, number: &str, caller_id: &str) -> Option<Value> {
        let is_there = self
            .endpoints
            .iter()
            .any(|endpoint| endpoint["resource"] == extension && extension != "trunk" && endpoint["state"] == "online");
        if !is_there {
            return None;
        }
        self.clicks.push(format!("{extension} calls {number}"));
        let mut channel = self.channel(extension, "Down");
        channel["id"] = id.into();
        self.tell(json!({ "type": "ChannelCreated", "channel": channel }));
        for side in ["caller", "connected"] {
            channel[side] = json!({ "name": "", "number": caller_id });
        }
        channel["dialplan"]["app_name"] = "AppDial2".into();
        let answer = channel.clone();
        let dial = |peer: &Value, status: &str| json!({ "type": "Dial", "peer": peer, "dialstatus": status, "dialstring": extension, "forward": "" });
        self.tell(dial(&channel, ""));
        channel["state"] = "Ringing".into();
        self.tell(json!({ "type": "ChannelStateChange", "channel": channel }));
        self.tell(dial(&channel, "RINGING"));
        Some(answer)
    }

    pub fn hang_up(&mut self, id: &str, cause: u16) {
        let Some(channel) = self.channels.get(id).cloned() else { return };
        self.recordings_end(id);
        self.tell(json!({ "type": "ChannelDestroyed", "channel": channel, "cause": cause, "cause_txt": "" }));
    }

    /// Who called this customer, where they have not answered.
    pub fn caller_of_unreached(&self, channel: &str) -> Option<String> {
        let known = self.channels.get(channel)?;
        let is_customer = known["name"].as_str().is_some_and(|name| name.starts_with("PJSIP/trunk-"));
        self.dialled_by.get(channel).filter(|_| is_customer && known["state"] != "Up").cloned()
    }

    pub fn goes_on(&mut self, channel: &str, app: &str, data: &str) {
        let Some(mut now) = self.channels.get(channel).cloned() else { return };
        now["dialplan"]["app_name"] = app.into();
        now["dialplan"]["app_data"] = data.into();
        let event =
            json!({ "type": "ChannelDialplan", "channel": now, "dialplan_app": app, "dialplan_app_data": data });
        self.tell(event);
    }

    /// What an event says is so from now on.
    pub fn take(&mut self, event: &Value) {
        let kind = event["type"].as_str().unwrap_or_default();
        for place in ["caller", "peer", "channel"] {
            if let Some(id) = event[place]["id"].as_str() {
                self.channels.insert(id.to_owned(), event[place].clone());
            }
        }
        if let Some(id) = event["bridge"]["id"].as_str() {
            self.bridges.insert(id.to_owned(), event["bridge"].clone());
        }
        match kind {
            "ChannelDestroyed" => {
                let id = id_of(&event["channel"]);
                self.channels.remove(&id);
                self.dialled_by.remove(&id);
            }
            "BridgeDestroyed" => drop(self.bridges.remove(&id_of(&event["bridge"]))),
            "EndpointStateChange" => {
                self.endpoints.retain(|known| known["resource"] != event["endpoint"]["resource"]);
                self.endpoints.push(event["endpoint"].clone());
            }
            _ => {}
        }
    }

    pub fn tell(&mut self, mut event: Value) {
        self.take(&event);
        let kind = event["type"].as_str().unwrap_or_default().to_owned();
        if self.filter.as_ref().is_some_and(|wanted| !wanted.contains(&kind)) {
            return;
        }
        if event.get("timestamp").is_none() {
            event["timestamp"] = self.now().into();
        }
        let event = event.to_string();
        match self.delivery {
            Delivery::AsTheyHappen => self.send(&event),
            Delivery::Twice => [&event, &event].into_iter().for_each(|event| self.send(event)),
            Delivery::Swapped => match self.held_back.take() {
                Some(before) => [event, before].iter().for_each(|event| self.send(event)),
                None => self.held_back = Some(event),
            },
            Delivery::Late => {
                for (_, line) in &self.lines {
                    let (line, event) = (line.clone(), event.clone());
                    tokio::spawn(async move {
                        tokio::time::sleep(LATE).await;
                        // A line that is cut meanwhile hears nothing any more.
                        let _ = line.send(event).await;
                    });
                }
            }
        }
    }

    pub fn deliver(&mut self, delivery: Delivery) {
        self.delivery = delivery;
        if let Some(event) = self.held_back.take() {
            self.send(&event);
        }
    }

    /// All calls are gone, all lines are cut, and it counts anew: ids come again.
    pub fn restart(&mut self) {
        self.cut_lines();
        self.channels.clear();
        self.bridges.clear();
        self.dialled_by.clear();
        (self.filter, self.held_back, self.last) = (None, None, 0);
    }

    pub fn send(&mut self, text: &str) {
        self.lines.retain(|(_, line)| line.try_send(text.to_owned()).is_ok());
    }

    /// A line for an application; one that had it hears that it is replaced, and nothing more.
    pub fn open_line(&mut self, app: &str) -> mpsc::Receiver<String> {
        let (line, frames) = mpsc::channel(WAITING);
        let replaced =
            json!({ "type": "ApplicationReplaced", "application": app, "timestamp": self.now() }).to_string();
        self.lines.retain(|(of, line)| {
            if of == app {
                let _ = line.try_send(replaced.clone());
            }
            of != app
        });
        self.filter = None;
        self.lines.push((app.to_owned(), line));
        frames
    }

    pub fn has_app(&self, app: &str) -> bool {
        self.lines.iter().any(|(of, line)| of == app && !line.is_closed())
    }

    pub fn lines(&self) -> usize {
        self.lines.iter().filter(|(_, line)| !line.is_closed()).count()
    }

    pub fn cut_lines(&mut self) {
        self.lines.clear();
    }
}
