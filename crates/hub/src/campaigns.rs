//! What desks ask of accounts with campaigns: records, codes, call-backs, reports.
//!
//! Every request of a question takes a permit from the account's budget, so that no desk uses a token while another one
//! does, and so that looking never uses up what writing needs. An account that does not answer is named in the answer; the
//! others' parts come all the same. Codes are kept on disk: an agent can code while nothing can be reached.

use crate::{account::Accounts, own_files};
use futures_util::future::join_all;
use ringcard_connect::{AskFailure, Campaigns, Purpose, Reports, named, permits::for_purpose};
use ringcard_core::{
    Timestamp,
    campaign::CodeList,
    frame::{RequestError, RequestErrorCode, Unasked},
    number::Party,
};
use ringcard_core::{
    campaign::{Callback, Campaign, CampaignRecord},
    report::{NotCoded, SmartWait},
};
use std::{
    future::Future,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::Duration,
};

/// Codes older than this are fetched again when they are asked for.
const CODES_LAST: Duration = Duration::from_secs(12 * 3600);
/// More is no file of ours.
const MOST_CODES: u64 = 64 << 20;

/// Asks every account that has campaigns.
pub(crate) struct CampaignAsks {
    accounts: Accounts,
    codes: Mutex<Vec<CodeList>>,
    file: PathBuf,
}

fn into_error(unanswered: AskFailure) -> RequestError {
    let code = match &unanswered {
        // The question is wrong, and will be when it is asked again.
        AskFailure::Refused { .. } => RequestErrorCode::Invalid,
        AskFailure::Unavailable { .. } | AskFailure::Closed { .. } | AskFailure::NotNow(_) => RequestErrorCode::Busy,
    };
    RequestError::new(code, unanswered.to_string())
}

type Asked<T> = (Vec<T>, Vec<Unasked>);

impl CampaignAsks {
    pub fn new(accounts: Accounts, data_dir: &Path) -> Self {
        let file = data_dir.join("codes.json");
        // What cannot be read is fetched again.
        let codes =
            named::read(&file, MOST_CODES).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        Self { accounts, codes: Mutex::new(codes), file }
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
        let (mut lists, mut unasked) = (Vec::new(), Vec::new());
        for (name, account) in self.accounts.codes() {
            let kept = self.kept(&name);
            let is_fresh = |list: &CodeList| Timestamp::now().since(list.fetched_at) < CODES_LAST;
            if let Some(list) = kept.clone().filter(|list| !refresh && is_fresh(list)) {
                lists.push(list);
                continue;
            }
            match self.ask(&name, Purpose::AgentAct, account.codes()).await {
                Ok(list) => {
                    self.keep(&list).await;
                    lists.push(list);
                }
                Err(unanswered) => {
                    unasked.push(Unasked { account: name, why: unanswered.to_string() });
                    lists.extend(kept);
                }
            }
        }
        (lists, unasked)
    }

    pub async fn smart_wait(
        &self,
        account: Option<&str>,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<SmartWait, RequestError> {
        let (name, account) = self.one(account)?;
        let asked = self.ask(&name, Purpose::Report, account.smart_wait(from, to)).await;
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
        let asked = self.ask(&name, Purpose::Report, account.not_coded(agent_id, from, to)).await;
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
            async move { (self.ask(&name, purpose, question).await, name) }
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

    /// One question, and what it says of the connection. What was known already says nothing.
    async fn ask<T>(
        &self,
        account: &str,
        purpose: Purpose,
        question: impl Future<Output = Result<T, AskFailure>>,
    ) -> Result<T, AskFailure> {
        let (answer, requests) = for_purpose(purpose, question).await;
        if requests > 0 {
            self.accounts.answered(account, answer.as_ref().err());
        }
        answer
    }

    fn kept(&self, account: &str) -> Option<CodeList> {
        let codes = self.codes.lock().expect("BUG: nobody panics while holding the codes");
        codes.iter().find(|list| list.account == account).cloned()
    }

    async fn keep(&self, list: &CodeList) {
        let all = {
            let mut codes = self.codes.lock().expect("BUG: nobody panics while holding the codes");
            codes.retain(|kept| kept.account != list.account);
            codes.push(list.clone());
            serde_json::to_vec(&*codes)
        };
        let file = self.file.clone();
        let written = tokio::task::spawn_blocking(move || own_files::write(&file, all?));
        // They are fetched again after the next start.
        if let Ok(Err(error)) = written.await {
            tracing::warn!(%error, "the codes could not be kept");
        }
    }
}
