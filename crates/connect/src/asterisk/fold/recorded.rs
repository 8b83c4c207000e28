//! What is recorded of a call: by MixMonitor on one of its channels, or by an application over ARI, which says so itself.
//!
//! A recording is told by its name when it is over: then it can be fetched. Whether it is paused is told as it changes.

use super::{Channel, Fold, telling::News};
use crate::{Push, Toggle, asterisk::wire::RecordingNow};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::PathBuf,
};

/// More than any Asterisk makes at once; what comes beyond is not followed.
const MOST: usize = 10_000;

/// What an account says of recordings.
#[derive(Debug, Clone)]
pub(in crate::asterisk) struct Keeping {
    /// Of its files ARI gives.
    pub folder: PathBuf,
    /// What MixMonitor writes can be paused from here.
    pub can_mute: bool,
}

/// What records a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::asterisk) enum Recorder {
    /// MixMonitor, on this channel.
    Mixed { channel: String },
    /// An application over ARI, under this name.
    Live { name: String },
}

/// One of ARI.
#[derive(Debug)]
struct Live {
    target: Target,
    paused: bool,
}

#[derive(Debug, PartialEq, Eq)]
enum Target {
    Channel(String),
    Bridge(String),
}

impl Target {
    fn is(&self, channel: &Channel) -> bool {
        match self {
            Self::Channel(id) => channel.id == *id,
            Self::Bridge(id) => channel.bridge.as_ref() == Some(id),
        }
    }
}

/// Everything that is recorded, and what of it nobody has heard yet.
#[derive(Debug)]
pub(super) struct Recorded {
    keeping: Keeping,
    live: BTreeMap<String, Live>,
    /// Calls of which something may be new. What it is is looked up when it is told: what was so for a while and is not any
    /// more is no news.
    changed: BTreeSet<u64>,
}

impl Recorded {
    pub fn new(keeping: Keeping) -> Self {
        Self { keeping, live: BTreeMap::new(), changed: BTreeSet::new() }
    }
}

impl Fold {
    /// An application began a recording.
    pub(super) fn recording_began(&mut self, now: &RecordingNow) -> Option<u64> {
        let target = match now.target_uri.split_once(':')? {
            ("channel", id) => Target::Channel(id.to_owned()),
            ("bridge", id) => Target::Bridge(id.to_owned()),
            _ => return None,
        };
        let live = Live { target, paused: now.state == "paused" };
        let call = self.call_of(&live);
        if self.recorded.live.len() < MOST || self.recorded.live.contains_key(&now.name) {
            self.recorded.live.insert(now.name.clone(), live);
        }
        call
    }

    /// It is over; `is_there`: and can be fetched.
    pub(super) fn recording_ended(&mut self, name: &str, is_there: bool, pushes: &mut Vec<Push>) -> Option<u64> {
        let live = self.recorded.live.remove(name)?;
        let call = self.call_of(&live)?;
        if is_there {
            self.tell_recorded(call, name.to_owned(), pushes);
        }
        Some(call)
    }

    /// A channel goes, and with it what is recorded of it.
    pub(super) fn recordings_go(&mut self, channel: &str, pushes: &mut Vec<Push>) {
        let Some(goes) = self.channels.get(channel) else { return };
        let call = goes.call;
        // Somebody else may still be in a bridge that is recorded.
        let is_last = |live: &Live| !self.channels.values().any(|other| other.id != channel && live.target.is(other));
        let own = |live: &Live| live.target.is(goes) && is_last(live);
        let lives: Vec<String> =
            self.recorded.live.iter().filter(|(_, live)| own(live)).map(|(name, _)| name.clone()).collect();
        let mixed = goes.mixed.stored_name(&self.recorded.keeping.folder).filter(|_| goes.mixed.goes_on());
        for name in lives.iter().chain(&mixed) {
            self.recorded.live.remove(name);
            self.tell_recorded(call, name.clone(), pushes);
        }
    }

    /// By what name ARI will give what MixMonitor writes of a channel now.
    pub(super) fn mixed_now(&self, channel: &str) -> Option<String> {
        let known = self.channels.get(channel).filter(|known| known.mixed.goes_on())?;
        known.mixed.stored_name(&self.recorded.keeping.folder)
    }

    /// What was recorded of a channel before it was seen again, where that is over now.
    pub(super) fn mixed_is_over(&mut self, channel: &str, before: Option<String>, pushes: &mut Vec<Push>) {
        let Some(before) = before else { return };
        if self.mixed_now(channel).as_ref() != Some(&before)
            && let Some(call) = self.channels.get(channel).map(|channel| channel.call)
        {
            self.tell_recorded(call, before, pushes);
        }
    }

    /// With the call's last news, where there are some.
    fn tell_recorded(&mut self, call: u64, name: String, pushes: &mut Vec<Push>) {
        let Some(about) = self.calls.get(&call).and_then(|talk| talk.about.as_ref()) else { return };
        let is_same = |push: &&mut Push| push.external_id.as_ref() == Some(&about.id);
        if let Some(push) = pushes.last_mut().filter(is_same) {
            push.recording_ids.push(name);
            return;
        }
        let news = News { leg: None, event: None, extensions: Vec::new(), service: None };
        if let Some(push) = self.push(call, news) {
            pushes.push(Push { recording_ids: vec![name], ..push });
        }
    }

    fn call_of(&self, live: &Live) -> Option<u64> {
        self.channels.values().find(|channel| live.target.is(channel)).map(|channel| channel.call)
    }

    /// What records a call, and whether it is paused; nothing where nobody can pause it from here.
    fn recorder(&self, call: u64) -> Option<(Recorder, Toggle)> {
        let talk = self.calls.get(&call)?;
        let channels = || talk.channels.iter().filter_map(|id| self.channels.get(id));
        if self.recorded.keeping.can_mute
            && let Some(mixed) = channels().find(|channel| channel.mixed.goes_on())
        {
            return Some((Recorder::Mixed { channel: mixed.id.clone() }, mixed.mixed.paused));
        }
        let (name, live) =
            self.recorded.live.iter().find(|(_, live)| channels().any(|channel| live.target.is(channel)))?;
        Some((Recorder::Live { name: name.clone() }, Toggle { on: live.paused, known: true }))
    }

    /// What records the call that an extension's channel is in.
    pub fn recorder_of(&self, channel: &str) -> Option<(Recorder, Toggle)> {
        self.recorder(self.channels.get(channel)?.call)
    }

    /// Whether the call of this channel is recorded by something that cannot be paused from here.
    pub fn is_mixed_only(&self, channel: &str) -> bool {
        let talk = self.channels.get(channel).and_then(|channel| self.calls.get(&channel.call));
        let mut channels = talk.into_iter().flat_map(|talk| &talk.channels).filter_map(|id| self.channels.get(id));
        !self.recorded.keeping.can_mute && channels.any(|channel| channel.mixed.goes_on())
    }

    /// It was paused from here, or goes on.
    pub fn paused(&mut self, recorder: &Recorder, paused: Toggle) {
        let call = match recorder {
            Recorder::Mixed { channel } => self.channels.get_mut(channel).map(|known| {
                known.mixed.paused = paused;
                known.call
            }),
            Recorder::Live { name } => {
                if let Some(live) = self.recorded.live.get_mut(name) {
                    live.paused = paused.on;
                }
                self.recorded.live.get(name).and_then(|live| self.call_of(live))
            }
        };
        if let Some(call) = call {
            self.note_recording(call);
        }
    }

    /// Remembers to tell whether a call's recording is paused, where that is new.
    pub(super) fn note_recording(&mut self, call: u64) {
        self.recorded.changed.insert(call);
    }

    /// Of calls by their ids: whether what is recorded of them is paused, as far as that is new.
    pub fn recording_news(&mut self) -> Vec<(String, Option<Toggle>)> {
        let mut news = Vec::new();
        for call in std::mem::take(&mut self.recorded.changed) {
            let paused = self.recorder(call).map(|(_, paused)| paused);
            let Some(talk) = self.calls.get_mut(&call) else { continue };
            let Some(about) = &talk.about else { continue };
            if std::mem::take(&mut talk.is_recording_unsure) || talk.recording_told != paused {
                talk.recording_told = paused;
                news.push((about.id.clone(), paused));
            }
        }
        news
    }
}
