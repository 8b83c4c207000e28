//! What accounts answer and desks need while nothing can be reached: codes, ticket forms. Kept on disk, one answer for each
//! account; asked for anew when it is old.

use crate::{account::Accounts, own_files};
use futures_util::future::join_all;
use ringcard_connect::{AskFailure, Purpose, named, permits::for_purpose};
use ringcard_core::{Timestamp, campaign::CodeList, frame::Unasked, ticket::AccountForms};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    future::Future,
    path::PathBuf,
    sync::{Arc, Mutex},
    time::Duration,
};

/// Older ones are fetched again when they are asked for.
const LAST: Duration = Duration::from_secs(12 * 3600);
/// More is no file of ours.
const MOST: u64 = 64 << 20;

/// The answers of several accounts, and who could not be asked for theirs.
pub(crate) type Asked<T> = (Vec<T>, Vec<Unasked>);

/// One account's answer.
pub(crate) trait OfAccount: Clone + Serialize + DeserializeOwned + Send + 'static {
    fn account(&self) -> &str;
    fn fetched_at(&self) -> Timestamp;
}

impl OfAccount for CodeList {
    fn account(&self) -> &str {
        &self.account
    }

    fn fetched_at(&self) -> Timestamp {
        self.fetched_at
    }
}

impl OfAccount for AccountForms {
    fn account(&self) -> &str {
        &self.account
    }

    fn fetched_at(&self) -> Timestamp {
        self.fetched_at
    }
}

/// The answers of all accounts.
pub(crate) struct KeptAnswers<T> {
    known: Mutex<Vec<T>>,
    file: PathBuf,
}

impl<T: OfAccount> KeptAnswers<T> {
    /// Takes up what is in this file. What cannot be read is fetched again.
    pub fn open(file: PathBuf) -> Self {
        let known =
            named::read(&file, MOST).ok().and_then(|text| serde_json::from_slice(&text).ok()).unwrap_or_default();
        Self { known: Mutex::new(known), file }
    }

    /// The answer of each of these accounts, in their order: the one at hand where it is fresh, or where the account does not
    /// answer. `refresh`: all of them are asked.
    /// `doubted`: when the account last said that what it answered before may hold no longer.
    pub async fn of<S: ?Sized, F>(
        &self,
        accounts: &Accounts,
        of: Vec<(String, Arc<S>)>,
        refresh: bool,
        doubted: impl Fn(&S) -> Option<Timestamp>,
        question: impl Fn(String, Arc<S>) -> F,
    ) -> Asked<T>
    where
        F: Future<Output = Result<T, AskFailure>>,
    {
        let each = of.into_iter().map(|(name, system)| {
            let kept = self.kept(&name);
            let doubted = doubted(&system);
            let is_fresh = |one: &T| {
                let at = one.fetched_at();
                Timestamp::now().since(at) < LAST && doubted.is_none_or(|doubted| doubted < at)
            };
            let fresh = kept.clone().filter(|one| !refresh && is_fresh(one));
            let question = question(name.clone(), system);
            async move {
                if fresh.is_some() {
                    return (fresh, None);
                }
                match ask(accounts, &name, Purpose::AgentAct, question).await {
                    Ok(new) => {
                        self.keep(&new).await;
                        (Some(new), None)
                    }
                    Err(unanswered) => (kept, Some(Unasked { account: name, why: unanswered.to_string() })),
                }
            }
        });
        let (mut answers, mut unasked) = (Vec::new(), Vec::new());
        for (answer, silent) in join_all(each).await {
            answers.extend(answer);
            unasked.extend(silent);
        }
        (answers, unasked)
    }

    fn kept(&self, account: &str) -> Option<T> {
        let known = self.known.lock().expect("BUG: nobody panics while holding the answers");
        known.iter().find(|one| one.account() == account).cloned()
    }

    async fn keep(&self, new: &T) {
        let all = {
            let mut known = self.known.lock().expect("BUG: nobody panics while holding the answers");
            known.retain(|kept| kept.account() != new.account());
            known.push(new.clone());
            serde_json::to_vec(&*known)
        };
        let file = self.file.clone();
        let written = tokio::task::spawn_blocking(move || own_files::write(&file, all?));
        // They are fetched again after the next start.
        if let Ok(Err(error)) = written.await {
            tracing::warn!(file = %self.file.display(), %error, "what accounts answered could not be kept");
        }
    }
}

/// One question, and what it says of the connection. What was known already says nothing.
pub(crate) async fn ask<T>(
    accounts: &Accounts,
    account: &str,
    purpose: Purpose,
    question: impl Future<Output = Result<T, AskFailure>>,
) -> Result<T, AskFailure> {
    let (answer, requests) = for_purpose(purpose, question).await;
    if requests > 0 {
        accounts.answered(account, answer.as_ref().err());
    }
    answer
}
