//! Calls whose end nobody told: a phone that is in another call is not in them any more.

use super::task::{LiveCall, LiveTask};
use ringcard_core::{
    call::{CallEvent, CallId, CallLeg},
    frame::Step,
};
use std::collections::BTreeMap;

impl LiveTask {
    /// Gives up calls of which nothing was heard for long, where the same phone is in a newer one.
    pub(super) fn give_up_stale(&mut self) {
        let silent = self.rules.waits.silent_call;
        let mut newest: BTreeMap<(&str, &str), &CallId> = BTreeMap::new();
        for (id, live) in &self.calls {
            // One that only rings there may be a second call, while the first one goes on.
            for phone in
                open_legs(live).filter(|leg| leg.answered_at.is_some()).filter_map(|leg| leg.extension.as_deref())
            {
                newest.insert((live.call.account.as_str(), phone), id);
            }
        }
        let mut stale: Vec<(CallId, String)> = Vec::new();
        for (id, live) in self.calls.iter().filter(|(_, live)| live.heard.elapsed() >= silent) {
            let taken =
                |phone: &&str| newest.get(&(live.call.account.as_str(), *phone)).is_some_and(|other| *other > id);
            let phones = open_legs(live).filter_map(|leg| leg.extension.as_deref());
            stale.extend(phones.filter(taken).map(|phone| (id.clone(), phone.to_owned())));
        }
        for (id, phone) in stale {
            let say = |live: &mut LiveCall| vec![Step::at_phone(live.moment(None), CallEvent::Expired, &phone)];
            // What cannot be kept is said on the way.
            self.hear(&id, say, |_, _| {});
        }
    }
}

/// What rings or talks in a call, as far as anybody told.
fn open_legs(live: &LiveCall) -> impl Iterator<Item = &CallLeg> {
    live.call.course.legs.iter().filter(|leg| leg.end.is_none()).filter(|_| live.call.controls.is_none())
}
