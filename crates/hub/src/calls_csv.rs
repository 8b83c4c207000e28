//! Calls as a table for spreadsheets.

use crate::directory::{guarded, guarded_number};
use ringcard_core::{call::Direction, frame::CallRow, number::Party};
use std::borrow::Cow;

const COLUMNS: [&str; 16] = [
    "id",
    "started_at",
    "connected_at",
    "ended_at",
    "account",
    "direction",
    "state",
    "number",
    "customer",
    "line",
    "queue",
    "agents",
    "talk_seconds",
    "code",
    "label",
    "comment",
];

/// The heading; with a mark by which spreadsheets know UTF-8.
pub fn heading() -> Vec<u8> {
    let mut first = "\u{feff}".as_bytes().to_vec();
    first.extend(line(COLUMNS.map(Cow::Borrowed)));
    first
}

/// A call's line. What a spreadsheet would take for a formula is none, and whom a private call was with stands in no file,
/// whoever makes it.
pub fn call(row: &CallRow) -> Vec<u8> {
    if row.call.is_private() {
        return written(&row.clone().withheld());
    }
    written(row)
}

fn written(row: &CallRow) -> Vec<u8> {
    let call = &row.call;
    let number = match call.customer() {
        Party::Outside(number) => number.e164.clone(),
        Party::Internal { digits } => digits.clone(),
        Party::Hidden | Party::Unreadable { .. } => String::new(),
    };
    let direction = match call.direction {
        Direction::Inbound => "inbound",
        Direction::Outbound => "outbound",
    };
    let moment = |at: Option<ringcard_core::Timestamp>| Cow::Owned(at.map(utc).unwrap_or_default());
    let text = |text: Option<&str>| guarded(text.unwrap_or_default()).into_owned().into();
    let agents: Vec<&str> = call.agents.iter().map(|agent| agent.0.as_str()).collect();
    let outcome = row.outcome.as_ref();
    line([
        call.id.0.as_str().into(),
        moment(Some(call.started_at)),
        moment(call.connected_at),
        moment(call.ended_at),
        text(Some(&call.account)),
        direction.into(),
        call.state.to_string().into(),
        guarded_number(&number).into_owned().into(),
        text(row.customer_name.as_deref().or(call.course.party_name.as_deref())),
        text(call.line.as_deref()),
        text(call.course.queue.as_deref()),
        text(Some(&agents.join(", "))),
        call.course.talk_seconds.map(|seconds| seconds.to_string()).unwrap_or_default().into(),
        text(outcome.and_then(|outcome| outcome.code.as_deref())),
        text(outcome.and_then(|outcome| outcome.label.as_deref())),
        text(outcome.map(|outcome| outcome.comment.as_str())),
    ])
}

fn line<const N: usize>(cells: [Cow<'_, str>; N]) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    writer.write_record(cells.iter().map(|cell| cell.as_bytes())).expect("BUG: memory takes what is written");
    writer.into_inner().expect("BUG: memory takes what is written")
}

/// `2026-11-29 10:21:35`, in UTC: what every spreadsheet reads as a moment.
fn utc(at: ringcard_core::Timestamp) -> String {
    let moment = jiff::Timestamp::from_millisecond(at.0);
    moment.map(|moment| moment.strftime("%Y-%m-%d %H:%M:%S").to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use ringcard_core::{Timestamp, call::Privacy};
    use serde_json::{from_value, json};

    #[test]
    fn whom_a_private_call_was_with_stands_in_no_table() {
        let call_of = json!({
            "id": "c1", "direction": "inbound", "account": "pbx", "external_id": null,
            "ani": { "kind": "outside", "e164": "+36301234567", "extension": null },
            "dnis": { "kind": "internal", "digits": "101" }, "line": null, "agents": ["Ana"], "extension": "101",
            "state": { "kind": "ended" }, "started_at": 1, "connected_at": 2, "ended_at": 3, "extra": {},
        });
        let row = json!({ "call": call_of, "customer_name": "Anna Kiss", "customer_id": null });
        let mut row: CallRow = from_value(row).expect("a row");
        let line = |row: &CallRow| String::from_utf8(call(row)).expect("text");
        assert!(line(&row).contains("36301234567") && line(&row).contains("Anna"));
        row.call.privacy = Some(Privacy { private: true, by: None, at: Timestamp(1), withheld: false });
        let private = line(&row);
        assert!(private.contains(&row.call.id.0) && !private.contains("36301234567") && !private.contains("Anna"));
    }

    #[test]
    fn moments_are_those_of_the_calendar() {
        for (at, said) in [
            (0, "1970-01-01 00:00:00"),
            (951_782_399_000, "2000-02-28 23:59:59"),
            (951_782_400_000, "2000-02-29 00:00:00"),
            (1_795_947_695_000, "2026-11-29 10:21:35"),
            (-1_000, "1969-12-31 23:59:59"),
        ] {
            assert_eq!(utc(Timestamp(at)), said);
        }
    }

    #[test]
    fn the_heading_has_a_cell_for_each_column() {
        let heading = String::from_utf8(heading()).expect("text");
        assert!(heading.starts_with("\u{feff}id,started_at,") && heading.ends_with(",comment\r\n"), "{heading}");
    }
}
