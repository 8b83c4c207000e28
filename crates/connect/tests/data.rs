//! That a profile is data: requests of every shape, against a server that only writes down what came.

use crate::support;

use ringcard_connect::{Originate, OriginateFailure, Originated, StartCalls, profile::Profile};
use ringcard_core::number::Party;
use ringcard_sim::{ErrorFormat, ErrorStyle, HubTarget, Misbehaviour, Ring, Sim, SimConfig, StartedAnswer, System};
use ringcard_sim::{PushAuth, PushEncoding, PushMethod, Pushed};
use std::sync::{Arc, Mutex};
use support::{KEY, PASSWORD, PUSH_KEY, account, assert_no_secret, kind, order, outside, profile, vipex};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
};

/// A server that gives the same answer to everything, and keeps the last request as it came.
struct Echo {
    url: String,
    last: Arc<Mutex<String>>,
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Echo {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Echo {
    async fn answering(status: &str, content_type: &str, body: &str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("an address"));
        let answer = format!(
            "HTTP/1.1 {status}\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
            body.len()
        );
        let last = Arc::new(Mutex::new(String::new()));
        let kept = last.clone();
        let task = tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = Vec::new();
                let mut buffer = [0; 4096];
                while !is_whole(&request) {
                    match stream.read(&mut buffer).await {
                        Ok(0) | Err(_) => break,
                        Ok(read) => request.extend_from_slice(&buffer[..read]),
                    }
                }
                *kept.lock().expect("nobody panics with it") = String::from_utf8_lossy(&request).into_owned();
                // A client that has read enough may be gone.
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        Self { url, last, task }
    }

    fn last(&self) -> String {
        self.last.lock().expect("nobody panics with it").clone()
    }
}

fn is_whole(request: &[u8]) -> bool {
    let text = String::from_utf8_lossy(request);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.to_lowercase().lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    body.len() >= length.unwrap_or(0usize)
}

/// A PBX nobody has heard of: XML out and in, a key in a header, numbers without `+` and a prefix.
const TELEX: &str = r#"
id = "telex"
title = "Telex 3000"

[[setting]]
key = "base"
kind = "url"
required = true
label = "Address"

[[setting]]
key = "token"
kind = "secret"
required = true
label = "Token"

[http]
timeout = 5

[originate]
method = "POST"
url = "{{ base }}/x/{{ extension }}/call"
external_id = { after = "<call ref=\"", before = "\"" }
message = { after = "<text>", before = "</text>" }

[originate.headers]
Accept = "text/xml"
X-Empty = ""

[originate.auth]
method = "header"
header = "X-Telex-Token"
token = "{{ token }}"

[originate.body]
content_type = "text/xml; charset=utf-8"
text = "<dial from='{{ extension }}' id='{{ call_id }}'>{{ number }}</dial>"

[originate.number]
style = "digits"
outside_prefix = "0"
keep_last = 9

[[originate.failure]]
contains = "<error"
kind = "refused"

[push.auth]
method = "key"
key = "{{ token }}"
key_headers = "X-Telex-Token"

[push.fields]
caller = "x.a"
called = "x.b"

[incoming]
"#;

async fn dial_telex(server: &Echo, order: &Originate) -> Result<Originated, OriginateFailure> {
    let profile = Profile::parse("telex.toml", TELEX).unwrap_or_else(|error| panic!("{error}"));
    account(&profile, &[("base", &server.url)], &[("token", "s3cr3t-token")]).originate(order).await
}

#[tokio::test]
async fn a_pbx_nobody_has_heard_of_is_one_file() {
    let server = Echo::answering("200 OK", "text/xml", r#"<ok><call ref="A-17"/></ok>"#).await;
    let awkward = Originate { extension: "1<&'0/1".into(), ..order() };
    let started = dial_telex(&server, &awkward).await.expect("it starts");
    assert_eq!(started.external_id.as_deref(), Some("A-17"));
    let request = server.last();
    assert!(request.starts_with("POST /x/1%3C%26%270%2F1/call HTTP/1.1\r\n"), "{request}");
    assert!(request.contains("x-telex-token: s3cr3t-token\r\n"), "{request}");
    assert!(request.contains("content-type: text/xml; charset=utf-8\r\n"), "{request}");
    assert!(!request.to_lowercase().contains("x-empty"), "{request}");
    let body = "<dial from='1&lt;&amp;&#39;0/1' id='0192f0c0ffee'>0301234567</dial>";
    assert!(request.ends_with(body), "{request}");

    let server = Echo::answering("200 OK", "text/xml", "<error><text>line s3cr3t-token is cut</text></error>").await;
    let failure = dial_telex(&server, &order()).await.expect_err("it is refused");
    assert_eq!(failure, OriginateFailure::Refused { detail: "line ••• is cut".into() });
}

const JSON: &str = r#"
id = "json"
title = "J"

[[setting]]
key = "base"
kind = "url"
label = "Address"

[[setting]]
key = "token"
kind = "secret"
label = "Token"

[originate]
method = "PUT"
url = "{{ base }}/calls"
external_id = ["no.such", "result.calls.0.id"]
message = "problem"

[originate.auth]
method = "bearer"
token = "{{ token }}"

[originate.json]
to = { number = "{{ number }}", tries = 1, record = false }
from = ["{{ extension }}"]
"key {{ call_id }}" = "\"{{ extension }}\""

[[originate.failure]]
json = "status"
not_equals = ["OK", "queued"]
kind = "refused"
"#;

#[tokio::test]
async fn json_is_built_and_read_by_path() {
    let dial = async |answer: &str| {
        let server = Echo::answering("200 OK", "application/json", answer).await;
        let profile = Profile::parse("json.toml", JSON).unwrap_or_else(|error| panic!("{error}"));
        let pbx = account(&profile, &[("base", &server.url)], &[("token", KEY)]);
        (pbx.originate(&Originate { extension: "10\"1".into(), ..order() }).await, server.last())
    };
    let (started, request) = dial(r#"{"status":"ok","result":{"calls":[{"id":17}]}}"#).await;
    assert_eq!(started.expect("it starts").external_id.as_deref(), Some("17"));
    let (head, body) = request.split_once("\r\n\r\n").expect("a request");
    assert!(head.starts_with("PUT /calls HTTP/1.1"), "{head}");
    let body: serde_json::Value = serde_json::from_str(body).expect("it is JSON");
    let expected = serde_json::json!({
        "to": { "number": "+36301234567", "tries": 1, "record": false },
        "from": ["10\"1"],
        "key 0192f0c0ffee": "\"10\"1\"",
    });
    assert_eq!(body, expected);

    let (refused, _) = dial(r#"{"status":"ERR","problem":"no licence"}"#).await;
    assert_eq!(refused, Err(OriginateFailure::Refused { detail: "no licence".into() }));
    let (refused, _) = dial(r#"{"other":1}"#).await;
    assert_eq!(refused.map_err(|failure| kind(&failure)), Err("refused"));
}

#[tokio::test]
async fn what_an_answer_without_a_rule_means_follows_from_its_status() {
    for (status, expected) in [
        ("200 OK", Ok(())),
        ("204 No Content", Ok(())),
        ("400 Bad Request", Err("refused")),
        ("401 Unauthorized", Err("authentication")),
        ("403 Forbidden", Err("authentication")),
        ("404 Not Found", Err("refused")),
        ("408 Request Timeout", Err("unknown")),
        ("429 Too Many Requests", Err("refused")),
        ("500 Internal Server Error", Err("refused")),
        ("502 Bad Gateway", Err("unknown")),
        ("503 Service Unavailable", Err("unreachable")),
        ("504 Gateway Timeout", Err("unknown")),
        ("302 Found", Err("not configured")),
    ] {
        let server = Echo::answering(status, "text/plain", "").await;
        let outcome = vipex(&[("api_url", &server.url)]).originate(&order()).await;
        assert_eq!(outcome.map(drop).map_err(|failure| kind(&failure)), expected, "{status}");
    }
}

#[tokio::test]
async fn vipex_recognises_error_messages_and_nothing_else() {
    let cases = [
        ("", None),
        ("OK", None),
        (r#"{"status":"started","error":null}"#, None),
        (r#"{"error":"","callid":"7"}"#, None),
        (r#"{"success":true}"#, None),
        (r#"{"error":"wrong password"}"#, Some("authentication")),
        (r#"{"error":{"code":7,"message":"no such extension"}}"#, Some("refused")),
        (r#"{"success":false,"message":"no"}"#, Some("refused")),
        ("ERROR: authentication failed", Some("authentication")),
        ("Hiba: hibás jelszó", Some("authentication")),
        ("Hiba: ismeretlen mellék", Some("refused")),
        ("Sikertelen hívás", Some("refused")),
        ("<!DOCTYPE html><html>Please sign in</html>", Some("not configured")),
        ("NEM MEGY", Some("refused")),
    ];
    for (answer, expected) in cases {
        let server = Echo::answering("200 OK", "text/plain; charset=utf-8", answer).await;
        let outcome = vipex(&[("api_url", &server.url), ("error_text", "nem megy")]).originate(&order()).await;
        assert_eq!(outcome.map_err(|failure| kind(&failure)).err(), expected, "{answer}");
    }
}

#[tokio::test]
async fn every_way_to_sign_in_to_vipex_and_every_name_is_a_setting() {
    let config = SimConfig::default();
    for (sign_in, method) in
        ["user", "key", "basic", "header"].into_iter().flat_map(|way| [(way, "GET"), (way, "POST")])
    {
        let mut config = config.clone();
        config.vipex.user = "crm".into();
        config.vipex.password = PASSWORD.into();
        config.vipex.api_key = Some(KEY.into());
        config.vipex.names.extension = "mellek".into();
        config.vipex.names.number = "szam".into();
        config.vipex.names.api_key = "kulcs".into();
        config.vipex.names.password = "jelszo".into();
        if sign_in == "header" {
            // a header holds no `€`
            config.vipex.api_key = Some("plain-key".into());
        }
        let sim = Sim::start(config).await.expect("the simulator starts");
        let url = format!("{}/api", sim.base_url());
        let given = [
            ("api_url", url.as_str()),
            ("user", "crm"),
            ("sign_in", sign_in),
            ("call_method", method),
            ("extension_parameter", "mellek"),
            ("number_parameter", "szam"),
            ("key_parameter", "kulcs"),
            ("password_parameter", "jelszo"),
            ("number_style", "national"),
        ];
        let key = if sign_in == "header" { "plain-key" } else { KEY };
        let secret = [("password", PASSWORD), ("api_key", key), ("push_key", PUSH_KEY)];
        let outcome = account(&profile("vipex"), &given, &secret).originate(&order()).await;
        assert!(outcome.is_ok(), "{sign_in} {method}: {outcome:?}");
        let request = sim.requests().pop().expect("a request");
        assert_eq!((request.method.as_str(), request.parameter("szam")), (method, Some("06301234567")));
        assert_eq!(request.parameter("jelszo").is_some(), sign_in == "user", "{sign_in}");
        assert_eq!(request.parameter("kulcs").is_some(), sign_in == "key", "{sign_in}");
        sim.shutdown().await;
    }
}

#[tokio::test]
async fn a_whole_click_to_call_address_need_not_be_cut() {
    let sim = Sim::start(SimConfig::default()).await.expect("the simulator starts");
    let given = [("api_url", sim.click_to_call_url()), ("user", "crm".to_owned())];
    let given: Vec<(&str, &str)> = given.iter().map(|(key, value)| (*key, value.as_str())).collect();
    let pbx = account(&profile("vipex"), &given, &[("password", "sim-password"), ("push_key", PUSH_KEY)]);
    assert!(pbx.originate(&order()).await.is_ok());
    sim.shutdown().await;
}

#[tokio::test]
async fn every_style_of_error_and_of_success_is_understood() {
    for (format, with_status_200) in
        [ErrorFormat::Text, ErrorFormat::Json].into_iter().flat_map(|format| [(format, true), (format, false)])
    {
        let mut config = SimConfig::default();
        config.vipex.errors = ErrorStyle { with_status_200, format };
        let sim = Sim::start(config).await.expect("the simulator starts");
        let url = format!("{}/api", sim.base_url());
        let pbx = |password| {
            let given = [("api_url", url.as_str()), ("user", "crm")];
            account(&profile("vipex"), &given, &[("password", password), ("push_key", PUSH_KEY)])
        };
        let wrong = pbx("wrong").originate(&order()).await.expect_err("it is refused");
        assert_eq!(kind(&wrong), "authentication", "{format:?} {with_status_200}: {wrong}");
        let nobody = Originate { extension: "999".into(), ..order() };
        let refused = pbx("sim-password").originate(&nobody).await.expect_err("it is refused");
        assert_eq!(refused.to_string().contains("unknown extension"), kind(&refused) == "refused", "{refused}");
        assert_eq!(kind(&refused), "refused", "{format:?} {with_status_200}: {refused}");
        sim.shutdown().await;
    }
    for started in [StartedAnswer::Empty, StartedAnswer::Text, StartedAnswer::Json, StartedAnswer::JsonWithCallId] {
        let mut config = SimConfig::default();
        config.vipex.started = started;
        let sim = Sim::start(config).await.expect("the simulator starts");
        let given = [("api_url", format!("{}/api", sim.base_url())), ("user", "crm".to_owned())];
        let given: Vec<(&str, &str)> = given.iter().map(|(key, value)| (*key, value.as_str())).collect();
        let pbx = account(&profile("vipex"), &given, &[("password", "sim-password"), ("push_key", PUSH_KEY)]);
        let outcome = pbx.originate(&order()).await.expect("it starts");
        assert_eq!(outcome.external_id.is_some(), started == StartedAnswer::JsonWithCallId);
        sim.shutdown().await;
    }
}

#[tokio::test]
async fn a_pbx_that_repeats_the_password_gives_nothing_away() {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let percent = support::encoded(PASSWORD);
    for echoed in [
        format!("ERROR: bad password {PASSWORD} for crm"),
        format!("ERROR: GET /api/click2call?user=crm&password={percent}"),
        format!("ERROR: {}", percent.to_lowercase()),
        format!("ERROR: Basic {}", BASE64_STANDARD.encode(format!("crm:{PASSWORD}"))),
        serde_json::json!({ "error": format!("bad {PASSWORD}") }).to_string(),
    ] {
        for status in ["200 OK", "403 Forbidden"] {
            let server = Echo::answering(status, "text/plain; charset=utf-8", &echoed).await;
            for sign_in in ["user", "basic"] {
                let pbx = vipex(&[("api_url", &server.url), ("sign_in", sign_in)]);
                let failure = pbx.originate(&order()).await.expect_err("it is an error");
                assert_no_secret(&format!("{failure} {failure:?}"));
            }
        }
    }
}

/// The simulator's pushes, of every kind and in every form, say the same to us.
#[tokio::test]
async fn the_simulators_pushes_are_read_in_every_form() {
    let nested = || PushEncoding::JsonNested { under: "call".into() };
    let forms = [PushEncoding::Query, PushEncoding::Form, PushEncoding::Json, nested()];
    for (method, encoding) in forms.iter().flat_map(|form| [(PushMethod::Get, form), (PushMethod::Post, form)]) {
        let mut config = SimConfig::default();
        config.push.method = method;
        config.push.encoding = encoding.clone();
        config.push.auth = PushAuth::key(PUSH_KEY);
        config.push.call_data_after = std::time::Duration::ZERO;
        // Nobody listens there: what was sent stands in the journal all the same.
        config.hub = Some(HubTarget::new("http://127.0.0.1:1", "pbx"));
        let sim = Sim::start(config).await.expect("the simulator starts");
        for (system, id) in [(System::Vipex, "vipex"), (System::Asterisk, "asterisk-ari")] {
            let ring = Ring::from("+36301234567").to("+3612345678").extension("101").via(system);
            let call = sim.ring(ring).await.expect("it rings");
            call.answer().await.expect("it is answered");
            call.hang_up().await.expect("it is over");
            let no = call.no();
            let is_data = |p: &Pushed| p.call == no && p.kind == ringcard_sim::PushKind::CallData;
            sim.wait_for_push("call data", is_data).await.expect("call data");
            let pbx = match id {
                "vipex" => vipex(&[]),
                _ => account(
                    &profile(id),
                    &[("api_url", "https://pbx.invalid"), ("user", "u")],
                    &[("password", PASSWORD), ("push_key", PUSH_KEY)],
                ),
            };
            let what = format!("{id} {method:?} {encoding:?}");
            let mut events = Vec::new();
            for pushed in sim.pushes().iter().filter(|pushed| pushed.call == no) {
                let (kind, raw) = received(pushed);
                let push = pbx.read_push(kind, &raw).unwrap_or_else(|e| panic!("{what}: {e} {pushed:?}"));
                assert_eq!(push.kind, kind, "{what}");
                assert_eq!(push.ani.0, outside("+36301234567"), "{what}");
                assert_eq!(push.dnis.0, outside("+3612345678"), "{what}");
                assert_eq!(push.extensions, ["101"], "{what}");
                assert_eq!(push.external_id, call.view().map(|view| view.id), "{what}");
                events.push(push.event);
            }
            use ringcard_core::call::CallEvent::{Connected, Ended};
            assert_eq!(events, [None, Some(Connected), Some(Ended), Some(Ended)], "{what}");
        }
        sim.shutdown().await;
    }
}

/// A push as the hub would hand it over.
fn received(pushed: &Pushed) -> (ringcard_connect::PushKind, ringcard_connect::RawPush) {
    let (_, query) = pushed.url.split_once('?').unwrap_or((&pushed.url, ""));
    let kind = match pushed.kind {
        ringcard_sim::PushKind::Incoming => support::INCOMING,
        ringcard_sim::PushKind::Event => support::EVENT,
        ringcard_sim::PushKind::CallData => support::CALL_DATA,
    };
    let raw = ringcard_connect::RawPush {
        query: query.to_owned(),
        content_type: pushed.content_type.clone(),
        body: pushed.body.clone().into_bytes(),
        ..Default::default()
    };
    (kind, raw)
}

#[tokio::test]
async fn asterisk_is_asked_as_its_description_says() {
    let sim = Sim::start(SimConfig::default()).await.expect("the simulator starts");
    let dial = async |given: support::Given<'_>| {
        let url = sim.base_url();
        let mut all = vec![("api_url", url.as_str()), ("user", "ringcard")];
        all.extend(given);
        let secret = [("password", "sim-password"), ("push_key", PUSH_KEY)];
        let outcome = account(&profile("asterisk-ari"), &all, &secret).originate(&order()).await;
        (outcome, sim.requests().pop().expect("a request"))
    };
    let (outcome, request) = dial(&[]).await;
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/ari/channels"));
    for (name, value) in [
        ("endpoint", "PJSIP/101"),
        ("extension", "+36301234567"),
        ("context", "from-internal"),
        ("priority", "1"),
        ("callerId", "+36301234567"),
        ("timeout", "30"),
    ] {
        assert_eq!(request.parameter(name), Some(value), "{name}");
    }
    assert!(request.header("authorization").is_some_and(|value| value.starts_with("Basic ")));

    let given = [("endpoint", "Local/{extension}@from-internal"), ("caller_id", "Ringcard"), ("outside_prefix", "0")];
    let (outcome, request) = dial(&given).await;
    assert!(outcome.is_ok(), "{outcome:?}");
    assert_eq!(request.parameter("endpoint"), Some("Local/101@from-internal"));
    assert_eq!(request.parameter("callerId"), Some("Ringcard"));
    assert!(request.parameter("extension").is_some_and(|number| number.starts_with('0')));

    sim.misbehave(Misbehaviour::UnknownExtension);
    let (outcome, _) = dial(&[]).await;
    let failure = outcome.expect_err("no such phone");
    assert!(failure.to_string().contains("no phone is registered"), "{failure}");
    sim.shutdown().await;
}

#[tokio::test]
async fn internal_numbers_are_dialled_as_they_are() {
    let sim = Sim::start(SimConfig::default()).await.expect("the simulator starts");
    let given =
        [("api_url", format!("{}/api", sim.base_url())), ("user", "crm".into()), ("outside_prefix", "0".into())];
    let given: Vec<(&str, &str)> = given.iter().map(|(key, value): &(_, String)| (*key, value.as_str())).collect();
    let pbx = account(&profile("vipex"), &given, &[("password", "sim-password"), ("push_key", PUSH_KEY)]);
    let inside = Originate { number: Party::Internal { digits: "102".into() }, ..order() };
    assert!(pbx.originate(&inside).await.is_ok());
    assert_eq!(sim.requests().pop().expect("a request").parameter("number"), Some("102"));
    sim.shutdown().await;
}
