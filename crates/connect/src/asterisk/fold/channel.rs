//! One channel, as it is and as it was told.

use super::{
    mixed::Mixed,
    names::{Names, Who},
};
use crate::asterisk::wire::{ChannelNow, Party};
use ringcard_core::{
    Timestamp,
    leg::{Cause, LegSide},
};

/// How far a leg has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Stage {
    Rings,
    Answered,
}

/// A channel Asterisk has.
#[derive(Debug, Clone)]
pub(super) struct Channel {
    pub id: String,
    /// Which call it is in.
    pub call: u64,
    pub who: Who,
    pub up: bool,
    pub ringing: bool,
    /// Asterisk's id of the call, where ari.conf lets channels carry it.
    pub linked: Option<String>,
    /// It came to Asterisk by itself: a trunk that rings in, a phone that dials.
    pub came_in: bool,
    /// Asterisk was asked from outside to call it: nobody in Asterisk dials it.
    pub originated: bool,
    /// It was there before we looked.
    pub was_there: bool,
    pub caller: Party,
    pub connected: Party,
    /// What it dialled, where it came in.
    pub exten: String,
    /// What was dialled to reach it, without the trunk.
    pub dialled: String,
    /// The channel whose dialplan calls it.
    pub dialled_by: Option<String>,
    pub app: String,
    pub app_data: String,
    pub created: String,
    /// Its number is not to be shown.
    pub withheld: bool,
    pub held: bool,
    /// How whoever dialled it let it go: `BUSY`, `CANCEL` …
    pub dial_status: String,
    /// It was ended from here.
    pub ended_here: bool,
    /// Whoever is at its other end has hung up.
    pub hung_up: Option<(Cause, Option<Timestamp>)>,
    pub told: Option<Told>,
    /// The bridge it was last heard in.
    pub bridge: Option<String>,
    /// What MixMonitor writes of it.
    pub mixed: Mixed,
}

/// What was last told of a channel's leg.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Told {
    pub stage: Stage,
    pub side: LegSide,
    pub extension: Option<String>,
    pub held: bool,
    pub leg_id: String,
    /// Its end was told before the channel went.
    pub ended: bool,
}

impl Told {
    /// As it was told, or would have been.
    pub fn new(channel: &Channel, side: LegSide) -> Self {
        let extension = || channel.extension().map(str::to_owned).filter(|_| side == LegSide::Agent);
        channel.told.clone().unwrap_or_else(|| Self {
            stage: Stage::Rings,
            side,
            extension: extension(),
            held: false,
            leg_id: channel.id.clone(),
            ended: false,
        })
    }
}

impl Channel {
    pub fn new(now: &ChannelNow, call: u64, names: &Names) -> Self {
        Self {
            id: now.id.clone(),
            call,
            who: names.who(&now.name),
            up: false,
            ringing: false,
            linked: None,
            came_in: false,
            originated: false,
            was_there: false,
            caller: Party::default(),
            connected: Party::default(),
            exten: String::new(),
            dialled: String::new(),
            dialled_by: None,
            app: String::new(),
            app_data: String::new(),
            created: now.creationtime.clone(),
            withheld: false,
            held: false,
            dial_status: String::new(),
            ended_here: false,
            hung_up: None,
            told: None,
            bridge: None,
            mixed: Mixed::default(),
        }
    }

    /// Takes what is new. What was said before something we know already changes nothing back.
    pub fn update(&mut self, now: &ChannelNow, names: &Names) {
        let who = names.who(&now.name);
        if who != Who::Machine {
            // A pick-up puts another phone into the channel.
            self.who = who;
        }
        if !now.creationtime.is_empty() {
            // Where Asterisk puts one call into another one's channel, this changes with it.
            self.created.clone_from(&now.creationtime);
        }
        self.up |= now.state == "Up";
        self.ringing |= now.state == "Ringing";
        self.came_in |= now.state == "Ring";
        self.linked =
            now.channelvars.get("CHANNEL(linkedid)").filter(|id| !id.is_empty()).cloned().or(self.linked.take());
        self.caller = now.caller.clone();
        self.connected = now.connected.clone();
        let withheld = ["CALLERID(num-pres)", "CALLERID(pres)"].iter().find_map(|name| now.channelvars.get(*name));
        if let Some(presentation) = withheld {
            self.withheld = presentation.starts_with("prohib");
        }
        if self.exten.is_empty() && !matches!(now.dialplan.exten.as_str(), "" | "s" | "h" | "t" | "i") {
            self.exten.clone_from(&now.dialplan.exten);
        }
        self.app.clone_from(&now.dialplan.app_name);
        self.app_data.clone_from(&now.dialplan.app_data);
        self.mixed.update(now);
    }

    /// What a call that begins with it is called.
    pub fn call_id(&self) -> String {
        self.linked.clone().unwrap_or_else(|| self.id.clone())
    }

    pub fn extension(&self) -> Option<&str> {
        match &self.who {
            Who::Extension(extension) => Some(extension),
            _ => None,
        }
    }

    pub fn is_outside(&self) -> bool {
        self.who == Who::Outside
    }

    /// How far whoever was called there has come.
    pub fn stage(&self) -> Option<Stage> {
        let rings = self.ringing || matches!(self.dial_status.as_str(), "RINGING" | "PROGRESS");
        match (self.up, rings) {
            (true, _) => Some(Stage::Answered),
            (false, true) => Some(Stage::Rings),
            (false, false) => None,
        }
    }

    /// The machine its caller was given to, where that is one people are told of.
    pub fn service(&self) -> Option<&'static str> {
        match self.app.to_ascii_lowercase().as_str() {
            "voicemail" | "minivmrecord" => Some("voicemail"),
            "park" | "parkandannounce" => Some("parked"),
            "background" | "read" | "waitexten" | "directory" => Some("menu"),
            _ => None,
        }
    }

    /// Its dialplan calls somebody, or may be on its way to: nothing of this is heard.
    pub fn may_call_next(&self) -> bool {
        const UNHEARD: [&str; 20] = [
            "dial",
            "set",
            "mset",
            "noop",
            "goto",
            "gotoif",
            "gosub",
            "gosubif",
            "return",
            "macro",
            "macroif",
            "execif",
            "verbose",
            "log",
            "agi",
            "system",
            "trysystem",
            "while",
            "endwhile",
            "resetcdr",
        ];
        UNHEARD.iter().any(|app| self.app.eq_ignore_ascii_case(app))
    }

    /// The queue it waits in.
    pub fn queue(&self) -> Option<&str> {
        let name = self.app_data.split(',').next().unwrap_or_default().trim();
        (self.app.eq_ignore_ascii_case("queue") && !name.is_empty()).then_some(name)
    }
}

/// Why a leg ended, from what the channel's end says and what whoever dialled it did. `others_answered`: somebody else did.
pub(super) fn cause_of(channel: &Channel, cause: u16, sip: Option<u16>, others_answered: bool) -> Cause {
    let said = Cause { q850: Some(cause).filter(|cause| *cause != 0), sip };
    if channel.up {
        return said;
    }
    if channel.ended_here {
        // What Asterisk makes of that differs; it was a ring that was declined, or a click that was taken back.
        let q850 = if channel.came_in || channel.originated { 16 } else { 21 };
        return Cause { q850: Some(q850), sip: None };
    }
    // *Interworking*, *normal* and none at all say nothing; neither does what a phone answers to being cancelled.
    let is_vague = matches!(cause, 0 | 16 | 31 | 127);
    if channel.came_in {
        // Whoever called gave it up.
        return if is_vague { Cause { q850: Some(16), sip: Some(487) } } else { said };
    }
    match channel.dial_status.as_str() {
        "CANCEL" if others_answered => Cause { q850: Some(26), sip: None },
        "CANCEL" => Cause { q850: Some(16), sip: Some(487) },
        "BUSY" if is_vague => Cause { q850: Some(17), sip },
        "CHANUNAVAIL" if is_vague => Cause { q850: Some(20), sip },
        "CONGESTION" if is_vague => Cause { q850: Some(34), sip },
        "NOANSWER" | "RINGING" if is_vague && sip.is_none_or(|sip| matches!(sip, 487 | 500)) => {
            Cause { q850: Some(19), sip: None }
        }
        _ => said,
    }
}
