//! What an answer of Zendesk means.
//!
//! Errors are `{error, description, details}`, with `error` a word or an object of title and message; search may say
//! `{"error": "unavailable"}` with status 200; what is over a limit is 429, whose body may be HTML; an account that does not
//! exist answers 404 or redirects (zendesk.md, Errors).

use super::{
    client::Answered,
    limits::SaidOfLimits,
    wire::{self, Read},
};
use crate::{
    AskFailure, CameTo, NotNow,
    http::{failure::SendFailure, scrub::Scrub},
    writes::{Attempt, Looked},
};
use ringcard_core::{
    Timestamp,
    submission::{GateReason, ParkReason},
};
use secrecy::{ExposeSecret, SecretString};
use serde_json::Value;
use std::{
    sync::{PoisonError, RwLock},
    time::Duration,
};

/// How long the gate stays closed after a 429 that names no time: a minute is what limits are counted by (zendesk.md, Limits).
const PACE: Duration = Duration::from_secs(60);
/// A server that is not there for a moment, and a search that could not be completed.
const UNAVAILABLE: Duration = Duration::from_secs(30);
/// Bulk jobs take so long to make room, about.
const JOBS: Duration = Duration::from_secs(30);

/// Why something did not happen, or why nobody can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The account's settings are in the way: nothing was sent.
    NotConfigured { detail: String },
    /// It never left, or was turned away unread.
    NotSent { detail: String, wait: Option<Duration> },
    /// The account's limits: nothing was sent.
    NotNow(NotNow),
    /// It left and no whole answer came.
    Unknown { detail: String },
    /// Zendesk said no to this one. `error` is its word (`RecordInvalid`), which may be empty; `status` that of HTTP.
    Refused { why: ParkReason, status: u16, error: String, detail: String },
    /// The account takes nothing now.
    Closed { why: GateReason, until: Option<Timestamp>, detail: String },
}

/// An answer that is no trouble.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    /// `Null` where the answer has no body.
    pub json: Value,
    pub limits: SaidOfLimits,
    /// See [`Answered::repeated`].
    pub repeated: Option<bool>,
}

/// What is needed to judge: secrets to hide.
pub(super) struct Judge {
    fixed: Vec<SecretString>,
    scrub: RwLock<Scrub>,
}

impl Judge {
    pub fn new<'s>(secrets: impl Iterator<Item = &'s SecretString>) -> Self {
        let judge = Self { fixed: secrets.cloned().collect(), scrub: RwLock::default() };
        judge.hide(std::iter::empty());
        judge
    }

    /// From now on these are hidden, beside those that never change.
    pub fn hide<'s>(&'s self, secrets: impl Iterator<Item = &'s SecretString>) {
        let scrub = Scrub::new(self.fixed.iter().chain(secrets).map(ExposeSecret::expose_secret));
        *self.scrub.write().unwrap_or_else(PoisonError::into_inner) = scrub;
    }

    fn clean(&self, text: &str) -> String {
        self.scrub.read().unwrap_or_else(PoisonError::into_inner).clean(text)
    }

    pub fn judge(&self, answered: Answered, now: Timestamp) -> Result<Reply, Trouble> {
        let Answered { answer, limits, repeated } = answered;
        let json = if answer.whole { wire::json(&answer.body) } else { None };
        let status = answer.status;
        let error = json.as_ref().map(ErrorSaid::of).unwrap_or_default();
        if (300..400).contains(&status) {
            let to = answer.location.as_deref().unwrap_or("another address");
            let detail = format!(
                "the address redirects to {to}, where no token is sent: check the subdomain; an account that was renamed \
                 or closed answers so"
            );
            return Err(Trouble::Closed { why: GateReason::Offline, until: None, detail });
        }
        if (200..300).contains(&status) {
            let is_empty = answer.whole && answer.body.iter().all(u8::is_ascii_whitespace);
            return match json {
                Some(json) if !error.is_there() => Ok(Reply { json, limits, repeated }),
                None if is_empty => Ok(Reply { json: Value::Null, limits, repeated }),
                Some(_) if error.word.eq_ignore_ascii_case("unavailable") => {
                    let wait = Some(limits.wait().unwrap_or(UNAVAILABLE));
                    Err(Trouble::NotSent { detail: self.said(status, &error), wait })
                }
                Some(_) => Err(self.refused(ParkReason::Refused, status, &error)),
                None if answer.too_long => {
                    let detail = "its answer is longer than Zendesk's answers are: ask for less at once";
                    Err(Trouble::Unknown { detail: detail.to_owned() })
                }
                None if !answer.whole => {
                    Err(Trouble::Unknown { detail: format!("its answer (HTTP {status}) was cut off") })
                }
                None => Err(Trouble::Unknown {
                    detail: format!(
                        "what answered (HTTP {status}) does not speak as Zendesk does: check the network and the address"
                    ),
                }),
            };
        }
        Err(self.trouble(status, json.is_some(), &error, &limits, now))
    }

    fn trouble(&self, status: u16, is_json: bool, error: &ErrorSaid, limits: &SaidOfLimits, now: Timestamp) -> Trouble {
        let said = self.said(status, error);
        let closed = |why, until, detail| Trouble::Closed { why, until, detail };
        match status {
            _ if error.word == "TooManyJobs" => {
                let detail = format!("as many bulk jobs are under way as Zendesk takes: {said}");
                Trouble::NotSent { detail, wait: Some(limits.wait().unwrap_or(JOBS)) }
            }
            401 | 407 => closed(GateReason::SignIn, None, format!("the sign-in is not accepted: {said}")),
            429 if limits.is_narrow() => {
                let detail = format!("Zendesk takes no more of these requests for a while: {said}");
                Trouble::NotSent { detail, wait: Some(limits.wait().unwrap_or(PACE)) }
            }
            429 => {
                let until = now.after(limits.wait().unwrap_or(PACE));
                let detail = format!("the account's requests of this minute are used up: {said}");
                closed(GateReason::Pace, Some(until), detail)
            }
            404 if !is_json || error.names_no_account() => {
                let detail = "there is no Zendesk account at this address (HTTP 404): check the subdomain";
                closed(GateReason::Offline, None, detail.to_owned())
            }
            403 => {
                let mut trouble = self.refused(ParkReason::Refused, status, error);
                if let Trouble::Refused { detail, .. } = &mut trouble {
                    *detail = format!("the agent who signs in may not do that in Zendesk: {detail}");
                }
                trouble
            }
            404 | 410 => self.refused(ParkReason::Gone, status, error),
            400 | 412..=417 | 422 => self.refused(ParkReason::Invalid, status, error),
            408 => Trouble::Unknown { detail: said },
            // With a time to wait it was turned away; without one nobody knows how far it came.
            503 if limits.retry_after.is_some() => Trouble::NotSent { detail: said, wait: limits.retry_after },
            500.. => Trouble::Unknown { detail: said },
            _ => self.refused(ParkReason::Refused, status, error),
        }
    }

    fn refused(&self, why: ParkReason, status: u16, error: &ErrorSaid) -> Trouble {
        let detail = self.said(status, error);
        Trouble::Refused { why, status, error: self.clean(&error.word), detail }
    }

    /// Zendesk's words, without secrets, or the status alone.
    fn said(&self, status: u16, error: &ErrorSaid) -> String {
        match error.sentence() {
            Some(words) => format!("{} ({status})", self.clean(&words)),
            None => format!("HTTP {status}"),
        }
    }
}

/// What an answer says that it is an error.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct ErrorSaid {
    /// `RecordInvalid`
    word: String,
    description: String,
    /// Of single fields.
    details: Vec<String>,
}

/// Details of one answer that are shown.
const MOST_DETAILS: usize = 8;

impl ErrorSaid {
    fn of(json: &Value) -> Self {
        let error = &json["error"];
        let (word, message) = match error {
            Value::Object(_) => (error.text("title"), error.text("message")),
            _ => (json.text("error"), String::new()),
        };
        let own = json.text("description");
        let mut details = Vec::new();
        for (field, problems) in json["details"].as_object().into_iter().flatten() {
            for problem in problems.as_array().into_iter().flatten() {
                if details.len() < MOST_DETAILS {
                    let words = [problem.text("description"), problem.text("error")];
                    details.extend(words.into_iter().find(|words| !words.is_empty()).map(|words| {
                        if words.contains(field.as_str()) || field == "base" {
                            words
                        } else {
                            format!("{field}: {words}")
                        }
                    }));
                }
            }
        }
        Self { word, description: if own.is_empty() { message } else { own }, details }
    }

    fn is_there(&self) -> bool {
        !self.word.is_empty()
    }

    /// *No help desk at acme.zendesk.com* is what an account that does not exist says of itself.
    fn names_no_account(&self) -> bool {
        let lower = format!("{} {}", self.word, self.description).to_lowercase();
        lower.contains("no help desk")
    }

    fn sentence(&self) -> Option<String> {
        let first = match (self.description.is_empty(), self.word.is_empty()) {
            (false, _) => &self.description,
            (true, false) => &self.word,
            (true, true) => return None,
        };
        Some(match self.details.is_empty() {
            true => first.clone(),
            false => format!("{first}: {}", self.details.join("; ")),
        })
    }
}

impl From<SendFailure> for Trouble {
    fn from(failure: SendFailure) -> Self {
        match failure {
            SendFailure::NotConfigured(detail) => Self::NotConfigured { detail },
            SendFailure::NotSent(detail) => Self::NotSent { detail, wait: None },
            SendFailure::NotNow(not_now) => Self::NotNow(not_now),
            SendFailure::Unknown(detail) => Self::Unknown { detail },
        }
    }
}

impl Trouble {
    /// What was asked is wrong: nothing was sent.
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::Refused { why: ParkReason::Invalid, status: 0, error: String::new(), detail: detail.into() }
    }

    /// Whether what was asked for is not there.
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Refused { why: ParkReason::Gone, .. })
    }

    /// For logs: what kind, without Zendesk's words.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotConfigured { .. } => "not configured",
            Self::NotSent { .. } => "not sent",
            Self::NotNow(_) => "not now",
            Self::Unknown { .. } => "unknown",
            Self::Refused { .. } => "refused",
            Self::Closed { .. } => "closed",
        }
    }

    /// What an answer that is none says of the account.
    pub fn came_to(&self) -> CameTo {
        match self {
            Self::NotConfigured { .. } | Self::NotNow(_) => CameTo::NeverLeft,
            Self::NotSent { detail, wait } => CameTo::NotSent { detail: detail.clone(), wait: *wait },
            Self::Unknown { detail } => CameTo::Unknown { detail: detail.clone() },
            Self::Refused { .. } => CameTo::Refused,
            Self::Closed { why, until, detail } => CameTo::Closed { why: *why, until: *until, detail: detail.clone() },
        }
    }

    /// The end of a write.
    pub fn attempt(self) -> Attempt {
        match self {
            Self::NotConfigured { detail } => Attempt::Refused { why: ParkReason::NoAccount, detail },
            Self::NotSent { detail, wait } => Attempt::NotSent { detail, wait },
            // Its budget says when: nobody needs to remember it with the row.
            Self::NotNow(NotNow { why: detail, .. }) => Attempt::NotSent { detail, wait: None },
            Self::Unknown { detail } => Attempt::Unknown { detail },
            Self::Refused { why, detail, .. } => Attempt::Refused { why, detail },
            Self::Closed { why, until, detail } => Attempt::Closed { why, until, detail },
        }
    }

    /// The end of a question that belongs to a write: whatever came of it, nothing was written.
    pub fn before_a_write(self) -> Attempt {
        match self {
            Self::Unknown { detail } => Attempt::NotSent { detail, wait: None },
            trouble => trouble.attempt(),
        }
    }

    pub fn looked(self) -> Looked {
        Looked::NotNow(self.before_a_write())
    }

    /// The end of a question.
    pub fn ask(self) -> AskFailure {
        match self {
            Self::NotSent { detail, wait } => AskFailure::Unavailable { detail, wait },
            Self::NotNow(not_now) => AskFailure::NotNow(not_now),
            Self::Unknown { detail } => AskFailure::Unavailable { detail, wait: None },
            Self::NotConfigured { detail } | Self::Refused { detail, .. } => AskFailure::Refused { detail },
            Self::Closed { why, until, detail } => AskFailure::Closed { why, until, detail },
        }
    }

    /// Its sentence.
    pub fn detail(self) -> String {
        match self {
            Self::NotConfigured { detail }
            | Self::NotSent { detail, .. }
            | Self::NotNow(NotNow { why: detail, .. })
            | Self::Unknown { detail }
            | Self::Refused { detail, .. }
            | Self::Closed { detail, .. } => detail,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::answer::Answer;

    const NOW: Timestamp = Timestamp(1_790_000_000_000);

    fn judged(status: u16, body: &str, limits: SaidOfLimits) -> Result<Reply, Trouble> {
        let secret = SecretString::from("s3cret-token");
        let answer = Answer { status, body: body.as_bytes().to_vec(), whole: true, ..Answer::default() };
        Judge::new(std::iter::once(&secret)).judge(Answered { answer, limits, repeated: None }, NOW)
    }

    fn trouble(status: u16, body: &str) -> Trouble {
        judged(status, body, SaidOfLimits::default()).expect_err("trouble")
    }

    #[test]
    fn an_answer_is_an_answer_and_an_empty_one_too() {
        let reply = judged(201, r#"{"user":{"id":7}}"#, SaidOfLimits::default()).expect("an answer");
        assert_eq!(reply.json["user"]["id"].as_u64(), Some(7));
        assert!(judged(204, "", SaidOfLimits::default()).expect("an answer").json.is_null());
    }

    #[test]
    fn a_search_that_says_unavailable_is_worth_asking_again_whatever_its_status() {
        let body = r#"{"error":"unavailable","description":"Sorry, we could not complete your search query."}"#;
        let found = trouble(200, body);
        assert!(matches!(&found, Trouble::NotSent { wait: Some(_), detail } if detail.contains("Sorry")), "{found:?}");
        assert!(matches!(found.ask(), AskFailure::Unavailable { .. }));
        assert!(matches!(trouble(200, r#"{"error":"invalid"}"#), Trouble::Refused { why: ParkReason::Refused, .. }));
    }

    #[test]
    fn pages_of_somebody_else_are_no_answers() {
        let html = "<html><body>Welcome</body></html>";
        assert!(matches!(trouble(200, html), Trouble::Unknown { .. }));
        assert!(matches!(trouble(404, html), Trouble::Closed { why: GateReason::Offline, until: None, .. }));
        let none = r#"{"error":{"title":"No help desk at nobody.zendesk.com","message":"There is no help desk here"}}"#;
        assert!(matches!(trouble(404, none), Trouble::Closed { why: GateReason::Offline, .. }));
        assert!(matches!(trouble(302, ""), Trouble::Closed { why: GateReason::Offline, .. }));
        assert!(matches!(trouble(502, html), Trouble::Unknown { .. }));
    }

    #[test]
    fn what_closes_the_account_and_what_is_only_said_to_one_request() {
        let sign_in = trouble(401, r#"{"error":"Couldn't authenticate you"}"#);
        assert!(
            matches!(&sign_in, Trouble::Closed { why: GateReason::SignIn, until: None, detail } if detail.contains("authenticate"))
        );
        let html = "<html>Too many requests</html>";
        let wait = SaidOfLimits { retry_after: Some(Duration::from_secs(9)), left: Some(0), ..SaidOfLimits::default() };
        let pace = judged(429, html, wait.clone()).expect_err("trouble");
        assert!(
            matches!(pace, Trouble::Closed { why: GateReason::Pace, until: Some(until), .. } if until == NOW.after(Duration::from_secs(9)))
        );
        let one = super::super::limits::NarrowLimit {
            name: "ticket-updates".to_owned(),
            total: Some(30),
            left: Some(0),
            resets_in: None,
        };
        let narrow =
            judged(429, html, SaidOfLimits { left: Some(300), narrow: vec![one], ..wait }).expect_err("trouble");
        assert!(matches!(narrow, Trouble::NotSent { wait: Some(_), .. }), "{narrow:?}");
        assert!(matches!(trouble(403, r#"{"error":"Forbidden"}"#), Trouble::Refused { status: 403, .. }));
        assert!(trouble(404, r#"{"error":"RecordNotFound","description":"Not found"}"#).is_gone());
        assert!(matches!(trouble(503, html), Trouble::Unknown { .. }));
        assert!(matches!(trouble(400, r#"{"error":"TooManyJobs"}"#), Trouble::NotSent { wait: Some(_), .. }));
    }

    #[test]
    fn what_is_wrong_with_single_fields_is_said_and_no_secret_is() {
        let body = r#"{"error":"RecordInvalid","description":"Record validation errors","details":{
            "email":[{"description":"Email: s3cret-token is already being used","error":"DuplicateValue"}],
            "base":[{"error":"Blank"}]}}"#;
        let Trouble::Refused { why: ParkReason::Invalid, status: 422, error, detail } = trouble(422, body) else {
            panic!("it is refused")
        };
        assert_eq!(error, "RecordInvalid");
        assert_eq!(detail, "Record validation errors: Blank; email: Email: ••• is already being used (422)");
    }
}
