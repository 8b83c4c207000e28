//! Asking a PBX whether a call is still going on, and what its answer means.

use super::{
    account::{PbxAccount, came_to},
    config::{answer::Condition, status::StatusRules, template::OrderNames},
    outcome::{Answer, Check, Seen},
};
use crate::{
    CallLife, CameTo, Lost, OriginateFailure, TellState, http::failure::SendFailure, settings::values::Values,
};
use async_trait::async_trait;

/// Longer ids are none.
const LONGEST_ID: usize = 128;

/// The rules of `[status]` with an account's settings.
#[derive(Debug, Clone, Default)]
pub(super) struct LifeRules {
    over: Vec<Check>,
    alive: Vec<Check>,
}

impl LifeRules {
    pub fn new(rules: &StatusRules, values: &Values) -> Result<Self, String> {
        let fill = |conditions: &[Condition]| Check::all(conditions, values);
        Ok(Self { over: fill(&rules.over)?, alive: fill(&rules.alive)? })
    }

    fn judge(&self, answer: &Answer) -> CallLife {
        let seen = Seen::new(answer);
        if self.over.iter().any(|check| check.is_true_of(&seen)) {
            return CallLife::Over;
        }
        if self.alive.iter().any(|check| check.is_true_of(&seen)) {
            return CallLife::Alive;
        }
        let status = answer.status.as_u16();
        if matches!(status, 401 | 403 | 407) {
            let detail = format!("the PBX did not accept the user, password or key when it was asked (HTTP {status})");
            return unknown(Lost::Refused, detail);
        }
        unknown(Lost::Silent, format!("the PBX answered with HTTP {status}, which says nothing of the call"))
    }
}

fn unknown(why: Lost, detail: impl Into<String>) -> CallLife {
    CallLife::Unknown { why, detail: detail.into() }
}

#[async_trait]
impl TellState for PbxAccount {
    async fn ask_state(&self, external_id: &str) -> CallLife {
        let Some(status) = &self.profile.parts().status else {
            return unknown(Lost::NotSetUp, "this PBX cannot be asked about its calls");
        };
        // Of a path such an id would ask about something else.
        if matches!(external_id.trim(), "" | "." | "..") || external_id.len() > LONGEST_ID {
            return unknown(Lost::NotSetUp, "the call has no id that the PBX could be asked about");
        }
        let call = OrderNames { call_id: external_id, ..OrderNames::default() };
        let filled = status.request.fill(&self.values, Some(call)).and_then(|filled| {
            self.leads_to_us(&filled.url)?;
            Ok(filled)
        });
        let filled = match filled {
            Ok(filled) => filled,
            Err(detail) => return unknown(Lost::NotSetUp, detail),
        };
        match self.client.send("status", filled).await {
            Ok((answer, request)) => {
                let life = self.life.judge(&answer);
                request.end(match &life {
                    CallLife::Unknown { why: Lost::Refused, detail } => {
                        came_to(&OriginateFailure::Authentication { detail: detail.clone() })
                    }
                    _ => CameTo::Answered,
                });
                life
            }
            Err(SendFailure::NotConfigured(detail)) => unknown(Lost::NotSetUp, detail),
            Err(SendFailure::NotSent(detail)) => unknown(Lost::Unreachable, detail),
            Err(SendFailure::NotNow(not_now)) => unknown(Lost::Unreachable, not_now.why),
            Err(SendFailure::Unknown(detail)) => unknown(Lost::Silent, detail),
        }
    }
}
