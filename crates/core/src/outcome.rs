//! What came of a call, as the agent said it: kept in the call history whether or not another system is told.

use crate::{
    Timestamp,
    call::{AgentId, CallId},
    campaign::CallbackStyle,
    submission::{Submission, SubmissionKey},
    ticket::{TicketChoice, TicketChosen},
};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// How an agent coded a call. The hub keeps it with the call; the same key twice is one outcome, and a newer one takes
/// an older one's place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct CallOutcome {
    pub key: SubmissionKey,
    pub call_id: CallId,
    pub agent: AgentId,
    /// Absent where the operation has no codes.
    pub code: Option<String>,
    /// What the code said to the agent, so that it can still be read when the code is gone.
    pub label: Option<String>,
    pub second_code: Option<String>,
    pub second_label: Option<String>,
    pub comment: String,
    pub do_not_call: bool,
    pub call_back: Option<PromisedCallback>,
    /// It was saved by itself when the wrap-up's time ended.
    pub by_default: bool,
    pub at: Timestamp,
    /// Where the call is to be filed, for each account whose agent chose; of the others their settings decide.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[ts(as = "Option<Vec<TicketChosen>>", optional)]
    pub tickets: Vec<TicketChosen>,
}

impl CallOutcome {
    /// What was chosen for this account's CRM; nothing where its settings decide.
    pub fn ticket_for(&self, account: &str) -> Option<&TicketChoice> {
        self.tickets.iter().find(|chosen| chosen.account == account).map(|chosen| &chosen.choice)
    }
}

/// When and where the customer wants to be called again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct PromisedCallback {
    pub at: Timestamp,
    /// In E.164, or an extension.
    pub number: String,
    pub style: CallbackStyle,
}

/// What a desk hands over to its hub, which accepts it once it is durable there: a write for another system, or an
/// outcome for the hub's own history.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[allow(clippy::large_enum_variant, reason = "few at a time")]
pub enum Handover {
    Write { submission: Submission },
    Outcome { outcome: CallOutcome },
}

impl Handover {
    pub fn key(&self) -> &SubmissionKey {
        match self {
            Self::Write { submission } => &submission.key,
            Self::Outcome { outcome } => &outcome.key,
        }
    }

    pub fn made_at(&self) -> Timestamp {
        match self {
            Self::Write { submission } => submission.made_at,
            Self::Outcome { outcome } => outcome.at,
        }
    }

    /// The same, made at another moment: by another clock. Its end stays as far from it as it was.
    pub fn made_instead_at(mut self, made: Timestamp) -> Self {
        match &mut self {
            Self::Write { submission } => {
                let later = made.0.saturating_sub(submission.made_at.0);
                submission.expires_at = submission.expires_at.map(|end| Timestamp(end.0.saturating_add(later)));
                submission.made_at = made;
            }
            Self::Outcome { outcome } => outcome.at = made,
        }
        self
    }

    /// What must be handed over in the order it was made.
    pub fn lane(&self) -> String {
        match self {
            Self::Write { submission } => format!("{}/{}", submission.write.account(), submission.write.subject()),
            Self::Outcome { outcome } => Self::lane_of_outcome(&outcome.call_id),
        }
    }

    /// The lane of what came of a call.
    pub fn lane_of_outcome(call_id: &CallId) -> String {
        format!("call/{call_id}")
    }
}
