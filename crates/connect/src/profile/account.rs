//! A profile with an administrator's settings: an account that dials and reads pushes.

use super::{
    Explanation, Profile,
    client::{Client, SendFailure, check_address},
    config::{problem::AccountError, push::Kind, reach::origin, template::OrderNames, values::Values},
    normalise::{
        Known, Reader,
        proof::{Gate, Proof, Standing},
    },
    outcome::Verdicts,
    scrub::Scrub,
};
use crate::{
    CameTo, Originate, OriginateFailure, Originated, Permits, Push, PushKind, PushRefused, RawPush, TakesPermits,
    Telephony, TestReport,
};
use async_trait::async_trait;
use reqwest::Url;
use ringcard_core::{
    number::{CannotDial, DialFormat, DialPlan, Party},
    submission::GateReason,
};
use secrecy::{ExposeSecret, SecretString};
use std::{
    fmt,
    sync::{Arc, LazyLock},
    time::{Duration, Instant},
};

/// A PBX account: a profile with its settings filled in.
///
/// Neither `Debug` nor any error shows a setting's value.
pub struct PbxAccount {
    pub(super) profile: Profile,
    pub(super) values: Values,
    plan: DialPlan,
    pub(super) client: Client,
    /// Where calls are started, as far as it does not depend on the call; checked.
    pub(super) address: Option<Url>,
    pub(super) timeout: Duration,
    number: DialFormat,
    verdicts: Verdicts,
    pub(super) test_verdicts: Verdicts,
    reader: Reader,
    gate: Gate,
    push_headers: Vec<String>,
    pub(super) scrub: Scrub,
    /// All of the account's secrets, and what pushes carry where the profile itself says it.
    push_secrets: Known,
}

/// What the administrator gives to the provider, for one kind of push.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct WebhookHint {
    pub kind: PushKind,
    /// `GET or POST`, as far as the profile knows.
    pub method: String,
    /// With `{key}`, `{user}` and `{password}` where the secrets go; never the secrets themselves.
    pub url: String,
    /// How the push proves where it comes from: a sentence for administrators.
    pub proof: String,
}

/// Why a push was not taken, for the account's own people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NotTaken {
    pub why: PushRefused,
    /// It carried a key, user or password: a wrong one, where that is why.
    pub gave_proof: bool,
}

impl From<PushRefused> for NotTaken {
    fn from(why: PushRefused) -> Self {
        Self { why, gave_proof: true }
    }
}

const KINDS: [(PushKind, &str); 3] =
    [(PushKind::Incoming, "incoming"), (PushKind::Event, "event"), (PushKind::CallData, "call-data")];

/// A push may carry its proof in its body up to this size. It is what a stranger can make us read.
pub const PROOF_BODY_BYTES: usize = 64 * 1024;

/// Does for a sender of pushes to an account that is not there what is done for one with a wrong key, so that the time it
/// takes tells nothing.
pub fn refuse_stranger(head: &RawPush) {
    static GATE: LazyLock<Gate> = LazyLock::new(Gate::of_nobody);
    // The outcome is the same whatever it is.
    std::hint::black_box(GATE.in_head(head));
}

/// Answers are waited for no longer than this, whatever the settings say.
const LONGEST_TIMEOUT: u64 = 60;
const USUAL_TIMEOUT: u64 = 10;

/// What a request is filled with where nobody is dialled.
const NOBODY: OrderNames<'static> = OrderNames { extension: "0", number: "0", call_id: "0" };

impl PbxAccount {
    pub(super) fn new(profile: &Profile, values: Values, plan: DialPlan) -> Result<Self, AccountError> {
        let parts = profile.parts();
        let timeout = timeout(profile, &values)?;
        let allow_http = match &parts.http.allow_http {
            Some(template) => template.render(&values, None).map_err(|m| AccountError::new("http.allow_http", m))?,
            None => String::new(),
        };
        let allow_http = allow_http.trim() == "true";
        let scrub = Scrub::new(values.secrets());
        let mut number = DialFormat::default();
        let mut address = None;
        let mut verdicts = Verdicts::default();
        let mut test_verdicts = Verdicts::default();
        if let Some(originate) = &parts.originate {
            let wrong = |message| AccountError::new("originate", message);
            let filled = originate.request.fill(&values, Some(NOBODY)).map_err(wrong)?;
            let checked = check_address(&filled.url, allow_http);
            address = Some(checked.map_err(|message| AccountError::new("originate.url", message))?);
            let number_key = |key: &str| format!("originate.number.{key}");
            number = originate.number.format(&values).map_err(|(key, m)| AccountError::new(number_key(key), m))?;
            verdicts = Verdicts::new(&originate.answer, &values).map_err(wrong)?;
        }
        if let Some(test) = &parts.test {
            test_verdicts = Verdicts::new(&test.answer, &values).map_err(|m| AccountError::new("test", m))?;
        }
        let client = Client::new(address.as_ref(), timeout, allow_http);
        let proof = Proof::new(&parts.push.auth, &values)?;
        let reader = Reader::new(&parts.push, &values).map_err(|message| AccountError::new("push", message))?;
        Ok(Self {
            profile: profile.clone(),
            plan,
            client: client.map_err(|message| AccountError::new("http", message))?,
            address,
            timeout,
            number,
            verdicts,
            test_verdicts,
            push_headers: proof.headers(),
            push_secrets: Known::new(values.secrets().chain(proof.secret())),
            gate: Gate::new(proof, reader.json_in()),
            reader,
            scrub,
            values,
        })
    }

    /// Scheme, host and port of everywhere this account sends something.
    pub fn origins(&self) -> Vec<String> {
        let test = self.profile.parts().test.as_ref();
        let test = test.and_then(|test| test.request.fill(&self.values, None).ok());
        let test = test.and_then(|filled| Url::parse(&filled.url).ok());
        self.address.iter().chain(&test).map(|url| url.origin().ascii_serialization()).collect()
    }

    /// Checks who sends a push, and reads it. Never panics, whatever comes.
    pub fn read_push(&self, kind: PushKind, raw: &RawPush) -> Result<Push, PushRefused> {
        self.take_push(kind, raw).map_err(|refused| refused.why)
    }

    /// The same; where it is refused, also whether it carried anything that could have been a proof.
    pub fn take_push(&self, kind: PushKind, raw: &RawPush) -> Result<Push, NotTaken> {
        self.prove(raw)?;
        Ok(self.read_proved(kind, raw)?)
    }

    /// How far header and address prove who sends a push: `head` is one without its body.
    pub fn proof_in_head(&self, head: &RawPush) -> Standing {
        self.gate.in_head(head)
    }

    /// Whether a whole push carries the proof in its body; nothing else of it is read. Bodies of more than
    /// [`PROOF_BODY_BYTES`] are not looked through.
    pub fn proof_in_body(&self, raw: &RawPush) -> Standing {
        match raw.body.len() > PROOF_BODY_BYTES {
            true => Standing::Refused { tried: false },
            false => self.gate.in_all(raw),
        }
    }

    /// Reads a push whose sender has proved who they are.
    pub fn read_proved(&self, kind: PushKind, raw: &RawPush) -> Result<Push, PushRefused> {
        self.reader.read(kind, raw, &self.push_secrets, &self.plan)
    }

    fn prove(&self, raw: &RawPush) -> Result<(), NotTaken> {
        let RawPush { query, content_type, headers, body: _ } = raw;
        let (query, content_type, headers) = (query.clone(), content_type.clone(), headers.clone());
        let head = RawPush { query, content_type, headers, body: Vec::new() };
        let standing = match self.proof_in_head(&head) {
            Standing::InBody => self.proof_in_body(raw),
            settled => settled,
        };
        match standing {
            Standing::Proved => Ok(()),
            Standing::Refused { tried } => Err(NotTaken { gave_proof: tried, why: PushRefused::Unauthenticated }),
            Standing::InBody => Err(NotTaken { gave_proof: false, why: PushRefused::Unauthenticated }),
        }
    }

    /// The same, telling every name looked for, which one hit and what was read.
    pub fn explain_push(&self, kind: PushKind, raw: &RawPush) -> Explanation {
        let mut explanation = self.reader.explain(kind, raw, &self.push_secrets, &self.plan);
        if let Err(refused) = self.prove(raw) {
            explanation.outcome = Err(refused.why);
        }
        explanation
    }

    /// The headers (lower-case names) [`RawPush::headers`] must carry for this account, where the request has them.
    pub fn push_headers(&self) -> &[String] {
        &self.push_headers
    }

    /// Whether it takes pushes of anybody: the administrator chose that they carry neither key nor user.
    pub fn takes_without_proof(&self) -> bool {
        matches!(self.gate.proof, Proof::None) && KINDS.iter().any(|(kind, _)| self.reader.takes(*kind))
    }

    /// How many characters the key or password of its pushes has; absent where pushes carry none.
    pub fn push_secret_length(&self) -> Option<usize> {
        let takes_any = KINDS.iter().any(|(kind, _)| self.reader.takes(*kind));
        self.gate.proof.secret().filter(|_| takes_any).map(|secret| secret.chars().count())
    }

    /// Whether one of the account's secrets is in a text, however it is written.
    pub fn is_secret(&self, text: &str) -> bool {
        self.push_secrets.are_in(text)
    }

    /// What to give to the provider; `base` is the hub's public address, without a path.
    pub fn webhooks(&self, base: &str, account_name: &str) -> Vec<WebhookHint> {
        let base = base.trim_end_matches('/');
        let hint = |(kind, path): (PushKind, &str)| {
            let rules = self.profile.parts().push.kinds.get(&Kind::from(kind))?;
            let method = rules.method.as_ref().and_then(|method| method.render(&self.values, None).ok());
            Some(WebhookHint {
                kind,
                method: method.filter(|method| !method.is_empty()).unwrap_or_else(|| "GET or POST".to_owned()),
                url: format!("{base}/in/{account_name}/{path}{}", self.gate.proof.in_url()),
                proof: self.gate.proof.sentence(),
            })
        };
        KINDS.into_iter().filter_map(hint).collect()
    }

    /// The whole address of one kind of push, key and all: to be pasted at the provider's, and never shown.
    pub fn webhook_address(&self, base: &str, account_name: &str, kind: PushKind) -> Option<SecretString> {
        let (_, path) = KINDS.into_iter().find(|(known, _)| *known == kind && self.reader.takes(kind))?;
        let proof = self.gate.proof.filled_in();
        Some(format!("{}/in/{account_name}/{path}{}", base.trim_end_matches('/'), proof.expose_secret()).into())
    }

    /// How this PBX is given a number to call.
    pub fn dialled(&self, number: &Party) -> Result<String, CannotDial> {
        self.number.write(number, &self.plan)
    }

    /// The profile's id.
    pub fn connector(&self) -> &str {
        self.profile.id()
    }

    fn leads_to_us(&self, filled: &str) -> Result<(), String> {
        match (&self.address, Url::parse(filled)) {
            (Some(address), Ok(url)) if origin(&url) != origin(address) => {
                Err("this call would go to another server than the account's: nothing was sent".to_owned())
            }
            _ => Ok(()),
        }
    }

    async fn start(&self, order: &Originate) -> Result<Originated, OriginateFailure> {
        let not_configured = |detail: String| OriginateFailure::NotConfigured { detail };
        let Some(originate) = &self.profile.parts().originate else {
            return Err(not_configured("this PBX can tell of calls, and cannot be asked to start any".to_owned()));
        };
        if order.extension.trim().is_empty() {
            return Err(not_configured("there is no extension to ring first: set the agent's extension".to_owned()));
        }
        let number = self.number.write(&order.number, &self.plan);
        let number = number.map_err(|cannot| OriginateFailure::Refused { detail: cannot.to_string() })?;
        let names = OrderNames { extension: order.extension.trim(), number: &number, call_id: &order.call_id };
        let filled = originate.request.fill(&self.values, Some(names)).map_err(not_configured)?;
        // What a call brings along does not choose who gets the password.
        self.leads_to_us(&filled.url).map_err(not_configured)?;
        let (answer, request) = self.client.send("originate", filled).await.map_err(|failure| match failure {
            SendFailure::NotConfigured(detail) => not_configured(detail),
            SendFailure::NotSent(detail) => OriginateFailure::Unreachable { detail },
            SendFailure::Unknown(detail) => OriginateFailure::Unknown { detail },
        })?;
        let judged = self.verdicts.judge(&answer, &self.scrub);
        request.end(judged.as_ref().map_or_else(came_to, |_| CameTo::Answered));
        Ok(Originated { external_id: judged? })
    }
}

fn timeout(profile: &Profile, values: &Values) -> Result<Duration, AccountError> {
    let wrong = |message: String| AccountError::new("http.timeout", message);
    let text = match &profile.parts().http.timeout {
        Some(template) => template.render(values, None).map_err(wrong)?,
        None => String::new(),
    };
    match text.trim() {
        "" => Ok(Duration::from_secs(USUAL_TIMEOUT)),
        seconds => match seconds.parse() {
            Ok(seconds @ 1..=LONGEST_TIMEOUT) => Ok(Duration::from_secs(seconds)),
            _ => Err(wrong(format!("the time to wait for an answer is 1 to {LONGEST_TIMEOUT} seconds"))),
        },
    }
}

/// What an answer that is none says of the account.
pub(super) fn came_to(failure: &OriginateFailure) -> CameTo {
    match failure {
        OriginateFailure::Authentication { detail } => {
            CameTo::Closed { why: GateReason::SignIn, until: None, detail: detail.clone() }
        }
        OriginateFailure::Refused { .. } | OriginateFailure::NotConfigured { .. } => CameTo::Refused,
        OriginateFailure::Unreachable { detail } => CameTo::NotSent { detail: detail.clone(), wait: None },
        OriginateFailure::Unknown { detail } => CameTo::Unknown { detail: detail.clone() },
    }
}

fn kind(failure: &OriginateFailure) -> &'static str {
    match failure {
        OriginateFailure::Authentication { .. } => "authentication",
        OriginateFailure::Refused { .. } => "refused",
        OriginateFailure::Unreachable { .. } => "unreachable",
        OriginateFailure::Unknown { .. } => "unknown",
        OriginateFailure::NotConfigured { .. } => "not configured",
    }
}

impl fmt::Debug for PbxAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PbxAccount({})", self.connector())
    }
}

#[async_trait]
impl Telephony for PbxAccount {
    fn starts_calls(&self) -> bool {
        self.profile.parts().originate.is_some()
    }

    async fn originate(&self, order: &Originate) -> Result<Originated, OriginateFailure> {
        let began = Instant::now();
        let outcome = self.start(order).await;
        let took_ms = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let (call, connector) = (order.call_id.as_str(), self.connector());
        match &outcome {
            Ok(_) => tracing::info!(call, connector, took_ms, "the PBX took a click-to-call"),
            // Not its detail: those are the PBX's words, and may hold the number.
            Err(failure) => {
                tracing::warn!(call, connector, took_ms, why = kind(failure), "a click-to-call did not start")
            }
        }
        outcome
    }

    async fn test(&self) -> TestReport {
        super::trial::run(self).await
    }
}

impl TakesPermits for PbxAccount {
    fn use_permits(&self, permits: Arc<dyn Permits>) {
        self.client.permits.use_permits(permits);
    }
}
