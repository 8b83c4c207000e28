//! Channels that were there: what is said of one after its end brings nothing back, and an id that is used again after a
//! restart is another channel.

use super::Fold;
use crate::{Push, asterisk::wire::ChannelNow};
use ringcard_core::Timestamp;
use std::collections::{BTreeMap, VecDeque};

/// As many of the last ones as may still be spoken of.
const MOST: usize = 5_000;

/// By id, with when each was created.
#[derive(Debug, Default)]
pub(super) struct Gone {
    created: BTreeMap<String, String>,
    /// The oldest first.
    order: VecDeque<String>,
}

impl Gone {
    pub fn remember(&mut self, channel: &ChannelNow) {
        if self.created.insert(channel.id.clone(), channel.creationtime.clone()).is_some() {
            return;
        }
        self.order.push_back(channel.id.clone());
        if self.order.len() > MOST
            && let Some(oldest) = self.order.pop_front()
        {
            self.created.remove(&oldest);
        }
    }

    /// Whether this is one that is gone, and not another one by its id.
    pub fn has(&self, channel: &ChannelNow) -> bool {
        self.created.get(&channel.id).is_some_and(|created| !is_another(created, &channel.creationtime))
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
