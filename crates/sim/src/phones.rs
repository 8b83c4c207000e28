//! The phones: what each does when it rings.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// What a phone does when it rings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum PhoneScript {
    /// Waits for a command ([`crate::Phone`]); unanswered when the PBX gives up.
    Manual,
    Answer {
        #[serde(default)]
        after_ms: u64,
        /// Hangs up so long after the call was joined; absent: stays until somebody else hangs up.
        #[serde(default)]
        hang_up_after_ms: Option<u64>,
    },
    Busy,
    Decline {
        #[serde(default)]
        after_ms: u64,
    },
    /// Rings until the PBX gives up.
    NoAnswer,
    /// Switched off, or no such number.
    Unreachable,
}

impl PhoneScript {
    pub fn answer() -> Self {
        Self::Answer { after_ms: 0, hang_up_after_ms: None }
    }

    pub fn answer_after(after: Duration) -> Self {
        Self::Answer { after_ms: millis(after), hang_up_after_ms: None }
    }

    /// For a script that answers; others stay as they are.
    pub fn then_hang_up_after(self, talk: Duration) -> Self {
        match self {
            Self::Answer { after_ms, .. } => Self::Answer { after_ms, hang_up_after_ms: Some(millis(talk)) },
            other => other,
        }
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// How the ringing of one or several phones ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Rang {
    /// By this phone.
    PickedUp(String),
    Busy,
    Declined,
    NoAnswer,
    Unreachable,
    /// Somebody who was not being rung hung up.
    HungUp,
    /// Inbound: the caller lost patience.
    GivenUp,
    /// Inbound: another phone took it.
    Elsewhere,
    /// Inbound: voicemail or a menu took it; the word for it.
    Service(&'static str),
    /// Inbound: it is gone, and nothing is told of it.
    Vanished,
}

/// What becomes of a ring when nobody commands anything, and after how long. Several phones ring at once: the first to
/// answer has it; it fails at once only when every phone does.
pub(crate) fn by_themselves(phones: &[(String, PhoneScript)], limit: Duration) -> (Duration, Rang) {
    let mut answered: Option<(Duration, &str)> = None;
    let mut failed: Option<(Duration, Rang)> = None;
    let mut all_fail = true;
    for (number, script) in phones {
        let (after, how) = match script {
            PhoneScript::Answer { after_ms, .. } => {
                let after = Duration::from_millis(*after_ms);
                if after < limit && answered.is_none_or(|(first, _)| after < first) {
                    answered = Some((after, number));
                }
                all_fail = false;
                continue;
            }
            PhoneScript::Manual | PhoneScript::NoAnswer => {
                all_fail = false;
                continue;
            }
            PhoneScript::Busy => (Duration::ZERO, Rang::Busy),
            PhoneScript::Unreachable => (Duration::ZERO, Rang::Unreachable),
            PhoneScript::Decline { after_ms } => (Duration::from_millis(*after_ms), Rang::Declined),
        };
        if failed.as_ref().is_none_or(|(last, _)| after >= *last) {
            failed = Some((after, how));
        }
    }
    match (answered, failed) {
        (Some((after, number)), _) => (after, Rang::PickedUp(number.to_owned())),
        (None, Some((after, how))) if all_fail && after < limit => (after, how),
        _ => (limit, Rang::NoAnswer),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(10);

    fn alone(script: PhoneScript) -> (u64, Rang) {
        let (after, how) = by_themselves(&[("101".into(), script)], LIMIT);
        (millis(after), how)
    }

    #[test]
    fn each_script_has_its_outcome() {
        assert_eq!(alone(PhoneScript::Manual), (10_000, Rang::NoAnswer));
        assert_eq!(alone(PhoneScript::NoAnswer), (10_000, Rang::NoAnswer));
        assert_eq!(alone(PhoneScript::Busy), (0, Rang::Busy));
        assert_eq!(alone(PhoneScript::Unreachable), (0, Rang::Unreachable));
        assert_eq!(alone(PhoneScript::Decline { after_ms: 70 }), (70, Rang::Declined));
        assert_eq!(alone(PhoneScript::answer_after(Duration::from_millis(30))), (30, Rang::PickedUp("101".into())));
    }

    #[test]
    fn an_answer_after_the_pbx_gave_up_is_none() {
        assert_eq!(alone(PhoneScript::answer_after(LIMIT)), (10_000, Rang::NoAnswer));
        assert_eq!(alone(PhoneScript::Decline { after_ms: 10_000 }), (10_000, Rang::NoAnswer));
    }

    #[test]
    fn of_several_phones_the_first_to_answer_has_it() {
        let phones = [
            ("101".into(), PhoneScript::Busy),
            ("102".into(), PhoneScript::answer_after(Duration::from_millis(50))),
            ("103".into(), PhoneScript::answer_after(Duration::from_millis(20))),
        ];
        assert_eq!(by_themselves(&phones, LIMIT), (Duration::from_millis(20), Rang::PickedUp("103".into())));
    }

    #[test]
    fn one_busy_phone_among_others_does_not_end_the_ring() {
        let phones = [("101".into(), PhoneScript::Busy), ("102".into(), PhoneScript::Manual)];
        assert_eq!(by_themselves(&phones, LIMIT), (LIMIT, Rang::NoAnswer));
        let phones = [("101".into(), PhoneScript::Busy), ("102".into(), PhoneScript::Decline { after_ms: 5 })];
        assert_eq!(by_themselves(&phones, LIMIT), (Duration::from_millis(5), Rang::Declined));
    }
}
