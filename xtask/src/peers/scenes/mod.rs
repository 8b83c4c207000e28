//! What is played, and what is right.

mod click;
mod dialled;
mod gone;
mod hang_up;
mod incoming;
mod pushes;
mod queue;
mod recorded;
mod storm;
mod transfer;

use super::{hub::By, world::World};
use std::time::Duration;

pub struct Scene {
    pub name: &'static str,
    /// What the hub must tell, line by line: the calls of its list, then each desk's news.
    pub right: &'static [&'static str],
    pub play: fn(&mut World) -> Result<(), String>,
}

/// How a scene went.
pub struct Outcome {
    pub name: &'static str,
    pub right: Vec<String>,
    /// What was told, or why it could not be played.
    pub seen: Result<Vec<String>, String>,
    /// From the first phone's ring to its desk.
    pub card: Option<Duration>,
    pub took: Duration,
}

impl Outcome {
    pub fn is_right(&self) -> bool {
        self.seen.as_ref().is_ok_and(|seen| *seen == self.right)
    }
}

pub fn all() -> Vec<(By, Scene)> {
    let by_events = [
        incoming::scenes(),
        queue::scenes(),
        click::scenes(),
        dialled::scenes(),
        transfer::scenes(),
        hang_up::scenes(),
        recorded::scenes(),
        gone::scenes(),
        storm::scenes(),
    ];
    let by_events = by_events.into_iter().flatten().map(|scene| (By::Events, scene));
    let by_pushes = pushes::scenes().into_iter().chain(recorded::pushed());
    by_events.chain(by_pushes.map(|scene| (By::Pushes, scene))).collect()
}
