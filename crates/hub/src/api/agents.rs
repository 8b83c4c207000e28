//! Agents and their tokens over REST: the administrator's, and what `ringcard-hub agent token` asks.

use super::{
    ApiError,
    extract::{Body, Named},
    token::Caller,
};
use crate::{
    Role,
    agent_tokens::TokensFailure,
    hub::Shared,
    not_there::quoted,
    policy::{self, Asked},
};
use axum::{
    Json,
    extract::State,
    http::{HeaderName, StatusCode, header},
};
use ringcard_core::{
    Timestamp,
    call::AgentId,
    frame::{RequestError, RequestErrorCode},
};
use secrecy::ExposeSecret;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Every agent of this hub.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(super) struct Agents {
    agents: Vec<AgentRow>,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(super) struct AgentRow {
    agent: AgentId,
    extension: Option<String>,
    /// Whether it is an agent of the settings; one who is no longer may still have a token.
    known: bool,
    /// Absent: they have none.
    token: Option<TokenRow>,
}

/// What is known of a token; not the token.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(super) struct TokenRow {
    role: Role,
    made_at: Timestamp,
}

/// A fresh token, told this once.
#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(super) struct MadeToken {
    agent: AgentId,
    role: Role,
    token: String,
    /// Whether they had another one, which is good no longer.
    replaced: bool,
}

#[derive(Serialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
pub(super) struct RevokedToken {
    agent: String,
}

/// Every agent of this hub, and whether they have a token; those who have one and are no agents any more, too. No token.
pub(super) async fn list(State(shared): State<Arc<Shared>>, Caller(caller): Caller) -> Result<Json<Agents>, ApiError> {
    policy::may(&shared, &caller, Asked::Tokens).await?;
    let tokens = shared.agent_tokens.list();
    let token_of = |agent: &AgentId| {
        let kept = tokens.iter().find(|kept| kept.agent == *agent)?;
        Some(TokenRow { role: kept.role, made_at: kept.made_at })
    };
    let known = shared.agents.iter().map(|agent| (&agent.id, agent.extension.clone(), true));
    let is_known = |id: &AgentId| shared.agents.iter().any(|agent| agent.id == *id);
    let gone = tokens.iter().map(|kept| (&kept.agent, None, false)).filter(|(agent, ..)| !is_known(agent));
    let row = |(agent, extension, known): (&AgentId, Option<String>, bool)| AgentRow {
        agent: agent.clone(),
        extension,
        known,
        token: token_of(agent),
    };
    Ok(Json(Agents { agents: known.chain(gone).map(row).collect() }))
}

#[derive(Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct Fresh {
    /// Absent: the one that the agent's last token had.
    role: Option<Role>,
}

/// A fresh token for an agent, in place of the one they had. This answer is the only one that has it.
pub(super) async fn make_token(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(agent): Named,
    Body(Fresh { role }): Body<Fresh>,
) -> Result<(StatusCode, [(HeaderName, &'static str); 1], Json<MadeToken>), ApiError> {
    policy::may(&shared, &caller, Asked::Tokens).await?;
    if !shared.agents.iter().any(|known| known.id.0 == agent) {
        let message = format!("This hub has no agent {}: add them to its settings and start it again", quoted(&agent));
        return Err(RequestError::new(RequestErrorCode::NotFound, message).into());
    }
    let made = shared.agent_tokens.make(AgentId(agent), role).await.map_err(not_done)?;
    let answer = MadeToken {
        agent: made.kept.agent,
        role: made.kept.role,
        token: made.token.expose_secret().to_owned(),
        replaced: made.replaced,
    };
    Ok((StatusCode::CREATED, [(header::CACHE_CONTROL, "no-store")], Json(answer)))
}

/// Ends an agent's token, and their socket.
pub(super) async fn revoke_token(
    State(shared): State<Arc<Shared>>,
    Caller(caller): Caller,
    Named(agent): Named,
) -> Result<Json<RevokedToken>, ApiError> {
    policy::may(&shared, &caller, Asked::Tokens).await?;
    match shared.agent_tokens.revoke(AgentId(agent.clone())).await.map_err(not_done)? {
        true => Ok(Json(RevokedToken { agent })),
        false => {
            let message = format!("{} has no token", quoted(&agent));
            Err(RequestError::new(RequestErrorCode::NotFound, message).into())
        }
    }
}

fn not_done(failure: TokensFailure) -> ApiError {
    tracing::error!("a token could not be made or revoked: {failure}");
    RequestError::not_saved(&failure).into()
}
