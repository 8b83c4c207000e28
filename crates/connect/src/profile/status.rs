//! Asking a PBX whether a call is still going on, and what its answer means.

use super::{
    account::{PbxAccount, came_to},
    client::SendFailure,
    config::{answer::Condition, status::StatusRules, template::OrderNames},
    outcome::{Answer, Check, Seen},
};
use crate::{CallLife, CameTo, OriginateFailure, TellState, settings::values::Values};
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
        unknown(format!("the PBX answered with HTTP {}, which says nothing of the call", answer.status.as_u16()))
    }
}

fn unknown(detail: impl Into<String>) -> CallLife {
    CallLife::Unknown { detail: detail.into() }
}

#[async_trait]
impl TellState for PbxAccount {
    async fn ask_state(&self, external_id: &str) -> CallLife {
        let Some(status) = &self.profile.parts().status else {
            return unknown("this PBX cannot be asked about its calls");
        };
        // Of a path such an id would ask about something else.
        if matches!(external_id.trim(), "" | "." | "..") || external_id.len() > LONGEST_ID {
            return unknown("the call has no id that the PBX could be asked about");
        }
        let call = OrderNames { call_id: external_id, ..OrderNames::default() };
        let filled = status.request.fill(&self.values, Some(call)).and_then(|filled| {
            self.leads_to_us(&filled.url)?;
            Ok(filled)
        });
        let filled = match filled {
            Ok(filled) => filled,
            Err(detail) => return unknown(detail),
        };
        match self.client.send("status", filled).await {
            Ok((answer, request)) => {
                let life = self.life.judge(&answer);
                let refused = matches!(answer.status.as_u16(), 401 | 403 | 407);
                request.end(match &life {
                    CallLife::Unknown { detail } if refused => {
                        came_to(&OriginateFailure::Authentication { detail: detail.clone() })
                    }
                    _ => CameTo::Answered,
                });
                life
            }
            Err(SendFailure::NotConfigured(detail) | SendFailure::NotSent(detail) | SendFailure::Unknown(detail)) => {
                unknown(detail)
            }
        }
    }
}
