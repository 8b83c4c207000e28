//! What the agent has typed, and what is still missing before it can be saved.

use super::{TicketDraft, WrapUp};
use ringcard_core::{
    Timestamp,
    campaign::{CallbackStyle, CampaignRecord, RecordRef},
    codes::TreeCode,
    limits::{Misfit, WriteField, one_line_length},
    number::{DialPlan, Party},
    outcome::Handover,
    ticket::ValueProblem,
};
use serde::{Deserialize, Serialize};
use std::time::Duration;
use ts_rs::TS;

/// Of a comment that is kept with a call; an account that is told may take fewer. A longer one is kept as a draft, whole.
pub use ringcard_core::limits::LONGEST_COMMENT;

/// Bytes of a comment that are kept as a draft. Nobody types that; what is pasted beyond it is refused in words.
const LARGEST_COMMENT: usize = 1 << 20;

/// Bytes of any other field.
const LARGEST_FIELD: usize = 1_000;

/// A call-back further away is a slip.
const FURTHEST: Duration = Duration::from_secs(2 * 366 * 24 * 3600);

/// The form as it stands; sent whole at every keystroke.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct WrapUpDraft {
    /// One more than that of the view it was typed on; one that is not newer than what is known is refused.
    pub revision: u64,
    pub code: Option<String>,
    pub second_code: Option<String>,
    pub comment: String,
    /// The campaign record that `close_record`, `do_not_call` and the call-back are about.
    pub record: Option<RecordRef>,
    /// *Do not let the dialler call again*: closes the record with this code. Coding the call is another act.
    pub close_record: bool,
    /// The customer never wants to be called again: closes the record, before everything else.
    pub do_not_call: bool,
    pub call_back: Option<CallBackDraft>,
    /// Where it is filed, for each account that is asked about; an account that is not here is left to its settings.
    pub tickets: Vec<TicketDraft>,
}

/// A call-back that is being typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct CallBackDraft {
    pub at: Option<Timestamp>,
    /// As written.
    pub number: String,
    pub style: CallbackStyle,
}

/// Why a draft cannot be saved as it is; the user interface has words for each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum WrapUpProblem {
    CodeMissing,
    /// Not (or no longer) a code of this campaign, queue or line.
    CodeUnknown {
        code: String,
    },
    SecondCodeMissing,
    SecondCodeUnknown {
        code: String,
    },
    CommentMissing,
    CommentTooLong {
        length: u32,
        most: u32,
    },
    /// An account that is to be told could never take it.
    NotTaken {
        account: String,
        misfit: Misfit,
    },
    /// Characters that cannot be seen and that other systems refuse.
    ControlCharacters {
        count: u32,
    },
    /// Which record is meant?
    RecordMissing,
    /// The record is not among the customer's any more.
    RecordUnknown,
    /// *Do not call*, and it is not known yet which dialler must be told: wait, or save without it.
    RecordsUnknown,
    /// The code asks for a call-back.
    CallBackMissing,
    CallBackTimeMissing,
    CallBackInPast,
    CallBackTooFar,
    CallBackNumberMissing,
    CallBackNumberUnreadable,
    /// Both *do not call* and *call back*.
    CallBackForbidden,
    /// To be added to a ticket, and to which one is not said.
    TicketMissing {
        account: String,
    },
    /// The form is gone: another one must be chosen.
    TicketFormUnknown {
        account: String,
    },
    TicketSubjectTooLong {
        account: String,
        length: u32,
        most: u32,
    },
    TicketFieldMissing {
        account: String,
        field: String,
        title: String,
    },
    TicketFieldInvalid {
        account: String,
        field: String,
        title: String,
        why: ValueProblem,
    },
}

/// Why a draft was not taken; what was there before stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum DraftRefused {
    #[error("this call is not in wrap-up (any more)")]
    NoSuchCall,
    /// Another window typed meanwhile: its words are in the view.
    #[error("somebody typed here in another window meanwhile")]
    Stale,
    #[error("this is larger than can be kept: shorten it")]
    TooLarge,
}

impl WrapUpDraft {
    /// Whether there is nothing in it that somebody would miss.
    pub(super) fn says_nothing(&self) -> bool {
        let Self {
            revision: _,
            code,
            second_code,
            comment,
            record: _,
            close_record,
            do_not_call,
            call_back,
            tickets: _,
        } = self;
        comment.trim().is_empty()
            && code.is_none()
            && second_code.is_none()
            && call_back.is_none()
            && !close_record
            && !do_not_call
            && self.says_nothing_of_tickets()
    }

    pub(super) fn is_too_large(&self) -> bool {
        let fields = [
            self.code.as_deref(),
            self.second_code.as_deref(),
            self.call_back.as_ref().map(|call_back| call_back.number.as_str()),
            self.record.as_ref().map(|record| record.account.as_str()),
            self.record.as_ref().map(|record| record.campaign.0.as_str()),
            self.record.as_ref().map(|record| record.customer_id.as_str()),
        ];
        self.comment.len() > LARGEST_COMMENT
            || self.tickets_too_large()
            || fields.into_iter().flatten().any(|field| field.len() > LARGEST_FIELD)
    }

    /// Everything that is wrong or missing, in the order of the form; empty: it can be saved.
    pub fn problems(&self, wrap_up: &WrapUp, plan: &DialPlan, now: Timestamp) -> Vec<WrapUpProblem> {
        let mut problems = Vec::new();
        let code = self.check_codes(wrap_up, &mut problems);
        self.check_comment(wrap_up, code, &mut problems);
        self.check_tickets(wrap_up, &mut problems);
        self.check_record(wrap_up, code, &mut problems);
        self.check_call_back(code, plan, now, &mut problems);
        self.check_limits(wrap_up, plan, now, &mut problems);
        problems
    }

    /// How many more characters of a comment can be saved; fewer than none: so many are too many.
    pub(super) fn comment_left(&self, wrap_up: &WrapUp) -> i32 {
        let code = self.code.as_deref().and_then(|code| wrap_up.codes.find(code));
        let left = |most: usize, length: usize| {
            let (most, length) = (i64::try_from(most).unwrap_or(i64::MAX), i64::try_from(length).unwrap_or(i64::MAX));
            i32::try_from(most.saturating_sub(length)).unwrap_or(i32::MIN)
        };
        let own = left(LONGEST_COMMENT, self.comment.trim().chars().count());
        let most = self.longest_comment(wrap_up, code);
        most.map_or(own, |most| own.min(left(most as usize, one_line_length(&self.comment))))
    }

    /// The shortest that any account takes that is told.
    fn longest_comment(&self, wrap_up: &WrapUp, code: Option<&TreeCode>) -> Option<u32> {
        let of_call = wrap_up.coding.as_ref().and_then(|coding| wrap_up.limits_of(&coding.account));
        let closed = self.chosen_record(wrap_up).filter(|_| self.closes_record(code));
        let of_record = closed.and_then(|record| wrap_up.limits_of(&record.record.account));
        let limits = [of_call.map(|limits| limits.call_comment), of_record.map(|limits| limits.record_comment)];
        limits.into_iter().flatten().min()
    }

    /// The agent or the code says: never again.
    pub(super) fn forbids_calls(&self, code: Option<&TreeCode>) -> bool {
        self.do_not_call || code.is_some_and(|code| code.do_not_call)
    }

    /// Whether the record is to be closed.
    pub(super) fn closes_record(&self, code: Option<&TreeCode>) -> bool {
        self.close_record || self.forbids_calls(code)
    }

    pub(super) fn chosen_record<'a>(&self, wrap_up: &'a WrapUp) -> Option<&'a CampaignRecord> {
        let chosen = self.record.as_ref()?;
        wrap_up.records.iter().find(|known| known.record == *chosen)
    }

    fn check_codes<'a>(&self, wrap_up: &'a WrapUp, problems: &mut Vec<WrapUpProblem>) -> Option<&'a TreeCode> {
        let Some(chosen) = &self.code else {
            if !wrap_up.codes.is_empty() || self.closes_record(None) {
                problems.push(WrapUpProblem::CodeMissing);
            }
            return None;
        };
        let Some(code) = wrap_up.codes.find(chosen) else {
            problems.push(WrapUpProblem::CodeUnknown { code: chosen.clone() });
            return None;
        };
        match &self.second_code {
            None if wrap_up.codes.needs_second(code) => problems.push(WrapUpProblem::SecondCodeMissing),
            Some(second) if !wrap_up.codes.second_of(code).iter().any(|known| known.code == *second) => {
                problems.push(WrapUpProblem::SecondCodeUnknown { code: second.clone() });
            }
            _ => {}
        }
        Some(code)
    }

    /// What is wrong with the comment is said before, whichever account it is too long for.
    fn check_limits(&self, wrap_up: &WrapUp, plan: &DialPlan, now: Timestamp, problems: &mut Vec<WrapUpProblem>) {
        for handover in wrap_up.handovers(self, plan, false, now) {
            let Handover::Write { submission } = handover else { continue };
            let account = submission.write.account();
            let checked = wrap_up.limits_of(account).map_or(Ok(()), |limits| limits.check(&submission.write));
            if let Err(misfit) = checked
                && !matches!(misfit, Misfit::TooLong { field: WriteField::Comment, .. })
            {
                let problem = WrapUpProblem::NotTaken { account: account.to_owned(), misfit };
                if !problems.contains(&problem) {
                    problems.push(problem);
                }
            }
        }
    }

    fn check_comment(&self, wrap_up: &WrapUp, code: Option<&TreeCode>, problems: &mut Vec<WrapUpProblem>) {
        let comment = self.comment.trim();
        if comment.is_empty() && code.is_some_and(|code| code.comment_required) {
            problems.push(WrapUpProblem::CommentMissing);
        }
        let (length, sent) = (comment.chars().count(), one_line_length(comment));
        if let Some(most) = self.longest_comment(wrap_up, code).filter(|most| sent > *most as usize) {
            problems.push(WrapUpProblem::CommentTooLong { length: count(sent), most });
        } else if length > LONGEST_COMMENT {
            problems.push(WrapUpProblem::CommentTooLong { length: count(length), most: count(LONGEST_COMMENT) });
        }
        let invisible = comment.chars().filter(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')).count();
        if invisible > 0 {
            problems.push(WrapUpProblem::ControlCharacters { count: count(invisible) });
        }
    }

    fn check_record(&self, wrap_up: &WrapUp, code: Option<&TreeCode>, problems: &mut Vec<WrapUpProblem>) {
        if self.record.is_some() {
            if self.chosen_record(wrap_up).is_none() {
                problems.push(WrapUpProblem::RecordUnknown);
            }
            return;
        }
        let by_dialler = self.call_back.as_ref().is_some_and(|call_back| call_back.style == CallbackStyle::Dialler);
        // *Do not call* is kept with the call where the customer is in no campaign; where there is one it must be told.
        if self.close_record || by_dialler || (self.forbids_calls(code) && !wrap_up.records.is_empty()) {
            problems.push(WrapUpProblem::RecordMissing);
        } else if self.forbids_calls(code) && wrap_up.records_unknown {
            problems.push(WrapUpProblem::RecordsUnknown);
        }
    }

    fn check_call_back(
        &self,
        code: Option<&TreeCode>,
        plan: &DialPlan,
        now: Timestamp,
        problems: &mut Vec<WrapUpProblem>,
    ) {
        let forbidden = self.forbids_calls(code);
        let Some(call_back) = &self.call_back else {
            if code.is_some_and(|code| code.call_back) && !forbidden {
                problems.push(WrapUpProblem::CallBackMissing);
            }
            return;
        };
        if forbidden {
            problems.push(WrapUpProblem::CallBackForbidden);
            return;
        }
        match call_back.at {
            None => problems.push(WrapUpProblem::CallBackTimeMissing),
            Some(at) if at <= now => problems.push(WrapUpProblem::CallBackInPast),
            Some(at) if at > now.after(FURTHEST) => problems.push(WrapUpProblem::CallBackTooFar),
            Some(_) => {}
        }
        if call_back.number.trim().is_empty() {
            problems.push(WrapUpProblem::CallBackNumberMissing);
        } else if call_back.dialled(plan).is_none() {
            problems.push(WrapUpProblem::CallBackNumberUnreadable);
        }
    }
}

impl CallBackDraft {
    /// The number as it is handed on: E.164, or an extension; nothing when it is none.
    pub(super) fn dialled(&self, plan: &DialPlan) -> Option<String> {
        match plan.read(&self.number).ok()?.party {
            Party::Outside(number) => Some(number.e164),
            Party::Internal { digits } => Some(digits),
            Party::Hidden | Party::Unreadable { .. } => None,
        }
    }
}

fn count(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}
