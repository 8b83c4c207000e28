//! Asking the hub as a script does.

use super::ApiError;
use crate::{hub::Shared, principal::Principal, session};
use axum::http::StatusCode;
use ringcard_core::{call::AgentId, frame::Ask, text::contained};

/// Agents that a sentence names.
const NAMED: usize = 20;

/// What a request is answered with. Its type comes with the request; a wrong one is an error of this request alone.
pub(super) async fn ask<A: Ask>(shared: &Shared, caller: &Principal, ask: A) -> Result<A::Answer, ApiError> {
    let reply = session::answer(shared, caller, ask.into()).await?;
    A::answered(reply).map_err(|_| {
        tracing::error!(asked = std::any::type_name::<A>(), "a request was answered with the reply to another");
        let message = "The hub made a mistake, and it is in its log. Please report it.";
        ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
    })
}

/// An agent of the settings, where only one of them will do.
pub(super) fn known(shared: &Shared, name: String) -> Result<AgentId, ApiError> {
    let agent = AgentId(name);
    if shared.agents.iter().any(|known| known.id == agent) {
        return Ok(agent);
    }
    let names: Vec<_> = shared.agents.iter().take(NAMED).map(|known| contained(&known.id.0)).collect();
    let there = match (names.is_empty(), shared.agents.len() > NAMED) {
        (true, _) => "; there are none in the settings".to_owned(),
        (false, more) => format!("; there are: {}{}", names.join(", "), if more { " …" } else { "" }),
    };
    let name: String = agent.0.chars().take(100).collect();
    let message = format!("There is no agent “{}”{there}", contained(&name));
    Err(ApiError::new(StatusCode::BAD_REQUEST, "invalid", message))
}
