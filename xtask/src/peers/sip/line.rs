//! One call of a phone, as the phone knows it.

use super::message::{Message, address};
use std::time::SystemTime;

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// We call, and nothing was heard yet.
    Calling,
    /// We call, and it rings there.
    RingsThere,
    /// We are called.
    Rings,
    Up,
    /// With the status that ended it; 200 for a hang-up.
    Over(u16),
}

impl State {
    pub fn is_over(self) -> bool {
        matches!(self, Self::Over(_))
    }
}

#[derive(Debug, Clone)]
pub struct Line {
    pub call_id: String,
    /// Our own name in this dialog, with its tag.
    pub ours: String,
    pub theirs: String,
    /// Where requests of this dialog go.
    pub target: String,
    pub sequence: u32,
    /// The `INVITE` that began it: theirs, or ours as it was sent.
    pub invite: Message,
    pub branch: String,
    pub state: State,
    pub is_handed_out: bool,
    pub began: SystemTime,
}

impl Line {
    /// Somebody calls us.
    pub fn called(invite: &Message, our_tag: &str) -> Self {
        Self {
            call_id: invite.header("Call-ID").to_owned(),
            ours: format!("{};tag={our_tag}", invite.header("To")),
            theirs: invite.header("From").to_owned(),
            target: address(invite.header("Contact")).to_owned(),
            sequence: 1,
            invite: invite.clone(),
            branch: String::new(),
            state: State::Rings,
            is_handed_out: false,
            began: SystemTime::now(),
        }
    }
}
