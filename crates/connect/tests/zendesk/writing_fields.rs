//! Fields that an agent fills in for a ticket that is there, where a call is a record on it; and forms that are other ones by now.

use super::{
    support::{sim, tickets, user, with},
    writing::{FIELD, done, filed, fits, row, ticket_of, with_a_field, write, writes},
};
use ringcard_connect::{Attempt, Looked};
use ringcard_core::{
    submission::ParkReason,
    ticket::{FieldValue, TicketChoice},
};
use ringcard_sim::zendesk::{Misbehaviour, TicketField};
use serde_json::json;

fn chosen(ticket: u64) -> Option<TicketChoice> {
    let fields = vec![FieldValue { field: FIELD.to_string(), value: "A-7".into() }];
    Some(TicketChoice::AddTo { ticket: format!(" #{ticket}"), fields })
}

#[tokio::test]
async fn fields_of_a_ticket_are_set_and_the_call_is_a_record_on_it() {
    let sim = sim().await;
    with_a_field(&sim);
    let ana = sim.add_user(user("Ana", "+36301234567"));
    let (ticket, merged, closed) = (ticket_of(&sim, ana), ticket_of(&sim, ana), ticket_of(&sim, ana));
    let writes = writes(&with(&sim, &[("app_id", "7")]));
    done(write(&writes, &row(filed(Some(ana), chosen(ticket)))).await);
    assert_eq!(sim.ticket(ticket).expect("there").custom_fields, [(FIELD, json!("A-7"))]);
    let [call] = sim.calls().try_into().expect("one record");
    assert_eq!((call.ticket_id, sim.comments(ticket).len()), (Some(ticket), 2));

    assert!(sim.merge_tickets(merged, ticket));
    let (answer, _) = done(write(&writes, &row(filed(Some(ana), chosen(merged)))).await);
    assert!(answer.contains("was merged into"), "{answer}");
    assert_eq!(sim.calls().last().expect("a record").ticket_id, Some(ticket));

    sim.close_ticket(closed);
    let (answer, _) = done(write(&writes, &row(filed(Some(ana), chosen(closed)))).await);
    assert!(answer.contains("is closed"), "{answer}");
    let follow_up = sim.tickets().into_iter().find(|one| one.follows == Some(closed)).expect("a follow-up");
    assert_eq!(follow_up.custom_fields, [(FIELD, json!("A-7"))]);
    assert_eq!(sim.calls().last().expect("a record").ticket_id, Some(follow_up.id));

    sim.delete_ticket(ticket);
    let gone = write(&writes, &row(filed(Some(ana), chosen(ticket)))).await;
    assert!(matches!(gone, Attempt::Refused { why: ParkReason::Gone, .. }), "{gone:?}");
    fits(&sim);
}

#[tokio::test]
async fn a_colleagues_change_is_left_and_the_record_names_what_was_not_set() {
    let sim = sim().await;
    with_a_field(&sim);
    let ana = sim.add_user(user("Ana", "+36301234567"));
    let (ticket, writes) = (ticket_of(&sim, ana), writes(&with(&sim, &[("app_id", "7")])));
    let conflict =
        Misbehaviour::Refuse { status: 409, error: "UpdateConflict".into(), description: "Safe update".into() };
    sim.misbehave("PUT tickets/{}", conflict);
    let (answer, _) = done(write(&writes, &row(filed(Some(ana), chosen(ticket)))).await);
    assert!(answer.contains("somebody else changed it"), "{answer}");
    assert!(sim.ticket(ticket).expect("there").custom_fields.is_empty());
    assert!(sim.calls()[0].text("transcript").contains("9001 = A-7"));
}

#[tokio::test]
async fn whichever_answer_is_lost_there_is_one_record_and_the_fields_are_set() {
    for of in ["PUT tickets/{}", "POST calls"] {
        for lost in [Misbehaviour::ApplyThenCut, Misbehaviour::Close] {
            let sim = sim().await;
            with_a_field(&sim);
            let ana = sim.add_user(user("Ana", "+36301234567"));
            let (ticket, writes) = (ticket_of(&sim, ana), writes(&with(&sim, &[("app_id", "7")])));
            let row = row(filed(Some(ana), chosen(ticket)));
            sim.misbehave(of, lost.clone());
            let first = write(&writes, &row).await;
            let is_there = match first {
                Attempt::Unknown { .. } => matches!(writes.look(&row).await, Looked::Written { .. }),
                Attempt::NotSent { .. } => false,
                other => panic!("{of} {lost:?}: {other:?}"),
            };
            if !is_there {
                done(write(&writes, &row).await);
            }
            assert_eq!((sim.calls().len(), sim.comments(ticket).len()), (1, 2), "{of} {lost:?}");
            assert_eq!(sim.ticket(ticket).expect("there").custom_fields, [(FIELD, json!("A-7"))]);
            fits(&sim);
        }
    }
}

#[tokio::test]
async fn forms_are_read_again_once_a_ticket_was_refused() {
    let sim = sim().await;
    let system = with(&sim, &[]);
    let (tickets, writes) = (tickets(&system), writes(&system));
    let before = tickets.forms().await.expect("forms");
    assert_eq!((tickets.forms_doubted_at(), tickets.asks_after_call()), (None, true));
    sim.change_forms(|fields, forms| {
        fields.push(TicketField {
            id: FIELD,
            title: "Order".into(),
            kind: "text".into(),
            required: true,
            pattern: None,
            options: Vec::new(),
            active: true,
        });
        forms.iter_mut().for_each(|form| form.fields.push(FIELD));
    });
    assert_eq!(tickets.forms().await.expect("forms"), before, "they are not asked for all the time");
    let new = Some(TicketChoice::New { subject: "Order".into(), form: None, fields: vec![] });
    let (error, description) = ("RecordInvalid".to_owned(), "Order: cannot be blank".to_owned());
    sim.misbehave("POST tickets", Misbehaviour::Refuse { status: 422, error, description });
    let refused = write(&writes, &row(filed(None, new))).await;
    assert!(matches!(refused, Attempt::Refused { why: ParkReason::Invalid, .. }), "{refused:?}");
    assert!(tickets.forms_doubted_at().is_some());
    let field = FIELD.to_string();
    let forms = tickets.forms().await.expect("forms");
    assert!(forms.iter().any(|form| form.fields.iter().any(|one| one.id == field && one.required)), "{forms:?}");
    assert!(!super::support::tickets(&with(&sim, &[("ask_ticket", "false")])).asks_after_call());
}
