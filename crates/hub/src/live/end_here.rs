//! An agent says that a call is over for them, though nobody told: it leaves their desk, and the history keeps who said so.
//!
//! The call's other agents stay in it. What the telephone system says later counts.

use super::{LiveCalls, control::of_a_colleague, task::LiveTask};
use ringcard_core::{
    call::{AgentId, Call, CallEvent, CallId},
    frame::{RequestError, RequestErrorCode, Step},
};
use tokio::sync::oneshot;

impl LiveCalls {
    /// `Ok` when it is kept.
    pub async fn end_here(&self, agent: Option<AgentId>, id: CallId) -> Result<(), RequestError> {
        let agent = agent.ok_or_else(|| RequestError::new(RequestErrorCode::NotFound, "No agent is signed in"))?;
        let (answer, kept) = oneshot::channel();
        self.with(move |task| task.end_here(agent, &id, answer)).await?;
        kept.await.unwrap_or_else(|_| Err(super::handle::interrupted()))
    }
}

impl LiveTask {
    fn end_here(&mut self, agent: AgentId, id: &CallId, answer: super::Answer<()>) {
        let phone = self.phone_of(&agent).map(str::to_owned);
        let checked = match self.calls.get(id).map(|live| &live.call) {
            // It ended meanwhile, as the agent says.
            None => Ok(None),
            Some(call) if !call.agents.contains(&agent) => Err(of_a_colleague()),
            Some(call) if call.state.is_over() => Ok(None),
            Some(call) => part_of(call, &agent, phone.as_deref()).map(Some),
        };
        let part = match checked {
            Ok(Some(part)) => part,
            Ok(None) => return drop(answer.send(Ok(()))),
            Err(error) => return drop(answer.send(Err(error))),
        };
        let say = move |live: &mut super::task::LiveCall| {
            let mut step = Step::new(live.moment(None), CallEvent::Expired);
            (step.of.extension, step.of.by) = (part, Some(agent));
            vec![step]
        };
        self.hear(id, say, move |_, kept| {
            let kept = kept.map(drop).map_err(|failure| RequestError::not_saved(&failure));
            let _ = answer.send(kept);
        });
    }
}

/// The phone whose part ends; `None`: the whole call, which is nobody else's.
fn part_of(call: &Call, agent: &AgentId, phone: Option<&str>) -> Result<Option<String>, RequestError> {
    match phone.filter(|phone| call.is_in_it(Some(phone))) {
        Some(phone) => Ok(Some(phone.to_owned())),
        None if call.agents.iter().all(|one| one == agent) => Ok(None),
        None => {
            let message = "Nobody told whose phone this call is at: take its card away, it stays with your colleagues";
            Err(RequestError::new(RequestErrorCode::Invalid, message))
        }
    }
}
