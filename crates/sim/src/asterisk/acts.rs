//! What can happen in the simulated Asterisk, each as a real one tells it.

use super::world::{AsteriskWrong, Delivery, World, id_of};
use crate::{Giving, SimError};
use clap::Subcommand;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// One thing that happens: for the program's commands, for scripts (`POST /control`), and for tests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Subcommand)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum AsteriskAct {
    /// Somebody calls in on the trunk; prints the channel
    CallsIn {
        #[arg(default_value = "", allow_hyphen_values = true)]
        number: String,
        #[arg(long, default_value = "")]
        #[serde(default)]
        name: String,
        #[arg(long, default_value = "5716017000")]
        called: String,
    },
    /// A caller waits in a queue
    Queue {
        channel: String,
        name: String,
    },
    /// A caller's dialplan (or queue) rings an extension, once for each device; prints the channels
    Rings {
        caller: String,
        extension: String,
        #[arg(long, default_value_t = 1)]
        #[serde(default = "one")]
        devices: u8,
    },
    /// An extension's dialplan calls a customer; prints the channel
    DialsOut {
        caller: String,
        number: String,
    },
    Answers {
        channel: String,
    },
    /// A phone that rings is declined
    Declines {
        channel: String,
    },
    /// A phone turns out to be busy
    Busy {
        channel: String,
    },
    /// A phone was not picked up in time
    NotAnswered {
        channel: String,
    },
    Holds {
        channel: String,
    },
    Resumes {
        channel: String,
    },
    /// An extension passes its caller on, without asking; prints the new channel
    PassesOn {
        channel: String,
        caller: String,
        extension: String,
    },
    /// An extension asks a colleague, who picks up; prints its second channel and the colleague's
    Asks {
        channel: String,
        extension: String,
    },
    /// … and gives them the caller
    HandsOver {
        channel: String,
        caller: String,
        second: String,
        colleague: String,
    },
    /// Voicemail, or a menu, answers the caller
    Service {
        channel: String,
        #[arg(long, default_value = "VoiceMail")]
        app: String,
    },
    /// MixMonitor writes a channel into this file (`../recording/a.wav`: ARI gives it)
    Records {
        channel: String,
        file: String,
    },
    /// … and does so no longer
    StopsRecording {
        channel: String,
    },
    /// Another application records a channel over ARI
    RecordsLive {
        channel: String,
        name: String,
    },
    /// How recordings are given from now on
    Gives {
        how: Giving,
    },
    HangsUp {
        channel: String,
        /// By Q.850
        #[arg(long, default_value_t = 16)]
        #[serde(default = "normal")]
        cause: u16,
    },
    /// All calls are gone and all lines cut; it counts anew, so that ids come again
    Restarts,
    /// Every line breaks
    CutLines,
    /// It misbehaves from now on; without a word it behaves
    Misbehaves {
        how: Option<AsteriskWrong>,
    },
    /// How its events go out from now on
    Delivers {
        how: Delivery,
    },
}

fn one() -> u8 {
    1
}

fn normal() -> u16 {
    16
}

impl World {
    /// The ids of the channels that are new.
    pub fn act(&mut self, act: &AsteriskAct) -> Result<Vec<String>, SimError> {
        use AsteriskAct::*;
        let named: &[&String] = match act {
            Queue { channel, .. } | Answers { channel } | Declines { channel } | Busy { channel } => &[channel],
            NotAnswered { channel } | Holds { channel } | Resumes { channel } | Service { channel, .. } => &[channel],
            HangsUp { channel, .. } | Asks { channel, .. } => &[channel],
            Records { channel, .. } | StopsRecording { channel } | RecordsLive { channel, .. } => &[channel],
            Rings { caller, .. } | DialsOut { caller, .. } => &[caller],
            PassesOn { channel, caller, .. } => &[channel, caller],
            HandsOver { channel, caller, second, colleague } => &[channel, caller, second, colleague],
            CallsIn { .. } | Restarts | CutLines | Misbehaves { .. } | Delivers { .. } | Gives { .. } => &[],
        };
        if let Some(unknown) = named.iter().find(|id| !self.channels.contains_key(id.as_str())) {
            return Err(SimError::NoSuchChannel((*unknown).clone()));
        }
        let mut new = Vec::new();
        match act {
            CallsIn { number, name, called } => new.push(self.calls_in(number, name, called)),
            Queue { channel, name } => self.goes_on(channel, "Queue", &format!("{name},t")),
            Rings { caller, extension, devices } => {
                new.extend((0..*devices).map(|_| self.dials(caller, extension, extension)));
            }
            DialsOut { caller, number } => new.push(self.dials(caller, "trunk", &format!("{number}@trunk"))),
            Answers { channel } => self.answers(channel),
            Declines { channel } => self.not_answered(channel, "NOANSWER", 21),
            Busy { channel } => self.not_answered(channel, "BUSY", 17),
            NotAnswered { channel } => self.not_answered(channel, "NOANSWER", 0),
            Holds { channel } => self.holds(channel, true),
            Resumes { channel } => self.holds(channel, false),
            PassesOn { channel, caller, extension } => new.push(self.passes_on(channel, caller, extension)),
            Asks { channel, extension } => new.extend(self.asks(channel, extension)),
            HandsOver { channel, caller, second, colleague } => self.hands_over([channel, second, caller, colleague]),
            Service { channel, app } => {
                self.answers(channel);
                self.goes_on(channel, app, "");
            }
            Records { channel, file } => self.records(channel, file),
            StopsRecording { channel } => self.stops_recording(channel),
            RecordsLive { channel, name } => self.records_live(channel, name),
            Gives { how } => self.recorded.giving = *how,
            HangsUp { channel, cause } => self.hang_up(channel, *cause),
            Restarts => self.restart(),
            CutLines => self.cut_lines(),
            Misbehaves { how } => self.wrong = *how,
            Delivers { how } => self.deliver(*how),
        }
        Ok(new)
    }

    pub fn calls_in(&mut self, number: &str, name: &str, called: &str) -> String {
        let mut channel = self.channel("trunk", "Ring");
        channel["caller"] = json!({ "name": name, "number": number });
        channel["dialplan"] =
            json!({ "context": "from-trunk", "exten": called, "priority": 1, "app_name": "", "app_data": "" });
        let id = id_of(&channel);
        self.tell(json!({ "type": "ChannelCreated", "channel": channel }));
        id
    }

    pub fn dials(&mut self, caller: &str, resource: &str, dialstring: &str) -> String {
        let mut peer = self.channel(resource, "Down");
        let id = id_of(&peer);
        self.dialled_by.insert(id.clone(), caller.to_owned());
        let mut from = self.channels.get(caller).cloned().unwrap_or_default();
        if let Some(company) = self.shown_as.get(caller) {
            from["caller"]["number"] = company.as_str().into();
        }
        peer["connected"] = from["caller"].clone();
        // Who waits in a queue is called from there.
        let is_queued = from["dialplan"]["app_name"] == "Queue";
        if !is_queued {
            from["dialplan"]["app_name"] = "Dial".into();
        }
        self.tell(json!({ "type": "ChannelCreated", "channel": peer }));
        // Who is dialled has no dialplan of their own, and shows this.
        peer["dialplan"]["app_name"] = if is_queued { "AppQueue" } else { "AppDial" }.into();
        peer["dialplan"]["app_data"] = "(Outgoing Line)".into();
        let dial = |peer: &Value, status: &str| json!({ "type": "Dial", "caller": from, "peer": peer, "dialstatus": status, "dialstring": dialstring });
        self.tell(dial(&peer, ""));
        peer["state"] = "Ringing".into();
        self.tell(json!({ "type": "ChannelStateChange", "channel": peer }));
        self.tell(dial(&peer, "RINGING"));
        id
    }

    pub fn answers(&mut self, channel: &str) {
        let Some(mut up) = self.channels.get(channel).cloned() else { return };
        up["state"] = "Up".into();
        self.tell(json!({ "type": "ChannelStateChange", "channel": up }));
    }

    pub fn holds(&mut self, channel: &str, held: bool) {
        let Some(now) = self.channels.get(channel).cloned() else { return };
        self.tell(json!({ "type": if held { "ChannelHold" } else { "ChannelUnhold" }, "channel": now }));
    }

    /// Whoever dialled it is told how it went, then it is gone.
    fn not_answered(&mut self, channel: &str, status: &str, cause: u16) {
        let caller = self.dialled_by.get(channel).and_then(|caller| self.channels.get(caller)).cloned();
        let peer = self.channels.get(channel).cloned().unwrap_or_default();
        self.tell(json!({ "type": "Dial", "caller": caller, "peer": peer, "dialstatus": status, "dialstring": "" }));
        self.hang_up(channel, cause);
    }

    fn passes_on(&mut self, channel: &str, caller: &str, extension: &str) -> String {
        let (own, transferee) = (self.channels[channel].clone(), self.channels[caller].clone());
        self.tell(json!({ "type": "BridgeBlindTransfer", "channel": own, "transferee": transferee, "exten": extension,
                          "context": "internal", "result": "Success", "is_external": true }));
        self.hang_up(channel, 16);
        self.goes_on(caller, "Dial", &format!("PJSIP/{extension}"));
        self.dials(caller, extension, extension)
    }

    fn asks(&mut self, channel: &str, extension: &str) -> [String; 2] {
        self.holds(channel, true);
        let name = self.channels[channel]["name"].as_str().unwrap_or_default().to_owned();
        let own = name.trim_start_matches("PJSIP/").split('-').next().unwrap_or_default().to_owned();
        let mut second = self.channel(&own, "Ring");
        second["dialplan"]["exten"] = extension.into();
        let second_id = id_of(&second);
        self.tell(json!({ "type": "ChannelCreated", "channel": second }));
        let colleague = self.dials(&second_id, extension, extension);
        self.answers(&colleague);
        self.answers(&second_id);
        [second_id, colleague]
    }

    /// The first and the second leg of whoever passes on, the caller, and the colleague.
    fn hands_over(&mut self, ids: [&str; 4]) {
        let [first, second, transferee, target] = ids.map(|id| self.channels[id].clone());
        self.tell(json!({ "type": "BridgeAttendedTransfer", "transferer_first_leg": first,
                          "transferer_second_leg": second, "transferee": transferee, "transfer_target": target,
                          "result": "Success", "is_external": true, "destination_type": "bridge" }));
        let bridge = json!({ "id": format!("bridge-{}", ids[3]), "bridge_type": "mixing",
                             "channels": [ids[3], ids[2]] });
        self.tell(json!({ "type": "ChannelEnteredBridge", "bridge": bridge, "channel": transferee }));
        for id in &ids[..2] {
            self.hang_up(id, 16);
        }
    }
}
