//! Finding what an answer was lost of.
//!
//! A ticket is found by its `external_id`, which is the row's key; a comment or a call record by its last line, in the
//! ticket it belongs to. A record whose ticket Zendesk itself made is looked for among the customer's newest tickets, and by
//! search where nobody knows the customer. A record without any ticket cannot be found: a person decides.

use super::{
    Told,
    layout::mark,
    place::{Place, reference::Reference, user_of},
    ticket::Instead,
};
use crate::{
    Looked,
    zendesk::{ZendeskAccount, client::Ask, outcome::Trouble, wire::Read},
};
use ringcard_core::ticket::TicketChoice;
use std::time::Duration;

/// Of a customer's tickets, so many of the newest are looked into.
const NEWEST: usize = 3;
/// Zendesk's clock and ours do not tick alike.
const CLOCKS: Duration = Duration::from_secs(15 * 60);

impl ZendeskAccount {
    pub(super) async fn look_for(&self, told: Told<'_>) -> Result<Looked, Trouble> {
        if told.is_change {
            return match told.first.map(Reference::read) {
                // Changing it to the same once more is the same as once.
                Some(Reference { call: Some(_), .. }) => Ok(Looked::NotWritten),
                Some(Reference { ticket: Some(ticket), .. }) => self.comment_on(told, &ticket).await,
                _ => Ok(Looked::NotWritten),
            };
        }
        // Of whatever way it went, a ticket with its key is its own.
        if let Some(ticket) = self.made_by(told).await? {
            let is_whole = self.talk.is_there() != Some(true) || !self.may_have_records();
            // A ticket that was made for a record has a comment of it, where that arrived.
            return Ok(match is_whole || self.has_record(&ticket, told).await? {
                true => {
                    Looked::Written { answer: format!("ticket {ticket}"), reference: Reference::ticket(ticket).kept() }
                }
                false => Looked::NotWritten,
            });
        }
        match self.chosen(told) {
            Some(ticket) => self.comment_on(told, &ticket).await,
            None if self.may_have_records() => self.record_somewhere(told).await,
            None => match self.place_of(told.entry).await? {
                Place::AddTo { ticket, .. } => self.comment_on(told, &ticket).await,
                Place::New(_) | Place::Nowhere => Ok(Looked::NotWritten),
            },
        }
    }

    fn chosen(&self, told: Told<'_>) -> Option<String> {
        match told.entry.filing.as_ref()?.ticket.as_ref()? {
            TicketChoice::AddTo { ticket, .. } => Some(super::place::bare(ticket).to_owned()),
            TicketChoice::New { .. } | TicketChoice::None => None,
        }
    }

    /// Whether a comment beside the ticket's own first one names the row.
    async fn has_record(&self, ticket: &str, told: Told<'_>) -> Result<bool, Trouble> {
        let mark = mark(told.key);
        let found = self.comments(ticket).await?;
        let named = found.list("comments").filter(|comment| comment.to_string().contains(&mark)).count();
        Ok(named > 1)
    }

    async fn comment_on(&self, told: Told<'_>, ticket: &str) -> Result<Looked, Trouble> {
        let there = |ticket: &str| Looked::Written {
            answer: format!("it is in ticket {ticket}"),
            reference: Reference::ticket(ticket).kept(),
        };
        if self.has_comment(ticket, told).await? {
            return Ok(there(ticket));
        }
        if let Instead::Another(into) = self.instead_of(ticket).await?
            && self.has_comment(&into, told).await?
        {
            return Ok(there(&into));
        }
        Ok(Looked::NotWritten)
    }

    /// A record that was to have a ticket of its own.
    async fn record_somewhere(&self, told: Told<'_>) -> Result<Looked, Trouble> {
        if self.place_of(told.entry).await? == Place::Nowhere {
            return Ok(Looked::CannotTell);
        }
        let (ask, list) = match user_of(told.entry) {
            Some(user) => {
                let ask = Ask::get("tickets_of_user", format!("/api/v2/users/{user}/tickets/requested.json"));
                (ask.with("sort_by", "created_at").with("sort_order", "desc"), "tickets")
            }
            None => {
                let query = format!("type:ticket \"{}\"", mark(told.key));
                (Ask::get("find_record", "/api/v2/search.json").with("query", query), "results")
            }
        };
        let found = self.ask(ask).await?.json;
        let after = told.entry.ended_at.before(CLOCKS);
        let mut newest: Vec<_> = found
            .list(list)
            .filter(|ticket| ticket.moment("created_at").is_none_or(|at| at >= after))
            .filter_map(|ticket| Some((ticket.moment("created_at"), ticket.id("id")?)))
            .collect();
        newest.sort_by_key(|(made, _)| std::cmp::Reverse(*made));
        for (_, ticket) in newest.into_iter().take(NEWEST) {
            if self.has_comment(&ticket, told).await? {
                let answer = format!("it is in ticket {ticket}");
                return Ok(Looked::Written { answer, reference: Reference::ticket(ticket).kept() });
            }
        }
        Ok(Looked::NotWritten)
    }
}
