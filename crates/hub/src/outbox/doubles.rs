//! What the systems of the tests say their requests came to: each of them takes its permits, as a connector does.

use ringcard_connect::{Attempt, CameTo, Looked, OfJob};

/// A write, of one row or several.
pub fn of_write(rows: &[Attempt]) -> CameTo {
    let nothing_said = || CameTo::Unknown { detail: "nothing was said of it".to_owned() };
    Attempt::of_request(rows).map_or_else(nothing_said, Attempt::came_to)
}

/// A question about one. It was asked, whatever it could tell.
pub fn of_look(looked: &Looked) -> CameTo {
    match looked {
        Looked::Written { .. } | Looked::NotWritten | Looked::CannotTell => CameTo::Answered,
        Looked::NotNow(attempt) => attempt.came_to(),
    }
}

/// A question about jobs.
pub fn of_jobs(said: &[OfJob]) -> CameTo {
    let not_now =
        said.iter().find_map(|of| if let OfJob::NotNow(attempt) = of { Some(attempt.came_to()) } else { None });
    not_now.unwrap_or(CameTo::Answered)
}
