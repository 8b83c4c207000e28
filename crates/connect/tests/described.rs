//! What every described telephone system must do beyond the contract, run against each, over real HTTP.

use crate::support;

use ringcard_connect::{OriginateFailure, Originated, StartCalls, TestState, Trial, Tried, profile::PbxAccount};
use ringcard_sim::{Misbehaviour, Sim, SimConfig, System};
use support::{PASSWORD, PUSH_KEY, account, assert_no_secret, kind, order, profile};

/// A connector under test: how its account is set up against a simulator.
struct Connector {
    id: &'static str,
    system: System,
    settings: fn(&Sim) -> Vec<(&'static str, String)>,
}

const CONNECTORS: [Connector; 2] = [
    Connector {
        id: "vipex",
        system: System::Vipex,
        settings: |sim| vec![("api_url", format!("{}/api", sim.base_url())), ("user", "crm".into())],
    },
    Connector {
        id: "asterisk-ari",
        system: System::Asterisk,
        settings: |sim| vec![("api_url", sim.ari_url()), ("user", "crm".into())],
    },
];

impl Connector {
    fn account(&self, sim: &Sim, password: &str) -> PbxAccount {
        self.account_at(&(self.settings)(sim), password)
    }

    /// One that waits a second for answers: for a PBX that gives none.
    fn impatient(&self, sim: &Sim) -> PbxAccount {
        let mut settings = (self.settings)(sim);
        settings.push(("timeout_seconds", "1".to_owned()));
        self.account_at(&settings, PASSWORD)
    }

    fn account_at(&self, settings: &[(&'static str, String)], password: &str) -> PbxAccount {
        let given: Vec<(&str, &str)> = settings.iter().map(|(key, value)| (*key, value.as_str())).collect();
        account(&profile(self.id), &given, &[("password", password), ("push_key", PUSH_KEY)])
    }
}

async fn sim() -> Sim {
    let mut config = SimConfig::default();
    config.vipex.user = "crm".into();
    config.vipex.password = PASSWORD.into();
    config.ari.user = "crm".into();
    config.ari.password = PASSWORD.into();
    Sim::start(config).await.expect("the simulator starts")
}

/// One click-to-call while the PBX misbehaves; what came of it, and how many requests came.
async fn one_call(connector: &Connector, misbehaviour: Misbehaviour) -> (Result<Originated, OriginateFailure>, usize) {
    let sim = sim().await;
    let pbx = match misbehaviour {
        Misbehaviour::Hang { .. } => connector.impatient(&sim),
        _ => connector.account(&sim, PASSWORD),
    };
    sim.misbehave_until_cleared(misbehaviour);
    let outcome = pbx.originate(&order()).await;
    if let Err(failure) = &outcome {
        assert_no_secret(&failure.to_string());
        assert_no_secret(&format!("{failure:?}"));
    }
    assert_no_secret(&format!("{pbx:?}"));
    let requests = sim.requests();
    assert!(
        requests.iter().all(|r| r.system != System::RedirectTrap),
        "{}: somebody followed a redirect",
        connector.id
    );
    let count = requests.len();
    sim.shutdown().await;
    (outcome, count)
}

#[tokio::test]
async fn a_started_call_is_known_by_the_pbxs_own_id() {
    for connector in CONNECTORS {
        let sim = sim().await;
        let started = connector.account(&sim, PASSWORD).originate(&order()).await.expect("the call starts");
        let call = sim.calls().into_iter().next().expect("a call");
        assert_eq!(started.external_id.as_ref(), Some(&call.id), "{}", connector.id);
        let request = sim.requests().pop().expect("a request");
        assert_eq!(request.system, connector.system);
        sim.shutdown().await;
    }
}

#[tokio::test]
async fn each_answer_means_what_it_says_and_nothing_is_asked_twice() {
    let message = || "no money".to_owned();
    let cases = [
        (Misbehaviour::RefuseAuthentication, "authentication"),
        (Misbehaviour::UnknownExtension, "refused"),
        (Misbehaviour::RefuseStart { message: message() }, "refused"),
        (Misbehaviour::ServerError, "refused"),
        (Misbehaviour::Hang { started: false }, "unknown"),
        (Misbehaviour::CutAnswer, "unknown"),
        (Misbehaviour::HugeAnswer { bytes: 10_000_000 }, "unknown"),
        (Misbehaviour::RedirectToHttp { location: None }, "not configured"),
    ];
    for connector in CONNECTORS {
        for (misbehaviour, expected) in &cases {
            let (outcome, requests) = one_call(&connector, misbehaviour.clone()).await;
            let failure = outcome.expect_err("it fails");
            assert_eq!(kind(&failure), *expected, "{} {misbehaviour:?}: {failure}", connector.id);
            assert_eq!(requests, 1, "{} {misbehaviour:?}", connector.id);
        }
    }
}

#[tokio::test]
async fn the_pbxs_own_words_reach_the_agent() {
    for connector in CONNECTORS {
        let told = Misbehaviour::RefuseStart { message: "all lines are busy".into() };
        let failure = one_call(&connector, told).await.0.expect_err("it fails");
        assert!(failure.to_string().contains("all lines are busy"), "{}: {failure}", connector.id);
    }
}

#[tokio::test]
async fn an_error_text_with_status_200_is_no_started_call() {
    for connector in CONNECTORS {
        let told = Misbehaviour::ErrorWith200 { message: "extension is off".into() };
        let failure = one_call(&connector, told).await.0.expect_err("it fails");
        assert_eq!(kind(&failure), "refused", "{}: {failure}", connector.id);
        assert!(failure.to_string().contains("extension is off"), "{}: {failure}", connector.id);
    }
}

#[tokio::test]
async fn a_slow_answer_is_waited_for() {
    for connector in CONNECTORS {
        let (outcome, requests) = one_call(&connector, Misbehaviour::Slow { ms: 300 }).await;
        assert!(outcome.is_ok(), "{}: {outcome:?}", connector.id);
        assert_eq!(requests, 1);
    }
}

#[tokio::test]
async fn where_nobody_answers_it_is_said_that_connections_are_refused() {
    for connector in CONNECTORS {
        let sim = sim().await;
        let settings = (connector.settings)(&sim);
        sim.shutdown().await;
        let failure = connector.account_at(&settings, PASSWORD).originate(&order()).await.expect_err("nobody is there");
        assert!(failure.to_string().contains("connection refused"), "{}: {failure}", connector.id);
    }
}

#[tokio::test]
async fn a_server_name_nobody_knows_is_unreachable_and_said_so() {
    for connector in CONNECTORS {
        // A name no resolver has to be asked about: one part of it is too long.
        let name = format!("{}.example", "x".repeat(64));
        let settings =
            [("api_url", format!("http://{name}/api")), ("user", "crm".into()), ("allow_http", "true".into())];
        let failure = connector.account_at(&settings, PASSWORD).originate(&order()).await.expect_err("nobody is there");
        assert_eq!(kind(&failure), "unreachable", "{}: {failure}", connector.id);
        assert!(failure.to_string().contains("there is no server called"), "{}: {failure}", connector.id);
        assert_no_secret(&failure.to_string());
    }
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_unreachable_and_gets_no_secret() {
    for connector in CONNECTORS {
        let sim = sim().await;
        let mut settings = (connector.settings)(&sim);
        settings[0].1 = settings[0].1.replace("http://", "https://");
        let failure = connector.account_at(&settings, PASSWORD).originate(&order()).await.expect_err("no TLS there");
        assert_eq!(kind(&failure), "unreachable", "{}: {failure}", connector.id);
        let said = failure.to_string();
        // On Windows its words may be lost on the way when it hangs up after them.
        let hung_up = cfg!(windows) && said.contains("whether it speaks https");
        assert!(said.contains("does not speak TLS") || hung_up, "{}: {said}", connector.id);
        assert!(sim.requests().is_empty());
        sim.shutdown().await;
    }
}

#[tokio::test]
async fn a_test_tries_what_the_pbx_can_be_asked_without_ringing() {
    for connector in CONNECTORS {
        let sim = sim().await;
        let report = connector.account(&sim, PASSWORD).test().await;
        let what: Vec<(Tried, TestState)> = report.steps.iter().map(|step| (step.what, step.state)).collect();
        let works = |what| (what, TestState::Works);
        match connector.id {
            // The vendor has nothing to ask that rings nobody: whether the password is right stays open, and is said.
            "vipex" => {
                assert_eq!(report.state, TestState::NotChecked, "{report:?}");
                let password = (Tried::SignIn, TestState::NotChecked);
                assert_eq!(what, [works(Tried::Address), works(Tried::Connect), works(Tried::Connect), password]);
                assert!(report.steps[3].detail.contains("were not tried"), "{report:?}");
            }
            _ => {
                assert_eq!(report.state, TestState::Works, "{}: {report:?}", connector.id);
                assert_eq!(what, [Tried::Address, Tried::Connect, Tried::SignIn].map(works), "{}", connector.id);
            }
        }
        assert!(sim.requests().iter().all(|r| r.method == "GET" && r.parameter("number").is_none()));
        sim.shutdown().await;
    }
}

#[tokio::test]
async fn with_a_wrong_password_a_test_says_what_could_be_found_out() {
    for connector in CONNECTORS {
        let sim = sim().await;
        let wrong = connector.account(&sim, "wrong").test().await;
        let last = wrong.steps.last().expect("steps");
        match connector.id {
            "vipex" => assert_eq!((wrong.state, last.state), (TestState::NotChecked, TestState::NotChecked)),
            _ => assert!(wrong.state == TestState::Fails && last.detail.contains("did not accept"), "{wrong:?}"),
        }
        sim.shutdown().await;
    }
}

#[tokio::test]
async fn a_test_tells_a_port_without_tls_from_a_wrong_password() {
    for connector in CONNECTORS {
        let sim = sim().await;
        let mut settings = (connector.settings)(&sim);
        settings[0].1 = settings[0].1.replace("http://", "https://");
        let report = connector.account_at(&settings, PASSWORD).test().await;
        let last = report.steps.last().expect("steps");
        let fails = report.state == TestState::Fails && last.state == TestState::Fails;
        assert!(fails && last.what == Tried::SecureConnection, "{}: {report:?}", connector.id);
        assert!(sim.requests().is_empty());
        sim.shutdown().await;
    }
}
