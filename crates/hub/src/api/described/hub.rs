//! What can be asked of the hub itself: how it does, what came in and what went out.

use super::{
    operation::{Operation, Paths},
    shapes::Shapes,
};
use crate::{
    api::{pushes, requests, usage},
    pops::Pop,
    requests::Requests,
};
use ringcard_core::usage::Usage;
use serde_json::json;
use std::collections::BTreeMap;
use utoipa::ToSchema;

/// How the hub does.
#[derive(ToSchema)]
#[allow(dead_code, reason = "its shape is what counts")]
struct Health {
    status: HealthStatus,
    version: String,
    /// By account; also `incoming`, `directory` and `outbox`.
    connections: BTreeMap<String, ConnectionWord>,
    calls: CallsHealth,
    outbox: OutboxHealth,
    history: HistoryHealth,
}

/// `down`: there was a mistake in the hub, and the calls are being taken up anew.
#[derive(ToSchema)]
#[allow(dead_code, reason = "its shape is what counts")]
struct CallsHealth {
    state: CallsWord,
    /// How often they were taken up anew since the start.
    restarts: u32,
    /// The accounts that could be asked whether a call goes on, and last did not tell: their calls stay as they are.
    do_not_tell: Vec<String>,
    no_agents_phone: StrangersHealth,
}

/// Calls that rang at telephones which are no agent's extension, since the start. Which these are, the call list tells.
#[derive(ToSchema)]
#[allow(dead_code, reason = "its shape is what counts")]
struct StrangersHealth {
    calls: u64,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[allow(dead_code, reason = "its shape is what counts")]
enum CallsWord {
    Open,
    Down,
}

/// `begun_anew`: the call list was damaged; it is kept beside, and a new one was begun.
#[derive(ToSchema)]
#[allow(dead_code, reason = "its shape is what counts")]
struct HistoryHealth {
    state: HistoryWord,
    reason: Option<HistoryReason>,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[allow(dead_code, reason = "its shape is what counts")]
enum HistoryWord {
    Open,
    BegunAnew,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[allow(dead_code, reason = "its shape is what counts")]
enum HistoryReason {
    Damaged,
}

/// `degraded`: calls come in, and nothing can be saved for other systems now; see `outbox`.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[allow(dead_code, reason = "its shape is what counts")]
enum HealthStatus {
    Ok,
    Degraded,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[allow(dead_code, reason = "its shape is what counts")]
enum ConnectionWord {
    Ready,
    Untried,
    Connecting,
    Trouble,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "its shape is what counts")]
struct OutboxHealth {
    state: OutboxWord,
    reason: Option<OutboxReason>,
    /// The accounts that are told nothing until a person says so: they said so for good, or failed for days.
    disabled: Option<Vec<String>>,
}

/// `opening`: its file could not be opened, for `reason`, and is tried again; `closed`: a person has to decide;
/// `not_saving`: it is open and its disk takes nothing now.
#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[allow(dead_code, reason = "its shape is what counts")]
enum OutboxWord {
    Open,
    Opening,
    Closed,
    NotSaving,
}

#[derive(ToSchema)]
#[schema(rename_all = "snake_case")]
#[allow(dead_code, reason = "its shape is what counts")]
enum OutboxReason {
    Locked,
    ReadOnly,
    NoSpace,
    Disk,
    Damaged,
    NewerVersion,
}

pub(super) fn all(paths: &mut Paths, shapes: &mut Shapes) {
    let pushes = json!({ "pushes": [{
        "at": 1_795_900_000_000_i64, "account": "pbx", "kind": "incoming", "from": "192.0.2.7", "times": 1,
        "became": { "kind": "new_call", "call_id": "019395e2c1f17a2b8c5d6e7f80912345" },
    }] });
    paths.add(
        Operation::new("get", "/v1/pushes", "The last pushes and what became of them, newest first")
            .says("Kept in memory, without numbers and secrets.")
            .query::<pushes::Whose>(shapes)
            .answers::<pushes::Pushes>(
                shapes,
                200,
                "Of each account the last 20 that were taken and the last 20 that were refused",
                pushes,
            ),
    );
    let requests = json!({
        "hours": [{ "hour": 1_795_899_600_000_i64, "account": "crm", "purpose": "write", "what": "codify",
                    "outcome": "answered", "requests": 12, "took_ms": 4_310, "longest_ms": 720 }],
        "lines": [{ "at": 1_795_900_000_000_i64, "account": "crm", "purpose": "write", "what": "codify",
                    "outcome": "answered", "took_ms": 240 }],
        "not_kept": 0,
    });
    paths.add(
        Operation::new("get", "/v1/requests", "Which requests were made of other systems, newest first")
            .says("One line for each, without what it was about: no payload, no number, no address.")
            .query::<requests::Range>(shapes)
            .answers::<Requests>(shapes, 200, "Each request of the last day, and counts by the hour", requests),
    );
    let at = 1_795_899_600_000_i64;
    let usage = json!({
        "account": "crm", "accounts": ["crm"], "range": "day", "from": at, "to": at + 900_000,
        "slots": [{
            "at": at, "until": at + 900_000, "limited": 0, "failed": 1, "waiting": 14,
            "requests": { "look_up": 3, "agent_act": 0, "write": 9, "report": 0, "test": 0 },
        }],
        "total": { "look_up": 3, "agent_act": 0, "write": 9, "report": 0, "test": 0 },
        "limited": 0, "failed": 1, "saved_by_batching": 7, "cache_hits": 5, "waiting": 2, "not_kept": 0,
        "by": [{
            "agent": "ana", "limited": 0,
            "requests": { "look_up": 0, "agent_act": 0, "write": 9, "report": 0, "test": 0 },
        }],
        "windows": [{ "window": "day", "limit": 2_500, "used": 12, "left": 2_488, "reserved": 500, "resets_at": at }],
    });
    paths.add(
        Operation::new("get", "/v1/usage", "What was used of an account's limits: over time, by what for, by whom")
            .says("Quarters of an hour of the last 24 hours, or the last 30 days of the account's own.")
            .query::<usage::Wished>(shapes)
            .answers::<Usage>(shapes, 200, "Counted as requests end, without what they were about", usage)
            .fails(&["invalid", "no_account", "busy"]),
    );
    let table = json!({ "text/csv": { "schema": { "type": "string" } } });
    paths.add(
        Operation::new("get", "/v1/usage.csv", "The same over time, as a table")
            .query::<usage::Wished>(shapes)
            .answers_as(200, "A line for each part of the time; moments in UTC", table)
            .fails(&["invalid", "no_account", "busy"]),
    );
    let pop = shapes.of::<Pop>();
    let content = json!({ "application/json": { "schema": { "type": "array", "items": pop } } });
    paths.add(
        Operation::new("get", "/v1/diagnostics/pops", "How long the last thousand cards took from push to paint")
            .answers_as(200, "Oldest first", content),
    );
    paths.add(
        Operation::without_token("desk", "get", "/v1/desk", "The desk socket: JSON frames over a WebSocket")
            .says("The first is hello{protocol, agent, token}.")
            .answers_nothing(101, "Switched to WebSocket")
            .fails(&["foreign_origin", "foreign_host", "not_a_websocket", "busy"]),
    );
    let content = json!({ "application/json": { "schema": { "type": "object" } } });
    paths.add(
        Operation::without_token("rest", "get", "/v1/openapi.json", "This description")
            .answers_as(200, "OpenAPI 3.1", content)
            .fails(&["foreign_origin", "foreign_host", "busy"]),
    );
    let health = json!({
        "status": "ok", "version": "0.1.0", "connections": { "pbx": "ready", "incoming": "ready" },
        "calls": {
            "state": "open", "restarts": 0, "do_not_tell": [], "no_agents_phone": { "calls": 1 }
        },
        "outbox": { "state": "open" }, "history": { "state": "open" },
    });
    paths.add(
        Operation::without_token("health", "get", "/healthz", "Alive, and how each connection does")
            .answers::<Health>(shapes, 200, "Alive", health)
            .fails(&["foreign_origin", "foreign_host", "busy"]),
    );
    paths.add(
        Operation::without_token("health", "get", "/metrics", "Counters as Prometheus text")
            .answers_as(200, "Text", json!({ "text/plain": { "schema": { "type": "string" } } }))
            .fails(&["foreign_origin", "foreign_host", "busy"]),
    );
}
