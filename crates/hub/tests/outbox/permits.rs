//! Every request takes its permit, however many one question needs; accounts with one token share what it allows; and a
//! setting that was saved touches only the accounts it is about.

use super::*;
use ringcard_core::{
    frame::{ConnectionState, Unasked},
    submission::{GateReason, WaitReason},
};
use ringcard_hub::{
    config::{Account, SettingValue},
    secrets::{InMemory, SecretRef, SecretStore},
    setup::{self, Profiles},
};

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
    Account { name: name.into(), connector: "wolkvox".into(), push_from: Vec::new(), settings }
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
