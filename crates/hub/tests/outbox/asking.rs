//! What desks ask of campaigns and reports.

use super::{CUSTOMER, EXTENSION, Office, PREDICTIVE, PREVIEW, submission};
use crate::support::Desk;
use ringcard_core::{
    Timestamp,
    call::AgentId,
    campaign::{CallbackStyle, CampaignRecord, CodeList},
    frame::{Reply, Request, RequestErrorCode, Unasked},
    report::SmartWait,
    submission::{SubmissionState, Write},
};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);

impl Office {
    async fn records(&mut self, number: &str) -> (Vec<CampaignRecord>, Vec<Unasked>) {
        match self.desk.ask(Request::CampaignRecords { number: number.into() }).await {
            Ok(Reply::CampaignRecords { records, unasked }) => (records, unasked),
            other => panic!("records were answered with {other:?}"),
        }
    }

    async fn codes(&mut self, refresh: bool) -> (Vec<CodeList>, Vec<Unasked>) {
        match self.desk.ask(Request::Codes { refresh }).await {
            Ok(Reply::Codes { lists, unasked }) => (lists, unasked),
            other => panic!("codes were answered with {other:?}"),
        }
    }

    async fn smart_wait(&mut self, from: Timestamp, to: Timestamp) -> SmartWait {
        match self.desk.ask(Request::SmartWait { account: None, from, to }).await {
            Ok(Reply::SmartWait { report }) => report,
            other => panic!("a report was answered with {other:?}"),
        }
    }

    /// The first number of a customer of the list, as a phone reports it.
    pub fn number_of(&self, customer: u64) -> String {
        let id = customer.to_string();
        let records = [PREDICTIVE, PREVIEW].into_iter().flat_map(|campaign| self.sim.records(campaign));
        let record = records.into_iter().find(|record| record.customer_id == id).expect("the customer is there");
        format!("+{}", record.fields["tel1"])
    }
}

#[tokio::test]
async fn a_number_leads_to_its_records_in_every_campaign_and_each_can_be_coded() {
    let mut office = Office::open().await;
    // Only the predictive campaign has the first one, both have the fifteenth.
    let (records, unasked) = office.records(&office.number_of(CUSTOMER)).await;
    assert!(unasked.is_empty(), "{unasked:?}");
    assert_eq!(records.len(), 1, "{records:?}");
    assert_eq!(records[0].record.customer_id, CUSTOMER.to_string());
    let (records, _) = office.records(&office.number_of(CUSTOMER + 15)).await;
    let mut campaigns: Vec<&str> = records.iter().map(|record| record.record.campaign.0.as_str()).collect();
    campaigns.sort_unstable();
    assert_eq!(campaigns, [PREDICTIVE, PREVIEW]);
    for record in records {
        let write = Write::Codify {
            record: record.record,
            code: "001".into(),
            second_code: None,
            comment: String::new(),
            do_not_call: true,
        };
        let key = office.submit(submission(write)).await;
        office.done(&key).await;
    }
    let (records, _) = office.records("+36 1 999 9999").await;
    assert!(records.is_empty());
    let refused = office.desk.ask(Request::CampaignRecords { number: "nobody".into() }).await;
    assert_eq!(refused.expect_err("no number").code, RequestErrorCode::NotANumber);
}

#[tokio::test]
async fn an_account_that_cannot_be_asked_is_named_with_its_reason() {
    let mut office = Office::open().await;
    let number = office.number_of(CUSTOMER);
    office.sim.maintenance(true);
    let (records, unasked) = office.records(&number).await;
    assert!(records.is_empty());
    assert_eq!(unasked.len(), 1);
    assert!(unasked[0].account == "crm" && unasked[0].why.contains("takes no requests"), "{unasked:?}");
    office.desk.until("the gate that a look-up found", |desk| desk.outbox.gates.len() == 1).await;
    let (_, unasked) = office.records(&number).await;
    assert_eq!(unasked.len(), 1, "and nobody asks through a closed gate");
    assert_eq!(office.sim.requests().len(), 1);
}

#[tokio::test]
async fn codes_are_kept_and_given_while_nothing_can_be_reached_after_a_restart_too() {
    let mut office = Office::open().await;
    let (lists, _) = office.codes(false).await;
    assert_eq!((lists.len(), lists[0].account.as_str()), (1, "crm"));
    assert!(lists[0].first.iter().any(|code| code.code == "001" && code.label == "Contacto efectivo"));
    assert!(lists[0].second.iter().any(|code| code.code == "A01"));
    office.codes(false).await;
    assert_eq!(office.sim.requests_of("activity_codes").len(), 1, "fresh ones are not asked for again");
    office.sim.go_offline().await;
    let mut office = office.restarted().await;
    assert_eq!(office.codes(false).await, (lists.clone(), Vec::new()));
    let (still, unasked) = office.codes(true).await;
    assert_eq!((still, unasked.len()), (lists, 1), "and why they are not newer is said");
}

#[tokio::test]
async fn a_range_of_more_than_31_days_comes_in_parts_and_is_one_report() {
    let mut office = Office::open().await;
    let now = office.clock.now();
    let report = office.smart_wait(now.before(DAY * 38), now).await;
    assert_eq!(office.sim.requests_of("diagram_2").len(), 2);
    assert_eq!((report.account.as_str(), report.may_be_cut), ("crm", false));
    assert_eq!(report.rows.len(), 3, "{:?}", report.rows);
    for row in &report.rows {
        assert_eq!(row.accepted, row.callback_failed + row.callback_reached);
        assert_eq!(row.entered, row.accepted + row.declined);
    }
    let total = |report: &SmartWait| report.rows.iter().map(|row| row.entered).sum::<u32>();
    let week = office.smart_wait(now.before(DAY * 7), now).await;
    assert!(total(&week) < total(&report));
    office.smart_wait(now.before(DAY * 38), now).await;
    assert_eq!(office.sim.requests_of("diagram_2").len(), 3, "the same question is asked once in five minutes");
    let Ok(Reply::Budgets { budgets }) = office.desk.ask(Request::Budgets).await else { panic!("no budgets") };
    assert_eq!(budgets[0].windows[0].used, 3, "every request counts, and an answer that was known does not");
}

#[tokio::test]
async fn a_range_that_cannot_be_is_refused_as_the_question_it_is() {
    let mut office = Office::open().await;
    let now = office.clock.now();
    for (from, to, words) in
        [(now, now.before(DAY), "ends before it begins"), (now.after(DAY), now.after(DAY * 2), "in the future")]
    {
        let refused = office.desk.ask(Request::SmartWait { account: None, from, to }).await.expect_err("refused");
        assert_eq!(refused.code, RequestErrorCode::Invalid);
        assert!(refused.message.contains(words), "{refused}");
    }
    let asked = Request::SmartWait { account: Some("nobody".into()), from: now.before(DAY), to: now };
    assert_eq!(office.desk.ask(asked).await.expect_err("refused").code, RequestErrorCode::NoAccount);
    assert!(office.sim.requests().is_empty(), "nothing was asked for that");
}

#[tokio::test]
async fn an_agents_calls_without_a_code_are_listed_until_they_are_coded() {
    let mut office = Office::open().await;
    let now = office.clock.now();
    let asked = Request::NotCoded { account: None, from: now.before(DAY * 30), to: now };
    let calls = match office.desk.ask(asked.clone()).await {
        Ok(Reply::NotCoded { calls }) => calls,
        other => panic!("{other:?}"),
    };
    assert!(!calls.is_empty() && calls.iter().all(|call| call.account == "crm" && call.customer_id.is_some()));
    assert!(calls.is_sorted_by_key(|call| std::cmp::Reverse(call.at)), "newest first");
}

#[tokio::test]
async fn a_promised_call_back_is_in_the_agents_own_list_only() {
    let mut office = Office::open().await;
    let at = office.clock.now().after(Duration::from_secs(5 * 3600));
    let mut before = None;
    for round in 0..2 {
        let callbacks = match office.desk.ask(Request::Callbacks).await {
            Ok(Reply::Callbacks { callbacks, unasked }) if unasked.is_empty() => callbacks,
            other => panic!("{other:?}"),
        };
        assert!(callbacks.iter().all(|callback| callback.agent.as_deref() == Some(EXTENSION)), "{callbacks:?}");
        if round == 1 {
            assert_eq!(before, Some(callbacks.len() - 1));
            break;
        }
        before = Some(callbacks.len());
        let promised = Write::ScheduleCallback {
            record: super::record(CUSTOMER),
            at,
            number: office.number_of(CUSTOMER),
            style: CallbackStyle::Agent,
            agent_id: Some(EXTENSION.into()),
        };
        let key = office.submit(submission(promised)).await;
        let row = office.until(&key, |state| state.is_over() || state.needs_a_person()).await;
        assert!(matches!(row.state, SubmissionState::Done { .. }), "{row:?}");
    }
    // Somebody the hub does not know sees nobody's.
    let mut nobody = Desk::open(office.hub.connect(AgentId("Nobody".into())), "Nobody").await;
    let refused = nobody.ask(Request::Callbacks).await.expect_err("refused");
    assert_eq!(refused.code, RequestErrorCode::NoExtension);
}
