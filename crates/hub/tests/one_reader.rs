//! Wherever a number comes in, it is read alike: REST, the box and the card before dialling, look-ups and webhooks.

use crate::support::{self, TOKEN, dial_plan, world};

use ringcard_core::{
    frame::{Reply, Request, RequestErrorCode},
    number::{Certainty, Party, view},
};
use serde_json::json;

/// The questions, as they are asked of the reader itself.
fn questions() -> impl Iterator<Item = &'static str> {
    let rows = include_str!("../../core/tests/same_questions.tsv").lines();
    rows.filter_map(|row| Some(row.split_once('\t')?.0))
}

#[tokio::test]
async fn rest_the_box_and_look_ups_answer_as_the_reader_does() {
    let world = world().await;
    let mut desk = world.desk().await;
    for text in questions() {
        let read = dial_plan().read(text);
        let (status, body) = world.dial(json!({ "number": text, "extension": "101" })).await;
        let code = body["error"]["code"].as_str().unwrap_or_default();
        let before = desk.ask(Request::BeforeDial { number: text.into() }).await;
        let looked_up = world.http.get(format!("{}/v1/customers", world.base)).query(&[("number", text)]);
        let looked_up = looked_up.bearer_auth(TOKEN).send().await.expect("an answer").status().as_u16();
        match read {
            Ok(reading) => {
                let Ok(Reply::BeforeDial { before }) = before else { panic!("{text}: {before:?}") };
                assert_eq!(before.number, view(&reading.party), "{text}");
                let expected: &[(u16, &str)] = match reading.certainty {
                    Certainty::Sure => &[(202, ""), (409, "asks_first")],
                    Certainty::Unsure { .. } => &[(409, "unsure_number")],
                };
                assert!(expected.contains(&(status, code)), "{text}: {status} {body}");
                assert_eq!(looked_up, 200, "{text}");
            }
            Err(why) => {
                assert_eq!((status, code), (400, "not_a_number"), "{text}: {body}");
                assert_eq!(body["error"]["message"], json!(why.to_string()), "{text}");
                assert_eq!(before.expect_err("no number").code, RequestErrorCode::NotANumber, "{text}");
            }
        }
    }
}

#[tokio::test]
async fn a_webhook_answers_as_the_reader_does() {
    let world = world().await;
    let mut desk = world.desk().await;
    // A call of a telephone to itself is none.
    let outside = questions().filter(|text| !matches!(dial_plan().read_ani(Some(text)).0, Party::Internal { .. }));
    for (at, text) in outside.enumerate() {
        let caller = url_encoded(text);
        assert_eq!(world.push(&format!("caller={caller}&called=0612345678&extension=101&call_id=q-{at}")).await, 200);
        let id = format!("q-{at}");
        desk.until(text, |desk| desk.calls.values().any(|call| call.external_id.as_deref() == Some(&id))).await;
        let call = desk.calls.values().find(|call| call.external_id.as_deref() == Some(&id)).expect("it is there");
        assert_eq!(call.ani, dial_plan().read_ani(Some(text)), "{text}");
        if let Ok(reading) = dial_plan().read(text) {
            assert_eq!(call.ani.0, reading.party, "{text}");
        }
    }
}

fn url_encoded(text: &str) -> String {
    let code = |byte: u8| match byte {
        b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(code).collect()
}

#[tokio::test]
async fn digits_that_were_kept_as_they_are_dialled_in_town_are_found_and_dialled_when_somebody_says_so() {
    let world = support::world().await;
    world.customer("Gate", &["1234567"]).await;
    let found = world.http.get(format!("{}/v1/customers?number=1234567", world.base)).bearer_auth(TOKEN);
    let found: serde_json::Value = found.send().await.expect("an answer").json().await.expect("JSON");
    assert_eq!(found["matches"][0]["customer"]["name"], json!("Gate"), "{found}");
    let order = |confirmed: bool| json!({ "number": "1234567", "extension": "101", "confirmed": confirmed });
    let (status, body) = world.dial(order(false)).await;
    assert_eq!((status, &body["error"]["code"]), (409, &json!("unsure_number")), "{body}");
    let (status, body) = world.dial(order(true)).await;
    assert_eq!(status, 202, "{body}");
}
