//! What waits to be sent, campaigns and reports.

use super::Answer;
use crate::shell::Shell;
use ringcard_core::{
    Timestamp,
    frame::{Callbacks, CampaignList, Codes, OutboxFilter, OutboxPage, Records, SubmissionStory, ask},
    report::{NotCoded, SmartWait},
    submission::{Budget, OutboxAct, SubmissionKey, Write},
    ticket::Ticket,
    usage::{Usage, UsageRange},
};
use ringcard_desk::pending::PendingListed;

/// An agent's write from the main window: durable here first, then handed to the hub.
pub async fn submit(shell: &Shell, write: Write, about: Option<String>) -> Answer<SubmissionKey> {
    Ok(shell.desk.submit(write, about).await?)
}

pub async fn pending(shell: &Shell, limit: u32) -> Answer<Vec<PendingListed>> {
    Ok(shell.desk.pending(limit).await)
}

pub async fn pending_retry(shell: &Shell, key: SubmissionKey) -> Answer<()> {
    Ok(shell.desk.pending_retry(key).await?)
}

pub async fn pending_discard(shell: &Shell, key: SubmissionKey) -> Answer<()> {
    Ok(shell.desk.pending_discard(key).await?)
}

pub async fn page(
    shell: &Shell,
    filter: OutboxFilter,
    before: Option<SubmissionKey>,
    limit: u32,
) -> Answer<OutboxPage> {
    Ok(shell.desk.ask(ask::Outbox { filter, before, limit }).await?)
}

pub async fn submission(shell: &Shell, key: SubmissionKey) -> Answer<SubmissionStory> {
    Ok(shell.desk.ask(ask::Submission { key }).await?)
}

pub async fn act(shell: &Shell, key: SubmissionKey, act: OutboxAct) -> Answer<()> {
    Ok(shell.desk.ask(ask::OutboxAct { key, act }).await?)
}

pub async fn budgets(shell: &Shell) -> Answer<Vec<Budget>> {
    Ok(shell.desk.ask(ask::Budgets {}).await?)
}

pub async fn usage(shell: &Shell, account: Option<String>, range: UsageRange) -> Answer<Usage> {
    Ok(shell.desk.ask(ask::Usage { account, range }).await?)
}

pub async fn records(shell: &Shell, number: String) -> Answer<Records> {
    Ok(shell.desk.ask(ask::CampaignRecords { number }).await?)
}

pub async fn codes(shell: &Shell, refresh: bool) -> Answer<Codes> {
    Ok(shell.desk.ask(ask::Codes { refresh }).await?)
}

/// The ticket that an agent typed the number of; none: it is not there.
pub async fn ticket(shell: &Shell, account: String, id: String) -> Answer<Option<Ticket>> {
    Ok(shell.desk.ask(ask::Ticket { account, id }).await?)
}

pub async fn campaigns(shell: &Shell) -> Answer<CampaignList> {
    Ok(shell.desk.ask(ask::Campaigns {}).await?)
}

pub async fn callbacks(shell: &Shell) -> Answer<Callbacks> {
    Ok(shell.desk.ask(ask::Callbacks {}).await?)
}

pub async fn smart_wait(shell: &Shell, account: Option<String>, from: Timestamp, to: Timestamp) -> Answer<SmartWait> {
    Ok(shell.desk.ask(ask::SmartWait { account, from, to }).await?)
}

pub async fn not_coded(
    shell: &Shell,
    account: Option<String>,
    from: Timestamp,
    to: Timestamp,
) -> Answer<Vec<NotCoded>> {
    Ok(shell.desk.ask(ask::NotCoded { account, from, to }).await?)
}
