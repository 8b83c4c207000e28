//! Customers over every system that keeps them: searched one by one, made where somebody wants them, linked and told of.

use super::{read, refused};
use crate::{directory::Linked, hub::Shared};
use ringcard_connect::{AskFailure, CrmFailure};
use ringcard_core::{
    call::AgentId,
    customer::{CustomerDetails, CustomerId},
    frame::{Reply, Request, RequestError, RequestErrorCode},
    number::Party,
};

/// Longer than anything anybody looks for.
const LONGEST: usize = 200;
/// Hits of one system's search.
const HITS: u32 = 50;

pub(super) async fn answer(shared: &Shared, agent: Option<AgentId>, request: Request) -> Result<Reply, RequestError> {
    match request {
        Request::CustomerSources => Ok(Reply::CustomerSources { sources: shared.customers.sources() }),
        Request::SearchSource { source, query, limit } => {
            if query.chars().count() > LONGEST {
                let message = format!("What is looked for has at most {LONGEST} characters");
                return Err(RequestError::new(RequestErrorCode::Invalid, message));
            }
            let found = shared.customers.search_in(&source, &query, limit.clamp(1, HITS)).await;
            Ok(Reply::Matches { matches: found.map_err(not_answered)? })
        }
        Request::CreateCustomerIn { source, details } => create(shared, &source, details).await,
        Request::AboutCustomer { id } => {
            Ok(Reply::CustomerAbout { about: shared.customers.about_everywhere(&id).await })
        }
        Request::LinkCustomers { one, other } => {
            // Both must be there: a link to nobody would be shown for good.
            for id in [&one, &other] {
                shared.crm.get(id).await.map_err(refused)?;
            }
            let linked = shared.customers.link(one, other, agent, false).await;
            match linked.map_err(refused)? {
                Linked::Made | Linked::Known => changed(shared).await,
                Linked::WasUndone => Err(RequestError::new(RequestErrorCode::Conflict, "The link was undone before")),
                Linked::TwoOfOne(second) => {
                    let message = format!(
                        "Two customers of “{}” would be one person: undo the link with the other one first",
                        second.source()
                    );
                    Err(RequestError::new(RequestErrorCode::Conflict, message))
                }
            }
        }
        Request::UnlinkCustomers { one, other } => match shared.customers.unlink(one, other, agent).await {
            Ok(true) => changed(shared).await,
            Ok(false) => Err(RequestError::new(RequestErrorCode::NotFound, "These two are not linked")),
            Err(failure) => Err(refused(failure)),
        },
        _ => Err(RequestError::new(RequestErrorCode::Invalid, "This is not asked of customers")),
    }
}

/// Calls on the screen are looked up again.
async fn changed(shared: &Shared) -> Result<Reply, RequestError> {
    shared.live.customers_changed().await;
    Ok(Reply::Done)
}

async fn create(shared: &Shared, source: &str, details: CustomerDetails) -> Result<Reply, RequestError> {
    let customer = match source == CustomerId::DIRECTORY {
        true => shared.crm.create(details).await.map_err(refused)?,
        false => {
            let number = |written: &str| read(shared, written).ok();
            shared.customers.create_in(source, details, number).await.map_err(not_answered)?
        }
    };
    shared.live.customers_changed().await;
    Ok(Reply::Customer { customer })
}

/// This number is not theirs, whoever keeps them.
pub(super) async fn not_theirs(
    shared: &Shared,
    number: &Party,
    customer: &CustomerId,
    by: Option<AgentId>,
) -> Result<(), CrmFailure> {
    if !customer.is_elsewhere() {
        return shared.directory.not_theirs(number, customer, by).await;
    }
    let known = shared.crm.get(customer).await?;
    let name = known.details.shown_name().to_owned();
    shared.directory.not_theirs_elsewhere(number, customer, name, by).await
}

fn not_answered(failure: AskFailure) -> RequestError {
    let code = match &failure {
        AskFailure::Refused { .. } => RequestErrorCode::Invalid,
        AskFailure::Closed { .. } | AskFailure::NotNow(_) => RequestErrorCode::NotNow,
        AskFailure::Unavailable { .. } => RequestErrorCode::Busy,
    };
    RequestError::new(code, failure.to_string())
}
