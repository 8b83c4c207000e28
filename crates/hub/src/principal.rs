//! Who asks something of the hub.
//!
//! A [`Principal`] is made once, where somebody shows who they are: by the link inside the app, by a desk's hello, by the
//! token of a REST request. What it may ask for is [`crate::policy`]'s to say.

use ringcard_core::call::AgentId;
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// How far somebody reaches beyond what is their own.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(test, derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Takes calls: their own calls, call-backs and codes.
    #[default]
    Agent,
    /// Leads a team: sees everybody's, and decides about what waits to be sent.
    Lead,
    /// May do everything, in anybody's name too.
    Administrator,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Agent, Self::Lead, Self::Administrator];
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Agent => "agent",
            Self::Lead => "lead",
            Self::Administrator => "administrator",
        })
    }
}

impl FromStr for Role {
    type Err = NoRole;

    fn from_str(text: &str) -> Result<Self, NoRole> {
        Self::ALL.into_iter().find(|role| role.to_string() == text).ok_or(NoRole)
    }
}

/// It is none of the roles there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a role is agent, lead or administrator")]
pub struct NoRole;

/// Who asks, and as whom or about whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Principal {
    /// Absent: an API client, which shows the administrator's token.
    me: Option<AgentId>,
    role: Role,
    agent: Option<AgentId>,
}

impl Principal {
    /// An agent who asks for themselves.
    pub fn agent_with(me: AgentId, role: Role) -> Self {
        Self { agent: Some(me.clone()), me: Some(me), role }
    }

    /// The agent of the app that has the hub in it: it is their own installation.
    pub fn in_this_program(me: AgentId) -> Self {
        Self::agent_with(me, Role::Administrator)
    }

    /// Whoever shows the administrator's token: a script, a person at a command line.
    pub fn api_client() -> Self {
        Self { me: None, role: Role::Administrator, agent: None }
    }

    /// The agent that this principal is.
    pub fn me(&self) -> Option<&AgentId> {
        self.me.as_ref()
    }

    pub fn role(&self) -> Role {
        self.role
    }

    /// As whom it is asked, or about whom; absent: about everybody, in nobody's name.
    pub fn agent(&self) -> Option<&AgentId> {
        self.agent.as_ref()
    }

    /// The same principal doing something as the agent that was named; none was: as themselves.
    pub fn acting_as(&self, named: Option<AgentId>) -> Self {
        Self { agent: named.or_else(|| self.me.clone()), ..self.clone() }
    }

    /// The same principal asking about the agent that was named; none was: about everybody it may ask about.
    pub fn asking_about(&self, named: Option<AgentId>) -> Self {
        match (named, self.role) {
            (None, Role::Lead | Role::Administrator) => Self { agent: None, ..self.clone() },
            (named, _) => self.acting_as(named),
        }
    }

    /// Whether it asks for itself, or for nobody.
    pub fn is_in_own_name(&self) -> bool {
        self.agent == self.me
    }
}

/// For logs: who it is, not what it asks for.
impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.me.as_ref().or(self.agent.as_ref()).map_or("an API client", |agent| agent.0.as_str()))
    }
}
