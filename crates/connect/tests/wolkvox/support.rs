//! Accounts against a simulator, and submissions to write.

use ringcard_connect::{Attempt, Looked, Writes, wolkvox::WolkvoxAccount};
use ringcard_core::{
    Timestamp,
    campaign::{CampaignId, CampaignKind, RecordRef},
    number::{DialPlan, Number, Party},
    submission::{Submission, SubmissionKey, Write},
};
use ringcard_sim::wolkvox::{TokenConfig, WolkvoxConfig, WolkvoxSim};
use secrecy::SecretString;
use std::collections::BTreeMap;

/// Easy to find again.
pub const TOKEN: &str = "t0k/en+s3cret";
/// Predictive and running; its customers stand in `CUSTOMER`'s order.
pub const PREDICTIVE: &str = "7224";
pub const PREVIEW: &str = "7310";
/// In `PREDICTIVE` only.
pub const CUSTOMER: &str = "10000001";
pub const AGENT: &str = "5002";
/// Sits at the machine with the local agent API.
pub const LOCAL_AGENT: &str = "5001";

pub async fn sim() -> WolkvoxSim {
    sim_with(|_| {}).await
}

pub async fn sim_with(change: impl FnOnce(&mut WolkvoxConfig)) -> WolkvoxSim {
    // Every simulator has a token of its own: lanes belong to the token, and tests run beside each other.
    let mut config = WolkvoxConfig { tokens: vec![TokenConfig::new("desk", TOKEN)], ..WolkvoxConfig::default() };
    change(&mut config);
    WolkvoxSim::start(config).await.expect("the simulator starts")
}

pub fn account(sim: &WolkvoxSim) -> WolkvoxAccount {
    account_with(sim, &[], TOKEN)
}

/// One that waits a second for answers: for a wolkvox that gives none.
pub fn impatient(sim: &WolkvoxSim) -> WolkvoxAccount {
    account_with(sim, &[("timeout_seconds", "1")], TOKEN)
}

pub fn account_with(sim: &WolkvoxSim, more: &[(&str, &str)], token: &str) -> WolkvoxAccount {
    let mut given = BTreeMap::from([
        ("api_url".to_owned(), toml::Value::from(sim.base_url())),
        ("server".to_owned(), "0010".into()),
        ("licences".to_owned(), 10.into()),
    ]);
    given.extend(more.iter().map(|(key, value)| ((*key).to_owned(), toml::Value::from(*value))));
    let secrets = BTreeMap::from([("token".to_owned(), SecretString::from(token))]);
    let plan = DialPlan::new("CO").expect("a country");
    WolkvoxAccount::new("wolkvox", given, secrets, plan).unwrap_or_else(|error| panic!("{error}"))
}

/// With the local agent API of `LOCAL_AGENT`.
pub fn account_here(sim: &WolkvoxSim) -> WolkvoxAccount {
    let url = sim.local_url().expect("a local agent");
    let port = url.trim_start_matches("http://127.0.0.1:").trim_end_matches("/apiagentbox").to_owned();
    account_with(sim, &[("local_agent_port", &port), ("local_agent_id", LOCAL_AGENT)], TOKEN)
}

/// Single rows, as wolkvox takes them.
pub trait OneByOne {
    async fn write_one(&self, submission: &Submission) -> Attempt;
    async fn look_for(&self, submission: &Submission) -> Looked;
}

impl OneByOne for WolkvoxAccount {
    async fn write_one(&self, submission: &Submission) -> Attempt {
        let mut attempts = self.write(&[submission.clone().into()]).await;
        assert_eq!(attempts.len(), 1, "one row, one outcome");
        attempts.remove(0)
    }

    async fn look_for(&self, submission: &Submission) -> Looked {
        self.look(&submission.clone().into()).await
    }
}

pub fn now() -> Timestamp {
    Timestamp::now()
}

pub fn outside(e164: &str) -> Party {
    Party::Outside(Number { e164: e164.to_owned(), extension: None })
}

pub fn record(campaign: &str, kind: CampaignKind, customer: &str) -> RecordRef {
    RecordRef {
        account: "wolkvox".to_owned(),
        campaign: CampaignId(campaign.to_owned()),
        kind,
        customer_id: customer.to_owned(),
    }
}

pub fn submission(write: Write) -> Submission {
    Submission {
        key: SubmissionKey::new(),
        write,
        about: "Ana Kiss".to_owned(),
        call_id: None,
        agent: None,
        made_at: now(),
        expires_at: None,
        needs: None,
    }
}

pub fn codify(customer: &str, comment: &str) -> Submission {
    submission(Write::Codify {
        record: record(PREDICTIVE, CampaignKind::Predictive, customer),
        code: "001".to_owned(),
        second_code: Some("A01".to_owned()),
        comment: comment.to_owned(),
        do_not_call: true,
    })
}

/// Nothing of the token is in a text.
#[track_caller]
pub fn assert_no_secret(text: &str) {
    let lower = text.to_lowercase();
    assert!(!lower.contains("s3cret") && !lower.contains("t0k"), "the token is readable in: {text}");
}
