//! Its calls, and what is said to those who ask for one.

use super::config::{CcaiConfig, Confirming, Misbehaviour};
use crate::{clock, journal::first, watched::Watched};
use serde::Serialize;
use serde_json::{Value, json};
use std::{
    collections::{BTreeMap, VecDeque},
    ops::Deref,
    sync::Arc,
};
use tokio::time::Instant;

/// Rows of a page (ccai.md, Lists).
const PAGE: usize = 100;
/// Kept at most.
const MOST: usize = 20_000;
/// Statuses of a call that is over.
const OVER: [&str; 6] =
    ["finished", "failed", "deflected", "voicemail_received", "voicemail_read", "action_only_finished"];

#[derive(Debug)]
pub(crate) struct Shared(Watched<World>);

impl Shared {
    pub fn new(config: CcaiConfig) -> Arc<Self> {
        Arc::new(Self(Watched::new(World::new(config))))
    }
}

impl Deref for Shared {
    type Target = Watched<World>;

    fn deref(&self) -> &Watched<World> {
        &self.0
    }
}

/// A call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CcaiCall {
    pub id: u64,
    /// `Voice Outbound (API)`, `Voice Inbound`
    pub call_type: String,
    /// `selecting`, `queued`, `assigned`, `connecting`, `connected`, `finished`, `failed`, …
    pub status: String,
    pub agent_email: String,
    pub number: String,
    pub outbound_number: Option<String>,
    pub ticket_id: Option<String>,
    pub created_at: u64,
    pub updated_at: u64,
    pub connected_at: Option<u64>,
    pub ends_at: Option<u64>,
    pub fail_reason: Option<String>,
}

impl CcaiCall {
    pub(crate) fn shown(&self) -> Value {
        let at = |at: Option<u64>| at.map(|at| clock::utc(at) + "Z");
        let seconds = self.connected_at.zip(self.ends_at).map(|(from, to)| to.saturating_sub(from) / 1000);
        json!({
            "id": self.id, "lang": "en", "call_type": self.call_type, "status": self.status,
            "created_at": at(Some(self.created_at)), "queued_at": Value::Null, "assigned_at": at(Some(self.created_at)),
            "connected_at": at(self.connected_at), "ends_at": at(self.ends_at), "scheduled_at": Value::Null,
            "updated_at": at(Some(self.updated_at)), "wait_duration": 0, "call_duration": seconds, "hold_duration": 0,
            "rating": Value::Null, "out_ticket_id": self.ticket_id, "recording_url": Value::Null,
            "fail_reason": self.fail_reason.as_deref().unwrap_or("nothing"), "disconnected_by": Value::Null,
            "support_number": self.outbound_number, "outbound_number": self.outbound_number,
            "agent_info": { "email": self.agent_email }, "end_user": { "identifier": self.number, "out_contact_id": Value::Null },
            "transfers": [], "participants": [{ "type": "agent", "status": self.status }, { "type": "end_user", "status": "pending" }],
        })
    }
}

/// A request it received. It never holds the token.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Asked {
    pub at: u64,
    pub method: String,
    pub path: String,
    pub parameters: Vec<(String, String)>,
    pub body: Value,
    pub accept: String,
    pub status: Option<u16>,
}

#[derive(Debug)]
pub(crate) struct World {
    pub config: CcaiConfig,
    pub calls: BTreeMap<u64, CcaiCall>,
    pub asked: Vec<Asked>,
    pub wrongs: VecDeque<Misbehaviour>,
    /// When nothing else was told.
    pub always: Option<Misbehaviour>,
    recent: VecDeque<u64>,
    pub most_per_second: usize,
    last_id: u64,
    born: Instant,
    born_at: u64,
    ahead: i64,
}

impl World {
    fn new(config: CcaiConfig) -> Self {
        let born_at = config.starts_at.unwrap_or_else(clock::now);
        Self {
            config,
            calls: BTreeMap::new(),
            asked: Vec::new(),
            wrongs: VecDeque::new(),
            always: None,
            recent: VecDeque::new(),
            most_per_second: 0,
            last_id: 5000,
            born: Instant::now(),
            born_at,
            ahead: 0,
        }
    }

    /// The simulator's clock, in milliseconds since 1970. It runs in tokio's time.
    pub fn now(&self) -> u64 {
        let since = u64::try_from(self.born.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.born_at.saturating_add(since).saturating_add_signed(self.ahead)
    }

    pub fn advance(&mut self, millis: i64) {
        self.ahead = self.ahead.saturating_add(millis);
    }

    /// Writes a request down; its number.
    pub fn note(&mut self, asked: Asked) -> usize {
        if self.asked.len() == MOST {
            self.asked.clear();
        }
        self.asked.push(asked);
        self.asked.len() - 1
    }

    /// Whether one more is within the limit of a second.
    pub fn has_room(&mut self) -> bool {
        let now = self.now();
        while self.recent.front().is_some_and(|at| now.saturating_sub(*at) >= 1000) {
            self.recent.pop_front();
        }
        self.recent.push_back(now);
        self.most_per_second = self.most_per_second.max(self.recent.len());
        self.recent.len() <= self.config.per_second
    }

    pub fn answer(&mut self, method: &str, path: &str, parameters: &[(String, String)], body: &Value) -> (u16, Value) {
        let below = |base: &str| path.strip_prefix(base).map(str::to_owned);
        match (method, below("/apps/api/v1/"), below("/manager/api/v1/")) {
            ("POST", Some(name), _) if name == "calls" => self.start(body).unwrap_or_else(|refused| refused),
            ("GET", _, Some(name)) => self.list(&name, path, parameters),
            _ => (404, message("Not Found")),
        }
    }

    /// Click-to-call, in the order in which the documents name what can be wrong.
    fn start(&mut self, body: &Value) -> Result<(u16, Value), (u16, Value)> {
        let get = |name: &str| match body.get(name) {
            Some(Value::String(text)) if !text.is_empty() => Some(text.clone()),
            Some(Value::Number(number)) => Some(number.to_string()),
            _ => None,
        };
        let refuse = |why: &str| (400, message(why));
        let kind = get("call_type").unwrap_or_default();
        if kind != "Voice Outbound (API)" && kind != "OutboundCall" {
            return Err(refuse("Invalid call type"));
        }
        let email = get("agent_email").ok_or_else(|| refuse("Agent email required"))?;
        let agent = self.config.agents.iter().find(|a| a.email == email).cloned();
        let agent = agent.ok_or_else(|| refuse("Not a valid agent email"))?;
        if !agent.may_call {
            return Err(refuse("Agent does not have access to make calls"));
        }
        let ticket = get("ticket_id");
        // A ticket goes before a number.
        let number = match (&ticket, get("end_user_number")) {
            (Some(ticket), _) => {
                let known = self.config.tickets.iter().find(|(id, _)| id == ticket).map(|(_, number)| number.clone());
                known.ok_or_else(|| refuse("Contact not found"))?
            }
            (None, Some(number)) => {
                let digits = number.strip_prefix('+').unwrap_or_default();
                if !(7..=15).contains(&digits.len()) || !digits.bytes().all(|b| b.is_ascii_digit()) {
                    return Err(refuse("end_user_number is not well-formed"));
                }
                number
            }
            (None, None) => return Err(refuse("ticket_id or end_user_number required")),
        };
        let busy = self.calls.values().any(|c| c.agent_email == email && !OVER.contains(&c.status.as_str()));
        if !agent.available || busy {
            return Err(refuse("Agent is not available to take this call"));
        }
        let outbound = get("outbound_number");
        let confirms = agent.chooses_number && outbound.is_none();
        let status = if confirms { "selecting" } else { "assigned" };
        let call = self.add(&kind, status, &email, &number, outbound, ticket);
        if !confirms {
            return Ok((201, call.shown()));
        }
        let words = "Please select an outbound number in the adapter to place the call";
        Ok(match self.config.confirming {
            Confirming::Accepted202 => (202, message(words)),
            Confirming::Ok200 => (200, json!({ "message": words, "action": "select_outbound_number" })),
        })
    }

    pub fn add(
        &mut self,
        kind: &str,
        status: &str,
        email: &str,
        number: &str,
        outbound_number: Option<String>,
        ticket_id: Option<String>,
    ) -> CcaiCall {
        self.last_id += 1;
        let now = self.now();
        let call = CcaiCall {
            id: self.last_id,
            call_type: kind.into(),
            status: status.into(),
            agent_email: email.into(),
            number: number.into(),
            outbound_number,
            ticket_id,
            created_at: now,
            updated_at: now,
            connected_at: None,
            ends_at: None,
            fail_reason: None,
        };
        self.calls.insert(call.id, call.clone());
        call
    }

    pub fn set_status(&mut self, id: u64, status: &str) {
        let now = self.now();
        let Some(call) = self.calls.get_mut(&id) else { return };
        call.status = status.to_lowercase().replace(' ', "_");
        call.updated_at = now;
        if call.status == "connected" {
            call.connected_at = Some(now);
        }
        if OVER.contains(&call.status.as_str()) {
            call.ends_at = Some(now);
        }
        if call.status == "failed" {
            call.fail_reason = Some("eu_unanswered".into());
        }
    }

    fn list(&self, name: &str, path: &str, parameters: &[(String, String)]) -> (u16, Value) {
        let get = |name: &str| first(parameters, name);
        if let Some(id) = name.strip_prefix("calls/").and_then(|id| id.parse::<u64>().ok()) {
            return match self.calls.get(&id) {
                Some(call) => (200, call.shown()),
                None => (404, message("Not Found")),
            };
        }
        let mut rows: Vec<(u64, Value)> = match name {
            "calls" => self.calls.values().map(|c| (c.updated_at, c.shown())).collect(),
            "agents" => self.config.agents.iter().map(|a| (a.id, json!({ "id": a.id, "email": a.email }))).collect(),
            "agents/current_status" => {
                let status = |a: &super::CcaiAgent| if a.available { "Available" } else { "Unavailable" };
                let shown = |a: &super::CcaiAgent| json!({ "id": a.id, "email": a.email, "status": status(a) });
                self.config.agents.iter().map(|a| (a.id, shown(a))).collect()
            }
            _ => return (404, message("Not Found")),
        };
        rows.sort_by_key(|(at, _)| *at);
        if get("sort_direction").is_some_and(|d| d.eq_ignore_ascii_case("desc")) {
            rows.reverse();
        }
        let at = get("page").and_then(|p| p.parse::<usize>().ok()).unwrap_or(1).max(1);
        let per = get("per").and_then(|p| p.parse::<usize>().ok()).unwrap_or(PAGE).clamp(1, PAGE);
        let total = rows.len();
        let page: Vec<_> = rows.into_iter().skip((at - 1) * per).take(per).map(|(_, row)| row).collect();
        let next = (at * per < total).then(|| format!("{path}?page={}&per={per}", at + 1));
        let key = name.split('/').next().unwrap_or_default();
        (200, json!({ key: page, "next": next, "page": at, "per": per, "total": total }))
    }
}

pub(crate) fn message(words: &str) -> Value {
    json!({ "message": words })
}
