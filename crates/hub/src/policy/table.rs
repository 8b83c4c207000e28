//! The table: for everything that can be asked, whose it is and how far agents and leads reach. An administrator may do
//! everything.
//!
//! Every match here names every variant, so that what is new does not compile until it has its row.

use ringcard_core::{
    call::{AgentId, CallId},
    customer::CustomerId,
    frame::Request,
    missed::MissedId,
    outcome::{CallOutcome, Handover},
    recording::RecordingId,
    submission::{OutboxAct, Submission, SubmissionKey, Write},
};

/// Everything that can be asked of a hub by somebody who showed a token, or who is in the same program.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Asked<'a> {
    /// What a desk asks, and REST where it asks for the same.
    Request(&'a Request),
    /// A write for another system is to be kept.
    Write(&'a Submission),
    /// What came of a call is to be kept.
    Outcome(&'a CallOutcome),
    /// How fast the last cards were.
    Pops,
    /// Which requests were made of other systems.
    Requests,
    /// The *Test* of an account, which asks the other system.
    Trial,
    /// Agents and their tokens: listed, made, revoked.
    Tokens,
}

impl<'a> From<&'a Handover> for Asked<'a> {
    fn from(handover: &'a Handover) -> Self {
        match handover {
            Handover::Write { submission } => Self::Write(submission),
            Handover::Outcome { outcome } => Self::Outcome(outcome),
        }
    }
}

/// Whose what is asked for is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Object<'a> {
    /// The team's: customers, codes, reports, the queue of what waits.
    Team,
    /// Of whom it is asked about: a call list, call-backs.
    Asker,
    /// Of the agents for whom the call rang, and of who dialled it.
    Call(&'a CallId),
    /// Of the same, and of those who had a call with the same customer.
    Story(&'a CallId),
    /// Of those who had a call with them, as far as their calls go.
    Customer(&'a CustomerId),
    /// Of those whose call it is.
    Recording(&'a RecordingId),
    /// Of the agents who serve the line it came in on.
    Missed(&'a MissedId),
    /// Of who saved it; an edit may put somebody's phone into it.
    Row(&'a SubmissionKey, Option<&'a str>),
    /// Of the agent whose phone it is; absent: the asker's own. A phone that is no agent's is anybody's.
    Phone(Option<&'a str>),
    /// Of the agent in whose name it is, for a call and for a phone of theirs where it names them.
    Name { agent: Option<&'a AgentId>, call: Option<&'a CallId>, phone: Option<&'a str> },
}

/// How far a role reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    Nothing,
    /// What is theirs.
    Own,
    Everybodys,
}

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Row<'a> {
    pub object: Object<'a>,
    pub agent: Reach,
    pub lead: Reach,
}

use Object::{Asker, Call, Customer, Missed, Name, Phone, Story, Team};
use Reach::{Everybodys, Nothing, Own};

pub(super) fn row<'a>(asked: Asked<'a>) -> Row<'a> {
    let row = |object: Object<'a>, agent: Reach, lead: Reach| Row { object, agent, lead };
    match asked {
        Asked::Request(request) => of_request(request),
        // Made by the hub itself, of what it knows.
        Asked::Write(submission) if submission.write.is_the_hubs_own() => row(Team, Nothing, Nothing),
        Asked::Write(submission) => {
            let phone = phone_in(&submission.write);
            row(Name { agent: submission.agent.as_ref(), call: None, phone }, Own, Own)
        }
        Asked::Outcome(outcome) => {
            row(Name { agent: Some(&outcome.agent), call: Some(&outcome.call_id), phone: None }, Own, Own)
        }
        Asked::Pops | Asked::Requests => row(Team, Nothing, Everybodys),
        Asked::Trial | Asked::Tokens => row(Team, Nothing, Nothing),
    }
}

fn of_request(request: &Request) -> Row<'_> {
    let row = |object, agent, lead| Row { object, agent, lead };
    match request {
        // A lead acts in nobody's name but their own.
        Request::Dial { extension, .. } => row(Phone(extension.as_deref()), Own, Own),
        // Whose call it is, the call itself says: nobody waits for the call list to hang up.
        Request::Control { .. } | Request::EndHere { .. } => row(Asker, Own, Own),
        Request::NoteSoFar { call_id, .. } => row(Call(call_id), Own, Own),
        Request::NoCodeNeeded { call_id } => row(Call(call_id), Own, Everybodys),
        // Also what is taken back shows whom it was with: no lead decides about that.
        Request::SetPrivate { call_id, .. } => row(Call(call_id), Own, Own),
        Request::MissedSeen => row(Asker, Own, Own),

        Request::FindCalls { search, .. } => match &search.agent {
            Some(agent) => row(Name { agent: Some(agent), call: None, phone: None }, Own, Everybodys),
            None if search.everybody => row(Team, Nothing, Everybodys),
            None => row(Asker, Own, Everybodys),
        },
        Request::MissedList => row(Asker, Own, Everybodys),
        Request::MissedAct { id, .. } => row(Missed(id), Own, Everybodys),

        Request::Calls { .. } | Request::Callbacks | Request::NotCoded { .. } => row(Asker, Own, Everybodys),
        Request::Listen { recording } | Request::Hear { recording, .. } => {
            row(Object::Recording(recording), Own, Everybodys)
        }
        Request::DeleteRecording { recording }
        | Request::HoldRecording { recording, .. }
        | Request::RecordingAccesses { recording } => row(Object::Recording(recording), Nothing, Everybodys),
        // Colleagues' calls with a customer are read by whoever speaks with them; heard are one's own.
        Request::CustomerCalls { customer, .. } => row(Customer(customer), Own, Everybodys),
        Request::Call { id } | Request::Notes { call_id: id } => row(Story(id), Own, Everybodys),
        Request::Recordings { call_id: id } => row(Call(id), Own, Everybodys),
        // What somebody else wrote is taken away by a lead only.
        Request::PutNote { call_id, .. }
        | Request::EditNote { call_id, .. }
        | Request::ApproveNote { call_id, .. }
        | Request::DeleteNote { call_id, .. } => row(Call(call_id), Own, Everybodys),
        Request::Choose { call_id, .. } | Request::SetAside { call_id, .. } | Request::TakeBack { call_id, .. } => {
            row(Call(call_id), Own, Everybodys)
        }

        // One queue stands before an account, and its counts are on every desk: everybody sees it. Who names an agent
        // asks about that one. Decided is about one's own.
        Request::Outbox { .. } => row(Asker, Own, Everybodys),
        Request::Submission { .. } | Request::Budgets => row(Team, Everybodys, Everybodys),
        Request::OutboxAct { key, act } => row(Object::Row(key, phone_of(act)), Own, Everybodys),

        Request::BeforeDial { .. }
        | Request::FindByNumber { .. }
        | Request::SearchCustomers { .. }
        | Request::Customer { .. }
        | Request::SaveCustomer { .. }
        | Request::DeleteCustomer { .. }
        | Request::CustomerSources
        | Request::SearchSource { .. }
        | Request::CreateCustomerIn { .. }
        | Request::AboutCustomer { .. }
        | Request::LinkCustomers { .. }
        | Request::UnlinkCustomers { .. }
        | Request::NumberNotTheirs { .. }
        | Request::NumberTheirs { .. }
        | Request::NotTheirs { .. }
        | Request::CampaignRecords { .. }
        | Request::Codes { .. }
        | Request::TicketForms { .. }
        | Request::Ticket { .. }
        | Request::Campaigns
        | Request::SmartWait { .. } => row(Team, Everybodys, Everybodys),

        // How the telephone system was set up, and who used how much.
        Request::Pushes { .. } | Request::Usage { .. } => row(Team, Nothing, Everybodys),
    }
}

/// Whether what is asked for is, of a private call, for those only whom the call is open to: everything that is asked of one call
/// or recording, but what says itself no more than there was a call.
pub(super) fn is_for_those_in_it(asked: Asked<'_>) -> bool {
    match asked {
        Asked::Request(
            Request::Call { .. }
            | Request::SetPrivate { .. }
            | Request::Recordings { .. }
            | Request::DeleteRecording { .. }
            | Request::HoldRecording { .. }
            | Request::RecordingAccesses { .. },
        ) => false,
        asked => matches!(row(asked).object, Call(_) | Story(_) | Object::Recording(_)),
    }
}

fn phone_of(act: &OutboxAct) -> Option<&str> {
    match act {
        OutboxAct::Edit { write } => phone_in(write),
        OutboxAct::Retry | OutboxAct::MarkDone | OutboxAct::Discard => None,
    }
}

/// The phone whose agent's own call is written to. A call-back may be promised for a colleague.
fn phone_in(write: &Write) -> Option<&str> {
    match write {
        Write::CodeCall { agent_id, .. } => Some(agent_id),
        Write::Codify { .. }
        | Write::AddRecord { .. }
        | Write::ScheduleCallback { .. }
        | Write::ChangeCallback { .. }
        | Write::CancelCallback { .. }
        | Write::LogCall { .. }
        | Write::TellTeam { .. }
        | Write::AddNumber { .. }
        | Write::Other => None,
    }
}
