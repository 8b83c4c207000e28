//! What an answer of Asterisk means (rest-api/api-docs; what it really says is in docs/systems/asterisk.md).

use crate::{
    ActFailure, CameTo, Lost, NotNow, OriginateFailure,
    http::{answer::Answer, failure::SendFailure, scrub::Scrub},
};
use ringcard_core::submission::GateReason;
use serde_json::Value;

/// What Asterisk says to a user with `read_only = yes` who would write.
const MAY_ONLY_READ: &str = "Write access denied";

/// Why something did not happen, or why nobody can tell. The texts are sentences without secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trouble {
    NotConfigured {
        detail: String,
    },
    NotSent {
        detail: String,
    },
    Unknown {
        detail: String,
    },
    /// User or password is wrong.
    SignIn {
        detail: String,
    },
    /// There is no such channel, application or endpoint.
    Gone {
        detail: String,
    },
    Refused {
        detail: String,
    },
}

impl From<SendFailure> for Trouble {
    fn from(failure: SendFailure) -> Self {
        match failure {
            SendFailure::NotConfigured(detail) => Self::NotConfigured { detail },
            SendFailure::NotSent(detail) | SendFailure::NotNow(NotNow { why: detail, .. }) => Self::NotSent { detail },
            SendFailure::Unknown(detail) => Self::Unknown { detail },
        }
    }
}

/// The body of an answer that says yes; nothing where it has none.
pub(super) fn judge(answer: &Answer, scrub: &Scrub) -> Result<Vec<u8>, Trouble> {
    let json: Option<Value> = serde_json::from_slice(&answer.body).ok();
    let said = json.as_ref().and_then(|json| json.get("message").or_else(|| json.get("error"))?.as_str());
    let said = said.map(|said| scrub.clean(said)).filter(|said| !said.is_empty());
    let with = |sentence: &str| match &said {
        Some(said) => format!("{sentence} (“{said}”)"),
        None => sentence.to_owned(),
    };
    let status = answer.status;
    match status {
        200..=299 if !answer.whole => {
            Err(Trouble::Unknown { detail: format!("its answer (HTTP {status}) was cut off") })
        }
        204 => Ok(Vec::new()),
        200..=299 if json.is_some() => Ok(answer.body.clone()),
        200..=299 => Err(Trouble::NotConfigured {
            detail: "something else answered than Asterisk's REST interface: check the address".to_owned(),
        }),
        300..=399 => Err(Trouble::NotConfigured {
            detail: format!(
                "the address redirects to {}, where no password is sent: give the address it really answers at",
                answer.location.as_deref().unwrap_or("another one")
            ),
        }),
        401 => Err(Trouble::SignIn { detail: with("Asterisk does not accept user or password (ari.conf)") }),
        403 if said.as_deref() == Some(MAY_ONLY_READ) => {
            Err(Trouble::Refused { detail: with("this ARI user may only read: set read_only = no for it in ari.conf") })
        }
        403 => Err(Trouble::Refused {
            detail: with(
                "Asterisk lets nobody in from here as this user: look at deny and permit in ari.conf and http.conf",
            ),
        }),
        404 if said.is_none() => Err(Trouble::NotConfigured {
            detail: "this address is no Asterisk REST interface: check it, and that http.conf and ari.conf have \
                     enabled = yes"
                .to_owned(),
        }),
        404 => Err(Trouble::Gone { detail: with("Asterisk knows nothing of that any more") }),
        500 if said.as_deref() == Some("Allocation failed") => Err(Trouble::Refused {
            detail: "Asterisk cannot ring this extension: it does not exist, or no phone is registered for it"
                .to_owned(),
        }),
        500.. => Err(Trouble::Unknown { detail: with(&format!("Asterisk answered HTTP {status}")) }),
        _ => Err(Trouble::Refused { detail: with(&format!("Asterisk refused (HTTP {status})")) }),
    }
}

impl Trouble {
    pub fn detail(&self) -> &str {
        match self {
            Self::NotConfigured { detail }
            | Self::NotSent { detail }
            | Self::Unknown { detail }
            | Self::SignIn { detail }
            | Self::Gone { detail }
            | Self::Refused { detail } => detail,
        }
    }

    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotConfigured { .. } => "not configured",
            Self::NotSent { .. } => "not sent",
            Self::Unknown { .. } => "unknown",
            Self::SignIn { .. } => "sign in",
            Self::Gone { .. } => "gone",
            Self::Refused { .. } => "refused",
        }
    }

    /// What a request that came to this says of its account.
    pub fn came_to(&self) -> CameTo {
        match self {
            Self::NotConfigured { .. } | Self::Gone { .. } | Self::Refused { .. } => CameTo::Refused,
            Self::NotSent { detail } => CameTo::NotSent { detail: detail.clone(), wait: None },
            Self::Unknown { detail } => CameTo::Unknown { detail: detail.clone() },
            Self::SignIn { detail } => CameTo::Closed { why: GateReason::SignIn, until: None, detail: detail.clone() },
        }
    }

    pub fn originate(self) -> OriginateFailure {
        match self {
            Self::NotConfigured { detail } => OriginateFailure::NotConfigured { detail },
            Self::NotSent { detail } => OriginateFailure::Unreachable { detail },
            Self::Unknown { detail } => OriginateFailure::Unknown { detail },
            Self::SignIn { detail } => OriginateFailure::Authentication { detail },
            Self::Gone { detail } | Self::Refused { detail } => OriginateFailure::Refused { detail },
        }
    }

    pub fn act(self) -> ActFailure {
        match self {
            Self::NotConfigured { detail } => ActFailure::NotConfigured { detail },
            Self::NotSent { detail } => ActFailure::Unreachable { detail },
            Self::Unknown { detail } => ActFailure::Unknown { detail },
            Self::SignIn { detail } => ActFailure::Closed { why: GateReason::SignIn, until: None, detail },
            Self::Gone { detail } | Self::Refused { detail } => ActFailure::Refused { detail },
        }
    }

    pub fn lost(&self) -> Lost {
        match self {
            Self::NotSent { .. } => Lost::Unreachable,
            Self::Unknown { .. } => Lost::Silent,
            Self::SignIn { .. } => Lost::Refused,
            Self::NotConfigured { .. } | Self::Gone { .. } | Self::Refused { .. } => Lost::NotSetUp,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_asterisk_answers_is_told_apart() {
        let table = [
            (200, "{}", "yes"),
            (204, "", "yes"),
            (200, "<html>", "not configured"),
            (302, "", "not configured"),
            (401, r#"{"message":"Authentication required"}"#, "sign in"),
            (403, r#"{"message":"Write access denied"}"#, "refused"),
            (404, "<html>", "not configured"),
            (404, r#"{"message":"Channel not found"}"#, "gone"),
            (500, r#"{"error":"Allocation failed"}"#, "refused"),
            (503, "", "unknown"),
            (400, r#"{"message":"Endpoint must be specified"}"#, "refused"),
        ];
        let scrub = Scrub::new(["s3cret"].into_iter());
        for (status, body, expected) in table {
            let answer = Answer { status, body: body.into(), whole: true, ..Answer::default() };
            let judged = judge(&answer, &scrub);
            assert_eq!(judged.as_ref().map_or_else(Trouble::kind, |_| "yes"), expected, "{status} {body}: {judged:?}");
        }
        let echo =
            Answer { status: 400, body: br#"{"message":"bad s3cret"}"#.into(), whole: true, ..Answer::default() };
        assert!(!format!("{:?}", judge(&echo, &scrub)).contains("s3cret"));
    }
}
