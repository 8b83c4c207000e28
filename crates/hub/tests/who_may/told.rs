//! Who may not ask is not told what there is: not even whether somebody of that name is there.

use super::{ask, in_full, routes, silent_account, token_of};
use crate::support::{TOKEN, world};
use serde_json::{Value, json};

/// Everywhere a request of this route names an agent or an account, with this name there.
fn naming(
    described: &Value,
    method: &str,
    path: &str,
    body: Option<&Value>,
    name: &str,
) -> Vec<(String, Option<Value>)> {
    let operation = &described["paths"][format!("/v1{path}")][method];
    let mut all = Vec::new();
    for part in ["{agent}", "{name}"].into_iter().filter(|part| path.contains(part)) {
        all.push((in_full(method, &path.replace(part, name), "Ana"), body.cloned()));
    }
    for parameter in operation["parameters"].as_array().into_iter().flatten() {
        let Some(parameter @ ("agent" | "account")) = parameter["name"].as_str().filter(|_| parameter["in"] == "query")
        else {
            continue;
        };
        let whole = in_full(method, path, "");
        let whole = whole.strip_suffix("&agent=").unwrap_or(&whole);
        let and = if whole.contains('?') { '&' } else { '?' };
        all.push((format!("{whole}{and}{parameter}={name}"), body.cloned()));
    }
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    let schema = schema["$ref"].as_str().and_then(|at| described.pointer(at.trim_start_matches('#'))).unwrap_or(schema);
    if schema["properties"]["agent"].is_object() {
        let mut body = body.cloned().expect("a body");
        body["agent"] = percent_encoding_undone(name).into();
        all.push((in_full(method, path, "Ana"), Some(body)));
    }
    all
}

fn percent_encoding_undone(name: &str) -> String {
    name.replace("%C3%A9", "é")
}

/// An oracle would be a place where a colleague's name is answered in another way than a name that nobody has.
#[tokio::test]
async fn a_name_that_nobody_has_is_refused_as_a_colleagues_is_on_every_route() {
    let world = world().await;
    world.hub.use_accounts(vec![silent_account()]).await;
    let (_, described) = ask(&world, TOKEN, "GET", "/openapi.json", None).await;
    let (agent, lead) = (token_of(&world, "Ana", "agent").await, token_of(&world, "B%C3%A9la", "lead").await);
    let mut refused = Vec::new();
    for (method, path, body, agent_may, lead_may) in routes() {
        for (token, colleague, may) in [(&agent, "B%C3%A9la", agent_may), (&lead, "Ana", lead_may)] {
            let there = naming(&described, method, path, body.as_ref(), colleague);
            let nowhere = naming(&described, method, path, body.as_ref(), "Nobody");
            let accounts = naming(&described, method, path, body.as_ref(), "crm");
            for ((there, nowhere), account) in there.into_iter().zip(nowhere).zip(accounts) {
                let mut answers = Vec::new();
                for (path, body) in [there, nowhere.clone(), account] {
                    answers.push(ask(&world, token, &method.to_uppercase(), &path, body).await);
                }
                let name = format!("{method} {}", nowhere.0);
                if answers.iter().any(|(status, _)| *status == 403) {
                    assert!(answers.iter().all(|answer| *answer == answers[0]), "{name}: {answers:?}");
                    assert_eq!(answers[0].1["error"]["code"], json!("not_allowed"), "{name}");
                    refused.push(name);
                } else {
                    assert!(may, "{name}: {answers:?}");
                }
            }
        }
    }
    for asked in ["get /callbacks?agent=Nobody", "get /reports/not-coded?from=0&to=1&agent=Nobody", "post /calls"] {
        assert!(refused.iter().any(|name| name == asked), "{asked} was not tried: {refused:?}");
    }
}
