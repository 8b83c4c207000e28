//! A client that sees status, headers and body.

use reqwest::{Client, Method, header::HeaderMap, redirect};
use ringcard_sim::zendesk::{ZendeskConfig, ZendeskSim};
use serde_json::Value;

pub struct Desk {
    pub sim: ZendeskSim,
    pub client: Client,
    auth: String,
}

#[derive(Debug)]
pub struct Got {
    pub status: u16,
    pub headers: HeaderMap,
    pub text: String,
}

impl Got {
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect("JSON")
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |v| v.to_str().expect("text"))
    }
}

pub fn client() -> Client {
    // An error means that there is one already, which is as good.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder().no_proxy().redirect(redirect::Policy::none()).build().expect("a client")
}

impl Desk {
    pub async fn start() -> Self {
        Self::with(ZendeskConfig::default()).await
    }

    pub async fn with(config: ZendeskConfig) -> Self {
        let sim = ZendeskSim::start(config).await.expect("the simulator starts");
        let auth = sim.basic();
        Self { sim, client: client(), auth }
    }

    pub fn bearer(&mut self, token: &str) {
        self.auth = format!("Bearer {token}");
    }

    pub async fn ask(&self, method: Method, path: &str, body: Option<&Value>, key: Option<&str>) -> Got {
        let mut request = self.client.request(method, format!("{}/{path}", self.sim.api_url()));
        request = request.header("Authorization", &self.auth);
        if let Some(key) = key {
            request = request.header("Idempotency-Key", key);
        }
        if let Some(body) = body {
            request = request.json(body);
        }
        read(request.send().await.expect("an answer")).await
    }

    pub async fn get(&self, path: &str) -> Got {
        self.ask(Method::GET, path, None, None).await
    }

    pub async fn post(&self, path: &str, body: &Value) -> Got {
        self.ask(Method::POST, path, Some(body), None).await
    }

    pub async fn put(&self, path: &str, body: &Value) -> Got {
        self.ask(Method::PUT, path, Some(body), None).await
    }

    /// Ids of the users a search finds.
    pub async fn found(&self, query: &str) -> Vec<u64> {
        let url = reqwest::Url::parse_with_params("http://x/", [("query", query)]).expect("an address");
        let got = self.get(&format!("search.json?{}", url.query().expect("a query"))).await;
        assert_eq!(got.status, 200, "{}", got.text);
        let results = got.json()["results"].as_array().expect("results").clone();
        results.iter().filter(|r| r["result_type"] == "user").filter_map(|r| r["id"].as_u64()).collect()
    }
}

pub async fn read(response: reqwest::Response) -> Got {
    let (status, headers) = (response.status().as_u16(), response.headers().clone());
    Got { status, headers, text: response.text().await.expect("a body") }
}
