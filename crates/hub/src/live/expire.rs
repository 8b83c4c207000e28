//! For how long calls are followed: what is not heard of any more gets its end, what is over for long is let go.

use super::task::{LiveCall, LiveTask};
use ringcard_core::{
    call::{Call, CallEvent, CallId, CallState, Direction},
    frame::Step,
    leg::LegSide,
};
use std::time::Duration;
use tokio::time::Instant;

/// A call that is over stays this long for what comes late (call data, a second end).
pub(super) const LINGER: Duration = Duration::from_secs(120);
/// Calls the hub follows at the same time; beyond it the oldest ended are let go, then new rings are refused.
const MOST_CALLS: usize = 2000;

impl LiveTask {
    /// Gives calls nothing more was heard of their end, and forgets those long over.
    pub(super) fn expire(&mut self) {
        let expired: Vec<CallId> = self
            .calls
            .iter()
            .filter(|(_, live)| !live.call.state.is_over() && live.heard.elapsed() >= self.longest_of(live))
            .map(|(id, _)| id.clone())
            .collect();
        for id in expired {
            self.happen(&id, &CallEvent::Expired, |_, _| {});
        }
        // One that could not be kept is tried again before it is forgotten.
        let is_old = |live: &LiveCall| live.call.state.is_over() && live.heard.elapsed() >= LINGER;
        let unkept: Vec<CallId> = self
            .calls
            .iter_mut()
            .filter(|(_, live)| is_old(live) && live.unkept.is_some())
            .map(|(id, live)| {
                live.heard = Instant::now();
                id.clone()
            })
            .collect();
        for id in unkept {
            self.write_down(&id, Vec::new(), |_, _, _| {});
        }
        self.calls.retain(|_, live| !is_old(live));
    }

    /// Makes room for one more call; `false`: there is none.
    pub fn make_room(&mut self) -> bool {
        if self.calls.len() < MOST_CALLS {
            return true;
        }
        self.calls.retain(|_, live| !live.call.state.is_over());
        self.calls.len() < MOST_CALLS
    }

    /// For how long a call goes on without a word.
    pub(super) fn longest(&self, call: &Call) -> Duration {
        match call.state {
            CallState::Connected => self.rules.conversation_expires,
            // Such a telephone system pushes nothing: they may be talking since the phone rang.
            CallState::AgentRinging if !self.tells_of(call) => self.rules.conversation_expires,
            _ => self.rules.ring_expires,
        }
    }

    /// The same of one whose telephone system tells of the caller: in a queue they may wait for long.
    fn longest_of(&self, live: &LiveCall) -> Duration {
        let tells_caller = |step: &Step| step.of.leg.as_ref().is_some_and(|news| news.side == LegSide::Customer);
        match live.steps.iter().any(tells_caller) && live.call.direction == Direction::Inbound {
            true => self.rules.conversation_expires,
            false => self.longest(&live.call),
        }
    }
}
