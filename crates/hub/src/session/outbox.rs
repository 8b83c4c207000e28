//! What a desk saves, and what people ask about what waits to be sent.

use crate::{
    hub::Shared,
    live::is_open,
    not_there::quoted,
    outbox::{Outbox, OutboxFailure, OutboxFilter as Which},
    policy::{self, Asked},
    principal::Principal,
    session::busy,
};
use ringcard_core::{
    frame::{OutboxFilter, Reply, Request, RequestError, RequestErrorCode},
    outcome::Handover,
    submission::{OutboxAct, OutboxRow, Write},
};

/// Makes it durable here; `Ok` after the commit. The same key twice is one.
pub(super) async fn take(shared: &Shared, principal: &Principal, mut handover: Handover) -> Result<(), RequestError> {
    if let Handover::Write { submission } = &mut handover {
        // Nobody saves in nobody's name.
        submission.agent = submission.agent.take().or_else(|| principal.me().cloned());
    }
    policy::may(shared, principal, Asked::from(&handover)).await?;
    match handover {
        Handover::Write { submission } => there(shared)?.take_over(submission).await.map(drop).map_err(refused),
        Handover::Outcome { outcome } => {
            shared.history.outcome(outcome).await.map_err(|error| RequestError::not_saved(&error))
        }
    }
}

/// Does what was asked of the outbox.
pub(super) async fn answer(shared: &Shared, principal: &Principal, request: Request) -> Result<Reply, RequestError> {
    let outbox = there(shared)?;
    match request {
        Request::Outbox { filter, before, limit } => {
            let which = Which {
                over: filter == OutboxFilter::Over,
                needs_a_person: filter == OutboxFilter::NeedsAPerson,
                ..Which::default()
            };
            let (mut rows, more) = outbox.list(which, before, limit).await.map_err(refused)?;
            withhold(shared, principal, &mut rows).await?;
            Ok(Reply::Outbox { rows, more })
        }
        Request::Submission { key } => {
            let (mut row, attempts) = outbox.row(key).await.map_err(refused)?.ok_or_else(not_there)?;
            withhold(shared, principal, std::slice::from_mut(&mut row)).await?;
            Ok(Reply::Submission { row, attempts })
        }
        Request::OutboxAct { key, act } => {
            if let OutboxAct::Edit { write } = &act {
                if write.is_the_hubs_own() {
                    let message = "What is told of a call follows from the call: change its code or its note";
                    return Err(RequestError::new(RequestErrorCode::Invalid, message));
                }
                takes_writes(shared, write)?;
            }
            outbox.act(key, act, principal.agent().cloned()).await.map(|_| Reply::Done).map_err(refused)
        }
        Request::Budgets => Ok(Reply::Budgets { budgets: outbox.budgets().await }),
        _ => Err(not_there()),
    }
}

/// What waits or was written of a private call says nothing of its customer to those whom the call is not open to.
async fn withhold(shared: &Shared, principal: &Principal, rows: &mut [OutboxRow]) -> Result<(), RequestError> {
    let calls: Vec<_> = rows.iter().filter_map(|row| row.submission.call_id.clone()).collect();
    let mut closed = shared.history.private_among(calls).await.map_err(|error| busy(&error))?;
    closed.retain(|call| !is_open(&shared.agents, principal.me(), call));
    for row in rows {
        if closed.iter().any(|call| Some(&call.id) == row.submission.call_id.as_ref()) {
            row.submission.withhold();
        }
    }
    Ok(())
}

/// The outbox, or why nothing can be saved for other systems.
pub(crate) fn there(shared: &Shared) -> Result<Outbox, RequestError> {
    shared.outbox.open().map_err(|failure| RequestError::not_saved(&failure))
}

/// Whether there is an account that takes it: what is made or changed for another one could only be thrown away. What an agent
/// was told *saved* is kept all the same.
pub(crate) fn takes_writes(shared: &Shared, write: &Write) -> Result<(), RequestError> {
    let account = write.account();
    if shared.accounts.writable().iter().any(|known| known == account) {
        return Ok(());
    }
    let message = format!("There is no account {} that takes this", quoted(account));
    Err(RequestError::new(RequestErrorCode::NoAccount, message))
}

pub(crate) fn refused(failure: OutboxFailure) -> RequestError {
    let code = match &failure {
        OutboxFailure::Refused(_) | OutboxFailure::CallOver | OutboxFailure::Needed => RequestErrorCode::Invalid,
        OutboxFailure::NotSaved(_) | OutboxFailure::Full => RequestErrorCode::NotSaved,
        OutboxFailure::NotThere => RequestErrorCode::NotFound,
        OutboxFailure::NotNow { .. } => RequestErrorCode::NotNow,
        OutboxFailure::UnderWay | OutboxFailure::NotRead(_) => RequestErrorCode::Busy,
    };
    RequestError::new(code, failure.to_string())
}

pub(crate) fn not_there() -> RequestError {
    RequestError::new(RequestErrorCode::NotFound, "There is no such submission")
}
