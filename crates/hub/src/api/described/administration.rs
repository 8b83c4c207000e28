//! What an administrator asks: agents' tokens, and whether accounts work.

use super::{
    operation::{Operation, Paths},
    shapes::Shapes,
};
use crate::api::agents;
use ringcard_connect::TestReport;
use serde_json::json;

pub(super) fn all(paths: &mut Paths, shapes: &mut Shapes) {
    let report = json!({ "state": "fails", "steps": [
        { "state": "works", "what": "connect", "detail": "pbx.example.com:443 answers." },
        { "state": "fails", "what": "sign in", "detail": "The PBX does not take user or password." },
    ] });
    paths.add(
        Operation::new("post", "/v1/accounts/{name}/test", "Tries an account's connection, step by step")
            .says("Nobody is rung. The administrator's token only.")
            .answers::<TestReport>(shapes, 200, "What was tried", report)
            .fails(&["not_found"]),
    );
    let token = json!({ "role": "agent", "made_at": 1_795_900_000_000_i64 });
    let row = json!({ "agent": "Ana Kiss", "extension": "101", "known": true, "token": token });
    paths.add(
        Operation::new("get", "/v1/agents", "The agents, and who of them has a token")
            .says("The administrator's token only.")
            .answers::<agents::Agents>(shapes, 200, "No token is in it", json!({ "agents": [row] })),
    );
    let made = json!({ "agent": "Ana Kiss", "role": "agent", "token": "rc_…", "replaced": false });
    paths.add(
        Operation::new("post", "/v1/agents/{agent}/token", "Makes a fresh token for an agent")
            .says("It takes the place of the one they had. The administrator's token only.")
            .body::<agents::Fresh>(shapes, &[("a_lead", json!({ "role": "lead" }))])
            .answers::<agents::MadeToken>(shapes, 201, "Told this once", made)
            .fails(&["not_found", "not_saved"]),
    );
    paths.add(
        Operation::new("delete", "/v1/agents/{agent}/token", "Ends an agent's token, and their desk's link")
            .says("The administrator's token only.")
            .answers::<agents::RevokedToken>(shapes, 200, "It is good no longer", json!({ "agent": "Ana Kiss" }))
            .fails(&["not_found", "not_saved"]),
    );
}
