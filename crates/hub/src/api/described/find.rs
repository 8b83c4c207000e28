//! Calls that are looked for.

use super::{
    operation::{Operation, Paths},
    operations::row,
    shapes::Shapes,
};
use crate::api::find;
use ringcard_core::frame::FoundCalls;
use serde_json::json;

pub(super) fn all(paths: &mut Paths, shapes: &mut Shapes) {
    let found = json!({ "calls": [row()], "next": "019395e2c1f17a2b8c5d6e7f80912345" });
    paths.add(
        Operation::new("get", "/v1/calls/search", "Calls that are as wanted, newest first")
            .says(
                "Everything that is named must be so. Each word of `text` may be the beginning of a longer one. A page may be short, \
                 and even empty: look further from its `next` until there is none. Agents find their own calls.",
            )
            .query::<find::Wished>(shapes)
            .answers::<FoundCalls>(shapes, 200, "A page", found)
            .fails(&["busy"]),
    );
    let theirs = json!({ "calls": [row()], "next": null });
    paths.add(
        Operation::new("get", "/v1/customers/{id}/calls", "The calls with a customer, newest first")
            .says(
                "Over all their numbers, and whoever had them: those the call list names them for, and those of their numbers that \
                 name nobody. An agent's token sees those of a customer with whom they had a call.",
            )
            .query::<find::Page>(shapes)
            .answers::<FoundCalls>(shapes, 200, "A page; look further from its `next` until there is none", theirs)
            .fails(&["busy", "not_saved"]),
    );
    paths.add(
        Operation::new("get", "/v1/calls.csv", "The same as a table")
            .says("UTF-8 with a mark, moments in UTC. No cell is a formula. A table that could not be finished is cut off.")
            .query::<find::Wished>(shapes)
            .answers_as(200, "All of them, a line each", json!({ "text/csv": { "schema": { "type": "string" } } }))
            .fails(&["busy"]),
    );
}
