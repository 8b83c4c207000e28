//! `/v1/openapi.json` against what a running hub really answers, good and bad.

use super::{CUSTOMER, EXTENSION, Office, PREDICTIVE, PREVIEW, schema};
use crate::{
    customer_sources::with_a_crm,
    support::{KEY, TOKEN, client, world},
};
use reqwest::Method;
use ringcard_core::{
    call::{AgentId, CallId},
    campaign::CallbackStyle,
    outcome::{CallOutcome, PromisedCallback},
    submission::SubmissionKey,
};
use ringcard_sim::Ring;
use serde_json::{Value, json};
use std::collections::BTreeSet;

/// What hubs answered, held against their document.
struct Held {
    document: Value,
    /// Every operation that was answered well.
    seen: BTreeSet<String>,
    problems: Vec<String>,
}

impl Held {
    /// Asks a hub as the operation `/path/{of}/it` says, and looks whether its answer is described.
    async fn ask(
        &mut self,
        base: &str,
        method: Method,
        operation: &str,
        url: &str,
        body: Option<Value>,
    ) -> (u16, Value) {
        let request = client().request(method.clone(), format!("{base}{url}")).bearer_auth(TOKEN);
        let request = body.iter().fold(request, |request, body| request.json(body));
        self.send(request, &method, operation).await
    }

    async fn send(&mut self, request: reqwest::RequestBuilder, method: &Method, operation: &str) -> (u16, Value) {
        let name = format!("{} {operation}", method.as_str().to_lowercase());
        let answer = request.send().await.expect("an answer");
        let status = answer.status().as_u16();
        let kind = answer.headers().get("content-type").map(|kind| kind.to_str().expect("text").to_owned());
        let text = String::from_utf8_lossy(&answer.bytes().await.expect("a body")).into_owned();
        let body: Value = serde_json::from_str(&text).unwrap_or_default();
        let described = &self.document["paths"][operation][method.as_str().to_lowercase()];
        let answers = schema::resolved(&self.document, &described["responses"][status.to_string()]).clone();
        let place = format!("{name} {status}");
        if answers.is_null() {
            self.problems.push(format!("{place}: not described: {text}"));
        } else if let Some(content) = answers["content"].as_object() {
            let kind = kind.unwrap_or_default();
            let kind = kind.split(';').next().unwrap_or_default();
            match content.get(kind) {
                Some(content) if kind == "application/json" => {
                    let found = schema::problems(&self.document, &content["schema"], &body);
                    self.problems.extend(found.into_iter().map(|problem| format!("{place}{problem}")));
                }
                Some(_) => {}
                None => self.problems.push(format!("{place}: {kind} is not described: {text}")),
            }
            if status >= 400
                && !answers["content"]["application/json"]["examples"][body["error"]["code"].as_str().unwrap_or("none")]
                    .is_object()
            {
                self.problems.push(format!("{place}: the code {} is not listed", body["error"]["code"]));
            }
        } else if !text.is_empty() {
            self.problems.push(format!("{place}: nothing is described, and it says {text}"));
        }
        if status < 400 {
            self.seen.insert(name);
        }
        (status, body)
    }
}

/// What is asked of a hub with a CRM.
async fn customers_elsewhere(held: &mut Held) {
    let world = with_a_crm().await;
    let ana = world.customer("Ana Kiss", &["+36301234567"]).await.id.0;
    held.ask(&world.base, Method::GET, "/v1/customer-sources", "/v1/customer-sources", None).await;
    for id in [ana.as_str(), "nothing"] {
        for (method, other) in [(Method::PUT, "crm%2F7"), (Method::DELETE, "crm%2F7"), (Method::PUT, "crm%2F8")] {
            let url = format!("/v1/customers/{id}/links?other={other}");
            held.ask(&world.base, method, "/v1/customers/{id}/links", &url, None).await;
        }
        let url = format!("/v1/customers/{id}/about");
        held.ask(&world.base, Method::GET, "/v1/customers/{id}/about", &url, None).await;
    }
    for url in ["", "?refresh=true", "?refresh=perhaps"] {
        let url = format!("/v1/ticket-forms{url}");
        held.ask(&world.base, Method::GET, "/v1/ticket-forms", &url, None).await;
    }
}

fn outcome(call_id: &CallId, at: ringcard_core::Timestamp) -> CallOutcome {
    CallOutcome {
        key: SubmissionKey::new(),
        call_id: call_id.clone(),
        agent: AgentId("Ana".into()),
        code: Some("001".into()),
        label: Some("Sold".into()),
        second_code: None,
        second_label: None,
        comment: "she pays on Friday".into(),
        do_not_call: false,
        call_back: Some(PromisedCallback { at, number: "+36301234567".into(), style: CallbackStyle::Agent }),
        by_default: false,
        at,
        tickets: Vec::new(),
    }
}

#[tokio::test]
async fn every_answer_of_a_running_hub_is_as_the_document_says() {
    let mut office = Office::open().await;
    let bound = office.hub.listening().as_ref().expect("bound").expect("an address");
    let base = format!("http://{bound}");
    let document = client().get(format!("{base}/v1/openapi.json")).send().await.expect("an answer");
    let document: Value = document.json().await.expect("JSON");
    let mut held = Held { document, seen: BTreeSet::new(), problems: Vec::new() };
    let (get, post, put) = (Method::GET, Method::POST, Method::PUT);
    let now = office.clock.now();

    // calls
    let number = office.number_of(CUSTOMER);
    let dial = json!({ "number": number, "agent": "Ana", "confirmed": true, "key": "k1" });
    let (_, dialled) = held.ask(&base, post.clone(), "/v1/calls", "/v1/calls", Some(dial)).await;
    let id = CallId(dialled["call_id"].as_str().expect("it was dialled").to_owned());
    office.desk.hand_over_outcome(outcome(&id, now)).await.expect("kept");
    for url in [
        "/v1/calls",
        "/v1/calls?live=true&limit=1",
        "/v1/calls?live=maybe",
        "/v1/calls?limit=many",
        "/v1/calls?lvie=true",
    ] {
        held.ask(&base, get.clone(), "/v1/calls", url, None).await;
    }
    for url in [
        "",
        "?text=kiss&from=2026-01-01T00:00:00Z&coded=true&recorded=false",
        "?direction=sideways",
        "?ended=missed&agent=Ana",
    ] {
        for path in ["/v1/calls/search", "/v1/calls.csv"] {
            held.ask(&base, get.clone(), path, &format!("{path}{url}"), None).await;
        }
    }
    for id in [id.0.as_str(), "nothing", "%ff"] {
        held.ask(&base, get.clone(), "/v1/calls/{id}", &format!("/v1/calls/{id}"), None).await;
    }
    let notes = "/v1/calls/{id}/notes";
    let transcript = |text: &str| json!({ "key": "asr-1", "kind": "transcript", "text": text, "language": "en", "source": "whisper" });
    for call in [id.0.as_str(), "nothing"] {
        let url = format!("/v1/calls/{call}/notes");
        for body in [
            transcript("A: hello"),
            transcript(""),
            transcript(&"a".repeat(300_000)),
            json!({ "key": "a b", "kind": "note", "text": "x" }),
            json!({ "key": "asr-1", "kind": "song", "text": "x" }),
            json!({ "key": "asr-1", "kind": "note", "text": "x", "lang": "en" }),
        ] {
            held.ask(&base, put.clone(), notes, &url, Some(body)).await;
        }
        held.ask(&base, get.clone(), notes, &url, None).await;
        for key in ["?key=asr-1", "?key=asr-1", ""] {
            held.ask(&base, Method::DELETE, notes, &format!("{url}{key}"), None).await;
        }
    }
    let bad = [
        json!({ "number": "nobody", "agent": "Ana" }),
        json!({ "number": "+36301234567", "agent": "Nobody" }),
        json!({ "number": "112", "agent": "Ana" }),
        json!({ "number": "+36301234567", "agent": "Ana", "account": "nothing", "confirmed": true }),
        json!({ "numbr": "+36301234567" }),
        json!([]),
    ];
    for body in bad {
        held.ask(&base, post.clone(), "/v1/calls", "/v1/calls", Some(body)).await;
    }

    // customers
    let anna =
        json!({ "name": "Anna Kiss", "numbers": [{ "written": "+36 30 123 4567" }], "fields": { "city": "Pécs" } });
    let (_, created) = held.ask(&base, post.clone(), "/v1/customers", "/v1/customers", Some(anna.clone())).await;
    let anna_id = created["id"].as_str().expect("an id").to_owned();
    held.ask(&base, post.clone(), "/v1/customers", "/v1/customers", Some(json!({ "name": 1 }))).await;
    for url in ["?number=%2B36301234567", "?q=kiss", "?q=kiss&limit=x", "", "?number=nobody"] {
        held.ask(&base, get.clone(), "/v1/customers", &format!("/v1/customers{url}"), None).await;
    }
    for id in [anna_id.as_str(), "nothing"] {
        let url = format!("/v1/customers/{id}");
        held.ask(&base, get.clone(), "/v1/customers/{id}", &url, None).await;
        held.ask(&base, get.clone(), "/v1/customers/{id}/calls", &format!("{url}/calls"), None).await;
        held.ask(&base, get.clone(), "/v1/customers/{id}/calls", &format!("{url}/calls?limit=x"), None).await;
        held.ask(&base, put.clone(), "/v1/customers/{id}", &url, Some(anna.clone())).await;
        held.ask(&base, put.clone(), "/v1/customers/{id}", &url, Some(json!({ "vip": "yes" }))).await;
        held.ask(&base, Method::DELETE, "/v1/customers/{id}", &url, None).await;
    }
    customers_elsewhere(&mut held).await;

    // campaigns and reports
    let range = format!("from={}&to={}", now.0 - 20 * 24 * 3_600_000, now.0);
    let questions = [
        ("/v1/campaign-records", format!("?number={}", number.replace('+', "%2B"))),
        ("/v1/campaign-records", String::new()),
        ("/v1/campaign-records", "?number=nobody".into()),
        ("/v1/campaigns", String::new()),
        ("/v1/codes", "?refresh=true".into()),
        ("/v1/codes", "?refresh=perhaps".into()),
        ("/v1/callbacks", String::new()),
        ("/v1/callbacks", "?agent=Ana".into()),
        ("/v1/callbacks", "?agent=Nobody".into()),
        ("/v1/reports/smart-wait", format!("?{range}")),
        ("/v1/reports/smart-wait", format!("?{range}&account=nobody")),
        ("/v1/reports/smart-wait", "?from=yesterday".into()),
        ("/v1/reports/not-coded", format!("?agent=Ana&{range}")),
        ("/v1/reports/not-coded", format!("?agent=Nobody&{range}")),
    ];
    for (path, query) in questions {
        held.ask(&base, get.clone(), path, &format!("{path}{query}"), None).await;
    }

    // writes: every kind of them, as a script sends it
    let record =
        json!({ "account": "crm", "campaign": PREDICTIVE, "kind": "predictive", "customer_id": CUSTOMER.to_string() });
    let of = |customer: u64| json!({ "account": "crm", "campaign": PREDICTIVE, "kind": "predictive", "customer_id": (CUSTOMER + customer).to_string() });
    let codify = json!({ "record": record, "code": "001", "comment": "by a script", "key": "w1" });
    for body in [codify.clone(), codify, json!({ "record": of(1), "code": "" }), json!({ "code": "001" })] {
        held.ask(&base, post.clone(), "/v1/codifications", "/v1/codifications", Some(body)).await;
    }
    let at = now.0 + 5 * 3_600_000;
    let back = |kind: &str| json!({ "kind": kind, "record": of(2), "at": at, "number": office.number_of(CUSTOMER + 2), "style": "agent", "agent_id": EXTENSION });
    let mut cancel = back("cancel_callback");
    cancel.as_object_mut().expect("an object").remove("at");
    let writes = [
        json!({ "kind": "codify", "record": of(1), "code": "999", "second_code": null, "comment": "", "do_not_call": false }),
        json!({ "kind": "code_call", "account": "crm", "agent_id": EXTENSION, "code": "001", "second_code": null, "comment": "" }),
        json!({ "kind": "add_record", "account": "crm", "campaign": PREVIEW, "campaign_kind": "preview", "customer_id": "77",
                "customer_name": "Eva", "numbers": ["+36301112233"], "fields": [] }),
        back("schedule_callback"),
        back("change_callback"),
        cancel,
        json!({ "kind": "add_record", "account": "crm" }),
        json!({ "kind": "add_record", "account": "nobody", "campaign": PREVIEW, "campaign_kind": "preview", "customer_id": "77",
                "customer_name": "Eva", "numbers": ["+36301112233"], "fields": [] }),
    ];
    for (n, write) in writes.into_iter().enumerate() {
        let body = json!({ "write": write, "about": "Eva", "agent": "Ana", "key": format!("o{n}") });
        held.ask(&base, post.clone(), "/v1/outbox", "/v1/outbox", Some(body)).await;
    }
    for url in ["?filter=over", "?filter=needs_a_person", "", "?filter=everything", "?limit=0x1"] {
        held.ask(&base, get.clone(), "/v1/outbox", &format!("/v1/outbox{url}"), None).await;
    }
    office.until_parked("o0").await;
    for key in ["o0", "nothing"] {
        let url = format!("/v1/outbox/{key}");
        held.ask(&base, get.clone(), "/v1/outbox/{key}", &url, None).await;
        held.ask(&base, post.clone(), "/v1/outbox/{key}/retry", &format!("{url}/retry?agent=Ana"), None).await;
        office.until_parked("o0").await;
        let write = json!({ "kind": "codify", "record": of(1), "code": "998", "second_code": null, "comment": "", "do_not_call": false });
        held.ask(&base, put.clone(), "/v1/outbox/{key}", &url, Some(write)).await;
        held.ask(&base, put.clone(), "/v1/outbox/{key}", &url, Some(json!({ "kind": "codify" }))).await;
        office.until_parked("o0").await;
    }
    for key in ["o0", "nothing"] {
        held.ask(&base, post.clone(), "/v1/outbox/{key}/mark-done", &format!("/v1/outbox/{key}/mark-done"), None).await;
    }
    let again = json!({ "record": of(3), "code": "999", "key": "w2" });
    held.ask(&base, post.clone(), "/v1/codifications", "/v1/codifications", Some(again)).await;
    office.until_parked("w2").await;
    for key in ["w2", "nothing"] {
        held.ask(&base, post.clone(), "/v1/outbox/{key}/discard", &format!("/v1/outbox/{key}/discard"), None).await;
    }

    // the hub itself, and pushes
    let pbx = world().await;
    let push = format!("/in/pbx/incoming?key={KEY}&caller=%2B36301234567&called=%2B3612345678");
    for method in [get.clone(), post.clone()] {
        held.ask(&pbx.base, method.clone(), "/in/{account}/{kind}", &push, None).await;
        held.ask(&pbx.base, method.clone(), "/in/{account}/{kind}", "/in/pbx/incoming?key=wrong", None).await;
        held.ask(&pbx.base, method, "/in/{account}/{kind}", "/in/nobody/incoming", None).await;
    }
    let ringing = pbx.sim.ring(Ring::from("+36301112233").extension("101")).await.expect("it rings");
    let recording = ringcard_sim::recording_id(&ringing.view().expect("a call").id);
    let recording = recording.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D");
    let data = format!(
        "/in/pbx/call-data?key={KEY}&call_id=x9&caller=%2B36301112233&result=answered&recording_id={recording}"
    );
    held.ask(&pbx.base, get.clone(), "/in/{account}/{kind}", &data, None).await;
    let (_, calls) = held.ask(&pbx.base, get.clone(), "/v1/calls", "/v1/calls", None).await;
    let calls = calls["calls"].as_array().expect("calls").clone();
    let call = calls.iter().find(|row| row["call"]["external_id"] == "x9").expect("the call of these data");
    let url = format!("/v1/calls/{}/recordings", call["call"]["id"].as_str().expect("an id"));
    let (_, recordings) = held.ask(&pbx.base, get.clone(), "/v1/calls/{id}/recordings", &url, None).await;
    for id in [recordings[0]["id"].as_str().expect("an id"), "nothing"] {
        held.ask(&pbx.base, get.clone(), "/v1/recordings/{id}", &format!("/v1/recordings/{id}"), None).await;
    }
    let id = recordings[0]["id"].as_str().expect("an id");
    let (path, hold) = (format!("/v1/recordings/{id}"), format!("/v1/recordings/{id}/hold"));
    held.ask(&pbx.base, Method::PUT, "/v1/recordings/{id}/hold", &hold, Some(json!({ "why": " " }))).await;
    held.ask(&pbx.base, Method::PUT, "/v1/recordings/{id}/hold", &hold, Some(json!({ "why": "Complaint" }))).await;
    held.ask(&pbx.base, Method::DELETE, "/v1/recordings/{id}", &path, None).await;
    held.ask(&pbx.base, Method::DELETE, "/v1/recordings/{id}/hold", &hold, None).await;
    let accesses = format!("{path}/accesses");
    held.ask(&pbx.base, get.clone(), "/v1/recordings/{id}/accesses", &accesses, None).await;
    held.ask(&pbx.base, Method::DELETE, "/v1/recordings/{id}", &path, None).await;
    held.ask(&pbx.base, get.clone(), "/v1/recordings/{id}", &path, None).await;
    for call in [call["call"]["id"].as_str().expect("an id"), "nothing"] {
        let url = format!("/v1/calls/{call}/private");
        for private in [true, false] {
            let private = Some(json!({ "private": private }));
            held.ask(&pbx.base, Method::PUT, "/v1/calls/{id}/private", &url, private).await;
        }
    }
    let missed =
        format!("/in/pbx/call-data?key={KEY}&call_id=m1&caller=%2B36301112299&called=%2B3612345678&result=missed");
    held.ask(&pbx.base, get.clone(), "/in/{account}/{kind}", &missed, None).await;
    for url in ["/v1/missed?agent=Ana", "/v1/missed?agent=Nobody", "/v1/missed?mine=1"] {
        held.ask(&pbx.base, get.clone(), "/v1/missed", url, None).await;
    }
    let (_, list) = held.ask(&pbx.base, get.clone(), "/v1/missed", "/v1/missed", None).await;
    for id in [list["rows"][0]["id"].as_str().expect("a row"), "nothing"] {
        for (act, query) in [
            ("take", "?agent=Ana"),
            ("take", ""),
            ("release", "?agent=Ana"),
            ("done", "?agent=Ana&seen=1"),
            ("done", ""),
            ("done", "?agent=Ana&seen=3"),
        ] {
            let path = format!("/v1/missed/{{id}}/{act}");
            held.ask(&pbx.base, post.clone(), &path, &format!("/v1/missed/{id}/{act}{query}"), None).await;
        }
    }
    for (base, path) in [
        (&base, "/v1/budgets"),
        (&base, "/v1/requests"),
        (&base, "/v1/usage"),
        (&base, "/v1/usage.csv"),
        (&pbx.base, "/v1/pushes"),
        (&pbx.base, "/v1/calls"),
        (&pbx.base, "/v1/diagnostics/pops"),
        (&base, "/healthz"),
        (&base, "/metrics"),
        (&base, "/v1/openapi.json"),
        (&base, "/v1/desk"),
    ] {
        held.ask(base, get.clone(), path, path, None).await;
    }

    // what an administrator asks
    for url in ["?account=crm&limit=3", "?from=yesterday", "?limit=many"] {
        held.ask(&base, get.clone(), "/v1/requests", &format!("/v1/requests{url}"), None).await;
    }
    for path in ["/v1/usage", "/v1/usage.csv"] {
        for url in ["?account=crm&range=month", "?account=nobody", "?range=year"] {
            held.ask(&base, get.clone(), path, &format!("{path}{url}"), None).await;
        }
    }
    for account in ["crm", "nobody"] {
        let url = format!("/v1/accounts/{account}/test");
        held.ask(&base, post.clone(), "/v1/accounts/{name}/test", &url, None).await;
    }
    for (agent, body) in [("Ana", json!({ "role": "lead" })), ("Nobody", json!({})), ("Ana", json!({ "role": "boss" }))]
    {
        let url = format!("/v1/agents/{agent}/token");
        held.ask(&base, post.clone(), "/v1/agents/{agent}/token", &url, Some(body)).await;
    }
    held.ask(&base, get.clone(), "/v1/agents", "/v1/agents", None).await;
    for _ in 0..2 {
        held.ask(&base, Method::DELETE, "/v1/agents/{agent}/token", "/v1/agents/Ana/token", None).await;
    }

    // nobody without the token
    let operations: Vec<(String, String)> = held.operations().collect();
    for (method, path) in operations.iter().filter(|(_, path)| path.starts_with("/v1/")) {
        if ["/v1/openapi.json", "/v1/desk"].contains(&path.as_str()) {
            continue;
        }
        let verb: Method = method.to_uppercase().parse().expect("a method");
        let request = client().request(verb.clone(), format!("{base}{}", path.replace(['{', '}'], "x")));
        assert_eq!(held.send(request, &verb, path).await.0, 401, "{method} {path}");
    }

    assert!(
        held.problems.is_empty(),
        "{} answers are not as described:\n{}",
        held.problems.len(),
        held.problems.join("\n")
    );
    let unseen: Vec<String> = operations.iter().map(|(method, path)| format!("{method} {path}")).collect();
    let unseen: Vec<&String> = unseen.iter().filter(|name| !held.seen.contains(*name)).collect();
    assert_eq!(unseen, ["get /v1/desk"], "every operation was answered well, but the socket's");
}

/// What a reader copies works.
#[test]
fn every_example_in_the_document_is_as_its_schema_says() {
    let document: Value = serde_json::from_str(include_str!("../../src/api/openapi.json")).expect("JSON");
    let (mut open, mut looked_at, mut problems) = (vec![("", &document)], 0, Vec::new());
    while let Some((name, value)) = open.pop() {
        let Value::Object(fields) = value else { continue };
        if let Some(schema) = fields.get("schema") {
            let several = fields.get("examples").and_then(Value::as_object).into_iter().flatten();
            let examples = several.map(|(_, example)| &example["value"]).chain(fields.get("example"));
            for example in examples {
                looked_at += 1;
                let found = schema::problems(&document, schema, example);
                problems.extend(found.into_iter().map(|problem| format!("{name}{problem} in {example}")));
            }
        }
        open.extend(fields.iter().map(|(name, value)| (name.as_str(), value)));
    }
    assert!(looked_at > 100, "only {looked_at} examples");
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    let kinds = &document["paths"]["/v1/outbox/{key}"]["put"]["requestBody"]["content"]["application/json"]["examples"];
    let kinds: Vec<&String> = kinds.as_object().expect("examples").keys().collect();
    let every = ["add_record", "cancel_callback", "change_callback", "code_call", "codify", "schedule_callback"];
    assert_eq!(kinds, every, "every kind of write is shown");
}

impl Held {
    fn operations(&self) -> impl Iterator<Item = (String, String)> {
        let paths = self.document["paths"].as_object().expect("paths");
        let each = paths.iter().flat_map(|(path, operations)| {
            operations.as_object().expect("operations").keys().map(|method| (method.clone(), path.clone()))
        });
        each.collect::<Vec<_>>().into_iter()
    }
}
