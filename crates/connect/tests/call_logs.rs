//! A CRM's call log by a profile: what is written, what is changed, what is looked for after a lost answer.

use crate::support::{account, entry, profile, submission};
use ringcard_connect::{
    Attempt, CallLog, Looked, System, WriteRow, Writes,
    profile::{PbxAccount, Profile},
};
use ringcard_core::submission::{GateReason, ParkReason, Submission, SubmissionKey, Write};
use ringcard_sim::{OfficeSim, OfficeWrong};
use std::sync::Arc;

const TOKEN: &str = "t0ken";
const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

async fn crm() -> OfficeSim {
    OfficeSim::start(TOKEN, SECRET).await.expect("the simulator starts")
}

fn rest_crm(sim: &OfficeSim, more: &[(&str, &str)]) -> PbxAccount {
    let url = sim.crm_url();
    let given: Vec<(&str, &str)> = [("api_url", url.as_str())].into_iter().chain(more.iter().copied()).collect();
    account(&profile("rest-crm"), &given, &[("token", TOKEN)])
}

/// One that can be asked, in words of its own.
fn asking(sim: &OfficeSim) -> PbxAccount {
    let text = format!(
        r#"
id = "asking"
title = "A CRM that can be asked"
[[setting]]
key = "token"
kind = "secret"
label = "Token"
[http]
timeout = "1"
[call_log]
method = "POST"
url = "{url}/calls"
external_id = "id"
auth = {{ method = "bearer", token = "{{{{ token }}}}" }}
body = {{ content_type = "application/json", text = '{{"call_id": "{{{{ call_id }}}}", "who": "{{{{ customer_name }}}}", "took": {{{{ talk_milliseconds }}}}}}' }}
[call_log.find]
method = "GET"
url = "{url}/calls"
parameters = {{ call_id = "{{{{ call_id }}}}" }}
external_id = "results.0.id"
"#,
        url = sim.crm_url()
    );
    account(&Profile::parse("asking.toml", &text).unwrap_or_else(|error| panic!("{error}")), &[], &[("token", TOKEN)])
}

fn log(comment: &str) -> Submission {
    submission(Write::LogCall { account: "crm".into(), entry: Box::new(entry(comment)) })
}

fn change(comment: &str, reference: Option<&str>) -> WriteRow {
    let submission = Submission { needs: Some(SubmissionKey("first".into())), ..log(comment) };
    WriteRow { submission, needed: reference.map(str::to_owned) }
}

async fn write(account: &PbxAccount, row: impl Into<WriteRow>) -> Attempt {
    account.write(&[row.into()]).await.remove(0)
}

#[tokio::test]
async fn a_call_is_an_entry_and_a_change_is_the_same_entry() {
    let sim = crm().await;
    let crm = rest_crm(&sim, &[]);
    assert_eq!(crm.call_log(), Some(CallLog::AddsAndChanges));
    let Attempt::Done { reference: Some(id), .. } = write(&crm, log("said yes")).await else { panic!("not done") };
    let [entry] = sim.entries().try_into().expect("one entry");
    let told = ["call_id", "direction", "outcome", "number", "agent", "talk_seconds", "code_label", "note", "legs"];
    assert_eq!(
        told.map(|name| entry.text(name).to_owned()),
        ["0192f0c0ffee", "inbound", "answered", "+36301234567", "ana", "65", "Sale", "said yes", "ana: 1:05"]
    );
    assert_eq!(entry.text("started_at"), "2026-09-21T14:13:20Z");
    let changed = write(&crm, change("said no", Some(&id))).await;
    assert!(matches!(changed, Attempt::Done { .. }), "{changed:?}");
    let [entry] = sim.entries().try_into().expect("still one entry");
    assert_eq!((entry.text("note"), entry.changes), ("said no", 1));
}

#[tokio::test]
async fn a_change_of_an_entry_without_a_name_or_that_is_gone_is_for_a_person() {
    let sim = crm().await;
    let crm = rest_crm(&sim, &[]);
    for nameless in [None, Some(""), Some(".."), Some(".")] {
        let attempt = write(&crm, change("late", nameless)).await;
        assert!(matches!(attempt, Attempt::Refused { why: ParkReason::Invalid, .. }), "{nameless:?}: {attempt:?}");
    }
    assert_eq!(sim.requests(), 0, "nothing was asked");
    let attempt = write(&crm, change("late", Some("../me"))).await;
    assert!(matches!(attempt, Attempt::Refused { why: ParkReason::Gone, .. }), "{attempt:?}");
}

#[tokio::test]
async fn a_lost_answer_is_looked_for_where_the_crm_can_be_asked() {
    let sim = crm().await;
    let crm = asking(&sim);
    assert_eq!(crm.call_log(), Some(CallLog::AddsOnly));
    let row = WriteRow::from(log("said yes"));
    assert_eq!(crm.look(&row).await, Looked::NotWritten);
    sim.misbehave(Some(OfficeWrong::CutOff));
    assert!(matches!(write(&crm, row.clone()).await, Attempt::Unknown { .. }));
    assert!(matches!(crm.look(&row).await, Looked::NotNow(Attempt::Unknown { .. })), "nobody told");
    sim.misbehave(None);
    let Looked::Written { reference, .. } = crm.look(&row).await else { panic!("it is there") };
    assert_eq!(reference.as_deref(), Some("e-1"));
    let [entry] = sim.entries().try_into().expect("one entry");
    assert_eq!((entry.text("who"), entry.fields["took"].as_u64()), ("Kiss \"Anna\"", Some(65_000)));
}

#[tokio::test]
async fn a_lost_answer_is_sent_again_only_where_the_crm_promises_to_take_it_once() {
    let sim = crm().await;
    assert!(!rest_crm(&sim, &[]).is_idempotent(&log("x")), "a person decides");
    assert_eq!(rest_crm(&sim, &[]).look(&log("x").into()).await, Looked::CannotTell);
    let sim = OfficeSim::start_with(TOKEN, SECRET, true).await.expect("the simulator starts");
    let crm = rest_crm(&sim, &[("takes_once", "true")]);
    assert!(crm.is_idempotent(&log("x")));
    let row = WriteRow::from(log("x"));
    for _ in 0..2 {
        let Attempt::Done { reference, .. } = write(&crm, row.clone()).await else { panic!("it takes it") };
        assert_eq!(reference.as_deref(), Some("e-1"));
    }
    assert_eq!(sim.entries().len(), 1);
}

#[tokio::test]
async fn what_a_crm_answers_decides_who_has_to_do_something() {
    let sim = crm().await;
    let crm = rest_crm(&sim, &[]);
    for status in [429, 503] {
        sim.misbehave(Some(OfficeWrong::Status(status)));
        let attempt = write(&crm, log("x")).await;
        assert!(matches!(attempt, Attempt::NotSent { .. }), "{status}: {attempt:?}");
    }
    sim.misbehave(Some(OfficeWrong::Status(500)));
    assert!(matches!(write(&crm, log("x")).await, Attempt::Unknown { .. }), "it may be written");
    sim.misbehave(Some(OfficeWrong::Status(422)));
    assert!(matches!(write(&crm, log("x")).await, Attempt::Refused { why: ParkReason::Refused, .. }));
    sim.misbehave(Some(OfficeWrong::Redirect));
    let closed = write(&crm, log("x")).await;
    assert!(matches!(closed, Attempt::Closed { why: GateReason::Offline, .. }), "{closed:?}");
}

#[test]
fn a_profile_says_where_it_is_wrong() {
    let begin = "id = \"crm\"\ntitle = \"CRM\"\n[call_log]\nmethod = \"POST\"\n";
    for (rest, sentence) in [
        ("url = \"https://crm.invalid/{{ entry_id }}\"", "entry_id is only known in [call_log.change]"),
        ("url = \"https://{{ agent }}.invalid/\"", "the server's name may not depend on a call"),
        (
            "url = \"https://crm.invalid/\"\njson = { x = \"{{ recording_id }}\" }",
            "recording_id is not known where a call is logged",
        ),
        (
            "url = \"https://crm.invalid/\"\n[call_log.find]\nmethod = \"GET\"\nurl = \"https://crm.invalid/\"",
            "`external_id`",
        ),
        ("url = \"https://crm.invalid/\"\nadds = true", "adds"),
    ] {
        let error = Profile::parse("crm.toml", &format!("{begin}{rest}")).expect_err(rest).to_string();
        assert!(error.contains(sentence), "{rest}: {error}");
    }
}

#[tokio::test]
async fn an_account_that_writes_only_offers_that_and_says_where_its_token_goes() {
    let sim = crm().await;
    let system = System::from(rest_crm(&sim, &[]));
    let takes: Arc<dyn Writes> = system.take_writes.expect("it takes writes");
    assert!(takes.told().is_empty() && system.start_calls.is_none() && system.read_pushes.is_none());
    assert!(
        system.origins.iter().all(|origin| sim.crm_url().starts_with(origin.as_str())) && !system.origins.is_empty()
    );
}
