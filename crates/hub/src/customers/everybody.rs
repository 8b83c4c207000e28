//! Who is behind a number, asked once and of every source: before it is dialled, by a program, for a call that is coded late.
//! A call's card asks the same beside the call, and shows what comes later.

use super::{
    Customers,
    merge::{Merged, Said},
};
use crate::live::obvious;
use futures_util::future::join_all;
use ringcard_connect::CrmFailure;
use ringcard_core::{
    customer::{Behind, CustomerId, Lookup, Match},
    number::Party,
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use tokio::time::timeout;

/// Who is behind a number.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Everybody {
    /// One for each person, best first.
    pub matches: Vec<Match>,
    /// Whom a card would name.
    pub chosen: Option<CustomerId>,
}

impl Customers {
    /// Everybody who may be behind a number, in every source that answers within the deadline, and within `patience` where that
    /// is shorter. The failure is the directory's, where nobody else knows anybody.
    pub async fn everybody_with(&self, number: &Party, patience: Option<Duration>) -> Result<Everybody, CrmFailure> {
        let accounts = self.asked_for(number);
        let patience = patience.unwrap_or(self.rules.deadline).min(self.rules.deadline);
        let directory = async {
            let late = || Err(CrmFailure::Unavailable { detail: "no answer in time".to_owned() });
            timeout(patience, self.list.behind(number)).await.unwrap_or_else(|_| late())
        };
        if accounts.is_empty() {
            let matches = directory.await?.matches;
            let chosen = obvious(&matches);
            return Ok(Everybody { matches, chosen });
        }
        let asked = accounts.iter().map(async |account| {
            // Whoever is asked goes on answering, and that is kept for the next question.
            let told = timeout(patience, self.find_within(patience, account, number)).await.ok()?.ok()?;
            Some((account.as_str(), told.value))
        });
        let said = self.directory.said_elsewhere(number);
        let (directory, asked, said) = tokio::join!(directory, join_all(asked), said);
        let said = said.unwrap_or_default();
        let asked: Vec<(&str, Vec<Match>)> = asked.into_iter().flatten().collect();
        let (ours, mut not_theirs, failure) = match directory {
            Ok(Behind { matches, not_theirs }) => (matches, not_theirs, None),
            Err(failure) => (Vec::new(), Vec::new(), Some(failure)),
        };
        not_theirs.extend(said.not_theirs);
        let known = ours.iter().chain(asked.iter().flat_map(|(_, found)| found)).map(|found| found.customer.id.clone());
        let links = self.links(known.collect()).await;
        let lookup = match ours.is_empty() {
            true => Lookup::NoMatch,
            false => Lookup::Found { chosen: obvious(&ours), matches: ours },
        };
        let merged = Said {
            order: &self.order(),
            directory: &lookup,
            matches: &asked.iter().map(|(account, found)| (*account, found.as_slice())).collect::<BTreeMap<_, _>>(),
            is_asking: false,
            unanswered: None,
            links: &links.iter().collect::<Vec<_>>(),
            remembered: said.remembered.as_ref(),
            not_theirs: &not_theirs.iter().map(|one| &one.customer).collect::<BTreeSet<_>>(),
            named: None,
            leaning: None,
        };
        let Merged { lookup, .. } = merged.merged();
        match (lookup, failure) {
            (Lookup::Found { matches, chosen }, _) => Ok(Everybody { matches, chosen }),
            (_, Some(failure)) => Err(failure),
            (_, None) => Ok(Everybody::default()),
        }
    }
}
