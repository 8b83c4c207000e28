//! Where the agent wants a call filed: for each account whose CRM has tickets, a new one, one that is there, or none.
//!
//! What is typed for one choice stays while another one is looked at. Who chooses nothing leaves it to the account's settings.

use super::{WrapUp, WrapUpDraft, WrapUpProblem, WrapUps};
use crate::keep::Keep;
use ringcard_core::ticket::{AccountForms, FieldKind, FieldValue, TicketChoice, TicketChosen, TicketForm};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Characters of a new ticket's subject.
pub const LONGEST_SUBJECT: usize = 250;

/// Bytes of all that is typed for tickets: a frame holds it with everything else that is saved.
const LARGEST: usize = 256 << 10;

/// Accounts that are asked about, and bytes of their forms that a wrap-up is kept with: it is on disk before anything is
/// typed. Those beyond are left to their settings.
const MOST_ACCOUNTS: usize = 10;
const MOST_BYTES: usize = 2 << 20;

/// What is chosen and typed for one account's CRM.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct TicketDraft {
    pub account: String,
    /// Absent: the account's settings decide.
    pub choice: Option<TicketKind>,
    /// Of a new ticket; empty: as the account writes it.
    pub subject: String,
    /// The form's id; absent: the default.
    pub form: Option<String>,
    pub fields: Vec<FieldValue>,
    /// The number of the one that is added to.
    pub ticket: String,
}

/// What is done with a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TicketKind {
    New,
    AddTo,
    None,
}

/// What is asked about one account's CRM, as it stands.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct TicketView {
    pub account: String,
    /// The default first; with fewer than two there is nothing to choose.
    pub forms: Vec<FormName>,
    /// The one a new ticket is made with.
    pub form: Option<String>,
    /// What is asked for a new ticket now, in order; nothing while none is chosen.
    pub fields: Vec<FieldView>,
    /// How many more characters the subject may have; fewer than none: so many are too many.
    pub subject_left: i32,
}

/// A form to choose.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct FormName {
    pub id: String,
    pub name: String,
}

/// A field that is shown.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
pub struct FieldView {
    pub id: String,
    pub title: String,
    pub kind: FieldKind,
    pub required: bool,
}

/// The form that is chosen, or the default; nothing where it is gone, or where there is none.
fn form_of<'a>(known: &'a AccountForms, draft: Option<&TicketDraft>) -> Option<&'a TicketForm> {
    match draft.and_then(|draft| draft.form.as_deref()) {
        Some(chosen) => known.forms.iter().find(|form| form.id == chosen),
        None => known.forms.iter().find(|form| form.is_default).or(known.forms.first()),
    }
}

fn subject_left(draft: Option<&TicketDraft>) -> i32 {
    let length = draft.map_or(0, |draft| draft.subject.trim().chars().count());
    let count = |length: usize| i32::try_from(length).unwrap_or(i32::MAX);
    count(LONGEST_SUBJECT) - count(length)
}

impl TicketView {
    pub(super) fn of(known: &AccountForms, draft: Option<&TicketDraft>) -> Self {
        let form = form_of(known, draft);
        let asks = draft.filter(|draft| draft.choice == Some(TicketKind::New)).zip(form);
        let fields = asks.map(|(draft, form)| form.shown(&draft.fields)).unwrap_or_default();
        Self {
            account: known.account.clone(),
            forms: known.forms.iter().map(|form| FormName { id: form.id.clone(), name: form.name.clone() }).collect(),
            form: form.map(|form| form.id.clone()),
            fields: fields
                .into_iter()
                .map(|shown| FieldView {
                    id: shown.field.id.clone(),
                    title: shown.field.title.clone(),
                    kind: shown.field.kind.clone(),
                    required: shown.required,
                })
                .collect(),
            subject_left: subject_left(draft),
        }
    }
}

impl TicketDraft {
    fn problems(&self, known: &AccountForms, problems: &mut Vec<WrapUpProblem>) {
        let account = || known.account.clone();
        match self.choice {
            None | Some(TicketKind::None) => {}
            Some(TicketKind::AddTo) if self.ticket.trim().is_empty() => {
                problems.push(WrapUpProblem::TicketMissing { account: account() });
            }
            Some(TicketKind::AddTo) => {}
            Some(TicketKind::New) => {
                let over = subject_left(Some(self));
                if over < 0 {
                    let most = u32::try_from(LONGEST_SUBJECT).unwrap_or(u32::MAX);
                    let length = most.saturating_add(over.unsigned_abs());
                    problems.push(WrapUpProblem::TicketSubjectTooLong { account: account(), length, most });
                }
                let Some(form) = form_of(known, Some(self)) else {
                    if self.form.is_some() {
                        problems.push(WrapUpProblem::TicketFormUnknown { account: account() });
                    }
                    return;
                };
                for shown in form.shown(&self.fields) {
                    let (account, field, title) = (account(), shown.field.id.clone(), shown.field.title.clone());
                    if let Some(why) = shown.field.problem(&self.fields) {
                        problems.push(WrapUpProblem::TicketFieldInvalid { account, field, title, why });
                    } else if shown.required && shown.field.is_empty(&self.fields) {
                        problems.push(WrapUpProblem::TicketFieldMissing { account, field, title });
                    }
                }
            }
        }
    }

    /// What was chosen, for a draft without problems: of a form what is shown, and of nothing what another choice was typed for.
    fn chosen(&self, known: &AccountForms) -> Option<TicketChoice> {
        Some(match self.choice? {
            TicketKind::New => {
                let form = form_of(known, Some(self));
                TicketChoice::New {
                    subject: self.subject.split_whitespace().collect::<Vec<_>>().join(" "),
                    // Where there is one form only, some systems have none: theirs is meant.
                    form: form.filter(|_| known.forms.len() > 1).map(|form| form.id.clone()),
                    fields: form.map(|form| form.filled_in(&self.fields)).unwrap_or_default(),
                }
            }
            TicketKind::AddTo => TicketChoice::AddTo { ticket: self.ticket.trim().to_owned(), fields: Vec::new() },
            TicketKind::None => TicketChoice::None,
        })
    }

    fn bytes(&self) -> usize {
        let fields: usize = self.fields.iter().map(|field| field.field.len() + field.value.len()).sum();
        self.account.len() + self.subject.len() + self.ticket.len() + self.form.as_deref().map_or(0, str::len) + fields
    }

    fn says_nothing(&self) -> bool {
        self.choice.is_none()
            && self.subject.trim().is_empty()
            && self.ticket.trim().is_empty()
            && self.fields.is_empty()
    }
}

impl WrapUpDraft {
    fn ticket_of(&self, account: &str) -> Option<&TicketDraft> {
        self.tickets.iter().find(|draft| draft.account == account)
    }

    pub(super) fn check_tickets(&self, wrap_up: &WrapUp, problems: &mut Vec<WrapUpProblem>) {
        for known in wrap_up.asked_for_tickets() {
            if let Some(draft) = self.ticket_of(&known.account) {
                draft.problems(known, problems);
            }
        }
    }

    pub(super) fn tickets_too_large(&self) -> bool {
        self.tickets.len() > 2 * MOST_ACCOUNTS || self.tickets.iter().map(TicketDraft::bytes).sum::<usize>() > LARGEST
    }

    pub(super) fn says_nothing_of_tickets(&self) -> bool {
        self.tickets.iter().all(TicketDraft::says_nothing)
    }
}

impl WrapUp {
    /// The accounts that are asked where the call is filed: none of a private one, of which no CRM is told.
    pub(super) fn asked_for_tickets(&self) -> &[AccountForms] {
        if self.call.is_private() { &[] } else { &self.tickets }
    }

    /// What the agent chose, of the accounts there are.
    pub(super) fn tickets_chosen(&self, draft: &WrapUpDraft) -> Vec<TicketChosen> {
        let chosen = self.asked_for_tickets().iter().filter_map(|known| {
            let choice = draft.ticket_of(&known.account)?.chosen(known)?;
            Some(TicketChosen { account: known.account.clone(), choice })
        });
        chosen.collect()
    }

    pub(super) fn ticket_views(&self, draft: &WrapUpDraft) -> Vec<TicketView> {
        self.asked_for_tickets().iter().map(|known| TicketView::of(known, draft.ticket_of(&known.account))).collect()
    }
}

impl WrapUps {
    /// Takes the forms of the accounts whose agents choose a ticket: those that did not answer (`silent`) have what they said
    /// last, and others are asked about no more. Calls that are over may begin their wrap-up now: tell
    /// [`Self::call_ended`] again.
    pub fn take_tickets(&mut self, accounts: Vec<AccountForms>, silent: &[String]) -> Vec<Keep> {
        with_said_last(&mut self.tickets, &accounts, silent);
        let open = self.open.iter_mut().filter(|open| !open.saving);
        open.flat_map(|open| {
            open.unkept_wrap_up |= with_said_last(&mut open.wrap_up.tickets, &accounts, silent);
            open.keep_changed()
        })
        .collect()
    }
}

/// Whether anything became another.
fn with_said_last(known: &mut Vec<AccountForms>, newer: &[AccountForms], silent: &[String]) -> bool {
    let is_silent =
        |old: &&AccountForms| silent.contains(&old.account) && !newer.iter().any(|new| new.account == old.account);
    let mut now: Vec<AccountForms> = known.iter().filter(is_silent).chain(newer).cloned().collect();
    now.sort_by(|a, b| a.account.cmp(&b.account));
    now.truncate(MOST_ACCOUNTS);
    let mut left = MOST_BYTES;
    now.retain(|account| {
        let bytes = serde_json::to_vec(account).map_or(usize::MAX, |text| text.len());
        let fits = bytes <= left;
        left -= if fits { bytes } else { 0 };
        fits
    });
    let is_new = *known != now;
    *known = now;
    is_new
}
