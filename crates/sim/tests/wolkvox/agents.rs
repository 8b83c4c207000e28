//! agentbox from the cloud, and the program on the agent's own PC.

use super::support::{CUSTOMER, agentbox, ask, client, get, rows, sim, with};
use reqwest::Method;
use ringcard_sim::{
    WolkvoxSim,
    wolkvox::{CallOrigin, OnUnknown, Write},
};
use serde_json::Value;

const DIAL: &str = "api=dial&customer_phone=3001234567&customer_id=77&customer_name=Ana";

/// One word per write that took effect.
fn story(sim: &WolkvoxSim) -> Vec<String> {
    let word = |write: &Write| match write {
        Write::Dialled { phone, .. } => format!("dial {phone}"),
        Write::HungUp { .. } => "hang".into(),
        Write::Held { on, .. } => format!("hold {on}"),
        Write::Muted { on, .. } => format!("mute {on}"),
        Write::Tones { tones, .. } => format!("tones {tones}"),
        Write::Transferred { phone, .. } => format!("transfer {phone}"),
        Write::Typed { cod_act, cod_act_2, .. } => format!("type {cod_act} {}", cod_act_2.as_deref().unwrap_or("-")),
        Write::Status { status, .. } => status.clone(),
        other => format!("{other:?}"),
    };
    sim.applied().iter().map(|a| word(&a.write)).collect()
}

#[tokio::test]
async fn a_call_is_dialled_held_muted_and_hung_up_and_toggles_toggle() {
    let sim = sim().await;
    let (status, body) = agentbox(&sim, DIAL).await;
    assert_eq!((status, &body["code"], &body["msg"]), (200, &"200".into(), &"Dial has been successful".into()));
    let agent = sim.agent("5001").expect("an agent");
    let call = agent.call.expect("a call");
    assert_eq!(body["data"]["conn_id"], call.conn_id);
    assert_eq!(
        (call.phone.as_str(), call.customer_id.as_deref(), agent.status.as_str()),
        ("3001234567", Some("77"), "Outbound")
    );
    for query in ["api=hold", "api=mute", "api=hold", "api=mute", "api=mute", "api=dtmf&tones=12%23", "api=hang"] {
        assert_eq!(agentbox(&sim, query).await.0, 200, "{query}");
    }
    let tones = "tones 12#";
    assert_eq!(
        story(&sim),
        ["dial 3001234567", "hold true", "mute true", "hold false", "mute false", "mute true", tones, "hang"]
    );
    let agent = sim.agent("5001").expect("an agent");
    assert_eq!((agent.call, agent.muted, agent.status.as_str()), (None, false, "ACW"));
    sim.shutdown().await;
}

#[tokio::test]
async fn each_dial_is_a_call() {
    let sim = sim().await;
    agentbox(&sim, DIAL).await;
    assert_eq!(agentbox(&sim, DIAL).await.0, 400, "one at a time");
    sim.customer_hangs_up("5001").expect("a call");
    agentbox(&sim, DIAL).await;
    assert_eq!(sim.dialled("3001234567"), 2);
    sim.shutdown().await;
}

#[tokio::test]
async fn without_a_call_acts_on_it_are_refused_or_accepted_as_set() {
    let sim = sim().await;
    let acts = ["api=hang", "api=hold", "api=mute", "api=dtmf&tones=1", "api=transfer&customer_phone=1"];
    for act in acts {
        assert_eq!(agentbox(&sim, act).await.0, 400, "{act}");
    }
    sim.adjust(|config| config.unknowns.call = OnUnknown::Accept);
    for act in acts {
        assert_eq!(agentbox(&sim, act).await.0, 200, "{act}");
    }
    assert!(sim.applied().is_empty());
    sim.shutdown().await;
}

#[tokio::test]
async fn a_call_is_typed_while_it_lasts_and_after_it() {
    let sim = sim().await;
    agentbox(&sim, DIAL).await;
    assert_eq!(agentbox(&sim, "api=type&cod_act=001&comments=x").await.0, 400, "the second code is needed");
    assert_eq!(agentbox(&sim, "api=type&cod_act=001&cod_act_2=001").await.0, 400, "of the other list");
    assert_eq!(agentbox(&sim, "api=type&cod_act=001&cod_act_2=A01&comments=uno").await.0, 200);
    agentbox(&sim, "api=hang").await;
    let (_, body) = agentbox(&sim, "api=type&cod_act=002&cod_act_2=A02&comments=dos").await;
    let row = sim.calls().pop().expect("a connected call");
    assert_eq!(body["data"]["conn_id"], row.conn_id);
    assert_eq!((row.cod_act.as_str(), row.cod_act_2.as_str(), row.comment.as_str()), ("002", "A02", "dos"));
    sim.shutdown().await;
}

#[tokio::test]
async fn states_change_by_word_or_id() {
    let sim = sim().await;
    let (_, body) = agentbox(&sim, "api=change_status&status=1").await;
    assert_eq!(body["msg"], "Agent status has been modified to Active breaks");
    assert_eq!(agentbox(&sim, "api=change_status&status=99").await.0, 400);
    agentbox(&sim, "api=change_status&status=logout").await;
    let (_, list) = get(&sim, "real_time.php?api=agents").await;
    assert_eq!(rows(&list)[0]["agent_status"], "Logout");
    assert_eq!(agentbox(&sim, DIAL).await.0, 400, "nobody is there");
    sim.shutdown().await;
}

#[tokio::test]
async fn a_call_is_given_to_another_agent() {
    let sim = sim().await;
    sim.give_call("5001", CallOrigin::Campaign, "3001234567", Some(("7224", CUSTOMER)));
    let (_, body) = agentbox(&sim, "api=transfer&customer_phone=5002").await;
    assert_eq!(body["msg"], "Call has been transfer to 5002 number");
    assert_eq!(story(&sim), ["transfer 5002"]);
    sim.shutdown().await;
}

#[tokio::test]
async fn call_backs_are_made_edited_and_deleted() {
    let sim = sim().await;
    let before = sim.recalls().len();
    let made = "api=recall&id_camp=7224&id_customer=10000010&telefono=300&rellamada=20260312090000&recall_style=auto";
    assert_eq!(agentbox(&sim, made).await.0, 200);
    let older =
        "api=recall&id_camp=7224&id_customer=10000011&customer_phone=301&date=20260312100000&type_recall=manual";
    assert_eq!(agentbox(&sim, older).await.0, 200);
    assert_eq!(agentbox(&sim, &made.replace("20260312090000", "20261312090000")).await.0, 400);
    let of = |api: &str, customer: &str, more: &str| {
        format!("agentbox.php?api={api}&agent_id=5001&id_camp=7224&id_customer={customer}&telephone=300&{more}")
    };
    let edit = of("edit_recall", "10000010", "recall=20260313090000&recall_style=auto&name_recall=Ana");
    assert_eq!(ask(&sim, Method::PUT, &edit, None).await.0, 200);
    for (customer, style) in [("10000010", "auto"), ("10000011", "manual")] {
        let delete = of("delete_recall", customer, &format!("recall_style={style}"));
        assert_eq!(ask(&sim, Method::DELETE, &delete, None).await.0, 200, "{style}");
    }
    let recalls = sim.recalls();
    assert_eq!(recalls.len(), before + 1, "the manual one is gone");
    assert_eq!(recalls[before].date, "00000000000000", "the automatic one has no date any more");
    let gone = of("delete_recall", "10000011", "recall_style=manual");
    assert_eq!(ask(&sim, Method::DELETE, &gone, None).await.0, 400);
    let (_, manual) = get(&sim, "real_time.php?api=recall&type=manual").await;
    assert!(rows(&manual).iter().all(|r| r["type_recall"] == "manual"));
    sim.shutdown().await;
}

#[tokio::test]
async fn a_customer_may_let_it_ring() {
    let sim = with(|config| config.customers_answer = false).await;
    agentbox(&sim, DIAL).await;
    assert!(!sim.agent("5001").and_then(|a| a.call).expect("a call").answered);
    sim.customer_answers("5001").expect("a call");
    assert!(sim.agent("5001").and_then(|a| a.call).expect("a call").answered);
    sim.shutdown().await;
}

/// The text the program on the agent's PC answers.
async fn local(sim: &WolkvoxSim, query: &str) -> String {
    let url = format!("{}?{query}", sim.local_url().expect("it is installed"));
    client().get(url).send().await.expect("an answer").text().await.expect("text")
}

fn read(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

#[tokio::test]
async fn on_the_agents_pc_a_whole_call_goes_without_a_token() {
    let sim = sim().await;
    let dialled = read(&local(&sim, "action=dia2&phone=3001234567&id_customer=77&name=Ana").await);
    let call = sim.agent("5001").and_then(|a| a.call).expect("a call");
    assert_eq!((&dialled["status"], &dialled["id_call"]), (&"OK".into(), &call.conn_id.into()));
    for query in [
        "action=hold",
        "action=mute",
        "action=keyp&key=5",
        "action=haup",
        "action=codd&cod=001&cod2=A01&comm=x",
        "action=redy",
    ] {
        assert_eq!(read(&local(&sim, query).await)["status"], "OK", "{query}");
    }
    assert_eq!(story(&sim), ["dial 3001234567", "hold true", "mute true", "tones 5", "hang", "type 001 A01", "Ready"]);
    assert_eq!(sim.quota().spent, 0);
    assert_eq!(sim.traffic_of_all().requests, 0);
    assert_eq!(sim.requests_of("local/dia2").len(), 1);
    assert_eq!(read(&local(&sim, "action=haup").await)["status"], "ERROR");
    assert_eq!(read(&local(&sim, "action=nothing").await)["status"], "ERROR");
    sim.shutdown().await;
}

#[tokio::test]
async fn with_a_callback_it_answers_a_call_of_it() {
    let sim = sim().await;
    assert_eq!(local(&sim, "action=acw&callback=jQuery_1.cb").await, r#"jQuery_1.cb({"status":"OK"})"#);
    assert_eq!(local(&sim, "action=acw&callback=a%3Balert").await, r#"{"status":"OK"}"#, "no other script");
    sim.shutdown().await;
}

#[tokio::test]
async fn preview_records_are_coded_and_predictive_ones_called_again_from_the_pc() {
    let sim = sim().await;
    let preview = "action=pcod&pcod_fin=001&pcomentmp_preview=bien";
    assert_eq!(read(&local(&sim, preview).await)["status"], "ERROR", "no such call");
    sim.give_call("5001", CallOrigin::Campaign, "300", Some(("7310", "10000015")));
    assert_eq!(read(&local(&sim, preview).await)["status"], "OK");
    assert_eq!(sim.coded("7310", "10000015"), 1);
    sim.customer_hangs_up("5001").expect("a call");
    sim.give_call("5001", CallOrigin::Campaign, "300", Some(("7224", CUSTOMER)));
    assert_eq!(read(&local(&sim, "action=rcal&date=20260311090000&dial=300").await)["status"], "OK");
    assert!(sim.recalls().iter().any(|r| r.customer_id == CUSTOMER && r.date == "20260311090000"));
    sim.shutdown().await;
}

#[tokio::test]
async fn the_program_on_the_pc_comes_and_goes_alone() {
    let sim = sim().await;
    sim.local_online(false).await.expect("shut");
    let url = format!("{}?action=acw", sim.local_url().expect("its address"));
    assert!(client().get(&url).send().await.expect_err("nobody listens").is_connect());
    assert_eq!(agentbox(&sim, DIAL).await.0, 200, "the cloud goes on");
    sim.local_online(true).await.expect("the same address");
    assert_eq!(client().get(&url).send().await.expect("an answer").status(), 200);
    sim.shutdown().await;
    let none = with(|config| config.local = None).await;
    assert_eq!(none.local_url(), None);
    none.shutdown().await;
}
