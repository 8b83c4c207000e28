//! From what somebody clicked to what is asked of the hub: one reader, one call per double click.

use ringcard_core::{
    call::{CallId, CallState},
    number::{Certainty, DialPlan, NotANumber, Party, UnsureReason},
};
use std::time::Duration;
use tokio::time::Instant;
use uuid::Uuid;

/// The same number again within this time is the same click.
const DOUBLE_CLICK: Duration = Duration::from_secs(2);

/// More than any link or selected text that is a number.
const LONGEST: usize = 500;

/// What is read of a text, and kept to ask about it.
pub(crate) fn clip(text: &str) -> String {
    text.chars().take(LONGEST).collect()
}

/// The number, and why it may not be the one that is meant.
pub(crate) fn read(plan: &DialPlan, text: &str) -> Result<(Party, Option<UnsureReason>), NotANumber> {
    let reading = plan.read_to_dial(text)?;
    let reason = match reading.certainty {
        Certainty::Sure => None,
        Certainty::Unsure { why } => Some(why),
    };
    Ok((reading.party, reason))
}

/// The last number dialled, so that a double click is one call.
#[derive(Debug, Default)]
pub(crate) struct LastDial(Option<Dialled>);

#[derive(Debug)]
struct Dialled {
    party: Party,
    key: String,
    at: Instant,
    call_id: Option<CallId>,
}

impl LastDial {
    /// The key of a click: the earlier one when it is the same click, or when that call still waits for our own phone
    /// to be picked up. After the end of that call it is another click, however soon.
    pub fn key<'a>(&mut self, party: &Party, now: Instant, state: impl Fn(&CallId) -> Option<&'a CallState>) -> String {
        if let Some(last) = self.0.as_mut().filter(|last| last.party == *party) {
            let state = last.call_id.as_ref().and_then(state);
            let waits = matches!(state, Some(CallState::Starting | CallState::AgentRinging));
            let is_over = state.is_some_and(CallState::is_over);
            if waits || (!is_over && now.duration_since(last.at) < DOUBLE_CLICK) {
                last.at = now;
                return last.key.clone();
            }
        }
        let key = Uuid::now_v7().simple().to_string();
        self.0 = Some(Dialled { party: party.clone(), key: key.clone(), at: now, call_id: None });
        key
    }

    /// The hub took it: this is its call.
    pub fn became(&mut self, key: &str, call_id: &CallId) {
        if let Some(last) = self.0.as_mut().filter(|last| last.key == key) {
            last.call_id = Some(call_id.clone());
        }
    }

    /// The hub would not: the next click is a new one.
    pub fn refused(&mut self, key: &str) {
        self.0.take_if(|last| last.key == key);
    }
}
