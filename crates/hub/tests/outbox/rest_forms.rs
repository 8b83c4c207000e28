//! What a script did wrong, said in the one form of errors, and what it can have written.

use super::{CUSTOMER, EXTENSION, Office, PREVIEW};
use crate::support::{TOKEN, client};
use reqwest::Method;
use serde_json::{Value, json};

/// What is asked; then the status, the code and some words of the answer.
type Case = (Method, &'static str, Option<Value>, u16, &'static str, &'static str);

#[tokio::test]
async fn what_is_wrong_with_a_request_is_said_in_the_form_of_every_error_and_what_is_allowed_too() {
    let office = Office::open().await;
    let dial = |agent: &str| json!({ "number": "+36301234567", "agent": agent });
    let cases: [Case; 17] = [
        (Method::GET, "/calls?live=maybe", None, 400, "invalid", "live: either true or false"),
        (Method::GET, "/calls?limit=many", None, 400, "invalid", "limit: a whole number"),
        (Method::GET, "/callbacks?agnet=Ana", None, 400, "invalid", "`agent`"),
        (Method::GET, "/customers?q=a&limit=-1", None, 400, "invalid", "limit: a whole number"),
        (Method::GET, "/customers?name=a", None, 400, "invalid", "number=…"),
        (Method::GET, "/customers", None, 400, "invalid", "q=…"),
        (Method::GET, "/codes?refresh=1", None, 400, "invalid", "refresh: either true or false"),
        (Method::GET, "/pushes?acount=pbx", None, 400, "invalid", "`account`"),
        (Method::GET, "/outbox?filter=everything", None, 400, "invalid", "`needs_a_person`"),
        (Method::GET, "/outbox?limit=many", None, 400, "invalid", "limit: a whole number"),
        (Method::GET, "/callbacks?agent=Nobody", None, 400, "invalid", "no agent “Nobody”; there are: Ana, Béla"),
        (Method::GET, "/reports/not-coded?agent=Nobody&from=0&to=1", None, 400, "invalid", "there are: Ana, Béla"),
        (Method::POST, "/calls", Some(dial("Nobody")), 400, "invalid", "no agent “Nobody”; there are: Ana, Béla"),
        (Method::POST, "/calls", Some(json!({ "numbr": "1" })), 422, "unreadable", "`number`"),
        (Method::GET, "/calls/%ff", None, 400, "invalid", "UTF-8"),
        (Method::PUT, "/customers/%ff", Some(json!({})), 400, "invalid", "UTF-8"),
        (Method::POST, "/outbox/%ff/retry", None, 400, "invalid", "UTF-8"),
    ];
    for (method, path, body, status, code, words) in cases {
        let refused = office.form(method.clone(), path, body).await;
        let message = refused.1["error"]["message"].as_str().unwrap_or_default();
        assert_eq!((refused.0, refused.1["error"]["code"].as_str()), (status, Some(code)), "{path}: {}", refused.1);
        assert!(message.contains(words), "{method} {path}: {message}");
        assert!(!message.contains("eserialize"), "in words of people: {message}");
    }
}

/// Both were asked by scripts before anything unknown was refused.
#[tokio::test]
async fn calls_and_customers_pass_over_a_parameter_they_do_not_know() {
    let office = Office::open().await;
    for path in ["/calls?live=true&_=1", "/customers?q=a&page=2"] {
        let (status, answer) = office.form(Method::GET, path, None).await;
        assert_eq!(status, 200, "{path}: {answer}");
    }
}

#[tokio::test]
async fn a_name_that_is_not_there_turns_nothing_in_the_sentence_that_says_so() {
    let office = Office::open().await;
    let (turned, in_path) = ("no\u{202e}body", "no%E2%80%AEbody");
    let write = json!({ "kind": "add_record", "account": turned, "campaign": PREVIEW, "campaign_kind": "preview",
                        "customer_id": "1", "customer_name": "Eva", "numbers": ["+36301112233"], "fields": [] });
    let cases = [
        (Method::POST, format!("/accounts/{in_path}/test"), None),
        (Method::POST, format!("/agents/{in_path}/token"), Some(json!({}))),
        (Method::DELETE, format!("/agents/{in_path}/token"), None),
        (Method::GET, format!("/callbacks?agent={in_path}"), None),
        (Method::POST, "/outbox".to_owned(), Some(json!({ "write": write }))),
    ];
    for (method, path, body) in cases {
        let (status, refused) = office.form(method.clone(), &path, body).await;
        let message = refused["error"]["message"].as_str().expect("a sentence");
        assert!(status >= 400 && message.contains("“nobody”"), "{method} {path}: {message:?}");
    }
}

#[tokio::test]
async fn a_script_adds_a_record_and_promises_moves_and_takes_back_a_call_back() {
    let office = Office::open().await;
    let add = json!({ "kind": "add_record", "account": "crm", "campaign": PREVIEW, "campaign_kind": "preview", "customer_id": "770001",
                      "customer_name": "Eva Nagy", "numbers": ["+36301112233"], "fields": [] });
    let body = json!({ "write": add, "about": "Eva Nagy", "agent": "Ana", "key": "add-1" });
    let (status, taken) = office.form(Method::POST, "/outbox", Some(body.clone())).await;
    assert_eq!((status, &taken["key"], &taken["known"]), (202, &json!("add-1"), &json!(false)), "{taken}");
    office.until_done("add-1").await;
    assert!(office.sim.records(PREVIEW).iter().any(|record| record.customer_id == "770001"), "it is in the campaign");
    let (_, again) = office.form(Method::POST, "/outbox", Some(body)).await;
    assert_eq!(again["known"], true, "the same key is the same wish");

    let at = office.clock.now().0 + 5 * 3_600_000;
    let record = json!({ "account": "crm", "campaign": super::PREDICTIVE, "kind": "predictive", "customer_id": CUSTOMER.to_string() });
    let number = office.number_of(CUSTOMER);
    let mine = async |office: &Office| {
        let (_, all) = office.form(Method::GET, "/callbacks?agent=Ana", None).await;
        let all = all["callbacks"].as_array().expect("call-backs").clone();
        all.into_iter().filter(|one| one["number"] == number.as_str()).map(|one| one["at"].as_i64()).collect::<Vec<_>>()
    };
    assert_eq!(mine(&office).await, []);
    for (n, (kind, at, then)) in [
        ("schedule_callback", Some(at), vec![Some(at)]),
        ("change_callback", Some(at + 3_600_000), vec![Some(at + 3_600_000)]),
        ("cancel_callback", None, vec![]),
    ]
    .into_iter()
    .enumerate()
    {
        let mut write =
            json!({ "kind": kind, "record": record, "number": number, "style": "agent", "agent_id": EXTENSION });
        if let Some(at) = at {
            write["at"] = at.into();
        }
        let (status, taken) =
            office.form(Method::POST, "/outbox", Some(json!({ "write": write, "key": format!("b{n}") }))).await;
        assert_eq!(status, 202, "{kind}: {taken}");
        office.until_done(&format!("b{n}")).await;
        // the other system counts in whole minutes or seconds
        let whole = |times: &[Option<i64>]| times.iter().map(|at| at.map(|at| at / 60_000)).collect::<Vec<_>>();
        assert_eq!(whole(&mine(&office).await), whole(&then), "{kind}");
    }

    let nowhere = json!({ "write": { "kind": "add_record", "account": "nobody", "campaign": PREVIEW, "campaign_kind": "preview",
                          "customer_id": "1", "customer_name": "", "numbers": ["+36301112233"], "fields": [] } });
    let (status, refused) = office.form(Method::POST, "/outbox", Some(nowhere)).await;
    assert_eq!((status, &refused["error"]["code"]), (400, &json!("no_account")), "{refused}");
    let nothing = json!({ "write": { "kind": "add_record", "account": "crm" } });
    let (status, refused) = office.form(Method::POST, "/outbox", Some(nothing)).await;
    assert_eq!((status, &refused["error"]["code"]), (422, &json!("unreadable")), "{refused}");
}

impl Office {
    /// A request, and the answer if it is JSON.
    async fn form(&self, method: Method, path: &str, body: Option<Value>) -> (u16, Value) {
        let bound = self.hub.listening().as_ref().expect("bound").expect("an address");
        let request = client().request(method, format!("http://{bound}/v1{path}")).bearer_auth(TOKEN);
        let request = body.iter().fold(request, |request, body| request.json(body));
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        let text = answer.text().await.expect("text");
        (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
    }

    async fn until_done(&self, key: &str) {
        self.until_rest(key, "done").await;
    }

    pub(super) async fn until_parked(&self, key: &str) {
        self.until_rest(key, "parked").await;
    }
}
