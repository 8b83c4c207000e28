//! Reports by date: smart wait, connected calls, calls without code; their limits.

use super::support::{NOON, agentbox, get, rows, sim, with};
use ringcard_sim::{
    WolkvoxSim,
    wolkvox::{CallRow, EmptyStyle, PercentStyle, TooManyRows, WolkvoxConfig},
};
use std::time::Duration;

const DAY: i64 = 86_400_000;

fn report(sim: &WolkvoxSim, api: &str, from: i64, to: i64) -> String {
    format!("reports_manager.php?api={api}&date_ini={}&date_end={}", sim.date(from), sim.date(to))
}

#[tokio::test]
async fn smart_wait_comes_by_skill_and_all_values_are_text() {
    let sim = sim().await;
    let (status, body) = get(&sim, &report(&sim, "diagram_2", -7 * DAY, 0)).await;
    assert_eq!((status, &body["code"], &body["msg"]), (200, &200.into(), &"3 records were found".into()));
    for row in rows(&body) {
        let names: Vec<_> = row.as_object().expect("a row").keys().cloned().collect();
        assert_eq!(names.len(), 7);
        assert!(row.as_object().expect("a row").values().all(serde_json::Value::is_string), "{row}");
        let number = |name: &str| row[name].as_str().and_then(|v| v.parse::<u64>().ok()).expect("a number");
        assert_eq!(number("treatment"), number("customer_say_no") + number("customer_say_yes"));
        assert_eq!(number("customer_say_yes"), number("recall_fail") + number("recall_ok"));
        assert!(row["service_level_up"].as_str().expect("text").ends_with(" %"));
    }
    sim.adjust(|config| config.style.percent = PercentStyle::Comma);
    let (_, body) = get(&sim, &report(&sim, "diagram_2", -7 * DAY, 0)).await;
    assert!(rows(&body)[0]["service_level_up"].as_str().expect("text").contains(','));
    sim.shutdown().await;
}

#[tokio::test]
async fn connected_calls_hold_what_agents_did_just_now() {
    let sim = sim().await;
    agentbox(&sim, "api=dial&customer_phone=3001234567").await;
    sim.advance(Duration::from_secs(101));
    agentbox(&sim, "api=hang").await;
    let (_, body) = get(&sim, &report(&sim, "cdr_1", -3_600_000, 3_600_000)).await;
    let row = &rows(&body)[0];
    assert_eq!(rows(&body).len(), 1);
    assert_eq!([&row["telephone"], &row["time_min"], &row["agent_name"]], ["3001234567", "00:01:41", "Laura Restrepo"]);
    let (_, uncoded) = get(&sim, &report(&sim, "act_4", -3_600_000, 3_600_000)).await;
    assert_eq!((&rows(&uncoded)[0]["uncode_calls"], &rows(&uncoded)[0]["agent_id"]), (&"1".into(), &"5001".into()));
    let (_, last) = get(&sim, "real_time.php?api=calls_last_10").await;
    assert_eq!(rows(&last)[0]["type_interaction"], "outbound_ma");
    sim.shutdown().await;
}

#[tokio::test]
async fn a_window_without_data_is_a_404_or_an_empty_list() {
    let sim = sim().await;
    let future = report(&sim, "cdr_1", DAY, 2 * DAY);
    assert_eq!(get(&sim, &future).await.0, 404);
    sim.adjust(|config| config.style.empty = EmptyStyle::EmptyList);
    let (status, body) = get(&sim, &future).await;
    assert_eq!((status, rows(&body).len()), (200, 0));
    sim.shutdown().await;
}

#[tokio::test]
async fn windows_are_at_most_31_days_and_real_dates() {
    let sim = sim().await;
    assert_eq!(get(&sim, &report(&sim, "cdr_1", -31 * DAY, 0)).await.0, 200);
    assert_eq!(get(&sim, &report(&sim, "cdr_1", -31 * DAY - 1000, 0)).await.0, 400);
    assert_eq!(get(&sim, &report(&sim, "cdr_1", 0, -1000)).await.0, 400);
    for date in ["2026-03-01", "20260230000000", "2026030100000"] {
        let target = format!("reports_manager.php?api=cdr_1&date_ini={date}&date_end={}", sim.date(0));
        assert_eq!(get(&sim, &target).await.0, 400, "{date}");
    }
    sim.shutdown().await;
}

#[tokio::test]
async fn rows_beyond_the_limit_of_sixty_thousand_are_cut_without_a_word_or_refused() {
    assert_eq!(WolkvoxConfig::default().rows_most, 60_000);
    // As many as that take seconds here.
    let sim = with(|config| config.rows_most = 600).await;
    let call = CallRow {
        at: NOON + 60_000,
        seconds: 5,
        agent_id: "5001".into(),
        telephone: "300".into(),
        customer_id: String::new(),
        campaign_id: String::new(),
        skill_id: "4301".into(),
        conn_id: String::new(),
        type_interaction: "inbound".into(),
        cod_act: String::new(),
        cod_act_2: String::new(),
        comment: String::new(),
    };
    sim.add_calls(std::iter::repeat_n(call, 601));
    let target = report(&sim, "cdr_1", 0, 3_600_000);
    let (status, body) = get(&sim, &target).await;
    assert_eq!((status, rows(&body).len(), &body["msg"]), (200, 600, &"600 records were found".into()));
    sim.adjust(|config| config.too_many_rows = TooManyRows::Refuse("TOO MANY RECORDS".into()));
    let (status, body) = get(&sim, &target).await;
    assert_eq!((status, &body["msg"]), (400, &"TOO MANY RECORDS".into()));
    sim.shutdown().await;
}

#[tokio::test]
async fn polling_sooner_than_every_five_minutes_is_marked_and_refused_if_set() {
    let sim = sim().await;
    let target = report(&sim, "diagram_2", -DAY, 0);
    for _ in 0..2 {
        assert_eq!(get(&sim, &target).await.0, 200);
    }
    get(&sim, &report(&sim, "act_4", -DAY, 0)).await;
    sim.advance(Duration::from_secs(300));
    get(&sim, &target).await;
    assert_eq!(sim.requests().iter().map(|a| a.early).collect::<Vec<_>>(), [false, true, false, false]);
    sim.adjust(|config| config.refuse_early_polls = Some("ONE EVERY FIVE MINUTES".into()));
    let (status, body) = get(&sim, &target).await;
    assert_eq!((status, &body["msg"]), (403, &"ONE EVERY FIVE MINUTES".into()));
    sim.shutdown().await;
}

#[tokio::test]
async fn dates_are_in_the_operations_zone() {
    let sim = with(|config| config.zone_minutes = 60).await;
    assert!(sim.date(0).starts_with("2026031018"), "{}", sim.date(0));
    sim.next_day();
    assert!(sim.date(0).starts_with("202603110000"), "{}", sim.date(0));
    sim.shutdown().await;
}
