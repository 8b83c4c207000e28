//! Calls that are looked for.

use super::{ROWS, all_shown, busy, read};
use crate::{config::line_key, history::Wanted, hub::Shared, live::is_open, principal::Principal};
use ringcard_core::{
    call::CallId,
    frame::{CallSearch, FoundCalls, RequestError, RequestErrorCode},
    number::Party,
};

/// Longer than anything anybody looks for.
const LONGEST: usize = 200;

/// Which of the calls that are asked about are as wanted; about nobody: of everybody's. Who may ask for whose was decided
/// before. A private call is not found by what only those know whom it is open to.
pub(super) async fn answer(
    shared: &Shared,
    principal: &Principal,
    mut search: CallSearch,
    before: Option<CallId>,
    limit: u32,
) -> Result<FoundCalls, RequestError> {
    let texts = [Some(&search.text), search.line.as_ref(), search.queue.as_ref(), search.code.as_ref()];
    if texts.into_iter().flatten().any(|text| text.chars().count() > LONGEST) {
        let message = format!("What is looked for has at most {LONGEST} characters");
        return Err(RequestError::new(RequestErrorCode::Invalid, message));
    }
    let agent = match search.agent.take() {
        Some(named) => Some(named),
        None if search.everybody => None,
        None => principal.agent().cloned(),
    };
    let number = number_in(shared, &search.text);
    if number.is_some() {
        search.text.clear();
    }
    let is_by_content =
        number.is_some() || !search.text.trim().is_empty() || search.customer.is_some() || search.code.is_some();
    let wanted = Wanted { agent: agent.clone(), number, search, before, limit: limit.clamp(1, ROWS) };
    let mut found = shared.history.find_calls(wanted).await.map_err(|error| busy(&error))?;
    if is_by_content {
        found.calls.retain(|row| is_open(&shared.agents, principal.me(), &row.call));
    }
    found.calls = all_shown(shared, principal, agent.as_ref(), found.calls).await;
    Ok(found)
}

/// Nothing but a telephone number: then its calls are meant, and not words.
fn number_in(shared: &Shared, text: &str) -> Option<String> {
    let is_number = text.chars().filter(char::is_ascii_digit).count() >= 3
        && text.chars().all(|letter| letter.is_ascii_digit() || " +-/().".contains(letter));
    // Few digits may be an invoice as well as a colleague.
    is_number
        .then(|| read(shared, text).ok())
        .flatten()
        .filter(|read| matches!(read, Party::Outside(_)))
        .as_ref()
        .and_then(line_key)
}
