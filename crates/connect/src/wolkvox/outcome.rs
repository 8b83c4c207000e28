//! What an answer of wolkvox means.
//!
//! HTTP status and the body's `code` are both looked at, since nobody says that they agree (wolkvox.md, Errors); where they
//! do not, the worse one counts. There is no 429: every limit is a 403, told apart by its words. A window without
//! data is a 404 or an empty list, and no error (wolkvox.md, Errors).

use super::{
    normalise::next_midnight,
    wire::{Envelope, Row},
};
use crate::{
    AskFailure, CameTo, NotNow, OriginateFailure,
    http::{answer::Answer, failure::SendFailure, scrub::Scrub},
    writes::{Attempt, Looked},
};
use jiff::tz::TimeZone;
use ringcard_core::{
    Timestamp,
    submission::{GateReason, ParkReason},
};
use std::time::Duration;

/// How long the gate stays closed after a 403 nobody knows: backups and maintenance take minutes (wolkvox.md, Errors).
const MAINTENANCE: Duration = Duration::from_secs(5 * 60);
/// Two requests met; the other one is over soon.
const AT_ONCE: Duration = Duration::from_secs(2);
/// A server that is not there for a moment.
const UNAVAILABLE: Duration = Duration::from_secs(30);

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
    /// wolkvox said no to this one.
    Refused { why: ParkReason, detail: String },
    /// The account takes nothing now.
    Closed { why: GateReason, until: Option<Timestamp>, detail: String },
}

/// An answer that is no trouble.
#[derive(Debug)]
pub(super) enum Reply<T> {
    Yes(Envelope<T>),
    /// 404: nothing there.
    Nothing {
        detail: String,
    },
}

/// What is needed to judge: secrets to hide, and when the operation's day ends.
pub(super) struct Judge {
    pub scrub: Scrub,
    pub zone: TimeZone,
}

impl Judge {
    pub fn judge<T: Row>(&self, answer: &Answer, now: Timestamp) -> Result<Reply<T>, Trouble> {
        let envelope = if answer.whole { Envelope::<T>::read(&answer.body) } else { None };
        let http = answer.status;
        if (300..400).contains(&http) {
            let to = answer.location.as_deref().unwrap_or("another address");
            let detail = format!(
                "wolkvox's address redirects to {to}, where no token is sent: give the address it really answers at"
            );
            return Err(Trouble::Closed { why: GateReason::Offline, until: None, detail });
        }
        let code = envelope.as_ref().and_then(|envelope| envelope.code);
        let bad_body = code.filter(|code| *code >= 300);
        if (200..300).contains(&http) && bad_body.is_none() {
            return self.judge_success(answer, envelope);
        }
        let status = if http >= 300 { http } else { bad_body.unwrap_or(http) };
        Err(match self.trouble(status, answer, envelope.as_ref(), now) {
            Trouble::Refused { why: ParkReason::Gone, detail } if status == 404 => {
                return Ok(Reply::Nothing { detail });
            }
            trouble => trouble,
        })
    }

    fn judge_success<T: Row>(&self, answer: &Answer, envelope: Option<Envelope<T>>) -> Result<Reply<T>, Trouble> {
        let http = answer.status;
        match envelope {
            // It says yes and no at once; a person looks.
            Some(Envelope { error: Some(error), msg, .. }) => {
                let detail = self.scrub.clean(&format!("{msg} ({error})"));
                Err(Trouble::Refused { why: ParkReason::Refused, detail })
            }
            Some(envelope) => Ok(Reply::Yes(envelope)),
            None if answer.too_long => Err(Trouble::Unknown {
                detail: "its answer is longer than wolkvox's answers are: ask for less at once".to_owned(),
            }),
            None if !answer.whole => Err(Trouble::Unknown { detail: format!("its answer (HTTP {http}) was cut off") }),
            None => Err(Trouble::Unknown {
                detail: format!(
                    "what answered (HTTP {http}) does not speak as wolkvox does: check the network and the address"
                ),
            }),
        }
    }

    fn trouble<T>(&self, status: u16, answer: &Answer, envelope: Option<&Envelope<T>>, now: Timestamp) -> Trouble {
        // Where it is no JSON, known words are looked for all the same; they are not shown.
        let head = String::from_utf8_lossy(&answer.body[..answer.body.len().min(4096)]);
        let words = envelope.map_or(head.into_owned(), |envelope| {
            let error = envelope.error.as_deref().unwrap_or_default();
            if envelope.msg.is_empty() { error.to_owned() } else { envelope.msg.clone() }
        });
        let upper = words.to_uppercase();
        let said = match envelope {
            Some(_) if !words.is_empty() => format!("{} ({status})", self.scrub.clean(&words)),
            _ => format!("HTTP {status}"),
        };
        let has = |text: &str| upper.contains(text);
        let closed = |why, until, detail| Trouble::Closed { why, until, detail };
        let refused = |why, detail| Trouble::Refused { why, detail };
        let is_no = (400..500).contains(&status);
        match status {
            _ if is_no && has("TOKEN LIMIT EXCEEDED") => {
                let until = next_midnight(now, &self.zone);
                closed(GateReason::DayQuota, until, format!("the day's allowance is used up: {said}"))
            }
            _ if is_no && has("SIMULTANEOUS REQUESTS") => {
                let until = now.after(answer.retry_after.unwrap_or(AT_ONCE));
                let detail = format!("another program uses this token at the same moment: {said}");
                closed(GateReason::Pace, Some(until), detail)
            }
            _ if is_no && (has("VALIDATE TOKEN") || has("ENTER THE WOLKVOX-TOKEN")) => {
                let detail = format!("the token is not accepted: make a new one in wolkvox Manager ({said})");
                closed(GateReason::SignIn, None, detail)
            }
            401 | 407 => closed(GateReason::SignIn, None, format!("the token is not accepted: {said}")),
            // Not known as anything else: backup, maintenance, APIs switched off for a while.
            403 => {
                let until = now.after(answer.retry_after.unwrap_or(MAINTENANCE));
                closed(GateReason::Maintenance, Some(until), format!("wolkvox takes no requests for a while: {said}"))
            }
            429 => closed(GateReason::Pace, Some(now.after(answer.retry_after.unwrap_or(UNAVAILABLE))), said),
            _ if is_no && has("API YOU WANT TO CONSULT DOES NOT EXIST") => {
                refused(ParkReason::Refused, format!("this operation's wolkvox has no such function: {said}"))
            }
            // A path that does not exist is a wrong address; nothing found says so in wolkvox's own form.
            404 if envelope.is_none() && !answer.body.is_empty() => {
                refused(ParkReason::Refused, "there is no wolkvox at this address (HTTP 404)".to_owned())
            }
            404 | 410 => refused(ParkReason::Gone, said),
            _ if is_no && names_what_is_gone(&upper) => refused(ParkReason::Gone, said),
            400 | 412..=417 | 422 => refused(ParkReason::Invalid, said),
            408 => Trouble::Unknown { detail: said },
            503 => Trouble::NotSent { detail: said, wait: Some(answer.retry_after.unwrap_or(UNAVAILABLE)) },
            // It gave up in the middle, or a gateway before it did.
            500.. => Trouble::Unknown { detail: said },
            _ => refused(ParkReason::Refused, said),
        }
    }
}

/// *The record does not exist*, and not *the code does not exist*.
fn names_what_is_gone(upper: &str) -> bool {
    let gone = ["NOT EXIST", "NOT FOUND", "NO EXISTE", "NO SE ENCONTR", "WAS NOT FOUND"];
    let whom = ["CUSTOMER", "RECORD", "REGISTRO", "CLIENTE", "RECALL"];
    gone.iter().any(|word| upper.contains(word)) && whom.iter().any(|word| upper.contains(word))
}

/// The source address may be unknown to wolkvox, which then breaks the connection without a word (wolkvox.md, Requests).
const MAYBE_ADDRESS: &str =
    "; if everything else works here, this address may not be registered in wolkvox Manager's list of allowed IPs";

impl From<SendFailure> for Trouble {
    fn from(failure: SendFailure) -> Self {
        match failure {
            SendFailure::NotConfigured(detail) => Self::NotConfigured { detail },
            SendFailure::NotSent(detail) => Self::NotSent { detail: detail + MAYBE_ADDRESS, wait: None },
            SendFailure::NotNow(not_now) => Self::NotNow(not_now),
            SendFailure::Unknown(detail) => Self::Unknown { detail },
        }
    }
}

impl Trouble {
    pub fn invalid(detail: impl Into<String>) -> Self {
        Self::Refused { why: ParkReason::Invalid, detail: detail.into() }
    }

    /// For logs: what kind, without wolkvox's words.
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
            Self::Refused { why, detail } => Attempt::Refused { why, detail },
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

    /// The end of a click-to-call.
    pub fn originate(self) -> OriginateFailure {
        match self {
            Self::NotConfigured { detail } => OriginateFailure::NotConfigured { detail },
            Self::NotSent { detail, .. } | Self::NotNow(NotNow { why: detail, .. }) => {
                OriginateFailure::Unreachable { detail }
            }
            Self::Unknown { detail } => OriginateFailure::Unknown { detail },
            Self::Refused { detail, .. } => OriginateFailure::Refused { detail },
            Self::Closed { why: GateReason::SignIn, detail, .. } => OriginateFailure::Authentication { detail },
            Self::Closed { detail, .. } => OriginateFailure::Unreachable { detail },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wolkvox::wire::Fields;
    use serde_json::{Value, json};

    const NOW: Timestamp = Timestamp(1_795_000_000_000);

    fn judged(status: u16, body: impl AsRef<str>, whole: bool) -> Result<Reply<Fields>, Trouble> {
        let zone = TimeZone::get("America/Bogota").expect("a zone");
        let judge = Judge { scrub: Scrub::new(["s3cret"].into_iter()), zone };
        let body = body.as_ref().as_bytes().to_vec();
        judge.judge(&Answer { status, body, whole, ..Answer::default() }, NOW)
    }

    /// What it came to, in a word.
    fn word(outcome: &Result<Reply<Fields>, Trouble>) -> String {
        match outcome {
            Ok(Reply::Yes(_)) => "yes".to_owned(),
            Ok(Reply::Nothing { .. }) => "nothing".to_owned(),
            Err(Trouble::Closed { why, .. }) => format!("closed {why:?}"),
            Err(Trouble::Refused { why, .. }) => format!("refused {why:?}"),
            Err(trouble) => trouble.kind().to_owned(),
        }
    }

    fn answer(code: Value, error: Value, msg: &str) -> String {
        json!({ "code": code, "error": error, "msg": msg }).to_string()
    }

    /// Every row of the vendor's table (wolkvox.md, Errors) as HTTP status, as body code behind HTTP 200, as number and text.
    #[test]
    fn every_row_of_the_error_table_is_told_apart_by_its_words() {
        let table = [
            (400, "BAD REQUEST", "THE API YOU WANT TO CONSULT DOES NOT EXIST", "refused Refused"),
            (400, "BAD REQUEST", "SOME PARAMETERS ARE REQUIRED", "refused Invalid"),
            (401, "UNAUTHORIZED", "PLEASE ENTER THE WOLKVOX-TOKEN", "closed SignIn"),
            (403, "FORBIDDEN", "TOKEN LIMIT EXCEEDED", "closed DayQuota"),
            (403, "FORBIDDEN", "EXCEEDS THE LIMIT OF SIMULTANEOUS REQUESTS PER TOKEN (2)", "closed Pace"),
            (403, "FORBIDDEN", "PLEASE VALIDATE TOKEN", "closed SignIn"),
            (403, "FORBIDDEN", "APIS DISABLED DURING BACKUP", "closed Maintenance"),
            (403, "FORBIDDEN", "", "closed Maintenance"),
            (404, "NOT FOUND", "NO RECORDS WERE FOUND", "nothing"),
            (405, "METHOD NOT ALLOWED", "", "refused Refused"),
            (412, "PRECONDITION FAILED", "", "refused Invalid"),
            (416, "", "", "refused Invalid"),
            (417, "", "", "refused Invalid"),
            (429, "", "", "closed Pace"),
            (400, "BAD REQUEST", "THE CUSTOMER_ID DOES NOT EXIST", "refused Gone"),
            (400, "BAD REQUEST", "THE ACTIVITY CODE DOES NOT EXIST", "refused Invalid"),
            (408, "", "", "unknown"),
            (500, "INTERNAL SERVER ERROR", "", "unknown"),
            (502, "", "", "unknown"),
            (503, "", "", "not sent"),
            (504, "", "", "unknown"),
        ];
        for (code, error, msg, expected) in table {
            for (status, written) in
                [(code, json!(code)), (200, json!(code)), (200, json!(code.to_string())), (code, json!(""))]
            {
                let outcome = judged(status, answer(written.clone(), json!(error), msg), true);
                assert_eq!(word(&outcome), expected, "HTTP {status}, code {written}, {msg}");
            }
        }
    }

    #[test]
    fn success_is_taken_in_every_form_it_comes_in() {
        for status in [200, 201, 202] {
            for code in [json!(200), json!("201"), json!(202), json!("202"), json!(""), json!("0"), Value::Null] {
                assert_eq!(
                    word(&judged(status, answer(code.clone(), Value::Null, "ok"), true)),
                    "yes",
                    "{status} {code}"
                );
            }
        }
    }

    #[test]
    fn where_status_and_code_disagree_the_worse_one_counts() {
        assert_eq!(
            word(&judged(200, answer(json!(403), json!("FORBIDDEN"), "TOKEN LIMIT EXCEEDED"), true)),
            "closed DayQuota"
        );
        assert_eq!(
            word(&judged(403, answer(json!(200), Value::Null, "TOKEN LIMIT EXCEEDED"), true)),
            "closed DayQuota"
        );
        assert_eq!(word(&judged(500, answer(json!(202), Value::Null, "coded"), true)), "unknown");
        assert_eq!(word(&judged(200, answer(json!(200), json!("BAD REQUEST"), "no"), true)), "refused Refused");
    }

    #[test]
    fn what_is_no_answer_of_wolkvox_is_never_a_success() {
        assert_eq!(word(&judged(200, "<html>Welcome to the hotel</html>", true)), "unknown");
        assert_eq!(word(&judged(200, "", true)), "unknown");
        assert_eq!(word(&judged(200, r#"{"code":202,"msg":"coded"#, false)), "unknown");
        assert_eq!(word(&judged(403, "<html>Forbidden</html>", true)), "closed Maintenance");
        assert_eq!(word(&judged(404, "<html>nginx</html>", true)), "refused Refused");
        assert_eq!(word(&judged(404, "", true)), "nothing");
        assert_eq!(word(&judged(301, "", true)), "closed Offline");
    }

    #[test]
    fn a_door_says_when_it_opens_again_as_far_as_anybody_knows() {
        let until = |msg: &str| match judged(403, answer(json!(403), json!("FORBIDDEN"), msg), true) {
            Err(Trouble::Closed { until, .. }) => until,
            other => panic!("{other:?}"),
        };
        // 2026-11-18 06:06:40 in Bogota: the day ends at 05:00 UTC
        assert_eq!(until("TOKEN LIMIT EXCEEDED"), Some(Timestamp(1_795_064_400_000)));
        assert_eq!(until("SIMULTANEOUS REQUESTS PER TOKEN (2)"), Some(NOW.after(AT_ONCE)));
        assert_eq!(until("something new"), Some(NOW.after(MAINTENANCE)));
        assert_eq!(until("PLEASE VALIDATE TOKEN"), None);
    }

    #[test]
    fn a_token_that_wolkvox_repeats_is_not_shown() {
        for (status, msg) in [(403, "PLEASE VALIDATE TOKEN s3cret"), (400, "bad s3cret"), (200, "s3cret")] {
            let outcome = judged(status, answer(json!(400), json!("s3cret"), msg), true);
            assert!(!format!("{outcome:?}").contains("s3cret"), "{outcome:?}");
        }
    }

    #[test]
    fn a_question_before_a_write_that_got_lost_wrote_nothing() {
        let lost = || Trouble::Unknown { detail: "x".to_owned() };
        assert!(matches!(lost().attempt(), Attempt::Unknown { .. }));
        assert!(matches!(lost().before_a_write(), Attempt::NotSent { .. }));
        assert!(matches!(lost().ask(), AskFailure::Unavailable { .. }));
        let refused: Trouble = SendFailure::NotSent("refused".to_owned()).into();
        assert!(matches!(refused.attempt(), Attempt::NotSent { detail, .. } if detail.contains("allowed IPs")));
    }
}
