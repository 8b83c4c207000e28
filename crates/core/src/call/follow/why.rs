//! What the network's causes mean for a leg.

use crate::{
    call::{FailReason, LegEnd},
    leg::Cause,
};

/// How an agent's leg ended; `None`: the cause does not say.
pub(super) fn leg_end(cause: Cause) -> Option<LegEnd> {
    match reason_told(cause)? {
        Told::Cleared => None,
        Told::Elsewhere => Some(LegEnd::AnsweredElsewhere),
        Told::Reason(FailReason::Busy) => Some(LegEnd::Busy),
        Told::Reason(FailReason::NoAnswer) => Some(LegEnd::NotAnswered),
        Told::Reason(FailReason::Declined) => Some(LegEnd::Declined),
        Told::Reason(_) => Some(LegEnd::Failed),
    }
}

/// Why nobody was reached; `None`: it was only hung up.
pub(super) fn not_reached(cause: Cause) -> Option<FailReason> {
    match reason_told(cause)? {
        Told::Reason(why) => Some(why),
        Told::Cleared | Told::Elsewhere => None,
    }
}

/// Why a phone that rang was not picked up.
pub(super) fn reason(cause: Cause) -> FailReason {
    not_reached(cause).unwrap_or(FailReason::NoAnswer)
}

enum Told {
    Cleared,
    Elsewhere,
    Reason(FailReason),
}

/// SIP's status says more where it is a refusal.
fn reason_told(cause: Cause) -> Option<Told> {
    let by_status = match cause.sip {
        Some(486 | 600) => Some(Told::Reason(FailReason::Busy)),
        Some(408 | 480) => Some(Told::Reason(FailReason::NoAnswer)),
        Some(603) => Some(Told::Reason(FailReason::Declined)),
        Some(status @ 400..=699) if status != 487 => {
            Some(Told::Reason(FailReason::Other { detail: format!("SIP {status}") }))
        }
        _ => None,
    };
    by_status.or_else(|| match cause.q850? {
        0 | 16 | 31 => Some(Told::Cleared),
        17 => Some(Told::Reason(FailReason::Busy)),
        18 | 19 => Some(Told::Reason(FailReason::NoAnswer)),
        21 => Some(Told::Reason(FailReason::Declined)),
        26 => Some(Told::Elsewhere),
        other => Some(Told::Reason(FailReason::Other { detail: format!("Q.850 {other}") })),
    })
}
