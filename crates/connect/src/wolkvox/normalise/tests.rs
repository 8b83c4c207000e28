use super::*;
use crate::wolkvox::wire::Envelope;
use ringcard_core::number::Number;
use serde_json::{Value, json};

fn bogota() -> TimeZone {
    TimeZone::get("America/Bogota").expect("a zone")
}

fn row(row: &Value) -> Fields {
    let body = json!({ "data": [row] }).to_string();
    let envelope = Envelope::<Fields>::read(body.as_bytes()).expect("it reads");
    envelope.rows.kept.into_iter().next().expect("a row")
}

#[test]
fn percentages_are_read_however_they_are_written() {
    let table = [
        ("34.64 %", Some(34.64)),
        ("34,64%", Some(34.64)),
        ("-2", Some(-2.0)),
        ("+1.00 %", Some(1.0)),
        ("−0,5 %", Some(-0.5)),
        ("1.234,5 %", Some(1234.5)),
        ("1,234.5", Some(1234.5)),
        ("0", Some(0.0)),
        ("", None),
        ("%", None),
        ("n/a", None),
        ("NaN", None),
        ("1e5", None),
        ("inf", None),
        ("5-5", None),
    ];
    for (text, value) in table {
        assert_eq!(percent(text), value, "{text}");
    }
}

#[test]
fn counts_are_read_and_anything_else_is_nothing() {
    for (text, value) in [("12", 12), ("12.0", 12), ("1,234", 1234), ("1.234", 1234), ("", 0), ("x", 0), ("-3", 0)] {
        assert_eq!(count(text), value, "{text}");
    }
    assert_eq!(count("99999999999"), u32::MAX);
}

#[test]
fn moments_are_the_operations_clock() {
    let at = Timestamp(1_795_000_000_000);
    assert_eq!(stamp(at, &bogota()).as_deref(), Some("20261118060640"));
    for text in ["20261118060640", "2026-11-18 06:06:40", "2026-11-18T06:06:40.5"] {
        assert_eq!(moment(text, &bogota()), Some(at), "{text}");
    }
    for none in ["", "00000000000000", "0000-00-00 00:00:00", "20261350000000", "tomorrow", "2026111806"] {
        assert_eq!(moment(none, &bogota()), None, "{none}");
    }
}

#[test]
fn an_hour_that_comes_twice_or_never_is_read_all_the_same() {
    let madrid = TimeZone::get("Europe/Madrid").expect("a zone");
    // set back on 2026-10-25 at three: the first half past two
    assert_eq!(moment("20261025023000", &madrid), Some(Timestamp(1_792_888_200_000)));
    assert!(moment("20260329023000", &madrid).is_some(), "an hour that is left out");
    // a day of 23 hours ends at its own midnight
    let noon = moment("20260329120000", &madrid).expect("a moment");
    assert_eq!(next_midnight(noon, &madrid).and_then(|at| stamp(at, &madrid)).as_deref(), Some("20260330000000"));
}

#[test]
fn a_number_is_looked_for_in_every_form_a_campaign_may_keep() {
    let plan = DialPlan::new("CO").expect("a country");
    let dial = DialFormat { outside_prefix: Some("9".to_owned()), ..DialFormat::default() };
    let party = Party::Outside(Number { e164: "+573001234567".to_owned(), extension: None });
    let forms = |form| number_forms(&party, form, &dial, &plan);
    assert_eq!(forms(NumberForm::Any), ["3001234567", "573001234567", "+573001234567", "9+573001234567"]);
    assert_eq!(forms(NumberForm::Digits), ["573001234567"]);
    assert_eq!(forms(NumberForm::Dialled), ["9+573001234567"]);
    assert!(number_forms(&Party::Hidden, NumberForm::Any, &dial, &plan).is_empty());
    let internal = Party::Internal { digits: "5001".to_owned() };
    assert_eq!(number_forms(&internal, NumberForm::National, &dial, &plan), ["5001"]);
}

#[test]
fn numbers_are_the_same_behind_any_prefix_and_short_ones_only_if_equal() {
    assert!(same_number("+57 300 123 4567", "3001234567"));
    assert!(same_number("93001234567", "3001234567"), "a line's prefix");
    assert!(same_number("5001", "5001") && !same_number("001", "5001"));
    assert!(!same_number("", "") && !same_number("3001234567", "3001234568"));
}

#[test]
fn codes_are_for_calls_in_two_levels_under_either_name() {
    let rows: Vec<Fields> = [
        json!({ "cod_act": "001", "description_cod_act": "Contact", "voice": "yes", "type_code": "cod_act1" }),
        json!({ "code_act": "002", "description_code_act": "Chat only", "voice": "no", "type_code": "cod_act1" }),
        json!({ "code_act": 3, "voice": "", "type_code": "" }),
        json!({ "cod_act": "A01", "description_cod_act": "This week", "voice": "YES", "type_code": "cod_act2" }),
        json!({ "cod_act": "001", "voice": "yes" }),
        json!({ "cod_act": " " }),
    ]
    .iter()
    .map(row)
    .collect();
    let list = codes("wv", &rows, true, Timestamp(0));
    let words = |codes: &[DispositionCode]| codes.iter().map(|c| format!("{} {}", c.code, c.label)).collect::<Vec<_>>();
    assert_eq!(words(&list.first), ["001 Contact", "3 3"]);
    assert_eq!(words(&list.second), ["A01 This week"]);
    assert!(codes("wv", &rows, false, Timestamp(0)).second.is_empty());
}

#[test]
fn a_record_keeps_what_helps_and_leaves_out_what_is_empty() {
    let campaign = campaign(
        "wv",
        &row(
            &json!({ "campaign_id": "7224", "campaign_name": "Cobranza", "type_campaign": "Predictive", "status": "Started" }),
        ),
    );
    let campaign = campaign.expect("a campaign");
    assert_eq!((campaign.kind, campaign.running), (CampaignKind::Predictive, Some(true)));
    let fields = row(&json!({
        "customer_name": "Ana", "customer_last_name": "Kiss", "customer_id": 10000001, "tel1": "3001234567",
        "tel2": "", "tel3": "3001234567", "opt1": "gold", "city": "-", "date": "2026-11-18 06:06:40", "calls": "2",
        "result": "ANSWER", "campaign_id": "7224"
    }));
    let found = record(&campaign, &fields, &bogota()).expect("a record");
    assert_eq!((found.customer_name.as_str(), found.numbers.len()), ("Ana Kiss", 1));
    assert_eq!(found.fields, [("opt1".to_owned(), "gold".to_owned())]);
    assert_eq!((found.attempts, found.last_attempt), (Some(2), Some(Timestamp(1_795_000_000_000))));
    assert!(record(&campaign, &row(&json!({ "customer_name": "Nobody" })), &bogota()).is_none());
    assert!(super::campaign("wv", &row(&json!({ "campaign_id": "1", "type_campaign": "sms" }))).is_none());
}
