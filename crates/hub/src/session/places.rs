//! Places for what a desk asks. What an agent waits for with somebody on the phone has its own, so that it is begun
//! whatever else is under way; what asks other systems never stands before what is read here.

use ringcard_core::frame::{Request, RequestError, RequestErrorCode};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::timeout,
};

/// An agent has two hands: beyond these, a program asks.
const URGENT: usize = 64;
/// Writes handed over at once; a desk hands over fewer, and keeps the others.
const SUBMITS: usize = 32;
/// Questions of each other kind that are worked on at once ..
const AT_ONCE: usize = 16;
/// .. and that may wait for their turn, ..
const WAITING: usize = 48;
/// .. but no longer than somebody looks at a window.
const TURN: Duration = Duration::from_secs(20);

/// What an answer depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// Somebody is on the phone.
    Now,
    /// Our own lists: customers, calls, writes.
    OwnLists,
    OtherSystems,
}

fn needs(request: &Request) -> Needs {
    match request {
        Request::Dial { .. }
        | Request::BeforeDial { .. }
        | Request::Control { .. }
        | Request::EndHere { .. }
        | Request::NoteSoFar { .. }
        | Request::NoCodeNeeded { .. }
        | Request::SetPrivate { .. }
        | Request::MissedSeen
        | Request::MissedAct { .. }
        | Request::Choose { .. }
        | Request::SetAside { .. }
        | Request::TakeBack { .. }
        | Request::NumberNotTheirs { .. }
        | Request::NumberTheirs { .. } => Needs::Now,
        Request::Calls { .. }
        | Request::FindCalls { .. }
        | Request::CustomerCalls { .. }
        | Request::Call { .. }
        | Request::Recordings { .. }
        | Request::Hear { .. }
        | Request::DeleteRecording { .. }
        | Request::HoldRecording { .. }
        | Request::RecordingAccesses { .. }
        | Request::Notes { .. }
        | Request::PutNote { .. }
        | Request::EditNote { .. }
        | Request::ApproveNote { .. }
        | Request::DeleteNote { .. }
        | Request::MissedList
        | Request::SearchCustomers { .. }
        | Request::Customer { .. }
        | Request::SaveCustomer { .. }
        | Request::DeleteCustomer { .. }
        | Request::CustomerSources
        | Request::LinkCustomers { .. }
        | Request::UnlinkCustomers { .. }
        | Request::NotTheirs { .. }
        | Request::Outbox { .. }
        | Request::Submission { .. }
        | Request::OutboxAct { .. }
        | Request::Budgets
        | Request::Usage { .. }
        | Request::Pushes { .. } => Needs::OwnLists,
        Request::Listen { .. }
        | Request::FindByNumber { .. }
        | Request::SearchSource { .. }
        | Request::CreateCustomerIn { .. }
        | Request::AboutCustomer { .. }
        | Request::CampaignRecords { .. }
        | Request::Codes { .. }
        | Request::TicketForms { .. }
        | Request::Ticket { .. }
        | Request::Campaigns
        | Request::Callbacks
        | Request::SmartWait { .. }
        | Request::NotCoded { .. } => Needs::OtherSystems,
    }
}

/// One desk's places.
pub(super) struct Places {
    urgent: Lane,
    submits: Lane,
    own_lists: Lane,
    other_systems: Lane,
}

impl Default for Places {
    fn default() -> Self {
        Self {
            urgent: Lane::new(URGENT, 0),
            submits: Lane::new(SUBMITS, 0),
            own_lists: Lane::new(AT_ONCE, WAITING),
            other_systems: Lane::new(AT_ONCE, WAITING),
        }
    }
}

impl Places {
    /// A place for this question, at once or not at all.
    pub fn for_request(&self, request: &Request) -> Option<Place> {
        match needs(request) {
            Needs::Now => self.urgent.take(),
            Needs::OwnLists => self.own_lists.take(),
            Needs::OtherSystems => self.other_systems.take(),
        }
    }

    /// A place for something handed over.
    pub fn for_submit(&self) -> Option<Place> {
        self.submits.take()
    }
}

struct Lane {
    all: Arc<Semaphore>,
    at_once: Arc<Semaphore>,
}

impl Lane {
    fn new(at_once: usize, waiting: usize) -> Self {
        Self { all: Arc::new(Semaphore::new(at_once + waiting)), at_once: Arc::new(Semaphore::new(at_once)) }
    }

    fn take(&self) -> Option<Place> {
        let held = self.all.clone().try_acquire_owned().ok()?;
        Some(Place { _held: held, at_once: self.at_once.clone() })
    }
}

/// Held while somebody waits for an answer.
pub(super) struct Place {
    _held: OwnedSemaphorePermit,
    at_once: Arc<Semaphore>,
}

impl Place {
    /// Does the work when its turn comes.
    pub async fn when_its_turn<T>(
        self,
        work: impl Future<Output = Result<T, RequestError>>,
    ) -> Result<T, RequestError> {
        let Ok(Ok(_turn)) = timeout(TURN, self.at_once.acquire()).await else { return Err(too_much()) };
        work.await
    }
}

pub(super) fn too_much() -> RequestError {
    RequestError::new(RequestErrorCode::Busy, "Too much was asked at once: try again in a moment")
}
