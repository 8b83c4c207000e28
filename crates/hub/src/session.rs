//! One desk's conversation with the hub: frames in, frames out.
//!
//! The same whether the desk is in this process or at the other end of a WebSocket. A desk that reads too slowly
//! (its channel is full) is let go: it connects again and begins with a snapshot. Frames are taken as they come, whatever
//! those before them wait for (see [`places`]).

mod before_dial;
mod customers;
mod find;
mod notes;
mod numbers;
pub(crate) mod outbox;
mod places;
pub(crate) mod recordings;
pub(crate) mod story;

use crate::{
    ended,
    hub::Shared,
    live::{DialOrder, as_everybody_sees, as_seen_by, is_open},
    policy::{self, Asked},
    principal::{Principal, Role},
    usage,
};
use places::{Places, too_much};
use ringcard_connect::{CrmFailure, permits::on_behalf_of};
use ringcard_core::{
    Timestamp,
    call::{AgentId, CallId},
    customer::Match,
    frame::{CallRow, DeskFrame, HubFrame, MadePrivate, PROTOCOL, Reply, Request, RequestError, RequestErrorCode},
    number::{NotANumber, Party},
};
use std::{sync::Arc, time::Duration};
use tokio::{
    sync::{Notify, mpsc},
    time::timeout,
};

/// Frames that may wait on either side.
const WAITING: usize = 256;
/// A desk that has not taken an answer by then takes none.
const UNREAD: Duration = Duration::from_secs(10);
/// Rows of one answer.
const ROWS: u32 = 200;

/// A desk's end of the link.
pub struct Link {
    pub to_hub: mpsc::Sender<DeskFrame>,
    /// Ends when the hub stops, or when the desk was too slow.
    pub from_hub: mpsc::Receiver<HubFrame>,
}

/// Opens a link for the desk of an agent; nothing comes before the desk's `Hello`.
pub(crate) fn open(shared: Arc<Shared>, principal: Principal) -> Link {
    let (to_hub, frames) = mpsc::channel(WAITING);
    let (answers, from_hub) = mpsc::channel(WAITING);
    tokio::spawn(converse(shared, principal, frames, answers));
    Link { to_hub, from_hub }
}

/// The task that owns the calls holds the way to the desk; here it is only borrowed. So the link ends for the desk when
/// that task lets it go: when the hub stops, or when the desk was too slow.
async fn converse(
    shared: Arc<Shared>,
    principal: Principal,
    mut frames: mpsc::Receiver<DeskFrame>,
    answers: mpsc::Sender<HubFrame>,
) {
    let places = Places::default();
    let to_desk = ToDesk { frames: answers.downgrade(), unread: Arc::default() };
    let mut not_yet_welcome = Some(answers);
    loop {
        let frame = tokio::select! {
            frame = frames.recv() => frame,
            () = to_desk.unread.notified() => {
                tracing::warn!(desk = %principal, "a desk took no answers and was let go");
                shared.metrics.desk_let_go();
                if let Some(frames) = to_desk.frames.upgrade() {
                    shared.live.leave(frames).await;
                }
                return;
            }
        };
        match frame {
            None => return,
            Some(DeskFrame::Hello { protocol: PROTOCOL, .. }) => {
                if let (Some(answers), Some(agent)) = (not_yet_welcome.take(), principal.agent()) {
                    let team = policy::team(&shared, &principal);
                    shared.live.join(agent.clone(), team, answers).await;
                }
            }
            Some(DeskFrame::Hello { protocol, .. }) => {
                let message = format!(
                    "This hub speaks version {PROTOCOL} of the desk protocol, the desk speaks {protocol}: \
                     update the older one"
                );
                to_desk.send(HubFrame::Refused { error: RequestError::new(RequestErrorCode::Offline, message) }).await;
                return;
            }
            Some(DeskFrame::Other) => {}
            Some(DeskFrame::Submit { handover }) => {
                let key = handover.key().clone();
                let Some(place) = places.for_submit() else {
                    to_desk.refuse(HubFrame::NotAccepted { key, error: too_much() });
                    continue;
                };
                let (shared, principal, to_desk) = (shared.clone(), principal.clone(), to_desk.clone());
                tokio::spawn(async move {
                    let frame = match place.when_its_turn(outbox::take(&shared, &principal, handover)).await {
                        Ok(()) => HubFrame::Accepted { key },
                        Err(error) => HubFrame::NotAccepted { key, error },
                    };
                    to_desk.send(frame).await;
                });
            }
            Some(DeskFrame::Request { id, request }) => {
                let Some(place) = places.for_request(&request) else {
                    to_desk.refuse(HubFrame::Reply { id, reply: Err(too_much()) });
                    continue;
                };
                let (shared, principal, to_desk) = (shared.clone(), principal.clone(), to_desk.clone());
                tokio::spawn(async move {
                    let reply = place.when_its_turn(answer(&shared, &principal, request)).await;
                    to_desk.send(HubFrame::Reply { id, reply }).await;
                });
            }
        }
    }
}

/// The way of answers to a desk.
#[derive(Clone)]
struct ToDesk {
    frames: mpsc::WeakSender<HubFrame>,
    /// The desk takes nothing.
    unread: Arc<Notify>,
}

impl ToDesk {
    /// Waits for room, and for nothing else.
    async fn send(&self, frame: HubFrame) {
        let Some(frames) = self.frames.upgrade() else { return };
        if timeout(UNREAD, frames.send(frame)).await.is_err() {
            self.unread.notify_one();
        }
    }

    /// Does not wait: whoever reads the desk's frames reads on.
    fn refuse(&self, frame: HubFrame) {
        let Some(frames) = self.frames.upgrade() else { return };
        if matches!(frames.try_send(frame), Err(mpsc::error::TrySendError::Full(_))) {
            self.unread.notify_one();
        }
    }
}

/// A call in a list: the part of it of the agent who is asked about, as on their card; the whole call where it is nobody. Of a
/// private call, whoever looks sees whom it was with only where it is open to them, whomever they ask about.
fn shown(shared: &Shared, principal: &Principal, agent: Option<&AgentId>, row: CallRow) -> CallRow {
    let call = match agent {
        Some(agent) => as_seen_by(agent, &row.call, &shared.agents),
        None => as_everybody_sees(&row.call, &shared.agents),
    };
    let is_open = is_open(&shared.agents, principal.me(), &row.call);
    let is_theirs = principal.me().is_some_and(|me| row.call.agents.contains(me));
    let may_listen = row.recorded && (principal.role() != Role::Agent || is_theirs);
    let row = CallRow { call, may_listen, ..row };
    if is_open { row } else { row.withheld() }
}

/// The same of several; nothing is offered to be heard that was deleted.
async fn all_shown(
    shared: &Shared,
    principal: &Principal,
    agent: Option<&AgentId>,
    rows: Vec<CallRow>,
) -> Vec<CallRow> {
    let mut rows: Vec<CallRow> = rows.into_iter().map(|row| shown(shared, principal, agent, row)).collect();
    let recorded: Vec<CallId> = rows.iter().filter(|row| row.recorded).map(|row| row.call.id.clone()).collect();
    if recorded.is_empty() {
        return rows;
    }
    // Where nobody can say so now, *Play* says it.
    let gone = shared.recordings.with_nothing_to_hear(recorded).await.unwrap_or_default();
    for row in rows.iter_mut().filter(|row| gone.contains(&row.call.id)) {
        (row.may_listen, row.recording_gone) = (false, true);
    }
    rows
}

/// Makes a call private, or takes that back; what follows for others is done at once as far as it can be.
async fn set_private(
    shared: &Shared,
    me: Option<&AgentId>,
    call: CallId,
    private: bool,
) -> Result<MadePrivate, RequestError> {
    shared.live.set_private(me.cloned(), call.clone(), private).await?;
    if !private {
        return Ok(MadePrivate::default());
    }
    let outbox = shared.outbox.open().ok();
    let done = ended::keep_from_others(outbox.as_ref(), &shared.recordings, &call, me.cloned()).await;
    // What could not be done is done when the call is over, and after a start.
    done.map(|(became, _)| became).map_err(|why| {
        RequestError::not_saved(&format!(
            "The call is private; what others know of it is not all taken away yet: {why}"
        ))
    })
}

/// Does what was asked, where the asker may ask it. REST and every desk come through here. What other systems are asked for it
/// is the asker's.
pub(crate) async fn answer(shared: &Shared, principal: &Principal, request: Request) -> Result<Reply, RequestError> {
    policy::may(shared, principal, Asked::Request(&request)).await?;
    match principal.me() {
        Some(me) => on_behalf_of(me.0.as_str(), carry_out(shared, principal, request)).await,
        None => carry_out(shared, principal, request).await,
    }
}

async fn carry_out(shared: &Shared, principal: &Principal, request: Request) -> Result<Reply, RequestError> {
    let agent = principal.agent().cloned();
    match request {
        Request::Dial { key, number, confirmed, force, extension, account, ticket } => {
            let order = DialOrder { key, number, confirmed, force, extension, account, ticket };
            Ok(Reply::Dialling { call_id: shared.live.dial(agent, order).await? })
        }
        Request::BeforeDial { number } => Ok(Reply::BeforeDial { before: before_dial::answer(shared, &number).await? }),
        Request::Control { call_id, act, force } => {
            shared.live.control(agent, call_id, act, force).await.map(|()| Reply::Done)
        }
        Request::EndHere { call_id } => shared.live.end_here(agent, call_id).await.map(|()| Reply::Done),
        Request::NoteSoFar { call_id, note } => {
            shared.live.note_so_far(agent, call_id, note).await.map(|()| Reply::Done)
        }
        Request::NoCodeNeeded { call_id } => {
            let kept = shared.history.needs_no_code(call_id, agent, Timestamp::now()).await;
            match kept.map_err(|error| RequestError::not_saved(&error))? {
                true => Ok(Reply::Done),
                false => Err(RequestError::new(RequestErrorCode::NotFound, "There is no such call")),
            }
        }
        Request::Calls { filter, before, limit } => {
            let found = shared.history.calls(agent.clone(), filter, before, limit).await;
            let (calls, more) = found.map_err(|error| busy(&error))?;
            let calls = all_shown(shared, principal, agent.as_ref(), calls).await;
            Ok(Reply::Calls { calls, more })
        }
        Request::FindCalls { search, before, limit } => {
            let found = find::answer(shared, principal, search, before, limit).await?;
            Ok(Reply::FoundCalls { calls: found.calls, next: found.next })
        }
        Request::CustomerCalls { customer, before, limit } => {
            let found = story::of_customer(shared, principal, customer, before, limit).await?;
            Ok(Reply::FoundCalls { calls: found.calls, next: found.next })
        }
        Request::Call { id } => Ok(Reply::Call { timeline: story::of_call(shared, principal, id).await? }),
        Request::Recordings { .. }
        | Request::Listen { .. }
        | Request::Hear { .. }
        | Request::DeleteRecording { .. }
        | Request::HoldRecording { .. }
        | Request::RecordingAccesses { .. } => recordings::answer(shared, agent, request).await,
        Request::Notes { .. }
        | Request::PutNote { .. }
        | Request::EditNote { .. }
        | Request::ApproveNote { .. }
        | Request::DeleteNote { .. } => notes::answer(shared, principal, request).await,
        Request::SetPrivate { call_id, private } => {
            let became = set_private(shared, principal.me(), call_id, private).await?;
            Ok(Reply::MadePrivate { became })
        }
        Request::MissedSeen => {
            let agent = agent.ok_or_else(|| RequestError::new(RequestErrorCode::NotFound, "No agent is signed in"))?;
            shared.live.missed_seen(agent).await.map(|()| Reply::Done)
        }
        Request::MissedList => Ok(Reply::MissedList { list: shared.live.missed_list(agent).await? }),
        Request::MissedAct { id, act } => {
            let over_others = principal.role() != Role::Agent;
            Ok(Reply::MissedCaller { row: shared.live.missed_act(agent, over_others, id, act).await? })
        }
        Request::FindByNumber { number } => Ok(Reply::Matches { matches: find(shared, &number).await? }),
        Request::SearchCustomers { query, limit } => {
            let matches = shared.crm.search(&query, limit.clamp(1, ROWS)).await.map_err(refused)?;
            Ok(Reply::Matches { matches })
        }
        Request::Customer { id } => Ok(Reply::Customer { customer: shared.crm.get(&id).await.map_err(refused)? }),
        Request::SaveCustomer { id, details, seen } => {
            let saved = match (id, seen) {
                (Some(id), Some(seen)) => shared.directory.update_seen(&id, details, seen).await,
                (Some(id), None) => shared.crm.update(&id, details).await,
                (None, _) => shared.crm.create(details).await,
            };
            let customer = saved.map_err(refused)?;
            shared.live.customers_changed().await;
            Ok(Reply::Customer { customer })
        }
        Request::DeleteCustomer { id } => {
            shared.crm.delete(&id).await.map_err(refused)?;
            shared.live.customers_changed().await;
            Ok(Reply::Done)
        }
        Request::CustomerSources
        | Request::SearchSource { .. }
        | Request::CreateCustomerIn { .. }
        | Request::AboutCustomer { .. }
        | Request::LinkCustomers { .. }
        | Request::UnlinkCustomers { .. } => customers::answer(shared, agent, request).await,
        Request::Choose { call_id, customer } => match customer {
            Some(customer) => {
                shared.live.choose(call_id.clone(), customer.clone()).await?;
                numbers::add_there(shared, agent, call_id, customer);
                Ok(Reply::Done)
            }
            None => shared.live.set_aside(agent, call_id, None).await.map(|()| Reply::Done),
        },
        Request::SetAside { call_id, customer } => {
            shared.live.set_aside(agent, call_id, Some(customer)).await.map(|()| Reply::Done)
        }
        Request::TakeBack { call_id, customers } => {
            shared.live.take_back(call_id, customers).await.map(|()| Reply::Done)
        }
        Request::NumberNotTheirs { customer, number } => {
            customers::not_theirs(shared, &read(shared, &number)?, &customer, agent).await.map_err(refused)?;
            shared.live.customers_changed().await;
            Ok(Reply::Done)
        }
        Request::NumberTheirs { customer, number } => {
            shared.directory.theirs(&read(shared, &number)?, &customer).await.map_err(refused)?;
            shared.live.customers_changed().await;
            Ok(Reply::Done)
        }
        Request::NotTheirs { customer } => {
            let numbers = shared.directory.not_theirs_of(&customer).await.map_err(refused)?;
            Ok(Reply::NotTheirs { numbers })
        }
        Request::Outbox { .. } | Request::Submission { .. } | Request::OutboxAct { .. } | Request::Budgets => {
            outbox::answer(shared, principal, request).await
        }
        Request::Usage { account, range } => Ok(Reply::Usage { usage: usage::answer(shared, account, range).await? }),
        Request::Pushes { account } => Ok(Reply::Pushes { pushes: shared.pushes.list(account.as_deref()) }),
        Request::CampaignRecords { number } => {
            let (records, unasked) = shared.campaigns.records(&read(shared, &number)?).await;
            Ok(Reply::CampaignRecords { records, unasked })
        }
        Request::Codes { refresh } => {
            let (lists, unasked) = shared.campaigns.codes(refresh).await;
            Ok(Reply::Codes { lists, unasked })
        }
        Request::TicketForms { refresh } => {
            let (accounts, unasked) = shared.tickets.forms(refresh).await;
            Ok(Reply::TicketForms { accounts, unasked })
        }
        Request::Ticket { account, id } => Ok(Reply::Ticket { ticket: shared.tickets.ticket(&account, &id).await? }),
        Request::Campaigns => {
            let (campaigns, unasked) = shared.campaigns.campaigns().await;
            Ok(Reply::Campaigns { campaigns, unasked })
        }
        Request::Callbacks => {
            // A script sees everybody's, an agent their own.
            let extension = agent.as_ref().map(|agent| known_there(shared, agent)).transpose()?;
            let (callbacks, unasked) = shared.campaigns.callbacks(extension).await;
            Ok(Reply::Callbacks { callbacks, unasked })
        }
        Request::SmartWait { account, from, to } => {
            let report = shared.campaigns.smart_wait(account.as_deref(), from, to).await?;
            Ok(Reply::SmartWait { report })
        }
        Request::NotCoded { account, from, to } => {
            let extension = agent.as_ref().map_or_else(|| Err(no_extension()), |agent| known_there(shared, agent))?;
            let calls = shared.campaigns.not_coded(account.as_deref(), extension, from, to).await?;
            Ok(Reply::NotCoded { calls })
        }
    }
}

/// The agent's name in systems that know agents by their extension.
fn known_there<'a>(shared: &'a Shared, agent: &AgentId) -> Result<&'a str, RequestError> {
    shared.extension(Some(agent)).ok_or_else(no_extension)
}

fn no_extension() -> RequestError {
    RequestError::new(RequestErrorCode::NoExtension, "This agent has no extension: set it in the settings")
}

async fn find(shared: &Shared, number: &str) -> Result<Vec<Match>, RequestError> {
    let asked = shared.plan.borrow().read_or_keep(number).map_err(not_a_number)?;
    let everybody = shared.customers.everybody_with(&asked, None).await;
    everybody.map(|everybody| everybody.matches).map_err(refused)
}

fn read(shared: &Shared, number: &str) -> Result<Party, RequestError> {
    let party = shared.plan.borrow().read(number).map(|reading| reading.party);
    party.map_err(not_a_number)
}

fn not_a_number(why: NotANumber) -> RequestError {
    RequestError::new(RequestErrorCode::NotANumber, why.to_string())
}

fn refused(failure: CrmFailure) -> RequestError {
    let code = match &failure {
        CrmFailure::Unavailable { .. } | CrmFailure::NotSaved { .. } => RequestErrorCode::NotSaved,
        CrmFailure::Conflict => RequestErrorCode::Conflict,
        CrmFailure::Refused { .. } => RequestErrorCode::Invalid,
        CrmFailure::NotFound => RequestErrorCode::NotFound,
    };
    RequestError::new(code, failure.to_string())
}

pub(crate) fn busy(error: &crate::history::HistoryFailure) -> RequestError {
    RequestError::new(RequestErrorCode::Busy, error.to_string())
}
