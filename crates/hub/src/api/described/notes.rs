//! Notes, transcripts and summaries of a call.

use super::{
    operation::{Operation, Paths},
    shapes::Shapes,
};
use crate::api::notes;
use ringcard_core::note::CallNote;
use serde_json::{Value, json};

fn transcript() -> Value {
    json!({
        "key": "asr-4711", "kind": "transcript", "source": "whisper", "language": "es-CO",
        "text": "A: Buenos días.\nB: Buenos días, llamo por la factura.", "at": 1_795_900_120_000_i64,
        "approval": { "kind": "waits" }, "version": 1,
    })
}

pub(super) fn all(paths: &mut Paths, shapes: &mut Shapes) {
    let own = json!({
        "key": "Ana Kiss", "kind": "note", "by": "Ana Kiss", "text": "wants the invoice of March", "at": 1_795_900_060_000_i64,
        "approval": { "kind": "not_needed" }, "while_talking": true, "version": 1_795_900_060_000_i64,
    });
    paths.add(
        Operation::new("get", "/v1/calls/{id}/notes", "A call's notes, transcripts and summaries")
            .answers_list::<CallNote>(shapes, 200, "In the order in which they were begun", json!([own, transcript()]))
            .fails(&["busy"]),
    );
    let body = json!({
        "key": "asr-4711", "kind": "transcript", "source": "whisper", "language": "es-CO",
        "text": "A: Buenos días.\nB: Buenos días, llamo por la factura.",
    });
    paths.add(
        Operation::new("put", "/v1/calls/{id}/notes", "Keep a note, a transcript or a summary of a call")
            .says(
                "The same `key` is the same note: the same text again changes nothing, another one takes its place. Where \
                 somebody edited it since, or it is somebody else's, that is a `conflict`. At most 20 of a call are kept. What is not \
                 an agent's own note waits until somebody approves it, unless the settings say otherwise, and goes then into the \
                 call's log entries.",
            )
            .body::<notes::Handed>(shapes, &[("transcript", body)])
            .answers::<CallNote>(shapes, 200, "It is on the hub's disk, as it stands now", transcript())
            .fails(&["not_found", "invalid", "conflict", "not_saved", "busy"]),
    );
    paths.add(
        Operation::new("delete", "/v1/calls/{id}/notes", "Delete a note, for good")
            .says("An agent's token deletes what that agent wrote. What was told of it changes.")
            .query::<notes::Which>(shapes)
            .answers_nothing(204, "Deleted")
            .fails(&["not_found", "not_saved", "busy"]),
    );
}
