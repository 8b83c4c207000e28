//! What is left to do beside missed callers and call-backs: calls without a code, and what is stuck.

use super::Answer;
use crate::shell::Shell;
use ringcard_core::{call::CallId, frame::ask};
use ringcard_desk::{PopupAct, left::LeftList, view::ListedCall};

pub async fn list(shell: &Shell) -> Answer<LeftList> {
    Ok(shell.desk.left().await)
}

pub async fn of_team(shell: &Shell) -> Answer<Vec<ListedCall>> {
    Ok(shell.desk.left_of_team().await?)
}

/// The wrap-up comes to the front.
pub async fn code_now(shell: &Shell, call_id: CallId) -> Answer<()> {
    shell.desk.code_now(call_id.clone()).await?;
    shell.desk.popup(PopupAct::Reveal(Some(call_id))).await;
    Ok(())
}

pub async fn no_code_needed(shell: &Shell, call_id: CallId) -> Answer<()> {
    Ok(shell.desk.ask(ask::NoCodeNeeded { call_id }).await?)
}
