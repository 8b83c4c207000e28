//! A call is its legs.
//!
//! A customer's leg and any number of agents' legs: each rings, is answered, is held, and ends by itself, with when and
//! why ([`CallLeg`]). Everything else follows from them: where the call stands, what each agent sees of it, how long both
//! sides spoke.
//!
//! - A [`Step`] is what was said of a call, by its telephone system or by ourselves: of one leg ([`crate::leg::LegNews`]),
//!   of one phone (by its extension), or of the whole call. Steps are kept as they came, and nothing else is.
//! - [`Call::follow`] makes of all steps of a call what the call is. It is a pure function of the *set* of steps: they are
//!   put into the order in which they happened first, so that it makes no difference in which order they came, how often,
//!   or how late. A step carries the telephone system's own time where it tells one; without, the moment at which it came.
//! - [`Call::seen_by`] is one agent's view. *Answered elsewhere*, *not answered* and *passed on* are what one agent sees,
//!   and not what a call is.
//!
//! What it holds to:
//!
//! - One phone's end (not answered, declined, busy, answered at another device, hung up) is no end of the call while
//!   another phone rings or talks. With none, the caller may still wait for the next ring: for [`Patience::next_ring`],
//!   unless the telephone system tells of the customer's leg, which then decides.
//! - A call is over when the caller is gone, or the telephone system says that the call is over, or gives its data. It
//!   never comes back. An end that was said of a phone only is *presumed*: for as long as the caller may wait for the next
//!   ring, a ring at another phone takes it back.
//! - Whom the data of a call name as answered was answered, whatever was heard before.
//! - A leg with an id of its own rings once. Without, it is known by its extension: a ring after its end is another leg of
//!   the same phone, and whatever one of its devices does not do is overruled by the device that was picked up.
//! - What we gave up ourselves ([`CallEvent::Expired`], and what is [`StepOf::presumed`]) gives way to what is heard later.
//!
//! Where to start reading: [`follow`] takes the steps one by one, `legs` holds what they make of the legs, `outcome` says
//! what the call is then, `seen` what each agent sees.

mod course;
mod fail;
pub mod follow;
mod privacy;
mod seen;
mod state;
mod step;

pub use course::{Advice, CallLeg, Course, LegEnd, OwnPart};
pub use fail::FailReason;
pub use follow::{MayCome, Patience};
pub use privacy::Privacy;
pub use state::{CallState, Leg};
pub use step::{CallEvent, Step, StepOf};

use crate::{
    Timestamp,
    control::Toggles,
    number::{Ani, Dnis, Party},
};
use serde::{Deserialize, Serialize};
use std::{collections::BTreeMap, fmt};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

/// Our own name of a call; sorts by time.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS, ToSchema)]
#[serde(transparent)]
pub struct CallId(pub String);

impl CallId {
    pub fn new() -> Self {
        Self(Uuid::now_v7().simple().to_string())
    }
}

impl Default for CallId {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for CallId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An agent, by the name in the settings.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS, ToSchema)]
#[serde(transparent)]
pub struct AgentId(pub String);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    Inbound,
    Outbound,
}

/// A call, from ring to end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Call {
    pub id: CallId,
    pub direction: Direction,
    /// The PBX account it came by.
    pub account: String,
    /// The PBX's own call id, where it has one.
    pub external_id: Option<String>,
    pub ani: Ani,
    pub dnis: Dnis,
    /// The called line's name for people: *Sales (HU)*; absent where none was given.
    pub line: Option<String>,
    /// Inbound: whom it rings for. Outbound: who dialled.
    pub agents: Vec<AgentId>,
    /// The extension that rings.
    pub extension: Option<String>,
    pub state: CallState,
    pub started_at: Timestamp,
    pub connected_at: Option<Timestamp>,
    pub ended_at: Option<Timestamp>,
    /// Where its telephone system takes hold, mute and hanging up from us: how it stands. Absent: it does not.
    #[serde(default)]
    pub controls: Option<Toggles>,
    /// How its legs went; nothing of what an older version wrote.
    #[serde(default, skip_serializing_if = "Course::is_empty")]
    #[ts(as = "Option<Course>", optional)]
    pub course: Course,
    /// Whether it is private; absent: nobody said anything of that.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub privacy: Option<Privacy>,
    /// Further fields the PBX offered (queue, IVR choice ...), bounded by the profile.
    pub extra: BTreeMap<String, String>,
}

impl Call {
    /// The customer's end: who calls, or who is called.
    pub fn customer(&self) -> &Party {
        match self.direction {
            Direction::Inbound => &self.ani.0,
            Direction::Outbound => &self.dnis.0,
        }
    }

    /// Between colleagues: there is no customer in it.
    pub fn is_internal(&self) -> bool {
        matches!((&self.ani.0, &self.dnis.0), (Party::Internal { .. }, Party::Internal { .. }))
    }

    /// The phone of whoever spoke in it last.
    pub fn spoken_at(&self) -> Option<&str> {
        let spoke = self.course.legs.iter().filter(|leg| leg.answered_at.is_some());
        spoke.max_by_key(|leg| leg.answered_at)?.extension.as_deref()
    }
}

#[cfg(test)]
mod click_tests;
#[cfg(test)]
mod late_tests;
#[cfg(test)]
mod name_tests;
#[cfg(test)]
mod privacy_tests;
#[cfg(test)]
mod properties;
#[cfg(test)]
mod records_tests;
#[cfg(test)]
mod same_moment_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod unknown_end_tests;
