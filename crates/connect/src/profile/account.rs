//! A profile with an administrator's settings: an account that dials and reads pushes.

use super::{
    Profile,
    call_log::LogRules,
    client::Client,
    config::{reach::origin, template::OrderNames},
    normalise::{
        Known, Reader,
        proof::{Gate, Proof},
    },
    outcome::Verdicts,
    recording::AudioRules,
    status::LifeRules,
};
use crate::{
    CameTo, Originate, OriginateFailure, Originated, Permits, ReadPushes, Recordings, Secrets, StartCalls, System,
    TakesPermits, TellState, TestReport, Trial, Writes,
    http::{address::check_address, failure::SendFailure, scrub::Scrub},
    settings::{AccountError, values::Values},
};
use async_trait::async_trait;
use reqwest::Url;
use ringcard_core::{
    number::{CannotDial, DialFormat, DialPlan, Party},
    submission::GateReason,
};
use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

/// A PBX account: a profile with its settings filled in.
///
/// Neither `Debug` nor any error shows a setting's value.
pub struct PbxAccount {
    pub(super) profile: Profile,
    pub(super) values: Values,
    pub(super) plan: DialPlan,
    pub(super) client: Client,
    /// Where calls are started, as far as it does not depend on the call; checked.
    pub(super) address: Option<Url>,
    pub(super) timeout: Duration,
    number: DialFormat,
    verdicts: Verdicts,
    pub(super) test_verdicts: Verdicts,
    pub(super) life: LifeRules,
    pub(super) audio: AudioRules,
    pub(super) logs: LogRules,
    pub(super) reader: Reader,
    pub(super) gate: Gate,
    pub(super) push_headers: Vec<String>,
    pub(super) scrub: Scrub,
    /// All of the account's secrets, and what pushes carry where the profile itself says it.
    pub(super) push_secrets: Known,
}

/// Answers are waited for no longer than this, whatever the settings say.
const LONGEST_TIMEOUT: u64 = 60;
const USUAL_TIMEOUT: u64 = 10;

/// What a request is filled with where nobody is dialled.
const NOBODY: OrderNames<'static> =
    OrderNames { extension: "0", number: "0", call_id: "0", recording_id: "0", ..OrderNames::SAMPLE };

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
        let mut life = LifeRules::default();
        if let Some(status) = &parts.status {
            let wrong = |message| AccountError::new("status", message);
            let filled = status.request.fill(&values, Some(NOBODY)).map_err(wrong)?;
            let checked = check_address(&filled.url, allow_http);
            let checked = checked.map_err(|message| AccountError::new("status.url", message))?;
            address.get_or_insert(checked);
            life = LifeRules::new(status, &values).map_err(wrong)?;
        }
        let mut audio = AudioRules::default();
        if let Some(recording) = &parts.recording {
            let wrong = |message| AccountError::new("recording", message);
            let filled = recording.request.fill(&values, Some(NOBODY)).map_err(wrong)?;
            let checked = check_address(&filled.url, allow_http);
            let checked = checked.map_err(|message| AccountError::new("recording.url", message))?;
            address.get_or_insert(checked);
            audio = AudioRules::new(recording, &values).map_err(wrong)?;
        }
        let mut logs = LogRules::default();
        if let Some(log) = &parts.call_log {
            let wrong = |message| AccountError::new("call_log", message);
            for request in log.requests() {
                let filled = request.fill(&values, Some(NOBODY)).map_err(wrong)?;
                let checked = check_address(&filled.url, allow_http);
                let checked = checked.map_err(|message| AccountError::new("call_log.url", message))?;
                address.get_or_insert(checked);
            }
            logs = LogRules::new(log, &values).map_err(wrong)?;
        }
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
            life,
            audio,
            logs,
            push_headers: proof.headers(),
            push_secrets: Known::new(values.secrets().chain(proof.secret())),
            gate: Gate::new(proof, reader.json_in(), reader.inside()),
            reader,
            scrub,
            values,
        })
    }

    /// Scheme, host and port of everywhere this account sends something.
    pub fn origins(&self) -> Vec<String> {
        let parts = self.profile.parts();
        let test = parts.test.as_ref().and_then(|test| test.request.fill(&self.values, None).ok());
        let status = parts.status.as_ref().and_then(|status| status.request.fill(&self.values, Some(NOBODY)).ok());
        let recording = parts.recording.as_ref();
        let recording = recording.and_then(|recording| recording.request.fill(&self.values, Some(NOBODY)).ok());
        let logs = parts.call_log.iter().flat_map(|rules| rules.requests());
        let logs = logs.filter_map(|request| request.fill(&self.values, Some(NOBODY)).ok()).map(Some);
        let more = [test, status, recording]
            .into_iter()
            .chain(logs)
            .flatten()
            .filter_map(|filled| Url::parse(&filled.url).ok());
        let all: Vec<Url> = self.address.iter().cloned().chain(more).collect();
        all.iter().map(|url| url.origin().ascii_serialization()).collect()
    }

    /// The profile's id.
    pub fn connector(&self) -> &str {
        self.profile.id()
    }

    pub(super) fn leads_to_us(&self, filled: &str) -> Result<(), String> {
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
        let names = OrderNames {
            extension: order.extension.trim(),
            number: &number,
            call_id: &order.call_id,
            ..OrderNames::default()
        };
        let filled = originate.request.fill(&self.values, Some(names)).map_err(not_configured)?;
        // What a call brings along does not choose who gets the password.
        self.leads_to_us(&filled.url).map_err(not_configured)?;
        let (answer, request) = self.client.send("originate", filled).await.map_err(|failure| match failure {
            SendFailure::NotConfigured(detail) => not_configured(detail),
            SendFailure::NotSent(detail) => OriginateFailure::Unreachable { detail },
            SendFailure::NotNow(not_now) => OriginateFailure::Unreachable { detail: not_now.why },
            SendFailure::Unknown(detail) => OriginateFailure::Unknown { detail },
        })?;
        let judged = self.verdicts.judge(&answer, &self.scrub);
        request.end(judged.as_ref().map_or_else(came_to, |_| CameTo::Answered));
        Ok(Originated { external_id: judged?, advice: None })
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

impl From<PbxAccount> for System {
    fn from(account: PbxAccount) -> Self {
        let parts = account.profile.parts();
        let (starts, reads) = (parts.originate.is_some(), !parts.push.kinds.is_empty());
        let (tells, records) = (parts.status.is_some(), parts.recording.is_some());
        let logs = parts.call_log.is_some();
        let (connector, origins) = (account.connector().to_owned(), account.origins());
        let secrets = Secrets::of_texts(account.values.secrets().chain(account.gate.proof.secret()));
        let account = Arc::new(account);
        Self {
            start_calls: starts.then(|| account.clone() as Arc<dyn StartCalls>),
            tell_state: tells.then(|| account.clone() as Arc<dyn TellState>),
            recordings: records.then(|| account.clone() as Arc<dyn Recordings>),
            take_writes: logs.then(|| account.clone() as Arc<dyn Writes>),
            read_pushes: reads.then(|| account.clone() as Arc<dyn ReadPushes>),
            ..Self::new(connector, origins, secrets, account)
        }
    }
}

impl fmt::Debug for PbxAccount {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PbxAccount({})", self.connector())
    }
}

#[async_trait]
impl StartCalls for PbxAccount {
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

    fn dialled(&self, number: &Party) -> Result<String, CannotDial> {
        self.number.write(number, &self.plan)
    }
}

#[async_trait]
impl Trial for PbxAccount {
    async fn test(&self) -> TestReport {
        super::trial::run(self).await
    }
}

impl TakesPermits for PbxAccount {
    fn use_permits(&self, permits: Arc<dyn Permits>) {
        self.client.permits.use_permits(permits);
    }
}
