//! An entry in a call log: `[call_log]`, `[call_log.change]`, `[call_log.find]`.

use super::{
    answer::AnswerRules,
    request::Request,
    template::{Escape, Scope, Template},
};
use crate::settings::{ProfileError, section::Section};

/// How a call is written into a CRM's call log.
#[derive(Debug)]
pub(in crate::profile) struct CallLogRules {
    pub add: LogRequest,
    /// Absent: an entry stays as it was written.
    pub change: Option<LogRequest>,
    /// Whether an entry is there whose answer was lost; absent: nobody can tell.
    pub find: Option<LogRequest>,
    /// `true`: the same entry twice is the same as once, by a key that goes along.
    pub twice_is_once: Option<Template>,
}

/// One request, and how its answer reads.
#[derive(Debug)]
pub(in crate::profile) struct LogRequest {
    pub request: Request,
    pub answer: AnswerRules,
}

impl CallLogRules {
    /// `settings` knows no call, `adding` the one that is logged, `changing` the CRM's own id of its entry besides.
    pub(super) fn read(
        section: &Section<'_>,
        settings: &Scope<'_>,
        adding: &Scope<'_>,
        changing: &Scope<'_>,
    ) -> Result<Self, ProfileError> {
        let request = Request::read(section, adding)?;
        let answer = AnswerRules::read(section, adding)?;
        let twice_is_once = section.get("twice_is_once");
        let twice_is_once = twice_is_once.map(|node| settings.template(&node.scalar()?, Escape::None)).transpose()?;
        let add = LogRequest { request, answer };
        let like_the_first = |mut read: LogRequest| {
            read.request.sign_in_like(&add.request);
            if read.answer.failures.is_empty() {
                read.answer.failures.clone_from(&add.answer.failures);
            }
            if read.answer.message.is_empty() {
                read.answer.message.clone_from(&add.answer.message);
            }
            read
        };
        let change = section.get("change").map(|node| -> Result<LogRequest, ProfileError> {
            let section = node.section()?;
            let mut read = like_the_first(LogRequest::read(&section, changing)?);
            read.request.body_like(&add.request);
            section.finish()?;
            Ok(read)
        });
        let find = section.get("find").map(|node| -> Result<LogRequest, ProfileError> {
            let section = node.section()?;
            let read = like_the_first(LogRequest::read(&section, adding)?);
            let finds =
                section.required("external_id", "`external_id`, where the entry's id stands where there is one")?;
            if read.answer.external_id.is_empty() {
                return Err(finds.error("this never finds an entry: say where its id stands"));
            }
            section.finish()?;
            Ok(read)
        });
        let (change, find) = (change.transpose()?, find.transpose()?);
        section.finish()?;
        Ok(Self { add, change, find, twice_is_once })
    }

    /// Every request, the entry itself first.
    pub fn requests(&self) -> impl Iterator<Item = &Request> {
        [Some(&self.add), self.change.as_ref(), self.find.as_ref()].into_iter().flatten().map(|log| &log.request)
    }
}

impl LogRequest {
    fn read(section: &Section<'_>, scope: &Scope<'_>) -> Result<Self, ProfileError> {
        Ok(Self { request: Request::read(section, scope)?, answer: AnswerRules::read(section, scope)? })
    }
}
