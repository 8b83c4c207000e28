//! What other systems are told of calls that are over: one entry in a call log, changed later; and a word to the team's own
//! programs. The CRM and the program are simulated, over real HTTP.

mod story;

use crate::support::{Desk, Plan, World, dial_plan, setup_in, vipex_account};
use ringcard_connect::{NewAccount, Registry};
use ringcard_core::{
    Timestamp,
    call::{AgentId, CallId, CallState},
    frame::{OutboxFilter, Reply, Request},
    outcome::CallOutcome,
    submission::{GateReason, OutboxAct, OutboxRow, SubmissionKey, SubmissionState, WaitReason, Write},
    ticket::TicketChosen,
};
use ringcard_hub::{AccountSetup, Hub, HubSetup, directory::Directory};
use ringcard_sim::{OfficeSim, OfficeWrong, Ring};
use rusqlite::Connection;
use secrecy::SecretString;
use std::{collections::BTreeMap, time::Duration};
use tokio::time::timeout;

const TOKEN: &str = "crm-token";
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const NEVER: Duration = Duration::from_secs(3600);

mod private;
mod ready;

/// A team with a CRM and a program of its own.
pub(crate) struct Team {
    pub world: World,
    pub office: OfficeSim,
    pub desk: Desk,
}

fn account(connector: &str, values: &[(&str, String)], secret: (&str, &str)) -> AccountSetup {
    let values = values.iter().map(|(key, value)| ((*key).to_owned(), toml::Value::from(value.clone())));
    let secrets = BTreeMap::from([(secret.0.to_owned(), SecretString::from(secret.1))]);
    let new = NewAccount { name: connector.to_owned(), values: values.collect(), secrets, plan: dial_plan() };
    let registry = Registry::builtin();
    let system = registry.find(connector).expect("it is built in").set_up(new);
    AccountSetup::new(connector, system.map_err(|error| error.to_string()))
}

impl Team {
    /// `log_after`: how long a code is waited for.
    pub async fn begin(log_after: Duration) -> Self {
        Self::planned(Plan::default(), log_after).await
    }

    async fn planned(mut plan: Plan, log_after: Duration) -> Self {
        plan.waits.log_after = log_after;
        Self::begin_as(plan).await
    }

    pub async fn begin_as(mut plan: Plan) -> Self {
        plan.waits.next_ring = Duration::from_millis(100);
        let world = plan.begin().await;
        let office = OfficeSim::start(TOKEN, SECRET).await.expect("the simulator starts");
        world.hub.use_accounts(Self::accounts(&world.sim.base_url(), &office)).await;
        let desk = world.desk().await;
        Self { world, office, desk }
    }

    fn accounts(pbx: &str, office: &OfficeSim) -> Vec<AccountSetup> {
        vec![
            vipex_account(pbx, 10),
            account("rest-crm", &[("api_url", office.crm_url())], ("token", TOKEN)),
            account("webhook", &[("url", office.hook_url()), ("allow_private", "true".to_owned())], ("secret", SECRET)),
        ]
    }

    /// A conversation that is over.
    pub async fn talk(&mut self) -> CallId {
        let ringing = self.world.sim.ring(Ring::from("+36301234567").extension("101")).await.expect("it rings");
        let call = self.desk.call_in(CallState::Ringing).await;
        ringing.answer().await.expect("answered");
        self.desk.call_in(CallState::Connected).await;
        ringing.hang_up().await.expect("hung up");
        self.desk.call_in(CallState::Ended).await;
        call.id
    }

    pub async fn code(&mut self, call: &CallId, comment: &str) {
        self.code_with(call, comment, Vec::new()).await;
    }

    /// The same, filed as the agent chose.
    pub async fn code_with(&mut self, call: &CallId, comment: &str, tickets: Vec<TicketChosen>) {
        let outcome = CallOutcome {
            key: SubmissionKey::new(),
            call_id: call.clone(),
            agent: AgentId("Ana".into()),
            code: Some("12".into()),
            label: Some("Sale".into()),
            second_code: None,
            second_label: None,
            comment: comment.to_owned(),
            do_not_call: false,
            call_back: None,
            by_default: false,
            at: Timestamp::now(),
            tickets,
        };
        self.desk.hand_over_outcome(outcome).await.expect("the hub keeps it");
    }

    async fn rows(&mut self, filter: OutboxFilter) -> Vec<OutboxRow> {
        match self.desk.ask(Request::Outbox { filter, before: None, limit: 200 }).await {
            Ok(Reply::Outbox { rows, .. }) => rows,
            other => panic!("the outbox was answered with {other:?}"),
        }
    }

    /// Waits until a row of the CRM's that is not over stands as wanted.
    async fn until(&mut self, wanted: impl Fn(&OutboxRow) -> bool) -> OutboxRow {
        self.until_in(OutboxFilter::Waiting, wanted).await
    }

    async fn until_in(&mut self, filter: OutboxFilter, wanted: impl Fn(&OutboxRow) -> bool) -> OutboxRow {
        loop {
            let rows = self.rows(filter).await;
            if let Some(row) = rows.into_iter().find(|row| row.submission.write.account() == "rest-crm" && wanted(row))
            {
                return row;
            }
            self.news().await;
        }
    }

    /// Waits until something is new in the outbox; what a row waits for may change without a word, as time does.
    async fn news(&mut self) {
        let version = self.desk.outbox.version;
        let change = self.desk.until("a change in the outbox", |desk| desk.outbox.version != version);
        let _ = timeout(Duration::from_secs(1), change).await;
    }

    pub async fn noted(&self, comment: &str) -> (usize, u32) {
        let found = self.office.wait_for_entries("the comment", |entries| {
            let entry = entries.iter().find(|entry| entry.text("note") == comment)?;
            Some((entries.len(), entry.changes))
        });
        found.await.expect("it is in the log")
    }

    async fn told(&self, least: usize) -> Vec<String> {
        let told = self.office.wait_for_told("what happened", |told| {
            (told.len() >= least).then(|| told.iter().map(|one| one.of.clone()).collect::<Vec<_>>())
        });
        told.await.expect("the program is told")
    }
}

fn comment_in(row: &OutboxRow) -> &str {
    match &row.submission.write {
        Write::LogCall { entry, .. } => entry.coded.as_ref().map_or("", |coded| &coded.comment),
        other => panic!("another write: {other:?}"),
    }
}

#[tokio::test]
async fn a_call_is_one_entry_and_its_code_is_in_it() {
    let mut team = Team::begin(NEVER).await;
    let call = team.talk().await;
    team.code(&call, "said yes").await;
    assert_eq!(team.noted("said yes").await.0, 1);
    let entry = team.office.entries().remove(0);
    let told = ["call_id", "direction", "outcome", "number", "agent", "code", "code_label"];
    let told = told.map(|name| entry.text(name).to_owned());
    assert_eq!(told, [call.0.as_str(), "inbound", "answered", "+36301234567", "Ana", "12", "Sale"]);
    let row = team.until_in(OutboxFilter::Over, |_| true).await;
    assert_eq!((row.reference.as_deref(), row.submission.call_id), (Some("e-1"), Some(call)));
}

#[tokio::test]
async fn a_late_code_and_another_one_change_the_entry_that_is_there() {
    let mut team = Team::begin(Duration::ZERO).await;
    let call = team.talk().await;
    assert_eq!(team.noted("").await.0, 1);
    for (n, comment) in ["said yes", "no, said no", "yes after all"].into_iter().enumerate() {
        team.code(&call, comment).await;
        let (entries, changes) = team.noted(comment).await;
        assert!(entries == 1 && changes as usize > n, "{comment}: {entries} entries, {changes} changes");
    }
}

#[tokio::test]
async fn what_changes_before_the_entry_left_is_in_the_entry() {
    let mut team = Team::begin(Duration::ZERO).await;
    team.office.misbehave(Some(OfficeWrong::Status(503)));
    let call = team.talk().await;
    let waits = |row: &OutboxRow| matches!(row.state, SubmissionState::Waiting { why: WaitReason::Retry, .. });
    let first = team.until(waits).await;
    team.code(&call, "said yes").await;
    let renewed = team.until(|row| comment_in(row) == "said yes").await;
    assert_eq!(renewed.submission.key, first.submission.key, "the same row");
    team.office.misbehave(None);
    // It may be on its way already.
    let _ = team.desk.ask(Request::OutboxAct { key: first.submission.key, act: OutboxAct::Retry }).await;
    assert_eq!(team.noted("said yes").await.0, 1);
}

#[tokio::test]
async fn where_the_answer_was_lost_a_code_waits_until_a_person_knows_and_there_is_no_second_entry() {
    let mut team = Team::begin(Duration::ZERO).await;
    team.office.misbehave(Some(OfficeWrong::CutOff));
    let call = team.talk().await;
    let first = team.until(|row| matches!(row.state, SubmissionState::MayBeWritten { .. })).await;
    team.office.misbehave(None);
    team.code(&call, "said yes").await;
    let change = team.until(|row| comment_in(row) == "said yes").await;
    assert_eq!(change.submission.needs, Some(first.submission.key.clone()));
    assert_eq!(team.office.entries().len(), 1);
    team.desk.ask(Request::OutboxAct { key: first.submission.key, act: OutboxAct::MarkDone }).await.expect("done");
    // Nobody knows how the CRM calls it: a person changes it there.
    team.until(|row| matches!(row.state, SubmissionState::Parked { .. })).await;
    assert_eq!(team.office.entries().len(), 1);
}

#[tokio::test]
async fn an_entry_that_was_taken_away_stays_away() {
    let mut team = Team::begin(Duration::ZERO).await;
    team.office.misbehave(Some(OfficeWrong::Status(503)));
    let call = team.talk().await;
    let row = team.until(|row| matches!(row.state, SubmissionState::Waiting { why: WaitReason::Retry, .. })).await;
    team.desk.ask(Request::OutboxAct { key: row.submission.key, act: OutboxAct::Discard }).await.expect("discarded");
    team.office.misbehave(None);
    team.code(&call, "said yes").await;
    let told = team.told(2).await;
    assert_eq!(told, ["call.ended", "call.coded"], "the program of the team is told");
    assert!(team.office.entries().is_empty());
}

#[tokio::test]
async fn a_missed_call_waits_for_no_code() {
    let mut team = Team::begin(NEVER).await;
    let ringing = team.world.sim.ring(Ring::from("+36301234567").extension("101")).await.expect("it rings");
    team.desk.call_in(CallState::Ringing).await;
    ringing.miss().await.expect("missed");
    team.desk.call_in(CallState::Missed).await;
    assert_eq!(team.noted("").await.0, 1);
    assert_eq!(team.office.entries()[0].text("outcome"), "missed");
    assert_eq!(team.told(2).await, ["call.ended", "call.missed"]);
}

#[tokio::test]
async fn killed_between_the_outbox_and_the_list_a_call_is_told_once_all_the_same() {
    let mut team = Team::begin(Duration::ZERO).await;
    let call = team.talk().await;
    team.code(&call, "said yes").await;
    team.noted("said yes").await;
    team.told(2).await;
    let (entries, changes) = (team.office.entries(), team.office.told());
    let Team { world, office, desk } = team;
    drop(desk);
    world.hub.shutdown().await;
    // As a kill leaves it: the outbox has the rows, and the list does not know.
    let list = Connection::open(world.dir.path().join("calls.db")).expect("the list opens");
    list.execute("INSERT OR REPLACE INTO to_tell (call_id, news, due) VALUES (?1, 7, 0)", [&call.0])
        .expect("it is due again");
    drop(list);
    let accounts = Team::accounts(&world.sim.base_url(), &office);
    let setup = HubSetup { accounts, ..setup_in(world.dir.path(), &Plan::default(), &world.sim.base_url()) };
    let directory = Directory::open(&world.dir.path().join("directory.db"), dial_plan()).expect("the directory opens");
    let hub = Hub::start(setup, directory).await.expect("the hub starts");
    let is_told = || {
        let list = Connection::open(world.dir.path().join("calls.db")).expect("the list opens");
        list.query_row("SELECT count(*) FROM to_tell", [], |row| row.get::<_, i64>(0)).expect("a count") == 0
    };
    while !is_told() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    hub.shutdown().await;
    assert_eq!((office.entries(), office.told()), (entries, changes));
}

#[tokio::test]
async fn a_program_that_is_gone_is_told_nothing_more_until_a_person_says_so() {
    let mut team = Team::begin(Duration::ZERO).await;
    team.office.misbehave(Some(OfficeWrong::Status(410)));
    team.talk().await;
    loop {
        let Ok(Reply::Budgets { budgets }) = team.desk.ask(Request::Budgets).await else { panic!("no budgets") };
        let hook = budgets.into_iter().find(|budget| budget.account == "webhook").expect("it is set up");
        if hook.gate.is_some_and(|gate| gate.why == GateReason::Disabled) {
            break;
        }
        team.news().await;
    }
    let health = team.world.http.get(format!("{}/healthz", team.world.base)).send().await.expect("an answer");
    let health: serde_json::Value = health.json().await.expect("JSON");
    assert_eq!(health["outbox"]["disabled"], serde_json::json!(["webhook"]), "{health}");
    assert_eq!(health["connections"]["webhook"], "trouble");
    team.office.misbehave(None);
    let call = team.talk().await;
    team.code(&call, "said yes").await;
    team.noted("said yes").await;
    let rows = team.rows(OutboxFilter::Waiting).await;
    let of_hook: Vec<_> = rows.iter().filter(|row| row.submission.write.account() == "webhook").collect();
    assert_eq!(of_hook.len(), 1, "what came after is not kept for it: {of_hook:?}");
    let key = of_hook[0].submission.key.clone();
    team.desk.ask(Request::OutboxAct { key, act: OutboxAct::Retry }).await.expect("tried");
    assert_eq!(team.told(1).await, ["call.ended"]);
}
