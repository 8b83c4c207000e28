//! Calls whose end nobody told: a phone that is in another call is not in them any more.

use super::task::{LiveCall, LiveTask};
use ringcard_core::{
    call::{CallEvent, CallId},
    frame::Step,
};
use std::collections::BTreeMap;

impl LiveTask {
    /// Gives up calls of which nothing was heard for long, where the same phone is in a newer one.
    pub(super) fn give_up_stale(&mut self) {
        let silent = self.rules.waits.silent_call;
        let mut newest: BTreeMap<(&str, &str), &CallId> = BTreeMap::new();
        for (id, live) in &self.calls {
            for phone in open_phones(live) {
                newest.insert((live.call.account.as_str(), phone), id);
            }
        }
        let mut stale: Vec<(CallId, String)> = Vec::new();
        for (id, live) in self.calls.iter().filter(|(_, live)| live.heard.elapsed() >= silent) {
            let taken =
                |phone: &&str| newest.get(&(live.call.account.as_str(), *phone)).is_some_and(|other| *other > id);
            stale.extend(open_phones(live).filter(taken).map(|phone| (id.clone(), phone.to_owned())));
        }
        for (id, phone) in stale {
            let say = |live: &mut LiveCall| vec![Step::at_phone(live.moment(None), CallEvent::Expired, &phone)];
            // What cannot be kept is said on the way.
            self.hear(&id, say, |_, _| {});
        }
    }
}

/// Phones that ring or talk in a call, as far as anybody told.
fn open_phones(live: &LiveCall) -> impl Iterator<Item = &str> {
    let legs = live.call.course.legs.iter().filter(|leg| leg.end.is_none());
    legs.filter_map(|leg| leg.extension.as_deref()).filter(|_| live.call.controls.is_none())
}
