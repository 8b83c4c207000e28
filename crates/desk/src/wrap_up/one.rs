//! One call in wrap-up, and what comes of it when it is saved.

use super::draft::WrapUpDraft;
use crate::{attention::who, own_callbacks::OwnCallback};
use ringcard_core::{
    Timestamp,
    call::{AgentId, Call},
    campaign::{CallbackStyle, CampaignRecord},
    codes::{CodeTree, CodesFor, TreeCode},
    customer::Card,
    limits::{AccountLimits, WriteLimits},
    number::{DialPlan, Party, view},
    outcome::{CallOutcome, Handover, PromisedCallback},
    submission::{Submission, SubmissionKey, Write},
    ticket::AccountForms,
    wrap_up::WrapUpSettings,
};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// The telephone system codes the call its agent has just had: said later, it would code another one.
const CODE_CALL_WITHIN: Duration = Duration::from_secs(30);

/// Characters of what a submission is about.
const LONGEST_LABEL: usize = 200;

/// Under which names PBXs report what a call came by.
const CAMPAIGN_FIELDS: [&str; 2] = ["campaign_id", "campaign"];
const QUEUE_FIELDS: [&str; 4] = ["queue", "skill", "skill_id", "skill_name"];

/// A call in wrap-up as it is kept: all that is needed to show and save it after a restart, without a hub.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WrapUp {
    pub call: Call,
    pub card: Card,
    pub agent: AgentId,
    pub started: Timestamp,
    /// When its time is over; absent: never.
    pub deadline: Option<Timestamp>,
    /// The customer's records in campaigns.
    pub records: Vec<CampaignRecord>,
    /// Not every account has said yet in which campaigns the customer is: there may be more records.
    #[serde(default)]
    pub records_unknown: bool,
    pub codes: CodeTree,
    /// What the accounts that are told take of what is typed, as they said last.
    #[serde(default)]
    pub limits: Vec<AccountLimits>,
    /// The accounts that are asked where the call is filed, with the forms of new tickets, as they said last.
    #[serde(default)]
    pub tickets: Vec<AccountForms>,
    /// How the telephone system is told the code of the call itself; absent: it takes none.
    pub coding: Option<CallCoding>,
    pub keys: WrapUpKeys,
}

/// Where the agent's own call is coded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallCoding {
    pub account: String,
    /// The agent's name there.
    pub agent_id: String,
    /// Another call began then: from that moment on a code would be that one's.
    pub until: Option<Timestamp>,
}

/// Made once for each wrap-up: a double click, a restart and a repeated attempt are the same submissions.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrapUpKeys {
    pub outcome: SubmissionKey,
    pub code_call: SubmissionKey,
    pub close_record: SubmissionKey,
    pub call_back: SubmissionKey,
}

impl WrapUp {
    /// What its codes depend on; `chosen` is the record the agent chose.
    pub(super) fn codes_for<'a>(&'a self, chosen: &'a WrapUpDraft, line_number: &'a Option<String>) -> CodesFor<'a> {
        let record = chosen.chosen_record(self).map(|found| &found.record);
        let reported = |names: &[&str]| names.iter().find_map(|name| self.call.extra.get(*name)).map(String::as_str);
        CodesFor {
            account: record
                .map(|record| record.account.as_str())
                .or(self.coding.as_ref().map(|coding| coding.account.as_str()))
                .or(Some(self.call.account.as_str())),
            campaign: record.map(|record| record.campaign.0.as_str()).or_else(|| reported(&CAMPAIGN_FIELDS)),
            queue: reported(&QUEUE_FIELDS),
            line: self.call.line.as_deref(),
            line_number: line_number.as_deref(),
        }
    }

    /// Whether the settings want this call wrapped up.
    pub(super) fn is_wanted(&self, settings: &WrapUpSettings) -> bool {
        let (has_codes, has_tickets) = (!self.codes.is_empty(), !self.asked_for_tickets().is_empty());
        settings.applies_to(&self.call, !self.records.is_empty(), has_codes, has_tickets)
    }

    pub(super) fn limits_of(&self, account: &str) -> Option<&WriteLimits> {
        self.limits.iter().find(|known| known.account == account).map(|known| &known.limits)
    }

    /// The called number, as lines are named by it.
    pub(super) fn line_number(&self) -> Option<String> {
        match &self.call.dnis.0 {
            Party::Outside(number) => Some(number.e164.clone()),
            Party::Internal { digits } => Some(digits.clone()),
            Party::Hidden | Party::Unreadable { .. } => None,
        }
    }

    /// Everything that is to be handed over, for a draft without problems: the outcome for the call history, and for
    /// other systems as many writes as the agent meant acts.
    pub(super) fn handovers(
        &self,
        draft: &WrapUpDraft,
        plan: &DialPlan,
        by_default: bool,
        now: Timestamp,
    ) -> Vec<Handover> {
        let code = draft.code.as_deref().and_then(|code| self.codes.find(code));
        let call_back = promised(draft, plan);
        let writes = [
            self.code_call(draft, code, now),
            self.close_record(draft, code, now),
            self.schedule(draft, call_back.as_ref(), now),
        ];
        let outcome = self.outcome(draft, code, call_back, by_default, now);
        let writes = writes.into_iter().flatten().map(|submission| Handover::Write { submission });
        std::iter::once(Handover::Outcome { outcome }).chain(writes).collect()
    }

    /// The promised call-back that no other system takes: this desk itself reminds of it.
    pub(super) fn own_callback(&self, draft: &WrapUpDraft, plan: &DialPlan, now: Timestamp) -> Option<OwnCallback> {
        let promised = promised(draft, plan)?;
        if self.schedule(draft, Some(&promised), now).is_some() {
            return None;
        }
        let who = who(&self.call, &self.card, &view(self.call.customer()));
        Some(OwnCallback {
            call_id: self.call.id.clone(),
            at: promised.at,
            number: promised.number,
            name: who.name,
            company: who.company,
            comment: comment(draft),
            direction: self.call.direction,
            call_at: self.call.started_at,
            promised_at: now,
            calling: None,
        })
    }

    fn outcome(
        &self,
        draft: &WrapUpDraft,
        code: Option<&TreeCode>,
        call_back: Option<PromisedCallback>,
        by_default: bool,
        now: Timestamp,
    ) -> CallOutcome {
        let second = code.and_then(|code| {
            let chosen = draft.second_code.as_deref()?;
            self.codes.second_of(code).iter().find(|second| second.code == chosen)
        });
        CallOutcome {
            key: self.keys.outcome.clone(),
            call_id: self.call.id.clone(),
            agent: self.agent.clone(),
            code: code.map(|code| code.code.clone()),
            label: code.map(|code| code.label.clone()),
            second_code: second.map(|second| second.code.clone()),
            second_label: second.map(|second| second.label.clone()),
            comment: comment(draft),
            do_not_call: draft.forbids_calls(code),
            call_back,
            by_default,
            at: now,
            tickets: self.tickets_chosen(draft),
        }
    }

    fn code_call(&self, draft: &WrapUpDraft, code: Option<&TreeCode>, now: Timestamp) -> Option<Submission> {
        let coding = self.coding.as_ref()?;
        let write = Write::CodeCall {
            account: coding.account.clone(),
            agent_id: coding.agent_id.clone(),
            code: code?.code.clone(),
            second_code: draft.second_code.clone(),
            comment: comment(draft),
        };
        // Another call has begun already: too late, whatever was done to the clock since.
        let expires_at = Some(coding.until.map_or(now.after(CODE_CALL_WITHIN), |until| until.min(now)));
        Some(Submission { expires_at, ..self.submission(&self.keys.code_call, write, now) })
    }

    fn close_record(&self, draft: &WrapUpDraft, code: Option<&TreeCode>, now: Timestamp) -> Option<Submission> {
        let record = draft.chosen_record(self).filter(|_| draft.closes_record(code))?;
        let write = Write::Codify {
            record: record.record.clone(),
            code: code?.code.clone(),
            second_code: draft.second_code.clone(),
            comment: comment(draft),
            do_not_call: draft.forbids_calls(code),
        };
        Some(self.submission(&self.keys.close_record, write, now))
    }

    /// A promise of the agent's own goes to the other system only where it knows the agent; else it is the agent's to
    /// remember, and this desk's to remind of ([`Self::own_callback`]).
    fn schedule(&self, draft: &WrapUpDraft, promised: Option<&PromisedCallback>, now: Timestamp) -> Option<Submission> {
        let (record, promised) = (&draft.chosen_record(self)?.record, promised?);
        let agent_id = self.coding.as_ref().filter(|coding| coding.account == record.account);
        let agent_id = agent_id.map(|coding| coding.agent_id.clone());
        if promised.style == CallbackStyle::Agent && agent_id.is_none() {
            return None;
        }
        let write = Write::ScheduleCallback {
            record: record.clone(),
            at: promised.at,
            number: promised.number.clone(),
            style: promised.style,
            agent_id,
        };
        Some(self.submission(&self.keys.call_back, write, now))
    }

    fn submission(&self, key: &SubmissionKey, write: Write, now: Timestamp) -> Submission {
        let number = view(self.call.customer());
        let about = label(&who(&self.call, &self.card, &number).name.unwrap_or(number.display));
        Submission {
            key: key.clone(),
            write,
            about,
            call_id: Some(self.call.id.clone()),
            agent: Some(self.agent.clone()),
            made_at: now,
            expires_at: None,
            needs: None,
        }
    }
}

/// Whom a submission is about, as short as the hub takes it: a label for people.
pub(crate) fn label(about: &str) -> String {
    if about.chars().count() <= LONGEST_LABEL {
        return about.to_owned();
    }
    about.chars().take(LONGEST_LABEL - 1).chain(['…']).collect()
}

/// When and where the agent said the customer is called again.
fn promised(draft: &WrapUpDraft, plan: &DialPlan) -> Option<PromisedCallback> {
    let call_back = draft.call_back.as_ref()?;
    Some(PromisedCallback { at: call_back.at?, number: call_back.dialled(plan)?, style: call_back.style })
}

fn comment(draft: &WrapUpDraft) -> String {
    draft.comment.trim().replace("\r\n", "\n")
}
