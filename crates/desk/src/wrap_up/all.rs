//! All calls in wrap-up at this desk.

use super::{
    CallCoding, DraftRefused, WrapUp, WrapUpDraft, WrapUpKeys, WrapUpProblem, WrapUpView,
    open::{Open, first_draft},
    records::bounded,
};
use crate::keep::{Found, Keep, KeepFailure, KeepNews};
use ringcard_core::{
    Timestamp,
    call::{AgentId, Call, CallId, Privacy},
    campaign::{CampaignRecord, CodeList},
    codes::{CodeBook, CodeTree},
    customer::Card,
    limits::AccountLimits,
    number::DialPlan,
    ticket::AccountForms,
    wrap_up::WrapUpSettings,
};
use std::{collections::VecDeque, time::Duration};

/// Calls in wrap-up at once; one that ends beyond that is in the call list only, as *not coded*.
const MOST: usize = 200;

/// Finished calls that are remembered, so that none begins again.
const FINISHED: usize = 1_000;

/// When something that was not kept is tried again by itself; the next letter tries at once.
const AGAIN: Duration = Duration::from_secs(2);

/// A call at this desk, with all that is known about it.
#[derive(Debug, Clone)]
pub struct CallAtDesk {
    pub call: Call,
    pub card: Card,
    pub agent: AgentId,
    /// The customer's records in campaigns, as far as they were found yet; more may follow ([`WrapUps::records`]).
    pub records: Vec<CampaignRecord>,
    /// Not every account has said yet in which campaigns the customer is.
    pub records_unknown: bool,
    /// Present where the telephone system takes the code of this call.
    pub coding: Option<CallCoding>,
}

/// What came of the wish to save.
#[derive(Debug, Clone, PartialEq)]
pub enum Finish {
    /// To be kept; it is saved when [`KeepNews::Submit`] says so.
    Keep(Box<Keep>),
    /// It is being kept already: the same answer is waited for.
    Saving,
    /// It was saved before, or thrown away.
    Over,
    Problems(Vec<WrapUpProblem>),
    NoSuchCall,
}

/// See the module.
#[derive(Debug)]
pub struct WrapUps {
    pub(super) settings: WrapUpSettings,
    plan: DialPlan,
    pub(super) book: CodeBook,
    pub(super) open: Vec<Open>,
    pub(super) finished: VecDeque<CallId>,
    /// As the accounts said last.
    limits: Vec<AccountLimits>,
    /// The accounts whose agents choose a ticket, as they said last.
    pub(super) tickets: Vec<AccountForms>,
}

impl WrapUps {
    pub fn new(settings: WrapUpSettings, plan: DialPlan) -> Self {
        let book = CodeBook::new(settings.codes.clone(), settings.second_code);
        Self {
            settings,
            plan,
            book,
            open: Vec::new(),
            finished: VecDeque::new(),
            limits: Vec::new(),
            tickets: Vec::new(),
        }
    }

    /// Takes up what was kept before the start.
    pub fn take_up(&mut self, found: &Found) {
        for id in &found.finished {
            self.remember_finished(id);
        }
        for (wrap_up, draft) in &found.wrap_ups {
            if self.find(&wrap_up.call.id).is_none() {
                let draft = draft.clone().unwrap_or_else(|| first_draft(&wrap_up.records));
                let mut wrap_up = wrap_up.clone();
                // Nobody knows what the agent did meanwhile: a code said now may be another call's.
                if let Some(coding) = &mut wrap_up.coding {
                    coding.until.get_or_insert(wrap_up.started);
                }
                self.open.push(Open { unkept_wrap_up: false, ..Open::new(wrap_up, draft) });
            }
        }
    }

    /// Takes changed settings. A call in wrap-up keeps its clock.
    pub fn adopt(&mut self, settings: WrapUpSettings, plan: DialPlan) -> Vec<Keep> {
        self.book.adopt(settings.codes.clone(), settings.second_code);
        self.settings = settings;
        self.plan = plan;
        self.choose_codes_anew()
    }

    /// Takes the codes an account has now.
    pub fn take_codes(&mut self, list: CodeList) -> Vec<Keep> {
        self.book.take_list(list);
        self.choose_codes_anew()
    }

    /// Takes what accounts take of what is typed. Of one that says nothing now, what it said last stays.
    pub fn take_limits(&mut self, limits: &[AccountLimits]) -> Vec<Keep> {
        with_newer(&mut self.limits, limits);
        let open = self.open.iter_mut().filter(|open| !open.saving);
        open.flat_map(|open| {
            open.unkept_wrap_up |= with_newer(&mut open.wrap_up.limits, limits);
            open.keep_changed()
        })
        .collect()
    }

    /// A call ended. It is wrapped up if the settings want that; told again, or when its records were found later,
    /// nothing begins twice.
    pub fn call_ended(&mut self, ended: CallAtDesk, now: Timestamp) -> Vec<Keep> {
        let id = ended.call.id.clone();
        if let Some(at) = self.at(&id).filter(|at| self.open[*at].waits) {
            return self.ends(at, ended, now);
        }
        if let Some(at) = self.at(&id) {
            return self.said_private(at, ended.call.privacy);
        }
        if self.is_finished(&id) {
            return Vec::new();
        }
        let (wrap_up, draft) = self.begin(ended, self.settings.time().map(|time| now.after(time)), now);
        if !wrap_up.is_wanted(&self.settings) {
            return Vec::new();
        }
        if self.is_full() {
            return Vec::new();
        }
        self.open.push(Open::new(wrap_up, draft));
        self.open.last_mut().map(|open| open.keep()).unwrap_or_default()
    }

    /// Whether a call is private is said during its wrap-up, too: then other things are asked.
    fn said_private(&mut self, at: usize, privacy: Option<Privacy>) -> Vec<Keep> {
        let open = &mut self.open[at];
        if open.saving || open.wrap_up.call.privacy == privacy {
            return Vec::new();
        }
        open.wrap_up.call.privacy = privacy;
        open.unkept_wrap_up = true;
        open.keep()
    }

    /// A newer card of a call in wrap-up.
    pub fn card(&mut self, id: &CallId, card: &Card) -> Vec<Keep> {
        let Some(open) = self.find_mut(id).filter(|open| !open.saving && card.version > open.wrap_up.card.version)
        else {
            return Vec::new();
        };
        open.wrap_up.card = card.clone();
        open.unkept_wrap_up = true;
        open.keep()
    }

    /// The agent speaks on another call: what the telephone system is told from now on would be about that one.
    pub fn another_call(&mut self, call: &Call, now: Timestamp) -> Vec<Keep> {
        let mut keeps = Vec::new();
        for open in self.open.iter_mut().filter(|open| open.wrap_up.call.id != call.id && !open.saving) {
            let coding = open.wrap_up.coding.as_mut();
            if let Some(coding) = coding.filter(|coding| coding.account == call.account && coding.until.is_none()) {
                coding.until = Some(now);
                open.unkept_wrap_up = true;
                keeps.extend(open.keep());
            }
        }
        keeps
    }

    /// The agent typed. What comes while the wrap-up is being saved waits for how that ends ([`Self::is_late`]).
    pub fn draft(&mut self, id: &CallId, draft: WrapUpDraft, now: Timestamp) -> Result<Vec<Keep>, DraftRefused> {
        let at = self.at(id).ok_or(DraftRefused::NoSuchCall)?;
        let open = &mut self.open[at];
        if draft.is_too_large() {
            return Err(DraftRefused::TooLarge);
        }
        if draft == open.draft {
            return Ok(Vec::new());
        }
        if draft.revision <= open.draft.revision {
            return Err(DraftRefused::Stale);
        }
        let other_record = draft.record != open.draft.record;
        open.draft = draft;
        open.unkept_draft = true;
        open.late = open.saving;
        open.typed_at = Some(now);
        open.not_saved = None;
        if other_record {
            self.choose_codes(at);
        }
        Ok(self.open[at].keep_changed())
    }

    /// Whether the last words came after those that are being saved: when that is done, they are not in it.
    pub fn is_late(&self, id: &CallId) -> bool {
        self.find(id).is_some_and(|open| open.saving && open.late)
    }

    /// The agent saves.
    pub fn finish(&mut self, id: &CallId, now: Timestamp) -> Finish {
        let Some(at) = self.at(id) else {
            return if self.finished.contains(id) { Finish::Over } else { Finish::NoSuchCall };
        };
        if self.open[at].saving {
            return Finish::Saving;
        }
        let draft = self.open[at].draft.clone();
        match self.submit(at, &draft, false, now) {
            Ok(keep) => Finish::Keep(Box::new(keep)),
            Err(problems) => Finish::Problems(problems),
        }
    }

    /// The agent says that this call is not coded: what was typed goes, once that is kept.
    pub fn skip(&mut self, id: &CallId, now: Timestamp) -> Finish {
        let Some(open) = self.find_mut(id) else {
            return if self.finished.contains(id) { Finish::Over } else { Finish::NoSuchCall };
        };
        if open.saving {
            return Finish::Saving;
        }
        open.saving = true;
        open.late = false;
        Finish::Keep(Box::new(Keep::Skip { call_id: id.clone(), at: now }))
    }

    /// Takes what came of keeping something.
    pub fn hear(&mut self, news: &KeepNews, now: Timestamp) {
        match news {
            KeepNews::WrapUp { call_id, result } => self.kept(call_id, result.as_ref().err(), now, |open, _| {
                open.unkept_wrap_up = true;
            }),
            KeepNews::Draft { call_id, result } => self.kept(call_id, result.as_ref().err(), now, |open, failure| {
                open.unkept_draft = true;
                open.unkept_wrap_up |= *failure == KeepFailure::NotBegun;
            }),
            KeepNews::Submit { call_id, result } => self.ended(call_id, result.as_ref().err(), now),
            KeepNews::Skip { call_id, result } => self.ended(call_id, result.as_ref().err(), now),
            KeepNews::Write { .. }
            | KeepNews::Pending { .. }
            | KeepNews::Discarded { .. }
            | KeepNews::Callback { .. }
            | KeepNews::CallbackDone { .. }
            | KeepNews::Form { .. } => {}
        }
    }

    /// Nothing is kept any more (the keeper ended, or could not begin): what is being saved is not.
    pub fn keeper_gone(&mut self, why: &KeepFailure) {
        for open in &mut self.open {
            if std::mem::take(&mut open.saving) {
                open.not_saved = Some(why.clone());
            }
            open.not_kept = Some(why.clone());
        }
    }

    /// Sees to what the clock brings: a time that is over, and what was not kept.
    pub fn tick(&mut self, now: Timestamp) -> Vec<Keep> {
        let mut keeps = Vec::new();
        for at in 0..self.open.len() {
            let open = &mut self.open[at];
            if open.again_at.is_some_and(|again| again <= now) && !open.saving {
                keeps.extend(open.keep());
            }
            if open.ends_at().is_some_and(|deadline| deadline <= now) {
                open.timed_out = true;
                keeps.extend(self.finish_by_default(at, now));
            }
        }
        keeps
    }

    /// When [`Self::tick`] has something to do.
    pub fn next_at(&self) -> Option<Timestamp> {
        self.open.iter().flat_map(|open| [open.ends_at(), open.again_at.filter(|_| !open.saving)]).flatten().min()
    }

    /// Whether this call's card must stay.
    pub fn contains(&self, id: &CallId) -> bool {
        self.find(id).is_some()
    }

    pub fn len(&self) -> usize {
        self.iter().count()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    pub fn get(&self, id: &CallId) -> Option<(&WrapUp, &WrapUpDraft)> {
        self.find(id).map(|open| (&open.wrap_up, &open.draft))
    }

    /// The oldest first; none whose call goes on again.
    pub fn iter(&self) -> impl Iterator<Item = &WrapUp> {
        self.open.iter().filter(|open| !open.waits).map(|open| &open.wrap_up)
    }

    /// The oldest first.
    pub fn views(&self, now: Timestamp) -> Vec<WrapUpView> {
        self.open.iter().filter(|open| !open.waits).map(|open| WrapUpView::of(open, &self.plan, now)).collect()
    }

    fn submit(
        &mut self,
        at: usize,
        draft: &WrapUpDraft,
        by_default: bool,
        now: Timestamp,
    ) -> Result<Keep, Vec<WrapUpProblem>> {
        let open = &mut self.open[at];
        let problems = draft.problems(&open.wrap_up, &self.plan, now);
        if !problems.is_empty() {
            return Err(problems);
        }
        open.saving = true;
        open.late = false;
        open.not_saved = None;
        let handovers = open.wrap_up.handovers(draft, &self.plan, by_default, now);
        let own_callback = open.wrap_up.own_callback(draft, &self.plan, now).map(Box::new);
        Ok(Keep::Submit { call_id: open.wrap_up.call.id.clone(), handovers, own_callback, at: now })
    }

    /// The time is over and the settings name an outcome: what the agent chose is saved, or that outcome with what they
    /// typed. Where that cannot be saved as it is, the card stays and says that the time is over.
    fn finish_by_default(&mut self, at: usize, now: Timestamp) -> Option<Keep> {
        let code = self.settings.default_code.clone()?;
        if self.open[at].saving {
            return None;
        }
        let mut draft = self.open[at].draft.clone();
        if draft.code.is_none() {
            draft.code = Some(code);
            draft.second_code.clone_from(&self.settings.default_second_code);
        }
        self.submit(at, &draft, true, now).ok()
    }

    fn kept(
        &mut self,
        id: &CallId,
        failure: Option<&KeepFailure>,
        now: Timestamp,
        again: impl FnOnce(&mut Open, &KeepFailure),
    ) {
        let Some(open) = self.find_mut(id) else { return };
        // Why the wrap-up was not kept says more than that its draft could not be, either.
        if failure != Some(&KeepFailure::NotBegun) || open.not_kept.is_none() {
            open.not_kept = failure.cloned();
        }
        if let Some(failure) = failure {
            again(open, failure);
            open.again_at = Some(now.after(AGAIN));
        }
    }

    fn ended(&mut self, id: &CallId, failure: Option<&KeepFailure>, now: Timestamp) {
        match failure {
            None => {
                self.open.retain(|open| open.wrap_up.call.id != *id);
                self.remember_finished(id);
            }
            Some(failure) => {
                if let Some(open) = self.find_mut(id) {
                    open.saving = false;
                    open.not_saved = Some(failure.clone());
                    // What changed while it was being saved.
                    if open.unkept_wrap_up || open.unkept_draft {
                        open.again_at = Some(now);
                    }
                }
            }
        }
    }

    fn remember_finished(&mut self, id: &CallId) {
        if !self.finished.contains(id) {
            if self.finished.len() == FINISHED {
                self.finished.pop_front();
            }
            self.finished.push_back(id.clone());
        }
    }

    fn choose_codes_anew(&mut self) -> Vec<Keep> {
        (0..self.open.len())
            .flat_map(|at| {
                self.choose_codes(at);
                self.open[at].keep_changed()
            })
            .collect()
    }

    /// Codes that were there stay where there are none now: an account that says nothing has not lost them.
    pub(super) fn choose_codes(&mut self, at: usize) {
        let open = &mut self.open[at];
        if open.saving {
            return;
        }
        let codes = codes_for(&self.book, &open.wrap_up, &open.draft);
        if !codes.is_empty() && codes != open.wrap_up.codes {
            open.wrap_up.codes = codes;
            open.unkept_wrap_up = true;
        }
    }

    /// What a wrap-up of this call begins as; its codes depend on what is typed.
    pub(super) fn of_call(&self, call: CallAtDesk, deadline: Option<Timestamp>, now: Timestamp) -> WrapUp {
        WrapUp {
            call: call.call,
            card: call.card,
            agent: call.agent,
            started: now,
            deadline,
            records: bounded(call.records),
            records_unknown: call.records_unknown,
            codes: CodeTree::default(),
            limits: self.limits.clone(),
            tickets: self.tickets.clone(),
            coding: call.coding,
            keys: WrapUpKeys::default(),
        }
    }

    pub(super) fn is_finished(&self, id: &CallId) -> bool {
        self.finished.contains(id)
    }

    /// Whether there are as many as are kept at once.
    pub(super) fn is_full(&self) -> bool {
        let is_full = self.open.len() >= MOST;
        if is_full {
            tracing::warn!("more than {MOST} calls in wrap-up: the next is in the call list only");
        }
        is_full
    }

    pub(super) fn at(&self, id: &CallId) -> Option<usize> {
        self.open.iter().position(|open| open.wrap_up.call.id == *id)
    }

    fn find(&self, id: &CallId) -> Option<&Open> {
        self.at(id).map(|at| &self.open[at])
    }

    fn find_mut(&mut self, id: &CallId) -> Option<&mut Open> {
        self.at(id).map(|at| &mut self.open[at])
    }
}

/// Whether any became another.
fn with_newer(known: &mut Vec<AccountLimits>, newer: &[AccountLimits]) -> bool {
    let before = known.clone();
    known.retain(|old| newer.iter().all(|new| new.account != old.account));
    known.extend_from_slice(newer);
    known.sort_by(|a, b| a.account.cmp(&b.account));
    *known != before
}

pub(super) fn codes_for(book: &CodeBook, wrap_up: &WrapUp, draft: &WrapUpDraft) -> CodeTree {
    book.tree_for(wrap_up.codes_for(draft, &wrap_up.line_number()))
}
