//! Calls whose end nobody told: a phone that is in another call is not in them any more.

use super::task::{LiveCall, LiveTask};
use ringcard_core::{
    call::{Call, CallEvent, CallId, CallLeg},
    frame::Step,
};
use std::collections::BTreeMap;

impl LiveTask {
    /// Phones were picked up in a call: older ones of which nothing was heard for long are over for them.
    pub(super) fn give_up_stale_of(&mut self, id: &CallId, phones: &[String]) {
        let Some(account) = self.calls.get(id).map(|live| live.call.account.clone()).filter(|_| !phones.is_empty())
        else {
            return;
        };
        let silent = self.rules.waits.silent_call;
        let mut stale: Vec<(CallId, String)> = Vec::new();
        for (other, live) in self.calls.range(..id).filter(|(_, live)| live.call.account == account) {
            let taken =
                self.open_legs(live).filter_map(|leg| leg.extension.as_ref()).filter(|phone| phones.contains(phone));
            if live.heard.elapsed() >= silent {
                stale.extend(taken.map(|phone| (other.clone(), phone.clone())));
            }
        }
        self.say_stale(stale);
    }

    /// Gives up calls of which nothing was heard for long, where the same phone is in a newer one.
    pub(super) fn give_up_stale(&mut self) {
        let silent = self.rules.waits.silent_call;
        let mut newest: BTreeMap<(&str, &str), &CallId> = BTreeMap::new();
        for (id, live) in &self.calls {
            // One that only rings there may be a second call, while the first one goes on.
            for phone in
                self.open_legs(live).filter(|leg| leg.answered_at.is_some()).filter_map(|leg| leg.extension.as_deref())
            {
                newest.insert((live.call.account.as_str(), phone), id);
            }
        }
        let mut stale: Vec<(CallId, String)> = Vec::new();
        for (id, live) in self.calls.iter().filter(|(_, live)| live.heard.elapsed() >= silent) {
            let taken =
                |phone: &&str| newest.get(&(live.call.account.as_str(), *phone)).is_some_and(|other| *other > id);
            let phones = self.open_legs(live).filter_map(|leg| leg.extension.as_deref());
            stale.extend(phones.filter(taken).map(|phone| (id.clone(), phone.to_owned())));
        }
        self.say_stale(stale);
    }

    /// What rings or talks in a call, as far as anybody told.
    fn open_legs<'a>(&self, live: &'a LiveCall) -> impl Iterator<Item = &'a CallLeg> + use<'a> {
        let is_told = !self.tells_nothing_of(&live.call);
        live.call.course.legs.iter().filter(move |leg| is_told && leg.end.is_none())
    }

    fn say_stale(&mut self, stale: Vec<(CallId, String)>) {
        for (id, phone) in stale {
            let say = |live: &mut LiveCall| vec![Step::at_phone(live.moment(None), CallEvent::Expired, &phone)];
            // What cannot be kept is said on the way.
            self.hear(&id, say, |_, _| {});
        }
    }
}

impl LiveCall {
    /// The phones that talk.
    pub(super) fn talks_at(&self) -> impl Iterator<Item = &str> {
        self.call.course.legs.iter().filter(|leg| leg.talks()).filter_map(|leg| leg.extension.as_deref())
    }
}

/// Whether a phone talks in a call.
pub(super) fn talks_at(call: &Call, phone: &str) -> bool {
    call.course.legs.iter().any(|leg| leg.talks() && leg.extension.as_deref() == Some(phone))
}
