//! What changed in a call since it was last told, in order: who rings, who answered, who holds, who is gone.

use super::{
    Channel, Fold, Stage,
    about::{About, Kind, about},
    channel::{Told, cause_of},
    course::Course,
    not_reached::NotReached,
};
use crate::{Push, PushKind, Toggle};
use ringcard_core::{
    Timestamp,
    call::CallEvent,
    leg::{Cause, LegEvent, LegNews, LegSide},
};
use std::collections::BTreeMap;

/// A call, with all that stands at somebody's end and between.
#[derive(Debug, Default)]
pub(super) struct Talk {
    /// The oldest first.
    pub channels: Vec<String>,
    /// Known, and told, since a phone of ours had a part in it.
    pub about: Option<About>,
    pub was_originated: bool,
    pub queue: Option<String>,
    pub passed_by: Option<String>,
    /// Ways out that led nowhere, not told yet; the oldest first.
    pub not_reached: Vec<NotReached>,
    /// The machine that has the caller, as it was told.
    service: Option<&'static str>,
    pub(super) course: Course,
    /// Its end was told.
    is_over: bool,
    /// Whether its recording is paused, as it was told.
    pub recording_told: Option<Toggle>,
    /// Who hears it may have heard something else of that.
    pub is_recording_unsure: bool,
}

impl Talk {
    /// One of this channel alone.
    pub fn of(channel: &str) -> Self {
        Self { channels: vec![channel.to_owned()], ..Self::default() }
    }
}

/// One thing to tell of a call.
pub(super) struct News {
    pub leg: Option<LegNews>,
    pub event: Option<CallEvent>,
    pub extensions: Vec<String>,
    pub service: Option<&'static str>,
}

impl Fold {
    /// Makes one call of two; which one it is now. Of two that were told the younger one ends, and what is in it is told
    /// anew in the older one.
    pub(super) fn join(&mut self, one: u64, other: u64, at: Option<Timestamp>, pushes: &mut Vec<Push>) -> u64 {
        if one == other {
            return one;
        }
        let is_told = |call: u64| self.calls.get(&call).is_some_and(|talk| talk.about.is_some());
        let (stays, goes) = match (is_told(one), is_told(other)) {
            (true, false) => (one, other),
            (false, true) => (other, one),
            _ => (one.min(other), one.max(other)),
        };
        let brought_together = self.brought_together_by(stays, goes);
        if is_told(goes) {
            let ids = self.calls.get(&goes).map(|talk| talk.channels.clone()).unwrap_or_default();
            for id in ids {
                self.tell_end(&id, Cause::default(), at, pushes);
                // Whoever asked there is in the older call already.
                if let Some(channel) = self.channels.get_mut(&id)
                    && channel.told.as_ref().is_some_and(|told| told.side == LegSide::Agent)
                {
                    channel.told = None;
                }
            }
            self.tell_over(goes, pushes);
        }
        let Some(gone) = self.calls.remove(&goes) else { return stays };
        for id in &gone.channels {
            if let Some(channel) = self.channels.get_mut(id) {
                channel.call = stays;
            }
        }
        if let Some(talk) = self.calls.get_mut(&stays) {
            talk.channels.extend(gone.channels);
            talk.was_originated |= gone.was_originated;
            talk.queue = talk.queue.take().or(gone.queue);
            talk.passed_by = brought_together.or(talk.passed_by.take()).or(gone.passed_by);
            talk.not_reached.extend(gone.not_reached);
        }
        stays
    }

    /// The phone that has the customer in one call and asked a colleague in the other: with both in one, it has passed the
    /// customer on, whether or not that was said yet.
    fn brought_together_by(&self, customers: u64, colleagues: u64) -> Option<String> {
        let about = self.calls.get(&colleagues)?.about.as_ref().filter(|about| about.kind == Kind::Internal)?;
        let asked = self.channels.get(&about.root)?.extension()?;
        let is_theirs = |channel: &&Channel| channel.extension() == Some(asked) && channel.told.is_some();
        self.members(self.calls.get(&customers)?).iter().any(is_theirs).then(|| asked.to_owned())
    }

    /// Tells what is new in a call.
    pub(super) fn tell(&mut self, call: Option<u64>, at: Option<Timestamp>, pushes: &mut Vec<Push>) {
        let Some(call) = call else { return };
        let Some(talk) = self.calls.get(&call) else { return };
        let members: Vec<&Channel> = self.members(talk);
        let queue = members.iter().find_map(|channel| channel.queue()).map(str::to_owned);
        let known = match &talk.about {
            Some(known) => known.clone(),
            None => match about(&members, talk.was_originated, &self.names, &self.orders) {
                Some(new) => new,
                None => return,
            },
        };
        let mut steps: Vec<(String, LegSide, Stage)> = members
            .iter()
            .filter(|channel| !channel.told.as_ref().is_some_and(|told| told.ended))
            .filter_map(|channel| {
                let side = known.side(channel);
                Some((channel.id.clone(), side, known.stage(channel, side)?))
            })
            .collect();
        // Those of us first: a call begins with a phone of ours.
        steps.sort_by_key(|(_, side, _)| *side != LegSide::Agent);
        let is_ours = steps.iter().any(|(_, side, _)| *side == LegSide::Agent);
        let talk = self.calls.get_mut(&call).expect("BUG: it was there above");
        talk.queue = queue.or(talk.queue.take());
        if talk.about.is_none() {
            if !is_ours {
                return;
            }
            talk.about = Some(known.clone());
        }
        for (id, side, stage) in steps {
            self.tell_leg(call, &id, side, stage, at, pushes);
        }
        self.tell_service(call, &known, at, pushes);
        if !self.may_reach_somebody(call) {
            self.tell_not_reached(call, pushes);
        }
        self.note_recording(call);
    }

    /// Whoever is somebody: without the pairs and machines inside Asterisk.
    pub(super) fn members(&self, talk: &Talk) -> Vec<&Channel> {
        let all = talk.channels.iter().filter_map(|id| self.channels.get(id));
        all.filter(|channel| !channel.who.is_folded_away()).collect()
    }

    fn tell_leg(
        &mut self,
        call: u64,
        id: &str,
        side: LegSide,
        stage: Stage,
        at: Option<Timestamp>,
        pushes: &mut Vec<Push>,
    ) {
        let Some(channel) = self.channels.get(id) else { return };
        let extension = channel.extension().map(str::to_owned).filter(|_| side == LegSide::Agent);
        let (held, before) = (channel.held, channel.told.clone());
        if let Some(told) = before.as_ref().filter(|told| told.side == side && told.extension != extension) {
            // Another phone picked it up.
            let picked_up = Cause { q850: Some(26), sip: None };
            let leg = leg(told, LegEvent::Ended, picked_up, at);
            let extensions = told.extension.clone().into_iter().collect();
            pushes.extend(self.push(call, News { leg: Some(leg), event: None, extensions, service: None }));
        }
        let same = before.filter(|told| told.side == side && told.extension == extension);
        let is_other = self.channels.get(id).is_some_and(|channel| channel.told.is_some()) && same.is_none();
        let leg_id = match (&same, &extension) {
            (Some(told), _) => told.leg_id.clone(),
            (None, Some(extension)) if is_other => format!("{id}/{extension}"),
            (None, _) => id.to_owned(),
        };
        let mut told = Told { stage, side, extension, held: false, leg_id, ended: false };
        let mut events = Vec::new();
        if same.as_ref().is_none_or(|before| before.stage < stage) {
            events.push(if stage == Stage::Rings { LegEvent::Rings } else { LegEvent::Answered });
        }
        let was_held = same.as_ref().is_some_and(|before| before.held);
        told.stage = same.as_ref().map_or(stage, |before| before.stage.max(stage));
        told.held = held && told.stage == Stage::Answered;
        if told.held != was_held {
            events.push(if told.held { LegEvent::Held } else { LegEvent::Resumed });
        }
        if let Some(channel) = self.channels.get_mut(id) {
            channel.told = Some(told.clone());
        }
        for event in events {
            let leg = leg(&told, event, Cause::default(), at);
            let event = self.event_of(call, side, event);
            let extensions = self.extensions(call, &told);
            pushes.extend(self.push(call, News { leg: Some(leg), event, extensions, service: None }));
        }
    }

    /// What happened to a leg as an event of the whole call, where it is one.
    fn event_of(&mut self, call: u64, side: LegSide, event: LegEvent) -> Option<CallEvent> {
        let talk = self.calls.get_mut(&call)?;
        let is_outbound = talk.about.as_ref().is_some_and(|about| about.kind == Kind::Outbound);
        if event == LegEvent::Answered {
            talk.course.answered(side);
        }
        match (event, side, is_outbound) {
            (LegEvent::Rings, LegSide::Agent, true) => Some(CallEvent::AgentRinging),
            (LegEvent::Answered, LegSide::Agent, true) => Some(CallEvent::AgentAnswered),
            (LegEvent::Rings, LegSide::Agent, false) | (LegEvent::Rings, LegSide::Customer, true) => {
                Some(CallEvent::CustomerRinging)
            }
            (LegEvent::Answered, LegSide::Agent, false) | (LegEvent::Answered, LegSide::Customer, true) => {
                Some(CallEvent::Connected)
            }
            _ => None,
        }
    }

    /// The caller was given to a machine while no phone of ours has them, or came back from one.
    fn tell_service(&mut self, call: u64, known: &About, at: Option<Timestamp>, pushes: &mut Vec<Push>) {
        let Some(root) = self.channels.get(&known.root) else { return };
        let root_id = root.id.clone();
        let now = root.service().filter(|_| known.kind == Kind::Inbound && root.up && !self.has_agent(call));
        let Some(talk) = self.calls.get_mut(&call) else { return };
        let before = std::mem::replace(&mut talk.service, now);
        if before == now {
            return;
        }
        for (service, event) in [(before, LegEvent::Ended), (now, LegEvent::Answered)] {
            let Some(service) = service else { continue };
            let leg = LegNews {
                side: LegSide::Service,
                event,
                leg_id: Some(format!("{root_id}/{service}")),
                extension: None,
                cause: Cause::default(),
                at,
            };
            let news = News { leg: Some(leg), event: None, extensions: Vec::new(), service: Some(service) };
            pushes.extend(self.push(call, news));
        }
    }

    fn has_agent(&self, call: u64) -> bool {
        let Some(talk) = self.calls.get(&call) else { return false };
        self.members(talk)
            .iter()
            .any(|channel| channel.told.as_ref().is_some_and(|told| told.side == LegSide::Agent && !told.ended))
    }

    /// Those who hung up before somebody else was let go.
    pub(super) fn tell_who_hung_up(&mut self, call: u64, goes: &str, at: Option<Timestamp>, pushes: &mut Vec<Push>) {
        let Some(talk) = self.calls.get(&call) else { return };
        let hung_up = self.members(talk).into_iter().filter(|channel| channel.id != goes);
        let hung_up: Vec<_> = hung_up.filter_map(|channel| Some((channel.id.clone(), channel.hung_up?))).collect();
        for (id, (cause, when)) in hung_up {
            let Some(channel) = self.channels.get(&id) else { continue };
            let cause = match cause.q850 {
                None if channel.up => Cause { q850: Some(16), sip: cause.sip },
                _ => cause_of(channel, cause.q850.unwrap_or(0), cause.sip, false),
            };
            self.tell_end(&id, cause, when.or(at), pushes);
        }
    }

    /// A leg is over, whatever becomes of its channel.
    pub(super) fn tell_end(&mut self, id: &str, cause: Cause, at: Option<Timestamp>, pushes: &mut Vec<Push>) {
        let Some(channel) = self.channels.get(id).filter(|channel| !channel.who.is_folded_away()) else { return };
        if channel.told.as_ref().is_some_and(|told| told.ended) {
            return;
        }
        let call = channel.call;
        let Some(talk) = self.calls.get(&call) else { return };
        let known = match &talk.about {
            Some(known) => known.clone(),
            // A click whose own phone never rang: that is what there is to tell.
            None if channel.originated && channel.extension().is_some() => {
                let members = self.members(talk);
                match about(&members, true, &self.names, &self.orders) {
                    Some(new) => new,
                    None => return,
                }
            }
            None => return,
        };
        let side = known.side(channel);
        let is_told = channel.told.is_some();
        // Of phones that never rang nobody has heard; of a customer and a click everybody waits to hear.
        let is_wanted = is_told || side == LegSide::Customer || channel.originated;
        if !is_wanted {
            return;
        }
        let mut told = Told::new(channel, side);
        told.ended = true;
        if let Some(channel) = self.channels.get_mut(id) {
            channel.told = Some(told.clone());
        }
        let extensions = self.extensions(call, &told);
        let customer_is_there = self.customer_is_there(call);
        if let Some(talk) = self.calls.get_mut(&call) {
            talk.about.get_or_insert(known);
            talk.course.ended(told.side, cause, customer_is_there);
        }
        let leg = leg(&told, LegEvent::Ended, cause, at);
        pushes.extend(self.push(call, News { leg: Some(leg), event: None, extensions, service: None }));
        let has_ended = |channel: &&Channel| channel.told.as_ref().is_some_and(|told| told.ended);
        if self.calls.get(&call).is_some_and(|talk| self.members(talk).iter().all(has_ended)) {
            self.tell_over(call, pushes);
        }
    }

    /// A channel is gone; with the last of somebody's the call is over.
    pub(super) fn leave(&mut self, call: u64, id: &str, pushes: &mut Vec<Push>) {
        let Some(talk) = self.calls.get_mut(&call) else { return };
        talk.channels.retain(|other| other != id);
        let talk = &self.calls[&call];
        let is_empty = talk.channels.is_empty();
        if talk.about.is_some() && self.members(talk).is_empty() {
            self.tell_over(call, pushes);
            if let Some(talk) = self.calls.get_mut(&call) {
                // Halves of pairs may still be there; they tell nothing any more.
                *talk = Talk { channels: std::mem::take(&mut talk.channels), ..Talk::default() };
            }
        }
        if is_empty {
            self.calls.remove(&call);
        }
    }

    /// The whole call has ended: said with the last leg's end, where that is the last thing told.
    fn tell_over(&mut self, call: u64, pushes: &mut Vec<Push>) {
        let Some(talk) = self.calls.get_mut(&call).filter(|talk| !talk.is_over) else { return };
        let Some(about) = talk.about.clone() else { return };
        talk.is_over = true;
        let event = talk.course.over(about.kind.direction());
        match pushes.last_mut() {
            Some(push) if push.external_id.as_ref() == Some(&about.id) && push.event.is_none() => {
                push.event = Some(event);
            }
            _ => {
                let news = News { leg: None, event: Some(event), extensions: Vec::new(), service: None };
                pushes.extend(self.push(call, news));
            }
        }
    }

    /// Whom news concern: the phone itself, or every phone of ours that has a part in the call.
    pub(super) fn extensions(&self, call: u64, told: &Told) -> Vec<String> {
        if let Some(extension) = &told.extension {
            return vec![extension.clone()];
        }
        let Some(talk) = self.calls.get(&call) else { return Vec::new() };
        let mut extensions: Vec<String> =
            self.members(talk).into_iter().filter_map(|channel| channel.told.as_ref()?.extension.clone()).collect();
        extensions.sort();
        extensions.dedup();
        extensions
    }

    pub(super) fn push(&self, call: u64, news: News) -> Option<Push> {
        let talk = self.calls.get(&call)?;
        let about = talk.about.as_ref()?;
        let own = news.leg.as_ref().and_then(|leg| leg.extension.clone());
        let mut extra = BTreeMap::new();
        if let Some(service) = news.service {
            extra.insert("service".to_owned(), service.to_owned());
        }
        Some(Push {
            extensions: news.extensions,
            external_id: Some(about.id.clone()),
            direction: Some(about.kind.direction()),
            event: news.event,
            leg: news.leg,
            party_name: about.party_name.clone(),
            queue: talk.queue.clone(),
            passed_by: talk.passed_by.clone().filter(|by| own.as_ref() != Some(by)),
            extra,
            // Without a moment: what is told here happens now, whatever the clock over there says.
            ..Push::between(PushKind::Event, about.ani.clone(), about.dnis.clone())
        })
    }
}

pub(super) fn leg(told: &Told, event: LegEvent, cause: Cause, at: Option<Timestamp>) -> LegNews {
    let (leg_id, extension) = (Some(told.leg_id.clone()), told.extension.clone());
    LegNews { side: told.side, event, leg_id, extension, cause, at }
}
