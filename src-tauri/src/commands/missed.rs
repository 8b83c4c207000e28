//! The team's missed calls that are left to do.

use super::Answer;
use crate::shell::Shell;
use ringcard_core::{
    frame::ask,
    missed::{MissedAct, MissedId},
};
use ringcard_desk::missed::MissedRows;

pub async fn list(shell: &Shell) -> Answer<MissedRows> {
    Ok(shell.desk.missed().await)
}

pub async fn act(shell: &Shell, id: MissedId, act: MissedAct) -> Answer<()> {
    shell.desk.ask(ask::MissedAct { id, act }).await?;
    Ok(())
}
