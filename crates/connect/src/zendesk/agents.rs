//! Our agents as users of Zendesk, where the settings say who they are there: whoever spoke is named by the call record, writes
//! its comment and ticket, and sees the ticket in their browser. An e-mail address is asked for once.

use super::{ZendeskAccount, client::Ask, normalise::shortened, outcome::Trouble, wire::Read};
use ringcard_core::call::AgentId;
use serde_json::Value;
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// People do not become other users.
const KNOWN_FOR: Duration = Duration::from_secs(12 * 3600);
/// Somebody may be made an agent any moment.
const NOBODY_FOR: Duration = Duration::from_secs(15 * 60);

/// How an agent is found in Zendesk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AgentThere {
    Id(u64),
    Mail(String),
}

impl AgentThere {
    pub fn read(text: &str) -> Option<Self> {
        if !text.is_empty() && text.len() <= 19 && text.bytes().all(|b| b.is_ascii_digit()) {
            return text.parse().ok().map(Self::Id);
        }
        let is_in_a_mail = |b: u8| b.is_ascii_alphanumeric() || b"@.+-_'%".contains(&b) || !b.is_ascii();
        let is_mail = text.len() <= 254 && text.matches('@').count() == 1 && text.bytes().all(is_in_a_mail);
        let has_both = text.split('@').all(|part| !part.is_empty());
        (is_mail && has_both).then(|| Self::Mail(text.to_owned()))
    }
}

/// Who was found; bounded by the settings, and lost with the program.
#[derive(Debug, Default)]
pub(super) struct KnownAgents(Mutex<BTreeMap<AgentId, (Instant, Option<u64>)>>);

impl KnownAgents {
    fn get(&self, agent: &AgentId) -> Option<Option<u64>> {
        let known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (at, user) = known.get(agent)?;
        let keeps = if user.is_some() { KNOWN_FOR } else { NOBODY_FOR };
        (at.elapsed() < keeps).then_some(*user)
    }

    fn put(&self, agent: &AgentId, user: Option<u64>) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(agent.clone(), (Instant::now(), user));
    }
}

impl ZendeskAccount {
    /// An agent's user; `None`: the settings name none, or nobody is there who could be meant. Costs a request where it is not
    /// known.
    pub(super) async fn user_of_agent(&self, agent: Option<&AgentId>) -> Result<Option<u64>, Trouble> {
        let named = agent.and_then(|agent| Some((agent, self.config.writing.agents.get(agent)?)));
        let Some((agent, there)) = named else { return Ok(None) };
        if let Some(known) = self.agents.get(agent) {
            return Ok(known);
        }
        let user = match self.agent_there(there).await {
            Ok(found) => found.map(|(user, _)| user),
            // A question that is refused is no reason to lose the call.
            Err(Trouble::Refused { .. }) => None,
            Err(trouble) => return Err(trouble),
        };
        if user.is_none() {
            tracing::warn!(account = self.name, "an agent's user in Zendesk is not there, or is no agent");
        }
        self.agents.put(agent, user);
        Ok(user)
    }

    /// Number and name of who is meant, if they are an agent there.
    pub(super) async fn agent_there(&self, there: &AgentThere) -> Result<Option<(u64, String)>, Trouble> {
        let found: Vec<Value> = match there {
            AgentThere::Id(id) => match self.ask(Ask::get("agent", format!("/api/v2/users/{id}.json"))).await {
                Ok(mut reply) => vec![reply.json["user"].take()],
                Err(trouble) if trouble.is_gone() => Vec::new(),
                Err(trouble) => return Err(trouble),
            },
            AgentThere::Mail(mail) => {
                let ask = Ask::get("agent", "/api/v2/users/search.json").with("query", format!("email:{mail}"));
                let reply = self.ask(ask).await?;
                reply.json.list("users").take(100).cloned().collect()
            }
        };
        let number = |user: &Value| user.number("id").and_then(|id| u64::try_from(id).ok());
        // A server that ignores the question names nobody.
        let is_meant = |user: &Value| match there {
            AgentThere::Id(id) => number(user) == Some(*id),
            AgentThere::Mail(mail) => user.text("email").eq_ignore_ascii_case(mail),
        };
        let is_agent = |user: &Value| {
            let has_a_role = matches!(&*user.text("role"), "agent" | "admin");
            has_a_role && user["active"] != Value::Bool(false) && !user.flag("suspended")
        };
        let user = found.iter().find(|user| is_meant(user) && is_agent(user));
        Ok(user.and_then(|user| Some((number(user)?, shortened(&user.text("name"), 100)))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_is_a_number_or_a_mail_and_nothing_that_changes_a_search() {
        assert_eq!(AgentThere::read("35436"), Some(AgentThere::Id(35_436)));
        assert_eq!(AgentThere::read("eva+1@acme.example"), Some(AgentThere::Mail("eva+1@acme.example".into())));
        for bad in ["", "eva", "@acme", "eva@", "a@b@c", "a@b role:admin", "\"a@b\"", "a@b*", "99999999999999999999"] {
            assert_eq!(AgentThere::read(bad), None, "{bad}");
        }
    }
}
