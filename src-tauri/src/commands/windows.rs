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
) -> Answer<()> {
    shell.main.show(Some(Word::Navigate(Navigate { customer_id, prefill_number, call_id, ..Navigate::to(section) })));
    Ok(())
}

pub async fn quit(shell: &Shell) -> Answer<()> {
    shell.quit();
    Ok(())
}
