//! What we ask of a CRM: who is behind a number, what is known of them, their tickets, a new customer, and all of them.
//!
//! The built-in customer list is no such system: it has [`Crm`](crate::Crm), which can be changed and never counts requests.

use crate::AskFailure;
use async_trait::async_trait;
use ringcard_core::{
    Timestamp,
    customer::{Customer, CustomerDetails, CustomerId, Fact, Match},
    number::Party,
    ticket::{Ticket, TicketForm},
};
use std::time::Duration;

/// What a system knows of one customer beside their name and numbers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// In the order they are shown; bounded (at most 20).
    pub facts: Vec<Fact>,
    /// Open ones first, then the newest; bounded (at most 20).
    pub tickets: Vec<Ticket>,
}

/// A system that can be asked for its customers.
#[async_trait]
pub trait FindCustomers: Send + Sync {
    /// Who may be behind this number, strongest first, bounded (at most 20). Each match was compared with the number by us:
    /// a system that ignores the question names nobody. Creates nothing.
    async fn find_by_number(&self, number: &Party) -> Result<Vec<Match>, AskFailure>;

    /// By name, e-mail, company or number. At most `limit`.
    async fn search(&self, query: &str, limit: u32) -> Result<Vec<Match>, AskFailure>;

    /// As it is there now.
    async fn get(&self, id: &CustomerId) -> Result<Customer, AskFailure>;

    /// What a card shows beside.
    async fn about(&self, id: &CustomerId) -> Result<About, AskFailure>;

    /// So long an answer is as good as a new one.
    fn fresh_for(&self) -> Duration;
}

/// A system in which customers can be made.
#[async_trait]
pub trait KeepCustomers: Send + Sync {
    /// Makes one, and sends no word to them. Not known afterwards: [`AskFailure::Unavailable`]; whoever asks again may make a
    /// second one.
    async fn create(&self, details: CustomerDetails) -> Result<Customer, AskFailure>;

    /// Whether a number that an agent says is theirs is added there ([`Write::AddNumber`](ringcard_core::submission::Write)).
    fn adds_numbers(&self) -> bool {
        false
    }

    /// One more number of theirs.
    async fn add_number(&self, id: &CustomerId, number: &Party) -> Result<(), AskFailure>;
}

/// A system with tickets.
#[async_trait]
pub trait Tickets: Send + Sync {
    /// The forms that new ones are made with, the default first.
    async fn forms(&self) -> Result<Vec<TicketForm>, AskFailure>;

    /// Whether agents choose a ticket when a call is over; otherwise the settings decide.
    fn asks_after_call(&self) -> bool {
        true
    }

    /// When the system last refused a ticket so that its forms may be others by now; absent: never.
    fn forms_doubted_at(&self) -> Option<Timestamp> {
        None
    }

    /// One of them; `None`: it is not there (any more).
    async fn ticket(&self, id: &str) -> Result<Option<Ticket>, AskFailure>;
}

/// A part of all customers of a system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExportPage {
    /// Bounded (at most 1000).
    pub customers: Vec<Customer>,
    /// Who is there no more, as far as the system tells. Bounded (at most 1000).
    pub gone: Vec<CustomerId>,
    /// What comes after these is asked for by it; the system's own words, at most 2000 characters.
    pub cursor: String,
    /// Nothing comes after these for now: asked later, what changed since does.
    pub is_end: bool,
}

/// A system that gives all its customers, page by page, and later what changed.
#[async_trait]
pub trait ExportCustomers: Send + Sync {
    /// One page, in one request; without a cursor the first.
    async fn export(&self, after: Option<&str>) -> Result<ExportPage, AskFailure>;

    /// Between two pages: so politely its documents ask for it.
    fn pause(&self) -> Duration {
        Duration::from_secs(10)
    }
}
