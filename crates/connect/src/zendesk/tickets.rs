//! Tickets as agents choose among them: the forms of new ones, and what became of one.

use super::{ZendeskAccount, client::Ask, forms::forms, normalise::names, outcome::Trouble, wire::Read};
use crate::{AskFailure, Tickets, permits::give_back_unused};
use async_trait::async_trait;
use ringcard_core::{
    Timestamp,
    ticket::{Ticket, TicketForm},
};
use serde_json::{Value, json};
use std::{sync::atomic::Ordering::Relaxed, time::Duration};
use tokio::{sync::Mutex, time::Instant};

/// Administrators change forms now and then, agents open one with every call.
const FRESH_FOR: Duration = Duration::from_secs(5 * 60);
/// While Zendesk does not answer, the forms of earlier are better than none.
const USABLE_FOR: Duration = Duration::from_secs(24 * 60 * 60);

/// Forms are doubted so often.
const DOUBTED_FOR: Duration = Duration::from_secs(15 * 60);

/// Pages of a list: more fields and forms than an account has.
const MOST_PAGES: usize = 30;

/// The forms as last seen.
pub(super) type KnownForms = Mutex<Option<(Instant, Vec<TicketForm>)>>;

impl ZendeskAccount {
    /// The forms; costs two requests where they are not fresh, and more where lists come in pages. Whoever comes meanwhile waits for the same answer.
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

    /// A ticket was refused: what administrators ask for may be something else by now. Believed every quarter of an hour: most
    /// refusals have another reason.
    pub(super) async fn doubt_forms(&self, trouble: &Trouble) {
        let Trouble::Refused { status: 400 | 422, .. } = trouble else { return };
        let (now, before) = (self.now(), Timestamp(self.forms_doubted.load(Relaxed)));
        if now < before || now.since(before) >= DOUBTED_FOR {
            self.forms_doubted.store(now.0, Relaxed);
            *self.forms.lock().await = None;
        }
    }

    async fn forms_asked(&self) -> Result<Vec<TicketForm>, Trouble> {
        let fields = self.every("ticket_fields", Ask::get("ticket_fields", "/api/v2/ticket_fields.json")).await?;
        let forms_there = Ask::get("ticket_forms", "/api/v2/ticket_forms.json").with("active", "true");
        let forms_there = match self.every("ticket_forms", forms_there).await {
            // Not every plan has forms (zendesk.md, Forms).
            Err(Trouble::Refused { status: 403 | 404, .. }) => Value::Null,
            forms_there => forms_there?,
        };
        Ok(forms(&forms_there, &fields, self.config.ticket_form.as_deref()))
    }

    /// All rows of a list, whether it comes whole or in pages of either kind. The address that an answer names is not followed.
    async fn every(&self, key: &'static str, ask: Ask) -> Result<Value, Trouble> {
        let (mut rows, mut next) = (Vec::new(), ask.clone());
        for page in 2..=MOST_PAGES + 1 {
            let mut json = self.ask(next).await?.json;
            if let Value::Array(found) = json[key].take() {
                rows.extend(found);
            }
            let cursor = json["meta"].text("after_cursor");
            next = match json["meta"].flag("has_more") && !cursor.is_empty() {
                true => ask.clone().with("page[size]", "100").with("page[after]", cursor),
                false if json["next_page"].is_string() => ask.clone().with("page", page.to_string()),
                false => break,
            };
        }
        Ok(json!({ key: rows }))
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

    fn asks_after_call(&self) -> bool {
        self.config.ask_ticket
    }

    fn forms_doubted_at(&self) -> Option<Timestamp> {
        let at = self.forms_doubted.load(Relaxed);
        (at > 0).then_some(Timestamp(at))
    }

    async fn ticket(&self, id: &str) -> Result<Option<Ticket>, AskFailure> {
        let found = self.ticket_now(id.trim().trim_start_matches('#')).await.map_err(Trouble::ask)?;
        Ok(found.map(|(ticket, _)| ticket))
    }
}
