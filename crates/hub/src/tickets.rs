//! What desks ask of accounts with tickets: the forms of new ones, and a ticket whose number an agent typed.
//!
//! Forms are kept on disk: an agent can choose while nothing can be reached.

use crate::{
    account::Accounts,
    campaigns::into_error,
    kept_answers::{Asked, KeptAnswers, ask},
    not_there::quoted,
};
use ringcard_connect::Purpose;
use ringcard_core::{
    Timestamp,
    frame::{RequestError, RequestErrorCode},
    ticket::{AccountForms, Ticket, TicketForm},
};
use std::path::Path;

/// Bytes of one account's forms. A desk keeps them with every call in wrap-up, and a frame holds those of several accounts;
/// forms beyond it are left out, the default last.
const MOST_BYTES: usize = 1 << 20;
/// Characters of a ticket's number.
const LONGEST_ID: usize = 100;

/// Asks every account whose agents choose a ticket after a call.
pub(crate) struct TicketAsks {
    accounts: Accounts,
    forms: KeptAnswers<AccountForms>,
}

impl TicketAsks {
    pub fn new(accounts: Accounts, data_dir: &Path) -> Self {
        Self { accounts, forms: KeptAnswers::open(data_dir.join("forms.json")) }
    }

    /// The forms of every account: those at hand where they are fresh, or where the account does not answer.
    pub async fn forms(&self, refresh: bool) -> Asked<AccountForms> {
        let asked = self.accounts.asked_for_tickets();
        let question = |account: String, tickets: std::sync::Arc<dyn ringcard_connect::Tickets>| async move {
            let forms = tickets.forms().await?;
            Ok(AccountForms { forms: bounded(&account, forms), account, fetched_at: Timestamp::now() })
        };
        self.forms.of(&self.accounts, asked, refresh, |tickets| tickets.forms_doubted_at(), question).await
    }

    /// A ticket as it is now; `None`: it is not there.
    pub async fn ticket(&self, account: &str, id: &str) -> Result<Option<Ticket>, RequestError> {
        let id = id.trim();
        if id.is_empty() || id.chars().count() > LONGEST_ID {
            return Err(RequestError::new(RequestErrorCode::Invalid, "This is no ticket's number"));
        }
        let tickets = self.accounts.tickets(account).ok_or_else(|| {
            let message = format!("There is no account {} with tickets", quoted(account));
            RequestError::new(RequestErrorCode::NoAccount, message)
        })?;
        ask(&self.accounts, account, Purpose::AgentAct, tickets.ticket(id)).await.map_err(into_error)
    }
}

/// As many as there is room for, the default first.
fn bounded(account: &str, mut forms: Vec<TicketForm>) -> Vec<TicketForm> {
    forms.sort_by_key(|form| !form.is_default);
    let (mut left, all) = (MOST_BYTES, forms.len());
    forms.retain(|form| {
        let bytes = serde_json::to_vec(form).map_or(usize::MAX, |text| text.len());
        let fits = bytes <= left;
        left -= if fits { bytes } else { 0 };
        fits
    });
    if forms.len() < all {
        tracing::warn!(account, kept = forms.len(), all, "the account has more ticket forms than can be offered");
    }
    forms
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringcard_core::ticket::{FieldKind, FieldOption, TicketField};

    fn form(id: &str, options: usize, is_default: bool) -> TicketForm {
        let option = |n: usize| FieldOption { value: n.to_string(), label: "x".repeat(100) };
        let kind = FieldKind::Choice { options: (0..options).map(option).collect() };
        let field =
            TicketField { id: "1".into(), title: "Topic".into(), kind, required: false, shown_when: Vec::new() };
        TicketForm { id: id.into(), name: id.into(), is_default, fields: vec![field] }
    }

    #[test]
    fn more_forms_than_there_is_room_for_are_left_out_and_the_default_stays() {
        let forms = bounded("crm", vec![form("a", 6_000, false), form("b", 10, false), form("c", 6_000, true)]);
        assert_eq!(forms.iter().map(|form| form.id.as_str()).collect::<Vec<_>>(), ["c", "b"]);
        assert!(serde_json::to_vec(&forms).expect("JSON").len() <= MOST_BYTES + 10);
    }
}
