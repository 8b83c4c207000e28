//! What waits to be sent, campaigns and reports.

use super::Answer;
use crate::{
    contract::views::{Callbacks, CampaignList, Codes, OutboxPage, Records, SubmissionStory},
    shell::Shell,
};
use ringcard_core::{
    Timestamp,
    frame::OutboxFilter,
    report::{NotCoded, SmartWait},
    submission::{Budget, OutboxAct, SubmissionKey, Write},
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
    let (rows, more) = shell.desk.outbox(filter, before, limit).await?;
    Ok(OutboxPage { rows, more })
}

pub async fn submission(shell: &Shell, key: SubmissionKey) -> Answer<SubmissionStory> {
    let (row, attempts) = shell.desk.submission(key).await?;
    Ok(SubmissionStory { row, attempts })
}

pub async fn act(shell: &Shell, key: SubmissionKey, act: OutboxAct) -> Answer<()> {
    Ok(shell.desk.outbox_act(key, act).await?)
}

pub async fn budgets(shell: &Shell) -> Answer<Vec<Budget>> {
    Ok(shell.desk.budgets().await?)
}

pub async fn records(shell: &Shell, number: String) -> Answer<Records> {
    let (records, unasked) = shell.desk.campaign_records(number).await?;
    Ok(Records { records, unasked })
}

pub async fn codes(shell: &Shell, refresh: bool) -> Answer<Codes> {
    let (lists, unasked) = shell.desk.codes(refresh).await?;
    Ok(Codes { lists, unasked })
}

pub async fn campaigns(shell: &Shell) -> Answer<CampaignList> {
    let (campaigns, unasked) = shell.desk.campaigns().await?;
    Ok(CampaignList { campaigns, unasked })
}

pub async fn callbacks(shell: &Shell) -> Answer<Callbacks> {
    let (callbacks, unasked) = shell.desk.callbacks().await?;
    Ok(Callbacks { callbacks, unasked })
}

pub async fn smart_wait(shell: &Shell, account: Option<String>, from: Timestamp, to: Timestamp) -> Answer<SmartWait> {
    Ok(shell.desk.smart_wait(account, from, to).await?)
}

pub async fn not_coded(
    shell: &Shell,
    account: Option<String>,
    from: Timestamp,
    to: Timestamp,
) -> Answer<Vec<NotCoded>> {
    Ok(shell.desk.not_coded(account, from, to).await?)
}
