//! The time after a call.

use super::Answer;
use crate::shell::Shell;
use ringcard_core::call::CallId;
use ringcard_desk::{PopupAct, wrap_up::WrapUpDraft};

pub async fn draft(shell: &Shell, call_id: CallId, draft: WrapUpDraft) -> Answer<()> {
    Ok(shell.desk.wrap_up_draft(call_id, draft).await?)
}

pub async fn finish(shell: &Shell, call_id: CallId) -> Answer<()> {
    Ok(shell.desk.wrap_up_finish(call_id).await?)
}

/// Those put off come back onto the screen.
pub async fn show(shell: &Shell) -> Answer<()> {
    shell.desk.popup(PopupAct::Reveal(None)).await;
    Ok(())
}

pub async fn skip(shell: &Shell, call_id: CallId) -> Answer<()> {
    Ok(shell.desk.wrap_up_skip(call_id).await?)
}
