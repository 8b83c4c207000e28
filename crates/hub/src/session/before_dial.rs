//! What an agent should know of a number before it is dialled: how it is read, whose it is, what it costs to know.

use crate::hub::Shared;
use ringcard_core::{
    frame::{BeforeDial, RequestError, RequestErrorCode},
    number::{Party, view},
};
use std::time::Duration;
use tokio::time::timeout;

/// An agent waits for this answer with the finger on the key: a customer list or a system that is slower is not waited for.
const NAME_WITHIN: Duration = Duration::from_millis(500);
/// Their answers are one card by then.
const MERGED_WITHIN: Duration = Duration::from_millis(250);

pub(super) async fn answer(shared: &Shared, number: &str) -> Result<BeforeDial, RequestError> {
    let read = shared.plan.borrow().read_to_dial(number);
    let party = read.map_err(|why| RequestError::new(RequestErrorCode::NotANumber, why.to_string()))?.party;
    let cautions = shared.plan.borrow().cautions(&party);
    Ok(BeforeDial {
        customer_name: name_of(shared, &party).await,
        dialled: match &party {
            Party::Outside(number) => number.e164.clone(),
            party => party.display(),
        },
        number: view(&party),
        cautions: cautions.all,
        refused: cautions.refused,
    })
}

/// Whom a card would name. What is not known in time is not said.
async fn name_of(shared: &Shared, party: &Party) -> Option<String> {
    if shared.plan.borrow().is_own(party) {
        return None;
    }
    let asked = shared.customers.everybody_with(party, Some(NAME_WITHIN));
    let everybody = timeout(NAME_WITHIN + MERGED_WITHIN, asked).await.ok()?.ok()?;
    let chosen = everybody.chosen?;
    let found = everybody.matches.iter().find(|found| found.customer.id == chosen)?;
    Some(found.customer.details.shown_name().to_owned()).filter(|name| !name.is_empty())
}
