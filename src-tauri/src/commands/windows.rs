//! The main window, and the end.

use super::Answer;
use crate::{
    contract::views::{Navigate, Section},
    main_window::Word,
    shell::Shell,
};
use ringcard_core::{call::CallId, customer::CustomerId};

pub async fn show_main(
    shell: &Shell,
    section: Section,
    customer_id: Option<CustomerId>,
    prefill_number: Option<String>,
    call_id: Option<CallId>,
    callbacks: Option<bool>,
) -> Answer<()> {
    let to = Navigate { customer_id, prefill_number, call_id, callbacks, ..Navigate::to(section) };
    shell.main.show(Some(Word::Navigate(to)));
    Ok(())
}

/// `sure`: the person was asked.
pub async fn quit(shell: &Shell, sure: bool) -> Answer<()> {
    if sure {
        shell.quit();
    } else {
        shell.wish_to_quit().await;
    }
    Ok(())
}
