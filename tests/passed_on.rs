//! Calls that go from phone to phone, at two desks of the real app on one hub.

use crate::support;

use support::{
    Plan, Team,
    people::maria,
    team::{ANA, BELA},
};

const CALL: &str = "caller=%2B36301234567&called=0615550100&call_id=one";

const CODES: &str = r#"[wrap_up]
seconds = 600
[[wrap_up.codes]]
[[wrap_up.codes.code]]
code = "sold"
label = "Sold"
"#;

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_passed_on_comes_with_its_customer_who_passed_it_and_what_was_noted_so_far() {
    let mut team = Team::begin().await;
    let ana = Plan { more_settings: CODES, ..team.desk("passes-on", ANA) }.open().await;
    let bela = Plan { more_settings: CODES, ..team.desk("is-given", BELA) }.open().await;
    ana.knows(maria()).await;
    team.told("incoming", &format!("{CALL}&extension=101")).await;
    let at_ana = ana.popup().await;
    at_ana.sees("María López").await;
    team.told("event", &format!("{CALL}&extension=101&event=connected")).await;
    at_ana.sees("Connected").await;

    // The phones do the transfer; their telephone system tells.
    team.told("event", &format!("{CALL}&extension=101&event=ended")).await;
    team.told("incoming", &format!("{CALL}&extension=102")).await;
    let at_bela = bela.popup().await;
    for shown in ["Ringing", "Passed on by Ana Kiss", "María López", "Prefers English"] {
        at_bela.sees(shown).await;
    }
    at_ana.sees("Wrap-up").await;
    at_ana.fill_labelled("Comment", "wants the invoice of March").await;
    at_bela.sees("Ana Kiss noted:").await;
    at_bela.sees("wants the invoice of March").await;
    bela.picture(&at_bela, "ringing").await;
    ana.picture(&at_ana, "wrap-up").await;
    team.told("event", &format!("{CALL}&extension=102&event=connected")).await;
    at_bela.sees("Connected").await;
    assert!(!at_ana.text().await.contains("Connected"), "it is no call of Ana's any more");

    // What is deleted while the hub is away is not read by anybody after that.
    team.hub_stops().await;
    at_ana.fill_labelled("Comment", "").await;
    team.hub_starts().await;
    at_bela.sees_no("wants the invoice of March").await;
    bela.picture(&at_bela, "connected").await;

    team.told("event", &format!("{CALL}&extension=102&event=ended")).await;
    at_bela.sees("Wrap-up").await;
    assert_eq!(bela.listed().await, ["ended"], "it was one call");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_is_passed_on_while_the_hub_is_away_rings_with_who_passed_it_when_it_is_back() {
    let mut team = Team::begin().await;
    let ana = team.desk("away-passes-on", ANA).open().await;
    let bela = team.desk("away-is-given", BELA).open().await;
    ana.knows(maria()).await;
    team.told("incoming", &format!("{CALL}&extension=101")).await;
    team.told("event", &format!("{CALL}&extension=101&event=connected")).await;
    let (at_ana, at_bela) = (ana.popup().await, bela.popup().await);
    at_ana.sees("Connected").await;
    team.hub_stops().await;
    // That Ana's part is over nobody hears.
    team.hub_starts().await;
    team.told("incoming", &format!("{CALL}&extension=102")).await;
    at_bela.sees("Passed on by Ana Kiss").await;
    at_bela.sees("María López").await;
    team.told("event", &format!("{CALL}&extension=102&event=connected")).await;
    at_bela.sees("Connected").await;
    bela.picture(&at_bela, "connected").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_queue_that_goes_on_leaves_the_first_desk_as_not_answered_and_is_connected_at_the_second() {
    let team = Team::begin().await;
    let ana = team.desk("queue-first", ANA).open().await;
    let bela = team.desk("queue-second", BELA).open().await;
    ana.knows(maria()).await;
    team.told("incoming", &format!("{CALL}&extension=101")).await;
    let (at_ana, at_bela) = (ana.popup().await, bela.popup().await);
    at_ana.sees("Ringing").await;
    team.told("event", &format!("{CALL}&extension=101&event=no_answer&leg=agent")).await;
    at_ana.sees("Not answered").await;
    ana.picture(&at_ana, "not-answered").await;
    team.told("incoming", &format!("{CALL}&extension=102")).await;
    at_bela.sees("Ringing").await;
    at_bela.sees("María López").await;
    team.told("event", &format!("{CALL}&extension=102&event=connected")).await;
    at_bela.sees("Connected").await;
    bela.picture(&at_bela, "connected").await;
    // Ana's card leaves by itself.
    ana.popup_is_gone().await;
    team.told("call-data", "call_id=one&disposition=ANSWERED&billsec=20").await;
    at_bela.sees("Ended").await;
    assert_eq!(ana.listed().await, ["ended"], "one call, and not missed");
}
