//! Everything that can be asked of a hub, in the order a reader looks for it.

use super::{
    administration, find, hub, missed, notes,
    operation::{Operation, Paths},
    shapes::Shapes,
};
use crate::api::{calls, campaigns, customers, outbox, recordings};
use ringcard_core::{
    customer::{Customer, CustomerAbout, CustomerDetails, CustomerSource},
    frame::{
        Callbacks, CallsPage, CampaignList, Codes, MadePrivate, OutboxPage, Records, SubmissionStory, TicketForms,
        Timeline,
    },
    number::Caution,
    recording::{Recording, RecordingAccess},
    report::SmartWait,
    submission::Write,
};
use serde_json::{Value, json};
use utoipa::ToSchema;

/// `{"error":{code, message}}`: codes are stable, messages are for people.
#[derive(ToSchema)]
#[allow(dead_code, reason = "its shape is what counts")]
struct Error {
    error: WhatIsWrong,
}

#[derive(ToSchema)]
#[allow(dead_code, reason = "its shape is what counts")]
struct WhatIsWrong {
    code: String,
    message: String,
    /// What there is to know of the number, the weightiest first; with `asks_first` and `number_not_allowed`.
    cautions: Option<Vec<Caution>>,
}

pub(super) fn all(shapes: &mut Shapes) -> Value {
    shapes.of::<Error>();
    let mut paths = Paths::default();
    of_calls(&mut paths, shapes);
    find::all(&mut paths, shapes);
    notes::all(&mut paths, shapes);
    missed::all(&mut paths, shapes);
    of_customers(&mut paths, shapes);
    of_campaigns(&mut paths, shapes);
    of_writes(&mut paths, shapes);
    administration::all(&mut paths, shapes);
    hub::all(&mut paths, shapes);
    of_pbxs(&mut paths);
    paths.all()
}

fn party() -> Value {
    json!({ "kind": "outside", "e164": "+36301234567", "extension": null })
}

fn call() -> Value {
    json!({
        "id": "019395e2c1f17a2b8c5d6e7f80912345", "direction": "inbound", "account": "pbx", "external_id": "1732800000.17",
        "ani": party(), "dnis": { "kind": "outside", "e164": "+3612345678", "extension": null }, "line": "Sales",
        "agents": ["Ana Kiss"], "extension": "101", "state": { "kind": "connected" }, "started_at": 1_795_900_000_000_i64,
        "connected_at": 1_795_900_004_000_i64, "ended_at": null, "controls": null, "extra": { "queue": "vip" },
    })
}

pub(super) fn row() -> Value {
    json!({ "call": call(), "customer_name": "Anna Kiss", "customer_id": "c1", "outcome": null })
}

fn of_calls(paths: &mut Paths, shapes: &mut Shapes) {
    let page = json!({ "calls": [row()], "more": false });
    paths.add(
        Operation::new("get", "/v1/calls", "Calls, newest first")
            .query::<calls::Which>(shapes)
            .answers::<CallsPage>(shapes, 200, "A page", page)
            .fails(&["busy"]),
    );
    let dial = json!({ "number": "+36 30 123 4567", "agent": "Ana Kiss", "key": "click-4711" });
    let by_extension = json!({ "number": "06 30 123 4567", "extension": "101", "account": "pbx", "confirmed": true });
    let legs = [
        "agent_leg_authentication",
        "agent_leg_refused",
        "agent_leg_unreachable",
        "agent_leg_not_configured",
        "agent_leg_busy",
        "agent_leg_no_answer",
        "agent_leg_declined",
        "agent_leg_other",
        "customer_leg_authentication",
        "customer_leg_refused",
        "customer_leg_unreachable",
        "customer_leg_not_configured",
        "customer_leg_busy",
        "customer_leg_no_answer",
        "customer_leg_declined",
        "customer_leg_other",
    ];
    let dialled = json!({ "call_id": "019395e2c1f17a2b8c5d6e7f80912345", "state": { "kind": "agent_ringing" } });
    paths.add(
        Operation::new("post", "/v1/calls", "Click-to-call: the extension rings first, then the number is called")
            .says(
                "Answers when the telephone system has. Without `extension` it is the agent's; without both that of the only \
                 agent there is.",
            )
            .body::<calls::Dial>(shapes, &[("by_agent", dial), ("by_extension", by_extension)])
            .answers::<calls::Dialled>(
                shapes,
                202,
                "The PBX accepted, or it is not known whether it did (`unknown`: it did not answer in time, or the hub was ended \
                 before it could; look at your phone). The same key again is answered with the same call as it stands",
                dialled,
            )
            .fails(&["not_a_number", "invalid", "no_account", "accounts_not_ready", "no_extension", "number_not_allowed"])
            .fails(&["unsure_number", "asks_first", "conflict", "not_saved", "phone_away"])
            .fails(&legs),
    );
    let timeline = json!({
        "row": row(), "steps": [{ "at": 1_795_900_004_000_i64, "event": { "kind": "connected" } }],
        "moments": [
            { "at": 1_795_900_030_000_i64, "what": { "kind": "noted", "by": "Ana Kiss", "note": "asks for an offer" } },
            { "at": 1_795_900_062_000_i64, "what": {
                "kind": "recording_fetched", "recording": "6f1d3c0a9b8e4d7fa2c45e6b70819243",
            } },
        ],
        "missing": [{ "part": "outbox", "why": "What waits to be sent could not be opened" }],
    });
    paths.add(
        Operation::new("get", "/v1/calls/{id}", "One call and all that happened to it")
            .says(
                "`steps` is its course; `moments` is what was noted, coded, written to other systems and recorded of it. Each is in \
                 the order of time. `missing` names what cannot be read now. An agent's token sees their own calls, and those with a \
                 customer with whom they had a call.",
            )
            .answers::<Timeline>(shapes, 200, "The timeline, oldest first", timeline)
            .fails(&["not_found", "busy"]),
    );
    let became = json!({ "deleted": 1, "held": 0, "told": ["crm"] });
    paths.add(
        Operation::new("put", "/v1/calls/{id}/private", "Make a call private, or take that back")
            .says(
                "Nobody but whoever spoke in it sees whom it was with; it is in no call log and no program is told of it. Its recordings \
                 are deleted for good, unless they are held. What an account was told before stays there: `told` says which.",
            )
            .body::<calls::Private>(shapes, &[("private", json!({ "private": true }))])
            .answers::<MadePrivate>(shapes, 200, "What became of its traces", became)
            .fails(&["not_found", "not_allowed", "not_saved", "busy"]),
    );
    let recordings = json!([{
        "id": "6f1d3c0a9b8e4d7fa2c45e6b70819243", "call_id": "019395e2c1f17a2b8c5d6e7f80912345", "account": "pbx",
        "at": 1_795_900_060_000_i64, "state": { "kind": "here", "audio": "wav_pcm", "bytes": 960_044 },
    }]);
    paths.add(
        Operation::new("get", "/v1/calls/{id}/recordings", "A call's recordings, oldest first")
            .says("One that is `at_system` is fetched when it is first heard.")
            .answers_list::<Recording>(shapes, 200, "Where each is", recordings)
            .fails(&["busy"]),
    );
    let audio = json!({ "type": "string", "format": "binary" });
    let kinds = ["audio/wav", "audio/mpeg", "audio/ogg", "audio/mp4"];
    let content: serde_json::Map<String, Value> =
        kinds.iter().map(|kind| ((*kind).to_owned(), json!({ "schema": audio }))).collect();
    let content = Value::Object(content);
    paths.add(
        Operation::new("get", "/v1/recordings/{id}", "A recording's audio")
            .says(
                "With `Range: bytes=…`, a part of it; `as=playable` makes a WAV of 16-bit PCM of it, whatever it is kept as. It is fetched from the telephone system first where it is not here yet; who \
                 listened is written down.",
            )
            .query::<recordings::HowGiven>(shapes)
            .answers_as(200, "The whole", content.clone())
            .answers_as(206, "The part that was asked for", content)
            .fails(&["not_found", "recording_gone", "range_not_there", "recording_sign_in", "recording_not_known"])
            .fails(&["recording_not_audio", "recording_refused", "recording_not_configured", "recording_unreachable"])
            .fails(&["recording_deleted", "recording_sealed", "recording_cut", "recording_too_long", "recording_not_playable", "not_saved", "busy"]),
    );
    paths.add(
        Operation::new("delete", "/v1/recordings/{id}", "Delete a recording, for good")
            .says("Its audio and all that was made of it. That there was one stays, and who deleted it.")
            .answers_nothing(204, "Deleted")
            .fails(&["not_found", "recording_held", "not_saved", "busy"]),
    );
    paths.add(
        Operation::new("put", "/v1/recordings/{id}/hold", "Hold a recording")
            .says("Nobody deletes it, and it never grows too old.")
            .body::<recordings::Hold>(shapes, &[("hold", json!({ "why": "Complaint 4711" }))])
            .answers_nothing(204, "Held")
            .fails(&["not_found", "invalid", "not_saved", "busy"]),
    );
    paths.add(
        Operation::new("delete", "/v1/recordings/{id}/hold", "Let a recording go again")
            .answers_nothing(204, "It may be deleted again")
            .fails(&["not_found", "not_saved", "busy"]),
    );
    let accesses = json!([
        { "at": 1_795_900_060_000_i64, "agent": "Ana Kiss", "act": "listened" },
        { "at": 1_795_900_090_000_i64, "agent": null, "act": "held", "why": "Complaint 4711" },
    ]);
    paths.add(
        Operation::new("get", "/v1/recordings/{id}/accesses", "Who listened to a recording, deleted or held it")
            .answers_list::<RecordingAccess>(shapes, 200, "Oldest first", accesses)
            .fails(&["not_found", "not_saved", "busy"]),
    );
}

fn of_customers(paths: &mut Paths, shapes: &mut Shapes) {
    let details = json!({
        "name": "Anna Kiss", "company": "Acme", "email": "anna@example.com", "tags": ["gold"], "vip": true,
        "numbers": [{ "label": "mobile", "written": "+36 30 123 4567" }], "fields": { "city": "Pécs" },
    });
    let customer = json!({
        "id": "c1", "source": "directory", "name": "Anna Kiss", "company": "Acme", "role": "", "email": "anna@example.com",
        "tags": ["gold"], "vip": true, "notes": "", "link": null, "fields": { "city": "Pécs" },
        "numbers": [{ "label": "mobile", "written": "+36 30 123 4567", "party": party() }],
        "updated_at": 1_795_900_000_000_i64,
    });
    let found = json!({ "matches": [
        { "customer": customer.clone(), "strength": "exact", "reason": { "kind": "same_number", "label": "mobile" } },
    ] });
    paths.add(
        Operation::new("get", "/v1/customers", "Who is behind a number, or a search: give either `number` or `q`")
            .query::<customers::Find>(shapes)
            .answers::<customers::Found>(shapes, 200, "Strongest first", found)
            .fails(&["not_a_number", "not_saved", "not_now", "busy"]),
    );
    paths.add(
        Operation::new("post", "/v1/customers", "Create a customer")
            .query::<customers::Where>(shapes)
            .body::<CustomerDetails>(shapes, &[("customer", details.clone())])
            .answers::<Customer>(shapes, 201, "Created", customer.clone())
            .fails(&["invalid", "not_saved", "not_now", "busy"]),
    );
    paths.add(
        Operation::new("get", "/v1/customers/{id}", "One customer")
            .answers::<Customer>(shapes, 200, "The customer", customer.clone())
            .fails(&["not_found", "not_saved"]),
    );
    paths.add(
        Operation::new("put", "/v1/customers/{id}", "Change a customer: what is left out is emptied")
            .body::<CustomerDetails>(shapes, &[("customer", details)])
            .answers::<Customer>(shapes, 200, "Changed", customer)
            .fails(&["invalid", "not_found", "conflict", "not_saved"]),
    );
    paths.add(
        Operation::new("delete", "/v1/customers/{id}", "Delete a customer")
            .answers_nothing(204, "Deleted")
            .fails(&["not_found", "not_saved"]),
    );
    let about = json!({
        "parts": [{
            "source": "crm", "state": { "kind": "here", "as_of": 1_795_900_000_000_i64, "kept": "fresh" }, "customer": "crm/7",
            "facts": [{ "label": { "kind": "organization" }, "text": "Acme" }],
            "tickets": [{
                "id": "4711", "subject": "The invoice of March", "status": "open", "created_at": 1_795_800_000_000_i64,
                "updated_at": 1_795_890_000_000_i64, "assignee": "Éva", "link": "https://crm.example.com/tickets/4711",
            }],
        }],
        "links": [{ "one": "c1", "other": "crm/7", "by": "Ana Kiss", "at": 1_795_900_000_000_i64 }], "linked": [],
    });
    paths.add(
        Operation::new("get", "/v1/customers/{id}/about", "What the systems that know a customer say of them")
            .answers::<CustomerAbout>(shapes, 200, "Each system's part, and who is the same person", about),
    );
    paths.add(
        Operation::new("put", "/v1/customers/{id}/links", "These two are one person")
            .query::<customers::Other>(shapes)
            .answers_nothing(204, "They are")
            .fails(&["not_found", "conflict", "not_saved"]),
    );
    paths.add(
        Operation::new(
            "delete",
            "/v1/customers/{id}/links",
            "They are two after all: nothing links them again by itself",
        )
        .query::<customers::Other>(shapes)
        .answers_nothing(204, "They are two")
        .fails(&["not_found", "not_saved"]),
    );
    let sources = json!([{ "name": "directory", "creates": true }, { "name": "crm", "creates": false }]);
    paths.add(
        Operation::new("get", "/v1/customer-sources", "Where customers are kept, in the order of the settings")
            .answers_list::<CustomerSource>(shapes, 200, "The directory, and accounts that keep customers", sources),
    );
}

fn record() -> Value {
    json!({ "account": "crm", "campaign": "7224", "kind": "predictive", "customer_id": "10000001" })
}

fn of_campaigns(paths: &mut Paths, shapes: &mut Shapes) {
    let records = json!({ "records": [{
        "record": record(), "campaign_name": "Spring", "customer_name": "Anna Kiss", "numbers": ["06301234567"],
        "last_result": "no answer", "last_attempt": 1_795_900_000_000_i64, "attempts": 2, "fields": [["city", "Pécs"]],
    }], "unasked": [] });
    paths.add(
        Operation::new(
            "get",
            "/v1/campaign-records",
            "The campaign records in which a number stands, in every account",
        )
        .says("To add one, see `POST /v1/outbox` with `add_record`.")
        .query::<campaigns::Number>(shapes)
        .answers::<Records>(shapes, 200, "`unasked` names the accounts whose part is missing", records)
        .fails(&["not_a_number"]),
    );
    let running = json!({
        "campaigns": [{ "account": "crm", "id": "7224", "name": "Spring", "kind": "predictive", "running": true }],
        "unasked": [],
    });
    paths.add(Operation::new("get", "/v1/campaigns", "Every campaign of every account").answers::<CampaignList>(
        shapes,
        200,
        "`unasked` names the accounts whose part is missing",
        running,
    ));
    let codes = json!({ "lists": [{
        "account": "crm", "first": [{ "code": "001", "label": "Sold" }], "second": [], "fetched_at": 1_795_900_000_000_i64,
    }], "unasked": [] });
    paths.add(
        Operation::new("get", "/v1/codes", "The codes a record or a call may end with, as last fetched")
            .says("Also while an account cannot be reached.")
            .query::<campaigns::Refresh>(shapes)
            .answers::<Codes>(shapes, 200, "One list for each account", codes),
    );
    let forms = json!({ "accounts": [{ "account": "crm", "forms": [{
        "id": "8", "name": "Calls", "is_default": true, "fields": [
            { "id": "21", "title": "Topic", "kind": { "kind": "choice", "options": [{ "value": "bill", "label": "Bill" }] },
              "required": true },
            { "id": "22", "title": "Invoice", "kind": { "kind": "text" }, "required": false,
              "shown_when": [{ "field": "21", "value": "bill", "required": true }] },
        ],
    }], "fetched_at": 1_795_900_000_000_i64 }], "unasked": [] });
    paths.add(
        Operation::new("get", "/v1/ticket-forms", "The forms that tickets are made with after a call, as last fetched")
            .says("One entry for each account whose agents choose a ticket. Also while an account cannot be reached.")
            .query::<campaigns::Refresh>(shapes)
            .answers::<TicketForms>(shapes, 200, "`unasked` names the accounts whose part is missing", forms),
    );
    let callbacks = json!({ "callbacks": [{
        "account": "crm", "campaign": "7224", "number": "+36301234567", "at": 1_795_950_000_000_i64, "style": "agent",
        "agent": "101",
    }], "unasked": [] });
    paths.add(
        Operation::new("get", "/v1/callbacks", "Promised call-backs, soonest first")
            .says("To promise one, move it or take it back, see `POST /v1/outbox`.")
            .query::<campaigns::Whose>(shapes)
            .answers::<Callbacks>(shapes, 200, "`unasked` names the accounts whose part is missing", callbacks)
            .fails(&["no_extension"]),
    );
    let report = json!({
        "account": "crm", "from": 1_795_800_000_000_i64, "to": 1_795_900_000_000_i64, "fetched_at": 1_795_900_100_000_i64,
        "not_before": 1_795_900_400_000_i64, "may_be_cut": false,
        "rows": [{ "skill": "sales", "entered": 5, "declined": 1, "accepted": 4, "callback_failed": 1, "callback_reached": 3,
                   "service_level_up": 1.5, "service_level_raw": "1.5%" }],
    });
    let of_reports = ["no_account", "accounts_not_ready", "busy", "not_now", "offline"];
    paths.add(
        Operation::new("get", "/v1/reports/smart-wait", "Smart-wait by skill over a range of any length")
            .says("Asked of the account once in five minutes.")
            .query::<campaigns::Range>(shapes)
            .answers::<SmartWait>(shapes, 200, "The report", report)
            .fails(&of_reports),
    );
    let calls = json!({ "calls": [{
        "account": "crm", "at": 1_795_900_000_000_i64, "number": "+36301234567", "customer_id": "10000001",
        "campaign_id": "7224", "external_id": null,
    }] });
    paths.add(
        Operation::new("get", "/v1/reports/not-coded", "One agent's calls without a code, newest first")
            .query::<campaigns::RangeOfAgent>(shapes)
            .answers::<campaigns::NotCodedCalls>(shapes, 200, "Calls", calls)
            .fails(&of_reports)
            .fails(&["no_extension"]),
    );
}

/// Every kind of write, as an example by its name.
fn writes() -> Vec<(&'static str, Value)> {
    let back = |kind: &str| {
        let mut write = json!({
            "kind": kind, "record": record(), "number": "+36301234567", "style": "agent", "agent_id": "101",
        });
        if kind != "cancel_callback" {
            write["at"] = 1_795_950_000_000_i64.into();
        }
        write
    };
    vec![
        (
            "codify",
            json!({ "kind": "codify", "record": record(), "code": "001", "second_code": null, "comment": "pays on Friday",
                    "do_not_call": false }),
        ),
        (
            "code_call",
            json!({ "kind": "code_call", "account": "crm", "agent_id": "101", "code": "001", "second_code": null,
                    "comment": "" }),
        ),
        (
            "add_record",
            json!({ "kind": "add_record", "account": "crm", "campaign": "7224", "campaign_kind": "predictive",
                    "customer_id": "10000002", "customer_name": "Eva Nagy", "numbers": ["+36301112233"],
                    "fields": [["city", "Pécs"]] }),
        ),
        ("schedule_callback", back("schedule_callback")),
        ("change_callback", back("change_callback")),
        ("cancel_callback", back("cancel_callback")),
    ]
}

fn of_writes(paths: &mut Paths, shapes: &mut Shapes) {
    let taken = json!({ "key": "019395e2c1f17a2b8c5d6e7f80912345", "known": false, "replaced": "row-17" });
    let committed = "Committed. `known`: this key was there before, and nothing was added; `replaced`: the older unsent code that never goes now";
    let of_saving = ["invalid", "no_account", "not_saved"];
    let examples: Vec<(&str, Value)> = writes()
        .into_iter()
        .map(|(kind, write)| {
            (kind, json!({ "write": write, "about": "Eva Nagy", "agent": "Ana Kiss", "key": "row-17" }))
        })
        .collect();
    paths.add(
        Operation::new(
            "post",
            "/v1/outbox",
            "Has something written to another system: a code, a new record, a call-back",
        )
        .says(
            "Sent when its account allows it. A row that the account can never take is refused here, with the reason.",
        )
        .body::<outbox::ToWrite>(shapes, &examples)
        .answers::<outbox::Saved>(shapes, 202, committed, taken.clone())
        .fails(&of_saving),
    );
    let codify = json!({ "record": record(), "code": "001", "comment": "pays on Friday", "key": "row-18" });
    paths.add(
        Operation::new("post", "/v1/codifications", "Codes a campaign record, so that the dialler does not call again")
            .says("The same as `POST /v1/outbox` with `codify`.")
            .body::<outbox::Codification>(shapes, &[("codify", codify)])
            .answers::<outbox::Saved>(shapes, 202, committed, taken)
            .fails(&of_saving),
    );
    let row = json!({
        "submission": { "key": "row-18", "write": writes()[0].1, "about": "Anna Kiss", "call_id": null, "agent": "Ana Kiss",
                        "made_at": 1_795_900_000_000_i64, "expires_at": null },
        "state": { "kind": "waiting", "why": "day_budget", "until": 1_795_950_000_000_i64 }, "attempts": 0, "last_answer": null,
    });
    paths.add(
        Operation::new("get", "/v1/outbox", "What waits to be written to other systems, or was written")
            .query::<outbox::Rows>(shapes)
            .answers::<OutboxPage>(
                shapes,
                200,
                "A page: what waits in the order it was made, what is over newest first",
                json!({ "rows": [row], "more": false }),
            )
            .fails(&["not_saved", "busy"]),
    );
    let attempts =
        json!([{ "at": 1_795_900_000_500_i64, "outcome": "not_sent", "answer": "It could not be reached." }]);
    paths.add(
        Operation::new("get", "/v1/outbox/{key}", "One row with every attempt")
            .answers::<SubmissionStory>(shapes, 200, "The row", json!({ "row": row, "attempts": attempts }))
            .fails(&["not_found", "not_saved", "busy"]),
    );
    let of_deciding = ["not_found", "not_saved", "busy", "not_now"];
    let done = "Done; `key` is another one where an edit came while it was being sent, and goes after it";
    paths.add(
        Operation::new("put", "/v1/outbox/{key}", "Puts other content in its place and tries again")
            .query::<outbox::By>(shapes)
            .body::<Write>(shapes, &writes())
            .answers::<outbox::Acted>(shapes, 200, done, json!({ "key": "row-18" }))
            .fails(&of_deciding)
            .fails(&["no_account"]),
    );
    for (path, summary, says) in [
        (
            "/v1/outbox/{key}/retry",
            "Tries now what waits for a person or for its next attempt",
            "Also where only our own guess keeps the account closed; `not_now` where the account itself said until when, or the day \
             is used up.",
        ),
        ("/v1/outbox/{key}/discard", "Takes it away, for good", "`busy` while it is being sent."),
        (
            "/v1/outbox/{key}/mark-done",
            "It was looked for in the other system, and is there",
            "Nothing is sent any more.",
        ),
    ] {
        paths.add(
            Operation::new("post", path, summary)
                .says(says)
                .query::<outbox::By>(shapes)
                .answers::<outbox::Acted>(shapes, 200, "Done", json!({ "key": "row-18" }))
                .fails(&of_deciding),
        );
    }
    let budgets = json!({ "budgets": [{
        "account": "crm", "gate": null, "waiting": 2, "needs_a_person": 0,
        "windows": [{ "window": "day", "limit": 10_000, "used": 120, "left": 9_880, "reserved": 1_000,
                      "resets_at": 1_795_950_000_000_i64 }],
    }] });
    paths.add(
        Operation::new("get", "/v1/budgets", "What each account is allowed, has used and has left")
            .answers::<outbox::Budgets>(shapes, 200, "One for each account", budgets)
            .fails(&["not_saved"]),
    );
}

fn of_pbxs(paths: &mut Paths) {
    for method in ["get", "post"] {
        paths.add(
            Operation::without_token("webhooks", method, "/in/{account}/{kind}", "A PBX pushes a call")
                .says("Names and authentication are the profile's; parameters in the query, as a form or as JSON.")
                .answers_nothing(200, "Committed; the same push twice is one event")
                .fails(&[
                    "cut",
                    "unauthenticated",
                    "foreign_origin",
                    "foreign_host",
                    "not_found",
                    "too_slow",
                    "too_large",
                ])
                .fails(&["too_many_requests", "not_saved", "busy"]),
        );
    }
}
