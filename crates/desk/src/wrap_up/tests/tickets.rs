//! Where a call is filed.

use super::*;
use ringcard_core::call::Privacy;
use ringcard_core::ticket::{
    AccountForms, FieldCondition, FieldKind, FieldOption, FieldValue, TicketChoice, TicketChosen, TicketField,
    TicketForm, ValueProblem,
};

fn field(id: &str, kind: FieldKind, required: bool) -> TicketField {
    TicketField { id: id.into(), title: id.to_uppercase(), kind, required, shown_when: Vec::new() }
}

/// A topic that is required, and a number that is for one of its values.
fn form(id: &str, is_default: bool) -> TicketForm {
    let options = ["bill", "delivery"].map(|value| FieldOption { value: value.into(), label: value.into() });
    let condition = FieldCondition { field: "topic".into(), value: "bill".into(), required: true };
    let number = TicketField { shown_when: vec![condition], ..field("invoice", FieldKind::Number, false) };
    let topic = field("topic", FieldKind::Choice { options: options.into() }, true);
    TicketForm { id: id.into(), name: id.into(), is_default, fields: vec![topic, number] }
}

fn account(name: &str) -> AccountForms {
    AccountForms { account: name.into(), forms: vec![form("8", true), form("9", false)], fetched_at: NOW }
}

fn filled(of: &[(&str, &str)]) -> Vec<FieldValue> {
    of.iter().map(|(field, value)| FieldValue { field: (*field).into(), value: (*value).into() }).collect()
}

fn draft_of(change: impl FnOnce(&mut TicketDraft)) -> TicketDraft {
    let mut draft = TicketDraft { account: "crm".into(), ..TicketDraft::default() };
    change(&mut draft);
    draft
}

/// A call in wrap-up with a CRM, coded already.
fn filing() -> (WrapUps, CallId) {
    let mut wrap_ups = wrap_ups();
    wrap_ups.take_tickets(vec![account("crm")], &[]);
    let id = begun(&mut wrap_ups, |_| ());
    type_in(&mut wrap_ups, &id, |draft| draft.code = Some("sold".into()));
    (wrap_ups, id)
}

fn file(wrap_ups: &mut WrapUps, id: &CallId, change: impl FnOnce(&mut TicketDraft)) {
    type_in(wrap_ups, id, |draft| draft.tickets = vec![draft_of(change)]);
}

fn chosen(wrap_ups: &mut WrapUps, id: &CallId) -> Vec<TicketChosen> {
    match &handovers(wrap_ups, id)[..] {
        [Handover::Outcome { outcome }] => outcome.tickets.clone(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn who_chooses_nothing_leaves_it_to_the_settings_and_the_time_may_end() {
    let mut wrap_ups = WrapUps::new(WrapUpSettings { default_code: Some("sold".into()), ..settings() }, plan());
    wrap_ups.take_tickets(vec![account("crm")], &[]);
    begun(&mut wrap_ups, |_| ());
    let keeps = wrap_ups.tick(later(61));
    let Some(Keep::Submit { handovers, .. }) = keeps.first() else { panic!("it is not saved by itself: {keeps:?}") };
    assert!(
        matches!(&handovers[..], [Handover::Outcome { outcome }] if outcome.tickets.is_empty() && outcome.by_default)
    );
}

fn private(on: bool) -> Option<Privacy> {
    Some(Privacy { private: on, by: Some(AgentId("Ana".into())), at: NOW, withheld: false })
}

#[test]
fn of_a_private_call_no_ticket_is_asked_for_required_or_handed_over() {
    let mut wrap_ups = wrap_ups();
    wrap_ups.take_tickets(vec![account("crm")], &[]);
    let id = begun(&mut wrap_ups, |ended| ended.call.privacy = private(true));
    type_in(&mut wrap_ups, &id, |draft| draft.code = Some("sold".into()));
    file(&mut wrap_ups, &id, |ticket| ticket.choice = Some(TicketKind::New));
    let view = &wrap_ups.views(NOW)[0];
    assert!(view.tickets.is_empty() && view.problems.is_empty(), "{:?}", view.problems);
    assert_eq!(chosen(&mut wrap_ups, &id), []);
}

#[test]
fn a_call_that_is_made_private_during_its_wrap_up_is_asked_for_no_ticket_until_that_is_taken_back() {
    let mut wrap_ups = wrap_ups();
    wrap_ups.take_tickets(vec![account("crm")], &[]);
    let call = answered(Direction::Inbound);
    let said = |wrap_ups: &mut WrapUps, privacy| {
        wrap_ups.call_ended(ended(&Call { privacy, ..call.clone() }), NOW);
        wrap_ups.views(NOW)[0].tickets.len()
    };
    assert_eq!(said(&mut wrap_ups, None), 1);
    assert_eq!(said(&mut wrap_ups, private(true)), 0);
    assert_eq!(said(&mut wrap_ups, private(false)), 1);
}

#[test]
fn a_new_ticket_says_field_by_field_what_is_missing_and_what_is_wrong() {
    let (mut wrap_ups, id) = filing();
    let (account, field, title) = ("crm".to_owned(), "topic".to_owned(), "TOPIC".to_owned());
    file(&mut wrap_ups, &id, |ticket| ticket.choice = Some(TicketKind::New));
    let missing = WrapUpProblem::TicketFieldMissing { account: account.clone(), field, title };
    assert_eq!(problems(&mut wrap_ups, &id), [missing]);
    let (field, title) = ("invoice".to_owned(), "INVOICE".to_owned());
    file(&mut wrap_ups, &id, |ticket| {
        ticket.choice = Some(TicketKind::New);
        ticket.fields = filled(&[("topic", "bill")]);
    });
    let missing =
        WrapUpProblem::TicketFieldMissing { account: account.clone(), field: field.clone(), title: title.clone() };
    assert_eq!(problems(&mut wrap_ups, &id), [missing]);
    file(&mut wrap_ups, &id, |ticket| {
        ticket.choice = Some(TicketKind::New);
        ticket.fields = filled(&[("topic", "bill"), ("invoice", "twelve")]);
    });
    let invalid =
        WrapUpProblem::TicketFieldInvalid { account: account.clone(), field, title, why: ValueProblem::NotANumber };
    assert_eq!(problems(&mut wrap_ups, &id), [invalid]);
    file(&mut wrap_ups, &id, |ticket| {
        ticket.choice = Some(TicketKind::New);
        ticket.fields = filled(&[("topic", "delivery")]);
        ticket.subject = "é".repeat(LONGEST_SUBJECT + 1);
    });
    assert_eq!(
        problems(&mut wrap_ups, &id),
        [WrapUpProblem::TicketSubjectTooLong { account: account.clone(), length: 251, most: 250 }]
    );
    file(&mut wrap_ups, &id, |ticket| {
        ticket.choice = Some(TicketKind::New);
        ticket.form = Some("gone".into());
    });
    assert_eq!(problems(&mut wrap_ups, &id), [WrapUpProblem::TicketFormUnknown { account }]);
}

#[test]
fn a_new_ticket_is_handed_over_with_its_form_and_what_is_shown_of_it() {
    let (mut wrap_ups, id) = filing();
    file(&mut wrap_ups, &id, |ticket| {
        ticket.choice = Some(TicketKind::New);
        ticket.subject = " No\n bill ".into();
        ticket.fields = filled(&[("topic", "delivery"), ("invoice", "12")]);
        ticket.ticket = "4711".into();
    });
    let choice = TicketChoice::New {
        subject: "No bill".into(),
        form: Some("8".into()),
        fields: filled(&[("topic", "delivery")]),
    };
    assert_eq!(chosen(&mut wrap_ups, &id), [TicketChosen { account: "crm".into(), choice }]);
}

#[test]
fn a_call_is_added_to_the_ticket_that_was_chosen_or_to_none() {
    let (mut wrap_ups, id) = filing();
    file(&mut wrap_ups, &id, |ticket| ticket.choice = Some(TicketKind::AddTo));
    assert_eq!(problems(&mut wrap_ups, &id), [WrapUpProblem::TicketMissing { account: "crm".into() }]);
    file(&mut wrap_ups, &id, |ticket| {
        ticket.choice = Some(TicketKind::AddTo);
        ticket.ticket = " 4711 ".into();
        // Typed for a new one before.
        ticket.fields = filled(&[("topic", "what is not offered")]);
    });
    let choice = TicketChoice::AddTo { ticket: "4711".into(), fields: Vec::new() };
    assert_eq!(chosen(&mut wrap_ups, &id), [TicketChosen { account: "crm".into(), choice }]);

    let (mut wrap_ups, id) = filing();
    file(&mut wrap_ups, &id, |ticket| ticket.choice = Some(TicketKind::None));
    assert_eq!(chosen(&mut wrap_ups, &id), [TicketChosen { account: "crm".into(), choice: TicketChoice::None }]);
}

#[test]
fn the_window_is_shown_the_fields_of_the_moment() {
    let (mut wrap_ups, id) = filing();
    let shown = |wrap_ups: &WrapUps| {
        let view = wrap_ups.views(NOW).remove(0).tickets.remove(0);
        let fields: Vec<String> =
            view.fields.iter().map(|one| format!("{}{}", one.id, if one.required { "!" } else { "" })).collect();
        (view.form.unwrap_or_default(), fields.join(" "))
    };
    assert_eq!(shown(&wrap_ups), ("8".into(), String::new()), "nothing is asked while no new one is chosen");
    file(&mut wrap_ups, &id, |ticket| ticket.choice = Some(TicketKind::New));
    assert_eq!(shown(&wrap_ups), ("8".into(), "topic!".into()));
    file(&mut wrap_ups, &id, |ticket| {
        ticket.choice = Some(TicketKind::New);
        ticket.form = Some("9".into());
        ticket.fields = filled(&[("topic", "bill")]);
    });
    assert_eq!(shown(&wrap_ups), ("9".into(), "topic! invoice!".into()));
}

#[test]
fn a_call_without_codes_is_wrapped_up_for_its_ticket_and_is_never_left_to_do() {
    let mut wrap_ups = WrapUps::new(WrapUpSettings::default(), plan());
    let call = answered(Direction::Inbound);
    assert!(wrap_ups.call_ended(ended(&call), NOW).is_empty(), "there is nothing to choose");
    wrap_ups.take_tickets(vec![account("crm")], &[]);
    assert!(!wrap_ups.expects_code(&call));
    assert!(!wrap_ups.call_ended(ended(&call), NOW).is_empty(), "told again, it begins");
    file(&mut wrap_ups, &call.id, |ticket| ticket.choice = Some(TicketKind::None));
    assert_eq!(chosen(&mut wrap_ups, &call.id).len(), 1);
    let mut never = WrapUps::new(WrapUpSettings { after: WrapUpAfter::Never, ..WrapUpSettings::default() }, plan());
    never.take_tickets(vec![account("crm")], &[]);
    assert!(never.call_ended(ended(&call), NOW).is_empty());
}

#[test]
fn what_was_chosen_and_the_forms_are_there_after_a_restart_without_a_hub() {
    let (mut wrap_ups, id) = filing();
    file(&mut wrap_ups, &id, |ticket| {
        ticket.choice = Some(TicketKind::New);
        ticket.fields = filled(&[("topic", "bill"), ("invoice", "3,5")]);
    });
    let (wrap_up, draft) = wrap_ups.get(&id).expect("in wrap-up");
    let text = serde_json::to_string(&(wrap_up, draft)).expect("JSON");
    let (wrap_up, draft) = serde_json::from_str(&text).expect("as it was kept");
    let mut again = self::wrap_ups();
    again.take_up(&Found { wrap_ups: vec![(wrap_up, Some(draft))], ..Found::default() });
    let choice = TicketChoice::New {
        subject: String::new(),
        form: Some("8".into()),
        fields: filled(&[("topic", "bill"), ("invoice", "3.5")]),
    };
    assert_eq!(chosen(&mut again, &id), [TicketChosen { account: "crm".into(), choice }]);
}

#[test]
fn an_account_that_does_not_answer_has_what_it_said_last_and_one_that_is_gone_has_nothing() {
    let (mut wrap_ups, id) = filing();
    let accounts = |wrap_ups: &WrapUps| {
        let view = wrap_ups.views(NOW).remove(0);
        view.tickets.iter().map(|one| one.account.clone()).collect::<Vec<_>>()
    };
    assert!(!wrap_ups.take_tickets(vec![account("another")], &["crm".into()]).is_empty());
    assert_eq!(accounts(&wrap_ups), ["another", "crm"]);
    assert!(wrap_ups.take_tickets(vec![account("another")], &["crm".into()]).is_empty(), "the same is not kept again");
    file(&mut wrap_ups, &id, |ticket| ticket.choice = Some(TicketKind::None));
    wrap_ups.take_tickets(vec![account("another")], &[]);
    assert_eq!(accounts(&wrap_ups), ["another"]);
    assert!(chosen(&mut wrap_ups, &id).is_empty(), "nobody is told of an account that is not there");
}

#[test]
fn more_than_can_be_kept_and_sent_is_not_taken() {
    let (mut wrap_ups, id) = filing();
    let mut draft = wrap_ups.get(&id).expect("in wrap-up").1.clone();
    draft.revision += 1;
    draft.tickets = vec![draft_of(|ticket| ticket.fields = filled(&[("topic", &"x".repeat(300 << 10))]))];
    assert_eq!(wrap_ups.draft(&id, draft, NOW), Err(DraftRefused::TooLarge));
    let many = (0..2_000).map(|n| TicketForm { name: "x".repeat(1_000), ..form(&n.to_string(), n == 0) }).collect();
    wrap_ups.take_tickets(vec![AccountForms { forms: many, ..account("large") }, account("crm")], &[]);
    let views = wrap_ups.views(NOW).remove(0).tickets;
    assert_eq!(views.iter().map(|one| one.account.as_str()).collect::<Vec<_>>(), ["crm"]);
}

#[test]
fn a_choice_alone_is_something_that_somebody_would_miss() {
    let nothing = WrapUpDraft { tickets: vec![draft_of(|_| ())], ..WrapUpDraft::default() };
    assert!(nothing.says_nothing());
    let chosen = WrapUpDraft {
        tickets: vec![draft_of(|ticket| ticket.choice = Some(TicketKind::None))],
        ..WrapUpDraft::default()
    };
    assert!(!chosen.says_nothing());
}
