//! Fetching a recording from a PBX by its id, and what an answer means that brings none.

mod coming;

use super::{
    account::{PbxAccount, came_to},
    config::{answer::Condition, recording::RecordingRules, template::OrderNames},
    outcome::{Answer, Check, Seen, Verdicts},
};
use crate::{
    Arriving, CameTo, NotFetched, OriginateFailure, Recordings,
    charset::text_of,
    http::{answer::location, failure::SendFailure, scrub::Scrub},
    settings::values::Values,
};
use async_trait::async_trait;
pub(crate) use coming::Coming;
use coming::Rest;
use reqwest::header::CONTENT_TYPE;
use ringcard_core::recording::AudioKind;

/// Of an answer that is no audio, so much is read for what it says.
pub(crate) const LONGEST_ANSWER: usize = 64 * 1024;

/// The rules of `[recording]` with an account's settings.
#[derive(Debug, Clone, Default)]
pub(super) struct AudioRules {
    not_known: Vec<Check>,
    gone: Vec<Check>,
    verdicts: Verdicts,
}

impl AudioRules {
    pub fn new(rules: &RecordingRules, values: &Values) -> Result<Self, String> {
        let fill = |conditions: &[Condition]| Check::all(conditions, values);
        Ok(Self {
            not_known: fill(&rules.not_known)?,
            gone: fill(&rules.gone)?,
            verdicts: Verdicts::new(&rules.answer, values)?,
        })
    }

    /// What an answer says that brings no audio.
    fn judge(&self, answer: &Answer, scrub: &Scrub) -> NotFetched {
        let seen = Seen::new(answer);
        let says = |checks: &[Check]| checks.iter().any(|check| check.is_true_of(&seen));
        let status = answer.status.as_u16();
        let detail = || self.verdicts.detail(&seen, scrub);
        if says(&self.gone) || status == 410 {
            return NotFetched::Gone { detail: detail() };
        }
        if says(&self.not_known) || status == 404 {
            return NotFetched::NotKnown { detail: detail() };
        }
        if answer.status.is_redirection() {
            let to = answer.location.as_deref().unwrap_or("another address");
            let detail = format!(
                "the PBX redirects to {to}, where no password or key is sent: give the address it really answers at"
            );
            return NotFetched::NotConfigured { detail };
        }
        match self.verdicts.judge(answer, scrub) {
            Err(OriginateFailure::Authentication { detail }) => NotFetched::SignIn { detail },
            Err(OriginateFailure::Refused { detail }) => NotFetched::Refused { detail },
            Err(OriginateFailure::Unreachable { detail } | OriginateFailure::Unknown { detail }) => {
                NotFetched::Unreachable { detail }
            }
            Err(OriginateFailure::NotConfigured { detail }) => NotFetched::NotConfigured { detail },
            Ok(_) if answer.body.is_empty() => NotFetched::NotAudio { detail: "the answer is empty".to_owned() },
            Ok(_) => NotFetched::NotAudio { detail: format!("HTTP {status}, and no audio in it") },
        }
    }
}

#[async_trait]
impl Recordings for PbxAccount {
    async fn fetch(&self, id: &str) -> Result<Arriving, NotFetched> {
        let not_configured = |detail: String| NotFetched::NotConfigured { detail };
        let Some(rules) = &self.profile.parts().recording else {
            return Err(not_configured("this PBX gives no recordings".to_owned()));
        };
        // Of a path such an id would ask for something else.
        if matches!(id.trim(), "" | "." | "..") {
            return Err(NotFetched::NotKnown { detail: "this is no id".to_owned() });
        }
        let names = OrderNames { recording_id: id, ..OrderNames::default() };
        let filled = rules.request.fill(&self.values, Some(names)).map_err(not_configured)?;
        self.leads_to_us(&filled.url).map_err(not_configured)?;
        let again = filled.clone();
        let (response, request) =
            self.client.begin_long("recording", filled).await.map_err(|failure| match failure {
                SendFailure::NotConfigured(detail) => not_configured(detail),
                SendFailure::NotSent(detail) | SendFailure::Unknown(detail) => NotFetched::Unreachable { detail },
                SendFailure::NotNow(not_now) => NotFetched::Unreachable { detail: not_now.why },
            })?;
        let status = response.status();
        let rest = Rest::of(&response, &self.client, again);
        let mut coming = Coming::new(response, request, self.timeout, rest);
        let is_audio = |begin: &[u8]| AudioKind::of(begin).is_some();
        if status.is_success() {
            coming.begin(AudioKind::TELLING, is_audio).await;
            if is_audio(&coming.begun) {
                return Ok(coming.into_audio());
            }
        }
        coming.begin(LONGEST_ANSWER, |_| false).await;
        let header = |name| coming.response.headers().get(name).and_then(|value| value.to_str().ok());
        let answer = Answer {
            status,
            location: location(&coming.response),
            body: text_of(&coming.begun, header(CONTENT_TYPE)),
            whole: coming.is_whole == Some(true),
        };
        let failure = self.audio.judge(&answer, &self.scrub);
        coming.end(match &failure {
            NotFetched::SignIn { detail } => came_to(&OriginateFailure::Authentication { detail: detail.clone() }),
            NotFetched::Unreachable { detail } => CameTo::NotSent { detail: detail.clone(), wait: None },
            _ => CameTo::Refused,
        });
        Err(failure)
    }
}
