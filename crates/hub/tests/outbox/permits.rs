//! Every request takes its permit, however many one question needs; accounts with one token share what it allows; and a
//! setting that was saved touches only the accounts it is about.

use super::*;
use ringcard_connect::{CameTo, CountsAgainst, Purpose, permits::Request as OneRequest};
use ringcard_core::{
    campaign::CallbackStyle,
    frame::{ConnectionState, Unasked},
    submission::{GateReason, WaitReason, Window},
};
use ringcard_hub::{
    config::{Account, SettingValue},
    secrets::{InMemory, SecretRef, SecretStore},
    setup::{self, Profiles},
};
use ringcard_sim::wolkvox::Misbehaviour;

const DAY: Duration = Duration::from_secs(24 * 3600);

impl Office {
    /// The same office, after a hub that had made so many of the day's requests in the account's name.
    async fn having_used(self, used: u32) -> Self {
        let Self { hub: before, sim, dir, clock, .. } = self;
        before.shutdown().await;
        let file = rusqlite::Connection::open(dir.path().join("outbox.db")).expect("the file");
        file.execute(
            "INSERT OR REPLACE INTO account (name, day, used, recent, hold_until, gate, strikes)
             VALUES ('crm', date(?1 / 1000, 'unixepoch', '-5 hours'), ?2, 0, NULL, NULL, 0)",
            (clock.now().0, used),
        )
        .expect("written");
        drop(file);
        Self::of(sim, dir, clock, &[], RING, TALK).await
    }

    /// What our own count says of the account's day.
    async fn day_used(&self, account: &str) -> u32 {
        let budgets = self.hub.outbox().expect("an outbox").budgets().await;
        let budget = budgets.into_iter().find(|budget| budget.account == account).expect("it is set up");
        budget.windows.into_iter().find(|window| window.window == Window::Day).expect("a day").used
    }
}

/// By an agent, through their own cloud desk.
fn call_back(customer: u64) -> Write {
    Write::ScheduleCallback {
        record: record(customer),
        at: Timestamp::now().after(DAY * 3),
        number: "3001234567".into(),
        style: CallbackStyle::Agent,
        agent_id: Some("5002".into()),
    }
}

fn added(customer: &str) -> Write {
    Write::AddRecord {
        account: "crm".into(),
        campaign: record(CUSTOMER).campaign,
        campaign_kind: CampaignKind::Predictive,
        customer_id: customer.into(),
        customer_name: "Ana".into(),
        numbers: vec!["+573001234567".into()],
        fields: Vec::new(),
    }
}

fn waits(why: WaitReason) -> impl Fn(&SubmissionState) -> bool {
    move |state| matches!(state, SubmissionState::Waiting { why: known, .. } if *known == why)
}

/// The account allows ten thousand a day, of which a thousand are kept for look-ups.
#[tokio::test]
async fn the_second_request_of_a_write_waits_for_its_permit_as_the_first_did() {
    let mut office = Office::open().await.having_used(8_999).await;
    let key = office.submit(submission(added("779"))).await;
    office.until_row(&key, |row| row.attempts > 0 && waits(WaitReason::DayBudget)(&row.state)).await;
    let apis: Vec<String> = office.sim.requests().into_iter().map(|asked| asked.api).collect();
    assert_eq!(apis, ["campaigns"], "one request was left of the day");
    office.next_day().await;
    office.done(&key).await;
    assert_eq!(office.sim.records(PREDICTIVE).iter().filter(|record| record.customer_id == "779").count(), 1);
}

#[tokio::test]
async fn a_report_in_parts_ends_where_the_day_does() {
    let mut office = Office::open().await.having_used(8_998).await;
    let now = office.clock.now();
    let asked = Request::SmartWait { account: None, from: now.before(DAY * 120), to: now };
    let refused = office.desk.ask(asked).await.expect_err("not all of it");
    assert_eq!(refused.code, ringcard_core::frame::RequestErrorCode::Busy, "{refused}");
    assert_eq!(office.sim.requests().len(), 2, "two were left of the day");
}

#[tokio::test]
async fn a_look_up_by_several_forms_of_a_number_ends_where_the_day_does() {
    let mut office = Office::open().await.having_used(9_999).await;
    let asked = Request::CampaignRecords { number: "+573009998877".into() };
    match office.desk.ask(asked).await {
        Ok(Reply::CampaignRecords { unasked, .. }) => {
            let [Unasked { account, why }] = &unasked[..] else { panic!("{unasked:?}") };
            assert!(account == "crm" && why.contains("takes no more requests"), "{why}");
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(office.sim.requests().len(), 1, "one was left of the day");
    let connections = &office.desk.connections;
    assert!(!matches!(connections.get("crm"), Some(ConnectionState::Trouble { .. })), "{connections:?}");
}

/// Through an agent it is free of the day; the question whether it has arrived is not.
#[tokio::test]
async fn a_question_about_a_free_write_waits_for_the_day_as_other_questions_do() {
    let mut office = Office::open().await.having_used(8_999).await;
    office.sim.misbehave("agentbox/recall", Misbehaviour::ApplyThenCut);
    let lost = office.submit(submission(call_back(CUSTOMER))).await;
    office.until(&lost, |state| matches!(state, SubmissionState::Checking { until: Some(_) })).await;
    // Of another customer: in the lane of this one it would wait.
    let last = office.submit(submission(codify(CUSTOMER + 2, "001"))).await;
    office.done(&last).await;
    // Its time to be asked about comes; whatever may go now goes before the one behind it.
    office.clock.0.fetch_add(10_000, SeqCst);
    let free = office.submit(submission(call_back(CUSTOMER + 1))).await;
    office.done(&free).await;
    assert!(office.sim.requests().iter().all(|asked| asked.file != "real_time"), "the day was used up");
    office.next_day().await;
    office.done(&lost).await;
    assert_eq!(office.sim.requests().iter().filter(|asked| asked.file == "real_time").count(), 1);
    assert_eq!(office.day_used("crm").await, 1, "it counts on the day it was asked on");
}

#[tokio::test]
async fn later_parts_of_a_report_count_where_they_are_sent_after_the_token_was_changed() {
    let mut office = Office::open().await;
    let secrets = InMemory::default();
    let accounts = [in_the_file("crm", &office.sim, &[("licences", 10)])];
    secrets.write("crm", office.sim.token("desk").expect("a token").into()).await.expect("kept");
    let setups = set_up(&accounts, &secrets).await;
    let reports = setups[0].system.as_ref().expect("it is set up").reports.clone().expect("it has reports");
    office.hub.use_accounts(setups).await;
    let outbox = office.hub.outbox().as_ref().expect("an outbox").clone();
    let look_up = OneRequest { purpose: Purpose::LookUp, what: "look", counts: CountsAgainst::Day };
    // One request at once: the report's first one waits.
    let busy = outbox.permit("crm", None, &look_up).await.expect("free");
    let now = Timestamp::now();
    let report = tokio::spawn(async move { reports.smart_wait(now.before(DAY * 120), now).await });
    office.desk.ask(Request::Budgets).await.expect("budgets");
    secrets.write("crm", "another token".into()).await.expect("kept");
    office.hub.use_accounts(set_up(&accounts, &secrets).await).await;
    let before = office.day_used("crm").await;
    busy.end(CameTo::Answered);
    report.await.expect("no panic").expect("a report");
    assert!(office.sim.requests().len() > 1, "it has parts");
    assert_eq!(office.day_used("crm").await, before, "the new token was not used");
}

#[tokio::test]
async fn a_test_takes_permits_too_and_says_when_there_are_none() {
    let office = Office::open().await.having_used(9_999).await;
    let report = office.hub.accounts().test("crm").await.expect("an account");
    assert_eq!(office.sim.requests().len(), 1, "one was left of the day: {report:?}");
    let said = &report.steps.last().expect("a step").detail;
    assert!(said.contains("takes no more requests"), "{said}");
}

#[tokio::test]
async fn two_accounts_with_one_token_share_what_it_allows() {
    let mut office = Office::open().await.having_used(8_999).await;
    let twin = account_of("twin", &office.sim, &office.clock, &[]);
    let crm = account(&office.sim, &office.clock, &[]);
    office.hub.use_accounts(vec![crm, twin]).await;
    let first = office.submit(submission(codify(CUSTOMER, "001"))).await;
    office.done(&first).await;
    let mut other = codify(CUSTOMER + 1, "001");
    if let Write::Codify { record, .. } = &mut other {
        record.account = "twin".into();
    }
    let second = office.submit(submission(other)).await;
    office.until(&second, waits(WaitReason::DayBudget)).await;
    assert_eq!(office.sim.requests().len(), 1);
    office.next_day().await;
    office.done(&second).await;
}

/// What agents do on the telephone is free of the day, and nobody is left on the line because its quota is used up.
#[tokio::test]
async fn an_agent_dials_and_hangs_up_while_the_account_takes_nothing_else_today() {
    let mut office = Office::open().await;
    office.sim.spend(1_000_000);
    let number = office.number_of(CUSTOMER);
    let key = office.submit(submission(codify(CUSTOMER, "001"))).await;
    office.until(&key, waits(WaitReason::Gate)).await;
    let id = office.dials(&number).await;
    office.control(&id, ringcard_core::control::ControlAct::HangUp).await.expect("hung up");
    office.until(&key, waits(WaitReason::Gate)).await;
}

#[tokio::test]
async fn every_request_leaves_a_line_that_says_nothing_of_what_it_was_about() {
    let mut office = Office::open().await;
    let number = office.number_of(CUSTOMER);
    office.desk.ask(Request::CampaignRecords { number: number.clone() }).await.expect("records");
    let key = office.submit(submission(added("AB12CD34"))).await;
    office.done(&key).await;
    office.hub.accounts().test("crm").await.expect("an account");
    let said = office.get("/requests?account=crm").await;
    let lines: Vec<(&str, &str)> = said["lines"]
        .as_array()
        .expect("lines")
        .iter()
        .rev()
        .map(|line| (line["purpose"].as_str().expect("a word"), line["what"].as_str().expect("a word")))
        .collect();
    let sent: Vec<String> = office.sim.requests().into_iter().map(|asked| asked.api).collect();
    assert_eq!(lines.iter().map(|(_, what)| (*what).to_owned()).collect::<Vec<_>>(), sent, "each has its line");
    let of = |purpose: &str| lines.iter().filter(|(known, _)| *known == purpose).count();
    assert!(of("look_up") >= 2 && of("write") == 2 && of("test") == 2, "{lines:?}");
    assert_eq!(said["hours"].as_array().map(|hours| hours.is_empty()), Some(false));
    for secret in [&number[1..], &number[3..], "AB12CD34", "Ana", &office.sim.token("desk").expect("a token")] {
        assert!(!said.to_string().contains(secret), "{secret} in {said}");
    }
    // The same, counted: by what for, and by whom.
    for range in ["day", "month"] {
        let used = office.get(&format!("/usage?account=crm&range={range}")).await;
        assert_eq!(used["total"]["write"].as_u64(), Some(2), "{used}");
        assert_eq!(used["total"]["look_up"].as_u64(), Some(of("look_up") as u64));
        let by: Vec<&str> = used["by"].as_array().expect("some").iter().filter_map(|by| by["agent"].as_str()).collect();
        assert_eq!(by, ["Ana"], "{used}");
        assert_eq!(used["windows"][0]["window"], "day");
        assert!(!used.to_string().contains(&number[1..]));
    }
    let none = office.get("/requests?account=other&limit=5").await;
    assert_eq!((&none["lines"], &none["hours"]), (&serde_json::json!([]), &serde_json::json!([])));
}

/// What an administrator has in the file, made into an account as the app and the server do.
async fn set_up(accounts: &[Account], secrets: &dyn SecretStore) -> Vec<AccountSetup> {
    setup::accounts(accounts, &Profiles::builtin(), secrets, &dial_plan()).await
}

fn in_the_file(name: &str, sim: &WolkvoxSim, more: &[(&str, i64)]) -> Account {
    let text = |text: &str| SettingValue::Text(text.into());
    let mut settings = BTreeMap::from([
        ("api_url".to_owned(), text(&sim.base_url())),
        ("server".to_owned(), text("0010")),
        ("token".to_owned(), SettingValue::Secret(SecretRef::Keyring(name.into()))),
    ]);
    settings.extend(more.iter().map(|(key, value)| ((*key).to_owned(), SettingValue::Number(*value))));
    Account { name: name.into(), connector: "wolkvox".into(), settings, ..Account::default() }
}

#[tokio::test]
async fn a_setting_that_was_saved_touches_only_the_accounts_it_is_about() {
    let mut office = Office::open().await;
    let crm = WolkvoxSim::start(WolkvoxConfig::default()).await.expect("the simulator starts");
    let other = WolkvoxSim::start(WolkvoxConfig::default()).await.expect("the simulator starts");
    let secrets = InMemory::default();
    for (name, sim) in [("crm", &crm), ("other", &other)] {
        secrets.write(name, sim.token("desk").expect("a token").into()).await.expect("kept");
    }
    let before = [in_the_file("crm", &crm, &[]), in_the_file("other", &other, &[])];
    office.hub.use_accounts(set_up(&before, &secrets).await).await;
    crm.adjust(|config| config.tokens[0].valid = false);
    let key = office.submit(submission(codify(CUSTOMER, "001"))).await;
    office.until(&key, waits(WaitReason::Gate)).await;
    office.desk.until("the gate", |desk| !desk.outbox.gates.is_empty()).await;
    assert_eq!(office.desk.outbox.gates[0].gate.why, GateReason::SignIn);
    let (asked, known) = (crm.requests().len(), office.hub.connections());

    let after = [in_the_file("crm", &crm, &[]), in_the_file("other", &other, &[("timeout_seconds", 9)])];
    office.hub.use_accounts(set_up(&after, &secrets).await).await;
    let (row, _) = office.look(&key).await;
    assert!(waits(WaitReason::Gate)(&row.state), "{row:?}");
    assert_eq!(crm.requests().len(), asked, "nobody asks anew");
    let state = |connections: &[ringcard_core::frame::Connection]| {
        connections.iter().find(|connection| connection.name == "crm").map(|connection| connection.state.clone())
    };
    assert!(matches!(state(&known), Some(ConnectionState::Trouble { .. })), "{known:?}");
    assert_eq!(state(&office.hub.connections()), state(&known), "what is known of its connection stays");
}
