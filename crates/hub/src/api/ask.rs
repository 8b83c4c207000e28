//! Asking the hub as a script does.

use super::ApiError;
use crate::{
    hub::Shared,
    not_there,
    policy::{self, Asked},
    principal::Principal,
    session,
};
use axum::http::StatusCode;
use ringcard_core::{
    call::AgentId,
    frame::{Ask, Reply, Request},
};

/// What a request is answered with. Its type comes with the request; a wrong one is an error of this request alone.
pub(super) async fn ask<A: Ask>(shared: &Shared, caller: &Principal, ask: A) -> Result<A::Answer, ApiError> {
    answered::<A>(session::answer(shared, caller, ask.into()).await?)
}

/// The same, where only an agent of the settings will do: as whom it is asked, or about whom. Whether there is one of that
/// name is told to those only who may ask.
pub(super) async fn ask_as_known<A: Ask>(shared: &Shared, caller: &Principal, ask: A) -> Result<A::Answer, ApiError> {
    let request: Request = ask.into();
    policy::may(shared, caller, Asked::Request(&request)).await?;
    let is_known = |agent: &AgentId| shared.agents.iter().any(|known| known.id == *agent);
    if let Some(nobody) = caller.agent().filter(|agent| !is_known(agent)) {
        let message = not_there::agent(&nobody.0, shared.agents.iter().map(|known| known.id.0.as_str()));
        return Err(ApiError::new(StatusCode::BAD_REQUEST, "invalid", message));
    }
    answered::<A>(session::answer(shared, caller, request).await?)
}

fn answered<A: Ask>(reply: Reply) -> Result<A::Answer, ApiError> {
    A::answered(reply).map_err(|_| {
        tracing::error!(asked = std::any::type_name::<A>(), "a request was answered with the reply to another");
        let message = "The hub made a mistake, and it is in its log. Please report it.";
        ApiError::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", message)
    })
}
