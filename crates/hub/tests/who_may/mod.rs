//! Who may what: an agent's token is that agent and nobody else, on the desks' socket and in REST.

mod command_line;
mod strangers;
mod told;

use crate::server;
use crate::support;
use futures_util::{SinkExt, StreamExt};
use ringcard_connect::wolkvox::WolkvoxAccount;
use ringcard_core::frame::PROTOCOL;
use ringcard_hub::{AccountSetup, ListenSetup, System};
use secrecy::SecretString;
use serde_json::{Value, json};
use std::{collections::BTreeMap, time::Duration};
use support::{Plan, TOKEN, World, dial_plan, world};
use tokio::{net::TcpStream, time::timeout};
use tokio_tungstenite::{WebSocketStream, client_async, tungstenite::Message};

const PATIENCE: Duration = Duration::from_secs(20);

/// A desk's socket, as another program would open it.
struct Socket(WebSocketStream<TcpStream>);

impl Socket {
    async fn hello(world: &World, agent: &str, token: &str) -> Self {
        let address = world.base.strip_prefix("http://").expect("an address");
        let stream = TcpStream::connect(address).await.expect("the hub listens");
        let (mut socket, _) = client_async(format!("ws://{address}/v1/desk"), stream).await.expect("a socket");
        let hello = json!({ "type": "hello", "protocol": PROTOCOL, "agent": agent, "token": token });
        socket.send(Message::text(hello.to_string())).await.expect("sent");
        Self(socket)
    }

    /// The next frame; `None`: the hub closed the socket.
    async fn next(&mut self) -> Option<Value> {
        loop {
            match timeout(PATIENCE, self.0.next()).await.expect("something in time") {
                Some(Ok(Message::Text(text))) => return Some(serde_json::from_str(&text).expect("JSON")),
                Some(Ok(Message::Close(_)) | Err(_)) | None => return None,
                Some(Ok(_)) => {}
            }
        }
    }

    /// Asks something; the reply, past what the hub tells by itself.
    async fn ask(&mut self, request: Value) -> Value {
        let frame = json!({ "type": "request", "id": 1, "request": request });
        self.0.send(Message::text(frame.to_string())).await.expect("sent");
        self.past("reply").await["reply"].clone()
    }

    /// The next frame of this type.
    async fn past(&mut self, kind: &str) -> Value {
        loop {
            let frame = self.next().await.unwrap_or_else(|| panic!("closed before {kind}"));
            if frame["type"] == kind {
                return frame;
            }
        }
    }

    /// The type of the next frame.
    async fn hears(&mut self) -> String {
        let frame = self.next().await.expect("a frame");
        frame["type"].as_str().expect("every frame has a type").to_owned()
    }
}

/// Asks over REST; the status and the answer.
async fn ask(world: &World, token: &str, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
    let method = method.parse().expect("a method");
    let mut request = world.http.request(method, format!("{}/v1{path}", world.base)).bearer_auth(token);
    if let Some(body) = body {
        request = request.json(&body);
    }
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    (status, answer.json().await.unwrap_or_default())
}

/// A fresh token of an agent's own.
async fn token_of(world: &World, agent: &str, role: &str) -> String {
    let (status, answer) =
        ask(world, TOKEN, "POST", &format!("/agents/{agent}/token"), Some(json!({ "role": role }))).await;
    assert_eq!(status, 201, "{answer}");
    answer["token"].as_str().expect("a token").to_owned()
}

#[tokio::test]
async fn an_agents_token_opens_their_own_desk_and_nobody_elses() {
    let world = world().await;
    let ana = token_of(&world, "Ana", "agent").await;
    assert_eq!(Socket::hello(&world, "Ana", &ana).await.hears().await, "welcome");
    let mut socket = Socket::hello(&world, "Béla", &ana).await;
    let refused = socket.next().await.expect("a frame");
    assert_eq!(refused["type"], "refused", "{refused}");
    assert!(refused["error"]["message"].as_str().is_some_and(|said| said.contains("Ana")), "{refused}");
    assert_eq!(socket.next().await, None);
}

#[tokio::test]
async fn an_agents_token_acts_as_nobody_else_in_rest() {
    let world = world().await;
    world.hub.use_accounts(vec![support::vipex_account(&world.sim.base_url(), 10), silent_account()]).await;
    let ana = token_of(&world, "Ana", "agent").await;
    let record = json!({ "account": "crm", "campaign": "1", "kind": "predictive", "customer_id": "7" });
    for (method, path, body) in [
        ("POST", "/calls", Some(json!({ "number": "+36301234567", "agent": "Béla" }))),
        ("POST", "/calls", Some(json!({ "number": "+36301234567", "extension": "102" }))),
        ("POST", "/codifications", Some(json!({ "record": record, "code": "1", "agent": "Béla" }))),
        ("GET", "/outbox?agent=B%C3%A9la", None),
        ("POST", "/outbox/some-key/retry?agent=B%C3%A9la", None),
        ("GET", "/callbacks?agent=B%C3%A9la", None),
        ("GET", "/reports/not-coded?agent=B%C3%A9la&from=0&to=1", None),
    ] {
        let (status, answer) = ask(&world, &ana, method, path, body).await;
        assert_eq!((status, &answer["error"]["code"]), (403, &json!("not_allowed")), "{method} {path}: {answer}");
    }
    assert!(world.sim.requests().is_empty(), "nothing was dialled");
}

#[tokio::test]
async fn an_agent_sees_their_own_calls_and_a_lead_everybodys() {
    let world = world().await;
    let (ana, bela) = (token_of(&world, "Ana", "agent").await, token_of(&world, "B%C3%A9la", "agent").await);
    let (_, dialled) = world.dial(json!({ "number": "+36301234567", "agent": "Béla" })).await;
    let call = format!("/calls/{}", dialled["call_id"].as_str().expect("a call"));
    let listed = async |token: &str| {
        let (status, answer) = ask(&world, token, "GET", "/calls", None).await;
        assert_eq!(status, 200, "{answer}");
        answer["calls"].as_array().expect("calls").len()
    };
    assert_eq!((listed(&ana).await, listed(&bela).await, listed(TOKEN).await), (0, 1, 1));
    assert_eq!(ask(&world, &bela, "GET", &call, None).await.0, 200);
    let (status, answer) = ask(&world, &ana, "GET", &call, None).await;
    assert_eq!((status, &answer["error"]["code"]), (403, &json!("not_allowed")), "{answer}");
    let mut desk = Socket::hello(&world, "Ana", &ana).await;
    let id = dialled["call_id"].clone();
    for request in [
        json!({ "type": "call", "id": id }),
        json!({ "type": "control", "call_id": id, "act": { "kind": "hang_up" } }),
        json!({ "type": "choose", "call_id": id, "customer": null }),
    ] {
        let reply = desk.ask(request.clone()).await;
        assert_eq!(reply["Err"]["code"], "not_allowed", "{request}: {reply}");
    }
    let outcome = json!({
        "key": "outcome-1", "call_id": id, "agent": "Ana", "code": null, "label": null, "second_code": null,
        "second_label": null, "comment": "not hers", "do_not_call": false, "call_back": null, "by_default": false, "at": 1,
    });
    for (key, agent) in [("outcome-1", "Ana"), ("outcome-2", "Béla")] {
        let mut outcome = outcome.clone();
        (outcome["key"], outcome["agent"]) = (key.into(), agent.into());
        let submit = json!({ "type": "submit", "handover": { "kind": "outcome", "outcome": outcome } });
        desk.0.send(Message::text(submit.to_string())).await.expect("sent");
        let refused = desk.past("not_accepted").await;
        assert_eq!((&refused["key"], &refused["error"]["code"]), (&key.into(), &"not_allowed".into()), "{refused}");
    }

    let lead = token_of(&world, "Ana", "lead").await;
    assert_eq!(listed(&lead).await, 1);
    assert_eq!(ask(&world, &lead, "GET", &call, None).await.0, 200);
    let (status, _) =
        ask(&world, &lead, "POST", "/calls", Some(json!({ "number": "+36301234567", "agent": "Béla" }))).await;
    assert_eq!(status, 403, "a lead acts as nobody else either");
}

/// An account whose rows wait: nobody answers there.
fn silent_account() -> AccountSetup {
    let values = BTreeMap::from([
        ("api_url".to_owned(), toml::Value::from("http://127.0.0.1:9")),
        ("licences".to_owned(), 1.into()),
    ]);
    let secrets = BTreeMap::from([("token".to_owned(), SecretString::from("a-token"))]);
    let account = WolkvoxAccount::new("crm", values, secrets, dial_plan()).unwrap_or_else(|error| panic!("{error}"));
    AccountSetup::new("crm", Ok(System::from(account)))
}

#[tokio::test]
async fn what_a_colleague_saved_is_decided_about_by_them_or_a_lead() {
    let world = world().await;
    world.hub.use_accounts(vec![silent_account()]).await;
    let (ana, bela) = (token_of(&world, "Ana", "agent").await, token_of(&world, "B%C3%A9la", "agent").await);
    let saved = async |token: &str, key: &str| {
        let record = json!({ "account": "crm", "campaign": "1", "kind": "predictive", "customer_id": key });
        let body = json!({ "record": record, "code": "1", "key": key });
        let (status, answer) = ask(&world, token, "POST", "/codifications", Some(body)).await;
        assert_eq!(status, 202, "{answer}");
    };
    saved(&bela, "first").await;
    saved(&bela, "second").await;
    let (_, row) = ask(&world, &bela, "GET", "/outbox/first", None).await;
    assert_eq!(row["row"]["submission"]["agent"], "Béla", "whose token it is saves it");
    let (status, answer) = ask(&world, &ana, "POST", "/outbox/first/discard", None).await;
    assert_eq!((status, &answer["error"]["code"]), (403, &json!("not_allowed")), "{answer}");
    // A row that is being sent this very moment says so.
    let discarded = async |token: &str, key: &str| {
        for _ in 0..1000 {
            if ask(&world, token, "POST", &format!("/outbox/{key}/discard"), None).await.0 == 200 {
                return true;
            }
        }
        false
    };
    assert!(discarded(&bela, "first").await);
    let lead = token_of(&world, "Ana", "lead").await;
    assert!(discarded(&lead, "second").await);
}

#[tokio::test]
async fn a_revoked_token_closes_its_socket_at_once_and_opens_nothing() {
    let world = world().await;
    let (ana, bela) = (token_of(&world, "Ana", "agent").await, token_of(&world, "B%C3%A9la", "agent").await);
    let (mut revoked, mut stays) =
        (Socket::hello(&world, "Ana", &ana).await, Socket::hello(&world, "Béla", &bela).await);
    assert_eq!((revoked.hears().await, stays.hears().await), ("welcome".into(), "welcome".into()));
    assert_eq!(ask(&world, TOKEN, "DELETE", "/agents/Ana/token", None).await.0, 200);
    let refused = revoked.past("refused").await;
    assert!(refused["error"]["message"].as_str().is_some_and(|said| said.contains("good no longer")), "{refused}");
    assert_eq!(revoked.next().await, None);
    assert_eq!(ask(&world, &ana, "GET", "/calls", None).await.0, 401);
    assert_eq!(Socket::hello(&world, "Ana", &ana).await.hears().await, "refused");
    assert_eq!(ask(&world, TOKEN, "DELETE", "/agents/Ana/token", None).await.0, 404);
    assert!(stays.ask(json!({ "type": "budgets" })).await["Ok"].is_object());
}

#[tokio::test]
async fn the_administrators_token_opens_any_desk_unless_the_settings_forbid_it() {
    for (shared_token, heard) in [(true, "welcome"), (false, "refused")] {
        let listen = ListenSetup { shared_token, ..([127, 0, 0, 1], 0).into() };
        let world = Plan { listen, ..Plan::default() }.begin().await;
        assert_eq!(Socket::hello(&world, "Béla", TOKEN).await.hears().await, heard);
        let bela = token_of(&world, "B%C3%A9la", "agent").await;
        assert_eq!(Socket::hello(&world, "Béla", &bela).await.hears().await, "welcome");
        assert_eq!(ask(&world, TOKEN, "GET", "/callbacks?agent=B%C3%A9la", None).await.0, 200);
    }
}

#[tokio::test]
async fn a_token_of_somebody_who_is_no_agent_any_more_opens_nothing() {
    let world = world().await;
    assert_eq!(ask(&world, TOKEN, "POST", "/agents/Nobody/token", Some(json!({}))).await.0, 404);
    let token = token_of(&world, "B%C3%A9la", "agent").await;
    world.hub.shutdown().await;
    let plan = Plan { agents: vec![support::agent("Ana", "101")], ..Plan::default() };
    let hub = support::hub_in(world.dir.path(), &plan, &world.sim.base_url()).await;
    let world = World { base: support::address(&hub), hub, ..world };
    assert_eq!(ask(&world, &token, "GET", "/calls", None).await.0, 401);
    let (_, answer) = ask(&world, TOKEN, "GET", "/agents", None).await;
    let gone = answer["agents"].as_array().and_then(|agents| agents.iter().find(|row| row["agent"] == "Béla"));
    assert_eq!(gone.map(|row| row["known"].clone()), Some(json!(false)), "{answer}");
}

/// Every route of `/v1`: whether an agent and a lead get past the policy, asking in their own name.
#[rustfmt::skip]
fn routes() -> Vec<(&'static str, &'static str, Option<Value>, bool, bool)> {
    let number = json!({ "number": "+36301234567", "key": "click" });
    let record = json!({ "account": "crm", "campaign": "1", "kind": "predictive", "customer_id": "7" });
    let write = json!({ "kind": "codify", "record": record, "code": "1", "second_code": null, "comment": "", "do_not_call": false });
    let customer = json!({ "name": "Laura" });
    vec![
        ("get", "/calls", None, true, true),
        ("post", "/calls", Some(number), true, true),
        ("get", "/calls/{id}", None, true, true),
        ("get", "/calls/search", None, true, true),
        ("get", "/calls.csv", None, true, true),
        ("put", "/calls/{id}/private", Some(json!({ "private": false })), true, true),
        ("get", "/calls/{id}/recordings", None, true, true),
        ("get", "/calls/{id}/notes", None, true, true),
        ("put", "/calls/{id}/notes", Some(json!({ "key": "asr-1", "kind": "transcript", "text": "hello" })), true, true),
        ("delete", "/calls/{id}/notes", None, true, true),
        ("get", "/recordings/{id}", None, true, true),
        ("delete", "/recordings/{id}", None, false, true),
        ("put", "/recordings/{id}/hold", Some(json!({ "why": "Complaint" })), false, true),
        ("delete", "/recordings/{id}/hold", None, false, true),
        ("get", "/recordings/{id}/accesses", None, false, true),
        ("get", "/missed", None, true, true),
        ("post", "/missed/{id}/take", None, true, true),
        ("post", "/missed/{id}/release", None, true, true),
        ("post", "/missed/{id}/done", None, true, true),
        ("get", "/customers", None, true, true),
        ("post", "/customers", Some(customer.clone()), true, true),
        ("get", "/customers/{id}", None, true, true),
        ("put", "/customers/{id}", Some(customer), true, true),
        ("delete", "/customers/{id}", None, true, true),
        ("get", "/customers/{id}/calls", None, false, true),
        ("get", "/customers/{id}/about", None, true, true),
        ("put", "/customers/{id}/links", None, true, true),
        ("delete", "/customers/{id}/links", None, true, true),
        ("get", "/customer-sources", None, true, true),
        ("get", "/campaign-records", None, true, true),
        ("get", "/campaigns", None, true, true),
        ("get", "/codes", None, true, true),
        ("get", "/ticket-forms", None, true, true),
        ("get", "/callbacks", None, true, true),
        ("get", "/reports/smart-wait", None, true, true),
        ("get", "/reports/not-coded", None, true, true),
        ("post", "/codifications", Some(json!({ "record": record, "code": "1" })), true, true),
        ("get", "/outbox", None, true, true),
        ("post", "/outbox", Some(json!({ "write": write, "about": "Laura" })), true, true),
        ("get", "/outbox/{key}", None, true, true),
        ("put", "/outbox/{key}", Some(write), true, true),
        ("post", "/outbox/{key}/retry", None, true, true),
        ("post", "/outbox/{key}/discard", None, true, true),
        ("post", "/outbox/{key}/mark-done", None, true, true),
        ("get", "/budgets", None, true, true),
        ("get", "/usage", None, false, true),
        ("get", "/usage.csv", None, false, true),
        ("get", "/pushes", None, false, true),
        ("get", "/requests", None, false, true),
        ("get", "/diagnostics/pops", None, false, true),
        ("post", "/accounts/{name}/test", None, false, false),
        ("get", "/agents", None, false, false),
        ("post", "/agents/{agent}/token", Some(json!({})), false, false),
        ("delete", "/agents/{agent}/token", None, false, false),
    ]
}

/// The path with names of what is not there, with its agent where it needs one, and with what else it cannot do without.
fn in_full(method: &str, path: &str, agent: &str) -> String {
    let path = path.replace("{id}", "nothing").replace("{key}", "nothing").replace("{name}", "crm");
    let query = match path.as_str() {
        "/campaign-records" | "/customers" if method == "get" => "?number=%2B36301234567".to_owned(),
        "/reports/smart-wait" => "?from=0&to=1".to_owned(),
        "/reports/not-coded" => format!("?from=0&to=1&agent={agent}"),
        "/customers/nothing/links" => "?other=nobody".to_owned(),
        _ => String::new(),
    };
    path.replace("{agent}", agent) + &query
}

#[tokio::test]
async fn every_route_says_who_may_use_it() {
    let world = world().await;
    world.hub.use_accounts(vec![silent_account()]).await;
    let (_, described) = ask(&world, TOKEN, "GET", "/openapi.json", None).await;
    let open = ["/v1/desk", "/v1/openapi.json"];
    let mut unlisted: Vec<String> = Vec::new();
    for (path, methods) in described["paths"].as_object().expect("paths") {
        let Some(short) = path.strip_prefix("/v1").filter(|_| !open.contains(&path.as_str())) else { continue };
        let methods = methods.as_object().expect("methods").keys().filter(|name| *name != "parameters");
        unlisted.extend(methods.map(|method| format!("{method} {short}")));
    }
    let (agent, lead) = (token_of(&world, "Ana", "agent").await, token_of(&world, "B%C3%A9la", "lead").await);
    for (method, path, body, agent_may, lead_may) in routes() {
        let name = format!("{method} {path}");
        let at = unlisted.iter().position(|known| *known == name).unwrap_or_else(|| panic!("{name} is not described"));
        unlisted.swap_remove(at);
        for (me, token, may) in [("Ana", &agent, agent_may), ("B%C3%A9la", &lead, lead_may)] {
            let path = in_full(method, path, me);
            let (status, answer) = ask(&world, token, &method.to_uppercase(), &path, body.clone()).await;
            assert_ne!(status, 401, "{name}: {answer}");
            assert_eq!(status != 403, may, "{name} by {me}: {status} {answer}");
        }
    }
    assert!(unlisted.is_empty(), "nobody said who may use {unlisted:?}");
}
