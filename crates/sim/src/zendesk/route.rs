//! Which request does what.

use super::{
    reply::Reply,
    world::{Shared, World},
};
use crate::{journal::first, pairs};
use axum::http::{HeaderMap, Method};
use serde_json::{Value, json};

/// A request, read.
#[derive(Debug)]
pub(crate) struct Ask {
    pub seq: u64,
    pub method: Method,
    /// Below `/api/v2/`, without `.json`.
    pub segments: Vec<String>,
    /// Method and path with `{}` for ids.
    pub endpoint: String,
    /// In the place of each `{}`.
    pub ids: Vec<u64>,
    /// Where it was asked, with the host.
    pub address: String,
    pub parameters: Vec<(String, String)>,
    pub headers: HeaderMap,
    pub body: String,
}

impl Ask {
    /// The first parameter of this name, unless it is empty.
    pub fn get(&self, name: &str) -> Option<&str> {
        first(&self.parameters, name).filter(|v| !v.is_empty())
    }

    pub fn number(&self, name: &str) -> Option<u64> {
        self.get(name)?.parse().ok()
    }

    /// Numbers between commas; what is none is left out.
    pub fn numbers(&self, name: &str) -> Vec<u64> {
        self.get(name).unwrap_or_default().split(',').filter_map(|n| n.trim().parse().ok()).collect()
    }

    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|v| v.to_str().ok())
    }

    /// Whether these are to be told beside.
    pub fn includes(&self, what: &str) -> bool {
        self.get("include").is_some_and(|list| list.split(',').any(|one| one.trim() == what))
    }

    /// The first id of its path.
    pub fn id(&self) -> u64 {
        self.ids.first().copied().unwrap_or_default()
    }

    /// An object of this name in the body.
    pub fn object(&self, name: &str) -> Result<Value, Reply> {
        let body: Value = serde_json::from_str(&self.body)
            .map_err(|_| Reply::bad("Unprocessable JSON", "The request body is not valid JSON"))?;
        match body.get(name) {
            Some(object) if object.is_object() || object.is_array() => Ok(object.clone()),
            _ => Err(Reply::json(
                400,
                json!({ "error": { "title": "Invalid attribute", "message": format!("You passed an invalid value for the {name} attribute.") } }),
            )),
        }
    }

    /// The whole body.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_default()
    }

    /// This request's address with other parameters.
    pub fn address_with(&self, changed: &[(&str, &str)]) -> String {
        let mut parameters: Vec<_> =
            self.parameters.iter().filter(|(name, _)| !changed.iter().any(|(n, _)| n == name)).cloned().collect();
        parameters.extend(changed.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())));
        format!("{}?{}", self.address, pairs::encode(&parameters))
    }
}

/// The path below `/api/v2` taken apart: its segments, its shape, its ids.
pub(crate) fn shape(method: &Method, path: &str) -> Option<(Vec<String>, String, Vec<u64>)> {
    let below = path.strip_prefix("/api/v2/")?;
    let below = below.strip_suffix(".json").unwrap_or(below);
    let segments: Vec<String> = below.split('/').map(pairs::decode_path).collect();
    let mut ids = Vec::new();
    let mut shape = Vec::new();
    for (at, segment) in segments.iter().enumerate() {
        // Jobs, calls and uploads have names that are no numbers.
        let named = at == 1 && matches!(segments[0].as_str(), "job_statuses" | "calls" | "uploads");
        if let Ok(id) = segment.parse::<u64>() {
            ids.push(id);
            shape.push("{}");
        } else if named && segment != "show_many" {
            shape.push("{}");
        } else {
            shape.push(segment.as_str());
        }
    }
    let endpoint = format!("{method} {}", shape.join("/"));
    Some((segments, endpoint, ids))
}

impl World {
    /// Does what was asked.
    pub fn answer(&mut self, ask: &Ask) -> Reply {
        self.settle();
        self.routed(ask).unwrap_or_else(|refusal| refusal)
    }

    fn routed(&mut self, ask: &Ask) -> Result<Reply, Reply> {
        match ask.endpoint.as_str() {
            "GET search" => self.search(ask),
            "GET search/count" => self.search_count(ask),
            "GET search/export" => self.search_export(ask),
            "GET users/search" => self.search_users(ask),
            "GET users/autocomplete" => self.autocomplete(ask),
            "GET users/me" => self.show_me(),
            "GET users" => self.list_users(ask),
            "GET users/show_many" => self.show_users(ask),
            "POST users" => self.create_user(ask),
            "POST users/create_or_update" => self.create_or_update_user(ask),
            "GET users/{}" => self.show_user(ask),
            "PUT users/{}" => self.update_user(ask),
            "GET users/{}/identities" => self.list_identities(ask),
            "POST users/{}/identities" => self.add_identity(ask),
            "GET users/{}/organizations" => self.organizations_of(ask),
            "GET users/{}/related" => self.related(ask),
            "GET users/{}/tickets/requested" => self.requested_by(ask),
            "GET user_fields" => self.list_user_fields(ask),
            "GET organizations" | "GET organizations/search" => self.search_organizations(ask),
            "GET organizations/{}" => self.show_organization(ask),
            "GET organizations/show_many" => self.show_organizations(ask),
            "GET tickets" => self.list_tickets(ask),
            "GET tickets/show_many" => self.show_tickets(ask),
            "POST tickets" => self.create_ticket_once(ask),
            "GET tickets/{}" => self.show_ticket(ask),
            "PUT tickets/{}" => self.update_ticket(ask),
            "DELETE tickets/{}" => self.delete_ticket(ask),
            "GET tickets/{}/comments" => self.list_comments(ask),
            "POST tickets/create_many" => self.create_many(ask),
            "PUT tickets/update_many" => self.update_many(ask),
            "POST tickets/{}/merge" => self.merge(ask),
            "GET job_statuses" => self.list_jobs(ask),
            "GET job_statuses/show_many" => self.show_jobs(ask),
            "GET job_statuses/{}" => self.show_job(ask),
            "POST uploads" => self.upload(ask),
            "DELETE uploads/{}" => self.delete_upload(ask),
            "GET ticket_forms" => self.list_forms(ask),
            "GET ticket_forms/{}" => self.show_form(ask),
            "GET ticket_fields" => self.list_fields(ask),
            "GET ticket_fields/{}" => self.show_field(ask),
            "POST calls" => self.create_call(ask),
            "GET calls/{}" => self.show_call(ask),
            "PATCH calls/{}" => self.update_call(ask),
            "POST calls/{}/comments" => self.comment_on_call(ask),
            "POST channels/voice/tickets" => self.create_voice_ticket(ask),
            "POST channels/voice/agents/{}/users/{}/display" => self.display(ask, "user"),
            "POST channels/voice/agents/{}/tickets/{}/display" => self.display(ask, "ticket"),
            "GET incremental/users/cursor" => self.export_users(ask),
            "GET incremental/tickets/cursor" => self.export_tickets(ask),
            "DELETE oauth/tokens/current" => self.revoke_current(ask),
            _ => Err(Reply::json(404, json!({ "error": "InvalidEndpoint", "description": "Not found" }))),
        }
    }
}

/// Why a request does not fit its schema.
pub(crate) fn misfit(shared: &Shared, ask: &Ask) -> Option<String> {
    shared.schemas.request(&ask.endpoint, &ask.parameters, &ask.body).err()
}
