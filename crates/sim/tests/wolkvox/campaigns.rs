//! codify, add_record, find_record, recall, remove_record, detail, and the lists they need.

use super::support::{CODIFY, CUSTOMER, PREDICTIVE, PREVIEW, ask, code_body, codify, get, rows, sim, with};
use reqwest::Method;
use ringcard_sim::wolkvox::{CodeStyle, DataStyle, EmptyStyle, NameStyle, OnUnknown, PhoneMatch, Style, Write};
use serde_json::{Value, json};

#[tokio::test]
async fn a_coded_record_is_closed_and_coding_it_again_leaves_it_so() {
    let sim = sim().await;
    let expected = json!({ "code": 202, "error": null, "msg": "customer_id 10000001 has been coded" });
    assert_eq!(codify(&sim, CUSTOMER).await, (202, expected.clone()));
    assert_eq!(codify(&sim, CUSTOMER).await, (202, expected));
    assert_eq!(sim.coded(PREDICTIVE, CUSTOMER), 2, "every write is counted");
    let records = sim.records(PREDICTIVE);
    let of_customer: Vec<_> = records.iter().filter(|r| r.customer_id == CUSTOMER).collect();
    assert_eq!(of_customer.len(), 1);
    assert!(of_customer[0].coded.is_some());
    assert_eq!((of_customer[0].cod_act.as_str(), of_customer[0].cod_act_2.as_str()), ("002", "A01"));
    let applied = sim.applied();
    let comment = "pagará el viernes".to_string();
    let (campaign_id, customer_id) = (PREDICTIVE.to_string(), CUSTOMER.to_string());
    let (cod_act, cod_act_2) = ("002".to_string(), Some("A01".to_string()));
    assert_eq!(applied[0].write, Write::Coded { campaign_id, customer_id, cod_act, cod_act_2, comment });
    assert_eq!((applied[0].seq, applied[0].token.as_deref()), (sim.requests()[0].seq, Some("desk")));
    sim.shutdown().await;
}

#[tokio::test]
async fn what_the_documents_leave_open_is_refused_or_accepted_as_set() {
    let sim = sim().await;
    let wrong_type = CODIFY.replace("predictive", "preview");
    let wrong_campaign = CODIFY.replace(PREDICTIVE, "1");
    let mut wrong_code = code_body(CUSTOMER);
    wrong_code["cod_act"] = "A01".into(); // of the other list
    let cases = [
        (CODIFY, code_body("1")),
        (wrong_type.as_str(), code_body(CUSTOMER)),
        (wrong_campaign.as_str(), code_body(CUSTOMER)),
        (CODIFY, wrong_code),
    ];
    for (target, body) in &cases {
        let (status, answer) = ask(&sim, Method::PUT, target, Some(body)).await;
        assert_eq!((status, &answer["error"]), (400, &"BAD REQUEST".into()), "{target} {body}");
    }
    assert!(sim.applied().is_empty());
    sim.adjust(|config| {
        config.unknowns.customer = OnUnknown::Accept;
        config.unknowns.campaign = OnUnknown::Accept;
        config.unknowns.campaign_type = OnUnknown::Accept;
        config.unknowns.code = OnUnknown::Accept;
    });
    for (target, body) in &cases {
        assert_eq!(ask(&sim, Method::PUT, target, Some(body)).await.0, 202, "{target} {body}");
    }
    assert_eq!(sim.applied().len(), 1, "only the unknown code was written; the rest found nothing");
    sim.adjust(|config| config.unknowns.coded_before = OnUnknown::Refuse);
    assert_eq!(codify(&sim, CUSTOMER).await.0, 400);
    sim.shutdown().await;
}

#[tokio::test]
async fn codify_needs_its_parameters_and_ignores_the_second_code_when_it_is_off() {
    let sim = with(|config| config.second_codes = false).await;
    for gone in ["cod_act", "customer_id"] {
        let mut body = code_body(CUSTOMER);
        body[gone] = "".into();
        assert_eq!(ask(&sim, Method::PUT, CODIFY, Some(&body)).await.0, 400, "{gone}");
    }
    for target in
        ["campaign.php?api=codify&campaign_id=7224", "campaign.php?api=codify&type_campaign=other&campaign_id=7224"]
    {
        assert_eq!(ask(&sim, Method::PUT, target, Some(&code_body(CUSTOMER))).await.0, 400, "{target}");
    }
    assert_eq!(codify(&sim, CUSTOMER).await.0, 202);
    assert!(matches!(&sim.applied()[0].write, Write::Coded { cod_act_2: None, .. }));
    let (_, codes) = get(&sim, "information.php?api=activity_codes").await;
    assert!(rows(&codes).iter().all(|c| c["type_code"] == "cod_act1"));
    sim.shutdown().await;
}

#[tokio::test]
async fn the_codes_come_in_two_lists() {
    let sim = sim().await;
    let (_, body) = get(&sim, "information.php?api=activity_codes").await;
    let of = |list: &str| rows(&body).iter().filter(|c| c["type_code"] == list && c["voice"] == "yes").count();
    assert_eq!((of("cod_act1"), of("cod_act2")), (7, 5));
    let (_, one) = get(&sim, "information.php?api=activity_codes&cod_act=002").await;
    assert_eq!(rows(&one)[0]["description_cod_act"], "Promesa de pago");
    sim.shutdown().await;
}

#[tokio::test]
async fn a_record_added_twice_is_there_twice() {
    let sim = sim().await;
    let target = "campaign.php?api=add_record&type_campaign=predictive&campaign_id=7224&campaign_status=start";
    let record = json!([{ "customer_name": "Austin", "customer_id": "100000000", "tel1": "3000000000", "age": "28" }]);
    for _ in 0..2 {
        let (status, body) = ask(&sim, Method::POST, target, Some(&record)).await;
        assert_eq!((status, &body["code"], &body["data"][0]["total_registers"]), (201, &"201".into(), &"1".into()));
    }
    let (_, found) = get(&sim, "campaign.php?api=find_record&customer_id=100000000").await;
    assert_eq!(rows(&found).len(), 2);
    assert_eq!(sim.applied().len(), 2);
    sim.shutdown().await;
}

#[tokio::test]
async fn uploads_are_arrays_of_whole_records_within_the_limit() {
    let sim = with(|config| config.upload_most = 3).await;
    let target = "campaign.php?api=add_record&type_campaign=preview&campaign_id=7310";
    let one = json!({ "customer_id": "1", "tel1": "3", "agent_id": "5001" });
    for refused in [json!(one), json!([]), json!([{ "customer_id": "1" }]), json!([one, one, one, one])] {
        assert_eq!(ask(&sim, Method::POST, target, Some(&refused)).await.0, 400, "{refused}");
    }
    let long = json!([{ "customer_id": "1", "tel1": "3", "opt1": "x".repeat(101) }]);
    assert_eq!(ask(&sim, Method::POST, target, Some(&long)).await.0, 400);
    assert!(sim.applied().is_empty());
    assert_eq!(ask(&sim, Method::POST, target, Some(&json!([one, one, one]))).await.0, 201);
    sim.shutdown().await;
}

#[tokio::test]
async fn ten_thousand_records_go_up_at_once() {
    let sim = sim().await;
    let target = "campaign.php?api=add_record&type_campaign=predictive&campaign_id=7225&campaign_status=stop";
    let records: Vec<_> = (0..10_000).map(|n| json!({ "customer_id": n.to_string(), "tel1": "3000000000" })).collect();
    assert_eq!(ask(&sim, Method::POST, target, Some(&Value::Array(records))).await.0, 201);
    assert_eq!(sim.records("7225").len(), 10_025);
    sim.shutdown().await;
}

#[tokio::test]
async fn a_customer_is_found_by_phone_in_every_campaign() {
    let sim = sim().await;
    let record = sim.records(PREVIEW).into_iter().find(|r| r.customer_id == "10000025").expect("a record");
    let phone = record.telephones().next().expect("a phone").to_owned();
    let by_phone = |phone: &str| format!("campaign.php?api=find_record&customer_phone={phone}");
    let (_, body) = get(&sim, &by_phone(&phone)).await;
    let mut campaigns: Vec<_> =
        rows(&body).iter().map(|r| r["campaign_id"].as_str().unwrap_or_default().to_owned()).collect();
    campaigns.sort();
    assert_eq!(campaigns, ["7224", "7225", "7310"]);
    assert!(rows(&body).iter().all(|r| r["customer_id"] == "10000025"));
    let (_, one) = get(&sim, &format!("{}&campaign_id=7310", by_phone(&phone))).await;
    assert_eq!((rows(&one).len(), &one["msg"]), (1, &"1 records were found".into()));
    let national = &phone[2..];
    assert_eq!(get(&sim, &by_phone(national)).await.0, 404);
    sim.adjust(|config| config.phone_match = PhoneMatch::LastDigits(9));
    assert_eq!(get(&sim, &by_phone(national)).await.0, 200);
    sim.shutdown().await;
}

#[tokio::test]
async fn nothing_found_is_a_404_or_an_empty_list() {
    let sim = sim().await;
    let target = "campaign.php?api=find_record&customer_id=1";
    assert_eq!(get(&sim, target).await.0, 404);
    sim.adjust(|config| config.style.empty = EmptyStyle::EmptyList);
    let (status, body) = get(&sim, target).await;
    assert_eq!((status, &body["data"]), (200, &json!([])));
    sim.shutdown().await;
}

#[tokio::test]
async fn a_record_is_called_again_when_told_and_listed_among_the_call_backs() {
    let sim = sim().await;
    let target = "campaign.php?api=recall&campaign_id=7224";
    let body = json!({ "recall_date": "20260311160000", "recall_telephone": "93242567400", "customer_id": CUSTOMER });
    let (status, answer) = ask(&sim, Method::PUT, target, Some(&body)).await;
    assert_eq!(status, 202);
    assert_eq!(
        answer["msg"],
        "customer_id 10000001 has been updated and will be call back on 20260311160000 to phone 93242567400"
    );
    let (_, list) = get(&sim, "real_time.php?api=recall&type=auto").await;
    assert!(rows(&list).iter().any(|r| r["phone_number"] == "93242567400" && r["id_campaing"] == "7224"));
    let bad = json!({ "recall_date": "tomorrow", "recall_telephone": "9", "customer_id": CUSTOMER });
    assert_eq!(ask(&sim, Method::PUT, target, Some(&bad)).await.0, 400);
    sim.shutdown().await;
}

#[tokio::test]
async fn removed_records_are_gone_and_managed_ones_are_in_the_detail() {
    let sim = sim().await;
    codify(&sim, CUSTOMER).await;
    let (from, to) = (sim.date(-3_600_000), sim.date(3_600_000));
    let detail = format!(
        "campaign.php?api=detail&type_campaign=predictive&campaign_id=7224&date_ini={from}&date_end={to}&detail=all"
    );
    let (_, body) = get(&sim, &detail).await;
    assert_eq!((rows(&body).len(), &rows(&body)[0]["cod_act"]), (1, &"002".into()));
    let remove = "campaign.php?api=remove_record&type_campaign=predictive&campaign_id=7224";
    let both = json!({ "customer_id": "10000001,10000002" });
    assert_eq!(ask(&sim, Method::DELETE, remove, Some(&both)).await.0, 202);
    assert_eq!(sim.records(PREDICTIVE).len(), 28);
    assert_eq!(ask(&sim, Method::DELETE, remove, Some(&both)).await.0, 400);
    sim.shutdown().await;
}

#[tokio::test]
async fn every_documented_shape_of_an_answer_can_be_demanded() {
    let sim = sim().await;
    let style = |change: fn(&mut Style)| {
        sim.adjust(|config| {
            config.style = Style::default();
            change(&mut config.style);
        });
    };
    let skill = "information.php?api=skills&skill=4301";
    for (code, expected) in [
        (CodeStyle::Number, json!(200)),
        (CodeStyle::Text, json!("200")),
        (CodeStyle::Empty, json!("")),
        (CodeStyle::Zero, json!("0")),
    ] {
        sim.adjust(|config| config.style.code = code);
        assert_eq!(get(&sim, skill).await.1["code"], expected);
    }
    style(|s| s.data = DataStyle::OneAsObject);
    assert_eq!(get(&sim, skill).await.1["data"]["skill_name"], "Cobranza");
    assert_eq!(rows(&get(&sim, "information.php?api=skills").await.1).len(), 3);
    style(|s| s.data = DataStyle::Keyed);
    assert_eq!(get(&sim, "information.php?api=skills").await.1["data"]["2"]["skill_id"], "4303");
    style(|s| s.names = NameStyle::WebPage);
    assert_eq!(get(&sim, "information.php?api=activity_codes").await.1["data"][0]["code_act"], "001");
    assert_eq!(get(&sim, "real_time.php?api=recall&type=all").await.1["data"][0]["id_campaign"], "7224");
    sim.shutdown().await;
}
