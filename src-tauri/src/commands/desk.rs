//! Calls and numbers.

use super::Answer;
use crate::{
    contract::views::{CallStory, CallsPage, DialledAs, NumberReading, NumberReport, SureWord, Sureness},
    shell::Shell,
};
use ringcard_core::{
    call::CallId,
    control::ControlAct,
    frame::{CallFilter, MadePrivate, ask},
    number::{Certainty, search_keys, view as number_view},
};
use ringcard_desk::{DeskView, DialAnswer, PopView, forms::FormDrafts};

/// The main window's first question: it hears events from now on.
pub async fn view(shell: &Shell) -> Answer<DeskView> {
    shell.main.listens();
    Ok(shell.desk.view().borrow().as_ref().clone())
}

pub async fn pop_view(shell: &Shell) -> Answer<PopView> {
    Ok(shell.desk.pop().borrow().as_ref().clone())
}

pub async fn control(shell: &Shell, call_id: CallId, act: ControlAct) -> Answer<()> {
    Ok(shell.desk.control(call_id, act).await?)
}

pub async fn end_here(shell: &Shell, call_id: CallId) -> Answer<()> {
    Ok(shell.desk.ask(ask::EndHere { call_id }).await?)
}

pub async fn set_private(shell: &Shell, call_id: CallId, private: bool) -> Answer<MadePrivate> {
    Ok(shell.desk.ask(ask::SetPrivate { call_id, private }).await?)
}

pub async fn dial(shell: &Shell, text: String, confirmed: bool, told: bool) -> Answer<DialAnswer> {
    Ok(shell.desk.dial(text, confirmed, told).await)
}

/// About a ticket, `account/id`.
pub async fn dial_about(
    shell: &Shell,
    text: String,
    ticket: String,
    confirmed: bool,
    told: bool,
) -> Answer<DialAnswer> {
    Ok(shell.desk.dial_about(text, &ticket, confirmed, told).await)
}

/// The number is on the card and was read before; where the hub asks first, the popup asks.
pub async fn dial_from_card(shell: &Shell, text: String) -> Answer<DialAnswer> {
    Ok(shell.desk.dial_asking_on_popup(text, true).await)
}

/// *Try a number*: how it is read, shown, dialled and searched.
pub async fn read_number(shell: &Shell, text: String) -> Answer<NumberReport> {
    let installation = shell.installation().await?;
    let text: String = text.chars().take(500).collect();
    let reading = match installation.preferences().plan.read(&text) {
        Ok(reading) => reading,
        Err(reason) => {
            let reading = NumberReading::Refused { reason, message: reason.to_string() };
            return Ok(NumberReport { reading, display: None, dialled: Vec::new(), searched: Vec::new() });
        }
    };
    let party = &reading.party;
    let dialled = installation.accounts.iter().filter_map(|account| {
        let text = account.system.as_ref().ok()?.start_calls.as_ref()?.dialled(party).ok()?;
        Some(DialledAs { account: account.name.clone(), text })
    });
    let keys = search_keys(party);
    Ok(NumberReport {
        display: Some(party.display()),
        dialled: dialled.collect(),
        searched: [keys.e164, keys.national, keys.last_digits, keys.internal].into_iter().flatten().collect(),
        reading: NumberReading::Number {
            number: number_view(party),
            certainty: match reading.certainty {
                Certainty::Sure => Sureness::Sure(SureWord::Sure),
                Certainty::Unsure { why } => Sureness::Unsure(why),
            },
        },
    })
}

pub async fn form_typed(shell: &Shell, place: String, typed: String, revision: u64) -> Answer<()> {
    Ok(shell.desk.form_typed(place, typed, revision).await?)
}

pub async fn form_gone(shell: &Shell, place: String, revision: u64) -> Answer<()> {
    Ok(shell.desk.form_gone(place, revision).await?)
}

pub async fn form_drafts(shell: &Shell) -> Answer<FormDrafts> {
    Ok(shell.desk.forms().await)
}

pub async fn calls(shell: &Shell, filter: CallFilter, before: Option<CallId>, limit: u32) -> Answer<CallsPage> {
    let page = shell.desk.ask(ask::Calls { filter, before, limit }).await?;
    Ok(CallsPage { calls: page.calls.into_iter().map(Into::into).collect(), more: page.more })
}

pub async fn call(shell: &Shell, id: CallId) -> Answer<CallStory> {
    Ok(shell.desk.ask(ask::Call { id }).await?.into())
}

pub async fn missed_seen(shell: &Shell) -> Answer<()> {
    Ok(shell.desk.ask(ask::MissedSeen {}).await?)
}
