use super::*;
use crate::{
    keep::{Found, Keep, KeepFailure, KeepNews},
    own_callbacks::OwnCallback,
};
use ringcard_core::{
    Timestamp,
    call::{AgentId, Call, CallId, CallState, Direction},
    campaign::{CallbackStyle, CampaignId, CampaignKind, CampaignRecord, CodeList, DispositionCode, RecordRef},
    codes::{TreeCode, TreeSettings},
    customer::{Card, Lookup},
    limits::{AccountLimits, Misfit, WriteField, WriteLimits},
    number::{Ani, DialPlan, Dnis, Number, Party},
    outcome::Handover,
    submission::Write,
    wrap_up::{WrapUpAfter, WrapUpSettings},
};
use std::collections::BTreeMap;

mod tickets;

const NOW: Timestamp = Timestamp(1_000_000);

fn later(seconds: i64) -> Timestamp {
    Timestamp(NOW.0 + seconds * 1_000)
}

fn answered(direction: Direction) -> Call {
    Call {
        id: CallId::new(),
        direction,
        account: "wolkvox".into(),
        external_id: None,
        ani: Ani(Party::Outside(Number { e164: "+36301234567".into(), extension: None })),
        dnis: Dnis(Party::Outside(Number { e164: "+3612345678".into(), extension: None })),
        line: Some("Sales (HU)".into()),
        agents: vec![AgentId("Ana".into())],
        extension: Some("101".into()),
        state: CallState::Ended,
        started_at: Timestamp(900_000),
        connected_at: Some(Timestamp(910_000)),
        ended_at: Some(NOW),
        controls: None,
        course: ringcard_core::call::Course::default(),
        privacy: None,
        extra: BTreeMap::new(),
    }
}

fn ended(call: &Call) -> CallAtDesk {
    CallAtDesk {
        call: call.clone(),
        card: Card {
            version: 1,
            lookup: Lookup::NoMatch,
            earlier: Vec::new(),
            set_aside: Vec::new(),
            notes: Vec::new(),
            recorded: false,
            parts: Vec::new(),
        },
        agent: AgentId("Ana".into()),
        records: Vec::new(),
        records_unknown: false,
        coding: None,
    }
}

fn record(campaign: &str) -> CampaignRecord {
    CampaignRecord {
        record: RecordRef {
            account: "wolkvox".into(),
            campaign: CampaignId(campaign.into()),
            kind: CampaignKind::Predictive,
            customer_id: "77".into(),
        },
        campaign_name: campaign.into(),
        customer_name: "María".into(),
        numbers: vec!["3001234567".into()],
        last_result: None,
        last_attempt: None,
        attempts: None,
        fields: Vec::new(),
    }
}

fn coding() -> CallCoding {
    CallCoding { account: "wolkvox".into(), agent_id: "9".into(), until: None }
}

fn settings() -> WrapUpSettings {
    let code = |code: &str| TreeCode { code: code.into(), ..TreeCode::default() };
    let codes = vec![
        code("sold"),
        TreeCode { comment_required: true, ..code("other") },
        TreeCode { do_not_call: true, ..code("never") },
        TreeCode { call_back: true, ..code("later") },
        TreeCode {
            second: vec![DispositionCode { code: "dear".into(), label: "Too dear".into() }],
            second_required: true,
            ..code("no")
        },
    ];
    WrapUpSettings {
        seconds: Some(60),
        codes: vec![TreeSettings { codes, ..TreeSettings::default() }],
        ..WrapUpSettings::default()
    }
}

fn plan() -> DialPlan {
    DialPlan::new("HU").expect("a country")
}

fn wrap_ups() -> WrapUps {
    WrapUps::new(settings(), plan())
}

/// One call in wrap-up.
fn begun(wrap_ups: &mut WrapUps, with: impl FnOnce(&mut CallAtDesk)) -> CallId {
    let call = answered(Direction::Inbound);
    let mut ended = ended(&call);
    with(&mut ended);
    assert!(!wrap_ups.call_ended(ended, NOW).is_empty(), "it begins");
    call.id
}

fn type_in(wrap_ups: &mut WrapUps, id: &CallId, change: impl FnOnce(&mut WrapUpDraft)) -> Vec<Keep> {
    let mut draft = wrap_ups.get(id).expect("in wrap-up").1.clone();
    draft.revision += 1;
    change(&mut draft);
    wrap_ups.draft(id, draft, NOW).expect("taken")
}

fn problems(wrap_ups: &mut WrapUps, id: &CallId) -> Vec<WrapUpProblem> {
    match wrap_ups.finish(id, NOW) {
        Finish::Problems(problems) => problems,
        other => panic!("it was not refused: {other:?}"),
    }
}

fn handovers(wrap_ups: &mut WrapUps, id: &CallId) -> Vec<Handover> {
    match wrap_ups.finish(id, NOW) {
        Finish::Keep(keep) => match *keep {
            Keep::Submit { handovers, .. } => handovers,
            other => panic!("{other:?}"),
        },
        other => panic!("it was not saved: {other:?}"),
    }
}

fn writes(handovers: &[Handover]) -> Vec<&Write> {
    handovers
        .iter()
        .filter_map(|handover| match handover {
            Handover::Write { submission } => Some(&submission.write),
            Handover::Outcome { .. } => None,
        })
        .collect()
}

#[test]
fn only_the_calls_that_the_settings_name_are_wrapped_up() {
    let (inbound, outbound) = (answered(Direction::Inbound), answered(Direction::Outbound));
    let missed = Call { connected_at: None, state: CallState::Missed, ..answered(Direction::Inbound) };
    let elsewhere = Call { state: CallState::AnsweredElsewhere, ..answered(Direction::Inbound) };
    let table = [
        (WrapUpAfter::Answered, [true, true]),
        (WrapUpAfter::AnsweredInbound, [true, false]),
        (WrapUpAfter::AnsweredOutbound, [false, true]),
        (WrapUpAfter::Campaigns, [false, false]),
        (WrapUpAfter::Never, [false, false]),
    ];
    for (after, [of_inbound, of_outbound]) in table {
        let mut wrap_ups = WrapUps::new(WrapUpSettings { after, ..settings() }, plan());
        for (call, expected) in
            [(&inbound, of_inbound), (&outbound, of_outbound), (&missed, false), (&elsewhere, false)]
        {
            wrap_ups.call_ended(ended(call), NOW);
            assert_eq!(wrap_ups.contains(&call.id), expected, "{after:?}, {:?} {}", call.direction, call.state);
        }
    }
    let mut campaigns = WrapUps::new(WrapUpSettings { after: WrapUpAfter::Campaigns, ..settings() }, plan());
    campaigns.call_ended(CallAtDesk { records: vec![record("12")], ..ended(&inbound) }, NOW);
    assert!(campaigns.contains(&inbound.id), "its customer is in a campaign");
}

#[test]
fn where_there_is_nothing_to_code_nothing_begins() {
    let mut wrap_ups = WrapUps::new(WrapUpSettings::default(), plan());
    let call = answered(Direction::Inbound);
    assert!(wrap_ups.call_ended(ended(&call), NOW).is_empty());
    assert!(wrap_ups.is_empty());
}

#[test]
fn a_call_that_is_told_twice_begins_once_and_never_again_when_it_was_saved() {
    let mut wrap_ups = wrap_ups();
    let call = answered(Direction::Inbound);
    assert_eq!(wrap_ups.call_ended(ended(&call), NOW).len(), 1);
    assert!(wrap_ups.call_ended(ended(&call), later(1)).is_empty());
    wrap_ups.hear(&KeepNews::Submit { call_id: call.id.clone(), result: Ok(Vec::new()) }, NOW);
    assert!(wrap_ups.call_ended(ended(&call), later(2)).is_empty());
    assert!(wrap_ups.is_empty());
    assert_eq!(wrap_ups.finish(&call.id, NOW), Finish::Over);
}

#[test]
fn two_calls_are_in_wrap_up_at_once_each_with_its_own_words() {
    let mut wrap_ups = wrap_ups();
    let (first, second) = (begun(&mut wrap_ups, |_| ()), begun(&mut wrap_ups, |_| ()));
    type_in(&mut wrap_ups, &first, |draft| draft.comment = "one".into());
    type_in(&mut wrap_ups, &second, |draft| draft.comment = "two".into());
    let views = wrap_ups.views(NOW);
    assert_eq!(views.iter().map(|view| view.draft.comment.as_str()).collect::<Vec<_>>(), ["one", "two"]);
}

#[test]
fn every_letter_is_handed_out_to_be_kept() {
    let mut wrap_ups = wrap_ups();
    let id = begun(&mut wrap_ups, |_| ());
    for text in ["w", "wa", "wan"] {
        let keeps = type_in(&mut wrap_ups, &id, |draft| draft.comment = text.into());
        assert!(matches!(&keeps[..], [Keep::Draft { draft, .. }] if draft.comment == text));
    }
}

#[test]
fn words_typed_on_an_older_view_do_not_replace_newer_ones() {
    let mut wrap_ups = wrap_ups();
    let id = begun(&mut wrap_ups, |_| ());
    type_in(&mut wrap_ups, &id, |draft| draft.comment = "new".into());
    let old = WrapUpDraft { revision: 1, comment: "old".into(), ..WrapUpDraft::default() };
    assert_eq!(wrap_ups.draft(&id, old, NOW), Err(DraftRefused::Stale));
    assert_eq!(wrap_ups.get(&id).expect("there").1.comment, "new");
}

#[test]
fn what_is_missing_is_said_and_nothing_is_saved() {
    let call_back = |at, number: &str, style| Some(CallBackDraft { at, number: number.into(), style });
    let own = CallbackStyle::Agent;
    type Change = Box<dyn Fn(&mut WrapUpDraft)>;
    let code = |code: &str| {
        let code = code.to_owned();
        move |draft: &mut WrapUpDraft| draft.code = Some(code.clone())
    };
    let with = |change: fn(&mut WrapUpDraft)| -> Change {
        Box::new(move |draft| {
            draft.code = Some("sold".into());
            change(draft);
        })
    };
    let back = |wish: Option<CallBackDraft>| -> Change {
        Box::new(move |draft| {
            draft.code = Some("later".into());
            draft.call_back.clone_from(&wish);
        })
    };
    let table: Vec<(Change, WrapUpProblem)> = vec![
        (Box::new(|_| ()), WrapUpProblem::CodeMissing),
        (Box::new(code("gone")), WrapUpProblem::CodeUnknown { code: "gone".into() }),
        (Box::new(code("no")), WrapUpProblem::SecondCodeMissing),
        (with(|draft| draft.second_code = Some("x".into())), WrapUpProblem::SecondCodeUnknown { code: "x".into() }),
        (Box::new(code("other")), WrapUpProblem::CommentMissing),
        (
            with(|draft| draft.comment = "é".repeat(LONGEST_COMMENT + 1)),
            WrapUpProblem::CommentTooLong { length: 4_001, most: 4_000 },
        ),
        (with(|draft| draft.comment = "a\u{0}b\u{1b}c\n".into()), WrapUpProblem::ControlCharacters { count: 2 }),
        (with(|draft| draft.close_record = true), WrapUpProblem::RecordMissing),
        (with(|draft| draft.record = Some(record("13").record)), WrapUpProblem::RecordUnknown),
        (back(None), WrapUpProblem::CallBackMissing),
        (back(call_back(None, "+36301234567", own)), WrapUpProblem::CallBackTimeMissing),
        (back(call_back(Some(NOW), "+36301234567", own)), WrapUpProblem::CallBackInPast),
        (back(call_back(Some(Timestamp(i64::MAX)), "+36301234567", own)), WrapUpProblem::CallBackTooFar),
        (back(call_back(Some(later(60)), " ", own)), WrapUpProblem::CallBackNumberMissing),
        (back(call_back(Some(later(60)), "tomorrow", own)), WrapUpProblem::CallBackNumberUnreadable),
        (back(call_back(Some(later(60)), "+36301234567", CallbackStyle::Dialler)), WrapUpProblem::RecordMissing),
        (
            Box::new(move |draft| {
                draft.code = Some("never".into());
                draft.call_back = call_back(Some(later(60)), "+36301234567", own);
            }),
            WrapUpProblem::CallBackForbidden,
        ),
    ];
    for (change, expected) in table {
        let mut wrap_ups = wrap_ups();
        let id = begun(&mut wrap_ups, |_| ());
        type_in(&mut wrap_ups, &id, |draft| change(draft));
        let typed = wrap_ups.get(&id).expect("there").1.clone();
        assert_eq!(problems(&mut wrap_ups, &id), std::slice::from_ref(&expected));
        assert_eq!(wrap_ups.views(NOW)[0].problems, [expected]);
        assert_eq!(wrap_ups.get(&id).expect("there").1, &typed, "the agent's words are kept");
    }
}

#[test]
fn a_comment_of_100_kb_stays_in_the_draft_and_a_megabyte_more_is_refused_in_words() {
    let mut wrap_ups = wrap_ups();
    let id = begun(&mut wrap_ups, |_| ());
    let long = "x".repeat(100_000);
    let keeps = type_in(&mut wrap_ups, &id, |draft| draft.comment.clone_from(&long));
    assert!(matches!(&keeps[..], [Keep::Draft { draft, .. }] if draft.comment == long));
    let endless = WrapUpDraft { revision: 9, comment: "x".repeat(2 << 20), ..WrapUpDraft::default() };
    assert_eq!(wrap_ups.draft(&id, endless, NOW), Err(DraftRefused::TooLarge));
    assert_eq!(wrap_ups.get(&id).expect("there").1.comment, long);
}

#[test]
fn without_a_campaign_system_the_outcome_is_all_there_is() {
    let mut wrap_ups = wrap_ups();
    let id = begun(&mut wrap_ups, |_| ());
    type_in(&mut wrap_ups, &id, |draft| {
        draft.code = Some("no".into());
        draft.second_code = Some("dear".into());
        draft.comment = "  asks again in spring \r\n".into();
    });
    let made = handovers(&mut wrap_ups, &id);
    let [Handover::Outcome { outcome }] = &made[..] else { panic!("{made:?}") };
    assert_eq!(outcome.call_id, id);
    assert_eq!((outcome.code.as_deref(), outcome.second_label.as_deref()), (Some("no"), Some("Too dear")));
    assert_eq!(outcome.comment, "asks again in spring");
    assert!(!outcome.by_default && !outcome.do_not_call);
}

#[test]
fn coding_the_call_and_stopping_the_dialler_are_two_acts() {
    let mut wrap_ups = wrap_ups();
    let id = begun(&mut wrap_ups, |ended| {
        ended.coding = Some(coding());
        ended.records = vec![record("12"), record("13")];
    });
    type_in(&mut wrap_ups, &id, |draft| draft.code = Some("sold".into()));
    let made = handovers(&mut wrap_ups, &id);
    assert!(matches!(writes(&made)[..], [Write::CodeCall { .. }]), "the dialler is not stopped unasked");

    let id = begun(&mut wrap_ups, |ended| {
        ended.coding = Some(coding());
        ended.records = vec![record("12"), record("13")];
    });
    type_in(&mut wrap_ups, &id, |draft| {
        draft.code = Some("sold".into());
        draft.record = Some(record("13").record);
        draft.close_record = true;
    });
    let made = handovers(&mut wrap_ups, &id);
    let [Write::CodeCall { .. }, Write::Codify { record: closed, do_not_call, .. }] = writes(&made)[..] else {
        panic!("{made:?}")
    };
    assert_eq!((closed.campaign.0.as_str(), *do_not_call), ("13", false));
}

#[test]
fn do_not_call_must_reach_the_campaign_the_customer_is_in() {
    let mut wrap_ups = wrap_ups();
    let id = begun(&mut wrap_ups, |ended| ended.records = vec![record("12"), record("13")]);
    type_in(&mut wrap_ups, &id, |draft| draft.code = Some("never".into()));
    assert_eq!(problems(&mut wrap_ups, &id), [WrapUpProblem::RecordMissing]);
    type_in(&mut wrap_ups, &id, |draft| draft.record = Some(record("12").record));
    let made = handovers(&mut wrap_ups, &id);
    assert!(matches!(writes(&made)[..], [Write::Codify { do_not_call: true, .. }]));

    let id = begun(&mut wrap_ups, |_| ());
    type_in(&mut wrap_ups, &id, |draft| draft.code = Some("never".into()));
    let made = handovers(&mut wrap_ups, &id);
    assert!(matches!(&made[..], [Handover::Outcome { outcome }] if outcome.do_not_call), "kept with the call");
}

#[test]
fn a_call_back_goes_to_the_dialler_or_to_the_agents_own_list() {
    for (style, known) in [(CallbackStyle::Dialler, false), (CallbackStyle::Agent, true), (CallbackStyle::Agent, false)]
    {
        let mut wrap_ups = wrap_ups();
        let id = begun(&mut wrap_ups, |ended| {
            ended.records = vec![record("12")];
            ended.coding = known.then(coding);
        });
        type_in(&mut wrap_ups, &id, |draft| {
            draft.code = Some("later".into());
            draft.call_back = Some(CallBackDraft { at: Some(later(600)), number: "06 30 123 4567".into(), style });
        });
        let made = handovers(&mut wrap_ups, &id);
        let scheduled = writes(&made).into_iter().find_map(|write| match write {
            Write::ScheduleCallback { number, agent_id, .. } => Some((number.clone(), agent_id.clone())),
            _ => None,
        });
        let expected = match (style, known) {
            (CallbackStyle::Agent, false) => None,
            (_, known) => Some(("+36301234567".to_owned(), known.then(|| "9".to_owned()))),
        };
        assert_eq!(scheduled, expected, "{style:?} {known}");
        let Handover::Outcome { outcome } = &made[0] else { panic!("{made:?}") };
        assert_eq!(outcome.call_back.as_ref().map(|promised| promised.at), Some(later(600)), "kept with the call");
    }
}

/// What is handed over, and what this desk itself reminds of.
fn saved(wrap_ups: &mut WrapUps, id: &CallId) -> (Vec<Handover>, Option<OwnCallback>) {
    match wrap_ups.finish(id, NOW) {
        Finish::Keep(keep) => match *keep {
            Keep::Submit { handovers, own_callback, .. } => (handovers, own_callback.map(|own| *own)),
            other => panic!("{other:?}"),
        },
        other => panic!("it was not saved: {other:?}"),
    }
}

#[test]
fn a_promised_call_back_that_no_system_takes_is_this_desks_own() {
    let (own, dialler) = (CallbackStyle::Agent, CallbackStyle::Dialler);
    let (one, two) = (vec![record("12")], vec![record("12"), record("13")]);
    let other = Some(CallCoding { account: "other".into(), ..coding() });
    // Records, whether the only one is chosen, where the call is coded, who reminds, and whether it is this desk.
    let table = [
        ("a telephone system that takes nothing", Vec::new(), None, own, true),
        ("the code is taken, and there is no record", Vec::new(), Some(coding()), own, true),
        ("nobody in that system is this agent", one.clone(), None, own, true),
        ("the call came by another system", one.clone(), other, own, true),
        ("several records, none chosen", two, Some(coding()), own, true),
        ("the agent's own list there", one.clone(), Some(coding()), own, false),
        ("the dialler", one, None, dialler, false),
    ];
    for (case, records, coding, style, expected) in table {
        let mut wrap_ups = wrap_ups();
        let id = begun(&mut wrap_ups, |ended| (ended.records, ended.coding) = (records, coding));
        type_in(&mut wrap_ups, &id, |draft| {
            draft.code = Some("later".into());
            draft.comment = " wants a quote ".into();
            draft.call_back = Some(CallBackDraft { at: Some(later(600)), number: "06 30 123 4567".into(), style });
        });
        let (made, kept) = saved(&mut wrap_ups, &id);
        let taken = writes(&made).into_iter().any(|write| matches!(write, Write::ScheduleCallback { .. }));
        assert_eq!((kept.is_some(), taken), (expected, !expected), "{case}");
        if let Some(kept) = kept {
            let words = (kept.call_id, kept.at, kept.number.as_str(), kept.comment.as_str(), kept.calling);
            assert_eq!(words, (id, later(600), "+36301234567", "wants a quote", None), "{case}");
        }
    }
}

#[test]
fn what_was_chosen_before_the_time_was_over_is_promised_too() {
    let mut wrap_ups = WrapUps::new(WrapUpSettings { default_code: Some("later".into()), ..settings() }, plan());
    let id = begun(&mut wrap_ups, |_| {});
    type_in(&mut wrap_ups, &id, |draft| {
        let (at, number, style) = (Some(later(600)), "+36301234567".into(), CallbackStyle::Agent);
        draft.call_back = Some(CallBackDraft { at, number, style });
    });
    let keeps = wrap_ups.tick(later(61));
    let [Keep::Submit { own_callback: Some(kept), .. }] = &keeps[..] else { panic!("{keeps:?}") };
    assert_eq!(kept.call_id, id);
}

#[test]
fn a_code_for_the_call_expires_when_the_agent_speaks_on_the_next_one() {
    let mut wrap_ups = wrap_ups();
    let id = begun(&mut wrap_ups, |ended| ended.coding = Some(coding()));
    let next = answered(Direction::Inbound);
    assert_eq!(wrap_ups.another_call(&next, later(-5)).len(), 1);
    type_in(&mut wrap_ups, &id, |draft| draft.code = Some("sold".into()));
    let made = handovers(&mut wrap_ups, &id);
    let Handover::Write { submission } = &made[1] else { panic!("{made:?}") };
    assert_eq!(submission.expires_at, Some(later(-5)), "it would be written to the next call");
}

#[test]
fn a_double_click_is_one_submission_and_a_failed_one_has_the_same_keys_again() {
    let mut wrap_ups = wrap_ups();
    let id = begun(&mut wrap_ups, |ended| ended.coding = Some(coding()));
    type_in(&mut wrap_ups, &id, |draft| draft.code = Some("sold".into()));
    let keys = |made: &[Handover]| made.iter().map(|handover| handover.key().clone()).collect::<Vec<_>>();
    let first = keys(&handovers(&mut wrap_ups, &id));
    assert_eq!(wrap_ups.finish(&id, NOW), Finish::Saving);

    wrap_ups.hear(&KeepNews::Submit { call_id: id.clone(), result: Err(KeepFailure::DiskFull) }, NOW);
    let view = &wrap_ups.views(NOW)[0];
    assert_eq!(view.not_saved, Some(KeepFailure::DiskFull.shown()));
    assert_eq!(view.draft.code.as_deref(), Some("sold"), "what was chosen is still in the form");
    assert_eq!(keys(&handovers(&mut wrap_ups, &id)), first);
}

#[test]
fn when_the_time_is_over_the_card_stays_and_says_so() {
    let mut wrap_ups = wrap_ups();
    let id = begun(&mut wrap_ups, |_| ());
    type_in(&mut wrap_ups, &id, |draft| draft.comment = "half".into());
    assert_eq!(wrap_ups.next_at(), Some(later(60)));
    assert!(!wrap_ups.views(later(59))[0].over);
    assert!(wrap_ups.tick(later(60)).is_empty());
    let view = &wrap_ups.views(later(60))[0];
    assert!(view.over);
    assert_eq!(view.draft.comment, "half");
    assert_eq!(wrap_ups.next_at(), None, "said once");
}

#[test]
fn a_default_outcome_is_saved_at_the_end_with_what_was_typed() {
    let by_default = |chosen: Option<&str>| {
        let settings = WrapUpSettings { default_code: Some("sold".into()), ..settings() };
        let mut wrap_ups = WrapUps::new(settings, plan());
        let id = begun(&mut wrap_ups, |_| ());
        type_in(&mut wrap_ups, &id, |draft| {
            draft.comment = "half".into();
            draft.code = chosen.map(str::to_owned);
        });
        let keeps = wrap_ups.tick(later(61));
        keeps.into_iter().find_map(|keep| match keep {
            Keep::Submit { handovers, .. } => match handovers.into_iter().next() {
                Some(Handover::Outcome { outcome }) => Some(outcome),
                _ => None,
            },
            _ => None,
        })
    };
    let none = by_default(None).expect("saved");
    assert_eq!((none.code.as_deref(), none.comment.as_str(), none.by_default), (Some("sold"), "half", true));
    assert_eq!(by_default(Some("other")).expect("saved").code.as_deref(), Some("other"), "what the agent chose");
    assert_eq!(by_default(Some("no")), None, "its second code is missing: the card stays");
}

#[test]
fn a_restart_brings_back_card_draft_and_clock() {
    let mut before = wrap_ups();
    let id = begun(&mut before, |ended| ended.coding = Some(coding()));
    type_in(&mut before, &id, |draft| draft.comment = "half".into());
    let (wrap_up, draft) = before.get(&id).map(|(one, draft)| (one.clone(), draft.clone())).expect("there");

    let mut after = wrap_ups();
    // A code for the call itself said now may be another call's.
    let taken_up = WrapUp { coding: Some(CallCoding { until: Some(NOW), ..coding() }), ..wrap_up.clone() };
    after.take_up(&Found { wrap_ups: vec![(wrap_up.clone(), Some(draft.clone()))], ..Found::default() });
    assert_eq!(after.get(&id), Some((&taken_up, &draft)));
    assert_eq!(after.next_at(), Some(later(60)));
    assert!(after.views(later(3_600))[0].over, "the clock went on");
}

#[test]
fn what_was_not_kept_is_said_and_tried_again() {
    let mut wrap_ups = wrap_ups();
    let id = begun(&mut wrap_ups, |_| ());
    wrap_ups.hear(&KeepNews::WrapUp { call_id: id.clone(), result: Err(KeepFailure::DiskFull) }, NOW);
    wrap_ups.hear(&KeepNews::Draft { call_id: id.clone(), result: Err(KeepFailure::NotBegun) }, NOW);
    assert_eq!(wrap_ups.views(NOW)[0].not_kept, Some(KeepFailure::DiskFull.shown()));
    assert_eq!(wrap_ups.next_at(), Some(later(2)));
    let keeps = wrap_ups.tick(later(2));
    assert!(matches!(keeps[..], [Keep::WrapUp(_), Keep::Draft { .. }]), "the wrap-up before its draft");
    wrap_ups.hear(&KeepNews::WrapUp { call_id: id.clone(), result: Ok(()) }, NOW);
    wrap_ups.hear(&KeepNews::Draft { call_id: id, result: Ok(()) }, NOW);
    assert_eq!(wrap_ups.views(NOW)[0].not_kept, None);
}

#[test]
fn a_keeper_that_ends_saves_nothing_and_loses_nothing() {
    let mut wrap_ups = wrap_ups();
    let id = begun(&mut wrap_ups, |_| ());
    type_in(&mut wrap_ups, &id, |draft| draft.code = Some("sold".into()));
    handovers(&mut wrap_ups, &id);
    wrap_ups.keeper_gone(&KeepFailure::Closed);
    let view = &wrap_ups.views(NOW)[0];
    assert!(!view.saving && view.not_saved.is_some());
    assert_eq!(view.draft.code.as_deref(), Some("sold"));
}

#[test]
fn records_and_codes_that_come_later_are_taken_in() {
    let mut wrap_ups = WrapUps::new(WrapUpSettings::default(), plan());
    let call = answered(Direction::Outbound);
    assert!(wrap_ups.call_ended(ended(&call), NOW).is_empty(), "nothing to code yet");
    wrap_ups.call_ended(CallAtDesk { records: vec![record("12")], ..ended(&call) }, NOW);
    let list = CodeList {
        account: "wolkvox".into(),
        first: vec![DispositionCode { code: "10".into(), label: "Sold".into() }],
        second: Vec::new(),
        fetched_at: NOW,
    };
    assert!(matches!(wrap_ups.take_codes(list)[..], [Keep::WrapUp(_)]), "the codes are kept for a start without hub");
    let view = &wrap_ups.views(NOW)[0];
    assert_eq!(view.codes.first[0].label, "Sold");
    assert_eq!(view.draft.record, Some(record("12").record), "the only one is meant");

    wrap_ups.records(&call.id, vec![record("12"), record("13")], &[]);
    assert_eq!(wrap_ups.views(NOW)[0].records.len(), 2);
}

#[test]
fn what_is_thrown_away_is_gone_only_when_that_is_kept() {
    let mut wrap_ups = wrap_ups();
    let id = begun(&mut wrap_ups, |_| ());
    assert!(matches!(wrap_ups.skip(&id, NOW), Finish::Keep(keep) if matches!(*keep, Keep::Skip { .. })));
    assert!(wrap_ups.contains(&id));
    wrap_ups.hear(&KeepNews::Skip { call_id: id.clone(), result: Ok(()) }, NOW);
    assert!(!wrap_ups.contains(&id));
    assert_eq!(wrap_ups.skip(&id, NOW), Finish::Over);
}

#[test]
fn a_call_that_was_skipped_is_coded_later_without_a_clock_and_without_coding_another_call() {
    let mut wrap_ups = wrap_ups();
    let id = begun(&mut wrap_ups, |_| ());
    let first = wrap_ups.get(&id).expect("open").0.clone();
    wrap_ups.skip(&id, NOW);
    wrap_ups.hear(&KeepNews::Skip { call_id: id.clone(), result: Ok(()) }, NOW);
    assert!(wrap_ups.call_ended(ended(&first.call), NOW).is_empty(), "by itself it does not begin again");
    let keeps = wrap_ups.code_late(ended(&first.call), later(3_600));
    assert!(matches!(&keeps[..], [Keep::WrapUpAnew(_)]), "{keeps:?}");
    assert_eq!(wrap_ups.code_late(ended(&first.call), later(3_601)), [], "it is open");
    let (open, _) = wrap_ups.get(&id).expect("open again");
    assert_eq!((open.deadline, &open.coding), (None, &None));
    assert_ne!(open.keys, first.keys, "another outcome than the one that was thrown away");
    type_in(&mut wrap_ups, &id, |draft| draft.code = Some("sold".into()));
    assert!(matches!(wrap_ups.finish(&id, later(3_700)), Finish::Keep(_)));
}

#[test]
fn a_code_is_expected_where_the_settings_want_a_wrap_up_and_there_is_a_code_for_the_call() {
    let expects = |settings: WrapUpSettings, call: &Call| WrapUps::new(settings, plan()).expects_code(call);
    let (inbound, outbound) = (answered(Direction::Inbound), answered(Direction::Outbound));
    assert!(expects(settings(), &inbound) && expects(settings(), &outbound));
    let after = |after| WrapUpSettings { after, ..settings() };
    assert!(!expects(after(WrapUpAfter::AnsweredOutbound), &inbound));
    assert!(!expects(after(WrapUpAfter::Never), &inbound));
    // In which campaigns they were is not known any more.
    assert!(!expects(after(WrapUpAfter::Campaigns), &inbound));
    assert!(!expects(WrapUpSettings::default(), &inbound), "there is no code");
    let elsewhere = Call { state: CallState::AnsweredElsewhere, ..inbound.clone() };
    let nobody_spoke = Call { connected_at: None, ..inbound };
    assert!(!expects(settings(), &elsewhere) && !expects(settings(), &nobody_spoke));
}

#[test]
fn never_again_is_held_while_it_is_not_known_which_dialler_must_be_told() {
    let mut wrap_ups = wrap_ups();
    let id = begun(&mut wrap_ups, |ended| ended.records_unknown = true);
    for code in ["sold", "never"] {
        type_in(&mut wrap_ups, &id, |draft| {
            draft.code = Some(code.into());
            draft.do_not_call = code == "sold";
        });
        assert_eq!(problems(&mut wrap_ups, &id), [WrapUpProblem::RecordsUnknown], "{code}");
    }
    assert!(wrap_ups.views(NOW)[0].records_unknown, "the card says so");
    type_in(&mut wrap_ups, &id, |draft| draft.code = Some("sold".into()));
    assert_eq!(wrap_ups.views(NOW)[0].problems, [], "anything else need not wait");

    type_in(&mut wrap_ups, &id, |draft| draft.do_not_call = true);
    let keeps = wrap_ups.records(&id, vec![record("12")], &[]);
    assert!(matches!(&keeps[..], [Keep::WrapUp(wrap_up)] if !wrap_up.records_unknown));
    assert_eq!(problems(&mut wrap_ups, &id), [WrapUpProblem::RecordMissing]);
    type_in(&mut wrap_ups, &id, |draft| draft.record = Some(record("12").record));
    assert!(matches!(writes(&handovers(&mut wrap_ups, &id))[..], [Write::Codify { do_not_call: true, .. }]));
}

#[test]
fn a_customer_who_is_in_no_campaign_or_where_there_are_none_is_not_held() {
    for by_answer in [true, false] {
        let mut wrap_ups = wrap_ups();
        let id = begun(&mut wrap_ups, |ended| ended.records_unknown = true);
        type_in(&mut wrap_ups, &id, |draft| draft.code = Some("never".into()));
        let keeps = if by_answer { wrap_ups.records(&id, Vec::new(), &[]) } else { wrap_ups.no_campaigns() };
        assert_eq!(keeps.len(), 1);
        assert!(matches!(handovers(&mut wrap_ups, &id)[..], [Handover::Outcome { .. }]));
    }
}

#[test]
fn records_of_an_account_that_does_not_answer_any_more_stay() {
    let mut wrap_ups = wrap_ups();
    let id = begun(&mut wrap_ups, |ended| ended.records = vec![record("12")]);
    let mut elsewhere = record("3");
    elsewhere.record.account = "other".into();
    wrap_ups.records(&id, vec![elsewhere.clone()], &["wolkvox".into()]);
    let view = &wrap_ups.views(NOW)[0];
    assert!(view.records_unknown);
    assert_eq!(view.records, [record("12"), elsewhere]);
}

#[test]
fn records_that_come_while_it_is_being_saved_are_there_when_that_fails() {
    let mut wrap_ups = wrap_ups();
    let id = begun(&mut wrap_ups, |ended| ended.records_unknown = true);
    type_in(&mut wrap_ups, &id, |draft| draft.code = Some("sold".into()));
    handovers(&mut wrap_ups, &id);
    assert!(wrap_ups.records(&id, vec![record("12")], &[]).is_empty());
    wrap_ups.hear(&KeepNews::Submit { call_id: id.clone(), result: Err(KeepFailure::DiskFull) }, NOW);
    assert!(matches!(wrap_ups.tick(NOW)[..], [Keep::WrapUp(_)]));
    let view = &wrap_ups.views(NOW)[0];
    assert!(!view.records_unknown && view.records.len() == 1);
}

#[test]
fn words_that_come_while_it_is_being_saved_are_late_and_kept_when_that_fails() {
    let mut wrap_ups = wrap_ups();
    let id = begun(&mut wrap_ups, |_| ());
    type_in(&mut wrap_ups, &id, |draft| draft.code = Some("sold".into()));
    handovers(&mut wrap_ups, &id);
    assert!(!wrap_ups.is_late(&id));
    assert!(type_in(&mut wrap_ups, &id, |draft| draft.comment = "and more".into()).is_empty());
    assert!(wrap_ups.is_late(&id), "nobody may be told that they are saved");

    wrap_ups.hear(&KeepNews::Submit { call_id: id.clone(), result: Err(KeepFailure::DiskFull) }, NOW);
    assert!(!wrap_ups.is_late(&id));
    assert!(matches!(&wrap_ups.tick(NOW)[..], [Keep::Draft { draft, .. }] if draft.comment == "and more"));
    let made = handovers(&mut wrap_ups, &id);
    assert!(matches!(&made[0], Handover::Outcome { outcome } if outcome.comment == "and more"));
}

#[test]
fn a_default_outcome_waits_until_nobody_types() {
    let settings = WrapUpSettings { default_code: Some("sold".into()), ..settings() };
    let mut wrap_ups = WrapUps::new(settings, plan());
    let id = begun(&mut wrap_ups, |_| ());
    let typed = WrapUpDraft { revision: 1, comment: "half a sen".into(), ..WrapUpDraft::default() };
    wrap_ups.draft(&id, typed, later(59)).expect("taken");
    assert!(wrap_ups.tick(later(60)).is_empty());
    assert!(wrap_ups.views(later(60))[0].over, "the time is over all the same");
    assert_eq!(wrap_ups.next_at(), Some(later(61)));
    assert!(matches!(wrap_ups.tick(later(61))[..], [Keep::Submit { .. }]));
}

#[test]
fn the_code_of_the_call_itself_expires_soon_and_at_once_after_a_restart() {
    let expiry = |wrap_ups: &mut WrapUps, id: &CallId| match &handovers(wrap_ups, id)[1] {
        Handover::Write { submission } => submission.expires_at,
        other @ Handover::Outcome { .. } => panic!("{other:?}"),
    };
    let mut before = wrap_ups();
    let id = begun(&mut before, |ended| ended.coding = Some(coding()));
    type_in(&mut before, &id, |draft| draft.code = Some("sold".into()));
    let (wrap_up, draft) = before.get(&id).map(|(one, draft)| (one.clone(), draft.clone())).expect("there");
    assert_eq!(expiry(&mut before, &id), Some(later(30)));

    let mut after = wrap_ups();
    after.take_up(&Found { wrap_ups: vec![(wrap_up, Some(draft))], ..Found::default() });
    assert_eq!(expiry(&mut after, &id), Some(NOW), "the next morning it would code another call");
}

#[test]
fn whom_a_write_is_about_is_as_short_as_the_hub_takes_it() {
    assert_eq!(label("María"), "María");
    let long = label(&"é".repeat(201));
    assert_eq!((long.chars().count(), long.ends_with("é…")), (200, true));
    assert_eq!(label(&"é".repeat(200)), "é".repeat(200));
}

fn limits(account: &str, call_comment: u32, record_comment: u32) -> AccountLimits {
    let limits = WriteLimits {
        record_comment,
        call_comment,
        code: 40,
        second_codes: true,
        id: 40,
        customer_id: 100,
        customer_name: 100,
        numbers: 10,
        number: 24,
        fields: Vec::new(),
    };
    AccountLimits { account: account.into(), limits }
}

fn left(wrap_ups: &WrapUps) -> i32 {
    wrap_ups.views(NOW)[0].comment_left
}

#[test]
fn a_comment_is_as_long_as_those_who_are_told_take_it_and_no_letter_of_a_longer_one_is_lost() {
    let mut wrap_ups = wrap_ups();
    wrap_ups.take_limits(&[limits("wolkvox", 1000, 2000)]);
    // Nobody else is told: the call list takes what it takes.
    let id = begun(&mut wrap_ups, |ended| ended.records = vec![record("12")]);
    let long = "é".repeat(2035);
    type_in(&mut wrap_ups, &id, |draft| {
        draft.code = Some("sold".into());
        draft.comment.clone_from(&long);
    });
    assert_eq!(left(&wrap_ups), 4000 - 2035);
    // The record is closed with it, too.
    type_in(&mut wrap_ups, &id, |draft| draft.close_record = true);
    assert_eq!(left(&wrap_ups), -35);
    assert_eq!(problems(&mut wrap_ups, &id), [WrapUpProblem::CommentTooLong { length: 2035, most: 2000 }]);
    assert_eq!(wrap_ups.get(&id).expect("in wrap-up").1.comment, long);
    // Line ends and blanks in a row are one character there.
    type_in(&mut wrap_ups, &id, |draft| draft.comment = "é \n".repeat(1000));
    assert_eq!((left(&wrap_ups), &wrap_ups.views(NOW)[0].problems), (1, &Vec::new()));
}

#[test]
fn the_shortest_of_all_limits_counts_and_is_kept_for_when_the_hub_is_away() {
    let mut wrap_ups = wrap_ups();
    wrap_ups.take_limits(&[limits("wolkvox", 1000, 2000)]);
    let id = begun(&mut wrap_ups, |ended| {
        ended.records = vec![record("12")];
        ended.coding = Some(coding());
    });
    type_in(&mut wrap_ups, &id, |draft| {
        draft.code = Some("never".into());
        draft.comment = "x".repeat(1001);
    });
    assert_eq!(problems(&mut wrap_ups, &id), [WrapUpProblem::CommentTooLong { length: 1001, most: 1000 }]);
    // Started again, without a hub.
    let (wrap_up, draft) = wrap_ups.get(&id).expect("in wrap-up");
    let found = Found { wrap_ups: vec![(wrap_up.clone(), Some(draft.clone()))], ..Found::default() };
    let mut again = self::wrap_ups();
    again.take_up(&found);
    assert_eq!(problems(&mut again, &id), [WrapUpProblem::CommentTooLong { length: 1001, most: 1000 }]);
    // The hub is back, and the account takes more than it did; another one says nothing about this.
    assert!(!again.take_limits(&[limits("wolkvox", 1001, 2000), limits("another", 1, 1)]).is_empty());
    assert_eq!(again.views(NOW)[0].problems, Vec::new());
}

#[test]
fn a_code_of_the_settings_that_the_account_cannot_take_is_said_before_it_is_saved() {
    let code = TreeCode { code: "not sold".into(), ..TreeCode::default() };
    let mut settings = settings();
    settings.codes = vec![TreeSettings { codes: vec![code], ..TreeSettings::default() }];
    let mut wrap_ups = WrapUps::new(settings, plan());
    wrap_ups.take_limits(&[limits("wolkvox", 1000, 2000)]);
    let id = begun(&mut wrap_ups, |ended| ended.coding = Some(coding()));
    type_in(&mut wrap_ups, &id, |draft| draft.code = Some("not sold".into()));
    let misfit = Misfit::Unreadable { field: WriteField::Code };
    assert_eq!(problems(&mut wrap_ups, &id), [WrapUpProblem::NotTaken { account: "wolkvox".into(), misfit }]);
}
