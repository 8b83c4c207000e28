//! Where an agent wants a call filed: the forms of a CRM's tickets, and the choice on its way into the CRM's call log. The CRM
//! is scripted.

use crate::support::{Desk, Plan, World, dial_plan, setup_in, vipex_account};
use async_trait::async_trait;
use ringcard_connect::{
    Allowance, AskFailure, Attempt, CallLog, CameTo, CountsAgainst, Looked, NotNow, Permits, Secrets, System,
    TakesPermits, TestReport, TestState, Tickets, Trial, WriteRow, Writes, permits::PermitPlace,
};
use ringcard_core::{
    Timestamp,
    call::{AgentId, CallId, CallState},
    call_log::{CallEntry, TeamEvent},
    frame::{Reply, Request, RequestErrorCode, TicketForms},
    outcome::CallOutcome,
    submission::{Submission, SubmissionKey, Write},
    ticket::{Ticket, TicketChoice, TicketChosen, TicketForm, TicketStatus},
};
use ringcard_hub::{AccountSetup, Hub, HubSetup, directory::Directory};
use ringcard_sim::Ring;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::{sync::mpsc, time::timeout};

const NEVER: Duration = Duration::from_secs(3600);
const PATIENCE: Duration = Duration::from_secs(20);

/// What the tests know of the CRM.
#[derive(Clone)]
struct Script {
    away: Arc<AtomicBool>,
    /// How often its forms were asked for.
    asked: Arc<AtomicU32>,
    asks_after_call: bool,
    log: Option<CallLog>,
    written: mpsc::UnboundedSender<Submission>,
}

struct Crm {
    script: Script,
    permits: PermitPlace,
}

impl Script {
    fn new() -> (Self, mpsc::UnboundedReceiver<Submission>) {
        let (written, arrives) = mpsc::unbounded_channel();
        let log = Some(CallLog::AddsAndChanges);
        let script = Self { away: Arc::default(), asked: Arc::default(), asks_after_call: true, log, written };
        (script, arrives)
    }

    fn account(&self) -> AccountSetup {
        let crm = Arc::new(Crm { script: self.clone(), permits: PermitPlace::default() });
        let none: [&secrecy::SecretString; 0] = [];
        let system = System {
            take_writes: Some(crm.clone()),
            tickets: Some(crm.clone()),
            ..System::new("scripted", Vec::new(), Secrets::new(none), crm)
        };
        AccountSetup::new("crm", Ok(system))
    }
}

impl TakesPermits for Crm {
    fn use_permits(&self, permits: Arc<dyn Permits>) {
        self.permits.use_permits(permits);
    }
}

#[async_trait]
impl Trial for Crm {
    async fn test(&self) -> TestReport {
        TestReport { state: TestState::Works, steps: Vec::new() }
    }
}

#[async_trait]
impl Tickets for Crm {
    async fn forms(&self) -> Result<Vec<TicketForm>, AskFailure> {
        self.script.asked.fetch_add(1, Ordering::SeqCst);
        if self.script.away.load(Ordering::SeqCst) {
            return Err(AskFailure::Unavailable { detail: "it is away".into(), wait: None });
        }
        let form = |id: &str, is_default| TicketForm { id: id.into(), name: id.into(), is_default, fields: Vec::new() };
        Ok(vec![form("8", true), form("9", false)])
    }

    fn asks_after_call(&self) -> bool {
        self.script.asks_after_call
    }

    async fn ticket(&self, id: &str) -> Result<Option<Ticket>, AskFailure> {
        Ok((id == "4711").then(|| Ticket {
            id: id.into(),
            subject: "No bill".into(),
            status: TicketStatus::Open,
            status_label: None,
            merged: false,
            created_at: Timestamp(1),
            updated_at: Timestamp(2),
            assignee: None,
            link: None,
        }))
    }
}

#[async_trait]
impl Writes for Crm {
    async fn write(&self, rows: &[WriteRow]) -> Vec<Attempt> {
        let request = match self.permits.take("log", CountsAgainst::Day).await {
            Ok(request) => request,
            Err(NotNow { why: detail, wait }) => return vec![Attempt::NotSent { detail, wait }; rows.len()],
        };
        for row in rows {
            let _ = self.script.written.send(row.submission.clone());
        }
        request.end(CameTo::Answered);
        let done = |_| Attempt::Done { answer: "kept".into(), reference: Some("t-1".into()) };
        rows.iter().map(done).collect()
    }

    async fn look(&self, _row: &WriteRow) -> Looked {
        Looked::CannotTell
    }

    fn is_idempotent(&self, _submission: &Submission) -> bool {
        false
    }

    fn call_log(&self) -> Option<CallLog> {
        self.script.log
    }

    fn told(&self) -> Vec<TeamEvent> {
        vec![TeamEvent::CallCoded]
    }

    fn allowance(&self) -> Allowance {
        Allowance::unlimited(4)
    }

    fn counts_against_day(&self, _submission: &Submission) -> bool {
        false
    }
}

struct Office {
    world: World,
    desk: Desk,
    script: Script,
    arrives: mpsc::UnboundedReceiver<Submission>,
}

impl Office {
    async fn open(change: impl FnOnce(&mut Script)) -> Self {
        let mut plan = Plan::default();
        plan.waits.log_after = NEVER;
        let world = plan.begin().await;
        let (mut script, arrives) = Script::new();
        change(&mut script);
        world.hub.use_accounts(vec![vipex_account(&world.sim.base_url(), 10), script.account()]).await;
        let desk = world.desk().await;
        Self { world, desk, script, arrives }
    }

    async fn talk(&mut self) -> CallId {
        let ringing = self.world.sim.ring(Ring::from("+36301234567").extension("101")).await.expect("it rings");
        let call = self.desk.call_in(CallState::Ringing).await;
        ringing.answer().await.expect("answered");
        self.desk.call_in(CallState::Connected).await;
        ringing.hang_up().await.expect("hung up");
        self.desk.call_in(CallState::Ended).await;
        call.id
    }

    async fn code(&mut self, call: &CallId, tickets: Vec<TicketChosen>) {
        let outcome = CallOutcome {
            key: SubmissionKey::new(),
            call_id: call.clone(),
            agent: AgentId("Ana".into()),
            code: None,
            label: None,
            second_code: None,
            second_label: None,
            comment: "called about the bill".into(),
            do_not_call: false,
            call_back: None,
            by_default: false,
            at: Timestamp::now(),
            tickets,
        };
        self.desk.hand_over_outcome(outcome).await.expect("the hub keeps it");
    }

    /// The next entry of the call log, and the key of the row it needs.
    async fn logged(&mut self) -> (CallEntry, SubmissionKey, Option<SubmissionKey>) {
        loop {
            let next =
                timeout(PATIENCE, self.arrives.recv()).await.expect("it is logged in time").expect("the CRM runs");
            match next.write {
                Write::LogCall { entry, .. } => return (*entry, next.key, next.needs),
                Write::TellTeam { entry, .. } => {
                    assert_eq!(entry.filing, None, "where it is filed is the CRM's matter")
                }
                other => panic!("another write: {other:?}"),
            }
        }
    }

    async fn forms(&mut self, refresh: bool) -> TicketForms {
        forms(&mut self.desk, refresh).await
    }
}

async fn forms(desk: &mut Desk, refresh: bool) -> TicketForms {
    match desk.ask(Request::TicketForms { refresh }).await {
        Ok(Reply::TicketForms { accounts, unasked }) => TicketForms { accounts, unasked },
        other => panic!("forms were answered with {other:?}"),
    }
}

fn to(choice: TicketChoice) -> Vec<TicketChosen> {
    vec![TicketChosen { account: "crm".into(), choice }]
}

fn add_to(ticket: &str) -> TicketChoice {
    TicketChoice::AddTo { ticket: ticket.into(), fields: Vec::new() }
}

#[tokio::test]
async fn the_choice_goes_with_the_entry_and_a_later_other_one_is_a_change_of_it() {
    let mut office = Office::open(|_| ()).await;
    let call = office.talk().await;
    let another = TicketChosen { account: "another".into(), choice: TicketChoice::None };
    office.code(&call, [to(add_to("4711")), vec![another]].concat()).await;
    let (entry, first, needs) = office.logged().await;
    let filing = entry.filing.expect("the agent chose");
    assert_eq!((entry.call_id, filing.ticket, needs), (call.clone(), Some(add_to("4711")), None));

    let new = TicketChoice::New { subject: "No bill".into(), form: None, fields: Vec::new() };
    office.code(&call, to(new.clone())).await;
    let (entry, _, needs) = office.logged().await;
    assert_eq!((entry.filing.and_then(|filing| filing.ticket), needs), (Some(new), Some(first)));
}

#[tokio::test]
async fn who_chose_nothing_leaves_it_to_the_account() {
    let mut office = Office::open(|_| ()).await;
    let call = office.talk().await;
    office.code(&call, Vec::new()).await;
    let (entry, ..) = office.logged().await;
    assert_eq!(entry.filing.and_then(|filing| filing.ticket), None);
}

#[tokio::test]
async fn forms_are_kept_and_given_while_the_crm_is_away_after_a_restart_too() {
    let mut office = Office::open(|_| ()).await;
    assert_eq!(office.desk.outbox.tickets, ["crm"], "a desk is told whom to ask for");
    let known = office.forms(false).await;
    let forms_of: Vec<&str> = known.accounts[0].forms.iter().map(|form| form.id.as_str()).collect();
    assert_eq!((known.accounts[0].account.as_str(), forms_of), ("crm", vec!["8", "9"]));
    office.forms(false).await;
    assert_eq!(office.script.asked.load(Ordering::SeqCst), 1, "fresh ones are not asked for again");

    let Office { world, desk, script, arrives: _arrives } = office;
    drop(desk);
    world.hub.shutdown().await;
    script.away.store(true, Ordering::SeqCst);
    let setup = HubSetup {
        accounts: vec![script.account()],
        ..setup_in(world.dir.path(), &Plan::default(), &world.sim.base_url())
    };
    let directory = Directory::open(&world.dir.path().join("directory.db"), dial_plan()).expect("the directory opens");
    let hub = Hub::start(setup, directory).await.expect("the hub starts");
    let mut desk = Desk::open(hub.connect(AgentId("Ana".into())), "Ana").await;
    assert_eq!(forms(&mut desk, false).await, known);
    let still = forms(&mut desk, true).await;
    assert_eq!((still.accounts, still.unasked.len()), (known.accounts, 1), "and why they are not newer is said");
    hub.shutdown().await;
}

#[tokio::test]
async fn an_account_that_asks_nothing_and_one_without_a_call_log_are_asked_for_no_forms() {
    let changes: [fn(&mut Script); 2] = [|script| script.asks_after_call = false, |script| script.log = None];
    for change in changes {
        let mut office = Office::open(change).await;
        assert!(office.desk.outbox.tickets.is_empty());
        let known = office.forms(true).await;
        assert!(known.accounts.is_empty() && known.unasked.is_empty());
        assert_eq!(office.script.asked.load(Ordering::SeqCst), 0);
    }
}

#[tokio::test]
async fn a_ticket_is_found_by_its_number_or_is_not_there() {
    let mut office = Office::open(|_| ()).await;
    let request = |account: &str, id: &str| Request::Ticket { account: account.into(), id: id.into() };
    let Ok(Reply::Ticket { ticket: Some(found) }) = office.desk.ask(request("crm", " 4711 ")).await else {
        panic!("it is there")
    };
    assert_eq!((found.subject.as_str(), found.status), ("No bill", TicketStatus::Open));
    assert_eq!(office.desk.ask(request("crm", "1")).await, Ok(Reply::Ticket { ticket: None }));
    let code = |answer: Result<Reply, ringcard_core::frame::RequestError>| answer.expect_err("refused").code;
    assert_eq!(code(office.desk.ask(request("pbx", "1")).await), RequestErrorCode::NoAccount);
    assert_eq!(code(office.desk.ask(request("crm", " ")).await), RequestErrorCode::Invalid);
    assert_eq!(code(office.desk.ask(request("crm", &"1".repeat(101))).await), RequestErrorCode::Invalid);
}
