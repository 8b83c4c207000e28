//! What waits to be sent, campaigns and reports: the requests of the contract, each with the answer it gets.

use super::{Desk, asks::strange};
use ringcard_core::{
    Timestamp,
    campaign::{Callback, Campaign, CampaignRecord, CodeList},
    frame::{OutboxFilter, Reply, Request, RequestError, Unasked},
    report::{NotCoded, SmartWait},
    submission::{AttemptNote, Budget, OutboxAct, OutboxRow, SubmissionKey},
};

impl Desk {
    /// What waits to be written, or was, newest first; whether there is more.
    pub async fn outbox(
        &self,
        filter: OutboxFilter,
        before: Option<SubmissionKey>,
        limit: u32,
    ) -> Result<(Vec<OutboxRow>, bool), RequestError> {
        match self.ask(Request::Outbox { filter, before, limit }).await? {
            Reply::Outbox { rows, more } => Ok((rows, more)),
            _ => Err(strange()),
        }
    }

    /// One submission and its attempts, oldest first.
    pub async fn submission(&self, key: SubmissionKey) -> Result<(OutboxRow, Vec<AttemptNote>), RequestError> {
        match self.ask(Request::Submission { key }).await? {
            Reply::Submission { row, attempts } => Ok((row, attempts)),
            _ => Err(strange()),
        }
    }

    /// A person decided about a row.
    pub async fn outbox_act(&self, key: SubmissionKey, act: OutboxAct) -> Result<(), RequestError> {
        self.ask(Request::OutboxAct { key, act }).await.map(drop)
    }

    pub async fn budgets(&self) -> Result<Vec<Budget>, RequestError> {
        match self.ask(Request::Budgets).await? {
            Reply::Budgets { budgets } => Ok(budgets),
            _ => Err(strange()),
        }
    }

    /// The campaign records in which a number stands, and the accounts that did not answer.
    pub async fn campaign_records(&self, number: String) -> Result<(Vec<CampaignRecord>, Vec<Unasked>), RequestError> {
        match self.ask(Request::CampaignRecords { number }).await? {
            Reply::CampaignRecords { records, unasked } => Ok((records, unasked)),
            _ => Err(strange()),
        }
    }

    pub async fn codes(&self, refresh: bool) -> Result<(Vec<CodeList>, Vec<Unasked>), RequestError> {
        match self.ask(Request::Codes { refresh }).await? {
            Reply::Codes { lists, unasked } => Ok((lists, unasked)),
            _ => Err(strange()),
        }
    }

    pub async fn campaigns(&self) -> Result<(Vec<Campaign>, Vec<Unasked>), RequestError> {
        match self.ask(Request::Campaigns).await? {
            Reply::Campaigns { campaigns, unasked } => Ok((campaigns, unasked)),
            _ => Err(strange()),
        }
    }

    /// The call-backs this agent has promised.
    pub async fn callbacks(&self) -> Result<(Vec<Callback>, Vec<Unasked>), RequestError> {
        match self.ask(Request::Callbacks).await? {
            Reply::Callbacks { callbacks, unasked } => Ok((callbacks, unasked)),
            _ => Err(strange()),
        }
    }

    pub async fn smart_wait(
        &self,
        account: Option<String>,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<SmartWait, RequestError> {
        match self.ask(Request::SmartWait { account, from, to }).await? {
            Reply::SmartWait { report } => Ok(report),
            _ => Err(strange()),
        }
    }

    /// This agent's calls without a code.
    pub async fn not_coded(
        &self,
        account: Option<String>,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<NotCoded>, RequestError> {
        match self.ask(Request::NotCoded { account, from, to }).await? {
            Reply::NotCoded { calls } => Ok(calls),
            _ => Err(strange()),
        }
    }
}
