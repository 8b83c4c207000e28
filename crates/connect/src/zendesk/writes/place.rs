//! Where a call belongs: what an agent chose, or what the account's settings say.

pub(super) mod reference;

use super::config::Answered;
use crate::zendesk::{ZendeskAccount, client::Ask, outcome::Trouble, wire::Read};
use ringcard_core::{
    call_log::CallEntry,
    submission::{Submission, Write},
    ticket::{FieldValue, TicketChoice},
};

/// Where a call goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Place {
    New(New),
    AddTo {
        ticket: String,
        fields: Vec<FieldValue>,
    },
    /// A call record at most.
    Nowhere,
}

/// What a new ticket is made with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct New {
    /// Empty: the layout's.
    pub subject: String,
    pub form: Option<String>,
    pub fields: Vec<FieldValue>,
}

/// A ticket's number, as people and cards write it.
pub(super) fn bare(ticket: &str) -> &str {
    ticket.trim().trim_start_matches('#')
}

/// Our customer's id, as Zendesk has it: `account/7` is 7.
pub(super) fn user_of(entry: &CallEntry) -> Option<&str> {
    let customer = entry.filing.as_ref()?.customer.as_ref()?;
    let id = customer.0.rsplit('/').next()?;
    (!id.is_empty() && id.len() <= 20 && id.bytes().all(|b| b.is_ascii_digit())).then_some(id)
}

impl ZendeskAccount {
    /// What the settings say where nobody chose costs a request where it is the customer's newest ticket.
    pub(super) async fn place_of(&self, entry: &CallEntry) -> Result<Place, Trouble> {
        let writing = &self.config.writing;
        let chosen = entry.filing.as_ref().and_then(|filing| filing.ticket.clone());
        Ok(match chosen {
            Some(TicketChoice::New { subject, form, fields }) => Place::New(New { subject, form, fields }),
            Some(TicketChoice::AddTo { ticket, fields }) => Place::AddTo { ticket: bare(&ticket).to_owned(), fields },
            Some(TicketChoice::None) => Place::Nowhere,
            None => match (writing.files(entry), user_of(entry)) {
                (None, _) => Place::Nowhere,
                (Some(Answered::NewestOpen), Some(user)) => match self.newest_open(user).await? {
                    Some(ticket) => Place::AddTo { ticket, fields: Vec::new() },
                    None => Place::New(New::default()),
                },
                (Some(_), _) => Place::New(New::default()),
            },
        })
    }

    /// Whether it is known without a question that a bulk request is the place for it.
    pub(super) fn has_its_ticket(&self, submission: &Submission) -> bool {
        let Write::LogCall { entry, .. } = &submission.write else { return false };
        let writing = &self.config.writing;
        match entry.filing.as_ref().and_then(|filing| filing.ticket.as_ref()) {
            Some(TicketChoice::New { .. } | TicketChoice::AddTo { .. }) => true,
            Some(TicketChoice::None) => false,
            None => writing.files(entry) == Some(Answered::NewTicket),
        }
    }

    /// The customer's newest ticket that takes something.
    async fn newest_open(&self, user: &str) -> Result<Option<String>, Trouble> {
        let ask = Ask::get("tickets_of_user", format!("/api/v2/users/{user}/tickets/requested.json"))
            .with("sort_by", "created_at")
            .with("sort_order", "desc");
        let tickets = match self.ask(ask).await {
            Ok(reply) => reply.json,
            // They are there no more: their calls make tickets.
            Err(trouble) if trouble.is_gone() => return Ok(None),
            Err(trouble) => return Err(trouble),
        };
        let is_open = |status: &str| matches!(status, "new" | "open" | "pending" | "hold");
        let newest = tickets
            .list("tickets")
            .filter(|ticket| is_open(&ticket.text("status").to_ascii_lowercase()))
            .max_by_key(|ticket| ticket.moment("created_at"));
        Ok(newest.and_then(|ticket| ticket.id("id")))
    }
}
