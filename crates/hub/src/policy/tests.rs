//! The table as it is meant, for every request there is.

use super::{
    Reach, Whose, decide,
    table::{Object, is_for_those_in_it, row},
};
use crate::{
    policy::Asked,
    principal::{Principal, Role},
};
use ringcard_core::{
    Timestamp,
    call::{AgentId, CallId},
    campaign::{CampaignId, CampaignKind, RecordRef},
    control::ControlAct,
    customer::{CustomerDetails, CustomerId},
    frame::{CallFilter, CallSearch, OutboxFilter, Request},
    missed::{MissedAct, MissedId},
    note::{NewNote, NoteKey, NoteKind},
    outcome::{CallOutcome, Handover},
    recording::RecordingId,
    submission::{OutboxAct, Submission, SubmissionKey, Write},
    usage::UsageRange,
};

/// What is asked, how far an agent reaches and how far a lead; and whether a lead may name somebody else.
const TABLE: &str = "
dial                  own   own   no
before_dial           all   all   no
calls                 own   all   yes
find_calls            own   all   yes
customer_calls        own   all   no
call                  own   all   no
recordings            own   all   no
listen                own   all   no
hear                  own   all   no
delete_recording      none  all   no
hold_recording        none  all   no
recording_accesses    none  all   no
control               own   own   no
end_here              own   own   no
note_so_far           own   own   no
notes                 own   all   no
put_note              own   all   no
edit_note             own   all   no
approve_note          own   all   no
delete_note           own   all   no
no_code_needed        own   all   no
set_private           own   own   no
missed_seen           own   own   no
missed_list           own   all   yes
missed_act            own   all   no
find_by_number        all   all   no
search_customers      all   all   no
customer              all   all   no
save_customer         all   all   no
delete_customer       all   all   no
customer_sources      all   all   no
search_source         all   all   no
create_customer_in    all   all   no
about_customer        all   all   no
link_customers        all   all   no
unlink_customers      all   all   no
choose                own   all   no
set_aside             own   all   no
take_back             own   all   no
number_not_theirs     all   all   no
number_theirs         all   all   no
not_theirs            all   all   no
outbox                own   all   yes
submission            all   all   no
outbox_act            own   all   no
budgets               all   all   no
usage                 none  all   no
pushes                none  all   no
campaign_records      all   all   no
codes                 all   all   no
ticket_forms          all   all   no
ticket                all   all   no
campaigns             all   all   no
callbacks             own   all   yes
smart_wait            all   all   no
not_coded             own   all   yes
write                 own   own   no
outcome               own   own   no
pops                  none  all   no
requests              none  all   no
trial                 none  none  no
tokens                none  none  no
";

/// The first request, or the one after another: a new one does not compile until it has its place.
#[rustfmt::skip]
fn after(last: Option<&Request>) -> Option<Request> {
    let (number, call_id, customer) = (String::new(), CallId(String::new()), CustomerId(String::new()));
    let (account, at) = (None, Timestamp(0));
    Some(match last {
        None => Request::Dial { key: String::new(), number, confirmed: false, force: false, extension: None, account, ticket: None },
        Some(Request::Dial { .. }) => Request::BeforeDial { number },
        Some(Request::BeforeDial { .. }) => Request::Calls { filter: CallFilter::default(), before: None, limit: 1 },
        Some(Request::Calls { .. }) => Request::FindCalls { search: CallSearch::default(), before: None, limit: 1 },
        Some(Request::FindCalls { .. }) => Request::CustomerCalls { customer, before: None, limit: 1 },
        Some(Request::CustomerCalls { .. }) => Request::Call { id: call_id },
        Some(Request::Call { .. }) => Request::Recordings { call_id },
        Some(Request::Recordings { .. }) => Request::Listen { recording: RecordingId(number) },
        Some(Request::Listen { recording }) => Request::Hear { recording: recording.clone(), from: 0, most: 1 },
        Some(Request::Hear { recording, .. }) => Request::DeleteRecording { recording: recording.clone() },
        Some(Request::DeleteRecording { recording }) => {
            Request::HoldRecording { recording: recording.clone(), why: None }
        }
        Some(Request::HoldRecording { recording, .. }) => Request::RecordingAccesses { recording: recording.clone() },
        Some(Request::RecordingAccesses { .. }) => Request::Control { call_id, act: ControlAct::Hold, force: false },
        Some(Request::Control { .. }) => Request::EndHere { call_id },
        Some(Request::EndHere { .. }) => Request::NoteSoFar { call_id, note: String::new() },
        Some(Request::NoteSoFar { .. }) => Request::Notes { call_id },
        Some(Request::Notes { .. }) => {
            let (key, text) = (NoteKey(String::new()), String::new());
            Request::PutNote { call_id, note: NewNote { key, kind: NoteKind::Note, text, language: None, source: None } }
        }
        Some(Request::PutNote { note: NewNote { key, .. }, .. }) => {
            Request::EditNote { call_id, key: key.clone(), text: String::new(), version: 1 }
        }
        Some(Request::EditNote { key, .. }) => Request::ApproveNote { call_id, key: key.clone(), version: 1 },
        Some(Request::ApproveNote { key, .. }) => Request::DeleteNote { call_id, key: key.clone(), version: None },
        Some(Request::DeleteNote { .. }) => Request::NoCodeNeeded { call_id },
        Some(Request::NoCodeNeeded { .. }) => Request::SetPrivate { call_id, private: true },
        Some(Request::SetPrivate { .. }) => Request::MissedSeen,
        Some(Request::MissedSeen) => Request::MissedList,
        Some(Request::MissedList) => Request::MissedAct { id: MissedId(String::new()), act: MissedAct::Take },
        Some(Request::MissedAct { .. }) => Request::FindByNumber { number },
        Some(Request::FindByNumber { .. }) => Request::SearchCustomers { query: number, limit: 1 },
        Some(Request::SearchCustomers { .. }) => Request::Customer { id: customer },
        Some(Request::Customer { .. }) => {
            Request::SaveCustomer { id: None, details: CustomerDetails::default(), seen: None }
        }
        Some(Request::SaveCustomer { .. }) => Request::DeleteCustomer { id: customer },
        Some(Request::DeleteCustomer { .. }) => Request::CustomerSources,
        Some(Request::CustomerSources) => {
            Request::SearchSource { source: "crm".to_owned(), query: number, limit: 1 }
        }
        Some(Request::SearchSource { source, .. }) => {
            Request::CreateCustomerIn { source: source.clone(), details: CustomerDetails::default() }
        }
        Some(Request::CreateCustomerIn { .. }) => Request::AboutCustomer { id: customer },
        Some(Request::AboutCustomer { .. }) => Request::LinkCustomers { one: customer.clone(), other: customer },
        Some(Request::LinkCustomers { .. }) => Request::UnlinkCustomers { one: customer.clone(), other: customer },
        Some(Request::UnlinkCustomers { .. }) => Request::Choose { call_id, customer: None },
        Some(Request::Choose { .. }) => Request::SetAside { call_id, customer },
        Some(Request::SetAside { .. }) => Request::TakeBack { call_id, customers: Vec::new() },
        Some(Request::TakeBack { .. }) => Request::NumberNotTheirs { customer, number },
        Some(Request::NumberNotTheirs { .. }) => Request::NumberTheirs { customer, number },
        Some(Request::NumberTheirs { .. }) => Request::NotTheirs { customer },
        Some(Request::NotTheirs { .. }) => Request::Outbox { filter: OutboxFilter::Waiting, before: None, limit: 1 },
        Some(Request::Outbox { .. }) => Request::Submission { key: SubmissionKey::default() },
        Some(Request::Submission { .. }) => Request::OutboxAct { key: SubmissionKey::default(), act: OutboxAct::Retry },
        Some(Request::OutboxAct { .. }) => Request::Budgets,
        Some(Request::Budgets) => Request::Usage { account, range: UsageRange::Day },
        Some(Request::Usage { .. }) => Request::Pushes { account },
        Some(Request::Pushes { .. }) => Request::CampaignRecords { number },
        Some(Request::CampaignRecords { .. }) => Request::Codes { refresh: false },
        Some(Request::Codes { .. }) => Request::TicketForms { refresh: false },
        Some(Request::TicketForms { .. }) => Request::Ticket { account: number.clone(), id: number },
        Some(Request::Ticket { .. }) => Request::Campaigns,
        Some(Request::Campaigns) => Request::Callbacks,
        Some(Request::Callbacks) => Request::SmartWait { account, from: at, to: at },
        Some(Request::SmartWait { .. }) => Request::NotCoded { account, from: at, to: at },
        Some(Request::NotCoded { .. }) => return None,
    })
}

fn ana() -> AgentId {
    AgentId("Ana".into())
}

fn write() -> Handover {
    let (account, customer_id) = ("crm".to_owned(), "7".to_owned());
    let record = RecordRef { account, campaign: CampaignId("1".into()), kind: CampaignKind::Predictive, customer_id };
    let (comment, about, code) = (String::new(), String::new(), "1".to_owned());
    let write = Write::Codify { record, code, second_code: None, comment, do_not_call: false };
    let (key, made_at) = (SubmissionKey::default(), Timestamp(0));
    let agent = Some(ana());
    Handover::Write {
        submission: Submission { key, write, about, call_id: None, agent, made_at, expires_at: None, needs: None },
    }
}

fn outcome() -> Handover {
    Handover::Outcome {
        outcome: CallOutcome {
            key: SubmissionKey::default(),
            call_id: CallId(String::new()),
            agent: ana(),
            code: None,
            label: None,
            second_code: None,
            second_label: None,
            comment: String::new(),
            do_not_call: false,
            call_back: None,
            by_default: false,
            at: Timestamp(0),
            tickets: Vec::new(),
        },
    }
}

fn principal(role: Role) -> Principal {
    Principal::agent_with(ana(), role)
}

fn as_another(role: Role) -> Principal {
    principal(role).acting_as(Some(AgentId("Béla".into())))
}

/// How far a role reaches, as it is decided.
fn reach(role: Role, asked: Asked<'_>) -> &'static str {
    let decided = |whose| decide(&principal(role), &row(asked), whose);
    match (decided(Whose::Own), decided(Whose::Others)) {
        (true, true) => "all",
        (true, false) => "own",
        (false, false) => "none",
        (false, true) => "what is not theirs",
    }
}

fn line(name: &str, asked: Asked<'_>) -> String {
    for whose in [Whose::Own, Whose::Others] {
        assert!(!decide(&as_another(Role::Agent), &row(asked), Whose::Others), "{name}: an agent names somebody else");
        assert!(decide(&principal(Role::Administrator), &row(asked), whose), "{name}");
        assert!(decide(&as_another(Role::Administrator), &row(asked), whose), "{name}");
        assert!(decide(&Principal::api_client(), &row(asked), whose), "{name}");
    }
    let names = if decide(&as_another(Role::Lead), &row(asked), Whose::Others) { "yes" } else { "no" };
    format!("{name:20}  {:4}  {:4}  {names}\n", reach(Role::Agent, asked), reach(Role::Lead, asked))
}

#[test]
fn everything_that_can_be_asked_has_its_row_and_each_row_is_the_one_meant() {
    let mut table = String::from("\n");
    let mut last = None;
    while let Some(request) = after(last.as_ref()) {
        let value = serde_json::to_value(&request).expect("JSON");
        table += &line(value["type"].as_str().expect("a name"), Asked::Request(&request));
        last = Some(request);
    }
    for (name, handover) in [("write", write()), ("outcome", outcome())] {
        table += &line(name, Asked::from(&handover));
    }
    for asked in [Asked::Pops, Asked::Requests, Asked::Trial, Asked::Tokens] {
        let name = match asked {
            Asked::Request(_) | Asked::Write(_) | Asked::Outcome(_) => unreachable!("they are above"),
            Asked::Pops => "pops",
            Asked::Requests => "requests",
            Asked::Trial => "trial",
            Asked::Tokens => "tokens",
        };
        table += &line(name, asked);
    }
    assert_eq!(table, TABLE);
}

#[test]
fn an_agent_reaches_nothing_that_a_lead_does_not() {
    let mut last = None;
    while let Some(request) = after(last.as_ref()) {
        let row = row(Asked::Request(&request));
        let far = |reach| match reach {
            Reach::Nothing => 0,
            Reach::Own => 1,
            Reach::Everybodys => 2,
        };
        assert!(far(row.agent) <= far(row.lead), "{request:?}");
        last = Some(request);
    }
}

#[test]
fn what_the_hub_tells_of_calls_nobody_hands_over() {
    let entry = serde_json::json!({
        "call_id": "c", "account": "pbx", "direction": "inbound", "outcome": "answered", "number": "+36301234567",
        "line": "", "started_at": 0, "ended_at": 0, "seconds": 0, "talk_seconds": 0,
    });
    for write in [
        serde_json::json!({ "kind": "log_call", "account": "crm", "entry": entry }),
        serde_json::json!({ "kind": "tell_team", "account": "team", "event": "call.ended", "entry": entry }),
    ] {
        let write: Write = serde_json::from_value(write).expect("a write");
        let submission = Submission {
            key: SubmissionKey("k".into()),
            write,
            about: String::new(),
            call_id: None,
            agent: Some(AgentId("Ana".into())),
            made_at: Timestamp(0),
            expires_at: None,
            needs: None,
        };
        let row = row(Asked::Write(&submission));
        assert_eq!((row.agent, row.lead), (Reach::Nothing, Reach::Nothing));
    }
}

#[test]
fn of_a_private_call_only_those_in_it_are_answered_but_for_what_tells_nothing_of_its_customer() {
    let (mut open, mut closed, mut last) = (Vec::new(), Vec::new(), None);
    while let Some(request) = after(last.as_ref()) {
        let asked = Asked::Request(&request);
        if let Object::Call(_) | Object::Story(_) | Object::Recording(_) = row(asked).object {
            let name = serde_json::to_value(&request).expect("JSON")["type"].as_str().expect("a name").to_owned();
            if is_for_those_in_it(asked) { closed.push(name) } else { open.push(name) }
        }
        last = Some(request);
    }
    let tells_nothing =
        ["call", "recordings", "delete_recording", "hold_recording", "recording_accesses", "set_private"];
    assert_eq!(open, tells_nothing);
    let of_notes = ["notes", "put_note", "edit_note", "approve_note", "delete_note"];
    let others = ["no_code_needed", "choose", "set_aside", "take_back"];
    assert_eq!(closed, [&["listen", "hear", "note_so_far"][..], &of_notes, &others].concat());
}
