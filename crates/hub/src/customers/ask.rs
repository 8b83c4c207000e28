//! One question to one system: from what is kept of its last answer where that is fresh, else asked, once for everybody who
//! asks the same meanwhile. Where it does not answer, or its account's limits leave no request, what is kept is told all the
//! same, and why.

use super::Customers;
use crate::{
    directory::{KeptAnswer, KeptKey},
    requests::Saved,
};
use ringcard_connect::{AskFailure, Purpose, permits::for_purpose};
use ringcard_core::{Timestamp, customer::WhyKept, submission::GateReason};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

/// A system that has not answered by then does not.
pub(super) const LONGEST: Duration = Duration::from_secs(30);
/// That nobody is there is believed for so long: they may be made any moment.
const NOBODY: Duration = Duration::from_secs(60);
/// Whoever looked for a kept answer just before it was written finds it here.
const LINGERS: Duration = Duration::from_secs(2);

/// What a system said, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Told<T> {
    pub value: T,
    pub as_of: Timestamp,
    /// Why it was not asked anew.
    pub kept: Option<WhyKept>,
}

/// It did not answer, and nothing of it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct NoAnswer {
    /// A sentence.
    pub detail: String,
    /// The question was wrong: what was asked about is not there.
    pub is_refused: bool,
    /// It may still answer: it was not waited for any longer.
    pub is_late: bool,
}

impl NoAnswer {
    pub fn not_set_up() -> Self {
        Self { detail: "the account is not set up".to_owned(), is_refused: false, is_late: false }
    }

    fn late() -> Self {
        Self { detail: "no answer in time".to_owned(), is_refused: false, is_late: true }
    }
}

/// What came of one question: JSON with its moment, or why there is none.
type Landed = Result<(Arc<str>, Timestamp), (NoAnswer, WhyKept)>;

/// Questions under way, and those that just ended.
#[derive(Default)]
pub(super) struct Flights(Mutex<HashMap<KeptKey, watch::Receiver<Option<Landed>>>>);

impl Flights {
    fn with<T>(&self, act: impl FnOnce(&mut HashMap<KeptKey, watch::Receiver<Option<Landed>>>) -> T) -> T {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Customers {
    pub(super) async fn ask<T>(
        &self,
        key: KeptKey,
        fresh_for: Duration,
        deadline: Duration,
        is_nobody: fn(&T) -> bool,
        question: impl Future<Output = Result<T, AskFailure>> + Send + 'static,
    ) -> Result<Told<T>, NoAnswer>
    where
        T: Serialize + DeserializeOwned + Send + 'static,
    {
        let kept = self.kept::<T>(&key).await;
        if let Some((told, is_long_unused)) = &kept
            && is_fresh(told, fresh_for, is_nobody)
        {
            self.was_used(&key, *is_long_unused);
            self.requests.note_saved(&key.account, Saved::ByCache, 1);
            let (told, _) = kept.expect("BUG: it was just there");
            return Ok(Told { kept: Some(WhyKept::Fresh), ..told });
        }
        let mut flight = self.flight(&key, question);
        let landed = timeout(deadline, flight.wait_for(Option::is_some)).await;
        let landed = match landed {
            Ok(Ok(landed)) => landed.clone().unwrap_or_else(|| Err((NoAnswer::late(), WhyKept::NoAnswer))),
            Ok(Err(_)) => {
                let detail = "a mistake in Ringcard; the log says more".to_owned();
                Err((NoAnswer { detail, is_refused: false, is_late: false }, WhyKept::NoAnswer))
            }
            Err(_) => Err((NoAnswer::late(), WhyKept::NoAnswer)),
        };
        match (landed, kept) {
            (Ok((answer, as_of)), _) => match serde_json::from_str(&answer) {
                Ok(value) => Ok(Told { value, as_of, kept: None }),
                Err(error) => {
                    let detail = format!("its answer could not be read: {error}");
                    Err(NoAnswer { detail, is_refused: false, is_late: false })
                }
            },
            (Err((why, _)), _) if why.is_refused => Err(why),
            (Err((_, why)), Some((told, is_long_unused))) => {
                self.was_used(&key, is_long_unused);
                if why == WhyKept::Limit {
                    self.requests.note_saved(&key.account, Saved::ByCache, 1);
                }
                Ok(Told { kept: Some(why), ..told })
            }
            (Err((why, _)), None) => Err(why),
        }
    }

    /// What is kept of an answer and as good as a new one.
    pub(super) async fn kept_if_fresh<T: DeserializeOwned>(
        &self,
        key: &KeptKey,
        fresh_for: Duration,
        is_nobody: fn(&T) -> bool,
    ) -> Option<Told<T>> {
        let (told, _) = self.kept::<T>(key).await?;
        is_fresh(&told, fresh_for, is_nobody).then_some(Told { kept: Some(WhyKept::Fresh), ..told })
    }

    pub(super) async fn kept<T: DeserializeOwned>(&self, key: &KeptKey) -> Option<(Told<T>, bool)> {
        let kept = self.directory.kept(key.clone()).await.unwrap_or_else(|failure| {
            tracing::warn!(%failure, account = key.account, "what was kept of a system's answers cannot be read");
            None
        });
        let KeptAnswer { answer, as_of, is_long_unused } = kept?;
        // Of another version's form: it is asked again.
        let value = serde_json::from_str(&answer).ok()?;
        Some((Told { value, as_of, kept: None }, is_long_unused))
    }

    fn was_used(&self, key: &KeptKey, is_long_unused: bool) {
        if !is_long_unused {
            return;
        }
        let (directory, key) = (self.directory.clone(), key.clone());
        tokio::spawn(async move {
            if let Err(failure) = directory.kept_was_used(key).await {
                tracing::debug!(%failure, "that an answer was used could not be noted");
            }
        });
    }

    /// The question that is under way already, or this one.
    fn flight<T: Serialize + Send + 'static>(
        &self,
        key: &KeptKey,
        question: impl Future<Output = Result<T, AskFailure>> + Send + 'static,
    ) -> watch::Receiver<Option<Landed>> {
        let (lands, flight) = watch::channel(None);
        let known = self.flights.with(|flights| match flights.get(key) {
            Some(known) => Some(known.clone()),
            None => {
                flights.insert(key.clone(), flight.clone());
                None
            }
        });
        if let Some(known) = known {
            return known;
        }
        let ended = Ended { flights: self.flights.clone(), key: key.clone() };
        let (customers, key) = (self.clone(), key.clone());
        tokio::spawn(async move {
            let _ended = ended;
            let answer = match timeout(LONGEST, for_purpose(Purpose::LookUp, question)).await {
                Ok((answer, _)) => answer,
                Err(_) => Err(AskFailure::Unavailable { detail: "no answer in time".to_owned(), wait: None }),
            };
            customers.accounts.answered(&key.account, answer.as_ref().err());
            let now = Timestamp::now();
            let landed = match answer {
                Ok(value) => Ok((Arc::from(super::json(&value)), now)),
                Err(failure) => {
                    tracing::warn!(account = key.account, what = key.kind, "a system did not say who a customer is");
                    let is_refused = matches!(failure, AskFailure::Refused { .. });
                    let no_answer = NoAnswer { detail: failure.to_string(), is_refused, is_late: false };
                    Err((no_answer, why(&failure)))
                }
            };
            lands.send_replace(Some(landed.clone()));
            let kept = match landed {
                Ok((answer, as_of)) => customers.directory.keep(vec![(key, answer.as_ref().to_owned())], as_of).await,
                // What is not there any more is not told from before.
                Err((no_answer, _)) if no_answer.is_refused => customers.directory.forget_kept(key).await,
                Err(_) => Ok(()),
            };
            if let Err(failure) = kept {
                tracing::warn!(%failure, "a system's answer could not be kept: it is asked again next time");
            }
            sleep(LINGERS).await;
        });
        flight
    }
}

/// Takes a question from the list, however it ends.
struct Ended {
    flights: Arc<Flights>,
    key: KeptKey,
}

impl Drop for Ended {
    fn drop(&mut self) {
        self.flights.with(|flights| flights.remove(&self.key));
    }
}

fn is_fresh<T>(told: &Told<T>, fresh_for: Duration, is_nobody: fn(&T) -> bool) -> bool {
    let fresh_for = if is_nobody(&told.value) { fresh_for.min(NOBODY) } else { fresh_for };
    let now = Timestamp::now();
    // One from the future was kept before the clock was set.
    told.as_of <= now && now.since(told.as_of) < fresh_for
}

fn why(failure: &AskFailure) -> WhyKept {
    match failure {
        AskFailure::NotNow(_) | AskFailure::Closed { why: GateReason::DayQuota | GateReason::Pace, .. } => {
            WhyKept::Limit
        }
        _ => WhyKept::NoAnswer,
    }
}
