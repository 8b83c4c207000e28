//! Wrap-up and pending submissions at a desk with its own file: what the agent types survives the end of the program,
//! what was saved reaches the hub once it is there, and what was not saved is said.

use crate::support;

use ringcard_core::{
    Timestamp,
    call::{Call, CallState},
    campaign::{CampaignId, CampaignKind, CampaignRecord, CodeList, DispositionCode, RecordRef},
    codes::{TreeCode, TreeSettings},
    frame::{
        DeskEvent, DeskFrame, HubFrame, OutboxSummary, Reply, Request, RequestError, RequestErrorCode, Snapshot,
        Unasked,
    },
    limits::{AccountLimits, WriteLimits},
    outcome::Handover,
    submission::{SubmissionKey, Write},
    ticket::{AccountForms, TicketChoice, TicketChosen},
    wrap_up::WrapUpSettings,
};
use ringcard_desk::{
    PopView, PopupAct, Preferences,
    keep::{KeepFailure, KeepFailureCode, Store},
    pending::PendingState,
    view::AgentView,
    wrap_up::{TicketDraft, TicketKind, WrapUpDraft, WrapUpProblem, WrapUpView},
};
use std::{path::PathBuf, time::Duration};
use support::{HubEnd, Office, found, ids, in_state, preferences, ring, soon};
use tempfile::TempDir;

fn with_codes() -> Preferences {
    let code = TreeCode { code: "sold".into(), ..TreeCode::default() };
    let codes = vec![TreeSettings { codes: vec![code], ..TreeSettings::default() }];
    let wrap_up = WrapUpSettings { codes, seconds: Some(600), ..WrapUpSettings::default() };
    Preferences { wrap_up, ..preferences() }
}

struct Place {
    folder: TempDir,
}

impl Place {
    fn new() -> Self {
        Self { folder: TempDir::new().expect("a folder") }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("desk.db")
    }

    async fn office(&self, preferences: Preferences) -> (Office, HubEnd) {
        let (office, hub) = Office::connected(preferences).await;
        office.desk.use_file(self.file()).await.expect("the file opens");
        (office, hub)
    }
}

/// The call rings, is answered and ends.
async fn conversation(hub: &mut HubEnd, call: &Call) -> Call {
    hub.call(call).await;
    hub.card(call, found(1, "Anna")).await;
    let connected = Call { connected_at: Some(Timestamp(2_000)), ..in_state(call, CallState::Connected) };
    hub.call(&connected).await;
    let ended = Call { ended_at: Some(Timestamp(9_000)), ..in_state(&connected, CallState::Ended) };
    hub.call(&ended).await;
    ended
}

async fn in_wrap_up(office: &Office, call: &Call) -> WrapUpView {
    let view = office.pop("the wrap-up", |pop| wrap_up_of(pop, call).is_some()).await;
    wrap_up_of(&view, call).expect("it was just there").clone()
}

fn wrap_up_of<'a>(pop: &'a PopView, call: &Call) -> Option<&'a WrapUpView> {
    pop.wrap_ups.iter().find(|wrap_up| wrap_up.call.id == call.id)
}

fn sold(revision: u64) -> WrapUpDraft {
    WrapUpDraft { revision, code: Some("sold".into()), comment: "two pieces".into(), ..WrapUpDraft::default() }
}

/// The next handover; everything else is passed over.
async fn handed_over(hub: &mut HubEnd) -> Handover {
    loop {
        match soon(hub.from_desk.recv()).await.expect("the desk's end is open") {
            DeskFrame::Submit { handover } => return handover,
            DeskFrame::Other | DeskFrame::Request { .. } => {}
            DeskFrame::Hello { .. } => panic!("a scripted link needs no hello"),
        }
    }
}

async fn line_falls(office: &Office, hub: HubEnd) {
    drop(hub);
    office.attention("no line", |now| !now.online).await;
}

fn codify() -> Write {
    Write::Codify {
        record: record().record,
        code: "1".into(),
        second_code: None,
        comment: String::new(),
        do_not_call: false,
    }
}

fn record() -> CampaignRecord {
    let record = RecordRef {
        account: "wolkvox".into(),
        campaign: CampaignId("12".into()),
        kind: CampaignKind::Preview,
        customer_id: "c-1".into(),
    };
    CampaignRecord {
        record,
        campaign_name: "Spring".into(),
        customer_name: "Anna".into(),
        numbers: vec!["+36301234567".into()],
        last_result: None,
        last_attempt: None,
        attempts: None,
        fields: Vec::new(),
    }
}

#[tokio::test]
async fn an_answered_call_becomes_a_wrap_up_and_its_card_stays_until_it_is_saved() {
    let place = Place::new();
    let (office, mut hub) =
        place.office(Preferences { hide_after: Some(Duration::from_millis(1)), ..with_codes() }).await;
    let call = conversation(&mut hub, &ring("+36301234567")).await;
    let wrap_up = in_wrap_up(&office, &call).await;
    assert_eq!(wrap_up.codes.first[0].code, "sold");
    assert!(wrap_up.deadline.is_some() && !wrap_up.over && wrap_up.not_saved.is_none());
    assert_eq!(office.view("the count", |view| view.wrap_ups == 1).await.calls.len(), 1);

    office.desk.wrap_up_draft(call.id.clone(), sold(1)).await.expect("taken");
    let refused = office.desk.wrap_up_draft(call.id.clone(), sold(1)).await;
    assert_eq!(refused, Ok(()), "the same again is no other draft");
    let stale = office.desk.wrap_up_draft(call.id.clone(), WrapUpDraft { comment: "x".into(), ..sold(1) }).await;
    assert_eq!(stale.expect_err("another window's words").code, RequestErrorCode::Conflict);
    let pop = office.pop("the draft", |pop| wrap_up_of(pop, &call).is_some_and(|one| one.draft.revision == 1)).await;
    assert_eq!(ids(&pop), std::slice::from_ref(&call.id), "the card has not left");

    office.desk.wrap_up_finish(call.id.clone()).await.expect("saved");
    office.pop("an empty popup", |pop| pop.wrap_ups.is_empty() && pop.calls.is_empty()).await;
    let Handover::Outcome { outcome } = handed_over(&mut hub).await else { panic!("no outcome") };
    assert_eq!((outcome.call_id, outcome.code.as_deref()), (call.id.clone(), Some("sold")));
    assert_eq!(office.desk.pending(10).await[0].state, PendingState::Sent);
    hub.send(HubFrame::Accepted { key: outcome.key }).await;
    office.view("nothing pending", |view| view.pending.waiting == 0 && view.wrap_ups == 0).await;

    hub.call(&call).await;
    office.desk.wrap_up_finish(call.id.clone()).await.expect("it is over, and saved once");
    assert!(office.desk.pop().borrow().wrap_ups.is_empty(), "told again, it does not begin again");
}

#[tokio::test]
async fn what_lacks_a_code_is_not_saved_and_a_skipped_call_leaves() {
    let place = Place::new();
    let (office, mut hub) = place.office(with_codes()).await;
    let call = conversation(&mut hub, &ring("+36301234567")).await;
    in_wrap_up(&office, &call).await;
    let refused = office.desk.wrap_up_finish(call.id.clone()).await.expect_err("there is no code");
    assert_eq!(refused.code, RequestErrorCode::Invalid);
    office.desk.popup(PopupAct::Hide).await;
    assert!(office.desk.pop().borrow().calls.is_empty(), "the agent may put it away");
    assert_eq!(office.desk.view().borrow().wrap_ups, 1);
    office.desk.popup(PopupAct::Reveal(None)).await;
    in_wrap_up(&office, &call).await;
    office.desk.wrap_up_skip(call.id.clone()).await.expect("skipped");
    office.pop("an empty popup", |pop| pop.calls.is_empty()).await;
    let unknown = office.desk.wrap_up_finish(ring("+36301234567").id).await.expect_err("no such call");
    assert_eq!(unknown.code, RequestErrorCode::NotFound);
}

#[tokio::test]
async fn when_the_time_is_over_the_outcome_of_the_settings_is_saved_with_what_was_typed() {
    let place = Place::new();
    let mut preferences = with_codes();
    preferences.wrap_up.seconds = Some(1);
    let (office, mut hub) = place.office(preferences.clone()).await;
    let call = conversation(&mut hub, &ring("+36301234567")).await;
    office.pop("its end", |pop| wrap_up_of(pop, &call).is_some_and(|one| one.over)).await;
    assert_eq!(office.desk.view().borrow().wrap_ups, 1, "nothing is saved unasked");

    preferences.wrap_up.default_code = Some("sold".into());
    office.desk.adopt(preferences).await;
    let call = conversation(&mut hub, &ring("+36307654321")).await;
    in_wrap_up(&office, &call).await;
    let typed = WrapUpDraft { revision: 1, comment: "half a sen".into(), ..WrapUpDraft::default() };
    office.desk.wrap_up_draft(call.id.clone(), typed).await.expect("taken");
    let Handover::Outcome { outcome } = handed_over(&mut hub).await else { panic!("no outcome") };
    assert_eq!((outcome.code.as_deref(), outcome.comment.as_str()), (Some("sold"), "half a sen"));
    assert!(outcome.by_default && outcome.call_id == call.id);
}

#[tokio::test]
async fn without_codes_or_campaigns_the_card_of_an_ended_call_leaves_as_ever() {
    let place = Place::new();
    let (office, mut hub) =
        place.office(Preferences { hide_after: Some(Duration::from_millis(1)), ..preferences() }).await;
    let call = conversation(&mut hub, &ring("+36301234567")).await;
    office.pop("an empty popup", |pop| pop.version > 1 && pop.calls.is_empty()).await;
    assert!(wrap_up_of(&office.desk.pop().borrow(), &call).is_none());
}

#[tokio::test]
async fn what_is_saved_while_the_hub_is_away_is_handed_over_when_it_is_back_with_the_same_key() {
    let place = Place::new();
    let (mut office, mut hub) = place.office(with_codes()).await;
    let call = conversation(&mut hub, &ring("+36301234567")).await;
    in_wrap_up(&office, &call).await;
    office.desk.wrap_up_draft(call.id.clone(), sold(1)).await.expect("taken");
    line_falls(&office, hub).await;
    office.desk.wrap_up_finish(call.id.clone()).await.expect("saved without a hub");
    let waits = office.view("it waits", |view| view.pending.waiting == 1).await;
    assert!(waits.pending.oldest.is_some() && waits.pending.needs_a_person == 0);
    let listed = office.desk.pending(10).await;
    assert_eq!(listed[0].state, PendingState::Waiting);
    let key = listed[0].handover.key().clone();

    let mut hub = office.line().await;
    hub.welcome(Snapshot::default()).await;
    assert_eq!(*handed_over(&mut hub).await.key(), key);
    // The line falls before the hub answers.
    line_falls(&office, hub).await;
    let mut hub = office.line().await;
    hub.welcome(Snapshot::default()).await;
    assert_eq!(*handed_over(&mut hub).await.key(), key, "sent again as the same");
    hub.send(HubFrame::Accepted { key }).await;
    office.view("nothing pending", |view| view.pending.waiting == 0).await;
}

#[tokio::test]
async fn a_killed_program_comes_back_with_card_draft_clock_and_what_waits() {
    let place = Place::new();
    let (office, mut hub) = place.office(with_codes()).await;
    let saved = conversation(&mut hub, &ring("+36301234567")).await;
    in_wrap_up(&office, &saved).await;
    office.desk.wrap_up_draft(saved.id.clone(), sold(1)).await.expect("taken");
    office.desk.wrap_up_finish(saved.id.clone()).await.expect("saved");
    let typed = conversation(&mut hub, &ring("+36307654321")).await;
    in_wrap_up(&office, &typed).await;
    office.desk.wrap_up_draft(typed.id.clone(), sold(1)).await.expect("taken");
    office.desk.wrap_up_draft(typed.id.clone(), sold(2)).await.expect("taken");
    let before =
        office.pop("the draft", |pop| wrap_up_of(pop, &typed).is_some_and(|one| one.draft.revision == 2)).await;
    let before = wrap_up_of(&before, &typed).expect("it is there").clone();
    let waits = office.desk.pending(10).await;
    office.desk.let_file_go().await;
    assert!(office.desk.pop().borrow().calls.is_empty(), "nothing of another file stays on the screen");
    drop((office, hub));

    let (office, mut hub) = place.office(with_codes()).await;
    let after = in_wrap_up(&office, &typed).await;
    assert_eq!((&after.draft, after.started, after.deadline), (&before.draft, before.started, before.deadline));
    assert_eq!(after.card, found(1, "Anna"));
    assert_eq!(ids(&office.desk.pop().borrow()), std::slice::from_ref(&typed.id), "its card is shown");
    let key = waits[0].handover.key().clone();
    assert_eq!(*handed_over(&mut hub).await.key(), key);
    hub.send(HubFrame::Accepted { key }).await;
    office.desk.wrap_up_finish(typed.id.clone()).await.expect("saved");
    let Handover::Outcome { outcome } = handed_over(&mut hub).await else { panic!("no outcome") };
    assert_eq!(outcome.call_id, typed.id);
}

#[tokio::test]
async fn a_file_that_another_program_holds_is_said_and_what_was_typed_stays_until_it_can_be_saved() {
    let place = Place::new();
    let holder = Store::open(&place.file()).expect("it opens");
    let (office, mut hub) = Office::connected(with_codes()).await;
    let failure = office.desk.use_file(place.file()).await.expect_err("it is held");
    assert!(matches!(failure, KeepFailure::Locked { .. }), "{failure}");
    let call = conversation(&mut hub, &ring("+36301234567")).await;
    in_wrap_up(&office, &call).await;
    office.desk.wrap_up_draft(call.id.clone(), sold(1)).await.expect("taken");
    let refused = office.desk.wrap_up_finish(call.id.clone()).await.expect_err("it was not saved");
    assert_eq!(refused.code, RequestErrorCode::NotSaved);
    let wrap_up = in_wrap_up(&office, &call).await;
    assert_eq!(wrap_up.not_saved.as_ref().map(|why| why.code), Some(KeepFailureCode::Locked));
    assert_eq!(wrap_up.draft, sold(1), "the words are still in the form");
    assert!(office.desk.pending(10).await.is_empty());

    drop(holder);
    // It is tried again by itself.
    office.pop("it is kept", |pop| wrap_up_of(pop, &call).is_some_and(|one| one.not_kept.is_none())).await;
    office.desk.wrap_up_finish(call.id.clone()).await.expect("saved");
    assert!(matches!(handed_over(&mut hub).await, Handover::Outcome { .. }));
}

// By modes: on Windows who may write is a list's matter.
#[cfg(unix)]
#[tokio::test]
async fn a_folder_that_may_not_be_written_is_said() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let folder = place.folder.path().join("locked");
    std::fs::create_dir(&folder).expect("a folder");
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o500)).expect("locked");
    if std::fs::write(folder.join("try"), "").is_ok() {
        // Whoever may write everywhere (root) cannot be locked out: a file in the folder's place does.
        std::fs::remove_file(folder.join("try")).expect("removed");
        std::fs::remove_dir(&folder).expect("removed");
        std::fs::write(&folder, "no folder").expect("written");
    }
    let (office, mut hub) = Office::connected(with_codes()).await;
    office.desk.use_file(folder.join("desk.db")).await.expect_err("it does not open");
    let call = conversation(&mut hub, &ring("+36301234567")).await;
    in_wrap_up(&office, &call).await;
    office.desk.wrap_up_draft(call.id.clone(), sold(1)).await.expect("taken");
    office.desk.wrap_up_finish(call.id.clone()).await.expect_err("it was not saved");
    let wrap_up = in_wrap_up(&office, &call).await;
    assert!(wrap_up.not_saved.is_some() && wrap_up.draft == sold(1));
}

#[tokio::test]
async fn codes_and_campaigns_are_asked_for_while_the_call_goes_on() {
    let place = Place::new();
    let agent = AgentView { name: "Ana".into(), extension: Some("101".into()), lines: Vec::new() };
    let mut office = Office::with(Preferences { agent: Some(agent), ..preferences() }, false);
    office.desk.use_file(place.file()).await.expect("the file opens");
    let mut hub = office.line().await;
    let outbox = OutboxSummary { accounts: vec!["wolkvox".into()], ..OutboxSummary::default() };
    hub.welcome(Snapshot { outbox, ..Snapshot::default() }).await;
    let (asked, request) = hub.question().await;
    assert_eq!(request, Request::Codes { refresh: false });
    let sold = DispositionCode { code: "1".into(), label: "Sold".into() };
    let list = CodeList { account: "wolkvox".into(), first: vec![sold], second: Vec::new(), fetched_at: Timestamp(0) };
    hub.reply(asked, Ok(Reply::Codes { lists: vec![list], unasked: Vec::new() })).await;

    let call = conversation(&mut hub, &Call { account: "wolkvox".into(), ..ring("+36301234567") }).await;
    let (asked, request) = hub.question().await;
    assert_eq!(request, Request::CampaignRecords { number: "+36301234567".into() });
    hub.reply(asked, Ok(Reply::CampaignRecords { records: vec![record()], unasked: Vec::new() })).await;
    let known = |pop: &PopView| wrap_up_of(pop, &call).is_some_and(|one| !one.records.is_empty());
    let pop = office.pop("the record", known).await;
    let wrap_up = wrap_up_of(&pop, &call).expect("it is there");
    assert!(wrap_up.codes_call, "the telephone system takes the call's code");
    assert_eq!(wrap_up.codes.first[0].label, "Sold");

    let draft = WrapUpDraft { revision: 1, code: Some("1".into()), close_record: true, ..wrap_up.draft.clone() };
    office.desk.wrap_up_draft(call.id.clone(), draft).await.expect("taken");
    office.desk.wrap_up_finish(call.id.clone()).await.expect("saved");
    let mut writes = Vec::new();
    for _ in 0..3 {
        let handover = handed_over(&mut hub).await;
        hub.send(HubFrame::Accepted { key: handover.key().clone() }).await;
        if let Handover::Write { submission } = handover {
            writes.push(submission.write);
        }
    }
    assert!(matches!(&writes[..], [Write::CodeCall { agent_id, .. }, Write::Codify { .. }] if agent_id == "101"));
}

#[tokio::test]
async fn the_forms_of_tickets_are_asked_for_where_there_are_any_and_the_choice_goes_with_the_outcome() {
    let place = Place::new();
    let mut office = Office::with(preferences(), false);
    office.desk.use_file(place.file()).await.expect("the file opens");
    let mut hub = office.line().await;
    let names = || vec!["crm".to_owned()];
    let outbox = OutboxSummary { accounts: names(), tickets: names(), ..OutboxSummary::default() };
    hub.welcome(Snapshot { outbox, ..Snapshot::default() }).await;
    let (codes, request) = hub.question().await;
    assert_eq!(request, Request::Codes { refresh: false });
    hub.reply(codes, Ok(Reply::Codes { lists: Vec::new(), unasked: Vec::new() })).await;
    let (asked, request) = hub.question().await;
    assert_eq!(request, Request::TicketForms { refresh: false });
    // The call is over before the CRM has answered.
    let call = conversation(&mut hub, &ring("+36301234567")).await;
    let (again, _) = hub.question().await;
    let busy = RequestError::new(RequestErrorCode::Busy, "not now");
    hub.reply(again, Err(busy)).await;
    let (records, _) = hub.question().await;
    hub.reply(records, Ok(Reply::CampaignRecords { records: Vec::new(), unasked: Vec::new() })).await;
    let accounts = vec![AccountForms { account: "crm".into(), forms: Vec::new(), fetched_at: Timestamp(0) }];
    hub.reply(asked, Ok(Reply::TicketForms { accounts, unasked: Vec::new() })).await;
    let wrap_up = in_wrap_up(&office, &call).await;
    assert_eq!((wrap_up.codes.is_empty(), wrap_up.tickets[0].account.as_str()), (true, "crm"));

    let ticket = TicketDraft {
        account: "crm".into(),
        choice: Some(TicketKind::AddTo),
        ticket: "4711".into(),
        ..TicketDraft::default()
    };
    let draft = WrapUpDraft { revision: 1, tickets: vec![ticket], ..wrap_up.draft.clone() };
    office.desk.wrap_up_draft(call.id.clone(), draft).await.expect("taken");
    office.desk.wrap_up_finish(call.id.clone()).await.expect("saved");
    let Handover::Outcome { outcome } = handed_over(&mut hub).await else { panic!("the outcome comes first") };
    let choice = TicketChoice::AddTo { ticket: "4711".into(), fields: Vec::new() };
    assert_eq!(outcome.tickets, [TicketChosen { account: "crm".into(), choice }]);
}

#[tokio::test(start_paused = true)]
async fn campaigns_that_did_not_answer_are_asked_again_and_never_again_waits_for_them() {
    let (office, mut hub) = Office::connected(with_codes()).await;
    let outbox = OutboxSummary { accounts: vec!["wolkvox".into()], ..OutboxSummary::default() };
    hub.event(DeskEvent::Outbox { outbox }).await;
    let (codes, _) = hub.question().await;
    hub.reply(codes, Ok(Reply::Codes { lists: Vec::new(), unasked: Vec::new() })).await;
    let call = conversation(&mut hub, &ring("+36301234567")).await;
    let (first, _) = hub.question().await;
    assert!(in_wrap_up(&office, &call).await.records_unknown, "nobody has answered yet");
    let never = WrapUpDraft { do_not_call: true, ..sold(1) };
    office.desk.wrap_up_draft(call.id.clone(), never).await.expect("taken");

    let silent = Unasked { account: "wolkvox".into(), why: "it is closed".into() };
    hub.reply(first, Ok(Reply::CampaignRecords { records: Vec::new(), unasked: vec![silent] })).await;
    let (second, request) = hub.question().await;
    assert_eq!(request, Request::CampaignRecords { number: "+36301234567".into() });
    let held = office.desk.wrap_up_finish(call.id.clone()).await.expect_err("the dialler could not be told");
    assert_eq!(held.code, RequestErrorCode::Invalid);
    assert_eq!(in_wrap_up(&office, &call).await.problems, [WrapUpProblem::RecordsUnknown]);
    hub.reply(second, Err(RequestError::new(RequestErrorCode::Busy, "not now"))).await;
    let (third, _) = hub.question().await;
    hub.reply(third, Ok(Reply::CampaignRecords { records: vec![record()], unasked: Vec::new() })).await;
    let known = |pop: &PopView| wrap_up_of(pop, &call).is_some_and(|one| !one.records_unknown);
    let pop = office.pop("the record", known).await;
    assert_eq!(wrap_up_of(&pop, &call).expect("it is there").records, [record()]);
}

#[tokio::test]
async fn words_that_come_while_the_call_is_saved_are_not_said_to_be_taken() {
    let place = Place::new();
    let (office, mut hub) = place.office(with_codes()).await;
    let call = conversation(&mut hub, &ring("+36301234567")).await;
    in_wrap_up(&office, &call).await;
    office.desk.wrap_up_draft(call.id.clone(), sold(1)).await.expect("taken");
    let late = WrapUpDraft { comment: "three pieces".into(), ..sold(2) };
    let (saved, taken) =
        tokio::join!(office.desk.wrap_up_finish(call.id.clone()), office.desk.wrap_up_draft(call.id.clone(), late));
    assert_eq!(saved, Ok(()));
    assert_eq!(taken.expect_err("they are not in it").code, RequestErrorCode::Conflict);
    let Handover::Outcome { outcome } = handed_over(&mut hub).await else { panic!("no outcome") };
    assert_eq!(outcome.comment, "two pieces");
}

#[tokio::test(start_paused = true)]
async fn what_waits_in_a_file_that_did_not_open_at_the_start_is_handed_over_once_it_does() {
    let place = Place::new();
    let (office, hub) = place.office(preferences()).await;
    line_falls(&office, hub).await;
    let key = office.desk.submit(codify(), None).await.expect("saved");
    office.desk.let_file_go().await;
    drop(office);

    let holder = Store::open(&place.file()).expect("it opens");
    let (office, mut hub) = Office::connected(preferences()).await;
    office.desk.use_file(place.file()).await.expect_err("it is held");
    drop(holder);
    assert_eq!(*handed_over(&mut hub).await.key(), key, "nobody typed anything");
}

#[tokio::test]
async fn a_write_from_the_main_window_is_durable_first_and_what_the_hub_refuses_waits_for_a_person() {
    let place = Place::new();
    let (office, mut hub) = place.office(preferences()).await;
    let key = office.desk.submit(codify(), None).await.expect("saved");
    let Handover::Write { submission } = handed_over(&mut hub).await else { panic!("no write") };
    assert_eq!((&submission.key, submission.about.as_str()), (&key, "c-1"));
    let error = RequestError::new(RequestErrorCode::Invalid, "There is no such code");
    hub.send(HubFrame::NotAccepted { key: key.clone(), error }).await;
    office.view("it waits for a person", |view| view.pending.needs_a_person == 1).await;

    office.desk.pending_retry(key.clone()).await.expect("tried again");
    assert_eq!(*handed_over(&mut hub).await.key(), key);
    office.desk.pending_discard(key.clone()).await.expect("discarded");
    assert!(office.desk.pending(10).await.is_empty());
    let gone = office.desk.pending_discard(key).await.expect_err("it is gone");
    assert_eq!(gone.code, RequestErrorCode::NotFound);
    let gone = office.desk.pending_retry(SubmissionKey::new()).await.expect_err("it was never there");
    assert_eq!(gone.code, RequestErrorCode::NotFound);
}

#[tokio::test]
async fn what_the_disk_does_not_let_go_is_not_said_to_be_discarded_and_waits_as_before() {
    let place = Place::new();
    drop(Store::open(&place.file()).expect("it opens"));
    let file = rusqlite::Connection::open(place.file()).expect("the file");
    file.execute_batch("CREATE TRIGGER stuck BEFORE DELETE ON pending BEGIN SELECT RAISE(ABORT, 'stuck'); END")
        .expect("a disk that lets nothing go");
    drop(file);
    let (mut office, hub) = place.office(preferences()).await;
    line_falls(&office, hub).await;
    let key = office.desk.submit(codify(), None).await.expect("saved");
    let still_there = office.desk.pending_discard(key.clone()).await.expect_err("it is still there");
    assert_eq!(still_there.code, RequestErrorCode::NotSaved);
    assert_eq!(office.desk.pending(10).await.len(), 1, "nobody may believe that it is gone");
    let mut hub = office.line().await;
    hub.welcome(Snapshot::default()).await;
    assert_eq!(*handed_over(&mut hub).await.key(), key);
}

#[tokio::test]
async fn without_a_file_a_write_is_refused_and_nothing_is_sent() {
    let (office, mut hub) = Office::connected(preferences()).await;
    let refused = office.desk.submit(codify(), None).await.expect_err("there is no file");
    assert_eq!(refused.code, RequestErrorCode::NotSaved);
    assert!(hub.from_desk.try_recv().is_err());
}

#[tokio::test]
async fn a_second_call_rings_in_front_of_a_wrap_up_and_leaves_it_alone() {
    let place = Place::new();
    let (office, mut hub) = place.office(with_codes()).await;
    let call = conversation(&mut hub, &ring("+36301234567")).await;
    in_wrap_up(&office, &call).await;
    let second = ring("+36307654321");
    hub.call(&second).await;
    let pop = office.pop("both", |pop| pop.calls.len() == 2).await;
    assert_eq!((pop.selected.as_ref(), pop.wrap_ups.len()), (Some(&second.id), 1));
    office.desk.popup(PopupAct::Keyboard(true)).await;
    office.desk.popup(PopupAct::Select(call.id.clone())).await;
    hub.event(DeskEvent::Missed { count: 1 }).await;
    office.view("the event", |view| view.missed == 1).await;
    assert_eq!(office.desk.pop().borrow().selected, Some(call.id), "the agent types there");
}

/// A hub whose clock shows this when it says hello.
async fn welcomed_at(hub: &mut HubEnd, at: Timestamp, outbox: OutboxSummary) {
    hub.welcome(Snapshot { outbox, at: Some(at), ..Snapshot::default() }).await;
}

fn wolkvox() -> OutboxSummary {
    let limits = WriteLimits {
        record_comment: 2000,
        call_comment: 1000,
        code: 40,
        second_codes: true,
        id: 40,
        customer_id: 100,
        customer_name: 100,
        numbers: 10,
        number: 24,
        fields: Vec::new(),
    };
    let limits = vec![AccountLimits { account: "wolkvox".into(), limits }];
    OutboxSummary { accounts: vec!["wolkvox".into()], limits, ..OutboxSummary::default() }
}

#[tokio::test]
async fn a_calls_code_is_handed_over_with_a_deadline_by_the_hubs_clock_however_wrong_the_desks_is() {
    for wrong in [-40_000, 40_000, 3_600_000] {
        let place = Place::new();
        let agent = AgentView { name: "Ana".into(), extension: Some("101".into()), lines: Vec::new() };
        let mut office = Office::with(Preferences { agent: Some(agent), ..with_codes() }, false);
        office.desk.use_file(place.file()).await.expect("the file opens");
        let mut hub = office.line().await;
        let hubs = |desks: Timestamp| Timestamp(desks.0 - wrong);
        welcomed_at(&mut hub, hubs(Timestamp::now()), wolkvox()).await;
        let call = conversation(&mut hub, &Call { account: "wolkvox".into(), ..ring("+36301234567") }).await;
        let wrap_up = in_wrap_up(&office, &call).await;
        assert_eq!(wrap_up.draft.revision, 0);
        let view = office.pop("another clock", |pop| pop.hub_ahead != 0).await;
        assert!(view.hub_ahead.abs_diff(-wrong) < 2_000, "{}", view.hub_ahead);
        office.desk.wrap_up_draft(call.id.clone(), sold(1)).await.expect("taken");
        let before = hubs(Timestamp::now());
        office.desk.wrap_up_finish(call.id.clone()).await.expect("saved");
        let mut ends = Vec::new();
        for _ in 0..2 {
            let handover = handed_over(&mut hub).await;
            let made = handover.made_at();
            assert!(made.0.abs_diff(before.0) < 5_000, "made at {made:?} by a hub that shows {before:?}");
            if let Handover::Write { submission } = handover {
                ends.extend(submission.expires_at.map(|end| end.0 - made.0));
            }
        }
        assert_eq!(ends, [30_000]);
    }
}

#[tokio::test]
async fn a_write_that_its_account_could_never_take_is_refused_before_it_is_saved_with_the_hub_away_too() {
    let place = Place::new();
    let (office, mut hub) = place.office(preferences()).await;
    hub.event(DeskEvent::Outbox { outbox: wolkvox() }).await;
    office.view("the limits", |view| !view.outbox.limits.is_empty()).await;
    let with = |comment: usize| {
        let mut write = codify();
        if let Write::Codify { comment: words, .. } = &mut write {
            *words = "x".repeat(comment);
        }
        write
    };
    let mut hub = Some(hub);
    for _ in 0..2 {
        let refused = office.desk.submit(with(2035), None).await.expect_err("too long");
        assert_eq!(refused.code, RequestErrorCode::Invalid);
        assert!(refused.message.contains("2035") && refused.message.contains("2000"), "{refused}");
        assert!(office.desk.pending(10).await.is_empty(), "nothing waits");
        if let Some(hub) = hub.take() {
            line_falls(&office, hub).await;
        }
    }
    office.desk.submit(with(2000), None).await.expect("saved");
}
