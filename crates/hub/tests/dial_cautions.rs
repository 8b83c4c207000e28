//! Numbers that ask first: nothing is dialled, by whatever way, until somebody who knows says yes.

use crate::support;

use ringcard_core::{
    call::CallId,
    frame::{BeforeDial, CallFilter, Reply, Request, RequestError, RequestErrorCode},
    number::{CautionKind, DialRule, DialRules, RuleAct},
};
use serde_json::{Value, json};
use support::{Desk, Plan, World, agent, world};

fn order(number: &str, key: &str, force: bool) -> Request {
    Request::Dial {
        key: key.into(),
        number: number.into(),
        confirmed: true,
        force,
        extension: None,
        account: None,
        ticket: None,
    }
}

async fn dial(desk: &mut Desk, number: &str, key: &str, force: bool) -> Result<CallId, RequestError> {
    match desk.ask(order(number, key, force)).await? {
        Reply::Dialling { call_id } => Ok(call_id),
        other => panic!("dialling was answered with {other:?}"),
    }
}

async fn before(desk: &mut Desk, number: &str) -> BeforeDial {
    match desk.ask(Request::BeforeDial { number: number.into() }).await {
        Ok(Reply::BeforeDial { before }) => before,
        other => panic!("the question was answered with {other:?}"),
    }
}

async fn calls(desk: &mut Desk) -> usize {
    match desk.ask(Request::Calls { filter: CallFilter::default(), before: None, limit: 50 }).await {
        Ok(Reply::Calls { calls, .. }) => calls.len(),
        other => panic!("the call list was answered with {other:?}"),
    }
}

fn kinds(error: &RequestError) -> Vec<CautionKind> {
    error.cautions.iter().filter(|caution| caution.asks).map(|caution| caution.kind).collect()
}

async fn with_rules(rules: &[(&str, RuleAct, Option<&str>)]) -> World {
    let rule = |(prefix, act, name): &(&str, RuleAct, Option<&str>)| {
        DialRule::new(*prefix, *act, name.map(str::to_owned)).expect("a prefix")
    };
    let rules = DialRules { rules: rules.iter().map(rule).collect(), ..DialRules::default() };
    Plan { rules, ..Plan::default() }.begin().await
}

#[tokio::test]
async fn a_number_that_asks_is_not_dialled_and_leaves_nothing_behind() {
    let world = world().await;
    let mut desk = world.desk().await;
    for (number, kind) in [
        ("112", CautionKind::Emergency),
        ("tel:112", CautionKind::Emergency),
        ("0112", CautionKind::Emergency),
        ("104", CautionKind::Emergency),
        ("+36 90 123 456", CautionKind::Premium),
        ("06 90 123 456", CautionKind::Premium),
        ("+881 6 123 45678", CautionKind::Satellite),
        ("+1 876 523 0123", CautionKind::UnusualCountry),
    ] {
        let refused = dial(&mut desk, number, "k", false).await.expect_err(number);
        assert_eq!((refused.code, kinds(&refused)), (RequestErrorCode::AsksFirst, vec![kind]), "{number}");
    }
    assert_eq!(calls(&mut desk).await, 0);
    assert!(world.sim.requests().is_empty());
}

#[tokio::test]
async fn the_same_key_with_force_dials() {
    let world = world().await;
    let mut desk = world.desk().await;
    dial(&mut desk, "+3690123456", "k1", false).await.expect_err("it asks");
    let id = dial(&mut desk, "+3690123456", "k1", true).await.expect("it starts");
    world.sim.phone("101").rings().await.expect("our phone rings");
    // The same click, whoever repeats it and however: nothing more is dialled.
    assert_eq!(dial(&mut desk, "+3690123456", "k1", false).await.as_ref(), Ok(&id));
    assert_eq!(world.sim.requests().len(), 1);
}

#[tokio::test]
async fn numbers_of_every_day_do_not_ask() {
    let world = world().await;
    let mut desk = world.desk().await;
    for number in ["+36301234567", "0612345679", "+43123456789", "102", "06 80 123 456"] {
        dial(&mut desk, number, number, false).await.unwrap_or_else(|why| panic!("{number}: {why:?}"));
    }
}

#[tokio::test]
async fn rest_asks_too_and_says_what_there_is_to_know() {
    let world = world().await;
    for number in ["112", "+3690123456", "+18765230123"] {
        let (status, answer) = world.dial(json!({ "number": number, "extension": "101", "key": number })).await;
        assert_eq!((status, &answer["error"]["code"]), (409, &json!("asks_first")), "{number}: {answer}");
        let asks = |caution: &Value| caution["asks"] == json!(true) && caution["kind"].is_string();
        let cautions = answer["error"]["cautions"].as_array().unwrap_or_else(|| panic!("{answer}"));
        assert!(cautions.iter().any(asks), "{answer}");
    }
    assert!(world.sim.requests().is_empty());
    let body = json!({ "number": "+3690123456", "extension": "101", "key": "+3690123456", "force": true });
    let (status, answer) = world.dial(body).await;
    assert_eq!(status, 202, "{answer}");
    assert_eq!(world.sim.requests().len(), 1);
    // What else is wrong has no cautions.
    let (_, answer) = world.dial(json!({ "number": "order 12", "extension": "101" })).await;
    assert!(answer["error"].get("cautions").is_none(), "{answer}");
}

#[tokio::test]
async fn a_refused_number_is_dialled_by_nobody() {
    let rules = [("+3690", RuleAct::Refuse, Some("Premium numbers")), ("+36901", RuleAct::Call, None)];
    let world = with_rules(&rules).await;
    let mut desk = world.desk().await;
    for force in [false, true] {
        let refused = dial(&mut desk, "06 90 222 222", "k", force).await.expect_err("refused");
        assert_eq!(refused.code, RequestErrorCode::NumberNotAllowed);
        assert_eq!(refused.cautions[0].name.as_deref(), Some("Premium numbers"));
        let body = json!({ "number": "+3690222222", "extension": "101", "force": force });
        let (status, answer) = world.dial(body).await;
        assert_eq!((status, &answer["error"]["code"]), (403, &json!("number_not_allowed")), "{answer}");
    }
    assert_eq!(calls(&mut desk).await, 0);
    dial(&mut desk, "+3690123456", "k", false).await.expect("the longer rule lets it pass");
}

#[tokio::test]
async fn an_emergency_is_refused_by_no_rule_and_asked_for_by_none() {
    for act in [RuleAct::Refuse, RuleAct::Call] {
        let world = with_rules(&[("1", act, None)]).await;
        let mut desk = world.desk().await;
        let asked = dial(&mut desk, "112", "k", false).await.expect_err("it asks");
        assert_eq!(kinds(&asked), [CautionKind::Emergency]);
        dial(&mut desk, "112", "k", true).await.expect("it starts");
    }
}

/// The phone that rings first is dialled, too.
#[tokio::test]
async fn no_number_passes_as_the_phone_that_rings_first() {
    let rules = [("+3690", RuleAct::Refuse, None)];
    for (world, code, status) in
        [(world().await, "asks_first", 409), (with_rules(&rules).await, "number_not_allowed", 403)]
    {
        for extension in ["0690123456", "3690123456", "0036901234567", "*21*0690123456#"] {
            let (is, answer) = world.dial(json!({ "number": "+36301234567", "extension": extension })).await;
            assert_eq!((is, &answer["error"]["code"]), (status, &json!(code)), "{extension}: {answer}");
        }
        assert!(world.sim.requests().is_empty());
    }
    let world = world().await;
    let (status, answer) = world.dial(json!({ "number": "+36301234567", "extension": "112" })).await;
    assert_eq!((status, &answer["error"]["code"]), (409, &json!("asks_first")), "{answer}");
}

#[tokio::test]
async fn a_colleague_with_another_countrys_emergency_number_is_a_colleague() {
    let plan = Plan { agents: vec![agent("Ana", "101"), agent("Béla", "999")], ..Plan::default() };
    let world = plan.begin().await;
    let mut desk = world.desk().await;
    dial(&mut desk, "999", "k", false).await.expect("it starts");
    let asked = dial(&mut desk, "911", "k2", false).await.expect_err("it asks");
    assert_eq!(kinds(&asked), [CautionKind::Emergency]);
}

#[tokio::test]
async fn what_there_is_to_know_is_told_before_dialling() {
    let world = with_rules(&[("+3691", RuleAct::Refuse, Some("Games"))]).await;
    world.customer("María López", &["+36301234567"]).await;
    world.customer("The oracle", &["+3690123456"]).await;
    let mut desk = world.desk().await;

    let known = before(&mut desk, "tel:06-30-123-4567").await;
    assert_eq!((known.dialled.as_str(), known.number.display.as_str()), ("+36301234567", "+36 30 123 4567"));
    assert_eq!(known.customer_name.as_deref(), Some("María López"));
    assert!(known.cautions.is_empty() && !known.refused, "{known:?}");

    let premium = before(&mut desk, "0690123456").await;
    assert_eq!(premium.customer_name.as_deref(), Some("The oracle"));
    assert!(premium.cautions[0].kind == CautionKind::Premium && premium.cautions[0].asks, "{premium:?}");
    assert_eq!(premium.cautions[0].country.as_deref(), Some("HU"));

    let abroad = before(&mut desk, "+4312345678").await;
    let [caution] = &abroad.cautions[..] else { panic!("{abroad:?}") };
    assert!(caution.kind == CautionKind::International && !caution.asks, "{caution:?}");
    assert_eq!((caution.country.as_deref(), &abroad.customer_name), (Some("AT"), &None));

    let refused = before(&mut desk, "+3691222222").await;
    assert!(refused.refused && refused.cautions[0].name.as_deref() == Some("Games"), "{refused:?}");

    let emergency = before(&mut desk, "tel:112").await;
    assert_eq!((emergency.dialled.as_str(), emergency.cautions[0].kind), ("112", CautionKind::Emergency));

    let nothing = desk.ask(Request::BeforeDial { number: "+112".into() }).await.expect_err("no number");
    assert_eq!(nothing.code, RequestErrorCode::NotANumber);
    assert!(world.sim.requests().is_empty());
    assert_eq!(calls(&mut desk).await, 0);
}
