//! What a receiver's answer means: 2xx took it, `410` is gone for good, everything else is tried again.

use crate::{
    Attempt,
    http::{answer::Answer, failure::SendFailure, scrub::Scrub},
};
use ringcard_core::submission::GateReason;

pub(super) fn judge(answer: &Answer, scrub: &Scrub) -> Attempt {
    let status = answer.status;
    let said = scrub.clean(answer.text().lines().next().unwrap_or_default().trim());
    let detail = if said.is_empty() { format!("HTTP {status}") } else { format!("{said} (HTTP {status})") };
    match status {
        200..=299 => Attempt::done(format!("HTTP {status}")),
        410 => Attempt::Closed { why: GateReason::Disabled, until: None, detail },
        401 | 403 => Attempt::Closed { why: GateReason::SignIn, until: None, detail },
        300..=399 => {
            let to = answer.location.as_deref().unwrap_or("another address");
            let detail = format!("it redirects to {to}, where nothing is sent: give the address it really answers at");
            Attempt::Closed { why: GateReason::Offline, until: None, detail }
        }
        _ => Attempt::NotSent { detail, wait: answer.retry_after },
    }
}

/// The end of a message that nobody answered. What cannot be made now may be made after the settings changed.
pub(super) fn of_no_answer(failure: SendFailure) -> Attempt {
    match failure {
        SendFailure::NotConfigured(detail) | SendFailure::NotSent(detail) => Attempt::NotSent { detail, wait: None },
        SendFailure::NotNow(not_now) => Attempt::NotSent { detail: not_now.why, wait: not_now.wait },
        SendFailure::Unknown(detail) => Attempt::Unknown { detail },
    }
}
