//! Why a leg failed.

use super::LegEnd;
use crate::{cause::EndReason, leg::Cause};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// Why a leg failed; the user interface has words and advice for each. `detail` is the PBX's own message, if it sent one.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum FailReason {
    /// User, password or key was not accepted.
    Authentication {
        detail: String,
    },
    /// The PBX would not start the call.
    Refused {
        detail: String,
    },
    /// No connection: nothing was started.
    Unreachable {
        detail: String,
    },
    /// The account is not set up to dial; `detail` says what is missing.
    NotConfigured {
        detail: String,
    },
    Busy,
    NoAnswer,
    Declined,
    /// The network says more than that, or nothing that we know. Whoever does not know `reason` reads what it always was.
    Other {
        #[serde(default)]
        #[ts(as = "Option<EndReason>", optional)]
        reason: EndReason,
        detail: String,
    },
}

impl FailReason {
    /// By the network's cause; `None`: it does not say that anything failed. `detail`: what was said beside it, else the
    /// cause's own number.
    pub fn of(cause: Cause, detail: Option<String>) -> Option<Self> {
        Some(match cause.reason()? {
            EndReason::HungUp | EndReason::AnsweredElsewhere => return None,
            EndReason::Busy => Self::Busy,
            EndReason::NoAnswer => Self::NoAnswer,
            EndReason::Declined => Self::Declined,
            reason => Self::Other { reason, detail: detail.unwrap_or_else(|| cause.to_string()) },
        })
    }

    /// Nobody told why.
    pub fn untold(detail: impl Into<String>) -> Self {
        Self::Other { reason: EndReason::Other, detail: detail.into() }
    }
}

impl From<&FailReason> for LegEnd {
    fn from(why: &FailReason) -> Self {
        match why {
            FailReason::Busy => Self::Busy,
            FailReason::NoAnswer => Self::NotAnswered,
            FailReason::Declined => Self::Declined,
            _ => Self::Failed,
        }
    }
}

impl LegEnd {
    /// By the network's cause; `None`: it does not say.
    pub(super) fn of(cause: Cause) -> Option<Self> {
        if cause.reason()? == EndReason::AnsweredElsewhere {
            return Some(Self::AnsweredElsewhere);
        }
        FailReason::of(cause, None).as_ref().map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_that_tells_of_a_failure_has_its_reason() {
        let of = |text| Cause::read(text).and_then(|cause| FailReason::of(cause, None));
        let other = |reason, detail: &str| Some(FailReason::Other { reason, detail: detail.to_owned() });
        for (text, expected) in [
            ("1", other(EndReason::NoSuchNumber, "Q.850 1")),
            ("17", Some(FailReason::Busy)),
            ("18", Some(FailReason::NoAnswer)),
            ("20", other(EndReason::NotReachable, "Q.850 20")),
            ("21", Some(FailReason::Declined)),
            ("22", other(EndReason::NumberChanged, "Q.850 22")),
            ("27", other(EndReason::OutOfService, "Q.850 27")),
            ("34", other(EndReason::Congested, "Q.850 34")),
            ("38", other(EndReason::NetworkFailure, "Q.850 38")),
            ("57", other(EndReason::ProviderRefuses, "Q.850 57")),
            ("127", other(EndReason::Other, "Q.850 127")),
            ("404", other(EndReason::NoSuchNumber, "SIP 404")),
            ("600", Some(FailReason::Busy)),
            ("607", Some(FailReason::Declined)),
            ("16", None),
            ("26", None),
            ("487", None),
        ] {
            assert_eq!(of(text), expected, "{text}");
        }
    }

    #[test]
    fn what_older_versions_wrote_is_read_and_they_read_what_is_written_now() {
        let old = r#"{"code":"other","detail":"Q.850 38"}"#;
        let read: FailReason = serde_json::from_str(old).expect("an old row is read");
        assert_eq!(read, FailReason::untold("Q.850 38"));
        let newer = r#"{"code":"other","reason":"of_another_version","detail":""}"#;
        let read: FailReason = serde_json::from_str(newer).expect("a reason that is not known is read");
        assert_eq!(read, FailReason::untold(""));
        let written = FailReason::Other { reason: EndReason::Congested, detail: "Q.850 34".to_owned() };
        let json = serde_json::to_value(written).expect("it is written");
        assert_eq!(json, serde_json::json!({"code": "other", "reason": "congested", "detail": "Q.850 34"}));
    }
}
