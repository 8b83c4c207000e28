//! The description and the router say the same. What the routes do is tested over HTTP in `tests/`.

use super::OPENAPI;
use serde_json::Value;

#[test]
fn every_route_is_described_and_every_description_has_its_route() {
    let source = include_str!("mod.rs");
    let described: Value = serde_json::from_str(OPENAPI).expect("openapi.json is JSON");
    let paths = described["paths"].as_object().expect("paths").iter();
    let mut described: Vec<String> = paths
        .flat_map(|(path, operations)| {
            operations.as_object().expect("operations").keys().map(move |method| format!("{method} {path}"))
        })
        .collect();
    described.sort();
    let mut routes: Vec<String> = Vec::new();
    for line in source.lines() {
        let Some(start) = line.find(".route(\"") else { continue };
        let path = line[start + 8..].split('"').next().expect("a path");
        let inside_rest =
            !path.starts_with("/v1") && !path.starts_with("/in/") && path != "/healthz" && path != "/metrics";
        let path = if inside_rest { format!("/v1{path}") } else { path.to_owned() };
        // a WebSocket begins with a GET
        let methods = [("get", "get("), ("get", "any("), ("post", "post("), ("put", "put("), ("delete", "delete(")];
        let taken = methods.iter().filter(|(_, call)| line.contains(call));
        routes.extend(taken.map(|(method, _)| format!("{method} {path}")));
    }
    routes.sort();
    assert!(routes.len() > 8, "the routes were not found in the source");
    assert_eq!(described, routes);
}

#[test]
fn every_reference_in_the_description_leads_somewhere() {
    let described: Value = serde_json::from_str(OPENAPI).expect("openapi.json is JSON");
    let mut open = vec![&described];
    while let Some(value) = open.pop() {
        match value {
            Value::Object(fields) => {
                if let Some(Value::String(path)) = fields.get("$ref") {
                    assert!(described.pointer(path.trim_start_matches('#')).is_some(), "{path} leads nowhere");
                }
                open.extend(fields.values());
            }
            Value::Array(items) => open.extend(items),
            _ => {}
        }
    }
}
