use super::support::*;
use ringcard_connect::{Attempt, Looked, Writes};
use ringcard_core::{
    campaign::{CallbackStyle, CampaignId, CampaignKind},
    submission::{GateReason, ParkReason, Submission, Write},
};
use ringcard_sim::wolkvox::{CodeStyle, Misbehaviour, OnUnknown, StatusStyle, Style};
use std::time::Duration;

/// The end's kind, so that tests compare words and not sentences.
fn word(attempt: &Attempt) -> String {
    assert_no_secret(&format!("{attempt:?}"));
    match attempt {
        Attempt::Done { .. } => "done".to_owned(),
        Attempt::NotSent { .. } => "not sent".to_owned(),
        Attempt::Unknown { .. } => "unknown".to_owned(),
        Attempt::Refused { why, .. } => format!("refused {why:?}"),
        Attempt::Closed { why, .. } => format!("closed {why:?}"),
        Attempt::Taken { .. } => "taken".to_owned(),
    }
}

fn add(customer: &str) -> Submission {
    submission(Write::AddRecord {
        account: "wolkvox".to_owned(),
        campaign: CampaignId(PREDICTIVE.to_owned()),
        campaign_kind: CampaignKind::Predictive,
        customer_id: customer.to_owned(),
        customer_name: "Nueva".to_owned(),
        numbers: vec!["3001112233".to_owned()],
        fields: vec![("opt1".to_owned(), "gold".to_owned())],
    })
}

fn callback(agent: Option<&str>, style: CallbackStyle, hours: u64) -> Write {
    Write::ScheduleCallback {
        record: record(PREDICTIVE, CampaignKind::Predictive, CUSTOMER),
        at: now().after(Duration::from_secs(hours * 3600)),
        number: "3001112233".to_owned(),
        style,
        agent_id: agent.map(str::to_owned),
    }
}

#[tokio::test]
async fn a_record_is_coded_as_the_documents_say() {
    let sim = sim().await;
    let wolkvox = account_with(&sim, &[("second_code", "true")], TOKEN);
    let attempt = wolkvox.write_one(&codify(CUSTOMER, "reached\r\nby e-mail\u{7}")).await;
    assert!(matches!(&attempt, Attempt::Done { answer, .. } if answer.contains("coded")), "{attempt:?}");
    assert_eq!(sim.coded(PREDICTIVE, CUSTOMER), 1);
    let asked = sim.requests_of("codify").remove(0);
    assert_eq!(asked.method, "PUT");
    assert_eq!(asked.parameter("type_campaign"), Some("predictive"));
    assert_eq!(asked.header("wolkvox_server"), Some("0010"));
    let body = asked.json().expect("JSON");
    assert_eq!(
        body,
        serde_json::json!({ "cod_act": "001", "cod_act_2": "A01", "comment": "reached by e-mail", "customer_id": CUSTOMER })
    );
    sim.shutdown().await;
}

#[tokio::test]
async fn the_second_code_is_left_out_where_the_operation_uses_none() {
    let sim = sim_with(|config| config.second_codes = false).await;
    let wolkvox = account(&sim);
    assert_eq!(word(&wolkvox.write_one(&codify(CUSTOMER, "")).await), "done");
    let body = sim.requests_of("codify").remove(0).json().expect("JSON");
    assert!(body.get("cod_act_2").is_none() && body["comment"] == "", "{body}");
    sim.shutdown().await;
}

#[tokio::test]
async fn a_success_is_known_in_every_style_of_code_and_status() {
    let sim = sim().await;
    let wolkvox = account(&sim);
    for code in [CodeStyle::Documented, CodeStyle::Number, CodeStyle::Text, CodeStyle::Empty, CodeStyle::Zero] {
        for status in [StatusStyle::SameAsCode, StatusStyle::SuccessIs200, StatusStyle::Always200] {
            sim.adjust(|config| config.style = Style { code, status, ..Style::default() });
            assert_eq!(word(&wolkvox.write_one(&codify(CUSTOMER, "x")).await), "done", "{code:?} {status:?}");
            let gone = wolkvox.write_one(&codify("99999999", "x")).await;
            assert!(matches!(gone, Attempt::Refused { .. }), "{code:?} {status:?} {gone:?}");
        }
    }
    sim.shutdown().await;
}

#[tokio::test]
async fn what_came_of_a_write_is_told_for_every_way_to_fail() {
    let cases = [
        (Misbehaviour::Hang { applied: false }, "unknown"),
        (Misbehaviour::Hang { applied: true }, "unknown"),
        (Misbehaviour::ApplyThenCut, "unknown"),
        (Misbehaviour::CutAnswer, "unknown"),
        (Misbehaviour::CloseBeforeReading, "unknown"),
        (Misbehaviour::Garbage { applied: true }, "unknown"),
        (Misbehaviour::ServerError { status: 500, applied: true }, "unknown"),
        (Misbehaviour::ServerError { status: 502, applied: false }, "unknown"),
        (Misbehaviour::ServerError { status: 503, applied: false }, "not sent"),
        (Misbehaviour::Huge { bytes: 1 << 20 }, "unknown"),
        (Misbehaviour::Redirect { location: "http://127.0.0.1:9/x".into() }, "closed Offline"),
        (Misbehaviour::Slow { ms: 50 }, "done"),
    ];
    let sim = sim().await;
    let wolkvox = impatient(&sim);
    for (misbehaviour, expected) in cases {
        let before = sim.requests().len();
        sim.misbehave("codify", misbehaviour.clone());
        let attempt = wolkvox.write_one(&codify(CUSTOMER, "x")).await;
        assert_eq!(word(&attempt), expected, "{misbehaviour:?}");
        assert_eq!(sim.requests().len(), before + 1, "{misbehaviour:?}: sent once, and nowhere else");
    }
    sim.shutdown().await;
}

#[tokio::test]
async fn every_row_of_the_error_table_becomes_what_the_outbox_must_know() {
    let table = [
        (400, "THE API YOU WANT TO CONSULT DOES NOT EXIST", "refused Refused"),
        (400, "SOME PARAMETERS ARE REQUIRED", "refused Invalid"),
        (401, "PLEASE ENTER THE WOLKVOX-TOKEN", "closed SignIn"),
        (403, "TOKEN LIMIT EXCEEDED", "closed DayQuota"),
        (403, "EXCEEDS THE LIMIT OF SIMULTANEOUS REQUESTS PER TOKEN (2)", "closed Pace"),
        (403, "PLEASE VALIDATE TOKEN", "closed SignIn"),
        (403, "COPIA DE SEGURIDAD EN CURSO", "closed Maintenance"),
        (404, "NO RECORDS WERE FOUND", "refused Gone"),
        (405, "METHOD NOT ALLOWED", "refused Refused"),
        (412, "PRECONDITION FAILED", "refused Invalid"),
        (416, "RANGE", "refused Invalid"),
        (417, "EXPECTATION FAILED", "refused Invalid"),
    ];
    let sim = sim().await;
    let wolkvox = account(&sim);
    for style in [StatusStyle::SameAsCode, StatusStyle::Always200] {
        sim.adjust(|config| config.style.status = style);
        for (status, message, expected) in table {
            sim.misbehave("codify", Misbehaviour::Refuse { status, message: message.into() });
            assert_eq!(
                word(&wolkvox.write_one(&codify(CUSTOMER, "x")).await),
                expected,
                "{status} {message} {style:?}"
            );
        }
    }
    assert_eq!(sim.coded(PREDICTIVE, CUSTOMER), 0);
    sim.shutdown().await;
}

#[tokio::test]
async fn limits_of_the_real_door_are_known() {
    let sim = sim_with(|config| config.licences = 1).await;
    let wolkvox = account(&sim);
    sim.maintenance(true);
    assert_eq!(word(&wolkvox.write_one(&codify(CUSTOMER, "x")).await), "closed Maintenance");
    sim.maintenance(false);
    sim.spend(1000);
    match wolkvox.write_one(&codify(CUSTOMER, "x")).await {
        Attempt::Closed { why: GateReason::DayQuota, until: Some(until), .. } => {
            assert!(until > now() && until <= now().after(Duration::from_secs(24 * 3600)), "{until:?}");
        }
        other => panic!("{other:?}"),
    }
    let wrong = account_with(&sim, &[], "an0ther token");
    assert_eq!(word(&wrong.write_one(&codify(CUSTOMER, "x")).await), "closed SignIn");
    sim.go_offline().await;
    let offline = wolkvox.write_one(&codify(CUSTOMER, "x")).await;
    assert!(matches!(&offline, Attempt::NotSent { detail, .. } if detail.contains("allowed IPs")), "{offline:?}");
    sim.shutdown().await;
}

#[tokio::test]
async fn what_wolkvox_does_not_know_is_refused_and_a_vanished_record_is_gone() {
    let sim = sim().await;
    let wolkvox = account(&sim);
    let gone = wolkvox.write_one(&codify("99999999", "x")).await;
    assert_eq!(word(&gone), "refused Gone", "{gone:?}");
    let mut wrong_kind = codify(CUSTOMER, "x");
    if let Write::Codify { record, .. } = &mut wrong_kind.write {
        record.kind = CampaignKind::Preview;
    }
    assert!(matches!(wolkvox.write_one(&wrong_kind).await, Attempt::Refused { .. }));
    let mut wrong_code = codify(CUSTOMER, "x");
    if let Write::Codify { code, .. } = &mut wrong_code.write {
        *code = "777".to_owned();
    }
    assert_eq!(word(&wolkvox.write_one(&wrong_code).await), "refused Invalid");
    sim.shutdown().await;
}

#[tokio::test]
async fn what_could_never_be_taken_is_not_sent_at_all() {
    let sim = sim().await;
    let wolkvox = account(&sim);
    let mut bad = vec![codify(CUSTOMER, &"x".repeat(100 * 1024)), codify("", "x"), codify("1\r\nX: y", "x")];
    for (key, value) in [("campaign", "72 24"), ("campaign", "7224&api=remove_record"), ("code", ""), ("code", "a b")] {
        let mut submission = codify(CUSTOMER, "x");
        if let Write::Codify { record, code, .. } = &mut submission.write {
            match key {
                "campaign" => record.campaign = CampaignId(value.to_owned()),
                _ => *code = value.to_owned(),
            }
        }
        bad.push(submission);
    }
    for field in [("opt1", 101), ("opt12", 201), ("opt13", 1), ("agent_id", 1), ("tel3", 1)] {
        let mut submission = add("500");
        if let Write::AddRecord { fields, .. } = &mut submission.write {
            *fields = vec![(field.0.to_owned(), "x".repeat(field.1))];
        }
        bad.push(submission);
    }
    bad.push(submission(callback(None, CallbackStyle::Agent, 1)));
    for submission in bad {
        assert_eq!(word(&wolkvox.write_one(&submission).await), "refused Invalid", "{submission:?}");
    }
    assert!(sim.requests().is_empty());
    let late = submission(Write::ScheduleCallback {
        record: record(PREDICTIVE, CampaignKind::Predictive, CUSTOMER),
        at: now().before(Duration::from_secs(1)),
        number: "3001112233".to_owned(),
        style: CallbackStyle::Dialler,
        agent_id: None,
    });
    assert!(matches!(wolkvox.write_one(&late).await, Attempt::Refused { why: ParkReason::Expired, .. }));
    assert!(sim.requests().is_empty());
    sim.shutdown().await;
}

#[tokio::test]
async fn a_time_out_after_the_record_was_coded_codes_it_again_harmlessly() {
    let sim = sim().await;
    let wolkvox = account(&sim);
    let submission = codify(CUSTOMER, "x");
    assert!(wolkvox.is_idempotent(&submission) && wolkvox.counts_against_day(&submission));
    sim.misbehave("codify", Misbehaviour::ApplyThenCut);
    assert_eq!(word(&wolkvox.write_one(&submission).await), "unknown");
    assert_eq!(wolkvox.look_for(&submission).await, Looked::CannotTell);
    assert_eq!(word(&wolkvox.write_one(&submission).await), "done");
    sim.shutdown().await;
}

#[tokio::test]
async fn an_added_record_is_found_again_when_its_answer_was_lost_and_missed_when_it_never_came() {
    for settings in [&[][..], &[("key_field", "opt12")][..]] {
        let sim = sim().await;
        let wolkvox = account_with(&sim, settings, TOKEN);
        let (lost, never) = (add("500"), add("501"));
        assert!(!wolkvox.is_idempotent(&lost));
        sim.misbehave("add_record", Misbehaviour::ApplyThenCut);
        assert_eq!(word(&wolkvox.write_one(&lost).await), "unknown");
        assert!(matches!(wolkvox.look_for(&lost).await, Looked::Written { .. }));
        sim.misbehave("add_record", Misbehaviour::CloseBeforeReading);
        assert_eq!(word(&wolkvox.write_one(&never).await), "unknown");
        assert_eq!(wolkvox.look_for(&never).await, Looked::NotWritten);
        assert_eq!(word(&wolkvox.write_one(&never).await), "done");
        assert_eq!(sim.records(PREDICTIVE).iter().filter(|r| r.customer_id == "500").count(), 1);
        // a second wish for the same customer is told apart by the key alone
        let again = add("500");
        let told_apart = matches!(wolkvox.look_for(&again).await, Looked::NotWritten);
        assert_eq!(told_apart, !settings.is_empty());
        sim.shutdown().await;
    }
}

#[tokio::test]
async fn adding_a_record_leaves_the_dialler_as_it_is() {
    let sim = sim().await;
    let wolkvox = account(&sim);
    assert_eq!(word(&wolkvox.write_one(&add("500")).await), "done");
    let mut stopped = add("500");
    if let Write::AddRecord { campaign, .. } = &mut stopped.write {
        *campaign = CampaignId("7225".to_owned());
    }
    assert_eq!(word(&wolkvox.write_one(&stopped).await), "done");
    let started = |id: &str| sim.campaigns().iter().find(|c| c.id == id).is_some_and(|c| c.started);
    assert!(started(PREDICTIVE) && !started("7225"));
    let words: Vec<_> =
        sim.requests_of("add_record").iter().map(|r| r.parameter("campaign_status").map(str::to_owned)).collect();
    assert_eq!(words, [Some("start".to_owned()), Some("stop".to_owned())]);
    sim.misbehave("campaigns", Misbehaviour::ApplyThenCut);
    assert_eq!(word(&wolkvox.write_one(&add("502")).await), "not sent", "only the question was lost");
    sim.shutdown().await;
}

#[tokio::test]
async fn a_preview_record_is_added_for_its_agent() {
    let sim = sim().await;
    let wolkvox = account(&sim);
    let mut preview = add("500");
    if let Write::AddRecord { campaign, campaign_kind, fields, .. } = &mut preview.write {
        *campaign = CampaignId(PREVIEW.to_owned());
        *campaign_kind = CampaignKind::Preview;
        fields.push(("agent_id".to_owned(), AGENT.to_owned()));
    }
    assert_eq!(word(&wolkvox.write_one(&preview).await), "done");
    let asked = sim.requests_of("add_record").remove(0);
    assert_eq!((asked.parameter("type_campaign"), asked.parameter("campaign_status")), (Some("preview"), None));
    assert_eq!(asked.json().expect("JSON")[0]["agent_id"], AGENT);
    sim.shutdown().await;
}

#[tokio::test]
async fn call_backs_are_made_moved_and_taken_away_and_lost_answers_are_looked_into() {
    let sim = sim().await;
    let wolkvox = account(&sim);
    for (agent, style) in [(Some(AGENT), CallbackStyle::Agent), (Some(AGENT), CallbackStyle::Dialler)] {
        let made = submission(callback(agent, style, 3));
        assert!(!wolkvox.is_idempotent(&made) && !wolkvox.counts_against_day(&made));
        assert_eq!(wolkvox.look_for(&made).await, Looked::NotWritten);
        sim.misbehave("agentbox/recall", Misbehaviour::ApplyThenCut);
        assert_eq!(word(&wolkvox.write_one(&made).await), "unknown");
        assert!(matches!(wolkvox.look_for(&made).await, Looked::Written { .. }));

        let Write::ScheduleCallback { record, number, agent_id, .. } = made.write.clone() else { unreachable!() };
        let at = now().after(Duration::from_secs(5 * 3600));
        let moved = Write::ChangeCallback {
            record: record.clone(),
            at,
            number: number.clone(),
            style,
            agent_id: agent_id.clone(),
        };
        let moved = submission(moved);
        assert_eq!(word(&wolkvox.write_one(&moved).await), "done");
        assert!(matches!(wolkvox.look_for(&moved).await, Looked::Written { .. }));

        let cancelled = submission(Write::CancelCallback { record, number, style, agent_id });
        assert_eq!(wolkvox.look_for(&cancelled).await, Looked::NotWritten, "it is still there");
        sim.misbehave("delete_recall", Misbehaviour::ApplyThenCut);
        assert_eq!(word(&wolkvox.write_one(&cancelled).await), "unknown");
        assert!(matches!(wolkvox.look_for(&cancelled).await, Looked::Written { .. }), "it is gone");
    }
    sim.shutdown().await;
}

#[tokio::test]
async fn without_an_agent_the_campaign_is_told_to_call_back() {
    let sim = sim().await;
    let wolkvox = account(&sim);
    let made = submission(callback(None, CallbackStyle::Dialler, 3));
    assert!(wolkvox.is_idempotent(&made) && wolkvox.counts_against_day(&made));
    assert_eq!(word(&wolkvox.write_one(&made).await), "done");
    let asked = sim.requests_of("campaign/recall").remove(0);
    let body = asked.json().expect("JSON");
    assert_eq!((asked.method.as_str(), body["recall_telephone"].as_str()), ("PUT", Some("3001112233")));
    let date = body["recall_date"].as_str().unwrap_or_default();
    assert_eq!((date.len(), &date[..10]), (14, &sim.date(3 * 3_600_000)[..10]));
    sim.shutdown().await;
}

#[tokio::test]
async fn an_unknown_agent_or_customer_that_wolkvox_accepts_silently_is_still_done() {
    let sim = sim_with(|config| config.unknowns.customer = OnUnknown::Accept).await;
    let wolkvox = account(&sim);
    assert_eq!(word(&wolkvox.write_one(&codify("99999999", "x")).await), "done");
    sim.shutdown().await;
}

#[tokio::test]
async fn never_more_requests_at_once_than_the_token_allows() {
    for (width, most) in [("1", 1), ("2", 2)] {
        let sim = sim_with(|config| config.answer_time = Duration::from_millis(20)).await;
        // two accounts with the same token share its lanes
        let accounts = [(); 2].map(|()| account_with(&sim, &[("at_once", width)], TOKEN));
        let [one, other] = &accounts;
        let customers: Vec<String> = (1..=6).map(|n| format!("1000000{n}")).collect();
        let writes = customers.iter().enumerate().map(|(at, customer)| async move {
            let wolkvox = if at % 2 == 0 { one } else { other };
            wolkvox.write_one(&codify(customer, "x")).await
        });
        let acts = (0..6).map(|_| one.write_note(AGENT));
        let (attempts, ()) = tokio::join!(join_all(writes), async {
            join_all(acts).await;
        });
        assert!(attempts.iter().all(|attempt| word(attempt) == "done"), "{attempts:?}");
        let seen = sim.traffic("desk").most_at_once;
        assert!(seen <= most, "{seen} at once with a width of {width}");
        sim.shutdown().await;
    }
}

/// All at the same time; the crate has no `futures` of its own.
async fn join_all<F: Future>(all: impl IntoIterator<Item = F>) -> Vec<F::Output> {
    let mut pending: Vec<_> = all.into_iter().map(|one| (Box::pin(one), None)).collect();
    std::future::poll_fn(|context| {
        let mut done = true;
        for (one, output) in &mut pending {
            if output.is_none() {
                match one.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *output = Some(value),
                    std::task::Poll::Pending => done = false,
                }
            }
        }
        if done { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    pending.into_iter().filter_map(|(_, output)| output).collect()
}

/// Something an agent does meanwhile, whatever comes of it.
trait Note {
    async fn write_note(&self, agent: &str);
}

impl Note for ringcard_connect::wolkvox::WolkvoxAccount {
    async fn write_note(&self, agent: &str) {
        use ringcard_connect::{CallAct, CallControl};
        drop(self.act(agent, &CallAct::Dtmf { tones: "1".to_owned() }).await);
    }
}

#[tokio::test]
async fn what_the_account_is_allowed_is_what_was_set() {
    let sim = sim().await;
    let allowance = account(&sim).allowance();
    assert_eq!((allowance.per_day, allowance.at_once, allowance.reserved_percent), (Some(10_000), 1, 10));
    assert_eq!(allowance.time_zone, "America/Bogota");
    let wolkvox = account(&sim);
    assert_no_secret(&format!("{wolkvox:?}"));
    sim.shutdown().await;
}
