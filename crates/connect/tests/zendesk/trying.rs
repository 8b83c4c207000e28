//! The *Test* button.

use super::support::{set_up, sim, system, with};
use ringcard_connect::{TestReport, TestState, Tried};
use ringcard_sim::zendesk::Misbehaviour;

fn last(report: &TestReport) -> (Tried, TestState, &str) {
    let step = report.steps.last().expect("steps");
    (step.what, step.state, step.detail.as_str())
}

#[tokio::test]
async fn it_says_who_signed_in_what_the_plan_allows_and_whether_talk_partner_edition_is_there() {
    let sim = sim().await;
    let report = system(&sim).trial.test().await;
    assert_eq!(report.state, TestState::Works, "{report:?}");
    let said = format!("{report:?}");
    assert!(said.contains("signed in as Telephony (admin)") && said.contains("400 requests a minute"), "{said}");
    assert!(last(&report).2.contains("Talk Partner Edition is there"), "{said}");
    sim.adjust(|config| config.talk_partner = false);
    for status in [403, 404] {
        sim.adjust(|config| config.no_talk_partner_status = status);
        let report = system(&sim).trial.test().await;
        assert!(last(&report).2.contains("not in this plan"), "{status}: {report:?}");
        assert_eq!(report.state, TestState::Works);
    }
    let report = with(&sim, &[("talk_partner", "yes")]).trial.test().await;
    assert_eq!(last(&report).1, TestState::NotChecked);
    assert!(sim.calls().is_empty() && sim.displays().is_empty());
}

#[tokio::test]
async fn each_thing_that_is_wrong_has_its_sentence() {
    let sim = sim().await;
    let wrong = set_up(&[("api_url", &sim.base_url()), ("email", &sim.config().email)], &[("api_token", "expired")]);
    let report = wrong.trial.test().await;
    let (what, state, detail) = last(&report);
    assert!(what == Tried::SignIn && state == TestState::Fails && detail.contains("did not accept"), "{report:?}");
    sim.misbehave("users/me", Misbehaviour::Html { status: 404, applied: false });
    let report = system(&sim).trial.test().await;
    assert!(last(&report).2.contains("check the subdomain"), "{report:?}");
    let (error, description) = ("Forbidden".to_owned(), "You do not have access to this page.".to_owned());
    sim.misbehave("search", Misbehaviour::Refuse { status: 403, error, description });
    let report = system(&sim).trial.test().await;
    let refused = report.steps.iter().find(|step| step.state == TestState::Fails).expect("a step fails");
    assert!(refused.detail.contains("may not do that") && refused.detail.contains("do not have access"), "{report:?}");
    sim.adjust(|config| config.limits.per_minute = 200);
    let report = system(&sim).trial.test().await;
    assert!(format!("{report:?}").contains("the setting says 400: lower it"), "{report:?}");
}
