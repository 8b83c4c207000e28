//! The built-in customer directory: who is behind a number, found before the second ring, a million of them.
//!
//! It has a database of its own (`directory.db`), so that a long import or a broken customer list never delays a
//! ring. SQLite never runs on an async worker: a few threads read, one writes, bounded channels feed them, and a
//! look-up that takes too long is stopped. What was reported as saved is on the disk.
//!
//! Start reading at [`matching`]: which customer a number means, and why.

mod blocks;
mod elsewhere;
mod export;
mod failure;
mod fold;
pub mod import;
mod kept;
mod matching;
mod numbers;
mod open;
mod person;
mod pool;
mod remember;
mod reread;
mod row;
mod search;
#[cfg(test)]
mod tests;
mod undo;
mod validate;
mod write;

pub use crate::database::OpenFailure;
pub(crate) use elsewhere::{Linked, SaidElsewhere};
pub use export::{ExportFormat, ExportProgress, FileFailure};
pub(crate) use export::{guarded, guarded_number};
pub(crate) use kept::{KeptAnswer, KeptKey};
pub(crate) use numbers::memory_key;
pub use undo::{DoneImport, KeptCustomer, Undoable, Undone, WhyItStays};

use async_trait::async_trait;
use failure::NotWritten;
use pool::Pool;
use remember::Remembered;
use ringcard_connect::{Crm, CrmFailure};
use ringcard_core::{
    Timestamp,
    call::AgentId,
    customer::{Behind, Customer, CustomerDetails, CustomerId, CustomerLink, Match, NotTheirs},
    number::{DialPlan, Party},
};
use row::FileTag;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use std::{
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};
use validate::{Prepared, prepare};
use write::{AlreadyThere, By, Source};

/// A ring waits for this one; it takes well under a millisecond.
const LOOK_UP: Duration = Duration::from_secs(1);
/// The next letter is typed by then.
const SEARCH: Duration = Duration::from_secs(3);
const COUNT: Duration = Duration::from_secs(10);

/// Nobody reads more hits than this.
const MOST_HITS: u32 = 200;

/// The customer directory. Cheap to clone.
#[derive(Clone)]
pub struct Directory {
    pool: Arc<Pool>,
    tag: FileTag,
    plan: Arc<RwLock<DialPlan>>,
    path: Arc<Path>,
}

impl Directory {
    /// Opens or creates the directory and brings it to this version's form.
    pub fn open(path: &Path, plan: DialPlan) -> Result<Self, OpenFailure> {
        let writer = open::writer(path)?;
        let failed = |error| open::OPENING.kind.failure(path, error);
        let tag = FileTag::of(&writer).map_err(failed)?;
        undo::clear(&writer, Timestamp::now()).map_err(failed)?;
        let read_again = reread::note_rules(&writer, &plan).map_err(failed)?;
        let pool = Arc::new(Pool::start(path, writer)?);
        if read_again {
            reread::start(&pool, plan.clone());
        }
        Ok(Self { pool, tag, plan: Arc::new(RwLock::new(plan)), path: path.into() })
    }

    /// Keeps a damaged file under another name beside it, and begins with an empty directory.
    /// Only for a person who was asked. Returns what the file is called now.
    pub fn set_aside_and_create(path: &Path, plan: DialPlan) -> Result<(Self, PathBuf), OpenFailure> {
        let kept_as = open::OPENING.set_aside(path)?;
        Ok((Self::open(path, plan)?, kept_as))
    }

    /// Numbers are read by this plan from now on; those already kept are read again beside the work.
    pub fn set_plan(&self, plan: DialPlan) {
        *self.plan.write().unwrap_or_else(PoisonError::into_inner) = plan.clone();
        reread::start(&self.pool, plan);
    }

    /// This number belongs to this customer from now on.
    pub async fn remember(&self, number: &Party, customer: &CustomerId) -> Result<(), CrmFailure> {
        let (tag, number, customer) = (self.tag.clone(), number.clone(), customer.clone());
        let now = Timestamp::now();
        if customer.is_elsewhere() {
            return self.say(move |step| elsewhere::remember(step, &number, &customer, now)).await;
        }
        self.say(move |step| remember::remember(step, &tag, &number, &customer, now)).await
    }

    /// What agents said of a number and customers of other systems.
    pub(crate) async fn said_elsewhere(&self, number: &Party) -> Result<SaidElsewhere, CrmFailure> {
        let number = number.clone();
        self.pool.read(LOOK_UP, move |connection| elsewhere::said(connection, &number)).await
    }

    /// This number is not theirs, whom another system keeps under this name.
    pub(crate) async fn not_theirs_elsewhere(
        &self,
        number: &Party,
        customer: &CustomerId,
        name: String,
        by: Option<AgentId>,
    ) -> Result<(), CrmFailure> {
        let (number, customer, now) = (number.clone(), customer.clone(), Timestamp::now());
        self.say(move |step| elsewhere::not_theirs(step, &number, &customer, &name, by.as_ref(), now)).await
    }

    /// Every link of these customers, over any number of systems.
    pub(crate) async fn links(&self, of: Vec<CustomerId>) -> Result<Vec<CustomerLink>, CrmFailure> {
        self.pool.read(LOOK_UP, move |connection| elsewhere::links(connection, &of)).await
    }

    /// These two are one person; `by_itself`: their number says so.
    pub(crate) async fn link(
        &self,
        one: CustomerId,
        other: CustomerId,
        by: Option<AgentId>,
        by_itself: bool,
    ) -> Result<Linked, CrmFailure> {
        let now = Timestamp::now();
        self.write(move |step| Ok(elsewhere::link(step, (&one, &other), by.as_ref(), by_itself, now)?)).await
    }

    /// They are two after all; `false`: they were.
    pub(crate) async fn unlink(
        &self,
        one: CustomerId,
        other: CustomerId,
        by: Option<AgentId>,
    ) -> Result<bool, CrmFailure> {
        let now = Timestamp::now();
        self.write(move |step| Ok(elsewhere::unlink(step, (&one, &other), by.as_ref(), now)?)).await
    }

    /// What another system answered last.
    pub(crate) async fn kept(&self, key: KeptKey) -> Result<Option<KeptAnswer>, CrmFailure> {
        let now = Timestamp::now();
        self.pool.read(LOOK_UP, move |connection| kept::get(connection, &key, now)).await
    }

    pub(crate) async fn kept_was_used(&self, key: KeptKey) -> Result<(), CrmFailure> {
        let now = Timestamp::now();
        self.write(move |step| Ok(kept::used(step, &key, now)?)).await
    }

    /// Keeps answers in place of those before.
    pub(crate) async fn keep(&self, answers: Vec<(KeptKey, String)>, as_of: Timestamp) -> Result<(), CrmFailure> {
        self.write(move |step| {
            for (key, answer) in &answers {
                kept::put(step, key, answer, as_of)?;
            }
            Ok(kept::trim(step, kept::MOST)?)
        })
        .await
    }

    /// The same, and nothing more of these answers and customers of other systems: those are there no more.
    pub(crate) async fn keep_and_let_go(
        &self,
        answers: Vec<(KeptKey, String)>,
        forgotten: Vec<KeptKey>,
        gone: Vec<CustomerId>,
        as_of: Timestamp,
    ) -> Result<(), CrmFailure> {
        self.write(move |step| {
            for key in &forgotten {
                kept::forget(step, key)?;
            }
            for customer in &gone {
                elsewhere::let_go(step, customer)?;
            }
            for (key, answer) in &answers {
                kept::put(step, key, answer, as_of)?;
            }
            Ok(kept::trim(step, kept::MOST)?)
        })
        .await
    }

    pub(crate) async fn forget_kept(&self, key: KeptKey) -> Result<(), CrmFailure> {
        self.write(move |step| Ok(kept::forget(step, &key)?)).await
    }

    /// This number is not this customer's, whoever calls; remembered with who said so.
    pub async fn not_theirs(
        &self,
        number: &Party,
        customer: &CustomerId,
        by: Option<AgentId>,
    ) -> Result<(), CrmFailure> {
        let (tag, number, customer) = (self.tag.clone(), number.clone(), customer.clone());
        let now = Timestamp::now();
        self.say(move |step| remember::not_theirs(step, &tag, &number, &customer, by.as_ref(), now)).await
    }

    /// It is theirs after all.
    pub async fn theirs(&self, number: &Party, customer: &CustomerId) -> Result<(), CrmFailure> {
        let (tag, number, customer) = (self.tag.clone(), number.clone(), customer.clone());
        if customer.is_elsewhere() {
            return self.say(move |step| elsewhere::theirs(step, &number, &customer)).await;
        }
        self.say(move |step| remember::theirs(step, &tag, &number, &customer)).await
    }

    /// The numbers that are not this customer's, as agents said, the newest word first.
    pub async fn not_theirs_of(&self, customer: &CustomerId) -> Result<Vec<NotTheirs>, CrmFailure> {
        if customer.is_elsewhere() {
            let customer = customer.clone();
            return self.pool.read(LOOK_UP, move |connection| elsewhere::not_theirs_of(connection, &customer)).await;
        }
        let row = self.tag.row(customer).ok_or(CrmFailure::NotFound)?;
        self.pool.read(LOOK_UP, move |connection| remember::not_theirs_of(connection, row)).await
    }

    async fn say(
        &self,
        keep: impl FnOnce(&Connection) -> rusqlite::Result<Remembered> + Send + 'static,
    ) -> Result<(), CrmFailure> {
        match self.write(move |step| Ok(keep(step)?)).await? {
            Remembered::Kept => Ok(()),
            Remembered::NoSuchCustomer => Err(CrmFailure::NotFound),
            Remembered::NoNumber => Err(CrmFailure::Refused {
                detail: "the caller's number is not known: there is nothing to remember it by".to_owned(),
            }),
        }
    }

    /// Like `update`, but refused with [`CrmFailure::Conflict`] if it was changed since the version seen.
    pub async fn update_seen(
        &self,
        id: &CustomerId,
        details: CustomerDetails,
        seen: Timestamp,
    ) -> Result<Customer, CrmFailure> {
        self.change(id, details, Some(seen)).await
    }

    pub async fn count(&self) -> Result<u64, CrmFailure> {
        self.pool.read(COUNT, row::count).await
    }

    /// Where its file is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Finishes what was begun and folds the log into the file. What is asked later gets a failure.
    pub async fn close(&self) {
        let pool = self.pool.clone();
        if tokio::task::spawn_blocking(move || pool.close()).await.is_err() {
            tracing::error!("closing the customer directory panicked");
        }
    }

    fn plan(&self) -> DialPlan {
        self.plan.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn prepared(&self, details: CustomerDetails) -> Result<Prepared, CrmFailure> {
        prepare(&self.plan(), details).map_err(|why| CrmFailure::Refused { detail: why.to_string() })
    }

    async fn change(
        &self,
        id: &CustomerId,
        details: CustomerDetails,
        seen: Option<Timestamp>,
    ) -> Result<Customer, CrmFailure> {
        let customer = self.prepared(details)?;
        let row = self.tag.row(id).ok_or(CrmFailure::NotFound)?;
        let tag = self.tag.clone();
        let now = Timestamp::now();
        self.write(move |step| {
            let changed_at = write::changed_at(step, row)?.ok_or(CrmFailure::NotFound)?;
            if seen.is_some_and(|seen| seen != changed_at) {
                return Err(CrmFailure::Conflict.into());
            }
            write::replace(step, row, &customer, By::Person, now, &mut AlreadyThere::default())?;
            write::set_source_key(step, row, import::source_key(&customer))?;
            Ok(write::written(step, &tag, row)?)
        })
        .await
    }

    /// One transaction on the writing thread: it is committed, or nothing was changed.
    async fn write<T: Send + 'static>(
        &self,
        change: impl FnOnce(&Transaction<'_>) -> Result<T, NotWritten> + Send + 'static,
    ) -> Result<T, CrmFailure> {
        self.pool.write(move |connection| in_transaction(connection, change)).await
    }
}

fn in_transaction<T>(
    connection: &mut Connection,
    change: impl FnOnce(&Transaction<'_>) -> Result<T, NotWritten>,
) -> Result<T, NotWritten> {
    let step = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let made = change(&step)?;
    step.commit()?;
    Ok(made)
}

#[async_trait]
impl Crm for Directory {
    async fn find_by_number(&self, number: &Party) -> Result<Vec<Match>, CrmFailure> {
        Ok(self.behind(number).await?.matches)
    }

    async fn behind(&self, number: &Party) -> Result<Behind, CrmFailure> {
        let (tag, plan, number) = (self.tag.clone(), self.plan(), number.clone());
        self.pool.read(LOOK_UP, move |connection| matching::find(connection, &tag, &plan, &number)).await
    }

    async fn search(&self, query: &str, limit: u32) -> Result<Vec<Match>, CrmFailure> {
        let (tag, plan, query) = (self.tag.clone(), self.plan(), query.to_owned());
        let limit = limit.clamp(1, MOST_HITS);
        self.pool.read(SEARCH, move |connection| search::search(connection, &tag, &plan, &query, limit)).await
    }

    async fn get(&self, id: &CustomerId) -> Result<Customer, CrmFailure> {
        let row = self.tag.row(id).ok_or(CrmFailure::NotFound)?;
        let tag = self.tag.clone();
        self.pool.read(LOOK_UP, move |connection| row::load(connection, &tag, row)).await?.ok_or(CrmFailure::NotFound)
    }

    async fn create(&self, details: CustomerDetails) -> Result<Customer, CrmFailure> {
        let customer = self.prepared(details)?;
        let tag = self.tag.clone();
        let now = Timestamp::now();
        self.write(move |step| {
            let source = Source { key: import::source_key(&customer), ..Source::default() };
            let row = write::insert(step, &customer, &source, By::Person, now, &mut AlreadyThere::default())?;
            Ok(write::written(step, &tag, row)?)
        })
        .await
    }

    async fn update(&self, id: &CustomerId, details: CustomerDetails) -> Result<Customer, CrmFailure> {
        self.change(id, details, None).await
    }

    async fn delete(&self, id: &CustomerId) -> Result<(), CrmFailure> {
        let row = self.tag.row(id).ok_or(CrmFailure::NotFound)?;
        let id = id.clone();
        self.write(move |step| {
            if !write::delete(step, row)? {
                return Err(CrmFailure::NotFound.into());
            }
            Ok(elsewhere::unlink_all(step, &id)?)
        })
        .await
    }
}
