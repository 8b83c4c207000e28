//! The requests of the contract, each with the answer it gets.

use super::Desk;
use ringcard_core::{
    Timestamp,
    call::CallId,
    control::ControlAct,
    customer::{Customer, CustomerDetails, CustomerId, Match, NotTheirs},
    frame::{CallFilter, CallRow, Reply, Request, RequestError, RequestErrorCode, Timeline},
    pushed::PushNote,
};

impl Desk {
    /// Calls, newest first, and whether there are more.
    pub async fn calls(
        &self,
        filter: CallFilter,
        before: Option<CallId>,
        limit: u32,
    ) -> Result<(Vec<CallRow>, bool), RequestError> {
        match self.ask(Request::Calls { filter, before, limit }).await? {
            Reply::Calls { calls, more } => Ok((calls, more)),
            _ => Err(strange()),
        }
    }

    pub async fn call(&self, id: CallId) -> Result<Timeline, RequestError> {
        match self.ask(Request::Call { id }).await? {
            Reply::Call { timeline } => Ok(timeline),
            _ => Err(strange()),
        }
    }

    /// Does something with the agent's own call; `Ok` when the telephone system took it, or when the popup asks first
    /// whether the call shall go to that number.
    pub async fn control(&self, call_id: CallId, act: ControlAct) -> Result<(), RequestError> {
        if let ControlAct::Transfer { to } = act {
            return self.transfer(call_id, to).await;
        }
        self.ask(Request::Control { call_id, act, force: false }).await.map(drop)
    }

    /// The agent looked at the missed calls.
    pub async fn missed_seen(&self) -> Result<(), RequestError> {
        self.ask(Request::MissedSeen).await.map(drop)
    }

    /// What PBXs sent last and what became of it, newest first.
    pub async fn pushes(&self, account: Option<String>) -> Result<Vec<PushNote>, RequestError> {
        match self.ask(Request::Pushes { account }).await? {
            Reply::Pushes { pushes } => Ok(pushes),
            _ => Err(strange()),
        }
    }

    pub async fn find_by_number(&self, number: String) -> Result<Vec<Match>, RequestError> {
        matches(self.ask(Request::FindByNumber { number }).await?)
    }

    pub async fn search_customers(&self, query: String, limit: u32) -> Result<Vec<Match>, RequestError> {
        matches(self.ask(Request::SearchCustomers { query, limit }).await?)
    }

    pub async fn customer(&self, id: CustomerId) -> Result<Customer, RequestError> {
        customer(self.ask(Request::Customer { id }).await?)
    }

    /// Creates or changes; with `seen`, only if nobody changed it since that version.
    pub async fn save_customer(
        &self,
        id: Option<CustomerId>,
        details: CustomerDetails,
        seen: Option<Timestamp>,
    ) -> Result<Customer, RequestError> {
        customer(self.ask(Request::SaveCustomer { id, details, seen }).await?)
    }

    pub async fn delete_customer(&self, id: CustomerId) -> Result<(), RequestError> {
        self.ask(Request::DeleteCustomer { id }).await.map(drop)
    }

    /// This call's number belongs to this customer; `None`: it is none of those offered, for this call alone.
    pub async fn choose(&self, call_id: CallId, customer: Option<CustomerId>) -> Result<(), RequestError> {
        self.ask(Request::Choose { call_id, customer }).await.map(drop)
    }

    /// It is not this customer, for this call alone.
    pub async fn set_aside(&self, call_id: CallId, customer: CustomerId) -> Result<(), RequestError> {
        self.ask(Request::SetAside { call_id, customer }).await.map(drop)
    }

    /// They were set aside for this call by mistake.
    pub async fn take_back(&self, call_id: CallId, customers: Vec<CustomerId>) -> Result<(), RequestError> {
        self.ask(Request::TakeBack { call_id, customers }).await.map(drop)
    }

    /// This number is not this customer's, whoever calls.
    pub async fn number_not_theirs(&self, customer: CustomerId, number: String) -> Result<(), RequestError> {
        self.ask(Request::NumberNotTheirs { customer, number }).await.map(drop)
    }

    /// It is theirs after all.
    pub async fn number_theirs(&self, customer: CustomerId, number: String) -> Result<(), RequestError> {
        self.ask(Request::NumberTheirs { customer, number }).await.map(drop)
    }

    /// The numbers that are not this customer's, as agents said, the newest word first.
    pub async fn not_theirs(&self, customer: CustomerId) -> Result<Vec<NotTheirs>, RequestError> {
        match self.ask(Request::NotTheirs { customer }).await? {
            Reply::NotTheirs { numbers } => Ok(numbers),
            _ => Err(strange()),
        }
    }
}

fn matches(reply: Reply) -> Result<Vec<Match>, RequestError> {
    match reply {
        Reply::Matches { matches } => Ok(matches),
        _ => Err(strange()),
    }
}

fn customer(reply: Reply) -> Result<Customer, RequestError> {
    match reply {
        Reply::Customer { customer } => Ok(customer),
        _ => Err(strange()),
    }
}

/// A hub of another make, perhaps.
pub(super) fn strange() -> RequestError {
    let message = "The hub answered something this version of Ringcard does not understand.";
    RequestError::new(RequestErrorCode::Invalid, message)
}
