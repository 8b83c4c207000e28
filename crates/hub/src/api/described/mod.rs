//! The description of everything the hub serves (OpenAPI 3.1), made from the types that are sent and read.
//!
//! [`operations`] lists what can be asked; the shapes come from the types, the statuses of errors from [`codes`]. It is made
//! in tests only: what a hub serves is the committed `openapi.json`, and a test holds the two together. `tests/outbox/described.rs`
//! holds what a running hub answers against it.

mod administration;
mod codes;
mod find;
mod hub;
mod missed;
mod notes;
mod operation;
mod operations;
mod shapes;

use serde::Serialize;
use serde_json::{Map, Serializer, Value, json, ser::PrettyFormatter};
use std::{fs, path::Path};

/// Codes of one status that stand together.
const MOST_CODES: usize = 6;

const INTRODUCTION: &str = "\
Scripts and other programs. Times are milliseconds since the Unix epoch (UTC). `/v1` wants `Authorization: Bearer <token>`.

Every error is `{\"error\":{\"code\",\"message\"}}`: codes are stable, messages are for people. Each operation lists the codes it \
may answer with. Requests of web pages of other sites are answered `foreign_origin`; those by a name that is not the hub's and \
without a right key or token `foreign_host`. Too many requests without one, or several wrong tokens, are answered \
`too_many_requests` with `Retry-After`.

A write for another system (`POST /v1/outbox`, `POST /v1/codifications`) is answered 202 once it is on the hub's disk. It is sent \
when its account takes it; `GET /v1/outbox/{key}` says how far it has come. The same `key` twice is one write. A code for a record, \
or for a call, that is not sent yet is replaced by a newer one for the same: the older row is over then, as `replaced`.";

/// The whole document.
fn document() -> Value {
    let mut shapes = shapes::Shapes::default();
    let mut paths = operations::all(&mut shapes);
    let responses = together(&mut paths);
    json!({
        "openapi": "3.1.0",
        "info": { "title": "Ringcard hub", "version": "1", "description": INTRODUCTION },
        "security": [{ "token": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
            "responses": responses,
            "schemas": shapes.all(),
        },
    })
}

/// The answers with errors stand once for all operations that have the same, by status and codes.
fn together(paths: &mut Value) -> Map<String, Value> {
    let mut all = Map::new();
    let operations = paths.as_object_mut().into_iter().flatten().filter_map(|(_, path)| path.as_object_mut());
    for (_, operation) in operations.flatten() {
        for (status, response) in operation["responses"].as_object_mut().into_iter().flatten() {
            let Some(codes) = response["content"]["application/json"]["examples"].as_object() else { continue };
            let codes: Vec<&str> = codes.keys().map(String::as_str).collect();
            // one of a kind, and with a long name
            if codes.len() > MOST_CODES {
                continue;
            }
            let name = format!("{status}-{}", codes.join("-"));
            let lead = json!({ "$ref": format!("#/components/responses/{name}") });
            let response = std::mem::replace(response, lead);
            let before = all.insert(name.clone(), response.clone());
            assert!(before.is_none_or(|before| before["content"] == response["content"]), "{name} means two things");
        }
    }
    all
}

/// `RINGCARD_WRITE_DOCS=1 cargo test -p ringcard-hub --lib described` writes the file.
#[test]
fn the_committed_description_is_made_from_the_types() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/api/openapi.json");
    let mut fresh = Vec::new();
    // programs carry it: no more spaces than people need
    let mut writer = Serializer::with_formatter(&mut fresh, PrettyFormatter::with_indent(b" "));
    document().serialize(&mut writer).expect("it is JSON");
    let fresh = String::from_utf8(fresh).expect("it is text") + "\n";
    if std::env::var_os("RINGCARD_WRITE_DOCS").is_some() {
        fs::write(&path, &fresh).expect("it can be written");
    }
    let committed = fs::read_to_string(&path).expect("it can be read").replace("\r\n", "\n");
    let how = "run RINGCARD_WRITE_DOCS=1 cargo test -p ringcard-hub --lib described";
    assert!(committed == fresh, "{} is out of date: {how}", path.display());
}
