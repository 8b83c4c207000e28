//! Tickets of a CRM: what a card shows of them, and where an agent wants a call filed.

mod form;

pub use form::{LONGEST_VALUE, ShownField, ValueProblem};

use crate::{Timestamp, customer::CustomerId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// A ticket (case) of a customer, as a card shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
// The pages have tickets of another kind: for what they play.
#[ts(rename = "CustomerTicket")]
pub struct Ticket {
    /// As the CRM calls it.
    pub id: String,
    pub subject: String,
    pub status: TicketStatus,
    /// The CRM's own word for the status, where an administrator made one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub status_label: Option<String>,
    /// It was merged into another one: what is added to it goes there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    #[ts(as = "Option<bool>", optional)]
    pub merged: bool,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
    /// Who works on it, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub assignee: Option<String>,
    /// Its page in the CRM.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub link: Option<String>,
}

/// How far a ticket is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum TicketStatus {
    New,
    Open,
    /// It waits for the customer.
    Pending,
    /// It waits for somebody else.
    OnHold,
    /// Done, and may be opened again.
    Solved,
    /// Takes nothing any more: what comes later is a follow-up.
    Closed,
}

impl TicketStatus {
    /// Whether there is still something to be done.
    pub fn is_open(self) -> bool {
        !matches!(self, Self::Solved | Self::Closed)
    }
}

/// A ticket of an account: `account/id`, or the id alone where nobody said whose it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct TicketRef {
    /// The account of ours that has it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub account: Option<String>,
    /// As the CRM calls it.
    pub id: String,
}

impl TicketRef {
    /// Ids are numbers or short words; what is longer is none.
    const LONGEST_ID: usize = 64;

    /// `crm/4711`, `4711`, `#4711`; nothing where that is no ticket's id.
    pub fn read(text: &str) -> Option<Self> {
        let (account, id) = match text.trim().split_once('/') {
            Some((account, id)) => (Some(account.trim()), id),
            None => (None, text),
        };
        let id = id.trim();
        let id = id.strip_prefix('#').unwrap_or(id);
        let is_one = |text: &str| {
            let known = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
            !text.is_empty() && text.len() <= Self::LONGEST_ID && text.chars().all(known)
        };
        (is_one(id) && account.is_none_or(is_one))
            .then(|| Self { account: account.map(str::to_owned), id: id.to_owned() })
    }
}

/// Where an agent wants a call filed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum TicketChoice {
    /// A ticket of its own.
    New {
        /// Empty: the layout's.
        subject: String,
        /// The form's id; absent: the CRM's default.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        #[ts(optional)]
        form: Option<String>,
        #[serde(default)]
        fields: Vec<FieldValue>,
    },
    /// A comment on this one.
    AddTo {
        ticket: String,
        #[serde(default)]
        fields: Vec<FieldValue>,
    },
    /// The call is logged without a ticket where the CRM can do that, and not at all elsewhere.
    None,
}

/// What an agent chose for one account's CRM.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct TicketChosen {
    pub account: String,
    pub choice: TicketChoice,
}

/// What was filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct FieldValue {
    pub field: String,
    /// A flag is `true` or `false`; a choice its value and not its label; several of them are several entries.
    pub value: String,
}

/// Where in one account's CRM a call belongs; part of the entry that the account is sent.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Filing {
    /// Whom it was with, as that CRM calls them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub customer: Option<CustomerId>,
    /// What the agent chose; absent where nobody did: then the account's settings decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub ticket: Option<TicketChoice>,
}

/// A form that new tickets are made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct TicketForm {
    pub id: String,
    pub name: String,
    pub is_default: bool,
    /// In the order they are asked.
    pub fields: Vec<TicketField>,
}

/// What is asked in a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct TicketField {
    pub id: String,
    pub title: String,
    pub kind: FieldKind,
    pub required: bool,
    /// Shown only while one of these holds; empty: always.
    #[serde(default)]
    pub shown_when: Vec<FieldCondition>,
}

/// What may be filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FieldKind {
    Text,
    LongText,
    Number,
    /// `2026-11-29`.
    Date,
    Flag,
    Choice {
        options: Vec<FieldOption>,
    },
    /// Any of them.
    Choices {
        options: Vec<FieldOption>,
    },
    /// What has this form, a regular expression of the CRM: it is the CRM that checks it.
    Pattern {
        pattern: String,
    },
}

/// One of the values there are.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct FieldOption {
    pub value: String,
    pub label: String,
}

/// Another field has this value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct FieldCondition {
    pub field: String,
    pub value: String,
    /// Then the field must be filled in.
    pub required: bool,
}

/// The forms that an account's tickets are made with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct AccountForms {
    pub account: String,
    /// The default first; none where tickets are made without one.
    pub forms: Vec<TicketForm>,
    pub fetched_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ticket_is_named_with_its_account_or_without() {
        let read = |text: &str| TicketRef::read(text).map(|ticket| (ticket.account, ticket.id));
        let of_crm = Some((Some("crm".to_owned()), "4711".to_owned()));
        assert_eq!(read("crm/4711"), of_crm);
        assert_eq!(read(" crm / #4711 "), of_crm);
        assert_eq!(read("#4711"), Some((None, "4711".to_owned())));
        for none in ["", "#", "/1", "crm/", "a b", "1/2/3", "1?x=2", "<b>", &"7".repeat(65)] {
            assert_eq!(read(none), None, "{none}");
        }
    }
}
