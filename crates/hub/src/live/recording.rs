//! Whether the recording of a call under way is paused, as its telephone system tells.

use super::{LiveCalls, task::LiveTask};
use ringcard_core::control::{Toggle, Toggles};

impl LiveCalls {
    /// `call`: the telephone system's own id of it.
    pub async fn recording_is(&self, account: &str, call: String, paused: Option<Toggle>) {
        let account = account.to_owned();
        if self.with(move |task| task.recording_is(&account, &call, paused)).await.is_err() {
            tracing::warn!("whether a call's recording is paused was not told");
        }
    }
}

impl LiveTask {
    fn recording_is(&mut self, account: &str, call: &str, paused: Option<Toggle>) {
        let is_meant = |id: Option<&String>| id.is_some_and(|id| id == call);
        let live = self.calls.values_mut().find(|live| {
            live.call.account == account && is_meant(live.call.external_id.as_ref()) && !live.call.state.is_over()
        });
        let Some(live) = live else { return };
        let Some(before) = live.call.controls.filter(|before| before.recording_paused != paused) else { return };
        live.call.controls = Some(Toggles { recording_paused: paused, ..before });
        let call = live.call.clone();
        self.when_kept(|task| task.tell(call));
    }
}
