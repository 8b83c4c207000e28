//! What an administrator says of how calls are filed.

use super::{layout::Layout, words::NoteWords};
use crate::{
    settings::{AccountError, values::Values},
    zendesk::agents::AgentThere,
};
use jiff::tz::TimeZone;
use ringcard_core::{
    call::AgentId,
    call_log::{CallEntry, CallResult},
};
use std::collections::BTreeMap;

/// More than any hub has.
const MOST_AGENTS: usize = 2_000;

/// What becomes of a call that was answered, where no agent chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::zendesk) enum Answered {
    NewTicket,
    /// A comment on the customer's newest open ticket; without one, a new ticket.
    NewestOpen,
    /// A call record, where the plan has them.
    LogOnly,
}

/// How calls are filed.
#[derive(Debug, Clone)]
pub(in crate::zendesk) struct Writing {
    pub answered: Answered,
    pub missed_tickets: bool,
    /// Whether several rows may share a request.
    pub batching: bool,
    /// Whether recordings become files of the ticket.
    pub files: bool,
    /// Who our agents are there.
    pub agents: BTreeMap<AgentId, AgentThere>,
    /// Whether the ticket opens in the agent's browser.
    pub shows: bool,
    pub layout: Layout,
}

impl Writing {
    pub fn new(values: &Values, zone_name: &str) -> Result<Self, AccountError> {
        let answered = match values.text("answered_calls") {
            Some("newest") => Answered::NewestOpen,
            Some("log") => Answered::LogOnly,
            _ => Answered::NewTicket,
        };
        let layout = Layout {
            words: NoteWords::of(values.text("note_language").unwrap_or("en")),
            zone: TimeZone::get(zone_name).unwrap_or(TimeZone::UTC),
            links: values.flag("recording_links"),
        };
        Ok(Self {
            answered,
            missed_tickets: values.flag("missed_tickets"),
            batching: values.flag("batching"),
            files: values.flag("recording_files"),
            agents: agents(values.text("agents").unwrap_or_default())?,
            shows: values.flag("show_ticket"),
            layout,
        })
    }

    /// What is filed of such a call where no agent chose; `None`: nothing but a call record.
    pub fn files(&self, entry: &CallEntry) -> Option<Answered> {
        match entry.outcome {
            CallResult::Answered if self.answered != Answered::LogOnly => Some(self.answered),
            CallResult::Missed if self.missed_tickets => Some(Answered::NewTicket),
            _ => None,
        }
    }

    /// Whether it is asked for the customer's newest ticket before the call is filed.
    pub fn asks_for_the_newest(&self, entry: &CallEntry) -> bool {
        self.files(entry) == Some(Answered::NewestOpen)
    }
}

/// `Eva = eva@acme.example, Ana = 35436`. What else stands there could change the question by which somebody is found.
fn agents(text: &str) -> Result<BTreeMap<AgentId, AgentThere>, AccountError> {
    let wrong = |message: String| Err(AccountError::new("agents", message));
    let mut agents = BTreeMap::new();
    for pair in text.split([',', ';', '\n']).map(str::trim).filter(|pair| !pair.is_empty()) {
        let Some((name, there)) = pair.split_once('=').map(|(name, there)| (name.trim(), there.trim())) else {
            return wrong("give each agent as `name = e-mail or user id`, with commas between".to_owned());
        };
        let Some(there) = AgentThere::read(there).filter(|_| !name.is_empty()) else {
            let name: String = name.chars().take(60).collect();
            return wrong(format!("“{name}”: give an e-mail address, or the id of the user, which is a number"));
        };
        agents.insert(AgentId(name.to_owned()), there);
        if agents.len() > MOST_AGENTS {
            return wrong(format!("give at most {MOST_AGENTS} agents"));
        }
    }
    Ok(agents)
}
