//! Starting calls, and whether one still goes on.

use super::{CcaiAccount, client::Ask, outcome::Trouble, wire::Reply};
use crate::{CallLife, Lost, Originate, OriginateFailure, Originated, StartCalls, TellState};
use async_trait::async_trait;
use reqwest::Method;
use ringcard_core::{
    call::Advice,
    number::{CannotDial, DialFormat, Party},
};
use serde_json::json;

/// Pages of calls that are looked through: the last five hundred that changed.
pub(super) const PAGES_MOST: usize = 5;

/// Ids are numbers; what is longer is none.
const LONGEST_ID: usize = 128;

#[async_trait]
impl StartCalls for CcaiAccount {
    /// The platform calls the agent of this e-mail address. Where the agent has to choose a number in the adapter first, the
    /// advice says so. With a ticket it calls the number that it knows for that, whichever was clicked (ccai.md, Click-to-call).
    async fn originate(&self, order: &Originate) -> Result<Originated, OriginateFailure> {
        let number = self.dialled(&order.number);
        let number = number.map_err(|cannot| OriginateFailure::Refused { detail: cannot.to_string() })?;
        let extension = order.extension.trim();
        let Some(email) = self.config.email_of(extension) else {
            let detail = match extension {
                "" => "this agent has no extension".to_owned(),
                _ => format!("there is no e-mail address for extension {extension}: add it to the account's agents"),
            };
            return Err(OriginateFailure::NotConfigured { detail });
        };
        let mut body = json!({
            "call_type": "Voice Outbound (API)", "agent_email": email, "end_user_number": number,
            "lang": self.config.language,
        });
        if let (Some(own), Some(body)) = (&self.config.outbound_number, body.as_object_mut()) {
            body.insert("outbound_number".to_owned(), json!(own));
        }
        let ticket = order.ticket.as_ref().filter(|ticket| self.config.knows_ticket(ticket));
        if let (Some(ticket), Some(body)) = (ticket, body.as_object_mut()) {
            body.insert("ticket_id".to_owned(), json!(ticket.id));
        }
        let (method, path, query) = (Method::POST, "apps/api/v1/calls", Vec::new());
        let reply = self.ask(Ask { method, path, what: "call", query, body: Some(body) }).await;
        let reply = reply.map_err(Trouble::originate)?;
        let calls_another = || {
            let called = self.plan.read_dnis(Some(&reply.calls_number()?)).0;
            let is_another = matches!(called, Party::Outside(_)) && called != order.number;
            is_another.then_some(Advice::CallsAnother)
        };
        let advice = if reply.waits_for_agent() { Some(Advice::ChooseNumber) } else { calls_another() };
        Ok(Originated { external_id: reply.call_id(), advice })
    }

    fn dialled(&self, number: &Party) -> Result<String, CannotDial> {
        DialFormat::default().write(number, &self.plan)
    }
}

impl CcaiAccount {
    /// A page of the calls that changed last, from 1.
    pub(super) async fn changed_last(&self, page: usize) -> Result<Reply, Trouble> {
        let mut query = self.config.calls_query.clone();
        query.push(("page".to_owned(), page.to_string()));
        self.ask(Ask { method: Method::GET, path: "manager/api/v1/calls", what: "calls", query, body: None }).await
    }
}

#[async_trait]
impl TellState for CcaiAccount {
    /// Looks through the calls that changed last: one that goes on changes, and is among them. One that is not, where all
    /// were looked through, is not there any more.
    async fn ask_state(&self, external_id: &str) -> CallLife {
        if matches!(external_id.trim(), "" | "." | "..") || external_id.len() > LONGEST_ID {
            let detail = "the call has no id that CCAI Platform could know".to_owned();
            return CallLife::Unknown { why: Lost::NotSetUp, detail };
        }
        for page in 1..=PAGES_MOST {
            let reply = match self.changed_last(page).await {
                Ok(reply) => reply,
                Err(trouble) => return trouble.life(),
            };
            if let Some(call) = reply.calls().into_iter().find(|call| call.id == external_id) {
                return if call.is_over { CallLife::Over } else { CallLife::Alive };
            }
            if !reply.has_next() {
                return CallLife::Over;
            }
        }
        let detail = "it is not among the calls that changed last".to_owned();
        CallLife::Unknown { why: Lost::Silent, detail }
    }
}
