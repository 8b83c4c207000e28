//! The call-backs this agent promised, of which this desk reminds.

use super::Answer;
use crate::shell::Shell;
use ringcard_core::{Timestamp, call::CallId};
use ringcard_desk::{DialAnswer, PopupAct, own_callbacks::OwnCallbackView};

pub async fn list(shell: &Shell) -> Answer<Vec<OwnCallbackView>> {
    Ok(shell.desk.own_callbacks().await)
}

pub async fn call(shell: &Shell, call_id: CallId, confirmed: bool, told: bool) -> Answer<DialAnswer> {
    Ok(shell.desk.callback_call(call_id, confirmed, told).await)
}

pub async fn move_to(shell: &Shell, call_id: CallId, at: Timestamp) -> Answer<()> {
    Ok(shell.desk.callback_move(call_id, at).await?)
}

pub async fn done(shell: &Shell, call_id: CallId) -> Answer<()> {
    Ok(shell.desk.callback_done(call_id).await?)
}

/// Off the screen; they stay counted, and come back with the next that is due.
pub async fn put_away(shell: &Shell) -> Answer<()> {
    shell.desk.popup(PopupAct::PutCallbacksAway).await;
    Ok(())
}
