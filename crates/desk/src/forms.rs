//! What is typed in the forms of the main window and not saved yet: a customer, a setting, a call-back, a row that waits.
//!
//! The window goes when it is closed, and the page with it; what was typed stays here, and in the desk's file. Each form
//! has a *place* of its own (`customer/new/…`, `settings/agent`), and gives itself whole at every letter. What it means
//! only the page knows. A secret never comes here: the page leaves it out.
//!
//! Pure: what is to be kept is handed out, and what came of it is heard. A draft that the file did not take is still
//! here, so that closing the window loses nothing; only the end of the program does, and that is asked about.

use crate::keep::{Found, Keep, KeepFailure, KeepNews, NotKept};
use ringcard_core::Timestamp;
use serde::Serialize;
use std::{collections::BTreeMap, time::Duration};
use ts_rs::TS;

/// Drafts at once. Nothing is dropped to make room.
pub const MOST_FORMS: usize = 200;

/// Bytes of one: far more than a form's fields take.
pub const LARGEST_FORM: usize = 1 << 20;

/// Bytes of a place's name.
const LONGEST_PLACE: usize = 500;

/// Forms that were saved are remembered, so that a letter which comes late does not bring them back.
const REMEMBERED: usize = 1_000;

/// When what was not kept is tried again by itself.
const AGAIN: Duration = Duration::from_secs(10);

/// A form as it was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
pub struct FormDraft {
    pub place: String,
    /// When it was typed last.
    pub at: Timestamp,
    /// The form's own JSON.
    pub typed: String,
    /// Why it is not on the disk; then it is lost with the end of the program.
    pub not_kept: Option<NotKept>,
}

/// Every form with something in it that is not saved.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, TS)]
pub struct FormDrafts {
    /// By place.
    pub drafts: Vec<FormDraft>,
    /// What the page says next has a higher one: it is told in any order.
    pub revision: u64,
}

/// The forms' drafts, as the desk holds them.
#[derive(Debug, Default)]
pub struct Forms {
    forms: BTreeMap<String, Form>,
    revision: u64,
    version: u64,
}

#[derive(Debug, Clone)]
struct Form {
    revision: u64,
    /// Absent: it was saved or discarded.
    typed: Option<String>,
    at: Timestamp,
    kept: Kept,
    /// The page was told that it is not kept.
    told: bool,
}

#[derive(Debug, Clone, PartialEq)]
enum Kept {
    Yes,
    UnderWay,
    No { why: KeepFailure, tried: Timestamp },
}

impl Forms {
    /// The form as it stands. Nothing to keep where something newer is known of its place.
    pub fn typed(
        &mut self,
        place: String,
        typed: String,
        revision: u64,
        now: Timestamp,
    ) -> Result<Option<Keep>, KeepFailure> {
        if typed.len() > LARGEST_FORM || place.len() > LONGEST_PLACE {
            return Err(KeepFailure::TooLarge);
        }
        if self.is_late(&place, revision) {
            return Ok(None);
        }
        let others = self.forms.iter().filter(|(other, form)| **other != place && form.typed.is_some()).count();
        if others >= MOST_FORMS {
            return Err(KeepFailure::TooManyForms { kept: u32::try_from(others).unwrap_or(u32::MAX) });
        }
        let told = self.forms.get(&place).is_some_and(|form| form.told);
        let form = Form { revision, typed: Some(typed), at: now, kept: Kept::UnderWay, told };
        let keep = form.keep(&place);
        self.forms.insert(place, form);
        Ok(Some(keep))
    }

    /// It was saved, or discarded. Nothing to keep where something newer is known of its place.
    pub fn gone(&mut self, place: String, revision: u64, now: Timestamp) -> Option<Keep> {
        if place.len() > LONGEST_PLACE || self.is_late(&place, revision) {
            return None;
        }
        self.forget_oldest();
        let form = Form { revision, typed: None, at: now, kept: Kept::UnderWay, told: false };
        let keep = form.keep(&place);
        self.forms.insert(place, form);
        Some(keep)
    }

    /// What is in a file that was opened. What was typed and done before it opened counts, and is to be kept.
    pub fn take_up(&mut self, found: &Found) -> Vec<Keep> {
        for (place, at, typed) in &found.forms {
            let kept = Form { revision: 0, typed: Some(typed.clone()), at: *at, kept: Kept::Yes, told: false };
            self.forms.entry(place.clone()).or_insert(kept);
        }
        self.version += 1;
        self.keep_again(|form| form.kept != Kept::Yes)
    }

    /// The file is let go, and its drafts with it.
    pub fn let_go(&self) -> Self {
        Self { forms: BTreeMap::new(), revision: self.revision, version: self.version + 1 }
    }

    /// The file is gone: what was under way is not kept.
    pub fn keeper_gone(&mut self, why: &KeepFailure, now: Timestamp) {
        for form in self.forms.values_mut().filter(|form| form.kept == Kept::UnderWay) {
            form.kept = Kept::No { why: why.clone(), tried: now };
            form.told = true;
            self.version += 1;
        }
    }

    /// What came of keeping one.
    pub fn hear(&mut self, news: &KeepNews, now: Timestamp) {
        let KeepNews::Form { place, revision, result } = news else { return };
        let Some(form) = self.forms.get_mut(place).filter(|form| form.revision == *revision) else { return };
        form.kept = match result {
            Ok(()) => Kept::Yes,
            Err(why) => Kept::No { why: why.clone(), tried: now },
        };
        let told = std::mem::replace(&mut form.told, result.is_err());
        if told != form.told {
            self.version += 1;
        }
    }

    /// When [`Self::tick`] has something to do.
    pub fn next_at(&self) -> Option<Timestamp> {
        self.forms.values().filter_map(Form::again_at).min()
    }

    /// Tries again what was not kept.
    pub fn tick(&mut self, now: Timestamp) -> Vec<Keep> {
        self.keep_again(|form| form.again_at().is_some_and(|at| at <= now))
    }

    /// How many would be lost with the end of the program.
    pub fn not_kept(&self) -> u32 {
        let lost = self.forms.values().filter(|form| form.typed.is_some() && matches!(form.kept, Kept::No { .. }));
        u32::try_from(lost.count()).unwrap_or(u32::MAX)
    }

    /// Another one whenever the page should ask anew: these are others than those it typed.
    pub fn version(&self) -> u64 {
        self.version
    }

    pub fn all(&self) -> FormDrafts {
        let drafts = self.forms.iter().filter_map(|(place, form)| {
            let not_kept = match &form.kept {
                Kept::No { why, .. } => Some(why.shown()),
                Kept::Yes | Kept::UnderWay => None,
            };
            Some(FormDraft { place: place.clone(), at: form.at, typed: form.typed.clone()?, not_kept })
        });
        FormDrafts { drafts: drafts.collect(), revision: self.revision }
    }

    fn is_late(&mut self, place: &str, revision: u64) -> bool {
        self.revision = self.revision.max(revision);
        self.forms.get(place).is_some_and(|form| form.revision >= revision)
    }

    fn keep_again(&mut self, which: impl Fn(&Form) -> bool) -> Vec<Keep> {
        let again = self.forms.iter_mut().filter(|(_, form)| which(form));
        again
            .map(|(place, form)| {
                form.kept = Kept::UnderWay;
                form.keep(place)
            })
            .collect()
    }

    fn forget_oldest(&mut self) {
        let gone = |form: &Form| form.typed.is_none() && form.kept == Kept::Yes;
        if self.forms.values().filter(|form| gone(form)).count() < REMEMBERED {
            return;
        }
        let oldest = self.forms.iter().filter(|(_, form)| gone(form)).min_by_key(|(_, form)| form.revision);
        if let Some(place) = oldest.map(|(place, _)| place.clone()) {
            self.forms.remove(&place);
        }
    }
}

impl Form {
    fn keep(&self, place: &str) -> Keep {
        let (place, revision) = (place.to_owned(), self.revision);
        match &self.typed {
            Some(typed) => Keep::Form { place, revision, typed: typed.clone(), at: self.at },
            None => Keep::FormGone { place, revision },
        }
    }

    /// One that is too large stays so.
    fn again_at(&self) -> Option<Timestamp> {
        match &self.kept {
            Kept::No { why: KeepFailure::TooLarge | KeepFailure::TooManyForms { .. }, .. } => None,
            Kept::No { tried, .. } => Some(tried.after(AGAIN)),
            Kept::Yes | Kept::UnderWay => None,
        }
    }
}

#[cfg(test)]
mod tests;
