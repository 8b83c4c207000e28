//! The demo's buttons.

use super::Answer;
use crate::{
    contract::{CommandError, views::DemoRing},
    demo,
    installation::{Installation, StartSettings},
    shell::Shell,
};
use ringcard_hub::config::Places;

/// Puts the simulated PBX in the place of the real one; what was set up stays as it is.
pub async fn start(shell: &Shell) -> Answer<()> {
    let begun = demo::begin(shell, Places::desk()).await;
    if begun.is_err() {
        back_to_what_was_set_up(shell).await;
    }
    begun.map_err(CommandError::internal)?;
    // Whoever tries Ringcard sees what it is for, with nothing more to press.
    ring(shell, DemoRing::Known).await
}

/// Back to what was set up.
pub async fn stop(shell: &Shell) -> Answer<()> {
    let Some(demo) = shell.demo.lock().await.take() else { return Ok(()) };
    shell.move_out().await;
    demo.end().await;
    back_to_what_was_set_up(shell).await;
    Ok(())
}

async fn back_to_what_was_set_up(shell: &Shell) {
    let start_settings = StartSettings::read(Places::desk(), shell.keyring.clone(), false);
    shell.move_into(Installation::open(start_settings).await).await;
}

/// Has a simulated customer call.
pub async fn ring(shell: &Shell, kind: DemoRing) -> Answer<()> {
    let demo = shell.demo.lock().await;
    let Some(demo) = demo.as_ref() else {
        return Err(CommandError::internal("The demo does not run."));
    };
    demo.ring(kind).await.map(drop).map_err(CommandError::internal)
}
