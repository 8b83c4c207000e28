//! Calls whose telephone system tells nothing by itself: which of them go on, and what it said of one when it was looked at.

use super::{Input, LiveCalls, PushNotKept, Told, task::LiveTask};
use ringcard_connect::{OpenCall, Push};
use ringcard_core::{call::CallId, frame::RequestError};
use tokio::sync::oneshot;

impl LiveCalls {
    /// The calls of an account that go on, as far as we know, oldest first.
    pub(crate) async fn that_go_on(&self, account: &str) -> Result<Vec<OpenCall>, RequestError> {
        let account = account.to_owned();
        let open = move |task: &mut LiveTask| {
            let calls = task.calls.values().map(|live| &live.call);
            let open = calls.filter(|call| call.account == account && !call.state.is_over());
            let shown = open.map(|call| OpenCall {
                id: call.id.clone(),
                external_id: call.external_id.clone(),
                direction: call.direction,
                extension: call.extension.clone(),
                number: call.customer().clone(),
                started_at: call.started_at,
            });
            shown.collect()
        };
        self.with(open).await
    }

    /// What its telephone system says of a call of ours; `Ok` after it is committed.
    pub(crate) async fn is_told(&self, account: &str, id: &CallId, push: Push) -> Result<Told, PushNotKept> {
        let (account, id) = (account.to_owned(), id.clone());
        let (answer, kept) = oneshot::channel();
        let act = move |task: &mut LiveTask| {
            let push = task.by_our_clock(&account, push).push;
            task.news(id, push, answer);
        };
        self.inputs.send(Input::Act(Box::new(act))).await.map_err(|_| PushNotKept::Busy)?;
        kept.await.unwrap_or(Err(PushNotKept::Busy))
    }
}
