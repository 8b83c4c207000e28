//! What stands in where something could not be opened: it says so, and the rest works.

use async_trait::async_trait;
use ringcard_connect::{Crm, CrmFailure};
use ringcard_core::{
    call::AgentId,
    customer::{Customer, CustomerDetails, CustomerId, Match},
    number::{DialPlan, Party},
};
use ringcard_desk::link::{Frames, NoLink, OpenLink};
use ringcard_hub::{directory::Directory, own_files};
use std::path::PathBuf;
use uuid::Uuid;

/// A customer list that could not be opened: every question is answered with why. Cards show the number and say so.
pub struct Away {
    why: String,
    /// Empty, and gone with this: the hub keeps nothing worth keeping in it.
    stand_in: PathBuf,
}

impl Away {
    /// `why` is a sentence. The empty directory is what the hub needs beside it.
    pub fn open(why: &str, plan: DialPlan) -> Result<(Self, Directory), String> {
        let stand_in = std::env::temp_dir().join(format!("ringcard-{}", Uuid::now_v7().simple()));
        own_files::make_folders(&stand_in).map_err(|error| error.to_string())?;
        let away = Self { why: why.to_owned(), stand_in };
        let directory = Directory::open(&away.stand_in.join("empty.db"), plan).map_err(|error| error.to_string())?;
        Ok((away, directory))
    }

    fn unavailable<T>(&self) -> Result<T, CrmFailure> {
        Err(CrmFailure::Unavailable { detail: self.why.clone() })
    }
}

impl Drop for Away {
    fn drop(&mut self) {
        if let Err(error) = std::fs::remove_dir_all(&self.stand_in) {
            tracing::info!(%error, "the empty stand-in for the customer list stays behind");
        }
    }
}

#[async_trait]
impl Crm for Away {
    async fn find_by_number(&self, _number: &Party) -> Result<Vec<Match>, CrmFailure> {
        self.unavailable()
    }

    async fn search(&self, _query: &str, _limit: u32) -> Result<Vec<Match>, CrmFailure> {
        self.unavailable()
    }

    async fn get(&self, _id: &CustomerId) -> Result<Customer, CrmFailure> {
        self.unavailable()
    }

    async fn create(&self, _details: CustomerDetails) -> Result<Customer, CrmFailure> {
        self.unavailable()
    }

    async fn update(&self, _id: &CustomerId, _details: CustomerDetails) -> Result<Customer, CrmFailure> {
        self.unavailable()
    }

    async fn delete(&self, _id: &CustomerId) -> Result<(), CrmFailure> {
        self.unavailable()
    }
}

/// The way to a hub that is just being started.
pub struct Starting;

#[async_trait]
impl OpenLink for Starting {
    async fn open(&self, _agent: &AgentId) -> Result<Frames, NoLink> {
        std::future::pending().await
    }

    fn is_remote(&self) -> bool {
        false
    }
}

/// The way to a hub that is not there; the sentence says why.
pub struct NoHub(pub String);

#[async_trait]
impl OpenLink for NoHub {
    async fn open(&self, _agent: &AgentId) -> Result<Frames, NoLink> {
        Err(NoLink(self.0.clone()))
    }

    fn is_remote(&self) -> bool {
        false
    }
}
