//! Desks and hubs of different versions talk to each other: what stands in `recorded.json` is what they say.

use super::{
    Ask, DeskFrame, Happened, HubFrame, Reply, Request, RequestError, StoryPart, WrongReply, ask, request::NAMES,
};
use crate::submission::Write;
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, from_value, json, to_value};

fn recorded(part: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(include_str!("recorded.json")).expect("it is JSON");
    all[part].as_array().expect("a list").clone()
}

/// What was recorded is read, and written again as it was.
fn reads_and_writes<T: DeserializeOwned + Serialize>(recorded: Vec<Value>) -> Vec<T> {
    let read = |written: Value| {
        let value: T = from_value(written.clone()).unwrap_or_else(|error| panic!("{error}: {written}"));
        assert_eq!(to_value(&value).expect("our own words are always JSON"), written);
        value
    };
    recorded.into_iter().map(read).collect()
}

#[test]
fn every_request_and_reply_is_said_as_ever() {
    let requests = recorded("requests");
    let frames = (7..).zip(&requests).map(|(id, request)| json!({ "type": "request", "id": id, "request": request }));
    reads_and_writes::<DeskFrame>(frames.collect());
    let types: Vec<String> = requests.iter().map(|request| request["type"].as_str().expect("a type").into()).collect();
    assert_eq!(types, NAMES.iter().map(|name| snake(name)).collect::<Vec<_>>(), "every request is recorded, in order");
    reads_and_writes::<Request>(requests);

    let replies = recorded("replies");
    let frames = (7..).zip(&replies).map(|(id, reply)| json!({ "type": "reply", "id": id, "reply": { "Ok": reply } }));
    reads_and_writes::<HubFrame>(frames.collect());
    reads_and_writes::<Reply>(replies);

    let errors = recorded("errors");
    let frames = (7..).zip(&errors).map(|(id, error)| json!({ "type": "reply", "id": id, "reply": { "Err": error } }));
    reads_and_writes::<HubFrame>(frames.collect());
    reads_and_writes::<RequestError>(errors);
}

#[test]
fn every_other_frame_is_said_as_ever() {
    reads_and_writes::<DeskFrame>(recorded("from_desk"));
    reads_and_writes::<HubFrame>(recorded("from_hub"));
}

#[test]
fn what_an_older_version_does_not_say_has_its_default() {
    let old =
        json!({ "type": "dial", "key": "k", "number": "101", "confirmed": false, "extension": null, "account": null });
    assert!(matches!(from_value(old), Ok(Request::Dial { force: false, .. })));
    let old = json!({ "type": "control", "call_id": "c1", "act": { "kind": "hold" } });
    assert!(matches!(from_value(old), Ok(Request::Control { force: false, .. })));
    let old = json!({ "type": "welcome", "protocol": 1, "seq": 1, "snapshot": { "calls": [], "missed": 0, "connections": [] } });
    let Ok(HubFrame::Welcome { snapshot, .. }) = from_value(old) else { panic!("a welcome of an older hub") };
    assert_eq!((snapshot.at, snapshot.outbox.waiting), (None, 0));
    // Of a call, an older one tells its course alone ..
    let told = recorded("replies").into_iter().find(|reply| reply["type"] == "call").expect("a call's story");
    let Ok(Reply::Call { timeline }) = from_value(told.clone()) else { panic!("a story of an older hub") };
    assert!(timeline.moments.is_empty() && timeline.missing.is_empty() && !timeline.row.may_listen);
    // .. and of what a newer one tells besides, the rest is understood.
    let mut newer = told;
    newer["timeline"]["moments"] = json!([{ "at": 1, "what": { "kind": "summarised", "text": "x" } }]);
    newer["timeline"]["missing"] = json!([{ "part": "summaries", "why": "y" }]);
    let Ok(Reply::Call { timeline }) = from_value(newer) else { panic!("a story of a newer hub") };
    assert!(matches!((&timeline.moments[0].what, timeline.missing[0].part), (Happened::Other, StoryPart::Other)));
    // And what a newer one says besides is passed over.
    assert_eq!(from_value::<Request>(json!({ "type": "callbacks", "soon": true })).ok(), Some(Request::Callbacks));
}

/// As serde writes a variant's name.
fn snake(name: &str) -> String {
    let letters = name.char_indices().flat_map(|(at, letter)| {
        let gap = (letter.is_ascii_uppercase() && at > 0).then_some('_');
        gap.into_iter().chain([letter.to_ascii_lowercase()])
    });
    letters.collect()
}

#[test]
fn a_reply_to_another_request_is_an_error_of_this_one() {
    let call_id = crate::call::CallId("c1".into());
    assert_eq!(ask::Dial::answered(Reply::Dialling { call_id: call_id.clone() }), Ok(call_id));
    assert_eq!(ask::MissedSeen::answered(Reply::Done), Ok(()));
    assert_eq!(ask::Dial::answered(Reply::Done), Err(WrongReply));
    // Of all that was recorded, each request understands one reply: its own.
    let understood = |understands: fn(Reply) -> bool| {
        reads_and_writes::<Reply>(recorded("replies")).into_iter().filter(|reply| understands(reply.clone())).count()
    };
    assert_eq!(understood(|reply| ask::Calls::answered(reply).is_ok()), 1);
    assert_eq!(understood(|reply| ask::NotCoded::answered(reply).is_ok()), 1);
    assert_eq!(understood(|reply| ask::CampaignRecords::answered(reply).is_ok()), 1);
}

#[test]
fn frames_of_older_desks_are_understood() {
    let hello = json!({ "type": "hello", "protocol": 1, "agent": "Ana", "token": "t", "resume_after": 7 });
    assert!(matches!(from_value(hello), Ok(DeskFrame::Hello { protocol: 1, .. })));
    assert_eq!(from_value::<DeskFrame>(json!({ "type": "ack", "seq": 3 })).ok(), Some(DeskFrame::Other));
}

#[test]
fn a_write_that_only_another_version_knows_stands_in_the_list_beside_the_others() {
    let row = |write: Value| {
        let submission = json!({ "key": "s1", "write": write, "about": "Anna Kiss", "call_id": "c1", "agent": "Ana", "made_at": 1, "expires_at": null });
        json!({ "submission": submission, "state": { "kind": "done", "at": 2 }, "attempts": 1, "last_answer": null })
    };
    let unknown = row(json!({ "kind": "send_postcard", "account": "crm", "text": "Greetings" }));
    let known = row(
        json!({ "kind": "code_call", "account": "crm", "agent_id": "101", "code": "12", "second_code": null, "comment": "" }),
    );
    let frame = json!({ "type": "reply", "id": 7, "reply": { "Ok": { "type": "outbox", "rows": [unknown, known], "more": false } } });
    let read: HubFrame = from_value(frame).expect("the list is read");
    let HubFrame::Reply { reply: Ok(Reply::Outbox { rows, .. }), .. } = read else { panic!("{read:?}") };
    let [other, known] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!((&other.submission.write, other.submission.about.as_str()), (&Write::Other, "Anna Kiss"));
    assert!(other.submission.write.is_the_hubs_own(), "nobody here edits it");
    assert_eq!(known.submission.write.account(), "crm");
}
