//! Fills what is kept of an account's answers with all its customers, where the administrator wants that: a card is there then
//! while the account's limits leave no request, or its system does not answer. Page by page, last of all purposes, from where
//! it left off.
//!
//! What is kept so is told with its age and asked anew when it is not fresh, as every answer. Of customers who are gone nothing
//! is kept, nobody is linked with them, and no number is theirs; what a call's card showed stays with the call.

use super::{Customers, json};
use crate::directory::{KeptKey, memory_key};
use ringcard_connect::{ExportCustomers, ExportPage, Purpose, permits::for_purpose};
use ringcard_core::{
    Timestamp,
    customer::{Customer, CustomerId, Match, MatchReason, MatchStrength},
    number::{DialPlan, Party},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::Duration,
};
use tokio::{
    sync::watch,
    time::{sleep, timeout},
};

/// After the last page: what changed since is asked for.
const CHANGES: Duration = Duration::from_secs(15 * 60);
/// After a failure; the account may be closed for a while.
const AGAIN: Duration = Duration::from_secs(5 * 60);
/// A page that has not come by then does not.
const PAGE: Duration = Duration::from_secs(120);
/// Longer ones are no cursors.
const LONGEST_CURSOR: usize = 2_000;

impl Customers {
    /// Keeps what these accounts export, until the hub stops.
    pub async fn keep_warm(
        self,
        accounts: Vec<String>,
        plan: watch::Receiver<DialPlan>,
        stopped: watch::Receiver<bool>,
    ) {
        let each = accounts.into_iter().map(|account| self.keep_one_warm(account, plan.clone(), stopped.clone()));
        futures_util::future::join_all(each).await;
    }

    async fn keep_one_warm(
        &self,
        account: String,
        plan: watch::Receiver<DialPlan>,
        mut stopped: watch::Receiver<bool>,
    ) {
        loop {
            let page = async {
                match self.accounts.exporter(&account) {
                    Some(exports) => {
                        let plan = plan.borrow().clone();
                        self.warm(&account, &exports, &plan).await
                    }
                    // It is not set up, or cannot: it may be, later.
                    None => AGAIN,
                }
            };
            let wait = async { sleep(page.await).await };
            tokio::select! {
                biased;
                _ = stopped.wait_for(|stopped| *stopped) => return,
                () = wait => {}
            }
        }
    }

    /// One page more; how long until the next.
    pub(super) async fn warm(&self, account: &str, exports: &Arc<dyn ExportCustomers>, plan: &DialPlan) -> Duration {
        let cursor = KeptKey { account: account.to_owned(), kind: "export", key: "cursor".to_owned() };
        let after = self.kept::<String>(&cursor).await.map(|(told, _)| told.value);
        let asking = for_purpose(Purpose::Report, exports.export(after.as_deref()));
        let page = match timeout(PAGE, asking).await {
            Ok((Ok(page), _)) => page,
            Ok((Err(failure), _)) => {
                tracing::info!(account, %failure, "the customers of an account are not read ahead now");
                return AGAIN;
            }
            Err(_) => return AGAIN,
        };
        let is_end = page.is_end;
        match self.keep_page(account, page, cursor, plan).await {
            Ok(()) if is_end => CHANGES,
            Ok(()) => exports.pause(),
            Err(failure) => {
                tracing::warn!(account, %failure, "the customers of an account cannot be kept ahead");
                AGAIN
            }
        }
    }

    /// With the cursor in one transaction: what is not kept is asked for again.
    async fn keep_page(
        &self,
        account: &str,
        page: ExportPage,
        cursor: KeptKey,
        plan: &DialPlan,
    ) -> Result<(), ringcard_connect::CrmFailure> {
        let mut by_number: BTreeMap<String, Vec<(Customer, String)>> = BTreeMap::new();
        let mut answers = Vec::new();
        for customer in page.customers.into_iter().filter(|customer| customer.id.source() == account) {
            for number in &customer.details.numbers {
                let party = number.party.clone().or_else(|| plan.read(&number.written).ok().map(|read| read.party));
                let outside = party.filter(|party| matches!(party, Party::Outside(_)));
                if let Some(key) = outside.as_ref().and_then(memory_key) {
                    by_number.entry(key).or_default().push((customer.clone(), number.label.clone()));
                }
            }
            let key = KeptKey { account: account.to_owned(), kind: "customer", key: customer.id.0.clone() };
            answers.push((key, json(&customer)));
        }
        for (number, customers) in by_number {
            let key = KeptKey { account: account.to_owned(), kind: "number", key: number };
            let known = self.kept::<Vec<Match>>(&key).await.map(|(told, _)| told.value);
            let mut matches = known.unwrap_or_default();
            for (customer, label) in customers {
                matches.retain(|found| found.customer.id != customer.id);
                let (strength, reason) = (MatchStrength::Exact, MatchReason::SameNumber { label });
                matches.push(Match { customer, strength, reason });
            }
            matches.truncate(super::MOST);
            answers.push((key, json(&matches)));
        }
        let gone: Vec<CustomerId> = page.gone.into_iter().filter(|id| id.source() == account).collect();
        let mut forgotten = Vec::new();
        for id in &gone {
            self.without(account, id, plan, &mut answers, &mut forgotten).await;
        }
        if page.cursor.len() <= LONGEST_CURSOR {
            answers.push((cursor, json(&page.cursor)));
        }
        self.directory.keep_and_let_go(answers, forgotten, gone, Timestamp::now()).await
    }

    /// What is kept of a customer who is gone, and what is left under their numbers.
    async fn without(
        &self,
        account: &str,
        gone: &CustomerId,
        plan: &DialPlan,
        answers: &mut Vec<(KeptKey, String)>,
        forgotten: &mut Vec<KeptKey>,
    ) {
        let key = |kind: &'static str, key: String| KeptKey { account: account.to_owned(), kind, key };
        let known = self.kept::<Customer>(&key("customer", gone.0.clone())).await;
        let numbers = known.map(|(told, _)| told.value.details.numbers).unwrap_or_default();
        let parties = numbers
            .iter()
            .filter_map(|number| number.party.clone().or_else(|| Some(plan.read(&number.written).ok()?.party)));
        let keys: BTreeSet<String> = parties.filter_map(|party| memory_key(&party)).collect();
        for (kind, number) in keys.iter().flat_map(|number| [("number", number), ("made", number)]) {
            let key = key(kind, number.clone());
            // Of the same page, somebody else may have the number by now.
            let at = answers.iter().position(|(other, _)| *other == key);
            let matches: Option<Vec<Match>> = match at {
                Some(at) => serde_json::from_str(&answers[at].1).ok(),
                None => self.kept(&key).await.map(|(told, _)| told.value),
            };
            let Some(mut matches) = matches else { continue };
            let before = matches.len();
            matches.retain(|found| found.customer.id != *gone);
            match at {
                Some(at) => answers[at].1 = json(&matches),
                None if matches.len() < before && matches.is_empty() => forgotten.push(key),
                None if matches.len() < before => answers.push((key, json(&matches))),
                None => {}
            }
        }
        forgotten.extend([key("customer", gone.0.clone()), key("about", gone.0.clone())]);
    }
}
