//! A number that an agent says is a customer's, for the system that keeps them: it is added there, where the account's settings want
//! that. Through the outbox, once: what was chosen is remembered here, whatever becomes of it there.

use crate::hub::Shared;
use ringcard_connect::Crm;
use ringcard_core::{
    Timestamp,
    call::{AgentId, CallId},
    customer::CustomerId,
    number::{Number, Party},
    submission::{Submission, SubmissionKey, Write},
};
use sha2::{Digest, Sha256};
use std::fmt::Write as _;

/// The agent chose this customer for the call's number. Nothing waits for it.
pub(super) fn add_there(shared: &Shared, agent: Option<AgentId>, call: CallId, customer: CustomerId) {
    let account = customer.source().to_owned();
    let adds = customer.is_elsewhere() && shared.accounts.keeper(&account).is_some_and(|keeper| keeper.adds_numbers());
    if !adds {
        return;
    }
    let (history, customers, outbox) = (shared.history.clone(), shared.customers.clone(), shared.outbox.clone());
    tokio::spawn(async move {
        let Ok(Some(known)) = history.call(call.clone()).await else { return };
        // Of a private call, others are told nothing. What is dialled inside, and an extension, is nobody's number.
        let Party::Outside(Number { e164, extension: None }) = known.customer().clone() else { return };
        if known.is_private() {
            return;
        }
        let Ok(named) = customers.get(&customer).await else { return };
        let number = Party::Outside(Number { e164: e164.clone(), extension: None });
        if named.details.numbers.iter().any(|one| one.party.as_ref() == Some(&number)) {
            return;
        }
        let submission = Submission {
            key: key(&account, &customer, &e164),
            about: named.details.shown_name().to_owned(),
            write: Write::AddNumber { account: account.clone(), customer, number: e164 },
            call_id: Some(call),
            agent,
            made_at: Timestamp::now(),
            expires_at: None,
            needs: None,
        };
        let saved = match outbox.open() {
            Ok(outbox) => outbox.submit(submission).await.map(drop).map_err(|failure| failure.to_string()),
            Err(failure) => Err(failure.to_string()),
        };
        if let Err(failure) = saved {
            tracing::warn!(account, failure, "a number that is a customer's is not added where they are kept");
        }
    });
}

/// Chosen again, it is the same wish.
fn key(account: &str, customer: &CustomerId, number: &str) -> SubmissionKey {
    let mut digest = Sha256::new();
    for part in [account, &customer.0, number] {
        digest.update(u32::try_from(part.len()).unwrap_or(u32::MAX).to_be_bytes());
        digest.update(part.as_bytes());
    }
    let mut text = String::from("number-");
    for byte in digest.finalize().iter().take(16) {
        let _ = write!(text, "{byte:02x}");
    }
    SubmissionKey(text)
}
