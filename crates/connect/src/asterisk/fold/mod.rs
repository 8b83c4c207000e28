//! From channels, bridges and dials to calls and their legs: a pure function of what Asterisk says.
//!
//! Channels that dial each other, speak in one bridge, are handed over, or are two halves of one `Local` pair are one
//! call. After every event each call it touched is compared with what was told of it, and the difference is what
//! happened ([`telling`]). So an event that comes twice, late or after a snapshot that knew it already tells nothing, and
//! a gap in the events is closed by the next snapshot.
//!
//! A call is told once a phone of ours has a part in it. Its id is that of the channel it began with.

mod about;
mod channel;
mod course;
mod gone;
mod mixed;
mod names;
mod not_reached;
mod orders;
mod recorded;
#[cfg(test)]
mod scenes;
mod telling;
#[cfg(test)]
mod tests;

pub(super) use names::{Names, Who};
pub(super) use orders::{Order, Orders};
pub(super) use recorded::{Keeping, Recorder};

use super::wire::{BridgeNow, ChannelNow, Event};
use crate::Push;
use channel::{Channel, Stage, cause_of};
use gone::Gone;
use recorded::Recorded;
use ringcard_core::{Timestamp, leg::Cause};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};
use telling::Talk;

/// More than any Asterisk has; what comes beyond is not followed.
const MOST_CHANNELS: usize = 50_000;

/// What Asterisk has going on, and what was told of it.
#[derive(Debug)]
pub(super) struct Fold {
    names: Names,
    orders: Arc<Orders>,
    channels: BTreeMap<String, Channel>,
    calls: BTreeMap<u64, Talk>,
    /// One half of each `Local` pair, by the name both share.
    halves: BTreeMap<String, String>,
    /// Channels that the last snapshot did not have, and nothing was heard of since.
    missing: BTreeSet<String>,
    gone: Gone,
    recorded: Recorded,
    last_call: u64,
}

/// Where an extension's call is: what acts on it need.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OwnCall {
    pub channel: String,
    pub held: bool,
}

impl Fold {
    pub fn new(names: Names, orders: Arc<Orders>, keeping: Keeping) -> Self {
        Self {
            names,
            orders,
            channels: BTreeMap::new(),
            calls: BTreeMap::new(),
            halves: BTreeMap::new(),
            missing: BTreeSet::new(),
            gone: Gone::default(),
            recorded: Recorded::new(keeping),
            last_call: 0,
        }
    }

    /// What an event means, in order.
    pub fn event(&mut self, event: &Event, at: Option<Timestamp>) -> Vec<Push> {
        let mut pushes = Vec::new();
        match event {
            Event::ChannelDestroyed { channel, timestamp, cause, tech_cause } => {
                self.destroyed(&channel.id, *cause, *tech_cause, at, &mut pushes);
                self.gone.remember(channel, timestamp);
            }
            Event::ChannelCreated { channel } => {
                self.make_room(channel, at, &mut pushes);
                let call = self.see(channel);
                self.tell(call, at, &mut pushes);
            }
            Event::ChannelStateChange { channel } | Event::ChannelDialplan { channel } => {
                let recorded = self.mixed_now(&channel.id);
                let call = self.see(channel);
                self.tell(call, at, &mut pushes);
                self.mixed_is_over(&channel.id, recorded, &mut pushes);
            }
            Event::ChannelCallerId { channel, caller_presentation } => {
                self.see(channel);
                if let Some(known) = self.channels.get_mut(&channel.id) {
                    // The bits of RFC 3204's cousin in Q.931: 0x20 is *restricted*.
                    known.withheld = caller_presentation & 0x60 == 0x20;
                }
            }
            Event::ChannelHangupRequest { channel, cause, soft, tech_cause } => {
                self.see(channel);
                if let (Some(known), false) = (self.channels.get_mut(&channel.id), *soft) {
                    let cause = Cause { q850: cause.filter(|cause| *cause != 0), sip: *tech_cause };
                    known.hung_up.get_or_insert((cause, at));
                }
            }
            Event::ChannelHold { channel } => self.held(channel, true, at, &mut pushes),
            Event::ChannelUnhold { channel } => self.held(channel, false, at, &mut pushes),
            Event::Dial { caller, peer, dialstatus, dialstring } => {
                let call = self.dial(caller.as_ref(), peer, dialstatus, dialstring);
                self.tell(call, at, &mut pushes);
            }
            Event::ChannelEnteredBridge { bridge, channel } => {
                let entered = channel.as_ref().and_then(|channel| self.see(channel));
                self.are_in(bridge);
                let call = self.speak_together(bridge, &mut pushes, at);
                self.tell(call.or(entered), at, &mut pushes);
            }
            Event::BridgeBlindTransfer { channel, transferee, result } => {
                if result.is_empty() || result.eq_ignore_ascii_case("success") {
                    self.see(channel);
                    if let Some(transferee) = transferee {
                        self.see(transferee);
                    }
                    self.passed_on_by(&channel.id);
                }
            }
            Event::BridgeAttendedTransfer {
                transferer_first_leg: first,
                transferer_second_leg: second,
                transferee,
                transfer_target: target,
                result,
            } => {
                if result.is_empty() || result.eq_ignore_ascii_case("success") {
                    let parts = [Some(first), Some(second), transferee.as_ref(), target.as_ref()];
                    let calls: Vec<u64> = parts.into_iter().flatten().filter_map(|part| self.see(part)).collect();
                    self.passed_on_by(&first.id);
                    let call = calls.into_iter().reduce(|one, other| self.join(one, other, at, &mut pushes));
                    self.passed_on_by(&first.id);
                    self.tell(call, at, &mut pushes);
                }
            }
            Event::RecordingStarted { recording } => {
                let call = self.recording_began(recording);
                self.tell(call, at, &mut pushes);
            }
            Event::RecordingFinished { recording } | Event::RecordingFailed { recording } => {
                let is_there = matches!(event, Event::RecordingFinished { .. });
                let call = self.recording_ended(&recording.name, is_there, &mut pushes);
                self.tell(call, at, &mut pushes);
            }
            Event::ChannelLeftBridge { channel, .. } => {
                self.see(channel);
            }
            Event::BridgeDestroyed { .. }
            | Event::EndpointStateChange { .. }
            | Event::PeerStatusChange { .. }
            | Event::ContactStatusChange { .. }
            | Event::ApplicationReplaced {} => {}
        }
        pushes
    }

    /// Everything there is at a moment. What is not there any more ends with [`Fold::sweep`], after the events that came
    /// meanwhile: those know why.
    pub fn snapshot(&mut self, channels: &[ChannelNow], bridges: &[BridgeNow], at: Option<Timestamp>) -> Vec<Push> {
        let mut pushes = Vec::new();
        self.missing = self.channels.keys().cloned().collect();
        let mut fresh = Vec::new();
        // All of them first: what has an id now may stand in a call that is over.
        channels.iter().for_each(|channel| self.make_room(channel, at, &mut pushes));
        for channel in channels {
            let is_new = !self.channels.contains_key(&channel.id);
            self.see(channel);
            if let Some(known) = self.channels.get_mut(&channel.id) {
                known.mixed.ask_anew();
                known.mixed.update(channel);
            }
            if let (Some(known), true) = (self.channels.get_mut(&channel.id), is_new) {
                known.was_there = true;
                // Who was dialled has no dialplan of their own; one that is only just made may be dialled yet.
                let may_be_dialled = matches!(channel.state.as_str(), "Down" | "Dialing" | "Ringing");
                known.came_in |=
                    !may_be_dialled && !known.app.starts_with("AppDial") && !known.app.starts_with("AppQueue");
                known.originated |= known.app == "AppDial2" || self.orders.number(&channel.id).is_some();
                // Only whom somebody has called shows one number as both.
                let shows_one = !known.caller.number.is_empty() && known.caller.number == known.connected.number;
                known.originated |= shows_one && known.extension().is_some() && known.came_in;
                fresh.push(channel.id.clone());
            }
        }
        for bridge in bridges {
            self.are_in(bridge);
            self.speak_together(bridge, &mut pushes, at);
        }
        self.find_callers(&fresh, at, &mut pushes);
        let calls: Vec<u64> = self.calls.keys().copied().collect();
        for call in calls {
            if let Some(talk) = self.calls.get_mut(&call) {
                talk.is_recording_unsure = true;
            }
            self.tell(Some(call), at, &mut pushes);
        }
        pushes
    }

    /// Ends what the last snapshot did not have and nothing was heard of since.
    pub fn sweep(&mut self, at: Option<Timestamp>) -> Vec<Push> {
        let mut pushes = Vec::new();
        for channel in std::mem::take(&mut self.missing) {
            self.destroyed(&channel, 0, None, at, &mut pushes);
        }
        let calls: Vec<u64> = self.calls.keys().copied().collect();
        for call in calls {
            self.tell_not_reached(call, &mut pushes);
        }
        pushes
    }

    /// The call an extension is in now: one it speaks in before one that rings; `call`: the one with this id.
    pub fn own_call(&self, extension: &str, call: Option<&str>) -> Option<OwnCall> {
        let is_meant = |channel: &&Channel| {
            let about = || self.calls.get(&channel.call)?.about.as_ref();
            call.is_none_or(|call| about().is_some_and(|about| about.id == call))
        };
        let own = self.channels.values().filter(|channel| channel.extension() == Some(extension)).filter(is_meant);
        let own = own.filter(|channel| channel.stage().is_some() || channel.came_in);
        let own = own.max_by_key(|channel| (channel.up, !channel.held, channel.call))?;
        Some(OwnCall { channel: own.id.clone(), held: own.held })
    }

    /// A channel is being ended from here, or that was refused.
    pub fn ends_here(&mut self, channel: &str, ends: bool) {
        if let Some(known) = self.channels.get_mut(channel) {
            known.ended_here = ends;
        }
    }

    /// What calls that are there may be known by: their ids, and those of all channels.
    pub fn going(&self) -> BTreeSet<String> {
        let calls = self.calls.values().filter_map(|talk| talk.about.as_ref()).map(|about| about.id.clone());
        let channels = self.channels.values().flat_map(|channel| [channel.id.clone(), channel.call_id()]);
        calls.chain(channels).collect()
    }

    /// How many channels are followed.
    pub fn len(&self) -> usize {
        self.channels.len()
    }

    /// Takes a channel as it is now; the call it is in.
    fn see(&mut self, now: &ChannelNow) -> Option<u64> {
        self.missing.remove(&now.id);
        if let Some(known) = self.channels.get_mut(&now.id) {
            known.update(now, &self.names);
            return Some(known.call);
        }
        if self.channels.len() >= MOST_CHANNELS || self.gone.has(now) {
            return None;
        }
        self.last_call += 1;
        let call = self.last_call;
        let mut channel = Channel::new(now, call, &self.names);
        channel.update(now, &self.names);
        let who = channel.who.clone();
        let mut kin = channel.linked.clone().filter(|linked| *linked != now.id);
        self.channels.insert(now.id.clone(), channel);
        self.calls.insert(call, Talk::of(&now.id));
        if let Who::Local(pair) = who {
            kin = self.halves.insert(pair, now.id.clone()).or(kin);
        }
        match kin.and_then(|kin| self.channels.get(&kin)).map(|kin| kin.call) {
            // Nothing was told of it yet: there is nothing to take back.
            Some(kin) => Some(self.join(kin, call, None, &mut Vec::new())),
            None => Some(call),
        }
    }

    fn held(&mut self, channel: &ChannelNow, held: bool, at: Option<Timestamp>, pushes: &mut Vec<Push>) {
        let call = self.see(channel);
        if let Some(known) = self.channels.get_mut(&channel.id) {
            known.held = held;
        }
        self.tell(call, at, pushes);
    }

    /// `caller` is absent where Asterisk was asked from outside to call `peer`.
    fn dial(&mut self, caller: Option<&ChannelNow>, peer: &ChannelNow, status: &str, number: &str) -> Option<u64> {
        let mut call = self.see(peer)?;
        if let Some(known) = self.channels.get_mut(&peer.id) {
            if !status.is_empty() && known.dial_status != "ANSWER" {
                status.clone_into(&mut known.dial_status);
            }
            if !number.is_empty() && known.dialled.is_empty() {
                // `3001234567@trunk`, `trunk/3001234567`, `trunk/sip:3001234567@carrier`
                let number = number.rsplit_once('/').map_or(number, |(_, number)| number);
                let number = number.trim_start_matches("sip:").split('@').next().unwrap_or_default();
                number.clone_into(&mut known.dialled);
            }
        }
        match caller {
            Some(caller) => {
                let from = self.see(caller)?;
                if let Some(known) = self.channels.get_mut(&peer.id) {
                    known.dialled_by.get_or_insert_with(|| caller.id.clone());
                }
                // Nothing was told of one of them: it is taken in, and there is nothing to take back.
                call = self.join(from, call, None, &mut Vec::new());
            }
            None => {
                if let Some(known) = self.channels.get_mut(&peer.id) {
                    known.originated |= !known.was_there;
                }
                if let Some(talk) = self.calls.get_mut(&call) {
                    talk.was_originated = true;
                }
            }
        }
        Some(call)
    }

    fn are_in(&mut self, bridge: &BridgeNow) {
        for id in &bridge.channels {
            if let Some(channel) = self.channels.get_mut(id) {
                channel.bridge = Some(bridge.id.clone());
            }
        }
    }

    /// Who is in a bridge speaks with each other; where calls wait in one, each stays for itself.
    fn speak_together(&mut self, bridge: &BridgeNow, pushes: &mut Vec<Push>, at: Option<Timestamp>) -> Option<u64> {
        if bridge.bridge_type == "holding" {
            return None;
        }
        let calls = bridge.channels.iter().filter_map(|id| self.channels.get(id)).map(|channel| channel.call);
        let calls: Vec<u64> = calls.collect();
        calls.into_iter().reduce(|one, other| self.join(one, other, at, pushes))
    }

    /// Rings whose caller nobody names any more: the snapshot says whose number the phone shows.
    fn find_callers(&mut self, fresh: &[String], at: Option<Timestamp>, pushes: &mut Vec<Push>) {
        let mut callers: BTreeMap<String, Vec<(String, u64)>> = BTreeMap::new();
        for channel in self.channels.values().filter(|channel| channel.came_in && !channel.caller.number.is_empty()) {
            let waiting = callers.entry(channel.caller.number.clone()).or_default();
            waiting.push((channel.created.clone(), channel.call));
        }
        for id in fresh {
            let Some(channel) = self.channels.get(id).filter(|channel| !channel.came_in) else { continue };
            if self.calls.get(&channel.call).is_some_and(|talk| talk.channels.len() > 1) {
                continue;
            }
            let waiting = callers.get(&channel.connected.number).into_iter().flatten();
            let caller = waiting.filter(|(created, _)| *created <= channel.created).max_by(|a, b| a.0.cmp(&b.0));
            if let Some((_, caller)) = caller.filter(|(_, caller)| self.calls.contains_key(caller)) {
                let (caller, call) = (*caller, channel.call);
                self.join(caller, call, at, pushes);
            }
        }
    }

    fn passed_on_by(&mut self, transferer: &str) {
        let Some(channel) = self.channels.get(transferer) else { return };
        if let (Some(extension), Some(talk)) = (channel.extension(), self.calls.get_mut(&channel.call)) {
            talk.passed_by = Some(extension.to_owned());
        }
    }

    fn destroyed(&mut self, id: &str, cause: u16, sip: Option<u16>, at: Option<Timestamp>, pushes: &mut Vec<Push>) {
        self.missing.remove(id);
        let Some(channel) = self.channels.get(id) else { return };
        let (call, who) = (channel.call, channel.who.clone());
        // Whoever hung up is told before those who are let go because of it.
        self.tell_who_hung_up(call, id, at, pushes);
        let Some(channel) = self.channels.get(id) else { return };
        let others = self.calls.get(&call).into_iter().flat_map(|talk| &talk.channels).filter(|other| *other != id);
        let mut others = others.filter_map(|other| self.channels.get(other));
        let is_caller =
            |other: &Channel| other.came_in || other.originated || channel.dialled_by.as_ref() == Some(&other.id);
        let others_answered = others.any(|other| other.up && !is_caller(other) && !other.who.is_folded_away());
        let cause = cause_of(channel, cause, sip, others_answered);
        let ended = channel.hung_up.and_then(|(_, at)| at).or(at);
        if !self.keep_not_reached(id, cause, ended) {
            self.tell_not_reached(call, pushes);
            self.tell_end(id, cause, ended, pushes);
        }
        self.recordings_go(id, pushes);
        if let Who::Local(pair) = who
            && self.halves.get(&pair).is_some_and(|half| half == id)
        {
            self.halves.remove(&pair);
        }
        self.channels.remove(id);
        self.orders.forget(id);
        self.leave(call, id, pushes);
    }
}
