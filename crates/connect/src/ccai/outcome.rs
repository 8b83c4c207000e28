//! What an answer of CCAI Platform means (ccai.md, Click-to-call).

use super::wire::Reply;
use crate::{
    CallLife, CameTo, Lost, NotNow, NotTold, OriginateFailure,
    http::{answer::Answer, failure::SendFailure, scrub::Scrub},
};
use ringcard_core::submission::GateReason;
use std::time::Duration;

/// How long to leave it alone after 429 without a time: its limits are by the second.
const TOO_MANY: Duration = Duration::from_secs(1);

/// Why there is no good answer. The texts hold no secrets and no URLs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The request cannot be made.
    NotConfigured(String),
    /// Nothing was sent.
    NotSent(String),
    /// The account's limits: nothing was sent.
    NotNow(NotNow),
    /// Turned away unread: too many requests.
    TooMany { detail: String, wait: Duration },
    /// It left, and nobody can say what came of it.
    Unknown(String),
    /// The platform said no.
    Refused(String),
    /// Subdomain or token is not accepted.
    SignIn(String),
}

impl From<SendFailure> for Trouble {
    fn from(failure: SendFailure) -> Self {
        match failure {
            SendFailure::NotConfigured(detail) => Self::NotConfigured(detail),
            SendFailure::NotSent(detail) => Self::NotSent(detail),
            SendFailure::NotNow(not_now) => Self::NotNow(not_now),
            SendFailure::Unknown(detail) => Self::Unknown(detail),
        }
    }
}

impl Trouble {
    /// What a request without a good answer says of its account.
    pub fn came_to(&self) -> CameTo {
        match self {
            Self::NotConfigured(_) | Self::NotNow(_) => CameTo::NeverLeft,
            Self::NotSent(detail) => CameTo::NotSent { detail: detail.clone(), wait: None },
            Self::TooMany { detail, wait } => CameTo::NotSent { detail: detail.clone(), wait: Some(*wait) },
            Self::Unknown(detail) => CameTo::Unknown { detail: detail.clone() },
            Self::Refused(_) => CameTo::Refused,
            Self::SignIn(detail) => CameTo::Closed { why: GateReason::SignIn, until: None, detail: detail.clone() },
        }
    }

    /// For logs: what kind, without the platform's words.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotConfigured(_) => "not configured",
            Self::NotSent(_) => "not sent",
            Self::NotNow(_) => "not now",
            Self::TooMany { .. } => "too many",
            Self::Unknown(_) => "unknown",
            Self::Refused(_) => "refused",
            Self::SignIn(_) => "sign in",
        }
    }

    pub fn detail(&self) -> &str {
        match self {
            Self::NotConfigured(detail)
            | Self::NotSent(detail)
            | Self::Unknown(detail)
            | Self::Refused(detail)
            | Self::SignIn(detail)
            | Self::TooMany { detail, .. } => detail,
            Self::NotNow(not_now) => &not_now.why,
        }
    }

    /// The end of a click-to-call.
    pub fn originate(self) -> OriginateFailure {
        match self {
            Self::NotConfigured(detail) => OriginateFailure::NotConfigured { detail },
            Self::NotSent(detail) | Self::TooMany { detail, .. } => OriginateFailure::Unreachable { detail },
            Self::NotNow(not_now) => OriginateFailure::Unreachable { detail: not_now.why },
            Self::Unknown(detail) => OriginateFailure::Unknown { detail },
            Self::Refused(detail) => OriginateFailure::Refused { detail },
            Self::SignIn(detail) => OriginateFailure::Authentication { detail },
        }
    }

    /// What it says of a call: nothing.
    pub fn life(self) -> CallLife {
        let why = match &self {
            Self::NotConfigured(_) => Lost::NotSetUp,
            Self::NotSent(_) => Lost::Unreachable,
            Self::NotNow(_) | Self::TooMany { .. } | Self::Unknown(_) => Lost::Silent,
            Self::Refused(_) | Self::SignIn(_) => Lost::Refused,
        };
        CallLife::Unknown { why, detail: self.detail().to_owned() }
    }
}

impl Trouble {
    /// The same where several calls were asked about.
    pub fn not_told(self) -> NotTold {
        let wait = match &self {
            Self::TooMany { wait, .. } => Some(*wait),
            Self::NotNow(not_now) => not_now.wait,
            _ => None,
        };
        let (why, detail) = match self.life() {
            CallLife::Unknown { why, detail } => (why, detail),
            CallLife::Alive | CallLife::Over => (Lost::Silent, String::new()),
        };
        NotTold { why, detail, wait }
    }
}

pub(super) struct Judge {
    pub scrub: Scrub,
}

impl Judge {
    /// What the platform said. A success is one only with an answer in its own form.
    pub fn judge(&self, answer: &Answer) -> Result<Reply, Trouble> {
        let (status, reply) = (answer.status, Reply::read(answer));
        let words = reply.as_ref().map(Reply::message).unwrap_or_default();
        let words = self.scrub.clean(&words);
        let said = if words.is_empty() { format!("HTTP {status}") } else { words.clone() };
        match status {
            200..=299 if !answer.whole => Err(Trouble::Unknown("its answer broke off".to_owned())),
            200..=299 => reply
                .ok_or_else(|| Trouble::Unknown("what answers is no CCAI Platform: its answer is not JSON".to_owned())),
            300..=399 => {
                let to = answer.location.as_deref().unwrap_or("another address");
                Err(Trouble::Refused(format!("the platform sends requests on to {to}: give its own address")))
            }
            401 | 403 => Err(Trouble::SignIn(format!("the API token is not accepted: {said}"))),
            // A subdomain that is nobody's (ccai.md, Click-to-call).
            404 => Err(Trouble::Refused(
                "there is no CCAI Platform of this subdomain: check address and subdomain".to_owned(),
            )),
            408 => Err(Trouble::Unknown(said)),
            429 => {
                let wait = answer.retry_after.unwrap_or(TOO_MANY);
                Err(Trouble::TooMany { detail: "the platform takes no more requests in this second".to_owned(), wait })
            }
            400..=499 => Err(Trouble::Refused(if words.is_empty() { said } else { advice(&words) })),
            _ => Err(Trouble::Unknown(said)),
        }
    }
}

/// The platform's documented refusals, with what to do; whatever else it says, as it says it.
fn advice(words: &str) -> String {
    let known = [
        (
            "not available to take this call",
            "CCAI Platform does not see you as available: set yourself available in its adapter, and end any other call",
        ),
        (
            "Not a valid agent email",
            "CCAI Platform knows no agent with this e-mail address: an administrator checks the account's agents",
        ),
        (
            "Agent email required",
            "the account knows no e-mail address for this extension: an administrator adds it to the account's agents",
        ),
        (
            "does not have access to make calls",
            "this agent may not make calls in CCAI Platform: an administrator there allows it",
        ),
        ("not well-formed", "CCAI Platform does not take this for a number"),
        ("Contact not found", "CCAI Platform finds nobody behind this ticket"),
        ("ticket_id or end_user_number required", "neither a number nor a ticket was given"),
        ("Invalid call type", "this CCAI Platform does not start calls by its Apps API"),
    ];
    let sentence = known.iter().find(|(part, _)| words.to_lowercase().contains(&part.to_lowercase()));
    sentence.map_or_else(|| words.to_owned(), |(_, sentence)| (*sentence).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn judged(status: u16, body: &str) -> Result<Reply, Trouble> {
        let judge = Judge { scrub: Scrub::new(["s3cret"].into_iter()) };
        judge.judge(&Answer { status, body: body.as_bytes().to_vec(), whole: true, ..Answer::default() })
    }

    #[test]
    fn every_documented_refusal_says_what_to_do() {
        for words in [
            "Agent is not available to take this call",
            "Agent email required",
            "Not a valid agent email",
            "Agent does not have access to make calls",
            "ticket_id or end_user_number required",
            "end_user_number is not well-formed",
            "Contact not found",
            "Invalid call type",
        ] {
            let refused = judged(400, &json!({ "message": words }).to_string());
            let Err(Trouble::Refused(detail)) = refused else { panic!("{refused:?}") };
            assert_ne!(detail, words, "it has words of its own");
        }
        let refused = judged(400, r#"{"message":"Something new, s3cret"}"#);
        assert!(
            matches!(refused, Err(Trouble::Refused(detail)) if detail.starts_with("Something new") && !detail.contains("s3cret"))
        );
    }

    #[test]
    fn what_is_no_answer_of_the_platform_is_never_a_success() {
        let kind = |status, body| judged(status, body).map_or_else(|trouble| trouble.kind(), |_| "yes");
        assert_eq!(kind(200, "<html>Welcome to the hotel</html>"), "unknown");
        assert_eq!(kind(201, ""), "unknown");
        assert_eq!(kind(401, "{}"), "sign in");
        assert_eq!(kind(404, "<html></html>"), "refused");
        assert_eq!(kind(302, ""), "refused");
        assert_eq!(kind(429, "<html></html>"), "too many");
        assert_eq!(kind(502, "<html></html>"), "unknown");
        assert_eq!(kind(201, r#"{"id":1,"status":"assigned"}"#), "yes");
    }
}
