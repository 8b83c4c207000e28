//! A recording by its id: `[recording]`, `[[recording.not_known]]`, `[[recording.gone]]`, `[[recording.failure]]`.

use super::{
    answer::{AnswerRules, Condition},
    request::Request,
    template::Scope,
};
use crate::settings::{ProfileError, section::Section};

/// How the PBX is asked for a recording, and how an answer that is none reads. Whatever is audio is the recording.
#[derive(Debug)]
pub(in crate::profile) struct RecordingRules {
    pub request: Request,
    /// Any of them: there is no recording of this id.
    pub not_known: Vec<Condition>,
    /// Any of them: there was one.
    pub gone: Vec<Condition>,
    pub answer: AnswerRules,
}

impl RecordingRules {
    pub(super) fn read(section: &Section<'_>, scope: &Scope<'_>) -> Result<Self, ProfileError> {
        let url = section.required("url", "`url`, where the PBX is asked for a recording")?;
        let conditions = |key: &'static str| {
            Condition::read_all(section, scope, key, "this would make every answer one that brings no recording")
        };
        let rules = Self {
            request: Request::read(section, scope)?,
            not_known: conditions("not_known")?,
            gone: conditions("gone")?,
            answer: AnswerRules::read(section, scope)?,
        };
        if !rules.request.texts().iter().any(|(_, text)| text.names().iter().any(|name| name == "recording_id")) {
            return Err(url.error("this asks for no recording: put {{ recording_id }} into the request"));
        }
        section.finish()?;
        Ok(rules)
    }
}
