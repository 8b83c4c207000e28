//! What we ask of whoever keeps the customers.

use async_trait::async_trait;
use ringcard_core::{
    customer::{Behind, Customer, CustomerDetails, CustomerId, Match},
    number::Party,
};
use thiserror::Error;

/// Why the customers could not be asked or changed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CrmFailure {
    /// Worth trying again later: locked, down, slow.
    #[error("The customer list does not answer: {detail}")]
    Unavailable { detail: String },
    /// A person must change something first.
    #[error("The customer was not accepted: {detail}")]
    Refused { detail: String },
    /// A change was to be kept and was not: the disk is full, the file read-only or busy. Trying again is safe.
    #[error("NOT saved: {detail}")]
    NotSaved { detail: String },
    #[error("Somebody changed this customer meanwhile: look at the new version, then change it again")]
    Conflict,
    #[error("There is no such customer any more")]
    NotFound,
}

/// A system that keeps customers.
#[async_trait]
pub trait Crm: Send + Sync {
    /// Who may be behind this number, strongest first, bounded (at most 20). Never creates anything.
    async fn find_by_number(&self, number: &Party) -> Result<Vec<Match>, CrmFailure>;

    /// The same, and who would be among them, had an agent not said that the number is not theirs.
    async fn behind(&self, number: &Party) -> Result<Behind, CrmFailure> {
        Ok(Behind { matches: self.find_by_number(number).await?, not_theirs: Vec::new() })
    }

    /// Search while typing: name, company, number, e-mail, tag. At most `limit` rows.
    async fn search(&self, query: &str, limit: u32) -> Result<Vec<Match>, CrmFailure>;

    async fn get(&self, id: &CustomerId) -> Result<Customer, CrmFailure>;

    async fn create(&self, details: CustomerDetails) -> Result<Customer, CrmFailure>;

    async fn update(&self, id: &CustomerId, details: CustomerDetails) -> Result<Customer, CrmFailure>;

    async fn delete(&self, id: &CustomerId) -> Result<(), CrmFailure>;
}
