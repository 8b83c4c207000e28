//! What desks ask of accounts with campaigns: records, codes, call-backs, reports.
//!
//! Every request of a question takes a permit from the account's budget, so that no desk uses a token while another one
//! does, and so that looking never uses up what writing needs. An account that does not answer is named in the answer; the
//! others' parts come all the same. Codes are kept on disk: an agent can code while nothing can be reached.

use crate::{
    account::Accounts,
    kept_answers::{Asked, KeptAnswers, ask},
};
use futures_util::future::join_all;
use ringcard_connect::{AskFailure, Campaigns, Codes, Purpose, Reports};
use ringcard_core::{
    Timestamp,
    campaign::{Callback, Campaign, CampaignRecord, CodeList},
    frame::{RequestError, RequestErrorCode, Unasked},
    number::Party,
    report::{NotCoded, SmartWait},
};
use std::{future::Future, path::Path, sync::Arc};

/// Asks every account that has campaigns.
pub(crate) struct CampaignAsks {
    accounts: Accounts,
    codes: KeptAnswers<CodeList>,
}

pub(crate) fn into_error(unanswered: AskFailure) -> RequestError {
    let code = match &unanswered {
        // The question is wrong, and will be when it is asked again.
        AskFailure::Refused { .. } => RequestErrorCode::Invalid,
        AskFailure::Unavailable { .. } | AskFailure::Closed { .. } | AskFailure::NotNow(_) => RequestErrorCode::Busy,
    };
    RequestError::new(code, unanswered.to_string())
}

impl CampaignAsks {
    pub fn new(accounts: Accounts, data_dir: &Path) -> Self {
        Self { accounts, codes: KeptAnswers::open(data_dir.join("codes.json")) }
    }

    pub async fn records(&self, number: &Party) -> Asked<CampaignRecord> {
        self.each(Purpose::LookUp, |account| async move { account.find_records(number).await }).await
    }

    pub async fn campaigns(&self) -> Asked<Campaign> {
        self.each(Purpose::AgentAct, |account| async move { account.campaigns().await }).await
    }

    /// `agent_id`: the agent's name in the other system, their extension there.
    pub async fn callbacks(&self, agent_id: Option<&str>) -> Asked<Callback> {
        self.each(Purpose::AgentAct, |account| async move { account.callbacks(agent_id).await }).await
    }

    /// The codes of every account: those at hand where they are fresh, or where the account does not answer.
    pub async fn codes(&self, refresh: bool) -> Asked<CodeList> {
        let question = |_, account: Arc<dyn Codes>| async move { account.codes().await };
        self.codes.of(&self.accounts, self.accounts.codes(), refresh, |_| None, question).await
    }

    pub async fn smart_wait(
        &self,
        account: Option<&str>,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<SmartWait, RequestError> {
        let (name, account) = self.one(account)?;
        let asked = ask(&self.accounts, &name, Purpose::Report, account.smart_wait(from, to)).await;
        asked.map_err(into_error)
    }

    pub async fn not_coded(
        &self,
        account: Option<&str>,
        agent_id: &str,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<NotCoded>, RequestError> {
        let (name, account) = self.one(account)?;
        let asked = ask(&self.accounts, &name, Purpose::Report, account.not_coded(agent_id, from, to)).await;
        asked.map_err(into_error)
    }

    fn one(&self, wanted: Option<&str>) -> Result<(String, Arc<dyn Reports>), RequestError> {
        let mut there = self.accounts.reports();
        there.retain(|(name, _)| wanted.is_none_or(|wanted| wanted == name));
        match there.len() {
            1 => Ok(there.swap_remove(0)),
            0 => Err(RequestError::new(RequestErrorCode::NoAccount, "There is no such account with reports")),
            _ => Err(RequestError::new(RequestErrorCode::NoAccount, "There are several accounts: say which one")),
        }
    }

    async fn each<T, F>(&self, purpose: Purpose, question: impl Fn(Arc<dyn Campaigns>) -> F) -> Asked<T>
    where
        F: Future<Output = Result<Vec<T>, AskFailure>>,
    {
        let accounts = self.accounts.campaigns();
        let asked = accounts.into_iter().map(|(name, account)| {
            let question = question(account);
            async move { (ask(&self.accounts, &name, purpose, question).await, name) }
        });
        let (mut rows, mut unasked) = (Vec::new(), Vec::new());
        for (answer, account) in join_all(asked).await {
            match answer {
                Ok(more) => rows.extend(more),
                Err(unanswered) => unasked.push(Unasked { account, why: unanswered.to_string() }),
            }
        }
        (rows, unasked)
    }
}
