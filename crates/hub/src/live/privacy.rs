//! Private calls: an agent says that a call is one, or that it is not.
//!
//! It is the call itself that says so, and so it is kept, told and taken up with it. What a call's number says is decided
//! where a call is written down. What follows for other systems and for recordings is carried out by [`crate::ended`].

use super::{
    LiveCalls,
    control::of_a_colleague,
    task::{LiveCall, LiveTask},
};
use crate::{Agent, history::Past};
use ringcard_core::{
    Timestamp,
    call::{AgentId, Call, CallId, Privacy},
    frame::{RequestError, RequestErrorCode},
};
use tokio::sync::oneshot;

/// Whether somebody may see whom a call was with; `me` absent: a script, whatever its token.
pub(crate) fn is_open(agents: &[Agent], me: Option<&AgentId>, call: &Call) -> bool {
    let phone = me.and_then(|me| agents.iter().find(|agent| agent.id == *me)?.extension.as_deref());
    call.is_open_to(me, phone)
}

impl LiveCalls {
    /// The call as it is now; nothing where there is none.
    pub async fn call(&self, id: &CallId) -> Result<Option<Call>, RequestError> {
        match self.of_call(id, |live| live.call.clone()).await? {
            Some(call) => Ok(Some(call)),
            None => self.history.call(id.clone()).await.map_err(|error| crate::session::busy(&error)),
        }
    }

    /// Whether it is private. One that nobody knows is not.
    pub async fn is_private(&self, id: &CallId) -> Result<bool, RequestError> {
        Ok(self.call(id).await?.is_some_and(|call| call.is_private()))
    }

    /// Somebody says whether a call is private, also of one that was let go. `Ok` when that is kept.
    pub async fn set_private(&self, me: Option<AgentId>, id: CallId, private: bool) -> Result<(), RequestError> {
        let live = self.clone();
        let turn = id.clone();
        self.in_turn(&turn, async move { live.made_private(me, id, private).await }).await
    }

    async fn made_private(&self, by: Option<AgentId>, id: CallId, private: bool) -> Result<(), RequestError> {
        let is_followed = self.of_call(&id, |_| ()).await?.is_some();
        let past = match is_followed {
            true => None,
            false => self.history.past(id.clone()).await.map_err(|error| crate::session::busy(&error))?,
        };
        let (kept, is_kept) = oneshot::channel();
        self.with(move |task| task.set_private(by, &id, private, past, kept)).await?;
        is_kept.await.unwrap_or_else(|_| Err(super::handle::interrupted()))
    }
}

impl LiveTask {
    fn set_private(
        &mut self,
        by: Option<AgentId>,
        id: &CallId,
        private: bool,
        past: Option<Past>,
        kept: oneshot::Sender<Result<(), RequestError>>,
    ) {
        if let Some(past) = past.filter(|_| !self.calls.contains_key(id)) {
            if !self.make_room() {
                let _ = kept.send(Err(super::handle::interrupted()));
                return;
            }
            let (live, said) = self.take_up_past(past);
            self.calls.insert(id.clone(), live);
            self.take_up_said(id, said);
        }
        let Some(live) = self.calls.get_mut(id) else {
            let _ = kept.send(Err(RequestError::new(RequestErrorCode::NotFound, "There is no such call")));
            return;
        };
        if by.is_some() && !is_open(&self.rules.agents, by.as_ref(), &live.call) {
            let _ = kept.send(Err(of_a_colleague()));
            return;
        }
        if live.call.is_private() == private {
            return self
                .nothing_new(id, |_, is_kept| drop(kept.send(is_kept.map_err(|why| RequestError::not_saved(&why)))));
        }
        live.call.privacy = Some(Privacy { private, by, at: Timestamp::now(), withheld: false });
        self.write_down(id, Vec::new(), move |task, call, is_kept| {
            let id = call.id.clone();
            task.tell(call);
            task.new_card(&id);
            let _ = kept.send(is_kept.map_err(|why| RequestError::not_saved(&why)));
        });
    }

    /// What the number of a call says of it.
    pub(super) fn take_privacy(&mut self, id: &CallId) {
        let plan = self.parts.plan.borrow();
        if let Some(LiveCall { call, .. }) = self.calls.get_mut(id) {
            call.take_privacy(&plan, Timestamp::now());
        }
    }
}
