//! What happened to one call, and which calls there were with a customer.

use super::{ROWS, all_shown, busy, refused, shown};
use crate::{history::CallsOf, hub::Shared, live::is_open, principal::Principal};
use ringcard_connect::CrmFailure;
use ringcard_core::{
    call::{AgentId, CallId},
    customer::CustomerId,
    frame::{
        FoundCalls, Happened, MissingPart, Moment, RequestError, RequestErrorCode, StoryPart, SubmissionStory, Timeline,
    },
    number::Party,
    submission::SubmissionState,
};

/// A call from its first ring to what became of everything that was written of it. What cannot be read now is named, and costs
/// the rest nothing.
pub(super) async fn of_call(shared: &Shared, principal: &Principal, id: CallId) -> Result<Timeline, RequestError> {
    let found = shared.history.timeline(id.clone()).await.map_err(|error| busy(&error))?;
    let not_found = || RequestError::new(RequestErrorCode::NotFound, "There is no such call");
    let mut timeline = found.ok_or_else(not_found)?;
    let is_open = is_open(&shared.agents, principal.me(), &timeline.row.call);
    let agent = principal.agent().filter(|agent| timeline.row.call.agents.contains(agent));
    timeline.row = shown(shared, principal, agent, timeline.row);
    if !is_open {
        return Ok(timeline.withheld());
    }
    match written(shared, id.clone()).await {
        Ok(written) => timeline.moments.extend(written),
        Err(why) => timeline.missing.push(MissingPart { part: StoryPart::Outbox, why }),
    }
    match shared.recordings.story_of(id).await {
        Ok(recorded) => timeline.moments.extend(recorded),
        Err(why) => timeline.missing.push(MissingPart { part: StoryPart::Recordings, why: why.to_string() }),
    }
    timeline.moments.sort_by_key(|moment| moment.at);
    Ok(timeline)
}

async fn written(shared: &Shared, id: CallId) -> Result<Vec<Moment>, String> {
    let outbox = shared.outbox.open().map_err(|failure| failure.to_string())?;
    let stories = outbox.stories_of_call(id).await.map_err(|failure| failure.to_string())?;
    let moment =
        |story: SubmissionStory| Moment { at: last_news(&story), what: Happened::Written { submission: story } };
    Ok(stories.into_iter().map(moment).collect())
}

/// When something was heard of it last.
fn last_news(story: &SubmissionStory) -> ringcard_core::Timestamp {
    let tried = story.attempts.last().map(|attempt| attempt.at);
    let made = story.row.submission.made_at;
    match &story.row.state {
        SubmissionState::Done { at } | SubmissionState::Discarded { at, .. } | SubmissionState::Replaced { at, .. } => {
            *at
        }
        SubmissionState::Parked { since, .. } | SubmissionState::MayBeWritten { since } => *since,
        _ => tried.unwrap_or(made),
    }
}

/// The calls with a customer, newest first, as everybody sees them; private ones only of those whom they are open to.
pub(super) async fn of_customer(
    shared: &Shared,
    principal: &Principal,
    customer: CustomerId,
    before: Option<CallId>,
    limit: u32,
) -> Result<FoundCalls, RequestError> {
    let whose = calls_of(shared, customer).await?;
    let mut found = shared.history.calls_of(whose, before, limit.clamp(1, ROWS)).await.map_err(|error| busy(&error))?;
    found.calls.retain(|row| is_open(&shared.agents, principal.me(), &row.call));
    found.calls = all_shown(shared, principal, None, found.calls).await;
    Ok(found)
}

/// Whether one of the calls with a customer is this agent's.
pub(crate) async fn had_a_call_with(
    shared: &Shared,
    agent: &AgentId,
    customer: &CustomerId,
) -> Result<bool, RequestError> {
    let whose = calls_of(shared, customer.clone()).await?;
    shared.history.had_a_call_with(agent.clone(), whose).await.map_err(|error| busy(&error))
}

/// Whether this agent had a call with whoever another call was with.
pub(crate) async fn knows_whom(shared: &Shared, agent: &AgentId, id: &CallId) -> Result<bool, RequestError> {
    let found = shared.history.with_whom(id.clone()).await.map_err(|error| busy(&error))?;
    let whose = match found {
        Some((Some(customer), _)) => calls_of(shared, customer).await?,
        Some((None, number)) => CallsOf::new(None, [&number]),
        None => return Ok(false),
    };
    shared.history.had_a_call_with(agent.clone(), whose).await.map_err(|error| busy(&error))
}

/// By their name, and by their numbers: but those that somebody said are not theirs. Of a customer who is gone, what names them.
async fn calls_of(shared: &Shared, customer: CustomerId) -> Result<CallsOf, RequestError> {
    let known = match shared.crm.get(&customer).await {
        Ok(known) => known,
        Err(CrmFailure::NotFound) => return Ok(CallsOf::new(Some(customer), [])),
        Err(failure) => return Err(refused(failure)),
    };
    let not_theirs = match shared.directory.not_theirs_of(&customer).await {
        Ok(numbers) => numbers,
        // A CRM's own: the directory has no word on its numbers.
        Err(CrmFailure::NotFound) => Vec::new(),
        Err(failure) => return Err(refused(failure)),
    };
    let is_not = |party: &Party| match party {
        Party::Outside(number) => not_theirs.iter().any(|not| not.number.e164.as_ref() == Some(&number.e164)),
        // Whoever has a colleague's number is not spoken with where that colleague is.
        _ => true,
    };
    let numbers: Vec<&Party> = known
        .details
        .numbers
        .iter()
        .filter_map(|number| number.party.as_ref())
        .filter(|party| !is_not(party))
        .collect();
    Ok(CallsOf::new(Some(customer), numbers))
}
