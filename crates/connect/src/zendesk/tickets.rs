//! Tickets as agents choose among them: the forms of new ones, and what became of one.

use super::{ZendeskAccount, client::Ask, forms::forms, normalise::names, outcome::Trouble};
use crate::{AskFailure, Tickets, permits::give_back_unused};
use async_trait::async_trait;
use ringcard_core::ticket::{Ticket, TicketForm};
use serde_json::Value;
use std::time::Duration;
use tokio::{sync::Mutex, time::Instant};

/// Administrators change forms now and then, agents open one with every call.
const FRESH_FOR: Duration = Duration::from_secs(5 * 60);
/// While Zendesk does not answer, the forms of earlier are better than none.
const USABLE_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// The forms as last seen.
pub(super) type KnownForms = Mutex<Option<(Instant, Vec<TicketForm>)>>;

impl ZendeskAccount {
    /// The forms; costs two requests where they are not fresh. Whoever comes meanwhile waits for the same answer.
    pub(super) async fn forms_now(&self) -> Result<Vec<TicketForm>, Trouble> {
        let mut known = match self.forms.try_lock() {
            Ok(known) => known,
            Err(_) => {
                give_back_unused();
                self.forms.lock().await
            }
        };
        if let Some((at, forms)) = known.as_ref().filter(|(at, _)| at.elapsed() < FRESH_FOR) {
            tracing::trace!(account = self.name, age_ms = at.elapsed().as_millis(), "forms are known");
            return Ok(forms.clone());
        }
        match self.forms_asked().await {
            Ok(forms) => {
                *known = Some((Instant::now(), forms.clone()));
                Ok(forms)
            }
            Err(trouble) => match known.as_ref().filter(|(at, _)| at.elapsed() < USABLE_FOR) {
                Some((_, forms)) if !matches!(trouble, Trouble::Refused { .. }) => Ok(forms.clone()),
                _ => Err(trouble),
            },
        }
    }

    async fn forms_asked(&self) -> Result<Vec<TicketForm>, Trouble> {
        let fields = self.ask(Ask::get("ticket_fields", "/api/v2/ticket_fields.json")).await?.json;
        let forms_there = Ask::get("ticket_forms", "/api/v2/ticket_forms.json").with("active", "true");
        let forms_there = match self.ask(forms_there).await {
            Ok(reply) => reply.json,
            // Not every plan has forms (zendesk.md, Forms).
            Err(Trouble::Refused { status: 403 | 404, .. }) => Value::Null,
            Err(trouble) => return Err(trouble),
        };
        Ok(forms(&forms_there, &fields, self.config.ticket_form.as_deref()))
    }

    /// One ticket as it is now; `None`: it is not there, or was deleted. Costs one request.
    pub(super) async fn ticket_now(&self, id: &str) -> Result<Option<(Ticket, Value)>, Trouble> {
        if id.is_empty() || id.len() > 20 || !id.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Trouble::invalid("this is no ticket's number"));
        }
        let ask = Ask::get("ticket", format!("/api/v2/tickets/{id}.json")).with("include", "users");
        match self.ask(ask).await {
            Ok(mut reply) => {
                let names = names(&reply.json);
                let row = reply.json["ticket"].take();
                Ok(self.ticket_of(&row, &names).filter(|ticket| ticket.id == id).map(|ticket| (ticket, row)))
            }
            Err(trouble) if trouble.is_gone() => Ok(None),
            Err(trouble) => Err(trouble),
        }
    }
}

#[async_trait]
impl Tickets for ZendeskAccount {
    async fn forms(&self) -> Result<Vec<TicketForm>, AskFailure> {
        self.forms_now().await.map_err(Trouble::ask)
    }

    async fn ticket(&self, id: &str) -> Result<Option<Ticket>, AskFailure> {
        let found = self.ticket_now(id.trim().trim_start_matches('#')).await.map_err(Trouble::ask)?;
        Ok(found.map(|(ticket, _)| ticket))
    }
}
