use super::support::*;
use ringcard_connect::{AskFailure, Campaigns, Codes, TestState, Trial, Tried};
use ringcard_core::{
    campaign::{CallbackStyle, CampaignKind},
    number::Party,
    submission::GateReason,
};
use ringcard_sim::wolkvox::{CodeStyle, DataStyle, EmptyStyle, Misbehaviour, NameStyle, PhoneMatch, Style};

/// Every documented variant of an answer.
fn styles() -> Vec<Style> {
    let mut styles = Vec::new();
    for code in [CodeStyle::Documented, CodeStyle::Empty, CodeStyle::Zero, CodeStyle::Text] {
        for names in [NameStyle::Postman, NameStyle::WebPage] {
            for data in [DataStyle::Documented, DataStyle::OneAsObject, DataStyle::Keyed] {
                for empty in [EmptyStyle::NotFound, EmptyStyle::EmptyList] {
                    styles.push(Style { code, names, data, empty, ..Style::default() });
                }
            }
        }
    }
    styles
}

/// A customer's number as a caller would show it, from a record.
fn number_of(sim: &ringcard_sim::wolkvox::WolkvoxSim, customer: &str) -> Party {
    let records = sim.records(PREDICTIVE);
    let record = records.iter().find(|r| r.customer_id == customer).expect("a record");
    outside(&format!("+{}", record.telephones().next().expect("a number")))
}

#[tokio::test]
async fn campaigns_codes_and_call_backs_are_read_in_every_style() {
    let sim = sim().await;
    let wolkvox = account_with(&sim, &[("second_code", "true")], TOKEN);
    for style in styles() {
        sim.adjust(|config| config.style = style);
        let campaigns = wolkvox.campaigns().await.unwrap_or_else(|e| panic!("{style:?}: {e}"));
        let seen: Vec<_> = campaigns.iter().map(|c| (c.id.0.as_str(), c.kind, c.running)).collect();
        assert_eq!(seen.len(), 4, "{style:?}");
        assert!(seen.contains(&("7225", CampaignKind::Predictive, Some(false))), "{seen:?}");
        assert!(seen.contains(&(PREVIEW, CampaignKind::Preview, Some(true))), "{seen:?}");

        let codes = wolkvox.codes().await.unwrap_or_else(|e| panic!("{style:?}: {e}"));
        let first: Vec<_> = codes.first.iter().map(|c| c.code.as_str()).collect();
        assert_eq!(first, ["001", "002", "003", "004", "005", "006", "007"], "voice only, {style:?}");
        assert_eq!(codes.second.len(), 5, "{style:?}");

        let mine = wolkvox.callbacks(Some(LOCAL_AGENT)).await.unwrap_or_else(|e| panic!("{style:?}: {e}"));
        let styles: Vec<_> = mine.iter().map(|c| c.style).collect();
        assert_eq!(styles, [CallbackStyle::Dialler, CallbackStyle::Agent], "soonest first, {style:?}");
        assert!(mine.iter().all(|c| c.campaign.is_some() && c.at > now()));
        assert_eq!(wolkvox.callbacks(None).await.expect("everybody's").len(), 3);
    }
    sim.shutdown().await;
}

#[tokio::test]
async fn a_callers_records_are_found_in_every_campaign_with_kind_and_name() {
    let sim = sim_with(|config| config.phone_match = PhoneMatch::Exact).await;
    let wolkvox = account(&sim);
    // in 7224, 7225 and 7310
    let party = number_of(&sim, "10000025");
    for style in styles() {
        sim.adjust(|config| config.style = style);
        let found = wolkvox.find_records(&party).await.unwrap_or_else(|e| panic!("{style:?}: {e}"));
        let mut campaigns: Vec<_> = found.iter().map(|r| (r.record.campaign.0.as_str(), r.record.kind)).collect();
        campaigns.sort_by_key(|(id, _)| *id);
        let predictive = CampaignKind::Predictive;
        assert_eq!(
            campaigns,
            [("7224", predictive), ("7225", predictive), ("7310", CampaignKind::Preview)],
            "{style:?}"
        );
        assert!(found.iter().all(|r| r.record.customer_id == "10000025" && !r.campaign_name.is_empty()));
        assert!(found.iter().all(|r| !r.customer_name.is_empty() && !r.numbers.is_empty()));
    }
    sim.shutdown().await;
}

#[tokio::test]
async fn nobody_is_looked_for_without_a_number_and_nothing_found_is_no_error() {
    let sim = sim().await;
    let wolkvox = account(&sim);
    assert_eq!(wolkvox.find_records(&Party::Hidden).await, Ok(Vec::new()));
    assert!(sim.requests().is_empty());
    for empty in [EmptyStyle::NotFound, EmptyStyle::EmptyList] {
        sim.adjust(|config| config.style.empty = empty);
        assert_eq!(wolkvox.find_records(&outside("+573009999999")).await, Ok(Vec::new()), "{empty:?}");
    }
    sim.shutdown().await;
}

#[tokio::test]
async fn one_form_of_a_number_costs_one_request_and_the_campaigns_are_asked_for_once() {
    let sim = sim().await;
    let wolkvox = account_with(&sim, &[("record_numbers", "digits")], TOKEN);
    let party = number_of(&sim, CUSTOMER);
    for _ in 0..3 {
        assert_eq!(wolkvox.find_records(&party).await.expect("records").len(), 1);
    }
    assert_eq!((sim.requests_of("find_record").len(), sim.requests_of("campaigns").len()), (3, 1));
    sim.shutdown().await;
}

#[tokio::test]
async fn a_question_without_an_answer_says_why() {
    let sim = sim().await;
    let wolkvox = impatient(&sim);
    for misbehaviour in [Misbehaviour::Hang { applied: false }, Misbehaviour::CutAnswer, Misbehaviour::ApplyThenCut] {
        sim.misbehave("campaigns", misbehaviour.clone());
        let failed = wolkvox.campaigns().await.expect_err("no answer");
        assert!(matches!(failed, AskFailure::Unavailable { .. }), "{misbehaviour:?}: {failed:?}");
        assert_no_secret(&format!("{failed:?} {failed}"));
    }
    sim.maintenance(true);
    let closed = wolkvox.codes().await.expect_err("closed");
    assert!(matches!(closed, AskFailure::Closed { why: GateReason::Maintenance, until: Some(_), .. }), "{closed:?}");
    sim.shutdown().await;
}

#[tokio::test]
async fn the_test_button_goes_step_by_step_and_says_what_it_costs() {
    let sim = sim().await;
    let report = account_here(&sim).test().await;
    assert_eq!(report.state, TestState::Works, "{report:?}");
    let what: Vec<Tried> = report.steps.iter().map(|step| step.what).collect();
    assert_eq!(what, [Tried::Address, Tried::Connect, Tried::SignIn, Tried::SignIn, Tried::Connect]);
    assert!(report.steps[2].detail.contains("this test used one"), "{report:?}");
    assert!(report.steps[3].detail.contains("4 campaigns"), "{report:?}");

    let wrong = account_with(&sim, &[], "an0ther s3cret").test().await;
    assert!(wrong.state == TestState::Fails && wrong.steps[2].detail.contains("did not accept"), "{wrong:?}");
    assert_no_secret(&format!("{wrong:?}"));

    let wolkvox = account(&sim);
    sim.go_offline().await;
    let gone = wolkvox.test().await;
    assert!(
        gone.state == TestState::Fails && gone.steps.len() == 2 && gone.steps[1].detail.contains("allowed IPs"),
        "{gone:?}"
    );
    sim.shutdown().await;
}
