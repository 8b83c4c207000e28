//! A system that keeps customers and does as the test says.

use super::CALLER;
use crate::support;
use async_trait::async_trait;
use ringcard_connect::{
    About, Allowance, AskFailure, Attempt, CallLog, ExportCustomers, ExportPage, FindCustomers, KeepCustomers, Looked,
    Permits, Secrets, System, TakesPermits, TestReport, Trial, WriteRow, Writes,
};
use ringcard_core::{
    Timestamp,
    customer::{
        Customer, CustomerDetails, CustomerId, CustomerNumber, Fact, FactLabel, Match, MatchReason, MatchStrength,
    },
    number::Party,
    submission::{Submission, Write},
    ticket::{Filing, Ticket, TicketStatus},
};
use ringcard_hub::AccountSetup;
use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering::SeqCst},
    },
    time::Duration,
};
use tokio::sync::{Notify, Semaphore};

/// A system with customers, as the test says what it answers.
pub(super) struct Scripted {
    pub(super) name: &'static str,
    pub(super) customers: Mutex<Vec<Customer>>,
    /// What it says instead of an answer.
    pub(super) failure: Mutex<Option<AskFailure>>,
    /// A question is answered for each permit.
    pub(super) gate: Semaphore,
    pub(super) fresh_for: Duration,
    pub(super) asked: AtomicU32,
    pub(super) asked_about: AtomicU32,
    /// Where the calls belong that were logged in it.
    pub(super) logged: Mutex<Vec<Option<Filing>>>,
    pub(super) logs: Notify,
    /// The cursors it was asked by.
    pub(super) exported: Mutex<Vec<Option<String>>>,
    /// Of whom the next page says that they are gone.
    pub(super) gone: Mutex<Vec<CustomerId>>,
    pub(super) adds_numbers: AtomicBool,
    /// Whom numbers were added to.
    pub(super) added: Mutex<Vec<(CustomerId, String)>>,
}

impl Scripted {
    pub(super) fn new(name: &'static str, customers: &[(&str, &str)]) -> Arc<Self> {
        Self::keeping(name, customers, Duration::from_secs(600))
    }

    pub(super) fn keeping(name: &'static str, customers: &[(&str, &str)], fresh_for: Duration) -> Arc<Self> {
        let customers = customers.iter().map(|(id, who)| customer(name, id, who)).collect();
        Arc::new(Self {
            name,
            customers: Mutex::new(customers),
            failure: Mutex::default(),
            gate: Semaphore::new(10_000),
            fresh_for,
            asked: AtomicU32::new(0),
            asked_about: AtomicU32::new(0),
            logged: Mutex::default(),
            logs: Notify::new(),
            exported: Mutex::default(),
            gone: Mutex::default(),
            adds_numbers: AtomicBool::default(),
            added: Mutex::default(),
        })
    }

    /// It answers nothing before [`Self::opens`].
    pub(super) fn closed(self: Arc<Self>) -> Arc<Self> {
        self.gate.forget_permits(10_000);
        self
    }

    pub(super) fn opens(&self) {
        self.gate.add_permits(10_000);
    }

    pub(super) fn fails(&self, failure: Option<AskFailure>) {
        *self.failure.lock().expect("a lock") = failure;
    }

    pub(super) fn known(&self) -> Vec<Customer> {
        self.customers.lock().expect("a lock").clone()
    }

    pub(super) async fn pass(&self) -> Result<(), AskFailure> {
        self.gate.acquire().await.expect("the gate is never closed").forget();
        self.failure.lock().expect("a lock").clone().map_or(Ok(()), Err)
    }

    pub(super) fn setup(self: &Arc<Self>) -> AccountSetup {
        let new = System::new("scripted", Vec::new(), Secrets::new([]), self.clone());
        let system = System {
            find_customers: Some(self.clone()),
            keep_customers: Some(self.clone()),
            export_customers: Some(self.clone()),
            take_writes: Some(self.clone()),
            ..new
        };
        AccountSetup::new(self.name, Ok(system))
    }
}

pub(super) fn customer(source: &str, id: &str, name: &str) -> Customer {
    let number =
        CustomerNumber { label: "mobile".into(), written: CALLER.into(), party: Some(support::outside(CALLER)) };
    Customer {
        id: CustomerId(format!("{source}/{id}")),
        source: source.into(),
        details: CustomerDetails { name: name.into(), numbers: vec![number], ..CustomerDetails::default() },
        updated_at: Timestamp(1),
    }
}

pub(super) fn ticket(id: &str, subject: &str) -> Ticket {
    Ticket {
        id: id.into(),
        subject: subject.into(),
        status: TicketStatus::Open,
        status_label: None,
        merged: false,
        created_at: Timestamp(1),
        updated_at: Timestamp(2),
        assignee: Some("Éva".into()),
        link: Some("https://crm.example.com/tickets/1".into()),
    }
}

pub(super) fn matched(customer: Customer) -> Match {
    Match { customer, strength: MatchStrength::Exact, reason: MatchReason::SameNumber { label: "mobile".into() } }
}

impl TakesPermits for Scripted {
    fn use_permits(&self, _: Arc<dyn Permits>) {}
}

#[async_trait]
impl Trial for Scripted {
    async fn test(&self) -> TestReport {
        TestReport::not_set_up("it is not tried here".to_owned())
    }
}

#[async_trait]
impl FindCustomers for Scripted {
    async fn find_by_number(&self, number: &Party) -> Result<Vec<Match>, AskFailure> {
        self.asked.fetch_add(1, SeqCst);
        self.pass().await?;
        let has = |customer: &Customer| customer.details.numbers.iter().any(|one| one.party.as_ref() == Some(number));
        Ok(self.known().into_iter().filter(has).map(matched).collect())
    }

    async fn search(&self, query: &str, limit: u32) -> Result<Vec<Match>, AskFailure> {
        self.pass().await?;
        let hits = self.known().into_iter().filter(|customer| customer.details.name.contains(query));
        Ok(hits.take(limit as usize).map(matched).collect())
    }

    async fn get(&self, id: &CustomerId) -> Result<Customer, AskFailure> {
        self.pass().await?;
        let known = self.known().into_iter().find(|customer| customer.id == *id);
        known.ok_or_else(|| AskFailure::Refused { detail: "there is no such customer".into() })
    }

    async fn about(&self, id: &CustomerId) -> Result<About, AskFailure> {
        self.asked_about.fetch_add(1, SeqCst);
        self.pass().await?;
        let fact = Fact { label: FactLabel::Organization, text: format!("of {}", id.0) };
        Ok(About { facts: vec![fact], tickets: vec![ticket("1", "It does not work")] })
    }

    fn fresh_for(&self) -> Duration {
        self.fresh_for
    }
}

#[async_trait]
impl KeepCustomers for Scripted {
    async fn create(&self, details: CustomerDetails) -> Result<Customer, AskFailure> {
        self.pass().await?;
        let new = Customer { details, ..customer(self.name, "new", "") };
        // Its search does not know them yet.
        Ok(new)
    }

    fn adds_numbers(&self) -> bool {
        self.adds_numbers.load(SeqCst)
    }

    async fn add_number(&self, _: &CustomerId, _: &Party) -> Result<(), AskFailure> {
        self.pass().await
    }
}

#[async_trait]
impl ExportCustomers for Scripted {
    /// A customer on each page.
    async fn export(&self, after: Option<&str>) -> Result<ExportPage, AskFailure> {
        self.exported.lock().expect("a lock").push(after.map(str::to_owned));
        let at: usize = after.map_or(0, |after| after.parse().expect("a cursor of its own"));
        let known = self.known();
        let customers: Vec<Customer> = known.iter().skip(at).take(1).cloned().collect();
        let next = at + customers.len();
        let gone = std::mem::take(&mut *self.gone.lock().expect("a lock"));
        Ok(ExportPage { customers, gone, cursor: next.to_string(), is_end: next == known.len() })
    }

    fn pause(&self) -> Duration {
        Duration::ZERO
    }
}

#[async_trait]
impl Writes for Scripted {
    async fn write(&self, rows: &[WriteRow]) -> Vec<Attempt> {
        for row in rows {
            match &row.submission.write {
                Write::LogCall { entry, .. } => self.logged.lock().expect("a lock").push(entry.filing.clone()),
                Write::AddNumber { customer, number, .. } => {
                    self.added.lock().expect("a lock").push((customer.clone(), number.clone()));
                }
                other => panic!("{other:?}"),
            }
        }
        self.logs.notify_one();
        vec![Attempt::done("entered"); rows.len()]
    }

    async fn look(&self, _: &WriteRow) -> Looked {
        Looked::CannotTell
    }

    fn is_idempotent(&self, _: &Submission) -> bool {
        false
    }

    fn call_log(&self) -> Option<CallLog> {
        Some(CallLog::AddsOnly)
    }

    fn allowance(&self) -> Allowance {
        Allowance::unlimited(1)
    }

    fn counts_against_day(&self, _: &Submission) -> bool {
        false
    }
}
