//! The same over REST, for scripts and other programs.

use super::{CUSTOMER, Office, PREDICTIVE, codify, submission};
use crate::support::{TOKEN, client};
use reqwest::Method;
use ringcard_core::{
    frame::{Request, RequestErrorCode},
    submission::{OutboxAct, SubmissionState, WaitReason},
};
use ringcard_sim::wolkvox::Misbehaviour;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

impl Office {
    async fn rest(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let bound = self.hub.listening().as_ref().expect("bound").expect("an address");
        let request = client().request(method, format!("http://{bound}/v1{path}")).bearer_auth(TOKEN);
        let request = body.iter().fold(request, |request, body| request.json(body));
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        (status, answer.json().await.expect("every answer is JSON"))
    }

    pub(super) async fn get(&self, path: &str) -> Value {
        let (status, body) = self.rest(Method::GET, path, None).await;
        assert_eq!(status, 200, "{path}: {body}");
        body
    }

    async fn post(&self, path: &str, body: Value) -> (u16, Value) {
        self.rest(Method::POST, path, Some(body)).await
    }

    /// Waits until a row's state is of this kind.
    pub(super) async fn until_rest(&self, key: &str, kind: &str) -> Value {
        let end = Instant::now() + Duration::from_secs(20);
        loop {
            let row = self.get(&format!("/outbox/{key}")).await;
            if row["row"]["state"]["kind"] == kind {
                return row;
            }
            assert!(Instant::now() < end, "never {kind}: {row}");
            tokio::task::yield_now().await;
        }
    }
}

fn code(status_and_body: &(u16, Value)) -> (u16, &str) {
    (status_and_body.0, status_and_body.1["error"]["code"].as_str().unwrap_or_default())
}

#[tokio::test]
async fn a_script_finds_a_record_codes_it_and_sees_it_arrive() {
    let office = Office::open().await;
    let number = office.number_of(CUSTOMER).replace('+', "%2B");
    let found = office.get(&format!("/campaign-records?number={number}")).await;
    assert_eq!(found["unasked"], json!([]));
    let record = &found["records"][0]["record"];
    let body = json!({ "record": record, "code": "001", "comment": "by a script", "do_not_call": true, "key": "s-1" });
    let (status, answer) = office.post("/codifications", body.clone()).await;
    assert_eq!((status, answer), (202, json!({ "key": "s-1", "known": false })));
    let row = office.until_rest("s-1", "done").await;
    assert_eq!(row["attempts"][0]["outcome"], "done");
    assert_eq!(office.post("/codifications", body).await, (202, json!({ "key": "s-1", "known": true })));
    assert_eq!(office.coded(CUSTOMER), 1);
    let over = office.get("/outbox?filter=over&account=crm").await;
    assert_eq!((over["rows"].as_array().map(Vec::len), &over["more"]), (Some(1), &json!(false)));
    assert_eq!(office.get("/outbox?filter=over&account=other").await["rows"], json!([]));
    let budgets = office.get("/budgets").await;
    let day = &budgets["budgets"][0]["windows"][0];
    assert_eq!((&day["window"], &day["limit"], &day["reserved"]), (&json!("day"), &json!(10_000), &json!(1_000)));
    assert!(day["left"].as_u64() < Some(10_000) && day["resets_at"].as_i64() > Some(0), "{day}");
}

#[tokio::test]
async fn a_parked_row_is_edited_retried_marked_and_discarded_by_whoever_is_named() {
    let office = Office::open().await;
    let park = async |customer: u64| {
        let record = json!({ "account": "crm", "campaign": PREDICTIVE, "kind": "predictive", "customer_id": customer.to_string() });
        let (status, answer) = office.post("/codifications", json!({ "record": record, "code": "999" })).await;
        assert_eq!(status, 202, "{answer}");
        let key = answer["key"].as_str().expect("a key").to_owned();
        office.until_rest(&key, "parked").await;
        key
    };
    let key = park(CUSTOMER).await;
    let waiting = office.get("/outbox?filter=needs_a_person").await;
    assert_eq!(waiting["rows"][0]["state"]["why"], "invalid");
    assert!(waiting["rows"][0]["last_answer"].as_str().is_some_and(|said| said.contains("999")));
    let (status, again) = office.post(&format!("/outbox/{key}/retry?agent=Eva"), json!({})).await;
    assert_eq!((status, &again["key"]), (200, &json!(key)));
    let edit = Some(json!(codify(CUSTOMER, "001")));
    let end = Instant::now() + Duration::from_secs(20);
    // While the repeated attempt is under way, the edit goes after it; either way it is what counts in the end.
    let edited = loop {
        let (status, edited) = office.rest(Method::PUT, &format!("/outbox/{key}?agent=Eva"), edit.clone()).await;
        if status == 200 {
            break edited["key"].as_str().expect("a key").to_owned();
        }
        assert!(status == 503 && Instant::now() < end, "{status} {edited}");
    };
    if edited == key {
        let row = office.until_rest(&key, "done").await;
        assert!(row["attempts"].to_string().contains("Eva"), "{row}");
    }
    let key = park(CUSTOMER + 1).await;
    assert_eq!(office.post(&format!("/outbox/{key}/discard"), json!({})).await.0, 200);
    office.until_rest(&key, "discarded").await;
    let key = park(CUSTOMER + 2).await;
    assert_eq!(office.post(&format!("/outbox/{key}/mark-done"), json!({})).await.0, 200);
    office.until_rest(&key, "done").await;
    assert_eq!(code(&office.post(&format!("/outbox/{key}/retry"), json!({})).await), (404, "not_found"));
    assert_eq!(code(&office.rest(Method::GET, "/outbox/nothing", None).await), (404, "not_found"));
    assert_eq!((office.coded(CUSTOMER + 1), office.coded(CUSTOMER + 2)), (0, 0));
}

#[tokio::test]
async fn the_list_comes_in_pages_and_a_row_under_way_cannot_be_discarded() {
    let office = Office::open().await;
    office.sim.misbehave_until_cleared("codify", Misbehaviour::Hang { applied: false });
    for customer in 0..7 {
        let Some(record) = json!(codify(CUSTOMER + customer, "001")).get("record").cloned() else { unreachable!() };
        let body = json!({ "record": record, "code": "001", "key": format!("p{customer}"), "agent": "Eva" });
        assert_eq!(office.post("/codifications", body).await.0, 202);
    }
    office.until_rest("p0", "sending").await;
    let bound = office.hub.listening().as_ref().expect("bound").expect("an address");
    let metrics = client().get(format!("http://{bound}/metrics")).send().await.expect("an answer");
    let metrics = metrics.text().await.expect("text");
    assert!(metrics.contains("\nringcard_outbox_waiting 7\n"), "{metrics}");
    assert_eq!(code(&office.post("/outbox/p0/discard", json!({})).await), (503, "busy"));
    let mut keys: Vec<String> = Vec::new();
    loop {
        let after = keys.last().map(|key| format!("&after={key}")).unwrap_or_default();
        let page = office.get(&format!("/outbox?limit=3&agent=Eva{after}")).await;
        let rows = page["rows"].as_array().expect("rows");
        keys.extend(rows.iter().map(|row| row["submission"]["key"].as_str().expect("a key").to_owned()));
        if page["more"] == false {
            break;
        }
        assert_eq!(rows.len(), 3);
    }
    keys.sort();
    assert_eq!(keys, ["p0", "p1", "p2", "p3", "p4", "p5", "p6"]);
    assert_eq!(office.get("/outbox?agent=Nobody").await["rows"], json!([]));
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_with_words_and_nothing_is_kept() {
    let office = Office::open().await;
    let record = json!({ "account": "crm", "campaign": PREDICTIVE, "kind": "predictive", "customer_id": "10000001" });
    let with = |field: &str, value: Value| {
        let mut body = json!({ "record": record, "code": "001" });
        body[field] = value;
        body
    };
    let of = |field: &str, value: Value| {
        let mut record = record.clone();
        record[field] = value;
        with("record", record)
    };
    let cases = [
        (with("comment", json!("x".repeat(100 * 1024))), 400, "invalid", "at most 4000"),
        (with("comment", json!("x".repeat(1100 * 1024))), 413, "unreadable", "a megabyte"),
        // The answer comes through, whatever of it was on its way.
        (with("comment", json!("x".repeat(12 << 20))), 413, "unreadable", "a megabyte"),
        (with("comment", json!("é".repeat(2035))), 400, "invalid", "has 2035 characters, at most 2000 can be sent"),
        (with("second_code", json!("A 01")), 400, "invalid", "the second code contains characters"),
        (with("code", json!("")), 400, "invalid", "the code is missing"),
        (with("code", json!("00\u{7}1")), 400, "invalid", "characters that cannot be sent"),
        (with("key", json!("../../etc")), 400, "invalid", "the key"),
        (with("kode", json!("001")), 422, "unreadable", "kode"),
        (of("customer_id", json!("1\r\nX: y")), 400, "invalid", "the customer's id"),
        (of("account", json!("nobody")), 400, "no_account", "nobody"),
        (of("kind", json!("manual")), 422, "unreadable", "manual"),
        (json!({ "code": "001" }), 422, "unreadable", "record"),
    ];
    for (body, status, word, words) in cases {
        let refused = office.post("/codifications", body).await;
        assert_eq!(code(&refused), (status, word), "{}", refused.1);
        assert!(refused.1["error"]["message"].as_str().is_some_and(|message| message.contains(words)), "{}", refused.1);
    }
    assert_eq!(office.get("/outbox").await["rows"], json!([]));
    // A comment keeps its words, and loses what cannot be seen.
    let said = office.post("/codifications", with("comment", json!("a\u{0}b\u{1b}\r\nc"))).await;
    office.until_rest(said.1["key"].as_str().expect("a key"), "done").await;
    assert_eq!(office.sim.records(PREDICTIVE)[0].comment, "ab c");
}

#[tokio::test]
async fn a_question_that_cannot_be_answered_is_400_in_the_form_of_every_error() {
    let office = Office::open().await;
    let cases = [
        ("/campaign-records", "invalid"),
        ("/campaign-records?number=nobody", "not_a_number"),
        ("/outbox?limit=many", "invalid"),
        ("/outbox?filter=everything", "invalid"),
        ("/reports/smart-wait?from=yesterday&to=0", "invalid"),
        ("/reports/smart-wait?from=2026-11-02T00:00:00Z&to=2026-11-01T00:00:00Z", "invalid"),
        ("/reports/smart-wait?from=2090-01-01T00:00:00Z&to=2090-01-02T00:00:00Z", "invalid"),
        ("/reports/smart-wait?from=-9223372036854775808&to=9223372036854775807", "invalid"),
        ("/reports/smart-wait?account=nobody&from=0&to=1", "no_account"),
        ("/reports/not-coded?agent=Nobody&from=0&to=1", "invalid"),
        ("/callbacks?agent=Nobody", "invalid"),
    ];
    for (path, word) in cases {
        let refused = office.rest(Method::GET, path, None).await;
        assert_eq!(code(&refused), (400, word), "{path}: {}", refused.1);
        assert!(refused.1["error"]["message"].as_str().is_some_and(|message| !message.is_empty()));
    }
    assert!(office.sim.requests().is_empty(), "none of them left the house");
}

#[tokio::test]
async fn codes_campaigns_call_backs_and_reports_can_be_read_by_scripts() {
    let office = Office::open().await;
    assert_eq!(office.get("/codes").await["lists"][0]["first"][0]["code"], "001");
    let campaigns = office.get("/campaigns").await;
    assert!(campaigns["campaigns"].as_array().is_some_and(|campaigns| campaigns.len() == 4), "{campaigns}");
    let everybodys = office.get("/callbacks").await["callbacks"].as_array().map(Vec::len);
    let anas = office.get("/callbacks?agent=Ana").await["callbacks"].as_array().map(Vec::len);
    assert!(anas < everybodys && anas > Some(0), "{anas:?} of {everybodys:?}");
    let now = office.clock.now().0;
    let range = format!("from={}&to={now}", now - 20 * 24 * 3_600_000);
    let report = office.get(&format!("/reports/smart-wait?account=crm&{range}")).await;
    assert!(report["rows"].as_array().is_some_and(|rows| rows.len() == 3), "{report}");
    let calls = office.get(&format!("/reports/not-coded?agent=Ana&{range}")).await;
    assert!(calls["calls"].as_array().is_some_and(|calls| !calls.is_empty()), "{calls}");
    office.sim.maintenance(true);
    // Another range, which is not answered already.
    let path = format!("/reports/smart-wait?from={}&to={now}", now - 24 * 3_600_000);
    let refused = office.rest(Method::GET, &path, None).await;
    assert_eq!(code(&refused), (503, "busy"), "{}", refused.1);
}

#[tokio::test]
async fn nothing_is_told_without_the_token() {
    let office = Office::open().await;
    let bound = office.hub.listening().as_ref().expect("bound").expect("an address");
    for path in ["outbox", "budgets", "codes", "campaign-records?number=1", "reports/smart-wait", "outbox/x"] {
        let answer = client().get(format!("http://{bound}/v1/{path}")).send().await.expect("an answer");
        assert_eq!(answer.status(), 401, "{path}");
    }
}

#[tokio::test]
async fn what_is_changed_for_an_account_that_takes_nothing_is_refused_as_when_it_is_made() {
    let mut office = Office::open().await;
    let key = office.submit(submission(codify(CUSTOMER, "999"))).await;
    office.until_rest(&key.0, "parked").await;
    let mut write = json!(codify(CUSTOMER, "001"));
    write["record"]["account"] = json!("nowhere");
    let made = office.post("/codifications", json!({ "record": write["record"], "code": "001" })).await;
    let changed = office.rest(Method::PUT, &format!("/outbox/{}", key.0), Some(write.clone())).await;
    assert_eq!(code(&made), (400, "no_account"), "{}", made.1);
    assert_eq!(changed, made);
    let act = OutboxAct::Edit { write: serde_json::from_value(write).expect("a write") };
    let refused = office.desk.ask(Request::OutboxAct { key: key.clone(), act }).await;
    assert_eq!(refused.expect_err("a desk's change").code, RequestErrorCode::NoAccount);
    let row = office.get(&format!("/outbox/{}", key.0)).await;
    assert_eq!(row["row"]["submission"]["write"]["record"]["account"], "crm", "it stays as it was");
}

#[tokio::test]
async fn what_was_taken_before_is_known_though_its_account_is_gone_since() {
    let office = Office::open().await;
    let write = json!(codify(CUSTOMER, "001"));
    let body = |key: &str| json!({ "record": write["record"], "code": "001", "second_code": "A01", "key": key });
    assert_eq!(office.post("/codifications", body("heard")).await.0, 202);
    office.hub.use_accounts(Vec::new()).await;
    let again = office.post("/codifications", body("heard")).await;
    assert_eq!(again, (202, json!({ "key": "heard", "known": true })));
    let new = office.post("/codifications", body("new")).await;
    assert_eq!(code(&new), (400, "no_account"), "{}", new.1);
}

#[tokio::test]
async fn a_code_that_takes_the_place_of_an_unsent_one_names_it_and_one_that_needs_another_waits_for_it() {
    let mut office = Office::open().await;
    office.sim.spend(10_000);
    let first = office.submit(submission(codify(CUSTOMER, "001"))).await;
    office.until(&first, |state| matches!(state, SubmissionState::Waiting { why: WaitReason::Gate, .. })).await;
    let body = |customer: u64, key: &str, needs: Option<&str>| {
        let write = json!(codify(customer, "001"));
        let mut body = json!({ "record": write["record"], "code": "001", "comment": key, "key": key });
        if let Some(needs) = needs {
            body["needs"] = json!(needs);
        }
        body
    };
    let older = office.post("/codifications", body(CUSTOMER + 1, "older", None)).await;
    assert_eq!(older, (202, json!({ "key": "older", "known": false })));
    let newer = office.post("/codifications", body(CUSTOMER + 1, "newer", None)).await;
    assert_eq!(newer, (202, json!({ "key": "newer", "known": false, "replaced": "older" })));
    assert_eq!(office.until_rest("older", "replaced").await["row"]["state"]["by"], "newer");
    assert_eq!(office.post("/codifications", body(CUSTOMER + 2, "needing", Some("newer"))).await.0, 202);
    let waits = office.until_rest("needing", "waiting").await;
    assert_eq!(
        (&waits["row"]["submission"]["needs"], &waits["row"]["state"]["why"]),
        (&json!("newer"), &json!("needs"))
    );
    let lost = office.post("/codifications", body(CUSTOMER + 2, "lost", Some("nobody"))).await;
    assert_eq!(code(&lost), (400, "invalid"), "{}", lost.1);
    office.next_day().await;
    office.until_rest("needing", "done").await;
    assert_eq!((office.coded(CUSTOMER + 1), office.coded(CUSTOMER + 2)), (1, 1));
}
