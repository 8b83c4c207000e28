use super::support::*;
use ringcard_connect::{AskFailure, Reports, wolkvox::WolkvoxAccount};
use ringcard_core::Timestamp;
use ringcard_sim::wolkvox::{CallRow, EmptyStyle, Misbehaviour, PercentStyle};
use std::time::Duration;

const DAY: Duration = Duration::from_secs(24 * 3600);

fn days(count: u32) -> Duration {
    DAY * count
}

async fn refused(wolkvox: &WolkvoxAccount, from: Timestamp, to: Timestamp) -> String {
    match wolkvox.smart_wait(from, to).await {
        Err(AskFailure::Refused { detail }) => detail,
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn smart_wait_is_read_by_skill_in_every_way_percentages_are_written() {
    let sim = sim().await;
    let (from, to) = (now().before(days(5)), now().before(days(2)));
    let mut seen = Vec::new();
    let all =
        [PercentStyle::SpaceAndSign, PercentStyle::Sign, PercentStyle::Comma, PercentStyle::Bare, PercentStyle::Plus];
    for percent in all {
        sim.adjust(|config| config.style.percent = percent);
        // a new account has nothing kept
        let report = account(&sim).smart_wait(from, to).await.unwrap_or_else(|e| panic!("{percent:?}: {e}"));
        assert_eq!(report.rows.iter().map(|r| r.skill.as_str()).collect::<Vec<_>>(), ["4301", "4302", "4303"]);
        let row = &report.rows[0];
        assert_eq!(row.entered, row.accepted + row.declined);
        assert_eq!(row.accepted, row.callback_failed + row.callback_reached);
        assert!(row.service_level_up.is_some() && !row.service_level_raw.is_empty(), "{percent:?} {row:?}");
        assert!(!report.may_be_cut && report.not_before > report.fetched_at);
        seen.push(row.service_level_up);
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "{seen:?}");
    sim.shutdown().await;
}

#[tokio::test]
async fn a_range_of_more_than_31_days_is_split_and_its_parts_add_up() {
    let sim = sim().await;
    let wolkvox = account(&sim);
    let (from, to) = (now().before(days(39)), now().before(days(1)));
    let whole = wolkvox.smart_wait(from, to).await.expect("a report");
    let asked = sim.requests_of("diagram_2");
    assert_eq!(asked.len(), 2);
    assert!(asked[0].parameter("date_end").is_some_and(|end| end.ends_with("235959")));
    assert!(asked[1].parameter("date_ini").is_some_and(|begin| begin.ends_with("000000")));
    assert!(asked.iter().all(|a| a.status == Some(200)), "{asked:?}");
    // the same in two reports that meet at a midnight
    let middle = asked[0].parameter("date_end").expect("its end");
    let zone = jiff_free_midnight(middle);
    let entered = |report: &ringcard_core::report::SmartWait| report.rows.iter().map(|r| r.entered).sum::<u32>();
    let one = wolkvox.smart_wait(from, zone).await.expect("a report");
    let other = wolkvox.smart_wait(zone.after(Duration::from_secs(1)), to).await.expect("a report");
    assert_eq!(entered(&whole), entered(&one) + entered(&other));
    assert_eq!(sim.requests_of("diagram_2").len(), 2, "those parts are known already");
    sim.shutdown().await;
}

/// `YYYYmmddHHiiss` of Bogota, which has no summer time, as a moment.
fn jiff_free_midnight(stamp: &str) -> Timestamp {
    let part = |range: std::ops::Range<usize>| stamp[range].parse::<i64>().expect("digits");
    let (year, month, day) = (part(0..4), part(4..6), part(6..8));
    // days since 1970 (Howard Hinnant)
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let of_era = year - era * 400;
    let of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    let seconds = days * 86_400 + part(8..10) * 3600 + part(10..12) * 60 + part(12..14) + 5 * 3600;
    Timestamp(seconds * 1000)
}

#[tokio::test]
async fn the_same_question_is_asked_once_in_five_minutes() {
    let sim = sim().await;
    let wolkvox = account(&sim);
    let from = now().before(days(3));
    let first = wolkvox.smart_wait(from, now()).await.expect("a report");
    let again = wolkvox.smart_wait(from, now()).await.expect("a report");
    assert_eq!((first.rows, first.fetched_at), (again.rows, again.fetched_at));
    let asked = sim.requests_of("diagram_2");
    assert!(asked.len() == 1 && !asked[0].early, "{asked:?}");
    sim.shutdown().await;
}

#[tokio::test]
async fn a_failure_in_the_last_part_does_not_cost_the_first_one_again() {
    let sim = sim().await;
    let wolkvox = account(&sim);
    let (from, to) = (now().before(days(39)), now().before(days(1)));
    sim.misbehave("diagram_2", Misbehaviour::Slow { ms: 1 });
    sim.misbehave("diagram_2", Misbehaviour::CutAnswer);
    let failed = wolkvox.smart_wait(from, to).await;
    assert!(matches!(failed, Err(AskFailure::Unavailable { .. })), "{failed:?}");
    assert!(wolkvox.smart_wait(from, to).await.is_ok());
    assert_eq!(sim.requests_of("diagram_2").len(), 3);
    sim.shutdown().await;
}

#[tokio::test]
async fn a_range_that_makes_no_sense_is_refused_in_words_and_nothing_is_asked() {
    let sim = sim().await;
    let wolkvox = account(&sim);
    assert!(refused(&wolkvox, now(), now().before(days(2))).await.contains("ends before it begins"));
    assert!(refused(&wolkvox, now().after(days(2)), now().after(days(3))).await.contains("future"));
    assert!(refused(&wolkvox, now().before(days(2)), now().after(days(3))).await.contains("future"));
    assert!(refused(&wolkvox, now().before(days(3000)), now()).await.contains("two years"));
    assert!(matches!(
        wolkvox.smart_wait(Timestamp(i64::MIN), Timestamp(i64::MAX)).await,
        Err(AskFailure::Refused { .. })
    ));
    assert!(sim.requests().is_empty());
    sim.shutdown().await;
}

#[tokio::test]
async fn a_window_without_data_is_empty_and_no_error() {
    let sim = sim().await;
    for empty in [EmptyStyle::NotFound, EmptyStyle::EmptyList] {
        sim.adjust(|config| config.style.empty = empty);
        let report = account(&sim).smart_wait(now().before(days(300)), now().before(days(290))).await;
        assert!(report.is_ok_and(|report| report.rows.is_empty() && !report.may_be_cut), "{empty:?}");
    }
    sim.shutdown().await;
}

#[tokio::test]
async fn an_agents_calls_without_a_code_are_listed_newest_first() {
    let sim = sim().await;
    let wolkvox = account(&sim);
    let (from, to) = (now().before(days(20)), now());
    let ms = |at: Timestamp| u64::try_from(at.0).expect("after 1970");
    let open: Vec<CallRow> = sim
        .calls()
        .into_iter()
        .filter(|c| c.agent_id == AGENT && c.cod_act.is_empty() && (ms(from)..=ms(to)).contains(&c.at))
        .collect();
    assert!(!open.is_empty());
    let found = wolkvox.not_coded(AGENT, from, to).await.expect("a list");
    let ids: Vec<_> = found.iter().filter_map(|c| c.external_id.clone()).collect();
    assert_eq!(ids, open.iter().rev().map(|c| c.conn_id.clone()).collect::<Vec<_>>());
    assert_eq!(found[0].at.0 / 1000, i64::try_from(open[open.len() - 1].at / 1000).expect("fits"));
    assert!(found.iter().all(|c| c.customer_id.is_some() && c.campaign_id.is_some() && !c.number.is_empty()));

    let nobody = wolkvox.not_coded("5999", from, to).await.expect("a list");
    assert!(nobody.is_empty());
    assert_eq!(sim.requests_of("cdr_1").len(), 1, "the long list is not asked for whom nothing is open");
    sim.shutdown().await;
}

#[tokio::test]
async fn a_list_that_comes_nearly_full_is_cut_into_shorter_ones() {
    let sim = sim().await;
    let wolkvox = account(&sim);
    let sample = sim.calls().into_iter().find(|c| c.agent_id == AGENT && c.cod_act.is_empty()).expect("a call");
    let (from, to) = (now().before(days(3)), now().before(days(1)));
    let start = u64::try_from(from.0).expect("after 1970");
    let coded = CallRow { cod_act: "001".to_owned(), ..sample.clone() };
    let span = 2 * 24 * 3600 * 1000 / 70_000;
    sim.add_calls((0..70_000_u64).map(|n| CallRow { at: start + 60_000 + n * span, ..coded.clone() }));
    sim.add_calls([CallRow { at: start + 2 * 23 * 3600 * 1000, conn_id: "last".to_owned(), ..sample }]);
    let found = wolkvox.not_coded(AGENT, from, to).await.expect("a list");
    assert!(found.iter().any(|c| c.external_id.as_deref() == Some("last")), "the end was not cut off");
    assert!(sim.requests_of("cdr_1").len() >= 3);
    sim.shutdown().await;
}
