//! What the codes of errors mean, and with which status they come.

use crate::api::ApiError;
use ringcard_core::frame::{RequestError, RequestErrorCode};
use serde_json::from_value;

/// What comes before anybody looks at a request: of every operation under `/v1`.
pub(super) const OF_EVERYBODY: [&str; 7] =
    ["unauthenticated", "not_allowed", "foreign_origin", "foreign_host", "too_slow", "too_many_requests", "busy"];

/// A body of JSON that cannot be taken.
pub(super) const OF_BODIES: [&str; 4] = ["no_json", "not_sent_as_json", "too_large_a_body", "unreadable"];

pub(super) struct Code {
    pub word: &'static str,
    pub status: u16,
    /// A sentence.
    pub means: &'static str,
}

/// A code by its word. `unreadable` comes with several statuses: those have a word of their own here.
pub(super) fn code(word: &'static str) -> Code {
    let (word, status, means) = match word {
        "unauthenticated" => (word, 401, "The token is missing or wrong."),
        "foreign_origin" => (word, 403, "Web pages of other sites get nothing here."),
        "foreign_host" => (word, 403, "It was asked by a name that is not this hub's."),
        "too_slow" => (word, 408, "The request did not arrive in time."),
        "too_many_requests" => (word, 429, "Too many from this address or for this account; see Retry-After."),
        "no_json" => ("unreadable", 400, "The body is no JSON."),
        "cut" => ("unreadable", 400, "The body cannot be read; the message says which field, or where it is broken."),
        "not_sent_as_json" => ("unreadable", 415, "The body is not said to be JSON."),
        "too_large_a_body" => ("unreadable", 413, "The body is larger than a megabyte."),
        "too_large" => (word, 413, "The body is too large."),
        "unreadable" => (word, 422, "The body is JSON, and not what is taken here; the message says which field."),
        "not_a_websocket" => (word, 426, "This address takes WebSockets of desks only."),
        "range_not_there" => (word, 416, "The recording has fewer bytes; Content-Range says how many."),
        "agent_leg_authentication" | "customer_leg_authentication" => {
            (word, 502, "The telephone system does not take the account's user, password or key.")
        }
        "agent_leg_refused" | "customer_leg_refused" => (word, 502, "The telephone system would not start the call."),
        "agent_leg_unreachable" | "customer_leg_unreachable" => (word, 502, "The telephone system cannot be reached."),
        "agent_leg_not_configured" | "customer_leg_not_configured" => {
            (word, 502, "The account is not set up to dial; the message says what is missing.")
        }
        "agent_leg_busy" | "customer_leg_busy" => (word, 502, "That phone is busy."),
        "agent_leg_no_answer" | "customer_leg_no_answer" => (word, 502, "Nobody picked up there."),
        "agent_leg_declined" | "customer_leg_declined" => (word, 502, "The call was declined there."),
        "agent_leg_other" | "customer_leg_other" => {
            (word, 502, "That leg failed for a reason of the telephone system.")
        }
        _ => {
            let known = from_value(word.into()).unwrap_or_else(|_| panic!("the code {word} has no words here"));
            (word, ApiError::from(RequestError::new(known, "")).status.as_u16(), of_requests(known))
        }
    };
    Code { word, status, means }
}

fn of_requests(code: RequestErrorCode) -> &'static str {
    match code {
        RequestErrorCode::NotANumber => "That is no telephone number.",
        RequestErrorCode::UnsureNumber => "It may be another number: with `confirmed`, it is dialled.",
        RequestErrorCode::AsksFirst => {
            "There is something to know of the number (`cautions`): with `force`, it is dialled. Nothing was dialled or kept, \
             and the same key may be sent again."
        }
        RequestErrorCode::NotAllowed => "That token may not do this, or not for that agent.",
        RequestErrorCode::NumberNotAllowed => "A rule of the hub's settings refuses the number, `force` or not.",
        RequestErrorCode::NotFound => "There is nothing of that name.",
        RequestErrorCode::Invalid => "A value cannot be taken; the message says which, and what is allowed.",
        RequestErrorCode::NoAccount => "There is no such account, or several and none was named.",
        RequestErrorCode::AccountsNotReady => "No account can do that as it is set up; the message says why.",
        RequestErrorCode::NoExtension => "The agent has no extension, and none was given.",
        RequestErrorCode::NotSaved => "It could not be written to the hub's disk: nothing was saved.",
        RequestErrorCode::Offline => "The hub is not there.",
        RequestErrorCode::DialUnknown => "No answer came: a phone may ring.",
        RequestErrorCode::PhoneRefused => "The telephone system would not do it.",
        RequestErrorCode::PhoneAway => "The telephone system cannot be reached: nothing was done.",
        RequestErrorCode::PhoneUnknown => "The telephone system did not answer: it may have been done.",
        RequestErrorCode::Conflict => "The key belongs to another call, or somebody changed it meanwhile.",
        RequestErrorCode::Busy => "Not now: it is in use, or there is too much to do. Try again in a moment.",
        RequestErrorCode::NotNow => {
            "The account takes nothing until a moment that it said itself, or its day is used up."
        }
        RequestErrorCode::RecordingGone => "The telephone system had the recording, and has it no longer.",
        RequestErrorCode::RecordingSignIn => "The telephone system does not take the account's user, password or key.",
        RequestErrorCode::RecordingNotKnown => "The telephone system knows no recording by the id it gave.",
        RequestErrorCode::RecordingNotAudio => "The telephone system sent something that is no audio.",
        RequestErrorCode::RecordingRefused => "The telephone system would not give the recording.",
        RequestErrorCode::RecordingNotConfigured => {
            "The account is not set up to fetch recordings; the message says what is missing."
        }
        RequestErrorCode::RecordingUnreachable => {
            "The telephone system cannot be reached for its recording. Try again."
        }
        RequestErrorCode::RecordingCut => "The recording did not come whole. Try again.",
        RequestErrorCode::RecordingTooLong => "The recording is larger than is kept.",
        RequestErrorCode::RecordingNotPlayable => {
            "The recording is kept, and cannot be made playable: its coding is not known, or it is damaged."
        }
        RequestErrorCode::RecordingDeleted => "Somebody deleted the recording, or it was too old.",
        RequestErrorCode::RecordingHeld => "The recording is held: it may not be deleted.",
        RequestErrorCode::RecordingSealed => {
            "The recording is sealed on the disk, and the hub has no key that opens it."
        }
        RequestErrorCode::RecordingPrivate => "The call is private: its recordings are neither fetched nor heard.",
    }
}
