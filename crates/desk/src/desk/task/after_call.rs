//! What comes after a call: its wrap-up, and what was saved and waits for the hub. Here the pure parts
//! ([`crate::wrap_up`], [`crate::pending`]) meet the file, the line and the clock.

use super::{
    DeskTask,
    coding::InCampaigns,
    file::{File, FileNews, LetGo, Opened},
    questions::ANSWER_WITHIN,
};
use crate::{
    calls::Entry,
    forms::{FormDrafts, Forms},
    hub_time::{Ages, HubTime},
    keep::{Keep, KeepFailure, KeepNews},
    link::LinkState,
    own_callbacks::{OwnCallback, OwnCallbacks},
    pending::{Pending, PendingListed, PendingRow},
    wrap_up::{CallAtDesk, DraftRefused, Finish, WrapUpDraft, WrapUps, label},
};
use ringcard_core::{
    Timestamp,
    call::{CallId, CallState},
    frame::{DeskFrame, RequestError, RequestErrorCode},
    outcome::Handover,
    submission::{Submission, SubmissionKey, Write},
};
use std::{collections::HashMap, path::PathBuf, time::Duration};
use tokio::{sync::oneshot, time::Instant};

/// Whoever waits for *saved*.
pub(in crate::desk) type Saved = oneshot::Sender<Result<(), RequestError>>;

/// What windows and shell want of this part of the desk.
pub(in crate::desk) enum Task {
    Draft { call_id: CallId, draft: Box<WrapUpDraft>, saved: Saved },
    Finish { call_id: CallId, saved: Saved },
    Skip { call_id: CallId, saved: Saved },
    Submit { key: SubmissionKey, write: Box<Write>, about: String, saved: Saved },
    ListPending { limit: usize, answer: oneshot::Sender<Vec<PendingListed>> },
    Retry { key: SubmissionKey, saved: Saved },
    Discard { key: SubmissionKey, saved: Saved },
    Form { place: String, typed: Option<String>, revision: u64, saved: Saved },
    ListForms(oneshot::Sender<FormDrafts>),
    FormsNotKept(oneshot::Sender<u32>),
    LetFileGo(oneshot::Sender<LetGo>),
    File { path: PathBuf, opened: Box<Opened>, done: oneshot::Sender<()> },
}

/// The wall's clock may be set while we sleep: it is looked at again at least this often.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

pub(super) struct AfterCall {
    pub wrap_ups: WrapUps,
    pub pending: Pending,
    /// The call-backs this desk reminds of.
    pub own: OwnCallbacks,
    pub forms: Forms,
    pub file: File,
    ages: Ages,
    pub(super) waiting: Vec<(WaitsFor, Saved)>,
    /// Handovers under way, and until when an answer is waited for.
    under_way: HashMap<SubmissionKey, Instant>,
    /// Campaign records of the customers of these calls.
    pub records: HashMap<CallId, InCampaigns>,
    /// The accounts whose codes were asked for last, and whether all of them answered.
    pub codes_of: Vec<String>,
    pub all_codes: bool,
    /// The same of the accounts with tickets and their forms.
    pub tickets_of: Vec<String>,
    pub all_tickets: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum WaitsFor {
    Call(CallId),
    Key(SubmissionKey),
    /// That it is taken away.
    Discarded(SubmissionKey),
    /// The words came while the wrap-up was being saved without them.
    LateWords(CallId),
    /// That a promised call-back is kept as it is now.
    Moved(Box<OwnCallback>),
    CallbackDone(CallId),
    /// That what was typed at this place is kept, or gone.
    Form(String, u64),
}

impl AfterCall {
    pub fn new(wrap_ups: WrapUps) -> Self {
        Self {
            wrap_ups,
            pending: Pending::default(),
            own: OwnCallbacks::default(),
            forms: Forms::default(),
            file: File::default(),
            ages: Ages::default(),
            waiting: Vec::new(),
            under_way: HashMap::new(),
            records: HashMap::new(),
            codes_of: Vec::new(),
            all_codes: false,
            tickets_of: Vec::new(),
            all_tickets: true,
        }
    }

    /// What waits for the hub from now on.
    fn wait(&mut self, rows: Vec<PendingRow>, hub: &HubTime) {
        self.note_ages(&rows, hub);
        self.pending.add(rows);
    }

    fn note_ages(&mut self, rows: &[PendingRow], hub: &HubTime) {
        let (now, wall) = (Instant::now(), Timestamp::now());
        rows.iter().for_each(|row| self.ages.note(&row.handover, hub, now, wall));
    }

    pub fn wake_at(&self) -> Option<Instant> {
        let now = Timestamp::now();
        let by_wall = [self.wrap_ups.next_at(), self.pending.next_at(), self.own.next_at(now), self.forms.next_at()];
        let by_wall = by_wall.into_iter().flatten().min();
        let by_wall = by_wall.map(|at| Instant::now() + at.since(now).min(LOOK_AGAIN));
        let asked = self.records.values().filter_map(InCampaigns::again_at);
        let waits = self.under_way.values().copied().chain(asked).chain(self.file.wake_at());
        by_wall.into_iter().chain(waits).min()
    }

    pub fn wait_for(&mut self, what: WaitsFor, saved: Saved) {
        self.waiting.push((what, saved));
    }

    fn answer(&mut self, whom: &WaitsFor, result: &Result<(), KeepFailure>) {
        for (_, saved) in self.waiting.extract_if(.., |(waits_for, _)| *waits_for == *whom) {
            // Whoever asked may have gone meanwhile.
            let _ = saved.send(result.as_ref().copied().map_err(RequestError::not_saved));
        }
    }
}

impl DeskTask {
    pub(super) fn task(&mut self, task: Task) {
        let now = Timestamp::now();
        match task {
            Task::Draft { call_id, draft, saved } => {
                self.begin_note(&call_id, now);
                let taken = self.after.wrap_ups.draft(&call_id, *draft, now);
                let taken = taken.map(|keeps| self.keep_all(keeps)).map_err(refused);
                self.note_changed(&call_id);
                self.show();
                if taken.is_ok() && self.after.wrap_ups.is_late(&call_id) {
                    self.after.waiting.push((WaitsFor::LateWords(call_id), saved));
                } else {
                    let _ = saved.send(taken);
                }
            }
            Task::Finish { call_id, saved } => {
                self.tell_note(&call_id);
                let finish = self.after.wrap_ups.finish(&call_id, now);
                self.finish(call_id, finish, saved);
            }
            Task::Skip { call_id, saved } => {
                let skip = self.after.wrap_ups.skip(&call_id, now);
                self.finish(call_id, skip, saved);
            }
            Task::Submit { key, write, about, saved } => {
                if let Err(refused) = self.check_limits(&write) {
                    let _ = saved.send(Err(refused));
                    return;
                }
                self.after.waiting.push((WaitsFor::Key(key.clone()), saved));
                let submission = Submission {
                    key,
                    write: *write,
                    about: label(&about),
                    call_id: None,
                    agent: Some(self.preferences.agent_id.clone()),
                    made_at: now,
                    expires_at: None,
                    needs: None,
                };
                self.keep(Keep::Write { handover: Box::new(Handover::Write { submission }), at: now });
            }
            Task::Form { place, typed, revision, saved } => self.form(place, typed, revision, saved),
            Task::ListForms(answer) => drop(answer.send(self.after.forms.all())),
            Task::FormsNotKept(answer) => drop(answer.send(self.after.forms.not_kept())),
            Task::ListPending { limit, answer } => drop(answer.send(self.after.pending.list(limit))),
            Task::Retry { key, saved } => {
                let known = self.after.pending.retry(&key);
                self.hand_over();
                self.show();
                let _ = saved.send(if known { Ok(()) } else { Err(gone()) });
            }
            Task::Discard { key, saved } if self.after.pending.contains(&key) => {
                let keep = self.after.pending.discard(&key);
                self.after.waiting.push((WaitsFor::Discarded(key), saved));
                self.keep_all(keep.into_iter().collect());
            }
            Task::Discard { saved, .. } => drop(saved.send(Err(gone()))),
            Task::LetFileGo(answer) => {
                let file = self.let_file_go();
                self.show();
                let _ = answer.send(file);
            }
            Task::File { path, opened, done } => {
                self.use_file(path, *opened);
                self.show();
                let _ = done.send(());
            }
        }
        self.show();
    }

    pub(super) fn file_news(&mut self, news: FileNews) {
        match news {
            FileNews::Kept(news) => self.kept(news),
            FileNews::Opened(found) => {
                self.after.wrap_ups.take_up(&found);
                self.after.pending.take_up(&found);
                self.after.own.take_up(&found);
                let keeps = self.after.forms.take_up(&found);
                self.keep_all(keeps);
                self.after.note_ages(&found.pending, &self.hub_time);
                self.take_limits();
                self.hold_wrap_ups();
                self.ask_about_wrap_ups();
                self.hand_over();
            }
            FileNews::Gone(why) => {
                self.after.wrap_ups.keeper_gone(&why);
                self.after.pending.keeper_gone();
                self.after.own.keeper_gone();
                self.after.forms.keeper_gone(&why, Timestamp::now());
                for (_, saved) in self.after.waiting.drain(..) {
                    let _ = saved.send(Err(RequestError::not_saved(&why)));
                }
            }
        }
        self.show();
    }

    /// A call moved on.
    pub(super) fn call_moved(&mut self, id: &CallId) {
        let Some(call) = self.calls.get(id).map(|entry| entry.call.clone()) else { return };
        self.callback_call_moved(id);
        match call.state {
            CallState::Connected => {
                let keeps = self.after.wrap_ups.another_call(&call, Timestamp::now());
                self.keep_all(keeps);
                if !self.after.all_codes {
                    self.ask_codes();
                }
                if !self.after.all_tickets {
                    self.ask_ticket_forms();
                }
                self.ask_records(&call);
            }
            _ if self.calls.get(id).is_some_and(Entry::is_to_be_wrapped_up) => {
                self.ask_records(&call);
                self.wrap_up(id);
                self.ask_without_code();
            }
            _ if call.state.is_over() => self.wrap_up(id),
            _ => {}
        }
        self.hold_wrap_ups();
        self.note_changed(id);
    }

    pub(super) fn card_changed(&mut self, id: &CallId) {
        let Some(entry) = self.calls.get(id) else { return };
        let keeps = self.after.wrap_ups.card(id, &entry.card);
        self.keep_all(keeps);
    }

    /// A line to the hub stands.
    pub(super) fn line_stands(&mut self) {
        self.after.pending.connected();
        self.hand_over();
        self.take_limits();
        self.ask_codes();
        self.ask_ticket_forms();
        self.ask_without_code();
        self.ask_stuck();
        self.look_whom_to_ask();
        let going_on: Vec<CallId> = self.calls.iter().map(|entry| entry.call.id.clone()).collect();
        for id in going_on {
            self.call_moved(&id);
        }
    }

    pub(super) fn line_fell(&mut self) {
        self.after.pending.disconnected();
        self.after.under_way.clear();
        self.left.line_fell();
        self.after.records.values_mut().for_each(InCampaigns::line_fell);
    }

    pub(super) fn wrap_up_settings_changed(&mut self) {
        let (settings, plan) = (self.preferences.wrap_up.clone(), self.preferences.plan.clone());
        let keeps = self.after.wrap_ups.adopt(settings, plan);
        self.keep_all(keeps);
        if !self.after.all_codes {
            self.ask_codes();
        }
        if !self.after.all_tickets {
            self.ask_ticket_forms();
        }
        self.ask_without_code();
    }

    pub(super) fn accepted(&mut self, key: &SubmissionKey) {
        self.after.under_way.remove(key);
        if let Some(keep) = self.after.pending.accepted(key) {
            self.keep(keep);
        }
        self.hand_over();
        self.ask_without_code();
    }

    pub(super) fn not_accepted(&mut self, key: &SubmissionKey, error: RequestError) {
        tracing::warn!(%key, %error, "the hub did not accept what was saved here");
        self.after.under_way.remove(key);
        if let Some(keep) = self.after.pending.not_accepted(key, error, Timestamp::now()) {
            self.keep(keep);
        }
        self.hand_over();
    }

    pub(super) fn tick_after_call(&mut self, now: Instant) {
        let wall = Timestamp::now();
        let keeps = self.after.wrap_ups.tick(wall);
        self.keep_all(keeps);
        self.after.own.tick(wall);
        let keeps = self.after.forms.tick(wall);
        self.keep_all(keeps);
        for (key, _) in self.after.under_way.extract_if(|_, until| *until <= now) {
            self.after.pending.unanswered(&key, wall);
        }
        self.hand_over();
        self.after.file.tick();
        self.ask_records_again(now);
    }

    /// Ended, with somebody who spoke, and no colleague; or something was noted of it: is it to be wrapped up? Asked
    /// again whenever more is known about it.
    pub(super) fn wrap_up(&mut self, id: &CallId) {
        let Some(entry) = self.calls.get(id).filter(|entry| self.is_to_be_wrapped_up(entry)) else { return };
        let ended = self.at_desk(entry);
        let keeps = self.after.wrap_ups.call_ended(ended, Timestamp::now());
        self.hold_wrap_ups();
        self.keep_all(keeps);
        if !self.after.records.get(id).is_some_and(InCampaigns::is_asked) && self.after.wrap_ups.contains(id) {
            self.ask_about_wrap_ups();
        }
    }

    fn is_to_be_wrapped_up(&self, entry: &Entry) -> bool {
        let is_noted = entry.call.state.is_over() && self.after.wrap_ups.waits(&entry.call.id);
        is_noted || entry.is_to_be_wrapped_up()
    }

    /// The agent types of a call that goes on, with a customer.
    fn begin_note(&mut self, id: &CallId, now: Timestamp) {
        let goes_on = |entry: &&Entry| !entry.call.state.is_over() && !entry.call.is_internal();
        let Some(call) = self.calls.get(id).filter(goes_on).map(|entry| self.at_desk(entry)) else { return };
        self.after.wrap_ups.noting(call, now);
    }

    fn at_desk(&self, entry: &Entry) -> CallAtDesk {
        let known = self.after.records.get(&entry.call.id);
        CallAtDesk {
            coding: self.coding_of(&entry.call),
            call: entry.call.clone(),
            card: entry.card.clone(),
            agent: self.preferences.agent_id.clone(),
            records: known.map(|known| known.found.clone()).unwrap_or_default(),
            records_unknown: self.records_unknown(&entry.call),
        }
    }

    fn finish(&mut self, call_id: CallId, finish: Finish, saved: Saved) {
        let answer = match finish {
            Finish::Keep(keep) => {
                self.after.waiting.push((WaitsFor::Call(call_id), saved));
                return self.keep(*keep);
            }
            Finish::Saving => return self.after.waiting.push((WaitsFor::Call(call_id), saved)),
            Finish::Over => Ok(()),
            Finish::Problems(_) => {
                Err(RequestError::new(RequestErrorCode::Invalid, "Something is missing or wrong: the form says what."))
            }
            Finish::NoSuchCall => Err(refused(DraftRefused::NoSuchCall)),
        };
        let _ = saved.send(answer);
    }

    pub(super) fn keep_all(&mut self, keeps: Vec<Keep>) {
        keeps.into_iter().for_each(|keep| self.keep(keep));
    }

    pub(super) fn keep(&mut self, keep: Keep) {
        if let Keep::Submit { call_id, own_callback, .. } = &keep {
            self.after.own.promise(call_id, own_callback.as_deref().cloned());
        }
        if let Err(news) = self.after.file.keep(keep) {
            self.kept(*news);
        }
    }

    fn kept(&mut self, news: KeepNews) {
        self.after.wrap_ups.hear(&news, Timestamp::now());
        self.after.own.hear(&news);
        self.after.forms.hear(&news, Timestamp::now());
        let (whom, result) = match news {
            KeepNews::Submit { call_id, result } => {
                if result.is_ok() {
                    self.left.is_settled(&call_id);
                    self.wrapped_up(&call_id);
                }
                self.tell_late_words(&call_id, result.is_ok());
                (WaitsFor::Call(call_id), result.map(|rows| self.after.wait(rows, &self.hub_time)))
            }
            KeepNews::Skip { call_id, result } => {
                if result.is_ok() {
                    self.wrapped_up(&call_id);
                }
                self.tell_late_words(&call_id, result.is_ok());
                (WaitsFor::Call(call_id), result)
            }
            KeepNews::Write { key, result } => {
                (WaitsFor::Key(key), result.map(|rows| self.after.wait(rows, &self.hub_time)))
            }
            KeepNews::Discarded { key, result } => {
                self.after.pending.discarded(&key, result.is_ok());
                self.ask_without_code();
                (WaitsFor::Discarded(key), result)
            }
            KeepNews::Callback { callback, result } => (WaitsFor::Moved(callback), result),
            KeepNews::CallbackDone { call_id, result } => (WaitsFor::CallbackDone(call_id), result),
            KeepNews::Form { place, revision, result } => (WaitsFor::Form(place, revision), result),
            KeepNews::WrapUp { .. } | KeepNews::Draft { .. } | KeepNews::Pending { .. } => return,
        };
        // Whoever is told looks at what came of it.
        self.show();
        self.after.answer(&whom, &result);
        self.hand_over();
    }

    /// Its card goes, and the keyboard goes back with it; where the agent asked for that, whatever comes in front next.
    fn wrapped_up(&mut self, id: &CallId) {
        let whom = WaitsFor::Call(id.clone());
        if self.after.waiting.iter().any(|(waits_for, _)| *waits_for == whom) {
            self.pop.done_with(id);
        }
        self.calls.drop_call(id);
    }

    /// Words that came while the wrap-up was being saved are not in what was saved; where it was not, they are taken.
    fn tell_late_words(&mut self, id: &CallId, over: bool) {
        let whom = WaitsFor::LateWords(id.clone());
        for (_, saved) in self.after.waiting.extract_if(.., |(waits_for, _)| *waits_for == whom) {
            let _ = saved.send(if over { Err(too_late()) } else { Ok(()) });
        }
    }

    /// Sends what may be sent now.
    fn hand_over(&mut self) {
        if self.line_state != LinkState::Connected {
            return;
        }
        let now = Timestamp::now();
        let AfterCall { ages, pending, .. } = &mut self.after;
        ages.retain(|key| pending.contains(key));
        for handover in self.after.pending.to_send(now) {
            let key = handover.key().clone();
            let handover = self.after.ages.in_hub_time(handover, &self.hub_time);
            if self.line.send(DeskFrame::Submit { handover }) {
                self.after.under_way.insert(key, Instant::now() + ANSWER_WITHIN);
            } else {
                self.after.pending.unanswered(&key, now);
            }
        }
    }

    fn let_file_go(&mut self) -> LetGo {
        let wrap_ups = WrapUps::new(self.preferences.wrap_up.clone(), self.preferences.plan.clone());
        let forms = self.after.forms.let_go();
        let before = std::mem::replace(&mut self.after, AfterCall { forms, ..AfterCall::new(wrap_ups) });
        for wrap_up in before.wrap_ups.iter() {
            self.calls.drop_call(&wrap_up.call.id);
        }
        for (_, saved) in before.waiting {
            let _ = saved.send(Err(RequestError::not_saved(&KeepFailure::Closed)));
        }
        self.after.own = before.own.emptied();
        before.file.let_go()
    }

    fn use_file(&mut self, path: PathBuf, opened: Opened) {
        let (file, found) = File::new(path, opened);
        self.after.file = file;
        self.file_news(match found {
            Ok(found) => FileNews::Opened(Box::new(found)),
            Err(why) => FileNews::Gone(why),
        });
        if self.line_state == LinkState::Connected {
            self.line_stands();
        }
    }

    /// The cards of calls in wrap-up stay. One that goes on again is a call, and what was typed of it waits for its end.
    pub(super) fn hold_wrap_ups(&mut self) {
        let calls = &self.calls;
        let goes_on = |entry: &Entry| !entry.call.state.is_over() && !entry.in_wrap_up;
        self.after.wrap_ups.hold_for_end(|id| calls.get(id).map(goes_on));
        for wrap_up in self.after.wrap_ups.iter() {
            self.calls.hold(&wrap_up.call, &wrap_up.card);
        }
    }
}

fn refused(why: DraftRefused) -> RequestError {
    let code = match why {
        DraftRefused::NoSuchCall => RequestErrorCode::NotFound,
        DraftRefused::Stale => RequestErrorCode::Conflict,
        DraftRefused::TooLarge => RequestErrorCode::Invalid,
    };
    RequestError::new(code, why.to_string())
}

fn too_late() -> RequestError {
    RequestError::new(RequestErrorCode::Conflict, "The call was saved just before: these last words are not in it.")
}

fn gone() -> RequestError {
    RequestError::new(RequestErrorCode::NotFound, "It does not wait any more.")
}
