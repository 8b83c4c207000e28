//! Whether a call is going on: `[status]`, `[[status.over]]`, `[[status.alive]]`.

use super::{answer::Condition, request::Request, template::Scope};
use crate::settings::{ProfileError, section::Section};

/// How the PBX is asked about a call, and how its answer reads.
#[derive(Debug)]
pub(in crate::profile) struct StatusRules {
    pub request: Request,
    /// Any of them: the call is over.
    pub over: Vec<Condition>,
    /// Any of them, and none of `over`: it is going on. Without either nobody knows.
    pub alive: Vec<Condition>,
}

impl StatusRules {
    pub(super) fn read(section: &Section<'_>, scope: &Scope<'_>) -> Result<Self, ProfileError> {
        let asks_about_a_call = section.required("url", "`url`, where the PBX is asked about a call")?;
        let conditions = |key: &'static str, too_much: &str| Condition::read_all(section, scope, key, too_much);
        let rules = Self {
            request: Request::read(section, scope)?,
            over: conditions("over", "this would make every call one that is over")?,
            alive: conditions("alive", "this would make every call one that goes on")?,
        };
        if !rules.request.texts().iter().any(|(_, text)| text.names().iter().any(|name| name == "call_id")) {
            return Err(asks_about_a_call.error("this asks about no call: put {{ call_id }} into the request"));
        }
        if rules.over.is_empty() {
            return Err(section.error("this never says that a call is over: add `[[status.over]]`"));
        }
        section.finish()?;
        Ok(rules)
    }
}
