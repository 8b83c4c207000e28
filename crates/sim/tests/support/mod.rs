//! A hub that only listens, and a client that sees the bytes.

#![allow(dead_code)] // each test file uses its part

use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode, Uri},
};
use ringcard_sim::{HubTarget, Sim, SimConfig};
use std::{
    sync::{Arc, Mutex},
    time::Duration,
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// A request the hub got.
#[derive(Debug, Clone)]
pub struct Got {
    pub path: String,
    pub query: Vec<(String, String)>,
    pub content_type: String,
    pub headers: HeaderMap,
    pub body: String,
}

impl Got {
    /// Its form's fields.
    pub fn form(&self) -> Vec<(String, String)> {
        decode(&self.body)
    }

    pub fn field(&self, name: &str) -> String {
        self.form().into_iter().find(|(n, _)| n == name).map(|(_, v)| v).unwrap_or_default()
    }
}

pub fn decode(encoded: &str) -> Vec<(String, String)> {
    let url = reqwest::Url::parse(&format!("http://x/?{encoded}")).expect("an address");
    url.query_pairs().map(|(n, v)| (n.into_owned(), v.into_owned())).collect()
}

type Kept = Arc<Mutex<Vec<Got>>>;

pub struct Hub {
    pub base_url: String,
    kept: Kept,
}

impl Hub {
    /// Answers everything with 200 and nothing.
    pub async fn start() -> Self {
        let kept = Kept::default();
        let app = Router::new().fallback(keep).with_state(kept.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base_url = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(async move { axum::serve(listener, app).await });
        Self { base_url, kept }
    }

    pub fn target(&self) -> HubTarget {
        HubTarget::new(&self.base_url, "pbx")
    }

    pub fn got(&self) -> Vec<Got> {
        self.kept.lock().expect("no panic under this lock").clone()
    }

    /// The event words that came, with `ring` for a notifier and `data` for call data, in order.
    pub fn story(&self) -> Vec<String> {
        let word = |got: &Got| match got.path.as_str() {
            "/in/pbx/incoming" => "ring".to_string(),
            "/in/pbx/call-data" => "data".to_string(),
            _ => got.field("event"),
        };
        self.got().iter().map(word).collect()
    }
}

async fn keep(State(kept): State<Kept>, uri: Uri, headers: HeaderMap, body: Bytes) -> StatusCode {
    let content_type = headers.get("content-type").and_then(|v| v.to_str().ok()).unwrap_or_default().to_owned();
    kept.lock().expect("no panic under this lock").push(Got {
        path: uri.path().to_owned(),
        query: decode(uri.query().unwrap_or_default()),
        content_type,
        headers,
        body: String::from_utf8_lossy(&body).into_owned(),
    });
    StatusCode::OK
}

/// A simulator that pushes to a listening hub, call data at once.
pub async fn sim_and_hub(adjust: impl FnOnce(&mut SimConfig)) -> (Sim, Hub) {
    let hub = Hub::start().await;
    let mut config = SimConfig { hub: Some(hub.target()), ..SimConfig::default() };
    config.push.call_data_after = Duration::ZERO;
    adjust(&mut config);
    (Sim::start(config).await.expect("the simulator starts"), hub)
}

pub async fn sim() -> Sim {
    Sim::start(SimConfig::default()).await.expect("the simulator starts")
}

/// A client that follows nothing and trusts nothing.
pub fn client() -> reqwest::Client {
    let _ = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .no_proxy()
        .redirect(reqwest::redirect::Policy::none())
        .timeout(Duration::from_secs(10))
        .build()
        .expect("a client")
}

/// The address of a click-to-call with the default credentials.
pub fn click(sim: &Sim, extension: &str, number: &str) -> reqwest::Url {
    let pairs = [("user", "crm"), ("password", "sim-password"), ("extension", extension), ("number", number)];
    reqwest::Url::parse_with_params(&sim.click_to_call_url(), pairs).expect("an address")
}

/// Asks and returns every byte that comes until the connection closes, or what came until `patience` ended.
pub async fn raw(sim: &Sim, target: &str, patience: Duration) -> (String, Ended) {
    let mut stream = TcpStream::connect(sim.address()).await.expect("a connection");
    let request = format!("GET {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", sim.address());
    stream.write_all(request.as_bytes()).await.expect("the request is sent");
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    let ended = tokio::time::timeout(patience, async {
        loop {
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => return,
                Ok(n) => bytes.extend_from_slice(&buffer[..n]),
            }
        }
    })
    .await;
    let ended = if ended.is_ok() { Ended::Closed } else { Ended::StillOpen };
    (String::from_utf8_lossy(&bytes).into_owned(), ended)
}

#[derive(Debug, PartialEq, Eq)]
pub enum Ended {
    Closed,
    StillOpen,
}

/// Path and query of an address.
pub fn target(url: &reqwest::Url) -> String {
    format!("{}?{}", url.path(), url.query().unwrap_or_default())
}
