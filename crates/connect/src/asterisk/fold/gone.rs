//! Channels that were there: what is said of one after its end brings nothing back, and an id that is used again after a
//! restart is another channel.

use super::Fold;
use crate::{Push, asterisk::wire::ChannelNow};
use ringcard_core::Timestamp;
use std::collections::{BTreeMap, VecDeque};

/// As many of the last ones as may still be spoken of.
const MOST: usize = 5_000;

/// By id, with when each was created, and when it was gone.
#[derive(Debug, Default)]
pub(super) struct Gone {
    times: BTreeMap<String, (String, String)>,
    /// The oldest first.
    order: VecDeque<String>,
}

impl Gone {
    pub fn remember(&mut self, channel: &ChannelNow, ended: &str) {
        let times = (channel.creationtime.clone(), ended.to_owned());
        if self.times.insert(channel.id.clone(), times).is_some() {
            return;
        }
        self.order.push_back(channel.id.clone());
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.times.remove(&oldest);
        }
    }

    /// Whether this is one that is gone, and not another one by its id: that is created after the end. (A channel's own
    /// time changes where another one's call is put into it.)
    pub fn has(&self, channel: &ChannelNow) -> bool {
        self.times.get(&channel.id).is_some_and(|(created, ended)| {
            !is_another(created, &channel.creationtime) || channel.creationtime <= *ended
        })
    }
}

/// Whether two channels of one id are two, by the moments they were created.
fn is_another(created: &str, now: &str) -> bool {
    !created.is_empty() && !now.is_empty() && created != now
}

impl Fold {
    /// Ends a channel whose id another one has now.
    pub(super) fn make_room(&mut self, now: &ChannelNow, at: Option<Timestamp>, pushes: &mut Vec<Push>) {
        if self.channels.get(&now.id).is_some_and(|known| is_another(&known.created, &now.creationtime)) {
            self.destroyed(&now.id, 0, None, at, pushes);
        }
    }
}
