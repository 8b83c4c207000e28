//! What the systems of the tests say their requests came to: each of them takes its permits, as a connector does.

use ringcard_connect::{Attempt, CameTo, Looked};

/// A write, of one row or several.
pub fn of_write(rows: &[Attempt]) -> CameTo {
    let nothing_said = || CameTo::Unknown { detail: "nothing was said of it".to_owned() };
    Attempt::of_request(rows).map_or_else(nothing_said, of_attempt)
}

fn of_attempt(attempt: &Attempt) -> CameTo {
    match attempt {
        Attempt::Done { .. } => CameTo::Answered,
        Attempt::Refused { .. } => CameTo::Refused,
        Attempt::NotSent { detail, wait } => CameTo::NotSent { detail: detail.clone(), wait: *wait },
        Attempt::Unknown { detail } => CameTo::Unknown { detail: detail.clone() },
        Attempt::Closed { why, until, detail } => CameTo::Closed { why: *why, until: *until, detail: detail.clone() },
    }
}

/// A question about one. It was asked, whatever it could tell.
pub fn of_look(looked: &Looked) -> CameTo {
    match looked {
        Looked::Written { .. } | Looked::NotWritten | Looked::CannotTell => CameTo::Answered,
        Looked::NotNow(attempt) => of_attempt(attempt),
    }
}
