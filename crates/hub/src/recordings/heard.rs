//! Who is listening: of one who hears a recording in many pieces, *listened* is written down once.

use super::{NoRecordings, Recordings};
use ringcard_core::{
    call::AgentId,
    recording::{RecordingAct, RecordingId},
};
use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// Whoever asks for nothing of it for so long, listens anew.
const LISTENING: Duration = Duration::from_secs(10 * 60);
/// More are not remembered: then *listened* is written down more often.
const MOST: usize = 4096;

type Who = (RecordingId, Option<AgentId>);

#[derive(Default)]
pub(super) struct Heard(Mutex<HashMap<Who, Instant>>);

impl Heard {
    /// Whether they begin to listen now.
    fn begins(&self, who: &Who) -> bool {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, last| last.elapsed() < LISTENING);
        match all.get_mut(who) {
            Some(last) => {
                *last = Instant::now();
                false
            }
            None => true,
        }
    }

    /// What somebody listens to.
    pub fn now(&self) -> Vec<RecordingId> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let heard = all.iter().filter(|(_, last)| last.elapsed() < LISTENING);
        heard.map(|((id, _), _)| id.clone()).collect()
    }

    fn has_begun(&self, who: Who) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() < MOST {
            all.insert(who, Instant::now());
        }
    }
}

impl Recordings {
    /// Somebody gets audio of a recording now, and it is written down before they do.
    pub async fn listened(&self, id: RecordingId, agent: Option<AgentId>) -> Result<(), NoRecordings> {
        let who = (id, agent);
        let heard = &self.there()?.heard;
        if heard.begins(&who) {
            self.note(who.0.clone(), who.1.clone(), RecordingAct::Listened).await?;
            heard.has_begun(who);
        }
        Ok(())
    }
}
