//! What follows for others when a call is private: what waits to be told of it is taken away, and its recordings go.

use crate::{
    outbox::{Outbox, OutboxFailure},
    recordings::Recordings,
};
use ringcard_core::{
    call::{AgentId, CallId},
    frame::MadePrivate,
    submission::SubmissionState,
};

/// What was done, and whether something is just being sent, so that it has to be looked at again. Done again, it does nothing
/// new. The error is for people.
pub(crate) async fn keep_from_others(
    outbox: Option<&Outbox>,
    recordings: &Recordings,
    call: &CallId,
    by: Option<AgentId>,
) -> Result<(MadePrivate, bool), String> {
    let (told, is_under_way) = match outbox {
        Some(outbox) => withdraw(outbox, call).await.map_err(|failure| failure.to_string())?,
        None => (Vec::new(), false),
    };
    let away = recordings.delete_of_private(call.clone(), by).await.map_err(|why| why.to_string())?;
    Ok((MadePrivate { deleted: away.deleted, held: away.held, told }, is_under_way))
}

/// Takes away what was not sent; who was told, or may have been.
async fn withdraw(outbox: &Outbox, call: &CallId) -> Result<(Vec<String>, bool), OutboxFailure> {
    let (mut told, mut is_under_way) = (Vec::new(), false);
    for row in outbox.of_call(call.clone()).await? {
        let submission = row.submission;
        if !submission.write.is_the_hubs_own() {
            continue;
        }
        let may_be_there = match row.state {
            SubmissionState::Discarded { .. } | SubmissionState::Replaced { .. } => false,
            SubmissionState::Done { .. } | SubmissionState::MayBeWritten { .. } => true,
            SubmissionState::Waiting { .. }
            | SubmissionState::Parked { .. }
            | SubmissionState::Sending { .. }
            | SubmissionState::Checking { .. } => match outbox.withdraw(submission.key).await {
                Ok(()) => false,
                Err(OutboxFailure::UnderWay) => {
                    is_under_way = true;
                    true
                }
                // It ended in this moment.
                Err(OutboxFailure::NotThere) => true,
                Err(failure) => return Err(failure),
            },
        };
        let account = submission.write.account();
        if may_be_there && !told.iter().any(|known| known == account) {
            told.push(account.to_owned());
        }
    }
    Ok((told, is_under_way))
}
