//! That a recording of a call was told of: the desks of its agents hear it by its card, so that it is offered where the call is.

use super::LiveCalls;
use ringcard_core::call::CallId;

impl LiveCalls {
    /// Once it is kept. A call that was let go is on no card.
    pub async fn recorded(&self, id: CallId) {
        let told = self.with(move |task| {
            let Some(live) = task.calls.get_mut(&id) else { return };
            live.card.recorded = true;
            task.new_card(&id);
        });
        if told.await.is_err() {
            tracing::debug!("nobody hears of a recording: the hub stops");
        }
    }
}
