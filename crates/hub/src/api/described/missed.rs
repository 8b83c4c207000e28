//! The team's missed calls.

use super::{
    operation::{Operation, Paths},
    shapes::Shapes,
};
use crate::api::missed;
use ringcard_core::missed::{MissedCaller, MissedList};
use serde_json::{Value, json};

fn row() -> Value {
    json!({
        "id": "019395e2c1f17a2b8c5d6e7f80912345", "account": "pbx",
        "caller": { "kind": "outside", "e164": "+36301234567", "extension": null }, "name": "Anna Kiss",
        "customer_id": "c1", "called": { "kind": "outside", "e164": "+3612345678", "extension": null }, "line": "Sales",
        "queue": "vip", "agents": ["Ana Kiss"], "count": 2, "first_at": 1_795_900_000_000_i64,
        "last_at": 1_795_900_600_000_i64, "last_call": "019395e2c1f17a2b8c5d6e7f80912399",
        "due_at": 1_795_903_600_000_i64, "taken": { "by": "Ana Kiss", "at": 1_795_900_700_000_i64 }, "done": null,
        "version": 3,
    })
}

pub(super) fn all(paths: &mut Paths, shapes: &mut Shapes) {
    paths.add(
        Operation::new("get", "/v1/missed", "Missed calls that are left to do, those due first")
            .says(
                "One customer's missed calls at one line, or in one queue of it, are one row with a count. A later conversation \
                 with the same customer settles it. Agents see the lines they serve.",
            )
            .query::<missed::Whose>(shapes)
            .answers::<MissedList>(shapes, 200, "At most 200 rows", json!({ "rows": [row()], "more": false }))
            .fails(&["busy"]),
    );
    let of_acts = ["not_found", "conflict", "not_saved"];
    let acts = [
        (
            "/v1/missed/{id}/take",
            "Somebody takes it on",
            "`conflict` where somebody else has it; the message says who.",
        ),
        ("/v1/missed/{id}/release", "Whoever has it gives it back", "A lead gives back what others took on, too."),
    ];
    for (path, summary, says) in acts {
        paths.add(
            Operation::new("post", path, summary)
                .says(says)
                .query::<missed::By>(shapes)
                .answers::<MissedCaller>(shapes, 200, "The row as it is now", row())
                .fails(&of_acts),
        );
    }
    paths.add(
        Operation::new("post", "/v1/missed/{id}/done", "Nothing is left to do there")
            .says("`conflict` where the row is another than the one that was looked at: they may have called again.")
            .query::<missed::Done>(shapes)
            .answers::<MissedCaller>(shapes, 200, "The row as it is now", row())
            .fails(&of_acts),
    );
}
